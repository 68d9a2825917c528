/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bytes on their way out.  Messages are put into a batch one behind the
 * other; a channel's queue is a row of batches, of which the last is open for
 * more even while the kernel has taken only a part of it.  So replies of one
 * read leave in one system call, and a slow peer costs the bytes that wait
 * for it, not a buffer for each.
 */
#ifndef ORPC_CHANNEL_OUTGOING_H
#define ORPC_CHANNEL_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>

#include <oxdr/writer.h>

#include "runtime/io/loop.h"
#include "runtime/transport/transport.h"

struct channel;

/* A batch above this takes no more messages. */
#define OUTGOING_FULL ((size_t)256 << 10)
/* First chunk of a batch: what is put in an ordinary turn fits. */
#define OUTGOING_CHUNK ((size_t)32 << 10)

/* What the message [from, to) of its batch referenced; released with the
 * batch. */
struct outgoing_hold {
	void (*release)(void *ctx);
	void *ctx;
	size_t from;
	size_t to;
};

/*
 * Between calls: `sent` bytes of w have left, all of pieces before `piece`
 * and piece_at bytes of that one.  Members task, channel and flags serve
 * submission by a foreign thread only.
 */
struct outgoing {
	struct outgoing *next;
	struct oxdr_writer w;
	size_t sent;
	size_t piece;
	size_t piece_at;
	struct outgoing_hold *holds;
	size_t n_holds;
	size_t max_holds;
	struct orpc_i_task task;
	struct channel *channel;
	unsigned flags;
};

/* chunk: bytes of the first chunk, kept over reset.  NULL: no memory. */
struct outgoing *orpc_i_outgoing_new(size_t chunk);

/* Releases what is held, empties, keeps the first chunk. */
void orpc_i_outgoing_reset(struct outgoing *o);
void orpc_i_outgoing_free(struct outgoing *o);

/* Makes room for one more hold: 0 or -OXDR_E_NOMEM. */
int orpc_i_outgoing_hold_room(struct outgoing *o);
void orpc_i_outgoing_hold(struct outgoing *o,
    const struct outgoing_hold *hold);

/* orpc_i_outgoing_own: most bytes that are copied. */
#define OUTGOING_OWN_MAX ((size_t)1 << 20)

/*
 * Ends a hold before its time: what is unsent of its message is copied, then
 * it is released.
 *
 * Returns 0 (also when o has no hold with ctx: *out_found false);
 * -OXDR_E_LIMIT when more than OUTGOING_OWN_MAX would be copied, or
 * -OXDR_E_NOMEM: the connection must close.
 */
int orpc_i_outgoing_own(struct outgoing *o, const void *ctx, bool *out_found);

/* Bytes that have not left. */
static inline size_t
orpc_i_outgoing_left(const struct outgoing *o)
{
	return oxdr_writer_size(&o->w) - o->sent;
}

/*
 * Sends as much as the transport takes.
 *
 * out_n   bytes that left, also on failure
 *
 * Returns 0 when all has left, TRANSPORT_AGAIN, or as ops->send.
 */
int orpc_i_outgoing_send(struct outgoing *o, struct transport *t,
    size_t *out_n);

#endif
