/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Get with the cursor in a register: what generated code is made of.
 *
 * As in <oxdr/put.h>, each function takes p, where the next byte is, and
 * gives where the one after is.  NULL: r->error says why, and r->at where the
 * bad item starts.  oxdr_get_end() ends such a stretch; oxdr_get_on() goes on
 * behind a function that uses r->at.
 *
 * Programs use <oxdr/reader.h>, which includes this.
 */
#ifndef OXDR_GET_H
#define OXDR_GET_H

#include <oxdr/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The end of a stretch: 0 or the error. */
static inline int
oxdr_get_end(struct oxdr_reader *r, const uint8_t *p)
{
	if (!p)
		return r->error;
	r->at = p;
	return 0;
}

/*
 * Before a whole value of a type that takes memory: up to oxdr_get_finish()
 * the budget is at most what any value in the bytes left could take, `ratio`
 * times these.  Returns what of the budget is put aside until then.
 */
static inline size_t
oxdr_get_start(struct oxdr_reader *r, uint32_t ratio)
{
	uint64_t left = (uint64_t)(r->end - r->at);
	uint64_t most = left > UINT32_MAX ? UINT64_MAX :
	    left * ratio + OXDR_BUDGET_LEAST;
	size_t aside;

	if (most >= r->budget)
		return 0;
	aside = r->budget - (size_t)most;
	r->budget = (size_t)most;
	return aside;
}

static inline int
oxdr_get_finish(struct oxdr_reader *r, size_t aside, const uint8_t *p)
{
	r->budget += aside;
	return oxdr_get_end(r, p);
}

/* Where it goes on behind what was got from r with this result. */
static inline const uint8_t *
oxdr_get_on(struct oxdr_reader *r, int error)
{
	r->error = error;
	return error ? NULL : r->at;
}

/* Refuses the item at p. */
static inline const uint8_t *
oxdr_get_refuse(struct oxdr_reader *r, const uint8_t *p, int code)
{
	r->at = p;
	r->error = -code;
	return NULL;
}

/* Are fewer than n bytes left at p?  As oxdr_lacks_room. */
static inline int
oxdr_lacks(const struct oxdr_reader *r, const uint8_t *p, size_t n)
{
#ifdef __GNUC__
	if (__builtin_constant_p(n) && n <= OXDR_FEW_BYTES)
		return OXDR_UNLIKELY((uintptr_t)p + n > (uintptr_t)r->end) != 0;
#endif
	return OXDR_UNLIKELY((size_t)(r->end - p) < n) != 0;
}

/* Is the word of a bool (4.4) neither 0 nor 1?  The reader may take it as
 * true. */
static inline int
oxdr_bad_bool(const struct oxdr_reader *r, uint32_t *word)
{
	if (OXDR_UNLIKELY(*word > 1)) {
		if (!(r->flags & OXDR_READER_ANY_BOOL))
			return 1;
		*word = 1;
	}
	return 0;
}

/* Does the reader refuse an enum's value that is not declared? */
static inline int
oxdr_bad_enum(const struct oxdr_reader *r, int declared)
{
	return OXDR_UNLIKELY(!declared) &&
	    !(r->flags & OXDR_READER_ANY_ENUM);
}

/* ---- Memory ------------------------------------------------------------- */

/* oxdr_take refused `size` bytes for the item at p. */
static inline const uint8_t *
oxdr_get_no_memory(struct oxdr_reader *r, const uint8_t *p,
    const struct oxdr_arena *arena, size_t size)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_memory_error(r, arena, size));
}

/*
 * The nodes of a list that owns no other memory, one by one: arena and budget
 * in registers as well.  Nobody else takes from the arena meanwhile.
 */
struct oxdr_nodes {
	uint8_t *at;
	uint8_t *end;
	uint8_t *start;
};

static inline struct oxdr_nodes
oxdr_nodes_start(const struct oxdr_reader *r, const struct oxdr_arena *arena)
{
	struct oxdr_nodes n = { arena->at, arena->end, arena->at };

	if ((size_t)(n.end - n.at) > r->budget)
		n.end = n.at + (r->budget & ~(size_t)7);
	return n;
}

/* Tells arena and budget what was taken. */
static inline void
oxdr_nodes_end(const struct oxdr_nodes *n, struct oxdr_reader *r,
    struct oxdr_arena *arena)
{
	r->budget -= (size_t)(n->at - n->start);
	arena->at = n->at;
}

/* As oxdr_take. */
static inline void *
oxdr_nodes_take(struct oxdr_nodes *n, struct oxdr_reader *r,
    struct oxdr_arena *arena, size_t size, size_t align)
{
	size_t bytes = (size + 7) & ~(size_t)7;
	uint8_t *mem = n->at;

	if (OXDR_UNLIKELY((size_t)(n->end - mem) < bytes)) {
		oxdr_nodes_end(n, r, arena);
		mem = (uint8_t *)oxdr_take(r, arena, size, align);
		*n = oxdr_nodes_start(r, arena);
		return mem;
	}
	OXDR_ASSUME(mem);
	n->at = mem + bytes;
	return mem;
}

/* ---- Arrays ------------------------------------------------------------- */

/* The count of a variable array; see oxdr_get_count. */
static inline const uint8_t *
oxdr_get_count_at(struct oxdr_reader *r, const uint8_t *p, uint32_t max,
    size_t min_size, uint32_t *out_count)
{
	uint32_t n;

	if (oxdr_lacks(r, p, 4))
		return oxdr_get_refuse(r, p, OXDR_E_SHORT);
	n = oxdr_load_u32(p);
	if (n > max)
		return oxdr_get_refuse(r, p, OXDR_E_BOUND);
	if ((uint64_t)n * min_size > (size_t)(r->end - p) - 4)
		return oxdr_get_refuse(r, p, OXDR_E_SHORT);
	*out_count = n;
	return p + 4;
}

/* Count and memory of a variable array; see oxdr_get_elems. */
static inline const uint8_t *
oxdr_get_elems_at(struct oxdr_reader *r, const uint8_t *p,
    struct oxdr_arena *arena, uint32_t max, size_t min_size, size_t size,
    size_t align, uint32_t *out_count, void **out_values)
{
	const uint8_t *next = oxdr_get_count_at(r, p, max, min_size,
	    out_count);

	*out_values = NULL;
	if (!next || !*out_count)
		return next;
	r->at = p;
	r->error = oxdr_get_memory(r, arena, *out_count, size, align,
	    out_values);
	return r->error ? NULL : next;
}

/* n scalars of 4 or 8 bytes, swapped in bulk into out. */

static inline const uint8_t *
oxdr_get_array32_at(struct oxdr_reader *r, const uint8_t *p, void *out,
    size_t n)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_array32(r, out, n));
}

static inline const uint8_t *
oxdr_get_array64_at(struct oxdr_reader *r, const uint8_t *p, void *out,
    size_t n)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_array64(r, out, n));
}

/* ---- Opaques and strings ------------------------------------------------ */

/* Fixed opaque; see oxdr_get_opaque. */
static inline const uint8_t *
oxdr_get_opaque_at(struct oxdr_reader *r, const uint8_t *p, void *out,
    size_t n)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_opaque(r, out, n));
}

/* Variable opaque; see oxdr_get_opaque_var and oxdr_get_opaque_secret. */

static inline const uint8_t *
oxdr_get_opaque_var_at(struct oxdr_reader *r, const uint8_t *p,
    struct oxdr_arena *arena, uint32_t max, char **out_bytes,
    uint32_t *out_n)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_opaque_var(r, arena, max, out_bytes,
	    out_n));
}

static inline const uint8_t *
oxdr_get_opaque_secret_at(struct oxdr_reader *r, const uint8_t *p,
    struct oxdr_arena *arena, uint32_t max, char **out_bytes,
    uint32_t *out_n)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_opaque_secret(r, arena, max, out_bytes,
	    out_n));
}

static inline const uint8_t *
oxdr_get_string_slow_at(struct oxdr_reader *r, const uint8_t *p,
    struct oxdr_arena *arena, uint32_t max, char **out_text)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_string_slow(r, arena, max, out_text));
}

/* Strings up to here are checked and copied as 32 bytes, whatever their
 * length: that is the one thing no CPU can predict. */
#define OXDR_STRING_SHORT 32u

/*
 * Checks a string of n bytes at p, up to 32, and its padding: no zero among
 * those, only zeros in this.  All 32 bytes can be read.  Returns 1 if so.
 */
static inline int
oxdr_check_string(const uint8_t *p, uint32_t n)
{
#if defined(__GNUC__) && defined(__SSE2__)
	typedef char bytes16 __attribute__((vector_size(16)));
	uint64_t here = ((uint64_t)1 << ((n + 3) & ~3u)) - 1;
	uint32_t zeros;
	bytes16 a, b;

	OXDR_MEMCPY(&a, p, 16);
	OXDR_MEMCPY(&b, p + 16, 16);
	zeros = (uint32_t)__builtin_ia32_pmovmskb128((bytes16)(a == 0)) |
	    (uint32_t)__builtin_ia32_pmovmskb128((bytes16)(b == 0)) << 16;
	return ((zeros ^ ~(uint64_t)0 << n) & here) == 0;
#else
	uint32_t padded = (n + 3) & ~3u;
	uint32_t i;

	for (i = 0; i < n && p[i]; i++)
		;
	if (i < n)
		return 0;
	for (; i < padded && !p[i]; i++)
		;
	return i == padded;
#endif
}

/* A string; see oxdr_get_string. */
static inline const uint8_t *
oxdr_get_string_at(struct oxdr_reader *r, const uint8_t *p,
    struct oxdr_arena *arena, uint32_t max, char **out_text)
{
	char *text = (char *)arena->at;
	uint32_t n;

	/* Rare: the end of message or arena is near, or it is borrowed. */
	if (oxdr_lacks(r, p, 4 + OXDR_STRING_SHORT) ||
	    arena->end - arena->at < 8 + (ptrdiff_t)OXDR_STRING_SHORT ||
	    r->budget <= OXDR_STRING_SHORT ||
	    r->flags & (OXDR_READER_BORROW | OXDR_READER_ANY_PADDING))
		return oxdr_get_string_slow_at(r, p, arena, max, out_text);
	n = oxdr_load_u32(p);
	/* Long, or wrong; the slow path says what. */
	if (n > OXDR_STRING_SHORT || n > max || !oxdr_check_string(p + 4, n))
		return oxdr_get_string_slow_at(r, p, arena, max, out_text);
	OXDR_MEMCPY(text, p + 4, OXDR_STRING_SHORT);
	text[n] = '\0';
	arena->at += (n + 8) & ~7u;
	r->budget -= (size_t)n + 1;
	*out_text = text;
	return p + 4 + ((n + 3) & ~3u);
}

static inline const uint8_t *
oxdr_get_string_secret_at(struct oxdr_reader *r, const uint8_t *p,
    struct oxdr_arena *arena, uint32_t max, char **out_text)
{
	r->at = p;
	return oxdr_get_on(r, oxdr_get_string_secret(r, arena, max, out_text));
}

/* ---- The same for r->at, as <oxdr/reader.h> says ------------------------- */

static inline int
oxdr_get_count(struct oxdr_reader *r, uint32_t max, size_t min_size,
    uint32_t *out_count)
{
	return oxdr_get_end(r, oxdr_get_count_at(r, r->at, max, min_size,
	    out_count));
}

static inline int
oxdr_get_elems(struct oxdr_reader *r, struct oxdr_arena *arena, uint32_t max,
    size_t min_size, size_t size, size_t align, uint32_t *out_count,
    void **out_values)
{
	return oxdr_get_end(r, oxdr_get_elems_at(r, r->at, arena, max,
	    min_size, size, align, out_count, out_values));
}

static inline int
oxdr_get_string(struct oxdr_reader *r, struct oxdr_arena *arena, uint32_t max,
    char **out_text)
{
	return oxdr_get_end(r, oxdr_get_string_at(r, r->at, arena, max,
	    out_text));
}

#ifdef __cplusplus
}
#endif

#endif
