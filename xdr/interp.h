/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What everything that walks a value by its table has in common.
 *
 * The stack rule.  A walk recurses for what is not last in a value, and goes
 * on in a loop for what is: the last member of a struct, the arm of a union,
 * what an optional points to.  So a list of any length takes no stack.
 * Depth is counted where a pointer or the elements of a variable array lead
 * back into a recursive type, except along the tail of an OXDR_TYPE_LIST
 * type to itself; generated code counts at the same places.
 */
#ifndef OXDR_INTERP_H
#define OXDR_INTERP_H

#include <string.h>

#include <oxdr/type.h>

/*
 * Where a walk stands.
 *
 * type   NULL: the value is walked to its end
 * loop   the list whose tail this is, or NULL
 */
struct walk {
	const struct oxdr_type *type;
	const void *value;
	const struct oxdr_type *loop;
};

/* The type behind any typedefs. */
static inline const struct oxdr_type *
type_resolve(const struct oxdr_type *type)
{
	while (type->kind == OXDR_ALIAS)
		type = type->elem;
	return type;
}

/* Does following a pointer to type, or its elements, count as depth? */
static inline int
walk_counts(const struct oxdr_type *type, const struct oxdr_type *loop)
{
	return type->flags & OXDR_TYPE_RECURSIVE &&
	    (!loop || type_resolve(type) != loop);
}

/* Notes that a struct or union is entered. */
static inline void
walk_enter(struct walk *at)
{
	if (at->type->flags & OXDR_TYPE_LIST)
		at->loop = at->type;
}

/* A scalar as it lies in memory, by its C width. */
static inline int64_t
value_int(const struct oxdr_type *type, const void *value)
{
	int64_t v64;
	int32_t v32;
	int16_t v16;
	int8_t v8;

	switch (type->size) {
	case 1:
		memcpy(&v8, value, sizeof(v8));
		return v8;
	case 2:
		memcpy(&v16, value, sizeof(v16));
		return v16;
	case 4:
		memcpy(&v32, value, sizeof(v32));
		return v32;
	default:
		memcpy(&v64, value, sizeof(v64));
		return v64;
	}
}

static inline uint64_t
value_uint(const struct oxdr_type *type, const void *value)
{
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;
	uint8_t v8;

	switch (type->size) {
	case 1:
		memcpy(&v8, value, sizeof(v8));
		return v8;
	case 2:
		memcpy(&v16, value, sizeof(v16));
		return v16;
	case 4:
		memcpy(&v32, value, sizeof(v32));
		return v32;
	default:
		memcpy(&v64, value, sizeof(v64));
		return v64;
	}
}

/* Stores a scalar in its C width; 0, or -OXDR_E_RANGE if it does not fit. */
int oxdr_i_store_int(const struct oxdr_type *type, void *out, int64_t v);
int oxdr_i_store_uint(const struct oxdr_type *type, void *out, uint64_t v);

/* What an optional or a string points to. */
static inline void *
value_pointer(const void *value)
{
	void *pointer;

	memcpy(&pointer, value, sizeof(pointer));
	return pointer;
}

static inline void
value_set_pointer(void *out, const void *pointer)
{
	memcpy(out, &pointer, sizeof(pointer));
}

/* Count and elements of a variable array or opaque. */
static inline uint32_t
value_len(const void *value)
{
	uint32_t len;

	memcpy(&len, value, sizeof(len));
	return len;
}

static inline void *
value_val(const void *value)
{
	return value_pointer((const char *)value + OXDR_VAL_OFFSET);
}

static inline void
value_set_var(void *out, uint32_t len, const void *val)
{
	memcpy(out, &len, sizeof(len));
	value_set_pointer((char *)out + OXDR_VAL_OFFSET, val);
}

/* The discriminant's value, sign as its type. */
int64_t oxdr_i_disc(const struct oxdr_type *type, const void *value);

/*
 * The arm that a discriminant selects, the default too.  NULL: none, which
 * is -OXDR_E_UNION.  A void arm has no type.
 */
const struct oxdr_arm *oxdr_i_arm(const struct oxdr_type *type, int64_t disc);

/* Bytes of the elements' bulk form: 4 or 8 when they are swapped as they lie
 * in memory, else 0. */
unsigned oxdr_i_bulk(const struct oxdr_type *elem);

/*
 * Finds rings in a list: to be asked once a node.  Compares with one earlier
 * node, which moves on at each power of two (R. P. Brent, 1980).
 */
struct ring {
	const void *seen;
	size_t steps;
	size_t turn;
};

static inline int
ring_closed(struct ring *ring, const void *node)
{
	if (node == ring->seen)
		return 1;
	if (ring->steps++ == ring->turn) {
		ring->turn = 2 * ring->turn + 1;
		ring->steps = 0;
		ring->seen = node;
	}
	return 0;
}

#endif
