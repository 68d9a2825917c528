/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who may ask the binder what, and how often.  Pure: the clock is given.
 */
#ifndef ORPC_BINDER_ACCESS_H
#define ORPC_BINDER_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* A network, as IPv6 (IPv4 ones v4-mapped). */
struct orpc_i_network {
	uint8_t bytes[16];
	unsigned bits;
};

/* Reads "10.0.0.0/8", "192.0.2.1", "2001:db8::/32": 0 or -ORPC_E_ADDRESS. */
int orpc_i_network_parse(const char *text, struct orpc_i_network *out);

bool orpc_i_network_has(const struct orpc_i_network *network,
    const struct sockaddr *sa, socklen_t n_sa);

/* Loopback or AF_UNIX: a process of this host. */
bool orpc_i_caller_is_local(const struct sockaddr *sa, socklen_t n_sa);

/* ---- Rates ------------------------------------------------------------------ */

/* Sources whose rate is remembered at a time. */
#define ORPC_I_RATE_SLOTS 1024u

struct orpc_i_rate_slot {
	uint8_t host[16];
	int64_t full_ns;	/* when its bucket will be full again */
};

/*
 * Token buckets by source host (IPv6: by /64), in a table of fixed size: two
 * places for a host, the fuller one is given away.  A flood of made-up
 * sources makes it forget, never grow.
 */
struct orpc_i_rates {
	uint32_t rate;		/* a second; UINT32_MAX: any */
	uint32_t burst;
	uint32_t seed;		/* random, against chosen collisions */
	struct orpc_i_rate_slot slots[ORPC_I_RATE_SLOTS];
};

void orpc_i_rates_init(struct orpc_i_rates *r, uint32_t rate, uint32_t burst,
    uint32_t seed);

/* Takes one token: false when the source has none left. */
bool orpc_i_rates_take(struct orpc_i_rates *r, const struct sockaddr *sa,
    socklen_t n_sa, int64_t now_ns);

#endif
