/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keeps a server's programs registered.
 *
 * What is wanted stands in a list; apply() makes the binder agree with it,
 * waiting.  The bell tells when the binder has gone and come back: then all of
 * the list is registered again, by a thread of its own since that waits.
 */
#include "runtime/bind/register.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/bind/bell.h"
#include "runtime/bind/session.h"
#include "runtime/bind/takeover.h"
#include "runtime/io/addr.h"
#include "runtime/io/loop.h"
#include "xdr/base.h"

#define NS_PER_S INT64_C(1000000000)
#define APPLY_S 10

struct entry {
	struct entry *next;
	struct orpc_i_mapping map;
	bool registered;
};

/*
 * mutex guards entries and peer; applying is serialised by `turn`.  The rest
 * is the loop's.
 */
struct orpc_i_registrar {
	pthread_mutex_t mutex;
	pthread_mutex_t turn;
	struct entry *entries;
	char *binder;			/* NULL: the local one */
	char peer[300];			/* the binder that answered; "" yet */
	orpc_log_fn *log;
	void *log_ctx;

	struct orpc_loop *loop;		/* NULL: not watching */
	struct orpc_i_bell bell;
	bool thread_runs;
	pthread_t thread;
	int thread_result;
	struct orpc_i_task thread_done;
};

__attribute__((format(printf, 3, 4))) static void
registrar_log(struct orpc_i_registrar *r, enum orpc_log_level level,
    const char *format, ...)
{
	char line[512];
	va_list args;

	if (!r->log)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	r->log(r->log_ctx, level, line);
}

/* ---- The list ------------------------------------------------------------------ */

static void registrar_thread_done(struct orpc_i_task *task);

int
orpc_i_registrar_new(const char *binder, orpc_log_fn *log, void *log_ctx,
    struct orpc_i_registrar **out)
{
	struct orpc_i_registrar *r = calloc(1, sizeof(*r));

	if (!r)
		return -OXDR_E_NOMEM;
	if (binder) {
		r->binder = strdup(binder);
		if (!r->binder) {
			free(r);
			return -OXDR_E_NOMEM;
		}
	}
	pthread_mutex_init(&r->mutex, NULL);
	pthread_mutex_init(&r->turn, NULL);
	r->log = log;
	r->log_ctx = log_ctx;
	r->thread_done.fn = registrar_thread_done;
	*out = r;
	return 0;
}

static bool
same_triple(const struct orpc_i_mapping *a, const struct orpc_i_mapping *b)
{
	return a->program == b->program && a->version == b->version &&
	    strcmp(a->netid, b->netid) == 0;
}

static struct entry *
entry_find(struct orpc_i_registrar *r, const struct orpc_i_mapping *map)
{
	struct entry *e = r->entries;

	while (e && !same_triple(&e->map, map))
		e = e->next;
	return e;
}

int
orpc_i_registrar_add(struct orpc_i_registrar *r, uint32_t program,
    uint32_t version, enum orpc_transport_kind transport,
    const struct sockaddr *sa, socklen_t n_sa)
{
	struct entry *e = calloc(1, sizeof(*e));
	int result = 0;

	if (!e)
		return -OXDR_E_NOMEM;
	e->map.program = program;
	e->map.version = version;
	strcpy(e->map.netid, orpc_i_netid(transport, sa->sa_family));
	if (orpc_uaddr_from_sockaddr(sa, n_sa, e->map.uaddr,
	    sizeof(e->map.uaddr)) || e->map.uaddr[0] == '\0')
		result = -ORPC_E_NOTSUP;
	pthread_mutex_lock(&r->mutex);
	if (!result && entry_find(r, &e->map))
		result = -ORPC_E_EXISTS;
	if (!result) {
		e->next = r->entries;
		r->entries = e;
	}
	pthread_mutex_unlock(&r->mutex);
	if (result)
		free(e);
	return result;
}

/* Takes the n-th entry that is registered or not; false: there is none. */
static bool
entry_next(struct orpc_i_registrar *r, bool registered, size_t n,
    struct orpc_i_mapping *out)
{
	struct entry *e;

	pthread_mutex_lock(&r->mutex);
	for (e = r->entries; e; e = e->next)
		if (e->registered == registered && n-- == 0)
			break;
	if (e)
		*out = e->map;
	pthread_mutex_unlock(&r->mutex);
	return e;
}

static void
entry_mark(struct orpc_i_registrar *r, const struct orpc_i_mapping *map,
    bool registered)
{
	struct entry *e;

	pthread_mutex_lock(&r->mutex);
	e = entry_find(r, map);
	if (e)
		e->registered = registered;
	pthread_mutex_unlock(&r->mutex);
}

static void
entries_forget_state(struct orpc_i_registrar *r)
{
	pthread_mutex_lock(&r->mutex);
	for (struct entry *e = r->entries; e; e = e->next)
		e->registered = false;
	pthread_mutex_unlock(&r->mutex);
}

/* ---- Applying --------------------------------------------------------------------- */

static int
register_one(struct orpc_i_registrar *r, struct orpc_i_session *s,
    const struct orpc_i_mapping *map)
{
	struct orpc_i_mapping held;
	bool done = false;
	int result = orpc_i_session_set(s, map, &done);

	if (result == -ORPC_E_NOTSUP)
		return 0;	/* a portmapper has no place for it */
	if (!result && !done) {
		result = orpc_i_take_over(s, map, &held);
		if (!result)
			registrar_log(r, ORPC_LOG_INFO, "took over the stale "
			    "registration of program %u version %u at %s %s",
			    map->program, map->version, held.netid,
			    held.uaddr);
	}
	if (!result)
		entry_mark(r, map, true);
	return result;
}

static void
error_of_session(const struct orpc_i_session *s, int result,
    struct orpc_error *error)
{
	if (!error)
		return;
	*error = s->call.error;
	error->code = result;
	error->step = ORPC_STEP_BINDER;
	orpc_client_peer(s->client, error->where, sizeof(error->where));
}

static int
registrar_apply(struct orpc_i_registrar *r, int64_t deadline_ns,
    struct orpc_error *error)
{
	struct orpc_i_mapping map;
	struct orpc_i_session s;
	size_t failed = 0;
	int result, worst = 0;

	if (!entry_next(r, false, 0, &map))
		return 0;
	result = orpc_i_session_open(&s, r->binder, deadline_ns, error);
	if (result)
		return result;
	pthread_mutex_lock(&r->mutex);
	orpc_client_peer(s.client, r->peer, sizeof(r->peer));
	pthread_mutex_unlock(&r->mutex);
	while (entry_next(r, false, failed, &map)) {
		result = register_one(r, &s, &map);
		if (!result && !entry_next(r, false, failed, &map))
			break;
		if (result && !worst) {
			worst = result > 0 ? -ORPC_E_BINDER : result;
			error_of_session(&s, worst, error);
		}
		if (result)
			failed++;
		if (result == -ORPC_E_TIMEOUT || result == -ORPC_E_CLOSED)
			break;
	}
	orpc_i_session_close(&s);
	return worst;
}

int
orpc_i_registrar_apply(struct orpc_i_registrar *r, int64_t deadline_ns,
    struct orpc_error *error)
{
	int result;

	pthread_mutex_lock(&r->turn);
	result = registrar_apply(r, deadline_ns, error);
	pthread_mutex_unlock(&r->turn);
	return result;
}

/* ---- Removing ---------------------------------------------------------------------- */

/* Unregisters what `only` matches (version 0: everything). */
static int
registrar_unset(struct orpc_i_registrar *r, uint32_t program,
    uint32_t version, int64_t deadline_ns)
{
	struct orpc_i_mapping map;
	struct orpc_i_session s;
	bool done, open = false;
	size_t skip = 0;
	int result = 0;

	while (!result && entry_next(r, true, skip, &map)) {
		if (program && (map.program != program ||
		    map.version != version)) {
			skip++;
			continue;
		}
		if (!open)
			result = orpc_i_session_open(&s, r->binder,
			    deadline_ns, NULL);
		if (result)
			break;
		open = true;
		result = orpc_i_session_unset(&s, &map, &done);
		entry_mark(r, &map, false);
	}
	if (open)
		orpc_i_session_close(&s);
	return result > 0 ? -ORPC_E_BINDER : result;
}

int
orpc_i_registrar_remove(struct orpc_i_registrar *r, uint32_t program,
    uint32_t version, int64_t deadline_ns)
{
	struct entry **at, *e;
	bool found = false;
	int result;

	pthread_mutex_lock(&r->turn);
	result = registrar_unset(r, program, version, deadline_ns);
	pthread_mutex_lock(&r->mutex);
	for (at = &r->entries; (e = *at);) {
		if (e->map.program != program || e->map.version != version) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		free(e);
		found = true;
	}
	pthread_mutex_unlock(&r->mutex);
	pthread_mutex_unlock(&r->turn);
	return found ? result : -ORPC_E_NOTFOUND;
}

/* ---- Watching ------------------------------------------------------------------------ */

static bool
everything_registered(struct orpc_i_registrar *r)
{
	struct orpc_i_mapping map;

	return !entry_next(r, false, 0, &map);
}

static void *
registrar_thread(void *arg)
{
	struct orpc_i_registrar *r = arg;

	r->thread_result = orpc_i_registrar_apply(r, orpc_now_ns() +
	    APPLY_S * NS_PER_S, NULL);
	orpc_i_loop_post(r->loop, &r->thread_done);
	return NULL;
}

/* By a thread of its own, since it waits. */
static void
registrar_apply_soon(struct orpc_i_registrar *r)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r->thread_runs = pthread_create(&r->thread, NULL, registrar_thread,
	    r) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!r->thread_runs)
		orpc_i_bell_again(&r->bell);
}

static void
registrar_thread_done(struct orpc_i_task *task)
{
	struct orpc_i_registrar *r =
	    container_of(task, struct orpc_i_registrar, thread_done);

	if (!r->thread_runs)
		return;
	pthread_join(r->thread, NULL);
	r->thread_runs = false;
	if (r->thread_result) {
		registrar_log(r, ORPC_LOG_WARNING, "can't register with the "
		    "binder: %s", orpc_strerror(r->thread_result));
		orpc_i_bell_again(&r->bell);
	} else if (!everything_registered(r)) {
		/* The binder has gone, and perhaps come, meanwhile. */
		orpc_i_bell_again(&r->bell);
	} else {
		registrar_log(r, ORPC_LOG_INFO, "registered again with %s",
		    r->peer);
		orpc_i_bell_settle(&r->bell);
	}
}

static void
bell_where(void *ctx, char *buf, size_t n)
{
	struct orpc_i_registrar *r = ctx;

	pthread_mutex_lock(&r->mutex);
	snprintf(buf, n, "%s", r->peer);
	pthread_mutex_unlock(&r->mutex);
}

static void
bell_on_up(void *ctx)
{
	struct orpc_i_registrar *r = ctx;

	if (!r->thread_runs && !everything_registered(r))
		registrar_apply_soon(r);
}

static void
bell_on_lost(void *ctx)
{
	struct orpc_i_registrar *r = ctx;

	if (everything_registered(r))
		registrar_log(r, ORPC_LOG_INFO, "the binder at %s has gone",
		    r->peer);
	entries_forget_state(r);
}

static const struct orpc_i_bell_role bell_role = {
	.where = bell_where,
	.on_up = bell_on_up,
	.on_lost = bell_on_lost,
};

int
orpc_i_registrar_watch(struct orpc_i_registrar *r, struct orpc_loop *loop)
{
	if (r->loop)
		return 0;
	r->loop = loop;
	return orpc_i_bell_start(&r->bell, loop, &bell_role, r);
}

static void
registrar_unwatch(struct orpc_i_registrar *r)
{
	if (!r->loop)
		return;
	orpc_i_bell_stop(&r->bell);
	if (r->thread_runs) {
		/* It posts its end: let that find nothing to do. */
		pthread_join(r->thread, NULL);
		r->thread_runs = false;
		while (r->thread_done.queued &&
		    orpc_loop_turn(r->loop, 0) == 0)
			;
	}
	r->loop = NULL;
}

void
orpc_i_registrar_free(struct orpc_i_registrar *r, int64_t deadline_ns)
{
	struct entry *e;

	if (!r)
		return;
	registrar_unwatch(r);
	if (deadline_ns)
		registrar_unset(r, 0, 0, deadline_ns);
	while ((e = r->entries)) {
		r->entries = e->next;
		free(e);
	}
	pthread_mutex_destroy(&r->mutex);
	pthread_mutex_destroy(&r->turn);
	free(r->binder);
	free(r);
}
