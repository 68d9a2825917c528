/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The simple calls of the old days, for small programs and teaching: a
 * procedure is registered with one call and called with one call.  Types are
 * given as the tables that idlc emits (T_xdr_type).
 *
 * These functions share state of the process, behind a lock.
 */
#ifndef ORPC_COMPAT_H
#define ORPC_COMPAT_H

#include <stdint.h>

#include <orpc/error.h>
#include <oxdr/type.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A procedure: takes the address of its decoded argument (NULL for void) and
 * returns that of its result, which must stay until it is called again; NULL:
 * for a void result, or else the caller gets SYSTEM_ERR.
 */
typedef void *orpc_simple_fn(void *arg);

/*
 * Registers a procedure, to be served by orpc_svc_run on UDP and TCP.
 *
 * in, out   types of argument and result; NULL for void; borrowed for good
 *
 * Returns 0, -ORPC_E_EXISTS, -ORPC_E_BUSY (orpc_svc_run has begun),
 * -ORPC_E_INVAL (procedure 0 is served anyway), -OXDR_E_NOMEM.  Threads: any.
 */
int orpc_registerrpc(uint32_t program, uint32_t version, uint32_t procedure,
    orpc_simple_fn *fn, const struct oxdr_type *in,
    const struct oxdr_type *out);

/*
 * Listens, registers everything with the local binder, and serves, one call
 * after another, until orpc_svc_exit.  What was registered is forgotten then.
 *
 * Returns 0, -ORPC_E_NOTFOUND (nothing was registered), -ORPC_E_BUSY (it runs
 * already), -ORPC_E_BINDER and what else opening a server returns.
 */
int orpc_svc_run(void);

/* Ends orpc_svc_run.  Threads: any; also from a signal handler. */
void orpc_svc_exit(void);

/*
 * Calls a procedure: over TCP if it is registered there, else over UDP.
 *
 * host   a name, or an address as in <orpc/addr.h>
 * res    out->size bytes; what it points to lives until orpc_freeres(out, res)
 *
 * Returns as orpc_client_open and orpc_call_run.  Threads: any.
 */
int orpc_callrpc(const char *host, uint32_t program, uint32_t version,
    uint32_t procedure, const struct oxdr_type *in, const void *arg,
    const struct oxdr_type *out, void *res);

/* Gives back what a result of orpc_callrpc points to; then *res is zeroed.
 * Taken once, or for a result that owns nothing.  Threads: any. */
void orpc_freeres(const struct oxdr_type *out, void *res);

#ifdef __cplusplus
}
#endif

#endif
