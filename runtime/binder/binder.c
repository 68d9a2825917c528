/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder: a server with the three versions of the protocol, the registry
 * behind them, and who may ask.  Everything runs on one loop.
 */
#include "runtime/binder/binder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "xdr/base.h"

#define BINDER_PROGRAM 100000u
#define ENTRIES_MAX 65536u
#define PER_OWNER_MAX 4096u
/* Lists that wait to be read by a caller who asked for many at once; above it
 * we turn to the others first. */
#define QUEUED_MAX ((size_t)256 << 10)
/* The largest call: CALLIT with a datagram's worth of arguments. */
#define RECORD_MAX ((size_t)64 << 10)

void
orpc_i_binder_log(struct orpc_binder *b, enum orpc_log_level level,
    const char *format, ...)
{
	char line[512];
	va_list args;

	if (!b->log)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	b->log(b->log_ctx, level, line);
}

/* ---- Who may ask -------------------------------------------------------------------- */

/* Strangers over UDP are rated: their source may be made up, and the answer
 * goes there. */
static int
caller_judge(struct orpc_binder *b, struct orpc_request *rq)
{
	socklen_t n;
	const struct sockaddr *peer = orpc_request_peer(rq, &n);
	bool listed = b->n_allow == 0;

	if (orpc_i_caller_is_local(peer, n))
		return 0;
	if (orpc_request_transport(rq) == ORPC_UDP &&
	    !orpc_i_rates_take(&b->rates, peer, n, orpc_now_ns()))
		return ORPC_DROP;
	for (size_t i = 0; i < b->n_allow && !listed; i++)
		listed = orpc_i_network_has(&b->allow[i], peer, n);
	return listed ? 0 : ORPC_R_AUTH_TOOWEAK;
}

/* Runs before arguments are decoded, for procedure 0 as well: so calls are
 * counted here. */
static int
binder_authorize(void *ctx, struct orpc_request *rq)
{
	struct orpc_binder *b = ctx;
	uint32_t version = orpc_request_program(rq)->version;
	uint32_t number = orpc_request_proc(rq)->number;
	int result = caller_judge(b, rq);

	if (!result && number < ARRAY_LEN(b->stats[0].procs))
		b->stats[version - 2].procs[number]++;
	return result;
}

static int
allow_read(const char *const *texts, struct orpc_i_network **out,
    size_t *out_n)
{
	struct orpc_i_network *list;
	size_t n = 0;

	*out = NULL;
	*out_n = 0;
	while (texts && texts[n])
		n++;
	if (n == 0)
		return 0;
	list = calloc(n, sizeof(*list));
	if (!list)
		return -OXDR_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		if (orpc_i_network_parse(texts[i], &list[i])) {
			free(list);
			return -ORPC_E_ADDRESS;
		}
	}
	*out = list;
	*out_n = n;
	return 0;
}

int
orpc_binder_reload(struct orpc_binder *b,
    const struct orpc_binder_options *options)
{
	struct orpc_i_network *allow;
	size_t n_allow;
	uint32_t rate = options->rate ? options->rate : ORPC_BINDER_RATE, burst, seed;
	int result = allow_read(options->allow, &allow, &n_allow);

	if (result)
		return result;
	free(b->allow);
	b->allow = allow;
	b->n_allow = n_allow;
	b->callit = options->callit;
	if (b->group >= 0)
		orpc_i_group_join(&b->group);
	burst = options->burst ? options->burst :
	    rate > UINT32_MAX / 4 ? UINT32_MAX : rate * 4;
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = 0;
	orpc_i_rates_init(&b->rates, rate, burst, seed);
	return 0;
}

/* ---- Listening -------------------------------------------------------------------------- */

static void
list_address(struct orpc_binder *b, const char *text)
{
	static const struct orpc_i_owner self = { .uid = ORPC_I_OWNER_BINDER };
	struct sockaddr_storage ss;
	socklen_t n;
	struct orpc_addr addr;
	char uaddr[ORPC_HOST_MAX + 16];
	const char *netid;
	bool v6;

	if (orpc_addr_parse(text, &addr))
		return;
	v6 = strchr(addr.host, ':');
	if (addr.transport == ORPC_UNIX) {
		netid = "local";
		snprintf(uaddr, sizeof(uaddr), "%s", addr.host);
	} else {
		netid = addr.transport == ORPC_UDP ? v6 ? "udp6" : "udp" :
		    v6 ? "tcp6" : "tcp";
		snprintf(uaddr, sizeof(uaddr), "%s.%u.%u", addr.host,
		    addr.port >> 8, addr.port & 255);
		if (orpc_uaddr_to_sockaddr(netid, uaddr, &ss, &n))
			return;
	}
	if (addr.transport == ORPC_UDP && !strcmp(addr.host, "::"))
		orpc_i_group_join(&b->group);
	/* A second address of one transport has no place of its own. */
	for (uint32_t version = 4; version >= 2; version--)
		if (version > 2 || (addr.transport != ORPC_UNIX && !v6))
			orpc_i_registry_set(b->registry, BINDER_PROGRAM,
			    version, netid, uaddr, &self, NULL);
}

static void
list_new_addresses(struct orpc_binder *b)
{
	char text[ORPC_HOST_MAX + 32];

	while (orpc_server_address(b->server, b->n_listed, text,
	    sizeof(text)) >= 0) {
		list_address(b, text);
		orpc_i_binder_log(b, ORPC_LOG_INFO, "listening on %s", text);
		b->n_listed++;
	}
}

int
orpc_binder_listen(struct orpc_binder *b, const char *address,
    struct orpc_error *error)
{
	int result = orpc_server_listen(b->server, address, error);

	list_new_addresses(b);
	return result;
}

int
orpc_binder_listen_activated(struct orpc_binder *b, struct orpc_error *error)
{
	int result = orpc_server_listen_activated(b->server, error);

	list_new_addresses(b);
	return result;
}

int
orpc_binder_address(struct orpc_binder *b, size_t i, char *buf, size_t n)
{
	return orpc_server_address(b->server, i, buf, n);
}

/* ---- Life --------------------------------------------------------------------------------- */

static int
binder_start(struct orpc_binder *b, const struct orpc_binder_options *o,
    struct orpc_error *error)
{
	struct orpc_server_options server = {
		.max_record_bytes = RECORD_MAX,
		.max_queued_bytes = QUEUED_MAX,
		.idle_timeout_ms = UINT32_MAX,
		.drain_timeout_ms = 1000,
		.flags = o->flags & ORPC_BINDER_NOTIFY ?
		    ORPC_SERVER_NOTIFY : 0,
		.log = o->log, .log_ctx = o->log_ctx,
		.authorize = binder_authorize, .authorize_ctx = b };
	int result = 0;

	b->group = -1;
	b->waiting_end = &b->waiting;
	b->log = o->log;
	b->log_ctx = o->log_ctx;
	b->loop = o->loop;
	b->own_loop = !o->loop;
	b->reap_ms = o->reap_ms ? o->reap_ms : ORPC_BINDER_REAP_MS;
	if (b->own_loop)
		result = orpc_loop_new(&b->loop);
	if (!result)
		result = orpc_binder_reload(b, o);
	if (!result)
		result = orpc_i_registry_new(o->max_entries ?
		    o->max_entries : ENTRIES_MAX, o->max_per_owner ?
		    o->max_per_owner : PER_OWNER_MAX, &b->registry);
	server.loop = b->loop;
	if (!result)
		result = orpc_server_open(&server, &b->server);
	if (!result)
		result = orpc_i_binder_serve(b);
	if (!result && o->journal)
		result = orpc_i_binder_load(b, o->journal, error);
	if (!result)
		result = orpc_i_binder_reap_start(b);
	return result;
}

int
orpc_binder_open(const struct orpc_binder_options *options,
    struct orpc_binder **out, struct orpc_error *error)
{
	static const struct orpc_binder_options defaults;
	struct orpc_binder *b = calloc(1, sizeof(*b));
	int result;

	if (error)
		*error = (struct orpc_error){ .step = ORPC_STEP_SERVE };
	if (!b)
		return -OXDR_E_NOMEM;
	result = binder_start(b, options ? options : &defaults, error);
	if (result) {
		if (error)
			error->code = result;
		orpc_binder_close(b);
		return result;
	}
	*out = b;
	return 0;
}

int
orpc_binder_run(struct orpc_binder *b)
{
	return orpc_server_run(b->server);
}

void
orpc_binder_stop(struct orpc_binder *b)
{
	orpc_server_stop(b->server);
}

void
orpc_binder_close(struct orpc_binder *b)
{
	if (!b)
		return;
	orpc_i_binder_reap_end(b);
	orpc_i_binder_callit_end(b);
	if (b->registry)
		orpc_i_binder_sync(b);
	/* A sync that was posted must find its binder. */
	if (b->sync_posted)
		orpc_loop_turn(b->loop, 0);
	orpc_server_close(b->server);
	orpc_i_group_leave(&b->group);
	orpc_i_journal_close(b->journal);
	orpc_i_registry_free(b->registry);
	free(b->allow);
	if (b->own_loop)
		orpc_loop_free(b->loop);
	free(b);
}
