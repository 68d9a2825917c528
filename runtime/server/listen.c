/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a server listens: from an address as text to sockets of the loops.
 * A name that stands for several addresses is listened on at all of them, at
 * one port.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/io/resolve.h"
#include "runtime/server/server.h"

#define RESOLVE_NS INT64_C(10000000000)
/* Where the kernel picks the port, it must be free on every address. */
#define PORT_TRIES 16

/* ---- Listeners ------------------------------------------------------- */


static int
listener_start(struct listener *l)
{
	if (l->port)
		return orpc_i_port_start(l->port);
	return orpc_i_watch_add(l->server->loops[0].loop, &l->watch, l->fd,
	    ORPC_LOOP_READ);
}

static void
listener_start_task(void *ctx)
{
	struct listener *l = ctx;

	if (!atomic_load(&l->server->stopping))
		listener_start(l);
}

/* Starts on the loop's thread; a loop that does not run yet is anyone's. */
static int
listener_begin(struct listener *l, struct server_loop *sl)
{
	if (l->server->state != SERVER_RUNNING ||
	    orpc_i_loop_is_mine(sl->loop))
		return listener_start(l);
	return orpc_loop_post(sl->loop, listener_start_task, l);
}

static void
listener_append(struct orpc_server *server, struct listener *l)
{
	struct listener **at = &server->listeners;

	pthread_mutex_lock(&server->lock);
	while (*at)
		at = &(*at)->next;
	*at = l;
	pthread_mutex_unlock(&server->lock);
}

/* The loop of the next datagram socket. */
static struct server_loop *
port_loop(struct orpc_server *server)
{
	uint32_t n = 0;

	for (const struct listener *l = server->listeners; l; l = l->next)
		n += l->kind == ORPC_UDP;
	return &server->loops[n % server->n_loops];
}

static int
listener_open(struct orpc_server *server, struct listener *l)
{
	struct server_loop *sl = &server->loops[0];
	int r = 0;

	l->server = server;
	l->watch.fn = orpc_i_server_accept;
	l->watch.ctx = l;
	if (l->kind == ORPC_UDP) {
		sl = port_loop(server);
		r = orpc_i_port_open(sl, l->fd, &l->addr, &l->port);
		if (!r)
			l->fd = -1;
	} else {
		fcntl(l->fd, F_SETFL, fcntl(l->fd, F_GETFL) | O_NONBLOCK);
	}
	if (!r)
		r = listener_begin(l, sl);
	return r;
}

int
orpc_i_listen_on(struct orpc_server *server, int fd,
    enum orpc_transport_kind kind, bool unlink, struct orpc_error *error)
{
	struct listener *l = calloc(1, sizeof(*l));
	int r = -OXDR_E_NOMEM;

	if (!l)
		goto fail;
	l->fd = fd;
	l->kind = kind;
	l->addr.n = sizeof(l->addr.ss);
	if (getsockname(fd, (struct sockaddr *)&l->addr.ss, &l->addr.n)) {
		r = -ORPC_E_SYSTEM;
		goto fail;
	}
	l->unlink = unlink;
	if (unlink)
		orpc_i_path_note(l);
	r = listener_open(server, l);
	if (r)
		goto fail;
	listener_append(server, l);
	return 0;
fail:
	r = orpc_i_server_fail(error, r, r == -ORPC_E_SYSTEM ? errno : 0,
	    "listen");
	if (!l || l->fd >= 0)
		close(fd);
	free(l);
	return r;
}

void
orpc_i_listeners_watch(struct orpc_server *server, bool on)
{
	for (struct listener *l = server->listeners; l; l = l->next)
		if (!l->port && l->fd >= 0 && l->watch.loop)
			orpc_i_watch_set(&l->watch, on ? ORPC_LOOP_READ : 0);
}

void
orpc_i_listeners_close(struct orpc_server *server)
{
	for (struct listener *l = server->listeners; l; l = l->next) {
		if (l->fd < 0)
			continue;
		orpc_i_watch_remove(&l->watch);
		orpc_i_path_unlink(l);
		close(l->fd);
		l->fd = -1;
	}
}

void
orpc_i_listeners_free(struct orpc_server *server)
{
	struct listener *l;

	while ((l = server->listeners)) {
		server->listeners = l->next;
		free(l);
	}
}

/* ---- By address ------------------------------------------------------ */

/* A bound socket, listening if it is a stream; -1 and errno. */
static int
socket_open(enum orpc_transport_kind kind, const struct orpc_i_sockaddr *addr)
{
	const struct sockaddr *sa = orpc_i_sockaddr_ptr(addr);
	int type = orpc_i_transport_socktype(kind);
	int on = 1, saved, r;
	int fd = socket(sa->sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (type == SOCK_STREAM && sa->sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (sa->sa_family == AF_UNIX)
		r = orpc_i_path_bind(fd, addr);
	else
		r = bind(fd, sa, addr->n);
	if (!r && (type != SOCK_STREAM || !listen(fd, SOMAXCONN)))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static uint16_t
socket_port(int fd)
{
	struct orpc_i_sockaddr a = { .n = sizeof(a.ss) };

	if (getsockname(fd, (struct sockaddr *)&a.ss, &a.n))
		return 0;
	return orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&a));
}

/* Not there at all: a wildcard does without. */
static bool
is_no_family(int error)
{
	return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

/* Opens sockets on all addresses at one port.  Returns their number, or 0
 * with errno. */
static unsigned
sockets_open(enum orpc_transport_kind kind, struct orpc_i_addresses *found,
    uint16_t port, int fds[ORPC_I_RESOLVE_MAX])
{
	unsigned n = 0;
	int error = 0;

	for (unsigned i = 0; i < found->n; i++) {
		if (kind != ORPC_UNIX)
			orpc_i_sockaddr_set_port(&found->a[i], port);
		fds[n] = socket_open(kind, &found->a[i]);
		if (fds[n] < 0) {
			error = errno;
			if (is_no_family(error) && found->n > 1)
				continue;
			while (n > 0)
				close(fds[--n]);
			break;
		}
		if (!port && kind != ORPC_UNIX)
			port = socket_port(fds[n]);
		n++;
	}
	errno = error;
	return n;
}

/* "*": every IPv4 and every IPv6 address. */
static void
every_address(struct orpc_i_addresses *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	memset(out, 0, sizeof(*out));
	memcpy(&out->a[0].ss, &in, sizeof(in));
	out->a[0].n = sizeof(in);
	memcpy(&out->a[1].ss, &in6, sizeof(in6));
	out->a[1].n = sizeof(in6);
	out->n = 2;
}

static int
addresses_of(const struct orpc_addr *addr, struct orpc_i_addresses *out)
{
	if (addr->transport == ORPC_UNIX) {
		out->n = 1;
		return orpc_i_sockaddr_unix(addr->host, &out->a[0]);
	}
	if (strcmp(addr->host, "*") == 0 || addr->host[0] == '\0') {
		every_address(out);
		return 0;
	}
	return orpc_i_resolve(addr, orpc_now_ns() + RESOLVE_NS, out);
}

static int
listen_sockets(struct orpc_server *server, const struct orpc_addr *addr,
    const int *fds, unsigned n, struct orpc_error *error)
{
	int r = 0;

	for (unsigned i = 0; i < n; i++)
		if (!r)
			r = orpc_i_listen_on(server, fds[i], addr->transport,
			    addr->transport == ORPC_UNIX &&
			    addr->host[0] != '@', error);
		else
			close(fds[i]);
	return r;
}

int
orpc_server_listen(struct orpc_server *server, const char *address,
    struct orpc_error *error)
{
	struct orpc_i_addresses found;
	int fds[ORPC_I_RESOLVE_MAX];
	struct orpc_addr addr;
	unsigned n = 0;
	int r;

	r = orpc_addr_parse(address, &addr);
	if (!r && addr.transport == ORPC_TLS)
		r = -ORPC_E_NOTSUP;
	if (!r)
		r = addresses_of(&addr, &found);
	if (r)
		return orpc_i_server_fail(error, r, 0, address);
	for (int i = 0; i < PORT_TRIES && !n; i++) {
		n = sockets_open(addr.transport, &found, addr.port, fds);
		if (errno != EADDRINUSE || addr.port ||
		    addr.transport == ORPC_UNIX)
			break;
	}
	if (!n)
		return orpc_i_server_fail(error, -ORPC_E_SYSTEM, errno,
		    address);
	return listen_sockets(server, &addr, fds, n, error);
}

int
orpc_server_listen_fd(struct orpc_server *server, int fd,
    struct orpc_error *error)
{
	struct orpc_i_sockaddr a = { .n = sizeof(a.ss) };
	enum orpc_transport_kind kind = ORPC_TCP;
	int type = 0;
	socklen_t n = sizeof(type);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) ||
	    getsockname(fd, (struct sockaddr *)&a.ss, &a.n)) {
		int saved = errno;

		close(fd);
		return orpc_i_server_fail(error, -ORPC_E_SYSTEM, saved,
		    "descriptor");
	}
	if (a.ss.ss_family == AF_UNIX)
		kind = ORPC_UNIX;
	else if (type == SOCK_DGRAM)
		kind = ORPC_UDP;
	if (kind == ORPC_UNIX && type != SOCK_STREAM) {
		close(fd);
		return orpc_i_server_fail(error, -ORPC_E_NOTSUP, 0,
		    "descriptor");
	}
	return orpc_i_listen_on(server, fd, kind, false, error);
}

int
orpc_server_address(struct orpc_server *server, size_t i, char *buf, size_t n)
{
	int r = -ORPC_E_NOTFOUND;

	pthread_mutex_lock(&server->lock);
	for (const struct listener *l = server->listeners; l; l = l->next)
		if (i-- == 0) {
			r = orpc_sockaddr_format(l->kind,
			    orpc_i_sockaddr_ptr(&l->addr), l->addr.n, buf, n);
			break;
		}
	pthread_mutex_unlock(&server->lock);
	return r < 0 ? r : 0;
}
