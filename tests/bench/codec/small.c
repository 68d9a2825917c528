/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Encodes and decodes the small struct of w1.x a thousand times, for
 * instructions.sh to count what that takes.
 */
#include <string.h>

#include "w1.h"

int
main(void)
{
	const small v = { -7, 3000000000u, -5000000000, 2.718281828, 1.5f,
		true, BLUE, UINT64_C(0x0123456789abcdef) };
	struct oxdr_writer w;
	struct oxdr_reader r;
	uint8_t bytes[44];
	small again;

	for (int i = 0; i < 1000; i++) {
		oxdr_writer_init_fixed(&w, bytes, sizeof(bytes));
		if (small_xdr_put(&w, &v))
			return 1;
		memset(&again, 0, sizeof(again));
		oxdr_reader_init(&r, bytes, sizeof(bytes));
		if (small_xdr_get(&r, NULL, &again) ||
		    oxdr_value_equal(&small_xdr_type, &v, &again) != 1)
			return 1;
	}
	return 0;
}
