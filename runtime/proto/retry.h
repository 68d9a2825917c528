/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * When to send again: exponential backoff with jitter, as arithmetic on a
 * clock that is given.  For datagram retransmission and for reconnecting.
 */
#ifndef ORPC_PROTO_RETRY_H
#define ORPC_PROTO_RETRY_H

#include <stdint.h>

/* next_ns is when the next try is due; tries counts those made. */
struct orpc_i_retry {
	int64_t next_ns;
	int64_t interval_ns;
	int64_t max_ns;
	uint32_t tries;
};

/*
 * Starts after a first try made at now_ns.
 *
 * first_ms   the first interval (at least 1)
 * max_ms     intervals double up to this
 * random     any 32 random bits
 */
void orpc_i_retry_start(struct orpc_i_retry *r, int64_t now_ns,
    uint32_t first_ms, uint32_t max_ms, uint32_t random);

/* Counts a try made at now_ns and sets the time of the next: twice the
 * interval, a quarter of it more or less by chance. */
void orpc_i_retry_again(struct orpc_i_retry *r, int64_t now_ns,
    uint32_t random);

#endif
