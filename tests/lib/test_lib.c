/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The helpers of the tests, tested: a check that can't fail would let every
 * test pass.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/test.h"

static void
descriptors_are_counted(void **state)
{
	size_t before = test_open_fds();
	int fds[2];

	(void)state;
	test_pair(AF_UNIX, SOCK_STREAM, fds);
	assert_int_equal(test_open_fds(), before + 2);
	close(fds[0]);
	close(fds[1]);
	test_no_fds_left(before);
}

static void
pairs_carry_bytes(void **state)
{
	static const struct {
		int family, type;
	} cases[] = {
		{ AF_INET, SOCK_STREAM }, { AF_INET, SOCK_DGRAM },
		{ AF_INET6, SOCK_STREAM }, { AF_INET6, SOCK_DGRAM },
		{ AF_UNIX, SOCK_STREAM }, { AF_UNIX, SOCK_DGRAM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[4];
		int fds[2];

		test_pair(cases[i].family, cases[i].type, fds);
		assert_false(test_readable(fds[1], 0));
		test_write(fds[0], "ping", 4);
		assert_true(test_readable(fds[1], 1000));
		test_read(fds[1], got, 4);
		assert_memory_equal(got, "ping", 4);
		close(fds[0]);
		close(fds[1]);
	}
}

/* Two pieces, the second given back before the first. */
static bool
takes_two(struct test_alloc *a, void *ctx)
{
	void *one = a->hooks.alloc(a->hooks.ctx, 10), *two;
	bool done = false;

	++*(size_t *)ctx;
	if (!one)
		return false;
	two = a->hooks.alloc(a->hooks.ctx, 20);
	if (two) {
		a->hooks.free(a->hooks.ctx, two, 20);
		done = true;
	}
	a->hooks.free(a->hooks.ctx, one, 10);
	return done;
}

static void
every_request_is_refused_once(void **state)
{
	size_t runs = 0;

	(void)state;
	test_alloc_each(takes_two, &runs);
	assert_int_equal(runs, 3);
}

static void
clock_moves_by_hand(void **state)
{
	struct test_clock clock = { 5 };

	(void)state;
	assert_true(test_clock_advance_ms(&clock, 2) == 2000005);
}

static void
hex_is_read(void **state)
{
	uint8_t bytes[3];

	(void)state;
	assert_int_equal(test_hex("00 ff|7A", bytes, sizeof(bytes)), 3);
	test_bytes(bytes, 3, "00ff7a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_are_counted),
		cmocka_unit_test(pairs_carry_bytes),
		cmocka_unit_test(every_request_is_refused_once),
		cmocka_unit_test(clock_moves_by_hand),
		cmocka_unit_test(hex_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
