/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How this library takes and gives back memory.
 */
#ifndef OXDR_ALLOC_H
#define OXDR_ALLOC_H

#include <oxdr/mem.h>

/* From the allocator, or from malloc when it is NULL.  NULL: no memory. */
void *oxdr_i_alloc(const struct oxdr_allocator *allocator, size_t n);

/* Gives back what oxdr_i_alloc gave for the same n; takes NULL. */
void oxdr_i_free(const struct oxdr_allocator *allocator, void *mem, size_t n);

#endif
