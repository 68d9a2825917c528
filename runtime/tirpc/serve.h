/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One call that libtirpc received, served natively.
 */
#ifndef ORPC_TIRPC_SERVE_H
#define ORPC_TIRPC_SERVE_H

#include <rpc/rpc.h>

#include <orpc/tirpc.h>

/* How a version is served. */
struct tirpc_service {
	const struct orpc_service *service;
	const void *ops;
	struct orpc_tirpc_options o;
};

/* SOCK_STREAM or SOCK_DGRAM; -1: no socket. */
int orpc_i_tirpc_type(const SVCXPRT *xprt);

/* Serves the call and answers it. */
void orpc_i_tirpc_serve(const struct tirpc_service *s, struct svc_req *rq,
    SVCXPRT *xprt);

#endif
