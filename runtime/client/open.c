/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connecting while somebody waits: address by address of the list, each name
 * looked up, each program asked for at the binder where no port is given,
 * each number tried, all inside one deadline of which every candidate gets
 * its share.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/client/find.h"
#include "runtime/client/probe.h"
#include "runtime/client/session.h"

#define NS_PER_MS INT64_C(1000000)
/* Failed connections in a row are at least this far apart. */
#define BACKOFF_FIRST_MS 50u
#define BACKOFF_MAX_MS 5000u
/* A unix listener whose queue is full is asked again after this. */
#define BUSY_FIRST_NS (NS_PER_MS / 4)
#define BUSY_MAX_NS (50 * NS_PER_MS)

/* One attempt; s->error says why it failed. */
struct attempt {
	struct session *s;
	int64_t deadline_ns;
	struct transport transport;
	struct orpc_i_sockaddr peer;
	int result;
};

static int
attempt_fail(struct attempt *a, int result, enum orpc_step step, int os_errno,
    const char *where)
{
	orpc_i_session_failed(a->s, result, step, os_errno, where);
	return result;
}

static void
sleep_ns(int64_t ns)
{
	struct timespec ts = { ns / 1000000000, (long)(ns % 1000000000) };

	nanosleep(&ts, NULL);
}

/* Starts a connection; a listener that is too busy is asked again. */
static int
attempt_start(struct attempt *a, enum orpc_transport_kind kind,
    const struct orpc_i_sockaddr *to, int64_t until_ns)
{
	unsigned flags = 0;
	int64_t pause = BUSY_FIRST_NS;
	int e;

	if (a->s->flags & ORPC_CLIENT_RESERVED_PORT)
		flags |= TRANSPORT_RESERVED_PORT;
	if (a->s->flags & ORPC_CLIENT_ANY_SOURCE)
		flags |= TRANSPORT_ANY_SOURCE;
	for (;;) {
		e = orpc_i_transport_connect(kind, orpc_i_sockaddr_ptr(to),
		    to->n, flags, &a->transport);
		if (e != -ORPC_E_BUSY || orpc_now_ns() + pause > until_ns)
			return e;
		sleep_ns(pause);
		pause = pause * 2 > BUSY_MAX_NS ? BUSY_MAX_NS : pause * 2;
	}
}

/* Tries one number until until_ns. */
static int
attempt_connect(struct attempt *a, enum orpc_transport_kind kind,
    const struct orpc_i_sockaddr *to, int64_t until_ns)
{
	struct transport *t = &a->transport;
	char where[sizeof(a->s->error.where)];
	int e = attempt_start(a, kind, to, until_ns);

	while (e == TRANSPORT_AGAIN) {
		e = orpc_i_transport_wait(t, t->want_send, until_ns);
		if (!e)
			e = t->ops->connected(t);
		if (e == -ORPC_E_TIMEOUT)
			t->os_errno = ETIMEDOUT;
		if (e < 0)
			t->ops->close(t);
	}
	if (!e) {
		a->peer = *to;
		return 0;
	}
	orpc_sockaddr_format(kind, orpc_i_sockaddr_ptr(to), to->n, where,
	    sizeof(where));
	/* Only the deadline of it all is a timeout: before that, this number
	 * does not answer. */
	if (e == -ORPC_E_TIMEOUT && orpc_now_ns() < a->deadline_ns)
		e = -ORPC_E_CONNECT;
	if (e == -ORPC_E_BUSY)
		e = -ORPC_E_CONNECT;
	return attempt_fail(a, e, ORPC_STEP_CONNECT, t->os_errno, where);
}

/* Asks the binder where the program listens. */
static int
attempt_find(struct attempt *a, const struct orpc_addr *addr,
    uint16_t *out_port)
{
	const struct orpc_i_find_query query = {
		.host = addr->host,
		.transport = addr->transport,
		.family = AF_UNSPEC,
		.program = a->s->program,
		.version = a->s->version,
		.binder = a->s->binder,
	};
	struct orpc_error *error = &a->s->error;
	int e;

	memset(error, 0, sizeof(*error));
	e = orpc_i_find(&query, a->deadline_ns, out_port, error);
	if (e) {
		error->code = e;
		if (!error->step)
			error->step = ORPC_STEP_BINDER;
	}
	return e;
}

/* Tries one address of the list. */
static int
attempt_address(struct attempt *a, const struct orpc_addr *addr)
{
	struct orpc_i_addresses found;
	uint16_t port = 0;
	int e;

	e = orpc_i_resolve(addr, a->deadline_ns, &found);
	if (e)
		return attempt_fail(a, e, ORPC_STEP_RESOLVE, 0, addr->host);
	if (!addr->port && addr->transport != ORPC_UNIX) {
		e = attempt_find(a, addr, &port);
		if (e)
			return e;
		for (unsigned i = 0; i < found.n; i++)
			orpc_i_sockaddr_set_port(&found.a[i], port);
	}
	if (orpc_i_session_probes(a->s, addr->transport, found.n))
		orpc_i_probe(&found, a->s->program, a->s->version,
		    a->deadline_ns);
	e = -ORPC_E_CONNECT;
	for (unsigned i = 0; i < found.n && e; i++) {
		int64_t now = orpc_now_ns();
		int64_t share = (a->deadline_ns - now) / (found.n - i);

		if (i && share <= 0)
			break;
		e = attempt_connect(a, addr->transport, &found.a[i],
		    now + share);
	}
	return e;
}

/* Tries the list, starting with the address that was good last. */
static void
attempt_run(struct attempt *a)
{
	struct session *s = a->s;
	int64_t whole = a->deadline_ns;
	unsigned first = s->at;

	for (unsigned i = 0; i < s->n_addresses; i++) {
		int64_t now = orpc_now_ns();

		s->at = (first + i) % s->n_addresses;
		a->deadline_ns = now + (whole - now) / (s->n_addresses - i);
		a->result = attempt_address(a, &s->addresses[s->at]);
		if (!a->result || a->result == -OXDR_E_NOMEM)
			break;
		if (now >= whole)
			break;
	}
}

/* Waits while another thread connects, or until failures are far enough
 * apart. */
static int
connect_turn(struct session *s, int64_t deadline_ns)
{
	int64_t now = orpc_now_ns();

	while (s->connecting && now < deadline_ns) {
		orpc_i_sync_sleep(&s->sync, NULL, deadline_ns);
		if (s->calls.channel)
			return 0;
		now = orpc_now_ns();
	}
	while (s->backoff.tries && now < s->backoff.next_ns &&
	    now < deadline_ns) {
		orpc_i_sync_sleep(&s->sync, NULL,
		    s->backoff.next_ns < deadline_ns ? s->backoff.next_ns :
		    deadline_ns);
		if (s->calls.channel)
			return 0;
		now = orpc_now_ns();
	}
	return now < deadline_ns && !s->connecting ? 0 : -ORPC_E_TIMEOUT;
}

void
orpc_i_session_backoff(struct session *s)
{
	int64_t now = orpc_now_ns();

	if (s->backoff.tries)
		orpc_i_retry_again(&s->backoff, now, orpc_i_random());
	else
		orpc_i_retry_start(&s->backoff, now, BACKOFF_FIRST_MS,
		    BACKOFF_MAX_MS, orpc_i_random());
}

int
orpc_i_session_attempt(struct session *s, int64_t deadline_ns,
    struct transport *out, struct orpc_i_sockaddr *out_peer)
{
	struct attempt a = { .s = s, .deadline_ns = deadline_ns };

	attempt_run(&a);
	*out = a.transport;
	*out_peer = a.peer;
	return a.result;
}

int
orpc_i_session_connect(struct session *s, int64_t deadline_ns)
{
	struct orpc_i_sockaddr peer;
	struct transport t;
	bool open;
	int e = connect_turn(s, deadline_ns);

	if (e || s->calls.channel)
		return e;
	s->connecting = true;
	orpc_i_sync_unlock(&s->sync);
	e = orpc_i_session_attempt(s, deadline_ns, &t, &peer);
	orpc_i_sync_lock(&s->sync);
	s->connecting = false;
	open = !e;
	if (!e && s->closed)
		e = -ORPC_E_CANCELLED;
	if (!e)
		e = orpc_i_session_connected(s, &t, &peer);
	if (e && open)
		t.ops->close(&t);
	if (e)
		orpc_i_session_backoff(s);
	orpc_i_sync_wake(&s->sync);
	return e;
}
