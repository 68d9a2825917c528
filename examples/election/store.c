/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The store's front: chooses the kind by the name it is opened with.
 */
#include "store.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
store_fail(struct store *store, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(store->error, sizeof(store->error), format, ap);
	va_end(ap);
	store->error[strcspn(store->error, "\n")] = '\0';
	return -1;
}

static bool
is_postgres(const char *where)
{
	return strncmp(where, "postgresql://", 13) == 0 ||
	    strncmp(where, "postgres://", 11) == 0;
}

int
store_open(struct store *store, const char *where, bool may_create)
{
	memset(store, 0, sizeof(*store));
	store->kind = is_postgres(where) ? &store_postgres : &store_sqlite;
	return store->kind->open(store, where, may_create);
}

void
store_close(struct store *store)
{
	if (store->handle)
		store->kind->close(store);
	store->handle = NULL;
}

int
store_create(struct store *store, const char *title,
    const char *const *candidates, size_t n)
{
	if (n == 0 || n > CANDIDATES_MAX)
		return store_fail(store, "a poll has 1 to %d candidates",
		    CANDIDATES_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(candidates[i]);

		if (len == 0 || len > CANDIDATE_MAX)
			return store_fail(store,
			    "a candidate's name has 1 to %d bytes",
			    CANDIDATE_MAX);
	}
	return store->kind->create(store, title, candidates, n);
}

int
store_issue(struct store *store, const int64_t *numbers, size_t n,
    size_t *out_taken)
{
	return store->kind->issue(store, numbers, n, out_taken);
}

int
store_record(struct store *store, struct ballot *ballots, size_t n)
{
	if (n > STORE_BATCH_MAX)
		return store_fail(store, "more than %u ballots at once",
		    STORE_BATCH_MAX);
	return store->kind->record(store, ballots, n);
}

int
store_tally(struct store *store, store_line_fn *fn, void *ctx)
{
	return store->kind->tally(store, fn, ctx);
}

int
store_count(struct store *store, uint64_t *out_issued, uint64_t *out_voted)
{
	return store->kind->count(store, out_issued, out_voted);
}
