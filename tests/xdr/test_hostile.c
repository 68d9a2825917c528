/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a stranger may send to the table-driven codec: each must be refused
 * with the right code, or taken in constant stack, and nothing may grow.
 * The W numbers are rows of the project's table of wire-level checks.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tests/xdr/codec.h"
#include "xdr/base.h"

static void
refused(void **state)
{
	static const struct {
		const char *what;
		const struct oxdr_type *type;
		const char *wire;
		int strict;		/* what a reader without flags says */
		uint32_t flags;		/* with these it is... */
		int relaxed;		/* ... this */
	} rows[] = {
		{ "W01 undeclared enum value", &t_color, "0000004d",
			OXDR_E_ENUM, OXDR_READER_ANY_ENUM, 0 },
		{ "W02 bool 2", &oxdr_type_bool, "00000002",
			OXDR_E_BOOL, OXDR_READER_ANY_BOOL, 0 },
		{ "W02 optional 2", &t_node, "00000001 00000002",
			OXDR_E_BOOL, OXDR_READER_ANY_BOOL, OXDR_E_SHORT },
		{ "W03 padding of a string", &oxdr_type_string, "00000001 61000001",
			OXDR_E_PADDING, OXDR_READER_ANY_PADDING, 0 },
		{ "W03 padding of an opaque", &t_opaque, "00000003 61626301",
			OXDR_E_PADDING, OXDR_READER_ANY_PADDING, 0 },
		{ "W04 count without elements", &t_ints, "3ffffff0 00000000",
			OXDR_E_SHORT, 0, OXDR_E_SHORT },
		{ "W06 NUL in a string", &oxdr_type_string, "00000003 61006200",
			OXDR_E_NUL, 0, OXDR_E_NUL },
		{ "W10 string over its bound", &t_string4,
			"00000005 6161616161000000",
			OXDR_E_BOUND, 0, OXDR_E_BOUND },
		{ "W11 length that wraps with padding", &t_opaque,
			"fffffffd 00000000",
			OXDR_E_SHORT, 0, OXDR_E_SHORT },
		{ "W11 largest length", &t_opaque, "ffffffff 00000000",
			OXDR_E_SHORT, 0, OXDR_E_SHORT },
		{ "W11 largest length of a string", &oxdr_type_string,
			"ffffffff 00000000", OXDR_E_SHORT, 0, OXDR_E_SHORT },
		{ "W12 discriminant without arm", &t_pick, "00000002",
			OXDR_E_ENUM, OXDR_READER_ANY_ENUM, OXDR_E_UNION },
		{ "W13 trailing bytes", &oxdr_type_int32, "00000001 00000002",
			OXDR_E_TRAILING, OXDR_READER_TRAILING, 0 },
		{ "padding cut off", &oxdr_type_string, "00000001 610000",
			OXDR_E_SHORT, 0, OXDR_E_SHORT },
		{ "nothing", &oxdr_type_int32, "", OXDR_E_SHORT, 0, OXDR_E_SHORT },
		{ "half a word", &oxdr_type_int32, "0000", OXDR_E_SHORT, 0,
			OXDR_E_SHORT },
		{ "elements of no bytes", &t_empties, "00010001",
			OXDR_E_BOUND, 0, OXDR_E_BOUND },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int strict = decode_result(rows[i].type, rows[i].wire, 0);
		int relaxed = decode_result(rows[i].type, rows[i].wire,
		    rows[i].flags);

		if (strict != -rows[i].strict || relaxed != -rows[i].relaxed)
			fail_msg("%s: %d and %d instead of %d and %d",
			    rows[i].what, strict, relaxed, -rows[i].strict,
			    -rows[i].relaxed);
	}
}

/* Every prefix of a good message is too short; nothing is kept of it. */
static void
cut_off(void **state)
{
	uint8_t bytes[512];
	size_t n = test_hex(all_wire, bytes, sizeof(bytes));

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		struct oxdr_arena arena = { 0 };
		struct oxdr_reader r;
		struct all v;

		oxdr_reader_init(&r, bytes, cut);
		assert_int_equal(oxdr_get_value(&r, &arena, &t_all, &v),
		    -OXDR_E_SHORT);
		oxdr_arena_fini(&arena);
	}
}

/* W04 through an arena that counts: a lie of 8 bytes takes no memory. */
static void
bombs_take_nothing(void **state)
{
	struct test_alloc a;
	struct oxdr_arena arena;
	uint8_t bytes[8];
	size_t n = test_hex("0ffffff0 00000000", bytes, sizeof(bytes));
	struct oxdr_var v;

	(void)state;
	test_alloc_init(&a);
	oxdr_arena_init(&arena, &a.hooks, 0);
	for (int i = 0; i < 20000; i++) {
		struct oxdr_reader r;

		oxdr_reader_init(&r, bytes, n);
		assert_int_equal(oxdr_get_value(&r, &arena, &t_ints, &v),
		    -OXDR_E_SHORT);
		oxdr_arena_reset(&arena);
	}
	assert_int_equal(a.requests, 0);
	oxdr_arena_fini(&arena);
}

/* An array of strings cut off inside its last element, again and again. */
static void
cut_off_arrays_leave_nothing(void **state)
{
	static const struct oxdr_type strings = { .kind = OXDR_ARRAY_VAR,
		.size = sizeof(struct oxdr_var),
		.align = _Alignof(struct oxdr_var), .elem = &oxdr_type_string,
		.max = UINT32_MAX, .wire_min = 4 };
	struct test_alloc a;
	struct oxdr_arena arena;
	uint8_t bytes[4 + 1000 * 12];
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
		struct oxdr_var v;

		oxdr_reader_init(&r, bytes, sizeof(bytes) - 1);
		assert_int_equal(oxdr_get_value(&r, &arena, &strings, &v),
		    -OXDR_E_SHORT);
		oxdr_arena_reset(&arena);
		if (i == 2)
			most = a.live_bytes;
		assert_true(i < 2 || a.live_bytes == most);
	}
	oxdr_arena_fini(&arena);
	test_alloc_empty(&a);
}

static void
budget(void **state)
{
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	uint8_t bytes[512];
	size_t n = test_hex(all_wire, bytes, sizeof(bytes));
	struct all v;

	(void)state;
	oxdr_reader_init(&r, bytes, n);
	r.budget = 20;
	assert_int_equal(oxdr_get_value(&r, &arena, &t_all, &v),
	    -OXDR_E_LIMIT);
	oxdr_arena_fini(&arena);

	oxdr_arena_init(&arena, NULL, 16);
	oxdr_reader_init(&r, bytes, n);
	assert_int_equal(oxdr_get_value(&r, &arena, &t_all, &v),
	    -OXDR_E_LIMIT);
	oxdr_arena_fini(&arena);
}

/* ---- Recursion ----------------------------------------------------------- */

#define MANY 1000000

/* n nodes of a list on the wire; freed by the caller. */
static uint8_t *
list_wire(size_t n, size_t *out_bytes)
{
	uint8_t *bytes = malloc(n * 8);

	assert_non_null(bytes);
	for (size_t i = 0; i < n; i++) {
		oxdr_store_u32(bytes + i * 8, (uint32_t)i);
		oxdr_store_u32(bytes + i * 8 + 4, i + 1 < n);
	}
	*out_bytes = n * 8;
	return bytes;
}

/* The same for struct chain, whose tail is in a union. */
static uint8_t *
chain_wire(size_t n, size_t *out_bytes)
{
	uint8_t *bytes = calloc(n, 12);

	assert_non_null(bytes);
	for (size_t i = 0; i + 1 < n; i++) {
		oxdr_store_u32(bytes + i * 12 + 4, 1);
		oxdr_store_u32(bytes + i * 12 + 8, 1);
	}
	*out_bytes = n * 12 - 4;
	return bytes;
}

static void
both_ways(const struct oxdr_type *type, uint8_t *bytes, size_t n)
{
	struct oxdr_arena arena = { 0 };
	struct oxdr_writer w;
	struct oxdr_reader r;
	uint8_t *again = malloc(n);
	uint64_t v[8];

	assert_non_null(again);
	oxdr_reader_init(&r, bytes, n);
	assert_int_equal(oxdr_get_value(&r, &arena, type, v), 0);
	assert_int_equal(oxdr_reader_finish(&r), 0);
	assert_int_equal(oxdr_value_size(type, v), n);
	oxdr_writer_init(&w, NULL, n);
	assert_int_equal(oxdr_put_value(&w, type, v), 0);
	assert_int_equal(oxdr_writer_copy(&w, again, n), 0);
	assert_memory_equal(bytes, again, n);
	oxdr_writer_fini(&w);
	oxdr_arena_fini(&arena);
	free(again);
	free(bytes);
}

static void *
long_lists_thread(void *ctx)
{
	size_t n;
	uint8_t *bytes = list_wire(MANY, &n);

	both_ways(&t_node, bytes, n);
	bytes = chain_wire(MANY, &n);
	both_ways(&t_chain, bytes, n);
	return ctx;
}

/* W05: a million elements, in a stack of 256 KiB. */
static void
long_lists(void **state)
{
	pthread_attr_t attr;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstacksize(&attr, 256 << 10), 0);
	assert_int_equal(pthread_create(&thread, &attr, long_lists_thread,
	    NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
}

/* Counted recursion ends at the limit, exactly.  A leaf of a tree counts
 * too: its array of children is entered, though empty. */
static void
depth(void **state)
{
	static const struct {
		const struct oxdr_type *type;
		size_t most;		/* levels below the first */
	} rows[] = {
		{ &t_left, OXDR_DEPTH_MAX }, { &t_tree, OXDR_DEPTH_MAX - 1 },
	};
	uint8_t bytes[(OXDR_DEPTH_MAX + 2) * 8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			size_t n = (rows[i].most + more + 1) * 8;
			struct oxdr_arena arena = { 0 };
			struct oxdr_reader r;
			uint64_t v[8];

			memset(bytes, 0, sizeof(bytes));
			for (size_t at = 4; at + 4 < n; at += 8)
				oxdr_store_u32(bytes + at, 1);
			oxdr_reader_init(&r, bytes, n);
			assert_int_equal(oxdr_get_value(&r, &arena,
			    rows[i].type, v), more ? -OXDR_E_DEPTH : 0);
			assert_int_equal(r.depth, 0);
			oxdr_arena_fini(&arena);
		}
}

/* What was decoded to the limit can be encoded; one deeper can not. */
static void
depth_of_encoding(void **state)
{
	static struct tree trees[OXDR_DEPTH_MAX + 2];
	static struct left lefts[OXDR_DEPTH_MAX + 2];
	struct oxdr_writer w;

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_LEN(trees); i++) {
		trees[i].kids.kids_len = 1;
		trees[i].kids.kids_val = &trees[i + 1];
		lefts[i].r = (struct right *)(void *)&lefts[i + 1];
	}
	oxdr_writer_init(&w, NULL, SIZE_MAX);
	assert_int_equal(oxdr_put_value(&w, &t_tree, &trees[2]), 0);
	assert_int_equal(oxdr_put_value(&w, &t_left, &lefts[1]), 0);
	assert_int_equal(w.depth, 0);
	assert_int_equal(oxdr_value_size(&t_tree, &trees[2]),
	    8 * OXDR_DEPTH_MAX);
	assert_int_equal(oxdr_put_value(&w, &t_tree, &trees[1]),
	    -OXDR_E_DEPTH);
	oxdr_writer_reset(&w);
	assert_int_equal(oxdr_put_value(&w, &t_left, &lefts[0]),
	    -OXDR_E_DEPTH);
	assert_true(oxdr_value_size(&t_tree, &trees[1]) == SIZE_MAX);
	assert_true(oxdr_value_size(&t_left, &lefts[0]) == SIZE_MAX);
	oxdr_writer_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(bombs_take_nothing),
		cmocka_unit_test(cut_off_arrays_leave_nothing),
		cmocka_unit_test(budget),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(depth),
		cmocka_unit_test(depth_of_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
