#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# idlc's work and memory grow with its input, not faster: twice the
# definitions take about twice the instructions (as callgrind counts them) and
# twice the memory. One pass over all definitions for each of them, or one
# list that is searched, and this fails.
. "${top_srcdir:?}/tests/lib/tap.sh"

here=$(cd "$top_srcdir/tests/bench/idlc" && pwd)
cost=$(cd "$top_builddir" && pwd)/tests/bench/idlc/cost

for n in 2000 4000 8000 16000 32000; do
	mkdir "$tmp/$n"
	awk -v n=$n -f "$here/definitions.awk" >"$tmp/$n/in.x"
done

# instructions SIZE OPTION...
instructions()
{
	cd "$tmp/$1" || return
	shift
	"$VALGRIND" --tool=callgrind --callgrind-out-file=counts \
	    "$IDLC" "$@" in.x >out 2>log || { cat log >&2; return 1; }
	sed -n 's/^summary: //p; s/^totals: //p' counts | head -n 1
}

# kilobytes SIZE OPTION...
kilobytes()
{
	cd "$tmp/$1" || return
	shift
	"$cost" "$IDLC" "$@" in.x | sed 's/.* //'
}

# doubles WHAT A B: B is at most 2.1 times A
doubles()
{
	echo "# $1: $2, then $3"
	ok "$1: twice as much for twice the definitions" \
	    test "${2:-0}" -gt 0 -a "${3:-0}" -gt "$2" \
	    -a "$((${3:-0} * 10))" -le "$((${2:-0} * 21))"
}

# work NAME OPTION...
work()
{
	local name=$1
	shift
	doubles "instructions of $name" "$(instructions 2000 "$@")" \
	    "$(instructions 4000 "$@")"
}

# space NAME OPTION...: what the program takes anyway is subtracted
space()
{
	local name=$1 a b c
	shift
	a=$(kilobytes 8000 "$@") b=$(kilobytes 16000 "$@")
	c=$(kilobytes 32000 "$@")
	doubles "memory of $name" "$((b - a))" "$((c - b))"
}

if [ -n "$SANITIZE_CFLAGS" ]; then
	not_here "instructions and memory" "sanitizers add their own"
	done_testing
	exit 0
fi
space "idlc"
space "idlc --rpcgen" --rpcgen
if [ -z "$VALGRIND" ]; then
	skip "instructions" "valgrind is missing"
elif ! instructions 2000 --check >/dev/null 2>&1; then
	not_here "instructions" "valgrind can't run this build"
else
	work "idlc"
	work "idlc --rpcgen" --rpcgen
	work "idlc --rpcgen -h" --rpcgen -h
fi
done_testing
