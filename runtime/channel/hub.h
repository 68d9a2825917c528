/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all channels of one loop share: the buffer they read into, and spare
 * batches to write into.  So connections cost nothing while they are idle,
 * and nothing is allocated per call once the spares are there.
 */
#ifndef ORPC_CHANNEL_HUB_H
#define ORPC_CHANNEL_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oxdr/reader.h>

#include "runtime/channel/outgoing.h"
#include "runtime/io/loop.h"
#include "runtime/proto/buf.h"
#include "runtime/proto/record.h"

/* Bytes read at once. */
#define HUB_READ_BYTES ((size_t)128 << 10)
/* Records that are put together in large buffers. */
#define HUB_LARGE_MIN ((size_t)128 << 10)
#define HUB_LARGE_BYTES ((size_t)4 << 20)
#define HUB_LARGES 4u

/*
 * buf: NULL until needed; it may be shared with requests that kept a
 * reference, then it is replaced before the next read.
 *
 * large: NULL until needed; so many unfinished records at a time have all
 * their room from the start, whatever their headers say, because these few
 * are for all channels.  Others grow as their bytes come.
 */
struct hub {
	struct orpc_loop *loop;		/* NULL: none */
	struct orpc_i_buf *buf;
	struct orpc_i_buf *large[HUB_LARGES];
	struct orpc_i_timer trim_timer;	/* set while there are any */
	bool large_used;		/* since the last trim */
	struct outgoing *spares;
	unsigned n_spares;
	size_t read_bytes;
};

/* The hub of a loop, made when first asked for; it goes with the loop.  NULL:
 * no memory. */
struct hub *orpc_i_hub_of(struct orpc_loop *loop);

/* A hub of a channel without loop.  read_bytes: size of its buffer. */
struct hub *orpc_i_hub_new(size_t read_bytes);
void orpc_i_hub_free(void *hub);

/* The buffer to read into, held by nobody else; borrowed.  NULL: no memory. */
struct orpc_i_buf *orpc_i_hub_buf(struct hub *hub);

/*
 * The same, but the hub gives it away until it is returned: what a handler
 * that makes the loop turn reads goes elsewhere.
 */
static inline struct orpc_i_buf *
orpc_i_hub_take_buf(struct hub *hub)
{
	struct orpc_i_buf *buf = hub->buf;

	if (!buf || !orpc_i_buf_is_single(buf))
		buf = orpc_i_hub_buf(hub);
	hub->buf = NULL;
	return buf;
}

static inline void
orpc_i_hub_return_buf(struct hub *hub, struct orpc_i_buf *buf)
{
	if (hub->buf)
		orpc_i_buf_unref(buf);
	else
		hub->buf = buf;
}

/* Gives an unfinished record a large buffer, if it is for such records and
 * one is free.  On a loop, large buffers that were not used for HUB_TRIM_NS
 * are given back. */
void orpc_i_hub_lend_large(struct hub *hub, struct orpc_i_record *r);
#define HUB_TRIM_NS INT64_C(5000000000)

/* Gives large buffers back unless some were used since the last time.
 * Returns whether any are left: call it again later. */
bool orpc_i_hub_trim(struct hub *hub);

/*
 * How much of n stream bytes the record parser is to be fed at once: the mark
 * alone where a record for a large buffer begins, so that it can be lent
 * before the first byte is stored elsewhere.
 */
static inline size_t
orpc_i_hub_portion(const struct orpc_i_record *r, const uint8_t *bytes,
    size_t n)
{
	bool begins = r->whole || (!r->n_mark && !r->n_fragments);

	if (begins && n > ORPC_I_MARK_BYTES && (oxdr_load_u32(bytes) &
	    ORPC_I_FRAGMENT_MAX) >= HUB_LARGE_MIN)
		return ORPC_I_MARK_BYTES;
	return n;
}

/* More spare batches than this are given back to the allocator. */
#define HUB_SPARES 16u

/* An empty batch; NULL: no memory. */
static inline struct outgoing *
orpc_i_hub_take(struct hub *hub)
{
	struct outgoing *o = hub->spares;

	if (!o)
		return orpc_i_outgoing_new(OUTGOING_CHUNK);
	hub->spares = o->next;
	hub->n_spares--;
	o->next = NULL;
	return o;
}

/* Takes a batch back, which may hold anything. */
void orpc_i_hub_give(struct hub *hub, struct outgoing *batch);

/* Takes one back that is empty: false when there are enough of them. */
static inline bool
orpc_i_hub_keep(struct hub *hub, struct outgoing *batch)
{
	if (hub->n_spares >= HUB_SPARES)
		return false;
	batch->next = hub->spares;
	hub->spares = batch;
	hub->n_spares++;
	return true;
}

#endif
