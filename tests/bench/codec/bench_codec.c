/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Workload W1: codecs against each other.
 *
 * Each round visits every contestant once, in random order, for each message
 * and each way; a visit repeats the work for a few milliseconds and keeps
 * the best of five.  Ratios are taken inside a round, and the medians over
 * all rounds are the result: absolute times double from one minute to the
 * next on a shared machine, ratios do not.
 *
 *	bench_codec [-t] [ROUNDS]
 *
 * Prints a line a message and way: our time, that of the limit and of
 * libtirpc, how many times the limit's ours is (median, and least and most of
 * all rounds), the goal for that, how many times ours libtirpc's is, and the
 * same for our codec by table.  With -t tab-separated, for report.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/codec/contest.h"
#include "tests/lib/random.h"
#include "xdr/base.h"

enum way { ENCODE, DECODE, AGAIN, BORROW, WAYS };
enum { ROUNDS_MOST = 101, WHO_MOST = 5 };

static const char *const case_names[W1_CASES] = {
	"a small struct", "b 1M int32", "c 100k structs", "d list of 10k",
	"e 10k unions", "f 1 MiB opaque", "g 1M doubles",
};
static const char *const way_names[WAYS] = {
	"encode", "decode, fresh memory", "decode, kept memory",
	"decode, borrowing",
};

static const struct contestant *const contestants[] = {
	&w1_ours, &w1_table, &w1_limit, &w1_memcpy,
#ifdef HAVE_W1_TIRPC
	&w1_tirpc,
#endif
};

static int tabs;

/* The message that is being worked on. */
struct work {
	enum w1_case which;
	uint8_t *bytes;
	uint8_t *room;
	size_t n;
	unsigned repeat;
	unsigned units;		/* small structs in it; else 1 */
};

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The function of a way; NULL if the contestant has none for this message. */
static int
do_once(const struct contestant *c, const struct work *w, enum way way)
{
	switch (way) {
	case ENCODE:
		return c->encode(w->which, w->room, w->n);
	case DECODE:
		return c->decode(w->which, w->bytes, w->n);
	case AGAIN:
		return c->again(w->which, w->bytes, w->n);
	default:
		return c->borrow(w->which, w->bytes, w->n);
	}
}

static int
has_way(const struct contestant *c, enum way way)
{
	return way == ENCODE || way == DECODE || (way == AGAIN && c->again) ||
	    (way == BORROW && c->borrow);
}

/* Nanoseconds for one message, the best of five. */
static double
measure(const struct contestant *c, const struct work *w, enum way way)
{
	double best = 0;

	for (int i = 0; i < 5; i++) {
		double t = now_ns();

		for (unsigned k = 0; k < w->repeat; k++)
			if (do_once(c, w, way)) {
				fprintf(stderr, "%s failed at %s, %s\n",
				    c->name, case_names[w->which],
				    way_names[way]);
				exit(1);
			}
		t = (now_ns() - t) / w->repeat / w->units;
		if (!i || t < best)
			best = t;
	}
	return best;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median of n values, 0 entries (nobody was there) left out. */
static double
median(const double *values, size_t n)
{
	double sorted[ROUNDS_MOST];
	size_t have = 0;

	for (size_t i = 0; i < n; i++)
		if (values[i] > 0)
			sorted[have++] = values[i];
	if (!have)
		return 0;
	qsort(sorted, have, sizeof(sorted[0]), compare);
	return sorted[have / 2];
}

/* A permutation of 0 to n - 1. */
static void
shuffle(size_t *order, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)(test_random(seed) % (i + 1));

		order[i] = order[j];
		order[j] = i;
	}
}

/* Does everybody write the same bytes? */
static int
load_all(const struct work *w, int *takes_part)
{
	for (size_t i = 0; i < ARRAY_LEN(contestants); i++) {
		const struct contestant *c = contestants[i];

		takes_part[i] = c->load(w->which, w->bytes, w->n) == 0;
		if (!takes_part[i])
			continue;
		memset(w->room, 0xa5, w->n);
		if (c->encode(w->which, w->room, w->n) ||
		    memcmp(w->room, w->bytes, w->n) != 0) {
			fprintf(stderr, "%s writes other bytes for %s\n",
			    c->name, case_names[w->which]);
			return -1;
		}
	}
	return 0;
}

/* How many times b's time a's is: median, least and most of the rounds. */
struct ratio {
	double median, least, most;
};

static struct ratio
ratio_of(const double *a, const double *b, size_t rounds)
{
	double ratios[ROUNDS_MOST] = { 0 };
	struct ratio r = { 0, 0, 0 };

	if (!a || !b || a[0] <= 0 || b[0] <= 0)
		return r;
	for (size_t i = 0; i < rounds; i++) {
		ratios[i] = a[i] / b[i];
		if (!i || ratios[i] < r.least)
			r.least = ratios[i];
		if (ratios[i] > r.most)
			r.most = ratios[i];
	}
	r.median = median(ratios, rounds);
	return r;
}

/* The times of a contestant; NULL if it is not here. */
static const double *
times_of(double times[][ROUNDS_MOST], const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(contestants); i++)
		if (strcmp(contestants[i]->name, name) == 0 && times[i][0] > 0)
			return times[i];
	return NULL;
}

/* At most so many times the limit's time. */
static double
goal_of(enum w1_case which, enum way way)
{
	if (way == BORROW)
		return 0;
	if (which == W1_BLOB)
		return 1.05;
	return which == W1_RECORDS && way == DECODE ? 1.2 : 1.25;
}

static void
print_number(int digits, double v)
{
	char text[32] = "-";

	if (v > 0)
		snprintf(text, sizeof(text), "%.*f", digits, v);
	if (tabs)
		printf("\t%s", text);
	else
		printf(" %10s", text);
}

static void
report(const struct work *w, enum way way, double times[][ROUNDS_MOST],
    size_t rounds)
{
	const double *ours = times_of(times, "orpc");
	const double *table = times_of(times, "orpc, by table");
	const double *tirpc = times_of(times, "libtirpc");
	const double *limit = times_of(times, "limit");
	struct ratio r;

	if (!limit)
		limit = times_of(times, "memcpy");
	r = ratio_of(ours, limit, rounds);
	if (tabs)
		printf("%s\t%s", case_names[w->which], way_names[way]);
	else
		printf("%-15s %-21s", case_names[w->which], way_names[way]);
	print_number(1, median(ours, rounds));
	print_number(1, limit ? median(limit, rounds) : 0);
	print_number(1, tirpc ? median(tirpc, rounds) : 0);
	print_number(2, r.median);
	print_number(2, r.least);
	print_number(2, r.most);
	print_number(2, limit ? goal_of(w->which, way) : 0);
	print_number(1, ratio_of(tirpc, ours, rounds).median);
	print_number(1, ratio_of(table, ours, rounds).median);
	printf("\n");
	if (!tabs && limit && goal_of(w->which, way) > 0)
		printf("goal: %s, %s, by the limit: %.2f (at most %.2f)\n",
		    case_names[w->which], way_names[way], r.median,
		    goal_of(w->which, way));
	fflush(stdout);
}

static void
run_case(const struct work *w, size_t rounds, uint64_t *seed)
{
	static double times[WAYS][WHO_MOST][ROUNDS_MOST];
	int takes_part[WHO_MOST];

	memset(times, 0, sizeof(times));
	if (load_all(w, takes_part))
		exit(1);
	for (size_t r = 0; r < rounds; r++) {
		size_t order[WHO_MOST * WAYS];

		shuffle(order, ARRAY_LEN(contestants) * WAYS, seed);
		for (size_t i = 0; i < ARRAY_LEN(contestants) * WAYS; i++) {
			size_t who = order[i] / WAYS;
			enum way way = (enum way)(order[i] % WAYS);

			if (takes_part[who] && has_way(contestants[who], way))
				times[way][who][r] = measure(contestants[who],
				    w, way);
		}
	}
	for (enum way way = ENCODE; way < WAYS; way++)
		report(w, way, times[way], rounds);
}

static void
run_message(enum w1_case which, size_t rounds, uint64_t *seed)
{
	struct work w = { .which = which };

	w.bytes = w1_message(which, &w.n);
	w.room = calloc(1, w.n + 64);
	if (!w.room)
		abort();
	w.units = which == W1_SMALL ? W1_SMALLS : 1;
	w.repeat = (unsigned)((2u << 20) / (w.n + 16)) + 1;
	run_case(&w, rounds, seed);
	free(w.room);
	free(w.bytes);
}

int
main(int argc, char **argv)
{
	uint64_t seed = (uint64_t)now_ns();
	size_t rounds;

	tabs = argc > 1 && strcmp(argv[1], "-t") == 0;
	rounds = argc > 1 + tabs ? strtoul(argv[1 + tabs], NULL, 10) : 7;
	if (rounds < 1 || rounds > ROUNDS_MOST) {
		fprintf(stderr, "usage: bench_codec [-t] [ROUNDS, up to %d]\n",
		    ROUNDS_MOST);
		return 2;
	}
	if (!tabs)
		printf("%zu rounds, nanoseconds a message\n"
		    "%-37s %10s %10s %10s %10s %10s %10s %10s %10s %10s\n",
		    rounds, "", "orpc", "limit", "libtirpc", "orpc/limit",
		    "least", "most", "goal", "libtirpc/o", "table/orpc");
	for (int which = 0; which < W1_CASES; which++)
		run_message((enum w1_case)which, rounds, &seed);
	return 0;
}
