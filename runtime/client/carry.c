/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls by a foreign carrier.
 *
 * Such a handle has calls like any other, but neither loop nor lock nor
 * channel: a call is encoded, handed over as bytes, and what comes back is
 * decoded, all on its caller's thread.  The carrier waits; nothing is pending
 * here.
 */
#include "runtime/client/carry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/carrier.h>

struct carried_calls {
	struct calls calls;
	const struct orpc_carrier *carrier;
	void *ctx;
	size_t max_reply_bytes;
	uint32_t reader_flags;
};

static struct carried_calls *
carried_of(struct calls *calls)
{
	return (struct carried_calls *)calls;
}

/* ---- What owns the calls -------------------------------------------------- */

/* Never asked: there is no connection to need or to lose. */
static int
carried_need(struct calls *calls, struct orpc_error *error)
{
	(void)calls;
	(void)error;
	return -ORPC_E_CLOSED;
}

static void
carried_lost(struct calls *calls, int reason)
{
	(void)calls;
	(void)reason;
}

/* Calls may be under way on other threads: it ends with the last. */
static void
carried_close(struct calls *calls)
{
	(void)calls;
}

static void
carried_free(struct calls *calls)
{
	struct carried_calls *c = carried_of(calls);

	if (c->carrier->close)
		c->carrier->close(c->ctx);
	orpc_i_calls_fini(calls);
	free(c);
}

static const struct calls_role carried_role = {
	.need = carried_need,
	.lost = carried_lost,
	.close = carried_close,
	.free = carried_free,
};

bool
orpc_i_calls_are_carried(const struct calls *calls)
{
	return calls->role == &carried_role;
}

/* ---- Opening --------------------------------------------------------------- */

int
orpc_client_carry(const struct orpc_carrier *carrier, void *ctx,
    const char *where, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out)
{
	static const struct orpc_client_options defaults;
	const struct orpc_client_options *o = options ? options : &defaults;
	struct carried_calls *c;
	int e;

	if (o->loop || o->sys || o->flags & ~ORPC_CLIENT_RELAXED)
		return -ORPC_E_NOTSUP;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -OXDR_E_NOMEM;
	orpc_i_calls_init(&c->calls, &carried_role, NULL, NULL, 0);
	e = orpc_i_client_new(&c->calls, program, NULL, out);
	if (e) {
		orpc_i_calls_fini(&c->calls);
		free(c);
		return e;
	}
	c->carrier = carrier;
	c->ctx = ctx;
	c->max_reply_bytes = o->max_reply_bytes ? o->max_reply_bytes :
	    ORPC_REPLY_MAX;
	snprintf(c->calls.where, sizeof(c->calls.where), "%s",
	    where ? where : "");
	if (o->call_timeout_ms)
		(*out)->call_timeout_ms = o->call_timeout_ms;
	if (o->flags & ORPC_CLIENT_RELAXED)
		c->reader_flags = OXDR_READER_ANY_ENUM |
		    OXDR_READER_ANY_BOOL | OXDR_READER_ANY_PADDING |
		    OXDR_READER_TRAILING;
	orpc_i_calls_unref(&c->calls);
	return 0;
}

/* ---- A call ---------------------------------------------------------------- */

/* The call fails on our side. */
static int
carry_fail(struct flight *f, int result, enum orpc_step step,
    enum orpc_executed executed)
{
	orpc_i_flight_error(f, result, step, executed);
	return result;
}

/* Decodes the result; the handle may be closed by now.  A reply in several pieces is put together in the
 * call's arena, and may then stay there. */
static int
carry_get(struct flight *f, struct oxdr_writer *reply)
{
	size_t n = oxdr_writer_size(reply);
	const struct oxdr_piece *pieces = NULL;
	const void *bytes = NULL;
	struct oxdr_reader r;
	size_t n_pieces = 0;
	void *whole;
	int e;

	e = oxdr_writer_iov(reply, &pieces, &n_pieces);
	if (!e && n_pieces > 1) {
		whole = oxdr_arena_take(&f->call->arena, n, 8);
		e = whole ? oxdr_writer_copy(reply, whole, n) : -OXDR_E_NOMEM;
		bytes = whole;
	} else if (!e && n_pieces == 1) {
		bytes = pieces[0].base;
	}
	oxdr_reader_init(&r, bytes, n);
	r.flags = carried_of(f->calls)->reader_flags;
	if (n_pieces > 1)
		r.flags |= OXDR_READER_BORROW;
	if (!e)
		e = orpc_i_flight_get(f, &r);
	if (!e)
		return 0;
	f->call->error.offset = (uint32_t)oxdr_reader_offset(&r);
	return carry_fail(f, e, ORPC_STEP_DECODE, ORPC_EXECUTED_YES);
}

static int
carry_over(struct flight *f, struct oxdr_writer *reply)
{
	struct carried_calls *c = carried_of(f->calls);
	struct orpc_error *error = &f->call->error;
	struct orpc_carried carried = {
		.program = f->program,
		.version = f->version,
		.procedure = f->proc->number,
		.flags = f->flags & FLIGHT_ONEWAY ? ORPC_CALL_ONEWAY : 0,
		.n_bytes = oxdr_writer_size(&f->args),
		.deadline_ns = f->deadline_ns,
		.reply = reply,
		.error = error,
	};
	int e = oxdr_writer_iov(&f->args, &carried.args, &carried.n_args);

	if (e)
		return carry_fail(f, e, ORPC_STEP_ENCODE, ORPC_EXECUTED_NO);
	error->step = ORPC_STEP_WAIT;
	error->executed = ORPC_EXECUTED_MAYBE;
	e = c->carrier->call(c->ctx, &carried);
	if (e)
		return carry_fail(f, e, error->step, error->executed);
	memset(error, 0, sizeof(*error));
	return f->flags & FLIGHT_ONEWAY ? 0 : carry_get(f, reply);
}

int
orpc_i_carry(struct flight *f)
{
	struct oxdr_writer reply;
	int e;

	if (f->auth)
		return carry_fail(f, -ORPC_E_NOTSUP, ORPC_STEP_ENCODE,
		    ORPC_EXECUTED_NO);
	if (f->deadline_ns <= f->begun_ns)
		return carry_fail(f, -ORPC_E_TIMEOUT, ORPC_STEP_SEND,
		    ORPC_EXECUTED_NO);
	oxdr_writer_init(&f->args, NULL, SIZE_MAX);
	oxdr_writer_init(&reply, NULL, carried_of(f->calls)->max_reply_bytes);
	if (f->proc->flags & ORPC_PROC_SECRET) {
		oxdr_writer_mark_secret(&reply);
		oxdr_arena_mark_secret(&f->call->arena);
	}
	e = orpc_i_flight_keep(f);
	if (e)
		carry_fail(f, e, ORPC_STEP_ENCODE, ORPC_EXECUTED_NO);
	else
		e = carry_over(f, &reply);
	oxdr_writer_fini(&reply);
	oxdr_writer_fini(&f->args);
	return e;
}
