/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keyed digests: for tables that strangers fill, and to tell messages apart.
 */
#ifndef ORPC_PROTO_DIGEST_H
#define ORPC_PROTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define ORPC_I_PRIME_1 UINT64_C(0x9e3779b97f4a7c15)
#define ORPC_I_PRIME_2 UINT64_C(0xd6e8feb86659fd93)
#define ORPC_I_PRIME_3 UINT64_C(0xa0761d6478bd642f)

/* Mixes two words into one: both halves of their product. */
static inline uint64_t
orpc_i_mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 u128;
	u128 product = (u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Digest of n bytes under a seed that peers can't predict.  Fast, and not
 * cryptographic: who knows the seed can make two messages alike. */
uint64_t orpc_i_digest(uint64_t seed, const void *bytes, size_t n);

#endif
