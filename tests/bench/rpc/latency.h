/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the latency programs share: how they are called, and what they print.
 *
 *	..._latency ADDRESS CALLS SIZE		SIZE 0: the null procedure
 */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t
latency_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline int
latency_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Makes n calls after a tenth as many that do not count; prints the median
 * in microseconds.  call returns 0. */
static inline int
latency_measure(size_t n, int (*call)(void *ctx), void *ctx)
{
	uint64_t *times = calloc(n, sizeof(*times));

	if (!times)
		return 1;
	for (size_t i = 0; i < n / 10; i++)
		if (call(ctx) != 0)
			return 1;
	for (size_t i = 0; i < n; i++) {
		uint64_t start = latency_now();

		if (call(ctx) != 0)
			return 1;
		times[i] = latency_now() - start;
	}
	qsort(times, n, sizeof(*times), latency_order);
	printf("%.3f\n", (double)times[n / 2] / 1000.0);
	free(times);
	return 0;
}

#endif
