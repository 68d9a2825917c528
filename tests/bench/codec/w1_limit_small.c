/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The limit for the small struct: see w1_limit.h.
 */
#include "tests/bench/codec/w1_limit.h"

uint8_t *
limit_put_small(uint8_t *p, const uint8_t *end, const small *v)
{
	uint32_t bits;

	if (end - p < 44)
		return NULL;
	memcpy(&bits, &v->e, 4);
	set4(p, (uint32_t)v->a);
	set4(p + 4, v->b);
	set8(p + 8, (uint64_t)v->c);
	set_double(p + 16, v->d);
	set4(p + 24, bits);
	set4(p + 28, v->f);
	set4(p + 32, (uint32_t)v->g);
	set8(p + 36, v->h);
	return p + 44;
}

const uint8_t *
limit_get_small(const uint8_t *p, const uint8_t *end, small *v)
{
	uint32_t bits;

	if (end - p < 44)
		return NULL;
	v->a = (int32_t)get4(p);
	v->b = get4(p + 4);
	v->c = (int64_t)get8(p + 8);
	v->d = get_double(p + 16);
	bits = get4(p + 24);
	memcpy(&v->e, &bits, 4);
	v->f = get4(p + 28) != 0;
	v->g = (color)get4(p + 32);
	v->h = get8(p + 36);
	return p + 44;
}
