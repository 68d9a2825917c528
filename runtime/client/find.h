/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where does a program listen?  Asks the binder: rpcbind version 4, then 3,
 * then the portmapper's 2 (RFC 1833).  Declared here because opening a client
 * needs it; implemented in runtime/bind, which is made of client calls.
 */
#ifndef ORPC_CLIENT_FIND_H
#define ORPC_CLIENT_FIND_H

#include <stdint.h>

#include <orpc/addr.h>
#include <orpc/error.h>
#include <orpc/loop.h>

/*
 * What to look for.
 *
 * host       whose binder; "" and loopback: the local one
 * transport  ORPC_TCP or ORPC_UDP
 * family     AF_INET, AF_INET6, or AF_UNSPEC: IPv4's if it is registered,
 *            else IPv6's
 * binder     address of the binder ("tcp://host:port", "unix:/path"), or NULL:
 *            for a local host the addresses of orpc_i_binder_addresses, else
 *            port 111 of the host
 */
struct orpc_i_find_query {
	const char *host;
	enum orpc_transport_kind transport;
	int family;
	uint32_t program;
	uint32_t version;
	const char *binder;
};

struct orpc_i_find;

/*
 * result   0; -ORPC_E_BINDER (no binder answered), -ORPC_E_UNREGISTERED,
 *          -ORPC_E_TIMEOUT, -ORPC_E_RESOLVE, -OXDR_E_NOMEM
 * port     where the program listens on that host
 * error    borrowed for the call: step ORPC_STEP_BINDER or _RESOLVE, where
 */
typedef void orpc_i_found_fn(void *ctx, int result, uint16_t port,
    const struct orpc_error *error);

/*
 * Starts a look-up on a loop; the query is copied.  on_done runs once, later.
 * 0 (*out lives until then), -OXDR_E_NOMEM, -ORPC_E_ADDRESS.
 */
int orpc_i_find_start(struct orpc_loop *loop,
    const struct orpc_i_find_query *query, int64_t deadline_ns,
    orpc_i_found_fn *on_done, void *ctx, struct orpc_i_find **out);

/* on_done will not run.  Threads: the loop's. */
void orpc_i_find_cancel(struct orpc_i_find *find);

/* The same, waiting; error may be NULL. */
int orpc_i_find(const struct orpc_i_find_query *query, int64_t deadline_ns,
    uint16_t *out_port, struct orpc_error *error);

/*
 * Addresses of the local binder in the order to try: ORPC_BINDER alone if it
 * is set, else unix:/run/rpcbind.sock, tcp://127.0.0.1:111, tcp://[::1]:111.
 *
 * Returns their number; text[i] is static or the environment's.
 */
#define ORPC_I_BINDER_ADDRESSES 3
int orpc_i_binder_addresses(const char *text[ORPC_I_BINDER_ADDRESSES]);

#endif
