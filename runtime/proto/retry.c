/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exponential backoff.  The interval doubles; each time what is added is
 * between three and five quarters of it, so that clients which began together
 * drift apart.
 */
#include "runtime/proto/retry.h"

#define NS_PER_MS INT64_C(1000000)

/* 3/4 to 5/4 of the interval. */
static int64_t
with_jitter(int64_t interval_ns, uint32_t random)
{
	int64_t half = interval_ns / 2;

	return interval_ns - half / 2 +
	    (int64_t)((double)half * ((double)random / UINT32_MAX));
}

static void
retry_set(struct orpc_i_retry *r, int64_t now_ns, uint32_t random)
{
	int64_t wait = with_jitter(r->interval_ns, random);

	r->tries++;
	r->next_ns = now_ns > INT64_MAX - wait ? INT64_MAX : now_ns + wait;
}

void
orpc_i_retry_start(struct orpc_i_retry *r, int64_t now_ns, uint32_t first_ms,
    uint32_t max_ms, uint32_t random)
{
	if (first_ms == 0)
		first_ms = 1;
	r->max_ns = (max_ms > first_ms ? max_ms : first_ms) * NS_PER_MS;
	r->interval_ns = first_ms * NS_PER_MS;
	r->tries = 0;
	retry_set(r, now_ns, random);
}

void
orpc_i_retry_again(struct orpc_i_retry *r, int64_t now_ns, uint32_t random)
{
	r->interval_ns = r->interval_ns > r->max_ns / 2 ? r->max_ns :
	    r->interval_ns * 2;
	retry_set(r, now_ns, random);
}
