/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the tables themselves, with none of the example's code. */
#include "tests/e2e/election_votes.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const char sql[] = "SELECT vote.number, candidate.name, vote.ballot"
    " FROM vote JOIN candidate ON candidate.id = vote.candidate";

static int
sqlite_votes(const char *where, election_vote_fn *fn, void *ctx)
{
	sqlite3_stmt *select = NULL;
	sqlite3 *db;
	int rc = sqlite3_open_v2(where, &db, SQLITE_OPEN_READWRITE, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, sql, -1, &select, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(select)) == SQLITE_ROW)
		rc = fn(ctx, sqlite3_column_int64(select, 0),
		    (const char *)sqlite3_column_text(select, 1),
		    sqlite3_column_blob(select, 2));
	sqlite3_finalize(select);
	sqlite3_close(db);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
postgres_votes(const char *where, election_vote_fn *fn, void *ctx)
{
	PGconn *db = PQconnectdb(where);
	PGresult *rows = PQexec(db, sql);
	int rc = PQresultStatus(rows) == PGRES_TUPLES_OK ? 0 : -1;

	for (int i = 0; rc == 0 && i < PQntuples(rows); i++) {
		size_t n;
		unsigned char *ballot = PQunescapeBytea(
		    (unsigned char *)PQgetvalue(rows, i, 2), &n);

		rc = n == 16 ? fn(ctx, strtoll(PQgetvalue(rows, i, 0), NULL,
		    10), PQgetvalue(rows, i, 1), ballot) : -1;
		PQfreemem(ballot);
	}
	PQclear(rows);
	PQfinish(db);
	return rc;
}

int
election_votes(const char *where, election_vote_fn *fn, void *ctx)
{
	if (strncmp(where, "postgresql://", 13) == 0)
		return postgres_votes(where, fn, ctx);
	return sqlite_votes(where, fn, ctx);
}
