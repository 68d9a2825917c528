/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading a channel on a loop: bytes to records, records to calls and
 * replies.
 *
 * One read takes as many records as have arrived; they are delivered where
 * they lie in the hub's buffer, and what they put leaves behind the last of
 * them; a client's new calls in two halves, so that the peer works on the
 * first while we are at the second.  The rest of a large record is read where it belongs.  If reading is
 * turned off meanwhile, the bytes in hand become the channel's backlog and
 * are parsed when it is turned on again.
 */
#include <assert.h>
#include <string.h>

#include "runtime/channel/call.h"
#include "runtime/channel/parts.h"
#include "runtime/proto/message.h"

/* Reads a turn from one channel before others have theirs. */
#define READS_A_TURN 4
/* Half of a read's new calls leave early if they are that many bytes: below,
 * the system call costs more than it wins. */
#define EARLY_BYTES 2048u

static void
receive_deliver(struct channel *ch, const struct message *m)
{
	uint32_t xid;
	int e;

	if (m->n >= 8 && oxdr_load_u32(m->bytes + 4) == ORPC_I_CALL) {
		e = ch->role->on_call(ch, m);
		if (e < 0)
			orpc_i_channel_close(ch, e);
		if (ch->pauses & CHANNEL_PAUSE_QUEUED)
			orpc_i_put_flush(ch);
		return;
	}
	switch (orpc_i_message_peek(m->bytes, m->n, &xid)) {
	case ORPC_I_REPLY:
		if (ch->calls)
			orpc_i_calls_reply(ch->calls, xid, m);
		break;
	default:
		if (ch->role->on_bad)
			ch->role->on_bad(ch);
	}
	/* What large replies would pile up is sent before more calls are
	 * taken. */
	if (ch->pauses & CHANNEL_PAUSE_QUEUED)
		orpc_i_put_flush(ch);
}

/* A whole record, in buf if its parser has none of its own. */
static void
receive_record(struct channel *ch, struct orpc_i_buf *buf)
{
	struct orpc_i_buf *own = orpc_i_record_take(&ch->record);
	const struct message m = {
		.bytes = ch->record.body,
		.n = ch->record.body_n,
		.buf = own ? own : buf,
	};

	receive_deliver(ch, &m);
	orpc_i_buf_unref(own);
}

/* Notes whether a record is left unfinished, and since when. */
static inline void
receive_note_partial(struct channel *ch)
{
	if (!orpc_i_record_is_partial(&ch->record))
		ch->partial_since_ns = 0;
	else if (!ch->partial_since_ns)
		ch->partial_since_ns = orpc_i_loop_now(ch->loop);
}

/* Lets the owner take what it can in one go, where a record begins; returns
 * how many bytes. */
static inline size_t
receive_calls(struct channel *ch, struct orpc_i_buf *buf,
    const uint8_t *bytes, size_t n)
{
	return ch->role->on_calls ? ch->role->on_calls(ch, buf, bytes, n) : 0;
}

/* Parses n bytes in buf; returns how many were consumed: all, unless reading
 * is off or the channel closed. */
static size_t
receive_parse(struct channel *ch, struct orpc_i_buf *buf,
    const uint8_t *bytes, size_t n)
{
	size_t early = ch->calls ? n / 2 : SIZE_MAX;
	struct message m = { .buf = buf };
	size_t at = 0;
	size_t portion, used;
	int e;

	while (at < n && orpc_i_channel_reads(ch)) {
		if (at >= early && ch->queued_bytes >= EARLY_BYTES) {
			early = SIZE_MAX;
			orpc_i_put_flush(ch);
			continue;
		}
		used = orpc_i_record_is_between(&ch->record) ?
		    receive_calls(ch, buf, bytes + at, n - at) : 0;
		at += used;
		if (used)
			continue;
		/* The ordinary case needs no parser. */
		if (orpc_i_record_is_next_whole(&ch->record, bytes + at,
		    n - at, &m.n)) {
			m.bytes = bytes + at + ORPC_I_MARK_BYTES;
			at += ORPC_I_MARK_BYTES + m.n;
			receive_deliver(ch, &m);
			continue;
		}
		portion = orpc_i_hub_portion(&ch->record, bytes + at, n - at);
		e = orpc_i_record_feed(&ch->record, bytes + at, portion, &used);
		at += used;
		if (portion == ORPC_I_MARK_BYTES)
			orpc_i_hub_lend_large(ch->hub, &ch->record);
		if (e == ORPC_I_RECORD_WHOLE) {
			ch->partial_since_ns = 0;
			receive_record(ch, buf);
		} else if (e < 0) {
			orpc_i_channel_close(ch, e);
		}
	}
	return at;
}

/* Reading was turned off with n bytes in hand. */
static void
receive_keep(struct channel *ch, const uint8_t *bytes, size_t n)
{
	int e;

	if (!n || ch->state != CHANNEL_OPEN)
		return;
	assert(!ch->backlog);
	e = orpc_i_buf_new(NULL, ch->limits->record.budget, n, &ch->backlog);
	if (e) {
		ch->backlog = NULL;
		orpc_i_channel_close(ch, e);
		return;
	}
	memcpy(ch->backlog->bytes, bytes, n);
	ch->backlog_at = 0;
}

void
orpc_i_channel_parse_backlog(struct channel *ch)
{
	struct orpc_i_buf *buf = ch->backlog;
	size_t at = ch->backlog_at;
	size_t n;

	if (!buf || !orpc_i_channel_reads(ch))
		return;
	ch->flags |= CHANNEL_IN_READ;
	n = receive_parse(ch, buf, buf->bytes + at, buf->size - at);
	ch->flags &= (uint8_t)~CHANNEL_IN_READ;
	ch->backlog_at = at + n;
	if (ch->state == CHANNEL_OPEN && at + n < buf->size)
		return;
	ch->backlog = NULL;
	orpc_i_buf_unref(buf);
	if (ch->state == CHANNEL_OPEN)
		receive_note_partial(ch);
}

/* ---- Reading ------------------------------------------------------------ */

/* The peer sends no more.  What it asked for is still sent, also if its last
 * record is cut off. */
static void
receive_end(struct channel *ch, int reason)
{
	bool owed = ch->calls_in || ch->queued_bytes;

	if (reason != -ORPC_E_CLOSED || ch->transport.os_errno || !owed) {
		orpc_i_channel_close(ch, reason);
		return;
	}
	ch->flags |= CHANNEL_AT_END;
	ch->state = CHANNEL_CLOSING;
	ch->reason = reason;
	atomic_store_explicit(&ch->gone, true, memory_order_release);
	if (ch->calls)
		orpc_i_calls_lost(ch->calls, ch, reason);
	orpc_i_channel_watch(ch);
}

/* Reads into the hub's buffer; between: a record begins there.  Returns 0 when
 * there may be more. */
static inline int
receive_shared(struct channel *ch, bool between)
{
	struct orpc_i_buf *buf = orpc_i_hub_take_buf(ch->hub);
	size_t at = 0;
	bool all;
	size_t n;
	int e;

	if (!buf)
		return -OXDR_E_NOMEM;
	e = ch->transport.ops->recv(&ch->transport, buf->bytes, buf->size, 0,
	    &n);
	if (e) {
		orpc_i_hub_return_buf(ch->hub, buf);
		return e;
	}
	all = n < buf->size;
	ch->last_read_ns = orpc_i_loop_now(ch->loop);
	if (between)
		at = receive_calls(ch, buf, buf->bytes, n);
	if (at < n) {
		at += receive_parse(ch, buf, buf->bytes + at, n - at);
		if (at < n)
			receive_keep(ch, buf->bytes + at, n - at);
		else if (ch->state == CHANNEL_OPEN)
			receive_note_partial(ch);
	}
	orpc_i_hub_return_buf(ch->hub, buf);
	return all ? TRANSPORT_AGAIN : 0;
}

/* Reads into the room of an unfinished record. */
static int
receive_direct(struct channel *ch, uint8_t *room, size_t n_room)
{
	size_t n;
	int e = ch->transport.ops->recv(&ch->transport, room, n_room, 0, &n);

	if (e)
		return e;
	ch->last_read_ns = orpc_i_loop_now(ch->loop);
	e = orpc_i_record_filled(&ch->record, n);
	if (e == ORPC_I_RECORD_WHOLE) {
		ch->partial_since_ns = 0;
		receive_record(ch, NULL);
	}
	return n < n_room ? TRANSPORT_AGAIN : 0;
}

static inline int
receive_stream(struct channel *ch)
{
	uint8_t *room;
	size_t n;
	int e;

	if (!orpc_i_record_is_partial(&ch->record))
		return receive_shared(ch, true);
	e = orpc_i_record_room(&ch->record, &room, &n);
	if (e)
		return e;
	return n ? receive_direct(ch, room, n) : receive_shared(ch, false);
}

static int
receive_datagram(struct channel *ch)
{
	struct orpc_i_buf *buf = orpc_i_hub_take_buf(ch->hub);
	struct message m;
	int e;

	if (!buf)
		return -OXDR_E_NOMEM;
	e = ch->transport.ops->recv(&ch->transport, buf->bytes, buf->size, 0,
	    &m.n);
	if (!e) {
		ch->last_read_ns = orpc_i_loop_now(ch->loop);
		m.bytes = buf->bytes;
		m.buf = buf;
		receive_deliver(ch, &m);
	}
	orpc_i_hub_return_buf(ch->hub, buf);
	return e;
}

void
orpc_i_channel_receive(struct channel *ch)
{
	bool datagram = ch->transport.ops->datagram;
	int reads = datagram ? 8 * READS_A_TURN : READS_A_TURN;
	int e;

	ch->flags |= CHANNEL_IN_READ;
	do {
		if (!orpc_i_channel_reads(ch))
			break;
		e = datagram ? receive_datagram(ch) : receive_stream(ch);
		if (e < 0 && ch->state == CHANNEL_OPEN)
			receive_end(ch, e);
	} while (!e && --reads > 0);
	ch->flags &= (uint8_t)~CHANNEL_IN_READ;
	orpc_i_put_flush(ch);
}

/* ---- Turning reading on and off ------------------------------------------ */

void
orpc_i_channel_set_pause(struct channel *ch, unsigned pause)
{
	bool was = orpc_i_channel_reads(ch);

	ch->pauses |= (uint8_t)pause;
	if (was && ch->loop)
		orpc_i_channel_watch(ch);
}

void
orpc_i_channel_clear_pause(struct channel *ch, unsigned pause)
{
	if (!(ch->pauses & pause))
		return;
	ch->pauses &= (uint8_t)~pause;
	if (!orpc_i_channel_reads(ch) || !ch->loop)
		return;
	orpc_i_channel_watch(ch);
	/* Not from here: who resumes may stand in a call of its own. */
	if (ch->backlog)
		orpc_i_channel_later(ch);
}

void
orpc_i_channel_pause(struct channel *ch)
{
	orpc_i_channel_set_pause(ch, CHANNEL_PAUSE_OWNER);
}

void
orpc_i_channel_resume(struct channel *ch)
{
	orpc_i_channel_clear_pause(ch, CHANNEL_PAUSE_OWNER);
}
