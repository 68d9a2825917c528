#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The guided tour of `./bootstrap demo` goes as it tells, leaves no process
# and no file.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

mkdir "$tmp/room"
export TMPDIR=$tmp/room
status=0
timeout 600 bash "$top_srcdir/examples/demo.sh" >"$tmp/said" 2>&1 </dev/null ||
	status=$?
is "the tour succeeds" "$status" 0
[ "$status" -eq 0 ] || tail -n 60 "$tmp/said" | sed 's/^/# /'
tells() { ok "it shows: $1" grep -Eq "$1" "$tmp/said"; }
tells '^    listening on tcp://127\.0\.0\.1:[0-9]+$'
tells '^ +536922652 +1 +tcp +[0-9]+'
tells '^    5$'
tells '^    42$'
tells 'division by zero'
tells 'versions? 1 to 1'
tells 'program is not registered'
tells '60 votes were confirmed, 60 are counted'
is "no file is left" "$(find "$tmp/room" -mindepth 1)" ""
# Whatever it started worked in that directory, or ran from it.
left=$(for pid in /proc/[0-9]*; do
	for link in cwd exe; do
		case $(readlink "$pid/$link" 2>/dev/null) in
		"$tmp/room"*) tr '\0' ' ' <"$pid/cmdline" ;;
		esac
	done
done)
is "no process is left" "$left" ""
done_testing
