/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One thread reads the store for everybody who wants to know.
 *
 * Watchers get what changed since they were last told.  A watcher that has
 * not taken its last lines gets no new ones: it will be told the newest state
 * once it has, so a slow one costs nothing.  As other servers may share the
 * store, it is also read once a second while anybody watches.
 */
#define _POSIX_C_SOURCE 200809L

#include "reporter.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "deliver.h"

struct question {
	struct orpc_request *rq;
	callback_kind lines_to;
	struct question *next;
};

/*
 * told[i] is what line i said last, UINT64_MAX: nothing yet.  The reporter's
 * thread owns it all, but for the two atomics that a connection's loop
 * writes.
 */
struct watcher {
	struct orpc_client *client;
	uint64_t *told;
	atomic_uint in_flight;
	atomic_bool gone;
	struct watcher *next;
};

struct reporter {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct question *questions;
	struct watcher *fresh;		/* not yet in `watchers` */
	bool news;
	bool stop;
	struct store *store;
	struct watcher *watchers;
	tally_line *lines;		/* how the poll stood when last read */
	uint32_t n_lines;
};

static int
take_line(void *ctx, const char *candidate, uint64_t votes)
{
	struct reporter *r = ctx;
	char *name = strdup(candidate);

	if (r->n_lines == CANDIDATES_MAX || !name) {
		free(name);
		return -1;
	}
	r->lines[r->n_lines].candidate = name;
	r->lines[r->n_lines++].votes = votes;
	return 0;
}

static void
forget_lines(struct reporter *r)
{
	for (uint32_t i = 0; i < r->n_lines; i++)
		free(r->lines[i].candidate);
	r->n_lines = 0;
}

static int
read_store(struct reporter *r)
{
	forget_lines(r);
	return store_tally(r->store, take_line, r);
}

static void
send_lines_to_caller(struct reporter *r, struct orpc_request *rq)
{
	for (uint32_t i = 0; i < r->n_lines; i++)
		if (deliver_standing_here(rq, &r->lines[i]) != 0)
			return;
}

static void
answer(struct reporter *r, const struct question *q)
{
	result_reply reply = { .known = read_store(r) == 0 };

	if (!reply.known) {
		reply.result_reply_u.reason = r->store->error;
	} else {
		if (q->lines_to == CALLBACK_HERE)
			send_lines_to_caller(r, q->rq);
		reply.result_reply_u.lines.tally_len = r->n_lines;
		reply.result_reply_u.lines.tally_val = r->lines;
	}
	election_v1_result_reply(q->rq, &reply);
}

static void
on_watcher_told(void *ctx, int result)
{
	struct watcher *w = ctx;

	if (result != 0)
		atomic_store(&w->gone, true);
	atomic_fetch_sub(&w->in_flight, 1);
}

static void
tell_watcher(struct reporter *r, struct watcher *w)
{
	if (atomic_load(&w->in_flight) > 0)
		return;
	for (uint32_t i = 0; i < r->n_lines && !atomic_load(&w->gone); i++) {
		if (w->told[i] == r->lines[i].votes)
			continue;
		atomic_fetch_add(&w->in_flight, 1);
		if (deliver_standing(w->client, &r->lines[i], on_watcher_told,
		    w) != 0) {
			atomic_fetch_sub(&w->in_flight, 1);
			atomic_store(&w->gone, true);
			return;
		}
		w->told[i] = r->lines[i].votes;
	}
}

static void
watcher_free(struct watcher *w)
{
	orpc_client_close(w->client);	/* ends what is in flight */
	free(w->told);
	free(w);
}

/* Those who have gone are freed once their last line has come to an end. */
static void
sweep_watchers(struct reporter *r)
{
	struct watcher **at = &r->watchers;

	while (*at) {
		struct watcher *w = *at;

		if (atomic_load(&w->gone) && atomic_load(&w->in_flight) == 0) {
			*at = w->next;
			watcher_free(w);
		} else {
			at = &w->next;
		}
	}
}

static void
tell_watchers(struct reporter *r)
{
	if (!r->watchers || read_store(r) != 0)
		return;
	for (struct watcher *w = r->watchers; w; w = w->next)
		tell_watcher(r, w);
	sweep_watchers(r);
}

/* Waits for work, a second at most while anybody watches.  With the mutex. */
static void
wait_for_work(struct reporter *r)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	while (!r->questions && !r->fresh && !r->news && !r->stop) {
		if (!r->watchers)
			pthread_cond_wait(&r->changed, &r->mutex);
		else if (pthread_cond_timedwait(&r->changed, &r->mutex,
		    &until) == ETIMEDOUT)
			return;
	}
}

static void
adopt_fresh(struct reporter *r, struct watcher *fresh)
{
	while (fresh) {
		struct watcher *next = fresh->next;

		fresh->next = r->watchers;
		r->watchers = fresh;
		fresh = next;
	}
}

static void *
run(void *ctx)
{
	struct reporter *r = ctx;
	struct question *questions;
	struct watcher *fresh;
	bool stop;

	do {
		pthread_mutex_lock(&r->mutex);
		wait_for_work(r);
		questions = r->questions;
		fresh = r->fresh;
		stop = r->stop;
		r->questions = NULL;
		r->fresh = NULL;
		r->news = false;
		pthread_mutex_unlock(&r->mutex);

		adopt_fresh(r, fresh);
		while (questions) {
			struct question *next = questions->next;

			answer(r, questions);	/* ends the question, too */
			questions = next;
		}
		tell_watchers(r);
	} while (!stop);
	return NULL;
}

struct reporter *
reporter_new(struct store *store)
{
	struct reporter *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->lines = calloc(CANDIDATES_MAX, sizeof(*r->lines));
	r->store = store;
	pthread_mutex_init(&r->mutex, NULL);
	pthread_cond_init(&r->changed, NULL);
	if (!r->lines || pthread_create(&r->thread, NULL, run, r) != 0) {
		free(r->lines);
		free(r);
		return NULL;
	}
	return r;
}

void
reporter_free(struct reporter *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->mutex);
	r->stop = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->mutex);
	pthread_join(r->thread, NULL);
	while (r->watchers) {
		struct watcher *w = r->watchers;

		r->watchers = w->next;
		watcher_free(w);
	}
	forget_lines(r);
	free(r->lines);
	pthread_mutex_destroy(&r->mutex);
	pthread_cond_destroy(&r->changed);
	free(r);
}

int
reporter_ask(struct reporter *r, struct orpc_request *rq,
    callback_kind lines_to)
{
	struct question *q = oxdr_arena_take(orpc_request_arena(rq),
	    sizeof(*q), _Alignof(struct question));

	if (!q)
		return -OXDR_E_NOMEM;
	q->rq = rq;
	q->lines_to = lines_to;
	pthread_mutex_lock(&r->mutex);
	q->next = r->questions;
	r->questions = q;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->mutex);
	return 0;
}

int
reporter_watch(struct reporter *r, struct orpc_client *client)
{
	struct watcher *w = calloc(1, sizeof(*w));

	if (!w)
		return -OXDR_E_NOMEM;
	w->client = client;
	w->told = malloc(CANDIDATES_MAX * sizeof(*w->told));
	if (!w->told) {
		free(w);
		return -OXDR_E_NOMEM;
	}
	for (size_t i = 0; i < CANDIDATES_MAX; i++)
		w->told[i] = UINT64_MAX;
	pthread_mutex_lock(&r->mutex);
	w->next = r->fresh;
	r->fresh = w;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->mutex);
	return 0;
}

void
reporter_news(struct reporter *r)
{
	pthread_mutex_lock(&r->mutex);
	r->news = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->mutex);
}
