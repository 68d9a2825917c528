/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The writer's slow paths: chunks, pieces, limits.
 *
 * The message is a row of pieces: closed ones in w->pieces, and the open one
 * [w->start, w->at).  A piece is closed when its chunk is full or when bytes
 * of the caller's are referenced; the open piece then goes on behind it, in a
 * new chunk or in the rest of the old one.  Chunks never move, so a pointer
 * that reserve gave stays good until reset (a reply's length is filled in
 * behind it, for example).
 */
#include <string.h>

#include <oxdr/writer.h>

#include "xdr/base.h"
#include "xdr/alloc.h"

#define CHUNK_LEAST ((size_t)1 << 10)
#define CHUNK_MOST ((size_t)1 << 20)

struct oxdr_writer_chunk {
	struct oxdr_writer_chunk *next;
	size_t bytes;		/* header included, as asked of the allocator */
};

#define CHUNK_HEADER ((sizeof(struct oxdr_writer_chunk) + 15) & ~(size_t)15)

/* Where at, end and start point while there is no room: never written. */
static const uint8_t nowhere[1];

static void
writer_no_room(struct oxdr_writer *w)
{
	w->at = w->start = w->end = (uint8_t *)(uintptr_t)nowhere;
}

static void
writer_init(struct oxdr_writer *w, const struct oxdr_allocator *allocator,
    size_t limit, uint32_t flags)
{
	memset(w, 0, sizeof(*w));
	w->limit = limit;
	w->flags = flags;
	w->max_depth = OXDR_DEPTH_MAX;
	w->gather_min = OXDR_GATHER_MIN;
	w->pieces = NULL;
	w->max_pieces = ARRAY_LEN(w->few_pieces);
	w->allocator = allocator;
	w->next_chunk = CHUNK_LEAST;
}

static void
writer_use_buf(struct oxdr_writer *w)
{
	if (!w->buf_bytes) {
		writer_no_room(w);
		return;
	}
	w->at = w->start = w->buf;
	w->end = w->buf + w->buf_bytes;
}

void
oxdr_writer_init_fixed(struct oxdr_writer *w, void *buf, size_t n)
{
	writer_init(w, NULL, SIZE_MAX, OXDR_WRITER_FIXED);
	w->buf = buf;
	w->buf_bytes = n;
	writer_use_buf(w);
}

void
oxdr_writer_init(struct oxdr_writer *w, const struct oxdr_allocator *allocator,
    size_t limit)
{
	writer_init(w, allocator, limit, 0);
	writer_no_room(w);
}

static struct oxdr_piece *
writer_pieces(struct oxdr_writer *w)
{
	return w->pieces ? w->pieces : w->few_pieces;
}

/* Bytes that the limit leaves; it may have been set below what is there. */
static size_t
writer_left(const struct oxdr_writer *w)
{
	size_t size = oxdr_writer_size(w);

	return size < w->limit ? w->limit - size : 0;
}

/* Opens the chunk's space for writing, as much of it as the limit allows. */
static void
writer_use(struct oxdr_writer *w, struct oxdr_writer_chunk *chunk)
{
	size_t room = chunk->bytes - CHUNK_HEADER;
	size_t left;

	w->at = w->start = (uint8_t *)chunk + CHUNK_HEADER;
	left = writer_left(w);
	w->end = w->start + (room < left ? room : left);
}

/* Frees all chunks newer than `last` (NULL: all). */
static void
writer_free_chunks(struct oxdr_writer *w, const struct oxdr_writer_chunk *last)
{
	struct oxdr_writer_chunk *next;

	for (struct oxdr_writer_chunk *c = w->chunks; c != last; c = next) {
		next = c->next;
		if (w->flags & OXDR_WRITER_SECRET)
			oxdr_wipe(c, c->bytes);
		oxdr_i_free(w->allocator, c, c->bytes);
		w->chunks = next;
	}
}

/* Keeps the oldest chunk, which then is the only one. */
static void
writer_use_first_chunk(struct oxdr_writer *w)
{
	struct oxdr_writer_chunk *first = w->chunks;

	while (first && first->next)
		first = first->next;
	writer_free_chunks(w, first);
	if (!first) {
		writer_no_room(w);
		return;
	}
	if (w->flags & OXDR_WRITER_SECRET)
		oxdr_wipe((uint8_t *)first + CHUNK_HEADER,
		    first->bytes - CHUNK_HEADER);
	writer_use(w, first);
}

void
oxdr_writer_reset(struct oxdr_writer *w)
{
	w->done = 0;
	w->error = 0;
	w->depth = 0;
	w->n_pieces = 0;
	w->next_chunk = CHUNK_LEAST;
	if (w->flags & OXDR_WRITER_FIXED)
		writer_use_buf(w);
	else
		writer_use_first_chunk(w);
	w->flags &= ~OXDR_WRITER_SECRET;
}

void
oxdr_writer_fini(struct oxdr_writer *w)
{
	writer_free_chunks(w, NULL);
	if (w->pieces)
		oxdr_i_free(w->allocator, w->pieces,
		    w->max_pieces * sizeof(*w->pieces));
	w->pieces = NULL;
	w->max_pieces = ARRAY_LEN(w->few_pieces);
	oxdr_writer_reset(w);
}

int
oxdr_writer_fail(struct oxdr_writer *w, int code)
{
	if (!w->error)
		w->error = -code;
	w->end = w->at;
	return w->error;
}

/* Room for one more closed piece and, behind it, the open one. */
static int
writer_grow_pieces(struct oxdr_writer *w)
{
	size_t max = (size_t)w->max_pieces * 2;
	struct oxdr_piece *pieces;

	if (w->n_pieces + 2 <= w->max_pieces)
		return 0;
	pieces = oxdr_i_alloc(w->allocator, max * sizeof(*pieces));
	if (!pieces)
		return oxdr_writer_fail(w, OXDR_E_NOMEM);
	memcpy(pieces, writer_pieces(w), w->n_pieces * sizeof(*pieces));
	if (w->pieces)
		oxdr_i_free(w->allocator, w->pieces,
		    w->max_pieces * sizeof(*pieces));
	w->pieces = pieces;
	w->max_pieces = (uint32_t)max;
	return 0;
}

static int
writer_add_piece(struct oxdr_writer *w, const void *base, size_t len)
{
	struct oxdr_piece *piece;

	if (!len)
		return 0;
	if (writer_grow_pieces(w))
		return w->error;
	piece = &writer_pieces(w)[w->n_pieces++];
	piece->base = base;
	piece->len = len;
	w->done += len;
	return 0;
}

/* Closes the open piece; the next one starts where it ends. */
static int
writer_close_piece(struct oxdr_writer *w)
{
	if (writer_add_piece(w, w->start, (size_t)(w->at - w->start)))
		return w->error;
	w->start = w->at;
	return 0;
}

uint8_t *
oxdr_reserve_slow(struct oxdr_writer *w, size_t n)
{
	struct oxdr_writer_chunk *chunk;
	size_t size = w->next_chunk;
	uint8_t *p;

	if (w->error)
		return NULL;
	if (w->flags & OXDR_WRITER_FIXED ||
	    n > writer_left(w) || n > SIZE_MAX / 2) {
		oxdr_writer_fail(w, OXDR_E_LIMIT);
		return NULL;
	}
	if (writer_close_piece(w))
		return NULL;
	if (size < n + CHUNK_HEADER)
		size = n + CHUNK_HEADER;
	chunk = oxdr_i_alloc(w->allocator, size);
	if (!chunk) {
		oxdr_writer_fail(w, OXDR_E_NOMEM);
		return NULL;
	}
	chunk->next = w->chunks;
	chunk->bytes = size;
	w->chunks = chunk;
	if (w->next_chunk < CHUNK_MOST)
		w->next_chunk *= 2;
	writer_use(w, chunk);
	p = w->at;
	w->at += n;
	return p;
}

uint8_t *
oxdr_reserve_array(struct oxdr_writer *w, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size) {
		oxdr_writer_fail(w, OXDR_E_LIMIT);
		return NULL;
	}
	return oxdr_reserve(w, n * size);
}

/* Adds the caller's n bytes to the message without copying them. */
static int
writer_refer(struct oxdr_writer *w, const void *bytes, size_t n)
{
	size_t left;

	if (w->error)
		return w->error;
	if (n > writer_left(w))
		return oxdr_writer_fail(w, OXDR_E_LIMIT);
	if (writer_close_piece(w) || writer_add_piece(w, bytes, n))
		return w->error;
	left = writer_left(w);
	if ((size_t)(w->end - w->at) > left)
		w->end = w->at + left;
	return 0;
}

int
oxdr_put_bytes(struct oxdr_writer *w, const void *bytes, size_t n)
{
	uint8_t *p;

	if (!n)
		return oxdr_writer_error(w);
	if (w->flags & OXDR_WRITER_GATHER && n >= w->gather_min)
		return writer_refer(w, bytes, n);
	p = oxdr_reserve(w, n);
	if (!p)
		return oxdr_writer_error(w);
	memcpy(p, bytes, n);
	return 0;
}

int
oxdr_put_opaque_slow(struct oxdr_writer *w, const void *bytes, size_t n)
{
	size_t pad = oxdr_pad(n);
	uint8_t *p;

	if (oxdr_put_bytes(w, bytes, n))
		return oxdr_writer_error(w);
	if (!pad)
		return 0;
	p = oxdr_reserve(w, pad);
	if (!p)
		return oxdr_writer_error(w);
	memset(p, 0, pad);
	return 0;
}

int
oxdr_put_array32(struct oxdr_writer *w, const void *values, size_t n)
{
	uint8_t *p = oxdr_reserve_array(w, n, 4);

	if (!p)
		return oxdr_writer_error(w);
	oxdr_swap32(p, values, n);
	return 0;
}

int
oxdr_put_array64(struct oxdr_writer *w, const void *values, size_t n)
{
	uint8_t *p = oxdr_reserve_array(w, n, 8);

	if (!p)
		return oxdr_writer_error(w);
	oxdr_swap64(p, values, n);
	return 0;
}

int
oxdr_writer_iov(struct oxdr_writer *w, const struct oxdr_piece **out_pieces,
    size_t *out_n)
{
	struct oxdr_piece *pieces = writer_pieces(w);
	size_t n = w->n_pieces;

	if (w->error)
		return w->error;
	if (w->at != w->start) {
		pieces[n].base = w->start;
		pieces[n].len = (size_t)(w->at - w->start);
		n++;
	}
	*out_pieces = pieces;
	*out_n = n;
	return 0;
}

int
oxdr_writer_copy(struct oxdr_writer *w, void *buf, size_t n)
{
	const struct oxdr_piece *pieces;
	size_t n_pieces;
	uint8_t *p = buf;
	int e = oxdr_writer_iov(w, &pieces, &n_pieces);

	if (e)
		return e;
	if (oxdr_writer_size(w) > n)
		return -OXDR_E_LIMIT;
	for (size_t i = 0; i < n_pieces; i++) {
		memcpy(p, pieces[i].base, pieces[i].len);
		p += pieces[i].len;
	}
	return 0;
}

struct oxdr_writer_mark
oxdr_writer_mark(const struct oxdr_writer *w)
{
	struct oxdr_writer_mark mark = {
		.at = w->at, .end = w->end, .start = w->start,
		.done = w->done, .chunks = w->chunks,
		.n_pieces = w->n_pieces, .depth = w->depth,
	};

	return mark;
}

void
oxdr_writer_rewind(struct oxdr_writer *w, const struct oxdr_writer_mark *mark)
{
	writer_free_chunks(w, mark->chunks);
	w->at = mark->at;
	w->end = mark->end;
	w->start = mark->start;
	w->done = mark->done;
	w->n_pieces = mark->n_pieces;
	w->depth = mark->depth;
	w->error = 0;
}
