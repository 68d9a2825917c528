/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting calls: found by xid, due in order, xids not used twice, tables that
 * stay right under random traffic; and the arithmetic of trying again.
 */
#include <stdlib.h>

#include <orpc/error.h>

#include "runtime/proto/pending.h"
#include "runtime/proto/retry.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

static void
xids_count_and_skip(void **state)
{
	struct orpc_i_waiting a = { 0 }, b = { 0 }, c = { 0 };
	struct orpc_i_pending p;

	(void)state;
	orpc_i_pending_init(&p, NULL, UINT32_MAX, 10);
	assert_int_equal(orpc_i_pending_add(&p, &a, 1), 0);
	assert_int_equal(orpc_i_pending_add(&p, &b, 1), 0);
	assert_int_equal(a.xid, UINT32_MAX);
	assert_int_equal(b.xid, 0);
	assert_int_equal(orpc_i_pending_xid(&p), 1);
	orpc_i_pending_remove(&p, &a);
	/* All of 2^32 later: b still waits, so its xid is passed over. */
	p.next_xid = 0;
	assert_int_equal(orpc_i_pending_add(&p, &c, 1), 0);
	assert_int_equal(c.xid, 1);
	assert_ptr_equal(orpc_i_pending_find(&p, 0), &b);
	assert_null(orpc_i_pending_find(&p, UINT32_MAX));
	orpc_i_pending_remove(&p, &b);
	orpc_i_pending_remove(&p, &c);
	assert_null(orpc_i_pending_any(&p));
	orpc_i_pending_fini(&p);
}

static void
deadlines_come_in_order(void **state)
{
	static const int64_t due[] = { 5, 3, 9, ORPC_I_NO_DEADLINE, 1, 7, 3 };
	struct orpc_i_waiting calls[ARRAY_LEN(due)] = { { 0 } }, *call;
	struct orpc_i_pending p;
	int64_t last = 0;
	int n = 0;

	(void)state;
	orpc_i_pending_init(&p, NULL, 1, 100);
	assert_int_equal(orpc_i_pending_deadline(&p), ORPC_I_NO_DEADLINE);
	for (size_t i = 0; i < ARRAY_LEN(due); i++)
		assert_int_equal(orpc_i_pending_add(&p, &calls[i], due[i]),
		    0);
	assert_int_equal(orpc_i_pending_deadline(&p), 1);
	assert_null(orpc_i_pending_due(&p, 0));
	orpc_i_pending_set_deadline(&p, &calls[4], 8);
	assert_int_equal(orpc_i_pending_deadline(&p), 3);
	while ((call = orpc_i_pending_due(&p, INT64_MAX))) {
		assert_true(call->deadline_ns >= last);
		last = call->deadline_ns;
		orpc_i_pending_remove(&p, call);
		n++;
	}
	assert_int_equal(n, 6);
	assert_ptr_equal(orpc_i_pending_any(&p), &calls[3]);
	orpc_i_pending_remove(&p, &calls[3]);
	orpc_i_pending_fini(&p);
}

static void
the_limit_holds(void **state)
{
	struct orpc_i_waiting a = { 0 }, b = { 0 };
	struct orpc_i_pending p;

	(void)state;
	orpc_i_pending_init(&p, NULL, 1, 1);
	assert_int_equal(orpc_i_pending_add(&p, &a, 1), 0);
	assert_int_equal(orpc_i_pending_add(&p, &b, 1), -ORPC_E_BUSY);
	orpc_i_pending_remove(&p, &a);
	assert_int_equal(orpc_i_pending_add(&p, &b, 1), 0);
	orpc_i_pending_remove(&p, &b);
	orpc_i_pending_fini(&p);
}

/* Against a plain array, with xids that collide. */
static void
random_traffic(void **state)
{
	enum { N = 300 };
	struct orpc_i_waiting calls[N] = { { 0 } };
	struct orpc_i_pending p;
	uint64_t seed = 5;

	(void)state;
	orpc_i_pending_init(&p, NULL, UINT32_MAX - 1000, N);
	for (int round = 0; round < 200000; round++) {
		struct orpc_i_waiting *call = &calls[test_random(&seed) % N];

		if (!call->heap_at) {
			if (test_random(&seed) % 8 == 0)
				p.next_xid += 64;
			assert_int_equal(orpc_i_pending_add(&p, call,
			    (int64_t)(test_random(&seed) % 1000)), 0);
		} else if (test_random(&seed) % 3 == 0) {
			orpc_i_pending_set_deadline(&p, call,
			    (int64_t)(test_random(&seed) % 1000));
		} else {
			orpc_i_pending_remove(&p, call);
			assert_null(orpc_i_pending_find(&p, call->xid));
		}
		if (round % 1000 == 0) {
			int64_t least = ORPC_I_NO_DEADLINE;
			uint32_t n = 0;

			for (int i = 0; i < N; i++) {
				if (!calls[i].heap_at)
					continue;
				n++;
				assert_ptr_equal(orpc_i_pending_find(&p,
				    calls[i].xid), &calls[i]);
				if (calls[i].deadline_ns < least)
					least = calls[i].deadline_ns;
			}
			assert_int_equal(p.n, n);
			assert_int_equal(orpc_i_pending_deadline(&p), least);
		}
	}
	while (orpc_i_pending_any(&p))
		orpc_i_pending_remove(&p, orpc_i_pending_any(&p));
	orpc_i_pending_fini(&p);
}

/* Those that stand in line come as they were added, then the others; each
 * once. */
static void
all_are_walked_through(void **state)
{
	static const int64_t due[] = { 5, 3, 9, 9, 1, ORPC_I_NO_DEADLINE, 7 };
	struct orpc_i_waiting calls[ARRAY_LEN(due)] = { { 0 } }, *call = NULL;
	struct orpc_i_pending p;
	int64_t last = 0;
	size_t n = 0;

	(void)state;
	orpc_i_pending_init(&p, NULL, 1, 100);
	assert_null(orpc_i_pending_next(&p, NULL));
	for (size_t i = 0; i < ARRAY_LEN(due); i++)
		assert_int_equal(orpc_i_pending_add(&p, &calls[i], due[i]),
		    0);
	while ((call = orpc_i_pending_next(&p, call))) {
		assert_true(n >= 4 || call->deadline_ns >= last);
		last = call->deadline_ns;
		n++;
	}
	assert_int_equal(n, ARRAY_LEN(due));
	while ((call = orpc_i_pending_next(&p, NULL))) {
		orpc_i_pending_remove(&p, call);
		assert_int_equal(call->heap_at, 0);
		n--;
	}
	assert_int_equal(n, 0);
	orpc_i_pending_fini(&p);
}

/* Removing walks to the end of its run. */
static void
counted_xids_make_short_runs(void **state)
{
	enum { N = 32768 };
	struct orpc_i_waiting *calls = calloc(N, sizeof(*calls));
	struct orpc_i_pending p;
	uint32_t run = 0, longest = 0;

	(void)state;
	assert_non_null(calls);
	orpc_i_pending_init(&p, NULL, UINT32_MAX - N / 2, N);
	for (uint32_t n = 0; n < N; n++) {
		assert_int_equal(orpc_i_pending_add(&p, &calls[n], 1), 0);
		/* At each size that is a power of two, the table's fullest. */
		for (uint32_t i = 0; (n & (n + 1)) == 0 && i <= p.mask; i++) {
			run = p.slots[i].call ? run + 1 : 0;
			longest = run > longest ? run : longest;
		}
	}
	assert_in_range(longest, 1, 16);
	while (orpc_i_pending_any(&p))
		orpc_i_pending_remove(&p, orpc_i_pending_any(&p));
	orpc_i_pending_fini(&p);
	free(calls);
}

static bool
add_many(struct test_alloc *a, void *ctx)
{
	struct orpc_i_waiting calls[100] = { { 0 } };
	struct orpc_i_pending p;
	int result = 0;

	(void)ctx;
	orpc_i_pending_init(&p, &a->hooks, 1, 1000);
	for (size_t i = 0; i < ARRAY_LEN(calls) && !result; i++)
		result = orpc_i_pending_add(&p, &calls[i], 1);
	assert_true(result == 0 || result == -OXDR_E_NOMEM);
	while (orpc_i_pending_any(&p))
		orpc_i_pending_remove(&p, orpc_i_pending_any(&p));
	orpc_i_pending_fini(&p);
	return result == 0;
}

static void
each_allocation_fails(void **state)
{
	(void)state;
	test_alloc_each(add_many, NULL);
}

static void
steady_state_allocates_nothing(void **state)
{
	struct orpc_i_waiting calls[16] = { { 0 } };
	struct orpc_i_pending p;
	struct test_alloc a;
	size_t before;

	(void)state;
	test_alloc_init(&a);
	orpc_i_pending_init(&p, &a.hooks, 1, 1000);
	for (int i = 0; i < 16; i++)
		orpc_i_pending_add(&p, &calls[i], 1);
	before = a.requests;
	for (int i = 0; i < 100000; i++) {
		orpc_i_pending_remove(&p, &calls[i % 16]);
		orpc_i_pending_add(&p, &calls[i % 16], i);
	}
	assert_int_equal(a.requests, before);
	while (orpc_i_pending_any(&p))
		orpc_i_pending_remove(&p, orpc_i_pending_any(&p));
	orpc_i_pending_fini(&p);
	test_alloc_empty(&a);
}

static void
retries_back_off(void **state)
{
	static const uint32_t randoms[] = { 0, 1, UINT32_MAX / 2,
	    UINT32_MAX };
	const int64_t ms = 1000000;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(randoms); i++) {
		struct test_clock clock = { 0 };
		struct orpc_i_retry r;
		int64_t want = 300;

		orpc_i_retry_start(&r, clock.now_ns, 300, 2000, randoms[i]);
		for (uint32_t n = 1; n < 10; n++) {
			int64_t wait = r.next_ns - clock.now_ns;

			assert_int_equal(r.tries, n);
			assert_true(wait >= want * ms * 3 / 4);
			assert_true(wait <= want * ms * 5 / 4);
			test_clock_advance_ms(&clock, 5000);
			orpc_i_retry_again(&r, clock.now_ns, randoms[i]);
			want = want * 2 > 2000 ? 2000 : want * 2;
		}
	}
}

static void
retries_do_not_overflow(void **state)
{
	struct orpc_i_retry r;

	(void)state;
	orpc_i_retry_start(&r, INT64_MAX - 1, UINT32_MAX, UINT32_MAX,
	    UINT32_MAX);
	assert_int_equal(r.next_ns, INT64_MAX);
	orpc_i_retry_again(&r, INT64_MAX - 1, UINT32_MAX);
	assert_int_equal(r.next_ns, INT64_MAX);
	orpc_i_retry_start(&r, 0, 0, 0, 0);
	assert_true(r.next_ns > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xids_count_and_skip),
		cmocka_unit_test(deadlines_come_in_order),
		cmocka_unit_test(the_limit_holds),
		cmocka_unit_test(random_traffic),
		cmocka_unit_test(all_are_walked_through),
		cmocka_unit_test(counted_xids_make_short_runs),
		cmocka_unit_test(each_allocation_fails),
		cmocka_unit_test(steady_state_allocates_nothing),
		cmocka_unit_test(retries_back_off),
		cmocka_unit_test(retries_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
