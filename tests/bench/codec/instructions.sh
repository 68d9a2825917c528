#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The small struct of w1.x takes no more instructions than it did, by 10 %.
# Callgrind counts them; the counts of a default build are in README.md.
. "${top_srcdir:?}/tests/lib/tap.sh"

[ -n "$VALGRIND" ] || skip_all "valgrind is missing"
# meaningless WHY: this build's counts say nothing.
meaningless()
{
	not_here "instructions of the small struct" "$1"
	done_testing
	exit 0
}

[ -z "$SANITIZE_CFLAGS" ] || meaningless "sanitizers add instructions"
[ "$(uname -m)" = x86_64 ] || meaningless "the counts are those of x86-64"
case " $CFLAGS " in
*" -O2 "*) ;;
*) meaningless "the counts are those of -O2, CFLAGS are '$CFLAGS'" ;;
esac

# Other compilers only have to keep what is promised.
case $($CC --version 2>/dev/null | head -n 1) in
*clang*) put=60 get=70 ;;
*) put=33 get=39 ;;
esac

# Prints the instructions of 1000 calls of a function, and of what it calls.
count()
{
	$VALGRIND --tool=callgrind --callgrind-out-file="$tmp/out" \
	    --toggle-collect="$1" "$top_builddir/tests/bench/codec/small" \
	    >"$tmp/log" 2>&1 || return
	sed -n 's/^summary: //p; s/^totals: //p' "$tmp/out" | head -n 1
}

# within NAME FUNCTION MOST: a call takes at most MOST and a tenth.
within()
{
	local n

	n=$(count "$2")
	n=$((n / 1000))
	echo "# $1: $n instructions, at most $3 before"
	ok "$1 takes at most $(($3 + $3 / 10)) instructions" \
	    test "$n" -gt 10 -a "$n" -le "$(($3 + $3 / 10))"
}

[ -n "$(count small_xdr_put)" ] ||
	meaningless "valgrind can't read what this compiler made"
within "encoding the small struct" small_xdr_put $put
within "decoding the small struct" small_xdr_get $get
done_testing
