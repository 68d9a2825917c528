/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Byte swaps of every length and alignment, by each of the loops that this
 * kind of CPU has, against one byte at a time.
 */
#include "tests/lib/test.h"
#include "xdr/base.h"

#include <oxdr/writer.h>

#include "xdr/swap_x86.c"

#define MOST 600

static void
swap_slowly(uint8_t *dst, const uint8_t *src, size_t n, size_t unit)
{
	const int one = 1;
	int little = *(const char *)&one;

	for (size_t i = 0; i < n * unit; i++)
		dst[i] = src[little ? i - i % unit + unit - 1 - i % unit : i];
}

static void
every_length(void **state)
{
	uint8_t src[MOST + 64], dst[MOST + 64], expected[MOST + 64];
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(src); i++)
		src[i] = (uint8_t)test_random(&seed);
	for (size_t unit = 4; unit <= 8; unit += 4)
		for (size_t n = 0; n * unit <= MOST; n++)
			for (size_t off = 0; off < 9; off++) {
				memset(dst, 0x5a, sizeof(dst));
				memset(expected, 0x5a, sizeof(expected));
				swap_slowly(expected + off, src + 8 - off, n,
				    unit);
				if (unit == 4)
					oxdr_swap32(dst + off, src + 8 - off,
					    n);
				else
					oxdr_swap64(dst + off, src + 8 - off,
					    n);
				assert_memory_equal(dst, expected,
				    sizeof(dst));
			}
}

#if defined(__x86_64__)

static void
every_loop(void **state)
{
	typedef size_t loop_fn(uint8_t *, const uint8_t *, size_t, __m128i);
	const struct {
		loop_fn *loop;
		int here;
	} loops[] = {
		{ swap_ssse3, __builtin_cpu_supports("ssse3") },
		{ swap_avx2, __builtin_cpu_supports("avx2") },
		{ swap_avx512, __builtin_cpu_supports("avx512bw") },
	};
	uint8_t src[MOST], dst[MOST], expected[MOST];
	uint64_t seed = 2;

	(void)state;
	for (size_t i = 0; i < sizeof(src); i++)
		src[i] = (uint8_t)test_random(&seed);
	for (size_t i = 0; i < ARRAY_LEN(loops); i++)
		for (size_t n = 0; n <= MOST && loops[i].here; n += 8) {
			size_t done = loops[i].loop(dst, src, n,
			    _mm_set_epi8(ORDER32));

			assert_true(done <= n && n - done < 128);
			swap_slowly(expected, src, done / 4, 4);
			assert_memory_equal(dst, expected, done);
			done = loops[i].loop(dst, src, n,
			    _mm_set_epi8(ORDER64));
			swap_slowly(expected, src, done / 8, 8);
			assert_memory_equal(dst, expected, done);
		}
}

#else

static void
every_loop(void **state)
{
	(void)state;
	skip();
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length),
		cmocka_unit_test(every_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
