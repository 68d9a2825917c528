/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reference-counted bytes.  Whoever gives up the last reference frees the
 * buffer and takes its charge off the budget; so a budget counts what is
 * alive, whoever holds it.  With the C library's allocator growing is
 * realloc, which moves large blocks by page tables and not by copying.
 */
#include "runtime/proto/buf.h"

#include <stdlib.h>
#include <string.h>

int
orpc_i_budget_charge(struct orpc_i_budget *b, size_t n)
{
	size_t used;

	if (!b)
		return 0;
	used = atomic_load_explicit(&b->used, memory_order_relaxed);
	do {
		if (used > b->limit || b->limit - used < n)
			return -OXDR_E_LIMIT;
	} while (!atomic_compare_exchange_weak_explicit(&b->used, &used,
	    used + n, memory_order_relaxed, memory_order_relaxed));
	return 0;
}

void
orpc_i_budget_release(struct orpc_i_budget *b, size_t n)
{
	if (b)
		atomic_fetch_sub_explicit(&b->used, n, memory_order_relaxed);
}

static void *
buf_alloc(const struct oxdr_allocator *allocator, size_t n)
{
	return allocator ? allocator->alloc(allocator->ctx, n) : malloc(n);
}

static void
buf_free(const struct oxdr_allocator *allocator, void *mem, size_t n)
{
	if (allocator)
		allocator->free(allocator->ctx, mem, n);
	else
		free(mem);
}

int
orpc_i_buf_new(const struct oxdr_allocator *allocator,
    struct orpc_i_budget *budget, size_t size, struct orpc_i_buf **out)
{
	struct orpc_i_buf *buf;
	int result;

	if (size > SIZE_MAX - sizeof(*buf))
		return -OXDR_E_NOMEM;
	result = orpc_i_budget_charge(budget, size);
	if (result)
		return result;
	buf = buf_alloc(allocator, sizeof(*buf) + size);
	if (!buf) {
		orpc_i_budget_release(budget, size);
		return -OXDR_E_NOMEM;
	}
	atomic_init(&buf->refs, 1);
	buf->secret = false;
	buf->size = size;
	buf->charged = size;
	buf->budget = budget;
	buf->allocator = allocator;
	*out = buf;
	return 0;
}

/* A secret must not stay behind where realloc moved it from. */
static struct orpc_i_buf *
buf_regrow(struct orpc_i_buf *old, size_t size, size_t keep)
{
	struct orpc_i_buf *buf;

	if (!old->allocator && !old->secret)
		return realloc(old, sizeof(*old) + size);
	buf = buf_alloc(old->allocator, sizeof(*buf) + size);
	if (!buf)
		return NULL;
	memcpy(buf, old, sizeof(*old) + keep);
	if (old->secret)
		explicit_bzero(old->bytes, old->size);
	buf_free(old->allocator, old, sizeof(*old) + old->size);
	return buf;
}

int
orpc_i_buf_grow(struct orpc_i_buf **buf, size_t size, size_t keep)
{
	struct orpc_i_buf *old = *buf, *grown;
	size_t more;
	int result;

	if (size <= old->size)
		return 0;
	if (size > SIZE_MAX - sizeof(*old))
		return -OXDR_E_NOMEM;
	more = old->budget ? size - old->charged : 0;
	result = orpc_i_budget_charge(old->budget, more);
	if (result)
		return result;
	grown = buf_regrow(old, size, keep);
	if (!grown) {
		orpc_i_budget_release(old->budget, more);
		return -OXDR_E_NOMEM;
	}
	grown->size = size;
	grown->charged = size;
	*buf = grown;
	return 0;
}

int
orpc_i_buf_move(struct orpc_i_buf *buf, struct orpc_i_budget *budget)
{
	int result = orpc_i_budget_charge(budget, buf->size);

	if (result)
		return result;
	orpc_i_budget_release(buf->budget, buf->charged);
	buf->budget = budget;
	buf->charged = buf->size;
	return 0;
}

struct orpc_i_buf *
orpc_i_buf_ref(struct orpc_i_buf *buf)
{
	atomic_fetch_add_explicit(&buf->refs, 1, memory_order_relaxed);
	return buf;
}

void
orpc_i_buf_unref(struct orpc_i_buf *buf)
{
	if (!buf)
		return;
	if (atomic_fetch_sub_explicit(&buf->refs, 1, memory_order_acq_rel) != 1)
		return;
	orpc_i_budget_release(buf->budget, buf->charged);
	if (buf->secret)
		explicit_bzero(buf->bytes, buf->size);
	buf_free(buf->allocator, buf, sizeof(*buf) + buf->size);
}

void
orpc_i_buf_release(void *buf)
{
	orpc_i_buf_unref(buf);
}
