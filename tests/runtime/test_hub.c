/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Large buffers that all connections of a loop share: there are only so many,
 * and they do not stay when nobody uses them.
 */
#include "runtime/channel/hub.h"
#include "tests/lib/test.h"

static const struct orpc_i_record_limits limits = { .max_bytes = 1 << 24,
	.max_fragments = 100 };

/* Feeds the mark of a record of n bytes, and asks for a large buffer. */
static void
begin(struct hub *hub, struct orpc_i_record *r, size_t n)
{
	uint8_t mark[ORPC_I_MARK_BYTES];
	size_t used;

	orpc_i_record_init(r, &limits);
	orpc_i_mark_store(mark, n);
	assert_int_equal(orpc_i_record_feed(r, mark, sizeof(mark), &used), 0);
	orpc_i_hub_lend_large(hub, r);
}

static unsigned
n_large(const struct hub *hub)
{
	unsigned n = 0;

	for (unsigned i = 0; i < HUB_LARGES; i++)
		n += hub->large[i] != NULL;
	return n;
}

/* As many unfinished records have one as there are; the next has none. */
static void
they_are_few(void **state)
{
	struct orpc_i_record r[HUB_LARGES + 1], small;
	struct hub *hub = orpc_i_hub_new(1024);

	(void)state;
	assert_non_null(hub);
	begin(hub, &small, HUB_LARGE_MIN - 1);
	assert_null(small.buf);
	for (unsigned i = 0; i <= HUB_LARGES; i++) {
		begin(hub, &r[i], HUB_LARGE_MIN);
		assert_int_equal(r[i].buf != NULL, i < HUB_LARGES);
	}
	orpc_i_record_fini(&r[1]);
	begin(hub, &r[HUB_LARGES], HUB_LARGE_BYTES);
	assert_non_null(r[HUB_LARGES].buf);
	for (unsigned i = 0; i <= HUB_LARGES; i++)
		orpc_i_record_fini(&r[i]);
	orpc_i_record_fini(&small);
	orpc_i_hub_free(hub);
}

/* The loop wakes up for them as long as there are any; what was used since
 * the last time stays, and what is being used. */
static void
they_go_again(void **state)
{
	struct orpc_i_record a, b;
	struct orpc_loop *loop;
	struct hub *hub;

	(void)state;
	assert_int_equal(orpc_loop_new(&loop), 0);
	hub = orpc_i_hub_of(loop);
	assert_non_null(hub);
	assert_int_equal(orpc_loop_timeout(loop), -1);
	begin(hub, &a, HUB_LARGE_MIN);
	begin(hub, &b, HUB_LARGE_MIN);
	assert_int_equal(n_large(hub), 2);
	assert_in_range(orpc_loop_timeout(loop), 0, HUB_TRIM_NS / 1000000);
	orpc_i_record_fini(&b);
	/* What the timer does: it is set again while there are any. */
	orpc_i_loop_timer_clear(loop, &hub->trim_timer);
	hub->trim_timer.fn(hub->trim_timer.ctx);
	assert_int_equal(n_large(hub), 2);
	assert_true(orpc_i_timer_is_set(&hub->trim_timer));
	orpc_i_loop_timer_clear(loop, &hub->trim_timer);
	hub->trim_timer.fn(hub->trim_timer.ctx);
	assert_int_equal(n_large(hub), 1);
	assert_non_null(a.buf);
	assert_true(orpc_i_timer_is_set(&hub->trim_timer));
	orpc_i_record_fini(&a);
	orpc_i_loop_timer_clear(loop, &hub->trim_timer);
	hub->trim_timer.fn(hub->trim_timer.ctx);
	assert_int_equal(n_large(hub), 0);
	assert_int_equal(orpc_loop_timeout(loop), -1);
	/* A loop that ends while the timer runs takes all along. */
	begin(hub, &a, HUB_LARGE_MIN);
	orpc_i_record_fini(&a);
	orpc_loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_few),
		cmocka_unit_test(they_go_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
