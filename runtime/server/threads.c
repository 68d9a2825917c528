/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread for each connection: a loop of its own, which ends with it.  So
 * a handler may block as long as it likes, and calls of one connection are
 * still handled in their order.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/server/server.h"

/* Replies that come after their connection has gone, and the closing of
 * handles on it, are waited for until the server stops. */
#define LOOK_MS 50

/* Is nothing left that needs the loop? */
static bool
single_is_over(struct server_loop *sl)
{
	if (sl->n_conns)
		return false;
	return sl->draining ? orpc_i_dispatcher_orphan(&sl->dispatcher) :
	    !sl->dispatcher.n_open && !orpc_i_loop_is_held(sl->loop);
}

static void
single_free(struct server_loop *sl)
{
	orpc_i_server_loop_fini(sl);
	orpc_loop_free(sl->loop);
	free(sl);
}

static void
single_unlink(struct orpc_server *server, struct server_loop *sl)
{
	struct server_loop **at = &server->threads;

	while (*at != sl)
		at = &(*at)->next;
	*at = sl->next;
}

static void *
single_thread(void *arg)
{
	struct server_loop *sl = arg;
	struct orpc_server *server = sl->server;

	orpc_loop_run(sl->loop);
	while (!single_is_over(sl))
		orpc_loop_turn(sl->loop, LOOK_MS);
	pthread_mutex_lock(&server->lock);
	while (sl->pins)
		pthread_cond_wait(&server->thread_gone, &server->lock);
	single_unlink(server, sl);
	orpc_i_stats_keep(server, sl);
	if (orpc_i_loop_is_held(sl->loop)) {
		sl->next = server->left;
		server->left = sl;
		sl = NULL;
	}
	pthread_mutex_unlock(&server->lock);
	if (sl)
		single_free(sl);
	pthread_mutex_lock(&server->lock);
	server->n_threads--;
	pthread_cond_broadcast(&server->thread_gone);
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

static struct server_loop *
single_new(struct orpc_server *server)
{
	struct server_loop *sl = calloc(1, sizeof(*sl));

	if (!sl)
		return NULL;
	sl->own = sl->single = true;
	if (orpc_loop_new(&sl->loop)) {
		free(sl);
		return NULL;
	}
	/* Each client has one: every descriptor counts. */
	orpc_i_loop_set_lean(sl->loop);
	if (orpc_i_server_loop_init(server, sl, server->n_loops)) {
		orpc_loop_free(sl->loop);
		free(sl);
		return NULL;
	}
	return sl;
}

struct server_loop *
orpc_i_thread_open(struct orpc_server *server)
{
	return single_new(server);
}

int
orpc_i_thread_start(struct server_loop *sl)
{
	struct orpc_server *server = sl->server;
	int r;

	pthread_mutex_lock(&server->lock);
	sl->next = server->threads;
	server->threads = sl;
	server->n_threads++;
	r = orpc_i_thread_create(&sl->thread, single_thread, sl);
	if (r) {
		single_unlink(server, sl);
		server->n_threads--;
	} else {
		pthread_detach(sl->thread);
	}
	pthread_mutex_unlock(&server->lock);
	return r;
}

void
orpc_i_thread_discard(struct server_loop *sl)
{
	orpc_loop_turn(sl->loop, 0);
	orpc_i_server_close_conns(sl, -ORPC_E_BUSY);
	orpc_loop_turn(sl->loop, 0);
	single_free(sl);
}

void
orpc_i_threads_free(struct orpc_server *server)
{
	struct server_loop *sl;

	while ((sl = server->left)) {
		server->left = sl->next;
		/* The handles that held it have been closed since. */
		orpc_loop_turn(sl->loop, 0);
		single_free(sl);
	}
}

bool
orpc_i_threads_are_mine(struct orpc_server *server)
{
	bool mine = false;

	pthread_mutex_lock(&server->lock);
	for (struct server_loop *sl = server->threads; sl; sl = sl->next)
		mine = mine || orpc_i_loop_is_turning_here(sl->loop);
	pthread_mutex_unlock(&server->lock);
	return mine;
}

/* One after another: each is held in the list while it is waited for.  Who
 * joins meanwhile is new. */
void
orpc_i_threads_quiesce(struct orpc_server *server)
{
	struct server_loop *next;

	pthread_mutex_lock(&server->lock);
	for (struct server_loop *sl = server->threads; sl; sl = next) {
		sl->pins++;
		pthread_mutex_unlock(&server->lock);
		orpc_i_loop_quiesce(sl->loop);
		pthread_mutex_lock(&server->lock);
		next = sl->next;
		if (--sl->pins == 0)
			pthread_cond_broadcast(&server->thread_gone);
	}
	pthread_mutex_unlock(&server->lock);
}

void
orpc_i_threads_stop(struct orpc_server *server)
{
	pthread_mutex_lock(&server->lock);
	for (struct server_loop *sl = server->threads; sl; sl = sl->next)
		orpc_i_server_loop_stop(sl);
	pthread_mutex_unlock(&server->lock);
}

void
orpc_i_threads_wait(struct orpc_server *server)
{
	pthread_mutex_lock(&server->lock);
	while (server->n_threads)
		pthread_cond_wait(&server->thread_gone, &server->lock);
	pthread_mutex_unlock(&server->lock);
}
