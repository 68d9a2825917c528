/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Our asynchronous client: one connection with many calls in flight; each
 * that ends starts the next one.
 *
 *	orpc_pipeline ADDRESS DEPTH SIZE SECONDS	prints calls/s
 */
#include "tests/bench/rpc/latency.h"

#include <string.h>

#include <orpc/client.h>

#include "echo.h"

static struct job {
	struct orpc_loop *loop;
	struct orpc_client *client;
	payload arg;
	uint64_t done;
	size_t running;
	bool over;
	bool failed;
} job;

static void start(struct orpc_call *call);

static void
on_done(struct orpc_call *call, int result, const payload *out, void *ctx)
{
	(void)ctx;
	job.running--;
	job.done++;
	if (result != 0 || out->payload_len != job.arg.payload_len ||
	    memcmp(out->payload_val, job.arg.payload_val,
	    out->payload_len) != 0)
		job.failed = true;
	if (!job.over && !job.failed)
		start(call);
}

static void
start(struct orpc_call *call)
{
	if (bench_echo_v1_echo_async(job.client, call, &job.arg, on_done,
	    NULL) == 0)
		job.running++;
	else
		job.failed = true;
}

/* Goes on for so long; replies. */
static uint64_t
run_for(double seconds)
{
	uint64_t end = latency_now() + (uint64_t)(seconds * 1e9);
	uint64_t before = job.done;

	while (!job.failed && latency_now() < end)
		orpc_loop_turn(job.loop, 100);
	return job.done - before;
}

static int
run(struct orpc_call *calls, size_t depth, double seconds)
{
	uint64_t begun, total;

	for (size_t i = 0; i < depth; i++)
		start(&calls[i]);
	run_for(0.2);
	begun = latency_now();
	total = run_for(seconds);
	printf("%.0f\n", (double)total * 1e9 /
	    (double)(latency_now() - begun));
	job.over = true;
	while (job.running > 0)
		orpc_loop_turn(job.loop, 100);
	for (size_t i = 0; i < depth; i++)
		orpc_call_fini(&calls[i]);
	return job.failed || total == 0;
}

int
main(int argc, char **argv)
{
	struct orpc_client_options options = { 0 };
	size_t depth = argc == 5 ? (size_t)atol(argv[2]) : 0;
	struct orpc_call *calls;
	int rc = 4;

	if (depth == 0)
		return 2;
	calls = calloc(depth, sizeof(*calls));
	job.arg.payload_len = (uint32_t)atoi(argv[3]);
	job.arg.payload_val = calloc(1, job.arg.payload_len + 1);
	if (!calls || !job.arg.payload_val || orpc_loop_new(&job.loop) != 0)
		return 1;
	options.loop = job.loop;
	if (orpc_client_start(argv[1], &bench_echo_v1_program, &options,
	    &job.client) == 0) {
		rc = run(calls, depth, atof(argv[4]));
		orpc_client_close(job.client);
	}
	orpc_loop_free(job.loop);
	free(job.arg.payload_val);
	free(calls);
	return rc;
}
