/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A channel: one stream connection seen from either end (RFC 5531 section 4:
 * the protocol is symmetrical), or a client's datagram socket.  Calls out are
 * kept by xid (call.h); calls in are handed to the channel's role, which is a
 * server's dispatcher or a client's.
 *
 * A channel on a loop belongs to the loop's thread: all functions are that
 * thread's unless they say "Threads: any".  A channel without a loop belongs
 * to whoever holds its lock; blocking clients (client/sync.c) and a server
 * with a thread for each connection use it that way.
 *
 * Memory.  Bytes are read into a buffer that all channels of a loop share;
 * whole records are handed on where they lie.  An idle channel holds nothing
 * but its struct: a partial record, unsent bytes and the table of calls out
 * take memory only while there are any.
 */
#ifndef ORPC_CHANNEL_H
#define ORPC_CHANNEL_H

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oxdr/writer.h>

#include "runtime/io/loop.h"
#include "runtime/proto/buf.h"
#include "runtime/proto/record.h"
#include "runtime/transport/transport.h"

struct channel;
struct sync;		/* lock and readers of channels without loop: sync.h */
struct hub;		/* what channels of one loop share: hub.h */
struct outgoing;	/* bytes on their way out: outgoing.h */
struct calls;		/* calls out: call.h */

/*
 * A whole message of the peer, without its record marks.
 *
 * bytes, n   valid while the hook runs, and as long as a reference on buf is
 *            held; never written to
 * buf        what bytes lie in, NULL when that can't be kept (copy then).  It
 *            may be larger than the message by far: copy what is small, take
 *            a reference on what is not
 */
struct message {
	const uint8_t *bytes;
	size_t n;
	struct orpc_i_buf *buf;
};

/*
 * What calls in and the end of a channel mean to its owner.  Constant, shared
 * by all channels of a kind.  The hooks run on the channel's thread; without
 * a loop: on the thread that reads, without the channel's lock.
 */
struct channel_role {
	/*
	 * Takes one message whose msg_type is CALL and which is at least 8
	 * bytes long; nothing else has been checked.  It may put replies,
	 * pause, close.
	 *
	 * Returns 0, or negative: the channel closes for that reason.
	 */
	int (*on_call)(struct channel *ch, const struct message *m);

	/*
	 * Takes ordinary calls from the front of what was read, as many in
	 * one go as it likes; what it leaves comes by on_call.  May be NULL.
	 *
	 * buf        what bytes lie in
	 * bytes, n   they begin with a record mark; the record behind it may
	 *            be unfinished
	 *
	 * Returns the bytes of whole records that it dealt with; 0: none.
	 */
	size_t (*on_calls)(struct channel *ch, struct orpc_i_buf *buf,
	    const uint8_t *bytes, size_t n);

	/* A message that is neither call nor reply came and was dropped.  May
	 * be NULL. */
	void (*on_bad)(struct channel *ch);

	/*
	 * The connection is over: exactly once for each channel that was
	 * opened, after the last on_call.  The owner's reference is dropped
	 * behind it.  May be NULL.
	 *
	 * reason   -ORPC_E_CLOSED (by the peer), _IO, _PROTOCOL, -OXDR_E_LIMIT,
	 *          or what orpc_i_channel_close was given
	 */
	void (*on_close)(struct channel *ch, int reason);

	/*
	 * All that was queued has left, after something had been waiting: a
	 * drain may go on.  May be NULL.
	 */
	void (*on_sent)(struct channel *ch);

	/* The last reference is gone, memory is freed behind this; for what
	 * lies in the extra memory.  Threads: any.  May be NULL. */
	void (*on_free)(struct channel *ch);
};

/*
 * Shared by many channels, borrowed as long as they live.  record.budget is
 * charged with unfinished records and with calls that wait to be parsed.
 */
struct channel_limits {
	struct orpc_i_record_limits record;	/* of incoming ones */
	size_t max_queued_bytes;	/* unsent; then reading stops */
	uint32_t max_calls_in;		/* open at once; then reading stops */
};

enum channel_state {
	CHANNEL_OPEN,
	CHANNEL_CLOSING,	/* sends what is queued, reads nothing */
	CHANNEL_CLOSED
};

/* Why reading is off; channel.pauses is a set of them. */
#define CHANNEL_PAUSE_OWNER 1u		/* orpc_i_channel_pause */
#define CHANNEL_PAUSE_QUEUED 2u		/* max_queued_bytes */
#define CHANNEL_PAUSE_CALLS 4u		/* max_calls_in */

/* The peer's address, as far as an address has a number. */
union channel_peer {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* channel.flags, for the files of this directory */
#define CHANNEL_IN_READ 1u	/* messages are being delivered */
#define CHANNEL_OUT_BLOCKED 2u	/* the transport takes no more for now */
#define CHANNEL_AT_END 4u	/* the peer sends no more */
#define CHANNEL_ENDED 8u	/* on_close ran */

/*
 * Between calls: queued_bytes is what lies in `queue`, unsent; reading is on
 * exactly when state is OPEN and pauses is 0; while an event is being handled
 * (busy) the channel's own reference stays.  The owner reads; only the
 * files of this directory write, except owner, next and prev.
 */
struct channel {
	const struct channel_role *role;
	const struct channel_limits *limits;
	struct hub *hub;
	struct orpc_loop *loop;		/* NULL: blocking */
	struct sync *sync;		/* NULL: on a loop */
	void *owner;			/* the owner's, any use */
	atomic_uint refs;
	atomic_bool gone;
	uint8_t state;
	uint8_t pauses;
	uint8_t flags;
	uint8_t busy;			/* events being handled, nested */
	int reason;			/* why it closes */
	uint32_t calls_in;		/* open: LATER, or with a worker */
	union channel_peer peer;
	struct transport transport;
	struct orpc_i_watch watch;
	struct orpc_i_task task;	/* flush, resume, end */
	struct orpc_i_record record;
	struct orpc_i_buf *backlog;	/* read but not parsed: while paused */
	size_t backlog_at;
	struct outgoing *queue;		/* oldest first; the last is open */
	struct outgoing *tail;
	size_t queued_bytes;
	uint64_t put_bytes;		/* in all; less queued_bytes: sent */
	int64_t last_read_ns;		/* bytes came last; loop time */
	int64_t partial_since_ns;	/* of an unfinished record; 0: none */
	_Atomic(struct calls *) calls;	/* NULL: no call was ever made out */
	struct channel *next;		/* owner's list, if it keeps one */
	struct channel *prev;
};

/*
 * Opens a channel over a connection that stands (a server's accepted one).
 * Reading starts with the loop's next turn.
 *
 * transport   moved in: the channel closes it
 * peer        may be NULL
 * extra       bytes of zeroed memory for the owner behind the channel
 *             (orpc_i_channel_extra)
 * out         one reference, dropped behind on_close
 *
 * Returns 0, -OXDR_E_NOMEM, -ORPC_E_SYSTEM; on failure the transport is
 * still the caller's.
 */
int orpc_i_channel_open(struct orpc_loop *loop,
    const struct channel_role *role, const struct channel_limits *limits,
    struct transport *transport, const struct sockaddr *peer, size_t extra,
    struct channel **out);

static inline void *
orpc_i_channel_extra(struct channel *ch)
{
	return ch + 1;
}

/* References keep the memory, not the connection.  Threads: any. */
struct channel *orpc_i_channel_ref(struct channel *ch);
void orpc_i_channel_unref(struct channel *ch);

/*
 * Ends the connection: closes the descriptor and drops what is unsent, now.
 * Calls out fail with reason and on_close runs soon, not within this call.
 */
void orpc_i_channel_close(struct channel *ch, int reason);

/* Reads no more calls, sends what is queued and what open calls (calls_in)
 * still reply, then closes with -ORPC_E_CANCELLED. */
void orpc_i_channel_finish(struct channel *ch);

/* Stops and resumes reading for the owner's reasons.  Calls that were read
 * already wait, charged to limits->record.budget. */
void orpc_i_channel_pause(struct channel *ch);
void orpc_i_channel_resume(struct channel *ch);

/* Has the connection gone?  Threads: any. */
bool orpc_i_channel_is_gone(const struct channel *ch);

/* ---- Putting messages --------------------------------------------------- */

/* A message being put; on the caller's stack. */
struct channel_put {
	struct oxdr_writer *w;		/* where header and body go */
	struct oxdr_writer_mark mark;
	struct outgoing *batch;
	uint8_t *gap;			/* of the record mark; NULL: none */
	size_t at;			/* size before the gap */
	bool foreign;			/* not the channel's thread */
};

/*
 * Starts a message.  The caller puts header and body to put->w and then calls
 * exactly one of put_end and put_undo; between, it calls nothing else of this
 * channel.  Messages of one turn, or of one read, leave in one system call.
 *
 * The writer gathers: large opaques of the body are referenced, not copied.
 *
 * Returns 0, -ORPC_E_CLOSED (connection gone: nothing to undo), -OXDR_E_NOMEM.
 * Threads: any.
 */
int orpc_i_channel_put_begin(struct channel *ch, struct channel_put *put);

/* put_end flags */
#define CHANNEL_PUT_REPLY_LATER 1u	/* ends a call that calls_in counts */
#define CHANNEL_PUT_NO_FLUSH 2u		/* leaves with the next flush */

/*
 * Ends a message: it will be sent.
 *
 * release   runs exactly once when nothing of the message lies in the
 *           caller's memory any more: within this call when all was copied,
 *           else when its last byte has left or the connection died; NULL:
 *           nothing to release.  Threads: the channel's; within this call:
 *           the caller's.
 *
 * Returns 0, or the writer's error: then the message is undone, release has
 * not run, and the caller may begin another one.
 */
int orpc_i_channel_put_end(struct channel *ch, struct channel_put *put,
    unsigned flags, void (*release)(void *ctx), void *ctx);

/* Takes back what was put since put_begin. */
void orpc_i_channel_put_undo(struct channel *ch, struct channel_put *put);

/* Sends what has been put, now. */
void orpc_i_channel_flush(struct channel *ch);

/* ---- Calls in that end later -------------------------------------------- */

/* Counts a call that outlives on_call; reading stops at max_calls_in. */
void orpc_i_channel_call_opened(struct channel *ch);

/* The counterpart, when no reply goes out (ORPC_DROP, failure); a reply's
 * put_end says CHANNEL_PUT_REPLY_LATER instead. */
void orpc_i_channel_call_closed(struct channel *ch);

#endif
