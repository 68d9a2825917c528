/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sessions: made from options, lost connections, the end.  See session.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/client/session.h"

#define MAX_IN_FLIGHT 65536u
#define MAX_NESTING 8u
#define RETRY_MS 300u
/* Bytes read at once by a blocking handle; grows by the record if need be. */
#define READ_BYTES ((size_t)32 << 10)
/* Of datagrams, which are read in one piece. */
#define DATAGRAM_BYTES ((size_t)64 << 10)
/* Unsent bytes at which a client stops reading what its peer sends. */
#define QUEUED_BYTES ((size_t)4 << 20)
#define MAX_FRAGMENTS 65536u

/* ---- The calls' role ------------------------------------------------------ */

static int
session_need(struct calls *calls, struct orpc_error *error)
{
	struct session *s = orpc_i_session_of(calls);
	int e;

	if (s->closed)
		return -ORPC_E_CANCELLED;
	if (s->was_open && s->flags & ORPC_CLIENT_NO_RECONNECT) {
		*error = s->error;
		return s->error.code ? s->error.code : -ORPC_E_CLOSED;
	}
	/* A blocking caller has connected before it came here, and the
	 * connection is gone again. */
	if (!s->calls.loop)
		return -ORPC_E_CLOSED;
	e = orpc_i_session_start(s);
	if (e)
		*error = s->error;
	return e;
}

static void
session_lost(struct calls *calls, int reason)
{
	struct session *s = orpc_i_session_of(calls);
	int e;

	orpc_i_session_failed(s, reason, ORPC_STEP_WAIT, 0, calls->where);
	if (!calls->queue.first)
		return;
	/* What may be repeated waits for the next connection; a blocking
	 * caller makes it when it wakes. */
	if (!calls->loop || s->closed)
		return;
	e = session_need(calls, &s->error);
	if (e)
		orpc_i_calls_fail(calls, e, &s->error);
}

/* The last handle has gone: nobody can start a call any more. */
static void
session_close(struct calls *calls)
{
	struct session *s = orpc_i_session_of(calls);

	s->closed = true;
	orpc_i_session_stop(s);
	if (calls->loop)
		orpc_i_loop_timer_clear(calls->loop, &calls->timer);
	if (calls->channel)
		orpc_i_channel_close(calls->channel, -ORPC_E_CANCELLED);
	if (calls->sync && calls->channel)
		orpc_i_sync_end(calls->sync, calls->channel);
}

static void
session_free(struct calls *calls)
{
	struct session *s = orpc_i_session_of(calls);

	orpc_i_calls_fini(calls);
	orpc_i_session_unserve(s);
	if (!calls->loop) {
		orpc_i_sync_fini(&s->sync);
		orpc_i_hub_free(s->hub);
	}
	free(s->binder);
	free(s);
}

static const struct calls_role session_calls = {
	.need = session_need,
	.lost = session_lost,
	.close = session_close,
	.free = session_free,
};

bool
orpc_i_calls_are_session(const struct calls *calls)
{
	return calls->role == &session_calls;
}

void
orpc_i_session_failed(struct session *s, int result, enum orpc_step step,
    int os_errno, const char *where)
{
	char copy[sizeof(s->error.where)] = "";

	/* where may be that of the error before. */
	orpc_i_where_set(copy, where);
	memset(&s->error, 0, sizeof(s->error));
	memcpy(s->error.where, copy, sizeof(copy));
	s->error.code = result;
	s->error.step = step;
	s->error.os_errno = os_errno;
}

/* ---- Making one ----------------------------------------------------------- */

/* Reads one address of the list. */
static int
session_add_address(struct session *s, const char *text, size_t n)
{
	char one[ORPC_HOST_MAX + 32];

	while (n && isspace((unsigned char)*text)) {
		text++;
		n--;
	}
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	if (n >= sizeof(one) || s->n_addresses == SESSION_ADDRESSES)
		return -ORPC_E_ADDRESS;
	memcpy(one, text, n);
	one[n] = '\0';
	return orpc_addr_parse(one, &s->addresses[s->n_addresses++]);
}

static int
session_read_addresses(struct session *s, const char *text)
{
	const char *end;
	int e;

	do {
		end = strchr(text, ',');
		if (!end)
			end = text + strlen(text);
		e = session_add_address(s, text, (size_t)(end - text));
		if (e)
			return e;
		if (!orpc_i_transport_ops(
		    s->addresses[s->n_addresses - 1].transport))
			return -ORPC_E_NOTSUP;
		if (s->addresses[s->n_addresses - 1].transport == ORPC_UDP &&
		    s->hub->read_bytes < DATAGRAM_BYTES)
			s->hub->read_bytes = DATAGRAM_BYTES;
		text = end + 1;
	} while (*end);
	return 0;
}

static uint32_t
or_default(uint32_t value, uint32_t otherwise)
{
	return value ? value : otherwise;
}

static int
session_take_options(struct session *s, const struct orpc_client_options *o)
{
	size_t max_reply = o->max_reply_bytes ? o->max_reply_bytes :
	    ORPC_REPLY_MAX;

	s->flags = o->flags;
	s->connect_timeout_ms = or_default(o->connect_timeout_ms,
	    ORPC_CONNECT_TIMEOUT_MS);
	s->calls.retry_ms = or_default(o->retry_ms, RETRY_MS);
	if (!(o->flags & ORPC_CLIENT_NO_RECONNECT))
		s->calls.flags |= CALLS_REPEAT;
	s->limits.record.max_bytes = max_reply;
	s->limits.record.max_fragments = MAX_FRAGMENTS;
	s->limits.max_queued_bytes = QUEUED_BYTES;
	s->limits.max_calls_in = UINT32_MAX;
	if (o->binder) {
		s->binder = strdup(o->binder);
		if (!s->binder)
			return -OXDR_E_NOMEM;
	}
	return 0;
}

static int
session_init(struct session *s, const struct orpc_client_options *o)
{
	int64_t spin_ns = (int64_t)o->spin_us * 1000;
	int e;

	orpc_i_calls_init(&s->calls, &session_calls, o->loop,
	    o->loop ? NULL : &s->sync,
	    or_default(o->max_in_flight, MAX_IN_FLIGHT));
	if (o->loop) {
		s->hub = orpc_i_hub_of(o->loop);
		return s->hub ? 0 : -OXDR_E_NOMEM;
	}
	e = orpc_i_sync_init(&s->sync, or_default(o->max_nesting,
	    MAX_NESTING), spin_ns);
	if (e)
		return e;
	s->hub = orpc_i_hub_new(READ_BYTES);
	if (s->hub)
		return 0;
	orpc_i_sync_fini(&s->sync);
	return -OXDR_E_NOMEM;
}

int
orpc_i_session_new(const char *address, const struct orpc_program *program,
    const struct orpc_client_options *options, struct session **out,
    struct orpc_error *error)
{
	static const struct orpc_client_options defaults;
	struct session *s = calloc(1, sizeof(*s));
	int e;

	if (!options)
		options = &defaults;
	if (!s)
		return -OXDR_E_NOMEM;
	e = session_init(s, options);
	if (e) {
		free(s);
		return e;
	}
	s->program = program->number;
	s->version = program->version;
	e = session_take_options(s, options);
	if (!e)
		e = session_read_addresses(s, address);
	if (!e) {
		*out = s;
		return 0;
	}
	if (error) {
		memset(error, 0, sizeof(*error));
		error->code = e;
		error->step = ORPC_STEP_ADDRESS;
		orpc_i_where_set(error->where, address);
	}
	orpc_i_calls_unref(&s->calls);
	return e;
}

int
orpc_i_session_handle(struct session *s, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out)
{
	struct orpc_client like = {
		.call_timeout_ms = ORPC_CALL_TIMEOUT_MS,
	};
	struct orpc_i_auth_sys sys;
	int e;

	if (options && options->call_timeout_ms)
		like.call_timeout_ms = options->call_timeout_ms;
	if (options && options->flags & ORPC_CLIENT_RELAXED)
		like.reader_flags = OXDR_READER_ANY_ENUM |
		    OXDR_READER_ANY_BOOL | OXDR_READER_ANY_PADDING |
		    OXDR_READER_TRAILING;
	if (options && options->sys) {
		e = orpc_i_auth_sys_init(&sys, options->sys);
		if (e)
			return e;
		like.sys = &sys;
	}
	return orpc_i_client_new(&s->calls, program, &like, out);
}

int
orpc_i_session_connected(struct session *s, struct transport *t,
    const struct orpc_i_sockaddr *peer)
{
	struct calls *calls = &s->calls;
	struct channel *ch;
	int e;

	orpc_i_transport_where(t, true, calls->where, sizeof(calls->where));
	e = orpc_i_channel_make(calls->loop, calls->sync, s->hub,
	    &orpc_i_session_role, &s->limits, t, orpc_i_sockaddr_ptr(peer),
	    orpc_i_session_extra, &ch);
	if (e)
		return e;
	ch->owner = s;
	orpc_i_calls_ref(calls);	/* until session_on_free */
	atomic_store(&ch->calls, orpc_i_calls_ref(calls));
	s->was_open = true;
	s->backoff.tries = 0;
	orpc_i_calls_connected(calls, ch);
	if (calls->sync)
		orpc_i_put_flush(ch);
	return 0;
}

void
orpc_i_transport_where(const struct transport *t, bool peer, char *buf,
    size_t n)
{
	struct orpc_i_sockaddr a;

	buf[0] = '\0';
	if (peer)
		orpc_i_transport_peer(t, &a);
	else
		orpc_i_transport_local(t, &a);
	if (a.n)
		orpc_sockaddr_format(t->ops->kind, orpc_i_sockaddr_ptr(&a),
		    a.n, buf, n);
}
