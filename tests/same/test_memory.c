/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory, by generated code and by table alike: what stays in the message,
 * what is gathered by reference, and every allocation refused once.
 */
#include <stdlib.h>

#include "tests/lib/test.h"
#include "xdr/base.h"

#include "every.h"

/* ---- What stays in the message -------------------------------------------- */

struct buffer {
	uint8_t *bytes;
	int released;
};

static void
release(void *ctx)
{
	struct buffer *b = ctx;

	free(b->bytes);
	b->released++;
}

static int
get_texts(struct oxdr_reader *r, struct oxdr_arena *arena, texts *v,
    int by_table)
{
	return by_table ? oxdr_get_value(r, arena, &texts_xdr_type, v) :
	    texts_xdr_get(r, arena, v);
}

/* Strings of 0 to 39 bytes: those whose length is no multiple of 4 stay, and
 * with them the message, until the arena ends. */
static void
texts_borrow(int by_table, uint32_t flags)
{
	enum { N = 40 };
	struct buffer b = { .bytes = calloc(1, 4 + N * 48) };
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	size_t n = 4;
	texts v;

	assert_non_null(b.bytes);
	oxdr_store_u32(b.bytes, N);
	for (uint32_t i = 0; i < N; i++) {
		oxdr_store_u32(b.bytes + n, i);
		memset(b.bytes + n + 4, 'a' + (int)i % 26, i);
		n += 4 + i + oxdr_pad(i);
	}
	assert_int_equal(oxdr_arena_hold(&arena, release, &b), 0);
	oxdr_reader_init(&r, b.bytes, n);
	r.flags = flags;
	assert_int_equal(get_texts(&r, &arena, &v, by_table), 0);
	assert_int_equal(oxdr_reader_finish(&r), 0);
	assert_int_equal(v.texts_len, N);
	for (uint32_t i = 0; i < N; i++) {
		const uint8_t *text = (const uint8_t *)v.texts_val[i];
		int inside = text >= b.bytes && text < b.bytes + n;

		assert_int_equal(strlen(v.texts_val[i]), i);
		assert_int_equal(inside, i % 4 != 0 &&
		    flags == OXDR_READER_BORROW);
	}
	assert_int_equal(b.released, 0);
	oxdr_arena_fini(&arena);
	assert_int_equal(b.released, 1);
}

static void
strings_stay_in_the_message(void **state)
{
	(void)state;
	for (int by_table = 0; by_table < 2; by_table++) {
		texts_borrow(by_table, OXDR_READER_BORROW);
		texts_borrow(by_table, 0);
		/* Padding that was not checked ends no string. */
		texts_borrow(by_table, OXDR_READER_BORROW |
		    OXDR_READER_ANY_PADDING);
	}
}

static void
opaques_stay_in_the_message(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 40; n++)
		for (int by_table = 0; by_table < 2; by_table++) {
			struct oxdr_arena arena = { 0 };
			uint8_t bytes[48] = { 0 };
			struct oxdr_reader r;
			octets v;

			oxdr_store_u32(bytes, n);
			oxdr_reader_init(&r, bytes, 4 + n + oxdr_pad(n));
			r.flags = OXDR_READER_BORROW;
			assert_int_equal(by_table ? oxdr_get_value(&r, &arena,
			    &octets_xdr_type, &v) :
			    octets_xdr_get(&r, &arena, &v), 0);
			assert_int_equal(v.octets_len, n);
			assert_ptr_equal(v.octets_val, n ? bytes + 4 : NULL);
			assert_int_equal(arena.used, 0);
			oxdr_arena_fini(&arena);
		}
}

/* ---- What is gathered ------------------------------------------------------- */

static void
large_opaques_are_referenced(void **state)
{
	static char large[OXDR_GATHER_MIN + 1], small[OXDR_GATHER_MIN - 1];
	const struct { octets v; int referenced; } rows[] = {
		{ { sizeof(large), large }, 1 },
		{ { sizeof(small), small }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (int by_table = 0; by_table < 2; by_table++) {
			const struct oxdr_piece *pieces;
			const octets *v = &rows[i].v;
			struct oxdr_writer w;
			int referenced = 0;
			size_t n;

			oxdr_writer_init(&w, NULL, SIZE_MAX);
			w.flags |= OXDR_WRITER_GATHER;
			assert_int_equal(by_table ? oxdr_put_value(&w,
			    &octets_xdr_type, v) : octets_xdr_put(&w, v), 0);
			assert_int_equal(oxdr_writer_iov(&w, &pieces, &n), 0);
			while (n-- > 0)
				referenced += pieces[n].base == v->octets_val;
			assert_int_equal(referenced, rows[i].referenced);
			oxdr_writer_fini(&w);
		}
}

/* ---- Every allocation refused once ------------------------------------------ */

/* A message of a type, and whether the table reads it. */
struct work {
	const struct oxdr_type *type;
	oxdr_get_fn *get;
	const uint8_t *bytes;
	size_t n;
};

static bool
get_once(struct test_alloc *a, void *ctx)
{
	const struct work *work = ctx;
	struct oxdr_arena arena;
	struct oxdr_reader r;
	uint64_t v[8];
	int e;

	assert_true(work->type->size <= sizeof(v));
	oxdr_arena_init(&arena, &a->hooks, 0);
	oxdr_reader_init(&r, work->bytes, work->n);
	e = work->get ? work->get(&r, &arena, v) :
	    oxdr_get_value(&r, &arena, work->type, v);
	assert_true(e == 0 || e == -OXDR_E_NOMEM);
	if (!e)
		assert_int_equal(oxdr_reader_finish(&r), 0);
	oxdr_arena_fini(&arena);
	return e == 0;
}

static int
any_texts(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return texts_xdr_get(r, arena, out);
}

static int
any_list(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return list_xdr_get(r, arena, out);
}

static int
any_maybe_ints(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return maybe_ints_xdr_get(r, arena, out);
}

static int
any_bush(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return bush_xdr_get(r, arena, out);
}

/* The second word and every other is `first`, those between are `second`. */
static void
fill(uint8_t *bytes, size_t n, uint32_t first, uint32_t second)
{
	for (size_t at = 0; at + 4 <= n; at += 4)
		oxdr_store_u32(bytes + at, at / 4 % 2 ? first : second);
}

static void
each_allocation_refused(void **state)
{
	enum { MANY = 4000 };
	static uint8_t bytes[4][4 + MANY * 8 + 4];
	const struct work works[] = {
		{ &texts_xdr_type, any_texts, bytes[0], 4 + MANY * 8 },
		{ &list_xdr_type, any_list, bytes[1], MANY * 8 },
		{ &maybe_ints_xdr_type, any_maybe_ints, bytes[2],
			4 + MANY * 8 },
		{ &bush_xdr_type, any_bush, bytes[3], 8 + MANY * 8 },
	};

	(void)state;
	/* Strings of 4; nodes and the last; pointers; twigs without twigs. */
	fill(bytes[0], sizeof(bytes[0]), 4, 0x61616161);
	oxdr_store_u32(bytes[0], MANY);
	fill(bytes[1], MANY * 8, 1, 7);
	oxdr_store_u32(bytes[1] + MANY * 8 - 4, 0);
	fill(bytes[2], sizeof(bytes[2]), 1, 7);
	oxdr_store_u32(bytes[2], MANY);
	oxdr_store_u32(bytes[3] + 4, MANY);
	for (size_t i = 0; i < ARRAY_LEN(works); i++) {
		struct work by_table = works[i];

		by_table.get = NULL;
		test_alloc_each(get_once, (void *)(uintptr_t)&works[i]);
		test_alloc_each(get_once, &by_table);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_stay_in_the_message),
		cmocka_unit_test(opaques_stay_in_the_message),
		cmocka_unit_test(large_opaques_are_referenced),
		cmocka_unit_test(each_allocation_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
