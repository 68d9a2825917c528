/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The life of a request that was admitted.
 *
 *	take --> run: decode, handler --> reply_now --> give
 *	           |                        ^
 *	           +-- LATER or a worker: --+ on the home loop again
 *	               keep, encode, finish (later.c)
 */
#include "runtime/channel/request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proto/probe.h"
#include "xdr/base.h"

/* Spare requests that a dispatcher keeps, and arena bytes of each. */
#define SPARES_MAX 64u
#define ARENA_KEEP ((size_t)16 << 10)

/* ---- Taking and giving ----------------------------------------------- */

struct orpc_request *
orpc_i_request_new(struct dispatcher *d)
{
	struct orpc_request *rq = aligned_alloc(_Alignof(struct orpc_request),
	    sizeof(*rq));

	if (!rq)
		return NULL;
	memset(rq, 0, offsetof(struct orpc_request, seen));
	rq->home = d;
	oxdr_arena_init_buffer(&rq->arena, rq->room, sizeof(rq->room), NULL,
	    0);
	rq->arena.keep = ARENA_KEEP;
	oxdr_writer_init(&rq->body, NULL, ORPC_I_FRAGMENT_MAX);
	return rq;
}

static void
request_free(struct orpc_request *rq)
{
	oxdr_arena_fini(&rq->arena);
	oxdr_writer_fini(&rq->body);
	free(rq);
}

struct orpc_request *
orpc_i_request_take(struct dispatcher *d)
{
	struct orpc_request *rq = d->spares;

	if (!rq)
		return orpc_i_request_new(d);
	d->spares = rq->next;
	d->n_spares--;
	memset(rq, 0, offsetof(struct orpc_request, body));
	rq->home = d;
	return rq;
}

void
orpc_i_request_give(struct orpc_request *rq)
{
	struct channel *ch = rq->later ? rq->channel : NULL;
	struct dispatcher *d = rq->home;

	orpc_i_buf_unref(rq->held);
	rq->held = NULL;
	if (!d || !d->loop || d->n_spares >= SPARES_MAX) {
		request_free(rq);
	} else {
		oxdr_arena_reset(&rq->arena);
		if (rq->encoded) {
			oxdr_writer_fini(&rq->body);
			oxdr_writer_init(&rq->body, NULL,
			    ORPC_I_FRAGMENT_MAX);
		}
		rq->next = d->spares;
		d->spares = rq;
		d->n_spares++;
	}
	/* Last: a client's dispatcher ends with its last channel. */
	if (ch)
		orpc_i_channel_unref(ch);
}

void
orpc_i_request_release(void *rq)
{
	orpc_i_request_give(rq);
}

void
orpc_i_dispatcher_fini(struct dispatcher *d)
{
	struct orpc_request *rq;

	assert(d->n_open == 0);
	while ((rq = d->spares)) {
		d->spares = rq->next;
		request_free(rq);
	}
	d->n_spares = 0;
	orpc_i_services_view_fini(&d->view);
}

/* ---- Outliving on_call ----------------------------------------------- */

/* The message is no longer needed: it is copied or decoded. */
static void
message_wipe(const struct orpc_request *rq, const struct message *m)
{
	if (rq->secret)
		oxdr_wipe((void *)(uintptr_t)m->bytes, m->n);
}

int
orpc_i_request_keep(struct orpc_request *rq, const struct message *m)
{
	size_t at = oxdr_reader_offset(&rq->reader);
	uint32_t flags = rq->reader.flags;
	const uint8_t *bytes = m->bytes;
	uint8_t *copy;
	int r;

	if (rq->secret)
		oxdr_arena_mark_secret(&rq->arena);
	if (!m->buf || m->n <= REQUEST_COPY_MAX || rq->secret) {
		copy = oxdr_arena_take(&rq->arena, m->n, 16);
		if (!copy)
			return -OXDR_E_NOMEM;
		memcpy(copy, m->bytes, m->n);
		message_wipe(rq, m);
		bytes = copy;
	} else {
		r = oxdr_arena_hold(&rq->arena, orpc_i_buf_release, m->buf);
		if (r)
			return r;
		orpc_i_buf_ref(m->buf);
	}
	oxdr_reader_init(&rq->reader, bytes, m->n);
	rq->reader.at += at;
	rq->reader.flags = flags | OXDR_READER_BORROW;
	orpc_i_request_opened(rq, m->n);
	return 0;
}

/* Lets decoded arguments lie in the message, which stays as long as they. */
static void
request_borrow(struct orpc_request *rq, const struct message *m)
{
	if (oxdr_arena_hold(&rq->arena, orpc_i_buf_release, m->buf))
		return;
	orpc_i_buf_ref(m->buf);
	rq->reader.flags |= OXDR_READER_BORROW;
}

/* ---- Running --------------------------------------------------------- */

int
orpc_i_request_decode(struct orpc_request *rq, void **out_arg,
    void **out_res)
{
	const struct orpc_proc *proc = rq->proc;
	struct orpc_i_place place = { proc->get_arg, proc->arg, NULL };
	int r;

	*out_res = NULL;
	if (proc->res) {
		*out_res = oxdr_arena_take(&rq->arena, proc->res->size,
		    proc->res->align);
		if (!*out_res)
			return ORPC_R_SYSTEM_ERR;
		memset(*out_res, 0, proc->res->size);
	}
	if (proc->arg) {
		place.out = oxdr_arena_take(&rq->arena, proc->arg->size,
		    proc->arg->align);
		if (!place.out)
			return ORPC_R_SYSTEM_ERR;
	}
	*out_arg = place.out;
	r = orpc_i_caller_get_body(&rq->caller, &rq->reader, &rq->arena,
	    &place);
	if (!r)
		return 0;
	return r == -OXDR_E_NOMEM || r == -OXDR_E_LIMIT ? ORPC_R_SYSTEM_ERR :
	    ORPC_R_GARBAGE_ARGS;
}

void
orpc_i_request_run(struct orpc_request *rq, const struct message *m)
{
	void *arg = NULL, *out = NULL;
	int r;

	if (!rq->serve) {
		orpc_i_request_reply_now(rq, 0, NULL);
		return;
	}
	if (rq->secret)
		oxdr_arena_mark_secret(&rq->arena);
	else if (m && m->buf && m->n > REQUEST_COPY_MAX)
		request_borrow(rq, m);
	r = orpc_i_request_decode(rq, &arg, &out);
	if (m)
		message_wipe(rq, m);
	rq->no_effect = r != 0;
	if (!r) {
		ORPC_PROBE4(request, rq->header.xid, rq->program->number,
		    rq->program->version, rq->proc->number);
		r = rq->serve(rq, rq->ops, arg, out);
	}
	if (r == ORPC_LATER) {
		orpc_i_request_wait(rq, m);
	} else if (m) {
		orpc_i_request_reply_now(rq, r, out);
	} else {
		orpc_i_request_finish(rq, r, out);
	}
}
