/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Socket addresses: made from numbers and paths, compared, asked about.
 * An IPv4 address and its v4-mapped IPv6 form are the same host: a dual-stack
 * socket sees the one, the configuration says the other.
 */
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/un.h>

#include <arpa/inet.h>

#include "runtime/io/addr.h"

int
orpc_i_sockaddr_unix(const char *path, struct orpc_i_sockaddr *out)
{
	struct sockaddr_un *sun = (struct sockaddr_un *)&out->ss;
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(sun->sun_path))
		return -ORPC_E_ADDRESS;
	memset(out, 0, sizeof(*out));
	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path, path, n);
	out->n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1);
	if (path[0] == '@') {
		sun->sun_path[0] = '\0';
		out->n--;
	}
	return 0;
}

/* "fe80::1%eth0" */
static int
v6_numeric(const char *host, struct sockaddr_in6 *sin6)
{
	char number[INET6_ADDRSTRLEN];
	const char *percent = strchr(host, '%');
	size_t n = percent ? (size_t)(percent - host) : strlen(host);

	if (n >= sizeof(number))
		return -1;
	memcpy(number, host, n);
	number[n] = '\0';
	if (inet_pton(AF_INET6, number, &sin6->sin6_addr) != 1)
		return -1;
	if (percent) {
		sin6->sin6_scope_id = if_nametoindex(percent + 1);
		if (!sin6->sin6_scope_id)
			sin6->sin6_scope_id =
			    (uint32_t)strtoul(percent + 1, NULL, 10);
		if (!sin6->sin6_scope_id)
			return -1;
	}
	return 0;
}

int
orpc_i_sockaddr_numeric(const char *host, uint16_t port,
    struct orpc_i_sockaddr *out)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)&out->ss;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&out->ss;

	memset(out, 0, sizeof(*out));
	if (!*host || !strcmp(host, "*"))
		host = "0.0.0.0";
	if (inet_pton(AF_INET, host, &sin->sin_addr) == 1) {
		sin->sin_family = AF_INET;
		out->n = sizeof(*sin);
	} else if (v6_numeric(host, sin6) == 0) {
		sin6->sin6_family = AF_INET6;
		out->n = sizeof(*sin6);
	} else {
		return -ORPC_E_RESOLVE;
	}
	orpc_i_sockaddr_set_port(out, port);
	return 0;
}

uint16_t
orpc_i_sockaddr_port(const struct sockaddr *sa)
{
	switch (sa->sa_family) {
	case AF_INET:
		return ntohs(((const struct sockaddr_in *)
		    (const void *)sa)->sin_port);
	case AF_INET6:
		return ntohs(((const struct sockaddr_in6 *)
		    (const void *)sa)->sin6_port);
	default:
		return 0;
	}
}

void
orpc_i_sockaddr_set_port(struct orpc_i_sockaddr *a, uint16_t port)
{
	if (a->ss.ss_family == AF_INET)
		((struct sockaddr_in *)&a->ss)->sin_port = htons(port);
	else if (a->ss.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&a->ss)->sin6_port = htons(port);
}

/* An inet address as IPv6, v4-mapped if need be; false for other families. */
static bool
host_of(const struct sockaddr *sa, socklen_t n, struct in6_addr *host,
    uint32_t *scope)
{
	if (n >= sizeof(struct sockaddr_in6) && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *sin6 = (const void *)sa;

		*host = sin6->sin6_addr;
		*scope = IN6_IS_ADDR_LINKLOCAL(host) ? sin6->sin6_scope_id : 0;
		return true;
	}
	if (n >= sizeof(struct sockaddr_in) && sa->sa_family == AF_INET) {
		const struct sockaddr_in *sin = (const void *)sa;

		memset(host, 0, sizeof(*host));
		host->s6_addr[10] = host->s6_addr[11] = 0xff;
		memcpy(&host->s6_addr[12], &sin->sin_addr, 4);
		*scope = 0;
		return true;
	}
	return false;
}

bool
orpc_i_sockaddr_same_host(const struct sockaddr *a, socklen_t n_a,
    const struct sockaddr *b, socklen_t n_b)
{
	struct in6_addr host_a, host_b;
	uint32_t scope_a, scope_b;

	if (!host_of(a, n_a, &host_a, &scope_a) ||
	    !host_of(b, n_b, &host_b, &scope_b))
		return n_a == n_b && memcmp(a, b, n_a) == 0;
	return scope_a == scope_b &&
	    memcmp(&host_a, &host_b, sizeof(host_a)) == 0;
}

bool
orpc_i_sockaddr_equal(const struct sockaddr *a, socklen_t n_a,
    const struct sockaddr *b, socklen_t n_b)
{
	return orpc_i_sockaddr_same_host(a, n_a, b, n_b) &&
	    orpc_i_sockaddr_port(a) == orpc_i_sockaddr_port(b);
}

bool
orpc_i_sockaddr_is_local(const struct sockaddr *sa, socklen_t n_sa)
{
	struct in6_addr host;
	uint32_t scope;

	if (n_sa >= sizeof(sa_family_t) && sa->sa_family == AF_UNIX)
		return true;
	if (!host_of(sa, n_sa, &host, &scope))
		return false;
	return IN6_IS_ADDR_LOOPBACK(&host) ||
	    (IN6_IS_ADDR_V4MAPPED(&host) && host.s6_addr[12] == 127);
}

bool
orpc_i_host_is_local(const char *host)
{
	struct orpc_i_sockaddr a;

	if (!*host || !strcasecmp(host, "localhost") ||
	    !strcasecmp(host, "localhost.") ||
	    !strcasecmp(host, "localhost.localdomain"))
		return true;
	return orpc_i_sockaddr_numeric(host, 0, &a) == 0 &&
	    orpc_i_sockaddr_is_local(orpc_i_sockaddr_ptr(&a), a.n);
}

int
orpc_i_transport_socktype(enum orpc_transport_kind transport)
{
	return transport == ORPC_UDP ? SOCK_DGRAM : SOCK_STREAM;
}

uint32_t
orpc_i_random(void)
{
	uint32_t bits = 0;

	/* Never short for so few bytes; before the pool is ready it waits. */
	while (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		;
	return bits;
}
