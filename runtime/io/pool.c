/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Worker threads: a bounded queue behind one mutex, first in, first out.
 * A worker holds the mutex only to take a task.
 */
#include "runtime/io/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

/* Tasks are numbered from 1 as they come, and taken in that order. */
struct worker {
	struct orpc_i_pool *pool;
	pthread_t thread;
	uint64_t running;		/* the task's number; 0: none */
};

/* Under the mutex: all but the workers' threads and n_threads. */
struct orpc_i_pool {
	pthread_mutex_t mutex;
	pthread_cond_t more;
	pthread_cond_t ended;		/* a task has, and somebody waits */
	struct orpc_i_task *first;
	struct orpc_i_task **end;
	size_t n;
	size_t max;
	uint64_t added;
	uint64_t taken;
	unsigned idle;
	unsigned awaited;		/* by so many threads */
	bool stop;
	unsigned n_threads;
	struct worker workers[];
};

/* The next task; NULL when the pool stops and nothing is left. */
static struct orpc_i_task *
worker_take(struct worker *worker)
{
	struct orpc_i_pool *pool = worker->pool;
	struct orpc_i_task *task;

	pthread_mutex_lock(&pool->mutex);
	worker->running = 0;
	if (pool->awaited)
		pthread_cond_broadcast(&pool->ended);
	while (!pool->first && !pool->stop) {
		pool->idle++;
		pthread_cond_wait(&pool->more, &pool->mutex);
		pool->idle--;
	}
	task = pool->first;
	if (task) {
		pool->first = task->next;
		if (!pool->first)
			pool->end = &pool->first;
		pool->n--;
		worker->running = ++pool->taken;
		task->queued = false;
	}
	pthread_mutex_unlock(&pool->mutex);
	return task;
}

static void *
pool_thread(void *arg)
{
	struct orpc_i_task *task;

	while ((task = worker_take(arg)))
		task->fn(task);
	return NULL;
}

static int
pool_spawn(struct orpc_i_pool *pool, unsigned n)
{
	sigset_t all, old;
	int error = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (pool->n_threads < n && !error) {
		struct worker *worker = &pool->workers[pool->n_threads];

		worker->pool = pool;
		error = pthread_create(&worker->thread, NULL, pool_thread,
		    worker);
		if (!error)
			pool->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return error ? -ORPC_E_SYSTEM : 0;
}

int
orpc_i_pool_new(unsigned n_threads, size_t max_queued,
    struct orpc_i_pool **out)
{
	struct orpc_i_pool *pool;
	int result;

	pool = calloc(1, sizeof(*pool) + n_threads * sizeof(struct worker));
	if (!pool)
		return -OXDR_E_NOMEM;
	pthread_mutex_init(&pool->mutex, NULL);
	pthread_cond_init(&pool->more, NULL);
	pthread_cond_init(&pool->ended, NULL);
	pool->end = &pool->first;
	pool->max = max_queued;
	result = pool_spawn(pool, n_threads);
	if (result) {
		int saved = errno;

		orpc_i_pool_free(pool);
		errno = saved;
		return result;
	}
	*out = pool;
	return 0;
}

int
orpc_i_pool_add(struct orpc_i_pool *pool, struct orpc_i_task *task)
{
	int result = -ORPC_E_BUSY;
	bool wake = false;

	pthread_mutex_lock(&pool->mutex);
	if (!pool->stop && pool->n < pool->max) {
		task->next = NULL;
		task->queued = true;
		*pool->end = task;
		pool->end = &task->next;
		pool->n++;
		pool->added++;
		wake = pool->idle > 0;
		result = 0;
	}
	pthread_mutex_unlock(&pool->mutex);
	if (wake)
		pthread_cond_signal(&pool->more);
	return result;
}

bool
orpc_i_pool_is_mine(const struct orpc_i_pool *pool)
{
	for (unsigned i = 0; i < pool->n_threads; i++)
		if (pthread_equal(pool->workers[i].thread, pthread_self()))
			return true;
	return false;
}

/* Have all tasks up to a number run? */
static bool
pool_has_run(const struct orpc_i_pool *pool, uint64_t number)
{
	if (pool->taken < number)
		return false;
	for (unsigned i = 0; i < pool->n_threads; i++)
		if (pool->workers[i].running &&
		    pool->workers[i].running <= number)
			return false;
	return true;
}

void
orpc_i_pool_quiesce(struct orpc_i_pool *pool)
{
	uint64_t last;

	pthread_mutex_lock(&pool->mutex);
	last = pool->added;
	pool->awaited++;
	while (!pool_has_run(pool, last))
		pthread_cond_wait(&pool->ended, &pool->mutex);
	pool->awaited--;
	pthread_mutex_unlock(&pool->mutex);
}

void
orpc_i_pool_free(struct orpc_i_pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->mutex);
	pool->stop = true;
	pthread_mutex_unlock(&pool->mutex);
	pthread_cond_broadcast(&pool->more);
	for (unsigned i = 0; i < pool->n_threads; i++)
		pthread_join(pool->workers[i].thread, NULL);
	pthread_cond_destroy(&pool->ended);
	pthread_cond_destroy(&pool->more);
	pthread_mutex_destroy(&pool->mutex);
	free(pool);
}
