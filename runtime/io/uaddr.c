/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Universal addresses and netids (RFC 5665): the host as text, then the port
 * as two decimal bytes, "127.0.0.1.3.251"; for local sockets the path.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include <arpa/inet.h>

#include "runtime/io/addr.h"

int
orpc_uaddr_from_sockaddr(const struct sockaddr *sa, socklen_t n_sa, char *buf,
    size_t n)
{
	char host[INET6_ADDRSTRLEN];
	const void *bytes;
	unsigned port;

	switch (n_sa >= sizeof(sa_family_t) ? sa->sa_family : AF_UNSPEC) {
	case AF_INET:
		bytes = &((const struct sockaddr_in *)
		    (const void *)sa)->sin_addr;
		break;
	case AF_INET6:
		bytes = &((const struct sockaddr_in6 *)
		    (const void *)sa)->sin6_addr;
		break;
	case AF_UNIX:
		/* The address's text is "unix:" and the path. */
		if (orpc_sockaddr_format(ORPC_UNIX, sa, n_sa, buf, n) < 0)
			return -ORPC_E_INVAL;
		memmove(buf, buf + 5, strlen(buf + 5) + 1);
		return 0;
	default:
		return -ORPC_E_INVAL;
	}
	port = orpc_i_sockaddr_port(sa);
	inet_ntop(sa->sa_family, bytes, host, sizeof(host));
	if (snprintf(buf, n, "%s.%u.%u", host, port >> 8, port & 255) >=
	    (int)n)
		return -ORPC_E_INVAL;
	return 0;
}

/* A number of 0 to 255 in plain decimal at the end of text[0..n), after a
 * dot; *out_n becomes the length without it. */
static int
octet_cut(const char *text, size_t *n, unsigned *out)
{
	size_t at = *n;
	unsigned value = 0;

	while (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')
		at--;
	if (at == *n || *n - at > 3 || at == 0 || text[at - 1] != '.')
		return -1;
	if (text[at] == '0' && *n - at > 1)
		return -1;
	for (size_t i = at; i < *n; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	if (value > 255)
		return -1;
	*out = value;
	*n = at - 1;
	return 0;
}

static int
inet_uaddr_read(int family, const char *uaddr, struct orpc_i_sockaddr *out)
{
	char host[INET6_ADDRSTRLEN + 1];
	size_t n = strlen(uaddr);
	unsigned high, low;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&out->ss;
	struct sockaddr_in *sin = (struct sockaddr_in *)&out->ss;

	if (n >= ORPC_UADDR_MAX || octet_cut(uaddr, &n, &low) ||
	    octet_cut(uaddr, &n, &high) || n >= sizeof(host))
		return -ORPC_E_ADDRESS;
	memcpy(host, uaddr, n);
	host[n] = '\0';
	memset(out, 0, sizeof(*out));
	out->ss.ss_family = (sa_family_t)family;
	out->n = family == AF_INET ? sizeof(*sin) : sizeof(*sin6);
	if (inet_pton(family, host, family == AF_INET ?
	    (void *)&sin->sin_addr : (void *)&sin6->sin6_addr) != 1)
		return -ORPC_E_ADDRESS;
	orpc_i_sockaddr_set_port(out, (uint16_t)(high << 8 | low));
	return 0;
}

int
orpc_uaddr_to_sockaddr(const char *netid, const char *uaddr,
    struct sockaddr_storage *out, socklen_t *out_n)
{
	struct orpc_i_sockaddr a;
	int result;

	if (!strcmp(netid, "tcp") || !strcmp(netid, "udp"))
		result = inet_uaddr_read(AF_INET, uaddr, &a);
	else if (!strcmp(netid, "tcp6") || !strcmp(netid, "udp6"))
		result = inet_uaddr_read(AF_INET6, uaddr, &a);
	else if (!strcmp(netid, "local") || !strcmp(netid, "unix"))
		result = orpc_i_sockaddr_unix(uaddr, &a);
	else
		return -ORPC_E_NOTSUP;
	if (result)
		return result;
	*out = a.ss;
	*out_n = a.n;
	return 0;
}

const char *
orpc_i_netid(enum orpc_transport_kind transport, int family)
{
	if (family == AF_UNIX || transport == ORPC_UNIX)
		return "local";
	if (transport == ORPC_UDP)
		return family == AF_INET6 ? "udp6" : "udp";
	return family == AF_INET6 ? "tcp6" : "tcp";
}
