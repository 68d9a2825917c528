/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls in: from a message to a handler and from its result to a reply.
 *
 *	header -> flavour -> program, version, procedure -> authorize ->
 *	replay cache -> arguments -> handler -> reply
 *
 * A dispatcher belongs to one loop (a server has one for each of its loops)
 * or, without a loop, to a client's channel.  It knows nothing of sockets:
 * a reply goes to the channel that the call came by, or to the sink of the
 * datagram that it was.
 */
#ifndef ORPC_CHANNEL_DISPATCH_H
#define ORPC_CHANNEL_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/server.h>

#include "runtime/channel/channel.h"
#include "runtime/channel/counts.h"
#include "runtime/channel/service.h"
#include "runtime/io/loop.h"
#include "runtime/io/pool.h"
#include "runtime/proto/replay.h"
#include "runtime/transport/transport.h"

struct orpc_request;

/*
 * Where replies to datagrams go.  Threads: the loop's.
 *
 * begin   a writer for one reply to `to`, of datagram size; NULL: no room,
 *         the reply is lost.  The writer is good until end
 * end     sends what was put; with send false it is dropped
 */
struct datagram_sink {
	struct oxdr_writer *(*begin)(struct datagram_sink *sink,
	    const struct datagram *to);
	void (*end)(struct datagram_sink *sink, bool send);
	const struct orpc_i_sockaddr *bound;	/* the socket's own address */
	uint32_t n_open;		/* requests that end later */
};

/*
 * What is kept of the peer of a channel, in the owner's memory; zero is
 * valid.  Ended by orpc_i_dispatch_peer_fini when the channel closes.
 */
struct dispatch_peer {
	struct orpc_i_replay_client *replay;	/* NULL: not asked for yet */
	size_t held_bytes;		/* of messages that requests hold */
	uint32_t unix_uid;
	uint32_t unix_gid;
	int32_t unix_pid;
	bool has_unix_peer;
	bool served;			/* a call of its was answered */
	bool gone;
	bool paused;			/* for held_bytes */
};

/*
 * Where a call goes.  A dispatcher keeps the one before, as the next is
 * mostly for the same procedure.
 */
struct dispatch_target {
	bool known;
	bool once;			/* through the replay cache */
	unsigned generation;		/* of the services */
	uint32_t procedure;
	uint64_t key;			/* program and version */
	const struct orpc_program *program;
	const struct orpc_proc *proc;
	orpc_serve_fn *serve;
	const void *ops;
	struct proc_counts *counts;	/* NULL: nobody counts */
};

/* dispatcher.flags */
#define DISPATCH_ACROSS_RECONNECT 1u	/* TCP: known by host, not connection */

/* dispatcher.reader_flags of who is to be tolerant */
#define DISPATCH_RELAXED (OXDR_READER_ANY_ENUM | OXDR_READER_ANY_BOOL | \
	OXDR_READER_ANY_PADDING | OXDR_READER_TRAILING)

/*
 * Set what is not zero after init, before the first call.
 *
 * Between calls: spares are requests not in use; n_open counts those that
 * end later.
 */
struct dispatcher {
	struct orpc_loop *loop;		/* NULL: replies from any thread */
	struct service_table *services;
	struct service_view view;
	struct orpc_i_pool *workers;	/* NULL: handlers run inline */
	struct orpc_i_replay *replay;	/* NULL: none */
	orpc_authorize_fn *authorize;
	void *authorize_ctx;
	uint32_t flags;
	uint32_t reader_flags;		/* of arguments */
	uint32_t slot;			/* of version_counts */
	size_t max_held_bytes;		/* of one peer; then reading stops */
	uint32_t max_datagrams_open;	/* of one sink */
	struct orpc_request *spares;
	unsigned n_spares;
	size_t n_open;
	struct orpc_request *open;	/* these, of a loop's */
	int64_t turn_ns;		/* of the loop's turn that clock_ns is of */
	int64_t clock_ns;		/* end of the call before; 0: unknown */
	int64_t timed_ns;		/* turn of the call timed last */
	uint32_t until_timed;		/* calls until the next that is */
	struct dispatch_counts counts;
	size_t quick_in;		/* calls up to this may go the short
					   way; 0: none may */
	size_t quick_out;		/* queued bytes that end it */
	uint32_t quick_flags;		/* reader_flags and OXDR_READER_BORROW */
	struct dispatch_target target;	/* of the last of these */
	struct proc_counts null_counts;	/* of undeclared procedures 0 */
	struct oxdr_writer writer;	/* for their results */
};

/* Procedure 0 where it was not declared: it is there all the same. */
extern const struct orpc_proc orpc_i_null_proc;

void orpc_i_dispatcher_init(struct dispatcher *d, struct orpc_loop *loop,
    struct service_table *services);

/*
 * Lets go of the deferred requests that nobody has answered: whoever does is
 * told that it is too late.  The channels of all have ended.
 *
 * Returns whether none is open any more.  If not, handlers still run on
 * workers or replies are on their way: let the loop turn, and ask again.
 * Threads: the loop's.
 */
bool orpc_i_dispatcher_orphan(struct dispatcher *d);

/* Opens the short way (quick.h) for calls under these limits, if there are no
 * workers.  Call it last. */
void orpc_i_dispatcher_quicken(struct dispatcher *d,
    const struct channel_limits *limits);

/* No request may be open. */
void orpc_i_dispatcher_fini(struct dispatcher *d);

/*
 * Handles one call of a stream: on_call of a channel's role.  The reply, if
 * there is one, is in the channel's batch when this returns, or follows.
 *
 * Returns 0, or negative: close the channel (bytes that are no call).
 */
int orpc_i_dispatch(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, const struct message *m);

/* Handles one datagram; m->buf may be NULL. */
void orpc_i_dispatch_datagram(struct dispatcher *d,
    struct datagram_sink *sink, const struct datagram *from,
    const struct message *m);

/* The channel has closed. */
void orpc_i_dispatch_peer_fini(struct dispatcher *d,
    struct dispatch_peer *peer);

#endif
