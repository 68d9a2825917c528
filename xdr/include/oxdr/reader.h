/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reading cursor over one contiguous message, and get for every
 * primitive of RFC 4506 section 4.
 *
 * Nothing that a stranger sends can hurt: every count is checked against its
 * bound and against what the bytes left could hold before memory is taken;
 * memory is charged to the reader's budget; depth is limited.  The message is
 * never written to.
 *
 * T_xdr_get() and oxdr_get_value() moreover take no more memory than any
 * value of T in the bytes left could: those bytes times the worst ratio of
 * memory to message that T has, which idlc works out (oxdr_type.ratio; a
 * list of int: 2, strings: 1), and OXDR_BUDGET_LEAST.  So counts that are
 * never followed by their elements, one inside the other, get a stranger
 * nothing: -OXDR_E_LIMIT.
 */
#ifndef OXDR_READER_H
#define OXDR_READER_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/error.h>
#include <oxdr/mem.h>
#include <oxdr/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [at, end) is what is left of the message.  `budget` is the memory that its
 * decoding may still take.  Set flags, budget and max_depth after init.
 */
struct oxdr_reader {
	const uint8_t *at;
	const uint8_t *end;
	const uint8_t *start;
	size_t budget;
	uint32_t flags;
	uint32_t depth;
	uint32_t max_depth;
	int error;		/* of <oxdr/get.h> */
};

/* reader.flags: what is taken although RFC 4506 calls it an error... */
#define OXDR_READER_ANY_ENUM 1u		/* undeclared enum values */
#define OXDR_READER_ANY_BOOL 2u		/* bool other than 0 and 1: true */
#define OXDR_READER_ANY_PADDING 4u	/* padding that is not zero */
#define OXDR_READER_TRAILING 8u		/* bytes after the value */
/* ... and what the reader may do with the message: decoded opaques and
 * strings may point into it.  The caller keeps the message as long as the
 * arena (oxdr_arena_hold) and does not change it. */
#define OXDR_READER_BORROW 16u

/* Default of budget. */
#define OXDR_BUDGET ((size_t)64 << 20)
/* What a message may take however short it is. */
#define OXDR_BUDGET_LEAST 64u

/* Starts a reader on n bytes, borrowed as long as it is used. */
static inline void
oxdr_reader_init(struct oxdr_reader *r, const void *bytes, size_t n)
{
	r->at = r->start = (const uint8_t *)bytes;
	r->end = n ? r->at + n : r->at;
	r->budget = OXDR_BUDGET;
	r->flags = 0;
	r->depth = 0;
	r->max_depth = OXDR_DEPTH_MAX;
	r->error = 0;
}

static inline size_t
oxdr_reader_left(const struct oxdr_reader *r)
{
	return (size_t)(r->end - r->at);
}

/* Offset of the next byte in the message; after an error: where it stands. */
static inline size_t
oxdr_reader_offset(const struct oxdr_reader *r)
{
	return (size_t)(r->at - r->start);
}

/* To be called after a whole value: 0, or -OXDR_E_TRAILING. */
static inline int
oxdr_reader_finish(const struct oxdr_reader *r)
{
	if (r->at != r->end && !(r->flags & OXDR_READER_TRAILING))
		return -OXDR_E_TRAILING;
	return 0;
}

static inline int
oxdr_reader_enter(struct oxdr_reader *r)
{
	if (r->depth >= r->max_depth)
		return -OXDR_E_DEPTH;
	r->depth++;
	return 0;
}

static inline void
oxdr_reader_leave(struct oxdr_reader *r)
{
	r->depth--;
}

/* Consumes n bytes; NULL (nothing consumed) when fewer are left. */
static inline const uint8_t *
oxdr_consume(struct oxdr_reader *r, size_t n)
{
	const uint8_t *p = r->at;

	if (oxdr_reader_left(r) < n)
		return NULL;
	OXDR_ASSUME(p || !n);
	r->at = p + n;
	return p;
}

/* Plain big-endian loads; p needs no alignment. */

static inline uint32_t
oxdr_load_u32(const uint8_t *p)
{
#ifdef OXDR_SWAPS_BYTES
	uint32_t v;

	OXDR_MEMCPY(&v, p, sizeof(v));
	return __builtin_bswap32(v);
#else
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | (uint32_t)p[3];
#endif
}

static inline int32_t
oxdr_load_i32(const uint8_t *p)
{
	return (int32_t)oxdr_load_u32(p);
}

static inline uint64_t
oxdr_load_u64(const uint8_t *p)
{
#ifdef OXDR_SWAPS_BYTES
	uint64_t v;

	OXDR_MEMCPY(&v, p, sizeof(v));
	return __builtin_bswap64(v);
#else
	return (uint64_t)oxdr_load_u32(p) << 32 | oxdr_load_u32(p + 4);
#endif
}

static inline int64_t
oxdr_load_i64(const uint8_t *p)
{
	return (int64_t)oxdr_load_u64(p);
}

static inline float
oxdr_load_float(const uint8_t *p)
{
	uint32_t bits = oxdr_load_u32(p);
	float v;

	OXDR_MEMCPY(&v, &bits, sizeof(v));
	return v;
}

static inline double
oxdr_load_double(const uint8_t *p)
{
	uint64_t bits = oxdr_load_u64(p);
	double v;

	OXDR_MEMCPY(&v, &bits, sizeof(v));
	return v;
}

static inline struct oxdr_quad
oxdr_load_quad(const uint8_t *p)
{
	struct oxdr_quad v;

	OXDR_MEMCPY(v.bytes, p, sizeof(v.bytes));
	return v;
}

/* One value with its own check: 0 or -OXDR_E_SHORT. */

static inline int
oxdr_get_u32(struct oxdr_reader *r, uint32_t *out)
{
	const uint8_t *p = oxdr_consume(r, 4);

	if (!p)
		return -OXDR_E_SHORT;
	*out = oxdr_load_u32(p);
	return 0;
}

static inline int
oxdr_get_i32(struct oxdr_reader *r, int32_t *out)
{
	const uint8_t *p = oxdr_consume(r, 4);

	if (!p)
		return -OXDR_E_SHORT;
	*out = oxdr_load_i32(p);
	return 0;
}

static inline int
oxdr_get_u64(struct oxdr_reader *r, uint64_t *out)
{
	const uint8_t *p = oxdr_consume(r, 8);

	if (!p)
		return -OXDR_E_SHORT;
	*out = oxdr_load_u64(p);
	return 0;
}

static inline int
oxdr_get_i64(struct oxdr_reader *r, int64_t *out)
{
	const uint8_t *p = oxdr_consume(r, 8);

	if (!p)
		return -OXDR_E_SHORT;
	*out = oxdr_load_i64(p);
	return 0;
}

static inline int
oxdr_get_float(struct oxdr_reader *r, float *out)
{
	const uint8_t *p = oxdr_consume(r, 4);

	if (!p)
		return -OXDR_E_SHORT;
	*out = oxdr_load_float(p);
	return 0;
}

static inline int
oxdr_get_double(struct oxdr_reader *r, double *out)
{
	const uint8_t *p = oxdr_consume(r, 8);

	if (!p)
		return -OXDR_E_SHORT;
	*out = oxdr_load_double(p);
	return 0;
}

/*
 * Checks a bool word (RFC 4506 4.4): 0 and *out_true written, or
 * -OXDR_E_BOOL under the reader's strictness.
 */
static inline int
oxdr_check_bool(const struct oxdr_reader *r, uint32_t word, int *out_true)
{
	if (word > 1 && !(r->flags & OXDR_READER_ANY_BOOL))
		return -OXDR_E_BOOL;
	*out_true = word != 0;
	return 0;
}

/*
 * Takes memory for count elements of a decoded value.
 *
 * count      as read from the message, already checked against its bound
 * size       sizeof the element in C
 * align      its alignment
 *
 * The caller has checked count against the bytes left (oxdr_get_count).
 * Charges the reader's budget.  Returns 0, -OXDR_E_LIMIT (budget or arena
 * limit), -OXDR_E_NOMEM.  Memory is not cleared.
 */
int oxdr_get_memory(struct oxdr_reader *r, struct oxdr_arena *arena,
    size_t count, size_t size, size_t align, void **out_mem);

/* Why oxdr_take just refused: -OXDR_E_LIMIT or -OXDR_E_NOMEM. */
int oxdr_get_memory_error(const struct oxdr_reader *r,
    const struct oxdr_arena *arena, size_t size);

/*
 * The same for one value of constant size, inline: what an optional points
 * to, a node of a list.  NULL: oxdr_get_memory_error says why.
 */
static inline void *
oxdr_take(struct oxdr_reader *r, struct oxdr_arena *arena, size_t size,
    size_t align)
{
	void *mem;

	if (r->budget < size)
		return NULL;
	mem = oxdr_arena_take(arena, size, align);
	if (mem)
		r->budget -= size;
	return mem;
}

/*
 * Reads the count of a variable array (4.13) and checks it.
 *
 * max        declared maximum; above: -OXDR_E_BOUND
 * min_size   encoded bytes of the smallest element; count times this must be
 *            left in the message, else -OXDR_E_SHORT
 */
static inline int oxdr_get_count(struct oxdr_reader *r, uint32_t max,
    size_t min_size, uint32_t *out_count);

/*
 * The count of a variable array and memory for its elements, in one: what
 * oxdr_get_count and oxdr_get_memory do.
 *
 * out_values   NULL when the count is 0
 */
static inline int oxdr_get_elems(struct oxdr_reader *r,
    struct oxdr_arena *arena, uint32_t max, size_t min_size, size_t size,
    size_t align, uint32_t *out_count, void **out_values);

/* A bool (4.4): 0, -OXDR_E_SHORT, -OXDR_E_BOOL.  Also the word in front of
 * an optional (4.19). */
static inline int
oxdr_get_bool(struct oxdr_reader *r, int *out_true)
{
	const uint8_t *p = oxdr_consume(r, 4);

	if (!p)
		return -OXDR_E_SHORT;
	return oxdr_check_bool(r, oxdr_load_u32(p), out_true);
}

/* Fixed opaque (4.9) into n bytes at out. */
int oxdr_get_opaque(struct oxdr_reader *r, void *out, size_t n);

/* The slow path of oxdr_get_opaque_var: what is copied, or wrong. */
int oxdr_get_opaque_var_slow(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_bytes, uint32_t *out_n);

/*
 * Variable opaque (4.10).
 *
 * out_bytes   in the arena, or in the message when the reader borrows; NULL
 *             when the count is 0
 *
 * Returns 0, -OXDR_E_SHORT, _BOUND, _PADDING, _LIMIT, _NOMEM.
 */
static inline int
oxdr_get_opaque_var(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_bytes, uint32_t *out_n)
{
	size_t left = oxdr_reader_left(r);
	const uint8_t *p = r->at;
	uint64_t padded;
	uint32_t n;

	if (!(r->flags & OXDR_READER_BORROW) || left < 4)
		return oxdr_get_opaque_var_slow(r, arena, max, out_bytes, out_n);
	n = oxdr_load_u32(p);
	padded = ((uint64_t)n + 3) & ~(uint64_t)3;
	/* Empty, wrong, or padding to look at closely. */
	if (!n || n > max || padded > left - 4 || (padded != n &&
	    oxdr_load_u32(p + padded) << 8 * (4 - (padded - n))))
		return oxdr_get_opaque_var_slow(r, arena, max, out_bytes, out_n);
	*out_bytes = (char *)(uintptr_t)(p + 4);
	*out_n = n;
	r->at = p + 4 + (size_t)padded;
	return 0;
}

/* The slow path of oxdr_get_string: what can't be done in passing. */
int oxdr_get_string_slow(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_text);

/*
 * String (4.11): NUL-terminated, in the arena, or in the message when the
 * reader borrows and the length is no multiple of 4 (its first padding byte,
 * checked to be zero, ends it).  Also -OXDR_E_NUL.
 */
static inline int oxdr_get_string(struct oxdr_reader *r,
    struct oxdr_arena *arena, uint32_t max, char **out_text);

/* As above, but always copies, and marks the arena secret. */
int oxdr_get_opaque_secret(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_bytes, uint32_t *out_n);
int oxdr_get_string_secret(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_text);

/* n scalars of 4 or 8 bytes, swapped in bulk into out: 0 or -OXDR_E_SHORT. */
int oxdr_get_array32(struct oxdr_reader *r, void *out, size_t n);
int oxdr_get_array64(struct oxdr_reader *r, void *out, size_t n);

#ifdef __cplusplus
}
#endif

#include <oxdr/get.h>

#endif
