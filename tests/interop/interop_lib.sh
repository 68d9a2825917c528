# SPDX-License-Identifier: BSD-3-Clause
# For tests against libtirpc: builds client and server of both kinds for
# types.x in $tmp. After tap.sh.
. "${top_srcdir:?}/tests/lib/stage.sh"

build_tirpc()
{
	local flags="-g -w $LIBTIRPC_CFLAGS" libs=$LIBTIRPC_LIBS part
	mkdir -p "$tmp/tirpc" &&
	cp "$top_srcdir"/tests/interop/types.x "$tmp/tirpc/" &&
	(cd "$tmp/tirpc" && $RPCGEN -h -o types.h types.x &&
	    $RPCGEN -c -o types_xdr.c types.x &&
	    $RPCGEN -l -o types_clnt.c types.x &&
	    $RPCGEN -m -o types_svc.c types.x) || return 1
	for part in client:types_clnt.c server:types_svc.c; do
		$CC $flags -I"$tmp/tirpc" -I"$top_srcdir/tests/interop" \
		    -o "$tmp/tirpc_${part%:*}" \
		    "$top_srcdir/tests/interop/tirpc_${part%:*}.c" \
		    "$tmp/tirpc/types_xdr.c" "$tmp/tirpc/${part#*:}" \
		    $libs || return 1
	done
}

build_orpc()
{
	local part
	mkdir -p "$tmp/orpc" &&
	(cd "$tmp/orpc" &&
	    idlc --outdir=. "$top_srcdir/tests/interop/types.x") || return 1
	for part in client:clnt server:svc; do
		$CC $CFLAGS -Wall -Wextra -Werror -Wno-unused-function \
		    $($PKG_CONFIG --cflags liborpc) \
		    -I"$tmp/orpc" -I"$top_srcdir/tests/interop" \
		    -o "$tmp/orpc_${part%:*}" \
		    "$top_srcdir/tests/interop/orpc_${part%:*}.c" \
		    "$tmp/orpc/types_xdr.c" "$tmp/orpc/types_${part#*:}.c" \
		    $($PKG_CONFIG --libs liborpc) || return 1
	done
}

# Runs a client that speaks TAP and takes its results as our own.
results_of()
{
	local line n=0
	"$@" >"$tmp/client.out" 2>&1
	while read -r line; do
		case $line in
		"ok "*) n=$((n + 1)); report 0 "${line#* - }" ;;
		"not ok "*) n=$((n + 1)); report 1 "${line#* - }" ;;
		*) echo "# $line" ;;
		esac
	done <"$tmp/client.out"
	[ "$n" -gt 0 ] || report 1 "$* says something"
}

# What a server printed beside "tcp" or "udp".
port_of() { sed -n "s/^$2 //p" "$tmp/$1.out"; }
