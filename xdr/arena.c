/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arena: a list of chunks, and free space in the newest ordinary one.
 *
 * Chunks grow with what the arena holds, so their number stays small; a piece
 * that is large for its time gets a chunk of its own, and the free space of
 * the current chunk stays in use.  Reset learns: if one use took several
 * chunks, the next one starts with a single chunk of their sum, as far as
 * `keep` allows, and from then on a steady load allocates nothing.
 */
#include <string.h>

#include <oxdr/error.h>
#include <oxdr/mem.h>

#include "xdr/alloc.h"

#define CHUNK_LEAST ((size_t)4 << 10)
#define CHUNK_MOST ((size_t)1 << 20)

struct oxdr_chunk {
	struct oxdr_chunk *next;
	size_t bytes;		/* header included, as asked of the allocator */
};

struct oxdr_hold {
	struct oxdr_hold *next;
	void (*release)(void *ctx);
	void *ctx;
};

/* Room for the header that keeps what follows aligned for any type. */
#define CHUNK_HEADER ((sizeof(struct oxdr_chunk) + 15) & ~(size_t)15)

void
oxdr_arena_init(struct oxdr_arena *arena,
    const struct oxdr_allocator *allocator, size_t limit)
{
	memset(arena, 0, sizeof(*arena));
	arena->allocator = allocator;
	arena->limit = limit;
}

void
oxdr_arena_init_buffer(struct oxdr_arena *arena, void *buf, size_t n,
    const struct oxdr_allocator *allocator, size_t limit)
{
	oxdr_arena_init(arena, allocator, limit);
	arena->first = buf;
	arena->first_bytes = n;
	arena->at = arena->first;
	arena->end = arena->first + n;
}

static void
arena_release_holds(struct oxdr_arena *arena)
{
	struct oxdr_hold *hold = arena->holds;

	/* The entries lie in the arena itself, which outlives this loop. */
	arena->holds = NULL;
	for (; hold; hold = hold->next)
		hold->release(hold->ctx);
}

static void
arena_wipe(struct oxdr_arena *arena)
{
	if (!(arena->flags & OXDR_ARENA_SECRET))
		return;
	for (struct oxdr_chunk *c = arena->chunks; c; c = c->next)
		oxdr_wipe((uint8_t *)c + CHUNK_HEADER, c->bytes - CHUNK_HEADER);
	oxdr_wipe(arena->first, arena->first_bytes);
	arena->flags &= ~OXDR_ARENA_SECRET;
}

static void
arena_free_chunks(struct oxdr_arena *arena)
{
	struct oxdr_chunk *next;

	for (struct oxdr_chunk *c = arena->chunks; c; c = next) {
		next = c->next;
		oxdr_i_free(arena->allocator, c, c->bytes);
	}
	arena->chunks = NULL;
	arena->used = 0;
	arena->at = arena->first;
	arena->end = arena->first ? arena->first + arena->first_bytes : NULL;
}

void
oxdr_arena_reset(struct oxdr_arena *arena)
{
	size_t keep = arena->keep ? arena->keep : OXDR_ARENA_KEEP;
	struct oxdr_chunk *only = arena->chunks;

	arena_release_holds(arena);
	arena_wipe(arena);
	if (!only)
		arena->at = arena->first;
	else if (!only->next && only->bytes <= keep)
		arena->at = (uint8_t *)only + CHUNK_HEADER;
	else {
		arena->next = arena->used < keep ? arena->used : keep;
		arena_free_chunks(arena);
		return;
	}
	if (only)
		arena->end = (uint8_t *)only + only->bytes;
}

void
oxdr_arena_fini(struct oxdr_arena *arena)
{
	arena_release_holds(arena);
	arena_wipe(arena);
	arena_free_chunks(arena);
	arena->next = 0;
}

int
oxdr_arena_hold(struct oxdr_arena *arena, void (*release)(void *ctx),
    void *ctx)
{
	struct oxdr_hold *hold = oxdr_arena_take(arena, sizeof(*hold),
	    _Alignof(struct oxdr_hold));

	if (!hold)
		return oxdr_arena_error(arena, sizeof(*hold));
	hold->release = release;
	hold->ctx = ctx;
	hold->next = arena->holds;
	arena->holds = hold;
	return 0;
}

/* Takes a chunk for n more bytes, at best `want` long.  NULL: refused. */
static struct oxdr_chunk *
arena_grow(struct oxdr_arena *arena, size_t n, size_t want)
{
	size_t left = arena->limit ? arena->limit - arena->used : SIZE_MAX;
	size_t bytes = n + CHUNK_HEADER;
	struct oxdr_chunk *chunk;

	if (bytes < n || bytes > left)
		return NULL;
	if (bytes < want)
		bytes = want < left ? want : left;
	chunk = oxdr_i_alloc(arena->allocator, bytes);
	if (!chunk)
		return NULL;
	chunk->bytes = bytes;
	arena->used += bytes;
	return chunk;
}

/* How long the next ordinary chunk is. */
static size_t
arena_next_bytes(struct oxdr_arena *arena)
{
	size_t bytes = arena->used;

	if (arena->next && !arena->chunks)
		return arena->next;
	if (bytes < CHUNK_LEAST)
		return CHUNK_LEAST;
	return bytes < CHUNK_MOST ? bytes : CHUNK_MOST;
}

void *
oxdr_arena_take_slow(struct oxdr_arena *arena, size_t n, size_t align)
{
	size_t want = arena_next_bytes(arena);
	struct oxdr_chunk *chunk;
	uint8_t *mem;

	(void)align;	/* a chunk starts aligned for any type */
	if (n > SIZE_MAX - 7)
		return NULL;
	n = n ? (n + 7) & ~(size_t)7 : 8;
	if (arena->chunks && n > want / 2) {
		chunk = arena_grow(arena, n, 0);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
		return (uint8_t *)chunk + CHUNK_HEADER;
	}
	chunk = arena_grow(arena, n, want);
	if (!chunk)
		return NULL;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	mem = (uint8_t *)chunk + CHUNK_HEADER;
	arena->at = mem + n;
	arena->end = (uint8_t *)chunk + chunk->bytes;
	return mem;
}

int
oxdr_arena_error(const struct oxdr_arena *arena, size_t n)
{
	size_t left = arena->limit ? arena->limit - arena->used : SIZE_MAX;

	if (n > SIZE_MAX - CHUNK_HEADER || n + CHUNK_HEADER > left)
		return -OXDR_E_LIMIT;
	return -OXDR_E_NOMEM;
}

char *
oxdr_arena_strdup(struct oxdr_arena *arena, const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = oxdr_arena_take(arena, n, 1);

	if (copy)
		memcpy(copy, text, n);
	return copy;
}
