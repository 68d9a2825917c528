/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How much memory decoding a message may take, per byte of it.
 *
 * Memory is taken for what an optional points to, for the elements of a
 * variable array, for text and opaque data.  Each byte of a message belongs
 * to the fixed part of at most one pointee or element, the innermost that it
 * is in: so if each of them takes at most `elem_ratio` times the bytes that
 * it has at least, all together take at most that many times the message.
 * What has no bytes at all is paid for by the word in front of it, text and
 * opaque data by theirs and by their own bytes; each word is in front of one
 * thing.  That is `own_ratio`, and the sum of both covers every value.
 */
#include "idlc/plan/facts.h"

enum { EMPTY_ELEMENTS_MAX = 65536 };	/* no schema may have more */

static uint64_t
divide_up(uint64_t a, uint64_t b)
{
	return a / b + (a % b != 0);
}

static void
at_least(uint64_t *ratio, uint64_t least)
{
	if (*ratio < least)
		*ratio = least;
}

void
plan_i_ratio_join(struct plan_facts *all, const struct plan_facts *one)
{
	at_least(&all->elem_ratio, one->elem_ratio);
	at_least(&all->own_ratio, one->own_ratio);
}

void
plan_i_ratio_bytes(struct plan_facts *out)
{
	at_least(&out->own_ratio, 1);	/* a NUL takes the count's place */
}

void
plan_i_ratio_pointee(struct plan_facts *out, const struct plan_facts *elem)
{
	/* Nodes are taken by eights. */
	uint64_t size = plan_add(elem->c_size, 7) & ~(uint64_t)7;

	plan_i_ratio_join(out, elem);
	if (elem->wire_min)
		at_least(&out->elem_ratio, divide_up(size, elem->wire_min));
	else
		at_least(&out->own_ratio, divide_up(size, 4));
}

void
plan_i_ratio_elements(struct plan_facts *out, const struct plan_facts *elem,
    uint32_t max)
{
	uint64_t n = max < EMPTY_ELEMENTS_MAX ? max : EMPTY_ELEMENTS_MAX;

	plan_i_ratio_join(out, elem);
	if (elem->wire_min)
		at_least(&out->elem_ratio,
		    divide_up(elem->c_size, elem->wire_min));
	else
		at_least(&out->own_ratio,
		    divide_up(plan_mul(n, elem->c_size), 4));
}

uint32_t
plan_ratio(const struct plan_facts *facts)
{
	uint64_t sum = plan_add(facts->elem_ratio, facts->own_ratio);

	return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}
