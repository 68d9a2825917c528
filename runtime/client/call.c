/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The caller's struct: set up, given back; calls by numbers; the null
 * procedure.
 */
#include <string.h>

#include "runtime/client/run.h"

void
orpc_call_timeout(struct orpc_call *call, uint32_t timeout_ms)
{
	call->deadline_ns = orpc_now_ns() + (int64_t)timeout_ms * 1000000;
}

void
orpc_call_reset(struct orpc_call *call)
{
	oxdr_arena_reset(&call->arena);
}

/* When the call is over at the latest. */
static int64_t
call_deadline(const struct orpc_client *client, const struct orpc_call *call,
    const struct orpc_proc *proc, int64_t now_ns)
{
	int64_t span = (int64_t)client->call_timeout_ms * 1000000;

	if (call->deadline_ns)
		return call->deadline_ns;
	if (proc->deadline_ns && proc->deadline_ns <= INT64_MAX / 4)
		span = (int64_t)proc->deadline_ns;
	return now_ns + span;
}

int
orpc_i_flight_init(struct flight *f, struct orpc_client *client,
    struct orpc_call *call, const struct orpc_proc *proc,
    struct orpc_i_auth_sys *sys)
{
	int e;

	memset(f, 0, offsetof(struct flight, args));
	memset(&call->error, 0, sizeof(call->error));
	oxdr_arena_reset(&call->arena);
	f->calls = client->calls;
	f->client = client;
	f->call = call;
	f->proc = proc;
	f->begun_ns = orpc_now_ns();
	f->deadline_ns = call_deadline(client, call, proc, f->begun_ns);
	f->auth = client->sys ? &client->sys->auth : NULL;
	if (call->flags & ORPC_CALL_ONEWAY || proc->flags & ORPC_PROC_ONEWAY)
		f->flags |= FLIGHT_ONEWAY;
	if (call->flags & ORPC_CALL_BATCH)
		f->flags |= FLIGHT_NO_FLUSH;
	if (!call->sys)
		return 0;
	e = orpc_i_auth_sys_init(sys, call->sys);
	if (e) {
		call->error.code = e;
		call->error.step = ORPC_STEP_ENCODE;
		return e;
	}
	f->auth = &sys->auth;
	return 0;
}

void
orpc_i_run_oneway_end(struct flight *f)
{
	/* Else it is still queued for a connection. */
	if (f->state == FLIGHT_WAITING)
		orpc_i_flight_complete(f, 0);
}

int
orpc_call_dynamic(struct orpc_client *client, struct orpc_call *call,
    uint32_t program, uint32_t version, uint32_t procedure,
    const struct oxdr_type *arg_type, const void *arg,
    const struct oxdr_type *res_type, void *out)
{
	const struct orpc_proc proc = {
		.number = procedure,
		.name = "",
		.arg = arg_type,
		.res = res_type,
	};

	return orpc_i_run(client, call, program, version, &proc, arg, out);
}

int
orpc_client_ping(struct orpc_client *client, struct orpc_call *call)
{
	static const struct orpc_proc null = {
		.name = "NULL",
		.flags = ORPC_PROC_IDEMPOTENT,
	};

	return orpc_call_run(client, call, &null, NULL, NULL);
}
