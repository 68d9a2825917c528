#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The system's rpcbind: our servers register with it and are seen, our clients
# find libtirpc's servers by it, libtirpc's clients ours.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"

[ -n "$RPCGEN" ] && [ -n "$LIBTIRPC_LIBS" ] || skip_all "no rpcgen or libtirpc"
[ -n "$RPCBIND" ] && [ -n "$RPCINFO" ] || skip_all "no rpcbind or rpcinfo"
in_namespace "$@"
. "$top_srcdir/tests/interop/interop_lib.sh"

must "programs of rpcgen and libtirpc build" build_tirpc
must "programs of idlc and liborpc build" build_orpc
must "rpcbind runs" start_rpcbind
meets rpcbind
done_testing
