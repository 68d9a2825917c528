/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The encoded size of any value by its type table: interp_put.c without the
 * bytes.  Where put has the writer's limit against rings, size finds them.
 */
#include "xdr/interp.h"

/* Bytes so far, of a walk and of the walks inside it; `failed` sticks. */
struct size {
	uint64_t bytes;
	uint32_t depth;
	int failed;
};

static void
size_add(struct size *s, uint64_t bytes)
{
	s->bytes += bytes;
	if (s->bytes >= SIZE_MAX)
		s->failed = 1;
}

static void size_walk(struct size *s, const struct oxdr_type *type,
    const void *value);

static void
size_elems(struct size *s, const struct oxdr_type *elem, size_t n,
    const void *value)
{
	const char *at = value;
	unsigned bulk = oxdr_i_bulk(elem);

	if (bulk) {
		size_add(s, (uint64_t)n * bulk);
		return;
	}
	for (; n && !s->failed; n--, at += elem->size)
		size_walk(s, elem, at);
}

static void
size_array_var(struct size *s, const struct oxdr_type *type, const void *value)
{
	uint32_t n = value_len(value);
	const void *val = value_val(value);

	if (n > type->max || (n && !val)) {
		s->failed = 1;
		return;
	}
	size_add(s, 4);
	if (walk_counts(type->elem, NULL) && ++s->depth > OXDR_DEPTH_MAX)
		s->failed = 1;
	size_elems(s, type->elem, n, val);
}

static void
size_counted(struct size *s, const struct oxdr_type *type, size_t n,
    const void *val)
{
	if (n > type->max || (n && !val))
		s->failed = 1;
	else
		size_add(s, 4 + (uint64_t)n + oxdr_pad(n));
}

static void
size_string(struct size *s, const struct oxdr_type *type, const void *value)
{
	const char *text = value_pointer(value);

	if (text)
		size_counted(s, type, strlen(text), text);
	else
		s->failed = 1;
}

/* Scalars: 4 bytes, unless put would refuse the value. */
static void
size_small(struct size *s, const struct oxdr_type *type, const void *value)
{
	int64_t v = value_int(type, value);

	if (type->kind == OXDR_INT && (v < INT32_MIN || v > INT32_MAX))
		s->failed = 1;
	if (type->kind == OXDR_UINT && value_uint(type, value) > UINT32_MAX)
		s->failed = 1;
	if (type->kind == OXDR_ENUM && !(type->flags & OXDR_TYPE_OPEN) &&
	    !oxdr_enum_has(type, (int32_t)v))
		s->failed = 1;
	size_add(s, 4);
}

static void
size_leaf(struct size *s, const struct oxdr_type *type, const void *value)
{
	switch (type->kind) {
	case OXDR_VOID:
		break;
	case OXDR_INT:
	case OXDR_UINT:
	case OXDR_BOOL:
	case OXDR_ENUM:
		size_small(s, type, value);
		break;
	case OXDR_FLOAT:
	case OXDR_HYPER:
	case OXDR_UHYPER:
	case OXDR_DOUBLE:
	case OXDR_QUADRUPLE:
	case OXDR_OPAQUE:
		size_add(s, type->wire_min);
		break;
	case OXDR_OPAQUE_VAR:
		size_counted(s, type, value_len(value), value_val(value));
		break;
	case OXDR_STRING:
		size_string(s, type, value);
		break;
	case OXDR_ARRAY:
		size_elems(s, type->elem, type->count, value);
		break;
	case OXDR_ARRAY_VAR:
		size_array_var(s, type, value);
		break;
	default:
		s->failed = 1;
	}
}

static void
size_struct(struct size *s, struct walk *at)
{
	const struct oxdr_type *type = at->type;
	const char *value = at->value;
	uint32_t i;

	walk_enter(at);
	at->type = NULL;
	if (!type->n)
		return;
	for (i = 0; i + 1 < type->n; i++)
		size_walk(s, type->members[i].type,
		    value + type->members[i].offset);
	at->type = type->members[i].type;
	at->value = value + type->members[i].offset;
}

static void
size_union(struct size *s, struct walk *at)
{
	const struct oxdr_type *type = at->type;
	const char *value = at->value;
	const struct oxdr_arm *arm = oxdr_i_arm(type, oxdr_i_disc(type, value));

	walk_enter(at);
	size_walk(s, type->elem, value + type->members[0].offset);
	at->type = NULL;
	if (!arm) {
		s->failed = 1;
		return;
	}
	at->type = arm->type;
	at->value = value + arm->offset;
}

static void
size_optional(struct size *s, struct walk *at, struct ring *ring)
{
	const struct oxdr_type *elem = at->type->elem;
	const void *pointee = value_pointer(at->value);

	size_add(s, 4);
	at->type = pointee ? elem : NULL;
	at->value = pointee;
	if (!pointee)
		return;
	if (walk_counts(elem, at->loop)) {
		if (++s->depth > OXDR_DEPTH_MAX)
			s->failed = 1;
	} else if (ring_closed(ring, pointee))
		s->failed = 1;
}

static void
size_walk(struct size *s, const struct oxdr_type *type, const void *value)
{
	struct walk at = { .type = type, .value = value };
	struct ring ring = { 0 };
	uint32_t depth = s->depth;

	while (at.type && !s->failed) {
		switch (at.type->kind) {
		case OXDR_STRUCT:
			size_struct(s, &at);
			break;
		case OXDR_UNION:
			size_union(s, &at);
			break;
		case OXDR_OPTIONAL:
			size_optional(s, &at, &ring);
			break;
		case OXDR_ALIAS:
			at.type = at.type->elem;
			break;
		default:
			size_leaf(s, at.type, at.value);
			at.type = NULL;
		}
	}
	s->depth = depth;
}

size_t
oxdr_value_size(const struct oxdr_type *type, const void *value)
{
	struct size s = { 0 };

	size_walk(&s, type, value);
	return s.failed ? SIZE_MAX : (size_t)s.bytes;
}
