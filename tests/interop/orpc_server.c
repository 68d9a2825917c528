/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Our side as the server: the same answers as tirpc_server.c. `orpc_server
 * register` tells the binder too.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <orpc/server.h>

#include "types.h"

/* The whole value, by reference: it lives as long as the request. */
static int
echo(struct orpc_request *rq, const everything *arg, everything *out)
{
	(void)rq;
	*out = *arg;
	return 0;
}

static int
nothing(struct orpc_request *rq)
{
	(void)rq;
	return 0;
}

static int
negate(struct orpc_request *rq, int32_t arg, int32_t *out)
{
	(void)rq;
	*out = -arg;
	return 0;
}

static int
reverse(struct orpc_request *rq, const char *arg, char **out)
{
	size_t n = strlen(arg);
	char *text = oxdr_arena_take(orpc_request_arena(rq), n + 1, 1);

	if (!text)
		return ORPC_R_SYSTEM_ERR;
	for (size_t i = 0; i < n; i++)
		text[i] = arg[n - 1 - i];
	text[n] = '\0';
	*out = text;
	return 0;
}

static int
twice(struct orpc_request *rq, int64_t arg, int64_t *out)
{
	(void)rq;
	*out = 2 * arg;
	return 0;
}

static int
half(struct orpc_request *rq, double arg, double *out)
{
	(void)rq;
	*out = arg / 2;
	return 0;
}

static int
invert(struct orpc_request *rq, bool arg, bool *out)
{
	(void)rq;
	*out = !arg;
	return 0;
}

static int
next(struct orpc_request *rq, colour arg, colour *out)
{
	(void)rq;
	*out = arg == RED ? GREEN : arg == GREEN ? BLUE : RED;
	return 0;
}

static int
count_down(struct orpc_request *rq, uint32_t arg, list *out)
{
	out->value = (int32_t)arg;
	for (uint32_t i = 1; i < arg; i++) {
		list *node = oxdr_arena_take(orpc_request_arena(rq),
		    sizeof(*node), sizeof(void *));

		if (!node)
			return ORPC_R_SYSTEM_ERR;
		node->value = (int32_t)(arg - i);
		node->next = NULL;
		out->next = node;
		out = node;
	}
	return 0;
}

static int
repeat(struct orpc_request *rq, uint32_t arg, anything *out)
{
	out->anything_len = arg;
	out->anything_val = oxdr_arena_take(orpc_request_arena(rq), arg, 1);
	if (!out->anything_val)
		return ORPC_R_SYSTEM_ERR;
	memset(out->anything_val, 'x', arg);
	return 0;
}

static struct orpc_server *server;

static void
on_signal(int number)
{
	(void)number;
	orpc_server_stop(server);
}

int
main(int argc, char **argv)
{
	static const struct interop_v1_ops ops = {
		.echo = echo, .nothing = nothing, .negate = negate,
		.reverse = reverse, .twice = twice, .half = half,
		.invert = invert, .next = next, .count_down = count_down,
		.repeat = repeat,
	};
	static const struct interop_v3_ops later = { .negate_again = negate };
	struct orpc_error error = { 0 };
	char address[200];

	if (orpc_server_open(NULL, &server) != 0 ||
	    interop_v1_serve(server, &ops) != 0 ||
	    interop_v3_serve(server, &later) != 0 ||
	    orpc_server_listen(server, "tcp://127.0.0.1:0", &error) != 0 ||
	    orpc_server_listen(server, "udp://127.0.0.1:0", &error) != 0 ||
	    (argc > 1 && !strcmp(argv[1], "register") &&
	    orpc_server_register(server, &error) != 0)) {
		orpc_error_text(&error, address, sizeof(address));
		fprintf(stderr, "can't serve: %s\n", address);
		return 1;
	}
	signal(SIGTERM, on_signal);
	for (size_t i = 0; orpc_server_address(server, i, address,
	    sizeof(address)) >= 0; i++)
		printf("%.3s %s\n", address, strrchr(address, ':') + 1);
	fflush(stdout);
	orpc_server_run(server);
	orpc_server_close(server);
	return 0;
}
