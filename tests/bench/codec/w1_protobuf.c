/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * protobuf-c: the same values in its own format (w1.proto).
 *
 * Its bytes are other bytes, so load() checks instead that what was packed
 * unpacks to what packs to the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bench/codec/contest.h"
#include "w1.h"
#include "w1.pb-c.h"

static struct oxdr_arena arena;
static ProtobufCMessage *mine;
static const ProtobufCMessageDescriptor *kind;
static uint8_t *packed;
static size_t packed_n;

static void *
new_many(size_t n, size_t size)
{
	void *mem = oxdr_arena_take(&arena, n * size, 8);

	if (!mem)
		abort();
	return mem;
}

static ProtobufCMessage *
of_small(const small *v)
{
	Pb__Small *m = new_many(1, sizeof(*m));

	pb__small__init(m);
	m->a = v->a;
	m->b = v->b;
	m->c = v->c;
	m->d = v->d;
	m->e = v->e;
	m->f = v->f;
	m->g = (Pb__Color)v->g;
	m->h = v->h;
	return &m->base;
}

static ProtobufCMessage *
of_records(const records *v)
{
	Pb__Records *m = new_many(1, sizeof(*m));
	Pb__Record *each = new_many(v->records_len, sizeof(*each));

	pb__records__init(m);
	m->n_values = v->records_len;
	m->values = new_many(m->n_values, sizeof(*m->values));
	for (size_t i = 0; i < m->n_values; i++) {
		const record *r = &v->records_val[i];

		pb__record__init(&each[i]);
		each[i].id = r->id;
		each[i].value = r->value;
		each[i].name = r->name;
		each[i].kind = (Pb__Color)r->kind;
		each[i].active = r->active;
		m->values[i] = &each[i];
	}
	return &m->base;
}

static void
fill_shape(Pb__Shape *to, const shape *from)
{
	pb__shape__init(to);
	switch (from->w) {
	case W_POINT:
		to->w_case = PB__SHAPE__W_AT;
		to->at = new_many(1, sizeof(*to->at));
		pb__point__init(to->at);
		to->at->x = from->shape_u.at.x;
		to->at->y = from->shape_u.at.y;
		break;
	case W_NAME:
		to->w_case = PB__SHAPE__W_NAME;
		to->name = from->shape_u.name;
		break;
	case W_RANGE:
		to->w_case = PB__SHAPE__W_BETWEEN;
		to->between = new_many(1, sizeof(*to->between));
		pb__range__init(to->between);
		to->between->low = from->shape_u.between.low;
		to->between->high = from->shape_u.between.high;
		break;
	case W_CODE:
		to->w_case = PB__SHAPE__W_CODE;
		to->code = from->shape_u.code;
		break;
	default:
		break;
	}
}

static ProtobufCMessage *
of_shapes(const shapes *v)
{
	Pb__Shapes *m = new_many(1, sizeof(*m));
	Pb__Shape *each = new_many(v->shapes_len, sizeof(*each));

	pb__shapes__init(m);
	m->n_values = v->shapes_len;
	m->values = new_many(m->n_values, sizeof(*m->values));
	for (size_t i = 0; i < m->n_values; i++) {
		fill_shape(&each[i], &v->shapes_val[i]);
		m->values[i] = &each[i];
	}
	return &m->base;
}

static ProtobufCMessage *
of_ints(const ints *v)
{
	Pb__Ints *m = new_many(1, sizeof(*m));

	pb__ints__init(m);
	m->n_values = v->ints_len;
	m->values = v->ints_val;
	return &m->base;
}

static ProtobufCMessage *
of_doubles(const doubles *v)
{
	Pb__Doubles *m = new_many(1, sizeof(*m));

	pb__doubles__init(m);
	m->n_values = v->doubles_len;
	m->values = v->doubles_val;
	return &m->base;
}

static ProtobufCMessage *
of_blob(const blob *v)
{
	Pb__Blob *m = new_many(1, sizeof(*m));

	pb__blob__init(m);
	m->value.len = v->blob_len;
	m->value.data = (uint8_t *)v->blob_val;
	return &m->base;
}

/* The value of our message as one of protobuf-c's. */
static ProtobufCMessage *
message_of(enum w1_case which, struct oxdr_reader *r)
{
	union {
		small small;
		ints ints;
		records records;
		shapes shapes;
		blob blob;
		doubles doubles;
	} v;

	switch (which) {
	case W1_SMALL:
		return small_xdr_get(r, &arena, &v.small) ? NULL :
		    of_small(&v.small);
	case W1_INTS:
		return ints_xdr_get(r, &arena, &v.ints) ? NULL :
		    of_ints(&v.ints);
	case W1_RECORDS:
		return records_xdr_get(r, &arena, &v.records) ? NULL :
		    of_records(&v.records);
	case W1_SHAPES:
		return shapes_xdr_get(r, &arena, &v.shapes) ? NULL :
		    of_shapes(&v.shapes);
	case W1_BLOB:
		return blob_xdr_get(r, &arena, &v.blob) ? NULL :
		    of_blob(&v.blob);
	case W1_DOUBLES:
		return doubles_xdr_get(r, &arena, &v.doubles) ? NULL :
		    of_doubles(&v.doubles);
	default:
		return NULL;
	}
}

static int
packs_again(void)
{
	ProtobufCMessage *again = protobuf_c_message_unpack(kind, NULL,
	    packed_n, packed);
	uint8_t *bytes = malloc(packed_n);
	int same = again && bytes &&
	    protobuf_c_message_get_packed_size(again) == packed_n &&
	    protobuf_c_message_pack(again, bytes) == packed_n &&
	    memcmp(bytes, packed, packed_n) == 0;

	free(bytes);
	if (again)
		protobuf_c_message_free_unpacked(again, NULL);
	return same;
}

static int
protobuf_load(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_reader r;

	oxdr_arena_fini(&arena);
	oxdr_reader_init(&r, bytes, n);
	mine = message_of(which, &r);
	if (!mine)
		return -1;
	kind = mine->descriptor;
	packed_n = protobuf_c_message_get_packed_size(mine);
	free(packed);
	packed = malloc(packed_n);
	if (!packed || protobuf_c_message_pack(mine, packed) != packed_n ||
	    !packs_again())
		abort();
	return 0;
}

/* Into its own room: its messages may be longer. */
static int
protobuf_encode(enum w1_case which, uint8_t *room, size_t n)
{
	int count = which == W1_SMALL ? W1_SMALLS : 1;

	(void)room;
	(void)n;
	for (int i = 0; i < count; i++)
		if (protobuf_c_message_pack(mine, packed) != packed_n)
			return -1;
	return 0;
}

static int
protobuf_decode(enum w1_case which, const uint8_t *bytes, size_t n)
{
	int count = which == W1_SMALL ? W1_SMALLS : 1;

	(void)bytes;
	(void)n;
	for (int i = 0; i < count; i++) {
		ProtobufCMessage *m = protobuf_c_message_unpack(kind, NULL,
		    packed_n, packed);

		if (!m)
			return -1;
		protobuf_c_message_free_unpacked(m, NULL);
	}
	return 0;
}

const struct contestant w1_protobuf = {
	.name = "protobuf-c", .load = protobuf_load,
	.encode = protobuf_encode, .decode = protobuf_decode, .own_bytes = 1,
};
