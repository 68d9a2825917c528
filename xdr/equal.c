/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compares two values of a type, both walked in step (interp.h has the stack
 * rule).  Bytes between members and the unused part of a union don't count.
 */
#include "xdr/interp.h"

/* Two values in step; `result` is 1 as long as nothing differs. */
struct pair {
	const struct oxdr_type *type;
	const char *a;
	const char *b;
	const struct oxdr_type *loop;
	struct ring ring;
	uint32_t depth;
	int result;
};

static int equal_walk(const struct oxdr_type *type, const char *a,
    const char *b, uint32_t depth);

static int
equal_elems(const struct oxdr_type *elem, size_t n, const char *a,
    const char *b, uint32_t depth)
{
	int result = 1;

	if (oxdr_i_bulk(elem))
		return memcmp(a, b, n * elem->size) == 0;
	for (; n && result == 1; n--, a += elem->size, b += elem->size)
		result = equal_walk(elem, a, b, depth);
	return result;
}

static int
equal_array_var(const struct oxdr_type *type, const char *a, const char *b,
    uint32_t depth)
{
	uint32_t n = value_len(a);

	if (value_len(b) != n)
		return 0;
	if (!n)
		return 1;
	if (!value_val(a) || !value_val(b))
		return -OXDR_E_NULL;
	if (type->kind == OXDR_OPAQUE_VAR)
		return memcmp(value_val(a), value_val(b), n) == 0;
	if (walk_counts(type->elem, NULL) && ++depth > OXDR_DEPTH_MAX)
		return -OXDR_E_DEPTH;
	return equal_elems(type->elem, n, value_val(a), value_val(b), depth);
}

static int
equal_string(const char *a, const char *b)
{
	const char *text = value_pointer(a);
	const char *other = value_pointer(b);

	if (!text || !other)
		return text == other;
	return strcmp(text, other) == 0;
}

static int
equal_leaf(const struct oxdr_type *type, const char *a, const char *b,
    uint32_t depth)
{
	switch (type->kind) {
	case OXDR_BOOL:
		return !value_uint(type, a) == !value_uint(type, b);
	case OXDR_OPAQUE:
		/* One of no bytes has a byte in C. */
		return memcmp(a, b, type->count) == 0;
	case OXDR_STRING:
		return equal_string(a, b);
	case OXDR_ARRAY:
		return equal_elems(type->elem, type->count, a, b, depth);
	case OXDR_OPAQUE_VAR:
	case OXDR_ARRAY_VAR:
		return equal_array_var(type, a, b, depth);
	default:
		return memcmp(a, b, type->size) == 0;
	}
}

static void
equal_struct(struct pair *at)
{
	const struct oxdr_type *type = at->type;
	const struct oxdr_member *m = type->members;
	uint32_t i;

	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	at->type = NULL;
	for (i = 0; i + 1 < type->n && at->result == 1; i++)
		at->result = equal_walk(m[i].type, at->a + m[i].offset,
		    at->b + m[i].offset, at->depth);
	if (!type->n)
		return;
	at->type = m[i].type;
	at->a += m[i].offset;
	at->b += m[i].offset;
}

static void
equal_union(struct pair *at)
{
	const struct oxdr_type *type = at->type;
	int64_t disc = oxdr_i_disc(type, at->a);
	const struct oxdr_arm *arm = oxdr_i_arm(type, disc);

	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	at->type = NULL;
	if (oxdr_i_disc(type, at->b) != disc)
		at->result = 0;
	else if (!arm)
		at->result = -OXDR_E_UNION;
	else {
		at->type = arm->type;
		at->a += arm->offset;
		at->b += arm->offset;
	}
}

static void
equal_optional(struct pair *at)
{
	const struct oxdr_type *elem = at->type->elem;
	const char *a = value_pointer(at->a);
	const char *b = value_pointer(at->b);

	at->type = NULL;
	if (!a || !b) {
		at->result = a == b;
		return;
	}
	if (walk_counts(elem, at->loop) ? ++at->depth > OXDR_DEPTH_MAX :
	    ring_closed(&at->ring, a)) {
		at->result = -OXDR_E_DEPTH;
		return;
	}
	at->type = elem;
	at->a = a;
	at->b = b;
}

static int
equal_walk(const struct oxdr_type *type, const char *a, const char *b,
    uint32_t depth)
{
	struct pair at = { .type = type, .a = a, .b = b, .depth = depth,
		.result = 1 };

	while (at.type && at.result == 1) {
		switch (at.type->kind) {
		case OXDR_STRUCT:
			equal_struct(&at);
			break;
		case OXDR_UNION:
			equal_union(&at);
			break;
		case OXDR_OPTIONAL:
			equal_optional(&at);
			break;
		case OXDR_ALIAS:
			at.type = at.type->elem;
			break;
		default:
			return equal_leaf(at.type, at.a, at.b, at.depth);
		}
	}
	return at.result;
}

int
oxdr_value_equal(const struct oxdr_type *type, const void *a, const void *b)
{
	return equal_walk(type, a, b, 0);
}
