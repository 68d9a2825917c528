/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The life of a request that was admitted.
 *
 *	take --> run: decode, handler --> reply_now --> give
 *	           |                        ^
 *	           +-- LATER or a worker: --+ on the home loop again
 *	               keep, encode, finish
 *
 * Everything that a loop owns (channels, the replay cache, counters, spare
 * requests) is touched on its thread alone: a result from another thread is
 * encoded there into the request's own writer, and the request goes home.
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

static bool
is_secret(const struct orpc_request *rq)
{
	return rq->proc->flags & ORPC_PROC_SECRET;
}

/* Counts a request that ends later, and what it holds. */
static void
request_opened(struct orpc_request *rq, size_t n_held)
{
	struct dispatcher *d = rq->home;
	struct dispatch_peer *peer = rq->peer;

	rq->later = true;
	if (rq->sink) {
		rq->kept_from = *rq->from;
		rq->from = &rq->kept_from;
		rq->sink->n_open++;
	} else {
		orpc_i_channel_ref(rq->channel);
		orpc_i_channel_call_opened(rq->channel);
	}
	if (!d->loop)
		return;
	d->n_open++;
	if (!peer)
		return;
	rq->n_held = n_held;
	peer->held_bytes += n_held;
	if (peer->held_bytes > d->max_held_bytes && !peer->paused) {
		peer->paused = true;
		orpc_i_channel_pause(rq->channel);
	}
}

/* The message is no longer needed: it is copied or decoded. */
static void
message_wipe(const struct orpc_request *rq, const struct message *m)
{
	if (is_secret(rq))
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

	if (is_secret(rq))
		oxdr_arena_mark_secret(&rq->arena);
	if (!m->buf || m->n <= REQUEST_COPY_MAX || is_secret(rq)) {
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
	request_opened(rq, m->n);
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

/* ---- Going home ------------------------------------------------------ */

static void
finish_task(struct orpc_i_task *task)
{
	struct orpc_request *rq = container_of(task, struct orpc_request,
	    task);

	orpc_i_request_reply_now(rq, rq->result, NULL);
}

/*
 * Always by way of the loop's tasks, on its own thread too: a callback that
 * another thread started before it replied lies among them, and must leave
 * before the reply does.
 */
static void
request_finish(struct orpc_request *rq)
{
	struct orpc_loop *loop = rq->home->loop;

	if (!loop) {
		orpc_i_request_reply_now(rq, rq->result, NULL);
		return;
	}
	rq->task.fn = finish_task;
	orpc_i_loop_post(loop, &rq->task);
}

/* Encodes a result for later, into memory of the request. */
static void
request_encode(struct orpc_request *rq, int result, const void *out)
{
	const struct orpc_i_body body = { rq->proc->put_res, rq->proc->res,
		out };

	rq->result = result;
	if (result != 0 || rq->encoded)
		return;
	rq->encoded = true;
	if (is_secret(rq))
		oxdr_writer_mark_secret(&rq->body);
	if (orpc_i_caller_put_body(&rq->caller, &rq->body, &body))
		rq->result = ORPC_R_SYSTEM_ERR;
}

/* A deferred request has its reply: it ends now, or when its handler has
 * returned. */
static int
request_answer(struct orpc_request *rq, int result, const void *out)
{
	struct orpc_loop *loop = rq->home ? rq->home->loop : NULL;
	unsigned before = atomic_load(&rq->state);

	if (before & REQUEST_REPLIED)
		return -ORPC_E_INVAL;
	if (before & REQUEST_RETURNED && loop && orpc_i_loop_is_mine(loop)) {
		orpc_i_request_reply_now(rq, result, out);
		return 0;
	}
	request_encode(rq, result, out);
	if (!(atomic_fetch_or(&rq->state, REQUEST_REPLIED) & REQUEST_RETURNED))
		return 0;
	if (!rq->home) {
		/* Where it came from waits no longer: arrival.c. */
		orpc_i_request_give(rq);
		return -ORPC_E_NOTSUP;
	}
	request_finish(rq);
	return 0;
}

int
orpc_request_reply(struct orpc_request *rq, const void *out)
{
	return request_answer(rq, 0, out);
}

int
orpc_request_fail(struct orpc_request *rq, int result)
{
	return request_answer(rq, result ? result : ORPC_R_SYSTEM_ERR, NULL);
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

/* The reply follows from orpc_request_reply or _fail, or was just made. */
void
orpc_i_request_wait(struct orpc_request *rq, const struct message *m)
{
	if (m) {
		request_opened(rq, m->n);
		rq->home->clock_ns = 0;
	}
	if (atomic_fetch_or(&rq->state, REQUEST_RETURNED) & REQUEST_REPLIED)
		request_finish(rq);
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
	if (is_secret(rq))
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
		request_encode(rq, r, out);
		request_finish(rq);
	}
}
