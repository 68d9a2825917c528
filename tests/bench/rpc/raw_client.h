/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the limit's clients share: a connected socket, and one call record
 * with the length of its reply.
 */
#ifndef BENCH_RAW_CLIENT_H
#define BENCH_RAW_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define RAW_SIZE_MAX 65000

struct raw_client {
	int fd;
	bool stream;
	uint8_t call[4 + 40 + 4 + 65536];
	size_t n_call;
	size_t n_reply;
};

static inline void
raw_store(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

/* SIZE 0: the null procedure. */
static inline void
raw_make_call(struct raw_client *c, uint32_t size)
{
	size_t mark = c->stream ? 4 : 0;
	size_t body = size > 0 ? 4 + ((size + 3) & ~3u) : 0;
	uint8_t *p = c->call + mark;

	if (mark)
		raw_store(c->call, 0x80000000u | (uint32_t)(40 + body));
	raw_store(p, 1);
	raw_store(p + 8, 2);
	raw_store(p + 12, 0x20000ec0);
	raw_store(p + 16, 1);
	raw_store(p + 20, size > 0);
	if (size > 0)
		raw_store(p + 40, size);
	c->n_call = mark + 40 + body;
	c->n_reply = mark + 24 + body;
}

static inline int
raw_open(struct raw_client *c, const char *address)
{
	const int one = 1;
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	c->stream = strncmp(address, "udp", 3) != 0;
	if (strncmp(address, "unix:", 5) == 0) {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", address + 5);
		c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
		return connect(c->fd, (struct sockaddr *)&un, sizeof(un));
	}
	in.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1));
	c->fd = socket(AF_INET, c->stream ? SOCK_STREAM : SOCK_DGRAM, 0);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return connect(c->fd, (struct sockaddr *)&in, sizeof(in));
}

#endif
