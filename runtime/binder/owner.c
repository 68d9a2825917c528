/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who registers.  Over the unix socket the kernel says so (SO_PEERCRED);
 * over loopback it is asked whose socket the other end is (sock_diag).  A pid
 * alone would come again: its start time tells one process from the next.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/binder/binder.h"

#define RESERVED_PORTS 1024u

/* ---- Processes ------------------------------------------------------------------------ */

/* Field 22 of /proc/PID/stat, counted after the command, which may hold
 * anything; 0: no such process. */
static uint64_t
process_started(int32_t pid)
{
	char path[40], buf[1024], *p;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	buf[n] = '\0';
	p = strrchr(buf, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

bool
orpc_i_owner_is_alive(const struct orpc_i_owner *owner)
{
	uint64_t started = process_started(owner->pid);

	if (started)
		return started == owner->started;
	/* Without /proc: is there such a process at all? */
	return access("/proc/self/stat", R_OK) != 0 &&
	    (kill(owner->pid, 0) == 0 || errno == EPERM);
}

/* ---- Loopback ---------------------------------------------------------------------------- */

struct diag_question {
	struct nlmsghdr head;
	struct inet_diag_req_v2 req;
};

static void
diag_host(const struct sockaddr *sa, uint32_t host[4], uint16_t *port)
{
	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *sin = (const void *)sa;

		memcpy(host, &sin->sin_addr, 4);
		*port = sin->sin_port;
	} else {
		const struct sockaddr_in6 *sin6 = (const void *)sa;

		memcpy(host, &sin6->sin6_addr, 16);
		*port = sin6->sin6_port;
	}
}

/* What the kernel knows of a socket. */
enum diag_result { DIAG_FOUND, DIAG_NONE, DIAG_UNKNOWN };

/* Is it the socket at the other end, and does a process still hold it?  One
 * that was closed may count as root's, and a look-up that finds no connection
 * goes on to sockets that listen at the port. */
static bool
diag_is_caller(const struct inet_diag_msg *msg,
    const struct inet_diag_sockid *asked, int protocol)
{
	bool udp = protocol == IPPROTO_UDP;

	return msg->idiag_inode != 0 && msg->id.idiag_sport ==
	    (udp ? asked->idiag_dport : asked->idiag_sport) &&
	    (udp || msg->id.idiag_dport == asked->idiag_dport);
}

/* Reads the one answer. */
static enum diag_result
diag_answer(int fd, struct inet_diag_msg *out)
{
	union {
		struct nlmsghdr head;
		char bytes[4096];
	} answer;
	const struct inet_diag_msg *msg;
	const struct nlmsgerr *error;
	ssize_t n = recv(fd, &answer, sizeof(answer), 0);

	if (n >= (ssize_t)NLMSG_LENGTH(sizeof(*msg)) &&
	    answer.head.nlmsg_type == SOCK_DIAG_BY_FAMILY) {
		msg = NLMSG_DATA(&answer.head);
		*out = *msg;
		return DIAG_FOUND;
	}
	error = NLMSG_DATA(&answer.head);
	return n >= (ssize_t)NLMSG_LENGTH(sizeof(*error)) &&
	    answer.head.nlmsg_type == NLMSG_ERROR &&
	    error->error == -ENOENT ? DIAG_NONE : DIAG_UNKNOWN;
}

/*
 * Whose socket has `own` as its own address and `peer` as its peer?  NULL:
 * none, it listens.
 *
 * A datagram socket is looked up as if a datagram had come for it: there the
 * kernel takes the "source" of the question for the sender's address, that is
 * the peer's.
 */
static enum diag_result
diag_ask(int protocol, const struct sockaddr *own,
    const struct sockaddr *peer, uint32_t *out_uid)
{
	struct diag_question q = {
		.head = { .nlmsg_len = sizeof(q),
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST },
		.req = { .sdiag_family = (uint8_t)own->sa_family,
		    .sdiag_protocol = (uint8_t)protocol,
		    .idiag_states = UINT32_MAX } };
	const struct timeval patience = { .tv_sec = 1 };
	const struct sockaddr *source = own, *target = peer;
	enum diag_result result = DIAG_UNKNOWN;
	struct inet_diag_sockid *id = &q.req.id;
	struct inet_diag_msg msg;
	int fd;

	if (protocol == IPPROTO_UDP) {
		source = peer;
		target = own;
	}
	if (source)
		diag_host(source, id->idiag_src, &id->idiag_sport);
	if (target)
		diag_host(target, id->idiag_dst, &id->idiag_dport);
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
	    NETLINK_SOCK_DIAG);
	if (fd < 0)
		return result;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q))
		result = diag_answer(fd, &msg);
	close(fd);
	if (result == DIAG_FOUND && peer && !diag_is_caller(&msg, id,
	    protocol))
		return DIAG_NONE;
	if (result == DIAG_FOUND)
		*out_uid = msg.idiag_uid;
	return result;
}

/* May the sender's port be another's, too?  Then, or when the sender has gone,
 * the kernel would name whoever holds it. */
static bool
port_is_shared(const struct sockaddr *sa, socklen_t n)
{
	const int yes = 1;
	int fd = socket(sa->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool shared;

	if (fd < 0)
		return true;
	shared = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes,
	    sizeof(yes)) < 0 || bind(fd, sa, n) == 0;
	close(fd);
	return shared;
}

/* The uid of the process whose socket sent this. */
static enum diag_result
sender_owner(int protocol, const struct sockaddr *peer, socklen_t n_peer,
    const struct sockaddr *local, uint32_t *out_uid)
{
	if (!local || local->sa_family != peer->sa_family)
		return DIAG_UNKNOWN;
	if (protocol == IPPROTO_UDP && port_is_shared(peer, n_peer))
		return DIAG_NONE;
	return diag_ask(protocol, peer, local, out_uid);
}

/* Nothing accepts there: the file of a socket stays when its owner ends. */
static bool
path_is_left(const struct sockaddr *sa, socklen_t n)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool left;

	if (fd < 0)
		return false;
	left = connect(fd, sa, n) < 0 && (errno == ECONNREFUSED ||
	    errno == ENOENT);
	close(fd);
	return left;
}

bool
orpc_i_address_is_left(const struct orpc_i_binding *b)
{
	struct sockaddr_storage ss;
	const struct sockaddr *sa = (struct sockaddr *)&ss;
	uint32_t uid;
	socklen_t n;

	if (orpc_uaddr_to_sockaddr(b->transport->netid, b->uaddr, &ss, &n))
		return true;
	if (ss.ss_family == AF_UNIX)
		return path_is_left(sa, n);
	return diag_ask(b->transport->semantics == 1 ? IPPROTO_UDP :
	    IPPROTO_TCP, sa, NULL, &uid) != DIAG_FOUND;
}

static uint32_t
loopback_owner(struct orpc_request *rq)
{
	socklen_t n_peer, n_local;
	const struct sockaddr *peer = orpc_request_peer(rq, &n_peer);
	const struct sockaddr *local = orpc_request_local(rq, &n_local);
	uint16_t port = peer->sa_family == AF_INET ?
	    ((const struct sockaddr_in *)(const void *)peer)->sin_port :
	    ((const struct sockaddr_in6 *)(const void *)peer)->sin6_port;
	uint32_t uid = ORPC_I_OWNER_UNKNOWN;

	/* Where the kernel can't be asked: only root binds a port below. */
	if (sender_owner(orpc_request_transport(rq) == ORPC_UDP ?
	    IPPROTO_UDP : IPPROTO_TCP, peer, n_peer, local, &uid) ==
	    DIAG_UNKNOWN && ntohs(port) < RESERVED_PORTS)
		uid = 0;
	return uid;
}

void
orpc_i_owner_of(struct orpc_request *rq, struct orpc_i_owner *out)
{
	const struct orpc_identity *id = orpc_request_identity(rq);

	*out = (struct orpc_i_owner){ .uid = ORPC_I_OWNER_UNKNOWN };
	if (id && id->has_unix_peer) {
		out->uid = id->unix_uid;
		out->pid = id->unix_pid;
		out->started = process_started(out->pid);
		if (!out->started)
			out->pid = 0;
	} else if (orpc_request_transport(rq) != ORPC_UNIX) {
		out->uid = loopback_owner(rq);
	}
}

void
orpc_i_owner_format(uint32_t uid, char *buf, size_t n)
{
	if (uid == 0 || uid == ORPC_I_OWNER_BINDER)
		snprintf(buf, n, "superuser");
	else if (uid == ORPC_I_OWNER_UNKNOWN)
		snprintf(buf, n, "unknown");
	else
		snprintf(buf, n, "%u", uid);
}
