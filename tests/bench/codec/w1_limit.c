/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The limit: straight-line code written by hand for each message, with bounds
 * checks and nothing else: no enum, padding or NUL checks, no budget, one
 * buffer that is large enough.  Arrays of numbers are left to memcpy
 * (w1_memcpy.c); the copy here is what a plain loop makes of them.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bench/codec/contest.h"
#include "tests/bench/codec/w1_limit.h"

static W1_VALUES struct {
	small small;
	ints ints;
	records records;
	node list;
	shapes shapes;
	blob blob;
	doubles doubles;
} mine, theirs;

/* ---- Memory: malloc for each piece, or a block that is kept -------------- */

static char block[32 << 20];

/* With `at` NULL each piece is malloc's. */
struct memory {
	char *at;
};

static inline void *
take(struct memory *m, size_t n)
{
	char *p = m->at;

	if (!p)
		return malloc(n);
	if (n > (size_t)(block + sizeof(block) - p))
		return NULL;
	m->at = p + ((n + 7) & ~(size_t)7);
	return p;
}

/* ---- Texts -------------------------------------------------------------------- */

static inline uint8_t *
put_text(uint8_t *p, const uint8_t *end, const char *text, size_t max)
{
	size_t n = strlen(text);
	size_t padded = (n + 3) & ~(size_t)3;

	if (n > max || (size_t)(end - p) < padded + 4)
		return NULL;
	set4(p, (uint32_t)n);
	if (n) {
		memset(p + padded, 0, 4);
		memcpy(p + 4, text, n);
	}
	return p + 4 + padded;
}

static inline const uint8_t *
get_text(const uint8_t *p, const uint8_t *end, struct memory *m, char **out,
    size_t max)
{
	size_t n, padded;

	if (end - p < 4)
		return NULL;
	n = get4(p);
	padded = (n + 3) & ~(size_t)3;
	if (n > max || (size_t)(end - p) < padded + 4)
		return NULL;
	*out = take(m, n + 1);
	if (!*out)
		return NULL;
	memcpy(*out, p + 4, n);
	(*out)[n] = '\0';
	return p + 4 + padded;
}

/* ---- (b) to (g) ------------------------------------------------------------------ */

static uint8_t *
put_records(uint8_t *p, const uint8_t *end, const records *v)
{
	if (end - p < 4)
		return NULL;
	set4(p, v->records_len);
	p += 4;
	for (uint32_t i = 0; i < v->records_len; i++) {
		const record *r = &v->records_val[i];

		if (end - p < 12)
			return NULL;
		set4(p, (uint32_t)r->id);
		set_double(p + 4, r->value);
		p = put_text(p + 12, end, r->name, 32);
		if (!p || end - p < 8)
			return NULL;
		set4(p, (uint32_t)r->kind);
		set4(p + 4, r->active);
		p += 8;
	}
	return p;
}

static const uint8_t *
get_records(const uint8_t *p, const uint8_t *end, struct memory *m, records *v)
{
	uint32_t n;

	if (end - p < 4)
		return NULL;
	n = get4(p);
	p += 4;
	if (n > (size_t)(end - p) / 24)
		return NULL;
	v->records_len = n;
	v->records_val = take(m, n * sizeof(record));
	if (!v->records_val)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		record *r = &v->records_val[i];

		if (end - p < 12)
			return NULL;
		r->id = (int32_t)get4(p);
		r->value = get_double(p + 4);
		p = get_text(p + 12, end, m, &r->name, 32);
		if (!p || end - p < 8)
			return NULL;
		r->kind = (color)get4(p);
		r->active = get4(p + 4) != 0;
		p += 8;
	}
	return p;
}

static uint8_t *
put_list(uint8_t *p, const uint8_t *end, const node *v)
{
	for (; v; v = v->next) {
		if (end - p < 8)
			return NULL;
		set4(p, (uint32_t)v->v);
		set4(p + 4, v->next != NULL);
		p += 8;
	}
	return p;
}

static const uint8_t *
get_list(const uint8_t *p, const uint8_t *end, struct memory *m, node *v)
{
	for (;;) {
		if (end - p < 8)
			return NULL;
		v->v = (int32_t)get4(p);
		v->next = NULL;
		p += 8;
		if (!get4(p - 4))
			return p;
		v->next = take(m, sizeof(*v));
		if (!v->next)
			return NULL;
		v = v->next;
	}
}

static uint8_t *
put_shapes(uint8_t *p, const uint8_t *end, const shapes *v)
{
	if (end - p < 4)
		return NULL;
	set4(p, v->shapes_len);
	p += 4;
	for (uint32_t i = 0; i < v->shapes_len; i++) {
		const shape *s = &v->shapes_val[i];

		if (end - p < 20)
			return NULL;
		set4(p, (uint32_t)s->w);
		p += 4;
		if (s->w == W_POINT) {
			set_double(p, s->shape_u.at.x);
			set_double(p + 8, s->shape_u.at.y);
			p += 16;
		} else if (s->w == W_NAME) {
			p = put_text(p, end, s->shape_u.name, 16);
			if (!p)
				return NULL;
		} else if (s->w == W_RANGE) {
			set8(p, (uint64_t)s->shape_u.between.low);
			set8(p + 8, (uint64_t)s->shape_u.between.high);
			p += 16;
		} else if (s->w == W_CODE) {
			set4(p, (uint32_t)s->shape_u.code);
			p += 4;
		}
	}
	return p;
}

static const uint8_t *
get_shapes(const uint8_t *p, const uint8_t *end, struct memory *m, shapes *v)
{
	uint32_t n;

	if (end - p < 4)
		return NULL;
	n = get4(p);
	p += 4;
	if (n > (size_t)(end - p) / 4)
		return NULL;
	v->shapes_len = n;
	v->shapes_val = take(m, n * sizeof(shape));
	if (!v->shapes_val)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		shape *s = &v->shapes_val[i];

		if (end - p < 4)
			return NULL;
		s->w = (what)get4(p);
		p += 4;
		if (s->w == W_POINT) {
			if (end - p < 16)
				return NULL;
			s->shape_u.at.x = get_double(p);
			s->shape_u.at.y = get_double(p + 8);
			p += 16;
		} else if (s->w == W_NAME) {
			p = get_text(p, end, m, &s->shape_u.name, 16);
			if (!p)
				return NULL;
		} else if (s->w == W_RANGE) {
			if (end - p < 16)
				return NULL;
			s->shape_u.between.low = (int64_t)get8(p);
			s->shape_u.between.high = (int64_t)get8(p + 8);
			p += 16;
		} else if (s->w == W_CODE) {
			if (end - p < 4)
				return NULL;
			s->shape_u.code = (int32_t)get4(p);
			p += 4;
		}
	}
	return p;
}

/* ---- The contestant ---------------------------------------------------------------- */

static int
limit_encode(enum w1_case which, uint8_t *room, size_t n)
{
	const uint8_t *end = room + n;

	switch (which) {
	case W1_SMALL:
		for (; room < end; room += 44)
			if (!limit_put_small(room, room + 44, &mine.small))
				return -1;
		return 0;
	case W1_RECORDS:
		return put_records(room, end, &mine.records) != end;
	case W1_LIST:
		return put_list(room, end, &mine.list) != end;
	case W1_SHAPES:
		/* Wants 20 bytes of room for the last element too. */
		return put_shapes(room, end + 20, &mine.shapes) != end;
	default:
		return -1;
	}
}

static int
limit_read(enum w1_case which, const uint8_t *bytes, size_t n,
    struct memory *m)
{
	const uint8_t *end = bytes + n;

	switch (which) {
	case W1_SMALL:
		for (; bytes < end; bytes += 44)
			if (!limit_get_small(bytes, bytes + 44, &theirs.small))
				return -1;
		return 0;
	case W1_RECORDS:
		return get_records(bytes, end, m, &theirs.records) != end;
	case W1_LIST:
		return get_list(bytes, end, m, &theirs.list) != end;
	case W1_SHAPES:
		return get_shapes(bytes, end, m, &theirs.shapes) != end;
	default:
		return -1;
	}
}

static int
limit_load(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct memory m = { NULL };

	int e = limit_read(which, bytes, n, &m);

	mine = theirs;
	return e;
}

static void
limit_free(enum w1_case which)
{
	node *next;

	switch (which) {
	case W1_RECORDS:
		for (uint32_t i = 0; i < theirs.records.records_len; i++)
			free(theirs.records.records_val[i].name);
		free(theirs.records.records_val);
		break;
	case W1_LIST:
		for (node *v = theirs.list.next; v; v = next) {
			next = v->next;
			free(v);
		}
		break;
	case W1_SHAPES:
		for (uint32_t i = 0; i < theirs.shapes.shapes_len; i++)
			if (theirs.shapes.shapes_val[i].w == W_NAME)
				free(theirs.shapes.shapes_val[i].shape_u.name);
		free(theirs.shapes.shapes_val);
		break;
	default:
		break;
	}
}

static int
limit_decode(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct memory m = { NULL };
	int e = limit_read(which, bytes, n, &m);

	limit_free(which);
	return e;
}

static int
limit_again(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct memory m = { block };

	return limit_read(which, bytes, n, &m);
}

const struct contestant w1_limit = {
	.name = "limit", .load = limit_load, .encode = limit_encode,
	.decode = limit_decode, .again = limit_again,
};
