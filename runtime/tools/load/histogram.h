/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counts of durations, exact to about 3 percent over the whole range of
 * uint64_t nanoseconds.
 */
#ifndef ORPC_LOAD_HISTOGRAM_H
#define ORPC_LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 5u
#define HISTOGRAM_SUB (1u << HISTOGRAM_SUB_BITS)
#define HISTOGRAM_BUCKETS ((64u - HISTOGRAM_SUB_BITS + 1) * HISTOGRAM_SUB)

struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS];
	uint64_t n;
	uint64_t sum_ns;
	uint64_t min_ns;
	uint64_t max_ns;
};

void histogram_add(struct histogram *h, uint64_t ns);

/* Adds what another thread counted. */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* The duration that a share q (0 to 1) of all does not exceed; 0 when there
 * are none. */
uint64_t histogram_quantile(const struct histogram *h, double q);

/* The least duration of a bucket. */
uint64_t histogram_floor(unsigned bucket);

#endif
