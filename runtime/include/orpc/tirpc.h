/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bridge to libtirpc (liborpc-tirpc): native stubs call through a
 * CLIENT *, native handlers serve in a svc_run() server, beside what rpcgen
 * or `idlc --rpcgen` made.  So a program moves over one procedure at a time.
 *
 * Where both dialects of one .x file meet in one source file, the native half
 * is made by `idlc --types=classic`.
 *
 * This header needs none of libtirpc's; CLIENT and SVCXPRT are its names for
 * struct __rpc_client and struct __rpc_svcxprt.
 */
#ifndef ORPC_TIRPC_H
#define ORPC_TIRPC_H

#include <stddef.h>
#include <stdint.h>

#include <orpc/client.h>
#include <orpc/program.h>
#include <orpc/server.h>

#ifdef __cplusplus
extern "C" {
#endif

struct __rpc_client;
struct __rpc_svcxprt;
struct netconfig;
struct svc_req;

/*
 * Makes a native handle on an existing CLIENT, of any transport.
 *
 * Calls go out with the CLIENT's credentials (cl_auth) and over its
 * connection; classic stubs may go on using it.  A call's deadline becomes
 * libtirpc's timeout, unless CLSET_TIMEOUT was used: then that counts.
 * Blocking and one-way calls work; what orpc_client_carry refuses is refused
 * here.
 *
 * clnt      borrowed as long as the handle lives
 * program   program and version that clnt was made for; borrowed likewise
 * options   call_timeout_ms, max_reply_bytes and ORPC_CLIENT_RELAXED count;
 *           NULL: defaults
 * out       the handle, to be closed by orpc_client_close before clnt_destroy
 *
 * Returns 0; -ORPC_E_INVAL: clnt is for another program or version;
 * -ORPC_E_NOTSUP (see orpc_client_carry); -OXDR_E_NOMEM; -ORPC_E_SYSTEM.
 * Threads: any; calls of one CLIENT run one after another.
 */
int orpc_tirpc_client_open(struct __rpc_client *clnt,
    const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out);

/* A dispatch function as rpcgen -m and `idlc --rpcgen -m` make it. */
typedef void orpc_tirpc_dispatch_fn(struct svc_req *rq,
    struct __rpc_svcxprt *xprt);

/*
 * How to serve.  Zero is valid: every zero member means its default.
 *
 * With neither netconfig nor protocol no binder is told.
 */
struct orpc_tirpc_options {
	const struct netconfig *netconfig;	/* rpcbind is told, as by
						   svc_reg */
	int protocol;			/* IPPROTO_TCP or _UDP: the portmapper
					   is told, as by svc_register */
	uint32_t flags;			/* ORPC_SERVER_RELAXED */
	size_t max_args_bytes;		/* of a call; default 4 MiB */
	orpc_tirpc_dispatch_fn *classic;	/* serves all procedures but
						   those of `native` */
	const uint32_t *native;		/* with classic: what is native; the
					   array is borrowed while registered */
	size_t n_native;
	orpc_authorize_fn *authorize;	/* before arguments are decoded */
	void *authorize_ctx;
	uint64_t reserved[8];		/* zero */
};

/*
 * Serves a version on a transport of libtirpc's, in whatever loop calls its
 * svc_getreq functions.  To be called for each SVCXPRT that listens; a
 * version has one service, the same on all.
 *
 * Arguments are decoded by the native codec, as strictly as natively.
 * Handlers see peer, AUTH_SYS credentials and, over unix sockets, the kernel's
 * word for who it is.  See orpc_arrival_serve for what can't be had: there is
 * no cache of replies, no deferred reply, no calling back.
 *
 * service, ops   borrowed until unregistered
 * options        borrowed for the call; NULL: defaults
 *
 * Returns 0; -ORPC_E_EXISTS: another service, or another dispatch function,
 * has the version; -ORPC_E_BINDER: it is served, but the binder does not take
 * it; -ORPC_E_NOTSUP: not a socket, or flags that are not known;
 * -ORPC_E_INVAL: both binders, or native without classic; -OXDR_E_NOMEM.
 * Threads: that of libtirpc's server, which is single.
 */
int orpc_tirpc_register(struct __rpc_svcxprt *xprt,
    const struct orpc_service *service, const void *ops,
    const struct orpc_tirpc_options *options);

/*
 * Ends that, on every transport and with the binder.  A handler may do so for
 * its own version.
 *
 * Returns 0 or -ORPC_E_NOTFOUND.  Threads: as above.
 */
int orpc_tirpc_unregister(uint32_t program, uint32_t version);

#ifdef __cplusplus
}
#endif

#endif
