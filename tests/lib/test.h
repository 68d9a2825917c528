/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What test programs share, on top of cmocka: descriptors left open, an
 * allocator that fails the n-th time, a clock that is set by hand, a loopback
 * pair.  Includes what <cmocka.h> needs.  Helpers that can fail make the test
 * fail; they never return a failure.
 */
#ifndef ORPC_TESTS_TEST_H
#define ORPC_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <oxdr/mem.h>

#include "tests/lib/random.h"

/* ---- Descriptors --------------------------------------------------------- */

/* How many descriptors this process has open. */
size_t test_open_fds(void);

/*
 * Fails the test unless `before` descriptors are open, and says which there
 * are (number and what /proc says it is).
 */
void test_no_fds_left(size_t before);

/* ---- An allocator that fails --------------------------------------------- */

/*
 * Counts, and refuses one request.  Start with test_alloc_init; hand
 * &a.hooks to the code under test.
 *
 * fail_at      the request to refuse, counted from 1; 0: none
 * requests     made so far
 * live, live_bytes   given out and not taken back
 */
struct test_alloc {
	struct oxdr_allocator hooks;
	size_t fail_at;
	size_t requests;
	size_t live;
	size_t live_bytes;
};

void test_alloc_init(struct test_alloc *a);

/* Fails the test if something given out was not taken back. */
void test_alloc_empty(const struct test_alloc *a);

/*
 * Runs fn(a, ctx) with the first, the second... request refused, until a run
 * makes fewer requests than that; after each run nothing may be left.
 *
 * fn   returns true if it succeeded; it must report failure whenever its
 *      request was refused, and succeed in the last run
 */
void test_alloc_each(bool (*fn)(struct test_alloc *a, void *ctx), void *ctx);

/* ---- A clock --------------------------------------------------------------- */

/* Stands still until it is moved; for code that is given the time. */
struct test_clock {
	int64_t now_ns;
};

static inline int64_t
test_clock_advance_ms(struct test_clock *c, int64_t ms)
{
	c->now_ns += ms * 1000000;
	return c->now_ns;
}

/* ---- Loopback pairs ---------------------------------------------------------- */

/*
 * Two connected descriptors on a port that the kernel picks, closed by the
 * caller.  family: AF_INET, AF_INET6 or AF_UNIX; type: SOCK_STREAM or
 * SOCK_DGRAM.
 */
void test_pair(int family, int type, int out_fds[2]);

/* A descriptor bound to the loopback address of a family; *out_port is what
 * the kernel picked. */
int test_bound(int family, int type, uint16_t *out_port);

/* Writes all of n bytes, reads exactly n bytes. */
void test_write(int fd, const void *bytes, size_t n);
void test_read(int fd, void *bytes, size_t n);

/*
 * Under `make check-valgrind`, whose valgrind neither counts descriptors as
 * the kernel does nor knows seccomp?
 */
bool test_memcheck(void);

/* Is there anything to read within timeout_ms? */
bool test_readable(int fd, int timeout_ms);

/* ---- Bytes --------------------------------------------------------------------- */

/*
 * Bytes from readable hexadecimal, "0000 0001 | 61"; anything that is no
 * digit is skipped.  Returns how many were written; at most n.
 */
size_t test_hex(const char *hex, uint8_t *out, size_t n);

/* Fails with both sides in hexadecimal when they differ. */
void test_bytes(const void *got, size_t n_got, const char *expected_hex);

#endif
