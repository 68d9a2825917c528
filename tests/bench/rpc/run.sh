#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Benchmarks of calls: ours, rpcgen with libtirpc, and the limit (raw
# sockets) in turns, in one run.
#
#	run.sh [--rounds=N] [--seconds=S] [GROUP...]
#
# Groups: latency spin pipeline throughput big idle. Prints a table of medians and of
# the medians of each round's ratios; the single figures are kept in
# bench-rpc.txt of the build directory. With two CPUs the servers have the
# first and the load generator the second; for latency both share one.
set -u
rounds=5 seconds=1 groups=
for arg; do
	case $arg in
	--rounds=*) rounds=${arg#*=} ;;
	--seconds=*) seconds=${arg#*=} ;;
	-*) echo "usage: run.sh [--rounds=N] [--seconds=S] [GROUP...]" >&2
	    exit 2 ;;
	*) groups="$groups $arg" ;;
	esac
done
groups=${groups:-latency spin pipeline throughput big idle}
here=${top_builddir:?}/tests/bench/rpc
load=${top_builddir:?}/runtime/tools/orpcload
tmp=$(mktemp -d "${TMPDIR:-/tmp}/orpc-bench.XXXXXX") || exit 1
results=$top_builddir/bench-rpc.txt
: >"$results"
server=
trap 'stop_server; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# taskset becomes the program: $! is the program's.
server_cpu= load_cpu=
if [ "$(nproc)" -ge 2 ]; then
	server_cpu="taskset -c 0" load_cpu="taskset -c 1"
fi

stop_server()
{
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	server=
}

# start_server WHO tcp|udp|unix: sets address and server
start_server()
{
	local who=$1 kind=$2 where=$2 i=0
	rm -f "$tmp/socket" "$tmp/address"
	[ "$kind" != unix ] || where=unix:$tmp/socket
	if [ "$who" = orpc ] && [ "$kind" != unix ]; then
		where=$kind://127.0.0.1
	fi
	$server_cpu "$here/${who}_echo" "$where" >"$tmp/address" &
	server=$!
	until [ -s "$tmp/address" ]; do
		i=$((i + 1))
		[ "$i" -lt 100 ] || { echo "$who does not start" >&2; exit 1; }
		sleep 0.05
	done
	address=$(cat "$tmp/address")
	[ "$who" != raw ] || case $kind in
	unix) address=unix:$tmp/socket ;;
	*) address=$kind://127.0.0.1:$address ;;
	esac
}

# Who takes part, in an order of chance.
contestants()
{
	local all="orpc raw"
	[ ! -x "$here/tirpc_echo" ] || all="$all tirpc"
	shuf -e -- $all
}

# note WORKLOAD WHO VALUE [CPU]
note()
{
	echo "$round $*" >>"$results"
}

number()	# of a JSON line on standard input
{
	sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"
}

measure_latency()
{
	local kind size who what
	for kind in tcp udp unix; do
		for who in $(contestants); do
			start_server "$who" "$kind"
			for size in 0 100; do
				what=null
				[ "$size" -eq 0 ] || what=echo$size
				note "latency/$kind/$what" "$who" "$($server_cpu \
				    "$here/${who}_latency" "$address" 10000 \
				    "$size")"
			done
			stop_server
		done
	done
}

measure_spin()
{
	local kind who
	export SPIN=100
	for kind in tcp unix; do
		for who in $(contestants); do
			start_server "$who" "$kind"
			note "spin/$kind/null" "$who" "$($load_cpu \
			    "$here/${who}_latency" "$address" 10000 0)"
			stop_server
		done
	done
	unset SPIN
}

# One connection, our own asynchronous client; libtirpc's has none.
measure_pipeline()
{
	local kind who depth
	for kind in tcp unix; do
		for who in $(contestants); do
			[ "$who" != tirpc ] || continue
			start_server "$who" "$kind"
			for depth in 16 64; do
				note "pipeline/$kind/1x$depth" "$who" \
				    "$($load_cpu "$here/${who}_pipeline" \
				    "$address" "$depth" 100 "$seconds")"
			done
			stop_server
		done
	done
}

run_load()	# WORKLOAD WHO [option...]
{
	local name=$1 who=$2 line check=--echo
	[ "${procedure:-1}" -ne 3 ] || check=
	shift 2
	line=$($load_cpu "$load" --json $check --duration="$seconds" \
	    --warmup=0.2 --server-pid="$server" "$@" "$address" 0x20000ec0 1 \
	    "${procedure:-1}") || echo "$name $who: $line" >&2
	note "$name" "$who" "$(echo "$line" | number calls_per_s)" \
	    "$(echo "$line" | number server_cpu_us_per_call)"
}

measure_throughput()
{
	local kind who depth connections
	for kind in tcp unix udp; do
		for who in $(contestants); do
			start_server "$who" "$kind"
			for depth in 1 16 64; do
				for connections in 1 8 64 512; do
					[ "$kind" != udp ] ||
					    [ "$depth:$connections" = 1:8 ] ||
					    [ "$depth:$connections" = 1:64 ] ||
					    continue
					run_load "load/$kind/${connections}x$depth" \
					    "$who" --depth=$depth \
					    --connections=$connections
				done
			done
			if [ "$who" = orpc ] && [ "$kind" = tcp ]; then
				procedure=2 run_load load/tcp/8x16-once orpc \
				    --depth=16 --connections=8
			fi
			stop_server
		done
	done
}

measure_big()
{
	local who depth
	for who in $(contestants); do
		start_server "$who" tcp
		for depth in 1 4; do
			run_load "echo-1MiB/tcp/1x$depth" "$who" \
			    --depth=$depth --size=1048576
		done
		procedure=3 run_load "sink-1MiB/tcp/1x1" "$who" \
		    --size=1048576 --depth=1
		stop_server
	done
}

rss()	# of the server, in KiB
{
	awk '/^VmRSS/ { print $2 }' "/proc/$server/status"
}

measure_idle()
{
	local who before connections=${IDLE_CONNECTIONS:-10000} pid
	ulimit -n "$(ulimit -Hn)"
	for who in $(contestants); do
		start_server "$who" tcp
		before=$(rss)
		$load_cpu "$load" --json --idle="$connections" --duration=2 \
		    --null "$address" 0x20000ec0 1 0 >/dev/null & pid=$!
		until [ "$(ss -Htn state established dst "${address#*//}" |
		    wc -l)" -ge "$connections" ]; do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.2
		done
		sleep 0.5
		note "idle/bytes-a-connection" "$who" \
		    $((($(rss) - before) * 1024 / connections))
		wait "$pid"
		run_load "idle/8-busy-among-5000" "$who" --connections=8 \
		    --idle=5000
		stop_server
		start_server "$who" tcp
		# From the first connect to the last reply.
		note "idle/10k-one-call-each-ms" "$who" "$($load_cpu "$load" \
		    --json --connections="$connections" \
		    --calls="$connections" --null "$address" 0x20000ec0 1 0 |
		    sed 's/.*"connect_seconds":\([0-9.]*\),"seconds":\([0-9.]*\).*/\1 \2/' |
		    awk '{ print 1000 * ($1 + $2) }')"
		stop_server
	done
}

for round in $(seq "$rounds"); do
	echo "round $round of $rounds" >&2
	for group in $groups; do
		"measure_$group"
	done
done

awk -f "${top_srcdir:?}/tests/bench/rpc/summary.awk" "$results"
