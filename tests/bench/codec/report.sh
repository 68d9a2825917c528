#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Makes the figures of README.md: runs bench_codec and writes a table in
# Markdown to standard output and a plot to an SVG file.
#
#	tests/bench/codec/report.sh BENCH_CODEC SVG [ROUNDS]
set -eu
bench=$1 svg=$2 rounds=${3:-15}
tsv=$("$bench" -t "$rounds")

printf '%s\n' "$tsv" | awk -F '\t' '
BEGIN {
	print "| message | way | orpc | limit | libtirpc |" \
	    " orpc / limit | goal | libtirpc / orpc | by table / orpc |"
	print "|---|---|--:|--:|--:|--:|--:|--:|--:|"
}
function ns(v) {
	if (v == "-") return "-"
	if (v >= 1e6) return sprintf("%.2f ms", v / 1e6)
	if (v >= 1e4) return sprintf("%.1f us", v / 1e3)
	return sprintf("%.1f ns", v)
}
function times(v) { return v == "-" ? "-" : v "x" }
{
	spread = $6 == "-" ? "-" : $6 "x [" $7 "-" $8 "]"
	printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", $1, $2,
	    ns($3), ns($4), ns($5), spread, times($9), times($10), times($11)
}'

# Bars on a logarithmic scale: how many times our time the others take.
printf '%s\n' "$tsv" | awk -F '\t' '
function x(v) { return 260 + 150 * log(v < 0.1 ? 0.1 : v) / log(10) + 150 }
function bar(y, v, colour) {
	if (v == "-" || v <= 0) return
	left = v < 1 ? x(v) : x(1)
	width = (v < 1 ? x(1) : x(v)) - left
	printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"8\"" \
	    " fill=\"%s\"/>\n", left, y, width < 1 ? 1 : width, colour
	printf "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%.2f</text>\n",
	    (v < 1 ? x(1) : x(v)) + 4, y + 8, v
}
$2 != "decode, borrowing" { rows[++n] = $0 }
END {
	height = 50 + 26 * n
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\"" \
	    " height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n",
	    height
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
	print "<text x=\"10\" y=\"18\">Time of libtirpc (red) and of" \
	    " hand-written code or memcpy (grey), in times of orpc</text>"
	for (v = 0.1; v < 101; v *= 10) {
		printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"28\" y2=\"%d\"" \
		    " stroke=\"%s\"/>\n", x(v), x(v), height - 14,
		    v == 1 ? "black" : "#ddd"
		printf "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%gx</text>\n",
		    x(v) - 6, height - 3, v
	}
	for (i = 1; i <= n; i++) {
		split(rows[i], f, "\t")
		y = 32 + 26 * (i - 1)
		printf "<text x=\"10\" y=\"%d\">%s, %s</text>\n", y + 12,
		    f[1], f[2]
		bar(y, f[10], "#c0392b")
		bar(y + 10, f[6] == "-" ? "-" : 1 / f[6], "#95a5a6")
	}
	print "</svg>"
}' >"$svg"
