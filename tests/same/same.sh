#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Generated code and the table-driven codec do the same: random schemas,
# random values, damaged bytes. ORPC_SAME_SEEDS="1 2 3" chooses the schemas.
. "${top_srcdir:?}/tests/lib/tap.sh"

cd "$tmp" || exit 99
flags="-g -O1 ${SANITIZE_CFLAGS-} -I. -I$top_srcdir -I$top_srcdir/xdr/include"
strict="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror"

try_schema()
{
	"$top_builddir/tests/same/schema" "$1" >s.x || return 1
	rm -f s_xdr.c s_fuzz.c s.h
	"$IDLC" --emit=header,xdr,fuzz s.x || return 1
	$CC $flags $strict -c s_xdr.c -o s_xdr.o || return 1
	$CC $flags $strict -c s_fuzz.c -o s_fuzz.o || return 1
	$CC $flags -DTARGETS='"s_fuzz.c"' "$top_srcdir/tests/same/values.c" \
	    s_xdr.o "$top_builddir/xdr/.libs/liboxdr_whole.a" -o s ||
		return 1
	./s "$1" 200 || return 1
	$CC $flags -DTARGETS='"s_fuzz.c"' "$top_srcdir/tests/same/messages.c" \
	    "$top_srcdir/tests/same/wire.c" s_xdr.o \
	    "$top_builddir/xdr/.libs/liboxdr_whole.a" -o m || return 1
	./m "$1" 10
}

for seed in ${ORPC_SAME_SEEDS-1 2 3 4 5 6 7 8 9 10 20064}; do
	ok "schema $seed" try_schema "$seed"
done
done_testing
