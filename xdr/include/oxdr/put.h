/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Put with the cursor in a register: what generated code is made of.
 *
 * Each function here takes p, where the next byte goes, and gives where the
 * one after goes; NULL: the writer has the error.  w->at is not kept up to
 * date meanwhile.  So the compiler need not write the cursor to memory and
 * read it back for each value, which is slower than all that is in between.
 * oxdr_put_end() ends such a stretch; oxdr_put_on() goes on behind a function
 * that uses w->at.
 *
 * Programs use <oxdr/writer.h>, which includes this.
 */
#ifndef OXDR_PUT_H
#define OXDR_PUT_H

#include <oxdr/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The end of a stretch: 0 or the writer's error. */
static inline int
oxdr_put_end(struct oxdr_writer *w, uint8_t *p)
{
	if (!p)
		return oxdr_writer_error(w);
	w->at = p;
	return 0;
}

/* Where it goes on behind what was put into w with this result. */
static inline uint8_t *
oxdr_put_on(const struct oxdr_writer *w, int error)
{
	return error ? NULL : w->at;
}

/* Makes the writer fail. */
static inline uint8_t *
oxdr_put_refuse(struct oxdr_writer *w, int code)
{
	oxdr_writer_fail(w, code);
	return NULL;
}

/*
 * Are fewer than n bytes left in the current chunk?  For few bytes the sum is
 * compared, which takes an instruction less: nothing lies at the very end of
 * the address space.
 */
static inline int
oxdr_lacks_room(const struct oxdr_writer *w, const uint8_t *p, size_t n)
{
#ifdef __GNUC__
	if (__builtin_constant_p(n) && n <= OXDR_FEW_BYTES)
		return OXDR_UNLIKELY((uintptr_t)p + n > (uintptr_t)w->end) != 0;
#endif
	return OXDR_UNLIKELY((size_t)(w->end - p) < n) != 0;
}

/* Room for n contiguous bytes at the place that is returned. */
static inline uint8_t *
oxdr_room(struct oxdr_writer *w, uint8_t *p, size_t n)
{
	if (oxdr_lacks_room(w, p, n)) {
		w->at = p;
		return oxdr_reserve_slow(w, n);
	}
	OXDR_ASSUME(p);
	return p;
}

/* Likewise for n pieces of `size` bytes. */
static inline uint8_t *
oxdr_room_array(struct oxdr_writer *w, uint8_t *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return oxdr_put_refuse(w, OXDR_E_LIMIT);
	return oxdr_room(w, p, n * size);
}

/* The count of a variable array (RFC 4506 4.13); see oxdr_put_count. */
static inline uint8_t *
oxdr_put_count_at(struct oxdr_writer *w, uint8_t *p, uint32_t n, uint32_t max,
    const void *values)
{
	if (n > max)
		return oxdr_put_refuse(w, OXDR_E_BOUND);
	if (n && !values)
		return oxdr_put_refuse(w, OXDR_E_NULL);
	p = oxdr_room(w, p, 4);
	if (!p)
		return NULL;
	oxdr_store_u32(p, n);
	return p + 4;
}

/*
 * Copies n bytes, 1 to 32.  memcpy has to find out how many there are by
 * branches that nobody can predict; here four moves overlap as needed.
 */
static inline void
oxdr_copy_short(uint8_t *to, const uint8_t *from, size_t n)
{
	uint64_t word[4];
	uint32_t half[2];

	if (n >= 8) {
		size_t last = n - 8;
		size_t second = last < 8 ? last : 8;
		size_t third = last < 16 ? last : 16;

		OXDR_MEMCPY(&word[0], from, 8);
		OXDR_MEMCPY(&word[1], from + second, 8);
		OXDR_MEMCPY(&word[2], from + third, 8);
		OXDR_MEMCPY(&word[3], from + last, 8);
		OXDR_MEMCPY(to, &word[0], 8);
		OXDR_MEMCPY(to + second, &word[1], 8);
		OXDR_MEMCPY(to + third, &word[2], 8);
		OXDR_MEMCPY(to + last, &word[3], 8);
	} else if (n >= 4) {
		OXDR_MEMCPY(&half[0], from, 4);
		OXDR_MEMCPY(&half[1], from + n - 4, 4);
		OXDR_MEMCPY(to, &half[0], 4);
		OXDR_MEMCPY(to + n - 4, &half[1], 4);
	} else {
		to[0] = from[0];
		to[n / 2] = from[n / 2];
		to[n - 1] = from[n - 1];
	}
}

/* Fixed opaque (4.9): n bytes and zero padding. */
static inline uint8_t *
oxdr_put_opaque_at(struct oxdr_writer *w, uint8_t *p, const void *bytes,
    size_t n)
{
	if (n >= w->gather_min) {
		w->at = p;
		return oxdr_put_on(w, oxdr_put_opaque_slow(w, bytes, n));
	}
	p = oxdr_room(w, p, n + oxdr_pad(n));
	if (!p)
		return NULL;
	oxdr_store_opaque(p, bytes, n);
	return p + n + oxdr_pad(n);
}

/* Variable opaque (4.10); see oxdr_put_opaque_var. */
static inline uint8_t *
oxdr_put_opaque_var_at(struct oxdr_writer *w, uint8_t *p, const void *bytes,
    uint32_t n, uint32_t max)
{
	const uint32_t zero = 0;
	size_t padded = (n + (size_t)3) & ~(size_t)3;

	if (n > max)
		return oxdr_put_refuse(w, OXDR_E_BOUND);
	if (n - 1 >= 32) {
		p = oxdr_put_count_at(w, p, n, max, bytes);
		return p && n ? oxdr_put_opaque_at(w, p, bytes, n) : p;
	}
	if (!bytes)
		return oxdr_put_refuse(w, OXDR_E_NULL);
	if (n >= w->gather_min) {
		p = oxdr_put_count_at(w, p, n, max, bytes);
		return p ? oxdr_put_opaque_at(w, p, bytes, n) : NULL;
	}
	p = oxdr_room(w, p, 4 + padded);
	if (!p)
		return NULL;
	oxdr_store_u32(p, n);
	/* The last word first: what it does not cover is padding. */
	OXDR_MEMCPY(p + padded, &zero, 4);
	oxdr_copy_short(p + 4, (const uint8_t *)bytes, n);
	return p + 4 + padded;
}

/* String (4.11); see oxdr_put_string. */
static inline uint8_t *
oxdr_put_string_at(struct oxdr_writer *w, uint8_t *p, const char *text,
    uint32_t max)
{
	size_t n;

	if (!text)
		return oxdr_put_refuse(w, OXDR_E_NULL);
	n = OXDR_STRLEN(text);
	if (n > max)
		return oxdr_put_refuse(w, OXDR_E_BOUND);
	return oxdr_put_opaque_var_at(w, p, text, (uint32_t)n, max);
}

/* n scalars of 4 or 8 bytes, byte-swapped in bulk (4.12). */

static inline uint8_t *
oxdr_put_array32_at(struct oxdr_writer *w, uint8_t *p, const void *values,
    size_t n)
{
	w->at = p;
	return oxdr_put_on(w, oxdr_put_array32(w, values, n));
}

static inline uint8_t *
oxdr_put_array64_at(struct oxdr_writer *w, uint8_t *p, const void *values,
    size_t n)
{
	w->at = p;
	return oxdr_put_on(w, oxdr_put_array64(w, values, n));
}

/* ---- The same for w->at, as <oxdr/writer.h> says ------------------------- */

static inline int
oxdr_put_count(struct oxdr_writer *w, uint32_t n, uint32_t max,
    const void *values)
{
	return oxdr_put_end(w, oxdr_put_count_at(w, w->at, n, max, values));
}

static inline int
oxdr_put_opaque(struct oxdr_writer *w, const void *bytes, size_t n)
{
	return oxdr_put_end(w, oxdr_put_opaque_at(w, w->at, bytes, n));
}

static inline int
oxdr_put_opaque_var(struct oxdr_writer *w, const void *bytes, uint32_t n,
    uint32_t max)
{
	return oxdr_put_end(w, oxdr_put_opaque_var_at(w, w->at, bytes, n,
	    max));
}

static inline int
oxdr_put_string(struct oxdr_writer *w, const char *text, uint32_t max)
{
	return oxdr_put_end(w, oxdr_put_string_at(w, w->at, text, max));
}

#ifdef __cplusplus
}
#endif

#endif
