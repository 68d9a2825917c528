/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory: allocator hooks, and the arena that decoded values live in.
 *
 * An arena gives pieces by moving a pointer and takes them all back at once.
 * `struct oxdr_arena a = { 0 };` is a valid empty arena on the C library's
 * allocator; oxdr_arena_fini() ends it.  Nobody frees parts of it.
 */
#ifndef OXDR_MEM_H
#define OXDR_MEM_H

#include <stddef.h>
#include <stdint.h>

/*
 * The two functions of <string.h> that the inline parts need, without the
 * header: what it declares would take names from .x files.
 */
#ifdef __GNUC__
#define OXDR_MEMCPY __builtin_memcpy
#define OXDR_STRLEN __builtin_strlen
#else
#include <string.h>
#define OXDR_MEMCPY memcpy
#define OXDR_STRLEN strlen
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the inline functions tell compilers that listen: which way a branch
 * mostly goes, which functions are off the straight path, what holds.
 */
#ifdef __GNUC__
#define OXDR_UNLIKELY(x) __builtin_expect((x) != 0, 0)
#define OXDR_COLD __attribute__((cold))
#define OXDR_ASSUME(x) do { if (!(x)) __builtin_unreachable(); } while (0)
#else
#define OXDR_UNLIKELY(x) (x)
#define OXDR_COLD
#define OXDR_ASSUME(x) do { } while (0)
#endif

/*
 * Where memory comes from.  Both functions may be called from any thread that
 * uses an object made with this allocator.
 *
 * alloc   returns n bytes aligned for any type, or NULL; n > 0
 * free    takes back what alloc gave; n is the size that was asked for
 */
struct oxdr_allocator {
	void *(*alloc)(void *ctx, size_t n);
	void (*free)(void *ctx, void *mem, size_t n);
	void *ctx;
};

struct oxdr_chunk;
struct oxdr_hold;

/*
 * Between calls: [at, end) is free space of the newest chunk, `at` a multiple
 * of 8; `used` counts
 * bytes of all chunks taken from the allocator, never above `limit` (0: no
 * limit).  Members are for this library; callers set allocator, limit and
 * keep before first use.
 */
struct oxdr_arena {
	uint8_t *at;
	uint8_t *end;
	struct oxdr_chunk *chunks;
	struct oxdr_hold *holds;
	const struct oxdr_allocator *allocator;	/* NULL: malloc and free */
	size_t limit;
	size_t used;
	size_t keep;	/* most bytes that reset keeps; 0: OXDR_ARENA_KEEP */
	size_t next;	/* least bytes of the next chunk; 0: not decided */
	uint8_t *first;	/* the caller's memory, used before any chunk */
	size_t first_bytes;
	uint32_t flags;
};

/* Default of arena.keep. */
#define OXDR_ARENA_KEEP ((size_t)64 << 10)

/* arena.flags: memory is overwritten before it is reused or given back. */
#define OXDR_ARENA_SECRET 1u

/*
 * Starts an arena.
 *
 * allocator   borrowed until fini; NULL for malloc and free
 * limit       most bytes it may take from the allocator; 0: no limit
 */
void oxdr_arena_init(struct oxdr_arena *arena,
    const struct oxdr_allocator *allocator, size_t limit);

/*
 * Starts an arena that uses n bytes of the caller's (aligned for any type,
 * borrowed until fini) before it asks the allocator.  They don't count as
 * used.  So a small message is decoded without any allocation.
 */
void oxdr_arena_init_buffer(struct oxdr_arena *arena, void *buf, size_t n,
    const struct oxdr_allocator *allocator, size_t limit);

/*
 * Takes everything back: releases holds, and sees to it that the next use, if
 * as large as this one, is served from one chunk of at most arena->keep
 * bytes.  A secret arena is overwritten first and is no longer secret.
 */
void oxdr_arena_reset(struct oxdr_arena *arena);

/* Ends an arena: releases holds and all memory.  Then it is empty and valid. */
void oxdr_arena_fini(struct oxdr_arena *arena);

/*
 * Keeps something alive as long as the arena's contents: release(ctx) runs
 * at the next reset or fini.
 *
 * Returns 0, -OXDR_E_NOMEM or -OXDR_E_LIMIT (then release was not taken).
 */
int oxdr_arena_hold(struct oxdr_arena *arena, void (*release)(void *ctx),
    void *ctx);

/* The slow path of oxdr_arena_take: a new chunk.  NULL: no memory or limit. */
OXDR_COLD void *oxdr_arena_take_slow(struct oxdr_arena *arena, size_t n, size_t align);

/* Why take just refused n bytes: -OXDR_E_LIMIT or -OXDR_E_NOMEM. */
int oxdr_arena_error(const struct oxdr_arena *arena, size_t n);

/*
 * Takes n bytes, not cleared.
 *
 * align   a power of two, at most 8
 *
 * Returns the memory (valid until reset or fini; n 0 gives a pointer that may
 * not be read), or NULL when allocator or limit refuse.
 */
static inline void *
oxdr_arena_take(struct oxdr_arena *arena, size_t n, size_t align)
{
	size_t bytes = (n + 7) & ~(size_t)7;
	uint8_t *mem = arena->at;

	/* Every piece starts at a multiple of 8.  This one comparison is also
	 * true for n of 0 and where n + 7 has wrapped. */
	if (OXDR_UNLIKELY(bytes - 1 >= (size_t)(arena->end - mem)))
		return oxdr_arena_take_slow(arena, n, align);
	OXDR_ASSUME(mem);
	arena->at = mem + bytes;
	return mem;
}

/* Says that the arena holds a secret: it is overwritten before reuse. */
static inline void
oxdr_arena_mark_secret(struct oxdr_arena *arena)
{
	arena->flags |= OXDR_ARENA_SECRET;
}

/* Overwrites n bytes with zeros; no compiler leaves it out. */
void oxdr_wipe(void *mem, size_t n);

/* Copies a string into the arena.  NULL when there is no memory. */
char *oxdr_arena_strdup(struct oxdr_arena *arena, const char *text);

#ifdef __cplusplus
}
#endif

#endif
