/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keeps a server's programs registered with the binder (RFC 1833).
 */
#ifndef ORPC_BIND_REGISTER_H
#define ORPC_BIND_REGISTER_H

#include <stdint.h>
#include <sys/socket.h>

#include <orpc/addr.h>
#include <orpc/error.h>
#include <orpc/loop.h>
#include <orpc/server.h>

struct orpc_i_registrar;

/*
 * binder   as in options of <orpc/server.h>; copied; NULL: the local one
 * log      may be NULL
 */
int orpc_i_registrar_new(const char *binder, orpc_log_fn *log, void *log_ctx,
    struct orpc_i_registrar **out);

/*
 * Adds an entry to what shall be registered (nothing is sent yet).
 *
 * sa   the address listened on: inet or unix; a wildcard address registers as
 *      0.0.0.0 or ::
 *
 * 0, -OXDR_E_NOMEM, -ORPC_E_EXISTS, -ORPC_E_NOTSUP for other families.
 * Threads: any.
 */
int orpc_i_registrar_add(struct orpc_i_registrar *r, uint32_t program,
    uint32_t version, enum orpc_transport_kind transport,
    const struct sockaddr *sa, socklen_t n_sa);

/*
 * Registers everything that is not yet, waiting.  A triple that is taken is
 * taken over when it is a stale one of our own user: nobody answers there.
 *
 * error   may be NULL
 *
 * 0, -ORPC_E_BINDER, -ORPC_E_TIMEOUT, -ORPC_E_EXISTS (another server answers
 * there), -ORPC_E_DENIED.  Threads: any but a loop's own.
 */
int orpc_i_registrar_apply(struct orpc_i_registrar *r, int64_t deadline_ns,
    struct orpc_error *error);

/* From now on notices when the binder restarts, and registers again.  0 or
 * -OXDR_E_NOMEM, -ORPC_E_SYSTEM.  Threads: the loop's, or before it runs. */
int orpc_i_registrar_watch(struct orpc_i_registrar *r,
    struct orpc_loop *loop);

/* Unregisters one version and forgets it, waiting: 0, -ORPC_E_NOTFOUND, or
 * as apply.  Threads: any but a loop's own. */
int orpc_i_registrar_remove(struct orpc_i_registrar *r, uint32_t program,
    uint32_t version, int64_t deadline_ns);

/* Ends watching, unregisters everything that is registered (waiting, until
 * the deadline; 0: not at all), frees.  NULL is taken.  Threads: the loop's,
 * or after it ran. */
void orpc_i_registrar_free(struct orpc_i_registrar *r, int64_t deadline_ns);

#endif
