/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The duplicate-request cache: a call that was executed is not executed again
 * when it arrives once more (RFC 5531 section 8: at most once).
 *
 * A call is the same when its client, xid, program, version, procedure,
 * identity and argument bytes are the same.  An entry exists from before the
 * handler starts until 120 s after it ended, or until its client ended 1,024
 * newer calls, or until the cache is full and its client holds most.
 *
 * Pure: no clock, no locks, no I/O.  Threads: the owner's.
 */
#ifndef ORPC_PROTO_REPLAY_H
#define ORPC_PROTO_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oxdr/mem.h>
#include <oxdr/writer.h>

#include "runtime/proto/holders.h"
#include "runtime/proto/spare.h"

#define ORPC_I_REPLAY_WINDOW_NS ((int64_t)120 * 1000000000)
#define ORPC_I_REPLAY_PER_CLIENT 1024u
#define ORPC_I_REPLAY_ENTRIES 65536u
#define ORPC_I_REPLAY_BYTES ((size_t)64 << 20)
#define ORPC_I_REPLAY_REPLY_MAX 65536u

struct orpc_i_replay_client;
struct orpc_i_replay_entry;

/* Every member is a bound; none may be 0. */
struct orpc_i_replay_limits {
	int64_t window_ns;	/* an entry lives that long after its end */
	size_t bytes;		/* of all entries and replies */
	uint32_t entries;	/* of all clients */
	uint32_t per_client;	/* of one client */
	uint32_t reply_max;	/* bytes; a larger reply is not kept */
};

/* Since init; entries and bytes: now. */
struct orpc_i_replay_counts {
	uint64_t entries;
	uint64_t bytes;
	uint64_t clients;
	uint64_t answered;	/* duplicates that were given a reply */
	uint64_t dropped_running;	/* duplicates of a call that runs */
	uint64_t dropped_lost;	/* duplicates whose reply was not kept */
	uint64_t oversized;	/* replies that were not kept */
	uint64_t evicted;	/* entries that ended under pressure */
	uint64_t refused;	/* calls for which there was no room */
};

/* Reply blocks are powers of two, from 64 bytes on. */
#define ORPC_I_REPLAY_SIZES 25

/*
 * counts.bytes <= limits.bytes and counts.entries <= limits.entries hold
 * between calls; ended entries are in `all`, oldest first.
 */
struct orpc_i_replay {
	struct orpc_i_replay_limits limits;
	struct orpc_i_replay_counts counts;
	const struct oxdr_allocator *allocator;
	uint64_t seed;
	struct orpc_i_replay_entry **table;
	size_t table_size;	/* a power of two */
	struct orpc_i_replay_client **names;
	size_t names_size;	/* a power of two */
	size_t n_names;
	struct orpc_i_replay_entry *all_first, *all_last;
	struct orpc_i_holders by_entries;
	struct orpc_i_holders by_bytes;
	struct orpc_i_spare spare_entries;
	struct orpc_i_spare spare_blocks[ORPC_I_REPLAY_SIZES];
};

/* What makes a call the same, beside its client. */
struct orpc_i_replay_key {
	uint32_t xid;
	uint32_t program;
	uint32_t version;
	uint32_t procedure;
	uint64_t identity;	/* orpc_i_digest of the verified identity */
	uint64_t args;		/* orpc_i_digest of the argument bytes */
	size_t args_bytes;
};

/* What a cached reply is.  secret: overwritten before its memory is reused. */
struct orpc_i_replay_reply {
	const uint8_t *bytes;
	uint32_t n;
	bool secret;
};

/* What a call turned out to be. */
enum {
	REPLAY_NEW = 1,		/* run it, then end its entry */
	REPLAY_RUNNING,		/* drop it: the first one is still running */
	REPLAY_ANSWER,		/* send the reply that was kept */
	REPLAY_LOST		/* drop it: it ran, its reply was not kept */
};

/*
 * Starts a cache.
 *
 * limits      copied; NULL: the figures above
 * allocator   borrowed until fini; NULL: malloc and free
 * seed        unpredictable to peers: digests and tables are keyed by it
 *
 * Returns 0 or -OXDR_E_NOMEM.
 */
int orpc_i_replay_init(struct orpc_i_replay *cache,
    const struct orpc_i_replay_limits *limits,
    const struct oxdr_allocator *allocator, uint64_t seed);

/* Ends a cache.  No call may be running, no client open. */
void orpc_i_replay_fini(struct orpc_i_replay *cache);

/*
 * Opens a client: each open needs a close, which may come before its calls
 * have ended.
 *
 * name, n   its address, at most 32 bytes: opening the same name gives the
 *           same client as long as it is open or has entries.
 *           NULL: a client of its own (a connection), whose entries end when
 *           it is closed.
 *
 * Returns NULL when there is no memory.
 */
struct orpc_i_replay_client *orpc_i_replay_open(struct orpc_i_replay *cache,
    const void *name, size_t n);
void orpc_i_replay_close(struct orpc_i_replay *cache,
    struct orpc_i_replay_client *client);

/*
 * Looks a call up before it is executed.
 *
 * out_entry   written for REPLAY_NEW: to be ended by exactly one of
 *             orpc_i_replay_end and orpc_i_replay_forget
 * out_reply   written for REPLAY_ANSWER: borrowed until the next call
 *
 * Returns REPLAY_...; -OXDR_E_NOMEM or -OXDR_E_LIMIT when no entry can be
 * made (everything there is still runs): the call must not be executed.
 */
int orpc_i_replay_begin(struct orpc_i_replay *cache,
    struct orpc_i_replay_client *client, const struct orpc_i_replay_key *key,
    int64_t now_ns, struct orpc_i_replay_entry **out_entry,
    struct orpc_i_replay_reply *out_reply);

/*
 * Ends a call that was executed, and keeps its reply if it may be kept; else
 * its duplicates are REPLAY_LOST.
 *
 * pieces, n   the reply, borrowed for the call
 * secret      overwrite the copy before its memory is used again
 */
void orpc_i_replay_end(struct orpc_i_replay *cache,
    struct orpc_i_replay_entry *entry, const struct oxdr_piece *pieces,
    size_t n, bool secret, int64_t now_ns);

/* Ends a call that had no effect: its duplicate is REPLAY_NEW. */
void orpc_i_replay_forget(struct orpc_i_replay *cache,
    struct orpc_i_replay_entry *entry);

/* Ends entries that are too old; begin does a few at a time.  Returns when
 * the next is due, INT64_MAX if there is none. */
int64_t orpc_i_replay_expire(struct orpc_i_replay *cache, int64_t now_ns);

/* Gives memory that is not in use back to the allocator. */
void orpc_i_replay_trim(struct orpc_i_replay *cache);

#endif
