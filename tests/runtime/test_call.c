/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a call tells when it fails: opening and calling against nobody, and
 * against servers that answer wrongly.  Each row names the code, the step,
 * and whether the procedure may have run.
 */
#include "tests/runtime/scripted.h"

#include <errno.h>
#include <netinet/in.h>
#include <orpc/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xdr/base.h"

static int
double_it(struct orpc_client *client, struct orpc_call *call, uint32_t n,
    uint32_t *out)
{
	return orpc_call_run(client, call, SCRIPTED_DOUBLE, &n, out);
}

static struct orpc_client *
open_at(const char *address, const struct orpc_client_options *options)
{
	struct orpc_client *client = NULL;
	struct orpc_error error;

	assert_int_equal(orpc_client_open(address, &scripted_program, options,
	    &client, &error), 0);
	return client;
}

/* ---- Opening ---------------------------------------------------------------- */

static void
test_open_fails(void **state)
{
	static const struct {
		const char *address;
		int result;
		enum orpc_step step;
	} rows[] = {
		{ "nonsense://x", -ORPC_E_ADDRESS, ORPC_STEP_ADDRESS },
		{ "tcp://127.0.0.1:99999", -ORPC_E_ADDRESS,
		    ORPC_STEP_ADDRESS },
		{ "tcp://127.0.0.1:1,", -ORPC_E_ADDRESS, ORPC_STEP_ADDRESS },
		{ "tls://127.0.0.1:1", -ORPC_E_NOTSUP, ORPC_STEP_ADDRESS },
		{ "tcp://no-such-host.invalid:1", -ORPC_E_RESOLVE,
		    ORPC_STEP_RESOLVE },
		{ "unix:/no/such/socket", -ORPC_E_CONNECT,
		    ORPC_STEP_CONNECT },
	};
	struct orpc_client *client = NULL;
	struct orpc_error error;
	size_t fds = test_open_fds();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		memset(&error, 0, sizeof(error));
		assert_int_equal(orpc_client_open(rows[i].address,
		    &scripted_program, NULL, &client, &error),
		    rows[i].result);
		assert_int_equal(error.code, rows[i].result);
		assert_int_equal(error.step, rows[i].step);
		assert_int_equal(error.executed, ORPC_EXECUTED_NO);
		assert_null(client);
	}
	test_no_fds_left(fds);
}

/* A port that was bound and is free again: refused. */
static void
test_open_refused(void **state)
{
	struct orpc_client *client = NULL;
	struct orpc_error error;
	char address[64];
	uint16_t port;
	int fd = test_bound(AF_INET, SOCK_STREAM, &port);

	(void)state;
	close(fd);
	snprintf(address, sizeof(address), "tcp://127.0.0.1:%u", port);
	assert_int_equal(orpc_client_open(address, &scripted_program, NULL,
	    &client, &error), -ORPC_E_CONNECT);
	assert_int_equal(error.step, ORPC_STEP_CONNECT);
	assert_int_equal(error.os_errno, ECONNREFUSED);
	assert_string_equal(error.where, address);
}

/* The second address of a list is taken when the first is no good, and the
 * second number of a name. */
static void
test_open_tries_all(void **state)
{
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	char address[256];
	uint32_t out;
	uint16_t port = 0;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	sscanf(s.address, "tcp://127.0.0.1:%hu", &port);
	snprintf(address, sizeof(address),
	    "unix:/no/such/socket, tcp://localhost:%u", port);
	client = open_at(address, NULL);
	assert_int_equal(double_it(client, &call, 21, &out), 0);
	assert_int_equal(out, 42);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* The same for datagrams, where connecting tells nothing. */
static void
test_open_probes_datagrams(void **state)
{
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	char address[256];
	uint32_t out;
	uint16_t port = 0;

	(void)state;
	scripted_start(&s, true, scripted_right, NULL);
	sscanf(s.address, "udp://127.0.0.1:%hu", &port);
	snprintf(address, sizeof(address), "udp://localhost:%u", port);
	client = open_at(address, NULL);
	assert_int_equal(double_it(client, &call, 21, &out), 0);
	assert_int_equal(out, 42);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* ---- Answers ---------------------------------------------------------------- */

struct answer {
	const char *name;
	const char *hex;	/* behind the xid */
	int result;
	enum orpc_step step;
	enum orpc_executed executed;
	uint32_t low, high;
};

static bool
answer_row(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	const struct answer *row = s->ctx;

	(void)n;
	scripted_reply(s, fd, call, row->hex);
	return true;
}

#define REPLY "00000001"
#define ACCEPTED REPLY "00000000" "00000000 00000000"
#define DENIED REPLY "00000001"

static const struct answer answers[] = {
	{ "PROG_UNAVAIL", ACCEPTED "00000001", ORPC_R_PROG_UNAVAIL,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_NO, 0, 0 },
	{ "PROG_MISMATCH", ACCEPTED "00000002 00000002 00000004",
	    ORPC_R_PROG_MISMATCH, ORPC_STEP_REPLY, ORPC_EXECUTED_NO, 2, 4 },
	{ "PROC_UNAVAIL", ACCEPTED "00000003", ORPC_R_PROC_UNAVAIL,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_NO, 0, 0 },
	{ "GARBAGE_ARGS", ACCEPTED "00000004", ORPC_R_GARBAGE_ARGS,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_NO, 0, 0 },
	{ "SYSTEM_ERR", ACCEPTED "00000005", ORPC_R_SYSTEM_ERR,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_MAYBE, 0, 0 },
	{ "RPC_MISMATCH", DENIED "00000000 00000002 00000002",
	    ORPC_R_RPC_MISMATCH, ORPC_STEP_REPLY, ORPC_EXECUTED_NO, 2, 2 },
	{ "AUTH_TOOWEAK", DENIED "00000001 00000005", ORPC_R_AUTH_TOOWEAK,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_NO, 0, 0 },
	{ "accept_stat 77", ACCEPTED "0000004d", -ORPC_E_PROTOCOL,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_MAYBE, 0, 0 },
	{ "reply_stat 7", REPLY "00000007", -ORPC_E_PROTOCOL,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_MAYBE, 0, 0 },
	{ "cut in the header", REPLY "00000000 0000", -ORPC_E_PROTOCOL,
	    ORPC_STEP_REPLY, ORPC_EXECUTED_MAYBE, 0, 0 },
	{ "verifier of 404 bytes", REPLY "00000000 00000000 00000194",
	    -ORPC_E_PROTOCOL, ORPC_STEP_REPLY, ORPC_EXECUTED_MAYBE, 0, 0 },
	{ "no result", ACCEPTED "00000000", -OXDR_E_SHORT,
	    ORPC_STEP_DECODE, ORPC_EXECUTED_YES, 0, 0 },
	{ "too much result", ACCEPTED "00000000 00000001 00000002",
	    -OXDR_E_TRAILING, ORPC_STEP_DECODE, ORPC_EXECUTED_YES, 0, 0 },
};

static void
check_answer(const struct answer *row, bool datagram)
{
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t out = 4711;
	int e;

	scripted_start(&s, datagram, answer_row, row);
	client = open_at(s.address, NULL);
	e = double_it(client, &call, 21, &out);
	if (e != row->result || call.error.step != row->step ||
	    call.error.executed != row->executed ||
	    call.error.low != row->low || call.error.high != row->high)
		fail_msg("%s: %s, step %s, executed %d, %u..%u", row->name,
		    orpc_error_name(e), orpc_step_name(call.error.step),
		    call.error.executed, call.error.low, call.error.high);
	assert_int_equal(call.error.code, e);
	assert_int_equal(out, 4711);
	assert_string_equal(call.error.where, s.address);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

static void
test_answers(void **state)
{
	size_t fds = test_open_fds();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		check_answer(&answers[i], false);
		check_answer(&answers[i], true);
	}
	test_no_fds_left(fds);
}

/* ---- Hostile streams ---------------------------------------------------------- */

/* Replies with other xids, without end. */
static bool
answer_others(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	uint8_t bytes[28] = { 0 };

	(void)n;
	bytes[7] = 1;
	for (uint32_t i = 1; !atomic_load(&s->stop); i++) {
		oxdr_store_u32(bytes, oxdr_load_u32(call) + i);
		uint8_t mark[4] = { 0x80, 0, 0, 28 };

		if (send(fd, mark, 4, MSG_NOSIGNAL) != 4 ||
		    send(fd, bytes, 28, MSG_NOSIGNAL) != 28)
			return false;
	}
	return false;
}

/* A record without end, in fragments. */
static bool
answer_endless(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	static const uint8_t fragment[4 + 65536] = { 0, 1, 0, 0 };

	(void)call;
	(void)n;
	while (!atomic_load(&s->stop))
		if (send(fd, fragment, sizeof(fragment), MSG_NOSIGNAL) < 0)
			return false;
	return false;
}

static bool
answer_silence(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	(void)s;
	(void)fd;
	(void)call;
	(void)n;
	return true;
}

static bool
answer_close(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	(void)s;
	(void)fd;
	(void)call;
	(void)n;
	return false;
}

/* The mark of a record of 2 GiB less 1, and nothing behind it. */
static bool
answer_huge(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	(void)s;
	(void)call;
	(void)n;
	(void)!send(fd, "\xff\xff\xff\xff", 4, MSG_NOSIGNAL);
	return true;
}

/* Calls of its own without end, and it reads no answer to them. */
static bool
answer_calls(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	uint8_t bytes[44] = { 0x80, 0, 0, 40 };

	(void)n;
	memcpy(bytes + 4, call, 40);
	while (!atomic_load(&s->stop))
		if (send(fd, bytes, 44, MSG_NOSIGNAL) < 0)
			return false;
	return false;
}

static void
test_hostile(void **state)
{
	static const struct {
		const char *name;
		scripted_fn *answer;
		int result;
		enum orpc_step step;
	} rows[] = {
		{ "silence", answer_silence, -ORPC_E_TIMEOUT,
		    ORPC_STEP_WAIT },
		{ "close", answer_close, -ORPC_E_CLOSED, ORPC_STEP_WAIT },
		{ "other xids", answer_others, -ORPC_E_TIMEOUT,
		    ORPC_STEP_WAIT },
		{ "endless record", answer_endless, -OXDR_E_LIMIT,
		    ORPC_STEP_WAIT },
		{ "huge record", answer_huge, -OXDR_E_LIMIT,
		    ORPC_STEP_WAIT },
		{ "calls", answer_calls, -ORPC_E_TIMEOUT, ORPC_STEP_WAIT },
	};
	const struct orpc_client_options options = {
		.max_reply_bytes = 4 << 20,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scripted s;
		struct orpc_call call = { 0 };
		struct orpc_client *client;
		uint32_t out;
		int64_t begun;
		int e;

		scripted_start(&s, false, rows[i].answer, NULL);
		client = open_at(s.address, &options);
		begun = orpc_now_ns();
		orpc_call_timeout(&call, rows[i].result == -ORPC_E_TIMEOUT ?
		    300 : 20000);
		e = double_it(client, &call, 21, &out);
		if (e != rows[i].result || call.error.step != rows[i].step ||
		    call.error.executed != ORPC_EXECUTED_MAYBE)
			fail_msg("%s: %s, step %s, executed %d",
			    rows[i].name, orpc_error_name(e),
			    orpc_step_name(call.error.step),
			    call.error.executed);
		assert_true(orpc_now_ns() - begun < INT64_C(10000000000));
		orpc_call_fini(&call);
		orpc_client_close(client);
		scripted_stop(&s);
	}
}

/* A deadline is one also where the socket's own time-out, which is coarser,
 * has run out before.  One of many tries is not held up by other things. */
static void
test_deadline_is_kept(void **state)
{
	const int64_t timeout_ms = 90, late_ms = 120;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	struct scripted s;
	int64_t begun, took_ms = INT64_MAX;
	uint32_t out;

	(void)state;
	scripted_start(&s, false, answer_silence, NULL);
	client = open_at(s.address, NULL);
	for (int i = 0; i < 100 && took_ms >= late_ms; i++) {
		begun = orpc_now_ns();
		orpc_call_timeout(&call, timeout_ms);
		assert_int_equal(double_it(client, &call, 21, &out),
		    -ORPC_E_TIMEOUT);
		took_ms = (orpc_now_ns() - begun) / 1000000;
		assert_true(took_ms >= timeout_ms);
	}
	assert_true(took_ms < late_ms);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* What the server sends is too large: it would be so again. */
static void
test_too_large_is_not_repeated(void **state)
{
	scripted_fn *const too_large[] = { answer_endless, answer_huge };
	const struct orpc_client_options options = {
		.max_reply_bytes = 4 << 20,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(too_large); i++) {
		struct scripted s;
		struct orpc_call call = { 0 };
		struct orpc_client *client;
		uint32_t n = 21;

		scripted_start(&s, false, too_large[i], NULL);
		client = open_at(s.address, &options);
		assert_int_equal(orpc_call_run(client, &call,
		    SCRIPTED_IDEMPOTENT, &n, &n), -OXDR_E_LIMIT);
		assert_int_equal(call.error.step, ORPC_STEP_WAIT);
		assert_int_equal(call.error.executed, ORPC_EXECUTED_MAYBE);
		assert_int_equal(s.connections, 1);
		orpc_call_fini(&call);
		orpc_client_close(client);
		scripted_stop(&s);
	}
}

/* ---- Repeating ---------------------------------------------------------------- */

/* Closes instead of answering, the first time. */
static bool
answer_second(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	if (s->calls == 1)
		return false;
	return scripted_right(s, fd, call, n);
}

/* What may have run is repeated if that does no harm, and then only. */
static void
test_repeat(void **state)
{
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t out;
	uint32_t n = 21;

	(void)state;
	scripted_start(&s, false, answer_second, NULL);
	client = open_at(s.address, NULL);
	assert_int_equal(orpc_call_run(client, &call, SCRIPTED_IDEMPOTENT, &n,
	    &out), 0);
	assert_int_equal(out, 42);
	assert_int_equal(s.calls, 2);
	orpc_client_close(client);
	scripted_stop(&s);

	scripted_start(&s, false, answer_second, NULL);
	client = open_at(s.address, NULL);
	assert_int_equal(double_it(client, &call, n, &out), -ORPC_E_CLOSED);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_MAYBE);
	assert_int_equal(s.calls, 1);
	/* The handle connects again for the next call. */
	assert_int_equal(double_it(client, &call, n, &out), 0);
	assert_int_equal(s.connections, 2);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

static void
test_no_reconnect(void **state)
{
	const struct orpc_client_options options = {
		.flags = ORPC_CLIENT_NO_RECONNECT,
	};
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t out;
	uint32_t n = 21;

	(void)state;
	scripted_start(&s, false, answer_second, NULL);
	client = open_at(s.address, &options);
	assert_int_equal(orpc_call_run(client, &call, SCRIPTED_IDEMPOTENT, &n,
	    &out), -ORPC_E_CLOSED);
	assert_int_equal(double_it(client, &call, n, &out), -ORPC_E_CLOSED);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_NO);
	assert_int_equal(s.connections, 1);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* ---- Datagrams ----------------------------------------------------------------- */

static bool
answer_third(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	static uint32_t xid;

	if (s->calls == 1)
		xid = oxdr_load_u32(call);
	assert_int_equal(oxdr_load_u32(call), xid);
	if (s->calls < 3)
		return true;
	/* Twice: the second one is for nobody. */
	scripted_right(s, fd, call, n);
	return scripted_right(s, fd, call, n);
}

static void
test_retransmission(void **state)
{
	const struct orpc_client_options options = { .retry_ms = 10 };
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t out;

	(void)state;
	scripted_start(&s, true, answer_third, NULL);
	client = open_at(s.address, &options);
	assert_int_equal(double_it(client, &call, 21, &out), 0);
	assert_int_equal(out, 42);
	assert_true(s.calls >= 3);
	s.answer = scripted_right;
	assert_int_equal(double_it(client, &call, 22, &out), 0);
	assert_int_equal(out, 44);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* A reply from another socket, with the right xid. */
static bool
answer_elsewhere(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	uint16_t port;
	int other = test_bound(AF_INET, SOCK_DGRAM, &port);

	(void)fd;
	scripted_right(s, other, call, n);
	close(other);
	return true;
}

static void
test_other_sources(void **state)
{
	struct orpc_client_options options = { .retry_ms = 1000 };
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t out;

	(void)state;
	scripted_start(&s, true, answer_elsewhere, NULL);
	client = open_at(s.address, &options);
	orpc_call_timeout(&call, 200);
	assert_int_equal(double_it(client, &call, 21, &out),
	    -ORPC_E_TIMEOUT);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_MAYBE);
	orpc_client_close(client);
	options.flags = ORPC_CLIENT_ANY_SOURCE;
	client = open_at(s.address, &options);
	orpc_call_timeout(&call, 5000);
	assert_int_equal(double_it(client, &call, 21, &out), 0);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* Nobody listens: each datagram comes back as an error, which is told when
 * the time is over, and harms nothing before. */
static void
test_refused_datagrams(void **state)
{
	const struct orpc_client_options options = { .retry_ms = 5 };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	char address[64];
	uint32_t out;
	uint16_t port;
	int fd = test_bound(AF_INET, SOCK_DGRAM, &port);

	(void)state;
	close(fd);
	snprintf(address, sizeof(address), "udp://127.0.0.1:%u", port);
	client = open_at(address, &options);
	orpc_call_timeout(&call, 200);
	assert_int_equal(double_it(client, &call, 21, &out),
	    -ORPC_E_TIMEOUT);
	assert_int_equal(call.error.os_errno, ECONNREFUSED);
	orpc_call_fini(&call);
	orpc_client_close(client);
}

/* ---- Sizes ---------------------------------------------------------------------- */

static void
test_large(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 4095, 4096, 65535, 100000,
		1 << 20, 9000001 };
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	client = open_at(s.address, NULL);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct oxdr_var arg = { sizes[i], malloc(sizes[i] + 1) };
		struct oxdr_var out = { 0, NULL };

		memset(arg.val, (int)i + 1, sizes[i]);
		assert_int_equal(orpc_call_run(client, &call, SCRIPTED_BYTES,
		    &arg, &out), 0);
		assert_int_equal(out.len, arg.len);
		if (arg.len)
			assert_memory_equal(out.val, arg.val, arg.len);
		free(arg.val);
	}
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* More than a datagram holds is refused on our side. */
/* The longest that fits: 65,507 bytes less the call's header. */
static void
test_large_datagrams(void **state)
{
	struct oxdr_var arg = { (65507 - 44) / 4 * 4, NULL };
	struct oxdr_var out;
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;

	(void)state;
	arg.val = malloc(arg.len);
	memset(arg.val, 'd', arg.len);
	scripted_start(&s, true, scripted_right, NULL);
	client = open_at(s.address, NULL);
	/* By either way of a blocking call. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(orpc_call_run(client, &call, SCRIPTED_BYTES,
		    &arg, &out), 0);
		assert_int_equal(out.len, arg.len);
		assert_memory_equal(out.val, arg.val, arg.len);
	}
	free(arg.val);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

static void
test_too_large_a_datagram(void **state)
{
	struct oxdr_var arg = { 70000, calloc(1, 70000) };
	struct oxdr_var out;
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;

	(void)state;
	scripted_start(&s, true, scripted_right, NULL);
	client = open_at(s.address, NULL);
	orpc_call_timeout(&call, 2000);
	assert_int_equal(orpc_call_run(client, &call, SCRIPTED_BYTES, &arg,
	    &out), -OXDR_E_LIMIT);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_NO);
	assert_int_equal(s.calls, 0);
	free(arg.val);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

static void
test_oneway(void **state)
{
	struct scripted s;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	uint32_t n = 1;
	uint32_t out;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	client = open_at(s.address, NULL);
	for (int i = 0; i < 10; i++)
		assert_int_equal(orpc_call_run(client, &call, SCRIPTED_POKE,
		    &n, NULL), 0);
	/* Their replies are in the way, and belong to nobody. */
	assert_int_equal(double_it(client, &call, 21, &out), 0);
	assert_int_equal(out, 42);
	assert_int_equal(s.calls, 11);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* ---- Threads --------------------------------------------------------------------- */

static void *
double_many(void *arg)
{
	struct orpc_call call = { 0 };
	void *failed = NULL;
	uint32_t out;

	for (uint32_t i = 0; i < 500 && !failed; i++)
		if (double_it(arg, &call, i, &out) || out != 2 * i)
			failed = arg;
	orpc_call_fini(&call);
	return failed;
}

static void
test_threads_share(void **state)
{
	pthread_t threads[8];
	struct scripted s;
	struct orpc_client *client;
	void *failed;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	client = open_at(s.address, NULL);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		    double_many, client), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(s.connections, 1);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* A large result is decoded while others call. */
static atomic_bool decoding, others_called;

static int
get_slowly(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	int64_t until = orpc_now_ns() + INT64_C(5000000000);

	(void)arena;
	(void)out;
	atomic_store(&decoding, true);
	while (!atomic_load(&others_called) && orpc_now_ns() < until)
		usleep(1000);
	r->at = r->end;
	return atomic_load(&others_called) ? 0 : -OXDR_E_LIMIT;
}

static void *
call_large(void *client)
{
	static char bytes[20000];
	const struct oxdr_var arg = { sizeof(bytes), bytes };
	struct orpc_proc proc = *SCRIPTED_BYTES;
	struct orpc_call call = { 0 };
	struct oxdr_var out;
	int e;

	proc.get_res = get_slowly;
	e = orpc_call_run(client, &call, &proc, &arg, &out);
	orpc_call_fini(&call);
	return e ? client : NULL;
}

static void
test_large_results_hold_nobody_up(void **state)
{
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	struct scripted s;
	pthread_t thread;
	uint32_t out;
	void *failed;

	(void)state;
	atomic_store(&decoding, false);
	atomic_store(&others_called, false);
	scripted_start(&s, false, scripted_right, NULL);
	client = open_at(s.address, NULL);
	assert_int_equal(pthread_create(&thread, NULL, call_large, client), 0);
	while (!atomic_load(&decoding))
		usleep(1000);
	assert_int_equal(double_it(client, &call, 21, &out), 0);
	assert_int_equal(out, 42);
	atomic_store(&others_called, true);
	pthread_join(thread, &failed);
	assert_null(failed);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

/* What can't be decoded is told as ever. */
static void
test_large_results_that_are_wrong(void **state)
{
	struct orpc_proc proc = *SCRIPTED_BYTES;
	static char bytes[20000];
	const struct oxdr_var arg = { sizeof(bytes), bytes };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	struct scripted s;
	uint32_t out;

	(void)state;
	proc.res = SCRIPTED_DOUBLE->res;
	scripted_start(&s, false, scripted_right, NULL);
	client = open_at(s.address, NULL);
	assert_int_equal(orpc_call_run(client, &call, &proc, &arg, &out),
	    -OXDR_E_TRAILING);
	assert_int_equal(call.error.step, ORPC_STEP_DECODE);
	assert_int_equal(call.error.executed, ORPC_EXECUTED_YES);
	assert_int_equal(call.error.offset, 28);
	orpc_call_fini(&call);
	orpc_client_close(client);
	scripted_stop(&s);
}

static bool
answer_nothing(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	(void)s;
	(void)fd;
	(void)call;
	(void)n;
	return true;
}

static void *
call_until_closed(void *client)
{
	struct orpc_call call = { 0 };
	void *failed = client;
	uint32_t out;

	if (double_it(client, &call, 1, &out) == -ORPC_E_CANCELLED &&
	    call.error.executed == ORPC_EXECUTED_MAYBE)
		failed = NULL;
	orpc_call_fini(&call);
	return failed;
}

/* The handle goes while one thread reads and others wait. */
static void
test_close_ends_calls(void **state)
{
	pthread_t threads[3];
	struct orpc_client *client;
	struct scripted s;
	void *failed;

	(void)state;
	scripted_start(&s, false, answer_nothing, NULL);
	client = open_at(s.address, NULL);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		assert_int_equal(pthread_create(&threads[i], NULL,
		    call_until_closed, client), 0);
		while (s.calls < (int)i + 1)
			usleep(1000);
	}
	orpc_client_close(client);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	scripted_stop(&s);
}

static void
test_spin(void **state)
{
	const struct orpc_client_options options = { .spin_us = 200 };
	struct scripted s;
	struct orpc_client *client;

	(void)state;
	scripted_start(&s, false, scripted_right, NULL);
	client = open_at(s.address, &options);
	assert_null(double_many(client));
	orpc_client_close(client);
	scripted_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_fails),
		cmocka_unit_test(test_open_refused),
		cmocka_unit_test(test_open_tries_all),
		cmocka_unit_test(test_open_probes_datagrams),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_deadline_is_kept),
		cmocka_unit_test(test_too_large_is_not_repeated),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_no_reconnect),
		cmocka_unit_test(test_retransmission),
		cmocka_unit_test(test_other_sources),
		cmocka_unit_test(test_refused_datagrams),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_large_datagrams),
		cmocka_unit_test(test_too_large_a_datagram),
		cmocka_unit_test(test_oneway),
		cmocka_unit_test(test_threads_share),
		cmocka_unit_test(test_large_results_hold_nobody_up),
		cmocka_unit_test(test_large_results_that_are_wrong),
		cmocka_unit_test(test_close_ends_calls),
		cmocka_unit_test(test_spin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
