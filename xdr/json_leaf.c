/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scalars, enums, strings and opaques out of JSON, in the canonical forms and
 * in those that are also taken (<oxdr/json.h>).
 */
#include <math.h>

#include "xdr/json_leaf.h"
#include "xdr/number.h"

/* What the types are called, and their JSON form where it is not obvious. */
static const struct {
	const char *name;
	const char *form;
} kinds[] = {
	[OXDR_VOID] = { "void", "null" },
	[OXDR_INT] = { "int", "number" },
	[OXDR_UINT] = { "unsigned int", "number" },
	[OXDR_HYPER] = { "hyper", "decimal string" },
	[OXDR_UHYPER] = { "unsigned hyper", "decimal string" },
	[OXDR_FLOAT] = { "float", "number" },
	[OXDR_DOUBLE] = { "double", "number" },
	[OXDR_QUADRUPLE] = { "quadruple", "string of 32 hex digits" },
	[OXDR_BOOL] = { "bool", "true or false" },
	[OXDR_ENUM] = { "enum", "identifier" },
	[OXDR_OPAQUE] = { "opaque", "hex string" },
	[OXDR_OPAQUE_VAR] = { "opaque", "hex string" },
	[OXDR_STRING] = { "string", "string" },
	[OXDR_ARRAY] = { "array", "array" },
	[OXDR_ARRAY_VAR] = { "array", "array" },
	[OXDR_STRUCT] = { "struct", "object" },
	[OXDR_UNION] = { "union", "object" },
	[OXDR_OPTIONAL] = { "optional", "null or the value" },
};

int
json_unexpected(struct json_in *in, const struct oxdr_type *type)
{
	const char *name = type->name ? type->name : kinds[type->kind].name;

	return json_fail(in, OXDR_E_SYNTAX, "expected '%s' (%s), got %s", name,
	    kinds[type->kind].form, json_next_name(in));
}

/*
 * A number, in quotes or not.
 *
 * out_text, out_n   its characters, in JSON's form
 */
static int
leaf_number(struct json_in *in, const struct oxdr_type *type,
    const char **out_text, size_t *out_n)
{
	const char *start;
	struct json_string s;
	int e;

	if (json_peek(in) != '"') {
		if (!json_number_length(in->at, (size_t)(in->end - in->at)))
			return json_unexpected(in, type);
		return json_lex_number(in, out_text, out_n);
	}
	start = in->at;
	e = json_lex_string(in, &s);
	if (e)
		return e;
	*out_text = s.raw;
	*out_n = s.n;
	if (s.n && json_number_length(s.raw, s.n) == s.n)
		return 0;
	in->at = start;
	return json_fail(in, OXDR_E_SYNTAX, "the string is not a number");
}

/* A number split up: sign, digits without leading zeros, power of ten. */
struct decimal {
	int negative;
	char digits[24];
	size_t n;
	int64_t exponent;
	int too_long;
};

static void
decimal_digit(struct decimal *d, char c)
{
	if (d->n == 0 && c == '0')
		return;
	if (d->n == sizeof(d->digits)) {
		/* More zeros only move the power; other digits can't be part
		 * of an integer that fits. */
		d->too_long |= c != '0';
		d->exponent++;
		return;
	}
	d->digits[d->n++] = c;
}

static void
decimal_read(struct decimal *d, const char *text, size_t n)
{
	int behind_point = 0;
	int64_t exponent = 0;
	size_t i;

	*d = (struct decimal){ .negative = text[0] == '-' };
	for (i = (size_t)d->negative; i < n && (text[i] | 32) != 'e'; i++) {
		if (text[i] == '.') {
			behind_point = 1;
			continue;
		}
		decimal_digit(d, text[i]);
		d->exponent -= behind_point;
	}
	if (i < n) {
		int minus = text[++i] == '-';

		i += text[i] == '-' || text[i] == '+';
		for (; i < n; i++)
			if (exponent < 1000000000)
				exponent = exponent * 10 + (text[i] - '0');
		d->exponent += minus ? -exponent : exponent;
	}
	for (; d->n && d->digits[d->n - 1] == '0'; d->n--)
		d->exponent++;
}

/* Reads an integer exactly: 0, or a code. */
static int
leaf_integer(struct json_in *in, const struct oxdr_type *type,
    int *out_negative, uint64_t *out_magnitude)
{
	struct decimal d;
	const char *text;
	uint64_t v = 0;
	size_t n;
	int e = leaf_number(in, type, &text, &n);

	if (e)
		return e;
	decimal_read(&d, text, n);
	if (d.n && (d.exponent < 0 || d.too_long))
		return json_fail(in, OXDR_E_RANGE, "not a whole number");
	for (int64_t i = 0; d.n && i < (int64_t)d.n + d.exponent; i++) {
		unsigned digit = i < (int64_t)d.n ?
		    (unsigned)(d.digits[i] - '0') : 0;

		if (v > (UINT64_MAX - digit) / 10)
			return json_fail(in, OXDR_E_RANGE,
			    "the number is too large");
		v = v * 10 + digit;
	}
	*out_negative = d.negative && v;
	*out_magnitude = v;
	return 0;
}

static int
leaf_out_of_range(struct json_in *in, const struct oxdr_type *type)
{
	return json_fail(in, OXDR_E_RANGE, "the number does not fit '%s'",
	    type->name ? type->name : kinds[type->kind].name);
}

static int
get_signed(struct json_in *in, const struct oxdr_type *type, void *out)
{
	int wide = type->kind == OXDR_HYPER;
	uint64_t most = wide ? (uint64_t)INT64_MAX : (uint64_t)INT32_MAX;
	uint64_t v;
	int negative;
	int e = leaf_integer(in, type, &negative, &v);

	if (e)
		return e;
	if (v > most + (uint64_t)negative ||
	    oxdr_i_store_int(type, out, negative ? (int64_t)(0 - v) :
	    (int64_t)v))
		return leaf_out_of_range(in, type);
	return 0;
}

static int
get_unsigned(struct json_in *in, const struct oxdr_type *type, void *out)
{
	uint64_t most = type->kind == OXDR_UHYPER ? UINT64_MAX : UINT32_MAX;
	uint64_t v;
	int negative;
	int e = leaf_integer(in, type, &negative, &v);

	if (e)
		return e;
	if (negative || v > most || oxdr_i_store_uint(type, out, v))
		return leaf_out_of_range(in, type);
	return 0;
}

/* ---- Bytes ----------------------------------------------------------------- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* Decodes hexadecimal; returns bytes, or SIZE_MAX. out may be NULL. */
static size_t
decode_hex(const char *text, size_t n, uint8_t *out)
{
	if (n % 2)
		return SIZE_MAX;
	for (size_t i = 0; i < n; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return SIZE_MAX;
		if (out)
			out[i / 2] = (uint8_t)(high << 4 | low);
	}
	return n / 2;
}

/* The value of a digit of either alphabet (RFC 4648 sections 4 and 5). */
static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

static size_t
decode_base64(const char *text, size_t n, uint8_t *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t bytes = 0;

	for (int pad = 0; pad < 2 && n && text[n - 1] == '='; pad++)
		n--;
	if (n % 4 == 1)
		return SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		int digit = base64_digit(text[i]);

		if (digit < 0)
			return SIZE_MAX;
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (out)
			out[bytes] = (uint8_t)(bits >> have);
		bytes++;
	}
	/* Bits that are left over must be zero, so that each value has one
	 * form (RFC 4648 section 3.5). */
	return bits & ((1u << have) - 1) ? SIZE_MAX : bytes;
}

/* Decodes bytes in any spelling; out may be NULL, to count. */
static size_t
decode_bytes(const char *text, size_t n, uint8_t *out)
{
	if (n >= 7 && memcmp(text, "base64:", 7) == 0)
		return decode_base64(text + 7, n - 7, out);
	if (n >= 4 && memcmp(text, "hex:", 4) == 0)
		return decode_hex(text + 4, n - 4, out);
	return decode_hex(text, n, out);
}

static void *
leaf_memory(struct json_in *in, size_t n, int *out_e)
{
	void *mem = oxdr_arena_take(in->arena, n, 1);

	if (!mem)
		*out_e = json_fail(in,
		    -oxdr_arena_error(in->arena, n), "no memory for the value");
	return mem;
}

/* A string's characters in one piece: as they stand, or resolved. */
static int
leaf_text(struct json_in *in, const struct json_string *s,
    const char **out_text)
{
	char *text;
	int e = 0;

	*out_text = s->raw;
	if (s->n == s->n_text)
		return 0;
	text = leaf_memory(in, s->n_text, &e);
	if (e)
		return e;
	json_unescape(s, text);
	*out_text = text;
	return 0;
}

/*
 * Reads bytes.  `decode` knows the spelling.
 *
 * fixed       exactly so many, into out_fixed; else at most max, and memory
 *             for them and a NUL is taken from the arena
 */
struct bytes {
	size_t (*decode)(const char *text, size_t n, uint8_t *out);
	const char *what;
	void *out_fixed;
	size_t fixed;
	uint32_t max;
	uint8_t *val;
	size_t n;
};

static int
leaf_bytes(struct json_in *in, struct bytes *b)
{
	const char *start = in->at;
	const char *text;
	struct json_string s;
	int e = json_lex_string(in, &s);

	if (!e)
		e = leaf_text(in, &s, &text);
	if (e)
		return e;
	b->n = b->decode(text, s.n_text, NULL);
	if (b->n == SIZE_MAX) {
		in->at = start;
		return json_fail(in, OXDR_E_SYNTAX, "not %s", b->what);
	}
	if (b->out_fixed && b->n != b->fixed)
		return json_fail(in, OXDR_E_BOUND,
		    "%zu bytes, where %zu must be", b->n, b->fixed);
	if (!b->out_fixed && b->n > b->max)
		return json_fail(in, OXDR_E_BOUND,
		    "%zu bytes, and at most %lu may be", b->n,
		    (unsigned long)b->max);
	b->val = b->out_fixed ? b->out_fixed : leaf_memory(in, b->n + 1, &e);
	if (e)
		return e;
	b->decode(text, s.n_text, b->val);
	return 0;
}

static int
get_opaque(struct json_in *in, const struct oxdr_type *type, void *out)
{
	struct bytes b = { .decode = decode_bytes, .what = "hexadecimal",
		.max = type->max };
	int e;

	if (json_peek(in) != '"')
		return json_unexpected(in, type);
	if (type->kind == OXDR_OPAQUE) {
		b.out_fixed = out;
		b.fixed = type->count;
	}
	e = leaf_bytes(in, &b);
	if (!e && type->kind == OXDR_OPAQUE_VAR)
		value_set_var(out, (uint32_t)b.n, b.n ? b.val : NULL);
	return e;
}

static int
get_quad(struct json_in *in, const struct oxdr_type *type, void *out)
{
	struct bytes b = { .decode = decode_hex, .what = "hexadecimal",
		.out_fixed = out, .fixed = sizeof(struct oxdr_quad) };

	if (json_peek(in) != '"')
		return json_unexpected(in, type);
	return leaf_bytes(in, &b);
}

/* {"$hex": "..."} or {"$base64": "..."}. */
static int
leaf_bytes_object(struct json_in *in, struct bytes *b)
{
	struct json_string key;
	int e = json_enter(in, '{');

	if (!e)
		e = json_key(in, &key);
	if (e)
		return e;
	b->decode = json_key_is(&key, "$hex") ? decode_hex :
	    json_key_is(&key, "$base64") ? decode_base64 : NULL;
	b->what = b->decode == decode_hex ? "hexadecimal" : "base64";
	if (!b->decode)
		return json_fail(in, OXDR_E_SYNTAX,
		    "expected \"$hex\" or \"$base64\"");
	json_peek(in);
	e = leaf_bytes(in, b);
	json_leave(in);
	return e ? e : json_expect(in, '}');
}

/* ---- What is left ------------------------------------------------------------ */

static int
get_string(struct json_in *in, const struct oxdr_type *type, void *out)
{
	struct bytes b = { .max = type->max };
	struct json_string s;
	int e = 0;

	if (json_peek(in) == '{') {
		e = leaf_bytes_object(in, &b);
		if (e)
			return e;
	} else if (json_peek(in) == '"') {
		e = json_lex_string(in, &s);
		if (e)
			return e;
		b.n = s.n_text;
		if (b.n > type->max)
			return json_fail(in, OXDR_E_BOUND, "%zu bytes, and at "
			    "most %lu may be", b.n, (unsigned long)type->max);
		b.val = leaf_memory(in, b.n + 1, &e);
		if (e)
			return e;
		json_unescape(&s, (char *)b.val);
	} else
		return json_unexpected(in, type);
	if (memchr(b.val, 0, b.n))
		return json_fail(in, OXDR_E_NUL, "a NUL in a string");
	b.val[b.n] = '\0';
	value_set_pointer(out, b.val);
	return 0;
}

static int
get_bool(struct json_in *in, const struct oxdr_type *type, void *out)
{
	if (json_word(in, "true"))
		return oxdr_i_store_int(type, out, 1);
	if (json_word(in, "false"))
		return oxdr_i_store_int(type, out, 0);
	return json_unexpected(in, type);
}

/* An enum's identifier, or a number in quotes. */
static int
get_enum(struct json_in *in, const struct oxdr_type *type, void *out)
{
	const char *start;
	struct json_string s;
	int32_t v;
	int e;

	if (json_peek(in) == '"') {
		start = in->at;
		e = json_lex_string(in, &s);
		for (uint32_t i = 0; !e && i < type->n; i++)
			if (json_key_is(&s, type->values[i].name))
				return oxdr_i_store_int(type, out,
				    type->values[i].value);
		in->at = start;
		return e ? e : json_fail(in, OXDR_E_ENUM,
		    "'%s' has no such name", type->name ? type->name : "enum");
	}
	e = get_signed(in, type, out);
	if (e || !(in->flags & OXDR_JSON_STRICT) ||
	    type->flags & OXDR_TYPE_OPEN)
		return e;
	v = (int32_t)value_int(type, out);
	if (oxdr_enum_has(type, v))
		return 0;
	return json_fail(in, OXDR_E_ENUM, "'%s' has no such value",
	    type->name ? type->name : "enum");
}

/* Not-a-number with its bits. */
static int
floating_bits(struct json_in *in, const struct oxdr_type *type, void *out)
{
	uint8_t wire[8];
	struct bytes b = { .out_fixed = wire, .fixed = type->size };
	int e = leaf_bytes_object(in, &b);

	if (e)
		return e;
	if (type->size == 4)
		oxdr_swap32(out, wire, 1);
	else
		oxdr_swap64(out, wire, 1);
	return 0;
}

/* NaN and the infinities, in quotes.  Returns 0, or 1 when it is none. */
static int
floating_word(struct json_in *in, const struct oxdr_type *type, void *out)
{
	static const struct {
		const char *text;
		uint32_t bits;
		uint64_t wide;
	} words[] = {
		{ "\"NaN\"", 0x7fc00000u, UINT64_C(0x7ff8000000000000) },
		{ "\"Infinity\"", 0x7f800000u, UINT64_C(0x7ff0000000000000) },
		{ "\"-Infinity\"", 0xff800000u, UINT64_C(0xfff0000000000000) },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!json_word(in, words[i].text))
			continue;
		if (type->size == 4)
			memcpy(out, &words[i].bits, 4);
		else
			memcpy(out, &words[i].wide, 8);
		return 0;
	}
	return 1;
}

static int
get_floating(struct json_in *in, const struct oxdr_type *type, void *out)
{
	const char *text;
	double d = 0;
	float f = 0;
	char *copy;
	size_t n;
	int e = 0;

	if (json_peek(in) == '{')
		return floating_bits(in, type, out);
	if (!floating_word(in, type, out))
		return 0;
	e = leaf_number(in, type, &text, &n);
	if (e)
		return e;
	copy = leaf_memory(in, n + 1, &e);
	if (e)
		return e;
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (type->kind == OXDR_FLOAT)
		e = oxdr_i_parse_float(copy, &f);
	else
		e = oxdr_i_parse_double(copy, &d);
	if (e || isinf(d) || isinf(f))
		return leaf_out_of_range(in, type);
	memcpy(out, type->kind == OXDR_FLOAT ? (void *)&f : (void *)&d,
	    type->size);
	return 0;
}

int
json_get_leaf(struct json_in *in, const struct oxdr_type *type, void *out)
{
	switch (type->kind) {
	case OXDR_VOID:
		return json_word(in, "null") ? 0 : json_unexpected(in, type);
	case OXDR_INT:
	case OXDR_HYPER:
		return get_signed(in, type, out);
	case OXDR_UINT:
	case OXDR_UHYPER:
		return get_unsigned(in, type, out);
	case OXDR_FLOAT:
	case OXDR_DOUBLE:
		return get_floating(in, type, out);
	case OXDR_QUADRUPLE:
		return get_quad(in, type, out);
	case OXDR_BOOL:
		return get_bool(in, type, out);
	case OXDR_ENUM:
		return get_enum(in, type, out);
	case OXDR_OPAQUE:
	case OXDR_OPAQUE_VAR:
		return get_opaque(in, type, out);
	case OXDR_STRING:
		return get_string(in, type, out);
	default:
		return json_fail(in, OXDR_E_INVAL, "no such kind of type");
	}
}
