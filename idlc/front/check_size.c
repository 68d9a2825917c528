/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules about sizes.  The least that a value takes on the wire is known from
 * its definition; a decoder checks an array's count against it, so elements
 * of no bytes at all must be few (design: at most 65,536).
 */
#include "idlc/front/check.h"

#include "idlc/front/report.h"

#define MAX_EMPTY_ELEMENTS 65536
#define MAX_FIXED_BYTES ((uint64_t)INT32_MAX)
#define LARGE_BYTES ((uint64_t)64 << 20)

/* The least one element takes. */
static uint64_t
element_bytes(const struct idlc_type *type)
{
	switch (type->wire) {
	case IDLC_VOID: return 0;
	case IDLC_HYPER: case IDLC_UHYPER: case IDLC_DOUBLE: return 8;
	case IDLC_QUADRUPLE: return 16;
	case IDLC_OPAQUE: return 1;
	case IDLC_STRING: return 4;
	case IDLC_NAMED:
		return type->def ? idlc_i_node(type->def)->min_bytes : 4;
	default: return 4;
	}
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a + b > MIN_BYTES_MAX ? MIN_BYTES_MAX : a + b;
}

static uint64_t
decl_bytes(const struct idlc_decl *d)
{
	uint64_t one = element_bytes(&d->type);
	uint64_t all;

	if (d->shape == IDLC_PLAIN)
		return one;
	if (d->shape != IDLC_FIXED)
		return 4;
	if (!d->size.text || d->size.unknown || one == 0)
		return 0;
	all = d->bound > MIN_BYTES_MAX / one ? MIN_BYTES_MAX : d->bound * one;
	return d->type.wire == IDLC_OPAQUE ? (all + 3) & ~(uint64_t)3 : all;
}

/* The same in C, padding and all: never less than it is. */
static uint64_t
decl_c_bytes(const struct idlc_decl *d)
{
	uint64_t one = element_bytes(&d->type);

	if (d->shape == IDLC_VARIABLE || d->shape == IDLC_OPTIONAL)
		return 16;
	if (d->type.wire == IDLC_NAMED)
		one = d->type.def ? idlc_i_node(d->type.def)->c_bytes : 8;
	if (d->shape == IDLC_PLAIN || d->size.unknown || one == 0)
		return one;
	return d->bound > MIN_BYTES_MAX / one ? MIN_BYTES_MAX : d->bound * one;
}

static bool
decl_unbounded(const struct idlc_decl *d)
{
	if (d->shape == IDLC_VARIABLE && !d->bounded)
		return true;
	return d->type.def && (idlc_i_node(d->type.def)->unbounded ||
	    (d->type.def->flags & IDLC_DEF_RECURSIVE));
}

static void
check_decl(struct front *f, struct idlc_decl *d, void *ctx)
{
	const struct idlc_def *def = ctx;
	uint64_t bytes = decl_bytes(d);

	idlc_i_node(def)->unbounded |= decl_unbounded(d);
	if (d->type.def)
		idlc_i_node(def)->too_large |=
		    idlc_i_node(d->type.def)->too_large;
	if (def->flags & IDLC_DEF_IMPORTED)
		return;
	if (d->shape == IDLC_FIXED && d->bound == 0 && d->size.text &&
	    !d->size.unknown && !d->size.negative) {
		idlc_i_warn(f, W_ZERO_SIZE, &d->size.pos,
		    "an array of no elements: it is left out in C");
	} else if (bytes > MAX_FIXED_BYTES && d->shape == IDLC_FIXED) {
		idlc_i_node(def)->too_large = true;
		idlc_i_tolerate(f, E_FIXED_SIZE, &d->size.pos,
		    "this array takes %llu bytes: no message can hold it",
		    (unsigned long long)bytes);
		idlc_i_help(f, "an array of variable size ('<N>') takes only "
		    "what is used");
	} else if (bytes > LARGE_BYTES && d->shape == IDLC_FIXED) {
		idlc_i_warn(f, W_LARGE, &d->size.pos,
		    "this array always takes %llu bytes",
		    (unsigned long long)bytes);
	} else if (d->shape == IDLC_VARIABLE && !f->tolerant &&
	    d->bound > MAX_EMPTY_ELEMENTS && d->type.wire == IDLC_NAMED &&
	    d->type.def && element_bytes(&d->type) == 0) {
		idlc_i_error(f, E_EMPTY_ELEMENT,
		    d->size.text ? &d->size.pos : &d->pos,
		    "elements of no bytes need a limit of at most %d",
		    MAX_EMPTY_ELEMENTS);
		idlc_i_note(f, &d->type.def->pos,
		    "a '%s' may be empty", d->type.spelled);
	}
}

static uint64_t
union_bytes(const struct idlc_def *def)
{
	uint64_t least = MIN_BYTES_MAX;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		if (decl_bytes(a->decl) < least)
			least = decl_bytes(a->decl);
	if (def->is.u.other && decl_bytes(def->is.u.other) < least)
		least = decl_bytes(def->is.u.other);
	return sum(element_bytes(&def->is.u.disc.type),
	    least == MIN_BYTES_MAX ? 0 : least);
}

/* The value as a whole; what one array alone makes too large was told. */
static void
check_whole(struct front *f, const struct idlc_def *def)
{
	struct def_node *n = idlc_i_node(def);

	if (n->c_bytes <= MAX_FIXED_BYTES || n->too_large || f->n_errors ||
	    (def->flags & IDLC_DEF_IMPORTED))
		return;
	n->too_large = true;
	idlc_i_tolerate(f, E_FIXED_SIZE, &def->pos,
	    "a value of '%s' takes %llu bytes: no message can hold it",
	    def->name, (unsigned long long)n->c_bytes);
	idlc_i_help(f, "an array of variable size ('<N>') takes only what is "
	    "used");
}

static uint64_t
union_c_bytes(const struct idlc_def *def)
{
	uint64_t most = 0;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		if (decl_c_bytes(a->decl) > most)
			most = decl_c_bytes(a->decl);
	if (def->is.u.other && decl_c_bytes(def->is.u.other) > most)
		most = decl_c_bytes(def->is.u.other);
	return sum(most, 16);
}

void
idlc_i_rule_sizes(struct front *f, const struct idlc_def *def)
{
	struct def_node *n = idlc_i_node(def);

	switch (def->kind) {
	case IDLC_ENUM:
		n->min_bytes = n->c_bytes = 4;
		break;
	case IDLC_STRUCT:
		for (const struct idlc_decl *d = def->is.members; d;
		     d = d->next) {
			n->min_bytes = sum(n->min_bytes, decl_bytes(d));
			n->c_bytes = sum(n->c_bytes,
			    (decl_c_bytes(d) + 7) & ~(uint64_t)7);
		}
		break;
	case IDLC_UNION:
		n->min_bytes = union_bytes(def);
		n->c_bytes = union_c_bytes(def);
		break;
	case IDLC_TYPEDEF:
		n->min_bytes = decl_bytes(&def->is.alias);
		n->c_bytes = decl_c_bytes(&def->is.alias);
		break;
	default:
		break;
	}
	idlc_i_each_decl(f, def, check_decl, MUTABLE(idlc_def, def));
	check_whole(f, def);
}
