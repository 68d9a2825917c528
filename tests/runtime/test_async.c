/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asynchronous calls on a loop: many in flight, batches, cancelling, lost and
 * new connections.  Every call ends exactly once.
 */
#include "tests/runtime/scripted.h"

#include <errno.h>
#include <orpc/client.h>
#include <orpc/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xdr/base.h"

#define N_CALLS 1000

/* What became of the calls of a test. */
struct tally {
	struct orpc_loop *loop;
	struct orpc_client *client;
	struct orpc_call calls[N_CALLS];
	uint32_t args[N_CALLS];
	int ended[N_CALLS];
	int64_t ended_ns[N_CALLS];
	int results[N_CALLS];
	atomic_int n_ended;
	int wanted;
	int wrong;
	bool again;		/* each end starts the next call */
	int n_started;
};

static struct tally tally;

static void
start(unsigned i);

static void
on_done(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *fn, void *ctx)
{
	unsigned i = (unsigned)(call - tally.calls);
	uint32_t value = 0;

	(void)fn;
	assert_ptr_equal(ctx, &tally);
	tally.ended[i]++;
	tally.ended_ns[i] = orpc_now_ns();
	tally.results[i] = result;
	if (!result && out)
		memcpy(&value, out, sizeof(value));
	if (out && value != 2 * tally.args[i])
		tally.wrong++;
	if (tally.again && tally.n_started < tally.wanted)
		start(i);
	if (atomic_fetch_add(&tally.n_ended, 1) + 1 == tally.wanted)
		orpc_loop_stop(tally.loop);
}

static int
start_proc(unsigned i, const struct orpc_proc *proc)
{
	tally.n_started++;
	tally.args[i] = (uint32_t)tally.n_started;
	return orpc_call_start(tally.client, &tally.calls[i], proc,
	    &tally.args[i], on_done, NULL, &tally);
}

static void
start(unsigned i)
{
	assert_int_equal(start_proc(i, SCRIPTED_DOUBLE), 0);
}

static void
tally_begin(const char *address, struct orpc_client_options *options)
{
	struct orpc_client_options none = { 0 };

	memset(&tally, 0, sizeof(tally));
	assert_int_equal(orpc_loop_new(&tally.loop), 0);
	if (!options)
		options = &none;
	options->loop = tally.loop;
	assert_int_equal(orpc_client_start(address, &scripted_program,
	    options, &tally.client), 0);
	/* From now on this thread is the loop's. */
	orpc_loop_turn(tally.loop, 0);
}

static void
tally_end(void)
{
	orpc_client_close(tally.client);
	for (size_t i = 0; i < N_CALLS; i++)
		orpc_call_fini(&tally.calls[i]);
	orpc_loop_free(tally.loop);
}

static void
tally_wait(int wanted)
{
	tally.wanted = wanted;
	if (tally.n_ended < wanted)
		assert_int_equal(orpc_loop_run(tally.loop), 0);
	assert_int_equal(tally.n_ended, wanted);
}

/* ---- In flight ----------------------------------------------------------------- */

static void
in_flight(bool datagram, unsigned depth, int n)
{
	struct orpc_client_options options = { .retry_ms = 50 };
	struct scripted s;

	scripted_start(&s, datagram, scripted_right, NULL);
	tally_begin(s.address, &options);
	tally.again = true;
	tally.wanted = n;
	for (unsigned i = 0; i < depth; i++)
		start(i);
	tally_wait(n);
	assert_int_equal(tally.wrong, 0);
	for (int i = 0; i < N_CALLS; i++)
		assert_int_equal(tally.results[i], 0);
	tally_end();
	scripted_stop(&s);
}

static void
test_many_in_flight(void **state)
{
	(void)state;
	in_flight(false, 1, 100);
	in_flight(false, 64, 5000);
	in_flight(false, 1000, 5000);
	in_flight(true, 16, 1000);
}

/* Calls that wait for the connection, and end with it when there is none. */
static void
test_start_refused(void **state)
{
	char address[64];
	uint16_t port;
	int fd = test_bound(AF_INET, SOCK_STREAM, &port);

	(void)state;
	close(fd);
	snprintf(address, sizeof(address), "tcp://127.0.0.1:%u", port);
	tally_begin(address, NULL);
	for (unsigned i = 0; i < 10; i++)
		start(i);
	assert_int_equal(tally.n_ended, 0);
	tally_wait(10);
	for (unsigned i = 0; i < 10; i++) {
		const struct orpc_error *error = &tally.calls[i].error;

		assert_int_equal(tally.results[i], -ORPC_E_CONNECT);
		assert_int_equal(error->step, ORPC_STEP_CONNECT);
		assert_int_equal(error->os_errno, ECONNREFUSED);
		assert_int_equal(error->executed, ORPC_EXECUTED_NO);
		assert_string_equal(error->where, address);
	}
	tally_end();
}

static void
test_start_no_such_host(void **state)
{
	(void)state;
	tally_begin("tcp://no-such-host.invalid:1", NULL);
	start(0);
	tally_wait(1);
	assert_int_equal(tally.results[0], -ORPC_E_RESOLVE);
	assert_int_equal(tally.calls[0].error.step, ORPC_STEP_RESOLVE);
	tally_end();
}

/* A batch leaves when it is flushed, in one piece. */
static bool
answer_batch(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	atomic_int *together = (atomic_int *)(uintptr_t)s->ctx;

	/* The first of the batch finds the others behind it. */
	if (s->calls == 2)
		atomic_store(together, test_readable(fd, 1000));
	return scripted_right(s, fd, call, n);
}

static void
test_batch(void **state)
{
	atomic_int together = 0;
	struct scripted s;

	(void)state;
	scripted_start(&s, false, answer_batch, &together);
	tally_begin(s.address, NULL);
	start(0);
	tally_wait(1);
	for (unsigned i = 1; i < 101; i++) {
		tally.calls[i].flags = ORPC_CALL_BATCH;
		start(i);
	}
	orpc_loop_turn(tally.loop, 50);
	assert_int_equal(s.calls, 1);
	assert_int_equal(orpc_client_flush(tally.client), 0);
	tally_wait(101);
	assert_true(together);
	assert_int_equal(tally.wrong, 0);
	tally_end();
	scripted_stop(&s);
}

/* ---- Ends ------------------------------------------------------------------------ */

static bool
answer_never(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	(void)s;
	(void)fd;
	(void)call;
	(void)n;
	return true;
}

static void
test_deadlines(void **state)
{
	struct scripted s;

	(void)state;
	scripted_start(&s, false, answer_never, NULL);
	tally_begin(s.address, NULL);
	for (unsigned i = 0; i < 200; i++) {
		orpc_call_timeout(&tally.calls[i], 50 + (i * 7) % 100);
		start(i);
	}
	tally_wait(200);
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(tally.results[i], -ORPC_E_TIMEOUT);
		assert_int_equal(tally.ended[i], 1);
		/* Unless the machine was too busy to send it in time. */
		if (tally.calls[i].error.step == ORPC_STEP_WAIT)
			assert_int_equal(tally.calls[i].error.executed,
			    ORPC_EXECUTED_MAYBE);
		else
			assert_int_equal(tally.calls[i].error.executed,
			    ORPC_EXECUTED_NO);
		assert_true(tally.ended_ns[i] >= tally.calls[i].deadline_ns);
	}
	tally_end();
	scripted_stop(&s);
}

static void
test_cancel(void **state)
{
	struct scripted s;

	(void)state;
	scripted_start(&s, false, answer_never, NULL);
	tally_begin(s.address, NULL);
	start(0);
	orpc_call_cancel(&tally.calls[0]);
	tally_wait(1);
	for (unsigned i = 1; i < 100; i++)
		start(i);
	orpc_loop_turn(tally.loop, 20);
	for (unsigned i = 1; i < 100; i++)
		orpc_call_cancel(&tally.calls[i]);
	tally_wait(100);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(tally.results[i], -ORPC_E_CANCELLED);
		assert_int_equal(tally.ended[i], 1);
	}
	/* Once more is nothing. */
	orpc_call_cancel(&tally.calls[0]);
	assert_int_equal(tally.n_ended, 100);
	tally_end();
	scripted_stop(&s);
}

/* Closing the handle ends its calls, not those of another on the same
 * connection. */
static void
test_close(void **state)
{
	struct orpc_client *second;
	struct scripted s;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	tally_begin(s.address, NULL);
	start(0);
	tally_wait(1);
	assert_int_equal(orpc_client_share(tally.client, &scripted_program,
	    &second), 0);
	for (unsigned i = 1; i < 50; i++)
		start(i);
	orpc_client_close(tally.client);
	assert_int_equal(tally.n_ended, 50);
	for (unsigned i = 1; i < 50; i++)
		assert_int_equal(tally.results[i], -ORPC_E_CANCELLED);
	tally.client = second;
	start(50);
	tally_wait(51);
	assert_int_equal(tally.results[50], 0);
	assert_int_equal(s.connections, 1);
	tally_end();
	scripted_stop(&s);
}

static bool
answer_then_close(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	if (s->calls == 20)
		return false;
	return scripted_right(s, fd, call, n);
}

/* The connection goes while calls are open: idempotent ones go again, the
 * others end as `maybe`. */
static void
test_lost(void **state)
{
	struct scripted s;
	int ok = 0;
	int maybe = 0;

	(void)state;
	scripted_start(&s, false, answer_then_close, NULL);
	tally_begin(s.address, NULL);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(start_proc(i, i % 2 ? SCRIPTED_IDEMPOTENT :
		    SCRIPTED_DOUBLE), 0);
	tally_wait(100);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(tally.ended[i], 1);
		if (i % 2) {
			assert_int_equal(tally.results[i], 0);
		} else if (!tally.results[i]) {
			ok++;
		} else {
			assert_int_equal(tally.results[i], -ORPC_E_CLOSED);
			assert_int_equal(tally.calls[i].error.executed,
			    ORPC_EXECUTED_MAYBE);
			maybe++;
		}
	}
	assert_true(maybe > 0 && ok + maybe == 50);
	assert_int_equal(tally.wrong, 0);
	assert_int_equal(s.connections, 2);
	tally_end();
	scripted_stop(&s);
}

static void
test_oneway(void **state)
{
	struct scripted s;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	tally_begin(s.address, NULL);
	/* Before there is a connection, and after. */
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(start_proc(i, SCRIPTED_POKE), 0);
	start(10);
	tally_wait(11);
	for (unsigned i = 11; i < 20; i++)
		assert_int_equal(start_proc(i, SCRIPTED_POKE), 0);
	start(20);
	tally_wait(21);
	for (unsigned i = 0; i < 21; i++) {
		assert_int_equal(tally.results[i], 0);
		assert_int_equal(tally.ended[i], 1);
	}
	assert_int_equal(s.calls, 21);
	tally_end();
	scripted_stop(&s);
}

/* ---- Other threads ---------------------------------------------------------------- */

static void *
loop_run(void *arg)
{
	orpc_loop_run(arg);
	return NULL;
}

static void *
start_from_here(void *arg)
{
	unsigned first = *(const unsigned *)arg;
	uint32_t value;

	for (unsigned i = first; i < first + 200; i++) {
		value = i;
		/* The argument is the caller's again at once. */
		tally.args[i] = i;
		assert_int_equal(orpc_call_start(tally.client,
		    &tally.calls[i], SCRIPTED_DOUBLE, &value, on_done, NULL,
		    &tally), 0);
		value = 4711;
		if (i % 3 == 0)
			orpc_call_cancel(&tally.calls[i]);
	}
	return NULL;
}

static void *
run_from_here(void *arg)
{
	struct orpc_call call = { 0 };
	uint32_t n = *(const unsigned *)arg;
	uint32_t out;

	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(orpc_call_run(tally.client, &call,
		    SCRIPTED_DOUBLE, &n, &out), 0);
		assert_int_equal(out, 2 * n);
	}
	orpc_call_fini(&call);
	return NULL;
}

static void
test_threads(void **state)
{
	unsigned firsts[4] = { 0, 200, 400, 600 };
	pthread_t threads[8];
	pthread_t looper;
	struct scripted s;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	tally_begin(s.address, NULL);
	tally.wanted = INT32_MAX;
	assert_int_equal(pthread_create(&looper, NULL, loop_run, tally.loop),
	    0);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL,
		    start_from_here, &firsts[i]), 0);
		assert_int_equal(pthread_create(&threads[4 + i], NULL,
		    run_from_here, &firsts[i]), 0);
	}
	for (unsigned i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	/* The server answers in order: behind these, all have ended. */
	run_from_here(&firsts[0]);
	orpc_loop_stop(tally.loop);
	pthread_join(looper, NULL);
	orpc_loop_turn(tally.loop, 0);
	assert_int_equal(tally.n_ended, 800);
	assert_int_equal(tally.wrong, 0);
	for (unsigned i = 0; i < 800; i++) {
		assert_int_equal(tally.ended[i], 1);
		assert_true(!tally.results[i] ||
		    tally.results[i] == -ORPC_E_CANCELLED);
	}
	tally_end();
	scripted_stop(&s);
}

/* On the loop's own thread, waiting would be for ever. */
static void
test_deadlock(void **state)
{
	struct orpc_call call = { 0 };
	struct scripted s;
	uint32_t n = 1;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	tally_begin(s.address, NULL);
	assert_int_equal(orpc_call_run(tally.client, &call, SCRIPTED_DOUBLE,
	    &n, &n), -ORPC_E_DEADLOCK);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_NO);
	orpc_call_fini(&call);
	tally_end();
	scripted_stop(&s);
}

/* ---- Borrowing ----------------------------------------------------------------------- */

struct large {
	struct orpc_loop *loop;
	struct oxdr_var arg;
	int result;
	bool ended;
};

static void
on_large(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *fn, void *ctx)
{
	struct large *large = ctx;
	const struct oxdr_var *res = out;

	(void)call;
	(void)fn;
	large->ended = true;
	large->result = result;
	if (!result) {
		assert_int_equal(res->len, large->arg.len);
		assert_memory_equal(res->val, large->arg.val, res->len);
	}
	/* The argument is ours again: nothing may look at it any more. */
	memset(large->arg.val, 0xee, large->arg.len);
	free(large->arg.val);
	large->arg.val = NULL;
}

/* A peer that reads nothing for a while, then everything. */
static bool
answer_slowly(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	const atomic_bool *go = s->ctx;

	while (!atomic_load(go) && !atomic_load(&s->stop))
		usleep(1000);
	return scripted_right(s, fd, call, n);
}

/* Reads nothing for a while, then closes, the first time. */
static bool
answer_too_late(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	bool first = s->connections == 1;

	return answer_slowly(s, fd, call, n) && !first;
}

/* The connection goes before a call has left: it goes again, whatever it
 * does, although its argument is long gone. */
static void
test_lost_unsent(void **state)
{
	enum { BYTES = 8 << 20 };
	struct large large = { .arg = { BYTES, calloc(1, BYTES) } };
	struct oxdr_var arg = { BYTES, calloc(1, BYTES) };
	struct orpc_call call = { 0 };
	atomic_bool go = false;
	struct scripted s;

	(void)state;
	scripted_start(&s, false, answer_too_late, &go);
	tally_begin(s.address, NULL);
	start(0);
	while (s.calls < 1)
		orpc_loop_turn(tally.loop, 10);
	assert_int_equal(orpc_call_start(tally.client, &call, SCRIPTED_BYTES,
	    &arg, on_large, NULL, &large), 0);
	free(arg.val);
	for (int i = 0; i < 5; i++)
		orpc_loop_turn(tally.loop, 5);
	atomic_store(&go, true);
	tally.wanted = INT32_MAX;
	while (!large.ended || tally.n_ended < 1)
		orpc_loop_turn(tally.loop, 10);
	assert_int_equal(large.result, 0);
	assert_int_equal(s.connections, 2);
	orpc_call_fini(&call);
	tally_end();
	scripted_stop(&s);
}

static void
borrow(uint32_t bytes, bool cancel, int expected)
{
	struct large large = { .arg = { bytes, malloc(bytes) } };
	struct orpc_call call = { .flags = ORPC_CALL_BORROW };
	atomic_bool go = false;
	struct scripted s;
	uint32_t n = 1;

	memset(large.arg.val, 0x55, bytes);
	scripted_start(&s, false, answer_slowly, &go);
	tally_begin(s.address, NULL);
	/* Keeps the peer busy, so that the large one is sent by half. */
	tally.args[0] = n;
	assert_int_equal(orpc_call_start(tally.client, &tally.calls[0],
	    SCRIPTED_DOUBLE, &n, on_done, NULL, &tally), 0);
	while (s.calls < 1)
		orpc_loop_turn(tally.loop, 10);
	assert_int_equal(orpc_call_start(tally.client, &call, SCRIPTED_BYTES,
	    &large.arg, on_large, NULL, &large), 0);
	for (int i = 0; i < 5; i++)
		orpc_loop_turn(tally.loop, 5);
	if (cancel)
		orpc_call_cancel(&call);
	atomic_store(&go, true);
	tally.wanted = INT32_MAX;
	while (!large.ended || tally.n_ended < 1)
		orpc_loop_turn(tally.loop, 10);
	assert_int_equal(large.result, cancel ? -ORPC_E_CANCELLED : 0);
	assert_int_equal(tally.results[0], expected);
	if (!expected) {
		/* The stream is whole: the next call is understood. */
		start(1);
		while (tally.n_ended < 2)
			orpc_loop_turn(tally.loop, 10);
		assert_int_equal(tally.results[1], 0);
	}
	orpc_call_fini(&call);
	tally_end();
	scripted_stop(&s);
}

static void
test_borrow(void **state)
{
	(void)state;
	borrow(100000, false, 0);
	borrow(8 << 20, false, 0);
	borrow(100000, true, 0);
}

/* Cancelled when much is still unsent: the connection goes. */
static void
test_borrow_too_much(void **state)
{
	(void)state;
	borrow(32 << 20, true, -OXDR_E_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_in_flight),
		cmocka_unit_test(test_start_refused),
		cmocka_unit_test(test_start_no_such_host),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_oneway),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_deadlock),
		cmocka_unit_test(test_lost_unsent),
		cmocka_unit_test(test_borrow),
		cmocka_unit_test(test_borrow_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
