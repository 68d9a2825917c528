/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wide byte swaps for x86: one shuffle a vector, with SSSE3, AVX2 or AVX-512.
 *
 * The three loops differ only in their width.  Each does two vectors a turn;
 * what is left is under two vectors long.
 */
#include "xdr/swap.h"

#if defined(__x86_64__) || defined(__i386__)

#include <immintrin.h>

#define ORDER32 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3
#define ORDER64 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7

__attribute__((target("ssse3")))
static size_t
swap_ssse3(uint8_t *dst, const uint8_t *src, size_t bytes, __m128i order)
{
	size_t i;

	for (i = 0; i + 32 <= bytes; i += 32) {
		__m128i a = _mm_loadu_si128((const void *)(src + i));
		__m128i b = _mm_loadu_si128((const void *)(src + i + 16));

		_mm_storeu_si128((void *)(dst + i),
		    _mm_shuffle_epi8(a, order));
		_mm_storeu_si128((void *)(dst + i + 16),
		    _mm_shuffle_epi8(b, order));
	}
	return i;
}

__attribute__((target("avx2")))
static size_t
swap_avx2(uint8_t *dst, const uint8_t *src, size_t bytes, __m128i order)
{
	__m256i wide = _mm256_broadcastsi128_si256(order);
	size_t i;

	for (i = 0; i + 64 <= bytes; i += 64) {
		__m256i a = _mm256_loadu_si256((const void *)(src + i));
		__m256i b = _mm256_loadu_si256((const void *)(src + i + 32));

		_mm256_storeu_si256((void *)(dst + i),
		    _mm256_shuffle_epi8(a, wide));
		_mm256_storeu_si256((void *)(dst + i + 32),
		    _mm256_shuffle_epi8(b, wide));
	}
	return i;
}

__attribute__((target("avx512f,avx512bw")))
static size_t
swap_avx512(uint8_t *dst, const uint8_t *src, size_t bytes, __m128i order)
{
	__m512i wide = _mm512_broadcast_i32x4(order);
	size_t i;

	for (i = 0; i + 128 <= bytes; i += 128) {
		__m512i a = _mm512_loadu_si512(src + i);
		__m512i b = _mm512_loadu_si512(src + i + 64);

		_mm512_storeu_si512(dst + i, _mm512_shuffle_epi8(a, wide));
		_mm512_storeu_si512(dst + i + 64, _mm512_shuffle_epi8(b, wide));
	}
	return i;
}

__attribute__((target("sse2")))
static size_t
swap_wide(uint8_t *dst, const uint8_t *src, size_t bytes, __m128i order)
{
	if (__builtin_cpu_supports("avx512bw"))
		return swap_avx512(dst, src, bytes, order);
	if (__builtin_cpu_supports("avx2"))
		return swap_avx2(dst, src, bytes, order);
	if (__builtin_cpu_supports("ssse3"))
		return swap_ssse3(dst, src, bytes, order);
	return 0;
}

__attribute__((target("sse2")))
size_t
oxdr_i_swap32_wide(uint8_t *dst, const uint8_t *src, size_t bytes)
{
	return swap_wide(dst, src, bytes, _mm_set_epi8(ORDER32));
}

__attribute__((target("sse2")))
size_t
oxdr_i_swap64_wide(uint8_t *dst, const uint8_t *src, size_t bytes)
{
	return swap_wide(dst, src, bytes, _mm_set_epi8(ORDER64));
}

#endif
