/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A binary heap of timers, the earliest first.  Each timer knows its place,
 * so that clearing and moving one cost no search.
 */
#include "runtime/io/timer.h"

#include <stdlib.h>

#include <oxdr/error.h>

void
orpc_i_timers_fini(struct orpc_i_timers *t)
{
	free(t->heap);
	*t = (struct orpc_i_timers){ 0 };
}

static void
heap_place(struct orpc_i_timers *t, size_t i, struct orpc_i_timer *timer)
{
	t->heap[i] = timer;
	timer->heap_at = i + 1;
}

static void
heap_up(struct orpc_i_timers *t, size_t i, struct orpc_i_timer *timer)
{
	while (i > 0 && timer->due_ns < t->heap[(i - 1) / 2]->due_ns) {
		heap_place(t, i, t->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_place(t, i, timer);
}

static void
heap_down(struct orpc_i_timers *t, size_t i, struct orpc_i_timer *timer)
{
	for (;;) {
		size_t below = 2 * i + 1;

		if (below >= t->n)
			break;
		if (below + 1 < t->n &&
		    t->heap[below + 1]->due_ns < t->heap[below]->due_ns)
			below++;
		if (timer->due_ns <= t->heap[below]->due_ns)
			break;
		heap_place(t, i, t->heap[below]);
		i = below;
	}
	heap_place(t, i, timer);
}

static void
heap_settle(struct orpc_i_timers *t, size_t i, struct orpc_i_timer *timer)
{
	if (i > 0 && timer->due_ns < t->heap[(i - 1) / 2]->due_ns)
		heap_up(t, i, timer);
	else
		heap_down(t, i, timer);
}

int
orpc_i_timers_set(struct orpc_i_timers *t, struct orpc_i_timer *timer,
    int64_t due_ns)
{
	if (timer->heap_at) {
		timer->due_ns = due_ns;
		heap_settle(t, timer->heap_at - 1, timer);
		return 0;
	}
	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 16;
		struct orpc_i_timer **heap;

		heap = reallocarray(t->heap, room, sizeof(struct orpc_i_timer *));
		if (!heap)
			return -OXDR_E_NOMEM;
		t->heap = heap;
		t->room = room;
	}
	timer->due_ns = due_ns;
	heap_up(t, t->n++, timer);
	return 0;
}

void
orpc_i_timers_clear(struct orpc_i_timers *t, struct orpc_i_timer *timer)
{
	size_t i = timer->heap_at - 1;
	struct orpc_i_timer *last;

	if (!timer->heap_at)
		return;
	last = t->heap[--t->n];
	if (last != timer)
		heap_settle(t, i, last);
	timer->heap_at = 0;
}

/*
 * A fn may set a timer that is due at once, for ever; so what is set from now
 * on must wait: at most as many run as were set at the start.
 */
void
orpc_i_timers_run(struct orpc_i_timers *t, int64_t now_ns)
{
	for (size_t most = t->n; most > 0; most--) {
		struct orpc_i_timer *timer;

		if (!t->n || t->heap[0]->due_ns > now_ns)
			break;
		timer = t->heap[0];
		orpc_i_timers_clear(t, timer);
		timer->fn(timer->ctx);
	}
}
