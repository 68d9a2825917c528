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

/* A message up to this is copied when its request outlives the read buffer;
 * a larger one keeps the buffer. */
#define REQUEST_COPY_MAX 8192u

/* request.state; a deferred request ends when both have happened, in either
 * order, the second one ending it. */
#define REQUEST_RETURNED 1u	/* the handler returned ORPC_LATER */
#define REQUEST_REPLIED 2u	/* the reply was made */

/*
 * What stands before `body` is cleared for each call.  channel and peer are
 * set for a call of a stream, sink for a datagram.  `from` is the datagram's
 * addresses: the port's while the handler runs inline, `kept_from` later.
 */
struct orpc_request {
	struct orpc_i_task task;	/* in the pool's or the loop's queue */
	struct dispatcher *home;
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
	size_t n_held;			/* charged to peer->held_bytes */
	int64_t started_ns;		/* 0: not timed */
	uint32_t low, high;		/* versions, of a mismatch */
	int result;			/* of a deferred reply */
	atomic_uint state;
	bool later;			/* it outlives on_call */
	bool encoded;			/* body holds the result */
	bool no_effect;			/* its handler did not run */
	bool identity_known;
	bool local_known;
	struct oxdr_writer body;	/* encoded result of a deferred reply */
	struct oxdr_reader reader;	/* stands at the arguments */
	struct orpc_i_call_header header;
	struct orpc_i_caller caller;
	struct orpc_identity identity;
	struct oxdr_arena arena;
	struct orpc_request *next;	/* spare */
	struct datagram kept_from;
	struct orpc_i_sockaddr local;	/* of a stream, once asked for */
	_Alignas(16) uint8_t room[REQUEST_ROOM];
};

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

/* The handler returned ORPC_LATER. */
void orpc_i_request_wait(struct orpc_request *rq, const struct message *m);

/* When does this call start?  0: it is not timed. */
int64_t orpc_i_burst_start(struct dispatcher *d);

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
