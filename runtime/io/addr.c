/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses as text (<orpc/addr.h>): "tcp://host:port" and its family, read
 * without looking anything up, and written from socket addresses.
 */
#include <orpc/addr.h>

#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include <arpa/inet.h>

#include "runtime/io/addr.h"
#include "xdr/base.h"

static const char *const schemes[] = {
	[ORPC_TCP] = "tcp",
	[ORPC_UDP] = "udp",
	[ORPC_UNIX] = "unix",
	[ORPC_TLS] = "tls",
};

/* Decimal digits only, at most 65535; -1 for anything else. */
static long
port_read(const char *text, size_t n)
{
	long port = 0;

	if (n == 0 || n > 5)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		port = port * 10 + (text[i] - '0');
	}
	return port > UINT16_MAX ? -1 : port;
}

/* What no host name and no number contains. */
static bool
host_is_plain(const char *host, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)host[i] <= ' ' || host[i] == 0x7f ||
		    strchr("/[],@?#", host[i]))
			return false;
	return true;
}

static int
host_set(struct orpc_addr *addr, const char *host, size_t n)
{
	if (n > ORPC_HOST_MAX || !host_is_plain(host, n))
		return -ORPC_E_ADDRESS;
	memcpy(addr->host, host, n);
	addr->host[n] = '\0';
	return 0;
}

/* host, host:port, [v6], [v6]:port; a bare v6 number has no port. */
static int
host_port_read(struct orpc_addr *addr, const char *text)
{
	const char *end, *colon;
	size_t n_host;
	long port = 0;

	if (*text == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return -ORPC_E_ADDRESS;
		text++;
		n_host = (size_t)(end - text);
		if (!memchr(text, ':', n_host))
			return -ORPC_E_ADDRESS;
		colon = end[1] ? end + 1 : NULL;
	} else {
		colon = strrchr(text, ':');
		if (colon && memchr(text, ':', (size_t)(colon - text)))
			colon = NULL;
		n_host = colon ? (size_t)(colon - text) : strlen(text);
	}
	if (colon) {
		port = port_read(colon + 1, strlen(colon + 1));
		if (port < 0)
			return -ORPC_E_ADDRESS;
	}
	addr->port = (uint16_t)port;
	return host_set(addr, text, n_host);
}

static int
path_read(struct orpc_addr *addr, const char *path)
{
	size_t n = strlen(path);

	/* "unix:///run/x" is written too, by those who know file URLs. */
	if (strncmp(path, "///", 3) == 0) {
		path += 2;
		n -= 2;
	}
	if (n < 2 || n >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return -ORPC_E_ADDRESS;
	memcpy(addr->host, path, n + 1);
	addr->port = 0;
	return 0;
}

/* n characters before "://". */
static int
scheme_read(struct orpc_addr *addr, const char *text, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (i == ORPC_UNIX || strlen(schemes[i]) != n ||
		    strncasecmp(schemes[i], text, n) != 0)
			continue;
		addr->transport = (enum orpc_transport_kind)i;
		return 0;
	}
	return -ORPC_E_ADDRESS;
}

int
orpc_addr_parse(const char *text, struct orpc_addr *out)
{
	struct orpc_addr addr = { .transport = ORPC_TCP };
	const char *mark = strstr(text, "://");
	int result = 0;

	if (strncasecmp(text, "unix:", 5) == 0) {
		addr.transport = ORPC_UNIX;
		result = path_read(&addr, text + 5);
	} else {
		if (mark) {
			result = scheme_read(&addr, text,
			    (size_t)(mark - text));
			text = mark + 3;
		}
		if (!result)
			result = *text ? host_port_read(&addr, text) :
			    -ORPC_E_ADDRESS;
	}
	if (result == 0)
		*out = addr;
	return result;
}

int
orpc_addr_format(const struct orpc_addr *addr, char *buf, size_t n)
{
	const char *scheme = (size_t)addr->transport < ARRAY_LEN(schemes) ?
	    schemes[addr->transport] : "unknown";
	const bool v6 = strchr(addr->host, ':');
	char port[8] = "";

	if (addr->transport == ORPC_UNIX)
		return snprintf(buf, n, "unix:%s", addr->host);
	if (addr->port)
		snprintf(port, sizeof(port), ":%u", addr->port);
	return snprintf(buf, n, "%s://%s%s%s%s", scheme, v6 ? "[" : "",
	    addr->host, v6 ? "]" : "", port);
}

/* "%eth0" for link-local addresses, "" for others. */
static void
scope_format(const struct sockaddr_in6 *sin6, char *buf, size_t n)
{
	char name[IF_NAMESIZE];

	buf[0] = '\0';
	if (!sin6->sin6_scope_id ||
	    !IN6_IS_ADDR_LINKLOCAL(&sin6->sin6_addr))
		return;
	if (if_indextoname(sin6->sin6_scope_id, name))
		snprintf(buf, n, "%%%s", name);
	else
		snprintf(buf, n, "%%%u", sin6->sin6_scope_id);
}

static int
unix_format(const struct sockaddr_un *sun, socklen_t n_sa, char *buf,
    size_t n)
{
	size_t n_path = n_sa > offsetof(struct sockaddr_un, sun_path) ?
	    n_sa - offsetof(struct sockaddr_un, sun_path) : 0;
	const char *path = sun->sun_path;
	const char *at = "";

	if (n_path > sizeof(sun->sun_path))
		n_path = sizeof(sun->sun_path);
	if (n_path && !path[0]) {
		at = "@";
		path++;
		n_path--;
	}
	return snprintf(buf, n, "unix:%s%.*s", at, (int)strnlen(path, n_path),
	    path);
}

int
orpc_sockaddr_format(enum orpc_transport_kind transport,
    const struct sockaddr *sa, socklen_t n_sa, char *buf, size_t n)
{
	const char *scheme = (size_t)transport < ARRAY_LEN(schemes) ?
	    schemes[transport] : "unknown";
	char host[INET6_ADDRSTRLEN], scope[IF_NAMESIZE + 12];
	const struct sockaddr_in6 *sin6;
	const struct sockaddr_in *sin;

	switch (n_sa >= sizeof(sa_family_t) ? sa->sa_family : AF_UNSPEC) {
	case AF_INET:
		sin = (const struct sockaddr_in *)(const void *)sa;
		inet_ntop(AF_INET, &sin->sin_addr, host, sizeof(host));
		return snprintf(buf, n, "%s://%s:%u", scheme, host,
		    ntohs(sin->sin_port));
	case AF_INET6:
		sin6 = (const struct sockaddr_in6 *)(const void *)sa;
		inet_ntop(AF_INET6, &sin6->sin6_addr, host, sizeof(host));
		scope_format(sin6, scope, sizeof(scope));
		return snprintf(buf, n, "%s://[%s%s]:%u", scheme, host, scope,
		    ntohs(sin6->sin6_port));
	case AF_UNIX:
		return unix_format((const struct sockaddr_un *)
		    (const void *)sa, n_sa, buf, n);
	default:
		return snprintf(buf, n, "unknown");
	}
}
