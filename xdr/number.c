/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Floating numbers as text and back.
 *
 * The shortest form is found by asking for more and more digits until the
 * text reads back as the same bits; 17 and 9 always do (IEEE 754-2008 5.12).
 * Up to 15 and 6 digits survive the way through a normal number, and printf
 * leaves trailing zeros out, so the search can start there.
 */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oxdr/error.h>

#include "xdr/number.h"

/* The thread's locale is the C locale between these two. */
struct c_locale {
	locale_t c;
	locale_t before;
};

static void
c_locale_enter(struct c_locale *l)
{
	l->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (l->c)
		l->before = uselocale(l->c);
}

static void
c_locale_leave(struct c_locale *l)
{
	if (!l->c)
		return;
	uselocale(l->before);
	freelocale(l->c);
}

/* Those that have no digits, and minus zero, which has a sign to keep. */
static const char *
special(double v)
{
	if (isnan(v))
		return "NaN";
	if (isinf(v))
		return v > 0 ? "Infinity" : "-Infinity";
	if (v == 0 && signbit(v))
		return "-0.0";
	return NULL;
}

static size_t
format_special(const char *text, char out[NUMBER_ROOM])
{
	size_t n = strlen(text);

	memcpy(out, text, n + 1);
	return n;
}

size_t
oxdr_i_format_double(double v, char out[NUMBER_ROOM])
{
	struct c_locale l;
	double again;
	int n = 0;

	if (special(v))
		return format_special(special(v), out);
	c_locale_enter(&l);
	for (int digits = isnormal(v) ? 15 : 1; digits <= 17; digits++) {
		n = snprintf(out, NUMBER_ROOM, "%.*g", digits, v);
		again = strtod(out, NULL);
		if (memcmp(&again, &v, sizeof(v)) == 0)
			break;
	}
	c_locale_leave(&l);
	return (size_t)n;
}

size_t
oxdr_i_format_float(float v, char out[NUMBER_ROOM])
{
	struct c_locale l;
	float again;
	int n = 0;

	if (special((double)v))
		return format_special(special((double)v), out);
	c_locale_enter(&l);
	for (int digits = isnormal(v) ? 6 : 1; digits <= 9; digits++) {
		n = snprintf(out, NUMBER_ROOM, "%.*g", digits, (double)v);
		again = strtof(out, NULL);
		if (memcmp(&again, &v, sizeof(v)) == 0)
			break;
	}
	c_locale_leave(&l);
	return (size_t)n;
}

int
oxdr_i_parse_double(const char *text, double *out)
{
	struct c_locale l;
	char *end;
	double v;

	c_locale_enter(&l);
	v = strtod(text, &end);
	c_locale_leave(&l);
	if (end == text || *end)
		return -OXDR_E_SYNTAX;
	*out = v;
	return 0;
}

int
oxdr_i_parse_float(const char *text, float *out)
{
	struct c_locale l;
	char *end;
	float v;

	c_locale_enter(&l);
	v = strtof(text, &end);
	c_locale_leave(&l);
	if (end == text || *end)
		return -OXDR_E_SYNTAX;
	*out = v;
	return 0;
}
