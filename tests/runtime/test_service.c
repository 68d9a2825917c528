/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The program table.
 */
#include "tests/lib/test.h"

#include <orpc/error.h>

#include "runtime/channel/service.h"
#include "xdr/base.h"

static const struct orpc_proc procs[] = {
	{ .number = 0 }, { .number = 1 }, { .number = 5 }, { .number = 7 },
	{ .number = 4000000000u },
};
static const struct orpc_proc unsorted[] = {
	{ .number = 2 }, { .number = 1 },
};

#define PROGRAM(number_, version_) { .number = (number_), \
	.version = (version_), .procs = procs, .n_procs = ARRAY_LEN(procs) }
static const struct orpc_program programs[] = {
	PROGRAM(20, 4), PROGRAM(10, 1), PROGRAM(20, 2), PROGRAM(30, 0),
	PROGRAM(4000000000u, 4000000000u),
};

static struct orpc_service services[ARRAY_LEN(programs)];
static struct service_table table;

static void
add_all(void)
{
	assert_int_equal(orpc_i_services_init(&table), 0);
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		services[i].program = &programs[i];
		assert_int_equal(orpc_i_services_add(&table, &services[i],
		    NULL, &services[i]), 0);
	}
}

static void
test_find(void **state)
{
	static const struct {
		uint32_t program, version;
		int result;
		uint32_t low, high;
	} rows[] = {
		{ 20, 4, 0, 0, 0 },
		{ 20, 2, 0, 0, 0 },
		{ 20, 3, ORPC_R_PROG_MISMATCH, 2, 4 },
		{ 20, 0, ORPC_R_PROG_MISMATCH, 2, 4 },
		{ 20, UINT32_MAX, ORPC_R_PROG_MISMATCH, 2, 4 },
		{ 30, 0, 0, 0, 0 },
		{ 30, 1, ORPC_R_PROG_MISMATCH, 0, 0 },
		{ 9, 1, ORPC_R_PROG_UNAVAIL, 0, 0 },
		{ 11, 1, ORPC_R_PROG_UNAVAIL, 0, 0 },
		{ 4000000000u, 4000000000u, 0, 0, 0 },
		{ UINT32_MAX, 1, ORPC_R_PROG_UNAVAIL, 0, 0 },
	};
	struct service_view view = { 0 };

	(void)state;
	add_all();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct service_entry *entry = NULL;
		uint32_t low = 0;
		uint32_t high = 0;

		assert_int_equal(orpc_i_services_find(
		    orpc_i_services_view(&table, &view), rows[i].program,
		    rows[i].version, &entry, &low, &high), rows[i].result);
		assert_int_equal(low, rows[i].low);
		assert_int_equal(high, rows[i].high);
		if (rows[i].result)
			continue;
		assert_int_equal(entry->service->program->number,
		    rows[i].program);
		assert_int_equal(entry->service->program->version,
		    rows[i].version);
	}
	orpc_i_services_view_fini(&view);
	orpc_i_services_fini(&table);
}

/* A snapshot stays as it was while the table changes. */
static void
test_change(void **state)
{
	const struct orpc_program bad = { .number = 1, .version = 1,
		.procs = unsorted, .n_procs = ARRAY_LEN(unsorted) };
	const struct orpc_service bad_service = { .program = &bad };
	struct service_view view = { 0 };
	const struct service_snapshot *before;
	struct service_snapshot *kept;
	const struct service_entry *entry;
	void *owner = NULL;
	uint32_t low;
	uint32_t high;

	(void)state;
	add_all();
	before = orpc_i_services_view(&table, &view);
	assert_ptr_equal(orpc_i_services_view(&table, &view), before);
	kept = orpc_i_services_ref(view.snapshot);
	assert_int_equal(orpc_i_services_add(&table, &services[0], NULL,
	    NULL), -ORPC_E_EXISTS);
	assert_int_equal(orpc_i_services_add(&table, &bad_service, NULL,
	    NULL), -ORPC_E_INVAL);
	assert_int_equal(orpc_i_services_remove(&table, 20, 3, &owner),
	    -ORPC_E_NOTFOUND);
	assert_int_equal(orpc_i_services_remove(&table, 20, 4, &owner), 0);
	assert_ptr_equal(owner, &services[0]);
	assert_int_equal(orpc_i_services_find(kept, 20, 4, &entry, &low,
	    &high), 0);
	assert_int_equal(orpc_i_services_find(orpc_i_services_view(&table,
	    &view), 20, 4, &entry, &low, &high), ORPC_R_PROG_MISMATCH);
	assert_int_equal(low, 2);
	assert_int_equal(high, 2);
	orpc_i_services_unref(kept);
	orpc_i_services_view_fini(&view);
	orpc_i_services_fini(&table);
}

static void
test_empty(void **state)
{
	struct service_view view = { 0 };
	const struct service_entry *entry;
	uint32_t low;
	uint32_t high;

	(void)state;
	assert_int_equal(orpc_i_services_init(&table), 0);
	assert_int_equal(orpc_i_services_find(orpc_i_services_view(&table,
	    &view), 1, 1, &entry, &low, &high), ORPC_R_PROG_UNAVAIL);
	orpc_i_services_view_fini(&view);
	orpc_i_services_fini(&table);
}

static void
test_procedures(void **state)
{
	static const struct {
		uint32_t number;
		int index;	/* -1: none */
	} rows[] = {
		{ 0, 0 }, { 1, 1 }, { 2, -1 }, { 4, -1 }, { 5, 2 }, { 6, -1 },
		{ 7, 3 }, { 8, -1 }, { 4000000000u, 4 }, { UINT32_MAX, -1 },
	};
	const struct orpc_program none = { .number = 1 };
	uint32_t at;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct orpc_proc *proc = orpc_i_service_proc(
		    &programs[0], rows[i].number, &at);

		if (rows[i].index < 0) {
			assert_null(proc);
			continue;
		}
		assert_ptr_equal(proc, &procs[rows[i].index]);
		assert_int_equal(at, rows[i].index);
	}
	assert_null(orpc_i_service_proc(&none, 0, &at));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_procedures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
