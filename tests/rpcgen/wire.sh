#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The XDR routines of rpcgen's output and of ours take and refuse the same
# bytes and send the same ones, inline or not.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
need rpcgen "${RPCGEN:-rpcgen}"
make_rpcgens

# build WHO FILE FLAGS...: $tmp/WHO.d/dump
build()
{
	local who=$1 file=$2 d=$tmp/$1.d
	shift 2
	rm -rf "$d" && mkdir "$d" && cp "$file" "$d/in.x" || return 1
	(
		cd "$d" || exit 1
		$who "$@" -h in.x >in.h && $who "$@" -c in.x >in_xdr.c ||
		    exit 1
		cp "$tmp/routines.def" . 2>/dev/null ||
		    sed -n 's/^extern  *bool_t xdr_\([A-Za-z0-9_]*\) (XDR \*, \([A-Za-z0-9_]*\)\*\{0,1\});$/\1 \2/p' in.h |
		    awk '$1 == $2 { print "T(" $1 ")" }' >"$tmp/routines.def"
		cp "$tmp/routines.def" .
		$cc -w -I. $tirpc_cflags -I"$(dirname "$file")" \
		    '-DHEADER="in.h"' -o dump \
		    "$top_srcdir/tests/rpcgen/codec_dump.c" in_xdr.c $support \
		    $tirpc_libs
	)
}

compare()
{
	local name=$1 file=$2
	shift 2
	rm -f "$tmp/routines.def"
	# Nothing to compare with where rpcgen's own does not build.
	build theirs "$file" "$@" >"$tmp/build.log" 2>&1 || return 0
	ok "$name: ours builds" build ours "$file" "$@"
	"$tmp/theirs.d/dump" >"$tmp/theirs.dump"
	"$tmp/ours.d/dump" >"$tmp/ours.dump"
	ok "$name: $(wc -l <"$tmp/theirs.dump") streams, same bytes" \
	    cmp "$tmp/theirs.dump" "$tmp/ours.dump"
}

cat >"$tmp/outside.c" <<'EOF'
#include <rpc/rpc.h>
struct outside { int a; };
bool_t xdr_outside(XDR *xdrs, struct outside *o) { return xdr_int(xdrs, &o->a); }
bool_t xdr_given(XDR *xdrs, struct outside *o) { return xdr_int(xdrs, &o->a); }
EOF
for file in $(system_files) "$top_srcdir"/tests/rpcgen/x/*.x; do
	support=
	case $file in
	*/places.x) support=$tmp/outside.c ;;
	esac
	compare "${file##*/}" "$file"
	compare "${file##*/} -i 0" "$file" -i 0
	compare "${file##*/} -i 1 -N" "$file" -i 1 -N
done

done_testing
