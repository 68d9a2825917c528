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

#define FIRST_SLOTS 4096

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
	size_t room = t->mask ? (t->mask + 1) * 2 : FIRST_SLOTS;
	struct atom_slot *slots = oxdr_arena_take(f->mem, room * sizeof(*slots),
	    _Alignof(struct atom_slot));

	if (!slots) {
		f->nomem = true;
		return false;
	}
	memset(slots, 0, room * sizeof(*slots));
	for (size_t i = 0; t->mask && i <= t->mask; i++) {
		size_t at = t->slots[i].hash & (room - 1);

		if (!t->slots[i].atom)
			continue;
		while (slots[at].atom)
			at = (at + 1) & (room - 1);
		slots[at] = t->slots[i];
	}
	t->slots = slots;
	t->mask = room - 1;
	return true;
}

bool
idlc_i_atoms_init(struct front *f)
{
	f->atoms.seed = (uintptr_t)f * 0xd6e8feb86659fd93u;
	return grow(f);
}

/* Where a name is, or would be. */
static struct atom_slot *
find(const struct atom_table *t, const char *text, size_t n, uint32_t h)
{
	size_t at = h & t->mask;

	for (;;) {
		struct atom_slot *slot = &t->slots[at];

		if (!slot->atom || (slot->hash == h && slot->atom->n == n &&
		    memcmp(slot->atom->text, text, n) == 0))
			return slot;
		at = (at + 1) & t->mask;
	}
}

struct atom *
idlc_i_atom_find(const struct atom_table *atoms, const char *text, size_t n)
{
	return find(atoms, text, n, hash(atoms->seed, text, n))->atom;
}

struct atom *
idlc_i_atom(struct front *f, const char *text, size_t n)
{
	struct atom_table *t = &f->atoms;
	uint32_t h = hash(t->seed, text, n);
	struct atom_slot *slot = find(t, text, n, h);
	struct atom *a = slot->atom;

	if (a)
		return a;
	if (t->n >= t->mask / 2 && grow(f))
		slot = find(t, text, n, h);
	a = t->n < t->mask ? oxdr_arena_take(f->mem, sizeof(*a) + n + 1,
	    _Alignof(struct atom)) : NULL;
	if (!a) {
		f->nomem = true;
		return idlc_i_take(f, FRONT_SINK_BYTES);
	}
	memset(a, 0, sizeof(*a));
	a->n = (uint32_t)n;
	memcpy(a->text, text, n);
	a->text[n] = '\0';
	*slot = (struct atom_slot){ a, h };
	t->n++;
	return a;
}

struct atom *
idlc_i_atom_of(const char *text)
{
	return container_of((char *)(uintptr_t)text, struct atom, text);
}
