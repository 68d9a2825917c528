#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The figures of README.md: rounds of bench_codec at each place, a table in
# Markdown on standard output, and a plot.
#
#	tests/bench/codec/report.sh SVG ROUNDS BENCH_CODEC...
#
# SVG may be "-": no plot.  MESSAGES in the environment: see bench_codec.c.
set -eu
svg=$1 rounds=$2
shift 2
tsv=$(for ((round = 0; round < rounds; round++)); do
	for program; do
		"$program" ${MESSAGES:+"$MESSAGES"} |
			sed "s|^|$round $program	|"
	done
done | awk -F '\t' '
# A line a message and way: median times of orpc, limit, libtirpc and
# protobuf-c; orpc/limit (median, least, most), its goal, whether it holds;
# libtirpc/orpc and table/orpc.
{
	if (!(($2, $3) in seen)) {
		seen[$2, $3] = 1
		rows[++n] = $2 "\t" $3
	}
	who = $4 == "memcpy" ? "limit" : $4
	t[$2 "\t" $3, who, $1] = $5
	if (!($1 in round)) {
		round[$1] = 1
		names[++n_rounds] = $1
	}
}
# The median of v[1] to v[n], which are sorted on the way.
function median(v, n,    i, j, x) {
	for (i = 2; i <= n; i++) {
		x = v[i]
		for (j = i - 1; j > 0 && v[j] > x; j--)
			v[j + 1] = v[j]
		v[j + 1] = x
	}
	return n ? (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2 : "-"
}
function time_of(row, who,    i, v, n) {
	for (i = 1; i <= n_rounds; i++)
		if ((row, who, names[i]) in t)
			v[++n] = t[row, who, names[i]]
	return median(v, n)
}
# Fills least and most.
function ratio(row, a, b,    i, v, n, m) {
	for (i = 1; i <= n_rounds; i++)
		if ((row, a, names[i]) in t && (row, b, names[i]) in t)
			v[++n] = t[row, a, names[i]] / t[row, b, names[i]]
	m = median(v, n)
	least = v[1]
	most = v[n]
	return m
}
function goal(row) {
	if (row ~ /^f/)
		return row ~ /borrowing/ ? "50 ns" : 1.05
	if (row ~ /borrowing/)
		return "-"
	return row ~ /^c.*fresh/ ? 1.2 : 1.25
}
END {
	for (i = 1; i <= n; i++) {
		row = rows[i]
		ours = time_of(row, "orpc")
		r = ratio(row, "orpc", "limit")
		g = goal(row)
		holds = g == "50 ns" ? ours <= 50 : g == "-" || r <= g
		printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", row, ours,
		    time_of(row, "limit"), time_of(row, "libtirpc"),
		    time_of(row, "protobuf-c"), r, least, most, g,
		    g == "-" ? "" : holds ? "met" : "missed"
		printf "%s\t%s\n", ratio(row, "libtirpc", "orpc"),
		    ratio(row, "orpc, by table", "orpc")
	}
}' | sort -t '	' -k 1,1 -k 2,2r)

printf '%s\n' "$tsv" | awk -F '\t' '
BEGIN {
	print "| message | way | orpc | limit | libtirpc | protobuf-c |" \
	    " orpc / limit | goal | | libtirpc / orpc | by table / orpc |"
	print "|---|---|--:|--:|--:|--:|--:|--:|---|--:|--:|"
}
function ns(v) {
	if (v == "-") return "-"
	if (v >= 1e6) return sprintf("%.2f ms", v / 1e6)
	if (v >= 1e4) return sprintf("%.1f us", v / 1e3)
	return sprintf("%.1f ns", v)
}
function times(v, digits) {
	return v == "-" ? "-" : sprintf("%.*fx", digits, v)
}
{
	spread = $7 == "-" ? "-" : sprintf("%.2fx [%.2f-%.2f]", $7, $8, $9)
	printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
	    $1, $2, ns($3), ns($4), ns($5), ns($6), spread,
	    $10 == "-" || $10 == "50 ns" ? $10 : times($10, 2), $11,
	    times($12, 1), times($13, 1)
}'

# What tests/bench/goals.awk collects.
printf '%s\n' "$tsv" | awk -F '\t' '
$10 == "50 ns" {
	printf "goal: %s, %s, ns: %.1f (at most 50)\n", $1, $2, $3
}
$10 + 0 == $10 {
	printf "goal: %s, %s, by the limit: %.2f (at most %.2f)\n", $1, $2,
	    $7, $10
}'

[ "$svg" = - ] || printf '%s\n' "$tsv" | awk -F '\t' '
# Bars on a logarithmic scale: how many times our time the others take.
function x(v) { return 330 + 500 * log(v < 0.5 ? 0.5 : v) / log(most) }
function bar(y, v, colour,    left, width) {
	if (v == "-" || v <= 0) return
	left = v < 1 ? x(v) : x(1)
	width = (v < 1 ? x(1) : x(v)) - left
	printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"8\"" \
	    " fill=\"%s\"/>\n", left, y, width < 1 ? 1 : width, colour
	printf "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%.*f</text>\n",
	    (v < 1 ? x(1) : x(v)) + 4, y + 8, v < 10 ? 2 : 0, v
}
function key(left, colour, text) {
	printf "<rect x=\"%d\" y=\"26\" width=\"10\" height=\"8\" fill=\"%s\"/>" \
	    "<text x=\"%d\" y=\"34\">%s</text>\n", left, colour, left + 14, text
}
function larger(v) { if (v != "-" && v > most) most = v }
$2 != "decode, borrowing" {
	rows[++n] = $0
	larger($12)
	larger($6 == "-" ? "-" : $6 / $3)
	larger($7 == "-" ? "-" : 1 / $7)
}
END {
	most = most < 10 ? 10 : most
	height = 72 + 36 * n
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\"" \
	    " height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n",
	    height
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
	print "<text x=\"10\" y=\"18\" font-size=\"13\">How many times the" \
	    " time of orpc the others take (longer is slower; left of 1x:" \
	    " faster than orpc)</text>"
	key(10, "#c0392b", "rpcgen and libtirpc")
	key(160, "#2c6fad", "protobuf-c")
	key(260, "#95a5a6", "written by hand, or memcpy")
	# A band behind every other message.
	for (i = 1; i <= n; i++)
		if (substr(rows[i], 1, 1) ~ /[bdf]/)
			printf "<rect x=\"0\" y=\"%d\" width=\"900\"" \
			    " height=\"36\" fill=\"#f4f6f8\"/>\n",
			    46 + 36 * (i - 1)
	n_ticks = split("0.5 1 2 5 10 20 50 100 200 500 1000", ticks, " ")
	for (i = 1; i <= n_ticks && (v = ticks[i] + 0) <= most; i++) {
		printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"44\" y2=\"%d\"" \
		    " stroke=\"%s\"/>\n", x(v), x(v), height - 18,
		    (v == 1 ? "black" : "#ddd")
		printf "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%gx</text>\n",
		    x(v) - 6, height - 6, v
	}
	for (i = 1; i <= n; i++) {
		split(rows[i], f, "\t")
		y = 50 + 36 * (i - 1)
		printf "<text x=\"10\" y=\"%d\">%s, %s</text>\n", y + 17,
		    f[1], f[2]
		bar(y, f[12], "#c0392b")
		bar(y + 10, f[6] == "-" ? "-" : f[6] / f[3], "#2c6fad")
		bar(y + 20, f[7] == "-" ? "-" : 1 / f[7], "#95a5a6")
	}
	print "</svg>"
}' >"$svg"
