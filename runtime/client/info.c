/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is known of a handle's connection.
 */
#include "runtime/channel/sync.h"
#include "runtime/client/carry.h"
#include "runtime/client/session.h"

/* On a loop, to be asked on its thread, or before it runs. */
static int
client_where(struct orpc_client *client, bool peer, char *buf, size_t n)
{
	struct calls *calls = client->calls;
	char where[sizeof(calls->where)] = "";
	size_t len;

	orpc_i_sync_lock(calls->sync);
	if (calls->channel && calls->channel->transport.fd >= 0)
		orpc_i_transport_where(&calls->channel->transport, peer, where,
		    sizeof(where));
	else if (peer && orpc_i_calls_are_carried(calls))
		memcpy(where, calls->where, sizeof(where));
	orpc_i_sync_unlock(calls->sync);
	len = strlen(where);
	if (n) {
		if (len >= n)
			where[n - 1] = '\0';
		memcpy(buf, where, strlen(where) + 1);
	}
	return (int)len;
}

int
orpc_client_peer(struct orpc_client *client, char *buf, size_t n)
{
	return client_where(client, true, buf, n);
}

int
orpc_client_local(struct orpc_client *client, char *buf, size_t n)
{
	return client_where(client, false, buf, n);
}
