/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memcpy: the limit where a message is one array.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bench/codec/contest.h"

static uint8_t *mine;
static uint8_t *kept;
static size_t kept_n;

/* The compiler must not see that nobody reads the copy. */
static void
copy(void *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	__asm__ volatile("" : : "r"(to) : "memory");
}

static int
memcpy_load(enum w1_case which, const uint8_t *bytes, size_t n)
{
	if (which != W1_INTS && which != W1_BLOB && which != W1_DOUBLES)
		return -1;
	free(mine);
	mine = malloc(n);
	if (!mine)
		return -1;
	memcpy(mine, bytes, n);
	if (n > kept_n) {
		free(kept);
		kept = malloc(n);
		kept_n = kept ? n : 0;
	}
	return kept ? 0 : -1;
}

static int
memcpy_encode(enum w1_case which, uint8_t *room, size_t n)
{
	(void)which;
	copy(room, mine, n);
	return 0;
}

static int
memcpy_decode(enum w1_case which, const uint8_t *bytes, size_t n)
{
	void *mem = malloc(n);

	(void)which;
	if (!mem)
		return -1;
	copy(mem, bytes, n);
	free(mem);
	return 0;
}

static int
memcpy_again(enum w1_case which, const uint8_t *bytes, size_t n)
{
	(void)which;
	copy(kept, bytes, n);
	return 0;
}

const struct contestant w1_memcpy = {
	.name = "memcpy", .load = memcpy_load, .encode = memcpy_encode,
	.decode = memcpy_decode, .again = memcpy_again,
};
