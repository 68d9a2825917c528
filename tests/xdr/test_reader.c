/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reader: primitives, borrowing, the limits of strings and opaques.
 */
#include <oxdr/reader.h>

#include "tests/lib/test.h"
#include "xdr/base.h"

static void
primitives(void **state)
{
	uint8_t bytes[64];
	size_t n = test_hex("fffffffe 01020304 fffffffffffffffe "
	    "0102030405060708 3fc00000 c002000000000000 00000001", bytes,
	    sizeof(bytes));
	struct oxdr_reader r;
	int32_t i = 0;
	uint32_t u = 0;
	int64_t h = 0;
	uint64_t uh = 0;
	float f = 0;
	double d = 0;
	int truth = 0;

	(void)state;
	oxdr_reader_init(&r, bytes, n);
	assert_int_equal(oxdr_get_i32(&r, &i), 0);
	assert_int_equal(oxdr_get_u32(&r, &u), 0);
	assert_int_equal(oxdr_get_i64(&r, &h), 0);
	assert_int_equal(oxdr_get_u64(&r, &uh), 0);
	assert_int_equal(oxdr_get_float(&r, &f), 0);
	assert_int_equal(oxdr_get_double(&r, &d), 0);
	assert_int_equal(oxdr_reader_finish(&r), -OXDR_E_TRAILING);
	assert_int_equal(oxdr_get_bool(&r, &truth), 0);
	assert_int_equal(oxdr_reader_finish(&r), 0);
	assert_true(i == -2 && u == 0x01020304 && h == -2 && truth);
	assert_true(uh == UINT64_C(0x0102030405060708));
	assert_true(f == 1.5f && d == -2.25);
	assert_int_equal(oxdr_reader_offset(&r), n);
	assert_int_equal(oxdr_get_i32(&r, &i), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_u32(&r, &u), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_i64(&r, &h), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_u64(&r, &uh), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_float(&r, &f), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_double(&r, &d), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_bool(&r, &truth), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_array32(&r, &i, 1), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_array64(&r, &h, 1), -OXDR_E_SHORT);
	assert_int_equal(oxdr_reader_offset(&r), n);
}

/* Puts a string of n letters and its padding; returns its bytes. */
static size_t
wire_string(uint8_t *bytes, uint32_t n)
{
	memset(bytes, 0, n + 8);
	oxdr_store_u32(bytes, n);
	memset(bytes + 4, 'a', n);
	return 4 + n + oxdr_pad(n);
}

/*
 * Strings of every length, far from the end of message and arena and near to
 * it, so by the short way and the long one: each with each of its bytes NUL,
 * and each byte of its padding set.
 */
static void
strings(void **state)
{
	static const size_t behinds[] = { 0, 4, 20, 64 };
	uint8_t bytes[256];

	(void)state;
	for (uint32_t n = 0; n < 70; n++)
		for (size_t b = 0; b < ARRAY_LEN(behinds); b++) {
			size_t wire = wire_string(bytes, n);

			memset(bytes + wire, 'z', behinds[b]);
			for (size_t bad = 3; bad < wire; bad++) {
				struct oxdr_arena arena = { 0 };
				struct oxdr_reader r;
				uint8_t was = bytes[bad];
				char *text = NULL;
				int e;

				assert_non_null(oxdr_arena_take(&arena, 1, 1));
				/* bad 3: nothing is wrong */
				if (bad > 3)
					bytes[bad] = was ? 0 : 1;
				oxdr_reader_init(&r, bytes, wire + behinds[b]);
				e = oxdr_get_string(&r, &arena, 69, &text);
				bytes[bad] = was;
				assert_int_equal(e, bad == 3 ? 0 :
				    bad < 4 + n ? -OXDR_E_NUL :
				    -OXDR_E_PADDING);
				assert_int_equal(oxdr_reader_offset(&r),
				    e ? 0 : wire);
				if (!e) {
					assert_int_equal(strlen(text), n);
					assert_int_equal(r.budget,
					    OXDR_BUDGET - n - 1);
				}
				oxdr_arena_fini(&arena);
			}
		}
}

/* Many strings in one arena do not run into each other. */
static void
strings_side_by_side(void **state)
{
	static uint8_t bytes[200 * 80];
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	char *texts[200];
	size_t at = 0;

	(void)state;
	for (uint32_t i = 0; i < ARRAY_LEN(texts); i++) {
		size_t n = wire_string(bytes + at, i % 40);

		memset(bytes + at + 4, 'a' + (int)i % 26, i % 40);
		at += n;
	}
	oxdr_reader_init(&r, bytes, at);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(oxdr_get_string(&r, &arena, UINT32_MAX,
		    &texts[i]), 0);
	assert_int_equal(oxdr_reader_finish(&r), 0);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(strlen(texts[i]), i % 40);
		for (size_t k = 0; k < i % 40; k++)
			assert_int_equal(texts[i][k], 'a' + (int)i % 26);
	}
	oxdr_arena_fini(&arena);
}

/* What may stay in the message does; what may not is copied. */
static void
borrowing(void **state)
{
	static const struct {
		uint32_t n;
		size_t behind;
		uint32_t flags;
		int borrowed;
	} rows[] = {
		{ 5, 0, OXDR_READER_BORROW, 1 },
		{ 5, 64, OXDR_READER_BORROW, 1 },
		{ 50, 64, OXDR_READER_BORROW, 1 },
		{ 4, 64, OXDR_READER_BORROW, 0 },
		{ 0, 64, OXDR_READER_BORROW, 0 },
		{ 5, 64, OXDR_READER_BORROW | OXDR_READER_ANY_PADDING, 0 },
		{ 5, 64, 0, 0 },
	};
	uint8_t bytes[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t wire = wire_string(bytes, rows[i].n);
		struct oxdr_arena arena = { 0 };
		struct oxdr_reader r;
		uint32_t n;
		char *p;

		memset(bytes + wire, 'z', rows[i].behind);
		oxdr_reader_init(&r, bytes, wire + rows[i].behind);
		r.flags = rows[i].flags;
		assert_int_equal(oxdr_get_string(&r, &arena, 100, &p), 0);
		assert_int_equal((uint8_t *)p == bytes + 4, rows[i].borrowed);
		assert_int_equal(strlen(p), rows[i].n);
		assert_int_equal(oxdr_reader_offset(&r), wire);

		oxdr_reader_init(&r, bytes, wire);
		r.flags = rows[i].flags;
		assert_int_equal(oxdr_get_opaque_var(&r, &arena, 100, &p, &n),
		    0);
		assert_int_equal(n, rows[i].n);
		assert_int_equal((uint8_t *)p == bytes + 4,
		    n && rows[i].flags & OXDR_READER_BORROW);
		assert_true(n || !p);

		oxdr_reader_init(&r, bytes, wire);
		r.flags = rows[i].flags;
		assert_int_equal(oxdr_get_string_secret(&r, &arena, 100, &p),
		    0);
		assert_ptr_not_equal(p, bytes + 4);
		assert_true(arena.flags & OXDR_ARENA_SECRET);
		oxdr_reader_init(&r, bytes, wire);
		r.flags = rows[i].flags;
		assert_int_equal(oxdr_get_opaque_secret(&r, &arena, 100, &p,
		    &n), 0);
		assert_ptr_not_equal(p, bytes + 4);
		oxdr_arena_fini(&arena);
	}
}

/* A strict reader and one that takes any padding, on "ab" and two bytes. */
static void
any_padding(void **state)
{
	uint8_t bytes[100] = { 0, 0, 0, 2, 'a', 'b', 1, 0 };
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	char *p;

	(void)state;
	oxdr_reader_init(&r, bytes, sizeof(bytes));
	assert_int_equal(oxdr_get_string(&r, &arena, 2, &p),
	    -OXDR_E_PADDING);
	r.flags = OXDR_READER_ANY_PADDING | OXDR_READER_BORROW;
	assert_int_equal(oxdr_get_string(&r, &arena, 2, &p), 0);
	assert_string_equal(p, "ab");
	oxdr_arena_fini(&arena);
}

static void
counts(void **state)
{
	uint8_t bytes[16];
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	uint32_t n = 9;
	void *mem;

	(void)state;
	oxdr_reader_init(&r, bytes, test_hex("00000002 00000000", bytes, 16));
	assert_int_equal(oxdr_get_count(&r, 1, 1, &n), -OXDR_E_BOUND);
	oxdr_reader_init(&r, bytes, 8);
	assert_int_equal(oxdr_get_count(&r, 2, 4, &n), -OXDR_E_SHORT);
	oxdr_reader_init(&r, bytes, 8);
	assert_int_equal(oxdr_get_count(&r, 2, 2, &n), 0);
	assert_int_equal(n, 2);
	oxdr_reader_init(&r, bytes, 8);
	r.budget = 31;
	assert_int_equal(oxdr_get_elems(&r, &arena, 2, 2, 16, 8, &n, &mem),
	    -OXDR_E_LIMIT);
	oxdr_reader_init(&r, bytes, 8);
	r.budget = 32;
	assert_int_equal(oxdr_get_elems(&r, &arena, 2, 2, 16, 8, &n, &mem), 0);
	assert_int_equal(r.budget, 0);
	assert_null(oxdr_take(&r, &arena, 1, 1));
	assert_int_equal(oxdr_get_memory_error(&r, &arena, 1), -OXDR_E_LIMIT);
	assert_int_equal(oxdr_get_memory(&r, &arena, SIZE_MAX / 2, 16, 8,
	    &mem), -OXDR_E_LIMIT);
	oxdr_arena_fini(&arena);
}

/* An empty message has no address. */
static void
nothing(void **state)
{
	struct oxdr_reader r;
	uint32_t v;

	(void)state;
	oxdr_reader_init(&r, NULL, 0);
	assert_int_equal(oxdr_reader_left(&r), 0);
	assert_int_equal(oxdr_get_u32(&r, &v), -OXDR_E_SHORT);
	assert_int_equal(oxdr_get_opaque(&r, &v, 0), 0);
	assert_int_equal(oxdr_reader_finish(&r), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(primitives),
		cmocka_unit_test(strings),
		cmocka_unit_test(strings_side_by_side),
		cmocka_unit_test(borrowing),
		cmocka_unit_test(any_padding),
		cmocka_unit_test(counts),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
