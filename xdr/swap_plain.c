/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stand-in for CPUs without wide byte swaps of their own here: nothing is
 * done wide, and the loop in swap.c does it all.  On a big-endian machine
 * that loop is a copy, and compilers see it.
 */
#include "xdr/swap.h"

#if !defined(__x86_64__) && !defined(__i386__) && \
    !(defined(__aarch64__) && defined(__AARCH64EL__))

size_t
oxdr_i_swap32_wide(uint8_t *dst, const uint8_t *src, size_t bytes)
{
	(void)dst;
	(void)src;
	(void)bytes;
	return 0;
}

size_t
oxdr_i_swap64_wide(uint8_t *dst, const uint8_t *src, size_t bytes)
{
	(void)dst;
	(void)src;
	(void)bytes;
	return 0;
}

#endif
