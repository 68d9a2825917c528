/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as JSON, as a stream: nothing is built up in memory.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <oxdr/json.h>

#include "xdr/emit.h"
#include "xdr/number.h"
#include "xdr/utf8.h"
#include "xdr/visit.h"

struct json {
	struct emit emit;
	struct place at;
	uint32_t flags;
};

static int
json_open(void *ctx, char bracket)
{
	struct json *j = ctx;

	return emit_open(&j->emit, &j->at, bracket);
}

static int
json_close(void *ctx, char bracket)
{
	struct json *j = ctx;

	return emit_close(&j->emit, &j->at, bracket);
}

/* A JSON string; the bytes are UTF-8. */
static int
json_quote(struct emit *e, const char *text)
{
	static const char plain[] = "\b\f\n\r\t\"\\";
	static const char letters[] = "bfnrt\"\\";

	emit_char(e, '"');
	for (; *text && !e->result; text++) {
		const char *found = strchr(plain, *text);
		char escape[8];

		if (found) {
			emit_char(e, '\\');
			emit_char(e, letters[found - plain]);
		} else if ((unsigned char)*text < 0x20) {
			snprintf(escape, sizeof(escape), "\\u%04x",
			    (unsigned)(unsigned char)*text);
			emit_string(e, escape);
		} else
			emit_char(e, *text);
	}
	return emit_char(e, '"');
}

static int
json_part(void *ctx, const char *name)
{
	struct json *j = ctx;

	if (!j->at.first)
		emit_char(&j->emit, ',');
	j->at.first = 0;
	if (j->at.indent)
		emit_line(&j->emit, j->at.level, j->at.indent);
	if (!name)
		return j->emit.result;
	json_quote(&j->emit, name);
	return emit_string(&j->emit, j->at.indent ? ": " : ":");
}

static int
json_base64(struct emit *e, const unsigned char *b, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	emit_string(e, "\"base64:");
	for (; n && !e->result; b += n < 3 ? n : 3, n -= n < 3 ? n : 3) {
		uint32_t bits = (uint32_t)b[0] << 16 |
		    (n > 1 ? (uint32_t)b[1] << 8 : 0) | (n > 2 ? b[2] : 0);
		char four[4] = { digits[bits >> 18], digits[bits >> 12 & 63],
			n > 1 ? digits[bits >> 6 & 63] : '=',
			n > 2 ? digits[bits & 63] : '=' };

		emit_text(e, four, 4);
	}
	return emit_char(e, '"');
}

static int
json_hex(struct emit *e, const void *bytes, size_t n)
{
	emit_char(e, '"');
	emit_hex(e, bytes, n);
	return emit_char(e, '"');
}

/* {"$hex": "..."}: bytes where another form is usual. */
static int
json_hex_object(struct emit *e, const void *bytes, size_t n)
{
	emit_string(e, "{\"$hex\":");
	json_hex(e, bytes, n);
	return emit_char(e, '}');
}

static int
json_opaque(struct json *j, const void *bytes, size_t n)
{
	if (j->flags & OXDR_JSON_BASE64)
		return json_base64(&j->emit, bytes, n);
	return json_hex(&j->emit, bytes, n);
}

static int
json_string(struct emit *e, const char *text)
{
	size_t n = strlen(text);

	if (oxdr_i_utf8_valid(text, n))
		return json_quote(e, text);
	return json_hex_object(e, text, n);
}

static int
json_float(struct emit *e, const void *value)
{
	char number[NUMBER_ROOM];
	uint8_t wire[4];
	float v;

	memcpy(&v, value, sizeof(v));
	oxdr_store_float(wire, v);
	if (isnan(v) && oxdr_load_u32(wire) != 0x7fc00000u)
		return json_hex_object(e, wire, sizeof(wire));
	oxdr_i_format_float(v, number);
	if (isfinite(v))
		return emit_string(e, number);
	return json_quote(e, number);
}

static int
json_double(struct emit *e, const void *value)
{
	char number[NUMBER_ROOM];
	uint8_t wire[8];
	double v;

	memcpy(&v, value, sizeof(v));
	oxdr_store_double(wire, v);
	if (isnan(v) && oxdr_load_u64(wire) != UINT64_C(0x7ff8000000000000))
		return json_hex_object(e, wire, sizeof(wire));
	oxdr_i_format_double(v, number);
	if (isfinite(v))
		return emit_string(e, number);
	return json_quote(e, number);
}

static int
json_int(struct emit *e, const struct oxdr_type *type, const void *value)
{
	char number[NUMBER_ROOM];

	snprintf(number, sizeof(number), "%" PRId64, value_int(type, value));
	if (type->kind == OXDR_HYPER)
		return json_quote(e, number);
	return emit_string(e, number);
}

static int
json_uint(struct emit *e, const struct oxdr_type *type, const void *value)
{
	char number[NUMBER_ROOM];

	snprintf(number, sizeof(number), "%" PRIu64, value_uint(type, value));
	if (type->kind == OXDR_UHYPER)
		return json_quote(e, number);
	return emit_string(e, number);
}

static int
json_enum(struct emit *e, const struct oxdr_type *type, const void *value)
{
	const char *name = oxdr_enum_name(type,
	    (int32_t)value_int(type, value));

	return name ? json_quote(e, name) : json_int(e, type, value);
}

static int
json_leaf(void *ctx, const struct oxdr_type *type, const void *value)
{
	struct json *j = ctx;
	struct emit *e = &j->emit;

	switch (type->kind) {
	case OXDR_BOOL:
		return emit_string(e,
		    value_uint(type, value) ? "true" : "false");
	case OXDR_ENUM:
		return json_enum(e, type, value);
	case OXDR_INT:
	case OXDR_HYPER:
		return json_int(e, type, value);
	case OXDR_UINT:
	case OXDR_UHYPER:
		return json_uint(e, type, value);
	case OXDR_FLOAT:
		return json_float(e, value);
	case OXDR_DOUBLE:
		return json_double(e, value);
	case OXDR_QUADRUPLE:
		return json_hex(e, value, sizeof(struct oxdr_quad));
	case OXDR_OPAQUE:
		return json_opaque(j, value, type->count);
	case OXDR_OPAQUE_VAR:
		return json_opaque(j, value_val(value), value_len(value));
	case OXDR_STRING:
		return json_string(e, value_pointer(value));
	default:
		return -OXDR_E_INVAL;
	}
}

static int
json_null(void *ctx)
{
	return emit_string(&((struct json *)ctx)->emit, "null");
}

static int
json_secret(void *ctx)
{
	return emit_string(&((struct json *)ctx)->emit, "\"***\"");
}

int
oxdr_json_put(const struct oxdr_type *type, const void *value,
    const struct oxdr_json_options *options, oxdr_text_fn *emit, void *ctx)
{
	uint32_t flags = options ? options->flags : 0;
	const struct visitor visitor = {
		.open = json_open, .close = json_close, .part = json_part,
		.leaf = json_leaf, .null = json_null, .secret = json_secret,
		.flags = VISIT_SOME |
		    (flags & OXDR_JSON_NESTED ? VISIT_NESTED : 0) |
		    (flags & OXDR_JSON_SECRETS ? VISIT_SECRETS : 0),
	};
	struct json j = { .flags = flags,
		.at.indent = options ? options->indent : 0 };
	int e;

	emit_init(&j.emit, emit, ctx);
	e = oxdr_i_visit(&visitor, &j, type, value);
	return e ? e : emit_flush(&j.emit);
}
