/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wide byte swaps for 64-bit Arm, where every CPU has NEON: one reversal a
 * vector, two vectors a turn.
 */
#include "xdr/swap.h"

#if defined(__aarch64__) && defined(__AARCH64EL__)

#include <arm_neon.h>

size_t
oxdr_i_swap32_wide(uint8_t *dst, const uint8_t *src, size_t bytes)
{
	size_t i;

	for (i = 0; i + 32 <= bytes; i += 32) {
		uint8x16_t a = vld1q_u8(src + i);
		uint8x16_t b = vld1q_u8(src + i + 16);

		vst1q_u8(dst + i, vrev32q_u8(a));
		vst1q_u8(dst + i + 16, vrev32q_u8(b));
	}
	return i;
}

size_t
oxdr_i_swap64_wide(uint8_t *dst, const uint8_t *src, size_t bytes)
{
	size_t i;

	for (i = 0; i + 32 <= bytes; i += 32) {
		uint8x16_t a = vld1q_u8(src + i);
		uint8x16_t b = vld1q_u8(src + i + 16);

		vst1q_u8(dst + i, vrev64q_u8(a));
		vst1q_u8(dst + i + 16, vrev64q_u8(b));
	}
	return i;
}

#endif
