/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The limit: an echo server with record marking and a reply header and
 * nothing else.  One epoll loop; what one read brought is answered with one
 * write.  No checks, no limits, no programs: it answers whatever looks like a
 * call with its own argument, or with the first word of that (its length)
 * where it is the sink that was called.
 *
 *	raw_echo tcp|udp|unix:PATH		prints the port, or "ready"
 *
 * With SPIN in the environment it never sleeps.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CALL_HEADER 40u
#define REPLY_HEADER 24u
#define MARK 4u
#define SINK 3u			/* a procedure of echo.x */

struct peer {
	int fd;
	uint8_t *in;		/* only while a record is partial */
	size_t n_in;
	size_t in_room;
	uint8_t *out;		/* only while the peer does not read */
	size_t n_out;
	size_t out_at;
};

static uint8_t shared_in[1 << 18];
static uint8_t *reply;
static size_t reply_room;
static int epoll_fd;
static int wait_ms = -1;

static uint32_t
load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
store32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static void
need_reply(size_t n)
{
	if (n <= reply_room)
		return;
	reply_room = 2 * n;
	reply = realloc(reply, reply_room);
	if (!reply)
		abort();
}

/* How much of its argument goes back to a caller. */
static size_t
n_back(const uint8_t *call, size_t n)
{
	size_t n_arg = n - CALL_HEADER;

	return load32(call + 20) == SINK && n_arg > 4 ? 4 : n_arg;
}

/* Writes the reply to a call of n bytes at `to`; its length. */
static size_t
answer(const uint8_t *call, size_t n, uint8_t *to)
{
	n = n_back(call, n);
	memcpy(to, call, 4);
	memset(to + 4, 0, REPLY_HEADER - 4);
	store32(to + 4, 1);
	memcpy(to + REPLY_HEADER, call + CALL_HEADER, n);
	return REPLY_HEADER + n;
}

static void
forget(struct peer *p)
{
	close(p->fd);
	free(p->in);
	free(p->out);
	free(p);
}

static void
want(struct peer *p, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = p };

	epoll_ctl(epoll_fd, EPOLL_CTL_MOD, p->fd, &e);
}

/* Keeps what the peer does not take yet; -1: gone. */
static int
send_reply(struct peer *p, const uint8_t *bytes, size_t n)
{
	ssize_t sent = send(p->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent < 0 && errno != EAGAIN)
		return -1;
	if (sent < 0)
		sent = 0;
	if ((size_t)sent == n)
		return 0;
	p->out = malloc(n - (size_t)sent);
	if (!p->out)
		return -1;
	memcpy(p->out, bytes + sent, n - (size_t)sent);
	p->n_out = n - (size_t)sent;
	p->out_at = 0;
	want(p, EPOLLOUT);
	return 0;
}

/* Answers all whole records; bytes used, or -1. */
static ssize_t
answer_records(struct peer *p, const uint8_t *bytes, size_t n)
{
	size_t at = 0, out = 0;

	while (n - at >= MARK) {
		size_t len = load32(bytes + at) & 0x7fffffffu, n_reply;

		if (len < CALL_HEADER)
			return -1;
		if (n - at - MARK < len)
			break;
		need_reply(out + MARK + len);
		n_reply = answer(bytes + at + MARK, len, reply + out + MARK);
		store32(reply + out, 0x80000000u | (uint32_t)n_reply);
		out += MARK + n_reply;
		at += MARK + len;
	}
	if (out > 0 && send_reply(p, reply, out) != 0)
		return -1;
	return (ssize_t)at;
}

static int
keep(struct peer *p, const uint8_t *bytes, size_t n)
{
	size_t need = n >= MARK ? MARK + (load32(bytes) & 0x7fffffffu) : 4096;

	if (n == 0) {
		free(p->in);
		p->in = NULL;
		p->n_in = p->in_room = 0;
		return 0;
	}
	if (need < 4096)
		need = 4096;
	if (need > p->in_room) {
		uint8_t *in = malloc(need);

		if (!in)
			return -1;
		memcpy(in, bytes, n);
		free(p->in);
		p->in = in;
		p->in_room = need;
	} else {
		memmove(p->in, bytes, n);
	}
	p->n_in = n;
	return 0;
}

static int
on_readable(struct peer *p)
{
	uint8_t *to = p->in ? p->in + p->n_in : shared_in;
	size_t room = p->in ? p->in_room - p->n_in : sizeof(shared_in);
	ssize_t n = recv(p->fd, to, room, MSG_DONTWAIT);
	const uint8_t *bytes = p->in ? p->in : shared_in;
	size_t have;
	ssize_t used;

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return -1;
	have = p->n_in + (size_t)n;
	used = answer_records(p, bytes, have);
	if (used < 0)
		return -1;
	return keep(p, bytes + used, have - (size_t)used);
}

static int
on_writable(struct peer *p)
{
	ssize_t n = send(p->fd, p->out + p->out_at, p->n_out - p->out_at,
	    MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	p->out_at += (size_t)n;
	if (p->out_at == p->n_out) {
		free(p->out);
		p->out = NULL;
		want(p, EPOLLIN);
	}
	return 0;
}

static void
on_connections(int listener)
{
	const int one = 1;
	int fd;

	while ((fd = accept4(listener, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct peer *p = calloc(1, sizeof(*p));
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = p };

		if (!p)
			abort();
		p->fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
	}
}

static void
serve_stream(int listener)
{
	struct epoll_event events[256];
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &e);
	for (;;) {
		int n = epoll_wait(epoll_fd, events, 256, wait_ms);

		for (int i = 0; i < n; i++) {
			struct peer *p = events[i].data.ptr;

			if (!p)
				on_connections(listener);
			else if ((p->out ? on_writable(p) :
			    on_readable(p)) != 0)
				forget(p);
		}
	}
}

static void
serve_datagrams(int fd)
{
	need_reply(65536);
	for (;;) {
		struct sockaddr_storage from;
		socklen_t n_from = sizeof(from);
		ssize_t n = recvfrom(fd, shared_in, sizeof(shared_in), 0,
		    (struct sockaddr *)&from, &n_from);

		if (n < (ssize_t)CALL_HEADER)
			continue;
		sendto(fd, reply, answer(shared_in, (size_t)n, reply), 0,
		    (struct sockaddr *)&from, n_from);
	}
}

static int
open_inet(int type)
{
	const int one = 1;
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC |
	    (type == SOCK_STREAM ? SOCK_NONBLOCK : 0), 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&in, n) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &n) != 0)
		return -1;
	printf("%u\n", ntohs(in.sin_port));
	return fd;
}

static int
open_unix(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) != 0)
		return -1;
	puts("ready");
	return fd;
}

int
main(int argc, char **argv)
{
	const char *where = argc == 2 ? argv[1] : "";
	bool datagrams = strcmp(where, "udp") == 0;
	struct rlimit limit;
	int fd = -1;

	if (getenv("SPIN"))
		wait_ms = 0;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (strncmp(where, "unix:", 5) == 0)
		fd = open_unix(where + 5);
	else if (datagrams || strcmp(where, "tcp") == 0)
		fd = open_inet(datagrams ? SOCK_DGRAM : SOCK_STREAM);
	if (fd < 0 || (!datagrams && listen(fd, 4096) != 0)) {
		fputs("usage: raw_echo tcp|udp|unix:PATH\n", stderr);
		return 2;
	}
	fflush(stdout);
	if (datagrams)
		serve_datagrams(fd);
	serve_stream(fd);
	return 0;
}
