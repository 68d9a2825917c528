/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls out.  `struct calls` keeps those that wait, by xid, over one channel
 * after another: a client's reconnects, a server's (to call its client back)
 * ends with the connection.  A flight is one call on its way; it lies on the
 * stack of a blocking caller, or with its struct orpc_call.
 *
 *	NEW --> QUEUED (no connection yet) --> WAITING (put) --> DONE
 *
 * All belongs to the loop's thread, or to who holds the lock.
 */
#ifndef ORPC_CHANNEL_CALL_H
#define ORPC_CHANNEL_CALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <orpc/client.h>

#include "runtime/channel/channel.h"
#include "runtime/proto/auth.h"
#include "runtime/proto/pending.h"
#include "runtime/proto/retry.h"

struct calls;
struct flight;

/* What the owner of calls knows about connections. */
struct calls_role {
	/*
	 * A call came while there is no connection.  Returns 0: it is queued
	 * (a connection is being made), or negative: it fails with that;
	 * error has been filled in as far as the reason is known.
	 */
	int (*need)(struct calls *calls, struct orpc_error *error);

	/*
	 * The channel is lost; calls->channel is NULL now, calls that can't
	 * be repeated have failed, those that can are queued.  Make a new
	 * connection, or fail them (orpc_i_calls_fail).
	 */
	void (*lost)(struct calls *calls, int reason);

	/* The last handle was closed: end the connection.  Threads: the
	 * channel's. */
	void (*close)(struct calls *calls);

	/* The last reference is gone: free what calls lies in. */
	void (*free)(struct calls *calls);
};

struct flight_list {
	struct flight *first;
	struct flight **end;
};

/*
 * Between calls: each flight in `pending` is either QUEUED, in `queue`, or
 * WAITING, and was put on `channel`.  where: the peer as text, for errors.
 */
struct calls {
	const struct calls_role *role;
	struct orpc_loop *loop;
	struct sync *sync;
	struct channel *channel;	/* NULL: not connected */
	struct orpc_i_pending pending;
	struct orpc_i_timer timer;	/* the earliest deadline; on a loop */
	struct flight_list queue;	/* for the next connection */
	struct flight_list lost;	/* about to fail; empty between calls */
	atomic_uint refs;
	atomic_uint handles;
	uint32_t retry_ms;		/* datagrams: first repetition */
	uint32_t jitter;		/* state of orpc_i_calls_jitter */
	uint32_t flags;			/* CALLS_* */
	char where[128];
};

/* channel.calls behind the channel's end. */
#define CALLS_ENDED ((struct calls *)(uintptr_t)1)

/* calls.flags */
#define CALLS_REPEAT 1u		/* reconnects: keep what may be repeated */

/* flight.state */
enum flight_state { FLIGHT_NEW, FLIGHT_QUEUED, FLIGHT_WAITING, FLIGHT_DONE };

/* flight.flags */
#define FLIGHT_BORROWED 1u	/* arg stays valid until the end */
#define FLIGHT_KEPT 2u		/* args holds the encoded arguments */
#define FLIGHT_NO_FLUSH 4u
#define FLIGHT_ONEWAY 8u
#define FLIGHT_ASYNC 16u
#define FLIGHT_REFRESHED 32u	/* credentials were refreshed once */
#define FLIGHT_REFERENCED 64u	/* the channel's queue points into arg, args */
#define FLIGHT_SENT 128u	/* lost: after its record had left */

/*
 * One call.  end_at: position in the channel's output behind its record.
 * done runs when it has ended: result is set, flight is out of all lists.
 */
struct flight {
	struct orpc_i_waiting waiting;
	struct calls *calls;
	struct orpc_client *client;
	struct orpc_call *call;
	const struct orpc_proc *proc;
	uint32_t program;
	uint32_t version;
	struct orpc_i_auth *auth;	/* NULL: AUTH_NONE */
	const void *arg;
	void *out;			/* NULL: taken from the arena */
	int64_t begun_ns;
	int64_t deadline_ns;
	uint64_t end_at;
	struct orpc_i_retry retry;	/* datagrams */
	struct flight_list *list;	/* QUEUED: the one it is in */
	struct flight *list_next;
	struct flight **list_link;
	struct flight *next;		/* of the same handle */
	struct flight **link;
	uint8_t state;
	bool done;			/* sync: waited for */
	uint32_t flags;
	int result;
	struct message reply;		/* left for its caller to decode: buf */
	size_t reply_at;		/* where the result starts */
	void (*on_done)(struct flight *f);
	struct oxdr_writer args;
};

/*
 * A handle.  sys: its credential, encoded.  Shared by threads, so constant
 * but for `flights` and what tells when it may be freed: threads that look at
 * it without the lock are its users, and the last one frees it if it was
 * closed meanwhile.
 */
struct orpc_client {
	struct calls *calls;
	const struct orpc_program *program;
	struct flight *flights;
	uint32_t users;
	bool closed;
	struct orpc_i_auth_sys *sys;
	uint32_t call_timeout_ms;
	uint32_t reader_flags;		/* OXDR_READER_* */
	struct orpc_i_task task;	/* a foreign thread closes it */
};

/* max: most calls in flight.  The memory is the caller's. */
void orpc_i_calls_init(struct calls *calls, const struct calls_role *role,
    struct orpc_loop *loop, struct sync *sync, uint32_t max);
/* Bits by chance, for the times of repetition: no secret, no system call. */
static inline uint32_t
orpc_i_calls_jitter(struct calls *calls)
{
	uint32_t x = calls->jitter;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return calls->jitter = x;
}

/* No call is in flight. */
void orpc_i_calls_fini(struct calls *calls);
struct calls *orpc_i_calls_ref(struct calls *calls);
void orpc_i_calls_unref(struct calls *calls);

/* The connection stands: puts what was queued. */
void orpc_i_calls_connected(struct calls *calls, struct channel *ch);

/* Starts a flight that is filled in (calls to out, deadline, flags): 0, or
 * negative with call->error filled in and the flight in no list. */
int orpc_i_flight_start(struct flight *f);

/*
 * Takes over a call whose record was sent already, under an xid of
 * orpc_i_pending_xid: from here on it waits like any other.  Results as
 * orpc_i_flight_start.
 */
int orpc_i_flight_join(struct flight *f, uint32_t xid);

/* Encodes the arguments into f->args: what lets a flight start later, or on
 * another thread. */
int orpc_i_flight_keep(struct flight *f);

/* Decodes a result to where it goes; what is the caller's is written only
 * when all is well.  0 or negative. */
int orpc_i_flight_get(struct flight *f, struct oxdr_reader *r);

/* Ends a flight before its reply: call->error is filled in, on_done runs. */
void orpc_i_flight_fail(struct flight *f, int result, enum orpc_step step);

/* Ends a flight whose call->error is as it shall be. */
void orpc_i_flight_complete(struct flight *f, int result);

/* The step that a call is in. */
enum orpc_step orpc_i_flight_step(const struct flight *f);

/* Puts a waiting flight once more, under the same xid: 0 or negative. */
int orpc_i_flight_again(struct flight *f);

/* Moves a waiting flight to the queue of its calls, or to the lost. */
void orpc_i_flight_queue(struct flight *f, struct flight_list *list);

/* Fills in error of a call that fails. */
void orpc_i_flight_error(struct flight *f, int result, enum orpc_step step,
    enum orpc_executed executed);

/*
 * Decodes a reply that was left for the caller of a blocking call, who is its
 * handle's user until now: a large one, which would keep others from the
 * lock.  Without the lock.  Returns the flight's result.
 */
int orpc_i_flight_decode(struct flight *f);

/* A reply came: completes the flight that waits for it, if any does. */
void orpc_i_calls_reply(struct calls *calls, uint32_t xid,
    const struct message *m);

/* The channel has closed: sorts calls into failed and queued. */
void orpc_i_calls_lost(struct calls *calls, struct channel *ch, int reason);

/* Fails all that are queued.  like: step, where and what else is told. */
void orpc_i_calls_fail(struct calls *calls, int result,
    const struct orpc_error *like);

/* Repeats and ends what is due at now_ns; returns when the next is due. */
int64_t orpc_i_calls_due(struct calls *calls, int64_t now_ns);

/* A handle on calls, with the defaults of `like` (NULL: ours).  Threads:
 * any.  0 or -OXDR_E_NOMEM. */
int orpc_i_client_new(struct calls *calls, const struct orpc_program *program,
    const struct orpc_client *like, struct orpc_client **out);

/* A user of the handle less; returns whether it was closed meanwhile.  The
 * lock is held. */
bool orpc_i_client_leave(struct orpc_client *client);

/* Ends the handle's calls with -ORPC_E_CANCELLED and frees it.  Returns its
 * reference on the calls, now the caller's (to drop behind the lock). */
struct calls *orpc_i_client_free(struct orpc_client *client);

/*
 * A handle on a server's channel, to call the peer back; its calls fail when
 * the connection ends.  Several share the channel's calls.
 *
 * Returns 0, -ORPC_E_CLOSED, -OXDR_E_NOMEM.  Threads: any that holds a
 * reference on the channel.
 */
int orpc_i_client_on_channel(struct channel *ch,
    const struct orpc_program *program, struct orpc_client **out);

#endif
