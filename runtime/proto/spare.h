/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pieces of memory of one size that are not in use just now: what a steady
 * state runs on instead of the allocator.
 */
#ifndef ORPC_PROTO_SPARE_H
#define ORPC_PROTO_SPARE_H

#include <stddef.h>
#include <string.h>

/* Each piece starts with the address of the next. */
struct orpc_i_spare {
	void *first;
	size_t n;
};

/* A piece, or NULL when there is none. */
static inline void *
orpc_i_spare_take(struct orpc_i_spare *spare)
{
	void *mem = spare->first;

	if (mem) {
		memcpy(&spare->first, mem, sizeof(spare->first));
		spare->n--;
	}
	return mem;
}

/* Puts a piece of at least sizeof(void *) bytes aside. */
static inline void
orpc_i_spare_put(struct orpc_i_spare *spare, void *mem)
{
	memcpy(mem, &spare->first, sizeof(spare->first));
	spare->first = mem;
	spare->n++;
}

#endif
