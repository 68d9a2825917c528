#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Both libraries' headers in one source file, both in one process.
. "${top_srcdir:?}/tests/lib/tap.sh"

[ -n "$LIBTIRPC_LIBS" ] || skip_all "no libtirpc"
libs="$top_builddir/xdr/.libs $top_builddir/runtime/.libs"
# libtirpc's headers are not clean at our level: system headers to us.
ok "headers of both libraries in one file" \
    $CC -Wall -Wextra -Werror $CPPFLAGS $CFLAGS $SANITIZE_CFLAGS \
	-I"$top_srcdir/xdr/include" -I"$top_srcdir/runtime/include" \
	${LIBTIRPC_CFLAGS//-I/-isystem } \
	-o "$tmp/with_tirpc" "$top_srcdir/tests/rules/with_tirpc.c" \
	$LDFLAGS $(printf -- '-L%s ' $libs) -lorpc -loxdr $LIBTIRPC_LIBS
export LD_LIBRARY_PATH="${libs// /:}"
ok "both libraries in one process" \
    sh -c '"$1" | tee "$2/bytes" && ! grep "^not ok" "$2/bytes"' \
	sh "$tmp/with_tirpc" "$tmp"
done_testing
