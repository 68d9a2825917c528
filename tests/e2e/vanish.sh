#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Clients that are killed in mid-call leave the server with the memory and
# the descriptors it had before.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/e2e/calculator_lib.sh"

must "the example builds" build_calculator
# What is freed is given out again at once, so that memory that grows is seen
# under a sanitizer, too.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=0:thread_local_quarantine_size_kb=0
must "the server listens" start_server

fds() { ls "/proc/$server_pid/fd" | wc -l; }
# Anonymous memory: what the server itself took, in KiB.
memory() { awk '/^RssAnon:/ { print $2 }' "/proc/$server_pid/status"; }

# Half of a call: a record's mark and less than it says; then waits.
half_call()
{
	exec 3<>"/dev/tcp/${tcp_host}/${tcp_port}"
	printf '\x80\x00\x40\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02' >&3
	head -c 8000 /dev/zero >&3
	echo sent
	exec sleep 60
}
address=${tcp#tcp://}
tcp_host=${address%:*} tcp_port=${address##*:}

# One round: 8 clients in the middle of a call are killed.
round()
{
	local pids= pid i
	for i in 1 2 3 4 5 6 7 8; do
		half_call >"$tmp/half.$i" &
		pids="$pids $!"
		disown $!
	done
	for i in 1 2 3 4 5 6 7 8; do
		wait_for_line "$tmp/half.$i" sent
	done
	for pid in $pids; do
		kill -KILL "$pid"
	done
	rm -f "$tmp"/half.*
}

# until_fds N: waits until the server has at most N descriptors, 60 s.
until_fds()
{
	local i
	for i in $(seq 1200); do
		[ "$(fds)" -le "$1" ] && return 0
		sleep 0.05
	done
	echo "# $(fds) descriptors instead of $1"
	return 1
}

calculator -s "$unix" add 2 3 >/dev/null
before_fds=$(fds)
# The first round grows what is kept for later use.
round
ok "descriptors are as before after one round" until_fds "$before_fds"
before_memory=$(memory)
for i in 1 2 3 4 5 6 7 8 9 10; do round; done
ok "descriptors are as before" until_fds "$before_fds"
after_memory=$(memory)
echo "# memory: $before_memory KiB before, $after_memory KiB after"
# Memory of 80 partial calls of 8 KB would be 640 KiB.
case $SANITIZE_CFLAGS in
*thread*)
	not_here "memory is as before" "TSan keeps a shadow of all it has seen"
	;;
*)
	ok "memory is as before" test $((after_memory - before_memory)) -le 200
esac
is "and the server serves" "$(calculator -s "$tcp" add 2 3)" 5
done_testing
