/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The limit's bytes, and its small struct: in a file of its own, so that it is
 * called as generated functions are and knows as little of its caller.
 */
#ifndef ORPC_TESTS_BENCH_CODEC_W1_LIMIT_H
#define ORPC_TESTS_BENCH_CODEC_W1_LIMIT_H

#include <stdint.h>
#include <string.h>

#include "w1.h"

/* Where the next byte is; NULL: it does not fit, or is not there. */
uint8_t *limit_put_small(uint8_t *p, const uint8_t *end, const small *v);
const uint8_t *limit_get_small(const uint8_t *p, const uint8_t *end,
    small *v);

static inline void
set4(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
}

static inline void
set8(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, 8);
}

static inline void
set_double(uint8_t *p, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, 8);
	set8(p, bits);
}

static inline uint32_t
get4(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return __builtin_bswap32(v);
}

static inline uint64_t
get8(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return __builtin_bswap64(v);
}

static inline double
get_double(const uint8_t *p)
{
	uint64_t bits = get8(p);
	double v;

	memcpy(&v, &bits, 8);
	return v;
}

#endif
