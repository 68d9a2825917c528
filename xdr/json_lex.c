/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON text as tokens.
 *
 * There is no tree: json_get.c knows from the type what must come and asks
 * for it.  Where it has to look ahead (how many elements, which arm) it skips
 * values and then goes back, so the text is the only store.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "xdr/json_lex.h"
#include "xdr/utf8.h"

/* Puts one step in front of what is in buf; 0 when it did not fit. */
static int
pointer_prepend(char *buf, size_t *start, const struct json_step *step)
{
	char text[300];
	size_t n = 0;

	text[n++] = '/';
	if (!step->name)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%zu",
		    step->index);
	for (size_t i = 0; step->name && i < step->n; i++) {
		if (n + 2 > sizeof(text))
			return 0;
		/* RFC 6901 section 3 */
		if (step->name[i] == '~' || step->name[i] == '/') {
			text[n++] = '~';
			text[n++] = step->name[i] == '~' ? '0' : '1';
		} else
			text[n++] = step->name[i];
	}
	if (n > *start)
		return 0;
	*start -= n;
	memcpy(buf + *start, text, n);
	return 1;
}

static void
error_pointer(const struct json_in *in, char *out, size_t n)
{
	char buf[256];
	size_t start = n - 4;		/* room for "..." in front */

	for (const struct json_step *s = in->path; s; s = s->up)
		if (!pointer_prepend(buf, &start, s)) {
			memcpy(out, "...", 3);
			out += 3;
			break;
		}
	memcpy(out, buf + start, n - 4 - start);
	out[n - 4 - start] = '\0';
}

int
json_fail(struct json_in *in, int code, const char *format, ...)
{
	struct oxdr_json_error *e = in->error;
	const char *line = in->text;
	va_list args;

	if (!e || e->code)
		return -code;
	e->code = -code;
	e->offset = (size_t)(in->at - in->text);
	e->line = 1;
	for (const char *p = in->text; p < in->at; p++)
		if (*p == '\n') {
			e->line++;
			line = p + 1;
		}
	e->column = (size_t)(in->at - line) + 1;
	error_pointer(in, e->pointer, sizeof(e->pointer));
	va_start(args, format);
	vsnprintf(e->text, sizeof(e->text), format, args);
	va_end(args);
	return -code;
}

char
json_peek(struct json_in *in)
{
	while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' ||
	    *in->at == '\n' || *in->at == '\r'))
		in->at++;
	return in->at < in->end ? *in->at : '\0';
}

int
json_take(struct json_in *in, char c)
{
	if (json_peek(in) != c)
		return 0;
	in->at++;
	return 1;
}

const char *
json_next_name(struct json_in *in)
{
	char c = json_peek(in);

	if (in->at == in->end)
		return "end of text";
	switch (c) {
	case '{':
		return "object";
	case '[':
		return "array";
	case '"':
		return "string";
	case 't':
	case 'f':
		return "boolean";
	case 'n':
		return "null";
	}
	if (c == '-' || (c >= '0' && c <= '9'))
		return "number";
	return "something that is not JSON";
}

int
json_expect(struct json_in *in, char c)
{
	if (json_take(in, c))
		return 0;
	return json_fail(in, OXDR_E_SYNTAX, "expected '%c', got %s", c,
	    json_next_name(in));
}

int
json_word(struct json_in *in, const char *word)
{
	size_t n = strlen(word);

	json_peek(in);
	if ((size_t)(in->end - in->at) < n || memcmp(in->at, word, n) != 0)
		return 0;
	in->at += n;
	return 1;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hexadecimal digits at p (n bytes left): their value, or -1. */
static int32_t
hex4(const char *p, size_t n)
{
	int32_t v = 0;

	if (n < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int digit = hex_value(p[i]);

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

/*
 * Resolves the escape at p (behind the backslash).
 *
 * out_code   the character
 *
 * Returns the bytes of the escape, or 0 when it is none.
 */
static size_t
escape(const char *p, size_t n, uint32_t *out_code)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *found = n && *p ? strchr(letters, *p) : NULL;
	int32_t high, low;

	if (found) {
		*out_code = (uint32_t)meant[found - letters];
		return 1;
	}
	if (!n || *p != 'u')
		return 0;
	high = hex4(p + 1, n - 1);
	*out_code = (uint32_t)high;
	if (high < 0 || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	if (high < 0xd800 || high > 0xdbff)
		return 5;
	if (n < 11 || p[5] != '\\' || p[6] != 'u')
		return 0;
	low = hex4(p + 7, n - 7);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*out_code = 0x10000u + ((uint32_t)(high - 0xd800) << 10) +
	    (uint32_t)(low - 0xdc00);
	return 11;
}

/* One character of a string, at in->at: consumes it.  Returns the bytes it
 * resolves to, or a negative code. */
static int
lex_char(struct json_in *in)
{
	size_t left = (size_t)(in->end - in->at);
	char utf8[4];
	uint32_t code = 0;
	size_t n;

	if ((unsigned char)*in->at < 0x20)
		return json_fail(in, OXDR_E_SYNTAX,
		    "control character in a string");
	if (*in->at == '\\') {
		n = escape(in->at + 1, left - 1, &code);
		if (!n)
			return json_fail(in, OXDR_E_SYNTAX, "bad escape");
		in->at += n + 1;
		return (int)oxdr_i_utf8_put(code, utf8);
	}
	n = oxdr_i_utf8_char(in->at, left);
	if (!n)
		return json_fail(in, OXDR_E_SYNTAX, "not UTF-8");
	in->at += n;
	return (int)n;
}

int
json_lex_string(struct json_in *in, struct json_string *out)
{
	size_t n_text = 0;
	const char *raw;

	if (!json_take(in, '"'))
		return json_fail(in, OXDR_E_SYNTAX, "expected a string, got %s",
		    json_next_name(in));
	raw = in->at;
	while (in->at < in->end && *in->at != '"') {
		int n = lex_char(in);

		if (n < 0)
			return n;
		n_text += (size_t)n;
	}
	if (in->at == in->end)
		return json_fail(in, OXDR_E_SYNTAX, "the string does not end");
	out->raw = raw;
	out->n = (size_t)(in->at - raw);
	out->n_text = n_text;
	in->at++;
	return 0;
}

void
json_unescape(const struct json_string *s, char *out)
{
	const char *p = s->raw;
	const char *end = s->raw + s->n;

	while (p < end) {
		uint32_t code = 0;

		if (*p != '\\') {
			*out++ = *p++;
			continue;
		}
		p++;
		p += escape(p, (size_t)(end - p), &code);
		out += oxdr_i_utf8_put(code, out);
	}
}

static size_t
digits_length(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && text[i] >= '0' && text[i] <= '9')
		i++;
	return i;
}

size_t
json_number_length(const char *text, size_t n)
{
	size_t i = n && text[0] == '-';
	size_t digits = digits_length(text + i, n - i);

	if (!digits || (digits > 1 && text[i] == '0'))
		return 0;
	i += digits;
	if (i < n && text[i] == '.') {
		digits = digits_length(text + i + 1, n - i - 1);
		if (!digits)
			return 0;
		i += digits + 1;
	}
	if (i < n && (text[i] == 'e' || text[i] == 'E')) {
		i++;
		i += i < n && (text[i] == '+' || text[i] == '-');
		digits = digits_length(text + i, n - i);
		if (!digits)
			return 0;
		i += digits;
	}
	return i;
}

int
json_lex_number(struct json_in *in, const char **out_text, size_t *out_n)
{
	size_t n;

	json_peek(in);
	n = json_number_length(in->at, (size_t)(in->end - in->at));
	if (!n)
		return json_fail(in, OXDR_E_SYNTAX, "expected a number, got %s",
		    json_next_name(in));
	*out_text = in->at;
	*out_n = n;
	in->at += n;
	return 0;
}

int
json_enter(struct json_in *in, char bracket)
{
	int e = json_expect(in, bracket);

	if (e)
		return e;
	if (in->depth >= in->max_depth)
		return json_fail(in, OXDR_E_DEPTH, "nested too deep");
	in->depth++;
	return 0;
}

void
json_leave(struct json_in *in)
{
	in->depth--;
}

int
json_more(struct json_in *in, char bracket, int *first)
{
	char close = bracket == '{' ? '}' : ']';
	int was_first = *first;

	*first = 0;
	if (json_take(in, close))
		return 0;
	if (was_first)
		return 1;
	if (!json_take(in, ','))
		return json_fail(in, OXDR_E_SYNTAX,
		    "expected ',' or '%c', got %s", close, json_next_name(in));
	return 1;
}

int
json_key(struct json_in *in, struct json_string *out_key)
{
	int e = json_lex_string(in, out_key);

	return e ? e : json_expect(in, ':');
}

int
json_key_is(const struct json_string *key, const char *name)
{
	size_t n = strlen(name);
	char text[512];

	if (key->n_text != n)
		return 0;
	if (key->n == n)
		return memcmp(key->raw, name, n) == 0;
	/* Names of .x files need no escapes, but may have them. */
	if (n > sizeof(text))
		return 0;
	json_unescape(key, text);
	return memcmp(text, name, n) == 0;
}

/* Consumes a token that is no bracket. */
static int
skip_token(struct json_in *in)
{
	struct json_string string;
	const char *number;
	size_t n;

	if (json_peek(in) == '"')
		return json_lex_string(in, &string);
	if (json_word(in, "true") || json_word(in, "false") ||
	    json_word(in, "null"))
		return 0;
	return json_lex_number(in, &number, &n);
}

int
json_skip(struct json_in *in)
{
	size_t open = 0;
	int e = 0;

	do {
		char c = json_peek(in);

		if (c == '{' || c == '[') {
			open++;
			in->at++;
		} else if (open && (c == '}' || c == ']')) {
			open--;
			in->at++;
		} else if (open && (c == ',' || c == ':'))
			in->at++;
		else
			e = skip_token(in);
	} while (open && !e);
	return e;
}
