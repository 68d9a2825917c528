/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Deep copies of values.
 *
 * Memory is copied as it lies; then the pointers in the copy, which still
 * lead to the original, are followed one by one and what they lead to is
 * copied in turn.  So a flat type is one memcpy, however it is made up.
 */
#include "xdr/interp.h"

/* Where a walk stands in the copy. */
struct copy {
	struct oxdr_arena *arena;
	const struct oxdr_type *type;
	char *out;
	const struct oxdr_type *loop;
	struct ring ring;
	uint32_t depth;
};

static int copy_walk(struct oxdr_arena *arena, const struct oxdr_type *type,
    void *out, uint32_t depth);

/* Copies n bytes into the arena. */
static int
copy_bytes(struct oxdr_arena *arena, const void *from, size_t n, size_t align,
    void **out_copy)
{
	void *mem = oxdr_arena_take(arena, n, align);

	if (!mem)
		return oxdr_arena_error(arena, n);
	memcpy(mem, from, n);
	*out_copy = mem;
	return 0;
}

static int
copy_string(struct oxdr_arena *arena, void *out)
{
	const char *text = value_pointer(out);
	void *mem = NULL;
	int e;

	if (!text)
		return 0;
	e = copy_bytes(arena, text, strlen(text) + 1, 1, &mem);
	if (!e)
		value_set_pointer(out, mem);
	return e;
}

static int
copy_opaque_var(struct oxdr_arena *arena, void *out)
{
	uint32_t n = value_len(out);
	void *mem = NULL;
	int e;

	if (!n)
		return 0;
	if (!value_val(out))
		return -OXDR_E_NULL;
	e = copy_bytes(arena, value_val(out), n, 1, &mem);
	if (!e)
		value_set_var(out, n, mem);
	return e;
}

static int
copy_elems(struct oxdr_arena *arena, const struct oxdr_type *elem, size_t n,
    char *out, uint32_t depth)
{
	int e = 0;

	if (elem->flags & OXDR_TYPE_FLAT && !(elem->flags & OXDR_TYPE_SECRET))
		return 0;
	for (; n && !e; n--, out += elem->size)
		e = copy_walk(arena, elem, out, depth);
	return e;
}

static int
copy_array_var(struct oxdr_arena *arena, const struct oxdr_type *type,
    void *out, uint32_t depth)
{
	const struct oxdr_type *elem = type->elem;
	uint32_t n = value_len(out);
	void *mem = NULL;
	int e;

	if (!n)
		return 0;
	if (!value_val(out))
		return -OXDR_E_NULL;
	if (walk_counts(elem, NULL) && ++depth > OXDR_DEPTH_MAX)
		return -OXDR_E_DEPTH;
	if (elem->size && n > SIZE_MAX / elem->size)
		return -OXDR_E_LIMIT;
	e = copy_bytes(arena, value_val(out), (size_t)n * elem->size,
	    elem->align, &mem);
	if (e)
		return e;
	value_set_var(out, n, mem);
	return copy_elems(arena, elem, n, mem, depth);
}

static int
copy_leaf(struct oxdr_arena *arena, const struct oxdr_type *type, void *out,
    uint32_t depth)
{
	switch (type->kind) {
	case OXDR_STRING:
		return copy_string(arena, out);
	case OXDR_OPAQUE_VAR:
		return copy_opaque_var(arena, out);
	case OXDR_ARRAY:
		return copy_elems(arena, type->elem, type->count, out, depth);
	case OXDR_ARRAY_VAR:
		return copy_array_var(arena, type, out, depth);
	default:
		return 0;
	}
}

static int
copy_struct(struct copy *at)
{
	const struct oxdr_type *type = at->type;
	const struct oxdr_member *m = type->members;
	uint32_t i;

	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	at->type = NULL;
	for (i = 0; i + 1 < type->n; i++) {
		int e;

		if (m[i].flags & OXDR_TYPE_SECRET)
			oxdr_arena_mark_secret(at->arena);
		e = copy_walk(at->arena, m[i].type, at->out + m[i].offset,
		    at->depth);
		if (e)
			return e;
	}
	if (!type->n)
		return 0;
	if (m[i].flags & OXDR_TYPE_SECRET)
		oxdr_arena_mark_secret(at->arena);
	at->type = m[i].type;
	at->out += m[i].offset;
	return 0;
}

static int
copy_union(struct copy *at)
{
	const struct oxdr_type *type = at->type;
	const struct oxdr_arm *arm =
	    oxdr_i_arm(type, oxdr_i_disc(type, at->out));

	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	if (!arm)
		return -OXDR_E_UNION;
	if (arm->flags & OXDR_TYPE_SECRET)
		oxdr_arena_mark_secret(at->arena);
	at->type = arm->type;
	at->out += arm->offset;
	return 0;
}

static int
copy_optional(struct copy *at)
{
	const struct oxdr_type *elem = at->type->elem;
	const void *from = value_pointer(at->out);
	void *mem = NULL;
	int e;

	at->type = NULL;
	if (!from)
		return 0;
	if (walk_counts(elem, at->loop) ? ++at->depth > OXDR_DEPTH_MAX :
	    ring_closed(&at->ring, from))
		return -OXDR_E_DEPTH;
	e = copy_bytes(at->arena, from, elem->size, elem->align, &mem);
	if (e)
		return e;
	value_set_pointer(at->out, mem);
	at->type = elem;
	at->out = mem;
	return 0;
}

static int
copy_step(struct copy *at)
{
	const struct oxdr_type *type = at->type;

	switch (type->kind) {
	case OXDR_STRUCT:
		return copy_struct(at);
	case OXDR_UNION:
		return copy_union(at);
	case OXDR_OPTIONAL:
		return copy_optional(at);
	case OXDR_ALIAS:
		at->type = type->elem;
		return 0;
	default:
		at->type = NULL;
		return copy_leaf(at->arena, type, at->out, at->depth);
	}
}

/* Replaces what `out` points to by copies. */
static int
copy_walk(struct oxdr_arena *arena, const struct oxdr_type *type, void *out,
    uint32_t depth)
{
	struct copy at = { .arena = arena, .type = type, .out = out,
		.depth = depth };
	int e = 0;

	while (at.type && !e) {
		if (at.type->flags & OXDR_TYPE_SECRET)
			oxdr_arena_mark_secret(arena);
		e = copy_step(&at);
	}
	return e;
}

int
oxdr_value_copy(struct oxdr_arena *arena, const struct oxdr_type *type,
    const void *value, void *out_copy)
{
	memcpy(out_copy, value, type->size);
	return copy_walk(arena, type, out_copy, 0);
}
