/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reader's slow paths: memory for what a message claims, opaque data and
 * strings.
 *
 * A length is compared with its bound, then with the bytes left, and only
 * then is memory taken; the budget goes down by all that is taken.  Bytes are
 * consumed last, so after an error r->at shows where the bad item starts.
 */
#include <string.h>

#include <oxdr/reader.h>

#include "xdr/alloc.h"

int
oxdr_get_memory(struct oxdr_reader *r, struct oxdr_arena *arena, size_t count,
    size_t size, size_t align, void **out_mem)
{
	void *mem;

	if (size && count > r->budget / size)
		return -OXDR_E_LIMIT;
	mem = oxdr_arena_take(arena, count * size, align);
	if (!mem)
		return oxdr_arena_error(arena, count * size);
	r->budget -= count * size;
	*out_mem = mem;
	return 0;
}

int
oxdr_get_memory_error(const struct oxdr_reader *r,
    const struct oxdr_arena *arena, size_t size)
{
	if (r->budget < size)
		return -OXDR_E_LIMIT;
	return oxdr_arena_error(arena, size);
}

/* Checks padding behind n bytes at p: 0 or -OXDR_E_PADDING. */
static int
reader_check_padding(const struct oxdr_reader *r, const uint8_t *p, size_t n)
{
	size_t pad = oxdr_pad(n);
	uint8_t any = 0;

	for (size_t i = 0; i < pad; i++)
		any |= p[n + i];
	if (any && !(r->flags & OXDR_READER_ANY_PADDING))
		return -OXDR_E_PADDING;
	return 0;
}

/*
 * Finds n bytes and their padding at `skip` bytes from r->at, consuming
 * nothing.
 */
static int
reader_peek(const struct oxdr_reader *r, size_t skip, size_t n,
    const uint8_t **out_bytes)
{
	size_t left = oxdr_reader_left(r) - skip;

	if (n > left || oxdr_pad(n) > left - n)
		return -OXDR_E_SHORT;
	*out_bytes = skip ? r->at + skip : r->at;	/* at may be NULL */
	return reader_check_padding(r, *out_bytes, n);
}

/* Reads and checks the count of an opaque or string and finds its bytes. */
static int
reader_peek_counted(const struct oxdr_reader *r, uint32_t max, uint32_t *out_n,
    const uint8_t **out_bytes)
{
	uint32_t n;

	if (oxdr_reader_left(r) < 4)
		return -OXDR_E_SHORT;
	n = oxdr_load_u32(r->at);
	if (n > max)
		return -OXDR_E_BOUND;
	*out_n = n;
	return reader_peek(r, 4, n, out_bytes);
}

int
oxdr_get_opaque(struct oxdr_reader *r, void *out, size_t n)
{
	const uint8_t *p;
	int e = reader_peek(r, 0, n, &p);

	if (e || !n)
		return e;
	memcpy(out, p, n);
	r->at = p + n + oxdr_pad(n);
	return 0;
}

static int
reader_opaque_var(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, int borrow, char **out_bytes, uint32_t *out_n)
{
	const uint8_t *p;
	void *copy = NULL;
	uint32_t n;
	int e = reader_peek_counted(r, max, &n, &p);

	if (e)
		return e;
	if (n && borrow)
		copy = (void *)(uintptr_t)p;
	else if (n) {
		e = oxdr_get_memory(r, arena, n, 1, 1, &copy);
		if (e)
			return e;
		memcpy(copy, p, n);
	}
	r->at = p + n + oxdr_pad(n);
	*out_bytes = copy;
	*out_n = n;
	return 0;
}

static int
reader_string(struct oxdr_reader *r, struct oxdr_arena *arena, uint32_t max,
    int borrow, char **out_text)
{
	const uint8_t *p;
	void *copy = NULL;
	uint32_t n;
	int e = reader_peek_counted(r, max, &n, &p);

	if (e)
		return e;
	if (memchr(p, 0, n))
		return -OXDR_E_NUL;
	/* Padding that was not checked ends no string. */
	if (borrow && oxdr_pad(n) && !(r->flags & OXDR_READER_ANY_PADDING))
		copy = (void *)(uintptr_t)p;
	else {
		e = oxdr_get_memory(r, arena, (size_t)n + 1, 1, 1, &copy);
		if (e)
			return e;
		memcpy(copy, p, n);
		((char *)copy)[n] = '\0';
	}
	r->at = p + n + oxdr_pad(n);
	*out_text = copy;
	return 0;
}

int
oxdr_get_opaque_var_slow(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_bytes, uint32_t *out_n)
{
	return reader_opaque_var(r, arena, max,
	    r->flags & OXDR_READER_BORROW, out_bytes, out_n);
}

/* A short string that stays in the message; 0 when it is not that. */
static int
reader_borrow_short(struct oxdr_reader *r, uint32_t max, char **out_text)
{
	const uint8_t *p = r->at;
	uint32_t n;

	if (oxdr_reader_left(r) < 4 + OXDR_STRING_SHORT)
		return 0;
	n = oxdr_load_u32(p);
	if (n > OXDR_STRING_SHORT || n > max || !(n & 3) ||
	    !oxdr_check_string(p + 4, n))
		return 0;
	r->at = p + 4 + n + oxdr_pad(n);
	*out_text = (char *)(uintptr_t)(p + 4);
	return 1;
}

int
oxdr_get_string_slow(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_text)
{
	if (r->flags & OXDR_READER_BORROW &&
	    !(r->flags & OXDR_READER_ANY_PADDING) &&
	    reader_borrow_short(r, max, out_text))
		return 0;
	return reader_string(r, arena, max, r->flags & OXDR_READER_BORROW,
	    out_text);
}

int
oxdr_get_opaque_secret(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_bytes, uint32_t *out_n)
{
	oxdr_arena_mark_secret(arena);
	return reader_opaque_var(r, arena, max, 0, out_bytes, out_n);
}

int
oxdr_get_string_secret(struct oxdr_reader *r, struct oxdr_arena *arena,
    uint32_t max, char **out_text)
{
	oxdr_arena_mark_secret(arena);
	return reader_string(r, arena, max, 0, out_text);
}

int
oxdr_get_array32(struct oxdr_reader *r, void *out, size_t n)
{
	if (n > oxdr_reader_left(r) / 4)
		return -OXDR_E_SHORT;
	oxdr_swap32(out, r->at, n);
	r->at += 4 * n;
	return 0;
}

int
oxdr_get_array64(struct oxdr_reader *r, void *out, size_t n)
{
	if (n > oxdr_reader_left(r) / 8)
		return -OXDR_E_SHORT;
	oxdr_swap64(out, r->at, n);
	r->at += 8 * n;
	return 0;
}
