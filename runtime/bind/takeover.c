/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Takes over the registration that a former self of a server left behind: its
 * owner is ours, and nobody answers where it points.
 */
#include "runtime/bind/takeover.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/io/addr.h"

#define NS_PER_S INT64_C(1000000000)
#define PROBE_S 1

/* "0.0.0.0" can't be connected to: its loopback can. */
static int
probe_address(const struct orpc_i_mapping *map, char *buf, size_t n)
{
	struct orpc_i_sockaddr a, loopback;
	enum orpc_transport_kind transport;
	const struct sockaddr *sa = (const struct sockaddr *)&a.ss;

	if (orpc_uaddr_to_sockaddr(map->netid, map->uaddr, &a.ss, &a.n))
		return -ORPC_E_ADDRESS;
	transport = strncmp(map->netid, "udp", 3) ? ORPC_TCP : ORPC_UDP;
	orpc_i_sockaddr_numeric(sa->sa_family == AF_INET6 ? "::" : "0.0.0.0",
	    orpc_i_sockaddr_port(sa), &loopback);
	if (sa->sa_family != AF_UNIX && orpc_i_sockaddr_equal(sa, a.n,
	    orpc_i_sockaddr_ptr(&loopback), loopback.n))
		orpc_i_sockaddr_numeric(sa->sa_family == AF_INET6 ? "::1" :
		    "127.0.0.1", orpc_i_sockaddr_port(sa), &a);
	orpc_sockaddr_format(transport, (const struct sockaddr *)&a.ss, a.n,
	    buf, n);
	return 0;
}

/*
 * Does somebody serve the version there?  Only a clear no counts: nobody
 * listens, or who does answers that the program or version is not his.
 */
static bool
holder_is_dead(const struct orpc_i_mapping *map, int64_t deadline_ns)
{
	const struct orpc_program program = { .number = map->program,
	    .version = map->version };
	const int64_t until = orpc_now_ns() + PROBE_S * NS_PER_S;
	struct orpc_client_options options = {
		.connect_timeout_ms = PROBE_S * 1000,
		.flags = ORPC_CLIENT_NO_RECONNECT };
	struct orpc_client *client;
	struct orpc_call call = { .deadline_ns = until < deadline_ns ? until :
	    deadline_ns };
	char address[200];
	int result;

	if (probe_address(map, address, sizeof(address)))
		return true;
	result = orpc_client_open(address, &program, &options, &client, NULL);
	if (result)
		return result == -ORPC_E_CONNECT;
	result = orpc_call_dynamic(client, &call, map->program, map->version,
	    0, NULL, NULL, NULL, NULL);
	orpc_client_close(client);
	orpc_call_fini(&call);
	return result == ORPC_R_PROG_UNAVAIL ||
	    result == ORPC_R_PROG_MISMATCH || result == -ORPC_E_CONNECT ||
	    result == -ORPC_E_IO;
}

/* Does the mapping's port belong to us, who are about to register it? */
static bool
is_our_place(const struct orpc_i_mapping *held,
    const struct orpc_i_mapping *ours)
{
	struct orpc_i_sockaddr a, b;

	if (!strcmp(held->uaddr, ours->uaddr))
		return true;
	if (orpc_uaddr_to_sockaddr(held->netid, held->uaddr, &a.ss, &a.n) ||
	    orpc_uaddr_to_sockaddr(ours->netid, ours->uaddr, &b.ss, &b.n))
		return false;
	return orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&a)) != 0 &&
	    orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&a)) ==
	    orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&b));
}

int
orpc_i_take_over(struct orpc_i_session *s, const struct orpc_i_mapping *map,
    struct orpc_i_mapping *out_held)
{
	char owner[ORPC_I_OWNER_MAX], self[16];
	bool done = false;
	int result;

	*out_held = *map;
	result = orpc_i_session_holder(s, out_held, owner);

	if (result == -ORPC_E_NOTFOUND)
		return -ORPC_E_DENIED;
	if (result)
		return result;
	snprintf(self, sizeof(self), "%u", (unsigned)geteuid());
	if (owner[0] >= '0' && owner[0] <= '9' && strcmp(owner, self) != 0)
		return -ORPC_E_EXISTS;
	if (!is_our_place(out_held, map) && !holder_is_dead(out_held,
	    s->deadline_ns))
		return -ORPC_E_EXISTS;
	result = orpc_i_session_unset(s, out_held, &done);
	if (result)
		return result;
	if (!done)
		return -ORPC_E_EXISTS;
	result = orpc_i_session_set(s, map, &done);
	if (result)
		return result;
	return done ? 0 : -ORPC_E_DENIED;
}
