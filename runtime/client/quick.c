/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of an ordinary blocking call.
 *
 * Ordinary: no loop, the connection stands, nobody reads, nothing waits to be
 * sent or parsed, the arguments are small.  Then the record is put together
 * on the stack and sent at once, and what the next read brings is the whole
 * reply and nothing else.  Batches, the record parser and the table of
 * waiting calls are not needed for that.
 *
 * Whatever turns out differently joins the long way (sync.c): before the
 * record was sent as if nothing had been, afterwards as a waiting call, with
 * the bytes that were read still to be parsed.
 */
#include <string.h>

#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"
#include "runtime/client/run.h"

/* A record that goes the short way, at most. */
#define SMALL 1024u
/* A result that is decoded on the stack first. */
#define SMALL_RESULT 256u

/* The channel, if the call may go this way; the lock is held. */
static struct channel *
quick_channel(const struct flight *f)
{
	const struct sync *s = f->calls->sync;
	struct channel *ch = f->calls->channel;

	if (!ch || ch->state != CHANNEL_OPEN || ch->queued_bytes ||
	    ch->pauses || ch->flags & CHANNEL_OUT_BLOCKED || s->reading ||
	    s->at < s->end ||
	    orpc_i_record_is_partial(&ch->record))
		return NULL;
	if (f->flags & FLIGHT_ONEWAY || f->proc->flags & ORPC_PROC_SECRET)
		return NULL;
	return ch;
}

/* Sends the record.  Returns its xid; 0 when it has to go the long way. */
static uint32_t
quick_send(struct flight *f, struct channel *ch)
{
	const struct orpc_i_body body = { f->proc->put_arg, f->proc->arg,
		f->arg };
	size_t mark = ch->transport.ops->datagram ? 0 : ORPC_I_MARK_BYTES;
	uint8_t bytes[SMALL];
	struct iovec iov = { bytes, 0 };
	struct oxdr_writer w;
	uint32_t xid;
	size_t n;

	xid = orpc_i_pending_xid(&f->calls->pending);
	oxdr_writer_init_fixed(&w, bytes + mark, sizeof(bytes) - mark);
	if (!xid || orpc_i_call_put(&w, xid, f->program, f->version,
	    f->proc->number, f->auth) ||
	    orpc_i_auth_put_body(f->auth, &w, &body))
		return 0;
	iov.iov_len = oxdr_writer_size(&w) + mark;
	if (mark)
		orpc_i_mark_store(bytes, iov.iov_len - mark);
	if (ch->transport.ops->send(&ch->transport, &iov, 1, &n))
		return 0;
	ch->put_bytes += n;
	if (n == iov.iov_len)
		return xid;
	/* Cut in the middle: the rest goes the way of all that waits. */
	return orpc_i_put_rest(ch, bytes + n, iov.iov_len - n) ? 0 : xid;
}

/* Reads what is there, or comes.  Returns its bytes; 0: the long way.
 * *out_closed: the handle is gone. */
static size_t
quick_recv(struct flight *f, struct channel *ch, struct orpc_i_buf *buf,
    int64_t left_ns, bool *out_closed)
{
	struct sync *s = f->calls->sync;
	size_t n = 0;
	int e = TRANSPORT_AGAIN;

	if (!orpc_i_transport_patience(&ch->transport, left_ns))
		return 0;
	s->reading = true;
	f->client->users++;
	orpc_i_sync_unlock(s);
	if (s->spin_ns)
		e = orpc_i_sync_spin(s, &ch->transport, buf->bytes, buf->size,
		    f->deadline_ns, &n);
	if (e == TRANSPORT_AGAIN)
		e = ch->transport.ops->recv(&ch->transport, buf->bytes,
		    buf->size, TRANSPORT_PATIENT, &n);
	orpc_i_sync_lock(s);
	s->reading = false;
	*out_closed = orpc_i_client_leave(f->client);
	if (e < 0)
		orpc_i_channel_close(ch, e);
	return e ? 0 : n;
}

/* Is it the reply that was asked for, whole and alone, and a success? */
static bool
quick_is_reply(const struct channel *ch, struct oxdr_reader *r,
    const uint8_t *bytes, size_t n, uint32_t xid)
{
	struct orpc_i_reply_header h = { 0 };

	if (!ch->transport.ops->datagram) {
		if (n < ORPC_I_MARK_BYTES || oxdr_load_u32(bytes) !=
		    (ORPC_I_MARK_LAST | (uint32_t)(n - ORPC_I_MARK_BYTES)))
			return false;
		bytes += ORPC_I_MARK_BYTES;
		n -= ORPC_I_MARK_BYTES;
	}
	oxdr_reader_init(r, bytes, n);
	return !orpc_i_reply_get(r, &h) && h.xid == xid && !h.result &&
	    !h.verf.n;
}

/* Decodes the result; what can't be is told by the long way. */
static bool
quick_decode(struct flight *f, struct oxdr_reader *r)
{
	const struct oxdr_type *type = f->proc->res;
	_Alignas(16) uint8_t small[SMALL_RESULT];
	const struct orpc_i_place place = { f->proc->get_res, type,
		type ? small : NULL };

	if (type && (!f->out || type->size > sizeof(small)))
		return false;
	r->flags = f->client->reader_flags;
	if (orpc_i_auth_get_body(f->auth, r, &f->call->arena, &place))
		return false;
	if (type)
		memcpy(f->out, small, type->size);
	return true;
}

/* How long to wait at first. */
static int64_t
quick_patience(const struct flight *f, const struct channel *ch)
{
	int64_t left = f->deadline_ns - f->begun_ns;
	int64_t retry = (int64_t)f->calls->retry_ms * 1000000;

	return ch->transport.ops->datagram && retry < left ? retry : left;
}

/* The handle was closed by another thread, which was not this call's user to
 * end it as it does others. */
static int
quick_cancelled(struct flight *f, struct channel *ch)
{
	struct sync *s = f->calls->sync;

	orpc_i_flight_error(f, -ORPC_E_CANCELLED, ORPC_STEP_WAIT,
	    ORPC_EXECUTED_MAYBE);
	orpc_i_sync_end(s, ch);
	orpc_i_sync_hand_on(s);
	return -ORPC_E_CANCELLED;
}

bool
orpc_i_quick_run(struct flight *f, uint32_t *out_xid, int *out_result)
{
	struct sync *s = f->calls->sync;
	struct channel *ch = quick_channel(f);
	struct orpc_i_buf *buf;
	struct oxdr_reader r;
	bool closed = false;
	size_t n;

	*out_xid = 0;
	buf = ch ? orpc_i_hub_buf(ch->hub) : NULL;
	if (!buf)
		return false;
	*out_xid = quick_send(f, ch);
	if (!*out_xid || ch->queued_bytes)
		return false;
	n = quick_recv(f, ch, buf, quick_patience(f, ch), &closed);
	s->at = 0;
	s->end = n;
	if (closed) {
		*out_result = quick_cancelled(f, ch);
		return true;
	}
	if (!n)
		return false;
	if (ch->state == CHANNEL_OPEN &&
	    quick_is_reply(ch, &r, buf->bytes, n, *out_xid) &&
	    quick_decode(f, &r)) {
		s->end = 0;
		f->call->xid = *out_xid;
		*out_result = 0;
		orpc_i_sync_hand_on(s);
		return true;
	}
	return false;
}
