/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A conversation with a binder, waiting.  It starts in version 4; a binder
 * that does not speak it says so (PROG_MISMATCH and its kin), and then the
 * rest of the session is held in 3, or in the portmapper's 2.
 */
#include "runtime/bind/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "runtime/client/find.h"
#include "runtime/io/addr.h"

#define REPLY_MAX ((size_t)8 << 20)

enum { SET = 1, UNSET = 2, DUMP = 4 };

const struct orpc_program *
orpc_i_binder_program(uint32_t version)
{
	switch (version) {
	case 2: return &orpc_i_pmap_v2_program;
	case 3: return &orpc_i_rpcb_v3_program;
	default: return &orpc_i_rpcb_v4_program;
	}
}

static uint32_t
ms_left(int64_t deadline_ns)
{
	int64_t left = (deadline_ns - orpc_now_ns()) / 1000000;

	return left < 1 ? 1 : left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

int
orpc_i_session_open(struct orpc_i_session *s, const char *binder,
    int64_t deadline_ns, struct orpc_error *error)
{
	const char *addresses[ORPC_I_BINDER_ADDRESSES] = { binder };
	int n = binder ? 1 : orpc_i_binder_addresses(addresses);
	int result = -ORPC_E_BINDER;
	struct orpc_error e = { 0 };

	*s = (struct orpc_i_session){ .version = 4,
	    .deadline_ns = deadline_ns };
	for (int i = 0; i < n; i++) {
		struct orpc_client_options options = {
			.connect_timeout_ms = ms_left(deadline_ns),
			.max_reply_bytes = REPLY_MAX,
			.flags = ORPC_CLIENT_NO_RECONNECT };

		result = orpc_client_open(addresses[i],
		    orpc_i_binder_program(4), &options, &s->client, &e);
		if (result == 0)
			return 0;
	}
	if (result == -ORPC_E_CONNECT)
		result = -ORPC_E_BINDER;
	e.code = result;
	if (e.step != ORPC_STEP_RESOLVE)
		e.step = ORPC_STEP_BINDER;
	if (error)
		*error = e;
	return result;
}

void
orpc_i_session_close(struct orpc_i_session *s)
{
	orpc_client_close(s->client);
	orpc_call_fini(&s->call);
	s->client = NULL;
}

/* Goes down one version; false at the bottom. */
static bool
session_lower(struct orpc_i_session *s)
{
	struct orpc_client *old = s->client;

	if (s->version <= 2)
		return false;
	s->version--;
	if (orpc_client_share(old, orpc_i_binder_program(s->version),
	    &s->client))
		return false;
	orpc_client_close(old);
	return true;
}

static bool
is_other_version(int result)
{
	return result == ORPC_R_PROG_MISMATCH ||
	    result == ORPC_R_PROG_UNAVAIL || result == ORPC_R_PROC_UNAVAIL;
}

static int
session_call(struct orpc_i_session *s, uint32_t procedure, const void *arg,
    void *out)
{
	s->call.deadline_ns = s->deadline_ns;
	return orpc_call_run(s->client, &s->call, orpc_program_proc(
	    orpc_i_binder_program(s->version), procedure), arg, out);
}

/* The same triple for version 2: -1 for transports that it does not know. */
static int
to_pmap(const struct orpc_i_mapping *map, struct orpc_i_pmap_mapping *out)
{
	struct sockaddr_storage ss;
	socklen_t n;

	*out = (struct orpc_i_pmap_mapping){ .prog = map->program,
	    .vers = map->version };
	if (!strcmp(map->netid, "tcp"))
		out->prot = 6;
	else if (!strcmp(map->netid, "udp"))
		out->prot = 17;
	else
		return -1;
	if (orpc_uaddr_to_sockaddr(map->netid, map->uaddr, &ss, &n) == 0)
		out->port = orpc_i_sockaddr_port((struct sockaddr *)&ss);
	return 0;
}

static int
session_change(struct orpc_i_session *s, uint32_t procedure,
    const struct orpc_i_mapping *map, bool *out_done)
{
	struct orpc_i_pmap_mapping pmap;
	struct orpc_i_mapping copy = *map;
	char owner[16];
	struct orpc_i_rpcb_mapping rpcb = { .prog = map->program,
	    .vers = map->version, .netid = copy.netid, .addr = copy.uaddr,
	    .owner = owner };
	const void *arg = &rpcb;
	int result;

	snprintf(owner, sizeof(owner), "%u", (unsigned)geteuid());
	do {
		if (s->version == 2) {
			if (to_pmap(map, &pmap))
				return -ORPC_E_NOTSUP;
			arg = &pmap;
		}
		result = session_call(s, procedure, arg, out_done);
	} while (is_other_version(result) && session_lower(s));
	return result;
}

int
orpc_i_session_set(struct orpc_i_session *s, const struct orpc_i_mapping *map,
    bool *out_done)
{
	return session_change(s, SET, map, out_done);
}

int
orpc_i_session_unset(struct orpc_i_session *s,
    const struct orpc_i_mapping *map, bool *out_done)
{
	return session_change(s, UNSET, map, out_done);
}

static int
holder_in_pmap(const orpc_i_pmap_entry *entry, struct orpc_i_mapping *map,
    char *out_owner)
{
	struct orpc_i_pmap_mapping want;

	if (to_pmap(map, &want))
		return -ORPC_E_NOTFOUND;
	for (; entry; entry = entry->next) {
		if (entry->map.prog != want.prog ||
		    entry->map.vers != want.vers ||
		    entry->map.prot != want.prot)
			continue;
		snprintf(map->uaddr, sizeof(map->uaddr), "0.0.0.0.%u.%u",
		    entry->map.port >> 8 & 255, entry->map.port & 255);
		out_owner[0] = '\0';
		return 0;
	}
	return -ORPC_E_NOTFOUND;
}

static int
holder_in_rpcb(const orpc_i_rpcb_node *node, struct orpc_i_mapping *map,
    char *out_owner)
{
	for (; node; node = node->next) {
		if (node->map.prog != map->program ||
		    node->map.vers != map->version ||
		    strcmp(node->map.netid, map->netid) != 0)
			continue;
		snprintf(map->uaddr, sizeof(map->uaddr), "%s", node->map.addr);
		snprintf(out_owner, ORPC_I_OWNER_MAX, "%s", node->map.owner);
		return 0;
	}
	return -ORPC_E_NOTFOUND;
}

int
orpc_i_session_holder(struct orpc_i_session *s, struct orpc_i_mapping *map,
    char *out_owner)
{
	void *list = NULL;
	int result;

	do {
		result = session_call(s, DUMP, NULL, &list);
	} while (is_other_version(result) && session_lower(s));
	if (result)
		return result;
	return s->version == 2 ? holder_in_pmap(list, map, out_owner) :
	    holder_in_rpcb(list, map, out_owner);
}
