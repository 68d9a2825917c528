/* SPDX-License-Identifier: BSD-3-Clause */
/* Who holds most, against a search through all of them. */
#include "tests/lib/test.h"

#include "runtime/proto/holders.h"
#include "xdr/base.h"

#define N 200

static size_t
most_by_search(const struct orpc_i_holder *holders, const bool *in)
{
	size_t most = 0;

	for (size_t i = 0; i < N; i++)
		if (in[i] && holders[i].held > most)
			most = holders[i].held;
	return most;
}

static void
test_random_changes(void **state)
{
	struct orpc_i_holders set = { 0 };
	struct orpc_i_holder holders[N];
	bool in[N] = { false };
	uint64_t seed = 1;

	(void)state;
	assert_int_equal(orpc_i_holders_reserve(&set, N), 0);
	assert_null(orpc_i_holders_most(&set));
	for (int round = 0; round < 20000; round++) {
		size_t i = test_random(&seed) % N;

		if (!in[i]) {
			orpc_i_holders_add(&set, &holders[i]);
			in[i] = true;
		} else if (test_random(&seed) % 8 == 0) {
			orpc_i_holders_remove(&set, &holders[i]);
			in[i] = false;
		} else {
			orpc_i_holders_set(&set, &holders[i],
			    test_random(&seed) % 50);
		}
		assert_int_equal(set.n ? orpc_i_holders_most(&set)->held : 0,
		    most_by_search(holders, in));
	}
	orpc_i_holders_fini(&set);
}

static bool
reserve_fails(struct test_alloc *a, void *ctx)
{
	struct orpc_i_holders set = { .allocator = &a->hooks };
	struct orpc_i_holder one;
	int r = orpc_i_holders_reserve(&set, 1);

	(void)ctx;
	if (!r) {
		orpc_i_holders_add(&set, &one);
		orpc_i_holders_set(&set, &one, 7);
		r = orpc_i_holders_reserve(&set, 100);
		assert_int_equal(orpc_i_holders_most(&set)->held, 7);
	}
	orpc_i_holders_fini(&set);
	return r == 0;
}

static void
test_no_memory(void **state)
{
	(void)state;
	test_alloc_each(reserve_fails, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_changes),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
