/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loop as the library itself uses it: watches, timers and tasks live in
 * the caller's structures, so that a connection costs no extra allocation.
 *
 * One turn: wait; run posted tasks, ready watches, due timers; then what was
 * put off to the end of the turn (orpc_i_loop_later), until nothing is left.
 */
#ifndef ORPC_IO_LOOP_H
#define ORPC_IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <orpc/loop.h>

#include "runtime/io/timer.h"

/* Beside ORPC_LOOP_READ and _WRITE: report changes, not states. */
#define ORPC_I_LOOP_EDGE 4u
/* Reported, never asked for: the peer has gone or the descriptor failed. */
#define ORPC_I_LOOP_HANGUP 8u

/*
 * A watched descriptor.  fn and ctx are set by the owner before add.  fn may
 * remove this or any other watch and free what it lives in; a removed watch
 * hears nothing more, not even what was ready already.
 */
struct orpc_i_watch {
	int fd;
	unsigned events;
	orpc_watch_fn *fn;
	void *ctx;
	struct orpc_loop *loop;		/* NULL: not added */
};

/* 0, or -ORPC_E_SYSTEM (errno kept).  Threads: the loop's. */
int orpc_i_watch_add(struct orpc_loop *loop, struct orpc_i_watch *watch,
    int fd, unsigned events);
int orpc_i_watch_set(struct orpc_i_watch *watch, unsigned events);
/* Before the descriptor is closed.  A watch that was never added is taken. */
void orpc_i_watch_remove(struct orpc_i_watch *watch);

/* ---- Timers (io/timer.h) ------------------------------------------------ */

/* Sets or moves a timer; timer->fn and ctx are the owner's.  0 or
 * -OXDR_E_NOMEM.  Threads: the loop's. */
int orpc_i_loop_timer_set(struct orpc_loop *loop, struct orpc_i_timer *timer,
    int64_t due_ns);
/* A timer that is not set is taken. */
void orpc_i_loop_timer_clear(struct orpc_loop *loop,
    struct orpc_i_timer *timer);

/* ---- Tasks --------------------------------------------------------------- */

/* Work to be done once; in the owner's memory until fn runs.  fn may free
 * it or queue it again. */
struct orpc_i_task {
	struct orpc_i_task *next;
	void (*fn)(struct orpc_i_task *task);
	bool queued;			/* owner: read only */
};

/*
 * Runs the task at the end of this turn, after all that was ready has been
 * handled: how replies of a batch leave in one system call.  Queued once,
 * however often asked.  Threads: the loop's.
 */
void orpc_i_loop_later(struct orpc_loop *loop, struct orpc_i_task *task);

/* Takes back a task of orpc_i_loop_later that has not run.  Threads: the
 * loop's. */
void orpc_i_loop_forget(struct orpc_loop *loop, struct orpc_i_task *task);

/* Runs the task on the loop's thread, soon; in the order posted.  No
 * allocation.  A queued task must not be posted again before it ran.
 * Threads: any. */
void orpc_i_loop_post(struct orpc_loop *loop, struct orpc_i_task *task);

/* Saves a descriptor for a little more time in each wait.  Before the loop
 * runs. */
void orpc_i_loop_set_lean(struct orpc_loop *loop);

/* Looks for events this long before it sleeps, from each time that some were
 * handled; 0: not.  Threads: the loop's, or before it runs. */
void orpc_i_loop_set_spin(struct orpc_loop *loop, int64_t spin_ns);

/* ---- Questions ----------------------------------------------------------- */

/* A loop begins with this; the rest is loop.c's. */
struct orpc_i_loop_clock {
	int64_t now_ns;
};

/* The time at which this turn's events were found. */
static inline int64_t
orpc_i_loop_now(const struct orpc_loop *loop)
{
	return ((const struct orpc_i_loop_clock *)(const void *)loop)->now_ns;
}

/* Is the calling thread the one that runs (or last ran) the loop?  Threads:
 * any. */
bool orpc_i_loop_is_mine(const struct orpc_loop *loop);

/* Is it the calling thread that handles events of the loop now?  Threads:
 * any. */
bool orpc_i_loop_is_turning_here(struct orpc_loop *loop);

/*
 * Something that was made on the loop, and will be closed by way of its tasks,
 * may outlive what the loop is for: whoever would free the loop asks first.
 * Threads: any.
 */
void orpc_i_loop_hold(struct orpc_loop *loop);
void orpc_i_loop_release(struct orpc_loop *loop);
bool orpc_i_loop_is_held(struct orpc_loop *loop);

/*
 * Waits until whatever the loop was handling when this was called has ended;
 * what it handles next sees all that was written before.  Returns at once
 * when the loop waits for events, does not run, or is the calling thread's.
 * Threads: any.
 */
void orpc_i_loop_quiesce(struct orpc_loop *loop);

/* A pointer of the transports' (their receive buffer), given back by
 * fini(local) when the loop is freed.  NULL until set. */
void *orpc_i_loop_local(const struct orpc_loop *loop);
void orpc_i_loop_set_local(struct orpc_loop *loop, void *local,
    void (*fini)(void *local));

#endif
