/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What swap.c asks of the one file that knows this kind of CPU.
 */
#ifndef OXDR_SWAP_H
#define OXDR_SWAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Swaps as many of the first `bytes` bytes as wide instructions can do in
 * whole vectors; units are of 4 or 8 bytes.  dst and src need no alignment
 * and do not overlap.
 *
 * Returns the bytes done, a multiple of 8; swap.c does the rest.
 */
size_t oxdr_i_swap32_wide(uint8_t *dst, const uint8_t *src, size_t bytes);
size_t oxdr_i_swap64_wide(uint8_t *dst, const uint8_t *src, size_t bytes);

#endif
