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

#include "runtime/io/loop.h"
#include "runtime/proto/buf.h"
#include "runtime/proto/record.h"

struct outgoing;

/* Bytes read at once. */
#define HUB_READ_BYTES ((size_t)128 << 10)
/* Records that are put together in the large buffer. */
#define HUB_LARGE_MIN ((size_t)128 << 10)
#define HUB_LARGE_BYTES ((size_t)4 << 20)

/*
 * buf: NULL until needed; it may be shared with requests that kept a
 * reference, then it is replaced before the next read.
 *
 * large: NULL until needed; one unfinished record at a time has all its room
 * there from the start, whatever its header says, because there is one for
 * all channels.  Others grow as their bytes come.
 */
struct hub {
	struct orpc_i_buf *buf;
	struct orpc_i_buf *large;
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

/* Gives an unfinished record the large buffer, if it is for such records and
 * free. */
void orpc_i_hub_lend_large(struct hub *hub, struct orpc_i_record *r);

/*
 * How much of n stream bytes the record parser is to be fed at once: the mark
 * alone where a record for the large buffer begins, so that it can be lent
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

/* An empty batch, and giving one back. */
struct outgoing *orpc_i_hub_take(struct hub *hub);
void orpc_i_hub_give(struct hub *hub, struct outgoing *batch);

#endif
