/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One call, from libtirpc's header to its svc_sendreply: the arguments' bytes
 * are taken out of the stream as they are, and served as an arrival
 * (<orpc/carrier.h>).
 */
#include "runtime/tirpc/serve.h"

#include <string.h>
#include <sys/socket.h>

#include <orpc/carrier.h>

#include "runtime/tirpc/bytes.h"
#include "runtime/tirpc/datagram.h"

/* A reply, at most: one fragment's worth. */
#define REPLY_MAX ((size_t)INT32_MAX)

/* ---- Who calls -------------------------------------------------------------- */

static int
socket_number(const SVCXPRT *xprt, int option)
{
	int value = -1;
	socklen_t n = sizeof(value);

	if (getsockopt(xprt->xp_fd, SOL_SOCKET, option, &value, &n))
		return -1;
	return value;
}

int
orpc_i_tirpc_type(const SVCXPRT *xprt)
{
	return socket_number(xprt, SO_TYPE);
}

/* Copies a credential that libtirpc has read and checked. */
static void
sys_copy(struct orpc_auth_sys *out, const struct authunix_parms *from)
{
	memset(out, 0, sizeof(*out));
	out->stamp = (uint32_t)from->aup_time;
	if (from->aup_machname)
		strncpy(out->machine_name, from->aup_machname,
		    ORPC_AUTH_SYS_NAME_MAX);
	out->uid = (uint32_t)from->aup_uid;
	out->gid = (uint32_t)from->aup_gid;
	while (out->n_gids < from->aup_len &&
	    out->n_gids < ORPC_AUTH_SYS_GIDS_MAX) {
		out->gids[out->n_gids] = (uint32_t)from->aup_gids[out->n_gids];
		out->n_gids++;
	}
}

static void
identify(struct orpc_identity *id, struct orpc_auth_sys *sys,
    const struct svc_req *rq, const SVCXPRT *xprt, bool is_unix)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	id->flavor = (enum orpc_auth_flavor)rq->rq_cred.oa_flavor;
	if (id->flavor == ORPC_AUTH_SYS && rq->rq_clntcred) {
		sys_copy(sys, rq->rq_clntcred);
		id->sys = sys;
	}
	if (!is_unix || getsockopt(xprt->xp_fd, SOL_SOCKET, SO_PEERCRED,
	    &peer, &n))
		return;
	id->has_unix_peer = true;
	id->unix_uid = peer.uid;
	id->unix_gid = peer.gid;
	id->unix_pid = peer.pid;
}

/* ---- Arguments -------------------------------------------------------------- */

static bool
is_secret(const struct orpc_program *program, uint32_t procedure)
{
	const struct orpc_proc *proc = orpc_program_proc(program, procedure);

	return proc && proc->flags & ORPC_PROC_SECRET;
}

/*
 * Takes the arguments' bytes: 0; ORPC_R_SYSTEM_ERR: too many;
 * ORPC_R_PROG_UNAVAIL: a datagram that nobody measured, of a transport that
 * was not registered; ORPC_DROP: the connection broke off.
 */
static int
take_args(struct oxdr_writer *args, SVCXPRT *xprt, bool datagram)
{
	struct tirpc_intake in = { args, SIZE_MAX };

	if (datagram && !orpc_i_tirpc_measured(xprt, &in.end))
		return ORPC_R_PROG_UNAVAIL;
	if (!svc_getargs(xprt, orpc_i_tirpc_get, &in)) {
		/* Ours, or a wrapped body that GSS could not open. */
		return oxdr_writer_error(args) ? ORPC_R_SYSTEM_ERR :
		    ORPC_R_GARBAGE_ARGS;
	}
	return SVC_STAT(xprt) == XPRT_DIED ? ORPC_DROP : 0;
}

/* The arguments as one piece, in `room` where they were several. */
static int
join_args(struct oxdr_writer *args, struct oxdr_arena *room,
    const void **out)
{
	const struct oxdr_piece *pieces;
	size_t n;
	void *whole;
	int e = oxdr_writer_iov(args, &pieces, &n);

	*out = NULL;
	if (e || n == 0)
		return e;
	*out = pieces[0].base;
	if (n == 1)
		return 0;
	whole = oxdr_arena_take(room, oxdr_writer_size(args), 8);
	if (!whole)
		return -OXDR_E_NOMEM;
	*out = whole;
	return oxdr_writer_copy(args, whole, oxdr_writer_size(args));
}

/* ---- The answer ------------------------------------------------------------- */

static void
refuse(SVCXPRT *xprt, const struct svc_req *rq, int result)
{
	if (result > ORPC_R_AUTH_BASE && result <= ORPC_R_AUTH_LAST) {
		svcerr_auth(xprt,
		    (enum auth_stat)(result - ORPC_R_AUTH_BASE));
		return;
	}
	switch (result) {
	case ORPC_DROP:
		return;
	case ORPC_R_PROG_UNAVAIL:
		svcerr_noprog(xprt);
		return;
	case ORPC_R_PROG_MISMATCH:
		svcerr_progvers(xprt, rq->rq_vers, rq->rq_vers);
		return;
	case ORPC_R_PROC_UNAVAIL:
		svcerr_noproc(xprt);
		return;
	case ORPC_R_GARBAGE_ARGS:
		svcerr_decode(xprt);
		return;
	default:
		svcerr_systemerr(xprt);
	}
}

static void
answer(SVCXPRT *xprt, struct oxdr_writer *reply)
{
	struct tirpc_pieces result = { NULL, 0 };

	/* What does not fit into a datagram is an error of ours. */
	if (oxdr_writer_iov(reply, &result.pieces, &result.n) ||
	    !svc_sendreply(xprt, orpc_i_tirpc_put, &result))
		svcerr_systemerr(xprt);
}

/* ---- All of it -------------------------------------------------------------- */

/* Fills in where the call came from, and serves it. */
static int
serve_arrival(const struct tirpc_service *s, const struct svc_req *rq,
    SVCXPRT *xprt, struct orpc_arrival *a, struct oxdr_writer *reply)
{
	const struct netbuf *peer = svc_getrpccaller(xprt);
	bool is_unix = socket_number(xprt, SO_DOMAIN) == AF_UNIX;
	struct sockaddr_storage from = { .ss_family = AF_UNIX };
	struct sockaddr_storage to;
	socklen_t n_to = sizeof(to);
	struct orpc_auth_sys sys;

	if (is_unix)
		a->transport = ORPC_UNIX;
	a->n_peer = is_unix ? sizeof(from.ss_family) : 0;
	if (peer->len && peer->len <= sizeof(from)) {
		memcpy(&from, peer->buf, peer->len);
		a->n_peer = peer->len;
	}
	a->peer = (const struct sockaddr *)&from;
	if (!getsockname(xprt->xp_fd, (struct sockaddr *)&to, &n_to)) {
		a->local = (const struct sockaddr *)&to;
		a->n_local = n_to;
	}
	identify(&a->identity, &sys, rq, xprt, is_unix);
	a->service = s->service;
	a->ops = s->ops;
	a->procedure = rq->rq_proc;
	a->flags = s->o.flags;
	a->authorize = s->o.authorize;
	a->authorize_ctx = s->o.authorize_ctx;
	return orpc_arrival_serve(a, reply);
}

void
orpc_i_tirpc_serve(const struct tirpc_service *s, struct svc_req *rq,
    SVCXPRT *xprt)
{
	bool datagram = orpc_i_tirpc_type(xprt) == SOCK_DGRAM;
	struct orpc_arrival a = {
		.transport = datagram ? ORPC_UDP : ORPC_TCP,
	};
	struct oxdr_arena room = { 0 };
	struct oxdr_writer args, reply;
	int r;

	oxdr_writer_init(&args, NULL, s->o.max_args_bytes);
	oxdr_writer_init(&reply, NULL, REPLY_MAX);
	if (is_secret(s->service->program, rq->rq_proc)) {
		oxdr_writer_mark_secret(&args);
		oxdr_arena_mark_secret(&room);
	}
	r = take_args(&args, xprt, datagram);
	if (!r && join_args(&args, &room, &a.args))
		r = ORPC_R_SYSTEM_ERR;
	a.n_args = oxdr_writer_size(&args);
	if (!r)
		r = serve_arrival(s, rq, xprt, &a, &reply);
	if (r)
		refuse(xprt, rq, r);
	else
		answer(xprt, &reply);
	oxdr_arena_fini(&room);
	oxdr_writer_fini(&args);
	oxdr_writer_fini(&reply);
}
