/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls that fail: what a native stub tells of what libtirpc says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"

/* How a call should end. */
struct want {
	int result;
	enum orpc_step step;
	enum orpc_executed executed;
};

static void
expect(const struct place *at, const char *what, const struct orpc_call *call,
    int got, struct want want)
{
	result(got == want.result && call->error.code == want.result &&
	    call->error.step == want.step &&
	    call->error.executed == want.executed,
	    "%s: %s: %s, %s, executed %d", at->transport, what,
	    orpc_error_name(got), orpc_step_name(call->error.step),
	    (int)call->error.executed);
}

/* ---- The server's refusals --------------------------------------------------- */

static void
try_refusals(const struct place *at, struct orpc_client *client)
{
	const struct orpc_proc *procs = bridge_v1_program.procs;
	struct orpc_proc other = { .number = 99, .name = "OTHER" };
	struct orpc_call call = { 0 };
	int out = 5;

	expect(at, "no such procedure", &call,
	    orpc_call_run(client, &call, &other, NULL, NULL),
	    (struct want){ ORPC_R_PROC_UNAVAIL, ORPC_STEP_REPLY,
		ORPC_EXECUTED_NO });
	expect(at, "a procedure without a handler", &call,
	    bridge_v1_nobody(client, &call, &out),
	    (struct want){ ORPC_R_PROC_UNAVAIL, ORPC_STEP_REPLY,
		ORPC_EXECUTED_NO });
	other = procs[0];
	other.arg = procs[5].res;
	other.put_arg = procs[5].put_res;
	expect(at, "an int for a basket", &call,
	    orpc_call_run(client, &call, &other, &out, &(basket){ 0 }),
	    (struct want){ ORPC_R_GARBAGE_ARGS, ORPC_STEP_REPLY,
		ORPC_EXECUTED_NO });
	result(out == 5, "%s: a result is written on success only",
	    at->transport);
	orpc_call_fini(&call);
}

/* What a native handler may return, and what becomes of it. */
static void
try_ends(const struct place *at, struct orpc_client *client)
{
	static const struct { int end, result; enum orpc_executed executed; }
	ends[] = {
		{ 0, 0, ORPC_EXECUTED_NO },
		{ ORPC_R_PROG_UNAVAIL, ORPC_R_PROG_UNAVAIL, ORPC_EXECUTED_NO },
		{ ORPC_R_PROG_MISMATCH, ORPC_R_PROG_MISMATCH,
		    ORPC_EXECUTED_NO },
		{ ORPC_R_PROC_UNAVAIL, ORPC_R_PROC_UNAVAIL, ORPC_EXECUTED_NO },
		{ ORPC_R_GARBAGE_ARGS, ORPC_R_GARBAGE_ARGS, ORPC_EXECUTED_NO },
		{ ORPC_R_SYSTEM_ERR, ORPC_R_SYSTEM_ERR, ORPC_EXECUTED_MAYBE },
		{ ORPC_R_AUTH_BADCRED, ORPC_R_AUTH_BADCRED, ORPC_EXECUTED_NO },
		{ ORPC_R_AUTH_FAILED, ORPC_R_AUTH_FAILED, ORPC_EXECUTED_NO },
		{ -ORPC_E_BUSY, ORPC_R_SYSTEM_ERR, ORPC_EXECUTED_MAYBE },
	};
	struct orpc_call call = { 0 };
	int out;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		expect(at, "a handler's result", &call,
		    bridge_v1_end(client, &call, ends[i].end, &out),
		    (struct want){ ends[i].result, ends[i].result ?
			ORPC_STEP_REPLY : ORPC_STEP_NONE, ends[i].executed });
	orpc_call_fini(&call);
}

static void
try_later(const struct place *at, struct orpc_client *client)
{
	struct orpc_call call = { 0 };
	int out = 0, e;

	e = bridge_v1_later(client, &call, 0, &out);
	result(e == 0 && out == 42, "%s: a reply before the handler returns",
	    at->transport);
	expect(at, "a refusal before it returns", &call,
	    bridge_v1_later(client, &call, 2, &out),
	    (struct want){ ORPC_R_AUTH_TOOWEAK, ORPC_STEP_REPLY,
		ORPC_EXECUTED_NO });
	expect(at, "none before it returns", &call,
	    bridge_v1_later(client, &call, 1, &out),
	    (struct want){ ORPC_R_SYSTEM_ERR, ORPC_STEP_REPLY,
		ORPC_EXECUTED_MAYBE });
	e = bridge_v1_later(client, &call, 3, &out);
	result(e == 0 && out == -ORPC_E_NOTSUP, "%s: the late one is told so",
	    at->transport);
	orpc_call_fini(&call);
}

/* ---- Time -------------------------------------------------------------------- */

/* On a CLIENT of its own: behind a reply that never came, libtirpc loses the
 * next one of a stream. */
static void
try_silence(const struct place *at)
{
	CLIENT *clnt = place_client(at, BRIDGE, BRIDGE_V1);
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	int out;

	orpc_tirpc_client_open(clnt, &bridge_v1_program, NULL, &client);
	call.deadline_ns = orpc_now_ns() - 1;
	expect(at, "a deadline that has passed", &call,
	    bridge_v1_count(client, &call, &out),
	    (struct want){ -ORPC_E_TIMEOUT, ORPC_STEP_SEND,
		ORPC_EXECUTED_NO });
	orpc_call_timeout(&call, 100);
	expect(at, "no reply", &call,
	    bridge_v1_end(client, &call, ORPC_DROP, &out),
	    (struct want){ -ORPC_E_TIMEOUT, ORPC_STEP_WAIT,
		ORPC_EXECUTED_MAYBE });
	orpc_client_close(client);
	clnt_destroy(clnt);
	orpc_call_fini(&call);
}

/* ---- Limits and results ------------------------------------------------------ */

static void
try_results(const struct place *at, CLIENT *clnt, struct orpc_client *client)
{
	const struct orpc_client_options small = { .max_reply_bytes = 1000 };
	struct orpc_proc other = bridge_v1_program.procs[5];
	const struct want limit = { -OXDR_E_LIMIT, ORPC_STEP_DECODE,
		ORPC_EXECUTED_YES };
	struct orpc_call call = { 0 };
	struct orpc_client *second;
	basket wrong;
	blob out;
	int e;

	other.res = bridge_v1_program.procs[0].res;
	other.get_res = bridge_v1_program.procs[0].get_res;
	/* 0 or more is no fruit, or the start of too short a basket. */
	e = orpc_call_run(client, &call, &other, NULL, &wrong);
	result(e < 0 && call.error.step == ORPC_STEP_DECODE &&
	    call.error.executed == ORPC_EXECUTED_YES,
	    "%s: a result of another type: %s", at->transport,
	    orpc_error_name(e));
	orpc_tirpc_client_open(clnt, &bridge_v1_program, &small, &second);
	expect(at, "a result over the limit", &call,
	    bridge_v1_fill(second, &call, 5000, &out), limit);
	result(bridge_v1_fill(second, &call, 900, &out) == 0 &&
	    out.blob_len == 900, "%s: one below it", at->transport);
	orpc_client_close(second);
	orpc_call_fini(&call);
}

static void
try_too_large(const struct place *at, struct orpc_client *client)
{
	bool udp = strcmp(at->transport, "udp") == 0;
	struct orpc_call call = { 0 };
	blob in = { BRIDGE_ARGS_MAX + 4, NULL }, out;

	in.blob_val = calloc(1, in.blob_len);
	if (udp)
		expect(at, "arguments over a datagram", &call,
		    bridge_v1_echo(client, &call, &in, &out),
		    (struct want){ -OXDR_E_LIMIT, ORPC_STEP_ENCODE,
			ORPC_EXECUTED_NO });
	else if (at->native)
		expect(at, "arguments over the server's limit", &call,
		    bridge_v1_echo(client, &call, &in, &out),
		    (struct want){ ORPC_R_SYSTEM_ERR, ORPC_STEP_REPLY,
			ORPC_EXECUTED_MAYBE });
	if (udp && at->native)
		expect(at, "a result over a datagram", &call,
		    bridge_v1_fill(client, &call, 30000, &out),
		    (struct want){ ORPC_R_SYSTEM_ERR, ORPC_STEP_REPLY,
			ORPC_EXECUTED_MAYBE });
	free(in.blob_val);
	orpc_call_fini(&call);
}

/* ---- Programs and versions --------------------------------------------------- */

static void
try_programs(const struct place *at)
{
	struct orpc_program other = bridge_v1_program;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	CLIENT *clnt;
	int out;

	other.version = 9;
	clnt = place_client(at, BRIDGE, 9);
	result(orpc_tirpc_client_open(clnt, &bridge_v1_program, NULL,
	    &client) == -ORPC_E_INVAL, "%s: a CLIENT of another version",
	    at->transport);
	orpc_tirpc_client_open(clnt, &other, NULL, &client);
	expect(at, "a version that is not served", &call,
	    bridge_v1_count(client, &call, &out),
	    (struct want){ ORPC_R_PROG_MISMATCH, ORPC_STEP_REPLY,
		ORPC_EXECUTED_NO });
	result(call.error.low == 1 && call.error.high == 2,
	    "%s: %u to %u are", at->transport, call.error.low,
	    call.error.high);
	expect(at, "a call of another program", &call,
	    orpc_call_dynamic(client, &call, BRIDGE + 1, 9, 1, NULL, NULL,
		NULL, NULL),
	    (struct want){ -ORPC_E_NOTSUP, ORPC_STEP_ENCODE,
		ORPC_EXECUTED_NO });
	orpc_client_close(client);
	clnt_destroy(clnt);
	other.number = BRIDGE + 1;
	clnt = place_client(at, BRIDGE + 1, 9);
	orpc_tirpc_client_open(clnt, &other, NULL, &client);
	expect(at, "a program that is not served", &call,
	    bridge_v1_count(client, &call, &out),
	    (struct want){ ORPC_R_PROG_UNAVAIL, ORPC_STEP_REPLY,
		ORPC_EXECUTED_NO });
	orpc_client_close(client);
	clnt_destroy(clnt);
	orpc_call_fini(&call);
}

/* ---- Lost connections -------------------------------------------------------- */

static void
try_lost(const struct place *at)
{
	struct sockaddr_storage nobody = { .ss_family = AF_UNIX };
	struct netbuf addr = { sizeof(nobody), sizeof(nobody), &nobody };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	CLIENT *clnt;
	int fds[2], out;

	if (strcmp(at->transport, "unix") != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return;
	clnt = clnt_vc_create(fds[0], &addr, BRIDGE, BRIDGE_V1, 0, 0);
	orpc_tirpc_client_open(clnt, &bridge_v1_program, NULL, &client);
	shutdown(fds[1], SHUT_WR);
	expect(at, "the peer hangs up", &call,
	    bridge_v1_count(client, &call, &out),
	    (struct want){ -ORPC_E_CLOSED, ORPC_STEP_WAIT,
		ORPC_EXECUTED_MAYBE });
	close(fds[1]);
	expect(at, "the peer has hung up", &call,
	    bridge_v1_count(client, &call, &out),
	    (struct want){ -ORPC_E_CLOSED, ORPC_STEP_SEND,
		ORPC_EXECUTED_NO });
	result(call.error.os_errno == EPIPE, "%s: the system says %s",
	    at->transport, strerror(call.error.os_errno));
	orpc_client_close(client);
	clnt_destroy(clnt);
	close(fds[0]);
	orpc_call_fini(&call);
}

/* ---- What can't be had ------------------------------------------------------- */

static void
on_done(struct orpc_call *call, int e, const int *out, void *ctx)
{
	(void)call;
	(void)e;
	(void)out;
	*(bool *)ctx = true;
}

static void
try_refused(const struct place *at, CLIENT *clnt, struct orpc_client *client)
{
	struct orpc_auth_sys sys = { .uid = 1 };
	struct orpc_client_options with_sys = { .sys = &sys };
	struct orpc_client_options no_flags = {
		.flags = ORPC_CLIENT_RESERVED_PORT };
	struct orpc_call call = { 0 };
	struct orpc_client *other = NULL;
	bool done = false;
	int out;

	result(bridge_v1_count_async(client, &call, on_done, &done) ==
	    -ORPC_E_NOTSUP && !done, "%s: asynchronous calls are refused",
	    at->transport);
	result(orpc_client_share(client, &bridge_v2_program, &other) ==
	    -ORPC_E_NOTSUP, "%s: sharing is", at->transport);
	result(bridge_v1_serve_on(client, NULL) == -ORPC_E_NOTSUP,
	    "%s: serving on it is", at->transport);
	result(orpc_client_wait(client, 0) == -ORPC_E_INVAL &&
	    orpc_client_flush(client) == 0, "%s: waiting is; a flush is no harm",
	    at->transport);
	call.sys = &sys;
	expect(at, "credentials of a call's own", &call,
	    bridge_v1_count(client, &call, &out),
	    (struct want){ -ORPC_E_NOTSUP, ORPC_STEP_ENCODE,
		ORPC_EXECUTED_NO });
	result(orpc_tirpc_client_open(clnt, &bridge_v1_program, &with_sys,
	    &other) == -ORPC_E_NOTSUP && orpc_tirpc_client_open(clnt,
	    &bridge_v1_program, &no_flags, &other) == -ORPC_E_NOTSUP,
	    "%s: options without a meaning are", at->transport);
	orpc_call_fini(&call);
}

void
try_errors(const struct place *at)
{
	CLIENT *clnt = place_client(at, BRIDGE, BRIDGE_V1);
	struct orpc_client *client;

	orpc_tirpc_client_open(clnt, &bridge_v1_program, NULL, &client);
	try_refusals(at, client);
	if (at->native) {
		try_ends(at, client);
		try_later(at, client);
	}
	try_silence(at);
	try_results(at, clnt, client);
	try_too_large(at, client);
	try_refused(at, clnt, client);
	orpc_client_close(client);
	clnt_destroy(clnt);
	try_programs(at);
	try_lost(at);
}
