/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tables made in memory are the tables that idlc generates: all of every.x,
 * compared with what is checked in for it, which the compiler laid out.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <idlc/table.h>
#include <oxdr/error.h>

#include "tests/idlc/golden/every_xdr.c"
#include "xdr/base.h"

static const struct oxdr_type *const generated[] = {
	&point_xdr_type, &color_xdr_type, &odd_xdr_type, &growing_xdr_type,
	&name_xdr_type, &row_xdr_type, &mat_xdr_type, &blob_xdr_type,
	&digest_xdr_type, &points_xdr_type, &uh_xdr_type, &none_xdr_type,
	&maybe_name_xdr_type, &all_xdr_type, &node_xdr_type, &tree_xdr_type,
	&kids_xdr_type, &shape_xdr_type, &entry_xdr_type, &rest_xdr_type,
	&chain_xdr_type, &many_xdr_type, &plain_xdr_type, &account_xdr_type,
	&class__xdr_type, &point_user_xdr_type, &empty_xdr_type,
	&empties_xdr_type,
};

static struct idlc_schema *schema;
static struct idlc_tables *tables;

static int
load(void **state)
{
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/idlc/golden/every.x",
	    getenv("top_srcdir") ? getenv("top_srcdir") : ".");
	assert_int_equal(idlc_schema_load(path, NULL, &schema), 0);
	assert_int_equal(idlc_tables_new(schema, &tables), 0);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	idlc_tables_free(tables);
	idlc_schema_free(schema);
	return 0;
}

static void same(const struct oxdr_type *a, const struct oxdr_type *b);

/* A type that another refers to: by name, or, without one, all of it. */
static void
same_ref(const struct oxdr_type *a, const struct oxdr_type *b)
{
	if (!a || !b) {
		assert_ptr_equal(a, b);
		return;
	}
	if (a == b)
		return;
	if (a->name && b->name)
		assert_string_equal(a->name, b->name);
	else
		same(a, b);
}

static void
same_arm(const struct oxdr_arm *a, const struct oxdr_arm *b)
{
	if (!a || !b) {
		assert_ptr_equal(a, b);
		return;
	}
	assert_int_equal(a->value, b->value);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->flags, b->flags);
	same_ref(a->type, b->type);
	if (a->type)
		assert_string_equal(a->name, b->name);
}

static void
same(const struct oxdr_type *a, const struct oxdr_type *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->align, b->align);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->max, b->max);
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->wire_min, b->wire_min);
	assert_int_equal(a->wire_max, b->wire_max);
	assert_int_equal(a->ratio, b->ratio);
	same_ref(a->elem, b->elem);
	for (uint32_t i = 0; i < a->n; i++) {
		if (a->values) {
			assert_string_equal(a->values[i].name,
			    b->values[i].name);
			assert_int_equal(a->values[i].value,
			    b->values[i].value);
		}
		if (a->members && a->kind == OXDR_STRUCT) {
			assert_string_equal(a->members[i].name,
			    b->members[i].name);
			assert_int_equal(a->members[i].offset,
			    b->members[i].offset);
			assert_int_equal(a->members[i].flags,
			    b->members[i].flags);
			same_ref(a->members[i].type, b->members[i].type);
		}
		if (a->arms)
			same_arm(&a->arms[i], &b->arms[i]);
	}
	if (a->kind == OXDR_UNION)
		same_ref(a->members->type, b->members->type);
	same_arm(a->other, b->other);
}

static void
types_are_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(generated); i++) {
		const struct oxdr_type *made =
		    idlc_tables_find(tables, generated[i]->name);

		assert_non_null(made);
		same(made, generated[i]);
	}
	assert_null(idlc_tables_find(tables, "MAXN"));
	assert_null(idlc_tables_find(tables, "nosuch"));
}

static void
procedures_are_the_same(void **state)
{
	const struct idlc_def *program = idlc_schema_find(schema,
	    "EVERY_PROG");
	const struct idlc_procedure *p;

	(void)state;
	assert_non_null(program);
	for (p = program->is.program.versions->procedures; p; p = p->next) {
		const struct orpc_proc *proc =
		    &every_prog_v1_program.procs[p->number - 1];
		const struct oxdr_type *type;

		assert_string_equal(proc->name, p->name);
		assert_int_equal(idlc_tables_argument(tables, p, &type), 0);
		if (type && p->n_args > 1)
			same(type, proc->arg);
		else
			same_ref(type, proc->arg);
		assert_int_equal(idlc_tables_result(tables, p, &type), 0);
		same_ref(type, proc->res);
	}
}

static void
values_go_through(void **state)
{
	const struct oxdr_type *type = idlc_tables_find(tables, "shape");
	static const uint8_t bytes[] = {
		0, 0, 0, 1, 0, 0, 0, 2, 'h', 'i', 0, 0,
	};
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	shape value;

	(void)state;
	assert_int_equal(type->size, sizeof(value));
	oxdr_reader_init(&r, bytes, sizeof(bytes));
	assert_int_equal(oxdr_get_value(&r, &arena, type, &value), 0);
	assert_int_equal(value.kind, GREEN);
	assert_string_equal(value.shape_u.s, "hi");
	oxdr_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_the_same),
		cmocka_unit_test(procedures_are_the_same),
		cmocka_unit_test(values_go_through),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
