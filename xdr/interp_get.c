/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decodes any value by its type table: interp_put.c read backwards, with the
 * checks that a stranger's message calls for before memory is taken.
 *
 * Under a secret member the reader does not borrow, so that the only copies
 * are in the message and in the arena, both of which are overwritten.
 */
#include "xdr/interp.h"

/* A variable array of elements that take no bytes has at most so many: else
 * a count alone could keep us busy. */
#define EMPTY_ELEMS_MAX 65536u

static int
get_int(struct oxdr_reader *r, const struct oxdr_type *type, void *out)
{
	int32_t v;
	int e = oxdr_get_i32(r, &v);

	return e ? e : oxdr_i_store_int(type, out, v);
}

static int
get_uint(struct oxdr_reader *r, const struct oxdr_type *type, void *out)
{
	uint32_t v;
	int e = oxdr_get_u32(r, &v);

	return e ? e : oxdr_i_store_uint(type, out, v);
}

static int
get_hyper(struct oxdr_reader *r, const struct oxdr_type *type, void *out)
{
	int64_t v;
	int e = oxdr_get_i64(r, &v);

	return e ? e : oxdr_i_store_int(type, out, v);
}

static int
get_uhyper(struct oxdr_reader *r, const struct oxdr_type *type, void *out)
{
	uint64_t v;
	int e = oxdr_get_u64(r, &v);

	return e ? e : oxdr_i_store_uint(type, out, v);
}

static int
get_bool(struct oxdr_reader *r, const struct oxdr_type *type, void *out)
{
	int truth;
	int e = oxdr_get_bool(r, &truth);

	return e ? e : oxdr_i_store_int(type, out, truth);
}

static int
get_enum(struct oxdr_reader *r, const struct oxdr_type *type, void *out)
{
	int32_t v;
	int e = oxdr_get_i32(r, &v);

	if (e)
		return e;
	if (!(type->flags & OXDR_TYPE_OPEN) &&
	    !(r->flags & OXDR_READER_ANY_ENUM) && !oxdr_enum_has(type, v))
		return -OXDR_E_ENUM;
	return oxdr_i_store_int(type, out, v);
}

static int
get_opaque_var(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out)
{
	char *val;
	uint32_t n;
	int e = oxdr_get_opaque_var(r, arena, type->max, &val, &n);

	if (!e)
		value_set_var(out, n, val);
	return e;
}

static int
get_string(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out)
{
	char *text;
	int e = oxdr_get_string(r, arena, type->max, &text);

	if (!e)
		value_set_pointer(out, text);
	return e;
}

static int get_walk(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out);

static int
get_elems(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *elem, size_t n, void *out)
{
	char *at = out;
	int e = 0;

	switch (oxdr_i_bulk(elem)) {
	case 4:
		return oxdr_get_array32(r, out, n);
	case 8:
		return oxdr_get_array64(r, out, n);
	}
	for (; n && !e; n--, at += elem->size)
		e = get_walk(r, arena, elem, at);
	return e;
}

/* The least bytes of an element; more than any message has is more. */
static size_t
elem_min(const struct oxdr_type *elem)
{
	return elem->wire_min < UINT32_MAX ? (size_t)elem->wire_min :
	    UINT32_MAX;
}

static int
get_array_var(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out)
{
	const struct oxdr_type *elem = type->elem;
	uint32_t max = type->max;
	void *val = NULL;
	uint32_t n = 0;
	int e;

	if (!elem->wire_min && max > EMPTY_ELEMS_MAX)
		max = EMPTY_ELEMS_MAX;
	e = oxdr_get_elems(r, arena, max, elem_min(elem), elem->size,
	    elem->align, &n, &val);
	if (e)
		return e;
	value_set_var(out, n, val);
	if (walk_counts(elem, NULL))
		e = oxdr_reader_enter(r);	/* get_walk takes it back */
	return e ? e : get_elems(r, arena, elem, n, val);
}

static int
get_leaf(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out)
{
	switch (type->kind) {
	case OXDR_VOID:
		return 0;
	case OXDR_INT:
		return get_int(r, type, out);
	case OXDR_UINT:
		return get_uint(r, type, out);
	case OXDR_HYPER:
		return get_hyper(r, type, out);
	case OXDR_UHYPER:
		return get_uhyper(r, type, out);
	case OXDR_FLOAT:
		return oxdr_get_array32(r, out, 1);
	case OXDR_DOUBLE:
		return oxdr_get_array64(r, out, 1);
	case OXDR_QUADRUPLE:
		return oxdr_get_opaque(r, out, sizeof(struct oxdr_quad));
	case OXDR_BOOL:
		return get_bool(r, type, out);
	case OXDR_ENUM:
		return get_enum(r, type, out);
	case OXDR_OPAQUE:
		return oxdr_get_opaque(r, out, type->count);
	case OXDR_OPAQUE_VAR:
		return get_opaque_var(r, arena, type, out);
	case OXDR_STRING:
		return get_string(r, arena, type, out);
	case OXDR_ARRAY:
		return get_elems(r, arena, type->elem, type->count, out);
	case OXDR_ARRAY_VAR:
		return get_array_var(r, arena, type, out);
	default:
		return -OXDR_E_INVAL;
	}
}

/* Like struct walk, for a value that is being filled in. */
struct get {
	struct oxdr_reader *r;
	struct oxdr_arena *arena;
	const struct oxdr_type *type;
	void *out;
	const struct oxdr_type *loop;
};

static void
get_secret(struct get *at, uint32_t flags)
{
	if (!(flags & OXDR_TYPE_SECRET))
		return;
	oxdr_arena_mark_secret(at->arena);
	at->r->flags &= ~OXDR_READER_BORROW;
}

static int
get_struct(struct get *at)
{
	const struct oxdr_type *type = at->type;
	char *out = at->out;
	uint32_t flags = at->r->flags;
	const struct oxdr_member *m = type->members;
	const struct oxdr_member *last;

	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	at->type = NULL;
	if (!type->n)
		return 0;
	for (last = m + type->n - 1; m < last; m++) {
		int e;

		get_secret(at, m->flags);
		e = get_walk(at->r, at->arena, m->type, out + m->offset);
		at->r->flags = flags;
		if (e)
			return e;
	}
	get_secret(at, last->flags);
	at->type = last->type;
	at->out = out + last->offset;
	return 0;
}

static int
get_union(struct get *at)
{
	const struct oxdr_type *type = at->type;
	char *out = at->out;
	const struct oxdr_arm *arm;
	int e;

	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	e = get_walk(at->r, at->arena, type->elem,
	    out + type->members[0].offset);
	if (e)
		return e;
	arm = oxdr_i_arm(type, oxdr_i_disc(type, out));
	if (!arm)
		return -OXDR_E_UNION;
	get_secret(at, arm->flags);
	at->type = arm->type;
	at->out = out + arm->offset;
	return 0;
}

static int
get_optional(struct get *at)
{
	const struct oxdr_type *elem = at->type->elem;
	void *pointee = NULL;
	int present;
	int e;

	at->type = NULL;
	e = oxdr_get_bool(at->r, &present);
	if (!e && present)
		e = oxdr_get_memory(at->r, at->arena, 1, elem->size,
		    elem->align, &pointee);
	if (e)
		return e;
	value_set_pointer(at->out, pointee);
	if (!present)
		return 0;
	if (walk_counts(elem, at->loop))
		e = oxdr_reader_enter(at->r);	/* get_walk takes it back */
	at->type = elem;
	at->out = pointee;
	return e;
}

static int
get_step(struct get *at)
{
	const struct oxdr_type *type = at->type;

	switch (type->kind) {
	case OXDR_STRUCT:
		return get_struct(at);
	case OXDR_UNION:
		return get_union(at);
	case OXDR_OPTIONAL:
		return get_optional(at);
	case OXDR_ALIAS:
		get_secret(at, type->flags);
		at->type = type->elem;
		return 0;
	default:
		get_secret(at, type->flags);
		at->type = NULL;
		return get_leaf(at->r, at->arena, type, at->out);
	}
}

static int
get_walk(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out)
{
	struct get at = { .r = r, .arena = arena, .type = type, .out = out };
	uint32_t depth = r->depth;
	uint32_t flags = r->flags;
	int e = 0;

	while (at.type && !e)
		e = get_step(&at);
	r->depth = depth;
	r->flags = flags;
	return e;
}

int
oxdr_get_value(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct oxdr_type *type, void *out)
{
	size_t aside;
	int e;

	if (!type->ratio)
		return get_walk(r, arena, type, out);
	aside = oxdr_get_start(r, type->ratio);
	e = get_walk(r, arena, type, out);
	r->budget += aside;
	return e;
}
