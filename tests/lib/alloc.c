/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator of the tests.  It hands out memory of malloc, so sanitizers
 * and valgrind still see each piece, and remembers sizes only as sums: a
 * piece given back with a wrong size shows as a sum that is not zero.
 */
#include <stdlib.h>

#include "tests/lib/test.h"

static void *
counted_alloc(void *ctx, size_t n)
{
	struct test_alloc *a = ctx;
	void *mem;

	assert_true(n > 0);
	if (++a->requests == a->fail_at)
		return NULL;
	mem = malloc(n);
	assert_non_null(mem);
	memset(mem, 0xa5, n);
	a->live++;
	a->live_bytes += n;
	return mem;
}

static void
counted_free(void *ctx, void *mem, size_t n)
{
	struct test_alloc *a = ctx;

	if (!mem)
		return;
	assert_true(a->live > 0);
	assert_true(a->live_bytes >= n);
	a->live--;
	a->live_bytes -= n;
	free(mem);
}

void
test_alloc_init(struct test_alloc *a)
{
	*a = (struct test_alloc){
		.hooks = { .alloc = counted_alloc, .free = counted_free,
			.ctx = a },
	};
}

void
test_alloc_empty(const struct test_alloc *a)
{
	if (a->live || a->live_bytes)
		fail_msg("%zu pieces, %zu bytes were not given back "
		    "(request %zu refused)", a->live, a->live_bytes, a->fail_at);
}

void
test_alloc_each(bool (*fn)(struct test_alloc *a, void *ctx), void *ctx)
{
	struct test_alloc a;
	bool done = false;

	for (size_t at = 1; !done; at++) {
		bool succeeded;

		test_alloc_init(&a);
		a.fail_at = at;
		succeeded = fn(&a, ctx);
		test_alloc_empty(&a);
		done = a.requests < at;
		if (succeeded != done)
			fail_msg("request %zu of %zu was %s, and the result "
			    "was %s", at, a.requests,
			    done ? "never made" : "refused",
			    succeeded ? "success" : "failure");
	}
}
