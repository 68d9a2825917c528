/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Votes in an SQLite file: a write-ahead log that is synced at each commit
 * (synchronous=FULL), so that what was committed survives kill -9 and a power
 * cut.  A primary key on the voter's number makes a second vote impossible.
 */
#include "store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "CREATE TABLE poll (id INTEGER PRIMARY KEY CHECK (id = 1),"
    " title TEXT NOT NULL);"
    "CREATE TABLE candidate (id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE voter (number INTEGER PRIMARY KEY);"
    "CREATE TABLE vote (number INTEGER PRIMARY KEY REFERENCES voter,"
    " candidate INTEGER NOT NULL REFERENCES candidate,"
    " ballot BLOB NOT NULL);";

/* The statements of the busy path, prepared once a poll exists. */
struct sqlite_store {
	sqlite3 *db;
	sqlite3_stmt *candidate;
	sqlite3_stmt *insert;
	sqlite3_stmt *existing;
};

static int
sqlite_fail(struct store *store, const char *doing)
{
	struct sqlite_store *s = store->handle;

	return store_fail(store, "%s: %s", doing, sqlite3_errmsg(s->db));
}

static int
run(struct store *store, const char *sql)
{
	struct sqlite_store *s = store->handle;

	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fail(store, "store");
	return 0;
}

static int
sqlite_open(struct store *store, const char *where, bool may_create)
{
	struct sqlite_store *s = calloc(1, sizeof(*s));

	store->handle = s;
	if (!s)
		return store_fail(store, "no memory");
	if (sqlite3_open_v2(where, &s->db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX | (may_create ? SQLITE_OPEN_CREATE : 0),
	    NULL) != SQLITE_OK)
		return sqlite_fail(store, "store");
	sqlite3_busy_timeout(s->db, 10000);
	return run(store, "PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
}

static void
sqlite_close(struct store *store)
{
	struct sqlite_store *s = store->handle;

	sqlite3_finalize(s->candidate);
	sqlite3_finalize(s->insert);
	sqlite3_finalize(s->existing);
	sqlite3_close(s->db);
	free(s);
}

static int
prepare(struct store *store, const char *sql, sqlite3_stmt **out)
{
	struct sqlite_store *s = store->handle;

	if (*out)
		return 0;
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out,
	    NULL) != SQLITE_OK)
		return sqlite_fail(store, "no poll here");
	return 0;
}

static int
add_candidate(struct store *store, const char *name)
{
	struct sqlite_store *s = store->handle;
	sqlite3_stmt *insert = NULL;
	int rc = 0;

	if (prepare(store, "INSERT INTO candidate (name) VALUES (?1)",
	    &insert) != 0)
		return -1;
	sqlite3_bind_text(insert, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(insert) != SQLITE_DONE)
		rc = store_fail(store, "candidate '%s': %s", name,
		    sqlite3_errmsg(s->db));
	sqlite3_finalize(insert);
	return rc;
}

static int
fill_poll(struct store *store, const char *title,
    const char *const *candidates, size_t n)
{
	sqlite3_stmt *insert = NULL;
	int rc;

	if (run(store, schema) != 0)
		return store_fail(store, "the store holds a poll already");
	if (prepare(store, "INSERT INTO poll (id, title) VALUES (1, ?1)",
	    &insert) != 0)
		return -1;
	sqlite3_bind_text(insert, 1, title, -1, SQLITE_STATIC);
	rc = sqlite3_step(insert) == SQLITE_DONE ? 0 :
	    sqlite_fail(store, "poll");
	sqlite3_finalize(insert);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_candidate(store, candidates[i]);
	return rc;
}

/* Commits if rc is 0, else undoes. */
static int
finish(struct store *store, int rc)
{
	struct sqlite_store *s = store->handle;

	if (rc == 0)
		rc = run(store, "COMMIT");
	if (rc != 0 && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static int
sqlite_create(struct store *store, const char *title,
    const char *const *candidates, size_t n)
{
	if (run(store, "BEGIN IMMEDIATE") != 0)
		return -1;
	return finish(store, fill_poll(store, title, candidates, n));
}

static int
add_numbers(struct store *store, const int64_t *numbers, size_t n,
    size_t *out_taken)
{
	struct sqlite_store *s = store->handle;
	sqlite3_stmt *insert = NULL;
	size_t taken = 0;
	int rc = prepare(store, "INSERT INTO voter (number) VALUES (?1)"
	    " ON CONFLICT DO NOTHING", &insert);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		sqlite3_bind_int64(insert, 1, numbers[i]);
		if (sqlite3_step(insert) != SQLITE_DONE)
			rc = sqlite_fail(store, "issue");
		else
			taken += (size_t)sqlite3_changes(s->db);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	*out_taken = taken;
	return rc;
}

static int
sqlite_issue(struct store *store, const int64_t *numbers, size_t n,
    size_t *out_taken)
{
	if (run(store, "BEGIN IMMEDIATE") != 0)
		return -1;
	return finish(store, add_numbers(store, numbers, n, out_taken));
}

/* What an insert that changed nothing ran into. */
static int
judge_existing(struct store *store, struct ballot *b, int64_t candidate)
{
	struct sqlite_store *s = store->handle;
	int step;

	sqlite3_bind_int64(s->existing, 1, b->number);
	step = sqlite3_step(s->existing);
	if (step == SQLITE_ROW) {
		bool same = sqlite3_column_int64(s->existing, 0) == candidate &&
		    sqlite3_column_bytes(s->existing, 1) == BALLOT_BYTES &&
		    memcmp(sqlite3_column_blob(s->existing, 1), b->id,
			BALLOT_BYTES) == 0;

		b->outcome = same ? VOTE_REPEATED : VOTE_DUPLICATE;
	} else if (step == SQLITE_DONE) {
		b->outcome = VOTE_UNKNOWN_NUMBER;
	}
	sqlite3_reset(s->existing);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 :
	    sqlite_fail(store, "vote");
}

static int
record_one(struct store *store, struct ballot *b)
{
	struct sqlite_store *s = store->handle;
	int64_t candidate;
	int step;

	sqlite3_bind_text(s->candidate, 1, b->candidate, -1, SQLITE_STATIC);
	step = sqlite3_step(s->candidate);
	candidate = sqlite3_column_int64(s->candidate, 0);
	sqlite3_reset(s->candidate);
	if (step == SQLITE_DONE) {
		b->outcome = VOTE_UNKNOWN_CANDIDATE;
		return 0;
	}
	if (step != SQLITE_ROW)
		return sqlite_fail(store, "vote");

	sqlite3_bind_int64(s->insert, 1, b->number);
	sqlite3_bind_int64(s->insert, 2, candidate);
	sqlite3_bind_blob(s->insert, 3, b->id, BALLOT_BYTES, SQLITE_STATIC);
	step = sqlite3_step(s->insert);
	sqlite3_reset(s->insert);
	if (step != SQLITE_DONE)
		return sqlite_fail(store, "vote");
	if (sqlite3_changes(s->db) == 0)
		return judge_existing(store, b, candidate);
	b->outcome = VOTE_RECORDED;
	return 0;
}

static int
sqlite_record(struct store *store, struct ballot *ballots, size_t n)
{
	struct sqlite_store *s = store->handle;
	int rc = 0;

	if (prepare(store, "SELECT id FROM candidate WHERE name = ?1",
	    &s->candidate) != 0 ||
	    prepare(store, "INSERT INTO vote (number, candidate, ballot)"
	    " SELECT number, ?2, ?3 FROM voter WHERE number = ?1"
	    " ON CONFLICT DO NOTHING", &s->insert) != 0 ||
	    prepare(store, "SELECT candidate, ballot FROM vote"
	    " WHERE number = ?1", &s->existing) != 0)
		return -1;
	if (run(store, "BEGIN IMMEDIATE") != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = record_one(store, &ballots[i]);
	return finish(store, rc);
}

static int
sqlite_tally(struct store *store, store_line_fn *fn, void *ctx)
{
	sqlite3_stmt *select = NULL;
	int rc = prepare(store, "SELECT name, count(number) FROM candidate"
	    " LEFT JOIN vote ON candidate = id GROUP BY id ORDER BY id",
	    &select);
	int step = SQLITE_DONE;

	while (rc == 0 && (step = sqlite3_step(select)) == SQLITE_ROW)
		rc = fn(ctx, (const char *)sqlite3_column_text(select, 0),
		    (uint64_t)sqlite3_column_int64(select, 1));
	if (rc == 0 && step != SQLITE_DONE)
		rc = sqlite_fail(store, "tally");
	sqlite3_finalize(select);
	return rc;
}

static int
sqlite_count(struct store *store, uint64_t *out_issued, uint64_t *out_voted)
{
	sqlite3_stmt *select = NULL;
	int rc = prepare(store, "SELECT (SELECT count(*) FROM voter),"
	    " (SELECT count(*) FROM vote)", &select);

	if (rc == 0 && sqlite3_step(select) != SQLITE_ROW)
		rc = sqlite_fail(store, "count");
	if (rc == 0) {
		*out_issued = (uint64_t)sqlite3_column_int64(select, 0);
		*out_voted = (uint64_t)sqlite3_column_int64(select, 1);
	}
	sqlite3_finalize(select);
	return rc;
}

const struct store_kind store_sqlite = {
	.open = sqlite_open,
	.close = sqlite_close,
	.create = sqlite_create,
	.issue = sqlite_issue,
	.record = sqlite_record,
	.tally = sqlite_tally,
	.count = sqlite_count,
};
