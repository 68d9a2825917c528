/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reference-counted bytes: receive buffers, assembled records, replies that
 * are kept.  A message lies in one of these and whoever points into it holds
 * a reference.  And the budgets that such memory is charged to.
 */
#ifndef ORPC_PROTO_BUF_H
#define ORPC_PROTO_BUF_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oxdr/error.h>
#include <oxdr/mem.h>

/*
 * A limit that many objects share (all partial records of a server, all
 * buffers of a connection).  limit is set before first use; SIZE_MAX: none.
 * Outlives what is charged to it.  Threads: any.
 */
struct orpc_i_budget {
	atomic_size_t used;
	size_t limit;
};

/* Charges n bytes: 0, or -OXDR_E_LIMIT with nothing charged. */
int orpc_i_budget_charge(struct orpc_i_budget *b, size_t n);
void orpc_i_budget_release(struct orpc_i_budget *b, size_t n);

/*
 * `size` bytes may be used; `charged` of them are charged to `budget`.
 * secret: overwritten before the memory is given back.
 */
struct orpc_i_buf {
	atomic_uint refs;
	bool secret;
	size_t size;
	size_t charged;
	struct orpc_i_budget *budget;		/* NULL: none */
	const struct oxdr_allocator *allocator;	/* NULL: malloc */
	uint8_t bytes[];
};

/*
 * Makes a buffer with one reference.
 *
 * allocator   borrowed until the last unref; NULL for malloc and free
 * budget      charged with size until the last unref; NULL: none
 *
 * Returns 0, -OXDR_E_NOMEM, -OXDR_E_LIMIT.
 */
int orpc_i_buf_new(const struct oxdr_allocator *allocator,
    struct orpc_i_budget *budget, size_t size, struct orpc_i_buf **out);

/*
 * Makes a buffer with a single reference larger; *buf may move.
 *
 * keep   how many of its first bytes must survive
 *
 * Returns 0, -OXDR_E_NOMEM, -OXDR_E_LIMIT (then *buf is as it was).
 */
int orpc_i_buf_grow(struct orpc_i_buf **buf, size_t size, size_t keep);

/* Charges the buffer to another budget (NULL: none) from now on: 0, or
 * -OXDR_E_LIMIT with the old charge kept.  Single reference only. */
int orpc_i_buf_move(struct orpc_i_buf *buf, struct orpc_i_budget *budget);

/* Threads: any. */
struct orpc_i_buf *orpc_i_buf_ref(struct orpc_i_buf *buf);
/* NULL is taken.  Threads: any. */
void orpc_i_buf_unref(struct orpc_i_buf *buf);
/* The same for oxdr_arena_hold(): buf is a struct orpc_i_buf. */
void orpc_i_buf_release(void *buf);

/* Has the caller the only reference, so that the bytes may be overwritten? */
static inline bool
orpc_i_buf_is_single(const struct orpc_i_buf *buf)
{
	return atomic_load_explicit(&buf->refs, memory_order_acquire) == 1;
}

#endif
