#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# orpcbind in the place of rpcbind: libtirpc's servers register with it and
# rpcinfo sees them; libtirpc's clients find ours by it, and ours theirs.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"

[ -n "$RPCGEN" ] && [ -n "$LIBTIRPC_LIBS" ] || skip_all "no rpcgen or libtirpc"
[ -n "$RPCINFO" ] || skip_all "no rpcinfo"
in_namespace "$@"
. "$top_srcdir/tests/interop/interop_lib.sh"

must "programs of rpcgen and libtirpc build" build_tirpc
must "programs of idlc and liborpc build" build_orpc
must "orpcbind runs" start_orpcbind
meets orpcbind
done_testing
