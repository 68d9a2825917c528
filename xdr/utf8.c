/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UTF-8 by the table of well-formed sequences in RFC 3629 section 4: after
 * the first byte only the second one's range differs from 80..BF.
 */
#include "xdr/utf8.h"

#include "xdr/base.h"

static const struct {
	uint8_t first_least, first_most;
	uint8_t second_least, second_most;
	uint8_t bytes;
} forms[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

size_t
oxdr_i_utf8_char(const char *text, size_t n)
{
	const uint8_t *b = (const uint8_t *)text;
	size_t form = 0;

	if (!n)
		return 0;
	if (b[0] < 0x80)
		return 1;
	while (form < ARRAY_LEN(forms) && (b[0] < forms[form].first_least ||
	    b[0] > forms[form].first_most))
		form++;
	if (form == ARRAY_LEN(forms) || n < forms[form].bytes ||
	    b[1] < forms[form].second_least || b[1] > forms[form].second_most)
		return 0;
	for (size_t i = 2; i < forms[form].bytes; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	return forms[form].bytes;
}

int
oxdr_i_utf8_valid(const char *text, size_t n)
{
	while (n) {
		size_t bytes = oxdr_i_utf8_char(text, n);

		if (!bytes)
			return 0;
		text += bytes;
		n -= bytes;
	}
	return 1;
}

size_t
oxdr_i_utf8_put(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}
