/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests that end later: their handler returned ORPC_LATER, or runs on a
 * worker.
 *
 * Everything that a loop owns (channels, the replay cache, counters, spare
 * requests) is touched on its thread alone: a result from another thread is
 * encoded there into the request's own writer, and the request goes home.
 *
 * When the server is closed nobody waits for a reply any more.  Between the
 * loop, which then goes, and whoever replies the request's state decides:
 *
 *	RETURNED --REPLYING--> the loop waits until the request is home
 *	         \-ORPHANED--> the request's memory, and that of its channel,
 *	                       belongs to whoever replies
 */
#include "runtime/channel/request.h"

#include "xdr/base.h"

/* ---- The open ones --------------------------------------------------- */

static void
open_link(struct dispatcher *d, struct orpc_request *rq)
{
	rq->prev = NULL;
	rq->next = d->open;
	if (d->open)
		d->open->prev = rq;
	d->open = rq;
}

static void
open_unlink(struct dispatcher *d, struct orpc_request *rq)
{
	if (rq->prev)
		rq->prev->next = rq->next;
	else
		d->open = rq->next;
	if (rq->next)
		rq->next->prev = rq->prev;
}

/* What a request that outlives its datagram knows of it. */
static void
request_keep_datagram(struct orpc_request *rq)
{
	uint32_t n;

	rq->kept_from = *rq->from;
	rq->from = &rq->kept_from;
	/* Later the socket may be gone. */
	orpc_request_local(rq, &n);
	rq->sink->n_open++;
}

void
orpc_i_request_opened(struct orpc_request *rq, size_t n_held)
{
	struct dispatcher *d = rq->home;
	struct dispatch_peer *peer = rq->peer;

	rq->later = true;
	if (rq->sink) {
		request_keep_datagram(rq);
	} else {
		orpc_i_channel_ref(rq->channel);
		orpc_i_channel_call_opened(rq->channel);
	}
	if (!d->loop)
		return;
	d->n_open++;
	open_link(d, rq);
	if (!peer)
		return;
	rq->n_held = n_held;
	peer->held_bytes += n_held;
	if (peer->held_bytes > d->max_held_bytes && !peer->paused) {
		peer->paused = true;
		orpc_i_channel_pause(rq->channel);
	}
}

void
orpc_i_request_closed(struct orpc_request *rq)
{
	struct dispatcher *d = rq->home;
	struct dispatch_peer *peer = rq->peer;

	if (!rq->later || !d->loop)
		return;
	d->n_open--;
	open_unlink(d, rq);
	if (rq->sink)
		rq->sink->n_open--;
	if (!peer)
		return;
	peer->held_bytes -= rq->n_held;
	rq->n_held = 0;
	if (peer->paused && peer->held_bytes <= d->max_held_bytes / 2) {
		peer->paused = false;
		if (!peer->gone)
			orpc_i_channel_resume(rq->channel);
	}
}

bool
orpc_i_dispatcher_orphan(struct dispatcher *d)
{
	struct orpc_request *rq = d->open, *next;

	d->open = NULL;
	for (; rq; rq = next) {
		struct orpc_i_replay_entry *entry = rq->replay;
		struct datagram_sink *sink = rq->sink;
		unsigned state = REQUEST_RETURNED;

		next = rq->next;
		if (!atomic_compare_exchange_strong(&rq->state, &state,
		    REQUEST_RETURNED | REQUEST_ORPHANED)) {
			open_link(d, rq);
			continue;
		}
		/* It may be gone already. */
		d->n_open--;
		if (sink)
			sink->n_open--;
		if (entry)
			orpc_i_replay_forget(d->replay, entry);
	}
	return !d->n_open;
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
request_go_home(struct orpc_request *rq)
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
	if (rq->secret)
		oxdr_writer_mark_secret(&rq->body);
	if (orpc_i_caller_put_body(&rq->caller, &rq->body, &body))
		rq->result = ORPC_R_SYSTEM_ERR;
}

void
orpc_i_request_finish(struct orpc_request *rq, int result, const void *out)
{
	request_encode(rq, result, out);
	request_go_home(rq);
}

void
orpc_i_request_wait(struct orpc_request *rq, const struct message *m)
{
	if (m) {
		orpc_i_request_opened(rq, m->n);
		rq->home->clock_ns = 0;
	}
	if (atomic_fetch_or(&rq->state, REQUEST_RETURNED) & REQUEST_REPLIED)
		request_go_home(rq);
}

/* ---- The reply ------------------------------------------------------- */

/* A deferred request has its reply: it ends now, or when its handler has
 * returned. */
static int
request_answer(struct orpc_request *rq, int result, const void *out)
{
	unsigned before = atomic_fetch_or(&rq->state, REQUEST_REPLYING);
	struct orpc_loop *loop;

	if (before & REQUEST_REPLYING)
		return -ORPC_E_INVAL;
	if (before & REQUEST_ORPHANED) {
		rq->home = NULL;
		orpc_i_request_give(rq);
		return -ORPC_E_CLOSED;
	}
	loop = rq->home ? rq->home->loop : NULL;
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
	request_go_home(rq);
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
