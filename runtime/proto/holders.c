/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A binary heap whose members know their place, so that the amount of any of
 * them can change in logarithmic time.  Who takes most of something shared is
 * the first to give some back.
 */
#include "runtime/proto/holders.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oxdr/error.h>

#include "runtime/proto/hooks.h"

static void
holders_place(struct orpc_i_holders *set, struct orpc_i_holder *holder,
    size_t at)
{
	set->heap[at] = holder;
	holder->at = at;
}

static void
holders_rise(struct orpc_i_holders *set, struct orpc_i_holder *holder)
{
	size_t at = holder->at;

	while (at > 0) {
		size_t up = (at - 1) / 2;

		if (set->heap[up]->held >= holder->held)
			break;
		holders_place(set, set->heap[up], at);
		at = up;
	}
	holders_place(set, holder, at);
}

static void
holders_sink(struct orpc_i_holders *set, struct orpc_i_holder *holder)
{
	size_t at = holder->at;

	for (;;) {
		size_t down = 2 * at + 1;

		if (down >= set->n)
			break;
		if (down + 1 < set->n &&
		    set->heap[down + 1]->held > set->heap[down]->held)
			down++;
		if (set->heap[down]->held <= holder->held)
			break;
		holders_place(set, set->heap[down], at);
		at = down;
	}
	holders_place(set, holder, at);
}

void
orpc_i_holders_fini(struct orpc_i_holders *set)
{
	orpc_i_hook_free(set->allocator, set->heap,
	    set->room * sizeof(*set->heap));
	set->heap = NULL;
	set->n = set->room = 0;
}

int
orpc_i_holders_reserve(struct orpc_i_holders *set, size_t n)
{
	size_t room = set->room ? set->room : 16;
	struct orpc_i_holder **heap;

	if (n <= set->room)
		return 0;
	while (room < n)
		room *= 2;
	heap = orpc_i_hook_alloc(set->allocator, room * sizeof(*heap));
	if (!heap)
		return -OXDR_E_NOMEM;
	if (set->n)
		memcpy(heap, set->heap, set->n * sizeof(*heap));
	orpc_i_hook_free(set->allocator, set->heap,
	    set->room * sizeof(*heap));
	set->heap = heap;
	set->room = room;
	return 0;
}

void
orpc_i_holders_add(struct orpc_i_holders *set, struct orpc_i_holder *holder)
{
	assert(set->n < set->room);
	holder->held = 0;
	holders_place(set, holder, set->n++);
}

void
orpc_i_holders_remove(struct orpc_i_holders *set,
    struct orpc_i_holder *holder)
{
	struct orpc_i_holder *last;

	assert(set->n > 0 && set->heap[holder->at] == holder);
	last = set->heap[--set->n];
	if (last == holder)
		return;
	holders_place(set, last, holder->at);
	holders_rise(set, last);
	holders_sink(set, last);
}

void
orpc_i_holders_set(struct orpc_i_holders *set, struct orpc_i_holder *holder,
    size_t held)
{
	size_t before = holder->held;

	holder->held = held;
	if (held > before)
		holders_rise(set, holder);
	else if (held < before)
		holders_sink(set, holder);
}
