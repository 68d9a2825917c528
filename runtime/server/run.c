/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Running and stopping.
 *
 *	open --run--> running --stop--> draining --> stopped
 *
 * A stop reaches each loop as a task.  The loop then accepts and reads no
 * more calls, lets open ones end, sends what is queued, and is drained when
 * nothing is left; at the end of the drain time what is left is cut off.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "runtime/server/server.h"
#include "xdr/base.h"

#define NS_PER_MS INT64_C(1000000)
/* How often a draining loop looks whether it has ended. */
#define DRAIN_LOOK_NS (10 * NS_PER_MS)

/* ---- Draining -------------------------------------------------------- */

static void
loop_drained(struct server_loop *sl)
{
	if (sl->drained)
		return;
	sl->drained = true;
	orpc_i_loop_timer_clear(sl->loop, &sl->drain_timer);
	if (sl->server->state == SERVER_RUNNING)
		orpc_loop_stop(sl->loop);
}

void
orpc_i_server_check_drained(struct server_loop *sl)
{
	if (sl->n_conns || sl->dispatcher.n_open)
		return;
	if (sl->draining || sl->single)
		loop_drained(sl);
}

static void
drain_look(void *ctx)
{
	struct server_loop *sl = ctx;
	int64_t now = orpc_i_loop_now(sl->loop);

	if (now >= sl->drain_until_ns) {
		orpc_i_server_close_conns(sl, -ORPC_E_CANCELLED);
		if (!sl->n_conns || now >= sl->drain_until_ns +
		    10 * DRAIN_LOOK_NS) {
			loop_drained(sl);
			return;
		}
	}
	orpc_i_server_check_drained(sl);
	if (!sl->drained && orpc_i_loop_timer_set(sl->loop, &sl->drain_timer,
	    now + DRAIN_LOOK_NS))
		loop_drained(sl);
}

static void
drain_list(const struct conn_list *list)
{
	struct channel *next;

	for (struct channel *ch = list->first; ch; ch = next) {
		next = ch->next;
		orpc_i_channel_finish(ch);
	}
}

static void
drain_start(struct orpc_i_task *task)
{
	struct server_loop *sl = container_of(task, struct server_loop,
	    stop_task);
	struct orpc_server *server = sl->server;
	int64_t now = orpc_i_loop_now(sl->loop);

	if (sl->draining)
		return;
	sl->draining = true;
	sl->drain_until_ns = server->o.drain_timeout_ms == UINT32_MAX ?
	    INT64_MAX / 2 : now + server->o.drain_timeout_ms * NS_PER_MS;
	if (sl == &server->loops[0]) {
		orpc_i_listeners_close(server);
		orpc_i_threads_stop(server);
	}
	orpc_i_ports_stop(sl);
	drain_list(&sl->fresh);
	drain_list(&sl->served);
	sl->drain_timer.fn = drain_look;
	sl->drain_timer.ctx = sl;
	if (orpc_i_loop_timer_set(sl->loop, &sl->drain_timer, now +
	    DRAIN_LOOK_NS))
		loop_drained(sl);
}

/* Threads: any; also from a signal handler: posting takes no lock. */
void
orpc_i_server_loop_stop(struct server_loop *sl)
{
	sl->stop_task.fn = drain_start;
	orpc_i_loop_post(sl->loop, &sl->stop_task);
}

void
orpc_server_stop(struct orpc_server *server)
{
	if (atomic_exchange(&server->stopping, true))
		return;
	for (uint32_t i = 0; i < server->n_loops; i++)
		orpc_i_server_loop_stop(&server->loops[i]);
}

/* ---- Running --------------------------------------------------------- */

static void *
loop_thread(void *arg)
{
	struct server_loop *sl = arg;

	orpc_loop_run(sl->loop);
	return NULL;
}

int
orpc_i_thread_create(pthread_t *out, void *(*fn)(void *arg), void *arg)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(out, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return error ? -ORPC_E_SYSTEM : 0;
}

static int
threads_start(struct orpc_server *server)
{
	int r = 0;

	for (uint32_t i = 1; i < server->n_loops && !r; i++) {
		struct server_loop *sl = &server->loops[i];

		r = orpc_i_thread_create(&sl->thread, loop_thread, sl);
		sl->threaded = r == 0;
	}
	return r;
}

static void
threads_join(struct orpc_server *server)
{
	for (uint32_t i = 1; i < server->n_loops; i++) {
		struct server_loop *sl = &server->loops[i];

		if (sl->threaded)
			pthread_join(sl->thread, NULL);
		sl->threaded = false;
	}
}

int
orpc_server_run(struct orpc_server *server)
{
	int r, ran;

	if (server->state != SERVER_OPEN)
		return -ORPC_E_INVAL;
	server->state = SERVER_RUNNING;
	r = threads_start(server);
	if (r)
		orpc_server_stop(server);
	else
		orpc_i_server_notify(server, "READY=1");
	ran = orpc_loop_run(server->loops[0].loop);
	orpc_i_server_notify(server, "STOPPING=1");
	threads_join(server);
	orpc_i_threads_wait(server);
	server->state = SERVER_STOPPED;
	if (server->unregister)
		server->unregister(server, 0, 0);
	return r ? r : ran;
}
