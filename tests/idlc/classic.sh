#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# idlc --types=classic: stubs for liborpc over the types of the drop-in
# dialect's header. They compile with that header, link with its code into one
# program, and put the same bytes as the native ones.
. "${top_srcdir:?}/tests/lib/tap.sh"

[ -n "${LIBTIRPC_CFLAGS-}" ] || skip_all "libtirpc is not here"
flags="-g ${SANITIZE_CFLAGS-} $LIBTIRPC_CFLAGS -I$top_srcdir/xdr/include \
    -I$top_srcdir/runtime/include"
cd "$tmp" || exit 99

for input in /usr/include/rpcsvc/{mount,nfs_prot,rusers,sm_inter,yp}.x \
    "$top_srcdir/examples/calculator/calculator.x" \
    "$top_srcdir/tests/interop/types.x"; do
	[ -f "$input" ] || continue
	stem=$(basename "$input" .x)
	cp "$input" .
	ok "$stem: drop-in" "$IDLC" --rpcgen -N "$stem.x"
	ok "$stem: classic" "$IDLC" --types=classic "$stem.x"
	for file in "$stem"_orpc_*.c; do
		ok "$file" $CC $flags -Wall -Wextra -Wconversion -Werror \
		    -c "$file" -o x.o
	done
done

cat >both.x <<'END'
enum kind { LOW = -1, HIGH = 3 };
struct item { bool on; long number; hyper big; quadruple q; string s<>; kind k; item *next; };
END
cat >both.c <<'END'
#include "both_orpc.h"
#include <stdio.h>
#include <string.h>

int
main(void)
{
	item tail = { 0, -5, 1, { { 1 } }, "tail", LOW, NULL };
	item v = { 1, 7, -2, { { 2 } }, "text", HIGH, &tail };
	char ours[200], theirs[200];
	struct oxdr_writer w;
	struct oxdr_reader r;
	struct oxdr_arena arena = { 0 };
	item out;
	XDR x;

	oxdr_writer_init_fixed(&w, ours, sizeof(ours));
	xdrmem_create(&x, theirs, sizeof(theirs), XDR_ENCODE);
	if (item_xdr_put(&w, &v) || !xdr_item(&x, &v))
		return 1;
	if (oxdr_writer_size(&w) != xdr_getpos(&x) ||
	    memcmp(ours, theirs, xdr_getpos(&x)))
		return 2;
	oxdr_reader_init(&r, ours, oxdr_writer_size(&w));
	if (item_xdr_get(&r, &arena, &out) || !out.next ||
	    out.next->number != -5 || strcmp(out.next->s, "tail") ||
	    oxdr_value_equal(&item_xdr_type, &v, &out) != 1)
		return 3;
	v.number = 1L << 40;
	oxdr_writer_init_fixed(&w, ours, sizeof(ours));
	if (sizeof(long) == 8 && item_xdr_put(&w, &v) != -OXDR_E_RANGE)
		return 4;
	oxdr_arena_fini(&arena);
	return 0;
}
END
ok "a file for both" "$IDLC" --rpcgen both.x
ok "and ours" "$IDLC" --types=classic both.x
ok "link together" $CC $flags both.c both_xdr.c both_orpc_xdr.c \
    "$top_builddir/xdr/.libs/liboxdr_whole.a" $LIBTIRPC_LIBS -o both
ok "the same bytes, and back" ./both
done_testing
