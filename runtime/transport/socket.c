/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets, as all transports over them need them: opening and connecting
 * without ever blocking, reading and writing streams, waiting.
 *
 * A socket is made non-blocking to connect it and blocking when it is
 * connected, before anyone else sees it.  From then on MSG_DONTWAIT tells
 * each call apart.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <orpc/loop.h>

#include "xdr/base.h"
#include "runtime/transport/socket.h"

/* The ports that bindresvport uses. */
#define RESERVED_FIRST 600u
#define RESERVED_LAST 1023u

/* A receive timeout is kept in clock ticks of up to 10 ms and may be late by
 * two of them; below this, poll is the exact way. */
#define PATIENCE_LEAST ((int64_t)64 * 1000 * 1000)
#define PATIENCE_SLACK ((int64_t)20 * 1000 * 1000)

static const struct {
	enum orpc_transport_kind kind;
	const struct transport_ops *ops;
	void (*settle)(struct transport *t);
} kinds[] = {
	{ ORPC_TCP, &orpc_i_tcp, orpc_i_tcp_settle },
	{ ORPC_UDP, &orpc_i_udp, orpc_i_udp_settle },
	{ ORPC_UNIX, &orpc_i_unix, NULL },
};

const struct transport_ops *
orpc_i_transport_ops(enum orpc_transport_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].ops;
	return NULL;
}

static void
socket_settle(struct transport *t)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].ops == t->ops && kinds[i].settle)
			kinds[i].settle(t);
}

int
orpc_i_socket_fail(struct transport *t, int code, int os_errno)
{
	t->os_errno = os_errno;
	return -code;
}

void
orpc_i_socket_init(struct transport *t, const struct transport_ops *ops,
    int fd)
{
	t->ops = ops;
	t->fd = fd;
	t->os_errno = 0;
	t->want_recv = TRANSPORT_READ;
	t->want_send = TRANSPORT_WRITE;
	t->patience_log2 = 0;
	t->lone = 0;
	t->one_address = false;
	atomic_init(&t->shut, false);
	t->session = NULL;
}

/* Binds to a free port below 1024, as bindresvport does. */
static int
socket_bind_reserved(struct transport *t, int family)
{
	struct orpc_i_sockaddr a = { .n = sizeof(struct sockaddr_in) };
	unsigned n = RESERVED_LAST - RESERVED_FIRST + 1;
	unsigned first = orpc_i_random() % n;

	if (family == AF_INET6)
		a.n = sizeof(struct sockaddr_in6);
	else if (family != AF_INET)
		return orpc_i_socket_fail(t, ORPC_E_NOTSUP, 0);
	a.ss.ss_family = (sa_family_t)family;
	for (unsigned i = 0; i < n; i++) {
		orpc_i_sockaddr_set_port(&a,
		    (uint16_t)(RESERVED_FIRST + (first + i) % n));
		if (!bind(t->fd, orpc_i_sockaddr_ptr(&a), a.n))
			return 0;
		if (errno != EADDRINUSE)
			break;
	}
	return orpc_i_socket_fail(t, ORPC_E_SYSTEM, errno);
}

/* The connection stands: from now on the descriptor blocks. */
static int
socket_stands(struct transport *t)
{
	int mode = fcntl(t->fd, F_GETFL);

	if (mode < 0 || fcntl(t->fd, F_SETFL, mode & ~O_NONBLOCK))
		return orpc_i_socket_fail(t, ORPC_E_SYSTEM, errno);
	return 0;
}

static int
socket_start(struct transport *t, const struct sockaddr *sa, socklen_t n_sa,
    unsigned flags)
{
	int e;

	if (flags & TRANSPORT_RESERVED_PORT) {
		e = socket_bind_reserved(t, sa->sa_family);
		if (e)
			return e;
	}
	if (flags & TRANSPORT_ANY_SOURCE && t->ops->datagram) {
		e = orpc_i_udp_aim(t, sa, n_sa);
		return e ? e : socket_stands(t);
	}
	if (!connect(t->fd, sa, n_sa))
		return socket_stands(t);
	if (errno == EINPROGRESS || errno == EINTR)
		return TRANSPORT_AGAIN;
	if (errno == EAGAIN && sa->sa_family == AF_UNIX)
		return orpc_i_socket_fail(t, ORPC_E_BUSY, errno);
	return orpc_i_socket_fail(t, ORPC_E_CONNECT, errno);
}

int
orpc_i_transport_connect(enum orpc_transport_kind kind,
    const struct sockaddr *sa, socklen_t n_sa, unsigned flags,
    struct transport *out)
{
	const struct transport_ops *ops = orpc_i_transport_ops(kind);
	int type = SOCK_STREAM;
	int e;

	orpc_i_socket_init(out, ops, -1);
	if (!ops)
		return -ORPC_E_NOTSUP;
	if (ops->datagram)
		type = SOCK_DGRAM;
	out->fd = socket(sa->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out->fd < 0)
		return orpc_i_socket_fail(out, ORPC_E_SYSTEM, errno);
	socket_settle(out);
	e = socket_start(out, sa, n_sa, flags);
	if (e < 0)
		ops->close(out);
	return e;
}

void
orpc_i_transport_adopt(enum orpc_transport_kind kind, int fd,
    struct transport *out)
{
	orpc_i_socket_init(out, orpc_i_transport_ops(kind), fd);
	socket_settle(out);
}

int
orpc_i_socket_connected(struct transport *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLOUT };
	socklen_t n = sizeof(int);
	int error = 0;

	if (poll(&p, 1, 0) != 1)
		return TRANSPORT_AGAIN;
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &n))
		error = errno;
	if (error)
		return orpc_i_socket_fail(t, ORPC_E_CONNECT, error);
	return socket_stands(t);
}

/* What errno says about a stream. */
static int
socket_verdict(struct transport *t)
{
	switch (errno) {
	case EAGAIN:
	case EINTR:
		return TRANSPORT_AGAIN;
	case ECONNRESET:
	case EPIPE:
		return orpc_i_socket_fail(t, ORPC_E_CLOSED, errno);
	default:
		return orpc_i_socket_fail(t, ORPC_E_IO, errno);
	}
}

int
orpc_i_socket_recv(struct transport *t, void *buf, size_t n, unsigned flags,
    size_t *out_n)
{
	int wait = flags & TRANSPORT_PATIENT ? 0 : MSG_DONTWAIT;
	ssize_t got = recv(t->fd, buf, n, wait);

	if (got < 0)
		return socket_verdict(t);
	if (!got)
		return orpc_i_socket_fail(t, ORPC_E_CLOSED, 0);
	*out_n = (size_t)got;
	return 0;
}

static ssize_t
socket_send_pieces(const struct transport *t, const struct iovec *iov,
    size_t n_iov)
{
	struct msghdr m = {
		.msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = n_iov < IOV_MAX ? n_iov : IOV_MAX,
	};

	return sendmsg(t->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int
orpc_i_socket_send(struct transport *t, const struct iovec *iov, size_t n_iov,
    size_t *out_n)
{
	ssize_t n;

	if (n_iov == 1)
		n = send(t->fd, iov->iov_base, iov->iov_len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		n = socket_send_pieces(t, iov, n_iov);
	if (n < 0)
		return socket_verdict(t);
	*out_n = (size_t)n;
	return 0;
}

size_t
orpc_i_socket_pending(const struct transport *t)
{
	(void)t;
	return 0;
}

void
orpc_i_socket_shutdown(struct transport *t)
{
	atomic_store(&t->shut, true);
	/* An unconnected datagram socket says ENOTCONN and ends its waits
	 * all the same. */
	if (t->fd >= 0)
		shutdown(t->fd, SHUT_RDWR);
}

void
orpc_i_socket_close(struct transport *t)
{
	if (t->fd < 0)
		return;
	close(t->fd);
	t->fd = -1;
}

bool
orpc_i_transport_patience(struct transport *t, int64_t ns)
{
	int64_t span = ns - PATIENCE_SLACK;
	struct timeval tv;
	uint8_t log2;

	if (ns < PATIENCE_LEAST)
		return false;
	log2 = (uint8_t)(63 - __builtin_clzll((unsigned long long)span));
	/* Nearly the same will do: a shorter wait is only asked again. */
	if (t->patience_log2 && t->patience_log2 <= log2 &&
	    t->patience_log2 + 2 >= log2)
		return true;
	span = (int64_t)1 << log2;
	tv.tv_sec = (time_t)(span / 1000000000);
	tv.tv_usec = (suseconds_t)(span % 1000000000 / 1000);
	if (setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)))
		return false;
	t->patience_log2 = log2;
	return true;
}

int
orpc_i_transport_wait(const struct transport *t, unsigned events,
    int64_t deadline_ns)
{
	struct pollfd p = { .fd = t->fd };
	struct timespec ts;
	int64_t left = INT64_MAX;

	if (events & TRANSPORT_READ)
		p.events |= POLLIN;
	if (events & TRANSPORT_WRITE)
		p.events |= POLLOUT;
	if (deadline_ns != INT64_MAX) {
		left = deadline_ns - orpc_now_ns();
		if (left <= 0)
			left = 0;
		ts.tv_sec = (time_t)(left / 1000000000);
		ts.tv_nsec = (long)(left % 1000000000);
	}
	if (ppoll(&p, 1, left == INT64_MAX ? NULL : &ts, NULL) == 0)
		return -ORPC_E_TIMEOUT;
	return 0;
}

void
orpc_i_transport_peer(const struct transport *t, struct orpc_i_sockaddr *out)
{
	out->n = sizeof(out->ss);
	if (getpeername(t->fd, (struct sockaddr *)&out->ss, &out->n))
		out->n = 0;
}

void
orpc_i_transport_local(const struct transport *t, struct orpc_i_sockaddr *out)
{
	out->n = sizeof(out->ss);
	if (getsockname(t->fd, (struct sockaddr *)&out->ss, &out->n))
		out->n = 0;
}
