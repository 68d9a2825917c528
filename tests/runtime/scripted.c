/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/runtime/scripted.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xdr/base.h"
#include <oxdr/reader.h>
#include <oxdr/type.h>

static const struct oxdr_type type_bytes = {
	.name = "bytes", .kind = OXDR_OPAQUE_VAR,
	.align = _Alignof(struct oxdr_var), .size = sizeof(struct oxdr_var),
	.max = UINT32_MAX, .wire_min = 4, .wire_max = OXDR_UNBOUNDED
};

static const struct orpc_proc procs[] = {
	{ .number = 1, .name = "DOUBLE", .arg = &oxdr_type_uint32,
	    .res = &oxdr_type_uint32 },
	{ .number = 2, .name = "IDEMPOTENT", .arg = &oxdr_type_uint32,
	    .res = &oxdr_type_uint32, .flags = ORPC_PROC_IDEMPOTENT },
	{ .number = 3, .name = "BYTES", .arg = &type_bytes,
	    .res = &type_bytes },
	{ .number = 4, .name = "POKE", .arg = &oxdr_type_uint32,
	    .flags = ORPC_PROC_ONEWAY },
};

const struct orpc_program scripted_program = {
	.name = "SCRIPTED", .version_name = "SCRIPTED_V1",
	.number = 0x20000345, .version = 1,
	.procs = procs, .n_procs = ARRAY_LEN(procs),
};

void
scripted_send(struct scripted *s, int fd, const void *bytes, size_t n)
{
	uint8_t mark[4];

	if (s->datagram) {
		sendto(fd, bytes, n, 0, (const struct sockaddr *)s->peer,
		    s->n_peer);
		return;
	}
	oxdr_store_u32(mark, 0x80000000u | (uint32_t)n);
	if (send(fd, mark, 4, MSG_NOSIGNAL | MSG_MORE) == 4 && n)
		(void)!send(fd, bytes, n, MSG_NOSIGNAL);
}

void
scripted_reply(struct scripted *s, int fd, const uint8_t *call,
    const char *hex)
{
	uint8_t bytes[65536];

	memcpy(bytes, call, 4);
	scripted_send(s, fd, bytes, 4 + test_hex(hex, bytes + 4,
	    sizeof(bytes) - 4));
}

bool
scripted_right(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	static const uint8_t accepted[] = { 0, 0, 0, 1 };
	uint8_t *bytes = calloc(1, n + 24);
	uint32_t proc = oxdr_load_u32(call + 20);
	size_t n_res = 0;

	memcpy(bytes, call, 4);
	memcpy(bytes + 4, accepted, 4);
	if (proc == 1 || proc == 2) {
		oxdr_store_u32(bytes + 24, 2 * oxdr_load_u32(call + 40));
		n_res = 4;
	} else if (proc == 3) {
		n_res = n - 40;
		memcpy(bytes + 24, call + 40, n_res);
	}
	scripted_send(s, fd, bytes, 24 + n_res);
	free(bytes);
	return true;
}

/* Reads exactly n bytes: false at the end, or when it is time to stop. */
static bool
read_all(struct scripted *s, int fd, uint8_t *bytes, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t got;

	while (n) {
		if (atomic_load(&s->stop))
			return false;
		if (poll(&p, 1, 20) != 1)
			continue;
		got = recv(fd, bytes, n, 0);
		if (got <= 0)
			return false;
		bytes += got;
		n -= (size_t)got;
	}
	return true;
}

static void
serve_stream(struct scripted *s, int fd)
{
	uint8_t *bytes;
	uint8_t mark[4];
	bool go_on = true;
	size_t n;

	while (go_on && read_all(s, fd, mark, 4)) {
		n = oxdr_load_u32(mark) & 0x7fffffffu;
		bytes = malloc(n + 1);
		go_on = read_all(s, fd, bytes, n);
		if (go_on) {
			atomic_fetch_add(&s->calls, 1);
			go_on = atomic_load(&s->answer)(s, fd, bytes, n);
		}
		free(bytes);
	}
	close(fd);
}

static void
serve_datagram(struct scripted *s)
{
	uint8_t bytes[65536];
	socklen_t n_peer = sizeof(s->peer);
	ssize_t n;

	n = recvfrom(s->fd, bytes, sizeof(bytes), 0,
	    (struct sockaddr *)s->peer, &n_peer);
	s->n_peer = n_peer;
	if (n < 40)
		return;
	atomic_fetch_add(&s->calls, 1);
	atomic_load(&s->answer)(s, s->fd, bytes, (size_t)n);
}

static void *
scripted_run(void *arg)
{
	struct scripted *s = arg;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	int fd;

	while (!atomic_load(&s->stop)) {
		if (poll(&p, 1, 20) != 1)
			continue;
		if (s->datagram) {
			serve_datagram(s);
			continue;
		}
		fd = accept(s->fd, NULL, NULL);
		if (fd < 0)
			continue;
		atomic_fetch_add(&s->connections, 1);
		serve_stream(s, fd);
	}
	return NULL;
}

void
scripted_start(struct scripted *s, bool datagram, scripted_fn *answer,
    const void *ctx)
{
	uint16_t port;

	memset(s, 0, sizeof(*s));
	atomic_store(&s->answer, answer);
	s->ctx = ctx;
	s->datagram = datagram;
	s->fd = test_bound(AF_INET, datagram ? SOCK_DGRAM : SOCK_STREAM,
	    &port);
	if (!datagram)
		assert_int_equal(listen(s->fd, 16), 0);
	snprintf(s->address, sizeof(s->address), "%s://127.0.0.1:%u",
	    datagram ? "udp" : "tcp", port);
	assert_int_equal(pthread_create(&s->thread, NULL, scripted_run, s), 0);
}

void
scripted_stop(struct scripted *s)
{
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
	close(s->fd);
}
