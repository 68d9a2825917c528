/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The allocator hooks' two ends, and overwriting of secrets.
 */
#include <stdlib.h>
#include <string.h>

#include "xdr/alloc.h"

void *
oxdr_i_alloc(const struct oxdr_allocator *allocator, size_t n)
{
	return allocator ? allocator->alloc(allocator->ctx, n) : malloc(n);
}

void
oxdr_i_free(const struct oxdr_allocator *allocator, void *mem, size_t n)
{
	if (!mem)
		return;
	if (allocator)
		allocator->free(allocator->ctx, mem, n);
	else
		free(mem);
}

void
oxdr_wipe(void *mem, size_t n)
{
	if (!n)
		return;
	memset(mem, 0, n);
	/* Says that the memory is read here, so that the stores stay. */
	__asm__ volatile("" : : "r"(mem) : "memory");
}
