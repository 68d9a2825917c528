/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors: counting them, pairs of them on loopback, whole reads and
 * writes on them.
 */
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/test.h"

/* Calls fn(fd number as text) for each open descriptor but its own. */
static size_t
each_fd(void (*fn)(const char *fd))
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    atoi(entry->d_name) == dirfd(dir))
			continue;
		n++;
		if (fn)
			fn(entry->d_name);
	}
	closedir(dir);
	return n;
}

static void
show_fd(const char *fd)
{
	char path[64], what[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%.16s", fd);
	n = readlink(path, what, sizeof(what) - 1);
	what[n < 0 ? 0 : n] = '\0';
	print_message("# open: %s %s\n", fd, what);
}

size_t
test_open_fds(void)
{
	return each_fd(NULL);
}

void
test_no_fds_left(size_t before)
{
	size_t now = test_open_fds();

	if (now == before)
		return;
	each_fd(show_fd);
	fail_msg("%zu descriptors are open, %zu were before", now, before);
}

/* The loopback address with port 0; its length. */
static socklen_t
loopback(int family, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	out->ss_family = (sa_family_t)family;
	if (family == AF_INET6) {
		((struct sockaddr_in6 *)out)->sin6_addr = in6addr_loopback;
		return sizeof(struct sockaddr_in6);
	}
	assert_int_equal(family, AF_INET);
	((struct sockaddr_in *)out)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(struct sockaddr_in);
}

static socklen_t
local_address(int fd, struct sockaddr_storage *out)
{
	socklen_t n = sizeof(*out);

	assert_int_equal(getsockname(fd, (struct sockaddr *)out, &n), 0);
	return n;
}

int
test_bound(int family, int type, uint16_t *out_port)
{
	struct sockaddr_storage at;
	socklen_t n = loopback(family, &at);
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	local_address(fd, &at);
	*out_port = ntohs(family == AF_INET6 ?
	    ((struct sockaddr_in6 *)&at)->sin6_port :
	    ((struct sockaddr_in *)&at)->sin_port);
	return fd;
}

static void
connect_to(int fd, int other)
{
	struct sockaddr_storage at;
	socklen_t n = local_address(other, &at);

	assert_int_equal(connect(fd, (struct sockaddr *)&at, n), 0);
}

void
test_pair(int family, int type, int out_fds[2])
{
	uint16_t port;
	int first;

	if (family == AF_UNIX) {
		assert_int_equal(
		    socketpair(family, type | SOCK_CLOEXEC, 0, out_fds), 0);
		return;
	}
	first = test_bound(family, type, &port);
	if (type == SOCK_STREAM) {
		assert_int_equal(listen(first, 1), 0);
		out_fds[0] = socket(family, type | SOCK_CLOEXEC, 0);
		connect_to(out_fds[0], first);
		out_fds[1] = accept4(first, NULL, NULL, SOCK_CLOEXEC);
		assert_true(out_fds[1] >= 0);
		close(first);
		return;
	}
	out_fds[0] = first;
	out_fds[1] = test_bound(family, type, &port);
	connect_to(out_fds[0], out_fds[1]);
	connect_to(out_fds[1], out_fds[0]);
}

void
test_write(int fd, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	while (n > 0) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			fail_msg("send: %s", strerror(errno));
		at += sent;
		n -= (size_t)sent;
	}
}

void
test_read(int fd, void *bytes, size_t n)
{
	uint8_t *at = bytes;

	while (n > 0) {
		ssize_t got = recv(fd, at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			fail_msg("recv: %s, %zu bytes missing",
			    got ? strerror(errno) : "closed", n);
		at += got;
		n -= (size_t)got;
	}
}

bool
test_memcheck(void)
{
	return getenv("ORPC_MEMCHECK") != NULL;
}

bool
test_readable(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	do {
		n = poll(&p, 1, timeout_ms);
	} while (n < 0 && errno == EINTR);
	assert_true(n >= 0);
	return n > 0;
}
