/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who may ask, and how often.  A bucket is kept as the moment at which it
 * will be full: taking a token moves that moment by one interval into the
 * future, and it may not lie further away than a whole bucket.
 */
#include "runtime/binder/access.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <orpc/error.h>

#define NS_PER_S INT64_C(1000000000)

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255 };

/* The host as IPv6; false for other families. */
static bool
host_bytes(const struct sockaddr *sa, socklen_t n_sa, uint8_t out[16])
{
	if (n_sa >= sizeof(struct sockaddr_in) && sa->sa_family == AF_INET) {
		const struct sockaddr_in *sin = (const void *)sa;

		memcpy(out, mapped, 12);
		memcpy(out + 12, &sin->sin_addr, 4);
		return true;
	}
	if (n_sa >= sizeof(struct sockaddr_in6) && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *sin6 = (const void *)sa;

		memcpy(out, &sin6->sin6_addr, 16);
		return true;
	}
	return false;
}

int
orpc_i_network_parse(const char *text, struct orpc_i_network *out)
{
	char host[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long bits = 128, most = 128;
	char *end;

	if (n >= sizeof(host))
		return -ORPC_E_ADDRESS;
	memcpy(host, text, n);
	host[n] = '\0';
	if (inet_pton(AF_INET6, host, out->bytes) != 1) {
		if (inet_pton(AF_INET, host, out->bytes + 12) != 1)
			return -ORPC_E_ADDRESS;
		memcpy(out->bytes, mapped, 12);
		most = 32;
	}
	if (slash) {
		if (slash[1] < '0' || slash[1] > '9')
			return -ORPC_E_ADDRESS;
		bits = strtoul(slash + 1, &end, 10);
		if (*end || bits > most)
			return -ORPC_E_ADDRESS;
		bits += 128 - most;
	}
	out->bits = (unsigned)bits;
	return 0;
}

bool
orpc_i_network_has(const struct orpc_i_network *network,
    const struct sockaddr *sa, socklen_t n_sa)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;
	uint8_t host[16];

	if (!host_bytes(sa, n_sa, host) ||
	    memcmp(host, network->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    ((host[whole] ^ network->bytes[whole]) >> (8 - rest)) == 0;
}

bool
orpc_i_caller_is_local(const struct sockaddr *sa, socklen_t n_sa)
{
	uint8_t host[16];

	if (n_sa >= sizeof(sa_family_t) && sa->sa_family == AF_UNIX)
		return true;
	if (!host_bytes(sa, n_sa, host))
		return false;
	if (memcmp(host, mapped, 12) == 0)
		return host[12] == 127;
	return memcmp(host, &in6addr_loopback, 16) == 0;
}

/* ---- Rates ------------------------------------------------------------------------ */

void
orpc_i_rates_init(struct orpc_i_rates *r, uint32_t rate, uint32_t burst,
    uint32_t seed)
{
	memset(r, 0, sizeof(*r));
	r->rate = rate ? rate : 1;
	r->burst = burst ? burst : 1;
	r->seed = seed;
}

static uint32_t
host_hash(const uint8_t host[16], uint32_t seed)
{
	uint64_t a, b;

	memcpy(&a, host, 8);
	memcpy(&b, host + 8, 8);
	a = (a ^ seed) * UINT64_C(0x9e3779b97f4a7c15);
	a = (a ^ a >> 29 ^ b) * UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(a >> 32);
}

/* The host's slot; a new host takes the place with less to remember. */
static struct orpc_i_rate_slot *
rate_slot(struct orpc_i_rates *r, const uint8_t host[16])
{
	uint32_t hash = host_hash(host, r->seed);
	struct orpc_i_rate_slot *a, *b;

	a = &r->slots[hash % ORPC_I_RATE_SLOTS];
	b = &r->slots[(hash >> 16) % ORPC_I_RATE_SLOTS];
	if (memcmp(a->host, host, 16) == 0)
		return a;
	if (memcmp(b->host, host, 16) == 0)
		return b;
	if (b->full_ns < a->full_ns)
		a = b;
	memcpy(a->host, host, 16);
	a->full_ns = 0;
	return a;
}

bool
orpc_i_rates_take(struct orpc_i_rates *r, const struct sockaddr *sa,
    socklen_t n_sa, int64_t now_ns)
{
	const int64_t interval = NS_PER_S / r->rate;
	struct orpc_i_rate_slot *slot;
	uint8_t host[16];

	if (r->rate == UINT32_MAX || !host_bytes(sa, n_sa, host))
		return true;
	if (memcmp(host, mapped, 12) != 0)
		memset(host + 8, 0, 8);
	slot = rate_slot(r, host);
	if (slot->full_ns < now_ns)
		slot->full_ns = now_ns;
	if (slot->full_ns - now_ns > interval * (r->burst - 1))
		return false;
	slot->full_ns += interval;
	return true;
}
