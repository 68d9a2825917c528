/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Our side of the benchmarks of calls: an echo server on one event loop.
 *
 *	orpc_echo ADDRESS [THREADS]		prints the address
 *
 * With SPIN=US in the environment it looks that long for more before it
 * sleeps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <orpc/server.h>

#include "echo.h"

static int
echo(struct orpc_request *rq, const payload *arg, payload *out)
{
	(void)rq;
	*out = *arg;
	return 0;
}

static int
sink(struct orpc_request *rq, const payload *arg, uint32_t *out)
{
	(void)rq;
	*out = arg->payload_len;
	return 0;
}

static const struct bench_echo_v1_ops ops = { .echo = echo, .echo_once = echo,
	.sink = sink };

int
main(int argc, char **argv)
{
	const struct orpc_server_options options = {
		.threads = argc > 2 ? (uint32_t)atoi(argv[2]) : 1,
		.max_record_bytes = (size_t)16 << 20,
		.spin_us = getenv("SPIN") ? (uint32_t)atoi(getenv("SPIN")) : 0,
	};
	struct orpc_server *server;
	struct orpc_error error;
	struct rlimit limit;
	char text[256];

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (argc < 2 || orpc_server_open(&options, &server) != 0)
		return 2;
	if (bench_echo_v1_serve(server, &ops) != 0 ||
	    orpc_server_listen(server, argv[1], &error) != 0 ||
	    orpc_server_address(server, 0, text, sizeof(text)) != 0) {
		fputs("orpc_echo: can't listen\n", stderr);
		return 1;
	}
	puts(text);
	fflush(stdout);
	return orpc_server_run(server) == 0 ? 0 : 1;
}
