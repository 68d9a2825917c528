# SPDX-License-Identifier: BSD-3-Clause
# Lines "round workload who value [cpu]" to a table: medians, and medians of
# the ratios within a round; then the goals. Rates: more is better; all else: less.
function median(list, n,    v, i, j, t) {
	split(list, v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
		}
	return n ? v[int((n + 1) / 2)] : ""
}
function add(key, x) {
	lists[key] = lists[key] " " x
	counts[key]++
}
function show(x, unit) {
	if (x == "")
		return "-"
	if (x >= 10000)
		return sprintf("%.1fk", x / 1000)
	return sprintf(x >= 100 ? "%.0f" : "%.2f", x)
}
$4 != "" {
	if (!($2 in seen)) {
		seen[$2] = 1
		order[++n_work] = $2
	}
	if ($1 > rounds)
		rounds = $1
	add($2 SUBSEP $3, $4)
	value[$1, $2, $3] = $4
	if ($5 != "") {
		add($2 SUBSEP $3 SUBSEP "cpu", $5)
		cpu[$1, $2, $3] = $5
	}
}
# The goals of a workload: rl, rt, rc are ours by the limit, by libtirpc, and
# CPU by the limit's; v and c our own value and CPU time.
function goal(what, x, at_most, bound) {
	if (x != "")
		goals = goals sprintf("goal: %s: %s (at %s %s)\n", what,
		    show(x), at_most ? "most" : "least", bound)
}
function goals_of(k, v, rl, rt, rc, c) {
	if (k ~ /^latency\//)
		goal(k " by raw sockets", rl, 1, 1.08)
	else if (k ~ /^spin\//)
		goal(k " by raw sockets", rl, 1, 1.3)
	else if (k ~ /^pipeline\/tcp\/1x64/)
		goal(k " by raw sockets", rl, 0, 0.8)
	else if (k ~ /^load\/tcp\/(8|64|512)x1$/) {
		goal(k " by raw sockets", rl, 0, 0.95)
		goal(k " CPU by raw sockets", rc, 1, 1.08)
	} else if (k ~ /^load\/(unix|udp)\/(8|64)x1$/)
		goal(k " by raw sockets", rl, 0, 0.9)
	else if (k ~ /^load\/tcp\/(8|64|512)x(16|64)$/) {
		goal(k " by raw sockets", rl, 0, 0.75)
		if (k ~ /x64$/)
			goal(k " CPU us a call", c, 1, 0.22)
	} else if (k ~ /^(echo|sink)-1MiB\/tcp\/1x1$/)
		goal(k " by libtirpc", rt, 0, 1)
	else if (k ~ /^echo-1MiB\//)
		goal(k " by raw sockets", rl, 0, 0.95)
	else if (k == "idle/bytes-a-connection")
		goal(k, v, 1, 400)
	else if (k == "idle/10k-one-call-each-ms")
		goal(k, v, 1, 400)
	else if (k == "idle/8-busy-among-5000")
		goal(k " by raw sockets", rl, 0, 0.9)
	if (k ~ /^(echo|sink)-1MiB\//)
		goal(k " CPU by raw sockets", rc, 1, 1.05)
}
END {
	printf "| workload | ours | libtirpc | limit | ours/limit |" \
	    " ours/libtirpc | CPU us a call: ours | libtirpc | limit |" \
	    " ours/limit |\n|---|---|---|---|---|---|---|---|---|---|\n"
	for (w = 1; w <= n_work; w++) {
		k = order[w]
		nl = nt = nc = 0
		rl = rt = rc = ""
		for (r = 1; r <= rounds; r++) {
			o = value[r, k, "orpc"]
			if (o != "" && value[r, k, "raw"] > 0) {
				rl = rl " " o / value[r, k, "raw"]; nl++
			}
			if (o != "" && value[r, k, "tirpc"] > 0) {
				rt = rt " " o / value[r, k, "tirpc"]; nt++
			}
			if (cpu[r, k, "orpc"] != "" && cpu[r, k, "raw"] > 0) {
				rc = rc " " cpu[r, k, "orpc"] / cpu[r, k, "raw"]
				nc++
			}
		}
		printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
		    k, show(median(lists[k, "orpc"], counts[k, "orpc"])),
		    show(median(lists[k, "tirpc"], counts[k, "tirpc"])),
		    show(median(lists[k, "raw"], counts[k, "raw"])),
		    show(median(rl, nl)), show(median(rt, nt)),
		    show(median(lists[k, "orpc", "cpu"],
			counts[k, "orpc", "cpu"])),
		    show(median(lists[k, "tirpc", "cpu"],
			counts[k, "tirpc", "cpu"])),
		    show(median(lists[k, "raw", "cpu"],
			counts[k, "raw", "cpu"])), show(median(rc, nc))
		goals_of(k, median(lists[k, "orpc"], counts[k, "orpc"]),
		    median(rl, nl), median(rt, nt), median(rc, nc),
		    median(lists[k, "orpc", "cpu"], counts[k, "orpc", "cpu"]))
	}
	printf "%s", goals
}
