/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where does a program listen?
 *
 * One look-up is a walk over tries: each binder address in turn, and at each
 * address the questions that a binder may understand, newest first.  A refusal
 * (PROG_MISMATCH and its kin) leads to the next question on the same
 * connection, a failed connection to the next address, an answer ends it.
 *
 * GETADDR goes by the transport it was asked on (RFC 1833 section 2.2.1), so
 * where that is not the one we ask about GETADDRLIST or DUMP are searched
 * instead, or the portmapper is asked, which takes the protocol as argument.
 *
 * Only the port of an answer is used: the host is what the user named.
 */
#include "runtime/client/find.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/client.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "runtime/bind/session.h"
#include "runtime/io/addr.h"
#include "runtime/io/loop.h"
#include "xdr/base.h"

/* Bigger lists come from a binder that means us no good. */
#define REPLY_MAX ((size_t)8 << 20)
#define TEXT_MAX 300u
#define NS_PER_MS INT64_C(1000000)

/* Procedure numbers; the first four are the same in all versions. */
enum {
	GETADDR = 3,		/* version 2: GETPORT */
	DUMP = 4,
	GETADDRLIST = 11,
};

struct question {
	uint32_t version;	/* 0: end */
	uint32_t procedure;
};

static const struct question same_transport[] = {
	{ 4, GETADDR }, { 3, GETADDR }, { 2, GETADDR }, { 4, DUMP }, { 0, 0 } };
static const struct question other_transport[] = {
	{ 4, GETADDRLIST }, { 2, GETADDR }, { 4, DUMP }, { 0, 0 } };
static const struct question over_unix[] = {
	{ 2, GETADDR }, { 4, DUMP }, { 3, DUMP }, { 0, 0 } };

/*
 * address[at] is being asked *question.  unregistered: some binder has said
 * that it does not know the program.
 */
struct orpc_i_find {
	struct orpc_loop *loop;
	struct orpc_i_find_query query;
	char host[ORPC_HOST_MAX + 1];
	char binder[TEXT_MAX];
	const char *address[ORPC_I_BINDER_ADDRESSES];
	char text[2][TEXT_MAX];
	int n_addresses;
	int at;
	const struct question *question;
	bool unregistered;
	struct orpc_client *client;
	struct orpc_call call;
	bool calling;
	bool cancelled;
	union {
		struct orpc_i_pmap_mapping pmap;
		struct orpc_i_rpcb_mapping rpcb;
	} arg;
	int64_t began_ns;
	int64_t deadline_ns;
	struct orpc_i_task start;
	struct orpc_error error;	/* of the last address that failed */
	orpc_i_found_fn *on_done;
	void *ctx;
};

int
orpc_i_binder_addresses(const char *text[ORPC_I_BINDER_ADDRESSES])
{
	const char *chosen = getenv("ORPC_BINDER");

	if (chosen && *chosen) {
		text[0] = chosen;
		return 1;
	}
	text[0] = "unix:/run/rpcbind.sock";
	text[1] = "tcp://127.0.0.1:111";
	text[2] = "tcp://[::1]:111";
	return 3;
}

/* ---- Ending ------------------------------------------------------------------ */

static void
find_free(struct orpc_i_find *find)
{
	orpc_client_close(find->client);
	orpc_call_fini(&find->call);
	free(find);
}

static void
find_done(struct orpc_i_find *find, int result, uint16_t port)
{
	struct orpc_error *e = &find->error;

	e->code = result;
	e->executed = ORPC_EXECUTED_NO;
	e->elapsed_ms = (uint32_t)((orpc_now_ns() - find->began_ns) /
	    NS_PER_MS);
	if (e->step != ORPC_STEP_RESOLVE)
		e->step = ORPC_STEP_BINDER;
	find->on_done(find->ctx, result, port, e);
	find_free(find);
}

/* No address is left. */
static void
find_fail(struct orpc_i_find *find)
{
	int code = find->error.code;

	if (find->unregistered) {
		find->error.step = ORPC_STEP_BINDER;
		find->error.os_errno = 0;
		code = -ORPC_E_UNREGISTERED;
	} else if (orpc_now_ns() >= find->deadline_ns) {
		code = -ORPC_E_TIMEOUT;
	} else if (code != -ORPC_E_RESOLVE && code != -OXDR_E_NOMEM &&
	    code != -ORPC_E_TIMEOUT && code != -ORPC_E_ADDRESS) {
		code = -ORPC_E_BINDER;
	}
	find_done(find, code, 0);
}

/* ---- Answers ------------------------------------------------------------------- */

/* The port of a universal address if it is of the transport asked for. */
static uint16_t
port_of(const struct orpc_i_find *find, const char *netid, const char *uaddr)
{
	struct sockaddr_storage ss;
	socklen_t n;

	if (!netid || !uaddr || orpc_uaddr_to_sockaddr(netid, uaddr, &ss, &n))
		return 0;
	if ((find->query.family != AF_UNSPEC &&
	    ss.ss_family != find->query.family) || ss.ss_family == AF_UNIX)
		return 0;
	if (strcmp(netid, orpc_i_netid(find->query.transport, ss.ss_family)))
		return 0;
	return orpc_i_sockaddr_port((const struct sockaddr *)&ss);
}

/* An answer of GETADDR: its family shows in it. */
static uint16_t
port_of_answer(const struct orpc_i_find *find, const char *uaddr)
{
	uint16_t port = port_of(find, orpc_i_netid(find->query.transport,
	    AF_INET), uaddr);

	return port ? port : port_of(find, orpc_i_netid(
	    find->query.transport, AF_INET6), uaddr);
}

/* Keeps the better of two: the very version, then IPv4. */
struct best {
	uint16_t port;
	int rank;
};

static void
best_take(struct best *best, const struct orpc_i_find *find,
    const char *netid, const char *uaddr, uint32_t version)
{
	uint16_t port = port_of(find, netid, uaddr);
	int rank = 1 + (version == find->query.version ? 2 : 0) +
	    (netid && !strchr(netid, '6') ? 1 : 0);

	if (port && rank > best->rank)
		*best = (struct best){ port, rank };
}

static uint16_t
port_in_ways(const struct orpc_i_find *find, const orpc_i_rpcb_way_node *node)
{
	struct best best = { 0, 0 };

	for (; node; node = node->next)
		best_take(&best, find, node->way.nc_netid, node->way.maddr,
		    find->query.version);
	return best.port;
}

static uint16_t
port_in_dump(const struct orpc_i_find *find, const orpc_i_rpcb_node *node)
{
	struct best best = { 0, 0 };

	for (; node; node = node->next)
		if (node->map.prog == find->query.program)
			best_take(&best, find, node->map.netid, node->map.addr,
			    node->map.vers);
	return best.port;
}

static uint16_t
port_in_result(const struct orpc_i_find *find, const void *out)
{
	const struct question *q = find->question;

	if (q->procedure == GETADDRLIST)
		return port_in_ways(find,
		    *(orpc_i_rpcb_way_node *const *)out);
	if (q->procedure == DUMP)
		return port_in_dump(find, *(orpc_i_rpcb_node *const *)out);
	if (q->version == 2) {
		uint32_t port = *(const uint32_t *)out;

		return port > UINT16_MAX ? 0 : (uint16_t)port;
	}
	return port_of_answer(find, *(char *const *)out);
}

/* ---- Questions ------------------------------------------------------------------- */

static void find_ask(struct orpc_i_find *find);
static void find_next_address(struct orpc_i_find *find);

static const void *
find_argument(struct orpc_i_find *find)
{
	static const char empty[1];
	const struct question *q = find->question;

	if (q->procedure == DUMP)
		return NULL;
	if (q->version == 2) {
		find->arg.pmap = (struct orpc_i_pmap_mapping){
			.prog = find->query.program,
			.vers = find->query.version,
			.prot = find->query.transport == ORPC_UDP ? 17 : 6 };
		return &find->arg.pmap;
	}
	find->arg.rpcb = (struct orpc_i_rpcb_mapping){
		.prog = find->query.program, .vers = find->query.version,
		.netid = (char *)(uintptr_t)orpc_i_netid(
		    find->query.transport, find->query.family),
		.addr = (char *)(uintptr_t)empty,
		.owner = (char *)(uintptr_t)empty };
	return &find->arg.rpcb;
}

/* What this binder did not know may be known under another question. */
static bool
question_is_worth_it(const struct orpc_i_find *find)
{
	const struct question *q = find->question;

	if (q->version == 2 && find->query.family == AF_INET6)
		return false;
	/* After a plain no only DUMP can tell more: of the other family. */
	return !find->unregistered ||
	    (q->procedure == DUMP && find->query.family != AF_INET);
}

static void
find_next_question(struct orpc_i_find *find)
{
	do {
		find->question++;
	} while (find->question->version && !question_is_worth_it(find));
	if (find->question->version)
		find_ask(find);
	else if (find->unregistered)
		find_fail(find);
	else
		find_next_address(find);
}

static void
find_on_answer(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *on_done, void *ctx)
{
	struct orpc_i_find *find = ctx;
	uint16_t port;

	(void)on_done;
	find->calling = false;
	if (find->cancelled) {
		find_free(find);
		return;
	}
	find->error = call->error;
	find->error.code = result;
	if (result == 0) {
		port = port_in_result(find, out);
		if (port) {
			find_done(find, 0, port);
			return;
		}
		find->unregistered = true;
		find_next_question(find);
	} else if (result > 0 || result > -OXDR_E_FIRST_OTHER) {
		/* It refused, or its answer can't be decoded. */
		find_next_question(find);
	} else {
		find_next_address(find);
	}
}

/* Asks *question of the address in hand. */
static void
find_ask(struct orpc_i_find *find)
{
	const struct orpc_program *program =
	    orpc_i_binder_program(find->question->version);
	struct orpc_client *old = find->client, *client = NULL;
	struct orpc_client_options options = { .loop = find->loop,
	    .max_reply_bytes = REPLY_MAX, .flags = ORPC_CLIENT_NO_RECONNECT };
	int64_t left_ms = (find->deadline_ns - orpc_now_ns()) / NS_PER_MS;
	int result;

	if (left_ms <= 0) {
		find->error.code = -ORPC_E_TIMEOUT;
		find_fail(find);
		return;
	}
	options.connect_timeout_ms = left_ms > UINT32_MAX ? UINT32_MAX :
	    (uint32_t)left_ms;
	result = old ? orpc_client_share(old, program, &client) :
	    orpc_client_start(find->address[find->at], program, &options,
	    &client);
	orpc_client_close(old);
	find->client = client;
	if (!result) {
		find->call.deadline_ns = find->deadline_ns;
		result = orpc_call_start(client, &find->call,
		    orpc_program_proc(program, find->question->procedure),
		    find_argument(find), find_on_answer, NULL, find);
	}
	if (!result) {
		find->calling = true;
		return;
	}
	find->error = (struct orpc_error){ .code = result };
	snprintf(find->error.where, sizeof(find->error.where), "%s",
	    find->address[find->at]);
	find_next_address(find);
}

static const struct question *
questions_for(const struct orpc_i_find *find, const char *address)
{
	struct orpc_addr addr;

	if (orpc_addr_parse(address, &addr))
		return same_transport;
	if (addr.transport == ORPC_UNIX)
		return over_unix;
	return (addr.transport == ORPC_UDP) ==
	    (find->query.transport == ORPC_UDP) ? same_transport :
	    other_transport;
}

static void
find_next_address(struct orpc_i_find *find)
{
	orpc_client_close(find->client);
	find->client = NULL;
	if (++find->at >= find->n_addresses) {
		find_fail(find);
		return;
	}
	find->question = questions_for(find, find->address[find->at]);
	if (!question_is_worth_it(find))
		find_next_question(find);
	else
		find_ask(find);
}

/* ---- Life -------------------------------------------------------------------------- */

static void
find_begin(struct orpc_i_task *task)
{
	struct orpc_i_find *find =
	    container_of(task, struct orpc_i_find, start);

	find->at = -1;
	find_next_address(find);
}

/* A remote binder: by the transport we want first. */
static void
find_remote(struct orpc_i_find *find)
{
	struct orpc_addr addr = { .port = 111 };
	const bool udp = find->query.transport == ORPC_UDP;

	memcpy(addr.host, find->host, sizeof(addr.host));
	addr.transport = udp ? ORPC_UDP : ORPC_TCP;
	orpc_addr_format(&addr, find->text[0], TEXT_MAX);
	addr.transport = udp ? ORPC_TCP : ORPC_UDP;
	orpc_addr_format(&addr, find->text[1], TEXT_MAX);
	find->address[0] = find->text[0];
	find->address[1] = find->text[1];
	find->n_addresses = 2;
}

static int
find_set_addresses(struct orpc_i_find *find)
{
	struct orpc_addr addr;

	if (find->query.binder) {
		find->address[0] = find->binder;
		find->n_addresses = 1;
	} else if (orpc_i_host_is_local(find->host)) {
		find->n_addresses = orpc_i_binder_addresses(find->address);
	} else {
		find_remote(find);
	}
	for (int i = 0; i < find->n_addresses; i++)
		if (orpc_addr_parse(find->address[i], &addr))
			return -ORPC_E_ADDRESS;
	return 0;
}

int
orpc_i_find_start(struct orpc_loop *loop,
    const struct orpc_i_find_query *query, int64_t deadline_ns,
    orpc_i_found_fn *on_done, void *ctx, struct orpc_i_find **out)
{
	struct orpc_i_find *find = calloc(1, sizeof(*find));
	int result;

	if (!find)
		return -OXDR_E_NOMEM;
	find->loop = loop;
	find->query = *query;
	find->deadline_ns = deadline_ns;
	find->began_ns = orpc_now_ns();
	find->on_done = on_done;
	find->ctx = ctx;
	find->start.fn = find_begin;
	snprintf(find->host, sizeof(find->host), "%s", query->host);
	if (query->binder)
		snprintf(find->binder, sizeof(find->binder), "%s",
		    query->binder);
	result = find_set_addresses(find);
	if (result) {
		free(find);
		return result;
	}
	orpc_i_loop_later(loop, &find->start);
	*out = find;
	return 0;
}

void
orpc_i_find_cancel(struct orpc_i_find *find)
{
	if (!find)
		return;
	orpc_i_loop_forget(find->loop, &find->start);
	if (find->calling) {
		/* The call ends on the loop, and frees. */
		find->cancelled = true;
		orpc_call_cancel(&find->call);
		return;
	}
	find_free(find);
}

/* ---- Waiting ------------------------------------------------------------------------ */

struct wait {
	struct orpc_loop *loop;
	int result;
	uint16_t port;
	struct orpc_error *error;
};

static void
wait_done(void *ctx, int result, uint16_t port,
    const struct orpc_error *error)
{
	struct wait *wait = ctx;

	wait->result = result;
	wait->port = port;
	if (wait->error)
		*wait->error = *error;
	orpc_loop_stop(wait->loop);
}

int
orpc_i_find(const struct orpc_i_find_query *query, int64_t deadline_ns,
    uint16_t *out_port, struct orpc_error *error)
{
	struct wait wait = { .error = error };
	struct orpc_i_find *find;
	int result = orpc_loop_new(&wait.loop);

	if (error)
		*error = (struct orpc_error){ .step = ORPC_STEP_BINDER };
	if (result)
		return result;
	result = orpc_i_find_start(wait.loop, query, deadline_ns, wait_done,
	    &wait, &find);
	if (!result) {
		result = orpc_loop_run(wait.loop);
		if (!result)
			result = wait.result;
		else
			orpc_i_find_cancel(find);
	}
	orpc_loop_free(wait.loop);
	if (error)
		error->code = result;
	if (!result)
		*out_port = wait.port;
	return result;
}
