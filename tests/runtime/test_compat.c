/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The simple calls: registered, found through a binder, called, given back.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <orpc/compat.h>

#include "tests/lib/test.h"
#include "tests/runtime/bound.h"

#define PROG 0x20000888u

static void *
add_one(void *arg)
{
	static int32_t sum;

	sum = *(int32_t *)arg + 1;
	return &sum;
}

static void *
greet(void *arg)
{
	static char text[64], *result = text;

	snprintf(text, sizeof(text), "hello %s", *(char **)arg);
	return &result;
}

static void *
nothing(void *arg)
{
	assert_null(arg);
	return NULL;
}

static void *
run(void *arg)
{
	*(int *)arg = orpc_svc_run();
	return NULL;
}

static void
simple_calls_work(void **state)
{
	struct bound b = { .dir = "" };
	pthread_t thread;
	int32_t one = 41, sum = 0;
	char *name = (char *)"world", *greeting;
	int result = -1, ended = -1;

	(void)state;
	bound_start(&b, NULL);
	setenv("ORPC_BINDER", b.local, 1);
	assert_int_equal(orpc_svc_run(), -ORPC_E_NOTFOUND);
	assert_int_equal(orpc_registerrpc(PROG, 1, 2, greet,
	    &oxdr_type_string, &oxdr_type_string), 0);
	assert_int_equal(orpc_registerrpc(PROG, 1, 1, add_one,
	    &oxdr_type_int32, &oxdr_type_int32), 0);
	assert_int_equal(orpc_registerrpc(PROG, 1, 1, add_one,
	    &oxdr_type_int32, &oxdr_type_int32), -ORPC_E_EXISTS);
	assert_int_equal(orpc_registerrpc(PROG, 2, 1, nothing, NULL, NULL),
	    0);
	assert_int_equal(orpc_registerrpc(PROG, 2, 2, nothing, NULL,
	    &oxdr_type_int32), 0);
	assert_int_equal(orpc_registerrpc(PROG, 1, 0, nothing, NULL, NULL),
	    -ORPC_E_INVAL);
	assert_int_equal(pthread_create(&thread, NULL, run, &ended), 0);

	for (int tries = 0; result && tries < 12000; tries++) {
		result = orpc_callrpc("localhost", PROG, 1, 1,
		    &oxdr_type_int32, &one, &oxdr_type_int32, &sum);
		if (result)
			usleep(5000);
	}
	assert_int_equal(result, 0);
	assert_int_equal(sum, 42);
	orpc_freeres(&oxdr_type_int32, &sum);
	assert_int_equal(sum, 0);
	assert_int_equal(orpc_callrpc("udp://localhost", PROG, 1, 2,
	    &oxdr_type_string, &name, &oxdr_type_string, &greeting), 0);
	assert_string_equal(greeting, "hello world");
	orpc_freeres(&oxdr_type_string, &greeting);
	orpc_freeres(&oxdr_type_string, &greeting);
	assert_int_equal(orpc_callrpc("localhost", PROG, 2, 1, NULL, NULL,
	    NULL, NULL), 0);
	assert_int_equal(orpc_callrpc("localhost", PROG, 2, 2, NULL, NULL,
	    &oxdr_type_int32, &sum), ORPC_R_SYSTEM_ERR);
	assert_int_equal(orpc_callrpc("localhost", PROG, 2, 3, NULL, NULL,
	    NULL, NULL), ORPC_R_PROC_UNAVAIL);
	assert_int_equal(orpc_registerrpc(PROG, 3, 1, nothing, NULL, NULL),
	    -ORPC_E_BUSY);
	assert_int_equal(orpc_svc_run(), -ORPC_E_BUSY);
	orpc_svc_exit();
	pthread_join(thread, NULL);
	assert_int_equal(ended, 0);
	assert_int_equal(orpc_callrpc("localhost", PROG, 1, 1,
	    &oxdr_type_int32, &one, &oxdr_type_int32, &sum),
	    -ORPC_E_UNREGISTERED);
	orpc_svc_exit();
	bound_stop(&b);
	bound_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_calls_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
