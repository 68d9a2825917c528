/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Worker threads, counted buffers, and results in words.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <orpc/error.h>

#include "runtime/io/pool.h"
#include "runtime/proto/buf.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

struct job {
	struct orpc_i_task task;
	atomic_int *ran;
};

static void
job_run(struct orpc_i_task *task)
{
	struct job *job = container_of(task, struct job, task);

	atomic_fetch_add(job->ran, 1);
}

static void
every_task_runs(void **state)
{
	enum { N = 5000 };
	struct job *jobs = calloc(N, sizeof(*jobs));
	struct orpc_i_pool *pool;
	atomic_int ran = 0;

	(void)state;
	assert_int_equal(orpc_i_pool_new(4, N, &pool), 0);
	for (int i = 0; i < N; i++) {
		jobs[i].task.fn = job_run;
		jobs[i].ran = &ran;
		assert_int_equal(orpc_i_pool_add(pool, &jobs[i].task), 0);
	}
	orpc_i_pool_free(pool);
	assert_int_equal(ran, N);
	orpc_i_pool_free(NULL);
	free(jobs);
}

struct gate {
	struct orpc_i_task task;
	pthread_mutex_t mutex;
};

static void
gate_pass(struct orpc_i_task *task)
{
	struct gate *gate = container_of(task, struct gate, task);

	pthread_mutex_lock(&gate->mutex);
	pthread_mutex_unlock(&gate->mutex);
}

static void
the_queue_is_bounded(void **state)
{
	struct gate gate = { .task = { .fn = gate_pass },
	    .mutex = PTHREAD_MUTEX_INITIALIZER };
	struct job jobs[3] = { { .task = { .fn = job_run } } };
	struct orpc_i_pool *pool;
	atomic_int ran = 0;
	int refused = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		jobs[i] = (struct job){ { .fn = job_run }, &ran };
	assert_int_equal(orpc_i_pool_new(1, 1, &pool), 0);
	pthread_mutex_lock(&gate.mutex);
	assert_int_equal(orpc_i_pool_add(pool, &gate.task), 0);
	for (int i = 0; i < 3; i++)
		if (orpc_i_pool_add(pool, &jobs[i].task) == -ORPC_E_BUSY)
			refused++;
	/* The worker may or may not have taken the gate: 2 or 3 too many. */
	assert_true(refused >= 2);
	pthread_mutex_unlock(&gate.mutex);
	orpc_i_pool_free(pool);
	assert_int_equal(ran, 3 - refused);
}

/* ---- Buffers --------------------------------------------------------- */

static void
buffers_are_counted_and_charged(void **state)
{
	struct orpc_i_budget a = { .limit = 1000 }, b = { .limit = 50 };
	struct orpc_i_buf *buf, *none;

	(void)state;
	assert_int_equal(orpc_i_buf_new(NULL, &a, 400, &buf), 0);
	assert_int_equal(a.used, 400);
	assert_int_equal(orpc_i_buf_new(NULL, &a, 601, &none),
	    -OXDR_E_LIMIT);
	assert_true(orpc_i_buf_is_single(buf));
	orpc_i_buf_ref(buf);
	assert_false(orpc_i_buf_is_single(buf));
	orpc_i_buf_release(buf);
	buf->bytes[399] = 9;
	assert_int_equal(orpc_i_buf_grow(&buf, 1001, 400), -OXDR_E_LIMIT);
	assert_int_equal(orpc_i_buf_grow(&buf, 1000, 400), 0);
	assert_int_equal(orpc_i_buf_grow(&buf, 10, 10), 0);
	assert_int_equal(buf->bytes[399], 9);
	assert_int_equal(a.used, 1000);
	assert_int_equal(orpc_i_buf_move(buf, &b), -OXDR_E_LIMIT);
	assert_int_equal(orpc_i_buf_move(buf, NULL), 0);
	assert_int_equal(a.used, 0);
	b.limit = 1000;
	assert_int_equal(orpc_i_buf_move(buf, &b), 0);
	assert_int_equal(b.used, 1000);
	orpc_i_buf_unref(buf);
	assert_int_equal(b.used, 0);
	orpc_i_buf_unref(NULL);
}

static bool
grow_secret(struct test_alloc *a, void *ctx)
{
	struct orpc_i_budget budget = { .limit = 10000 };
	struct orpc_i_buf *buf;
	int result;

	(void)ctx;
	result = orpc_i_buf_new(&a->hooks, &budget, 10, &buf);
	if (!result) {
		buf->secret = true;
		memcpy(buf->bytes, "0123456789", 10);
		result = orpc_i_buf_grow(&buf, 5000, 10);
		assert_memory_equal(buf->bytes, "0123456789", 10);
		assert_true(buf->secret);
		orpc_i_buf_unref(buf);
	}
	assert_int_equal(budget.used, 0);
	assert_true(result == 0 || result == -OXDR_E_NOMEM);
	return result == 0;
}

static void
each_allocation_fails(void **state)
{
	(void)state;
	test_alloc_each(grow_secret, NULL);
}

/* ---- Words ----------------------------------------------------------- */

static void
codes_have_names(void **state)
{
	static const struct {
		int code;
		const char *name;
	} cases[] = {
		{ 0, "OK" },
		{ -OXDR_E_NOMEM, "NOMEM" },
		{ -ORPC_E_TIMEOUT, "TIMEOUT" },
		{ ORPC_R_PROG_MISMATCH, "PROG_MISMATCH" },
		{ ORPC_R_AUTH_TOOWEAK, "AUTH_TOOWEAK" },
		{ ORPC_R_AUTH_BASE + 20, "AUTH_ERROR" },
		{ 5000, "UNKNOWN" },
		{ -5000, "UNKNOWN" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(orpc_error_name(cases[i].code),
		    cases[i].name);
	for (int code = -200; code < 200; code++)
		assert_true(strlen(orpc_strerror(code)) > 0);
	for (int code = ORPC_E_INVAL; code <= ORPC_E_NOTSUP; code++) {
		assert_string_not_equal(orpc_error_name(-code), "UNKNOWN");
		assert_string_not_equal(orpc_strerror(-code),
		    "unknown result");
	}
	for (int code = OXDR_E_NOMEM; code <= OXDR_E_INVAL; code++)
		assert_string_not_equal(orpc_error_name(-code), "UNKNOWN");
	for (int step = 0; step <= ORPC_STEP_SERVE; step++)
		assert_string_not_equal(orpc_step_name(step), "unknown");
	assert_string_equal(orpc_step_name(99), "unknown");
}

static void
errors_are_sentences(void **state)
{
	static const struct {
		struct orpc_error error;
		const char *text;
	} cases[] = {
		{ { .code = 0 }, "done" },
		{ { .code = -ORPC_E_CONNECT, .step = ORPC_STEP_CONNECT,
		    .os_errno = 111, .elapsed_ms = 12,
		    .where = "tcp://10.0.0.1:99" },
		    "connecting to tcp://10.0.0.1:99: no address accepted the "
		    "connection after 12 ms (Connection refused); check that "
		    "the server runs, its port and the firewall" },
		{ { .code = -ORPC_E_TIMEOUT, .step = ORPC_STEP_WAIT,
		    .elapsed_ms = 10040, .executed = ORPC_EXECUTED_MAYBE,
		    .where = "udp://h:9" },
		    "waiting for the reply of udp://h:9: timed out after "
		    "10.0 s; the procedure may have run; the server may be "
		    "busy or stopped; a longer deadline may help" },
		{ { .code = ORPC_R_PROG_MISMATCH, .step = ORPC_STEP_REPLY,
		    .low = 2, .high = 4 },
		    "calling: the server does not have this version of the "
		    "program (it has versions 2 to 4)" },
		{ { .code = -ORPC_E_CANCELLED }, "cancelled" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[400], small[10];
		int n = orpc_error_text(&cases[i].error, buf, sizeof(buf));

		assert_string_equal(buf, cases[i].text);
		assert_int_equal(n, strlen(buf));
		assert_int_equal(orpc_error_text(&cases[i].error, small,
		    sizeof(small)), n);
		assert_int_equal(strlen(small), n < 10 ? n : 9);
		assert_int_equal(orpc_error_text(&cases[i].error, NULL, 0),
		    n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_runs),
		cmocka_unit_test(the_queue_is_bounded),
		cmocka_unit_test(buffers_are_counted_and_charged),
		cmocka_unit_test(each_allocation_fails),
		cmocka_unit_test(codes_have_names),
		cmocka_unit_test(errors_are_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
