/* SPDX-License-Identifier: BSD-3-Clause */
/* How long a blocking call of libtirpc's takes. */
#include "tests/bench/rpc/latency.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "tirpc/echo.h"

struct job {
	CLIENT *client;
	payload arg;
};

static int
call_null(void *ctx)
{
	struct job *job = ctx;
	struct timeval wait = { 25, 0 };

	return clnt_call(job->client, NULLPROC, (xdrproc_t)xdr_void, NULL,
	    (xdrproc_t)xdr_void, NULL, wait) != RPC_SUCCESS;
}

static int
call_echo(void *ctx)
{
	struct job *job = ctx;
	payload *out = echo_1(&job->arg, job->client);
	int rc = !out || out->payload_len != job->arg.payload_len;

	if (out)
		clnt_freeres(job->client, (xdrproc_t)xdr_payload, out);
	return rc;
}

static CLIENT *
connect_inet(const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1)) };
	struct timeval retry = { 5, 0 };
	int fd = RPC_ANYSOCK;

	if (strncmp(address, "udp", 3) == 0)
		return clntudp_bufcreate(&in, BENCH_ECHO, BENCH_ECHO_V1, retry,
		    &fd, 9000, 9000);
	return clnttcp_create(&in, BENCH_ECHO, BENCH_ECHO_V1, &fd, 0, 0);
}

static CLIENT *
connect_unix(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = RPC_ANYSOCK;

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	return clntunix_create(&un, BENCH_ECHO, BENCH_ECHO_V1, &fd, 0, 0);
}

int
main(int argc, char **argv)
{
	struct job job = { 0 };
	int rc;

	if (argc != 4)
		return 2;
	job.client = strncmp(argv[1], "unix:", 5) == 0 ?
	    connect_unix(argv[1] + 5) : connect_inet(argv[1]);
	if (!job.client)
		return 4;
	job.arg.payload_len = (u_int)atoi(argv[3]);
	job.arg.payload_val = calloc(1, job.arg.payload_len + 1);
	rc = latency_measure((size_t)atol(argv[2]),
	    job.arg.payload_len > 0 ? call_echo : call_null, &job);
	free(job.arg.payload_val);
	clnt_destroy(job.client);
	return rc;
}
