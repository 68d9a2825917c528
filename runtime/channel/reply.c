/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How calls out end: by a reply, at their deadline, with the connection.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/call.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"

/* Results up to this size are decoded on the stack first. */
#define SMALL_RESULT 512u
/* A reply below this is copied out of the buffer it came in... */
#define LEND_MIN ((size_t)4 << 10)
/* ...and so is one that is less than this part of it, unless it is large. */
#define LEND_PART 4u
#define LEND_LARGE ((size_t)64 << 10)

static struct flight *
flight_of(struct orpc_i_waiting *w)
{
	return container_of(w, struct flight, waiting);
}

/* ---- Replies ------------------------------------------------------------- */

/* Lets decoded values point into a large message. */
static void
reply_lend(struct flight *f, struct oxdr_reader *r, const struct message *m)
{
	if (!m->buf || m->n < LEND_MIN ||
	    (m->n < LEND_LARGE && m->n < m->buf->size / LEND_PART))
		return;
	if (oxdr_arena_hold(&f->call->arena, orpc_i_buf_release, m->buf))
		return;
	orpc_i_buf_ref(m->buf);
	r->flags |= OXDR_READER_BORROW;
}

int
orpc_i_flight_get(struct flight *f, struct oxdr_reader *r)
{
	const struct oxdr_type *type = f->proc->res;
	struct orpc_i_place place = { f->proc->get_res, type, NULL };
	_Alignas(16) uint8_t small[SMALL_RESULT];
	int e;

	if (type && f->out && type->size <= sizeof(small))
		place.out = small;
	else if (type)
		place.out = oxdr_arena_take(&f->call->arena, type->size,
		    type->align);
	if (type && !place.out)
		return -OXDR_E_NOMEM;
	e = orpc_i_auth_get_body(f->auth, r, &f->call->arena, &place);
	if (e || !type)
		return e;
	if (f->out)
		memcpy(f->out, place.out, type->size);
	else
		f->out = place.out;
	return 0;
}

static int
reply_result(struct flight *f, struct oxdr_reader *r, const struct message *m)
{
	r->flags = f->client->reader_flags;
	reply_lend(f, r, m);
	return orpc_i_flight_get(f, r);
}

static void
reply_error(struct flight *f, const struct oxdr_reader *r, int e)
{
	f->call->error.offset = (uint32_t)oxdr_reader_offset(r);
	orpc_i_flight_error(f, e, ORPC_STEP_DECODE, ORPC_EXECUTED_YES);
}

static void
reply_decode(struct flight *f, struct oxdr_reader *r, const struct message *m)
{
	int e = reply_result(f, r, m);

	if (e)
		reply_error(f, r, e);
	orpc_i_flight_complete(f, e);
}

/* Threads that share the handle wait for the lock: its caller decodes. */
static void
reply_leave(struct flight *f, const struct oxdr_reader *r,
    const struct message *m)
{
	f->reply = *m;
	f->reply_at = oxdr_reader_offset(r);
	orpc_i_buf_ref(m->buf);
	f->client->users++;
	orpc_i_flight_complete(f, 0);
}

int
orpc_i_flight_decode(struct flight *f)
{
	struct sync *sync = f->calls->sync;
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, f->reply.bytes, f->reply.n);
	r.at += f->reply_at;
	e = reply_result(f, &r, &f->reply);
	orpc_i_buf_unref(f->reply.buf);
	orpc_i_sync_lock(sync);
	if (e)
		reply_error(f, &r, e);
	orpc_i_client_leave(f->client);
	orpc_i_sync_unlock(sync);
	return e;
}

/* Did a server that answers so run the procedure? */
static enum orpc_executed
reply_executed(int result)
{
	return result == ORPC_R_SYSTEM_ERR ? ORPC_EXECUTED_MAYBE :
	    ORPC_EXECUTED_NO;
}

static void
reply_refused(struct flight *f, const struct orpc_i_reply_header *h)
{
	if (h->result >= ORPC_R_AUTH_BASE && !(f->flags & FLIGHT_REFRESHED) &&
	    f->flags & (FLIGHT_KEPT | FLIGHT_BORROWED) &&
	    !orpc_i_auth_refresh(f->auth, h->result)) {
		f->flags |= FLIGHT_REFRESHED;
		if (!orpc_i_flight_again(f))
			return;
	}
	f->call->error.low = h->low;
	f->call->error.high = h->high;
	orpc_i_flight_error(f, h->result, ORPC_STEP_REPLY,
	    reply_executed(h->result));
	orpc_i_flight_complete(f, h->result);
}

void
orpc_i_calls_reply(struct calls *calls, uint32_t xid, const struct message *m)
{
	struct orpc_i_waiting *w = orpc_i_pending_find(&calls->pending, xid);
	struct orpc_i_reply_header h;
	struct oxdr_reader r;
	struct flight *f;
	int e;

	if (!w)
		return;
	f = flight_of(w);
	if (f->state != FLIGHT_WAITING)
		return;
	oxdr_reader_init(&r, m->bytes, m->n);
	e = orpc_i_reply_get(&r, &h);
	if (!e && !h.result)
		e = orpc_i_auth_check_verf(f->auth, xid, &h.verf);
	if (e) {
		/* Bytes that are no reply: who knows what they meant. */
		orpc_i_flight_error(f, -ORPC_E_PROTOCOL, ORPC_STEP_REPLY,
		    ORPC_EXECUTED_MAYBE);
		orpc_i_flight_complete(f, -ORPC_E_PROTOCOL);
	} else if (h.result) {
		reply_refused(f, &h);
	} else {
		if (f->proc->flags & ORPC_PROC_SECRET && m->buf)
			m->buf->secret = true;
		if (calls->sync && m->buf && m->n >= LEND_MIN)
			reply_leave(f, &r, m);
		else
			reply_decode(f, &r, m);
	}
}

/* ---- Time ---------------------------------------------------------------- */

/*
 * Did the network refuse a datagram and the one sent again after it?  Once may
 * be a server that restarts, or a forgery.  A handle that reconnects goes on
 * until the deadline all the same.
 */
static bool
flight_is_refused(const struct flight *f)
{
	const struct channel *ch = f->calls->channel;

	return !(f->calls->flags & CALLS_REPEAT) && f->retry.tries > 1 &&
	    ch && ch->transport.os_errno == ECONNREFUSED;
}

int64_t
orpc_i_calls_due(struct calls *calls, int64_t now_ns)
{
	struct orpc_i_waiting *w;

	while ((w = orpc_i_pending_due(&calls->pending, now_ns)) != NULL) {
		struct flight *f = flight_of(w);

		if (now_ns >= f->deadline_ns) {
			orpc_i_flight_fail(f, -ORPC_E_TIMEOUT,
			    orpc_i_flight_step(f));
			continue;
		}
		if (flight_is_refused(f)) {
			orpc_i_flight_fail(f, -ORPC_E_CONNECT,
			    ORPC_STEP_CONNECT);
			continue;
		}
		/* A datagram without an answer: the same again, and what the
		 * network says to it. */
		if (calls->channel)
			calls->channel->transport.os_errno = 0;
		orpc_i_retry_again(&f->retry, now_ns,
		    orpc_i_calls_jitter(calls));
		orpc_i_pending_set_deadline(&calls->pending, w,
		    f->retry.next_ns < f->deadline_ns ? f->retry.next_ns :
		    f->deadline_ns);
		orpc_i_flight_again(f);
	}
	return orpc_i_pending_deadline(&calls->pending);
}

/* ---- The end of the connection ------------------------------------------- */

/* May the call go out again on another connection?  Not if it may have been
 * its reply that was too large to go on reading: it would be again. */
static bool
flight_may_repeat(const struct flight *f, bool sent, int reason)
{
	if (!(f->calls->flags & CALLS_REPEAT) ||
	    !(f->flags & (FLIGHT_KEPT | FLIGHT_BORROWED)))
		return false;
	return !sent || (f->proc->flags & ORPC_PROC_IDEMPOTENT &&
	    reason != -OXDR_E_LIMIT);
}

/* Sorts what was put on the channel: again, or lost. */
static void
lost_sort(struct calls *calls, const struct channel *ch, int reason)
{
	uint64_t sent_to = orpc_i_put_sent(ch);

	struct orpc_i_waiting *w = NULL;

	while ((w = orpc_i_pending_next(&calls->pending, w)) != NULL) {
		struct flight *f = flight_of(w);
		bool sent = f->end_at <= sent_to;

		if (f->state != FLIGHT_WAITING)
			continue;
		if (sent)
			f->flags |= FLIGHT_SENT;
		orpc_i_flight_queue(f, flight_may_repeat(f, sent, reason) ?
		    &calls->queue : &calls->lost);
	}
}

static void
lost_fail(struct flight *f, int os_errno, int reason)
{
	bool sent = f->flags & FLIGHT_SENT;

	f->call->error.os_errno = os_errno;
	orpc_i_flight_error(f, reason, sent ? ORPC_STEP_WAIT : ORPC_STEP_SEND,
	    sent ? ORPC_EXECUTED_MAYBE : ORPC_EXECUTED_NO);
	orpc_i_flight_complete(f, reason);
}

void
orpc_i_calls_lost(struct calls *calls, struct channel *ch, int reason)
{
	int os_errno = ch->transport.os_errno;

	if (calls->channel != ch)
		return;
	orpc_i_calls_ref(calls);
	calls->channel = NULL;
	lost_sort(calls, ch, reason);
	while (calls->lost.first)
		lost_fail(calls->lost.first, os_errno, reason);
	calls->role->lost(calls, reason);
	orpc_i_channel_unref(ch);
	orpc_i_calls_unref(calls);
}

void
orpc_i_calls_fail(struct calls *calls, int result,
    const struct orpc_error *like)
{
	struct flight *f;

	orpc_i_calls_ref(calls);
	while (calls->queue.first) {
		bool sent;

		f = calls->queue.first;
		/* It may have been sent on an earlier connection. */
		sent = f->flags & FLIGHT_SENT;
		f->call->error = *like;
		orpc_i_flight_error(f, result, like->step, sent ?
		    ORPC_EXECUTED_MAYBE : ORPC_EXECUTED_NO);
		orpc_i_flight_complete(f, result);
	}
	orpc_i_calls_unref(calls);
}
