/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The plainest value of a type that can be encoded: zero, but for strings,
 * enums and unions that have no zero.
 */
#include <string.h>

#include "idlc/emit/program.h"
#include "idlc/emit/skeleton.h"

enum { DEPTH_MAX = 16 };

static bool
declares_zero(const struct idlc_def *def)
{
	for (const struct idlc_enumerator *n = def->is.enumerators; n;
	    n = n->next)
		if (n->value == 0)
			return true;
	return false;
}

/* "out" alone is the result's address. */
static const char *
member_dot(const char *at)
{
	return strcmp(at, "out") == 0 ? "->" : ".";
}

static void
put_assign(struct out *o, const char *at, const char *value)
{
	if (o)
		out(o, VARS({ "star", strcmp(at, "out") == 0 ? "*" : "" },
		    { "at", at }, { "value", value }),
		    "$star$$at$ = $value$;\n");
}

/* A union's first arm, unless zero selects one already. */
static bool
put_plain_union(struct emit *e, struct out *o, const char *at,
    const struct idlc_def *def, unsigned depth)
{
	const struct idlc_arm *arm = def->is.u.arms;
	const struct idlc_decl *disc = &def->is.u.disc, *decl = NULL;
	const struct idlc_label *l;
	bool any = false;

	for (const struct idlc_arm *a = def->is.u.arms; a && !decl;
	    a = a->next)
		for (l = a->labels; l; l = l->next)
			if (l->number == 0)
				decl = a->decl;
	if (!decl) {
		l = arm->labels;
		decl = arm->decl;
		put_assign(o, JOIN(at, member_dot(at), cname_member(e->names,
		    disc->name)), l->value.ref && l->value.text ?
		    cname_global(e->names, l->value.text) : l->number < 0 ?
		    JOIN("-", emit_number(e, (uint64_t)-l->number)) :
		    emit_constant(e, (uint64_t)l->number));
		any = true;
	}
	if (!plan_has_member(e->plan, decl))
		return any;
	return put_plain(e, o, JOIN(at, member_dot(at), def->name, "_u.",
	    cname_member(e->names, decl->name)), decl, depth) || any;
}

static bool
put_plain_struct(struct emit *e, struct out *o, const char *at,
    const struct idlc_def *def, unsigned depth)
{
	bool any = false;

	for (const struct idlc_decl *m = def->is.members; m; m = m->next)
		if (plan_has_member(e->plan, m))
			any |= put_plain(e, o, JOIN(at, member_dot(at),
			    cname_member(e->names, m->name)), m, depth);
	return any;
}

static bool
put_plain_array(struct emit *e, struct out *o, const char *at,
    const struct idlc_decl *decl, unsigned depth)
{
	struct idlc_decl elem = *decl;
	const char *i = depth == 0 ? "i" : JOIN("i", emit_number(e, depth));
	bool any;

	elem.shape = IDLC_PLAIN;
	elem.next = NULL;
	any = decl->type.wire != IDLC_OPAQUE && decl->bound > 0 &&
	    put_plain(e, NULL, at, &elem, depth + 1);
	if (!any || !o)
		return any;
	out(o, VARS({ "i", i }, { "n", NUM(decl->bound) }),
	    "for (size_t $i$ = 0; $i$ < $n$; $i$++) {\n");
	out_indent(o, 1);
	put_plain(e, o, JOIN(at, "[", i, "]"), &elem, depth + 1);
	out_indent(o, -1);
	out(o, NULL, "}\n");
	return any;
}

bool
put_plain(struct emit *e, struct out *o, const char *at,
    const struct idlc_decl *decl, unsigned depth)
{
	const struct idlc_decl *d = plan_resolve(decl);
	const struct idlc_def *def = d->type.def;

	if (depth > DEPTH_MAX)
		return false;
	if (d->shape == IDLC_FIXED)
		return put_plain_array(e, o, at, d, depth);
	if (d->shape == IDLC_VARIABLE && d->type.wire == IDLC_STRING) {
		put_assign(o, at, "\"\"");
		return true;
	}
	if (d->shape != IDLC_PLAIN || d->type.wire != IDLC_NAMED || !def)
		return false;
	switch (def->kind) {
	case IDLC_ENUM:
		if (declares_zero(def))
			return false;
		put_assign(o, at, cname_global(e->names,
		    def->is.enumerators->name));
		return true;
	case IDLC_STRUCT:
		return put_plain_struct(e, o, at, def, depth + 1);
	case IDLC_UNION:
		return put_plain_union(e, o, at, def, depth + 1);
	default:
		return false;
	}
}
