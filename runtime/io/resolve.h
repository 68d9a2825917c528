/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Host names to addresses, off the loop: getaddrinfo can't be interrupted, so
 * it runs in a thread of its own which is left behind when time is up.
 * Numbers and unix paths need no thread.
 */
#ifndef ORPC_IO_RESOLVE_H
#define ORPC_IO_RESOLVE_H

#include <orpc/loop.h>

#include "runtime/io/addr.h"

/* Addresses of one name that are tried, at most. */
#define ORPC_I_RESOLVE_MAX 16u

struct orpc_i_addresses {
	unsigned n;
	struct orpc_i_sockaddr a[ORPC_I_RESOLVE_MAX];
};

/*
 * Looks a host up, waiting.
 *
 * addr          port (may be 0) and transport are carried into the result;
 *               IPv6 and IPv4 in the order of RFC 6724
 * deadline_ns   orpc_now_ns() scale; INT64_MAX: none
 *
 * Returns 0 (n >= 1), -ORPC_E_RESOLVE, -ORPC_E_TIMEOUT, -ORPC_E_SYSTEM,
 * -OXDR_E_NOMEM.
 */
int orpc_i_resolve(const struct orpc_addr *addr, int64_t deadline_ns,
    struct orpc_i_addresses *out);

struct orpc_i_resolve;

/* found is borrowed for the call; empty unless result is 0. */
typedef void orpc_i_resolved_fn(void *ctx, int result,
    const struct orpc_i_addresses *found);

/*
 * The same on a loop: on_done runs once, later, on the loop's thread, at the
 * deadline at the latest.  Returns 0 (then *out lives until on_done ran or
 * it is cancelled), -OXDR_E_NOMEM, -ORPC_E_SYSTEM.
 */
int orpc_i_resolve_start(struct orpc_loop *loop, const struct orpc_addr *addr,
    int64_t deadline_ns, orpc_i_resolved_fn *on_done, void *ctx,
    struct orpc_i_resolve **out);

/* on_done will not run.  Threads: the loop's. */
void orpc_i_resolve_cancel(struct orpc_i_resolve *r);

#endif
