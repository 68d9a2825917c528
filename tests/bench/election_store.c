/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What sharing a commit is worth: votes a second into a store with a commit
 * for each vote, and with 64 votes a commit, same journal, same durability.
 *
 *	election_store STORE [ROUNDS]
 *
 * Each round does both, in turns; the medians and the ratio are printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "examples/election/store.h"

#define SHARED 64u
#define SINGLES 256u
#define BATCHES 64u
#define ROUNDS_MAX 99u

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const struct store *store)
{
	fprintf(stderr, "election_store: %s\n", store->error);
	exit(1);
}

/* Records the votes of numbers [first, first + n), `size` a commit; votes a
 * second. */
static double
rate(struct store *store, int64_t first, size_t n, size_t size)
{
	struct ballot ballots[SHARED];
	double start = now();

	for (size_t done = 0; done < n; done += size) {
		for (size_t i = 0; i < size; i++) {
			memset(&ballots[i], 0, sizeof(ballots[i]));
			ballots[i].number = first + (int64_t)(done + i);
			ballots[i].candidate = i % 2 == 0 ? "Ada" : "Grace";
		}
		if (store_record(store, ballots, size) != 0)
			die(store);
		for (size_t i = 0; i < size; i++)
			if (ballots[i].outcome != VOTE_RECORDED)
				exit(1);
	}
	return (double)n / (now() - start);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "Ada", "Grace" };
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;
	size_t per_round = SINGLES + BATCHES * SHARED;
	double single[ROUNDS_MAX], shared[ROUNDS_MAX], ratio[ROUNDS_MAX];
	struct store store;
	int64_t *numbers, next = 1;
	size_t taken;

	if (argc < 2 || rounds == 0 || rounds > ROUNDS_MAX) {
		fputs("usage: election_store STORE [ROUNDS]\n", stderr);
		return 2;
	}
	numbers = calloc(rounds * per_round, sizeof(*numbers));
	if (!numbers)
		return 1;
	for (size_t i = 0; i < rounds * per_round; i++)
		numbers[i] = (int64_t)i + 1;
	if (store_open(&store, argv[1], true) != 0 ||
	    store_create(&store, "bench", names, 2) != 0 ||
	    store_issue(&store, numbers, rounds * per_round, &taken) != 0)
		die(&store);
	for (size_t i = 0; i < rounds; i++) {
		single[i] = rate(&store, next, SINGLES, 1);
		next += SINGLES;
		shared[i] = rate(&store, next, BATCHES * SHARED, SHARED);
		next += BATCHES * SHARED;
		ratio[i] = shared[i] / single[i];
	}
	printf("votes/s, one a commit: %.0f\n", median(single, rounds));
	printf("votes/s, %u a commit: %.0f\n", SHARED,
	    median(shared, rounds));
	printf("goal: votes/s in %s, shared / single commits: %.1f"
	    " (at least 8)\n", strstr(argv[1], "://") ? "PostgreSQL" :
	    "SQLite", median(ratio, rounds));
	store_close(&store);
	free(numbers);
	return 0;
}
