/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connecting on a loop: the same road as open.c, as a chain of events.
 *
 *	PAUSE --> for each address: RESOLVE --> (FIND) -->
 *	    for each number: CONNECT --> (PROBE) --> connected
 *
 * PAUSE keeps failed connections in a row apart.  PROBE is for datagrams to a
 * name of several numbers: the null procedure is called, and the number that
 * answers is taken (see probe.c).  One timer bounds whatever is going on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/client/find.h"
#include "runtime/client/session.h"
#include "runtime/proto/message.h"

#define NS_PER_MS INT64_C(1000000)
#define BUSY_MS 2
#define PROBE_MS 300

/* `tried` addresses of the session have been; `at` is the number being tried
 * of those found; silent: a number that did not refuse the probe, plus 1. */
struct session_starter {
	struct session *s;
	struct orpc_i_timer timer;
	struct orpc_i_resolve *resolve;
	struct orpc_i_find *find;
	struct orpc_i_watch watch;
	struct transport transport;
	struct orpc_i_addresses found;
	unsigned at;
	unsigned silent;
	unsigned first;
	unsigned tried;
	int64_t deadline_ns;		/* of all */
	int64_t slice_ns;		/* of this address */
	uint32_t xid;
	bool probing;
	bool last_resort;		/* probing gave no answer */
};

static void starter_address(struct session_starter *st);
static void starter_number(struct session_starter *st);

static const struct orpc_addr *
starter_addr(const struct session_starter *st)
{
	return &st->s->addresses[st->s->at];
}

/* ---- The end ---------------------------------------------------------------- */

static void
starter_drop_transport(struct session_starter *st)
{
	orpc_i_watch_remove(&st->watch);
	if (st->transport.ops)
		st->transport.ops->close(&st->transport);
	st->transport.ops = NULL;
}

static void
starter_free(struct session_starter *st)
{
	orpc_i_loop_timer_clear(st->s->calls.loop, &st->timer);
	if (st->resolve)
		orpc_i_resolve_cancel(st->resolve);
	if (st->find)
		orpc_i_find_cancel(st->find);
	starter_drop_transport(st);
	st->s->starter = NULL;
	free(st);
}

void
orpc_i_session_stop(struct session *s)
{
	if (s->starter)
		starter_free(s->starter);
}

static void
starter_failed(struct session_starter *st)
{
	struct session *s = st->s;
	int e = s->error.code;

	starter_free(st);
	orpc_i_session_backoff(s);
	orpc_i_calls_fail(&s->calls, e, &s->error);
}

static void
starter_connected(struct session_starter *st)
{
	struct session *s = st->s;
	struct transport t = st->transport;
	struct orpc_i_sockaddr peer = st->found.a[st->at];
	int e;

	orpc_i_watch_remove(&st->watch);
	st->transport.ops = NULL;
	starter_free(st);
	e = orpc_i_session_connected(s, &t, &peer);
	if (!e)
		return;
	t.ops->close(&t);
	orpc_i_session_failed(s, e, ORPC_STEP_CONNECT, 0, s->calls.where);
	orpc_i_calls_fail(&s->calls, e, &s->error);
}

/* ---- Numbers ---------------------------------------------------------------- */

/* This number is no good: on to the next, or to the next address. */
static void
starter_next(struct session_starter *st, int result)
{
	char where[sizeof(st->s->error.where)];
	const struct orpc_i_sockaddr *to = &st->found.a[st->at];

	orpc_sockaddr_format(starter_addr(st)->transport,
	    orpc_i_sockaddr_ptr(to), to->n, where, sizeof(where));
	orpc_i_session_failed(st->s, result, ORPC_STEP_CONNECT,
	    st->transport.os_errno, where);
	starter_drop_transport(st);
	st->at++;
	starter_number(st);
}

static void
starter_set_timer(struct session_starter *st, int64_t due_ns)
{
	/* No memory for a timer: the calls' deadlines are left. */
	orpc_i_loop_timer_set(st->s->calls.loop, &st->timer, due_ns);
}

static void
starter_watch(struct session_starter *st, unsigned events)
{
	int64_t now = orpc_now_ns();
	int64_t share = (st->slice_ns - now) / (st->found.n - st->at);

	if (st->probing && share > PROBE_MS * NS_PER_MS)
		share = PROBE_MS * NS_PER_MS;
	if (orpc_i_watch_add(st->s->calls.loop, &st->watch, st->transport.fd,
	    events))
		starter_next(st, -ORPC_E_SYSTEM);
	else
		starter_set_timer(st, now + share);
}

/* Calls the null procedure. */
static void
starter_probe(struct session_starter *st)
{
	uint8_t bytes[ORPC_I_CALL_BYTES];
	const struct iovec iov = { bytes, sizeof(bytes) };
	size_t n;

	st->probing = true;
	st->xid = orpc_i_random();
	orpc_i_call_store(bytes, st->xid, st->s->program, st->s->version, 0);
	if (st->transport.ops->send(&st->transport, &iov, 1, &n))
		starter_next(st, -ORPC_E_CONNECT);
	else
		starter_watch(st, st->transport.want_recv);
}

static void
starter_probe_answer(struct session_starter *st)
{
	struct transport *t = &st->transport;
	uint8_t bytes[512];
	uint32_t xid;
	size_t n;
	int e = t->ops->recv(t, bytes, sizeof(bytes), 0, &n);

	if (!e && orpc_i_message_peek(bytes, n, &xid) == ORPC_I_REPLY &&
	    xid == st->xid)
		starter_connected(st);
	else if (e < 0 || (e && t->os_errno))
		starter_next(st, -ORPC_E_CONNECT);
}

static void
starter_on_event(void *ctx, int fd, unsigned events)
{
	struct session_starter *st = ctx;
	int e;

	(void)fd;
	(void)events;
	if (st->probing) {
		starter_probe_answer(st);
		return;
	}
	e = st->transport.ops->connected(&st->transport);
	if (e < 0)
		starter_next(st, e);
	else if (!e)
		starter_connected(st);
}

static void
starter_numbers_used_up(struct session_starter *st)
{
	if (!st->silent) {
		st->tried++;
		starter_address(st);
		return;
	}
	/* Nobody answered the probe, but this one did not refuse it. */
	st->at = st->silent - 1;
	st->silent = 0;
	st->last_resort = true;
	starter_number(st);
}

static void
starter_number(struct session_starter *st)
{
	const struct orpc_addr *addr = starter_addr(st);
	struct session *s = st->s;
	unsigned flags = 0;
	int e;

	orpc_i_loop_timer_clear(s->calls.loop, &st->timer);
	st->probing = false;
	if (st->at >= st->found.n) {
		starter_numbers_used_up(st);
		return;
	}
	if (s->flags & ORPC_CLIENT_RESERVED_PORT)
		flags |= TRANSPORT_RESERVED_PORT;
	if (s->flags & ORPC_CLIENT_ANY_SOURCE)
		flags |= TRANSPORT_ANY_SOURCE;
	e = orpc_i_transport_connect(addr->transport,
	    orpc_i_sockaddr_ptr(&st->found.a[st->at]), st->found.a[st->at].n,
	    flags, &st->transport);
	if (e == TRANSPORT_AGAIN)
		starter_watch(st, st->transport.want_send);
	else if (e == -ORPC_E_BUSY && orpc_now_ns() < st->slice_ns)
		starter_set_timer(st, orpc_now_ns() + BUSY_MS * NS_PER_MS);
	else if (e)
		starter_next(st, e == -ORPC_E_BUSY ? -ORPC_E_CONNECT : e);
	else if (!st->last_resort &&
	    orpc_i_session_probes(s, addr->transport, st->found.n))
		starter_probe(st);
	else
		starter_connected(st);
}

/* ---- Addresses --------------------------------------------------------------- */

static void
starter_on_found(void *ctx, int result, uint16_t port,
    const struct orpc_error *error)
{
	struct session_starter *st = ctx;

	st->find = NULL;
	if (result) {
		st->s->error = *error;
		st->s->error.code = result;
		st->tried++;
		starter_address(st);
		return;
	}
	for (unsigned i = 0; i < st->found.n; i++)
		orpc_i_sockaddr_set_port(&st->found.a[i], port);
	starter_number(st);
}

static void
starter_find(struct session_starter *st)
{
	const struct orpc_addr *addr = starter_addr(st);
	const struct orpc_i_find_query query = {
		.host = addr->host,
		.transport = addr->transport,
		.family = AF_UNSPEC,
		.program = st->s->program,
		.version = st->s->version,
		.binder = st->s->binder,
	};
	struct orpc_error error = { .step = ORPC_STEP_BINDER };
	int e;

	e = orpc_i_find_start(st->s->calls.loop, &query, st->slice_ns,
	    starter_on_found, st, &st->find);
	if (e)
		starter_on_found(st, e, 0, &error);
}

static void
starter_on_resolved(void *ctx, int result,
    const struct orpc_i_addresses *found)
{
	struct session_starter *st = ctx;
	const struct orpc_addr *addr = starter_addr(st);

	st->resolve = NULL;
	if (result) {
		orpc_i_session_failed(st->s, result, ORPC_STEP_RESOLVE, 0,
		    addr->host);
		st->tried++;
		starter_address(st);
		return;
	}
	st->found = *found;
	st->at = 0;
	if (!addr->port && addr->transport != ORPC_UNIX)
		starter_find(st);
	else
		starter_number(st);
}

/* On to the next address, or the end. */
static void
starter_address(struct session_starter *st)
{
	struct session *s = st->s;
	int64_t now = orpc_now_ns();
	unsigned left = s->n_addresses - st->tried;
	int e;

	if (!left || (st->tried && now >= st->deadline_ns)) {
		starter_failed(st);
		return;
	}
	s->at = (st->first + st->tried) % s->n_addresses;
	st->silent = 0;
	st->last_resort = false;
	st->slice_ns = now + (st->deadline_ns - now) / left;
	e = orpc_i_resolve_start(s->calls.loop, starter_addr(st),
	    st->slice_ns, starter_on_resolved, st, &st->resolve);
	if (e) {
		orpc_i_session_failed(s, e, ORPC_STEP_RESOLVE, 0,
		    starter_addr(st)->host);
		starter_failed(st);
	}
}

static void
starter_on_timer(void *ctx)
{
	struct session_starter *st = ctx;

	if (!st->transport.ops || st->transport.fd < 0) {
		/* The pause is over, or a busy listener is asked again. */
		if (st->deadline_ns) {
			starter_number(st);
			return;
		}
		st->deadline_ns = orpc_now_ns() +
		    (int64_t)st->s->connect_timeout_ms * NS_PER_MS;
		starter_address(st);
	} else {
		if (st->probing && !st->silent)
			st->silent = st->at + 1;
		st->transport.os_errno = ETIMEDOUT;
		starter_next(st, orpc_now_ns() < st->deadline_ns ?
		    -ORPC_E_CONNECT : -ORPC_E_TIMEOUT);
	}
}

int
orpc_i_session_start(struct session *s)
{
	struct session_starter *st;
	int64_t due = orpc_now_ns();
	int e;

	if (s->starter || s->connecting)
		return 0;
	st = calloc(1, sizeof(*st));
	e = -OXDR_E_NOMEM;
	if (st) {
		st->s = s;
		st->first = s->at;
		st->timer.fn = starter_on_timer;
		st->timer.ctx = st;
		st->watch.fn = starter_on_event;
		st->watch.ctx = st;
		/* Not from within a call's start: it may end at once. */
		if (s->backoff.tries && s->backoff.next_ns > due)
			due = s->backoff.next_ns;
		e = orpc_i_loop_timer_set(s->calls.loop, &st->timer, due);
	}
	if (e) {
		free(st);
		orpc_i_session_failed(s, e, ORPC_STEP_CONNECT, 0, "");
		return e;
	}
	s->starter = st;
	return 0;
}
