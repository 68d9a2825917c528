#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# rpcgen and libtirpc against us, both ways, over TCP and UDP, with every type.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/interop_lib.sh"

[ -n "$RPCGEN" ] && [ -n "$LIBTIRPC_LIBS" ] || skip_all "no rpcgen or libtirpc"
must "programs of rpcgen and libtirpc build" build_tirpc
must "programs of idlc and liborpc build" build_orpc

spawn theirs "$tmp/tirpc_server"
spawn ours "$tmp/orpc_server"
wait_for_line "$tmp/theirs.out" ^udp
wait_for_line "$tmp/ours.out" ^udp

for transport in tcp udp; do
	results_of "$tmp/tirpc_client" $transport "$(port_of ours $transport)"
	results_of "$tmp/orpc_client" \
	    $transport://127.0.0.1:"$(port_of theirs $transport)"
done
ok "our server is still there" kill -0 "$ours_pid"
done_testing
