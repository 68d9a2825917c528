/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Serving on the connection that a handle opened: the peer's calls go through
 * the same dispatcher as a server's.  Without a loop, whichever thread reads
 * serves them on its own stack, several at a time.
 */
#include <stdlib.h>

#include "runtime/channel/dispatch.h"
#include "runtime/channel/parts.h"
#include "runtime/client/session.h"

struct session_service {
	struct service_table services;
	struct dispatcher dispatcher;
};

static void
service_free(struct session_service *service)
{
	orpc_i_dispatcher_fini(&service->dispatcher);
	orpc_i_services_fini(&service->services);
	free(service);
}

void
orpc_i_session_unserve(struct session *s)
{
	struct session_service *service = atomic_load(&s->service);

	if (service)
		service_free(service);
}

/* The session's dispatcher, made when first needed.  NULL: no memory. */
static struct session_service *
session_service(struct session *s)
{
	struct session_service *service = atomic_load(&s->service);
	struct session_service *none = NULL;

	if (service)
		return service;
	service = calloc(1, sizeof(*service));
	if (!service || orpc_i_services_init(&service->services)) {
		free(service);
		return NULL;
	}
	orpc_i_dispatcher_init(&service->dispatcher, s->calls.loop,
	    &service->services);
	if (s->flags & ORPC_CLIENT_RELAXED)
		service->dispatcher.reader_flags = DISPATCH_RELAXED;
	if (atomic_compare_exchange_strong(&s->service, &none, service))
		return service;
	service_free(service);
	return none;
}

int
orpc_client_serve(struct orpc_client *client,
    const struct orpc_service *service, const void *ops)
{
	struct session_service *mine;

	if (!orpc_i_calls_are_session(client->calls))
		return -ORPC_E_NOTSUP;
	mine = session_service(orpc_i_session_of(client->calls));
	if (!mine)
		return -OXDR_E_NOMEM;
	return orpc_i_services_add(&mine->services, service, ops, NULL);
}

/* ---- The channel's role --------------------------------------------------- */

/* With nothing registered the table is empty, and the answer PROG_UNAVAIL. */
static int
session_on_call(struct channel *ch, const struct message *m)
{
	struct session_service *service = session_service(ch->owner);

	if (!service)
		return -OXDR_E_NOMEM;
	/* Over datagrams nobody calls back. */
	if (ch->transport.ops->datagram)
		return 0;
	return orpc_i_dispatch(&service->dispatcher, ch,
	    orpc_i_channel_extra(ch), m);
}

static void
session_on_close(struct channel *ch, int reason)
{
	struct session *s = ch->owner;
	struct session_service *service = atomic_load(&s->service);

	(void)reason;
	if (service)
		orpc_i_dispatch_peer_fini(&service->dispatcher,
		    orpc_i_channel_extra(ch));
}

/* Requests that are still open keep the channel, and that the session. */
static void
session_on_free(struct channel *ch)
{
	struct session *s = ch->owner;

	orpc_i_calls_unref(&s->calls);
}

const struct channel_role orpc_i_session_role = {
	.on_call = session_on_call,
	.on_close = session_on_close,
	.on_free = session_on_free,
};

const size_t orpc_i_session_extra = sizeof(struct dispatch_peer);

/* ---- Between calls -------------------------------------------------------- */

int
orpc_client_wait(struct orpc_client *client, int timeout_ms)
{
	struct calls *calls = client->calls;
	int64_t until = INT64_MAX;
	struct channel *ch;
	int e = -ORPC_E_CLOSED;

	if (!calls->sync)
		return -ORPC_E_INVAL;
	if (timeout_ms >= 0)
		until = orpc_now_ns() + (int64_t)timeout_ms * 1000000;
	orpc_i_calls_ref(calls);
	orpc_i_sync_lock(calls->sync);
	ch = calls->channel;
	if (ch) {
		orpc_i_channel_ref(ch);
		e = orpc_i_sync_wait(calls->sync, ch, NULL, 0, until);
		if (e == -ORPC_E_TIMEOUT)
			e = 0;
		else if (ch->reason == -ORPC_E_IO)
			e = ch->reason;
		orpc_i_channel_unref(ch);
	}
	orpc_i_sync_unlock(calls->sync);
	orpc_i_calls_unref(calls);
	return e;
}
