/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The walk behind text and JSON.  It keeps the stack rule (interp.h): what
 * comes last in a value is visited in the loop of visit_walk, and the
 * brackets that are then still open are counted and closed at the end.
 */
#include "xdr/visit.h"

struct visit {
	const struct visitor *v;
	void *ctx;
	const struct oxdr_type *type;
	const char *value;
	const struct oxdr_type *loop;
	struct ring ring;
	uint32_t depth;
	size_t unclosed;		/* braces */
	int secret;			/* the value is one */
};

static int visit_walk(const struct visit *from, const struct oxdr_type *type,
    const void *value, int secret);

const struct oxdr_member *
oxdr_i_list_next(const struct oxdr_type *type)
{
	const struct oxdr_type *node = type_resolve(type);
	const struct oxdr_member *last;
	const struct oxdr_type *next;

	if (node->kind != OXDR_STRUCT || node->n < 2)
		return NULL;
	last = &node->members[node->n - 1];
	next = type_resolve(last->type);
	if (next->kind != OXDR_OPTIONAL || type_resolve(next->elem) != node)
		return NULL;
	return last;
}

int
oxdr_i_nullable(const struct oxdr_type *type, uint32_t visit_flags)
{
	type = type_resolve(type);
	if (type->kind == OXDR_VOID)
		return 1;
	return type->kind == OXDR_OPTIONAL &&
	    (visit_flags & VISIT_NESTED || !oxdr_i_list_next(type->elem));
}

const char *
oxdr_i_arm_key(const struct oxdr_type *type, const struct oxdr_arm *arm,
    char *buf, size_t n)
{
	size_t len = strlen(arm->name);

	if (strcmp(arm->name, type->members[0].name) != 0)
		return arm->name;
	if (len > n - 2)
		len = n - 2;
	memcpy(buf, arm->name, len);
	memcpy(buf + len, "_", 2);
	return buf;
}

static int
visit_elems(const struct visit *at, const struct oxdr_type *elem, size_t n,
    const char *value)
{
	int e = at->v->open(at->ctx, '[');

	for (; n && !e; n--, value += elem->size) {
		e = at->v->part(at->ctx, NULL);
		if (!e)
			e = visit_walk(at, elem, value, 0);
	}
	return e ? e : at->v->close(at->ctx, '[');
}

static int
visit_array_var(struct visit *at)
{
	const struct oxdr_type *elem = at->type->elem;
	uint32_t n = value_len(at->value);
	const void *val = value_val(at->value);

	if (n && !val)
		return -OXDR_E_NULL;
	if (walk_counts(elem, NULL) && ++at->depth > OXDR_DEPTH_MAX)
		return -OXDR_E_DEPTH;
	return visit_elems(at, elem, n, val);
}

/* A string or opaque without its bytes can't be shown. */
static int
visit_leaf(const struct visit *at)
{
	const struct oxdr_type *type = at->type;

	if (type->kind == OXDR_STRING && !value_pointer(at->value))
		return -OXDR_E_NULL;
	if (type->kind == OXDR_OPAQUE_VAR && value_len(at->value) &&
	    !value_val(at->value))
		return -OXDR_E_NULL;
	return at->v->leaf(at->ctx, type, at->value);
}

/* The first n members of a struct. */
static int
visit_members(const struct visit *at, const struct oxdr_type *type,
    const char *value, uint32_t n)
{
	int e = 0;

	for (uint32_t i = 0; i < n && !e; i++) {
		const struct oxdr_member *m = &type->members[i];

		e = at->v->part(at->ctx, m->name);
		if (!e)
			e = visit_walk(at, m->type, value + m->offset,
			    m->flags & OXDR_TYPE_SECRET);
	}
	return e;
}

static int
visit_struct(struct visit *at)
{
	const struct oxdr_type *type = at->type;
	const char *value = at->value;
	const struct oxdr_member *last;
	int e = at->v->open(at->ctx, '{');

	at->unclosed++;
	at->type = NULL;
	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	if (e || !type->n)
		return e;
	last = &type->members[type->n - 1];
	e = visit_members(at, type, value, type->n - 1);
	if (!e)
		e = at->v->part(at->ctx, last->name);
	at->type = last->type;
	at->value = value + last->offset;
	at->secret = last->flags & OXDR_TYPE_SECRET;
	return e;
}

static int
visit_union(struct visit *at)
{
	const struct oxdr_type *type = at->type;
	const char *value = at->value;
	const struct oxdr_arm *arm = oxdr_i_arm(type, oxdr_i_disc(type, value));
	char key[256];
	int e;

	if (!arm)
		return -OXDR_E_UNION;
	if (type->flags & OXDR_TYPE_LIST)
		at->loop = type;
	e = at->v->open(at->ctx, '{');
	at->unclosed++;
	if (!e)
		e = visit_members(at, type, value, 1);
	at->type = NULL;
	if (e || !arm->type)
		return e;
	at->type = arm->type;
	at->value = value + arm->offset;
	at->secret = arm->flags & OXDR_TYPE_SECRET;
	return at->v->part(at->ctx,
	    oxdr_i_arm_key(type, arm, key, sizeof(key)));
}

/* A list as an array of its nodes, each without its last member. */
static int
visit_list(const struct visit *at, const struct oxdr_member *next)
{
	const struct oxdr_type *node = type_resolve(at->type->elem);
	const char *value = value_pointer(at->value);
	struct ring ring = { 0 };
	int e = at->v->open(at->ctx, '[');

	for (; value && !e; value = value_pointer(value + next->offset)) {
		if (ring_closed(&ring, value))
			return -OXDR_E_DEPTH;
		e = at->v->part(at->ctx, NULL);
		if (!e)
			e = at->v->open(at->ctx, '{');
		if (!e)
			e = visit_members(at, node, value, node->n - 1);
		if (!e)
			e = at->v->close(at->ctx, '{');
	}
	return e ? e : at->v->close(at->ctx, '[');
}

static int
visit_optional(struct visit *at)
{
	const struct oxdr_type *elem = at->type->elem;
	const struct oxdr_member *next = oxdr_i_list_next(elem);
	const void *pointee = value_pointer(at->value);
	int e = 0;

	if (walk_counts(elem, at->loop)) {
		if (++at->depth > OXDR_DEPTH_MAX)
			return -OXDR_E_DEPTH;
	} else if (pointee && ring_closed(&at->ring, pointee))
		return -OXDR_E_DEPTH;
	if (next && !(at->v->flags & VISIT_NESTED)) {
		e = visit_list(at, next);
		at->type = NULL;
		return e;
	}
	at->type = NULL;
	if (!pointee)
		return at->v->null(at->ctx);
	if (at->v->flags & VISIT_SOME && oxdr_i_nullable(elem, at->v->flags)) {
		e = at->v->open(at->ctx, '{');
		at->unclosed++;
		if (!e)
			e = at->v->part(at->ctx, "$some");
	}
	at->type = elem;
	at->value = pointee;
	return e;
}

static int
visit_step(struct visit *at)
{
	const struct oxdr_type *type = at->type;
	int e;

	switch (type->kind) {
	case OXDR_STRUCT:
		return visit_struct(at);
	case OXDR_UNION:
		return visit_union(at);
	case OXDR_OPTIONAL:
		return visit_optional(at);
	case OXDR_ALIAS:
		at->type = type->elem;
		return 0;
	case OXDR_ARRAY:
		e = visit_elems(at, type->elem, type->count, at->value);
		break;
	case OXDR_ARRAY_VAR:
		e = visit_array_var(at);
		break;
	case OXDR_VOID:
		e = at->v->null(at->ctx);
		break;
	default:
		e = visit_leaf(at);
	}
	at->type = NULL;
	return e;
}

/* Does the flag on a type mean the value, or only something in it? */
static int
visit_is_secret(const struct visit *at)
{
	uint8_t kind = at->type->kind;

	if (at->v->flags & VISIT_SECRETS)
		return 0;
	if (at->secret)
		return 1;
	return at->type->flags & OXDR_TYPE_SECRET && kind != OXDR_STRUCT &&
	    kind != OXDR_UNION && kind != OXDR_ARRAY &&
	    kind != OXDR_ARRAY_VAR && kind != OXDR_OPTIONAL &&
	    kind != OXDR_ALIAS;
}

static int
visit_walk(const struct visit *from, const struct oxdr_type *type,
    const void *value, int secret)
{
	struct visit at = { .v = from->v, .ctx = from->ctx, .type = type,
		.value = value, .depth = from->depth, .secret = secret };
	int e = 0;

	while (at.type && !e) {
		if (visit_is_secret(&at)) {
			at.type = NULL;
			e = at.v->secret(at.ctx);
		} else
			e = visit_step(&at);
	}
	for (; at.unclosed && !e; at.unclosed--)
		e = at.v->close(at.ctx, '{');
	return e;
}

int
oxdr_i_visit(const struct visitor *v, void *ctx, const struct oxdr_type *type,
    const void *value)
{
	struct visit from = { .v = v, .ctx = ctx };

	return visit_walk(&from, type, value, 0);
}
