/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Broadcast, with its destinations given: what tests call.
 */
#ifndef ORPC_CLIENT_BROADCAST_H
#define ORPC_CLIENT_BROADCAST_H

#include <orpc/client.h>

#include "runtime/io/addr.h"

/* Destinations of one broadcast at most. */
#define BROADCAST_MAX 64u

/* Broadcast addresses of this host's interfaces, and the rpcbind multicast
 * group on those with IPv6: their number. */
unsigned orpc_i_broadcast_addresses(struct orpc_i_sockaddr *out, unsigned max);

/* As orpc_broadcast, to binders at these addresses. */
int orpc_i_broadcast_to(const struct orpc_i_sockaddr *to, unsigned n_to,
    const struct orpc_program *program, const struct orpc_proc *proc,
    const void *arg, uint32_t timeout_ms, orpc_answer_fn *on_answer,
    void *ctx, struct orpc_error *error);

#endif
