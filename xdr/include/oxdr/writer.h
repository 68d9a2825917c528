/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The writing cursor, and put for every primitive of RFC 4506 section 4.
 *
 * A writer fills either one buffer of the caller's (oxdr_writer_init_fixed)
 * or chunks of its own that grow as needed and are never moved
 * (oxdr_writer_init).  With OXDR_WRITER_GATHER large opaques and strings are
 * not copied but referenced: what oxdr_writer_iov() lists is then the message.
 *
 * The first failure sticks: reserve gives NULL from then on and
 * oxdr_writer_error() says why.
 */
#ifndef OXDR_WRITER_H
#define OXDR_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/error.h>
#include <oxdr/mem.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OXDR_UNBOUNDED UINT64_MAX

/*
 * Host and wire order.  On little-endian machines compilers do not always see
 * through shifts and byte stores, so they are told: one bswap, one move.
 */
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && \
    defined(__ORDER_LITTLE_ENDIAN__) && \
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OXDR_SWAPS_BYTES 1
#endif

/* A quadruple-precision number as it stands on the wire (RFC 4506 4.8). */
struct oxdr_quad {
	uint8_t bytes[16];
};

/* A piece of a finished message; same members as struct iovec. */
struct oxdr_piece {
	const void *base;
	size_t len;
};

struct oxdr_writer_chunk;

/*
 * [at, end) is the room left in the current chunk.  `done` counts the bytes
 * of earlier pieces; the message so far is done + (at - start).  Members are
 * for this library; `flags`, `limit` and `gather_min` may be set after init.
 */
struct oxdr_writer {
	uint8_t *at;
	uint8_t *end;
	uint8_t *start;
	size_t done;
	size_t limit;
	int error;
	uint32_t flags;
	uint32_t depth;
	uint32_t max_depth;
	uint32_t gather_min;
	uint32_t n_pieces;
	uint32_t max_pieces;
	struct oxdr_piece few_pieces[4];
	struct oxdr_piece *pieces;	/* NULL: few_pieces are enough */
	struct oxdr_writer_chunk *chunks;	/* newest first */
	const struct oxdr_allocator *allocator;
	size_t next_chunk;
	uint8_t *buf;			/* the caller's, of a fixed writer */
	size_t buf_bytes;
};

/* A place in a message to come back to; members are for this library. */
struct oxdr_writer_mark {
	uint8_t *at;
	uint8_t *end;
	uint8_t *start;
	size_t done;
	struct oxdr_writer_chunk *chunks;
	uint32_t n_pieces;
	uint32_t depth;
};

/* writer.flags */
#define OXDR_WRITER_GATHER 1u	/* reference large opaques and strings */
#define OXDR_WRITER_SECRET 2u	/* overwrite chunks before giving them back;
				   set by put of a secret member too */
#define OXDR_WRITER_FIXED 4u	/* the caller's buffer: never grows */

/* Default of max_depth: recursion other than along a list. */
#define OXDR_DEPTH_MAX 200u
/* Most bytes of a run of fixed members. */
#define OXDR_FEW_BYTES 1024u
/* Default of gather_min: below it a copy is cheaper than an iovec entry. */
#define OXDR_GATHER_MIN 4096u

/* Starts a writer on n bytes of the caller's; more is -OXDR_E_LIMIT. */
void oxdr_writer_init_fixed(struct oxdr_writer *w, void *buf, size_t n);

/*
 * Starts a fixed writer anew on n bytes at buf, for the next message: what
 * oxdr_writer_init_fixed does, but settings stay and nothing is cleared that
 * need not be.
 */
static inline void
oxdr_writer_reuse(struct oxdr_writer *w, void *buf, size_t n)
{
	w->buf = w->at = w->start = (uint8_t *)buf;
	w->buf_bytes = n;
	w->end = w->at + n;
	w->done = 0;
	w->error = 0;
	w->depth = 0;
	w->n_pieces = 0;
}

/*
 * Starts a growing writer.
 *
 * allocator   borrowed until fini; NULL for malloc and free
 * limit       most bytes of the message; more is -OXDR_E_LIMIT
 *
 * Takes no memory until the first put.
 */
void oxdr_writer_init(struct oxdr_writer *w,
    const struct oxdr_allocator *allocator, size_t limit);

/* Empties a writer and takes its error away; a growing one keeps its first
 * chunk. */
void oxdr_writer_reset(struct oxdr_writer *w);

/* Gives back all chunks.  The writer is then empty and may be used again. */
void oxdr_writer_fini(struct oxdr_writer *w);

/* Bytes of the message so far, referenced ones included. */
static inline size_t
oxdr_writer_size(const struct oxdr_writer *w)
{
	return w->done + (size_t)(w->at - w->start);
}

/*
 * Lists the message.
 *
 * out_pieces   borrowed until the next put, reset or fini
 * out_n        their number; 0 for an empty message
 *
 * Returns 0, or the writer's error.
 */
int oxdr_writer_iov(struct oxdr_writer *w,
    const struct oxdr_piece **out_pieces, size_t *out_n);

/* Copies the message into buf (room: n bytes).  0, -OXDR_E_LIMIT, or the
 * writer's error. */
int oxdr_writer_copy(struct oxdr_writer *w, void *buf, size_t n);

/*
 * Notes where the message stands, and goes back there: what was put since,
 * and an error that came since, is gone.  A mark is good until a reset or a
 * rewind to an earlier mark.  So a reply whose result can't be encoded can
 * still become an error reply.
 */
struct oxdr_writer_mark oxdr_writer_mark(const struct oxdr_writer *w);
void oxdr_writer_rewind(struct oxdr_writer *w,
    const struct oxdr_writer_mark *mark);

/* The negative result code that sticks to w; 0 when there is none. */
static inline int
oxdr_writer_error(const struct oxdr_writer *w)
{
	return w->error;
}

/* Makes the writer fail with -code if it has not failed yet; returns the
 * writer's error. */
OXDR_COLD int oxdr_writer_fail(struct oxdr_writer *w, int code);

/* The slow path of oxdr_reserve. */
OXDR_COLD uint8_t *oxdr_reserve_slow(struct oxdr_writer *w, size_t n);

/*
 * Reserves n contiguous bytes of the message, to be filled by the caller.
 * NULL: the writer has the error.
 */
static inline uint8_t *
oxdr_reserve(struct oxdr_writer *w, size_t n)
{
	uint8_t *p = w->at;

	if (OXDR_UNLIKELY((size_t)(w->end - p) < n))
		return oxdr_reserve_slow(w, n);
	OXDR_ASSUME(p);
	w->at = p + n;
	return p;
}

/* Reserves n pieces of `size` bytes, contiguous.  NULL as above. */
uint8_t *oxdr_reserve_array(struct oxdr_writer *w, size_t n, size_t size);

/* Puts n bytes without padding, by reference if w gathers and n is large. */
int oxdr_put_bytes(struct oxdr_writer *w, const void *bytes, size_t n);

/* Enter and leave a value that may contain itself (not list tails). */
static inline int
oxdr_writer_enter(struct oxdr_writer *w)
{
	if (w->depth >= w->max_depth)
		return oxdr_writer_fail(w, OXDR_E_DEPTH);
	w->depth++;
	return 0;
}

static inline void
oxdr_writer_leave(struct oxdr_writer *w)
{
	w->depth--;
}

/* Plain big-endian stores; p needs no alignment. */

static inline void
oxdr_store_u32(uint8_t *p, uint32_t v)
{
#ifdef OXDR_SWAPS_BYTES
	v = __builtin_bswap32(v);
	OXDR_MEMCPY(p, &v, sizeof(v));
#else
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
#endif
}

static inline void
oxdr_store_u64(uint8_t *p, uint64_t v)
{
#ifdef OXDR_SWAPS_BYTES
	v = __builtin_bswap64(v);
	OXDR_MEMCPY(p, &v, sizeof(v));
#else
	oxdr_store_u32(p, (uint32_t)(v >> 32));
	oxdr_store_u32(p + 4, (uint32_t)v);
#endif
}

static inline void
oxdr_store_i32(uint8_t *p, int32_t v)
{
	oxdr_store_u32(p, (uint32_t)v);
}

static inline void
oxdr_store_i64(uint8_t *p, int64_t v)
{
	oxdr_store_u64(p, (uint64_t)v);
}

static inline void
oxdr_store_float(uint8_t *p, float v)
{
	uint32_t bits;

	OXDR_MEMCPY(&bits, &v, sizeof(bits));
	oxdr_store_u32(p, bits);
}

static inline void
oxdr_store_double(uint8_t *p, double v)
{
	uint64_t bits;

	OXDR_MEMCPY(&bits, &v, sizeof(bits));
	oxdr_store_u64(p, bits);
}

static inline void
oxdr_store_quad(uint8_t *p, struct oxdr_quad v)
{
	OXDR_MEMCPY(p, v.bytes, sizeof(v.bytes));
}

/* One value with its own check: 0 or the writer's error. */

static inline int
oxdr_put_u32(struct oxdr_writer *w, uint32_t v)
{
	uint8_t *p = oxdr_reserve(w, 4);

	if (!p)
		return oxdr_writer_error(w);
	oxdr_store_u32(p, v);
	return 0;
}

static inline int
oxdr_put_i32(struct oxdr_writer *w, int32_t v)
{
	return oxdr_put_u32(w, (uint32_t)v);
}

static inline int
oxdr_put_u64(struct oxdr_writer *w, uint64_t v)
{
	uint8_t *p = oxdr_reserve(w, 8);

	if (!p)
		return oxdr_writer_error(w);
	oxdr_store_u64(p, v);
	return 0;
}

static inline int
oxdr_put_i64(struct oxdr_writer *w, int64_t v)
{
	return oxdr_put_u64(w, (uint64_t)v);
}

static inline int
oxdr_put_float(struct oxdr_writer *w, float v)
{
	uint32_t bits;

	OXDR_MEMCPY(&bits, &v, sizeof(bits));
	return oxdr_put_u32(w, bits);
}

static inline int
oxdr_put_double(struct oxdr_writer *w, double v)
{
	uint64_t bits;

	OXDR_MEMCPY(&bits, &v, sizeof(bits));
	return oxdr_put_u64(w, bits);
}

/* Padding that brings n bytes to a multiple of four: 0 to 3. */
static inline size_t
oxdr_pad(size_t n)
{
	return (size_t)-n & 3u;
}

/* A bool (4.4): true is any value but 0. */
static inline int
oxdr_put_bool(struct oxdr_writer *w, int truth)
{
	return oxdr_put_u32(w, truth != 0);
}

/*
 * The count of a variable array (4.13) whose elements follow.
 *
 * max      the declared maximum; more is -OXDR_E_BOUND
 * values   where the elements are; NULL with n > 0 is -OXDR_E_NULL
 */
static inline int oxdr_put_count(struct oxdr_writer *w, uint32_t n,
    uint32_t max, const void *values);

/*
 * Stores n bytes and their zero padding at p, where oxdr_reserve gave
 * n + oxdr_pad(n) bytes or more.
 */
static inline void
oxdr_store_opaque(uint8_t *p, const void *bytes, size_t n)
{
	const uint32_t zero = 0;

	if (!n)
		return;
	/* The last word first, so that padding takes one plain store. */
	OXDR_MEMCPY(p + ((n - 1) & ~(size_t)3), &zero, 4);
	OXDR_MEMCPY(p, bytes, n);
}

/* The slow path of oxdr_put_opaque: perhaps by reference. */
int oxdr_put_opaque_slow(struct oxdr_writer *w, const void *bytes, size_t n);

/*
 * Fixed opaque (RFC 4506 4.9): n bytes and zero padding.
 * Returns 0 or the writer's error.
 */
static inline int oxdr_put_opaque(struct oxdr_writer *w, const void *bytes,
    size_t n);

/*
 * Variable opaque (4.10): count, bytes, padding.
 *
 * max   the declared maximum; more is -OXDR_E_BOUND
 *
 * bytes may be NULL only when n is 0, else -OXDR_E_NULL.
 */
static inline int oxdr_put_opaque_var(struct oxdr_writer *w,
    const void *bytes, uint32_t n, uint32_t max);

/*
 * String (4.11), NUL-terminated in C.  NULL is -OXDR_E_NULL, longer than max
 * -OXDR_E_BOUND.
 */
static inline int oxdr_put_string(struct oxdr_writer *w, const char *text,
    uint32_t max);

/* Says that a secret was or will be put: the writer's chunks are overwritten
 * before they are reused or given back. */
static inline void
oxdr_writer_mark_secret(struct oxdr_writer *w)
{
	w->flags |= OXDR_WRITER_SECRET;
}

/* n scalars of 4 or 8 bytes, byte-swapped in bulk (4.12).  values may be
 * unaligned.  Returns 0 or the writer's error. */
int oxdr_put_array32(struct oxdr_writer *w, const void *values, size_t n);
int oxdr_put_array64(struct oxdr_writer *w, const void *values, size_t n);

/* Copies n scalars of 4 or 8 bytes between host and wire order; dst and src
 * do not overlap and need no alignment.  The fastest code for this CPU is
 * chosen when the library is loaded. */
void oxdr_swap32(void *dst, const void *src, size_t n);
void oxdr_swap64(void *dst, const void *src, size_t n);

#ifdef __cplusplus
}
#endif

#include <oxdr/put.h>

#endif
