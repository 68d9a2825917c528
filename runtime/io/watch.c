/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Watches and timers for programs that run on our loop: the library's own
 * kinds in a piece of memory of their own.
 */
#include <stdlib.h>

#include <orpc/loop.h>

#include "runtime/io/loop.h"

struct orpc_watch {
	struct orpc_i_watch inner;
	orpc_watch_fn *fn;
	void *ctx;
};

/* The public interface knows of reading and writing only; a hang-up is told
 * as what was asked for. */
static void
watch_on_event(void *ctx, int fd, unsigned events)
{
	struct orpc_watch *watch = ctx;

	events &= ORPC_LOOP_READ | ORPC_LOOP_WRITE;
	if (!events)
		events = ORPC_LOOP_READ;
	watch->fn(watch->ctx, fd, events);
}

int
orpc_watch_add(struct orpc_loop *loop, int fd, unsigned events,
    orpc_watch_fn *on_event, void *ctx, struct orpc_watch **out)
{
	struct orpc_watch *watch = calloc(1, sizeof(*watch));
	int result;

	if (!watch)
		return -OXDR_E_NOMEM;
	watch->inner.fn = watch_on_event;
	watch->inner.ctx = watch;
	watch->fn = on_event;
	watch->ctx = ctx;
	result = orpc_i_watch_add(loop, &watch->inner, fd,
	    events & (ORPC_LOOP_READ | ORPC_LOOP_WRITE));
	if (result) {
		free(watch);
		return result;
	}
	*out = watch;
	return 0;
}

int
orpc_watch_set(struct orpc_watch *watch, unsigned events)
{
	return orpc_i_watch_set(&watch->inner,
	    events & (ORPC_LOOP_READ | ORPC_LOOP_WRITE));
}

void
orpc_watch_remove(struct orpc_watch *watch)
{
	if (!watch)
		return;
	orpc_i_watch_remove(&watch->inner);
	free(watch);
}

struct orpc_timer {
	struct orpc_i_timer inner;
	struct orpc_loop *loop;
	void (*fn)(void *ctx);
	void *ctx;
};

static void
timer_on_due(void *ctx)
{
	struct orpc_timer timer = *(struct orpc_timer *)ctx;

	free(ctx);
	timer.fn(timer.ctx);
}

int
orpc_timer_add(struct orpc_loop *loop, uint64_t delay_ms,
    void (*fn)(void *ctx), void *ctx, struct orpc_timer **out)
{
	struct orpc_timer *timer = calloc(1, sizeof(*timer));
	const uint64_t most_ms = INT64_MAX / 2000000;
	int result;

	if (!timer)
		return -OXDR_E_NOMEM;
	timer->inner.fn = timer_on_due;
	timer->inner.ctx = timer;
	timer->loop = loop;
	timer->fn = fn;
	timer->ctx = ctx;
	if (delay_ms > most_ms)
		delay_ms = most_ms;
	result = orpc_i_loop_timer_set(loop, &timer->inner,
	    orpc_now_ns() + (int64_t)delay_ms * 1000000);
	if (result) {
		free(timer);
		return result;
	}
	*out = timer;
	return 0;
}

void
orpc_timer_cancel(struct orpc_timer *timer)
{
	if (!timer)
		return;
	orpc_i_loop_timer_clear(timer->loop, &timer->inner);
	free(timer);
}
