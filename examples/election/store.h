/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where votes are kept.  What store_record() has returned is on disk.
 *
 * A store is used by one thread at a time; a server opens one for its
 * committer and another for its readers.
 */
#ifndef ELECTION_STORE_H
#define ELECTION_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "election.h"

/* A vote on its way into the store; candidate is borrowed. */
struct ballot {
	int64_t number;
	const char *candidate;
	uint8_t id[BALLOT_BYTES];
	vote_status outcome;	/* written by store_record */
};

typedef int store_line_fn(void *ctx, const char *candidate, uint64_t votes);

struct store;

/* One kind of store.  Each function: 0, or -1 with store->error filled in. */
struct store_kind {
	int (*open)(struct store *store, const char *where, bool may_create);
	void (*close)(struct store *store);
	int (*create)(struct store *store, const char *title,
	    const char *const *candidates, size_t n);
	int (*issue)(struct store *store, const int64_t *numbers, size_t n,
	    size_t *out_taken);
	int (*record)(struct store *store, struct ballot *ballots, size_t n);
	int (*tally)(struct store *store, store_line_fn *fn, void *ctx);
	int (*count)(struct store *store, uint64_t *out_issued,
	    uint64_t *out_voted);
};

struct store {
	const struct store_kind *kind;
	void *handle;
	char error[256];
};

/* Largest batch of store_record. */
#define STORE_BATCH_MAX 256u

/*
 * Opens a store.
 *
 * where        the path of an SQLite database, or postgresql://...
 * may_create   make the file if there is none (a database must exist)
 *
 * Returns 0; -1 with store->error saying why.  Close it in either case.
 */
int store_open(struct store *store, const char *where, bool may_create);
void store_close(struct store *store);

/* Makes the poll: fails when the store has one already. */
int store_create(struct store *store, const char *title,
    const char *const *candidates, size_t n);

/* Adds n voter numbers; those that exist already are left out of
 * *out_taken. */
int store_issue(struct store *store, const int64_t *numbers, size_t n,
    size_t *out_taken);

/*
 * Records votes in one durable commit and says of each what became of it.
 * One vote a number, whatever else runs; an id that is recorded with the same
 * number and candidate is VOTE_REPEATED.  On failure nothing is known:
 * recording the same ballots again is safe.
 */
int store_record(struct store *store, struct ballot *ballots, size_t n);

/* Calls fn for each candidate, in the order of the poll. */
int store_tally(struct store *store, store_line_fn *fn, void *ctx);

/* Numbers issued, numbers that have voted. */
int store_count(struct store *store, uint64_t *out_issued,
    uint64_t *out_voted);

/* The kinds; the second is a stand-in where libpq is not built in. */
extern const struct store_kind store_sqlite;
extern const struct store_kind store_postgres;

/* For the kinds: fills in store->error, returns -1. */
int store_fail(struct store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
