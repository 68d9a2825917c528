/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls both ways on one connection.
 *
 * RELAY(n) returns n, which it finds by asking the other side for RELAY(n-1)
 * and adding one.  Both sides serve it, so a call with n is n calls deep, in
 * turn there and back.  KEEP hands the server a way to call later; ANNOUNCED
 * is answered by another thread, which calls back first.
 */
#include "tests/lib/test.h"

#include <orpc/client.h>
#include <orpc/server.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "xdr/base.h"

enum { RELAY = 1, RELAY_HERE = 2, RELAY_ASYNC = 3, KEEP = 4, ANNOUNCED = 5 };

#define N_KEPT 8

/* What one side's handlers work with. */
struct side {
	struct orpc_client *up;		/* a client's handle; NULL: a server */
	atomic_int served;
	atomic_int seen;		/* last result of a nested call */
	struct orpc_client *kept[N_KEPT];
	atomic_int n_kept;
};

struct ops {
	struct side *ctx;
};

static const struct orpc_program relay_program;
static const struct orpc_service relay_service;

static struct orpc_server *server;
static pthread_t server_thread;
static char address[64];
static struct side server_side;
static struct ops server_ops = { &server_side };

/* ---- Handlers ------------------------------------------------------------- */

static int
ask(struct orpc_client *client, uint32_t n, uint32_t *out)
{
	struct orpc_call call = { 0 };
	int e;

	orpc_call_timeout(&call, 5000);
	e = orpc_call_run(client, &call, &relay_program.procs[0], &n, out);
	orpc_call_fini(&call);
	return e;
}

static int
relay(struct orpc_request *rq, uint32_t n, uint32_t *out)
{
	struct side *side = orpc_request_ctx(rq);
	struct orpc_client *peer = side->up;
	int e;

	atomic_fetch_add(&side->served, 1);
	*out = 0;
	if (!n)
		return 0;
	if (!peer && orpc_request_client(rq, &relay_program, &peer))
		return ORPC_R_SYSTEM_ERR;
	e = ask(peer, n - 1, out);
	atomic_store(&side->seen, e);
	if (!side->up)
		orpc_client_close(peer);
	*out += 1;
	return e ? ORPC_R_SYSTEM_ERR : 0;
}

static int
serve_relay(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	uint32_t n;

	(void)ops;
	memcpy(&n, arg, sizeof(n));
	return relay(rq, n, out);
}

/* The result of a nested call, whatever it is. */
static int
serve_relay_here(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	int32_t seen;

	(void)serve_relay(rq, ops, arg, out);
	seen = atomic_load(&server_side.seen);
	memcpy(out, &seen, sizeof(seen));
	return 0;
}

struct later {
	struct orpc_call call;
	struct orpc_request *rq;
	struct orpc_client *client;
};

static void
later_done(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *on_done, void *ctx)
{
	struct later *later = ctx;
	uint32_t n = 0;

	(void)call;
	(void)on_done;
	if (result) {
		orpc_request_fail(later->rq, ORPC_R_SYSTEM_ERR);
	} else {
		memcpy(&n, out, sizeof(n));
		n++;
		orpc_request_reply(later->rq, &n);
	}
	orpc_client_close(later->client);
	orpc_call_fini(&later->call);
	free(later);
}

/* On the server's loop itself: asks without waiting, answers later. */
static int
serve_relay_async(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct later *later = calloc(1, sizeof(*later));
	uint32_t n;

	(void)ops;
	(void)out;
	memcpy(&n, arg, sizeof(n));
	n--;
	later->rq = rq;
	if (orpc_request_client(rq, &relay_program, &later->client))
		return ORPC_R_SYSTEM_ERR;
	if (orpc_call_start(later->client, &later->call,
	    &relay_program.procs[0], &n, later_done, NULL, later))
		return ORPC_R_SYSTEM_ERR;
	return ORPC_LATER;
}

static int
serve_keep(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	int i = atomic_load(&server_side.n_kept);
	uint32_t done = 1;

	(void)ops;
	(void)arg;
	if (orpc_request_client(rq, &relay_program, &server_side.kept[i]))
		return ORPC_R_SYSTEM_ERR;
	atomic_fetch_add(&server_side.n_kept, 1);
	memcpy(out, &done, sizeof(done));
	return 0;
}

static void
announce_done(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *on_done, void *ctx)
{
	struct later *later = ctx;

	(void)result;
	(void)out;
	(void)on_done;
	orpc_client_close(later->client);
	orpc_call_fini(call);
	free(later);
}

/* Calls back, does not wait, and replies at once. */
static void *
announce(void *ctx)
{
	struct later *later = ctx;
	struct orpc_request *rq = later->rq;
	const uint32_t zero = 0;

	if (orpc_call_start(later->client, &later->call,
	    &relay_program.procs[0], &zero, announce_done, NULL, later))
		orpc_request_fail(rq, ORPC_R_SYSTEM_ERR);
	else
		orpc_request_reply(rq, &zero);
	return NULL;
}

/* The reply is there before the handler has returned. */
static int
serve_announced(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct later *later = calloc(1, sizeof(*later));
	pthread_t thread;

	(void)ops;
	(void)arg;
	(void)out;
	later->rq = rq;
	if (orpc_request_client(rq, &relay_program, &later->client) ||
	    pthread_create(&thread, NULL, announce, later))
		return ORPC_R_SYSTEM_ERR;
	pthread_join(thread, NULL);
	return ORPC_LATER;
}

#define PROC(number_, name_) { .number = (number_), .name = (name_), \
	.arg = &oxdr_type_uint32, .res = &oxdr_type_uint32 }
static const struct orpc_proc procs[] = {
	PROC(RELAY, "RELAY"), PROC(RELAY_HERE, "RELAY_HERE"),
	PROC(RELAY_ASYNC, "RELAY_ASYNC"), PROC(KEEP, "KEEP"),
	PROC(ANNOUNCED, "ANNOUNCED"),
};
static const struct orpc_program relay_program = {
	.name = "RELAY_PROG", .version_name = "RELAY_V1",
	.number = 0x20000123, .version = 1,
	.procs = procs, .n_procs = ARRAY_LEN(procs),
};
static orpc_serve_fn *const handlers[] = {
	serve_relay, serve_relay_here, serve_relay_async, serve_keep,
	serve_announced,
};
static const struct orpc_service relay_service = { &relay_program, handlers };

/* ---- Both ends ------------------------------------------------------------- */

static void *
server_run(void *arg)
{
	(void)arg;
	orpc_server_run(server);
	return NULL;
}

static void
serve(const struct orpc_server_options *options)
{
	struct orpc_error error;

	memset(&server_side, 0, sizeof(server_side));
	assert_int_equal(orpc_server_open(options, &server), 0);
	assert_int_equal(orpc_server_listen(server, "tcp://127.0.0.1:0",
	    &error), 0);
	assert_int_equal(orpc_server_add(server, &relay_service, &server_ops),
	    0);
	orpc_server_address(server, 0, address, sizeof(address));
	assert_int_equal(pthread_create(&server_thread, NULL, server_run,
	    NULL), 0);
}

static void
serve_end(void)
{
	for (int i = 0; i < server_side.n_kept; i++)
		orpc_client_close(server_side.kept[i]);
	orpc_server_stop(server);
	pthread_join(server_thread, NULL);
	orpc_server_close(server);
}

/* A client that serves, too. */
struct caller {
	struct side side;
	struct ops ops;
	struct orpc_client *client;
	struct orpc_loop *loop;
	pthread_t thread;
};

static void *
loop_run(void *arg)
{
	orpc_loop_run(arg);
	return NULL;
}

static void
caller_open(struct caller *c, bool on_loop)
{
	struct orpc_client_options options = { 0 };

	memset(c, 0, sizeof(*c));
	if (on_loop) {
		assert_int_equal(orpc_loop_new(&c->loop), 0);
		options.loop = c->loop;
	}
	assert_int_equal(orpc_client_open(address, &relay_program, &options,
	    &c->client, NULL), 0);
	c->ops.ctx = &c->side;
	c->side.up = c->client;
	assert_int_equal(orpc_client_serve(c->client, &relay_service,
	    &c->ops), 0);
	if (on_loop)
		assert_int_equal(pthread_create(&c->thread, NULL, loop_run,
		    c->loop), 0);
}

static void
caller_close(struct caller *c)
{
	orpc_client_close(c->client);
	if (!c->loop)
		return;
	orpc_loop_stop(c->loop);
	pthread_join(c->thread, NULL);
	orpc_loop_free(c->loop);
}

static int
call_proc(struct orpc_client *client, unsigned i, uint32_t n, uint32_t *out)
{
	struct orpc_call call = { 0 };
	int e;

	orpc_call_timeout(&call, 10000);
	e = orpc_call_run(client, &call, &procs[i], &n, out);
	orpc_call_fini(&call);
	return e;
}

/* ---- Tests ------------------------------------------------------------------ */

/* A blocked client serves the server's call on its own stack, and that may
 * call the server again. */
static void
test_nested(void **state)
{
	const struct orpc_server_options options = { .workers = 8 };
	struct caller c;
	uint32_t out;

	(void)state;
	serve(&options);
	caller_open(&c, false);
	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(call_proc(c.client, 0, n, &out), 0);
		assert_int_equal(out, n);
	}
	assert_int_equal(c.side.served, 0 + 1 + 1 + 2 + 2 + 3 + 3 + 4);
	caller_close(&c);
	serve_end();
}

/* A callback that was started before the reply comes before it, from
 * whatever thread and however soon. */
static void
test_callback_before_reply(void **state)
{
	struct caller c;
	uint32_t out;

	(void)state;
	serve(NULL);
	caller_open(&c, false);
	for (int n = 1; n <= 100; n++) {
		assert_int_equal(call_proc(c.client, 4, 0, &out), 0);
		assert_int_equal(c.side.served, n);
	}
	caller_close(&c);
	serve_end();
}

/* Deeper than the limit is refused, not recursed. */
static void
test_nesting_limit(void **state)
{
	const struct orpc_server_options options = { .workers = 16 };
	struct caller c;
	uint32_t out;

	(void)state;
	serve(&options);
	caller_open(&c, false);
	assert_int_equal(call_proc(c.client, 0, 16, &out), 0);
	assert_int_equal(call_proc(c.client, 0, 18, &out), ORPC_R_SYSTEM_ERR);
	caller_close(&c);
	serve_end();
}

/* A handler that runs on the loop would wait for itself. */
static void
test_deadlock_is_told(void **state)
{
	struct caller c;
	uint32_t out = 0;

	(void)state;
	serve(NULL);
	caller_open(&c, false);
	assert_int_equal(call_proc(c.client, 1, 1, &out), 0);
	assert_int_equal((int32_t)out, -ORPC_E_DEADLOCK);
	caller_close(&c);
	serve_end();
}

static void
test_async_from_the_loop(void **state)
{
	struct caller c;
	uint32_t out;

	(void)state;
	serve(NULL);
	for (int on_loop = 0; on_loop < 2; on_loop++) {
		caller_open(&c, on_loop);
		assert_int_equal(call_proc(c.client, 2, 1, &out), 0);
		assert_int_equal(out, 1);
		assert_int_equal(c.side.served, 1);
		caller_close(&c);
	}
	serve_end();
}

/* A procedure that was not registered is refused at once. */
static void
test_nothing_served(void **state)
{
	const struct orpc_server_options options = { .workers = 1 };
	struct orpc_client *client;
	uint32_t out;

	(void)state;
	serve(&options);
	assert_int_equal(orpc_client_open(address, &relay_program, NULL,
	    &client, NULL), 0);
	assert_int_equal(call_proc(client, 1, 1, &out), 0);
	assert_int_equal((int32_t)out, ORPC_R_PROG_UNAVAIL);
	orpc_client_close(client);
	serve_end();
}

static void *
call_many(void *arg)
{
	struct orpc_client *client = arg;
	uint32_t out;

	for (int i = 0; i < 200; i++)
		if (ask(client, 0, &out) || out)
			return client;
	return NULL;
}

/* Several threads of the server call a client that only waits. */
static void
call_from_threads(struct caller *c)
{
	pthread_t threads[4];
	void *failed;
	uint32_t out;

	assert_int_equal(call_proc(c->client, 3, 0, &out), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, call_many,
		    server_side.kept[server_side.n_kept - 1]), 0);
	while (!c->loop && c->side.served < 800)
		assert_int_equal(orpc_client_wait(c->client, 20), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(c->side.served, 800);
}

static void
test_any_time_any_thread(void **state)
{
	struct caller c;

	(void)state;
	serve(NULL);
	for (int on_loop = 0; on_loop < 2; on_loop++) {
		caller_open(&c, on_loop);
		call_from_threads(&c);
		caller_close(&c);
	}
	serve_end();
}

static void
wait_until_nobody_is_connected(void)
{
	struct orpc_server_stats stats;

	do {
		usleep(1000);
		orpc_server_stats(server, &stats);
	} while (stats.connections);
	/* The connection's thread would end now. */
	usleep(100000);
}

/* A handle outlives its connection, whoever serves that: calls on it fail at
 * once, and it is closed as ever. */
static void
outlives(const struct orpc_server_options *options)
{
	struct orpc_client *kept;
	struct orpc_call call = { 0 };
	struct caller c;
	uint32_t n = 0;
	uint32_t out;
	int64_t begun;
	int e;

	serve(options);
	caller_open(&c, false);
	assert_int_equal(call_proc(c.client, 3, 0, &out), 0);
	kept = server_side.kept[0];
	/* Nobody reads, so the call is still open when the client goes. */
	begun = orpc_now_ns();
	orpc_call_timeout(&call, 20000);
	caller_close(&c);
	e = orpc_call_run(kept, &call, &procs[0], &n, &out);
	assert_int_equal(e, -ORPC_E_CLOSED);
	assert_true(orpc_now_ns() - begun < INT64_C(5000000000));
	wait_until_nobody_is_connected();
	e = orpc_call_run(kept, &call, &procs[0], &n, &out);
	assert_int_equal(e, -ORPC_E_CLOSED);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_NO);
	orpc_call_fini(&call);
	serve_end();
}

static void
test_vanished(void **state)
{
	const struct orpc_server_options threads = {
		.flags = ORPC_SERVER_THREAD_PER_CONNECTION };

	(void)state;
	outlives(NULL);
	outlives(&threads);
}

/* Handles may also be closed when the server has stopped. */
static void
test_closed_last(void **state)
{
	const struct orpc_server_options threads = {
		.flags = ORPC_SERVER_THREAD_PER_CONNECTION };
	size_t fds = test_open_fds();
	struct caller c;
	uint32_t out;

	(void)state;
	serve(&threads);
	caller_open(&c, false);
	assert_int_equal(call_proc(c.client, 3, 0, &out), 0);
	caller_close(&c);
	orpc_server_stop(server);
	pthread_join(server_thread, NULL);
	orpc_client_close(server_side.kept[0]);
	orpc_server_close(server);
	test_no_fds_left(fds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_callback_before_reply),
		cmocka_unit_test(test_nesting_limit),
		cmocka_unit_test(test_deadlock_is_told),
		cmocka_unit_test(test_async_from_the_loop),
		cmocka_unit_test(test_nothing_served),
		cmocka_unit_test(test_any_time_any_thread),
		cmocka_unit_test(test_vanished),
		cmocka_unit_test(test_closed_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
