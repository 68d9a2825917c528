/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making and ending servers.  A server that is open has all its parts; running
 * (run.c) only starts threads.
 */
#include "runtime/server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "xdr/base.h"

#define THREADS_MAX 1024u
/* Calls that wait for a worker, of all connections. */
#define QUEUED_MAX 65536u
/* Descriptors that are not connections. */
#define OTHER_FDS 32u
/* A loop that is closed looks so often whether the replies that are on their
 * way to it have come; they ring. */
#define SETTLE_MS 50

void
orpc_i_server_log(struct orpc_server *server, enum orpc_log_level level,
    const char *format, ...)
{
	char line[512];
	va_list args;

	if (!server->o.log)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	server->o.log(server->o.log_ctx, level, line);
}

int
orpc_i_server_fail(struct orpc_error *error, int code, int os_errno,
    const char *where)
{
	if (!error)
		return code;
	memset(error, 0, sizeof(*error));
	error->code = code;
	error->step = ORPC_STEP_SERVE;
	error->os_errno = os_errno;
	snprintf(error->where, sizeof(error->where), "%s", where);
	return code;
}

/* ---- Options --------------------------------------------------------- */

static uint32_t
descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > INT32_MAX)
		return INT32_MAX;
	if (limit.rlim_cur <= 2 * OTHER_FDS)
		return (uint32_t)limit.rlim_cur / 2 + 1;
	return (uint32_t)limit.rlim_cur - OTHER_FDS;
}

#define DEFAULT(member, value) \
	do { if (!o->member) o->member = (value); } while (0)

static void
options_fill(struct orpc_server_options *o)
{
	DEFAULT(threads, 1);
	/* With a thread each, a connection costs a loop's descriptors too. */
	DEFAULT(max_connections, o->flags & ORPC_SERVER_THREAD_PER_CONNECTION ?
	    descriptors() / 3 : descriptors());
	DEFAULT(max_per_peer, UINT32_MAX);
	DEFAULT(max_in_flight, 1024);
	DEFAULT(max_nesting, 8);
	DEFAULT(max_record_bytes, (size_t)4 << 20);
	DEFAULT(max_fragments, 4096);
	DEFAULT(max_queued_bytes, (size_t)4 << 20);
	DEFAULT(max_partial_bytes, (size_t)64 << 20);
	DEFAULT(idle_timeout_ms, 6 * 60 * 1000);
	DEFAULT(record_timeout_ms, 30 * 1000);
	DEFAULT(drain_timeout_ms, 5 * 1000);
	DEFAULT(replay_bytes, ORPC_I_REPLAY_BYTES);
	DEFAULT(replay_entries, ORPC_I_REPLAY_ENTRIES);
	DEFAULT(replay_reply_max, ORPC_I_REPLAY_REPLY_MAX);
}

static bool
options_valid(const struct orpc_server_options *o)
{
	if (o->threads > THREADS_MAX || o->workers > THREADS_MAX)
		return false;
	return !o->loop || (o->threads <= 1 &&
	    !(o->flags & ORPC_SERVER_THREAD_PER_CONNECTION));
}

/* ---- Loops ----------------------------------------------------------- */

/* The loop's share of the replay cache. */
static int
loop_replay_init(struct orpc_server *server, struct server_loop *sl)
{
	const struct orpc_server_options *o = &server->o;
	uint32_t shares = sl->single ? 64 : o->threads;
	struct orpc_i_replay_limits limits = {
		.window_ns = ORPC_I_REPLAY_WINDOW_NS,
		.bytes = o->replay_bytes / shares,
		.entries = o->replay_entries / shares,
		.per_client = ORPC_I_REPLAY_PER_CLIENT,
		.reply_max = o->replay_reply_max
	};
	int r;

	if (o->flags & ORPC_SERVER_NO_REPLAY_CACHE)
		return 0;
	if (!limits.bytes || !limits.entries)
		return -ORPC_E_INVAL;
	r = orpc_i_replay_init(&sl->replay, &limits, NULL, server->seed);
	sl->has_replay = r == 0;
	return r;
}

int
orpc_i_server_loop_init(struct orpc_server *server, struct server_loop *sl,
    uint32_t slot)
{
	const struct orpc_server_options *o = &server->o;
	struct dispatcher *d = &sl->dispatcher;
	int r = loop_replay_init(server, sl);

	if (r)
		return r;
	sl->server = server;
	if (sl->own)
		orpc_i_loop_set_spin(sl->loop, o->spin_us * INT64_C(1000));
	orpc_i_dispatcher_init(d, sl->loop, &server->services);
	d->workers = server->workers;
	d->replay = sl->has_replay ? &sl->replay : NULL;
	d->authorize = o->authorize;
	d->authorize_ctx = o->authorize_ctx;
	if (o->flags & ORPC_SERVER_RELAXED)
		d->reader_flags = DISPATCH_RELAXED;
	if (o->flags & ORPC_SERVER_REPLAY_ACROSS_RECONNECT)
		d->flags |= DISPATCH_ACROSS_RECONNECT;
	d->slot = slot;
	d->max_held_bytes = o->max_queued_bytes;
	d->max_datagrams_open = o->max_in_flight;
	orpc_i_dispatcher_quicken(d, &server->limits);
	return orpc_i_sweep_init(sl);
}

void
orpc_i_server_loop_fini(struct server_loop *sl)
{
	if (!sl->server)
		return;
	orpc_i_ports_close(sl);
	orpc_i_loop_timer_clear(sl->loop, &sl->drain_timer);
	orpc_i_sweep_fini(sl);
	orpc_i_buf_unref(sl->datagrams);
	orpc_i_dispatcher_fini(&sl->dispatcher);
	if (sl->has_replay)
		orpc_i_replay_fini(&sl->replay);
}

static int
server_open_loops(struct orpc_server *server)
{
	const struct orpc_server_options *o = &server->o;
	int r = 0;

	server->loops = calloc(o->threads, sizeof(*server->loops));
	if (!server->loops)
		return -OXDR_E_NOMEM;
	for (uint32_t i = 0; i < o->threads && !r; i++) {
		struct server_loop *sl = &server->loops[i];

		sl->loop = o->loop;
		if (!sl->loop) {
			r = orpc_loop_new(&sl->loop);
			if (r)
				break;
			sl->own = true;
		}
		server->n_loops = i + 1;
		r = orpc_i_server_loop_init(server, sl, i);
	}
	return r;
}

/* ---- Life ------------------------------------------------------------ */

static void
server_limits(struct orpc_server *server)
{
	const struct orpc_server_options *o = &server->o;

	server->partial.limit = o->max_partial_bytes;
	server->limits = (struct channel_limits){
		.record = {
			.max_bytes = o->max_record_bytes,
			.max_fragments = o->max_fragments,
			.budget = &server->partial
		},
		.max_calls_in = o->max_in_flight,
		.max_queued_bytes = o->max_queued_bytes
	};
}

static int
server_open_parts(struct orpc_server *server)
{
	int r = orpc_i_services_init(&server->services);

	if (r)
		return r;
	server_limits(server);
	server->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	server->seed = (uint64_t)orpc_i_random() << 32 | orpc_i_random();
	if (server->o.workers)
		r = orpc_i_pool_new(server->o.workers, QUEUED_MAX,
		    &server->workers);
	return r ? r : server_open_loops(server);
}

int
orpc_server_open(const struct orpc_server_options *options,
    struct orpc_server **out)
{
	struct orpc_server *server;
	int r;

	if (options && !options_valid(options))
		return -ORPC_E_INVAL;
	server = calloc(1, sizeof(*server));
	if (!server)
		return -OXDR_E_NOMEM;
	server->reserve = -1;
	if (options)
		server->o = *options;
	options_fill(&server->o);
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->thread_gone, NULL);
	r = server_open_parts(server);
	if (r) {
		orpc_server_close(server);
		return r;
	}
	*out = server;
	return 0;
}

/* Lets a loop do what closing has left: hooks of channels, replies on their
 * way home. */
static void
loop_settle(struct server_loop *sl)
{
	/* Connections that were on their way to it. */
	if (sl->own)
		orpc_loop_turn(sl->loop, 0);
	orpc_i_server_close_conns(sl, -ORPC_E_CANCELLED);
	while (sl->n_conns || !orpc_i_dispatcher_orphan(&sl->dispatcher))
		orpc_loop_turn(sl->loop, SETTLE_MS);
}

static void
server_free_loops(struct orpc_server *server)
{
	for (uint32_t i = 0; i < server->n_loops; i++) {
		struct server_loop *sl = &server->loops[i];

		if (sl->server) {
			loop_settle(sl);
			orpc_i_server_loop_fini(sl);
		}
		if (sl->own)
			orpc_loop_free(sl->loop);
	}
	free(server->loops);
}

void
orpc_server_close(struct orpc_server *server)
{
	if (!server)
		return;
	atomic_store(&server->stopping, true);
	orpc_i_listeners_close(server);
	orpc_i_pool_free(server->workers);
	if (server->unregister)
		server->unregister(server, 0, 0);
	if (server->n_loops)
		orpc_i_loop_timer_clear(server->loops[0].loop,
		    &server->accept_timer);
	server_free_loops(server);
	orpc_i_threads_free(server);
	orpc_i_listeners_free(server);
	if (server->reserve >= 0)
		close(server->reserve);
	free(server->quotas);
	orpc_i_versions_free(server);
	orpc_i_services_fini(&server->services);
	pthread_cond_destroy(&server->thread_gone);
	pthread_mutex_destroy(&server->lock);
	free(server);
}
