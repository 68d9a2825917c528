/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that wait for their reply, by xid and by deadline.
 */
#ifndef ORPC_PROTO_PENDING_H
#define ORPC_PROTO_PENDING_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/mem.h>

/* One waiting call; embedded in the caller's structure (container_of). */
struct orpc_i_waiting {
	uint32_t xid;
	uint32_t heap_at;		/* index in the heap, plus 1; 0: in no
					   table; ORPC_I_IN_LINE */
	int64_t deadline_ns;
	struct orpc_i_waiting *next;	/* in line */
	struct orpc_i_waiting *prev;
};

#define ORPC_I_IN_LINE UINT32_MAX

struct orpc_i_pending_slot {
	uint32_t xid;
	struct orpc_i_waiting *call;	/* NULL: free */
};

/*
 * slots: open addressing, a power of two, at most half full.  first to last:
 * calls whose deadlines came in order; heap: the others, earliest first.
 * Slots and heap have room for `room` calls.  Members are this file's.
 */
struct orpc_i_pending {
	struct orpc_i_pending_slot *slots;
	struct orpc_i_waiting **heap;
	struct orpc_i_waiting *first;
	struct orpc_i_waiting *last;
	uint32_t n_heap;
	uint32_t mask;
	uint32_t shift;			/* 32 less the bits of mask */
	uint32_t room;
	uint32_t n;
	uint32_t max;
	uint32_t next_xid;
	const struct oxdr_allocator *allocator;
};

#define ORPC_I_NO_DEADLINE INT64_MAX

/*
 * first_xid   random: so that a restarted client does not meet its own old
 *             replies (and a server's replay cache)
 * max         most calls at a time
 */
void orpc_i_pending_init(struct orpc_i_pending *p,
    const struct oxdr_allocator *allocator, uint32_t first_xid, uint32_t max);

/* The table must be empty. */
void orpc_i_pending_fini(struct orpc_i_pending *p);

/*
 * Gives the call an xid that no waiting call has (counting: none comes again
 * before all others have been used) and keeps it until removed.
 *
 * deadline_ns   ORPC_I_NO_DEADLINE: none
 *
 * Returns 0, -ORPC_E_BUSY at max calls, -OXDR_E_NOMEM.  No allocation in the
 * steady state.
 */
int orpc_i_pending_add(struct orpc_i_pending *p, struct orpc_i_waiting *call,
    int64_t deadline_ns);

/* The same for a call that got its xid from orpc_i_pending_xid before. */
int orpc_i_pending_add_as(struct orpc_i_pending *p,
    struct orpc_i_waiting *call, uint32_t xid, int64_t deadline_ns);

/* An xid for a message whose reply nobody waits for. */
uint32_t orpc_i_pending_xid(struct orpc_i_pending *p);

/* NULL: nobody waits for it. */
struct orpc_i_waiting *orpc_i_pending_find(const struct orpc_i_pending *p,
    uint32_t xid);

/* The call must be in p. */
void orpc_i_pending_remove(struct orpc_i_pending *p,
    struct orpc_i_waiting *call);

/* Changes the time a waiting call is due. */
void orpc_i_pending_set_deadline(struct orpc_i_pending *p,
    struct orpc_i_waiting *call, int64_t deadline_ns);

/* The earliest deadline; ORPC_I_NO_DEADLINE when there is none. */
int64_t orpc_i_pending_deadline(const struct orpc_i_pending *p);

/* The call with the earliest deadline if it is due at now_ns (still in p:
 * remove it), else NULL. */
struct orpc_i_waiting *orpc_i_pending_due(const struct orpc_i_pending *p,
    int64_t now_ns);

/* Walks through all that wait, from NULL; the longest waiting first as far as
 * their deadlines came in order.  None may be added, removed or moved. */
static inline struct orpc_i_waiting *
orpc_i_pending_next(const struct orpc_i_pending *p,
    const struct orpc_i_waiting *call)
{
	uint32_t i = 0;

	if (!call && p->first)
		return p->first;
	if (call && call->heap_at != ORPC_I_IN_LINE)
		i = call->heap_at;
	else if (call && call->next)
		return call->next;
	return i < p->n_heap ? p->heap[i] : NULL;
}

/* Any call that waits (to end them all), or NULL. */
struct orpc_i_waiting *orpc_i_pending_any(const struct orpc_i_pending *p);

#endif
