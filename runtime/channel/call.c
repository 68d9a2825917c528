/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls out, from their start to their end.  See call.h for the states.
 *
 * What can be said of a call that failed follows from two facts that are kept
 * here: whether all of its record was handed to the kernel (end_at against
 * the bytes sent), and what the peer answered.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/call.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"

#define NS_PER_MS INT64_C(1000000)
/* Datagram repetitions are at most this far apart. */
#define RETRY_MAX_MS 5000u

/* ---- Life ---------------------------------------------------------------- */

static void
calls_on_timer(void *ctx)
{
	struct calls *calls = ctx;
	int64_t next;

	orpc_i_calls_ref(calls);
	next = orpc_i_calls_due(calls, orpc_i_loop_now(calls->loop));
	if (next != ORPC_I_NO_DEADLINE)
		orpc_i_loop_timer_set(calls->loop, &calls->timer, next);
	orpc_i_calls_unref(calls);
}

void
orpc_i_calls_init(struct calls *calls, const struct calls_role *role,
    struct orpc_loop *loop, struct sync *sync, uint32_t max)
{
	memset(calls, 0, sizeof(*calls));
	calls->role = role;
	calls->loop = loop;
	calls->sync = sync;
	calls->timer.fn = calls_on_timer;
	calls->timer.ctx = calls;
	calls->queue.end = &calls->queue.first;
	calls->lost.end = &calls->lost.first;
	atomic_init(&calls->refs, 1);
	atomic_init(&calls->handles, 0);
	calls->jitter = orpc_i_random() | 1;
	orpc_i_pending_init(&calls->pending, NULL, orpc_i_random(), max);
}

void
orpc_i_calls_fini(struct calls *calls)
{
	assert(!calls->queue.first && !calls->channel);
	orpc_i_pending_fini(&calls->pending);
}

struct calls *
orpc_i_calls_ref(struct calls *calls)
{
	atomic_fetch_add_explicit(&calls->refs, 1, memory_order_relaxed);
	return calls;
}

void
orpc_i_calls_unref(struct calls *calls)
{
	if (atomic_fetch_sub_explicit(&calls->refs, 1,
	    memory_order_acq_rel) == 1)
		calls->role->free(calls);
}

/* Has the loop wake in time for a call that is due at due_ns. */
static int
calls_arm(struct calls *calls, int64_t due_ns)
{
	if (!calls->loop || due_ns == ORPC_I_NO_DEADLINE)
		return 0;
	if (orpc_i_timer_is_set(&calls->timer) &&
	    calls->timer.due_ns <= due_ns)
		return 0;
	return orpc_i_loop_timer_set(calls->loop, &calls->timer, due_ns);
}

static bool
calls_on_datagrams(const struct calls *calls)
{
	return calls->channel && calls->channel->transport.ops->datagram;
}

/* ---- Lists --------------------------------------------------------------- */

static void
flight_link(struct flight *f)
{
	f->next = f->client->flights;
	if (f->next)
		f->next->link = &f->next;
	f->link = &f->client->flights;
	f->client->flights = f;
}

void
orpc_i_flight_queue(struct flight *f, struct flight_list *list)
{
	f->state = FLIGHT_QUEUED;
	f->retry.next_ns = 0;
	f->list = list;
	f->list_next = NULL;
	f->list_link = list->end;
	*list->end = f;
	list->end = &f->list_next;
}

static void
flight_unqueue(struct flight *f)
{
	*f->list_link = f->list_next;
	if (f->list_next)
		f->list_next->list_link = f->list_link;
	else
		f->list->end = f->list_link;
}

/* Out of all lists; nothing points into the caller's memory any more. */
static void
flight_leave(struct flight *f)
{
	if (f->state == FLIGHT_QUEUED)
		flight_unqueue(f);
	if (!(f->flags & FLIGHT_ONEWAY) || f->state == FLIGHT_QUEUED)
		orpc_i_pending_remove(&f->calls->pending, &f->waiting);
	*f->link = f->next;
	if (f->next)
		f->next->link = f->link;
	if (f->flags & FLIGHT_REFERENCED && f->calls->channel)
		orpc_i_put_own(f->calls->channel, f);
	f->state = FLIGHT_DONE;
}

/* ---- How it ends --------------------------------------------------------- */

/* Has the whole record left? */
static bool
flight_was_sent(const struct flight *f, const struct channel *ch)
{
	return f->state == FLIGHT_WAITING && ch &&
	    f->end_at <= orpc_i_put_sent(ch);
}

void
orpc_i_flight_error(struct flight *f, int result, enum orpc_step step,
    enum orpc_executed executed)
{
	struct orpc_error *error = &f->call->error;
	int64_t elapsed = orpc_now_ns() - f->begun_ns;

	error->code = result;
	error->step = step;
	error->executed = executed;
	error->elapsed_ms = elapsed < 0 ? 0 : (uint32_t)(elapsed / NS_PER_MS);
	/* Another thread may not look where the loop has connected to. */
	if (!error->where[0] && (!f->calls->loop ||
	    orpc_i_loop_is_mine(f->calls->loop)))
		memcpy(error->where, f->calls->where, sizeof(error->where));
}

void
orpc_i_flight_complete(struct flight *f, int result)
{
	flight_leave(f);
	f->result = result;
	f->on_done(f);
}

void
orpc_i_flight_fail(struct flight *f, int result, enum orpc_step step)
{
	const struct channel *ch = f->calls->channel;
	enum orpc_executed executed = ORPC_EXECUTED_NO;

	if (flight_was_sent(f, ch))
		executed = ORPC_EXECUTED_MAYBE;
	if (ch)
		f->call->error.os_errno = ch->transport.os_errno;
	orpc_i_flight_error(f, result, step, executed);
	orpc_i_flight_complete(f, result);
}

enum orpc_step
orpc_i_flight_step(const struct flight *f)
{
	if (f->state == FLIGHT_QUEUED)
		return ORPC_STEP_CONNECT;
	return flight_was_sent(f, f->calls->channel) ? ORPC_STEP_WAIT :
	    ORPC_STEP_SEND;
}

/* ---- Putting ------------------------------------------------------------- */

static void
flight_released(void *ctx)
{
	struct flight *f = ctx;

	f->flags &= ~FLIGHT_REFERENCED;
}

static int
flight_put_kept(struct flight *f, struct oxdr_writer *w)
{
	const struct oxdr_piece *pieces;
	size_t n;
	int e = oxdr_writer_iov(&f->args, &pieces, &n);

	for (size_t i = 0; i < n && !e; i++)
		e = oxdr_put_bytes(w, pieces[i].base, pieces[i].len);
	return e;
}

static int
flight_put_args(struct flight *f, struct oxdr_writer *w)
{
	const struct orpc_i_body body = { f->proc->put_arg, f->proc->arg,
		f->arg };
	int e;

	if (f->flags & FLIGHT_KEPT)
		return flight_put_kept(f, w);
	if (f->flags & FLIGHT_BORROWED)
		return orpc_i_auth_put_body(f->auth, w, &body);
	/* The argument is the caller's again when the start returns. */
	w->flags &= ~OXDR_WRITER_GATHER;
	e = orpc_i_auth_put_body(f->auth, w, &body);
	w->flags |= OXDR_WRITER_GATHER;
	return e;
}

int
orpc_i_flight_keep(struct flight *f)
{
	const struct orpc_i_body body = { f->proc->put_arg, f->proc->arg,
		f->arg };
	int e;

	e = orpc_i_body_put(&f->args, &body);
	if (!e)
		f->flags |= FLIGHT_KEPT;
	return e;
}

/* Puts the record on the channel.  Where it fails is *out_step. */
static int
flight_put(struct flight *f, enum orpc_step *out_step)
{
	struct channel *ch = f->calls->channel;
	struct channel_put put;
	unsigned flags = f->flags & FLIGHT_NO_FLUSH ? CHANNEL_PUT_NO_FLUSH : 0;
	int e;

	*out_step = ORPC_STEP_SEND;
	e = orpc_i_put_begin(ch, &put);
	if (e)
		return e;
	*out_step = ORPC_STEP_ENCODE;
	e = orpc_i_call_put(put.w, f->waiting.xid, f->program, f->version,
	    f->proc->number, f->auth);
	if (!e)
		e = flight_put_args(f, put.w);
	if (e) {
		orpc_i_put_undo(ch, &put);
		return e;
	}
	f->flags |= FLIGHT_REFERENCED;
	f->state = FLIGHT_WAITING;
	e = orpc_i_put_end(ch, &put, flags, flight_released, f);
	if (e)
		f->flags &= ~FLIGHT_REFERENCED;
	f->end_at = ch->put_bytes;
	return e;
}

/* When something is to be done about it. */
static int64_t
flight_due(const struct flight *f)
{
	if (f->retry.next_ns && f->retry.next_ns < f->deadline_ns)
		return f->retry.next_ns;
	return f->deadline_ns;
}

/* Puts a flight for the first time on this connection. */
static int
flight_launch(struct flight *f, enum orpc_step *out_step)
{
	struct calls *calls = f->calls;
	int64_t now;
	int e;

	e = flight_put(f, out_step);
	if (e || !calls_on_datagrams(calls))
		return e;
	now = orpc_now_ns();
	orpc_i_retry_start(&f->retry, now, calls->retry_ms, RETRY_MAX_MS,
	    orpc_i_calls_jitter(calls));
	if (!(f->flags & FLIGHT_ONEWAY))
		orpc_i_pending_set_deadline(&calls->pending, &f->waiting,
		    flight_due(f));
	return 0;
}

int
orpc_i_flight_again(struct flight *f)
{
	enum orpc_step step;

	return flight_put(f, &step);
}

static int
flight_start_oneway(struct flight *f)
{
	enum orpc_step step;
	int e;

	f->waiting.xid = orpc_i_pending_xid(&f->calls->pending);
	f->call->xid = f->waiting.xid;
	flight_link(f);
	e = flight_put(f, &step);
	if (!e)
		return 0;
	flight_leave(f);
	orpc_i_flight_error(f, e, step, ORPC_EXECUTED_NO);
	return e;
}

static int
flight_start_waiting(struct flight *f)
{
	struct calls *calls = f->calls;
	enum orpc_step step = ORPC_STEP_SEND;
	int e;

	f->retry.next_ns = 0;
	e = orpc_i_pending_add(&calls->pending, &f->waiting, f->deadline_ns);
	if (e) {
		orpc_i_flight_error(f, e, step, ORPC_EXECUTED_NO);
		return e;
	}
	f->call->xid = f->waiting.xid;
	flight_link(f);
	if (calls->channel) {
		e = flight_launch(f, &step);
	} else {
		orpc_i_flight_queue(f, &calls->queue);
	}
	if (!e)
		e = calls_arm(calls, flight_due(f));
	if (!e)
		return 0;
	flight_leave(f);
	orpc_i_flight_error(f, e, step, ORPC_EXECUTED_NO);
	return e;
}

int
orpc_i_flight_start(struct flight *f)
{
	struct calls *calls = f->calls;
	int e;

	f->state = FLIGHT_NEW;
	if (!calls->channel) {
		e = calls->role->need(calls, &f->call->error);
		if (e) {
			orpc_i_flight_error(f, e, f->call->error.step ?
			    f->call->error.step : ORPC_STEP_CONNECT,
			    ORPC_EXECUTED_NO);
			return e;
		}
		if (!(f->flags & (FLIGHT_KEPT | FLIGHT_BORROWED))) {
			e = orpc_i_flight_keep(f);
			if (e) {
				orpc_i_flight_error(f, e, ORPC_STEP_ENCODE,
				    ORPC_EXECUTED_NO);
				return e;
			}
		}
	}
	if (f->flags & FLIGHT_ONEWAY && calls->channel)
		return flight_start_oneway(f);
	return flight_start_waiting(f);
}

int
orpc_i_flight_join(struct flight *f, uint32_t xid)
{
	struct calls *calls = f->calls;
	int e;

	if (calls_on_datagrams(calls))
		orpc_i_retry_start(&f->retry, f->begun_ns, calls->retry_ms,
		    RETRY_MAX_MS, orpc_i_calls_jitter(calls));
	e = orpc_i_pending_add_as(&calls->pending, &f->waiting, xid,
	    flight_due(f));
	if (e) {
		orpc_i_flight_error(f, e, ORPC_STEP_WAIT, ORPC_EXECUTED_MAYBE);
		return e;
	}
	f->call->xid = xid;
	f->state = FLIGHT_WAITING;
	f->end_at = calls->channel->put_bytes;
	flight_link(f);
	return 0;
}

void
orpc_i_calls_connected(struct calls *calls, struct channel *ch)
{
	struct flight *f;
	enum orpc_step step;
	int e;

	calls->channel = orpc_i_channel_ref(ch);
	while (calls->channel == ch && (f = calls->queue.first) != NULL) {
		flight_unqueue(f);
		f->state = FLIGHT_NEW;
		e = flight_launch(f, &step);
		if (e) {
			orpc_i_flight_error(f, e, step, ORPC_EXECUTED_NO);
			orpc_i_flight_complete(f, e);
		} else if (f->flags & FLIGHT_ONEWAY) {
			orpc_i_pending_remove(&calls->pending, &f->waiting);
			orpc_i_flight_complete(f, 0);
		} else {
			calls_arm(calls, flight_due(f));
		}
	}
}
