/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers in a heap, on a clock that is given.
 */
#ifndef ORPC_IO_TIMER_H
#define ORPC_IO_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A timer in its owner's memory; zero and fn, ctx set: not running. */
struct orpc_i_timer {
	int64_t due_ns;
	size_t heap_at;			/* index plus 1; 0: not set */
	void (*fn)(void *ctx);
	void *ctx;
};

/* Zero is an empty heap. */
struct orpc_i_timers {
	struct orpc_i_timer **heap;
	size_t n;
	size_t room;
};

void orpc_i_timers_fini(struct orpc_i_timers *t);

/* Sets, or moves a timer that is set.  0 or -OXDR_E_NOMEM (only for one that
 * was not set). */
int orpc_i_timers_set(struct orpc_i_timers *t, struct orpc_i_timer *timer,
    int64_t due_ns);
void orpc_i_timers_clear(struct orpc_i_timers *t, struct orpc_i_timer *timer);

/* When the first is due; INT64_MAX: none. */
static inline int64_t
orpc_i_timers_due(const struct orpc_i_timers *t)
{
	return t->n ? t->heap[0]->due_ns : INT64_MAX;
}

/* Runs what is due at now_ns: each timer is cleared, then its fn runs, which
 * may set, clear and free any.  What a fn sets anew waits for the next call. */
void orpc_i_timers_run(struct orpc_i_timers *t, int64_t now_ns);

static inline bool
orpc_i_timer_is_set(const struct orpc_i_timer *timer)
{
	return timer->heap_at != 0;
}

#endif
