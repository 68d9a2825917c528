#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A guided tour, run by `./bootstrap demo`: a private binder, the calculator's
# server, what orpcinfo sees of it, calls over each transport, and how calls
# end that can't succeed. It touches nothing but a directory of its own, and
# removes that. Exit 0: everything happened as told.

set -u
source_dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/orpc-demo.XXXXXX") || exit 2
pids=
wrong=0

clean_up()
{
	local pid
	for pid in $pids; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	cd / && rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM

if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	bold= plain=
fi

chapter()
{
	printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

say()
{
	printf '%s\n' "$*" | fold -s -w 76 | sed 's/ $//'
}

# shows COMMAND...: as typed, with what it prints; it has to succeed.
shows()
{
	fails_with 0 "$@"
}

# fails_with STATUS COMMAND...: the same where another exit status is right.
fails_with()
{
	local expected=$1 status=0
	shift
	printf '    $ %s\n' "$*"
	"$@" </dev/null >"$work/out" 2>&1 || status=$?
	sed 's/^/    /' "$work/out"
	if [ "$status" -ne "$expected" ]; then
		echo "demo: exit status $status, expected $expected" >&2
		wrong=$((wrong + 1))
	elif [ "$status" -ne 0 ]; then
		say "    (exit status $status)"
	fi
}

# in_background NAME COMMAND...: and waits for its first lines.
in_background()
{
	local name=$1 i
	shift
	printf '    $ %s &\n' "$*"
	"$@" </dev/null >"$work/$name.log" 2>&1 &
	pids="$! $pids"
	eval "${name}_pid=$!"
	for i in $(seq 600); do
		[ -s "$work/$name.log" ] && break
		kill -0 $! 2>/dev/null || break
		sleep 0.1
	done
	sleep 0.2
	sed 's/^/    /' "$work/$name.log"
	if ! kill -0 $! 2>/dev/null; then
		echo "demo: $name did not start" >&2
		exit 1
	fi
}

chapter "The calculator"
say "calculator.x says what can be asked: sixteen procedures of program" \
    "CALCULATOR, version 1. Here is its heart:"
sed -n '/^struct operands/,/^};/p; /^union calc_result/,/^};/p' \
    "$source_dir/calculator/calculator.x" | sed 's/^/    /'
say "idlc makes C of it, and the example's Makefile two programs:"
cp -r "$source_dir/calculator" "$work/calculator"
cd "$work/calculator" || exit 2
printf '    $ make\n'
if ! "${MAKE:-make}" >"$work/make.log" 2>&1; then
	cat "$work/make.log"
	exit 1
fi
printf '    '
ls -C calculator calculator-server
PATH=$work/calculator:$PATH

chapter "A binder and a server"
say "Programs find each other by number: a server tells the binder where it" \
    "listens, a client asks. This tour has a binder of its own, on a socket" \
    "in its own directory; port 111 is left alone."
export ORPC_BINDER=unix:$work/binder.sock
in_background orpcbind orpcbind --listen "$ORPC_BINDER"
printf '    $ export ORPC_BINDER=%s\n' "$ORPC_BINDER"
say "The server takes any free ports, and registers them:"
in_background server calculator-server -l tcp://127.0.0.1 -l udp://127.0.0.1 \
    -l "unix:$work/calculator.sock"
say "orpcinfo lists what the binder knows, and calls what it lists:"
shows orpcinfo -p
shows orpcinfo -t localhost 0x2000ca1c

chapter "Calls"
say "Over TCP (the address has no port: the binder is asked):"
shows calculator -s tcp://localhost add 2 3
say "Over UDP:"
shows calculator -s udp://localhost multiply 6 7
say "Over a unix socket:"
shows calculator -s "unix:$work/calculator.sock" quadratic 1 -3 2
say "Any number of values in one call:"
shows calculator addtogether 1 2 3 4 5 6 7 8 9 10

chapter "Calls that can't succeed"
say "What the calculator refuses is an ordinary result, with a name:"
fails_with 1 calculator divide 1 0
fails_with 1 calculator add 9223372036854775807 1
fails_with 1 calculator root -2
say "A version that the server does not have is refused by its RPC layer," \
    "which says what there is:"
fails_with 3 calculator -s tcp://localhost --ask-version 7 add 2 3

chapter "State"
say "A session has a memory that outlives calls and connections:"
shows calculator session
session=$(cat "$work/out")
shows calculator --session "$session" memory store 40
shows calculator -s udp://localhost --session "$session" memory add 2
shows calculator --session "$session" memory recall
shows calculator --session "$session" forget

chapter "The end of the calculator"
say "Interrupted, the server finishes what it has in hand and takes its" \
    "registration back:"
printf '    $ kill -TERM %s\n' "$server_pid"
kill -TERM "$server_pid"
wait "$server_pid" || { echo "demo: the server failed" >&2; wrong=1; }
shows orpcinfo -p
say "Then a client is told at which step its call fails, and what to try:"
fails_with 3 calculator -s tcp://localhost add 2 3

chapter "The election"
say "Votes that survive a crash, and a server that calls its voters back over" \
    "the connection they opened:"
cp -r "$source_dir/election" "$work/election"
printf '    $ make\n'
if ! "${MAKE:-make}" -C "$work/election" >"$work/make.log" 2>&1; then
	cat "$work/make.log"
	exit 1
fi
bash "$source_dir/election/demo.sh" "$work/election" >"$work/out" 2>&1 || {
	echo "demo: the election's tour failed" >&2
	wrong=$((wrong + 1))
}
sed 's/^\(.\)/    \1/' "$work/out"

say ""
if [ "$wrong" -gt 0 ]; then
	say "demo: $wrong steps went otherwise than told"
	exit 1
fi
say "That was the tour. The programs: examples/calculator, examples/election." \
    "Everything it made is removed."
