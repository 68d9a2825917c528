/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two roads to a voter.  The first is the connection that the voter opened:
 * orpc_request_client() makes a client of it, and the generated stub is
 * called as any other.  The second is the classic one, a program under a
 * transient number on the voter's host; connecting may take time, so a loop
 * of its own does it.
 */
#include "deliver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DELIVER_TIMEOUT_MS 5000u

/* A message under way; freed when its call has ended. */
struct delivery {
	struct orpc_call call;
	struct orpc_client *client;
	struct orpc_program program;	/* the classic way: numbers of its own */
	struct courier *courier;
	char address[64];
	char text[256];
};

struct courier {
	struct orpc_loop *loop;
	pthread_t thread;
};

static void
delivery_free(struct delivery *d)
{
	orpc_client_close(d->client);
	orpc_call_fini(&d->call);
	free(d);
}

static void
on_delivered(struct orpc_call *call, int result, void *ctx)
{
	(void)call;
	(void)result;	/* the result code of the vote says it as well */
	delivery_free(ctx);
}

static void
delivery_send(struct delivery *d)
{
	orpc_call_timeout(&d->call, DELIVER_TIMEOUT_MS);
	if (election_callback_v1_message_async(d->client, &d->call, d->text,
	    on_delivered, d) != 0)
		delivery_free(d);
}

static void
deliver_here(struct orpc_request *rq, struct delivery *d)
{
	if (orpc_request_client(rq, &election_callback_v1_program,
	    &d->client) == 0)
		delivery_send(d);
	else
		delivery_free(d);
}

/* On the courier's loop. */
static void
start_classic(void *ctx)
{
	struct delivery *d = ctx;
	struct orpc_client_options options = {
		.loop = d->courier->loop,
		.flags = ORPC_CLIENT_NO_RECONNECT,
	};

	if (orpc_client_start(d->address, &d->program, &options,
	    &d->client) == 0)
		delivery_send(d);
	else
		delivery_free(d);
}

/* Only the host that called is ever called back. */
static int
classic_address(struct orpc_request *rq, unsigned port, char *buf, size_t n)
{
	socklen_t n_peer;
	const struct sockaddr *peer = orpc_request_peer(rq, &n_peer);
	char host[INET6_ADDRSTRLEN];

	if (port == 0 || port > 65535)
		return -1;
	if (peer->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)peer;

		inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		snprintf(buf, n, "tcp://%s:%u", host, port);
		return 0;
	}
	if (peer->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)peer;

		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		snprintf(buf, n, "tcp://[%s]:%u", host, port);
		return 0;
	}
	snprintf(buf, n, "tcp://127.0.0.1:%u", port);
	return 0;
}

static void
deliver_classic(struct courier *courier, struct orpc_request *rq,
    const callback_program *at, struct delivery *d)
{
	d->program = election_callback_v1_program;
	d->program.number = at->program_number;
	d->program.version = at->version_number;
	d->courier = courier;
	if (classic_address(rq, at->port, d->address, sizeof(d->address)) != 0 ||
	    orpc_loop_post(courier->loop, start_classic, d) != 0)
		delivery_free(d);
}

void
deliver_message(struct courier *courier, struct orpc_request *rq,
    const callback *target, const char *text)
{
	struct delivery *d;

	if (target->kind == CALLBACK_NONE)
		return;
	d = calloc(1, sizeof(*d));
	if (!d)
		return;
	snprintf(d->text, sizeof(d->text), "%s", text);
	if (target->kind == CALLBACK_HERE)
		deliver_here(rq, d);
	else
		deliver_classic(courier, rq, &target->callback_u.at, d);
}

int
deliver_standing_here(struct orpc_request *rq, const tally_line *line)
{
	struct delivery *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return -OXDR_E_NOMEM;
	rc = orpc_request_client(rq, &election_callback_v1_program,
	    &d->client);
	if (rc == 0) {
		orpc_call_timeout(&d->call, DELIVER_TIMEOUT_MS);
		rc = election_callback_v1_standing_async(d->client, &d->call,
		    line, on_delivered, d);
	}
	if (rc != 0)
		delivery_free(d);
	return rc;
}

/* A line on its way to a watcher. */
struct standing {
	struct orpc_call call;
	void (*on_done)(void *ctx, int result);
	void *ctx;
};

static void
on_standing(struct orpc_call *call, int result, void *ctx)
{
	struct standing *s = ctx;

	s->on_done(s->ctx, result);
	orpc_call_fini(call);
	free(s);
}

int
deliver_standing(struct orpc_client *client, const tally_line *line,
    void (*on_done)(void *ctx, int result), void *ctx)
{
	struct standing *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return -OXDR_E_NOMEM;
	s->on_done = on_done;
	s->ctx = ctx;
	orpc_call_timeout(&s->call, DELIVER_TIMEOUT_MS);
	rc = election_callback_v1_standing_async(client, &s->call, line,
	    on_standing, s);
	if (rc != 0)
		free(s);
	return rc;
}

static void *
courier_run(void *ctx)
{
	struct courier *courier = ctx;

	orpc_loop_run(courier->loop);
	return NULL;
}

struct courier *
courier_new(void)
{
	struct courier *courier = calloc(1, sizeof(*courier));

	if (!courier)
		return NULL;
	if (orpc_loop_new(&courier->loop) != 0) {
		free(courier);
		return NULL;
	}
	if (pthread_create(&courier->thread, NULL, courier_run,
	    courier) != 0) {
		orpc_loop_free(courier->loop);
		free(courier);
		return NULL;
	}
	return courier;
}

void
courier_free(struct courier *courier)
{
	if (!courier)
		return;
	orpc_loop_stop(courier->loop);
	pthread_join(courier->thread, NULL);
	orpc_loop_free(courier->loop);
	free(courier);
}
