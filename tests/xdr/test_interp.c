/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table-driven codec on values that are as they should be, and on C
 * values that can't be encoded.  What strangers send is in test_hostile.c.
 */
#include "tests/xdr/codec.h"
#include "xdr/base.h"

static void
every_kind(void **state)
{
	struct oxdr_arena arena = { 0 };
	struct all v;

	(void)state;
	encode_check(&t_all, &all_value, all_wire);
	assert_int_equal(decode_hex(&arena, &t_all, all_wire, 0, &v), 0);
	encode_check(&t_all, &v, all_wire);
	assert_true(v.h == INT64_MIN && v.d == -2.25 && v.b);
	assert_string_equal(v.s, "hello");
	assert_int_equal(v.colors.colors_val[0], BLUE);
	assert_int_equal(*v.opt, 9);
	oxdr_arena_fini(&arena);
}

static void
unions(void **state)
{
	static const struct {
		const struct oxdr_type *type;
		const char *wire;
	} rows[] = {
		{ &t_pick, "00000000" },
		{ &t_pick, "00000001 00000002 68690000" },
		{ &t_pick, "00000005 00000000" },
		{ &t_maybe, "ffffffff 00000009" },
		{ &t_maybe, "00000007 0000000000000009" },
		{ &t_maybe, "00000000 00000001 ff000000" },
		{ &t_maybe, "00000008 00000000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oxdr_arena arena = { 0 };
		uint64_t v[4];

		assert_int_equal(decode_hex(&arena, rows[i].type, rows[i].wire,
		    0, v), 0);
		encode_check(rows[i].type, v, rows[i].wire);
		oxdr_arena_fini(&arena);
	}
}

/* The same wire form out of C types of other widths, and what won't fit. */
static void
widths(void **state)
{
	struct classic v = { -1, -2, -3, UINT32_MAX, 7 };
	const char wire[] =
	    "ffffffff fffffffe fffffffd ffffffff 00000001";

	(void)state;
	encode_check(&t_classic, &v, wire);
	memset(&v, 0, sizeof(v));
	assert_int_equal(decode_hex(NULL, &t_classic, wire, 0, &v), 0);
	/* The bits: a char has no sign on some machines. */
	assert_true((signed char)v.c == -1 && v.s == -2 && v.l == -3 &&
	    v.ul == UINT32_MAX && v.b == 1);

	/* W08 */
	if (sizeof(long) > 4) {
		struct classic big = { .l = (long)INT64_C(0x80000000) };
		struct classic ubig =
		    { .ul = (unsigned long)UINT64_C(0x100000000) };

		assert_int_equal(encode_result(&t_classic, &big),
		    -OXDR_E_RANGE);
		assert_true(oxdr_value_size(&t_classic, &big) == SIZE_MAX);
		assert_int_equal(encode_result(&t_classic, &ubig),
		    -OXDR_E_RANGE);
	}
	/* W09: char 300, short 65537 */
	assert_int_equal(decode_result(&t_classic,
	    "0000012c 00000000 00000000 00000000 00000000", 0),
	    -OXDR_E_RANGE);
	assert_int_equal(decode_result(&t_classic,
	    "00000000 00010001 00000000 00000000 00000000", 0),
	    -OXDR_E_RANGE);
}

/* Values that the wire has no form for. */
static void
not_encodable(void **state)
{
	struct all all = all_value;
	struct pick pick = { .c = GREEN };
	struct node ring = { .v = 1 };
	char longer[] = "12345678901";
	struct all a[7];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		a[i] = all;
	a[0].s = NULL;						/* W07 */
	a[1].s = longer;
	a[2].c = (enum color)77;				/* W01 */
	a[3].var.var_len = 9;
	a[4].var.var_val = NULL;
	a[5].hypers.hypers_len = 5;
	a[6].hypers.hypers_val = NULL;
	static const int expected[] = { OXDR_E_NULL, OXDR_E_BOUND,
		OXDR_E_ENUM, OXDR_E_BOUND, OXDR_E_NULL, OXDR_E_BOUND,
		OXDR_E_NULL };
	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		assert_int_equal(encode_result(&t_all, &a[i]), -expected[i]);
		assert_true(oxdr_value_size(&t_all, &a[i]) == SIZE_MAX);
	}

	assert_int_equal(encode_result(&t_pick, &pick), -OXDR_E_NULL);
	pick.c = (enum color)2;
	assert_int_equal(encode_result(&t_pick, &pick), -OXDR_E_ENUM);
	assert_true(oxdr_value_size(&t_pick, &pick) == SIZE_MAX);

	/* Cyclic data ends at the writer's limit, and size sees the ring. */
	ring.next = &ring;
	assert_int_equal(encode_result(&t_node, &ring), -OXDR_E_LIMIT);
	assert_true(oxdr_value_size(&t_node, &ring) == SIZE_MAX);
}

static void
open_enums(void **state)
{
	enum color c = (enum color)77;

	(void)state;
	encode_check(&t_open_color, &c, "0000004d");
	assert_int_equal(decode_result(&t_open_color, "0000004d", 0), 0);
	assert_int_equal(encode_result(&t_color, &c), -OXDR_E_ENUM);
}

static void
enum_names(void **state)
{
	int32_t v = 0;

	(void)state;
	assert_string_equal(oxdr_enum_name(&t_color, 0), "RED");
	assert_string_equal(oxdr_enum_name(&t_color, 5), "BLUE");
	assert_null(oxdr_enum_name(&t_color, 3));
	assert_null(oxdr_enum_name(&t_color, -1));
	assert_null(oxdr_enum_name(&t_color, INT32_MIN));
	assert_int_equal(oxdr_enum_value(&t_color, "AZURE", &v), 0);
	assert_int_equal(v, 5);
	assert_int_equal(oxdr_enum_value(&t_color, "PINK", &v),
	    -OXDR_E_ENUM);
	assert_true(oxdr_enum_has(&t_color, 1));
	assert_false(oxdr_enum_has(&t_color, 2));
}

/* A secret is copied even by a reader that borrows, and marks both ends. */
static void
secrets(void **state)
{
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	struct oxdr_writer w;
	uint8_t bytes[64];
	size_t n = test_hex("00000003 626f6200 00000003 70773100 00000001",
	    bytes, sizeof(bytes));
	struct login v;

	(void)state;
	oxdr_reader_init(&r, bytes, n);
	r.flags = OXDR_READER_BORROW;
	assert_int_equal(oxdr_get_value(&r, &arena, &t_login, &v), 0);
	assert_ptr_equal(v.user, bytes + 4);
	assert_ptr_not_equal(v.password, bytes + 12);
	assert_string_equal(v.password, "pw1");
	assert_int_equal(r.flags, OXDR_READER_BORROW);
	assert_true(arena.flags & OXDR_ARENA_SECRET);

	oxdr_writer_init(&w, NULL, SIZE_MAX);
	assert_int_equal(oxdr_put_value(&w, &t_login, &v), 0);
	assert_true(w.flags & OXDR_WRITER_SECRET);
	oxdr_writer_fini(&w);
	oxdr_arena_fini(&arena);
}

static bool
decode_and_encode(struct test_alloc *a, void *ctx)
{
	struct oxdr_arena arena;
	struct oxdr_writer w;
	struct oxdr_reader r;
	uint8_t bytes[512];
	size_t n = test_hex(all_wire, bytes, sizeof(bytes));
	struct all v;
	int e;

	(void)ctx;
	oxdr_arena_init(&arena, &a->hooks, 0);
	oxdr_writer_init(&w, &a->hooks, SIZE_MAX);
	oxdr_reader_init(&r, bytes, n);
	e = oxdr_get_value(&r, &arena, &t_all, &v);
	for (int i = 0; !e && i < 50; i++)
		e = oxdr_put_value(&w, &t_all, &v);
	assert_true(e == 0 || e == -OXDR_E_NOMEM);
	oxdr_writer_fini(&w);
	oxdr_arena_fini(&arena);
	return e == 0;
}

static void
each_allocation_refused(void **state)
{
	(void)state;
	test_alloc_each(decode_and_encode, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind),
		cmocka_unit_test(unions),
		cmocka_unit_test(widths),
		cmocka_unit_test(not_encodable),
		cmocka_unit_test(open_enums),
		cmocka_unit_test(enum_names),
		cmocka_unit_test(secrets),
		cmocka_unit_test(each_allocation_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
