/* SPDX-License-Identifier: BSD-3-Clause */
/* The limit of a blocking call: one send, one recv, no checks but the
 * length.  With SPIN set in the environment it never sleeps. */
#include "tests/bench/rpc/latency.h"
#include "tests/bench/rpc/raw_client.h"

struct job {
	struct raw_client client;
	int flags;
	uint8_t reply[65536 + 64];
};

static int
call_once(void *ctx)
{
	struct job *job = ctx;
	const struct raw_client *c = &job->client;
	size_t got = 0;

	if (send(c->fd, c->call, c->n_call, MSG_NOSIGNAL) !=
	    (ssize_t)c->n_call)
		return 1;
	while (got < c->n_reply) {
		ssize_t n = recv(c->fd, job->reply + got,
		    sizeof(job->reply) - got, job->flags);

		if (n == 0 || (n < 0 && job->flags == 0))
			return 1;
		if (n > 0)
			got += (size_t)n;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static struct job job;

	if (argc != 4 || atoi(argv[3]) > RAW_SIZE_MAX)
		return 2;
	if (raw_open(&job.client, argv[1]) != 0)
		return 4;
	job.flags = getenv("SPIN") ? MSG_DONTWAIT : 0;
	raw_make_call(&job.client, (uint32_t)atoi(argv[3]));
	return latency_measure((size_t)atol(argv[2]), call_once, &job);
}
