/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of a channel know of each other.  The caller owns the
 * channel: it is the loop's thread, or holds the lock.
 */
#ifndef ORPC_CHANNEL_PARTS_H
#define ORPC_CHANNEL_PARTS_H

#include "runtime/channel/channel.h"
#include "runtime/channel/hub.h"
#include "runtime/channel/outgoing.h"

/* ---- channel.c ---------------------------------------------------------- */

/* Opens a channel on a loop, or without one under sync's lock. */
int orpc_i_channel_make(struct orpc_loop *loop, struct sync *sync,
    struct hub *hub, const struct channel_role *role,
    const struct channel_limits *limits, struct transport *transport,
    const struct sockaddr *peer, size_t extra, struct channel **out);

/* Has the task run at the end of this turn.  Nothing without a loop. */
void orpc_i_channel_later(struct channel *ch);

/* Watches for what there is to wait for. */
void orpc_i_channel_watch(struct channel *ch);

/* After a close: fails the calls, runs on_close, drops the reference.  On a
 * loop this comes by itself. */
void orpc_i_channel_end(struct channel *ch);

/* Counts a call in that is over. */
void orpc_i_channel_call_over(struct channel *ch);

/* ---- receive.c ---------------------------------------------------------- */

/* The descriptor can be read: reads, delivers, flushes. */
void orpc_i_channel_receive(struct channel *ch);

/* Delivers what was read but not parsed, as far as reading is on. */
void orpc_i_channel_parse_backlog(struct channel *ch);

/* Turns reasons for not reading on and off. */
void orpc_i_channel_set_pause(struct channel *ch, unsigned pause);
void orpc_i_channel_clear_pause(struct channel *ch, unsigned pause);

static inline bool
orpc_i_channel_reads(const struct channel *ch)
{
	return ch->state == CHANNEL_OPEN && !ch->pauses;
}

/* ---- put.c -------------------------------------------------------------- */

/* As orpc_i_channel_put_... for who owns the channel. */
int orpc_i_put_begin(struct channel *ch, struct channel_put *put);
int orpc_i_put_end(struct channel *ch, struct channel_put *put,
    unsigned flags, void (*release)(void *ctx), void *ctx);
void orpc_i_put_undo(struct channel *ch, struct channel_put *put);

/* The batch that takes the next message; NULL: no memory. */
struct outgoing *orpc_i_put_tail(struct channel *ch);

/* Queues the rest of a record that was sent in part, mark and all: 0, or
 * -OXDR_E_NOMEM with the channel closed. */
int orpc_i_put_rest(struct channel *ch, const void *bytes, size_t n);

/* Sends as much as the transport takes.  A failure closes the channel. */
void orpc_i_put_flush(struct channel *ch);

/* The memory behind a put_end's ctx is about to go: copies what is unsent of
 * it and releases it; closes the channel when that is too much. */
void orpc_i_put_own(struct channel *ch, const void *ctx);

/* Drops the queue. */
void orpc_i_put_drop(struct channel *ch);

/* Bytes that have left since the channel was opened. */
static inline uint64_t
orpc_i_put_sent(const struct channel *ch)
{
	return ch->put_bytes - ch->queued_bytes;
}

#endif
