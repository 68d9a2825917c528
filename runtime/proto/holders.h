/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who holds most: a set of holders, each with an amount, that can name the
 * one with the largest at any time.
 */
#ifndef ORPC_PROTO_HOLDERS_H
#define ORPC_PROTO_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include <oxdr/mem.h>

/* Embedded in what holds.  `held` is changed only by orpc_i_holders_set. */
struct orpc_i_holder {
	size_t held;
	size_t at;		/* its place in the set */
};

/*
 * A heap: the holder at i holds no less than those at 2i+1 and 2i+2, and
 * heap[i]->at == i.  Zero with an allocator is an empty set.
 */
struct orpc_i_holders {
	struct orpc_i_holder **heap;
	size_t n;
	size_t room;
	const struct oxdr_allocator *allocator;	/* NULL: malloc and free */
};

/* Gives the memory back; the holders are their owners'. */
void orpc_i_holders_fini(struct orpc_i_holders *set);

/* Makes room for n holders in all, so that the next adds up to it can't fail.
 * 0 or -OXDR_E_NOMEM. */
int orpc_i_holders_reserve(struct orpc_i_holders *set, size_t n);

/* Adds a holder with amount 0, into room that was reserved. */
void orpc_i_holders_add(struct orpc_i_holders *set,
    struct orpc_i_holder *holder);

void orpc_i_holders_remove(struct orpc_i_holders *set,
    struct orpc_i_holder *holder);

/* Changes the amount of a holder that is in the set. */
void orpc_i_holders_set(struct orpc_i_holders *set,
    struct orpc_i_holder *holder, size_t held);

/* The one that holds most, or NULL when there is none. */
static inline struct orpc_i_holder *
orpc_i_holders_most(const struct orpc_i_holders *set)
{
	return set->n ? set->heap[0] : NULL;
}

#endif
