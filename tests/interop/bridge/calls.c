/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls that succeed: values, identities, turns of threads. */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"

static quad_t weights[] = { 1, -2, 1LL << 40 };
static basket second = { PEAR, FALSE, "second", { 0, NULL }, NULL };
static basket first = { APPLE, TRUE, "first", { 3, weights }, &second };

static bool
is_turned(const basket *b)
{
	return b->kind == APPLE && b->fresh == TRUE &&
	    strcmp(b->name, "first") == 0 && b->weights.weights_len == 3 &&
	    b->weights.weights_val[0] == 1LL << 40 &&
	    b->weights.weights_val[2] == 1 && b->next &&
	    b->next->kind == PEAR && strcmp(b->next->name, "second") == 0 &&
	    !b->next->next;
}

/* ---- The same by both stubs -------------------------------------------------- */

static void
try_values(const struct place *at, CLIENT *clnt, struct orpc_client *client)
{
	struct orpc_call call = { 0 };
	basket out, *theirs;
	int n = -1;

	result(bridge_v1_turn(client, &call, &first, &out) == 0 &&
	    is_turned(&out), "%s: a native stub, by a CLIENT", at->transport);
	theirs = turn_1(&first, clnt);
	result(theirs && is_turned(theirs), "%s: a classic one, by the same",
	    at->transport);
	if (theirs)
		clnt_freeres(clnt, (xdrproc_t)xdr_basket, (caddr_t)theirs);
	result(orpc_client_ping(client, &call) == 0, "%s: ping",
	    at->transport);
	result(bridge_v1_count(client, &call, &n) == 0 && n >= 0,
	    "%s: no arguments", at->transport);
	orpc_call_fini(&call);
}

/* As large as the transport takes. */
static void
try_large(const struct place *at, struct orpc_client *client)
{
	static const u_int sizes[] = { 0, 1, 3, 4, 4000, 8700, 65521, 600001 };
	bool udp = strcmp(at->transport, "udp") == 0;
	struct orpc_call call = { 0 };
	char *bytes = malloc(600001);

	for (u_int i = 0; i < 600001; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		blob in = { sizes[i], bytes }, out = { 0, NULL };

		if (udp && sizes[i] > 8700)
			break;
		result(bridge_v1_echo(client, &call, &in, &out) == 0 &&
		    out.blob_len == in.blob_len &&
		    (!in.blob_len || !memcmp(out.blob_val, bytes, in.blob_len)),
		    "%s: %u bytes there and back", at->transport, sizes[i]);
	}
	free(bytes);
	orpc_call_fini(&call);
}

/* One-way calls come before what follows them. */
static void
try_oneway(const struct place *at, struct orpc_client *client)
{
	struct orpc_call call = { 0 };
	int before = 0, after = 0, e;

	e = bridge_v1_count(client, &call, &before);
	for (int i = 1; i <= 3; i++)
		e |= bridge_v1_note(client, &call, i);
	e |= bridge_v1_count(client, &call, &after);
	result(e == 0 && after - before == 6, "%s: one-way calls, %d to %d",
	    at->transport, before, after);
	orpc_call_fini(&call);
}

/* ---- Identity ---------------------------------------------------------------- */

static void
who_expected(const struct place *at, CLIENT *clnt, char *buf, size_t n)
{
	struct sockaddr_in me = { .sin_port = 0 };
	socklen_t n_me = sizeof(me);
	int fd = -1;

	clnt_control(clnt, CLGET_FD, &fd);
	getsockname(fd, (struct sockaddr *)&me, &n_me);
	if (strcmp(at->transport, "unix") == 0)
		snprintf(buf, n, "1 4711 815 99 machine / %d unix: / unix:%s "
		    "/ %d", ORPC_UNIX, at->where, (int)getuid());
	else
		snprintf(buf, n, "1 4711 815 99 machine / %d %s://127.0.0.1:%d"
		    " / %s://127.0.0.1:%s / -1",
		    strcmp(at->transport, "udp") ? ORPC_TCP : ORPC_UDP,
		    at->transport, ntohs(me.sin_port), at->transport,
		    at->where);
}

/* A connected socket tells its port; an unconnected one of UDP has one once
 * it has sent. */
static void
try_identity(const struct place *at, CLIENT *clnt, struct orpc_client *client)
{
	gid_t gids[] = { 20, 99 };
	struct orpc_call call = { 0 };
	char *text = NULL, expected[256];
	int uid = 0, e;

	auth_destroy(clnt->cl_auth);
	clnt->cl_auth = authunix_create("machine", 4711, 815, 2, gids);
	result(bridge_v1_guarded(client, &call, &uid) == 0,
	    "%s: the credentials are the CLIENT's", at->transport);
	if (at->native) {
		bridge_v1_who(client, &call, &text);
		who_expected(at, clnt, expected, sizeof(expected));
		result(text && strcmp(text, expected) == 0,
		    "%s: who calls: %s, expected %s", at->transport,
		    text ? text : "nobody", expected);
	}
	auth_destroy(clnt->cl_auth);
	clnt->cl_auth = authnone_create();
	e = bridge_v1_guarded(client, &call, &uid);
	result(e == ORPC_R_AUTH_TOOWEAK && call.error.step == ORPC_STEP_REPLY &&
	    call.error.executed == ORPC_EXECUTED_NO,
	    "%s: and without them: %s", at->transport, orpc_error_name(e));
	orpc_call_fini(&call);
}

/* ---- Versions, half moved ---------------------------------------------------- */

static void
try_halves(const struct place *at)
{
	CLIENT *clnt = place_client(at, BRIDGE, BRIDGE_V2);
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	int *theirs, out = 0, seven = 7;

	orpc_tirpc_client_open(clnt, &bridge_v2_program, NULL, &client);
	result(bridge_v2_doubled(client, &call, 7, &out) == 0 &&
	    out == (at->native ? -14 : 14), "%s: the procedure that moved",
	    at->transport);
	result(bridge_v2_squared(client, &call, 7, &out) == 0 && out == 49,
	    "%s: the one that did not", at->transport);
	theirs = doubled_2(&seven, clnt);
	result(theirs && *theirs == (at->native ? -14 : 14),
	    "%s: both for old clients: moved", at->transport);
	theirs = squared_2(&seven, clnt);
	result(theirs && *theirs == 49, "%s: both for old clients: not moved",
	    at->transport);
	orpc_call_fini(&call);
	orpc_client_close(client);
	clnt_destroy(clnt);
}

/* ---- Without libtirpc on our side -------------------------------------------- */

static void
try_wholly_native(const struct place *at)
{
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	char address[128];
	basket out;
	int e;

	snprintf(address, sizeof(address), strcmp(at->transport, "unix") ?
	    "%s://127.0.0.1:%s" : "%s:%s", at->transport, at->where);
	e = orpc_client_open(address, &bridge_v1_program, NULL, &client, NULL);
	if (!e) {
		e = bridge_v1_turn(client, &call, &first, &out);
		orpc_client_close(client);
	}
	result(e == 0 && is_turned(&out), "%s: a client without libtirpc",
	    at->transport);
	orpc_call_fini(&call);
}

/* ---- Threads ----------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS 50

static void *
thread_calls(void *client)
{
	struct orpc_call call = { 0 };
	bool fine = true;
	char text[32];

	for (int i = 0; i < ROUNDS; i++) {
		blob in = { 0, text }, out;

		in.blob_len = (u_int)snprintf(text, sizeof(text), "%p %d",
		    (void *)&call, i);
		fine = fine && !bridge_v1_echo(client, &call, &in, &out) &&
		    out.blob_len == in.blob_len &&
		    !memcmp(out.blob_val, text, in.blob_len);
	}
	orpc_call_fini(&call);
	return fine ? client : NULL;
}

static void
try_threads(const struct place *at, struct orpc_client *client)
{
	pthread_t threads[THREADS];
	void *fine;
	int n = 0;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, thread_calls, client);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &fine);
		n += fine != NULL;
	}
	result(n == THREADS, "%s: threads share a handle", at->transport);
}

void
try_calls(const struct place *at)
{
	CLIENT *clnt = place_client(at, BRIDGE, BRIDGE_V1);
	struct orpc_client *client;
	char peer[128], expected[128];

	if (orpc_tirpc_client_open(clnt, &bridge_v1_program, NULL, &client)) {
		result(false, "%s: a handle opens", at->transport);
		return;
	}
	try_values(at, clnt, client);
	try_large(at, client);
	try_oneway(at, client);
	try_identity(at, clnt, client);
	try_threads(at, client);
	orpc_client_peer(client, peer, sizeof(peer));
	snprintf(expected, sizeof(expected), strcmp(at->transport, "unix") ?
	    "%s://127.0.0.1:%s" : "%s:%s", at->transport, at->where);
	result(strcmp(peer, expected) == 0, "%s: the peer is %s",
	    at->transport, peer);
	orpc_client_close(client);
	clnt_destroy(clnt);
	try_halves(at);
	try_wholly_native(at);
}
