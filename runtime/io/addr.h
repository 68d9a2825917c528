/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Socket addresses: what the rooms above need beside <orpc/addr.h>.
 */
#ifndef ORPC_IO_ADDR_H
#define ORPC_IO_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <orpc/addr.h>

/* A socket address of any family. */
struct orpc_i_sockaddr {
	socklen_t n;
	struct sockaddr_storage ss;
};

static inline const struct sockaddr *
orpc_i_sockaddr_ptr(const struct orpc_i_sockaddr *a)
{
	return (const struct sockaddr *)&a->ss;
}

/* Path or "@name" to sockaddr_un; -ORPC_E_ADDRESS when it is too long. */
int orpc_i_sockaddr_unix(const char *path, struct orpc_i_sockaddr *out);

/* Numeric IPv4 or IPv6 host (with %scope); "" and "*": any IPv4 address.
 * -ORPC_E_RESOLVE when it is a name. */
int orpc_i_sockaddr_numeric(const char *host, uint16_t port,
    struct orpc_i_sockaddr *out);

/* 0 for families without one. */
uint16_t orpc_i_sockaddr_port(const struct sockaddr *sa);
void orpc_i_sockaddr_set_port(struct orpc_i_sockaddr *a, uint16_t port);

/* Same family, address, port and scope?  A v4-mapped IPv6 address equals its
 * IPv4 one. */
bool orpc_i_sockaddr_equal(const struct sockaddr *a, socklen_t n_a,
    const struct sockaddr *b, socklen_t n_b);

/* The same without the ports. */
bool orpc_i_sockaddr_same_host(const struct sockaddr *a, socklen_t n_a,
    const struct sockaddr *b, socklen_t n_b);

/* Loopback (127/8, ::1, also v4-mapped) or AF_UNIX? */
bool orpc_i_sockaddr_is_local(const struct sockaddr *sa, socklen_t n_sa);

/* SOCK_STREAM or SOCK_DGRAM. */
int orpc_i_transport_socktype(enum orpc_transport_kind transport);

/* "tcp", "udp6", "local": netid of a transport and family (RFC 5665). */
const char *orpc_i_netid(enum orpc_transport_kind transport, int family);

/* Does the text name this host: "", "localhost", a loopback number? */
bool orpc_i_host_is_local(const char *host);

/* Random bits from the kernel, for xids and jitter.  Threads: any. */
uint32_t orpc_i_random(void);

#endif
