/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading without a loop: see sync.h.
 *
 * The ordinary call finds nobody reading and nothing read: it sends, and
 * blocks in one recv, so that it costs two system calls.  The receive timeout
 * of the socket bounds that recv; poll takes over where it is too coarse, and
 * where bytes still wait to be sent.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <orpc/loop.h>

#include "runtime/channel/call.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"
#include "runtime/proto/message.h"

/* A thread that waits while another reads. */
struct sync_waiter {
	struct sync_waiter *next;
	struct sync_waiter **link;
	const bool *done;
	pthread_cond_t cond;
};

/* A call of the peer that is being served on some thread's stack. */
struct sync_frame {
	struct sync_frame *up;
	struct sync_frame **link;
	pthread_t thread;
};

int
orpc_i_sync_init(struct sync *s, uint32_t max_nesting, int64_t spin_ns)
{
	memset(s, 0, sizeof(*s));
	s->max_nesting = max_nesting;
	s->spin_ns = spin_ns;
	if (pthread_mutex_init(&s->lock, NULL))
		return -ORPC_E_SYSTEM;
	return 0;
}

void
orpc_i_sync_fini(struct sync *s)
{
	pthread_mutex_destroy(&s->lock);
}

void
orpc_i_sync_wake(struct sync *s)
{
	for (struct sync_waiter *w = s->waiters; w; w = w->next)
		pthread_cond_signal(&w->cond);
}

void
orpc_i_sync_wake_done(struct sync *s)
{
	for (struct sync_waiter *w = s->waiters; w; w = w->next)
		if (w->done && *w->done)
			pthread_cond_signal(&w->cond);
}

void
orpc_i_sync_hand_on(struct sync *s)
{
	if (s->reading)
		return;
	for (struct sync_waiter *w = s->waiters; w; w = w->next)
		if (!w->done || !*w->done) {
			pthread_cond_signal(&w->cond);
			return;
		}
}

void
orpc_i_sync_sleep(struct sync *s, const bool *done, int64_t until_ns)
{
	struct sync_waiter w = { .done = done };
	struct timespec ts = {
		.tv_sec = (time_t)(until_ns / 1000000000),
		.tv_nsec = (long)(until_ns % 1000000000),
	};

	if (pthread_cond_init(&w.cond, NULL))
		return;
	w.next = s->waiters;
	if (w.next)
		w.next->link = &w.next;
	w.link = &s->waiters;
	s->waiters = &w;
	if (until_ns == INT64_MAX)
		pthread_cond_wait(&w.cond, &s->lock);
	else
		pthread_cond_clockwait(&w.cond, &s->lock, CLOCK_MONOTONIC, &ts);
	*w.link = w.next;
	if (w.next)
		w.next->link = w.link;
	pthread_cond_destroy(&w.cond);
}

/* ---- Serving ------------------------------------------------------------- */

static uint32_t
sync_depth(const struct sync *s)
{
	uint32_t depth = 0;

	for (const struct sync_frame *f = s->frames; f; f = f->up)
		if (pthread_equal(f->thread, pthread_self()))
			depth++;
	return depth;
}

/* Refuses a call that is nested too deep. */
static void
sync_refuse(struct channel *ch, uint32_t xid)
{
	struct channel_put put;

	if (orpc_i_put_begin(ch, &put))
		return;
	if (orpc_i_reply_put(put.w, xid, ORPC_R_SYSTEM_ERR, 0, 0, NULL))
		orpc_i_put_undo(ch, &put);
	else
		orpc_i_put_end(ch, &put, 0, NULL, NULL);
	orpc_i_put_flush(ch);
}

/* Serves one call of the peer on this stack; the reading is free meanwhile,
 * also for calls that the handler makes. */
static void
sync_serve(struct sync *s, struct channel *ch, const struct message *m,
    uint32_t xid)
{
	struct sync_frame frame = { .thread = pthread_self() };
	int e;

	if (sync_depth(s) >= s->max_nesting) {
		sync_refuse(ch, xid);
		return;
	}
	frame.up = s->frames;
	if (frame.up)
		frame.up->link = &frame.up;
	frame.link = &s->frames;
	s->frames = &frame;
	orpc_i_sync_hand_on(s);
	orpc_i_sync_unlock(s);
	e = ch->role->on_call(ch, m);
	orpc_i_sync_lock(s);
	*frame.link = frame.up;
	if (frame.up)
		frame.up->link = frame.link;
	if (e < 0)
		orpc_i_channel_close(ch, e);
}

static void
sync_deliver(struct sync *s, struct channel *ch, const struct message *m)
{
	uint32_t xid;

	switch (orpc_i_message_peek(m->bytes, m->n, &xid)) {
	case ORPC_I_CALL:
		sync_serve(s, ch, m, xid);
		break;
	case ORPC_I_REPLY:
		if (ch->calls)
			orpc_i_calls_reply(ch->calls, xid, m);
		break;
	default:
		if (ch->role->on_bad)
			ch->role->on_bad(ch);
	}
}

/* A whole record lies in the parser or in the hub's buffer. */
static void
sync_record(struct sync *s, struct channel *ch)
{
	struct orpc_i_buf *own = orpc_i_record_take(&ch->record);
	struct orpc_i_buf *buf = own ? own : orpc_i_buf_ref(ch->hub->buf);
	const struct message m = {
		.bytes = ch->record.body,
		.n = ch->record.body_n,
		.buf = buf,
	};

	sync_deliver(s, ch, &m);
	orpc_i_buf_unref(buf);
}

/* Parses what has been read, one message. */
static void
sync_parse(struct sync *s, struct channel *ch)
{
	const uint8_t *bytes = ch->hub->buf->bytes;
	struct message m;
	size_t portion;
	size_t used;
	int e;

	if (ch->transport.ops->datagram) {
		m.bytes = bytes;
		m.n = s->end;
		m.buf = orpc_i_buf_ref(ch->hub->buf);
		s->at = s->end = 0;
		sync_deliver(s, ch, &m);
		orpc_i_buf_unref(m.buf);
		return;
	}
	portion = orpc_i_hub_portion(&ch->record, bytes + s->at,
	    s->end - s->at);
	e = orpc_i_record_feed(&ch->record, bytes + s->at, portion, &used);
	s->at += used;
	if (portion == ORPC_I_MARK_BYTES)
		orpc_i_hub_lend_large(ch->hub, &ch->record);
	if (e == ORPC_I_RECORD_WHOLE)
		sync_record(s, ch);
	else if (e < 0)
		orpc_i_channel_close(ch, e);
}

/* ---- Reading ------------------------------------------------------------- */

/* Cheaper than being woken, for those who have a processor to spare. */
int
orpc_i_sync_spin(struct sync *s, struct transport *t, void *room, size_t n,
    int64_t until_ns, size_t *out_n)
{
	int64_t stop = orpc_now_ns() + s->spin_ns;
	int e;

	if (stop > until_ns)
		stop = until_ns;
	do {
		e = t->ops->recv(t, room, n, 0, out_n);
	} while (e == TRANSPORT_AGAIN && orpc_now_ns() < stop);
	return e;
}

/* Waits for bytes and reads them, without the lock.  blocked: bytes wait to
 * be sent, too; then TRANSPORT_AGAIN when they may be.  full: so many that
 * nothing more is read. */
static int
sync_recv(struct sync *s, struct transport *t, bool blocked, bool full,
    void *room, size_t n, int64_t until_ns, int64_t left, size_t *out_n)
{
	unsigned events = t->want_recv;
	int e;

	if (full) {
		orpc_i_transport_wait(t, t->want_send, until_ns);
		return TRANSPORT_AGAIN;
	}
	if (s->spin_ns && left > 0 && !blocked) {
		e = orpc_i_sync_spin(s, t, room, n, until_ns, out_n);
		if (e != TRANSPORT_AGAIN)
			return e;
	}
	if (!blocked && orpc_i_transport_patience(t, left))
		return t->ops->recv(t, room, n, TRANSPORT_PATIENT, out_n);
	if (blocked)
		events |= t->want_send;
	if (!t->ops->pending(t) &&
	    orpc_i_transport_wait(t, events, until_ns) == -ORPC_E_TIMEOUT)
		return TRANSPORT_AGAIN;
	return t->ops->recv(t, room, n, 0, out_n);
}

/* Reads once, or finds that time is over or that sending can go on.  left:
 * until until_ns, when last looked. */
static void
sync_read(struct sync *s, struct channel *ch, int64_t until_ns, int64_t left)
{
	bool blocked = ch->flags & CHANNEL_OUT_BLOCKED;
	bool full = ch->pauses & CHANNEL_PAUSE_QUEUED;
	struct orpc_i_buf *buf;
	uint8_t *room = NULL;
	size_t n_room = 0;
	size_t n = 0;
	int e = 0;

	if (!ch->transport.ops->datagram)
		e = orpc_i_record_room(&ch->record, &room, &n_room);
	buf = e || n_room ? NULL : orpc_i_hub_buf(ch->hub);
	if (!e && !n_room && !buf)
		e = -OXDR_E_NOMEM;
	if (e) {
		orpc_i_channel_close(ch, e);
		return;
	}
	s->reading = true;
	orpc_i_sync_unlock(s);
	e = sync_recv(s, &ch->transport, blocked, full,
	    n_room ? room : buf->bytes, n_room ? n_room : buf->size, until_ns,
	    left, &n);
	orpc_i_sync_lock(s);
	s->reading = false;
	if (blocked)
		orpc_i_put_flush(ch);
	if (e < 0) {
		orpc_i_channel_close(ch, e);
	} else if (!e && n_room) {
		e = orpc_i_record_filled(&ch->record, n);
		if (e == ORPC_I_RECORD_WHOLE)
			sync_record(s, ch);
	} else if (!e) {
		s->at = 0;
		s->end = n;
		/* An empty datagram is a message of no bytes. */
		if (!n)
			sync_parse(s, ch);
	}
}

void
orpc_i_sync_end(struct sync *s, struct channel *ch)
{
	if (ch->state != CHANNEL_CLOSED || s->reading)
		return;
	s->at = s->end = 0;
	orpc_i_channel_end(ch);
	orpc_i_sync_wake(s);
}

/* Another thread reads, and sending is for whoever has something to send. */
static void
sync_send_aside(struct sync *s, struct channel *ch, int64_t until_ns)
{
	orpc_i_sync_unlock(s);
	orpc_i_transport_wait(&ch->transport, ch->transport.want_send,
	    until_ns);
	orpc_i_sync_lock(s);
	orpc_i_put_flush(ch);
}

int
orpc_i_sync_wait(struct sync *s, struct channel *ch, const bool *done,
    int64_t now_ns, int64_t until_ns)
{
	int64_t left;
	int e = 0;

	for (;;) {
		if (done && *done)
			break;
		if (ch->state == CHANNEL_CLOSED) {
			orpc_i_sync_end(s, ch);
			if (ch->flags & CHANNEL_ENDED) {
				e = done && *done ? 0 : -ORPC_E_CLOSED;
				break;
			}
			/* Its reader will end it. */
			orpc_i_sync_sleep(s, done, until_ns);
			continue;
		}
		if (s->at < s->end) {
			sync_parse(s, ch);
			continue;
		}
		/* The time is looked at once a round, and not at all in an
		 * ordinary call: its beginning was just now. */
		if (!now_ns && until_ns != INT64_MAX)
			now_ns = orpc_now_ns();
		left = until_ns == INT64_MAX ? INT64_MAX : until_ns - now_ns;
		now_ns = 0;
		if (left <= 0) {
			e = -ORPC_E_TIMEOUT;
			break;
		}
		if (!s->reading)
			sync_read(s, ch, until_ns, left);
		else if (ch->flags & CHANNEL_OUT_BLOCKED)
			sync_send_aside(s, ch, until_ns);
		else
			orpc_i_sync_sleep(s, done, until_ns);
	}
	orpc_i_sync_hand_on(s);
	return e;
}
