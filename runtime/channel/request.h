/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A request: one call in, from its header to the last byte of its reply.
 */
#ifndef ORPC_CHANNEL_REQUEST_H
#define ORPC_CHANNEL_REQUEST_H

#include <stdatomic.h>

#include "runtime/channel/dispatch.h"
#include "runtime/proto/auth.h"
#include "runtime/proto/message.h"

/* Arguments and results up to this need no memory but the request's. */
#define REQUEST_ROOM 1536u

/* Room for an argument, and for a result, of the short way. */
#define REQUEST_SMALL 64u

/* A message up to this is copied when its request outlives the read buffer;
 * a larger one keeps the buffer. */
#define REQUEST_COPY_MAX 8192u

/* request.gates, of the short way */
#define GATE_HOOK 1u		/* dispatcher.authorize */
#define GATE_ONCE 2u		/* the replay cache */

/* request.state; a deferred request ends when RETURNED and REPLIED have both
 * happened, in either order, the second one ending it. */
#define REQUEST_RETURNED 1u	/* the handler returned ORPC_LATER */
#define REQUEST_REPLYING 2u	/* the reply is being made: home stays */
#define REQUEST_REPLIED 4u	/* the reply was made */
#define REQUEST_ORPHANED 8u	/* home is gone; so is who waits for a reply */

/*
 * What stands before `body` is cleared for each call.  channel and peer are
 * set for a call of a stream, sink for a datagram.  `from` is the datagram's
 * addresses: the port's while the handler runs inline, `kept_from` later.
 * Of an arrival (arrival.c) there is none of the three, only `kept_from`.
 */
struct orpc_request {
	struct orpc_i_task task;	/* in the pool's or the loop's queue */
	struct dispatcher *home;	/* NULL: it arrived elsewhere */
	struct channel *channel;
	struct dispatch_peer *peer;
	struct datagram_sink *sink;
	const struct datagram *from;
	const struct orpc_program *program;
	const struct orpc_proc *proc;
	orpc_serve_fn *serve;		/* NULL: procedure 0 of ours */
	const void *ops;
	struct proc_counts *counts;	/* NULL: nobody counts */
	struct orpc_i_replay_entry *replay;	/* to be ended; NULL: none */
	size_t n_message;
	struct orpc_i_buf *held;	/* arguments lie there; NULL: not */
	size_t n_held;			/* charged to peer->held_bytes */
	int64_t started_ns;		/* 0: not timed */
	uint32_t low, high;		/* versions, of a mismatch */
	int result;			/* of a deferred reply */
	atomic_uint state;
	bool later;			/* it outlives on_call */
	bool encoded;			/* body holds the result */
	bool no_effect;			/* its handler did not run */
	bool secret;			/* there is something to be wiped and
					   never shown */
	uint8_t arrived_by;		/* orpc_transport_kind, of an arrival */
	bool identity_known;
	bool local_known;
	bool clean;			/* the short way had it last: what
					   stands above is zero, but for what
					   that sets for each call */
	/* The short way: how the call before began, and what that meant. */
	uint8_t gates;			/* GATE_...: what it has to pass */
	uint32_t n_header;		/* of `seen`; 0: none */
	unsigned generation;		/* of the services */
	void *small_arg;		/* `small`, or NULL for void */
	void *small_res;
	struct oxdr_writer body;	/* encoded result of a deferred reply */
	struct oxdr_reader reader;	/* stands at the arguments */
	struct orpc_i_call_header header;
	struct orpc_i_caller caller;
	struct orpc_identity identity;
	struct oxdr_arena arena;
	struct orpc_request *next;	/* spare, or open */
	struct orpc_request *prev;	/* open */
	struct datagram kept_from;
	struct orpc_i_sockaddr local;	/* of a stream, once asked for */
	uint8_t seen[ORPC_I_CALL_BYTES + ORPC_AUTH_BODY_MAX];
	_Alignas(16) uint8_t small[2 * REQUEST_SMALL];
	_Alignas(16) uint8_t room[REQUEST_ROOM];
};

/* A fresh request, of no dispatcher where d is NULL; NULL: no memory. */
struct orpc_request *orpc_i_request_new(struct dispatcher *d);

/* A request of a dispatcher, with header fields unset; NULL: no memory. */
struct orpc_request *orpc_i_request_take(struct dispatcher *d);

/* Gives a request back: its arena is emptied, its secrets are wiped. */
void orpc_i_request_give(struct orpc_request *rq);

/* The same for orpc_i_channel_put_end. */
void orpc_i_request_release(void *rq);

/* Makes a request outlive on_call before its arguments are decoded: its
 * message is copied or its buffer kept.  0, or negative: no memory. */
int orpc_i_request_keep(struct orpc_request *rq, const struct message *m);

/*
 * Runs an admitted request: decodes, calls the handler, replies or leaves
 * the reply to later.
 *
 * m   the message it came in; NULL when orpc_i_request_keep was called
 *
 * Threads: the home loop's, or a worker.
 */
void orpc_i_request_run(struct orpc_request *rq, const struct message *m);

/* Decodes the arguments and makes room for the result, in the request's
 * arena: 0 or ORPC_R_... */
int orpc_i_request_decode(struct orpc_request *rq, void **out_arg,
    void **out_res);

/* ---- later.c --------------------------------------------------------- */

/* Counts a request that ends later, and the bytes that it holds; the
 * counterpart comes before it is given back and takes any request. */
void orpc_i_request_opened(struct orpc_request *rq, size_t n_held);
void orpc_i_request_closed(struct orpc_request *rq);

/* Its handler, which ran on a worker, has this result.  Threads: any. */
void orpc_i_request_finish(struct orpc_request *rq, int result,
    const void *out);

/* The handler returned ORPC_LATER: the reply follows from orpc_request_reply
 * or _fail, or was just made. */
void orpc_i_request_wait(struct orpc_request *rq, const struct message *m);

/* ---- dispatch.c, answer.c -------------------------------------------- */

/*
 * Looks a call up in the replay cache: its header, caller and, in the reader,
 * its arguments are there.
 *
 * Returns 0: run it, rq->replay is its entry; else not_admitted is to be
 * called with that.
 */
int orpc_i_request_once(struct orpc_request *rq,
    struct orpc_i_replay_reply *out_kept);

/*
 * Says no to a request, or what else admission decided; ends it.
 *
 * Returns 0, or outcome when that is negative: no call at all.
 */
int orpc_i_request_not_admitted(struct orpc_request *rq, int outcome,
    const struct orpc_i_replay_reply *kept);

/* A reply on a stream can't be put: the connection ends, as its peer would
 * wait for ever.  reason: why; nothing when it is over already. */
void orpc_i_reply_lost(struct channel *ch, int reason);

/* Ends the replay entry with the reply, which is all that w holds from
 * offset `at` on. */
void orpc_i_request_remember(struct orpc_request *rq, struct oxdr_writer *w,
    size_t at);

/* Reading the clock for each call would cost more than some calls do: every
 * STRIDEth is timed, and whichever comes GAP after the one before. */
#define TIMED_STRIDE 8u
#define TIMED_GAP_NS 1000000

int64_t orpc_i_call_start_slow(struct dispatcher *d);

/* Before the first call of a turn, and as often as one likes. */
static inline void
orpc_i_turn_start(struct dispatcher *d)
{
	int64_t turn = d->loop ? orpc_i_loop_now(d->loop) : 0;

	if (turn == d->turn_ns)
		return;
	d->turn_ns = d->clock_ns = turn;
	if (turn - d->timed_ns >= TIMED_GAP_NS)
		d->until_timed = 0;
}

/* When does this call start?  0: it is not timed. */
static inline int64_t
orpc_i_call_start(struct dispatcher *d)
{
	if (!d->until_timed)
		return orpc_i_call_start_slow(d);
	d->until_timed--;
	d->clock_ns = 0;
	return 0;
}

/* Its handler has ended: into the histogram, with the calls of its procedure
 * that were not timed. */
void orpc_i_request_timed(struct orpc_request *rq);

/*
 * Replies, ends the replay entry, counts, gives the request back (once the
 * last byte of its result has left).
 *
 * result   0, ORPC_R_..., ORPC_DROP; negative is SYSTEM_ERR
 * out      the result, unless rq->encoded
 *
 * Threads: the home loop's, or any if there is none.
 */
void orpc_i_request_reply_now(struct orpc_request *rq, int result,
    const void *out);

#endif
