/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Handles: a program and its defaults on a set of calls.  And the calls of a
 * channel that somebody else opened: how a server calls its client back.
 */
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"
#include "runtime/channel/call.h"
#include "runtime/channel/parts.h"

int
orpc_i_client_new(struct calls *calls, const struct orpc_program *program,
    const struct orpc_client *like, struct orpc_client **out)
{
	struct orpc_client *client = calloc(1, sizeof(*client));

	if (!client)
		return -OXDR_E_NOMEM;
	client->call_timeout_ms = ORPC_CALL_TIMEOUT_MS;
	if (like) {
		client->call_timeout_ms = like->call_timeout_ms;
		client->reader_flags = like->reader_flags;
	}
	if (like && like->sys) {
		client->sys = malloc(sizeof(*client->sys));
		if (!client->sys) {
			free(client);
			return -OXDR_E_NOMEM;
		}
		*client->sys = *like->sys;
	}
	client->program = program;
	client->calls = orpc_i_calls_ref(calls);
	atomic_fetch_add(&calls->handles, 1);
	*out = client;
	return 0;
}

static void
client_end(struct orpc_client *client)
{
	free(client->sys);
	free(client);
}

bool
orpc_i_client_leave(struct orpc_client *client)
{
	bool closed = client->closed;

	if (!--client->users && closed)
		client_end(client);
	return closed;
}

struct calls *
orpc_i_client_free(struct orpc_client *client)
{
	struct calls *calls = client->calls;

	while (client->flights)
		orpc_i_flight_fail(client->flights, -ORPC_E_CANCELLED,
		    orpc_i_flight_step(client->flights));
	client->closed = true;
	if (!client->users)
		client_end(client);
	if (atomic_fetch_sub(&calls->handles, 1) == 1)
		calls->role->close(calls);
	return calls;
}

/* ---- Calling back --------------------------------------------------------- */

static int
back_need(struct calls *calls, struct orpc_error *error)
{
	(void)calls;
	error->step = ORPC_STEP_SEND;
	return -ORPC_E_CLOSED;
}

static void
back_lost(struct calls *calls, int reason)
{
	(void)reason;
	if (calls->loop)
		orpc_i_loop_timer_clear(calls->loop, &calls->timer);
}

/* The connection is the server's: it stays. */
static void
back_close(struct calls *calls)
{
	(void)calls;
}

static void
back_free(struct calls *calls)
{
	struct orpc_loop *loop = calls->loop;

	orpc_i_calls_fini(calls);
	free(calls);
	if (loop)
		orpc_i_loop_release(loop);
}

static const struct calls_role back_role = {
	.need = back_need,
	.lost = back_lost,
	.close = back_close,
	.free = back_free,
};

#define BACK_MAX_IN_FLIGHT 65536u

/* The channel's calls, made when first asked for; a reference.  NULL: the
 * channel has ended, or there is no memory (*out_e). */
static struct calls *
back_calls(struct channel *ch, int *out_e)
{
	struct calls *calls = atomic_load(&ch->calls);
	struct calls *fresh;

	*out_e = -ORPC_E_CLOSED;
	if (calls)
		return calls == CALLS_ENDED ? NULL : orpc_i_calls_ref(calls);
	*out_e = -OXDR_E_NOMEM;
	fresh = malloc(sizeof(*fresh));
	if (!fresh)
		return NULL;
	orpc_i_calls_init(fresh, &back_role, ch->loop, ch->sync,
	    BACK_MAX_IN_FLIGHT);
	if (ch->loop)
		orpc_i_loop_hold(ch->loop);
	fresh->channel = orpc_i_channel_ref(ch);
	orpc_sockaddr_format(ch->transport.ops->kind, &ch->peer.sa,
	    sizeof(ch->peer), fresh->where, sizeof(fresh->where));
	orpc_i_calls_ref(fresh);	/* the channel's */
	if (atomic_compare_exchange_strong(&ch->calls, &calls, fresh))
		return fresh;
	/* Another thread was faster, or the channel has ended. */
	fresh->channel = NULL;
	orpc_i_channel_unref(ch);
	back_free(fresh);
	return back_calls(ch, out_e);
}

int
orpc_i_client_on_channel(struct channel *ch,
    const struct orpc_program *program, struct orpc_client **out)
{
	struct calls *calls;
	int e;

	calls = back_calls(ch, &e);
	if (!calls)
		return e;
	e = orpc_i_client_new(calls, program, NULL, out);
	orpc_i_calls_unref(calls);
	return e;
}
