/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Blocking calls.
 *
 * On a handle without a loop, the flight lies on the caller's stack; the
 * caller sends, and reads if nobody does (channel/sync.c).  On a handle with a
 * loop, the flight is posted to it and the caller sleeps; the loop's own
 * thread is told that it would wait for itself.  What has neither goes to a
 * foreign carrier (carry.c).
 */
#include <semaphore.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/client/carry.h"
#include "runtime/client/run.h"
#include "runtime/client/session.h"

/* ---- Without a loop -------------------------------------------------------- */

static void
sync_on_done(struct flight *f)
{
	f->done = true;
	orpc_i_sync_wake_done(f->calls->sync);
}

/* A connection, made if need be.  A channel that another opened (a server's)
 * has no session and is there or not. */
static int
sync_connect(struct flight *f)
{
	struct calls *calls = f->calls;
	struct session *s;
	int64_t until;
	int e;

	/* A reader of the old connection has to leave it first. */
	while (calls->channel && calls->channel->state == CHANNEL_CLOSED) {
		orpc_i_sync_end(calls->sync, calls->channel);
		if (calls->channel)
			orpc_i_sync_sleep(calls->sync, NULL, f->deadline_ns);
	}
	if (calls->channel)
		return 0;
	e = calls->role->need(calls, &f->call->error);
	if (e != -ORPC_E_CLOSED || !orpc_i_calls_are_session(calls) ||
	    f->call->error.code)
		return e;
	s = orpc_i_session_of(calls);
	until = f->begun_ns + (int64_t)s->connect_timeout_ms * 1000000;
	e = orpc_i_session_connect(s, until < f->deadline_ns ? until :
	    f->deadline_ns);
	if (e)
		f->call->error = s->error;
	return e;
}

/* Waits for the end of a flight that started.  now: the time, if it was just
 * looked at; else 0. */
static void
sync_finish(struct flight *f, int64_t now)
{
	struct calls *calls = f->calls;
	struct channel *ch;
	int64_t until;
	int e;

	while (!f->done) {
		if (f->state == FLIGHT_QUEUED) {
			/* Lost with its connection; it may be repeated. */
			e = sync_connect(f);
			if (e && !f->done)
				orpc_i_flight_fail(f, e, ORPC_STEP_CONNECT);
			now = 0;
			continue;
		}
		ch = orpc_i_channel_ref(calls->channel);
		until = f->waiting.deadline_ns;
		e = orpc_i_sync_wait(calls->sync, ch, &f->done, now, until);
		now = 0;
		orpc_i_channel_unref(ch);
		if (e == -ORPC_E_TIMEOUT)
			orpc_i_calls_due(calls, orpc_now_ns());
		if (calls->channel)
			orpc_i_put_flush(calls->channel);
	}
}

/* A one-way call is over when the kernel has it. */
static void
sync_finish_oneway(struct flight *f)
{
	struct channel *ch = orpc_i_channel_ref(f->calls->channel);
	struct sync *sync = f->calls->sync;
	int e = 0;

	while (f->end_at > orpc_i_put_sent(ch) && !e) {
		if (ch->state == CHANNEL_CLOSED) {
			e = ch->reason;
			break;
		}
		orpc_i_sync_unlock(sync);
		e = orpc_i_transport_wait(&ch->transport,
		    ch->transport.want_send, f->deadline_ns);
		orpc_i_sync_lock(sync);
		orpc_i_put_flush(ch);
	}
	if (e && !f->done)
		orpc_i_flight_fail(f, e, ORPC_STEP_SEND);
	else if (!f->done)
		orpc_i_run_oneway_end(f);
	orpc_i_channel_unref(ch);
}

static int
run_sync(struct flight *f)
{
	struct calls *calls = f->calls;
	bool waited;
	uint32_t xid;
	int e = 0;

	f->on_done = sync_on_done;
	f->done = false;
	orpc_i_sync_lock(calls->sync);
	if (orpc_i_quick_run(f, &xid, &e)) {
		orpc_i_sync_unlock(calls->sync);
		return e;
	}
	/* The short way has waited for a reply; connecting may wait, too. */
	waited = xid || !calls->channel ||
	    calls->channel->state == CHANNEL_CLOSED;
	if (!xid)
		e = sync_connect(f);
	if (e) {
		orpc_i_flight_error(f, e, f->call->error.step ?
		    f->call->error.step : ORPC_STEP_CONNECT, ORPC_EXECUTED_NO);
	} else if (xid) {
		e = orpc_i_flight_join(f, xid);
	} else {
		e = orpc_i_flight_start(f);
	}
	if (!e) {
		orpc_i_put_flush(calls->channel);
		if (f->flags & FLIGHT_ONEWAY)
			sync_finish_oneway(f);
		else
			sync_finish(f, waited ? 0 : f->begun_ns);
		e = f->result;
	}
	orpc_i_sync_unlock(calls->sync);
	return f->reply.buf ? orpc_i_flight_decode(f) : e;
}

/* ---- On a loop ------------------------------------------------------------- */

struct posted {
	struct flight flight;
	struct orpc_i_task task;
	sem_t ended;
};

static void
posted_on_done(struct flight *f)
{
	struct posted *p = container_of(f, struct posted, flight);

	sem_post(&p->ended);
}

static void
posted_start(struct orpc_i_task *task)
{
	struct posted *p = container_of(task, struct posted, task);
	int e = orpc_i_flight_start(&p->flight);

	if (e) {
		p->flight.result = e;
		sem_post(&p->ended);
	} else if (p->flight.flags & FLIGHT_ONEWAY) {
		orpc_i_run_oneway_end(&p->flight);
	}
}

static int
run_posted(struct posted *p)
{
	struct flight *f = &p->flight;

	if (orpc_i_loop_is_mine(f->calls->loop)) {
		orpc_i_flight_error(f, -ORPC_E_DEADLOCK, ORPC_STEP_SEND,
		    ORPC_EXECUTED_NO);
		return -ORPC_E_DEADLOCK;
	}
	if (sem_init(&p->ended, 0, 0))
		return -ORPC_E_SYSTEM;
	f->on_done = posted_on_done;
	p->task.fn = posted_start;
	orpc_i_loop_post(f->calls->loop, &p->task);
	while (sem_wait(&p->ended))
		;
	sem_destroy(&p->ended);
	return f->result;
}

/* ---- Either ---------------------------------------------------------------- */

int
orpc_i_run(struct orpc_client *client, struct orpc_call *call,
    uint32_t program, uint32_t version, const struct orpc_proc *proc,
    const void *arg, void *out)
{
	struct calls *calls = orpc_i_calls_ref(client->calls);
	struct orpc_i_auth_sys sys;
	struct posted p;
	int e;

	e = orpc_i_flight_init(&p.flight, client, call, proc, &sys);
	if (!e) {
		p.flight.program = program;
		p.flight.version = version;
		p.flight.arg = arg;
		p.flight.out = out;
		p.flight.flags |= FLIGHT_BORROWED;
		if (calls->sync)
			e = run_sync(&p.flight);
		else
			e = calls->loop ? run_posted(&p) :
			    orpc_i_carry(&p.flight);
	}
	orpc_i_calls_unref(calls);
	return e;
}

int
orpc_call_run(struct orpc_client *client, struct orpc_call *call,
    const struct orpc_proc *proc, const void *arg, void *out)
{
	return orpc_i_run(client, call, client->program->number,
	    client->program->version, proc, arg, out);
}
