/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocking handles against a real server, on every transport.
 */
#include "tests/runtime/served.h"

#include <orpc/client.h>
#include <stdlib.h>

#include "xdr/base.h"

static struct served served;

static const struct orpc_proc *
proc(uint32_t number)
{
	for (uint32_t i = 0; i < served_v2.n_procs; i++)
		if (served_v2.procs[i].number == number)
			return &served_v2.procs[i];
	fail_msg("no procedure %u", number);
	return NULL;
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
		cmocka_unit_test(test_every_transport),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
