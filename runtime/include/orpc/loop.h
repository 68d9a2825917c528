/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The event loop: descriptors, timers, and wakeups from other threads.
 *
 * A loop belongs to one thread at a time, the one that runs it.  To live
 * inside another loop (libevent, libuv, GLib): watch orpc_loop_fd() for
 * reading, wait no longer than orpc_loop_timeout(), call orpc_loop_turn(0).
 */
#ifndef ORPC_LOOP_H
#define ORPC_LOOP_H

#include <stdint.h>

#include <orpc/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct orpc_loop;

/* Makes a loop: 0, -ORPC_E_SYSTEM (errno kept), -OXDR_E_NOMEM. */
int orpc_loop_new(struct orpc_loop **out);

/* Frees a loop.  What was opened on it must be closed before. */
void orpc_loop_free(struct orpc_loop *loop);

/* Runs until orpc_loop_stop(): 0, or -ORPC_E_SYSTEM. */
int orpc_loop_run(struct orpc_loop *loop);

/*
 * Waits for events at most timeout_ms (-1: as long as it takes, 0: not at
 * all), handles what is there and what is due.  0, or -ORPC_E_SYSTEM.
 */
int orpc_loop_turn(struct orpc_loop *loop, int timeout_ms);

/* Ends orpc_loop_run after the event in hand.  Threads: any; also from a
 * signal handler. */
void orpc_loop_stop(struct orpc_loop *loop);

/* One descriptor that is readable when there is something to do. */
int orpc_loop_fd(const struct orpc_loop *loop);

/* Milliseconds until the next timer is due; -1: none. */
int orpc_loop_timeout(const struct orpc_loop *loop);

/* Runs fn(ctx) on the loop's thread, soon.  Threads: any.
 * 0, or -OXDR_E_NOMEM. */
int orpc_loop_post(struct orpc_loop *loop, void (*fn)(void *ctx), void *ctx);

/* ---- For programs that run on our loop --------------------------------- */

#define ORPC_LOOP_READ 1u
#define ORPC_LOOP_WRITE 2u

struct orpc_watch;
typedef void orpc_watch_fn(void *ctx, int fd, unsigned events);

/* Watches a descriptor of the caller's, level-triggered.  Owner's thread. */
int orpc_watch_add(struct orpc_loop *loop, int fd, unsigned events,
    orpc_watch_fn *on_event, void *ctx, struct orpc_watch **out);
int orpc_watch_set(struct orpc_watch *watch, unsigned events);
void orpc_watch_remove(struct orpc_watch *watch);

struct orpc_timer;

/* Runs fn(ctx) once, delay_ms from now.  Owner's thread.  The timer is gone
 * when fn runs. */
int orpc_timer_add(struct orpc_loop *loop, uint64_t delay_ms,
    void (*fn)(void *ctx), void *ctx, struct orpc_timer **out);
void orpc_timer_cancel(struct orpc_timer *timer);

/* CLOCK_MONOTONIC in nanoseconds: what deadlines are measured in. */
int64_t orpc_now_ns(void);

#ifdef __cplusplus
}
#endif

#endif
