#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A call takes no more instructions of the server than it did, by 10 %:
# 100-byte echoes, counted by callgrind over whole turns of the server's loop,
# system calls' wrappers included.
. "${top_srcdir:?}/tests/lib/tap.sh"

[ -n "$VALGRIND" ] || skip_all "valgrind is missing"
# meaningless WHY: this build's counts say nothing.
meaningless()
{
	not_here "instructions of a call" "$1"
	done_testing
	exit 0
}

[ -z "$SANITIZE_CFLAGS" ] || meaningless "sanitizers add instructions"
[ "$(uname -m)" = x86_64 ] || meaningless "the counts are those of x86-64"
case " $CFLAGS " in
*" -O2 "*) ;;
*) meaningless "the counts are those of -O2, CFLAGS are '$CFLAGS'" ;;
esac
case $($CC --version 2>/dev/null | head -n 1) in
*clang*) meaningless "the counts are those of gcc" ;;
esac

# Prints the instructions of a call: TRANSPORT AUTH CONNECTIONS DEPTH ROUNDS
count()
{
	local calls all

	calls=$($VALGRIND --tool=callgrind --callgrind-out-file="$tmp/out" \
	    --toggle-collect=measured_turn \
	    "$top_builddir/tests/bench/rpc/turns" "$@" 2>"$tmp/log") || return
	all=$(sed -n 's/^summary: //p; s/^totals: //p' "$tmp/out" |
	    head -n 1)
	[ "$all" -gt 0 ] && echo $((all / calls))
}

# within NAME MOST ARGUMENT...: a call takes at most MOST and a tenth.
within()
{
	local name=$1 most=$2 n

	shift 2
	n=$(count "$@")
	echo "# $name: ${n:-no} instructions, $most before"
	ok "$name takes at most $((most + most / 10)) instructions" \
	    test "${n:-0}" -gt 50 -a "${n:-0}" -le "$((most + most / 10))"
}

[ -n "$(count tcp none 1 1 1)" ] ||
	meaningless "valgrind can't read what this compiler made"
within "a pipelined call" 340 tcp none 8 16 50
within "a call at a time" 867 tcp none 1 1 500
within "a pipelined call with AUTH_SYS" 369 tcp sys 8 16 50
within "a pipelined call at most once" 1261 tcp once 1 16 200
within "a datagram of eight" 670 udp none 8 1 100
done_testing
