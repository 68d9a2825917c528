/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How long was the datagram?  libtirpc does not say.
 */
#ifndef ORPC_TIRPC_DATAGRAM_H
#define ORPC_TIRPC_DATAGRAM_H

#include <stdbool.h>

#include <rpc/rpc.h>

/* Notes from now on the length of what xprt receives; undone when xprt is
 * destroyed.  Twice is once.  0 or -OXDR_E_NOMEM. */
int orpc_i_tirpc_measure(SVCXPRT *xprt);

/* Bytes of the datagram received last, header included: false when nobody
 * measures. */
bool orpc_i_tirpc_measured(const SVCXPRT *xprt, size_t *out_n);

#endif
