/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The writer: what each put writes, chunks, limits, references, marks.
 */
#include <stdlib.h>

#include <oxdr/reader.h>

#include "tests/lib/test.h"
#include "xdr/base.h"

/* Fails the test unless the message is `hex`. */
static void
message_is(struct oxdr_writer *w, const char *hex)
{
	uint8_t bytes[4096];

	assert_int_equal(oxdr_writer_copy(w, bytes, sizeof(bytes)), 0);
	test_bytes(bytes, oxdr_writer_size(w), hex);
}

static void
primitives(void **state)
{
	struct oxdr_writer w;
	uint8_t buf[256];
	int32_t ints[] = { 1, -1 };
	int64_t hypers[] = { 1, -1 };

	(void)state;
	oxdr_writer_init_fixed(&w, buf, sizeof(buf));
	assert_int_equal(oxdr_put_i32(&w, -2), 0);
	assert_int_equal(oxdr_put_u32(&w, 0x01020304), 0);
	assert_int_equal(oxdr_put_i64(&w, -2), 0);
	assert_int_equal(oxdr_put_u64(&w, UINT64_C(0x0102030405060708)), 0);
	assert_int_equal(oxdr_put_float(&w, 1.5f), 0);
	assert_int_equal(oxdr_put_double(&w, -2.25), 0);
	assert_int_equal(oxdr_put_bool(&w, 77), 0);
	message_is(&w, "fffffffe 01020304 fffffffffffffffe 0102030405060708 "
	    "3fc00000 c002000000000000 00000001");
	oxdr_writer_reset(&w);
	assert_int_equal(oxdr_put_opaque(&w, "abcde", 5), 0);
	assert_int_equal(oxdr_put_opaque(&w, NULL, 0), 0);
	assert_int_equal(oxdr_put_opaque_var(&w, "abcd", 4, 4), 0);
	assert_int_equal(oxdr_put_opaque_var(&w, NULL, 0, 0), 0);
	assert_int_equal(oxdr_put_string(&w, "a", 1), 0);
	assert_int_equal(oxdr_put_string(&w, "", 0), 0);
	message_is(&w, "6162636465000000 0000000461626364 00000000 "
	    "0000000161000000 00000000");
	oxdr_writer_reset(&w);
	assert_int_equal(oxdr_put_count(&w, 2, 2, ints), 0);
	assert_int_equal(oxdr_put_array32(&w, ints, 2), 0);
	assert_int_equal(oxdr_put_array64(&w, hypers, 2), 0);
	message_is(&w, "00000002 00000001 ffffffff 0000000000000001 "
	    "ffffffffffffffff");
	oxdr_writer_fini(&w);
}

static void
refused(void **state)
{
	struct oxdr_writer w;
	static const char much[100];
	uint8_t buf[64];

	(void)state;
	oxdr_writer_init_fixed(&w, buf, sizeof(buf));
#define REFUSED(call, code) do { \
	oxdr_writer_reset(&w); \
	assert_int_equal(call, -(code)); \
	assert_int_equal(oxdr_put_u32(&w, 1), -(code)); \
	assert_null(oxdr_reserve(&w, 1)); \
} while (0)
	REFUSED(oxdr_put_string(&w, NULL, 5), OXDR_E_NULL);
	REFUSED(oxdr_put_string(&w, "abc", 2), OXDR_E_BOUND);
	REFUSED(oxdr_put_opaque_var(&w, NULL, 1, 5), OXDR_E_NULL);
	REFUSED(oxdr_put_opaque_var(&w, "abc", 3, 2), OXDR_E_BOUND);
	REFUSED(oxdr_put_count(&w, 3, 2, buf), OXDR_E_BOUND);
	REFUSED(oxdr_put_count(&w, 1, 2, NULL), OXDR_E_NULL);
	REFUSED(oxdr_put_opaque(&w, much, 65), OXDR_E_LIMIT);
#undef REFUSED
	oxdr_writer_reset(&w);
	assert_null(oxdr_reserve_array(&w, SIZE_MAX / 2, 4));
	assert_int_equal(oxdr_writer_error(&w), -OXDR_E_LIMIT);
	oxdr_writer_init_fixed(&w, NULL, 0);
	assert_int_equal(oxdr_put_u32(&w, 1), -OXDR_E_LIMIT);
}

/* What was reserved stays where it is, and is the message in order. */
static void
chunks_never_move(void **state)
{
	enum { N = 3000 };
	struct oxdr_writer w;
	static uint8_t *where[N];
	static uint8_t bytes[N * 8];

	(void)state;
	oxdr_writer_init(&w, NULL, SIZE_MAX);
	for (uint32_t i = 0; i < N; i++) {
		where[i] = oxdr_reserve(&w, 8);
		assert_non_null(where[i]);
	}
	for (uint32_t i = 0; i < N; i++) {
		oxdr_store_u32(where[i], i);
		oxdr_store_u32(where[i] + 4, ~i);
	}
	assert_int_equal(oxdr_writer_size(&w), N * 8);
	assert_int_equal(oxdr_writer_copy(&w, bytes, sizeof(bytes)), 0);
	for (uint32_t i = 0; i < N; i++) {
		uint8_t expected[8];

		oxdr_store_u32(expected, i);
		oxdr_store_u32(expected + 4, ~i);
		assert_memory_equal(bytes + i * 8, expected, 8);
	}
	assert_int_equal(oxdr_writer_copy(&w, bytes, sizeof(bytes) - 1),
	    -OXDR_E_LIMIT);
	oxdr_writer_fini(&w);
	assert_int_equal(oxdr_writer_size(&w), 0);
}

/* A growing writer takes exactly its limit. */
static void
limit(void **state)
{
	static const char pad[5000];
	struct oxdr_writer w;

	(void)state;
	for (size_t most = 0; most < 5000; most += 499) {
		size_t n = 0;

		oxdr_writer_init(&w, NULL, most);
		while (oxdr_reserve(&w, 1))
			n++;
		assert_int_equal(n, most);
		assert_int_equal(oxdr_writer_error(&w), -OXDR_E_LIMIT);
		oxdr_writer_reset(&w);
		assert_null(oxdr_reserve(&w, most + 1));
		oxdr_writer_fini(&w);
	}

	/* Lowered below what is there already: no more than its chunk. */
	oxdr_writer_init(&w, NULL, SIZE_MAX);
	w.flags |= OXDR_WRITER_GATHER;
	assert_non_null(oxdr_reserve(&w, 5000));
	w.limit = 100;
	assert_null(oxdr_reserve(&w, 50000));
	oxdr_writer_reset(&w);
	w.limit = SIZE_MAX;
	assert_non_null(oxdr_reserve(&w, 5000));
	w.limit = 100;
	assert_int_equal(oxdr_put_bytes(&w, pad, sizeof(pad)), -OXDR_E_LIMIT);
	oxdr_writer_fini(&w);
}

static void
gather(void **state)
{
	static char large[10000];
	const struct oxdr_piece *pieces;
	struct oxdr_writer w;
	static uint8_t bytes[32000];
	size_t n, referenced = 0;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	oxdr_writer_init(&w, NULL, SIZE_MAX);
	w.flags |= OXDR_WRITER_GATHER;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(oxdr_put_u32(&w, 7), 0);
		assert_int_equal(oxdr_put_string(&w, large, UINT32_MAX), 0);
	}
	assert_int_equal(oxdr_writer_size(&w), 3 * (4 + 4 + 9999 + 1));
	assert_int_equal(oxdr_writer_iov(&w, &pieces, &n), 0);
	for (size_t i = 0; i < n; i++)
		referenced += pieces[i].base == large;
	assert_int_equal(referenced, 3);
	assert_int_equal(oxdr_writer_copy(&w, bytes, sizeof(bytes)), 0);
	assert_int_equal(oxdr_load_u32(bytes + 10008 + 4), 9999);
	assert_int_equal(bytes[10007], 0);
	assert_int_equal(bytes[10006], 'x');

	/* The limit counts what is referenced too. */
	oxdr_writer_reset(&w);
	w.limit = 10010;
	assert_int_equal(oxdr_put_string(&w, large, UINT32_MAX), 0);
	assert_int_equal(oxdr_put_u32(&w, 1), 0);
	assert_int_equal(oxdr_put_u32(&w, 1), -OXDR_E_LIMIT);
	oxdr_writer_reset(&w);
	w.limit = 9000;
	assert_int_equal(oxdr_put_string(&w, large, UINT32_MAX),
	    -OXDR_E_LIMIT);
	oxdr_writer_fini(&w);
}

/* What came after a mark is gone, errors too. */
static void
marks(void **state)
{
	static char large[10000];
	struct test_alloc a;
	struct oxdr_writer w;
	struct oxdr_writer_mark mark;
	size_t live;

	(void)state;
	test_alloc_init(&a);
	memset(large, 'x', sizeof(large) - 1);
	oxdr_writer_init(&w, &a.hooks, SIZE_MAX);
	w.flags |= OXDR_WRITER_GATHER;
	assert_int_equal(oxdr_put_u32(&w, 1), 0);
	mark = oxdr_writer_mark(&w);
	live = a.live;
	assert_int_equal(oxdr_put_string(&w, large, UINT32_MAX), 0);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(oxdr_put_u64(&w, 5), 0);
	assert_int_equal(oxdr_put_string(&w, NULL, 1), -OXDR_E_NULL);
	oxdr_writer_rewind(&w, &mark);
	/* Chunks are gone; the list of pieces is kept. */
	assert_int_equal(a.live, live + 1);
	assert_int_equal(oxdr_put_u32(&w, 2), 0);
	message_is(&w, "00000001 00000002");
	oxdr_writer_fini(&w);
	test_alloc_empty(&a);

	/* Before anything was put. */
	oxdr_writer_init(&w, &a.hooks, SIZE_MAX);
	mark = oxdr_writer_mark(&w);
	assert_int_equal(oxdr_put_u32(&w, 1), 0);
	oxdr_writer_rewind(&w, &mark);
	assert_int_equal(oxdr_writer_size(&w), 0);
	assert_int_equal(oxdr_put_u32(&w, 3), 0);
	message_is(&w, "00000003");
	oxdr_writer_fini(&w);
	test_alloc_empty(&a);
}

static void
reuse(void **state)
{
	struct oxdr_writer w;
	uint8_t a[8], b[8];

	(void)state;
	oxdr_writer_init_fixed(&w, a, sizeof(a));
	assert_int_equal(oxdr_put_u32(&w, 1), 0);
	assert_null(oxdr_reserve(&w, 8));
	oxdr_writer_reuse(&w, b, sizeof(b));
	assert_int_equal(oxdr_put_u64(&w, 2), 0);
	message_is(&w, "0000000000000002");
	assert_int_equal(oxdr_load_u32(b + 4), 2);
	assert_int_equal(oxdr_put_u32(&w, 1), -OXDR_E_LIMIT);
}

/* Chunks that held a secret are zeros when they are given back. */
static size_t not_zero;

static void *
watched_alloc(void *ctx, size_t n)
{
	(void)ctx;
	return calloc(1, n);
}

static void
watched_free(void *ctx, void *mem, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		not_zero += ((uint8_t *)mem)[i] == 's';
	free(mem);
}

static void
secrets(void **state)
{
	const struct oxdr_allocator hooks =
	    { watched_alloc, watched_free, NULL };
	struct oxdr_writer w;

	(void)state;
	for (int secret = 0; secret < 2; secret++) {
		not_zero = 0;
		oxdr_writer_init(&w, &hooks, SIZE_MAX);
		if (secret)
			oxdr_writer_mark_secret(&w);
		for (int i = 0; i < 500; i++)
			assert_int_equal(oxdr_put_string(&w, "ssssss", 10), 0);
		oxdr_writer_fini(&w);
		assert_int_equal(not_zero == 0, secret);
	}
}

static bool
put_much(struct test_alloc *a, void *ctx)
{
	static char large[5000];
	struct oxdr_writer w;
	int e = 0;

	(void)ctx;
	memset(large, 'x', sizeof(large) - 1);
	oxdr_writer_init(&w, &a->hooks, SIZE_MAX);
	w.flags |= OXDR_WRITER_GATHER;
	for (int i = 0; i < 20 && !e; i++) {
		e = oxdr_put_string(&w, large, UINT32_MAX);
		for (int k = 0; k < 100 && !e; k++)
			e = oxdr_put_u64(&w, 1);
	}
	assert_true(e == 0 || e == -OXDR_E_NOMEM);
	oxdr_writer_fini(&w);
	return e == 0;
}

static void
each_allocation_refused(void **state)
{
	(void)state;
	test_alloc_each(put_much, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(primitives),
		cmocka_unit_test(refused),
		cmocka_unit_test(chunks_never_move),
		cmocka_unit_test(limit),
		cmocka_unit_test(gather),
		cmocka_unit_test(marks),
		cmocka_unit_test(reuse),
		cmocka_unit_test(secrets),
		cmocka_unit_test(each_allocation_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
