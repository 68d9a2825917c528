/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses as text: "tcp://host[:port]", "udp://host[:port]", "unix:/path",
 * IPv6 in brackets; "unix:@name" is an abstract socket.  And universal
 * addresses (RFC 5665): "127.0.0.1.3.251", "::1.3.251", "/run/x.sock".
 */
#ifndef ORPC_ADDR_H
#define ORPC_ADDR_H

#include <stddef.h>
#include <stdint.h>

#include <orpc/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of <sys/socket.h>, which is not included: what it declares would take
 * names from .x files.  Lengths of addresses (socklen_t) are uint32_t. */
struct sockaddr;
struct sockaddr_storage;

enum orpc_transport_kind {
	ORPC_TCP,
	ORPC_UDP,
	ORPC_UNIX,
	ORPC_TLS
};

#define ORPC_HOST_MAX 255u

/* An address that was read but not looked up.  port 0: ask the binder (to
 * connect), or let the kernel pick (to listen). */
struct orpc_addr {
	enum orpc_transport_kind transport;
	char host[ORPC_HOST_MAX + 1];	/* name or number, or the path; "*" and
					   "" when listening: any address */
	uint16_t port;
};

/*
 * Reads an address.
 *
 * text   one of the forms above; a bare "host" or "host:port" is tcp
 *
 * Returns 0, or -ORPC_E_ADDRESS with *out unchanged.
 */
int orpc_addr_parse(const char *text, struct orpc_addr *out);

/* Writes "tcp://[::1]:7" and the like; returns the length as snprintf. */
int orpc_addr_format(const struct orpc_addr *addr, char *buf, size_t n);

/*
 * Socket address to text in the same form.
 *
 * transport   ORPC_TCP or ORPC_UDP for inet addresses; unix ones ignore it
 */
int orpc_sockaddr_format(enum orpc_transport_kind transport,
    const struct sockaddr *sa, uint32_t n_sa, char *buf, size_t n);

/* Longest universal address and its NUL. */
#define ORPC_UADDR_MAX 128u

/* Socket address to universal address; -ORPC_E_INVAL for other families. */
int orpc_uaddr_from_sockaddr(const struct sockaddr *sa, uint32_t n_sa,
    char *buf, size_t n);

/*
 * Universal address to socket address (RFC 5665 section 5.2).
 *
 * netid   "tcp", "udp", "tcp6", "udp6", "local" (and "unix")
 *
 * Returns 0, -ORPC_E_ADDRESS, or -ORPC_E_NOTSUP for an unknown netid.
 */
int orpc_uaddr_to_sockaddr(const char *netid, const char *uaddr,
    struct sockaddr_storage *out, uint32_t *out_n);

#ifdef __cplusplus
}
#endif

#endif
