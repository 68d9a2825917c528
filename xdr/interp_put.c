/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Encodes any value by its type table.
 *
 * Each step puts one level of the value: a scalar, all members of a struct
 * but the last, a discriminant, the word of an optional.  It says what comes
 * next, and the loop in put_walk goes on there (interp.h says why).
 */
#include "xdr/interp.h"

static int
put_int(struct oxdr_writer *w, const struct oxdr_type *type, const void *value)
{
	int64_t v = value_int(type, value);

	if (v < INT32_MIN || v > INT32_MAX)
		return oxdr_writer_fail(w, OXDR_E_RANGE);
	return oxdr_put_i32(w, (int32_t)v);
}

static int
put_uint(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value)
{
	uint64_t v = value_uint(type, value);

	if (v > UINT32_MAX)
		return oxdr_writer_fail(w, OXDR_E_RANGE);
	return oxdr_put_u32(w, (uint32_t)v);
}

static int
put_enum(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value)
{
	int32_t v = (int32_t)value_int(type, value);

	if (!(type->flags & OXDR_TYPE_OPEN) && !oxdr_enum_has(type, v))
		return oxdr_writer_fail(w, OXDR_E_ENUM);
	return oxdr_put_i32(w, v);
}

static int
put_double(struct oxdr_writer *w, const void *value)
{
	double v;

	memcpy(&v, value, sizeof(v));
	return oxdr_put_double(w, v);
}

static int
put_float(struct oxdr_writer *w, const void *value)
{
	float v;

	memcpy(&v, value, sizeof(v));
	return oxdr_put_float(w, v);
}

static int put_walk(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value);

/* n elements of any type, one behind the other at `value`. */
static int
put_elems(struct oxdr_writer *w, const struct oxdr_type *elem, size_t n,
    const void *value)
{
	const char *at = value;

	switch (oxdr_i_bulk(elem)) {
	case 4:
		return oxdr_put_array32(w, value, n);
	case 8:
		return oxdr_put_array64(w, value, n);
	}
	for (; n; n--, at += elem->size)
		if (put_walk(w, elem, at))
			return oxdr_writer_error(w);
	return 0;
}

static int
put_array_var(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value)
{
	uint32_t n = value_len(value);
	const void *val = value_val(value);

	if (oxdr_put_count(w, n, type->max, val))
		return oxdr_writer_error(w);
	/* put_walk takes depth back. */
	if (walk_counts(type->elem, NULL) && oxdr_writer_enter(w))
		return oxdr_writer_error(w);
	return put_elems(w, type->elem, n, val);
}

/* Everything that holds nothing which could come last. */
static int
put_leaf(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value)
{
	switch (type->kind) {
	case OXDR_VOID:
		return 0;
	case OXDR_INT:
		return put_int(w, type, value);
	case OXDR_UINT:
		return put_uint(w, type, value);
	case OXDR_HYPER:
		return oxdr_put_i64(w, value_int(type, value));
	case OXDR_UHYPER:
		return oxdr_put_u64(w, value_uint(type, value));
	case OXDR_FLOAT:
		return put_float(w, value);
	case OXDR_DOUBLE:
		return put_double(w, value);
	case OXDR_QUADRUPLE:
		return oxdr_put_opaque(w, value, sizeof(struct oxdr_quad));
	case OXDR_BOOL:
		return oxdr_put_bool(w, value_uint(type, value) != 0);
	case OXDR_ENUM:
		return put_enum(w, type, value);
	case OXDR_OPAQUE:
		return oxdr_put_opaque(w, value, type->count);
	case OXDR_OPAQUE_VAR:
		return oxdr_put_opaque_var(w, value_val(value),
		    value_len(value), type->max);
	case OXDR_STRING:
		return oxdr_put_string(w, value_pointer(value), type->max);
	case OXDR_ARRAY:
		return put_elems(w, type->elem, type->count, value);
	case OXDR_ARRAY_VAR:
		return put_array_var(w, type, value);
	default:
		return oxdr_writer_fail(w, OXDR_E_INVAL);
	}
}

static int
put_struct(struct oxdr_writer *w, struct walk *at)
{
	const struct oxdr_type *type = at->type;
	const char *value = at->value;
	const struct oxdr_member *m = type->members;
	const struct oxdr_member *last;

	walk_enter(at);
	at->type = NULL;
	if (!type->n)
		return 0;
	for (last = m + type->n - 1; m < last; m++) {
		if (m->flags & OXDR_TYPE_SECRET)
			oxdr_writer_mark_secret(w);
		if (put_walk(w, m->type, value + m->offset))
			return oxdr_writer_error(w);
	}
	if (last->flags & OXDR_TYPE_SECRET)
		oxdr_writer_mark_secret(w);
	at->type = last->type;
	at->value = value + last->offset;
	return 0;
}

static int
put_union(struct oxdr_writer *w, struct walk *at)
{
	const struct oxdr_type *type = at->type;
	const char *value = at->value;
	const struct oxdr_arm *arm;

	walk_enter(at);
	if (put_walk(w, type->elem, value + type->members[0].offset))
		return oxdr_writer_error(w);
	arm = oxdr_i_arm(type, oxdr_i_disc(type, value));
	if (!arm)
		return oxdr_writer_fail(w, OXDR_E_UNION);
	if (arm->flags & OXDR_TYPE_SECRET)
		oxdr_writer_mark_secret(w);
	at->type = arm->type;
	at->value = value + arm->offset;
	return 0;
}

static int
put_optional(struct oxdr_writer *w, struct walk *at)
{
	const struct oxdr_type *elem = at->type->elem;
	const void *pointee = value_pointer(at->value);

	at->type = NULL;
	if (oxdr_put_bool(w, pointee != NULL))
		return oxdr_writer_error(w);
	if (!pointee)
		return 0;
	/* put_walk takes depth back when the whole tail is done. */
	if (walk_counts(elem, at->loop) && oxdr_writer_enter(w))
		return oxdr_writer_error(w);
	at->type = elem;
	at->value = pointee;
	return 0;
}

static int
put_walk(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value)
{
	struct walk at = { .type = type, .value = value };
	uint32_t depth = w->depth;
	int e = 0;

	while (at.type && !e) {
		if (at.type->flags & OXDR_TYPE_SECRET)
			oxdr_writer_mark_secret(w);
		switch (at.type->kind) {
		case OXDR_STRUCT:
			e = put_struct(w, &at);
			break;
		case OXDR_UNION:
			e = put_union(w, &at);
			break;
		case OXDR_OPTIONAL:
			e = put_optional(w, &at);
			break;
		case OXDR_ALIAS:
			at.type = at.type->elem;
			break;
		default:
			e = put_leaf(w, at.type, at.value);
			at.type = NULL;
		}
	}
	w->depth = depth;
	return e;
}

int
oxdr_put_value(struct oxdr_writer *w, const struct oxdr_type *type,
    const void *value)
{
	return put_walk(w, type, value);
}
