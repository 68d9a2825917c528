/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arena: alignment, growth, limits, reset, holds, secrets.
 */
#include <oxdr/error.h>

#include "tests/lib/test.h"
#include "xdr/base.h"

static void
pieces_do_not_overlap(void **state)
{
	struct oxdr_arena arena = { 0 };
	unsigned char *pieces[500];
	size_t sizes[500];
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		sizes[i] = (size_t)(test_random(&seed) % (i % 50 ? 100 :
		    60000));
		pieces[i] = oxdr_arena_take(&arena, sizes[i], 8);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % 8, 0);
		memset(pieces[i], (int)i, sizes[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], i % 256);
	oxdr_arena_fini(&arena);
	assert_null(arena.chunks);
	assert_int_equal(arena.used, 0);
}

/* After a first time, a steady load allocates nothing. */
static void
reset_learns(void **state)
{
	struct test_alloc a;
	struct oxdr_arena arena;
	size_t requests = 0;

	(void)state;
	test_alloc_init(&a);
	oxdr_arena_init(&arena, &a.hooks, 0);
	for (int turn = 0; turn < 10; turn++) {
		for (int i = 0; i < 500; i++)
			assert_non_null(oxdr_arena_take(&arena, 60, 8));
		oxdr_arena_reset(&arena);
		if (turn == 1)
			requests = a.requests;
	}
	assert_int_equal(a.requests, requests);
	assert_int_equal(a.live, 1);

	/* What is more than `keep` is given back. */
	assert_non_null(oxdr_arena_take(&arena, 1 << 20, 8));
	oxdr_arena_reset(&arena);
	assert_int_equal(a.live, 0);
	oxdr_arena_fini(&arena);
	test_alloc_empty(&a);
}

static void
limit(void **state)
{
	struct test_alloc a;
	struct oxdr_arena arena;

	(void)state;
	test_alloc_init(&a);
	oxdr_arena_init(&arena, &a.hooks, 10000);
	assert_null(oxdr_arena_take(&arena, 10000, 1));
	assert_int_equal(oxdr_arena_error(&arena, 10000), -OXDR_E_LIMIT);
	assert_non_null(oxdr_arena_take(&arena, 5000, 1));
	assert_non_null(oxdr_arena_take(&arena, 2000, 1));
	assert_null(oxdr_arena_take(&arena, 3000, 1));
	assert_true(arena.used <= 10000);
	assert_null(oxdr_arena_take(&arena, SIZE_MAX, 1));
	assert_null(oxdr_arena_take(&arena, SIZE_MAX - 8, 1));
	assert_null(oxdr_arena_take(&arena, SIZE_MAX - 40, 1));
	assert_int_equal(oxdr_arena_error(&arena, SIZE_MAX), -OXDR_E_LIMIT);
	a.fail_at = a.requests + 1;
	arena.limit = 0;
	assert_null(oxdr_arena_take(&arena, 9000, 1));
	assert_int_equal(oxdr_arena_error(&arena, 9000), -OXDR_E_NOMEM);
	oxdr_arena_fini(&arena);
	test_alloc_empty(&a);
}

/* The caller's memory is used first, and again after each reset. */
static void
buffer_first(void **state)
{
	_Alignas(16) unsigned char buf[256];
	struct test_alloc a;
	struct oxdr_arena arena;

	(void)state;
	test_alloc_init(&a);
	oxdr_arena_init_buffer(&arena, buf, sizeof(buf), &a.hooks, 0);
	for (int turn = 0; turn < 3; turn++) {
		assert_ptr_equal(oxdr_arena_take(&arena, 200, 8), buf);
		oxdr_arena_reset(&arena);
	}
	assert_int_equal(a.requests, 0);
	assert_non_null(oxdr_arena_take(&arena, 300, 8));
	assert_int_equal(a.requests, 1);
	oxdr_arena_fini(&arena);
	test_alloc_empty(&a);
}

static void
count(void *ctx)
{
	++*(int *)ctx;
}

static void
holds(void **state)
{
	struct oxdr_arena arena = { 0 };
	int released = 0;

	(void)state;
	assert_int_equal(oxdr_arena_hold(&arena, count, &released), 0);
	assert_int_equal(oxdr_arena_hold(&arena, count, &released), 0);
	assert_int_equal(released, 0);
	oxdr_arena_reset(&arena);
	assert_int_equal(released, 2);
	assert_int_equal(oxdr_arena_hold(&arena, count, &released), 0);
	oxdr_arena_fini(&arena);
	assert_int_equal(released, 3);
	oxdr_arena_init(&arena, NULL, 8);
	assert_int_equal(oxdr_arena_hold(&arena, count, &released),
	    -OXDR_E_LIMIT);
	oxdr_arena_fini(&arena);
	assert_int_equal(released, 3);
}

/* An allocator of one chunk that can be looked at after it is given back. */
static unsigned char pool[8192];

static void *
pool_alloc(void *ctx, size_t n)
{
	(void)ctx;
	assert_true(n <= sizeof(pool));
	return pool;
}

static void
pool_free(void *ctx, void *mem, size_t n)
{
	(void)ctx;
	(void)mem;
	(void)n;
}

static int
pool_holds(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= sizeof(pool); i++)
		if (memcmp(pool + i, text, n) == 0)
			return 1;
	return 0;
}

static void
secrets_are_overwritten(void **state)
{
	const struct oxdr_allocator hooks = { pool_alloc, pool_free, NULL };
	struct oxdr_arena arena;

	(void)state;
	oxdr_arena_init(&arena, &hooks, 0);
	assert_string_equal(oxdr_arena_strdup(&arena, "open"), "open");
	oxdr_arena_reset(&arena);
	assert_true(pool_holds("open"));
	oxdr_arena_strdup(&arena, "sesame");
	oxdr_arena_mark_secret(&arena);
	oxdr_arena_reset(&arena);
	assert_false(pool_holds("sesame"));
	assert_int_equal(arena.flags, 0);
	oxdr_arena_strdup(&arena, "sesame");
	oxdr_arena_mark_secret(&arena);
	oxdr_arena_fini(&arena);
	assert_false(pool_holds("sesame"));
}

static void
error_texts(void **state)
{
	(void)state;
	assert_string_equal(oxdr_strerror(0), "done");
	for (int code = 1; code <= OXDR_E_INVAL; code++) {
		assert_string_not_equal(oxdr_strerror(code), "unknown result");
		assert_ptr_equal(oxdr_strerror(code), oxdr_strerror(-code));
	}
	assert_string_equal(oxdr_strerror(INT32_MIN), "unknown result");
	assert_string_equal(oxdr_strerror(OXDR_E_FIRST_OTHER),
	    "unknown result");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(reset_learns),
		cmocka_unit_test(limit),
		cmocka_unit_test(buffer_first),
		cmocka_unit_test(holds),
		cmocka_unit_test(secrets_are_overwritten),
		cmocka_unit_test(error_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
