/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random messages by type table, written word by word: apart from the tables
 * nothing of the codec under test is used.
 */
#include "tests/same/wire.h"

#include "tests/lib/random.h"

static uint32_t
pick(uint64_t *seed, uint32_t n)
{
	return (uint32_t)(test_random(seed) % n);
}

/* A number that is often small, often at an edge. */
static int64_t
number(uint64_t *seed, unsigned bits, int sign)
{
	uint64_t random = test_random(seed);
	uint64_t most = sign ? UINT64_MAX >> (65 - bits) :
	    UINT64_MAX >> (64 - bits);

	switch (random % 4) {
	case 0:
		return (int64_t)most;
	case 1:
		return sign ? -(int64_t)most - 1 : 0;
	case 2:
		return (int64_t)((random >> 8) & 7 & most);
	default:
		return (int64_t)((random >> 3) & most);
	}
}

static int
bytes(struct oxdr_writer *w, uint64_t *seed, size_t n, int text)
{
	uint8_t *p = oxdr_reserve(w, n + oxdr_pad(n));

	if (!p)
		return -1;
	for (size_t i = 0; i < n + oxdr_pad(n); i++)
		p[i] = i >= n ? 0 : text ? (uint8_t)(1 + pick(seed, 255)) :
		    (uint8_t)pick(seed, 256);
	return 0;
}

/* How many elements or bytes. */
static uint32_t
length(const struct oxdr_type *type, uint64_t *seed, uint32_t most)
{
	uint32_t n = pick(seed, most + 1);

	if (pick(seed, 4) == 0)
		n = most;
	return n < type->max ? n : type->max;
}

static int
enumerator(struct oxdr_writer *w, const struct oxdr_type *type, uint64_t *seed)
{
	if (type->flags & OXDR_TYPE_OPEN && pick(seed, 2))
		return oxdr_put_i32(w, (int32_t)number(seed, 32, 1));
	return oxdr_put_i32(w, type->values[pick(seed, type->n)].value);
}

static const struct oxdr_type *
resolve(const struct oxdr_type *type)
{
	while (type->kind == OXDR_ALIAS)
		type = type->elem;
	return type;
}

/* Is there a case for the value? */
static int
has_case(const struct oxdr_type *type, int64_t value)
{
	for (uint32_t i = 0; i < type->n; i++)
		if (type->arms[i].value == value)
			return 1;
	return 0;
}

/* A value of the discriminant that leads to the default arm; 0: none. */
static int
other_value(const struct oxdr_type *type, uint64_t *seed, int64_t *out)
{
	const struct oxdr_type *disc = resolve(type->elem);

	for (int i = 0; i < 20; i++) {
		if (disc->kind == OXDR_ENUM)
			*out = disc->values[pick(seed, disc->n)].value;
		else if (disc->kind == OXDR_BOOL)
			*out = pick(seed, 2);
		else
			*out = number(seed, 32, disc->kind == OXDR_INT);
		if (!has_case(type, *out))
			return 1;
	}
	return 0;
}

static int
union_random(struct oxdr_writer *w, const struct oxdr_type *type,
    uint64_t *seed, int fuel)
{
	uint32_t i = pick(seed, type->n + (type->other ? 1 : 0));
	const struct oxdr_arm *arm = &type->arms[i < type->n ? i : 0];
	int64_t value = arm->value;

	if (i == type->n) {
		arm = type->other;
		if (!other_value(type, seed, &value))
			return -1;
	}
	if (oxdr_put_u32(w, (uint32_t)value))
		return -1;
	return arm->type ? wire_random(w, arm->type, seed, fuel) : 0;
}

static int
elements(struct oxdr_writer *w, const struct oxdr_type *elem, uint32_t n,
    uint64_t *seed, int fuel)
{
	int e = 0;

	for (; n && !e; n--)
		e = wire_random(w, elem, seed, fuel);
	return e;
}

static int
counted(struct oxdr_writer *w, const struct oxdr_type *type, uint64_t *seed,
    int fuel)
{
	uint32_t n = length(type, seed,
	    type->kind != OXDR_ARRAY_VAR ? 45 : fuel > 0 ? 3 : 0);

	if (oxdr_put_u32(w, n))
		return -1;
	if (type->kind == OXDR_ARRAY_VAR)
		return elements(w, type->elem, n, seed, fuel - 1);
	return bytes(w, seed, n, type->kind == OXDR_STRING);
}

static int
optional(struct oxdr_writer *w, const struct oxdr_type *type, uint64_t *seed,
    int fuel)
{
	int there = fuel > 0 && pick(seed, 4);

	if (oxdr_put_u32(w, (uint32_t)there))
		return -1;
	return there ? wire_random(w, type->elem, seed, fuel - 1) : 0;
}

int
wire_random(struct oxdr_writer *w, const struct oxdr_type *type,
    uint64_t *seed, int fuel)
{
	unsigned bits = type->size < 4 ? 8u * type->size : 32;
	int e = 0;

	switch (type->kind) {
	case OXDR_INT:
		return oxdr_put_i32(w, (int32_t)number(seed, bits, 1));
	case OXDR_UINT:
		return oxdr_put_u32(w, (uint32_t)number(seed, bits, 0));
	case OXDR_HYPER:
	case OXDR_UHYPER:
	case OXDR_DOUBLE:
		return oxdr_put_u64(w, test_random(seed));
	case OXDR_FLOAT:
		return oxdr_put_u32(w, (uint32_t)test_random(seed));
	case OXDR_QUADRUPLE:
		return bytes(w, seed, 16, 0);
	case OXDR_BOOL:
		return oxdr_put_u32(w, pick(seed, 2));
	case OXDR_ENUM:
		return enumerator(w, type, seed);
	case OXDR_OPAQUE:
		return bytes(w, seed, type->count, 0);
	case OXDR_OPAQUE_VAR:
	case OXDR_STRING:
	case OXDR_ARRAY_VAR:
		return counted(w, type, seed, fuel);
	case OXDR_ARRAY:
		return elements(w, type->elem, type->count, seed, fuel);
	case OXDR_STRUCT:
		for (uint32_t i = 0; i < type->n && !e; i++)
			e = wire_random(w, type->members[i].type, seed, fuel);
		return e;
	case OXDR_UNION:
		return union_random(w, type, seed, fuel);
	case OXDR_OPTIONAL:
		return optional(w, type, seed, fuel);
	case OXDR_ALIAS:
		return wire_random(w, type->elem, seed, fuel);
	default:
		return -1;
	}
}
