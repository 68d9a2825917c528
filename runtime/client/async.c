/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asynchronous calls.
 *
 * The flight is kept with the caller's struct from one call to the next, so
 * that starting one takes no memory.  On the loop's own thread it starts at
 * once; another thread encodes the arguments and posts it.
 *
 * Cancelling may come from any thread and meet the end of the call on its
 * way: `cancel` says whether the loop still holds the flight's task, and the
 * serial number whether the call it meant is over.
 */
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/sync.h"
#include "runtime/client/carry.h"
#include "runtime/client/run.h"

enum { CANCEL_NONE, CANCEL_POSTED, CANCEL_ORPHANED };

/* What orpc_call.pending points to.  `running` from the start until just
 * before the user's function runs; of the loop's thread. */
struct async {
	struct flight flight;
	struct orpc_i_auth_sys sys;
	orpc_finish_fn *finish;
	orpc_any_fn *on_done;
	void *ctx;
	struct orpc_i_task start;
	struct orpc_i_task cancel;
	atomic_int cancel_state;
	_Atomic uint64_t serial;
	uint64_t cancel_serial;
	bool running;
	bool cancelled;			/* before it started */
};

static void
async_ended(struct flight *f)
{
	struct async *a = container_of(f, struct async, flight);
	orpc_finish_fn *finish = a->finish;

	a->running = false;
	orpc_i_loop_forget(f->calls->loop, &a->start);
	/* Behind this the call, and with it a, may be anything. */
	finish(f->call, f->result, f->result || !f->proc->res ? NULL : f->out,
	    a->on_done, a->ctx);
}

/* Ends a flight that never started. */
static void
async_end_now(struct async *a, int result)
{
	if (result == -ORPC_E_CANCELLED)
		orpc_i_flight_error(&a->flight, result, ORPC_STEP_SEND,
		    ORPC_EXECUTED_NO);
	a->flight.result = result;
	async_ended(&a->flight);
}

/* On the loop: a flight started elsewhere, or a one-way call's end. */
static void
async_on_start(struct orpc_i_task *task)
{
	struct async *a = container_of(task, struct async, start);
	int e;

	if (a->flight.state == FLIGHT_NEW) {
		e = -ORPC_E_CANCELLED;
		if (!a->cancelled)
			e = orpc_i_flight_start(&a->flight);
		if (e) {
			async_end_now(a, e);
			return;
		}
	}
	if (a->flight.flags & FLIGHT_ONEWAY)
		orpc_i_run_oneway_end(&a->flight);
}

static void
async_free(struct async *a)
{
	oxdr_writer_fini(&a->flight.args);
	free(a);
}

static void
async_on_cancel(struct orpc_i_task *task)
{
	struct async *a = container_of(task, struct async, cancel);
	uint64_t serial = a->cancel_serial;

	if (atomic_exchange(&a->cancel_state, CANCEL_NONE) ==
	    CANCEL_ORPHANED) {
		async_free(a);
		return;
	}
	if (!a->running || atomic_load(&a->serial) != serial)
		return;
	orpc_i_flight_fail(&a->flight, -ORPC_E_CANCELLED,
	    orpc_i_flight_step(&a->flight));
}

/* The call's flight, made with its first asynchronous call. */
static struct async *
async_of(struct orpc_call *call)
{
	struct async *a = call->pending;

	if (a)
		return a;
	a = calloc(1, sizeof(*a));
	if (!a)
		return NULL;
	oxdr_writer_init(&a->flight.args, NULL, SIZE_MAX);
	a->start.fn = async_on_start;
	a->cancel.fn = async_on_cancel;
	call->pending = a;
	return a;
}

/* Must the arguments outlive the start in a form of their own?  On their way
 * to the loop, and for what may be put again: datagrams, and any call whose
 * connection is lost before it has left. */
static bool
async_must_keep(const struct flight *f, bool foreign)
{
	const struct calls *calls = f->calls;

	if (f->flags & FLIGHT_BORROWED)
		return false;
	return foreign || calls->flags & CALLS_REPEAT || !calls->channel ||
	    calls->channel->transport.ops->datagram;
}

static int
async_start(struct async *a, bool foreign)
{
	struct flight *f = &a->flight;
	int e = 0;

	if (async_must_keep(f, foreign)) {
		e = orpc_i_flight_keep(f);
		if (e) {
			orpc_i_flight_error(f, e, ORPC_STEP_ENCODE,
			    ORPC_EXECUTED_NO);
			return e;
		}
	}
	a->running = true;
	a->cancelled = false;
	if (foreign) {
		orpc_i_loop_post(f->calls->loop, &a->start);
		return 0;
	}
	e = orpc_i_flight_start(f);
	if (e)
		a->running = false;
	else if (f->flags & FLIGHT_ONEWAY)
		orpc_i_loop_later(f->calls->loop, &a->start);
	return e;
}

int
orpc_call_start(struct orpc_client *client, struct orpc_call *call,
    const struct orpc_proc *proc, const void *arg, orpc_finish_fn *finish,
    orpc_any_fn *on_done, void *ctx)
{
	struct async *a;
	struct flight *f;
	bool foreign;
	int e;

	if (!client->calls->loop)
		return orpc_i_calls_are_carried(client->calls) ?
		    -ORPC_E_NOTSUP : -ORPC_E_INVAL;
	a = async_of(call);
	if (!a)
		return -OXDR_E_NOMEM;
	foreign = !orpc_i_loop_is_mine(client->calls->loop);
	f = &a->flight;
	e = orpc_i_flight_init(f, client, call, proc, &a->sys);
	if (e)
		return e;
	oxdr_writer_reset(&f->args);
	f->program = client->program->number;
	f->version = client->program->version;
	f->arg = arg;
	f->flags |= FLIGHT_ASYNC;
	if (call->flags & ORPC_CALL_BORROW)
		f->flags |= FLIGHT_BORROWED;
	f->on_done = async_ended;
	a->finish = finish;
	a->on_done = on_done;
	a->ctx = ctx;
	atomic_fetch_add(&a->serial, 1);
	return async_start(a, foreign);
}

void
orpc_call_cancel(struct orpc_call *call)
{
	struct async *a = call->pending;
	int none = CANCEL_NONE;
	struct orpc_loop *loop;

	if (!a || !a->flight.calls)
		return;
	loop = a->flight.calls->loop;
	if (orpc_i_loop_is_mine(loop)) {
		if (a->flight.state == FLIGHT_NEW)
			a->cancelled = true;
		else if (a->running)
			orpc_i_flight_fail(&a->flight, -ORPC_E_CANCELLED,
			    orpc_i_flight_step(&a->flight));
		return;
	}
	if (!atomic_compare_exchange_strong(&a->cancel_state, &none,
	    CANCEL_POSTED))
		return;
	a->cancel_serial = atomic_load(&a->serial);
	orpc_i_loop_post(loop, &a->cancel);
}

void
orpc_call_fini(struct orpc_call *call)
{
	struct async *a = call->pending;

	oxdr_arena_fini(&call->arena);
	call->pending = NULL;
	if (a && atomic_exchange(&a->cancel_state, CANCEL_ORPHANED) !=
	    CANCEL_POSTED)
		async_free(a);
}

/* ---- Flushing --------------------------------------------------------------- */

struct flush {
	struct orpc_i_task task;
	struct calls *calls;
};

static void
flush_on_loop(struct orpc_i_task *task)
{
	struct flush *flush = container_of(task, struct flush, task);

	if (flush->calls->channel)
		orpc_i_put_flush(flush->calls->channel);
	orpc_i_calls_unref(flush->calls);
	free(flush);
}

int
orpc_client_flush(struct orpc_client *client)
{
	struct calls *calls = client->calls;
	struct flush *flush;

	if (!calls->loop || orpc_i_loop_is_mine(calls->loop)) {
		orpc_i_sync_lock(calls->sync);
		if (calls->channel)
			orpc_i_put_flush(calls->channel);
		orpc_i_sync_unlock(calls->sync);
		return 0;
	}
	flush = malloc(sizeof(*flush));
	if (!flush)
		return -OXDR_E_NOMEM;
	flush->task.fn = flush_on_loop;
	flush->calls = orpc_i_calls_ref(calls);
	orpc_i_loop_post(calls->loop, &flush->task);
	return 0;
}
