/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Votes in PostgreSQL, where several servers share one poll.  A batch is one
 * INSERT, which is one transaction: when it returns, the votes it names are
 * committed.  Numbers are inserted in order, so that two servers with the
 * same numbers in hand wait for each other instead of locking up.
 *
 * A lost connection leaves the outcome open; the batch is then sent again,
 * and what had been committed is found again by its ballot's id.
 */
#define _POSIX_C_SOURCE 200809L

#include "store.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char schema[] =
    "CREATE TABLE poll (id int PRIMARY KEY CHECK (id = 1),"
    " title text NOT NULL);"
    "CREATE TABLE candidate (id serial PRIMARY KEY,"
    " name text NOT NULL UNIQUE);"
    "CREATE TABLE voter (number bigint PRIMARY KEY);"
    "CREATE TABLE vote (number bigint PRIMARY KEY REFERENCES voter,"
    " candidate int NOT NULL REFERENCES candidate,"
    " ballot bytea NOT NULL);";

#define ASKED \
	"unnest($1::bigint[], $2::text[], $3::bytea[])" \
	" WITH ORDINALITY AS asked (number, name, ballot, i)"

/* The ballots that are committed by it. */
static const char insert_sql[] =
    "INSERT INTO vote (number, candidate, ballot)"
    " SELECT DISTINCT ON (asked.number) asked.number, c.id, asked.ballot"
    " FROM " ASKED " JOIN voter v ON v.number = asked.number"
    " JOIN candidate c ON c.name = asked.name"
    " ORDER BY asked.number, asked.i"
    " ON CONFLICT (number) DO NOTHING RETURNING ballot";

/* What each ballot ran into, in the order asked. */
static const char judge_sql[] =
    "SELECT c.id IS NOT NULL, v.number IS NOT NULL,"
    " vote.candidate = c.id AND vote.ballot = asked.ballot,"
    " vote.number IS NOT NULL"
    " FROM " ASKED " LEFT JOIN voter v ON v.number = asked.number"
    " LEFT JOIN candidate c ON c.name = asked.name"
    " LEFT JOIN vote ON vote.number = asked.number"
    " ORDER BY asked.i";

static int
pg_fail(struct store *store, const char *doing)
{
	const char *text = PQerrorMessage(store->handle);

	return store_fail(store, "%s: %s", doing,
	    *text ? text : "unexpected answer");
}

/* Runs a statement and expects rows or completion; NULL on failure. */
static PGresult *
query(struct store *store, const char *sql, int n,
    const char *const *params)
{
	PGresult *result = PQexecParams(store->handle, sql, n, NULL, params,
	    NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return result;
	pg_fail(store, "store");
	PQclear(result);
	return NULL;
}

static int
run(struct store *store, const char *sql)
{
	PGresult *result = PQexec(store->handle, sql);
	ExecStatusType status = PQresultStatus(result);

	PQclear(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		return pg_fail(store, "store");
	return 0;
}

static void
ignore_notice(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

static int
postgres_open(struct store *store, const char *where, bool may_create)
{
	(void)may_create;
	store->handle = PQconnectdb(where);
	if (!store->handle)
		return store_fail(store, "no memory");
	if (PQstatus(store->handle) != CONNECTION_OK)
		return pg_fail(store, "database");
	PQsetNoticeProcessor(store->handle, ignore_notice, NULL);
	return run(store, "SET synchronous_commit = on");
}

static void
postgres_close(struct store *store)
{
	PQfinish(store->handle);
}

static int
postgres_create(struct store *store, const char *title,
    const char *const *candidates, size_t n)
{
	const char *params[] = { title };
	PGresult *result;

	if (run(store, "BEGIN") != 0)
		return -1;
	if (run(store, schema) != 0) {
		run(store, "ROLLBACK");
		return store_fail(store, "the database holds a poll already");
	}
	result = query(store, "INSERT INTO poll VALUES (1, $1)", 1, params);
	for (size_t i = 0; result && i < n; i++) {
		PQclear(result);
		result = query(store, "INSERT INTO candidate (name)"
		    " VALUES ($1)", 1, &candidates[i]);
	}
	if (!result) {
		char error[sizeof(store->error)];

		memcpy(error, store->error, sizeof(error));
		run(store, "ROLLBACK");
		return store_fail(store, "%s", error);
	}
	PQclear(result);
	return run(store, "COMMIT");
}

/* Text of an SQL array, grown as needed; data NULL: no memory. */
struct array_text {
	char *data;
	size_t len;
	size_t room;
};

static void
array_add(struct array_text *text, const char *bytes, size_t n)
{
	if (text->len + n + 1 > text->room) {
		size_t room = 2 * (text->len + n + 64);
		char *data = text->data || text->room == 0 ?
		    realloc(text->data, room) : NULL;

		if (!data) {
			free(text->data);
			text->data = NULL;
			text->room = SIZE_MAX;
			return;
		}
		text->data = data;
		text->room = room;
	}
	if (!text->data)
		return;
	memcpy(text->data + text->len, bytes, n);
	text->len += n;
	text->data[text->len] = '\0';
}

static void
array_add_number(struct array_text *text, int64_t number)
{
	char digits[32];
	int n = snprintf(digits, sizeof(digits), "%s%lld",
	    text->len > 0 ? "," : "{", (long long)number);

	array_add(text, digits, (size_t)n);
}

static void
array_add_quoted(struct array_text *text, const char *value)
{
	array_add(text, text->len > 0 ? ",\"" : "{\"", 2);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			array_add(text, "\\", 1);
		array_add(text, value, 1);
	}
	array_add(text, "\"", 1);
}

static void
array_add_id(struct array_text *text, const uint8_t *id)
{
	char hex[3 + 2 * BALLOT_BYTES] = "\\x";

	for (size_t i = 0; i < BALLOT_BYTES; i++)
		snprintf(hex + 2 + 2 * i, 3, "%02x", id[i]);
	array_add_quoted(text, hex);
}

static int
postgres_issue(struct store *store, const int64_t *numbers, size_t n,
    size_t *out_taken)
{
	struct array_text text = { 0 };
	const char *params[1];
	PGresult *result;

	*out_taken = 0;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		array_add_number(&text, numbers[i]);
	array_add(&text, "}", 1);
	if (!text.data)
		return store_fail(store, "no memory");
	params[0] = text.data;
	result = query(store, "INSERT INTO voter SELECT unnest($1::bigint[])"
	    " ON CONFLICT DO NOTHING", 1, params);
	free(text.data);
	if (!result)
		return -1;
	*out_taken = strtoul(PQcmdTuples(result), NULL, 10);
	PQclear(result);
	return 0;
}

static bool
is_true(const PGresult *result, int row, int column)
{
	return !PQgetisnull(result, row, column) &&
	    PQgetvalue(result, row, column)[0] == 't';
}

static void
judge(const PGresult *result, struct ballot *ballots, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int row = (int)i;

		if (!is_true(result, row, 0))
			ballots[i].outcome = VOTE_UNKNOWN_CANDIDATE;
		else if (!is_true(result, row, 1))
			ballots[i].outcome = VOTE_UNKNOWN_NUMBER;
		else if (is_true(result, row, 2))
			ballots[i].outcome = VOTE_REPEATED;
		else if (is_true(result, row, 3))
			ballots[i].outcome = VOTE_DUPLICATE;
		else	/* no row: its number was taken away meanwhile */
			ballots[i].outcome = VOTE_NOT_STORED;
	}
}

/* The first ballot with this id that the insert took. */
static void
mark_recorded(const char *hex, struct ballot *ballots, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char own[3 + 2 * BALLOT_BYTES] = "\\x";

		for (size_t k = 0; k < BALLOT_BYTES; k++)
			snprintf(own + 2 + 2 * k, 3, "%02x",
			    ballots[i].id[k]);
		if (strcmp(hex, own) == 0 &&
		    ballots[i].outcome == VOTE_REPEATED) {
			ballots[i].outcome = VOTE_RECORDED;
			return;
		}
	}
}

static int
record_once(struct store *store, struct ballot *ballots, size_t n,
    const char *const *params)
{
	PGresult *taken = query(store, insert_sql, 3, params);
	PGresult *state;

	if (!taken)
		return -1;
	if ((size_t)PQntuples(taken) == n) {	/* all of them, as it should */
		for (size_t i = 0; i < n; i++)
			ballots[i].outcome = VOTE_RECORDED;
		PQclear(taken);
		return 0;
	}
	state = query(store, judge_sql, 3, params);
	if (state && (size_t)PQntuples(state) == n) {
		judge(state, ballots, n);
		for (int row = 0; row < PQntuples(taken); row++)
			mark_recorded(PQgetvalue(taken, row, 0), ballots, n);
		PQclear(state);
		PQclear(taken);
		return 0;
	}
	PQclear(state);
	PQclear(taken);
	return -1;
}

static int
reconnect(struct store *store, unsigned attempt)
{
	struct timespec pause = { .tv_nsec = 100000000L * (attempt + 1) };

	if (PQstatus(store->handle) == CONNECTION_OK)
		return -1;
	nanosleep(&pause, NULL);
	PQreset(store->handle);
	if (PQstatus(store->handle) != CONNECTION_OK)
		return pg_fail(store, "database");
	return run(store, "SET synchronous_commit = on");
}

static int
postgres_record(struct store *store, struct ballot *ballots, size_t n)
{
	struct array_text text[3] = { { 0 } };
	const char *params[3];
	int rc = 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		array_add_number(&text[0], ballots[i].number);
		array_add_quoted(&text[1], ballots[i].candidate);
		array_add_id(&text[2], ballots[i].id);
	}
	for (size_t k = 0; k < 3; k++) {
		array_add(&text[k], "}", 1);
		params[k] = text[k].data;
		if (!params[k])
			rc = store_fail(store, "no memory");
	}
	if (rc == 0)
		rc = record_once(store, ballots, n, params);
	for (unsigned attempt = 0; rc != 0 && attempt < 4; attempt++)
		if (reconnect(store, attempt) == 0)
			rc = record_once(store, ballots, n, params);
	for (size_t k = 0; k < 3; k++)
		free(text[k].data);
	return rc;
}

static PGresult *
read_only(struct store *store, const char *sql)
{
	PGresult *result = query(store, sql, 0, NULL);

	if (!result && reconnect(store, 0) == 0)
		result = query(store, sql, 0, NULL);
	return result;
}

static int
postgres_tally(struct store *store, store_line_fn *fn, void *ctx)
{
	PGresult *result = read_only(store,
	    "SELECT name, count(number) FROM candidate"
	    " LEFT JOIN vote ON candidate = id GROUP BY id, name ORDER BY id");
	int rc = result ? 0 : -1;

	for (int row = 0; rc == 0 && row < PQntuples(result); row++)
		rc = fn(ctx, PQgetvalue(result, row, 0),
		    strtoull(PQgetvalue(result, row, 1), NULL, 10));
	PQclear(result);
	return rc;
}

static int
postgres_count(struct store *store, uint64_t *out_issued, uint64_t *out_voted)
{
	PGresult *result = read_only(store,
	    "SELECT (SELECT count(*) FROM voter),"
	    " (SELECT count(*) FROM vote)");

	if (!result)
		return -1;
	*out_issued = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
	*out_voted = strtoull(PQgetvalue(result, 0, 1), NULL, 10);
	PQclear(result);
	return 0;
}

const struct store_kind store_postgres = {
	.open = postgres_open,
	.close = postgres_close,
	.create = postgres_create,
	.issue = postgres_issue,
	.record = postgres_record,
	.tally = postgres_tally,
	.count = postgres_count,
};
