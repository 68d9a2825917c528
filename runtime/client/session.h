/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session: what handles on one server share.  It owns the addresses, makes
 * one connection after another, and is where calls go that wait for one.
 *
 * Without a loop, connecting happens on the thread of whoever needs it
 * (open.c); on a loop it is a chain of events (start.c).
 */
#ifndef ORPC_CLIENT_SESSION_H
#define ORPC_CLIENT_SESSION_H

#include <stdbool.h>
#include <string.h>

#include <orpc/client.h>

#include "runtime/channel/call.h"
#include "runtime/channel/hub.h"
#include "runtime/channel/sync.h"
#include "runtime/io/resolve.h"

/* Addresses of one handle. */
#define SESSION_ADDRESSES 16u

struct session_starter;		/* connecting on a loop: start.c */
struct session_service;		/* serving on the connection: serve.c */

/*
 * `at` is the address that is or was connected to last; the next attempt
 * starts there.  connecting: a thread, or the starter, is at it.
 */
struct session {
	struct calls calls;
	struct sync sync;		/* without a loop */
	struct hub *hub;
	struct channel_limits limits;
	struct orpc_addr addresses[SESSION_ADDRESSES];
	unsigned n_addresses;
	unsigned at;
	uint32_t connect_timeout_ms;
	uint32_t flags;			/* ORPC_CLIENT_* */
	uint32_t program;		/* to look up, and to probe with */
	uint32_t version;
	char *binder;			/* NULL: as usual */
	struct orpc_i_retry backoff;	/* of failed connections in a row */
	struct orpc_error error;	/* of the last one */
	bool connecting;
	bool closed;			/* the last handle has gone */
	bool was_open;			/* connected at least once */
	unsigned users;			/* threads in a blocking call */
	struct session_starter *starter;
	_Atomic(struct session_service *) service;
};

static inline struct session *
orpc_i_session_of(struct calls *calls)
{
	return (struct session *)calls;
}

/* Are these calls a session's, or those of a server's channel? */
bool orpc_i_calls_are_session(const struct calls *calls);

/* Reads the addresses and options: 0, -ORPC_E_ADDRESS, _INVAL, _NOTSUP,
 * -OXDR_E_NOMEM; error: may be NULL. */
int orpc_i_session_new(const char *address,
    const struct orpc_program *program,
    const struct orpc_client_options *options, struct session **out,
    struct orpc_error *error);

/* Makes the first handle; its defaults come from the options. */
int orpc_i_session_handle(struct session *s,
    const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out);

/* A connection stands: opens a channel over it (moves t in) and lets the
 * calls go.  The lock is held. */
int orpc_i_session_connected(struct session *s, struct transport *t,
    const struct orpc_i_sockaddr *peer);

/*
 * Without a loop: connects, unless it stands or another thread is at it, for
 * which it waits.  The lock is held, and released meanwhile.  0, or negative
 * with s->error.
 */
int orpc_i_session_connect(struct session *s, int64_t deadline_ns);

/* The attempt alone: tries every address on the calling thread, without the
 * lock.  0 and an open transport, or negative with s->error. */
int orpc_i_session_attempt(struct session *s, int64_t deadline_ns,
    struct transport *out, struct orpc_i_sockaddr *out_peer);

/* On a loop: starts to connect unless that is going on.  0, or negative with
 * s->error. */
int orpc_i_session_start(struct session *s);
/* Stops it.  Threads: the loop's. */
void orpc_i_session_stop(struct session *s);

/* Counts a failure: the next attempt waits longer. */
void orpc_i_session_backoff(struct session *s);

/* The channel's role of clients, and its bytes behind the channel: serve.c.
 * The channel's owner is the session, on which it holds a reference. */
extern const struct channel_role orpc_i_session_role;
extern const size_t orpc_i_session_extra;

/* Forgets what was served. */
void orpc_i_session_unserve(struct session *s);

/* What a failed attempt tells. */
void orpc_i_session_failed(struct session *s, int result, enum orpc_step step,
    int os_errno, const char *where);

/* Copies text into a `where` of struct orpc_error, cut if need be. */
static inline void
orpc_i_where_set(char *where, const char *text)
{
	size_t n = strnlen(text, sizeof(((struct orpc_error *)0)->where) - 1);

	memcpy(where, text, n);
	where[n] = '\0';
}

/* "tcp://127.0.0.1:99" of a connected transport. */
void orpc_i_transport_where(const struct transport *t, bool peer, char *buf,
    size_t n);

/* Is it worth asking whether anybody is there?  Connecting a datagram socket
 * tells nothing, so where a name has several addresses the null procedure is
 * called at each (open.c). */
static inline bool
orpc_i_session_probes(const struct session *s, enum orpc_transport_kind kind,
    unsigned n_candidates)
{
	return kind == ORPC_UDP && n_candidates > 1 &&
	    !(s->flags & ORPC_CLIENT_ANY_SOURCE);
}

#endif
