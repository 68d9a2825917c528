/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is counted while calls are served.  Each loop counts in numbers of its
 * own, so that counting takes no lock and shares no cache line; who asks adds
 * them up.
 */
#ifndef ORPC_CHANNEL_COUNTS_H
#define ORPC_CHANNEL_COUNTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <orpc/server.h>

/* Written by one thread, read by any. */
typedef _Atomic uint64_t count;

static inline void
count_add(count *c, uint64_t n)
{
	atomic_store_explicit(c, atomic_load_explicit(c,
	    memory_order_relaxed) + n, memory_order_relaxed);
}

static inline void
count_set(count *c, uint64_t n)
{
	atomic_store_explicit(c, n, memory_order_relaxed);
}

static inline uint64_t
count_get(const count *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

/* One procedure on one loop.  In a burst only some calls are timed; each
 * timing stands for the calls since the one before, and so far for those
 * behind it: the sum of latency is `timed`, what calls are beyond that goes
 * to the bucket of the last timing. */
struct proc_counts {
	count calls;
	count timed;
	count last_bucket;
	uint32_t copies;		/* OXDR_READER_BORROW once a handler has
					   answered later, else 0 */
	count errors;
	count bytes_in;
	count bytes_out;
	count latency[ORPC_LATENCY_BUCKETS];
};

/* A version that is served: procs of each slot behind each other, slot i's
 * procedure j at i * n_procs + j. */
struct version_counts {
	struct version_counts *next;
	uint32_t program;
	uint32_t version;
	uint32_t n_slots;
	uint32_t n_procs;
	uint32_t *numbers;		/* of the procedures */
	struct proc_counts procs[];
};

/* One loop. */
struct dispatch_counts {
	count calls;
	count bad_messages;
	count replayed;
	count dropped_running;
	count dropped_lost;
	count replay_entries;		/* now */
	count replay_evicted;
	count replay_oversized;
};

/* The bucket of a latency: i is below 2^i eighths of a microsecond. */
static inline unsigned
count_bucket(int64_t ns)
{
	uint64_t eighths = ns > 0 ? (uint64_t)ns / 125 : 0;
	unsigned i;

	if (!eighths)
		return 0;
	i = 64u - (unsigned)__builtin_clzll(eighths);
	return i < ORPC_LATENCY_BUCKETS ? i : ORPC_LATENCY_BUCKETS - 1;
}

#endif
