/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Channels without a loop: a lock, and the rule that one thread at a time
 * reads.  Whoever waits for a reply reads, if nobody does: it completes the
 * calls of others, serves calls of the peer on its own stack, and hands the
 * reading on when its own reply is in.
 */
#ifndef ORPC_CHANNEL_SYNC_H
#define ORPC_CHANNEL_SYNC_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/channel/channel.h"

struct sync_frame;
struct sync_waiter;

/*
 * Under the lock: all of it, and the channel.  While `reading`, the reader
 * alone touches the channel's record parser, the hub's buffer and the
 * transport's receiving half, also without the lock.
 *
 * [at, end) of the hub's buffer has been read but not parsed.
 */
struct sync {
	pthread_mutex_t lock;
	struct sync_waiter *waiters;	/* threads that do not read */
	struct sync_frame *frames;	/* calls being served, innermost first */
	size_t at;
	size_t end;
	int64_t spin_ns;		/* look this long before sleeping */
	uint32_t max_nesting;
	bool reading;
	bool patient;			/* the descriptor may block in recv */
};

int orpc_i_sync_init(struct sync *s, uint32_t max_nesting, int64_t spin_ns);
void orpc_i_sync_fini(struct sync *s);

/* NULL is taken: a channel on a loop has nothing to lock. */
static inline void
orpc_i_sync_lock(struct sync *s)
{
	if (s)
		pthread_mutex_lock(&s->lock);
}

static inline void
orpc_i_sync_unlock(struct sync *s)
{
	if (s)
		pthread_mutex_unlock(&s->lock);
}

/* Sleeps until woken or the time is over; done as for wait, or NULL.  The
 * lock is held, and released meanwhile. */
void orpc_i_sync_sleep(struct sync *s, const bool *done, int64_t until_ns);

/* Wakes all who wait, to look again.  The lock is held. */
void orpc_i_sync_wake(struct sync *s);

/* Somebody should read: wakes one who has nothing yet.  The lock is held. */
void orpc_i_sync_hand_on(struct sync *s);

/* Wakes those whose wait is over.  The lock is held. */
void orpc_i_sync_wake_done(struct sync *s);

/*
 * Waits, reading when nobody else does, until *done or the time is over.
 * The lock is held, and released meanwhile.
 *
 * ch     may close meanwhile: hold a reference
 * done   set by whoever completes what is waited for, who also wakes; NULL:
 *        never
 * now_ns the time, if it was just looked at; else 0
 *
 * Returns 0 when done, -ORPC_E_TIMEOUT, -ORPC_E_CLOSED when the channel has
 * closed (and been ended).
 */
int orpc_i_sync_wait(struct sync *s, struct channel *ch, const bool *done,
    int64_t now_ns, int64_t until_ns);

/* Looks for bytes without sleeping, as long as s->spin_ns and until until_ns;
 * results as transport_ops.recv.  The caller is the reader, without the lock. */
int orpc_i_sync_spin(struct sync *s, struct transport *t, void *room,
    size_t n, int64_t until_ns, size_t *out_n);

/* Ends a closed channel unless a thread still reads from it (which then
 * will).  The lock is held. */
void orpc_i_sync_end(struct sync *s, struct channel *ch);

#endif
