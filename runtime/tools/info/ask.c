/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asking a binder, in whichever version it speaks.  What comes back is a
 * stranger's: long texts are cut, lists are counted, replies are limited.
 */
#include "runtime/tools/info/info.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"

#define REPLY_MAX ((size_t)16 << 20)
#define ENTRIES_MAX 100000u
#define DUMP 4u

const uint32_t ask_newest[] = { 4, 3, 2, 0 };
const uint32_t ask_oldest[] = { 2, 4, 3, 0 };

static const struct orpc_program *
program_of(uint32_t version)
{
	switch (version) {
	case 2: return &orpc_i_pmap_v2_program;
	case 3: return &orpc_i_rpcb_v3_program;
	default: return &orpc_i_rpcb_v4_program;
	}
}

uint32_t
ask_version(const struct ask *a)
{
	return *a->versions;
}

/* ---- Connecting --------------------------------------------------------------- */

static int
ask_try(struct ask *a, const struct info *info, const char *address)
{
	struct orpc_client_options options = {
		.connect_timeout_ms = info->connect_ms,
		.call_timeout_ms = info->timeout_ms,
		.max_reply_bytes = REPLY_MAX };
	int result;

	/* A refusal is the answer here, not something to wait out. */
	if (!strncmp(address, "udp:", 4))
		options.flags |= ORPC_CLIENT_NO_RECONNECT;
	progress_start(address, info->connect_ms);
	result = orpc_client_open(address, program_of(*a->versions),
	    &options, &a->client, &a->error);
	progress_end();
	return result;
}

/* The binder of a host, or one at an address of its own. */
static int
ask_remote(struct ask *a, const struct info *info)
{
	struct orpc_addr addr;
	char text[ORPC_HOST_MAX + 32];

	if (orpc_addr_parse(info->host, &addr)) {
		a->error = (struct orpc_error){ .code = -ORPC_E_ADDRESS,
		    .step = ORPC_STEP_ADDRESS };
		snprintf(a->error.where, sizeof(a->error.where), "%s",
		    info->host);
		return -ORPC_E_ADDRESS;
	}
	if (addr.port == 0)
		addr.port = 111;
	orpc_addr_format(&addr, text, sizeof(text));
	return ask_try(a, info, text);
}

static int
ask_local(struct ask *a, const struct info *info)
{
	const char *chosen = getenv("ORPC_BINDER");
	int result;

	if (chosen && *chosen)
		return ask_try(a, info, chosen);
	result = ask_try(a, info, "unix:/run/rpcbind.sock");
	if (result == -ORPC_E_CONNECT)
		result = ask_try(a, info, "tcp://127.0.0.1:111");
	return result;
}

/* This host by a name: then ORPC_BINDER tells its binder, as for every
 * program that looks something up here. */
static bool
is_local(const char *host)
{
	const char *chosen = getenv("ORPC_BINDER");

	return !*host || (chosen && *chosen && (!strcmp(host, "localhost") ||
	    !strcmp(host, "127.0.0.1") || !strcmp(host, "::1")));
}

int
ask_open(struct ask *a, const struct info *info, const uint32_t *versions)
{
	int result;

	*a = (struct ask){ .versions = versions,
	    .deadline_ns = orpc_now_ns() + info->timeout_ms *
	    INT64_C(1000000) };
	result = is_local(info->host) ? ask_local(a, info) :
	    ask_remote(a, info);
	if (result) {
		if (a->error.step == ORPC_STEP_CONNECT)
			a->error.step = ORPC_STEP_BINDER;
		return result;
	}
	orpc_client_peer(a->client, a->peer, sizeof(a->peer));
	return 0;
}

void
ask_close(struct ask *a)
{
	orpc_client_close(a->client);
	orpc_call_fini(&a->call);
	a->client = NULL;
}

/* ---- Calling --------------------------------------------------------------------- */

static bool
ask_next_version(struct ask *a)
{
	struct orpc_client *old = a->client;

	if (!a->versions[1])
		return false;
	a->versions++;
	if (orpc_client_share(old, program_of(*a->versions), &a->client))
		return false;
	orpc_client_close(old);
	return true;
}

int
ask_call(struct ask *a, uint32_t procedure, const void *arg, void *out)
{
	const struct orpc_proc *proc;
	struct orpc_proc once;
	int result;

	do {
		proc = orpc_program_proc(program_of(*a->versions), procedure);
		result = ORPC_R_PROC_UNAVAIL;
		if (proc) {
			/* A connection that ends is an answer, too: not asked
			 * again until the time is over. */
			once = *proc;
			once.flags &= ~(unsigned)ORPC_PROC_IDEMPOTENT;
			a->call.deadline_ns = a->deadline_ns;
			progress_start(a->peer, ORPC_CALL_TIMEOUT_MS);
			result = orpc_call_run(a->client, &a->call, &once,
			    arg, out);
			progress_end();
			a->error = a->call.error;
		}
		a->error.code = result;
	} while ((result == ORPC_R_PROG_MISMATCH ||
	    result == ORPC_R_PROG_UNAVAIL || result == ORPC_R_PROC_UNAVAIL) &&
	    ask_next_version(a));
	/* Over UDP the first call connects. */
	if (result && a->error.step == ORPC_STEP_CONNECT)
		a->error.step = ORPC_STEP_BINDER;
	if (result && !a->error.where[0])
		snprintf(a->error.where, sizeof(a->error.where), "%.100s",
		    a->peer);
	return result;
}

/* ---- Lists ------------------------------------------------------------------------- */

static struct entry *
entries_add(struct entries *list)
{
	if (list->n >= ENTRIES_MAX)
		return NULL;
	if (list->n == list->room) {
		struct entry *all;

		list->room = list->room ? list->room * 2 : 128;
		all = reallocarray(list->all, list->room, sizeof(*all));

		if (!all)
			abort();
		list->all = all;
	}
	memset(&list->all[list->n], 0, sizeof(*list->all));
	return &list->all[list->n++];
}

static void
take_pmap(struct entries *list, const orpc_i_pmap_entry *e)
{
	struct entry *to;

	for (; e && (to = entries_add(list)); e = e->next) {
		to->program = e->map.prog;
		to->version = e->map.vers;
		if (e->map.prot == 6 || e->map.prot == 17)
			strcpy(to->netid, e->map.prot == 6 ? "tcp" : "udp");
		else
			snprintf(to->netid, sizeof(to->netid), "%u",
			    e->map.prot);
		snprintf(to->uaddr, sizeof(to->uaddr), "0.0.0.0.%u.%u",
		    e->map.port >> 8, e->map.port & 255);
	}
}

static void
take_rpcb(struct entries *list, const orpc_i_rpcb_node *node)
{
	struct entry *to;

	for (; node && (to = entries_add(list)); node = node->next) {
		to->program = node->map.prog;
		to->version = node->map.vers;
		safe_text(node->map.netid, to->netid, sizeof(to->netid));
		safe_text(node->map.addr, to->uaddr, sizeof(to->uaddr));
		safe_text(node->map.owner, to->owner, sizeof(to->owner));
	}
}

int
ask_dump(struct ask *a, struct entries *out)
{
	void *list = NULL;
	int result = ask_call(a, DUMP, NULL, &list);

	*out = (struct entries){ .n = 0 };
	if (result)
		return result;
	if (ask_version(a) == 2)
		take_pmap(out, list);
	else
		take_rpcb(out, list);
	return 0;
}

uint16_t
entry_port(const struct entry *e)
{
	struct sockaddr_storage ss;
	socklen_t n;

	if (orpc_uaddr_to_sockaddr(e->netid, e->uaddr, &ss, &n))
		return 0;
	if (ss.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&ss)->sin_port);
	if (ss.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&ss)->sin6_port);
	return 0;
}

/* "0.0.0.0" and "::" stand for the host whose binder told them. */
int
entry_address(const struct ask *a, const struct entry *e, char *buf, size_t n)
{
	struct orpc_addr addr, peer;
	struct sockaddr_storage ss;
	char text[160];
	socklen_t n_ss;

	if (orpc_uaddr_to_sockaddr(e->netid, e->uaddr, &ss, &n_ss))
		return -1;
	orpc_sockaddr_format(strncmp(e->netid, "udp", 3) ? ORPC_TCP :
	    ORPC_UDP, (struct sockaddr *)&ss, n_ss, text, sizeof(text));
	if (orpc_addr_parse(text, &addr))
		return -1;
	if (!strcmp(addr.host, "0.0.0.0") || !strcmp(addr.host, "::")) {
		bool v6 = strchr(addr.host, ':');

		strcpy(addr.host, v6 ? "::1" : "127.0.0.1");
		if (orpc_addr_parse(a->peer, &peer) == 0 &&
		    peer.transport != ORPC_UNIX &&
		    !strchr(peer.host, ':') == !v6)
			memcpy(addr.host, peer.host, sizeof(addr.host));
	}
	orpc_addr_format(&addr, buf, n);
	return 0;
}
