/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The life of a channel: opened over a transport, watched, closed.
 *
 *	OPEN --finish, or the peer's end with replies owed--> CLOSING
 *	  |                                                      |
 *	  +------------- close, failure ---> CLOSED <--- all sent+
 *
 * Closing takes effect at once: descriptor and queue are given back.  Telling
 * the owner waits for the end of the turn, so that nobody's ground is pulled
 * away in the middle of a function; until then the channel's own reference
 * keeps it.
 */
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/call.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"

/*
 * A handler may let the loop turn, and the channel end in there: its own
 * reference then goes when the last of these has returned.
 */
static inline void
channel_enter(struct channel *ch)
{
	ch->busy++;
}

static inline void
channel_leave(struct channel *ch)
{
	if (--ch->busy == 0 && ch->flags & CHANNEL_ENDED)
		orpc_i_channel_unref(ch);
}

static void
channel_on_event(void *ctx, int fd, unsigned events)
{
	struct channel *ch = ctx;
	unsigned reads = ch->watch.events & TRANSPORT_READ;

	(void)fd;
	channel_enter(ch);
	/* Nobody reads or writes, yet the connection has failed: without
	 * this, the loop would hear of it for ever. */
	if (events & ORPC_I_LOOP_HANGUP && !reads)
		orpc_i_channel_close(ch, -ORPC_E_CLOSED);
	if (events & TRANSPORT_WRITE)
		orpc_i_put_flush(ch);
	if (events & TRANSPORT_READ)
		orpc_i_channel_receive(ch);
	channel_leave(ch);
}

static void
channel_on_task(struct orpc_i_task *task)
{
	struct channel *ch = container_of(task, struct channel, task);

	if (ch->state == CHANNEL_CLOSED) {
		orpc_i_channel_end(ch);
		return;
	}
	channel_enter(ch);
	orpc_i_channel_parse_backlog(ch);
	orpc_i_put_flush(ch);
	channel_leave(ch);
}

int
orpc_i_channel_make(struct orpc_loop *loop, struct sync *sync,
    struct hub *hub, const struct channel_role *role,
    const struct channel_limits *limits, struct transport *transport,
    const struct sockaddr *peer, size_t extra, struct channel **out)
{
	struct channel *ch = calloc(1, sizeof(*ch) + extra);
	int e;

	if (!ch)
		return -OXDR_E_NOMEM;
	ch->role = role;
	ch->limits = limits;
	ch->hub = hub;
	ch->loop = loop;
	ch->sync = sync;
	atomic_init(&ch->refs, 1);
	atomic_init(&ch->gone, false);
	ch->state = CHANNEL_OPEN;
	ch->transport = *transport;
	ch->watch.fn = channel_on_event;
	ch->watch.ctx = ch;
	ch->task.fn = channel_on_task;
	orpc_i_record_init(&ch->record, &limits->record);
	if (peer && peer->sa_family == AF_INET)
		memcpy(&ch->peer, peer, sizeof(ch->peer.in));
	else if (peer && peer->sa_family == AF_INET6)
		memcpy(&ch->peer, peer, sizeof(ch->peer.in6));
	else if (peer)
		ch->peer.sa.sa_family = peer->sa_family;
	if (loop) {
		ch->last_read_ns = orpc_i_loop_now(loop);
		e = orpc_i_watch_add(loop, &ch->watch, transport->fd,
		    ch->transport.want_recv);
		if (e) {
			free(ch);
			return e;
		}
	}
	*out = ch;
	return 0;
}

int
orpc_i_channel_open(struct orpc_loop *loop, const struct channel_role *role,
    const struct channel_limits *limits, struct transport *transport,
    const struct sockaddr *peer, size_t extra, struct channel **out)
{
	struct hub *hub = orpc_i_hub_of(loop);

	if (!hub)
		return -OXDR_E_NOMEM;
	return orpc_i_channel_make(loop, NULL, hub, role, limits, transport,
	    peer, extra, out);
}

struct channel *
orpc_i_channel_ref(struct channel *ch)
{
	atomic_fetch_add_explicit(&ch->refs, 1, memory_order_relaxed);
	return ch;
}

void
orpc_i_channel_unref(struct channel *ch)
{
	if (atomic_fetch_sub_explicit(&ch->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (ch->role->on_free)
		ch->role->on_free(ch);
	free(ch);
}

bool
orpc_i_channel_is_gone(const struct channel *ch)
{
	return atomic_load_explicit(&ch->gone, memory_order_acquire);
}

void
orpc_i_channel_later(struct channel *ch)
{
	if (ch->loop)
		orpc_i_loop_later(ch->loop, &ch->task);
}

void
orpc_i_channel_watch(struct channel *ch)
{
	unsigned events = 0;

	if (!ch->watch.loop)
		return;
	if (orpc_i_channel_reads(ch))
		events |= ch->transport.want_recv;
	if (ch->flags & CHANNEL_OUT_BLOCKED)
		events |= ch->transport.want_send;
	if (orpc_i_watch_set(&ch->watch, events))
		orpc_i_channel_close(ch, -ORPC_E_SYSTEM);
}

void
orpc_i_channel_close(struct channel *ch, int reason)
{
	if (ch->state == CHANNEL_CLOSED)
		return;
	ch->state = CHANNEL_CLOSED;
	ch->reason = reason;
	atomic_store_explicit(&ch->gone, true, memory_order_release);
	if (ch->loop) {
		orpc_i_watch_remove(&ch->watch);
		ch->transport.ops->close(&ch->transport);
		orpc_i_put_drop(ch);
		orpc_i_channel_later(ch);
	} else {
		/* A thread may be reading: it will see, and end it. */
		ch->transport.ops->shutdown(&ch->transport);
		orpc_i_sync_wake(ch->sync);
	}
}

void
orpc_i_channel_end(struct channel *ch)
{
	struct calls *calls;

	if (ch->flags & CHANNEL_ENDED)
		return;
	ch->flags |= CHANNEL_ENDED;
	ch->transport.ops->close(&ch->transport);
	orpc_i_put_drop(ch);
	orpc_i_record_fini(&ch->record);
	orpc_i_buf_unref(ch->backlog);
	ch->backlog = NULL;
	calls = atomic_exchange(&ch->calls, CALLS_ENDED);
	if (calls) {
		orpc_i_calls_lost(calls, ch, ch->reason);
		orpc_i_calls_unref(calls);
	}
	if (ch->role->on_close)
		ch->role->on_close(ch, ch->reason);
	if (!ch->busy)
		orpc_i_channel_unref(ch);
}

void
orpc_i_channel_finish(struct channel *ch)
{
	if (ch->state != CHANNEL_OPEN)
		return;
	ch->state = CHANNEL_CLOSING;
	ch->reason = -ORPC_E_CANCELLED;
	orpc_i_buf_unref(ch->backlog);
	ch->backlog = NULL;
	orpc_i_channel_watch(ch);
	if (!ch->calls_in && !ch->queued_bytes)
		orpc_i_channel_close(ch, ch->reason);
}

/* ---- Calls in that end later --------------------------------------------- */

void
orpc_i_channel_call_opened(struct channel *ch)
{
	orpc_i_sync_lock(ch->sync);
	if (++ch->calls_in >= ch->limits->max_calls_in)
		orpc_i_channel_set_pause(ch, CHANNEL_PAUSE_CALLS);
	orpc_i_sync_unlock(ch->sync);
}

void
orpc_i_channel_call_over(struct channel *ch)
{
	if (--ch->calls_in < ch->limits->max_calls_in)
		orpc_i_channel_clear_pause(ch, CHANNEL_PAUSE_CALLS);
	if (ch->state == CHANNEL_CLOSING && !ch->calls_in && !ch->queued_bytes)
		orpc_i_channel_close(ch, ch->reason);
}

void
orpc_i_channel_call_closed(struct channel *ch)
{
	orpc_i_sync_lock(ch->sync);
	orpc_i_channel_call_over(ch);
	orpc_i_sync_unlock(ch->sync);
}
