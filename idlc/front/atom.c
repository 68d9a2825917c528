/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names, interned.  The scanner turns every identifier into its atom; from
 * then on the stages compare pointers, and what a name means is a member of
 * the atom, not a search.  The hash is seeded, so that no file can be made to
 * fill one bucket.
 */
#include "idlc/front/front.h"

#include <string.h>

#include "xdr/base.h"

#define FIRST_BUCKETS 1024

static uint64_t
load(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

static uint32_t
hash(uint64_t seed, const char *text, size_t n)
{
	const uint64_t odd = 0x9e3779b97f4a7c15u;
	uint64_t h = seed ^ n;

	for (; n >= 8; text += 8, n -= 8) {
		h = (h ^ load(text, 8)) * odd;
		h ^= h >> 29;
	}
	h = (h ^ load(text, n)) * odd;
	h ^= h >> 32;
	h *= odd;
	return (uint32_t)(h >> 32);
}

static bool
grow(struct front *f)
{
	struct atom_table *t = &f->atoms;
	size_t room = t->mask ? (t->mask + 1) * 2 : FIRST_BUCKETS;
	struct atom **buckets = oxdr_arena_take(f->mem, room * sizeof(*buckets),
	    sizeof(*buckets));

	if (!buckets) {
		f->nomem = true;
		return false;
	}
	memset(buckets, 0, room * sizeof(*buckets));
	for (size_t i = 0; t->mask && i <= t->mask; i++) {
		struct atom *a = t->buckets[i];

		while (a) {
			struct atom *next = a->next;
			struct atom **at = &buckets[a->hash & (room - 1)];

			a->next = *at;
			*at = a;
			a = next;
		}
	}
	t->buckets = buckets;
	t->mask = room - 1;
	return true;
}

bool
idlc_i_atoms_init(struct front *f)
{
	f->atoms.seed = (uintptr_t)f * 0xd6e8feb86659fd93u;
	return grow(f);
}

static struct atom *
find(const struct atom_table *t, const char *text, size_t n, uint32_t h)
{
	struct atom *a = t->buckets[h & t->mask];

	while (a && (a->hash != h || a->n != n || memcmp(a->text, text, n) != 0))
		a = a->next;
	return a;
}

struct atom *
idlc_i_atom_find(const struct atom_table *atoms, const char *text, size_t n)
{
	return find(atoms, text, n, hash(atoms->seed, text, n));
}

struct atom *
idlc_i_atom(struct front *f, const char *text, size_t n)
{
	struct atom_table *t = &f->atoms;
	uint32_t h = hash(t->seed, text, n);
	struct atom *a = find(t, text, n, h);

	if (a)
		return a;
	if (t->n > t->mask)
		grow(f);
	a = oxdr_arena_take(f->mem, sizeof(*a) + n + 1, _Alignof(struct atom));
	if (!a) {
		f->nomem = true;
		return idlc_i_take(f, FRONT_SINK_BYTES);
	}
	memset(a, 0, sizeof(*a));
	a->hash = h;
	a->n = (uint32_t)n;
	memcpy(a->text, text, n);
	a->text[n] = '\0';
	a->next = t->buckets[h & t->mask];
	t->buckets[h & t->mask] = a;
	t->n++;
	return a;
}

struct atom *
idlc_i_atom_of(const char *text)
{
	return container_of((char *)(uintptr_t)text, struct atom, text);
}
