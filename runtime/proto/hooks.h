/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Taking memory through allocator hooks that may be NULL (malloc and free).
 */
#ifndef ORPC_PROTO_HOOKS_H
#define ORPC_PROTO_HOOKS_H

#include <stddef.h>
#include <stdlib.h>

#include <oxdr/mem.h>

/* n > 0 bytes, or NULL. */
static inline void *
orpc_i_hook_alloc(const struct oxdr_allocator *hooks, size_t n)
{
	return hooks ? hooks->alloc(hooks->ctx, n) : malloc(n);
}

/* Takes back what orpc_i_hook_alloc gave for the same n; NULL is taken. */
static inline void
orpc_i_hook_free(const struct oxdr_allocator *hooks, void *mem, size_t n)
{
	if (!mem)
		return;
	if (hooks)
		hooks->free(hooks->ctx, mem, n);
	else
		free(mem);
}

#endif
