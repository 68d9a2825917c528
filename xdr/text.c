/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as text for people: logs, traces, tools.
 *
 *	{x = 1, name = "a\n", kind = RED, next = [{v = 1}, {v = 2}]}
 */
#include <inttypes.h>
#include <stdio.h>

#include "xdr/emit.h"
#include "xdr/number.h"
#include "xdr/visit.h"

struct text {
	struct emit emit;
	struct place at;
};

static int
text_open(void *ctx, char bracket)
{
	struct text *t = ctx;

	return emit_open(&t->emit, &t->at, bracket);
}

static int
text_close(void *ctx, char bracket)
{
	struct text *t = ctx;

	return emit_close(&t->emit, &t->at, bracket);
}

static int
text_part(void *ctx, const char *name)
{
	struct text *t = ctx;

	if (!t->at.first)
		emit_string(&t->emit, t->at.indent ? "," : ", ");
	t->at.first = 0;
	if (t->at.indent)
		emit_line(&t->emit, t->at.level, t->at.indent);
	if (!name)
		return t->emit.result;
	emit_string(&t->emit, name);
	return emit_string(&t->emit, " = ");
}

/* A string in C's spelling; bytes above ASCII go through as they are. */
static int
text_string(struct emit *e, const char *text)
{
	static const char plain[] = "\a\b\f\n\r\t\v\"\\";
	static const char letters[] = "abfnrtv\"\\";

	emit_char(e, '"');
	for (; *text && !e->result; text++) {
		const char *found = strchr(plain, *text);
		char octal[8];

		if (found) {
			emit_char(e, '\\');
			emit_char(e, letters[found - plain]);
		} else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			snprintf(octal, sizeof(octal), "\\%03o",
			    (unsigned)(unsigned char)*text);
			emit_string(e, octal);
		} else
			emit_char(e, *text);
	}
	return emit_char(e, '"');
}

static int
text_hex(struct emit *e, const void *bytes, size_t n)
{
	emit_string(e, "0x");
	return emit_hex(e, bytes, n);
}

static int
text_floating(struct emit *e, const struct oxdr_type *type, const void *value)
{
	char number[NUMBER_ROOM];
	double d;
	float f;

	if (type->kind == OXDR_FLOAT) {
		memcpy(&f, value, sizeof(f));
		oxdr_i_format_float(f, number);
	} else {
		memcpy(&d, value, sizeof(d));
		oxdr_i_format_double(d, number);
	}
	return emit_string(e, number);
}

static int
text_number(struct emit *e, const struct oxdr_type *type, const void *value)
{
	char number[NUMBER_ROOM];

	if (type->kind == OXDR_UINT || type->kind == OXDR_UHYPER)
		snprintf(number, sizeof(number), "%" PRIu64,
		    value_uint(type, value));
	else
		snprintf(number, sizeof(number), "%" PRId64,
		    value_int(type, value));
	return emit_string(e, number);
}

static int
text_enum(struct emit *e, const struct oxdr_type *type, const void *value)
{
	const char *name = oxdr_enum_name(type,
	    (int32_t)value_int(type, value));

	return name ? emit_string(e, name) : text_number(e, type, value);
}

static int
text_leaf(void *ctx, const struct oxdr_type *type, const void *value)
{
	struct emit *e = &((struct text *)ctx)->emit;

	switch (type->kind) {
	case OXDR_BOOL:
		return emit_string(e,
		    value_uint(type, value) ? "true" : "false");
	case OXDR_ENUM:
		return text_enum(e, type, value);
	case OXDR_FLOAT:
	case OXDR_DOUBLE:
		return text_floating(e, type, value);
	case OXDR_QUADRUPLE:
		return text_hex(e, value, sizeof(struct oxdr_quad));
	case OXDR_OPAQUE:
		return text_hex(e, value, type->count);
	case OXDR_OPAQUE_VAR:
		return text_hex(e, value_val(value), value_len(value));
	case OXDR_STRING:
		return text_string(e, value_pointer(value));
	case OXDR_INT:
	case OXDR_UINT:
	case OXDR_HYPER:
	case OXDR_UHYPER:
		return text_number(e, type, value);
	default:
		return -OXDR_E_INVAL;
	}
}

static int
text_null(void *ctx)
{
	return emit_string(&((struct text *)ctx)->emit, "null");
}

static int
text_secret(void *ctx)
{
	return emit_string(&((struct text *)ctx)->emit, "***");
}

int
oxdr_text_put(const struct oxdr_type *type, const void *value, unsigned indent,
    oxdr_text_fn *emit, void *ctx)
{
	static const struct visitor visitor = {
		.open = text_open, .close = text_close, .part = text_part,
		.leaf = text_leaf, .null = text_null, .secret = text_secret,
	};
	struct text t = { .at.indent = indent };
	int e;

	emit_init(&t.emit, emit, ctx);
	e = oxdr_i_visit(&visitor, &t, type, value);
	return e ? e : emit_flush(&t.emit);
}
