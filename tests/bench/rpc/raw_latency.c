/* SPDX-License-Identifier: BSD-3-Clause */
/* The limit of a blocking call: one send, one recv, no checks but the
 * length.  With SPIN set in the environment it never sleeps. */
#include "tests/bench/rpc/latency.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

struct job {
	int fd;
	bool stream;
	int flags;
	uint8_t call[4 + 40 + 4 + 65536];
	size_t n_call;
	uint8_t reply[65536 + 64];
	size_t n_reply;
};

static int
call_once(void *ctx)
{
	struct job *job = ctx;
	size_t got = 0;

	if (send(job->fd, job->call, job->n_call, MSG_NOSIGNAL) !=
	    (ssize_t)job->n_call)
		return 1;
	while (got < job->n_reply) {
		ssize_t n = recv(job->fd, job->reply + got,
		    sizeof(job->reply) - got, job->flags);

		if (n == 0 || (n < 0 && job->flags == 0))
			return 1;
		if (n > 0)
			got += (size_t)n;
	}
	return 0;
}

static void
store(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

static void
make_call(struct job *job, uint32_t size)
{
	size_t mark = job->stream ? 4 : 0;
	size_t body = size > 0 ? 4 + ((size + 3) & ~3u) : 0;
	uint8_t *p = job->call + mark;

	if (mark)
		store(job->call, 0x80000000u | (uint32_t)(40 + body));
	store(p, 1);
	store(p + 8, 2);
	store(p + 12, 0x20000ec0);
	store(p + 16, 1);
	store(p + 20, size > 0);
	if (size > 0)
		store(p + 40, size);
	job->n_call = mark + 40 + body;
	job->n_reply = mark + 24 + body;
}

static int
open_address(struct job *job, const char *address)
{
	const int one = 1;
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	job->stream = strncmp(address, "udp", 3) != 0;
	if (strncmp(address, "unix:", 5) == 0) {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", address + 5);
		job->fd = socket(AF_UNIX, SOCK_STREAM, 0);
		return connect(job->fd, (struct sockaddr *)&un, sizeof(un));
	}
	in.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1));
	job->fd = socket(AF_INET, job->stream ? SOCK_STREAM : SOCK_DGRAM, 0);
	setsockopt(job->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return connect(job->fd, (struct sockaddr *)&in, sizeof(in));
}

int
main(int argc, char **argv)
{
	static struct job job;

	if (argc != 4 || atoi(argv[3]) > 65000)
		return 2;
	if (open_address(&job, argv[1]) != 0)
		return 4;
	job.flags = getenv("SPIN") ? MSG_DONTWAIT : 0;
	make_call(&job, (uint32_t)atoi(argv[3]));
	return latency_measure((size_t)atol(argv[2]), call_once, &job);
}
