/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The limit of one connection with many calls in flight: as many new calls
 * leave in one send as replies came with one recv; only bytes are counted.
 *
 *	raw_pipeline ADDRESS DEPTH SIZE SECONDS		prints calls/s
 */
#include "tests/bench/rpc/latency.h"
#include "tests/bench/rpc/raw_client.h"

struct job {
	struct raw_client client;
	uint8_t *calls;			/* DEPTH of them */
	uint8_t reply[1 << 18];
	size_t in;			/* bytes of an unfinished reply */
};

static int
send_calls(struct job *job, size_t n)
{
	size_t left = n * job->client.n_call;
	const uint8_t *at = job->calls;

	while (left > 0) {
		ssize_t sent = send(job->client.fd, at, left, MSG_NOSIGNAL);

		if (sent < 0)
			return 1;
		at += sent;
		left -= (size_t)sent;
	}
	return 0;
}

/* Replies that have come; 0: the connection is lost. */
static size_t
take_replies(struct job *job)
{
	ssize_t n = recv(job->client.fd, job->reply, sizeof(job->reply), 0);
	size_t whole;

	if (n <= 0)
		return 0;
	job->in += (size_t)n;
	whole = job->in / job->client.n_reply;
	job->in %= job->client.n_reply;
	return whole > 0 ? whole : take_replies(job);
}

/* Goes on for so long; replies, or 0. */
static uint64_t
run_for(struct job *job, double seconds)
{
	uint64_t end = latency_now() + (uint64_t)(seconds * 1e9);
	uint64_t total = 0;

	while (latency_now() < end) {
		size_t n = take_replies(job);

		if (n == 0 || send_calls(job, n) != 0)
			return 0;
		total += n;
	}
	return total;
}

int
main(int argc, char **argv)
{
	static struct job job;
	size_t depth = argc == 5 ? (size_t)atol(argv[2]) : 0;
	uint64_t begun, total;

	if (depth == 0 || atoi(argv[3]) > RAW_SIZE_MAX)
		return 2;
	if (raw_open(&job.client, argv[1]) != 0)
		return 4;
	raw_make_call(&job.client, (uint32_t)atoi(argv[3]));
	job.calls = malloc(depth * job.client.n_call);
	if (!job.calls)
		return 1;
	for (size_t i = 0; i < depth; i++)
		memcpy(job.calls + i * job.client.n_call, job.client.call,
		    job.client.n_call);
	if (send_calls(&job, depth) != 0 || run_for(&job, 0.2) == 0)
		return 1;
	begun = latency_now();
	total = run_for(&job, atof(argv[4]));
	printf("%.0f\n", (double)total * 1e9 /
	    (double)(latency_now() - begun));
	free(job.calls);
	return total == 0;
}
