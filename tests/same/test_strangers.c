/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What tests/xdr/test_hostile.c asks of the table-driven codec, asked of
 * generated code: lies about lengths take no memory, messages cut off leave
 * nothing behind, lists take no stack, depth ends at the limit.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tests/lib/test.h"

#include "every.h"

static int
get_hypers(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return hypers_xdr_get(r, arena, out);
}

static int
get_octets(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return octets_xdr_get(r, arena, out);
}

static int
get_words(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return words_xdr_get(r, arena, out);
}

static int
get_texts(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return texts_xdr_get(r, arena, out);
}

static int
get_mixeds(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return mixeds_xdr_get(r, arena, out);
}

static int
get_bush(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return bush_xdr_get(r, arena, out);
}

static void
bombs_take_nothing(void **state)
{
	static oxdr_get_fn *const gets[] = { get_hypers, get_octets,
		get_words, get_texts, get_mixeds, get_bush };
	static const uint32_t lies[] = { 0x10, 0x3ffffff0, 0x7fffffff,
		0x80000000, 0xfffffffc, 0xfffffffd, 0xffffffff };
	struct test_alloc a;
	struct oxdr_arena arena;

	(void)state;
	test_alloc_init(&a);
	oxdr_arena_init(&arena, &a.hooks, 0);
	for (size_t i = 0; i < sizeof(gets) / sizeof(gets[0]); i++)
		for (size_t k = 0; k < sizeof(lies) / sizeof(lies[0]); k++) {
			struct oxdr_reader r;
			uint8_t bytes[8] = { 0 };
			uint64_t v[8];

			oxdr_store_u32(bytes, lies[k]);
			oxdr_reader_init(&r, bytes, sizeof(bytes));
			assert_true(gets[i](&r, &arena, v) < 0);
		}
	assert_int_equal(a.requests, 0);
	oxdr_arena_fini(&arena);
}

static void
cut_off_arrays_leave_nothing(void **state)
{
	struct test_alloc a;
	struct oxdr_arena arena;
	static uint8_t bytes[4 + 1000 * 12];
	size_t most = 0;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	oxdr_store_u32(bytes, 1000);
	for (size_t i = 0; i < 1000; i++)
		oxdr_store_u32(bytes + 4 + i * 12, 8);
	test_alloc_init(&a);
	oxdr_arena_init(&arena, &a.hooks, 0);
	for (int i = 0; i < 20000; i++) {
		struct oxdr_reader r;
		texts v;

		oxdr_reader_init(&r, bytes, sizeof(bytes) - 1);
		assert_int_equal(texts_xdr_get(&r, &arena, &v),
		    -OXDR_E_SHORT);
		oxdr_arena_reset(&arena);
		if (i == 2)
			most = a.live_bytes;
		assert_true(i < 2 || a.live_bytes == most);
	}
	oxdr_arena_fini(&arena);
	test_alloc_empty(&a);
}

/*
 * Arrays in arrays, each of whose counts claims all bytes that are left: no
 * more memory than a value of these bytes could take, whatever the depth.
 */
static void
nested_counts_take_no_more_than_values(void **state)
{
	enum { N = 64 << 10 };
	static uint8_t bytes[N];
	struct test_alloc a;
	struct oxdr_arena arena;
	size_t most = 0;

	(void)state;
	for (size_t at = 0; at + 8 <= N; at += 8)
		oxdr_store_u32(bytes + at + 4, (uint32_t)(N - at - 8) / 8);
	test_alloc_init(&a);
	oxdr_arena_init(&arena, &a.hooks, 0);
	for (int i = 0; i < 1000; i++) {
		struct oxdr_reader r;
		bush v;

		oxdr_reader_init(&r, bytes, N);
		assert_int_equal(i % 2 ? bush_xdr_get(&r, &arena, &v) :
		    oxdr_get_value(&r, &arena, &bush_xdr_type, &v),
		    -OXDR_E_LIMIT);
		assert_in_range(arena.used, 1, 5 * N);
		/* Nothing of the budget is gone but what was taken. */
		assert_in_range(OXDR_BUDGET - r.budget, 1,
		    bush_xdr_type.ratio * N + OXDR_BUDGET_LEAST);
		oxdr_arena_reset(&arena);
		if (i == 2)
			most = a.live_bytes;
		assert_true(i < 2 || a.live_bytes == most);
	}
	oxdr_arena_fini(&arena);
	test_alloc_empty(&a);
}

/* A value that takes all that its type's ratio allows is still decoded, also
 * when another value follows. */
static void
ratios_suffice(void **state)
{
	static const uint32_t counts[] = { 0, 1, 2, 7, 8, 1000 };
	static uint8_t bytes[2 * (4 + 1000 * 8)];

	(void)state;
	for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++) {
		struct oxdr_arena arena = { 0 };
		struct oxdr_reader r;
		maybe_ints v;
		bush b = { 0 };
		size_t n = 4;

		/* Pointers and what they point to: 8 bytes each. */
		oxdr_store_u32(bytes, counts[k]);
		for (uint32_t i = 0; i < counts[k]; i++, n += 8) {
			oxdr_store_u32(bytes + n, 1);
			oxdr_store_u32(bytes + n + 4, i);
		}
		oxdr_reader_init(&r, bytes, n);
		assert_int_equal(maybe_ints_xdr_get(&r, &arena, &v), 0);
		assert_int_equal(oxdr_reader_finish(&r), 0);
		/* Twigs without name or twigs: 8 bytes each. */
		memset(bytes, 0, sizeof(bytes));
		oxdr_store_u32(bytes + 4, counts[k]);
		n = 8 + (size_t)counts[k] * 8;
		oxdr_reader_init(&r, bytes, 2 * n);
		assert_int_equal(bush_xdr_get(&r, &arena, &b), 0);
		assert_int_equal(b.twigs.twigs_len, counts[k]);
		assert_int_equal(oxdr_reader_left(&r), n);
		assert_int_equal(OXDR_BUDGET - r.budget,
		    1 + (sizeof(bush) + 1) * counts[k]);
		oxdr_arena_fini(&arena);
	}
}

/* ---- Lists of a million, in a stack of 256 KiB ---------------------------- */

#define MANY 1000000

/* Decodes n bytes, encodes the value, and compares. */
#define BOTH_WAYS(T, bytes, n) do { \
	struct oxdr_arena arena = { 0 }; \
	struct oxdr_writer w; \
	struct oxdr_reader r; \
	uint8_t *again = malloc(n); \
	T v; \
	assert_non_null(again); \
	oxdr_reader_init(&r, bytes, n); \
	assert_int_equal(T##_xdr_get(&r, &arena, &v), 0); \
	assert_int_equal(oxdr_reader_finish(&r), 0); \
	assert_int_equal(T##_xdr_size(&v), n); \
	oxdr_writer_init_fixed(&w, again, n); \
	assert_int_equal(T##_xdr_put(&w, &v), 0); \
	assert_memory_equal(bytes, again, n); \
	oxdr_arena_fini(&arena); \
	free(again); \
} while (0)

static void *
lists_thread(void *ctx)
{
	uint8_t *bytes = malloc(MANY * 8);

	assert_non_null(bytes);
	/* A number, and whether there is another node; the same words serve
	 * for a list, a list in a union's arm, and a union of 1, 1... */
	for (uint32_t i = 0; i < MANY; i++) {
		oxdr_store_u32(bytes + (size_t)i * 8, i);
		oxdr_store_u32(bytes + (size_t)i * 8 + 4, i + 1 < MANY);
	}
	BOTH_WAYS(list, bytes, (size_t)MANY * 8);
	for (uint32_t i = 0; i < MANY; i++)
		oxdr_store_u32(bytes + (size_t)i * 8, 0);
	BOTH_WAYS(chain, bytes, (size_t)MANY * 8);
	/* 1 (the arm), 1 (there is one)...; at last 0. */
	for (uint32_t i = 0; i < MANY; i++)
		oxdr_store_u32(bytes + (size_t)i * 4, i + 1 < MANY);
	BOTH_WAYS(ring, bytes, (size_t)(MANY - 1) * 4 + 4);
	free(bytes);
	return ctx;
}

static void
long_lists(void **state)
{
	pthread_attr_t attr;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstacksize(&attr, 256 << 10), 0);
	assert_int_equal(pthread_create(&thread, &attr, lists_thread, NULL),
	    0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
}

/* A list of n whose tail is in a union: v, more, there... */
static void
ropes(void **state)
{
	enum { N = 100000 };
	uint8_t *bytes = calloc(N, 12);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i + 1 < N; i++) {
		oxdr_store_u32(bytes + i * 12 + 4, 1);
		oxdr_store_u32(bytes + i * 12 + 8, 1);
	}
	BOTH_WAYS(rope, bytes, (size_t)N * 12 - 4);
	free(bytes);
}

/* Two types that point to each other: as deep as the limit, not deeper. */
static void
depth(void **state)
{
	uint8_t bytes[(OXDR_DEPTH_MAX + 2) * 8];

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		size_t n = (OXDR_DEPTH_MAX + 1 + more) * 8;
		struct oxdr_arena arena = { 0 };
		struct oxdr_reader r;
		ping v;

		memset(bytes, 0, sizeof(bytes));
		for (size_t at = 4; at + 4 < n; at += 8)
			oxdr_store_u32(bytes + at, 1);
		oxdr_reader_init(&r, bytes, n);
		assert_int_equal(ping_xdr_get(&r, &arena, &v),
		    more ? -OXDR_E_DEPTH : 0);
		oxdr_reader_init(&r, bytes, n);
		assert_int_equal(oxdr_get_value(&r, &arena, &ping_xdr_type,
		    &v), more ? -OXDR_E_DEPTH : 0);
		oxdr_arena_fini(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bombs_take_nothing),
		cmocka_unit_test(cut_off_arrays_leave_nothing),
		cmocka_unit_test(nested_counts_take_no_more_than_values),
		cmocka_unit_test(ratios_suffice),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(ropes),
		cmocka_unit_test(depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
