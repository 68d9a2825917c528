/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A proxy that does to traffic what networks do: cuts, resets, delays and
 * splits TCP; drops, duplicates and reorders UDP.  It runs on a thread of its
 * own; what it does follows from a seed and the traffic.
 */
#ifndef ORPC_TESTS_PROXY_H
#define ORPC_TESTS_PROXY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Chances are out of 1,000 for each piece that passes; 0: never. */
struct proxy_faults {
	unsigned cut;		/* TCP: part of the piece, then an orderly end */
	unsigned reset;		/* TCP: part of the piece, then a reset */
	unsigned delay;		/* the piece waits up to delay_ms */
	unsigned delay_ms;
	bool split;		/* TCP: one byte a segment */
	unsigned drop;		/* UDP */
	unsigned duplicate;	/* UDP */
	unsigned reorder;	/* UDP: passes after the next one */
	uint64_t seed;
};

struct proxy_stats {
	uint64_t connections;
	uint64_t pieces;
	uint64_t faults;
};

struct proxy;

/*
 * Starts a proxy on a loopback port that the kernel picks.
 *
 * type         SOCK_STREAM or SOCK_DGRAM
 * upstream     where to; inet or unix; copied.  A server that is away is
 *              tried again for each new connection
 * out_port     the proxy's own port on 127.0.0.1
 *
 * Fails the test when it can't.
 */
struct proxy *proxy_start(int type, const struct sockaddr *upstream,
    socklen_t n_upstream, const struct proxy_faults *faults,
    uint16_t *out_port);

/* Changes what is done from now on.  Threads: any. */
void proxy_set_faults(struct proxy *proxy, const struct proxy_faults *faults);

/* Ends every connection with a reset, now.  Threads: any. */
void proxy_reset_all(struct proxy *proxy);

/* Ends the thread, closes everything; out_stats may be NULL. */
void proxy_stop(struct proxy *proxy, struct proxy_stats *out_stats);

#endif
