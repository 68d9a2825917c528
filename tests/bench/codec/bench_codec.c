/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Workload W1: codecs against each other, one round.
 *
 *	bench_codec [MESSAGES]
 *
 * Visits every contestant once, in random order, for each message and each
 * way; a visit repeats the work for a few milliseconds and keeps the best of
 * five.  Prints a line a visit: message, way, contestant, nanoseconds.
 * MESSAGES are letters: "ae" measures the small struct and the unions.
 * report.sh runs rounds of this, at several places in memory (place.c), and
 * takes ratios inside a round and medians over all: absolute times double
 * from one minute to the next on a shared machine, ratios do not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/codec/contest.h"
#include "tests/lib/random.h"
#include "xdr/base.h"

enum way { ENCODE, DECODE, AGAIN, BORROW, WAYS };
enum { WHO_MOST = 6 };

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
#ifdef HAVE_W1_PROTOBUF
	&w1_protobuf,
#endif
};

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
		if (c->own_bytes)
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

/* Visits every contestant once for each way. */
static void
run_case(const struct work *w, uint64_t *seed)
{
	size_t order[WHO_MOST * WAYS];
	size_t n = ARRAY_LEN(contestants) * WAYS;
	int takes_part[WHO_MOST];

	if (load_all(w, takes_part))
		exit(1);
	shuffle(order, n, seed);
	for (size_t i = 0; i < n; i++) {
		const struct contestant *c = contestants[order[i] / WAYS];
		enum way way = (enum way)(order[i] % WAYS);

		if (takes_part[order[i] / WAYS] && has_way(c, way))
			printf("%s\t%s\t%s\t%.2f\n", case_names[w->which],
			    way_names[way], c->name, measure(c, w, way));
	}
	fflush(stdout);
}

/* Memory for a message: see W1_OFFSET. */
static uint8_t *
place_of(size_t n)
{
	uint8_t *page = aligned_alloc(4096, (n + W1_OFFSET + 64 + 4095) &
	    ~(size_t)4095);

	if (!page)
		abort();
	memset(page, 0, n + W1_OFFSET + 64);
	return page + W1_OFFSET;
}

static void
run_message(enum w1_case which, uint64_t *seed)
{
	struct work w = { .which = which };
	uint8_t *message = w1_message(which, &w.n);

	w.bytes = place_of(w.n);
	memcpy(w.bytes, message, w.n);
	free(message);
	w.room = place_of(w.n);
	w.units = which == W1_SMALL ? W1_SMALLS : 1;
	w.repeat = (unsigned)((2u << 20) / (w.n + 16)) + 1;
	run_case(&w, seed);
	free(w.room - W1_OFFSET);
	free(w.bytes - W1_OFFSET);
}

int
main(int argc, char **argv)
{
	const char *letters = argc > 1 ? argv[1] : NULL;
	uint64_t seed = (uint64_t)now_ns();

	for (int which = 0; which < W1_CASES; which++)
		if (!letters || strchr(letters, case_names[which][0]))
			run_message((enum w1_case)which, &seed);
	return 0;
}
