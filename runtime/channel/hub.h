/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all channels of one loop share: the buffer they read into, and spare
 * batches to write into.  So connections cost nothing while they are idle,
 * and nothing is allocated per call once the spares are there.
 */
#ifndef ORPC_CHANNEL_HUB_H
#define ORPC_CHANNEL_HUB_H

#include <stddef.h>

#include "runtime/io/loop.h"
#include "runtime/proto/buf.h"

struct outgoing;

/* Bytes read at once. */
#define HUB_READ_BYTES ((size_t)128 << 10)

/* buf: NULL until needed; it may be shared with requests that kept a
 * reference, then it is replaced before the next read. */
struct hub {
	struct orpc_i_buf *buf;
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

/* An empty batch, and giving one back. */
struct outgoing *orpc_i_hub_take(struct hub *hub);
void orpc_i_hub_give(struct hub *hub, struct outgoing *batch);

#endif
