/* SPDX-License-Identifier: BSD-3-Clause */
#include <oxdr/writer.h>
#include <oxdr/reader.h>
void
oxdr_swap32(void *dst, const void *src, size_t n)
{
	uint8_t *d = dst;
	for (const uint8_t *s = src, *end = s + 4 * n; s != end; s += 4, d += 4) {
		uint32_t v = oxdr_load_u32(s);
		memcpy(d, &v, 4);
	}
}
void
oxdr_swap64(void *dst, const void *src, size_t n)
{
	uint8_t *d = dst;
	for (const uint8_t *s = src, *end = s + 8 * n; s != end; s += 8, d += 8) {
		uint64_t v = oxdr_load_u64(s);
		memcpy(d, &v, 8);
	}
}
