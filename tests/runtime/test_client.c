/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocking handles against a real server, on every transport.
 */
#include "tests/runtime/served.h"

#include <errno.h>
#include <orpc/client.h>
#include <stdlib.h>

#include "xdr/base.h"

static struct served served;

static const struct orpc_proc *
proc(uint32_t number)
{
	const struct orpc_proc *proc = orpc_program_proc(&served_v2, number);

	assert_non_null(proc);
	return proc;
}

static void
a_procedure_is_found_by_number(void **state)
{
	(void)state;
	assert_int_equal(proc(SERVED_WHO)->number, SERVED_WHO);
	assert_null(orpc_program_proc(&served_v2, 4711));
}

static struct orpc_client *
open_at(const char *address)
{
	struct orpc_client *client = NULL;
	struct orpc_error error;
	char text[512];
	int e = orpc_client_open(address, &served_v2, NULL, &client, &error);

	if (e) {
		orpc_error_text(&error, text, sizeof(text));
		fail_msg("%s: %s", address, text);
	}
	return client;
}

static void
count_at(const char *address)
{
	struct orpc_client *client = open_at(address);
	struct orpc_call call = { 0 };
	uint32_t before = 0;
	uint32_t after = 0;
	uint32_t arg = 0;

	assert_int_equal(orpc_client_ping(client, &call), 0);
	assert_int_equal(orpc_call_run(client, &call, proc(SERVED_COUNT),
	    &arg, &before), 0);
	arg = 7;
	assert_int_equal(orpc_call_run(client, &call, proc(SERVED_COUNT),
	    &arg, &after), 0);
	assert_int_equal(after, before + 7);
	orpc_call_fini(&call);
	orpc_client_close(client);
}

static void
test_every_transport(void **state)
{
	(void)state;
	count_at(served.tcp);
	count_at(served.tcp6);
	count_at(served.udp);
	count_at(served.udp6);
	count_at(served.local);
}

/* The credential of the handle, and of one call. */
static void
test_credentials(void **state)
{
	struct orpc_auth_sys sys = { .machine_name = "here", .uid = 4711,
		.gid = 1, .n_gids = 2, .gids = { 5, 6 } };
	struct orpc_auth_sys other = sys;
	const struct orpc_client_options options = { .sys = &sys };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t arg = 0;
	uint32_t uid;

	(void)state;
	assert_int_equal(orpc_client_open(served.tcp, &served_v2, &options,
	    &client, NULL), 0);
	sys.uid = 1;	/* the handle has a copy */
	assert_int_equal(orpc_call_run(client, &call, proc(SERVED_WHO), &arg,
	    &uid), 0);
	assert_int_equal(uid, 4711);
	other.uid = 4712;
	call.sys = &other;
	assert_int_equal(orpc_call_run(client, &call, proc(SERVED_WHO), &arg,
	    &uid), 0);
	assert_int_equal(uid, 4712);
	other.n_gids = ORPC_AUTH_SYS_GIDS_MAX + 1;
	assert_int_equal(orpc_call_run(client, &call, proc(SERVED_WHO), &arg,
	    &uid), -OXDR_E_BOUND);
	assert_int_equal(call.error.step, ORPC_STEP_ENCODE);
	orpc_call_fini(&call);
	orpc_client_close(client);
}

/* Programs, versions and procedures that are not there, by numbers. */
static void
test_by_numbers(void **state)
{
	static const struct {
		uint32_t program, version, procedure;
		int result;
		uint32_t low, high;
	} rows[] = {
		{ SERVED_PROG, 2, 0, 0, 0, 0 },
		{ SERVED_PROG, 4, 0, 0, 0, 0 },
		{ SERVED_PROG, 3, 0, ORPC_R_PROG_MISMATCH, SERVED_LOW,
		    SERVED_HIGH },
		{ SERVED_PROG, 99, 0, ORPC_R_PROG_MISMATCH, SERVED_LOW,
		    SERVED_HIGH },
		{ SERVED_PROG, 2, 99, ORPC_R_PROC_UNAVAIL, 0, 0 },
		{ SERVED_PROG + 1, 2, 0, ORPC_R_PROG_UNAVAIL, 0, 0 },
	};
	struct orpc_client *client = open_at(served.local);
	struct orpc_call call = { 0 };
	uint32_t arg = 5;
	uint32_t before;
	uint32_t after;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(orpc_call_dynamic(client, &call,
		    rows[i].program, rows[i].version, rows[i].procedure, NULL,
		    NULL, NULL, NULL), rows[i].result);
		assert_int_equal(call.error.low, rows[i].low);
		assert_int_equal(call.error.high, rows[i].high);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(orpc_call_dynamic(client, &call, SERVED_PROG,
		    2, SERVED_COUNT, &oxdr_type_uint32, &arg,
		    &oxdr_type_uint32, i ? &after : &before), 0);
	assert_int_equal(after, before + 5);
	orpc_call_fini(&call);
	orpc_client_close(client);
}

/* A source port below 1024 needs a right that not everybody has. */
static void
test_reserved_port(void **state)
{
	const struct orpc_client_options options = {
		.flags = ORPC_CLIENT_RESERVED_PORT,
	};
	struct orpc_client *client;
	struct orpc_error error;
	char text[64];
	int e = orpc_client_open(served.tcp, &served_v2, &options, &client,
	    &error);

	(void)state;
	if (e) {
		assert_int_equal(e, -ORPC_E_SYSTEM);
		assert_int_equal(error.os_errno, EACCES);
		return;
	}
	assert_true(orpc_client_local(client, text, sizeof(text)) > 0);
	assert_true(atoi(strrchr(text, ':') + 1) < 1024);
	assert_true(orpc_client_peer(client, text, sizeof(text)) > 0);
	assert_string_equal(text, served.tcp);
	orpc_client_close(client);
}

/* Handles leave no descriptor behind, here or at the server. */
static void
test_descriptors(void **state)
{
	size_t fds;

	(void)state;
	/* Calls one after the other: the server has closed what earlier cases
	 * left when it answers the last. */
	count_at(served.udp);
	fds = test_open_fds();
	for (int i = 0; i < 20; i++)
		count_at(i % 2 ? served.tcp : served.udp);
	/* The server closes its ends when it comes to it. */
	for (int i = 0; i < 500 && test_open_fds() > fds; i++)
		count_at(served.udp);
	test_no_fds_left(fds);
}

static int
setup(void **state)
{
	(void)state;
	served_start(&served, NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	served_stop(&served);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_procedure_is_found_by_number),
		cmocka_unit_test(test_every_transport),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_by_numbers),
		cmocka_unit_test(test_reserved_port),
		cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
