/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keeps a server's programs registered.
 *
 * What is wanted stands in a list; apply() makes the binder agree with it,
 * waiting.  To notice a restart of the binder the loop holds a connection to
 * it on which nothing is ever said (the bell): when it breaks, a new one is
 * tried with backoff, and once it stands all of the list is registered again,
 * by a thread of its own since that waits.
 *
 *	idle --watch--> down --connected--> applying --done--> up --EOF--> down
 */
#include "runtime/bind/register.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/bind/session.h"
#include "runtime/io/addr.h"
#include "runtime/io/loop.h"
#include "runtime/io/resolve.h"
#include "runtime/proto/retry.h"
#include "xdr/base.h"

#define NS_PER_S INT64_C(1000000000)
#define APPLY_S 10
#define PROBE_S 1
#define RETRY_FIRST_MS 100
#define RETRY_MAX_MS 5000

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
	struct orpc_i_watch bell;
	int bell_fd;			/* -1: none */
	struct orpc_i_retry retry;
	struct orpc_i_timer timer;
	bool thread_runs;
	pthread_t thread;
	int thread_result;
	struct orpc_i_task thread_done;
};

static void bell_lost(struct orpc_i_registrar *r);

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
static void registrar_on_timer(void *ctx);
static void bell_on_event(void *ctx, int fd, unsigned events);

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
	r->bell_fd = -1;
	r->bell.fn = bell_on_event;
	r->bell.ctx = r;
	r->timer.fn = registrar_on_timer;
	r->timer.ctx = r;
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

/* ---- Taking over ------------------------------------------------------------------ */

/* "0.0.0.0" can't be connected to: its loopback can. */
static int
probe_address(const struct orpc_i_mapping *map, char *buf, size_t n)
{
	struct orpc_i_sockaddr a, loopback;
	enum orpc_transport_kind transport;
	const struct sockaddr *sa = (const struct sockaddr *)&a.ss;

	if (orpc_uaddr_to_sockaddr(map->netid, map->uaddr, &a.ss, &a.n))
		return -ORPC_E_ADDRESS;
	transport = strncmp(map->netid, "udp", 3) ? ORPC_TCP : ORPC_UDP;
	orpc_i_sockaddr_numeric(sa->sa_family == AF_INET6 ? "::" : "0.0.0.0",
	    orpc_i_sockaddr_port(sa), &loopback);
	if (sa->sa_family != AF_UNIX && orpc_i_sockaddr_equal(sa, a.n,
	    orpc_i_sockaddr_ptr(&loopback), loopback.n))
		orpc_i_sockaddr_numeric(sa->sa_family == AF_INET6 ? "::1" :
		    "127.0.0.1", orpc_i_sockaddr_port(sa), &a);
	orpc_sockaddr_format(transport, (const struct sockaddr *)&a.ss, a.n,
	    buf, n);
	return 0;
}

/*
 * Does somebody serve the version there?  Only a clear no counts: nobody
 * listens, or who does answers that the program or version is not his.
 */
static bool
holder_is_dead(const struct orpc_i_mapping *map, int64_t deadline_ns)
{
	const struct orpc_program program = { .number = map->program,
	    .version = map->version };
	const int64_t until = orpc_now_ns() + PROBE_S * NS_PER_S;
	struct orpc_client_options options = {
		.connect_timeout_ms = PROBE_S * 1000,
		.flags = ORPC_CLIENT_NO_RECONNECT };
	struct orpc_client *client;
	struct orpc_call call = { .deadline_ns = until < deadline_ns ? until :
	    deadline_ns };
	char address[200];
	int result;

	if (probe_address(map, address, sizeof(address)))
		return true;
	result = orpc_client_open(address, &program, &options, &client, NULL);
	if (result)
		return result == -ORPC_E_CONNECT;
	result = orpc_call_dynamic(client, &call, map->program, map->version,
	    0, NULL, NULL, NULL, NULL);
	orpc_client_close(client);
	orpc_call_fini(&call);
	return result == ORPC_R_PROG_UNAVAIL ||
	    result == ORPC_R_PROG_MISMATCH || result == -ORPC_E_CONNECT ||
	    result == -ORPC_E_IO;
}

/* Does the mapping's port belong to us, who are about to register it? */
static bool
is_our_place(const struct orpc_i_mapping *held,
    const struct orpc_i_mapping *ours)
{
	struct orpc_i_sockaddr a, b;

	if (!strcmp(held->uaddr, ours->uaddr))
		return true;
	if (orpc_uaddr_to_sockaddr(held->netid, held->uaddr, &a.ss, &a.n) ||
	    orpc_uaddr_to_sockaddr(ours->netid, ours->uaddr, &b.ss, &b.n))
		return false;
	return orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&a)) != 0 &&
	    orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&a)) ==
	    orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&b));
}

/* The binder said no: whose is it, and may we have it? */
static int
take_over(struct orpc_i_registrar *r, struct orpc_i_session *s,
    const struct orpc_i_mapping *map)
{
	struct orpc_i_mapping held = *map;
	char owner[ORPC_I_OWNER_MAX], self[16];
	bool done = false;
	int result = orpc_i_session_holder(s, &held, owner);

	if (result == -ORPC_E_NOTFOUND)
		return -ORPC_E_DENIED;
	if (result)
		return result;
	snprintf(self, sizeof(self), "%u", (unsigned)geteuid());
	if (owner[0] >= '0' && owner[0] <= '9' && strcmp(owner, self) != 0)
		return -ORPC_E_EXISTS;
	if (!is_our_place(&held, map) && !holder_is_dead(&held,
	    s->deadline_ns))
		return -ORPC_E_EXISTS;
	registrar_log(r, ORPC_LOG_INFO, "taking over the stale registration "
	    "of program %u version %u at %s %s", map->program, map->version,
	    held.netid, held.uaddr);
	result = orpc_i_session_unset(s, &held, &done);
	if (result)
		return result;
	if (!done)
		return -ORPC_E_EXISTS;
	result = orpc_i_session_set(s, map, &done);
	if (result)
		return result;
	return done ? 0 : -ORPC_E_DENIED;
}

/* ---- Applying --------------------------------------------------------------------- */

static int
register_one(struct orpc_i_registrar *r, struct orpc_i_session *s,
    const struct orpc_i_mapping *map)
{
	bool done = false;
	int result = orpc_i_session_set(s, map, &done);

	if (result == -ORPC_E_NOTSUP)
		return 0;	/* a portmapper has no place for it */
	if (!result && !done)
		result = take_over(r, s, map);
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

static void *
registrar_thread(void *arg)
{
	struct orpc_i_registrar *r = arg;

	r->thread_result = orpc_i_registrar_apply(r, orpc_now_ns() +
	    APPLY_S * NS_PER_S, NULL);
	orpc_i_loop_post(r->loop, &r->thread_done);
	return NULL;
}

static void
registrar_apply_soon(struct orpc_i_registrar *r)
{
	sigset_t all, old;

	if (r->thread_runs)
		return;
	entries_forget_state(r);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r->thread_runs = pthread_create(&r->thread, NULL, registrar_thread,
	    r) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!r->thread_runs)
		bell_lost(r);
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
	if (r->thread_result == 0) {
		registrar_log(r, ORPC_LOG_INFO, "registered again with %s",
		    r->peer);
		orpc_i_retry_start(&r->retry, orpc_i_loop_now(r->loop),
		    RETRY_FIRST_MS, RETRY_MAX_MS, orpc_i_random());
		return;
	}
	registrar_log(r, ORPC_LOG_WARNING, "can't register with the binder: "
	    "%s", orpc_strerror(r->thread_result));
	bell_lost(r);
}

static void
bell_close(struct orpc_i_registrar *r)
{
	if (r->bell_fd < 0)
		return;
	orpc_i_watch_remove(&r->bell);
	close(r->bell_fd);
	r->bell_fd = -1;
}

/* The binder has gone, or was not there: try again later. */
static void
bell_lost(struct orpc_i_registrar *r)
{
	bell_close(r);
	orpc_i_retry_again(&r->retry, orpc_now_ns(), orpc_i_random());
	orpc_i_loop_timer_set(r->loop, &r->timer, r->retry.next_ns);
}

/* Connects the bell to the binder that answered last; nobody has yet:
 * -ORPC_E_NOTFOUND. */
static int
bell_connect(struct orpc_i_registrar *r)
{
	struct orpc_i_addresses found;
	struct orpc_addr addr;
	char peer[sizeof(r->peer)];
	int fd;

	pthread_mutex_lock(&r->mutex);
	memcpy(peer, r->peer, sizeof(peer));
	pthread_mutex_unlock(&r->mutex);
	if (orpc_addr_parse(peer, &addr) || addr.transport == ORPC_UDP)
		return -ORPC_E_NOTFOUND;
	/* A number or a path: does not wait. */
	if (orpc_i_resolve(&addr, 0, &found))
		return -ORPC_E_NOTFOUND;
	fd = socket(found.a[0].ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -ORPC_E_SYSTEM;
	if (connect(fd, orpc_i_sockaddr_ptr(&found.a[0]), found.a[0].n) < 0 &&
	    errno != EINPROGRESS) {
		close(fd);
		return -ORPC_E_CONNECT;
	}
	r->bell_fd = fd;
	if (orpc_i_watch_add(r->loop, &r->bell, fd, ORPC_LOOP_READ |
	    ORPC_LOOP_WRITE)) {
		close(fd);
		r->bell_fd = -1;
		return -ORPC_E_SYSTEM;
	}
	return 0;
}

static bool
everything_registered(struct orpc_i_registrar *r)
{
	struct orpc_i_mapping map;

	return !entry_next(r, false, 0, &map);
}

static void
bell_on_event(void *ctx, int fd, unsigned events)
{
	struct orpc_i_registrar *r = ctx;
	char junk[64];
	ssize_t n = recv(fd, junk, sizeof(junk), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
	    (events & ORPC_I_LOOP_HANGUP)) {
		if (everything_registered(r))
			registrar_log(r, ORPC_LOG_INFO,
			    "the binder at %s has gone", r->peer);
		entries_forget_state(r);
		bell_lost(r);
		return;
	}
	if (events & ORPC_LOOP_WRITE) {
		orpc_i_watch_set(&r->bell, ORPC_LOOP_READ);
		if (!everything_registered(r))
			registrar_apply_soon(r);
	}
}

static void
registrar_on_timer(void *ctx)
{
	struct orpc_i_registrar *r = ctx;
	int result;

	if (r->thread_runs)
		return;
	bell_close(r);
	result = bell_connect(r);
	if (result == -ORPC_E_NOTFOUND)
		registrar_apply_soon(r);
	else if (result)
		bell_lost(r);
}

int
orpc_i_registrar_watch(struct orpc_i_registrar *r, struct orpc_loop *loop)
{
	if (r->loop)
		return 0;
	r->loop = loop;
	orpc_i_retry_start(&r->retry, orpc_now_ns(), RETRY_FIRST_MS,
	    RETRY_MAX_MS, orpc_i_random());
	return orpc_i_loop_timer_set(loop, &r->timer, orpc_now_ns());
}

static void
registrar_unwatch(struct orpc_i_registrar *r)
{
	if (!r->loop)
		return;
	orpc_i_loop_timer_clear(r->loop, &r->timer);
	bell_close(r);
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
