/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that arrived elsewhere: <orpc/carrier.h>, "In".
 *
 * Whoever received the call knows program, version and caller, and sends the
 * reply; here arguments become a result.  Such a request has no dispatcher,
 * no channel and no socket.  It ends when its handler returns, or, when that
 * leaves the reply to later, with the reply that nobody can send any more.
 */
#include <string.h>

#include <orpc/carrier.h>

#include "runtime/channel/request.h"

/* Takes what is known of the caller into the request's own memory. */
static void
arrival_identify(struct orpc_request *rq, const struct orpc_identity *identity)
{
	static const struct orpc_i_call_header plain;

	/* Whatever the flavour, its library has unwrapped the body. */
	orpc_i_auth_accept(&plain, &rq->caller);
	rq->caller.flavor = identity->flavor;
	rq->identity = *identity;
	rq->identity_known = true;
	if (!identity->sys)
		return;
	rq->caller.sys = *identity->sys;
	rq->identity.sys = &rq->caller.sys;
}

static void
arrival_address(struct orpc_i_sockaddr *to, const struct sockaddr *sa,
    uint32_t n)
{
	if (n > sizeof(to->ss))
		n = sizeof(to->ss);
	if (n)
		memcpy(&to->ss, sa, n);
	to->n = n;
}

/* What came with the call: program to credentials. */
static void
arrival_fill(struct orpc_request *rq, const struct orpc_arrival *a)
{
	rq->program = a->service->program;
	rq->ops = a->ops;
	rq->header.xid = a->xid;
	rq->header.program = rq->program->number;
	rq->header.version = rq->program->version;
	rq->header.procedure = a->procedure;
	rq->n_message = a->n_args;
	rq->arrived_by = (uint8_t)a->transport;
	rq->from = &rq->kept_from;
	arrival_address(&rq->kept_from.peer, a->peer, a->n_peer);
	arrival_address(&rq->local, a->local, a->n_local);
	rq->local_known = true;
	arrival_identify(rq, &a->identity);
	oxdr_reader_init(&rq->reader, a->args, a->n_args);
	if (a->flags & ORPC_SERVER_RELAXED)
		rq->reader.flags = OXDR_READER_ANY_ENUM |
		    OXDR_READER_ANY_BOOL | OXDR_READER_ANY_PADDING |
		    OXDR_READER_TRAILING;
}

/* Looks the procedure up and asks whether it may run: 0, ORPC_R_... or
 * ORPC_DROP. */
static int
arrival_admit(struct orpc_request *rq, const struct orpc_arrival *a)
{
	static const struct orpc_proc null_proc = { .name = "NULL" };
	uint32_t i = 0;
	int r = 0;

	rq->proc = orpc_i_service_proc(rq->program, a->procedure, &i);
	if (rq->proc)
		rq->serve = a->service->serve[i];
	else if (a->procedure == 0)
		rq->proc = &null_proc;
	else
		return ORPC_R_PROC_UNAVAIL;
	if (a->authorize)
		r = a->authorize(a->authorize_ctx, rq);
	return r < 0 ? ORPC_R_SYSTEM_ERR : r;
}

/* Copies a result that the handler gave with orpc_request_reply. */
static int
arrival_copy(struct orpc_request *rq, struct oxdr_writer *reply)
{
	const struct oxdr_piece *pieces;
	size_t n;
	int r = rq->result;

	if (!r && oxdr_writer_iov(&rq->body, &pieces, &n))
		return ORPC_R_SYSTEM_ERR;
	for (size_t i = 0; !r && i < n; i++)
		if (oxdr_put_bytes(reply, pieces[i].base, pieces[i].len))
			r = ORPC_R_SYSTEM_ERR;
	return r;
}

/* The handler returned ORPC_LATER: either the reply is there, or it comes
 * too late and ends the request then. */
static int
arrival_later(struct orpc_request *rq, struct oxdr_writer *reply)
{
	int r;

	if (!(atomic_fetch_or(&rq->state, REQUEST_RETURNED) &
	    REQUEST_REPLIED))
		return ORPC_R_SYSTEM_ERR;
	r = arrival_copy(rq, reply);
	orpc_i_request_give(rq);
	return r;
}

/* Runs the handler; ends the request. */
static int
arrival_run(struct orpc_request *rq, struct oxdr_writer *reply)
{
	struct orpc_i_body body = { rq->proc->put_res, rq->proc->res, NULL };
	void *arg, *out;
	int r;

	r = orpc_i_request_decode(rq, &arg, &out);
	if (!r)
		r = rq->serve(rq, rq->ops, arg, out);
	if (r == ORPC_LATER)
		return arrival_later(rq, reply);
	body.value = out;
	if (!r && orpc_i_body_put(reply, &body))
		r = ORPC_R_SYSTEM_ERR;
	orpc_i_request_give(rq);
	return r;
}

int
orpc_arrival_serve(const struct orpc_arrival *arrival,
    struct oxdr_writer *reply)
{
	struct orpc_request *rq = orpc_i_request_new(NULL);
	int r;

	if (!rq)
		return ORPC_R_SYSTEM_ERR;
	arrival_fill(rq, arrival);
	r = arrival_admit(rq, arrival);
	if (r || !rq->serve) {
		orpc_i_request_give(rq);
		return r;
	}
	rq->secret = rq->proc->flags & ORPC_PROC_SECRET;
	if (rq->secret) {
		oxdr_arena_mark_secret(&rq->arena);
		oxdr_writer_mark_secret(reply);
	}
	r = arrival_run(rq, reply);
	return r < 0 ? ORPC_R_SYSTEM_ERR : r;
}
