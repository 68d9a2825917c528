/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as JSON and back.
 */
#include <stdio.h>
#include <stdlib.h>

#include <oxdr/json.h>

#include "tests/xdr/codec.h"
#include "xdr/base.h"

struct sink {
	char text[4096];
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

static const char *
to_json(struct sink *s, const struct oxdr_type *type, const void *value,
    uint32_t flags)
{
	struct oxdr_json_options o = { .flags = flags };

	s->n = 0;
	assert_int_equal(oxdr_json_put(type, value, &o, sink_take, s), 0);
	return s->text;
}

/* Types that only JSON needs. */
static const struct oxdr_type t_int_ptr = { .kind = OXDR_OPTIONAL,
	.size = sizeof(void *), .align = _Alignof(void *),
	.elem = &oxdr_type_int32, .wire_min = 4, .wire_max = 8 };
static const struct oxdr_type t_int_ptr_ptr = { .kind = OXDR_OPTIONAL,
	.size = sizeof(void *), .align = _Alignof(void *),
	.elem = &t_int_ptr, .wire_min = 4, .wire_max = 12 };

/* What is written for some wire bytes; and it reads back as those. */
static void
canonical(void **state)
{
	static const struct {
		const struct oxdr_type *type;
		const char *wire;
		const char *json;
		uint32_t flags;
	} rows[] = {
		{ &oxdr_type_int32, "ffffffff", "-1", 0 },
		{ &oxdr_type_int32, "80000000", "-2147483648", 0 },
		{ &oxdr_type_uint32, "ffffffff", "4294967295", 0 },
		{ &oxdr_type_int64, "8000000000000000",
			"\"-9223372036854775808\"", 0 },
		{ &oxdr_type_uint64, "ffffffffffffffff",
			"\"18446744073709551615\"", 0 },
		{ &oxdr_type_float, "3dcccccd", "0.1", 0 },
		{ &oxdr_type_float, "80000000", "-0.0", 0 },
		{ &oxdr_type_float, "7f7fffff", "3.4028235e+38", 0 },
		{ &oxdr_type_float, "00000001", "1e-45", 0 },
		{ &oxdr_type_float, "7fc00000", "\"NaN\"", 0 },
		{ &oxdr_type_float, "7fc00001", "{\"$hex\":\"7fc00001\"}",
			0 },
		{ &oxdr_type_double, "3fb999999999999a", "0.1", 0 },
		{ &oxdr_type_double, "3ff0000000000000", "1", 0 },
		{ &oxdr_type_double, "7ff0000000000000", "\"Infinity\"", 0 },
		{ &oxdr_type_double, "fff0000000000000", "\"-Infinity\"", 0 },
		{ &oxdr_type_double, "fff8000000000000",
			"{\"$hex\":\"fff8000000000000\"}", 0 },
		{ &oxdr_type_double, "0000000000000001",
			"5e-324", 0 },
		{ &oxdr_type_quad, "3fff0000 00000000 00000000 00000001",
			"\"3fff0000000000000000000000000001\"", 0 },
		{ &oxdr_type_bool, "00000001", "true", 0 },
		{ &t_color, "00000005", "\"BLUE\"", 0 },
		{ &t_open_color, "00000009", "9", 0 },
		{ &t_opaque, "00000003 00ff1000", "\"00ff10\"", 0 },
		{ &t_opaque, "00000003 00ff1000", "\"base64:AP8Q\"",
			OXDR_JSON_BASE64 },
		{ &t_opaque, "00000002 00ff0000", "\"base64:AP8=\"",
			OXDR_JSON_BASE64 },
		{ &t_opaque, "00000001 ff000000", "\"base64:/w==\"",
			OXDR_JSON_BASE64 },
		{ &t_opaque, "00000000", "\"\"", 0 },
		{ &oxdr_type_string, "00000000", "\"\"", 0 },
		{ &oxdr_type_string, "00000004 610a2201", "\"a\\n\\\"\\u0001\"",
			0 },
		{ &oxdr_type_string, "00000003 e282ac00", "\"\xe2\x82\xac\"",
			0 },
		{ &oxdr_type_string, "00000002 c3280000",
			"{\"$hex\":\"c328\"}", 0 },
		{ &t_ints, "00000000", "[]", 0 },
		{ &t_ints, "00000002 00000001 00000002", "[1,2]", 0 },
		{ &t_pick, "00000000", "{\"c\":\"RED\"}", 0 },
		{ &t_pick, "00000001 00000001 78000000",
			"{\"c\":\"GREEN\",\"s\":\"x\"}", 0 },
		{ &t_pick, "00000005 00000000", "{\"c\":\"BLUE\",\"a\":null}",
			0 },
		{ &t_maybe, "00000009 00000001 ab000000",
			"{\"n\":9,\"o\":\"ab\"}", 0 },
		{ &t_node_ptr, "00000000", "[]", 0 },
		{ &t_node_ptr, "00000001 00000007 00000001 00000008 00000000",
			"[{\"v\":7},{\"v\":8}]", 0 },
		{ &t_node_ptr, "00000001 00000007 00000001 00000008 00000000",
			"{\"v\":7,\"next\":{\"v\":8,\"next\":null}}",
			OXDR_JSON_NESTED },
		{ &t_node, "00000007 00000001 00000008 00000000",
			"{\"v\":7,\"next\":[{\"v\":8}]}", 0 },
		{ &t_chain, "00000000 00000001 00000001 00000000 00000000",
			"{\"s\":\"\",\"rest\":{\"more\":true,\"next\":"
			"{\"s\":\"\",\"rest\":{\"more\":false}}}}", 0 },
		{ &t_tree, "00000001 00000001 00000002 00000000",
			"{\"v\":1,\"kids\":[{\"v\":2,\"kids\":[]}]}", 0 },
		{ &t_int_ptr, "00000000", "null", 0 },
		{ &t_int_ptr, "00000001 00000005", "5", 0 },
		{ &t_int_ptr_ptr, "00000000", "null", 0 },
		{ &t_int_ptr_ptr, "00000001 00000000", "{\"$some\":null}", 0 },
		{ &t_int_ptr_ptr, "00000001 00000001 00000005",
			"{\"$some\":5}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oxdr_arena arena = { 0 };
		struct oxdr_json_error error;
		struct sink s;
		uint64_t v[32];

		assert_int_equal(decode_hex(&arena, rows[i].type,
		    rows[i].wire, 0, v), 0);
		assert_string_equal(to_json(&s, rows[i].type, v,
		    rows[i].flags), rows[i].json);
		memset(v, 0xa5, sizeof(v));
		if (oxdr_json_get(rows[i].type, s.text, s.n, NULL, &arena, v,
		    &error))
			fail_msg("%s: %s at %zu", rows[i].json, error.text,
			    error.offset);
		encode_check(rows[i].type, v, rows[i].wire);
		oxdr_arena_fini(&arena);
	}
}

/* The whole struct, with and without indentation. */
static void
all_members(void **state)
{
	static const char expected[] =
	    "{\"i\":-1,\"u\":2147483648,\"h\":\"-9223372036854775808\","
	    "\"uh\":\"72623859790382856\",\"f\":1.5,\"d\":-2.25,"
	    "\"q\":\"3fff0102000000000000000000000000\",\"b\":true,"
	    "\"c\":\"GREEN\",\"fix\":\"6162636465\",\"var\":\"010203\","
	    "\"s\":\"hello\",\"ints\":[1,2,3],\"hypers\":[\"1\",\"-2\"],"
	    "\"colors\":[\"BLUE\",\"RED\"],\"opt\":9}";
	struct oxdr_json_options o = { .indent = 2 };
	struct oxdr_arena arena = { 0 };
	struct sink s;
	struct all v;

	(void)state;
	assert_string_equal(to_json(&s, &t_all, &all_value, 0), expected);
	s.n = 0;
	assert_int_equal(oxdr_json_put(&t_all, &all_value, &o, sink_take, &s),
	    0);
	assert_memory_equal(s.text, "{\n  \"i\": -1,\n  \"u\": ", 20);
	assert_non_null(strstr(s.text,
	    "\n  \"ints\": [\n    1,\n    2,\n    3\n  ],\n"));
	assert_int_equal(oxdr_json_get(&t_all, s.text, s.n, NULL, &arena, &v,
	    NULL), 0);
	encode_check(&t_all, &v, all_wire);
	oxdr_arena_fini(&arena);
}

/* Other spellings that are taken. */
static void
liberal(void **state)
{
	static const struct {
		const struct oxdr_type *type;
		const char *json;
		const char *wire;
		uint32_t flags;
	} rows[] = {
		{ &oxdr_type_int32, " \"-5\" ", "fffffffb", 0 },
		{ &oxdr_type_int32, "1e3", "000003e8", 0 },
		{ &oxdr_type_int32, "1.0", "00000001", 0 },
		{ &oxdr_type_int32, "1200e-2", "0000000c", 0 },
		{ &oxdr_type_int32, "0e999999999999", "00000000", 0 },
		{ &oxdr_type_int32, "1.00000000000000000000000000000000000",
			"00000001", 0 },
		{ &oxdr_type_int32, "-0", "00000000", 0 },
		{ &oxdr_type_int64, "9223372036854775807",
			"7fffffffffffffff", 0 },
		{ &oxdr_type_uint64, "1e19", "8ac7230489e80000", 0 },
		{ &oxdr_type_float, "\"0.1\"", "3dcccccd", 0 },
		{ &oxdr_type_double, "-0", "8000000000000000", 0 },
		{ &oxdr_type_float, "1e-60", "00000000", 0 },
		{ &t_color, "\"AZURE\"", "00000005", 0 },
		{ &t_color, "\"BL\\u0055E\"", "00000005", 0 },
		{ &t_color, "1", "00000001", OXDR_JSON_STRICT },
		{ &t_open_color, "77", "0000004d", OXDR_JSON_STRICT },
		{ &t_opaque, "\"FF\"", "00000001 ff000000", 0 },
		{ &t_opaque, "\"hex:ff\"", "00000001 ff000000", 0 },
		{ &t_opaque, "\"base64:\\/w\"", "00000001 ff000000", 0 },
		{ &t_opaque, "\"base64:_w==\"", "00000001 ff000000", 0 },
		{ &oxdr_type_string, "\"\\u20ac\\ud83d\\ude00\\/\"",
			"00000008 e282acf0 9f98802f", 0 },
		{ &oxdr_type_string, "{\"$base64\":\"wyg=\"}",
			"00000002 c3280000", 0 },
		{ &t_pick, "{\"s\":\"x\",\"c\":\"GREEN\"}",
			"00000001 00000001 78000000", 0 },
		{ &t_pick, "{\"c\":\"BLUE\"}", "00000005 00000000", 0 },
		{ &t_maybe, "{\"o\":\"ab\",\"n\":\"9\"}",
			"00000009 00000001 ab000000", 0 },
		{ &t_node, "{\"next\":null,\"v\":7}", "00000007 00000000", 0 },
		{ &t_node, "{\"v\":7}", "00000007 00000000", 0 },
		{ &t_node_ptr, "null", "00000000", 0 },
		{ &t_int_ptr_ptr, "5", "00000001 00000001 00000005", 0 },
		{ &t_login, "{}", "00000000 00000000 00000000",
			OXDR_JSON_DEFAULTS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oxdr_json_options o = { .flags = rows[i].flags };
		struct oxdr_arena arena = { 0 };
		struct oxdr_json_error error;
		uint64_t v[32];

		if (oxdr_json_get(rows[i].type, rows[i].json,
		    strlen(rows[i].json), &o, &arena, v, &error))
			fail_msg("%s: %s at %zu", rows[i].json, error.text,
			    error.offset);
		encode_check(rows[i].type, v, rows[i].wire);
		oxdr_arena_fini(&arena);
	}
}

/* What is refused: the code, where, and in which value. */
static void
refused(void **state)
{
	static const struct {
		const struct oxdr_type *type;
		const char *json;
		int code;
		size_t offset;
		const char *pointer;
		const char *text;	/* part of the message, or NULL */
		uint32_t flags;
	} rows[] = {
		{ &oxdr_type_int32, "", OXDR_E_SYNTAX, 0, "", "end of text", 0 },
		{ &oxdr_type_int32, "2147483648", OXDR_E_RANGE, 10, "",
			"does not fit 'int'", 0 },
		{ &oxdr_type_int32, "-2147483649", OXDR_E_RANGE, 11, "",
			NULL, 0 },
		{ &oxdr_type_uint32, "-1", OXDR_E_RANGE, 2, "", NULL, 0 },
		{ &oxdr_type_uint64, "18446744073709551616", OXDR_E_RANGE, 20,
			"", "too large", 0 },
		{ &oxdr_type_int32, "1e-1", OXDR_E_RANGE, 4, "",
			"not a whole", 0 },
		{ &oxdr_type_int32, "1.5", OXDR_E_RANGE, 3, "", NULL, 0 },
		{ &oxdr_type_int32, "01", OXDR_E_SYNTAX, 0, "", NULL, 0 },
		{ &oxdr_type_int32, "+1", OXDR_E_SYNTAX, 0, "", NULL, 0 },
		{ &oxdr_type_int32, "\"x\"", OXDR_E_SYNTAX, 0, "",
			"not a number", 0 },
		{ &oxdr_type_int32, "1 2", OXDR_E_TRAILING, 2, "", NULL, 0 },
		{ &oxdr_type_uint64, "true", OXDR_E_SYNTAX, 0, "",
			"expected 'unsigned hyper' (decimal string), got "
			"boolean", 0 },
		{ &oxdr_type_bool, "1", OXDR_E_SYNTAX, 0, "", NULL, 0 },
		{ &oxdr_type_float, "1e39", OXDR_E_RANGE, 4, "", NULL, 0 },
		{ &oxdr_type_float, "\"nan\"", OXDR_E_SYNTAX, 0, "", NULL, 0 },
		{ &oxdr_type_float, "{\"$hex\":\"7fc0\"}", OXDR_E_BOUND, 14,
			"", NULL, 0 },
		{ &oxdr_type_quad, "\"00\"", OXDR_E_BOUND, 4, "", NULL, 0 },
		{ &t_color, "\"PINK\"", OXDR_E_ENUM, 0, "", NULL, 0 },
		{ &t_color, "77", OXDR_E_ENUM, 2, "", NULL,
			OXDR_JSON_STRICT },
		{ &t_opaque, "\"f\"", OXDR_E_SYNTAX, 0, "", NULL, 0 },
		{ &t_opaque, "\"base64:AB==\"", OXDR_E_SYNTAX, 0, "",
			"not hexadecimal", 0 },
		{ &t_string4, "\"abcde\"", OXDR_E_BOUND, 7, "", NULL, 0 },
		{ &oxdr_type_string, "\"a\\u0000\"", OXDR_E_NUL, 9, "", NULL,
			0 },
		{ &oxdr_type_string, "\"\\ud800\"", OXDR_E_SYNTAX, 1, "",
			"escape", 0 },
		{ &oxdr_type_string, "\"a\nb\"", OXDR_E_SYNTAX, 2, "",
			"control", 0 },
		{ &oxdr_type_string, "\"\xc3(\"", OXDR_E_SYNTAX, 1, "",
			"UTF-8", 0 },
		{ &oxdr_type_string, "\"abc", OXDR_E_SYNTAX, 4, "",
			"does not end", 0 },
		{ &t_ints, "[1,]", OXDR_E_SYNTAX, 3, "", NULL, 0 },
		{ &t_ints, "[1 2]", OXDR_E_SYNTAX, 3, "", "expected ','", 0 },
		{ &t_ints, "[1,true]", OXDR_E_SYNTAX, 3, "/1", NULL, 0 },
		{ &t_ints, "[1", OXDR_E_SYNTAX, 2, "", NULL, 0 },
		{ &t_node, "{}", OXDR_E_SYNTAX, 2, "", "'v' is missing", 0 },
		{ &t_node, "{\"v\":1,\"v\":1}", OXDR_E_SYNTAX, 11, "",
			"two members 'v'", 0 },
		{ &t_node, "{\"v\":1,\"w\":1}", OXDR_E_SYNTAX, 11, "",
			"no member is called 'w'", 0 },
		{ &t_node_ptr, "[{\"v\":1},{\"v\":1,\"next\":null}]",
			OXDR_E_SYNTAX, 23, "/1", NULL, 0 },
		{ &t_tree, "{\"v\":1,\"kids\":[{\"v\":2,\"kids\":[{\"v\":3}]}]}",
			OXDR_E_SYNTAX, 37, "/kids/0/kids/0", NULL, 0 },
		{ &t_pick, "{\"s\":\"x\"}", OXDR_E_SYNTAX, 9, "",
			"'c' is missing", 0 },
		{ &t_pick, "{\"c\":\"GREEN\"}", OXDR_E_SYNTAX, 13, "",
			"'s' is missing", 0 },
		{ &t_pick, "{\"c\":\"RED\",\"s\":\"x\"}", OXDR_E_SYNTAX, 15,
			"", "can't be 's'", 0 },
		{ &t_pick, "{\"c\":2}", OXDR_E_UNION, 1, "", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oxdr_json_options o = { .flags = rows[i].flags };
		struct oxdr_arena arena = { 0 };
		struct oxdr_json_error error;
		uint64_t v[32];
		int e = oxdr_json_get(rows[i].type, rows[i].json,
		    strlen(rows[i].json), &o, &arena, v, &error);

		oxdr_arena_fini(&arena);
		if (e == -rows[i].code && error.code == e &&
		    error.offset == rows[i].offset &&
		    strcmp(error.pointer, rows[i].pointer) == 0 &&
		    (!rows[i].text || strstr(error.text, rows[i].text)))
			continue;
		fail_msg("%s: %d at %zu, %s: %s", rows[i].json, e,
		    error.offset, error.pointer, error.text);
	}
}

/* Every prefix of a text is refused, and nothing behind it is looked at. */
static void
cut_off(void **state)
{
	static const char *const texts[] = {
		"{\"s\":\"a\\u20ac\",\"c\":\"GREEN\"}",
		"{\"n\":9,\"o\":\"base64:AP8=\"}",
	};
	static const struct oxdr_type *const types[] = { &t_pick, &t_maybe };
	struct sink s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts) + 1; i++) {
		int all = i == ARRAY_LEN(texts);
		const struct oxdr_type *type = all ? &t_all : types[i];
		const char *text = all ?
		    to_json(&s, &t_all, &all_value, 0) : texts[i];

		for (size_t n = 0; n < strlen(text); n++) {
			struct oxdr_arena arena = { 0 };
			char *exact = malloc(n ? n : 1);
			uint64_t v[32];

			assert_non_null(exact);
			memcpy(exact, text, n);
			assert_true(oxdr_json_get(type, exact, n, NULL,
			    &arena, v, NULL) < 0);
			oxdr_arena_fini(&arena);
			free(exact);
		}
	}
}

static void
error_position(void **state)
{
	static const char text[] = "{\n  \"v\": 1,\n  \"next\": [\n   7]}";
	struct oxdr_arena arena = { 0 };
	struct oxdr_json_error error;
	struct node v;

	(void)state;
	assert_int_equal(oxdr_json_get(&t_node, text, strlen(text), NULL,
	    &arena, &v, &error), -OXDR_E_SYNTAX);
	assert_int_equal(error.line, 4);
	assert_int_equal(error.column, 4);
	assert_string_equal(error.pointer, "/next/0");
	assert_string_equal(error.text, "expected 'node' (object), got number");
	oxdr_arena_fini(&arena);
}

static void
limits(void **state)
{
	struct oxdr_json_options o = { .max_bytes = 10 };
	struct oxdr_arena arena = { 0 };
	struct oxdr_var v;
	struct tree tree;
	char deep[20 * 300 + 1] = "";

	(void)state;
	assert_int_equal(oxdr_json_get(&t_ints, "[1,2,3,4,5]", 11, &o, &arena,
	    &v, NULL), -OXDR_E_LIMIT);
	o = (struct oxdr_json_options){ .max_elements = 4 };
	assert_int_equal(oxdr_json_get(&t_ints, "[1,2,3,4,5]", 11, &o, &arena,
	    &v, NULL), -OXDR_E_LIMIT);
	assert_int_equal(oxdr_json_get(&t_ints, "[1,2,3,4]", 9, &o, &arena,
	    &v, NULL), 0);
	for (size_t i = 0; i < 300; i++)
		strcat(deep, "{\"v\":1,\"kids\":[");
	assert_int_equal(oxdr_json_get(&t_tree, deep, strlen(deep), NULL,
	    &arena, &tree, NULL), -OXDR_E_SYNTAX);
	for (size_t i = 0; i < 300; i++)
		strcat(deep, "]}");
	assert_int_equal(oxdr_json_get(&t_tree, deep, strlen(deep), NULL,
	    &arena, &tree, NULL), -OXDR_E_DEPTH);
	oxdr_arena_fini(&arena);
}

/* A list is written and read in a loop. */
static int
count_only(void *ctx, const char *text, size_t n)
{
	(void)text;
	*(size_t *)ctx += n;
	return 0;
}

static void
long_list(void **state)
{
	enum { N = 100000 };
	struct oxdr_arena arena = { 0 };
	struct node *nodes = calloc(N, sizeof(*nodes));
	char *text = malloc(10 * N + 3);
	struct node *first;
	size_t n = 0, bytes = 0;

	(void)state;
	assert_non_null(nodes);
	assert_non_null(text);
	for (size_t i = 0; i < N; i++) {
		nodes[i].next = i + 1 < N ? &nodes[i + 1] : NULL;
		n += (size_t)sprintf(text + n, "%s{\"v\":0}", i ? "," : "[");
	}
	text[n++] = ']';
	first = nodes;
	assert_int_equal(oxdr_json_put(&t_node_ptr, &first, NULL, count_only,
	    &bytes), 0);
	assert_int_equal(bytes, n);
	assert_int_equal(oxdr_json_get(&t_node_ptr, text, n, NULL, &arena,
	    &first, NULL), 0);
	assert_int_equal(oxdr_value_size(&t_node_ptr, &first), 8 * N + 4);
	oxdr_arena_fini(&arena);
	free(text);
	free(nodes);
}

static void
secrets(void **state)
{
	struct login v = { (char[]){ "bob" }, (char[]){ "pw" }, 1 };
	struct sink s;

	(void)state;
	assert_string_equal(to_json(&s, &t_login, &v, 0),
	    "{\"user\":\"bob\",\"password\":\"***\",\"n\":1}");
	assert_string_equal(to_json(&s, &t_login, &v, OXDR_JSON_SECRETS),
	    "{\"user\":\"bob\",\"password\":\"pw\",\"n\":1}");
}

static bool
read_all(struct test_alloc *a, void *ctx)
{
	const struct sink *s = ctx;
	struct oxdr_arena arena;
	struct all v;
	int e;

	oxdr_arena_init(&arena, &a->hooks, 0);
	e = oxdr_json_get(&t_all, s->text, s->n, NULL, &arena, &v, NULL);
	oxdr_arena_fini(&arena);
	assert_true(e == 0 || e == -OXDR_E_NOMEM);
	return e == 0;
}

static void
each_allocation_refused(void **state)
{
	struct sink s;

	(void)state;
	to_json(&s, &t_all, &all_value, 0);
	test_alloc_each(read_all, &s);
}

/* A value that can't be shown, and a sink that has had enough. */
static int
refuse(void *ctx, const char *text, size_t n)
{
	(void)ctx;
	(void)text;
	(void)n;
	return 42;
}

static void
not_writable(void **state)
{
	struct all v = all_value;
	struct node ring = { .next = &ring };
	size_t n = 0;

	(void)state;
	assert_int_equal(oxdr_json_put(&t_all, &v, NULL, refuse, NULL), 42);
	v.s = NULL;
	assert_int_equal(oxdr_json_put(&t_all, &v, NULL, count_only, &n),
	    -OXDR_E_NULL);
	assert_int_equal(oxdr_json_put(&t_node, &ring, NULL, count_only, &n),
	    -OXDR_E_DEPTH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical),
		cmocka_unit_test(all_members),
		cmocka_unit_test(liberal),
		cmocka_unit_test(refused),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(error_position),
		cmocka_unit_test(limits),
		cmocka_unit_test(long_list),
		cmocka_unit_test(secrets),
		cmocka_unit_test(each_allocation_refused),
		cmocka_unit_test(not_writable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
