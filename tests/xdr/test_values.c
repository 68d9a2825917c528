/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values by their tables: comparison, deep copies, text.
 */
#include <stdlib.h>

#include <oxdr/text.h>

#include "tests/xdr/codec.h"
#include "xdr/base.h"

/* Wire forms of values that all differ. */
static const struct {
	const struct oxdr_type *type;
	const char *wire;
} values[] = {
	{ &t_all, all_wire },
	{ &t_pick, "00000000" },
	{ &t_pick, "00000001 00000002 68690000" },
	{ &t_pick, "00000001 00000002 68610000" },
	{ &t_pick, "00000005 00000000" },
	{ &t_maybe, "ffffffff 00000009" },
	{ &t_maybe, "00000007 0000000000000009" },
	{ &t_maybe, "00000000 00000001 ff000000" },
	{ &t_node, "00000001 00000000" },
	{ &t_node, "00000001 00000001 00000002 00000000" },
	{ &t_node, "00000001 00000001 00000003 00000000" },
	{ &t_chain, "00000000 00000001 00000001 00000000 00000000" },
	{ &t_chain, "00000000 00000000" },
	{ &t_tree, "00000001 00000001 00000002 00000000" },
	{ &t_tree, "00000001 00000000" },
	{ &t_left, "00000001 00000001 00000002 00000000" },
	{ &t_ints, "00000002 00000001 00000002" },
	{ &t_ints, "00000002 00000001 00000003" },
	{ &t_ints, "00000000" },
};

static void
decode_good(struct oxdr_arena *arena, size_t i, void *out)
{
	assert_int_equal(decode_hex(arena, values[i].type, values[i].wire, 0,
	    out), 0);
}

static void
equal(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		for (size_t j = 0; j < ARRAY_LEN(values); j++) {
			struct oxdr_arena arena = { 0 };
			uint64_t a[32], b[32];

			if (values[i].type != values[j].type)
				continue;
			memset(a, 0x11, sizeof(a));
			memset(b, 0x22, sizeof(b));
			decode_good(&arena, i, a);
			decode_good(&arena, j, b);
			assert_int_equal(oxdr_value_equal(values[i].type, a,
			    b), i == j);
			oxdr_arena_fini(&arena);
		}
}

/* A copy is equal, encodes to the same bytes, and stands alone. */
static void
copy(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct oxdr_arena arena = { 0 }, kept = { 0 };
		uint64_t v[32], c[32];

		decode_good(&arena, i, v);
		assert_int_equal(oxdr_value_copy(&kept, values[i].type, v, c),
		    0);
		assert_int_equal(oxdr_value_equal(values[i].type, v, c), 1);
		oxdr_arena_fini(&arena);
		encode_check(values[i].type, c, values[i].wire);
		oxdr_arena_fini(&kept);
	}
}

static void
long_list(void **state)
{
	enum { N = 300000 };
	struct node *nodes = calloc(N, sizeof(*nodes));
	struct oxdr_arena arena = { 0 };
	struct node again;

	(void)state;
	assert_non_null(nodes);
	for (size_t i = 0; i + 1 < N; i++)
		nodes[i].next = &nodes[i + 1];
	assert_int_equal(oxdr_value_copy(&arena, &t_node, nodes, &again), 0);
	assert_int_equal(oxdr_value_equal(&t_node, nodes, &again), 1);
	nodes[N - 1].v = 1;
	assert_int_equal(oxdr_value_equal(&t_node, nodes, &again), 0);
	oxdr_arena_fini(&arena);
	free(nodes);
}

/* Rings, values too deep, and values with holes are refused. */
static void
not_walkable(void **state)
{
	static struct tree trees[OXDR_DEPTH_MAX + 2];
	struct oxdr_arena arena;
	struct node ring = { .next = &ring }, node;
	struct tree tree;
	struct pick pick = { .c = (enum color)3 }, other;
	struct oxdr_var hole = { .len = 1 }, var;

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_LEN(trees); i++) {
		trees[i].kids.kids_len = 1;
		trees[i].kids.kids_val = &trees[i + 1];
	}
	oxdr_arena_init(&arena, NULL, 1 << 20);
	assert_int_equal(oxdr_value_equal(&t_node, &ring, &ring),
	    -OXDR_E_DEPTH);
	assert_int_equal(oxdr_value_copy(&arena, &t_node, &ring, &node),
	    -OXDR_E_DEPTH);
	assert_int_equal(oxdr_value_equal(&t_tree, trees, trees),
	    -OXDR_E_DEPTH);
	assert_int_equal(oxdr_value_copy(&arena, &t_tree, trees, &tree),
	    -OXDR_E_DEPTH);
	assert_int_equal(oxdr_value_equal(&t_pick, &pick, &pick),
	    -OXDR_E_UNION);
	assert_int_equal(oxdr_value_copy(&arena, &t_pick, &pick, &other),
	    -OXDR_E_UNION);
	assert_int_equal(oxdr_value_equal(&t_opaque, &hole, &hole),
	    -OXDR_E_NULL);
	assert_int_equal(oxdr_value_copy(&arena, &t_ints, &hole, &var),
	    -OXDR_E_NULL);
	oxdr_arena_fini(&arena);
}

static void
secret_copies(void **state)
{
	struct login v = { (char[]){ "a" }, (char[]){ "b" }, 1 }, c;
	struct oxdr_arena arena = { 0 };

	(void)state;
	assert_int_equal(oxdr_value_copy(&arena, &t_login, &v, &c), 0);
	assert_true(arena.flags & OXDR_ARENA_SECRET);
	oxdr_arena_fini(&arena);
}

static bool
copy_all(struct test_alloc *a, void *ctx)
{
	struct oxdr_arena arena;
	struct all c;
	int e;

	(void)ctx;
	oxdr_arena_init(&arena, &a->hooks, 0);
	e = oxdr_value_copy(&arena, &t_all, &all_value, &c);
	oxdr_arena_fini(&arena);
	assert_true(e == 0 || e == -OXDR_E_NOMEM);
	return e == 0;
}

static void
each_allocation_refused(void **state)
{
	(void)state;
	test_alloc_each(copy_all, NULL);
}

/* ---- Text ------------------------------------------------------------------ */

struct sink {
	char text[2048];
	size_t n;
};

static int
sink_take(void *ctx, const char *text, size_t n)
{
	struct sink *s = ctx;

	assert_true(n < sizeof(s->text) - s->n);
	memcpy(s->text + s->n, text, n);
	s->n += n;
	s->text[s->n] = '\0';
	return 0;
}

static void
text(void **state)
{
	static const struct {
		const struct oxdr_type *type;
		const char *wire;
		const char *text;
		unsigned indent;
	} rows[] = {
		{ &t_all, all_wire,
			"{i = -1, u = 2147483648, h = -9223372036854775808, "
			"uh = 72623859790382856, f = 1.5, d = -2.25, "
			"q = 0x3fff0102000000000000000000000000, b = true, "
			"c = GREEN, fix = 0x6162636465, var = 0x010203, "
			"s = \"hello\", ints = [1, 2, 3], hypers = [1, -2], "
			"colors = [BLUE, RED], opt = 9}", 0 },
		{ &t_pick, "00000005 00000000", "{c = BLUE, a = null}", 0 },
		{ &t_open_color, "00000063", "99", 0 },
		{ &oxdr_type_string, "00000003 0a220100",
			"\"\\n\\\"\\001\"", 0 },
		{ &t_node, "00000001 00000001 00000002 00000000",
			"{v = 1, next = [{v = 2}]}", 0 },
		{ &t_ints, "00000000", "[]", 2 },
		{ &t_tree, "00000001 00000001 00000002 00000000",
			"{\n  v = 1,\n  kids = [\n    {\n      v = 2,\n"
			"      kids = []\n    }\n  ]\n}", 2 },
		{ &t_login, "00000001 61000000 00000001 62000000 00000001",
			"{user = \"a\", password = ***, n = 1}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oxdr_arena arena = { 0 };
		struct sink s = { .n = 0 };
		uint64_t v[32];

		assert_int_equal(decode_hex(&arena, rows[i].type, rows[i].wire,
		    0, v), 0);
		assert_int_equal(oxdr_text_put(rows[i].type, v, rows[i].indent,
		    sink_take, &s), 0);
		assert_string_equal(s.text, rows[i].text);
		oxdr_arena_fini(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal),
		cmocka_unit_test(copy),
		cmocka_unit_test(long_list),
		cmocka_unit_test(not_walkable),
		cmocka_unit_test(secret_copies),
		cmocka_unit_test(each_allocation_refused),
		cmocka_unit_test(text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
