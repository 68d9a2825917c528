/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Worker threads with one bounded queue.
 */
#ifndef ORPC_IO_POOL_H
#define ORPC_IO_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/io/loop.h"

struct orpc_i_pool;

/*
 * Starts n threads (all signals blocked in them).
 *
 * max_queued   tasks that may wait; more are refused
 *
 * Returns 0, -OXDR_E_NOMEM, -ORPC_E_SYSTEM.
 */
int orpc_i_pool_new(unsigned n_threads, size_t max_queued,
    struct orpc_i_pool **out);

/* Queues a task (in its owner's memory until it runs): 0, or -ORPC_E_BUSY
 * when the queue is full or the pool stops.  Threads: any. */
int orpc_i_pool_add(struct orpc_i_pool *pool, struct orpc_i_task *task);

/* Is the calling thread one of the pool's? */
bool orpc_i_pool_is_mine(const struct orpc_i_pool *pool);

/* Waits until every task that was added before has run.  Not from a
 * worker. */
void orpc_i_pool_quiesce(struct orpc_i_pool *pool);

/*
 * Refuses new tasks, runs those that wait, joins the threads, frees the pool.
 * NULL is taken.  Not from a worker.
 */
void orpc_i_pool_free(struct orpc_i_pool *pool);

#endif
