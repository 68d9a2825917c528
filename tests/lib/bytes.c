/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bytes as people write them.
 */
#include <stdio.h>

#include "tests/lib/test.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

size_t
test_hex(const char *hex, uint8_t *out, size_t n)
{
	size_t digits = 0;

	for (; *hex; hex++) {
		int value = hex_digit(*hex);

		if (value < 0)
			continue;
		assert_true(digits / 2 < n);
		if (digits % 2 == 0)
			out[digits / 2] = (uint8_t)(value << 4);
		else
			out[digits / 2] |= (uint8_t)value;
		digits++;
	}
	assert_true(digits % 2 == 0);
	return digits / 2;
}

static void
show(const char *what, const uint8_t *bytes, size_t n)
{
	print_message("# %s, %zu bytes:", what, n);
	for (size_t i = 0; i < n; i++)
		print_message("%s%02x", i % 4 ? "" : " ", bytes[i]);
	print_message("\n");
}

void
test_bytes(const void *got, size_t n_got, const char *expected_hex)
{
	uint8_t expected[4096];
	size_t n = test_hex(expected_hex, expected, sizeof(expected));

	if (n_got == n && memcmp(got, expected, n) == 0)
		return;
	show("got", got, n_got);
	show("expected", expected, n);
	fail_msg("bytes differ");
}
