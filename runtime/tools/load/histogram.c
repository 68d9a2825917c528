/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buckets of equal width within each power of two: the first HISTOGRAM_SUB
 * buckets hold one value each, then every doubling has HISTOGRAM_SUB more.
 */
#include "runtime/tools/load/histogram.h"

static unsigned
bucket_of(uint64_t ns)
{
	unsigned top;

	if (ns < HISTOGRAM_SUB)
		return (unsigned)ns;
	top = 63u - (unsigned)__builtin_clzll(ns);
	return (top - HISTOGRAM_SUB_BITS + 1) * HISTOGRAM_SUB +
	    (unsigned)((ns >> (top - HISTOGRAM_SUB_BITS)) & (HISTOGRAM_SUB - 1));
}

uint64_t
histogram_floor(unsigned bucket)
{
	unsigned row = bucket / HISTOGRAM_SUB;
	uint64_t sub = bucket % HISTOGRAM_SUB;

	if (row == 0)
		return sub;
	return (HISTOGRAM_SUB + sub) << (row - 1);
}

void
histogram_add(struct histogram *h, uint64_t ns)
{
	h->counts[bucket_of(ns)]++;
	if (h->n == 0 || ns < h->min_ns)
		h->min_ns = ns;
	if (ns > h->max_ns)
		h->max_ns = ns;
	h->n++;
	h->sum_ns += ns;
}

void
histogram_merge(struct histogram *into, const struct histogram *from)
{
	if (from->n == 0)
		return;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->counts[i] += from->counts[i];
	if (into->n == 0 || from->min_ns < into->min_ns)
		into->min_ns = from->min_ns;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
	into->n += from->n;
	into->sum_ns += from->sum_ns;
}

uint64_t
histogram_quantile(const struct histogram *h, double q)
{
	uint64_t rank = (uint64_t)(q * (double)h->n);
	uint64_t seen = 0;

	if (h->n == 0)
		return 0;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->counts[i];
		if (seen > rank) {
			uint64_t ns = histogram_floor(i);

			return ns < h->min_ns ? h->min_ns :
			    ns > h->max_ns ? h->max_ns : ns;
		}
	}
	return h->max_ns;
}
