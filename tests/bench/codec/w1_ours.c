/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Our codec, every check on: as idlc generates it, and by the type tables.
 */
#include <oxdr/reader.h>
#include <oxdr/type.h>
#include <oxdr/writer.h>

#include "tests/bench/codec/contest.h"
#include "w1.h"

static W1_VALUES struct {
	small small;
	ints ints;
	records records;
	node list;
	shapes shapes;
	blob blob;
	doubles doubles;
} mine, theirs;

static struct oxdr_arena load_arena;
static struct oxdr_arena kept = { .keep = SIZE_MAX };

/* Each small struct is a message of its own, and the cursors are prepared:
 * all that is to be done is to set them on its first byte. */
static int
put_smalls(struct oxdr_writer *w)
{
	uint8_t *room = w->at;
	int e = 0;

	for (int i = 0; i < W1_SMALLS && !e; i++) {
		w->at = room + 44 * i;
		e = small_xdr_put(w, &mine.small);
	}
	return e;
}

static int
get_smalls(struct oxdr_reader *r, struct oxdr_arena *arena)
{
	const uint8_t *bytes = r->at;
	int e = 0;

	for (int i = 0; i < W1_SMALLS && !e; i++) {
		r->at = bytes + 44 * i;
		e = small_xdr_get(r, arena, &theirs.small);
	}
	return e;
}

static int
ours_put(enum w1_case which, struct oxdr_writer *w)
{
	switch (which) {
	case W1_SMALL:
		return put_smalls(w);
	case W1_INTS:
		return ints_xdr_put(w, &mine.ints);
	case W1_RECORDS:
		return records_xdr_put(w, &mine.records);
	case W1_LIST:
		return node_xdr_put(w, &mine.list);
	case W1_SHAPES:
		return shapes_xdr_put(w, &mine.shapes);
	case W1_BLOB:
		return blob_xdr_put(w, &mine.blob);
	default:
		return doubles_xdr_put(w, &mine.doubles);
	}
}

static int
ours_get(enum w1_case which, struct oxdr_reader *r, struct oxdr_arena *arena)
{
	switch (which) {
	case W1_SMALL:
		return get_smalls(r, arena);
	case W1_INTS:
		return ints_xdr_get(r, arena, &theirs.ints);
	case W1_RECORDS:
		return records_xdr_get(r, arena, &theirs.records);
	case W1_LIST:
		return node_xdr_get(r, arena, &theirs.list);
	case W1_SHAPES:
		return shapes_xdr_get(r, arena, &theirs.shapes);
	case W1_BLOB:
		return blob_xdr_get(r, arena, &theirs.blob);
	default:
		return doubles_xdr_get(r, arena, &theirs.doubles);
	}
}

static int
ours_load(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_reader r;
	int e;

	oxdr_arena_fini(&load_arena);
	oxdr_reader_init(&r, bytes, n);
	e = ours_get(which, &r, &load_arena);
	mine = theirs;
	return e;
}

static int
ours_encode(enum w1_case which, uint8_t *room, size_t n)
{
	struct oxdr_writer w;

	oxdr_writer_init_fixed(&w, room, n);
	return ours_put(which, &w);
}

static int
ours_decode(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, bytes, n);
	e = ours_get(which, &r, &arena);
	oxdr_arena_fini(&arena);
	return e ? e : oxdr_reader_finish(&r);
}

static int
ours_again(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, bytes, n);
	e = ours_get(which, &r, &kept);
	oxdr_arena_reset(&kept);
	return e ? e : oxdr_reader_finish(&r);
}

static int
ours_borrow(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, bytes, n);
	r.flags = OXDR_READER_BORROW;
	e = ours_get(which, &r, &kept);
	oxdr_arena_reset(&kept);
	return e ? e : oxdr_reader_finish(&r);
}

const struct contestant w1_ours = {
	.name = "orpc", .load = ours_load, .encode = ours_encode,
	.decode = ours_decode, .again = ours_again, .borrow = ours_borrow,
};

/* ---- By table ------------------------------------------------------------------ */

static const struct {
	const struct oxdr_type *type;
	void *mine;
	void *theirs;
} tables[W1_CASES] = {
	{ &small_xdr_type, &mine.small, &theirs.small },
	{ &ints_xdr_type, &mine.ints, &theirs.ints },
	{ &records_xdr_type, &mine.records, &theirs.records },
	{ &node_xdr_type, &mine.list, &theirs.list },
	{ &shapes_xdr_type, &mine.shapes, &theirs.shapes },
	{ &blob_xdr_type, &mine.blob, &theirs.blob },
	{ &doubles_xdr_type, &mine.doubles, &theirs.doubles },
};

static int
table_put(enum w1_case which, struct oxdr_writer *w)
{
	int n = which == W1_SMALL ? W1_SMALLS : 1;
	int e = 0;

	for (int i = 0; i < n && !e; i++)
		e = oxdr_put_value(w, tables[which].type, tables[which].mine);
	return e;
}

static int
table_get(enum w1_case which, struct oxdr_reader *r, struct oxdr_arena *arena)
{
	int n = which == W1_SMALL ? W1_SMALLS : 1;
	int e = 0;

	for (int i = 0; i < n && !e; i++)
		e = oxdr_get_value(r, arena, tables[which].type,
		    tables[which].theirs);
	return e;
}

static int
table_encode(enum w1_case which, uint8_t *room, size_t n)
{
	struct oxdr_writer w;

	oxdr_writer_init_fixed(&w, room, n);
	return table_put(which, &w);
}

static int
table_decode(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, bytes, n);
	e = table_get(which, &r, &arena);
	oxdr_arena_fini(&arena);
	return e ? e : oxdr_reader_finish(&r);
}

static int
table_again(enum w1_case which, const uint8_t *bytes, size_t n)
{
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, bytes, n);
	e = table_get(which, &r, &kept);
	oxdr_arena_reset(&kept);
	return e ? e : oxdr_reader_finish(&r);
}

/* Loads as w1_ours does: the value is the same. */
const struct contestant w1_table = {
	.name = "orpc, by table", .load = ours_load, .encode = table_encode,
	.decode = table_decode, .again = table_again,
};
