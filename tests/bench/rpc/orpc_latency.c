/* SPDX-License-Identifier: BSD-3-Clause */
/* How long a blocking call of ours takes.  With SPIN=US in the environment
 * the client spins before it sleeps. */
#include "tests/bench/rpc/latency.h"

#include <orpc/client.h>

#include "echo.h"

struct job {
	struct orpc_client *client;
	struct orpc_call call;
	payload arg;
};

static int
call_null(void *ctx)
{
	struct job *job = ctx;

	return orpc_client_ping(job->client, &job->call);
}

static int
call_echo(void *ctx)
{
	struct job *job = ctx;
	payload out;
	int rc = bench_echo_v1_echo(job->client, &job->call, &job->arg, &out);

	return rc != 0 || out.payload_len != job->arg.payload_len;
}

int
main(int argc, char **argv)
{
	struct orpc_client_options options = {
		.spin_us = getenv("SPIN") ? (uint32_t)atoi(getenv("SPIN")) : 0,
	};
	struct job job = { 0 };
	int rc;

	if (argc != 4)
		return 2;
	if (orpc_client_open(argv[1], &bench_echo_v1_program, &options,
	    &job.client, NULL) != 0)
		return 4;
	job.arg.payload_len = (uint32_t)atoi(argv[3]);
	job.arg.payload_val = calloc(1, job.arg.payload_len + 1);
	rc = latency_measure((size_t)atol(argv[2]),
	    job.arg.payload_len > 0 ? call_echo : call_null, &job);
	free(job.arg.payload_val);
	orpc_call_fini(&job.call);
	orpc_client_close(job.client);
	return rc;
}
