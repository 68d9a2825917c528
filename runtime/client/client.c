/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Handles as programs see them: opened, shared, asked, closed.
 */
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/parts.h"
#include "runtime/client/carry.h"
#include "runtime/client/session.h"

/* ---- Opening --------------------------------------------------------------- */

/* A connection made elsewhere, on its way to the loop. */
struct handover {
	struct orpc_i_task task;
	struct session *s;
	struct transport transport;
	struct orpc_i_sockaddr peer;
};

static void
handover_arrived(struct orpc_i_task *task)
{
	struct handover *h = container_of(task, struct handover, task);
	struct session *s = h->s;
	int e = -ORPC_E_CANCELLED;

	s->connecting = false;
	if (!s->closed)
		e = orpc_i_session_connected(s, &h->transport, &h->peer);
	if (e) {
		h->transport.ops->close(&h->transport);
		orpc_i_session_failed(s, e, ORPC_STEP_CONNECT, 0,
		    s->calls.where);
		orpc_i_calls_fail(&s->calls, e, &s->error);
	}
	orpc_i_calls_unref(&s->calls);
	free(h);
}

/* A handle on a loop that may not be running yet: connects here, and gives
 * the loop the connection. */
static int
open_for_loop(struct session *s, int64_t deadline_ns)
{
	struct handover *h = calloc(1, sizeof(*h));
	int e;

	if (!h)
		return -OXDR_E_NOMEM;
	e = orpc_i_session_attempt(s, deadline_ns, &h->transport, &h->peer);
	if (e) {
		free(h);
		return e;
	}
	h->s = s;
	h->task.fn = handover_arrived;
	s->connecting = true;
	orpc_i_calls_ref(&s->calls);
	orpc_i_loop_post(s->calls.loop, &h->task);
	return 0;
}

/* Connects a fresh session on its caller's thread. */
static int
open_wait(struct session *s, struct orpc_error *error)
{
	int64_t begun = orpc_now_ns();
	int64_t until = begun + (int64_t)s->connect_timeout_ms * 1000000;
	int e;

	if (s->calls.loop) {
		e = open_for_loop(s, until);
	} else {
		orpc_i_sync_lock(&s->sync);
		e = orpc_i_session_connect(s, until);
		orpc_i_sync_unlock(&s->sync);
	}
	if (e && error) {
		*error = s->error;
		error->code = e;
		error->elapsed_ms = (uint32_t)((orpc_now_ns() - begun) /
		    1000000);
	}
	return e;
}

int
orpc_client_open(const char *address, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out,
    struct orpc_error *error)
{
	struct session *s;
	int e;

	e = orpc_i_session_new(address, program, options, &s, error);
	if (e)
		return e;
	e = orpc_i_session_handle(s, program, options, out);
	orpc_i_calls_unref(&s->calls);
	if (e)
		return e;
	e = open_wait(s, error);
	if (e) {
		orpc_client_close(*out);
		*out = NULL;
	}
	return e;
}

int
orpc_client_start(const char *address, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out)
{
	struct session *s;
	int e;

	if (!options || !options->loop)
		return -ORPC_E_INVAL;
	e = orpc_i_session_new(address, program, options, &s, NULL);
	if (e)
		return e;
	e = orpc_i_session_handle(s, program, options, out);
	orpc_i_calls_unref(&s->calls);
	return e;
}

int
orpc_client_share(struct orpc_client *client,
    const struct orpc_program *program, struct orpc_client **out)
{
	if (orpc_i_calls_are_carried(client->calls))
		return -ORPC_E_NOTSUP;
	return orpc_i_client_new(client->calls, program, client, out);
}

/* ---- Closing --------------------------------------------------------------- */

static void
close_on_loop(struct orpc_i_task *task)
{
	struct orpc_client *client = container_of(task, struct orpc_client,
	    task);

	orpc_i_calls_unref(orpc_i_client_free(client));
}

void
orpc_client_close(struct orpc_client *client)
{
	struct calls *calls;

	if (!client)
		return;
	calls = client->calls;
	if (calls->loop) {
		client->task.fn = close_on_loop;
		if (orpc_i_loop_is_mine(calls->loop))
			close_on_loop(&client->task);
		else
			orpc_i_loop_post(calls->loop, &client->task);
		return;
	}
	orpc_i_sync_lock(calls->sync);
	calls = orpc_i_client_free(client);
	orpc_i_sync_unlock(calls->sync);
	orpc_i_calls_unref(calls);
}
