/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The length of datagrams.
 *
 * libtirpc's server decodes a datagram out of a buffer that it uses for all,
 * without an end: behind a short message lies what earlier callers sent and
 * were sent.  A decoder that trusted it would take that for arguments.  So a
 * transport's operations are replaced by ones that look first how long the
 * next datagram is; what they replace stands beside them.
 */
#include "runtime/tirpc/datagram.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <oxdr/error.h>

/* Errors of earlier datagrams (ICMP) that are told first. */
#define ERRORS_MAX 8

/* `ops` comes first: it is what a transport points to. */
struct measured {
	struct xp_ops ops;
	const struct xp_ops *inner;
	size_t n;
};

static bool_t measured_recv(SVCXPRT *xprt, struct rpc_msg *msg);

static struct measured *
measured_of(const SVCXPRT *xprt)
{
	if (!xprt->xp_ops || xprt->xp_ops->xp_recv != measured_recv)
		return NULL;
	return (struct measured *)(uintptr_t)xprt->xp_ops;
}

/* The length of the next datagram; 0: there is none, or it can't be told. */
static size_t
next_length(int fd)
{
	char byte;
	ssize_t n;

	for (int i = 0; i < ERRORS_MAX; i++) {
		n = recv(fd, &byte, 1, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
		if (n >= 0)
			return (size_t)n;
		if (errno == EAGAIN)
			break;
	}
	return 0;
}

static bool_t
measured_recv(SVCXPRT *xprt, struct rpc_msg *msg)
{
	struct measured *m = measured_of(xprt);

	m->n = next_length(xprt->xp_fd);
	return m->inner->xp_recv(xprt, msg);
}

static void
measured_destroy(SVCXPRT *xprt)
{
	struct measured *m = measured_of(xprt);

	xprt->xp_ops = m->inner;
	free(m);
	xprt->xp_ops->xp_destroy(xprt);
}

int
orpc_i_tirpc_measure(SVCXPRT *xprt)
{
	struct measured *m;

	if (measured_of(xprt))
		return 0;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -OXDR_E_NOMEM;
	m->inner = xprt->xp_ops;
	m->ops = *xprt->xp_ops;
	m->ops.xp_recv = measured_recv;
	m->ops.xp_destroy = measured_destroy;
	xprt->xp_ops = &m->ops;
	return 0;
}

bool
orpc_i_tirpc_measured(const SVCXPRT *xprt, size_t *out_n)
{
	const struct measured *m = measured_of(xprt);

	if (m)
		*out_n = m->n;
	return m != NULL;
}
