/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arrays of 4- and 8-byte scalars between host and wire order.
 *
 * This is the one primitive where the CPU's vectors matter: with a byte
 * shuffle it runs as fast as memcpy, four times as fast as what compilers
 * make of a plain loop for the oldest CPU of a kind.  The wide part is in
 * swap_x86.c or swap_neon.c (swap_plain.c where there is neither); it asks
 * the CPU on each call, which is one load and one test, so that there is no
 * state and no load-time magic here.
 */
#include <string.h>

#include <oxdr/reader.h>
#include <oxdr/writer.h>

#include "xdr/swap.h"

/* Below this the call of the wide part costs more than it gains. */
#define WIDE_LEAST ((size_t)64)

void
oxdr_swap32(void *dst, const void *src, size_t n)
{
	const uint8_t *from = src;
	uint8_t *to = dst;
	size_t bytes = n * 4;
	size_t i = 0;

	if (bytes >= WIDE_LEAST)
		i = oxdr_i_swap32_wide(to, from, bytes);
	for (; i < bytes; i += 4) {
		uint32_t v = oxdr_load_u32(from + i);

		memcpy(to + i, &v, 4);
	}
}

void
oxdr_swap64(void *dst, const void *src, size_t n)
{
	const uint8_t *from = src;
	uint8_t *to = dst;
	size_t bytes = n * 8;
	size_t i = 0;

	if (bytes >= WIDE_LEAST)
		i = oxdr_i_swap64_wide(to, from, bytes);
	for (; i < bytes; i += 8) {
		uint64_t v = oxdr_load_u64(from + i);

		memcpy(to + i, &v, 8);
	}
}
