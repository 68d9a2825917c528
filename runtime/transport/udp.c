/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UDP.  A client's socket is connected, so that the kernel passes over
 * datagrams from other sources; a server's is bound and works in batches
 * (recvmmsg, sendmmsg), answering from the address that was asked
 * (IP_PKTINFO, RFC 1122 section 4.1.3.5).
 *
 * What the network says about single datagrams (ICMP) is no error of the
 * socket: it is noted in os_errno and passed over.  A flood of such messages,
 * true or forged, costs a few system calls and nothing else.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/transport/socket.h"

/* Room for one control message that carries either packet info. */
struct control {
	_Alignas(struct cmsghdr)
	    uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* Is the socket bound to one address, so that replies leave from it anyway? */
static bool
udp_has_one_address(const struct transport *t)
{
	struct orpc_i_sockaddr a;
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	orpc_i_transport_local(t, &a);
	if (a.n && a.ss.ss_family == AF_INET) {
		memcpy(&in, &a.ss, sizeof(in));
		return in.sin_addr.s_addr != htonl(INADDR_ANY);
	}
	if (a.n && a.ss.ss_family == AF_INET6) {
		memcpy(&in6, &a.ss, sizeof(in6));
		return !IN6_IS_ADDR_UNSPECIFIED(&in6.sin6_addr);
	}
	return false;
}

void
orpc_i_udp_settle(struct transport *t)
{
	int on = 1;

	t->one_address = udp_has_one_address(t);
	if (t->one_address)
		return;
	setsockopt(t->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	setsockopt(t->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
}

int
orpc_i_udp_aim(struct transport *t, const struct sockaddr *sa, socklen_t n_sa)
{
	struct orpc_i_sockaddr *to = calloc(1, sizeof(*to));

	if (!to)
		return -OXDR_E_NOMEM;
	to->n = n_sa;
	memcpy(&to->ss, sa, n_sa);
	t->session = to;
	return 0;
}

/* What errno says about a datagram. */
static int
udp_verdict(struct transport *t)
{
	switch (errno) {
	case EAGAIN:
	case EINTR:
	case ENOBUFS:
	case ENOMEM:
		return TRANSPORT_AGAIN;
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENOPROTOOPT:
	case EPROTO:
	case ENONET:
		t->os_errno = errno;
		return TRANSPORT_AGAIN;
	case EMSGSIZE:
		return orpc_i_socket_fail(t, OXDR_E_LIMIT, errno);
	default:
		return orpc_i_socket_fail(t, ORPC_E_IO, errno);
	}
}

static int
udp_recv(struct transport *t, void *buf, size_t n, unsigned flags,
    size_t *out_n)
{
	int wait = flags & TRANSPORT_PATIENT ? 0 : MSG_DONTWAIT;
	ssize_t got = recv(t->fd, buf, n, wait | MSG_TRUNC);

	if (got < 0)
		return udp_verdict(t);
	if (!got && atomic_load(&t->shut))
		return orpc_i_socket_fail(t, ORPC_E_CLOSED, 0);
	if ((size_t)got > n)
		return TRANSPORT_AGAIN;
	*out_n = (size_t)got;
	return 0;
}

static ssize_t
udp_send_pieces(struct transport *t, const struct iovec *iov, size_t n_iov)
{
	struct orpc_i_sockaddr *to = t->session;
	struct msghdr m = {
		.msg_name = to ? &to->ss : NULL,
		.msg_namelen = to ? to->n : 0,
		.msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = n_iov,
	};

	/* The ordinary call: less for the kernel to fetch. */
	if (n_iov == 1 && !to)
		return send(t->fd, iov->iov_base, iov->iov_len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	return sendmsg(t->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int
udp_send(struct transport *t, const struct iovec *iov, size_t n_iov,
    size_t *out_n)
{
	ssize_t n = udp_send_pieces(t, iov, n_iov);

	/* That error was an earlier datagram's; this one was not sent. */
	if (n < 0 && errno == ECONNREFUSED) {
		t->os_errno = errno;
		n = udp_send_pieces(t, iov, n_iov);
	}
	if (n < 0)
		return udp_verdict(t);
	*out_n = (size_t)n;
	return 0;
}

/* Reads the packet info: where the datagram was sent to. */
static void
udp_get_local(struct datagram *d, struct msghdr *m)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct in6_pktinfo six;
	struct in_pktinfo four;

	d->local.n = 0;
	d->ifindex = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&four, CMSG_DATA(c), sizeof(four));
			in.sin_addr = four.ipi_spec_dst;
			d->ifindex = (unsigned)four.ipi_ifindex;
			d->local.n = sizeof(in);
			memcpy(&d->local.ss, &in, sizeof(in));
		} else if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&six, CMSG_DATA(c), sizeof(six));
			d->ifindex = six.ipi6_ifindex;
			if (IN6_IS_ADDR_MULTICAST(&six.ipi6_addr))
				continue;
			in6.sin6_addr = six.ipi6_addr;
			d->local.n = sizeof(in6);
			memcpy(&d->local.ss, &in6, sizeof(in6));
		}
	}
}

/* Asks that the datagram leaves from d->local. */
static void
udp_put_local(const struct datagram *d, struct msghdr *m, struct control *room)
{
	struct in6_pktinfo six = { .ipi6_ifindex = 0 };
	struct in_pktinfo four = { .ipi_ifindex = 0 };
	struct sockaddr_in6 in6;
	struct sockaddr_in in;
	struct cmsghdr *c;

	if (!d->local.n)
		return;
	memset(room, 0, sizeof(*room));
	m->msg_control = room;
	m->msg_controllen = sizeof(*room);
	c = CMSG_FIRSTHDR(m);
	if (d->local.ss.ss_family == AF_INET) {
		memcpy(&in, &d->local.ss, sizeof(in));
		four.ipi_spec_dst = in.sin_addr;
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(four));
		memcpy(CMSG_DATA(c), &four, sizeof(four));
		m->msg_controllen = CMSG_SPACE(sizeof(four));
	} else {
		memcpy(&in6, &d->local.ss, sizeof(in6));
		six.ipi6_addr = in6.sin6_addr;
		if (IN6_IS_ADDR_LINKLOCAL(&six.ipi6_addr))
			six.ipi6_ifindex = d->ifindex;
		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(six));
		memcpy(CMSG_DATA(c), &six, sizeof(six));
		m->msg_controllen = CMSG_SPACE(sizeof(six));
	}
}

static void
udp_prepare_recv(struct datagram *d, struct msghdr *m,
    struct control *control)
{
	*m = (struct msghdr){
		.msg_name = &d->peer.ss,
		.msg_namelen = sizeof(d->peer.ss),
		.msg_iov = (struct iovec *)(uintptr_t)d->iov,
		.msg_iovlen = d->n_iov,
		.msg_control = control,
		.msg_controllen = control ? sizeof(*control) : 0,
	};
}

static void
udp_take(struct datagram *d, struct msghdr *m, size_t n)
{
	d->n = n;
	d->peer.n = m->msg_namelen;
	d->truncated = m->msg_flags & MSG_TRUNC;
	udp_get_local(d, m);
}

/* The same from a socket that has no more to tell: less for the kernel to
 * fetch. */
static int
udp_recv_plain(struct transport *t, struct datagram *d)
{
	ssize_t n;

	d->peer.n = sizeof(d->peer.ss);
	n = recvfrom(t->fd, d->iov->iov_base, d->iov->iov_len,
	    MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&d->peer.ss,
	    &d->peer.n);
	if (n < 0)
		return -1;
	d->truncated = (size_t)n > d->iov->iov_len;
	d->n = d->truncated ? d->iov->iov_len : (size_t)n;
	d->local.n = 0;
	d->ifindex = 0;
	return 1;
}

static int
udp_recv_one(struct transport *t, struct datagram *d)
{
	struct control control;
	struct msghdr m;
	ssize_t n;

	if (t->one_address && d->n_iov == 1)
		return udp_recv_plain(t, d);
	udp_prepare_recv(d, &m, &control);
	n = recvmsg(t->fd, &m, MSG_DONTWAIT);
	if (n < 0)
		return -1;
	udp_take(d, &m, (size_t)n);
	return 1;
}

static int
udp_recv_many(struct transport *t, struct datagram *v, size_t n)
{
	struct mmsghdr m[DATAGRAM_BATCH];
	struct control control[DATAGRAM_BATCH];
	int got;

	if (n > DATAGRAM_BATCH)
		n = DATAGRAM_BATCH;
	for (size_t i = 0; i < n; i++)
		udp_prepare_recv(&v[i], &m[i].msg_hdr,
		    t->one_address ? NULL : &control[i]);
	got = recvmmsg(t->fd, m, (unsigned)n, MSG_DONTWAIT, NULL);
	for (int i = 0; i < got; i++)
		udp_take(&v[i], &m[i].msg_hdr, m[i].msg_len);
	return got;
}

/*
 * Taking many at once costs more than taking one when there is but one.
 * While batches are of one, only each LONE_MAX-th call looks for more.
 */
#define LONE_MAX 8u

static int
udp_recv_batch(struct transport *t, struct datagram *v, size_t n,
    size_t *out_n)
{
	int got;

	if (n > 1 && t->lone == 0)
		got = udp_recv_many(t, v, n);
	else
		got = udp_recv_one(t, v);
	if (got < 0)
		return udp_verdict(t);
	if (got > 1)
		t->lone = 0;
	else
		t->lone = (uint8_t)((t->lone + 1u) % LONE_MAX);
	*out_n = (size_t)got;
	return got ? 0 : TRANSPORT_AGAIN;
}

static void
udp_prepare_send(const struct datagram *d, struct msghdr *m,
    struct control *control)
{
	*m = (struct msghdr){
		.msg_name = d->peer.n ?
		    (void *)(uintptr_t)&d->peer.ss : NULL,
		.msg_namelen = d->peer.n,
		.msg_iov = (struct iovec *)(uintptr_t)d->iov,
		.msg_iovlen = d->n_iov,
	};
	udp_put_local(d, m, control);
}

/* Sends one: 1, or -1 and errno. */
static int
udp_send_one(const struct transport *t, const struct datagram *d)
{
	struct control control;
	struct msghdr m;
	ssize_t n;

	if (d->n_iov == 1 && !d->local.n && d->peer.n) {
		n = sendto(t->fd, d->iov->iov_base, d->iov->iov_len,
		    MSG_DONTWAIT | MSG_NOSIGNAL,
		    orpc_i_sockaddr_ptr(&d->peer), d->peer.n);
	} else {
		udp_prepare_send(d, &m, &control);
		n = sendmsg(t->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	return n < 0 ? -1 : 1;
}

static int
udp_send_many(const struct transport *t, const struct datagram *v, size_t n)
{
	struct mmsghdr m[DATAGRAM_BATCH];
	struct control control[DATAGRAM_BATCH];

	if (n > DATAGRAM_BATCH)
		n = DATAGRAM_BATCH;
	for (size_t i = 0; i < n; i++)
		udp_prepare_send(&v[i], &m[i].msg_hdr, &control[i]);
	return sendmmsg(t->fd, m, (unsigned)n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int
udp_send_batch(struct transport *t, struct datagram *v, size_t n,
    size_t *out_n)
{
	int sent = n == 1 ? udp_send_one(t, v) : udp_send_many(t, v, n);

	if (sent < 0) {
		if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
			return TRANSPORT_AGAIN;
		if (errno == EBADF || errno == ENOTSOCK)
			return orpc_i_socket_fail(t, ORPC_E_IO, errno);
		/* The first one can't be sent, now or later: dropped. */
		t->os_errno = errno;
		sent = 1;
	}
	*out_n = (size_t)sent;
	return 0;
}

static void
udp_close(struct transport *t)
{
	free(t->session);
	t->session = NULL;
	orpc_i_socket_close(t);
}

const struct transport_ops orpc_i_udp = {
	.kind = ORPC_UDP,
	.datagram = true,
	.connected = orpc_i_socket_connected,
	.recv = udp_recv,
	.send = udp_send,
	.recv_batch = udp_recv_batch,
	.send_batch = udp_send_batch,
	.pending = orpc_i_socket_pending,
	.shutdown = orpc_i_socket_shutdown,
	.close = udp_close,
};
