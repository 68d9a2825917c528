/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls by a foreign carrier, and calls that arrive elsewhere: the one given
 * straight to the other, without a socket.
 */
#include "tests/lib/test.h"

#include <string.h>
#include <sys/socket.h>

#include <orpc/carrier.h>
#include <oxdr/type.h>

/* ---- A program ---------------------------------------------------------------- */

static struct orpc_request *parked;

/* Looks at its request from all sides. */
static int
serve_twice(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	uint32_t n;

	assert_ptr_equal(orpc_request_ctx(rq), *(void *const *)ops);
	assert_int_equal(orpc_request_transport(rq), ORPC_TLS);
	assert_int_equal(orpc_request_xid(rq), 77);
	assert_int_equal(orpc_request_peer(rq, &n)->sa_family, AF_UNIX);
	assert_int_equal(n, sizeof(sa_family_t));
	orpc_request_local(rq, &n);
	assert_int_equal(n, 0);
	assert_int_equal(orpc_request_identity(rq)->sys->uid, 12);
	assert_false(orpc_request_abandoned(rq));
	assert_int_equal(orpc_request_client(rq, NULL, NULL),
	    -ORPC_E_NOTSUP);
	*(int32_t *)out = 2 * *(const int32_t *)arg;
	return 0;
}

static int
serve_late(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)ops;
	(void)arg;
	(void)out;
	parked = rq;
	return ORPC_LATER;
}

static int
serve_soon(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)ops;
	(void)out;
	assert_int_equal(orpc_request_reply(rq, arg), 0);
	return ORPC_LATER;
}

/* Encodes, but gives no text. */
static int
serve_null(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)rq;
	(void)ops;
	(void)arg;
	*(char **)out = NULL;
	return 0;
}

#define INTEGER .arg = &oxdr_type_int32, .res = &oxdr_type_int32
static const struct orpc_proc procs[] = {
	{ .number = 1, .name = "TWICE", INTEGER },
	{ .number = 2, .name = "LATE", INTEGER },
	{ .number = 3, .name = "SOON", INTEGER },
	{ .number = 4, .name = "NULL_TEXT", .res = &oxdr_type_string },
};
static orpc_serve_fn *const serve[] = { serve_twice, serve_late, serve_soon,
	serve_null };
static const struct orpc_program program = { .name = "P", .number = 9,
	.version = 3, .procs = procs, .n_procs = 4 };
static const struct orpc_service service = { &program, serve };

/* ---- A carrier that goes nowhere ----------------------------------------------- */

/* What the next call does, and what the last one was. */
static struct straight {
	void *ops;			/* its address is that of the handlers */
	int fails;			/* with this */
	int denied;
	size_t cut;			/* bytes less of the arguments */
	size_t extra;			/* bytes more of the reply */
	unsigned calls;
	unsigned closed;
	uint32_t flags;
} straight;

static int
authorize(void *ctx, struct orpc_request *rq)
{
	const struct straight *s = ctx;

	assert_int_equal(orpc_request_program(rq)->number, 9);
	return s->denied;
}

static int
straight_call(void *ctx, struct orpc_carried *c)
{
	static const struct sockaddr peer = { .sa_family = AF_UNIX };
	const struct orpc_auth_sys sys = { .uid = 12 };
	struct straight *s = ctx;
	struct orpc_arrival a = {
		.service = &service,
		.ops = &s->ops,
		.procedure = c->procedure,
		.xid = 77,
		.transport = ORPC_TLS,
		.peer = &peer,
		.n_peer = sizeof(sa_family_t),
		.identity = { .flavor = ORPC_AUTH_SYS, .sys = &sys },
		.authorize = authorize,
		.authorize_ctx = s,
	};
	int r;

	s->calls++;
	s->flags = c->flags;
	assert_int_equal(c->program, 9);
	assert_int_equal(c->version, 3);
	assert_true(c->deadline_ns > orpc_now_ns());
	if (s->fails) {
		c->error->os_errno = 5;
		return s->fails;
	}
	if (c->n_args) {
		a.args = c->args[0].base;
		a.n_args = c->n_bytes - s->cut;
	}
	r = orpc_arrival_serve(&a, c->reply);
	if (!r && s->extra)
		oxdr_put_bytes(c->reply, "....", s->extra);
	return r;
}

static void
straight_close(void *ctx)
{
	((struct straight *)ctx)->closed++;
}

static const struct orpc_carrier carrier = { straight_call, straight_close };

static struct orpc_client *
open_straight(const struct orpc_client_options *options)
{
	struct orpc_client *client;

	memset(&straight, 0, sizeof(straight));
	assert_int_equal(orpc_client_carry(&carrier, &straight, "nowhere",
	    &program, options, &client), 0);
	return client;
}

static void
close_straight(struct orpc_client *client, struct orpc_call *call)
{
	orpc_call_fini(call);
	assert_int_equal(straight.closed, 0);
	orpc_client_close(client);
	assert_int_equal(straight.closed, 1);
}

/* ---- Tests ----------------------------------------------------------------------- */

static void
test_call(void **state)
{
	struct orpc_client *client = open_straight(NULL);
	struct orpc_call call = { 0 };
	int32_t arg = 21, out = 0;
	char where[32];

	(void)state;
	straight.ops = &call;
	assert_int_equal(orpc_call_run(client, &call, &procs[0], &arg, &out),
	    0);
	assert_int_equal(out, 42);
	assert_int_equal(call.error.code, 0);
	assert_int_equal(call.error.step, ORPC_STEP_NONE);
	assert_int_equal(orpc_client_ping(client, &call), 0);
	assert_int_equal(orpc_client_peer(client, where, sizeof(where)), 7);
	assert_string_equal(where, "nowhere");
	call.flags = ORPC_CALL_ONEWAY;
	assert_int_equal(orpc_call_run(client, &call, &procs[0], &arg, &out),
	    0);
	assert_int_equal(straight.flags, ORPC_CALL_ONEWAY);
	close_straight(client, &call);
}

static void
test_fails(void **state)
{
	static const struct orpc_proc none = { .number = 8, .name = "NONE" };
	struct orpc_client *client = open_straight(NULL);
	struct orpc_call call = { 0 };
	int32_t arg = 21, out = 5;
	char *text = NULL;

	(void)state;
	straight.fails = -ORPC_E_IO;
	assert_int_equal(orpc_call_run(client, &call, &procs[0], &arg, &out),
	    -ORPC_E_IO);
	assert_int_equal(call.error.step, ORPC_STEP_WAIT);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_MAYBE);
	assert_int_equal(call.error.os_errno, 5);
	assert_string_equal(call.error.where, "nowhere");
	straight.fails = 0;
	straight.cut = 1;
	assert_int_equal(orpc_call_run(client, &call, &procs[2], &arg, &out),
	    ORPC_R_GARBAGE_ARGS);
	straight.cut = 0;
	straight.extra = 4;
	assert_int_equal(orpc_call_run(client, &call, &procs[2], &arg, &out),
	    -OXDR_E_TRAILING);
	assert_int_equal(call.error.step, ORPC_STEP_DECODE);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_YES);
	straight.extra = 0;
	assert_int_equal(orpc_call_run(client, &call, &none, NULL, NULL),
	    ORPC_R_PROC_UNAVAIL);
	assert_int_equal(orpc_call_run(client, &call, &procs[3], NULL, &text),
	    ORPC_R_SYSTEM_ERR);
	straight.denied = ORPC_R_AUTH_TOOWEAK;
	assert_int_equal(orpc_call_run(client, &call, &procs[2], &arg, &out),
	    ORPC_R_AUTH_TOOWEAK);
	assert_int_equal(out, 5);
	close_straight(client, &call);
}

/* What never gets as far as the carrier. */
static void
test_before(void **state)
{
	const struct orpc_auth_sys sys = { .uid = 1 };
	const struct orpc_client_options with_sys = { .sys = &sys };
	const struct orpc_client_options other = { .flags =
		ORPC_CLIENT_NO_RECONNECT };
	struct orpc_client *client, *second;
	struct orpc_call call = { 0 };
	char *text = NULL;
	const struct orpc_proc say = { .number = 1, .name = "SAY",
		.arg = &oxdr_type_string };

	(void)state;
	assert_int_equal(orpc_client_carry(&carrier, &straight, NULL,
	    &program, &with_sys, &client), -ORPC_E_NOTSUP);
	assert_int_equal(orpc_client_carry(&carrier, &straight, NULL,
	    &program, &other, &client), -ORPC_E_NOTSUP);
	client = open_straight(NULL);
	call.deadline_ns = orpc_now_ns();
	assert_int_equal(orpc_client_ping(client, &call), -ORPC_E_TIMEOUT);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_NO);
	call.deadline_ns = 0;
	call.sys = &sys;
	assert_int_equal(orpc_client_ping(client, &call), -ORPC_E_NOTSUP);
	call.sys = NULL;
	assert_int_equal(orpc_call_run(client, &call, &say, &text, NULL),
	    -OXDR_E_NULL);
	assert_int_equal(call.error.step, ORPC_STEP_ENCODE);
	assert_int_equal(orpc_call_start(client, &call, &say, &text, NULL,
	    NULL, NULL), -ORPC_E_NOTSUP);
	assert_int_equal(orpc_client_share(client, &program, &second),
	    -ORPC_E_NOTSUP);
	assert_int_equal(orpc_client_serve(client, &service, NULL),
	    -ORPC_E_NOTSUP);
	assert_int_equal(straight.calls, 0);
	close_straight(client, &call);
}

static void
test_reply_max(void **state)
{
	const struct orpc_client_options options = { .max_reply_bytes = 4 };
	struct orpc_client *client = open_straight(&options);
	struct orpc_call call = { 0 };
	int32_t arg = 1, out;

	(void)state;
	assert_int_equal(orpc_call_run(client, &call, &procs[2], &arg, &out),
	    0);
	straight.extra = 1;
	assert_int_equal(orpc_call_run(client, &call, &procs[2], &arg, &out),
	    -OXDR_E_LIMIT);
	close_straight(client, &call);
}

/* A reply before the handler returns is the reply; later there is none. */
static void
test_later(void **state)
{
	struct orpc_client *client = open_straight(NULL);
	struct orpc_call call = { 0 };
	int32_t arg = 6, out = 0;

	(void)state;
	assert_int_equal(orpc_call_run(client, &call, &procs[2], &arg, &out),
	    0);
	assert_int_equal(out, 6);
	assert_int_equal(orpc_call_run(client, &call, &procs[1], &arg, &out),
	    ORPC_R_SYSTEM_ERR);
	assert_int_equal(orpc_request_reply(parked, &arg), -ORPC_E_NOTSUP);
	assert_int_equal(orpc_call_run(client, &call, &procs[1], &arg, &out),
	    ORPC_R_SYSTEM_ERR);
	assert_int_equal(orpc_request_fail(parked, 0), -ORPC_E_NOTSUP);
	close_straight(client, &call);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_reply_max),
		cmocka_unit_test(test_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
