#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# 64 voters, two for each number, through a proxy that cuts and splits, while
# the server is killed 100 times: every confirmed vote is in the tally once.
# ORPC_KILLS sets another number of kills.
. "${top_srcdir:?}/tests/lib/tap.sh"
storm=$top_builddir/tests/e2e/election_storm
server=$top_builddir/tests/e2e/election-server

run_storm()
{
	local what=$1 line
	shift
	timeout 300 "$storm" "$server" "$@" >"$tmp/storm.tap" \
	    2>"$tmp/storm.err"
	while read -r line; do
		case $line in
		'ok '*) report 0 "$what: ${line#* - }" ;;
		'not ok '*) report 1 "$what: ${line#* - }" ;;
		'#'*) echo "$line" ;;
		esac
	done <"$tmp/storm.tap"
	ok "$what: the storm ends" grep -q '^1\.\.' "$tmp/storm.tap"
	sort "$tmp/storm.err" | uniq -c | sort -rn | head -n 20 | sed 's/^/# /'
}

run_storm SQLite "$tmp/poll.db" 1 "${ORPC_KILLS:-100}" 64

. "$top_srcdir/tests/lib/postgres.sh"
if postgres_start; then
	run_storm PostgreSQL "$postgres_url" 3 "${ORPC_KILLS:-100}" 64
	postgres_stop
else
	skip "PostgreSQL" "no PostgreSQL server (package postgresql)"
fi
done_testing
