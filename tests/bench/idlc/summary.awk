# SPDX-License-Identifier: BSD-3-Clause
# Lines of "round size contestant microseconds kilobytes" to the tables of
# README.md.

function median(list, n,    i, j, t)
{
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
			t = list[j]
			list[j] = list[j - 1]
			list[j - 1] = t
		}
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function of_rounds(values, size, who,    list, n, r)
{
	for (r = 1; r <= rounds; r++)
		if ((r, size, who) in values)
			list[++n] = values[r, size, who]
	return n ? median(list, n) : 0
}

# How many times b costs what a does, round by round.
function ratio(size, a, b,    list, n, r)
{
	for (r = 1; r <= rounds; r++)
		if ((r, size, b) in us)
			list[++n] = us[r, size, b] / us[r, size, a]
	return n ? median(list, n) : 0
}

# The exponent of growth from `least` definitions on: the slope of a straight
# line through the logarithms.
function exponent(values, who, least,    i, n, x, y, sx, sy, sxx, sxy)
{
	for (i = 1; i <= n_sizes; i++) {
		if (sizes[i] < least || !(y = of_rounds(values, sizes[i], who)))
			continue
		x = log(sizes[i])
		y = log(y)
		n++
		sx += x
		sy += y
		sxx += x * x
		sxy += x * y
	}
	return n < 2 ? 0 : (n * sxy - sx * sy) / (n * sxx - sx * sx)
}

function time(t)
{
	if (!t)
		return "-"
	return t < 1e5 ? sprintf("%.1f ms", t / 1e3) : sprintf("%.2f s", t / 1e6)
}

function memory(kb) { return kb ? sprintf("%.1f MB", kb / 1024) : "-" }
function times(r) { return r ? sprintf("%.0fx", r) : "-" }
function power(e) { return e ? sprintf("%.2f", e) : "-" }

# A goal's line, as `make bench` gathers them.
function goal(what, got, limit, at_least)
{
	printf "goal: W6 %s: %.3g (at %s %s)\n", what, got,
	    at_least ? "least" : "most", limit
}

{
	us[$1, $2, $3] = $4
	kb[$1, $2, $3] = $5
	if ($1 > rounds)
		rounds = $1
	if (!($2 in seen)) {
		seen[$2] = 1
		sizes[++n_sizes] = $2
	}
}

END {
	print "| definitions | idlc | memory | idlc --rpcgen | memory |" \
	    " its four modes | rpcgen | memory | its four modes |" \
	    " rpcgen / ours | four modes |"
	print "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
	for (i = 1; i <= n_sizes; i++) {
		s = sizes[i]
		printf "| %d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
		    s, time(of_rounds(us, s, "native")),
		    memory(of_rounds(kb, s, "native")),
		    time(of_rounds(us, s, "classic")),
		    memory(of_rounds(kb, s, "classic")),
		    time(of_rounds(us, s, "classic4")),
		    time(of_rounds(us, s, "rpcgen")),
		    memory(of_rounds(kb, s, "rpcgen")),
		    time(of_rounds(us, s, "rpcgen4")),
		    times(ratio(s, "classic", "rpcgen4")),
		    times(ratio(s, "classic4", "rpcgen4"))
	}
	printf "| grows by the power | %s | %s | %s | %s | %s | %s | %s | %s | | |\n",
	    power(exponent(us, "native")), power(exponent(kb, "native")),
	    power(exponent(us, "classic")), power(exponent(kb, "classic")),
	    power(exponent(us, "classic4")), power(exponent(us, "rpcgen")),
	    power(exponent(kb, "rpcgen")), power(exponent(us, "rpcgen4"))

	printf "| from 10,000 on | %s | %s | %s | %s | %s | | | | | |\n\n",
	    power(exponent(us, "native", 10000)),
	    power(exponent(kb, "native", 10000)),
	    power(exponent(us, "classic", 10000)),
	    power(exponent(kb, "classic", 10000)),
	    power(exponent(us, "classic4", 10000))
	for (i = 1; i <= n_sizes; i++) {
		s = sizes[i]
		native = of_rounds(us, s, "native") / 1e6
		classic = of_rounds(us, s, "classic") / 1e6
		limit = s == 100 ? 0.005 : s == 10000 ? 0.06 : \
		    s == 30000 ? 0.18 : s == 100000 ? 0.6 : 0
		if (limit) {
			goal("idlc, " s " definitions, s", native, limit)
			goal("idlc --rpcgen, " s " definitions, s", classic,
			    limit)
		}
		if (s == 100000)
			goal("idlc, " s " definitions, MB",
			    of_rounds(kb, s, "native") / 1024, 200)
		if (s == 10000 && ratio(s, "classic", "rpcgen4"))
			goal("rpcgen's four runs / idlc --rpcgen, " s \
			    " definitions", ratio(s, "classic", "rpcgen4"),
			    50, 1)
	}
	goal("power of time, idlc", exponent(us, "native"), 1.05)
	goal("power of time, idlc --rpcgen", exponent(us, "classic"), 1.05)
	goal("power of memory, idlc", exponent(kb, "native"), 1.05)
}
