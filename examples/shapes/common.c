/* SPDX-License-Identifier: BSD-3-Clause */
#include "common.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct orpc_server *running;

static int
serve_wait(struct orpc_request *rq, uint32_t ms, uint64_t *out)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)rq;
	nanosleep(&ts, NULL);
	*out = (uint64_t)pthread_self();
	return 0;
}

static int
serve_echo(struct orpc_request *rq, const char *text, char **out)
{
	*out = oxdr_arena_strdup(orpc_request_arena(rq), text);
	return *out ? 0 : ORPC_R_SYSTEM_ERR;
}

const struct shapes_prog_v1_ops shapes_ops = {
	.wait = serve_wait,
	.echo = serve_echo,
};

struct orpc_server *
shapes_open(const struct orpc_server_options *options, int argc, char **argv)
{
	const char *address = argc > 1 ? argv[1] : "tcp://127.0.0.1:0";
	struct orpc_server *server;
	struct orpc_error error;
	char text[256];
	int r;

	r = orpc_server_open(options, &server);
	if (r) {
		fprintf(stderr, "%s: %s\n", argv[0], orpc_strerror(r));
		exit(1);
	}
	if (orpc_server_listen(server, address, &error)) {
		orpc_error_text(&error, text, sizeof(text));
		fprintf(stderr, "%s: %s\n", argv[0], text);
		exit(1);
	}
	r = shapes_prog_v1_serve(server, &shapes_ops);
	if (r || orpc_server_address(server, 0, text, sizeof(text))) {
		fprintf(stderr, "%s: %s\n", argv[0], orpc_strerror(r));
		exit(1);
	}
	printf("ready %s\n", text);
	fflush(stdout);
	return server;
}

static void
on_signal(int signo)
{
	(void)signo;
	orpc_server_stop(running);
}

void
shapes_finish(struct orpc_server *server)
{
	struct orpc_server_stats stats;

	orpc_server_stats(server, &stats);
	printf("%llu connections, %llu calls\n",
	    (unsigned long long)stats.accepted,
	    (unsigned long long)stats.calls);
	orpc_server_close(server);
}

int
shapes_run(struct orpc_server *server)
{
	int r;

	running = server;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	r = orpc_server_run(server);
	shapes_finish(server);
	return r ? 1 : 0;
}
