/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls of <idlc/idl.h>: each allocation refused once, find and resolve,
 * and the order of output.
 */
#include "tests/lib/test.h"

#include <idlc/dump.h>
#include <idlc/idl.h>
#include <oxdr/error.h>

#include <stdio.h>

static const char text[] =
	"#define N 4\n"
	"/** A list. */\n"
	"struct user { list *all; row r; color c; };\n"
	"typedef int row[N];\n"
	"struct list { int v; list *next; struct { string s<LIMIT>; } in; };\n"
	"enum color { RED, GREEN = 7 };\n"
	"typedef color shade;\n"
	"%#define LIMIT (4 * 4)\n"
	"union u switch (shade s) { case RED: user body; default: void; };\n"
	"program P { version V { u CALL(user, list) = 1; } = 2; } = 3;\n"
	"struct wrong { nosuch x; };\n";

static void
count(void *ctx, const struct idlc_finding *finding)
{
	(void)finding;
	++*(unsigned *)ctx;
}

static int
parse(const struct oxdr_allocator *allocator, size_t n, unsigned *n_findings,
    struct idlc_schema **out)
{
	struct idlc_options options = {
		.allocator = allocator, .on_finding = count, .ctx = n_findings
	};

	return idlc_schema_parse("t.x", text, n, &options, out);
}

/* Without the last line the text is right. */
#define RIGHT (sizeof(text) - 1 - sizeof("struct wrong { nosuch x; };\n") + 1)

static bool
load_once(struct test_alloc *a, void *ctx)
{
	struct idlc_schema *schema = NULL;
	unsigned n_findings = 0;
	int r = parse(&a->hooks, RIGHT, &n_findings, &schema);

	(void)ctx;
	if (r == 0)
		idlc_schema_free(schema);
	else
		assert_int_equal(r, -OXDR_E_NOMEM);
	return r == 0;
}

static bool
refuse_once(struct test_alloc *a, void *ctx)
{
	struct idlc_schema *schema = NULL;
	unsigned n_findings = 0;
	int r = parse(&a->hooks, sizeof(text) - 1, &n_findings, &schema);

	(void)ctx;
	if (r != 1)
		assert_int_equal(r, -OXDR_E_NOMEM);
	return r == 1;
}

static void
test_no_memory(void **state)
{
	(void)state;
	test_alloc_each(load_once, NULL);
	test_alloc_each(refuse_once, NULL);
}

/* Where a definition stands in the order of output. */
static unsigned
position(const struct idlc_schema *schema, const char *name)
{
	unsigned n = 0;

	for (const struct idlc_def *d = schema->defs; d; d = d->next, n++)
		if (d->name && strcmp(d->name, name) == 0)
			return n;
	fail_msg("%s is not there", name);
	return 0;
}

static void
test_order(void **state)
{
	struct idlc_schema *schema;
	unsigned n_findings = 0;
	const struct idlc_def *def;

	(void)state;
	assert_int_equal(parse(NULL, RIGHT, &n_findings, &schema), 0);
	assert_int_equal(n_findings, 0);
	assert_true(position(schema, "row") < position(schema, "user"));
	assert_true(position(schema, "color") < position(schema, "user"));
	assert_true(position(schema, "list_in") < position(schema, "list"));
	assert_true(position(schema, "user") < position(schema, "list"));
	def = idlc_schema_find(schema, "list");
	assert_non_null(def);
	assert_true(def->flags & IDLC_DEF_RECURSIVE);
	assert_true(def->flags & IDLC_DEF_FORWARD);
	def = idlc_schema_find(schema, "user");
	assert_string_equal(def->doc->text, "A list.");
	assert_false(def->flags & IDLC_DEF_RECURSIVE);
	def = idlc_schema_find(schema, "u");
	assert_string_equal(idlc_type_resolve(&def->is.u.disc.type)->def->name,
	    "color");
	assert_null(idlc_schema_find(schema, "nosuch"));
	assert_null(idlc_schema_find(schema, "RED"));
	def = idlc_schema_find(schema, "list_in");
	assert_int_equal(def->is.members->bound, 16);
	idlc_schema_free(schema);
	idlc_schema_free(NULL);
}

static void
test_unreadable(void **state)
{
	struct idlc_options options = { .on_finding = count };
	struct idlc_schema *schema;
	unsigned n_findings = 0;

	(void)state;
	options.ctx = &n_findings;
	assert_int_equal(idlc_schema_load("/nonexistent/file.x", &options,
	    &schema), -OXDR_E_INVAL);
	assert_int_equal(idlc_schema_load("/", &options, &schema),
	    -OXDR_E_INVAL);
	assert_int_equal(n_findings, 2);
}

static void
keep_fix(void *ctx, const struct idlc_finding *finding)
{
	for (const struct idlc_finding *c = finding->children; c; c = c->next)
		if (c->fix)
			snprintf(ctx, 16, "%s", c->fix);
}

/* Of names that are equally near the first by the alphabet is meant. */
static void
test_nearest(void **state)
{
	char fix[16] = "", input[1024];
	struct idlc_options options = { .on_finding = keep_fix, .ctx = fix };
	struct idlc_schema *schema;
	size_t n = 0;

	(void)state;
	for (char c = 'z'; c >= 'b'; c--)
		n += (size_t)snprintf(input + n, sizeof(input) - n,
		    "typedef int some_%c;\n", c);
	n += (size_t)snprintf(input + n, sizeof(input) - n,
	    "struct s { some_0 x; };\n");
	assert_int_equal(idlc_schema_parse("t.x", input, n, &options, &schema),
	    1);
	assert_string_equal(fix, "some_b");
}

static void
test_explain(void **state)
{
	(void)state;
	assert_non_null(idlc_explain("E0302"));
	assert_non_null(idlc_explain("W0501"));
	assert_null(idlc_explain("E9999"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_explain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
