/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a handler may ask of its request: <orpc/server.h>, "In a handler".
 */
#include <string.h>

#include "runtime/channel/call.h"
#include "runtime/channel/request.h"

void *
orpc_request_ctx(const struct orpc_request *rq)
{
	void *ctx = NULL;

	if (rq->ops)
		memcpy(&ctx, rq->ops, sizeof(ctx));
	return ctx;
}

struct oxdr_arena *
orpc_request_arena(struct orpc_request *rq)
{
	return &rq->arena;
}

const struct orpc_proc *
orpc_request_proc(const struct orpc_request *rq)
{
	return rq->proc;
}

const struct orpc_program *
orpc_request_program(const struct orpc_request *rq)
{
	return rq->program;
}

uint32_t
orpc_request_xid(const struct orpc_request *rq)
{
	return rq->header.xid;
}

const struct orpc_identity *
orpc_request_identity(struct orpc_request *rq)
{
	struct orpc_identity *id = &rq->identity;

	if (rq->identity_known)
		return id;
	memset(id, 0, sizeof(*id));
	id->flavor = rq->caller.flavor;
	if (id->flavor == ORPC_AUTH_SYS)
		id->sys = &rq->caller.sys;
	if (rq->peer) {
		id->has_unix_peer = rq->peer->has_unix_peer;
		id->unix_uid = rq->peer->unix_uid;
		id->unix_gid = rq->peer->unix_gid;
		id->unix_pid = rq->peer->unix_pid;
	}
	rq->identity_known = true;
	return id;
}

enum orpc_transport_kind
orpc_request_transport(const struct orpc_request *rq)
{
	if (!rq->home)
		return (enum orpc_transport_kind)rq->arrived_by;
	return rq->channel ? rq->channel->transport.ops->kind : ORPC_UDP;
}

static socklen_t
peer_bytes(const struct sockaddr *sa)
{
	switch (sa->sa_family) {
	case AF_INET:
		return sizeof(struct sockaddr_in);
	case AF_INET6:
		return sizeof(struct sockaddr_in6);
	default:
		return sizeof(sa->sa_family);
	}
}

const struct sockaddr *
orpc_request_peer(const struct orpc_request *rq, socklen_t *out_n)
{
	if (rq->channel) {
		*out_n = peer_bytes(&rq->channel->peer.sa);
		return &rq->channel->peer.sa;
	}
	*out_n = rq->from->peer.n;
	return orpc_i_sockaddr_ptr(&rq->from->peer);
}

const struct sockaddr *
orpc_request_local(struct orpc_request *rq, socklen_t *out_n)
{
	struct orpc_i_sockaddr *local = &rq->local;

	if (!rq->local_known && rq->channel) {
		orpc_i_transport_local(&rq->channel->transport, local);
	} else if (!rq->local_known) {
		*local = rq->from->local.n ? rq->from->local :
		    *rq->sink->bound;
		orpc_i_sockaddr_set_port(local, orpc_i_sockaddr_port(
		    orpc_i_sockaddr_ptr(rq->sink->bound)));
	}
	rq->local_known = true;
	*out_n = local->n;
	return orpc_i_sockaddr_ptr(local);
}

int
orpc_request_client(struct orpc_request *rq,
    const struct orpc_program *program, struct orpc_client **out)
{
	if (!rq->channel)
		return -ORPC_E_NOTSUP;
	return orpc_i_client_on_channel(rq->channel, program, out);
}

bool
orpc_request_abandoned(const struct orpc_request *rq)
{
	if (atomic_load(&rq->state) & REQUEST_ORPHANED)
		return true;
	return rq->channel && orpc_i_channel_is_gone(rq->channel);
}
