/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The messages, written byte by byte after RFC 4506: nobody's codec made
 * them.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bench/codec/contest.h"
#include "tests/lib/random.h"

struct out {
	uint8_t *bytes;
	size_t n;
	uint64_t seed;
};

static void
put4(struct out *o, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		o->bytes[o->n++] = (uint8_t)(v >> shift);
}

static void
put8(struct out *o, uint64_t v)
{
	put4(o, (uint32_t)(v >> 32));
	put4(o, (uint32_t)v);
}

static void
put_double(struct out *o, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	put8(o, bits);
}

/* A name of least to least + span letters. */
static void
put_name(struct out *o, uint32_t least, uint32_t span)
{
	uint32_t n = least + (uint32_t)(test_random(&o->seed) % (span + 1));

	put4(o, n);
	for (uint32_t i = 0; i < n; i++)
		o->bytes[o->n++] = (uint8_t)('a' + (i * 7 + n) % 26);
	for (; n % 4; n++)
		o->bytes[o->n++] = 0;
}

static void
put_small(struct out *o)
{
	put4(o, (uint32_t)-7);
	put4(o, 3000000000u);
	put8(o, (uint64_t)-5000000000);
	put_double(o, 2.718281828);
	put4(o, 0x3fc00000);
	put4(o, 1);
	put4(o, 2);
	put8(o, UINT64_C(0x0123456789abcdef));
}

static void
put_records(struct out *o, uint32_t n)
{
	put4(o, n);
	for (uint32_t i = 0; i < n; i++) {
		put4(o, i);
		put_double(o, i * 0.5);
		put_name(o, 4, 24);
		put4(o, (uint32_t)(test_random(&o->seed) % 4));
		put4(o, (uint32_t)(test_random(&o->seed) % 2));
	}
}

static void
put_shape(struct out *o)
{
	uint32_t what = (uint32_t)(test_random(&o->seed) % 5);

	put4(o, what);
	switch (what) {
	case 1:
		put_double(o, 1.25);
		put_double(o, -3.5);
		break;
	case 2:
		put_name(o, 1, 14);
		break;
	case 3:
		put8(o, 1);
		put8(o, 1u << 30);
		break;
	case 4:
		put4(o, 404);
		break;
	}
}

uint8_t *
w1_message(enum w1_case which, size_t *out_n)
{
	struct out o = { .bytes = malloc(16 << 20), .seed = 1 };

	if (!o.bytes)
		abort();
	switch (which) {
	case W1_SMALL:
		for (int i = 0; i < W1_SMALLS; i++)
			put_small(&o);
		break;
	case W1_INTS:
		put4(&o, 1000000);
		for (uint32_t i = 0; i < 1000000; i++)
			put4(&o, i * 2654435761u);
		break;
	case W1_RECORDS:
		put_records(&o, 100000);
		break;
	case W1_LIST:
		for (uint32_t i = 0; i < 10000; i++) {
			put4(&o, i);
			put4(&o, i < 9999);
		}
		break;
	case W1_SHAPES:
		put4(&o, 10000);
		for (uint32_t i = 0; i < 10000; i++)
			put_shape(&o);
		break;
	case W1_BLOB:
		put4(&o, 1 << 20);
		memset(o.bytes + o.n, 0x5a, 1 << 20);
		o.n += 1 << 20;
		break;
	default:
		put4(&o, 1000000);
		for (uint32_t i = 0; i < 1000000; i++)
			put_double(&o, i / 3.0);
	}
	*out_n = o.n;
	return o.bytes;
}
