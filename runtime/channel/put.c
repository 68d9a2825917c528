/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Putting messages on a channel, and sending them.
 *
 * A message is encoded where it will be sent from: at the end of the queue's
 * last batch, behind a gap for its record mark.  If encoding fails it is
 * taken back.  A thread that does not own the channel encodes into a batch of
 * its own, which then joins the queue on the loop's thread.
 */
#include <stdlib.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"

static bool
channel_is_datagram(const struct channel *ch)
{
	return ch->transport.ops->datagram;
}

struct outgoing *
orpc_i_put_tail(struct channel *ch)
{
	struct outgoing *o = ch->tail;

	if (o && oxdr_writer_size(&o->w) < OUTGOING_FULL &&
	    !channel_is_datagram(ch))
		return o;
	o = orpc_i_hub_take(ch->hub);
	if (!o)
		return NULL;
	if (ch->tail)
		ch->tail->next = o;
	else
		ch->queue = o;
	ch->tail = o;
	return o;
}

static void
queue_shift(struct channel *ch)
{
	struct outgoing *o = ch->queue;

	ch->queue = o->next;
	if (!ch->queue)
		ch->tail = NULL;
	orpc_i_hub_give(ch->hub, o);
}

void
orpc_i_put_drop(struct channel *ch)
{
	while (ch->queue)
		queue_shift(ch);
	/* They will never have been sent. */
	ch->put_bytes -= ch->queued_bytes;
	ch->queued_bytes = 0;
}

/* Opens a message in a batch. */
static int
put_open(struct channel_put *put, struct outgoing *o, bool mark)
{
	put->batch = o;
	put->w = &o->w;
	put->mark = oxdr_writer_mark(&o->w);
	put->at = oxdr_writer_size(&o->w);
	put->gap = NULL;
	if (!mark)
		return 0;
	put->gap = oxdr_reserve(&o->w, ORPC_I_MARK_BYTES);
	if (put->gap)
		return 0;
	oxdr_writer_rewind(&o->w, &put->mark);
	return -OXDR_E_NOMEM;
}

int
orpc_i_put_begin(struct channel *ch, struct channel_put *put)
{
	struct outgoing *o;

	if (ch->state >= CHANNEL_CLOSED)
		return -ORPC_E_CLOSED;
	o = orpc_i_put_tail(ch);
	if (!o)
		return -OXDR_E_NOMEM;
	return put_open(put, o, !channel_is_datagram(ch));
}

/*
 * Closes a message: fills in the mark, takes the hold.
 *
 * Only what is at least gather_min long may have been referenced, so small
 * messages need no hold.
 */
static int
put_close(struct channel_put *put, void (*release)(void *ctx), void *ctx,
    size_t *out_n)
{
	struct outgoing *o = put->batch;
	size_t n = oxdr_writer_size(put->w) - put->at;
	int e = oxdr_writer_error(put->w);

	if (put->gap)
		n -= ORPC_I_MARK_BYTES;
	if (!e && n > (put->gap ? ORPC_I_FRAGMENT_MAX : DATAGRAM_MAX))
		e = -OXDR_E_LIMIT;
	if (!e && release && n >= put->w->gather_min)
		e = orpc_i_outgoing_hold_room(o);
	if (e) {
		oxdr_writer_rewind(put->w, &put->mark);
		return e;
	}
	if (put->gap)
		orpc_i_mark_store(put->gap, n);
	*out_n = oxdr_writer_size(put->w) - put->at;
	if (release && n >= put->w->gather_min)
		orpc_i_outgoing_hold(o, &(struct outgoing_hold){ release, ctx,
		    put->at, put->at + *out_n });
	else if (release)
		release(ctx);
	return 0;
}

/* Decides when what was put leaves. */
static void
put_schedule(struct channel *ch, unsigned flags)
{
	if (channel_is_datagram(ch) || ch->queued_bytes >= OUTGOING_FULL)
		orpc_i_put_flush(ch);
	else if (!(flags & CHANNEL_PUT_NO_FLUSH) &&
	    !(ch->flags & (CHANNEL_IN_READ | CHANNEL_OUT_BLOCKED)))
		orpc_i_channel_later(ch);
	if (ch->queued_bytes > ch->limits->max_queued_bytes)
		orpc_i_channel_set_pause(ch, CHANNEL_PAUSE_QUEUED);
}

int
orpc_i_put_end(struct channel *ch, struct channel_put *put, unsigned flags,
    void (*release)(void *ctx), void *ctx)
{
	size_t n;
	int e = put_close(put, release, ctx, &n);

	if (e)
		return e;
	ch->queued_bytes += n;
	ch->put_bytes += n;
	put_schedule(ch, flags);
	if (flags & CHANNEL_PUT_REPLY_LATER)
		orpc_i_channel_call_over(ch);
	return 0;
}

void
orpc_i_put_undo(struct channel *ch, struct channel_put *put)
{
	(void)ch;
	oxdr_writer_rewind(put->w, &put->mark);
}

/* ---- Sending ------------------------------------------------------------ */

/* A datagram that can't leave now is lost, as datagrams are; its sender
 * tries again. */
static int
put_send_datagram(struct channel *ch, struct outgoing *o)
{
	const struct oxdr_piece *pieces;
	size_t n_pieces;
	size_t n;
	int e = oxdr_writer_iov(&o->w, &pieces, &n_pieces);

	/* An empty one was undone. */
	if (e || !n_pieces)
		return e;
	e = ch->transport.ops->send(&ch->transport,
	    (const struct iovec *)pieces, n_pieces, &n);
	return e == TRANSPORT_AGAIN || e == -OXDR_E_LIMIT ? 0 : e;
}

static int
put_send_queue(struct channel *ch)
{
	bool datagram = channel_is_datagram(ch);
	size_t n;
	int e = 0;

	while (ch->queue && !e) {
		if (datagram) {
			n = orpc_i_outgoing_left(ch->queue);
			e = put_send_datagram(ch, ch->queue);
		} else {
			e = orpc_i_outgoing_send(ch->queue, &ch->transport,
			    &n);
		}
		ch->queued_bytes -= n;
		if (!e)
			queue_shift(ch);
	}
	return e;
}

/* The queue has been sent out. */
static void
put_all_sent(struct channel *ch)
{
	bool waited = ch->flags & CHANNEL_OUT_BLOCKED;

	ch->flags &= (uint8_t)~CHANNEL_OUT_BLOCKED;
	if (waited)
		orpc_i_channel_watch(ch);
	if (waited && ch->role->on_sent)
		ch->role->on_sent(ch);
	if (ch->state == CHANNEL_CLOSING && !ch->calls_in)
		orpc_i_channel_close(ch, ch->reason);
}

/*
 * The ordinary case: one batch of one piece, which leaves at once.  False:
 * look closer; a part may have left.
 */
static bool
put_send_at_once(struct channel *ch)
{
	struct outgoing *o = ch->queue;
	struct oxdr_writer *w = &o->w;
	struct iovec iov = { w->start, (size_t)(w->at - w->start) };
	size_t n;

	/* All of it in one test, as it is hardly ever true. */
	if ((ch->state ^ CHANNEL_OPEN) | ch->pauses |
	    (ch->flags & CHANNEL_OUT_BLOCKED) | w->n_pieces |
	    (unsigned)w->error | (w->flags ^ OXDR_WRITER_GATHER) |
	    (o->next != NULL) | (o->sent != 0) | (o->n_holds != 0))
		return false;
	if (!iov.iov_len || channel_is_datagram(ch) ||
	    ch->transport.ops->send(&ch->transport, &iov, 1, &n))
		return false;
	ch->queued_bytes -= n;
	if (n < iov.iov_len) {
		o->sent = o->piece_at = n;
		return false;
	}
	w->at = w->start;
	ch->queue = ch->tail = NULL;
	if (!orpc_i_hub_keep(ch->hub, o))
		orpc_i_outgoing_free(o);
	return true;
}

void
orpc_i_put_flush(struct channel *ch)
{
	int e;

	if (!ch->queue || ch->state >= CHANNEL_CLOSED || put_send_at_once(ch))
		return;
	e = put_send_queue(ch);
	if (e < 0) {
		orpc_i_channel_close(ch, e);
		return;
	}
	if (e == TRANSPORT_AGAIN) {
		if (!(ch->flags & CHANNEL_OUT_BLOCKED)) {
			ch->flags |= CHANNEL_OUT_BLOCKED;
			orpc_i_channel_watch(ch);
		}
	} else {
		put_all_sent(ch);
	}
	if (ch->queued_bytes <= ch->limits->max_queued_bytes / 2)
		orpc_i_channel_clear_pause(ch, CHANNEL_PAUSE_QUEUED);
}

int
orpc_i_put_rest(struct channel *ch, const void *bytes, size_t n)
{
	struct outgoing *o = orpc_i_put_tail(ch);
	int e = o ? oxdr_put_bytes(&o->w, bytes, n) : -OXDR_E_NOMEM;

	if (e) {
		orpc_i_channel_close(ch, e);
		return e;
	}
	ch->queued_bytes += n;
	ch->put_bytes += n;
	put_schedule(ch, 0);
	return 0;
}

void
orpc_i_put_own(struct channel *ch, const void *ctx)
{
	bool found = false;
	int e = 0;

	for (struct outgoing *o = ch->queue; o && !found && !e; o = o->next)
		e = orpc_i_outgoing_own(o, ctx, &found);
	if (e)
		orpc_i_channel_close(ch, e);
}

/* ---- From any thread ---------------------------------------------------- */

static bool
put_is_foreign(const struct channel *ch)
{
	return ch->loop && !orpc_i_loop_is_mine(ch->loop);
}

int
orpc_i_channel_put_begin(struct channel *ch, struct channel_put *put)
{
	struct outgoing *o;
	int e;

	put->foreign = put_is_foreign(ch);
	if (!put->foreign) {
		orpc_i_sync_lock(ch->sync);
		e = orpc_i_put_begin(ch, put);
		if (e)
			orpc_i_sync_unlock(ch->sync);
		return e;
	}
	o = orpc_i_outgoing_new(OUTGOING_CHUNK / 8);
	if (!o)
		return -OXDR_E_NOMEM;
	e = put_open(put, o, !channel_is_datagram(ch));
	if (e)
		orpc_i_outgoing_free(o);
	return e;
}

/* On the loop's thread: what a foreign thread put joins the queue. */
static void
put_arrived(struct orpc_i_task *task)
{
	struct outgoing *o = container_of(task, struct outgoing, task);
	struct channel *ch = o->channel;
	size_t n = oxdr_writer_size(&o->w);

	if (ch->state >= CHANNEL_CLOSED) {
		orpc_i_outgoing_free(o);
	} else {
		if (ch->tail)
			ch->tail->next = o;
		else
			ch->queue = o;
		ch->tail = o;
		ch->queued_bytes += n;
		ch->put_bytes += n;
		put_schedule(ch, o->flags);
		if (o->flags & CHANNEL_PUT_REPLY_LATER)
			orpc_i_channel_call_over(ch);
	}
	orpc_i_channel_unref(ch);
}

int
orpc_i_channel_put_end(struct channel *ch, struct channel_put *put,
    unsigned flags, void (*release)(void *ctx), void *ctx)
{
	struct outgoing *o = put->batch;
	size_t n;
	int e;

	if (!put->foreign) {
		e = orpc_i_put_end(ch, put, flags, release, ctx);
		if (ch->sync)
			orpc_i_put_flush(ch);
		orpc_i_sync_unlock(ch->sync);
		return e;
	}
	e = put_close(put, release, ctx, &n);
	if (e) {
		orpc_i_outgoing_free(o);
		return e;
	}
	o->channel = orpc_i_channel_ref(ch);
	o->flags = flags;
	o->task.fn = put_arrived;
	orpc_i_loop_post(ch->loop, &o->task);
	return 0;
}

void
orpc_i_channel_put_undo(struct channel *ch, struct channel_put *put)
{
	if (put->foreign) {
		orpc_i_outgoing_free(put->batch);
		return;
	}
	orpc_i_put_undo(ch, put);
	orpc_i_sync_unlock(ch->sync);
}

void
orpc_i_channel_flush(struct channel *ch)
{
	orpc_i_sync_lock(ch->sync);
	orpc_i_put_flush(ch);
	orpc_i_sync_unlock(ch->sync);
}
