/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walking the tree.  The walks visit one definition; anonymous bodies are
 * definitions of their own in the list, so there is no recursion.
 */
#include "idlc/front/tree.h"

static void
each(struct front *f, const struct idlc_decl *list, decl_fn *fn, void *ctx)
{
	for (const struct idlc_decl *d = list; d && !f->nomem; d = d->next)
		fn(f, MUTABLE(idlc_decl, d), ctx);
}

void
idlc_i_each_decl(struct front *f, const struct idlc_def *def, decl_fn *fn,
    void *ctx)
{
	switch (def->kind) {
	case IDLC_STRUCT:
		each(f, def->is.members, fn, ctx);
		break;
	case IDLC_UNION:
		fn(f, MUTABLE(idlc_decl, &def->is.u.disc), ctx);
		for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
			each(f, a->decl, fn, ctx);
		each(f, def->is.u.other, fn, ctx);
		break;
	case IDLC_TYPEDEF:
		fn(f, MUTABLE(idlc_decl, &def->is.alias), ctx);
		break;
	case IDLC_PROGRAM:
		for (const struct idlc_version *v = def->is.program.versions; v;
		     v = v->next) {
			for (const struct idlc_procedure *p = v->procedures; p;
			     p = p->next) {
				fn(f, MUTABLE(idlc_decl, &p->result), ctx);
				each(f, p->args, fn, ctx);
			}
		}
		break;
	default:
		break;
	}
}

struct value_walk {
	value_fn *fn;
	void *ctx;
};

static void
size_of(struct front *f, struct idlc_decl *decl, void *ctx)
{
	struct value_walk *walk = ctx;

	if (decl->size.text)
		walk->fn(f, &decl->size, walk->ctx);
}

void
idlc_i_each_value(struct front *f, const struct idlc_def *def, value_fn *fn,
    void *ctx)
{
	struct value_walk walk = { fn, ctx };

	idlc_i_each_decl(f, def, size_of, &walk);
	switch (def->kind) {
	case IDLC_CONST:
		fn(f, MUTABLE(idlc_value, &def->is.value), ctx);
		break;
	case IDLC_ENUM:
		for (const struct idlc_enumerator *e = def->is.enumerators; e;
		     e = e->next)
			if (!e->implicit)
				fn(f, MUTABLE(idlc_value, &e->written), ctx);
		break;
	case IDLC_UNION:
		for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
			for (const struct idlc_label *l = a->labels; l;
			     l = l->next)
				fn(f, MUTABLE(idlc_value, &l->value), ctx);
		break;
	case IDLC_PROGRAM:
		fn(f, MUTABLE(idlc_value, &def->is.program.written), ctx);
		for (const struct idlc_version *v = def->is.program.versions; v;
		     v = v->next) {
			fn(f, MUTABLE(idlc_value, &v->written), ctx);
			for (const struct idlc_procedure *p = v->procedures; p;
			     p = p->next)
				fn(f, MUTABLE(idlc_value, &p->written), ctx);
		}
		break;
	default:
		break;
	}
}

const struct idlc_type *
idlc_type_resolve(const struct idlc_type *type)
{
	/* A chain of typedefs that bites its tail was reported; it ends here
	 * all the same. */
	for (unsigned n = 0; n < 10000; n++) {
		const struct idlc_def *def = type->def;

		if (type->base != IDLC_NAMED || !def ||
		    def->kind != IDLC_TYPEDEF ||
		    def->is.alias.shape != IDLC_PLAIN)
			break;
		type = &def->is.alias.type;
	}
	return type;
}

const struct idlc_def *
idlc_i_def_behind(const struct idlc_type *type)
{
	type = idlc_type_resolve(type);
	return type->base == IDLC_NAMED ? type->def : NULL;
}

enum idlc_base
idlc_i_base_behind(const struct idlc_type *type)
{
	return idlc_type_resolve(type)->wire;
}

const char *
idlc_i_kind_called(const struct idlc_def *def)
{
	switch (def->kind) {
	case IDLC_CONST: return "a constant";
	case IDLC_ENUM: return "an enum";
	case IDLC_STRUCT: return "a struct";
	case IDLC_UNION: return "a union";
	case IDLC_TYPEDEF: return "a typedef";
	case IDLC_PROGRAM: return "a program";
	default: return "text";
	}
}
