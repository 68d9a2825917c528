#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the shared libraries export is what their .sym files say, bears our
# names only, and no library has a variable that can change.
. "${top_srcdir:?}/tests/lib/tap.sh"

exported()
{
	nm -D --defined-only "$1" | awk '$2 ~ /[TDBRVW]/ { print $3 }' |
		sed 's/@.*//' | grep -Ev '^(OXDR|IDLC|ORPC)_[0-9.]+$' | LC_ALL=C sort
}

listed()
{
	sed -n 's/^[ \t]*\([a-z_0-9]*\);$/\1/p' "$1" | LC_ALL=C sort
}

# Variables in sections that stay writable once the library is loaded; those
# of the compiler's own run-time library are no business of ours.
mutable()
{
	objdump -t "$1" | awk '
		$0 ~ / O (\.data|\.bss|\.tdata|\.tbss|\*COM\*)\t/ { print $NF }' |
		grep -Ev '^(completed\.[0-9]+|__dso_handle|__TMC_END__|__cpu_model|__cpu_features2)$'
}

check()
{
	local lib=$1 sym=$2 prefix=$3 so
	so=$(readlink -f "$top_builddir/${lib%/*}/.libs/${lib##*/}.so")
	is "$lib exports what its list says" "$(exported "$so")" \
	    "$(listed "$top_srcdir/$sym")"
	is "$sym is sorted and says nothing twice" \
	    "$(sed -n 's/^[ \t]*\([a-z_0-9]*\);$/\1/p' "$top_srcdir/$sym")" \
	    "$(listed "$top_srcdir/$sym" | uniq)"
	is "$lib exports names that begin with $prefix" \
	    "$(exported "$so" | grep -v "^$prefix")" ""
	is "$lib exports nothing internal" \
	    "$(exported "$so" | grep "^${prefix}i_")" ""
	if [ -n "$SANITIZE_CFLAGS" ]; then
		not_here "$lib has no variable that can change" "sanitizers add theirs"
	else
		is "$lib has no variable that can change" "$(mutable "$so" |
		    grep -v "^$4$")" ""
	fi
}

check xdr/liboxdr xdr/liboxdr.sym oxdr_ none
check idlc/libidlc idlc/libidlc.sym idlc_ none
# runtime/compat: the one place with process-wide state.
check runtime/liborpc runtime/liborpc.sym orpc_ 'compat_.*'
# What libtirpc's dispatch functions can't be told: its list, and a lock.
if [ -n "$LIBTIRPC_LIBS" ]; then
	check runtime/liborpc-tirpc runtime/liborpc-tirpc.sym orpc_tirpc_ 'tirpc_.*'
else
	skip "runtime/liborpc-tirpc exports what its list says" "no libtirpc"
fi

# Nothing of ours, hidden or not, has a name that libtirpc's users know.
for lib in xdr/liboxdr_whole idlc/libidlc_whole runtime/liborpc_whole; do
	is "$lib takes no name of libtirpc's" \
	    "$(nm --defined-only "$top_builddir/${lib%/*}/.libs/${lib##*/}.a" 2>/dev/null |
		awk '$2 ~ /[TDBRVW]/ { print $3 }' |
		grep -E '^(xdr|clnt|svc|auth[a-z]*|pmap|rpcb|rpc|key)_|^(xdr|clnt|svc|auth|pmap|rpcb|key)[a-z]+_')" ""
done
done_testing
