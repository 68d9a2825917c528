/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of the front end.  Everything that the schema keeps comes from one
 * arena, everything else from a second one that goes away with the loading;
 * only arrays that grow come from the allocator itself.  When memory runs out
 * the builders go on with a scratch piece (the sink), so that they need no
 * branch for it: f->nomem ends the stage instead.
 */
#include "idlc/front/front.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
sink(struct front *f)
{
	f->nomem = true;
	memset(f->sink, 0, sizeof(f->sink));
	return f->sink;
}

static void *
take_zeroed(struct front *f, struct oxdr_arena *arena, size_t n)
{
	void *mem = oxdr_arena_take(arena, n, 8);

	if (!mem)
		return sink(f);
	return memset(mem, 0, n);
}

void *
idlc_i_take(struct front *f, size_t n)
{
	return take_zeroed(f, f->mem, n);
}

void *
idlc_i_temp(struct front *f, size_t n)
{
	return take_zeroed(f, &f->temp, n);
}

void *
idlc_i_temp_array(struct front *f, size_t n, size_t size)
{
	void *mem = NULL;

	if (size == 0 || n <= SIZE_MAX / 2 / size)
		mem = oxdr_arena_take(&f->temp, n * size, 16);
	if (!mem)
		f->nomem = true;
	return mem;
}

static const char *
copy_into(struct front *f, struct oxdr_arena *arena, const char *text, size_t n)
{
	char *mem = oxdr_arena_take(arena, n + 1, 1);

	if (!mem) {
		f->nomem = true;
		return "";
	}
	if (n)
		memcpy(mem, text, n);
	mem[n] = '\0';
	return mem;
}

const char *
idlc_i_copy(struct front *f, const char *text, size_t n)
{
	return copy_into(f, f->mem, text, n);
}

const char *
idlc_i_print(struct front *f, const char *format, ...)
{
	char buf[256];
	va_list ap;
	char *mem;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	if (n < 0)
		return "";
	if ((size_t)n < sizeof(buf))
		return copy_into(f, &f->temp, buf, (size_t)n);
	mem = oxdr_arena_take(&f->temp, (size_t)n + 1, 1);
	if (!mem) {
		f->nomem = true;
		return "";
	}
	va_start(ap, format);
	vsnprintf(mem, (size_t)n + 1, format, ap);
	va_end(ap);
	return mem;
}

static void *
heap_take(struct front *f, size_t n)
{
	if (f->allocator)
		return f->allocator->alloc(f->allocator->ctx, n);
	return malloc(n);
}

static void
heap_give(struct front *f, void *mem, size_t n)
{
	if (!mem)
		return;
	if (f->allocator)
		f->allocator->free(f->allocator->ctx, mem, n);
	else
		free(mem);
}

void *
idlc_i_array_more(struct front *f, void *array, size_t n, size_t *room,
    size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *mem;

	if (n < *room)
		return array;
	mem = more <= SIZE_MAX / 2 / size ? heap_take(f, more * size) : NULL;
	if (!mem) {
		f->nomem = true;
		return NULL;
	}
	if (n)
		memcpy(mem, array, n * size);
	heap_give(f, array, *room * size);
	*room = more;
	return mem;
}

void
idlc_i_array_free(struct front *f, void *array, size_t room, size_t size)
{
	heap_give(f, array, room * size);
}

bool
idlc_i_bytes_add(struct front *f, struct bytes *b, const char *text, size_t n)
{
	if (b->room - b->n < n) {
		size_t room = b->room ? b->room : 4096;
		char *mem;

		while (room - b->n < n && room <= SIZE_MAX / 4)
			room *= 2;
		mem = room - b->n >= n ? heap_take(f, room) : NULL;
		if (!mem) {
			f->nomem = true;
			return false;
		}
		if (b->n)
			memcpy(mem, b->text, b->n);
		heap_give(f, b->text, b->room);
		b->text = mem;
		b->room = room;
	}
	if (n)
		memcpy(b->text + b->n, text, n);
	b->n += n;
	return true;
}
