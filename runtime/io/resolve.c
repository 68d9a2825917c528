/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Host names to addresses.  getaddrinfo may block for as long as resolv.conf
 * says and can't be interrupted, so a name is looked up by a thread of its
 * own, which shares one reference-counted job with whoever waits.  Whoever
 * comes second gives the job back: a waiter that ran out of time leaves, the
 * thread finds itself alone and frees.
 */
#include "runtime/io/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/io/loop.h"
#include "xdr/base.h"

#define NS_PER_S INT64_C(1000000000)
#define THREAD_STACK ((size_t)512 << 10)

/* What thread and waiter share; `done` and `result` under the mutex. */
struct job {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	unsigned refs;
	bool done;
	int result;
	struct orpc_addr addr;
	struct orpc_i_addresses found;
	struct orpc_loop *loop;		/* NULL: a waiter blocks on cond, or
					   nobody waits any more */
	struct orpc_i_resolve *waiter;
	struct orpc_i_task task;
};

/* A look-up on a loop. */
struct orpc_i_resolve {
	struct orpc_loop *loop;
	struct job *job;		/* NULL: no thread was needed */
	struct orpc_i_timer timer;
	struct orpc_i_task soon;
	int result;
	struct orpc_i_addresses found;
	orpc_i_resolved_fn *on_done;
	void *ctx;
};

/* ---- Without a thread ---------------------------------------------------- */

/* Numbers and paths: 0, or -ORPC_E_RESOLVE for a name that needs looking
 * up. */
static int
resolve_now(const struct orpc_addr *addr, struct orpc_i_addresses *out)
{
	int result;

	if (addr->transport == ORPC_UNIX)
		result = orpc_i_sockaddr_unix(addr->host, &out->a[0]);
	else
		result = orpc_i_sockaddr_numeric(addr->host, addr->port,
		    &out->a[0]);
	out->n = result ? 0 : 1;
	return result;
}

/* ---- The thread ------------------------------------------------------------ */

static void
addresses_take(struct orpc_i_addresses *out, const struct addrinfo *list,
    uint16_t port)
{
	out->n = 0;
	for (; list && out->n < ORPC_I_RESOLVE_MAX; list = list->ai_next) {
		struct orpc_i_sockaddr *a = &out->a[out->n];

		if (list->ai_family != AF_INET && list->ai_family != AF_INET6)
			continue;
		memset(a, 0, sizeof(*a));
		memcpy(&a->ss, list->ai_addr, list->ai_addrlen);
		a->n = list->ai_addrlen;
		orpc_i_sockaddr_set_port(a, port);
		out->n++;
	}
}

static int
look_up(const struct orpc_addr *addr, struct orpc_i_addresses *out)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
	    .ai_socktype = orpc_i_transport_socktype(addr->transport) };
	struct addrinfo *list;
	int status = getaddrinfo(addr->host, NULL, &hints, &list);

	out->n = 0;
	if (status == EAI_MEMORY)
		return -OXDR_E_NOMEM;
	if (status)
		return -ORPC_E_RESOLVE;
	addresses_take(out, list, addr->port);
	freeaddrinfo(list);
	return out->n ? 0 : -ORPC_E_RESOLVE;
}

static void
job_unref(struct job *job)
{
	unsigned left;

	pthread_mutex_lock(&job->mutex);
	left = --job->refs;
	pthread_mutex_unlock(&job->mutex);
	if (left)
		return;
	pthread_cond_destroy(&job->cond);
	pthread_mutex_destroy(&job->mutex);
	free(job);
}

static void *
job_thread(void *arg)
{
	struct job *job = arg;
	struct orpc_i_addresses found;
	int result = look_up(&job->addr, &found);

	pthread_mutex_lock(&job->mutex);
	job->found = found;
	job->result = result;
	job->done = true;
	pthread_cond_signal(&job->cond);
	if (job->loop) {
		/* The task holds a reference of its own until it ran. */
		job->refs++;
		orpc_i_loop_post(job->loop, &job->task);
	}
	pthread_mutex_unlock(&job->mutex);
	job_unref(job);
	return NULL;
}

static int
job_spawn(struct job *job)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t thread;
	int error;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&thread, &attr, job_thread, job);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	errno = error;
	return error ? -ORPC_E_SYSTEM : 0;
}

static void job_on_loop(struct orpc_i_task *task);

/* The caller has the one reference that is left when spawning failed. */
static int
job_new(const struct orpc_addr *addr, struct orpc_loop *loop,
    struct orpc_i_resolve *waiter, struct job **out)
{
	struct job *job = calloc(1, sizeof(*job));
	pthread_condattr_t attr;
	int result;

	if (!job)
		return -OXDR_E_NOMEM;
	pthread_mutex_init(&job->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&job->cond, &attr);
	pthread_condattr_destroy(&attr);
	job->addr = *addr;
	job->loop = loop;
	job->waiter = waiter;
	job->task.fn = job_on_loop;
	job->refs = 2;
	result = job_spawn(job);
	if (result) {
		job->refs = 1;
		job_unref(job);
		return result;
	}
	*out = job;
	return 0;
}

/* ---- Waiting ---------------------------------------------------------------- */

static int
job_wait(struct job *job, int64_t deadline_ns, struct orpc_i_addresses *out)
{
	const struct timespec until = { .tv_sec = deadline_ns / NS_PER_S,
	    .tv_nsec = (long)(deadline_ns % NS_PER_S) };
	int result = -ORPC_E_TIMEOUT, error = 0;

	pthread_mutex_lock(&job->mutex);
	while (!job->done && error != ETIMEDOUT)
		error = deadline_ns == INT64_MAX ?
		    pthread_cond_wait(&job->cond, &job->mutex) :
		    pthread_cond_timedwait(&job->cond, &job->mutex, &until);
	if (job->done) {
		result = job->result;
		*out = job->found;
	}
	pthread_mutex_unlock(&job->mutex);
	return result;
}

int
orpc_i_resolve(const struct orpc_addr *addr, int64_t deadline_ns,
    struct orpc_i_addresses *out)
{
	struct job *job;
	int result = resolve_now(addr, out);

	if (result != -ORPC_E_RESOLVE)
		return result;
	if (deadline_ns < 0)
		deadline_ns = 0;
	result = job_new(addr, NULL, NULL, &job);
	if (result)
		return result;
	result = job_wait(job, deadline_ns, out);
	job_unref(job);
	return result;
}

/* ---- On a loop ---------------------------------------------------------------- */

/* The waiter leaves its job: what the thread posts finds nobody. */
static void
resolve_detach(struct orpc_i_resolve *r)
{
	struct job *job = r->job;

	if (!job)
		return;
	pthread_mutex_lock(&job->mutex);
	job->waiter = NULL;
	if (!job->done)
		job->loop = NULL;
	pthread_mutex_unlock(&job->mutex);
	r->job = NULL;
	job_unref(job);
}

static void
resolve_end(struct orpc_i_resolve *r)
{
	orpc_i_loop_timer_clear(r->loop, &r->timer);
	orpc_i_loop_forget(r->loop, &r->soon);
	resolve_detach(r);
}

static void
resolve_done(struct orpc_i_resolve *r, int result)
{
	resolve_end(r);
	r->on_done(r->ctx, result, &r->found);
	free(r);
}

static void
job_on_loop(struct orpc_i_task *task)
{
	struct job *job = container_of(task, struct job, task);
	struct orpc_i_resolve *r;
	int result;

	pthread_mutex_lock(&job->mutex);
	r = job->waiter;
	result = job->result;
	if (r)
		r->found = job->found;
	pthread_mutex_unlock(&job->mutex);
	job_unref(job);
	if (r)
		resolve_done(r, result);
}

static void
resolve_soon(struct orpc_i_task *task)
{
	struct orpc_i_resolve *r =
	    container_of(task, struct orpc_i_resolve, soon);

	resolve_done(r, r->result);
}

static void
resolve_late(void *ctx)
{
	struct orpc_i_resolve *r = ctx;

	r->found.n = 0;
	resolve_done(r, -ORPC_E_TIMEOUT);
}

int
orpc_i_resolve_start(struct orpc_loop *loop, const struct orpc_addr *addr,
    int64_t deadline_ns, orpc_i_resolved_fn *on_done, void *ctx,
    struct orpc_i_resolve **out)
{
	struct orpc_i_resolve *r = calloc(1, sizeof(*r));
	int result = 0;

	if (!r)
		return -OXDR_E_NOMEM;
	r->loop = loop;
	r->on_done = on_done;
	r->ctx = ctx;
	r->timer.fn = resolve_late;
	r->timer.ctx = r;
	r->soon.fn = resolve_soon;
	r->result = resolve_now(addr, &r->found);
	if (r->result != -ORPC_E_RESOLVE) {
		orpc_i_loop_later(loop, &r->soon);
	} else {
		if (deadline_ns != INT64_MAX)
			result = orpc_i_loop_timer_set(loop, &r->timer,
			    deadline_ns);
		if (!result)
			result = job_new(addr, loop, r, &r->job);
	}
	if (result) {
		resolve_end(r);
		free(r);
		return result;
	}
	*out = r;
	return 0;
}

void
orpc_i_resolve_cancel(struct orpc_i_resolve *r)
{
	if (!r)
		return;
	resolve_end(r);
	free(r);
}
