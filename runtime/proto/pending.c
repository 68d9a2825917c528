/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that wait for their reply.
 *
 * Two indexes over the same calls: a hash table by xid, and an order of
 * deadlines.  xids are given out counting, and multiples of the golden ratio
 * spread what counts evenly: runs of taken slots stay short, which matters as
 * removal walks to the end of its run (it shifts back, so that the table
 * never fills with tombs).  Calls mostly have the same time to wait, so their
 * deadlines come in order: such calls stand in a line, and only those that
 * are due before the last in line go to a heap.  The tables grow together, in
 * add, and never shrink: a steady client allocates nothing.
 */
#include "runtime/proto/pending.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/error.h>

#define ROOM_FIRST 16u
/* 2^32 over the golden ratio. */
#define SPREAD 2654435769u

void
orpc_i_pending_init(struct orpc_i_pending *p,
    const struct oxdr_allocator *allocator, uint32_t first_xid, uint32_t max)
{
	*p = (struct orpc_i_pending){ .allocator = allocator,
	    .next_xid = first_xid, .max = max };
}

static void *
pending_alloc(struct orpc_i_pending *p, size_t n)
{
	return p->allocator ? p->allocator->alloc(p->allocator->ctx, n) :
	    malloc(n);
}

static void
pending_free(struct orpc_i_pending *p, void *mem, size_t n)
{
	if (!mem)
		return;
	if (p->allocator)
		p->allocator->free(p->allocator->ctx, mem, n);
	else
		free(mem);
}

/* The slots are twice the room. */
static void
pending_free_tables(struct orpc_i_pending *p)
{
	pending_free(p, p->slots, sizeof(*p->slots) * 2 * p->room);
	pending_free(p, p->heap, sizeof(struct orpc_i_waiting *) * p->room);
}

void
orpc_i_pending_fini(struct orpc_i_pending *p)
{
	assert(p->n == 0);
	pending_free_tables(p);
	p->slots = NULL;
	p->heap = NULL;
	p->room = 0;
}

/* ---- By xid -------------------------------------------------------------- */

/* The slot that is tried first. */
static uint32_t
slot_home(const struct orpc_i_pending *p, uint32_t xid)
{
	return xid * SPREAD >> p->shift;
}

/* The slot of xid, or the free one where it would go. */
static uint32_t
slot_of(const struct orpc_i_pending *p, uint32_t xid)
{
	uint32_t i = slot_home(p, xid);

	while (p->slots[i].call && p->slots[i].xid != xid)
		i = (i + 1) & p->mask;
	return i;
}

static void
slot_put(struct orpc_i_pending *p, struct orpc_i_waiting *call)
{
	uint32_t i = slot_of(p, call->xid);

	p->slots[i] = (struct orpc_i_pending_slot){ call->xid, call };
}

/* Empties slot i; entries after it that were pushed past it move up. */
static void
slot_clear(struct orpc_i_pending *p, uint32_t i)
{
	uint32_t gap = i;

	for (;;) {
		i = (i + 1) & p->mask;
		if (!p->slots[i].call)
			break;
		/* Distance from home; it may move if the gap is on its way. */
		if (((i - slot_home(p, p->slots[i].xid)) & p->mask) >=
		    ((i - gap) & p->mask)) {
			p->slots[gap] = p->slots[i];
			gap = i;
		}
	}
	p->slots[gap].call = NULL;
}

struct orpc_i_waiting *
orpc_i_pending_find(const struct orpc_i_pending *p, uint32_t xid)
{
	return p->n ? p->slots[slot_of(p, xid)].call : NULL;
}

uint32_t
orpc_i_pending_xid(struct orpc_i_pending *p)
{
	while (orpc_i_pending_find(p, p->next_xid))
		p->next_xid++;
	return p->next_xid++;
}

/* ---- By deadline ----------------------------------------------------------- */

static void
heap_place(struct orpc_i_pending *p, uint32_t i, struct orpc_i_waiting *call)
{
	p->heap[i] = call;
	call->heap_at = i + 1;
}

static void
heap_up(struct orpc_i_pending *p, uint32_t i, struct orpc_i_waiting *call)
{
	while (i > 0) {
		uint32_t above = (i - 1) / 2;

		if (p->heap[above]->deadline_ns <= call->deadline_ns)
			break;
		heap_place(p, i, p->heap[above]);
		i = above;
	}
	heap_place(p, i, call);
}

static void
heap_down(struct orpc_i_pending *p, uint32_t i, struct orpc_i_waiting *call)
{
	for (;;) {
		uint32_t below = 2 * i + 1;

		if (below >= p->n_heap)
			break;
		if (below + 1 < p->n_heap && p->heap[below + 1]->deadline_ns <
		    p->heap[below]->deadline_ns)
			below++;
		if (call->deadline_ns <= p->heap[below]->deadline_ns)
			break;
		heap_place(p, i, p->heap[below]);
		i = below;
	}
	heap_place(p, i, call);
}

static void
heap_remove(struct orpc_i_pending *p, uint32_t i)
{
	struct orpc_i_waiting *last = p->heap[--p->n_heap];

	if (i == p->n_heap)
		return;
	if (i > 0 && last->deadline_ns < p->heap[(i - 1) / 2]->deadline_ns)
		heap_up(p, i, last);
	else
		heap_down(p, i, last);
}

static void
due_add(struct orpc_i_pending *p, struct orpc_i_waiting *call)
{
	if (p->last && call->deadline_ns < p->last->deadline_ns) {
		heap_up(p, p->n_heap++, call);
		return;
	}
	call->heap_at = ORPC_I_IN_LINE;
	call->next = NULL;
	call->prev = p->last;
	if (p->last)
		p->last->next = call;
	else
		p->first = call;
	p->last = call;
}

static void
due_remove(struct orpc_i_pending *p, struct orpc_i_waiting *call)
{
	if (call->heap_at != ORPC_I_IN_LINE) {
		assert(p->heap[call->heap_at - 1] == call);
		heap_remove(p, call->heap_at - 1);
	} else {
		*(call->prev ? &call->prev->next : &p->first) = call->next;
		*(call->next ? &call->next->prev : &p->last) = call->prev;
	}
	call->heap_at = 0;
}

/* The call that is due first; NULL: none waits. */
static struct orpc_i_waiting *
due_first(const struct orpc_i_pending *p)
{
	if (p->n_heap && (!p->first ||
	    p->heap[0]->deadline_ns < p->first->deadline_ns))
		return p->heap[0];
	return p->first;
}

/* ---- Both ------------------------------------------------------------------- */

static int
pending_grow(struct orpc_i_pending *p)
{
	struct orpc_i_pending old = *p;
	uint32_t room = p->room ? p->room * 2 : ROOM_FIRST;
	size_t n_slots = 2 * (size_t)room;

	if (room > UINT32_MAX / 4)
		return -ORPC_E_BUSY;
	p->slots = pending_alloc(p, sizeof(*p->slots) * n_slots);
	p->heap = pending_alloc(p, sizeof(struct orpc_i_waiting *) * room);
	p->room = room;
	if (!p->slots || !p->heap) {
		pending_free_tables(p);
		*p = old;
		return -OXDR_E_NOMEM;
	}
	memset(p->slots, 0, sizeof(*p->slots) * n_slots);
	p->mask = (uint32_t)n_slots - 1;
	p->shift = (uint32_t)__builtin_clz(p->mask);
	for (uint32_t i = 0; i < p->n_heap; i++)
		p->heap[i] = old.heap[i];
	for (uint32_t i = 0; i < 2 * old.room; i++)
		if (old.slots[i].call)
			slot_put(p, old.slots[i].call);
	pending_free_tables(&old);
	return 0;
}

int
orpc_i_pending_add(struct orpc_i_pending *p, struct orpc_i_waiting *call,
    int64_t deadline_ns)
{
	return orpc_i_pending_add_as(p, call, orpc_i_pending_xid(p),
	    deadline_ns);
}

int
orpc_i_pending_add_as(struct orpc_i_pending *p, struct orpc_i_waiting *call,
    uint32_t xid, int64_t deadline_ns)
{
	if (p->n >= p->max)
		return -ORPC_E_BUSY;
	if (p->n == p->room) {
		int result = pending_grow(p);

		if (result)
			return result;
	}
	call->xid = xid;
	call->deadline_ns = deadline_ns;
	slot_put(p, call);
	due_add(p, call);
	p->n++;
	return 0;
}

void
orpc_i_pending_remove(struct orpc_i_pending *p, struct orpc_i_waiting *call)
{
	assert(call->heap_at);
	slot_clear(p, slot_of(p, call->xid));
	due_remove(p, call);
	p->n--;
}

void
orpc_i_pending_set_deadline(struct orpc_i_pending *p,
    struct orpc_i_waiting *call, int64_t deadline_ns)
{
	assert(call->heap_at);
	due_remove(p, call);
	call->deadline_ns = deadline_ns;
	due_add(p, call);
}

int64_t
orpc_i_pending_deadline(const struct orpc_i_pending *p)
{
	const struct orpc_i_waiting *first = due_first(p);

	return first ? first->deadline_ns : ORPC_I_NO_DEADLINE;
}

struct orpc_i_waiting *
orpc_i_pending_due(const struct orpc_i_pending *p, int64_t now_ns)
{
	struct orpc_i_waiting *first = due_first(p);

	if (!first || first->deadline_ns == ORPC_I_NO_DEADLINE ||
	    first->deadline_ns > now_ns)
		return NULL;
	return first;
}

struct orpc_i_waiting *
orpc_i_pending_any(const struct orpc_i_pending *p)
{
	return orpc_i_pending_next(p, NULL);
}
