/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Members of the header's structs and unions.
 *
 * In C++ a member hides the type of its name in its whole struct
 * ("s s; s other;").  By its tag the type is still found, a typedef as a
 * global name, which C does not know.
 */
#include "idlc/emit/rpcgen/classic.h"

typedef void member_fn(struct classic *g, const struct idlc_def *def,
    const struct idlc_decl *decl, uint64_t *types);

static void
each_member(struct classic *g, const struct idlc_def *def, member_fn *fn,
    uint64_t *types)
{
	if (def->kind == IDLC_STRUCT) {
		for (const struct idlc_decl *m = def->is.members; m;
		    m = m->next)
			fn(g, def, m, types);
		return;
	}
	fn(g, def, &def->is.u.disc, types);
	for (const struct idlc_arm *arm = def->is.u.arms; arm; arm = arm->next)
		if (arm->decl)
			fn(g, def, arm->decl, types);
	if (def->is.u.other)
		fn(g, def, def->is.u.other, types);
}

/* One of 64 kinds of names: most members need no look-up. */
static uint64_t
kind_of(const char *name)
{
	return (uint64_t)1 << (((unsigned)name[0] * 5 +
	    (name[0] ? (unsigned)name[1] : 0)) & 63);
}

static void
note_type(struct classic *g, const struct idlc_def *def,
    const struct idlc_decl *decl, uint64_t *types)
{
	(void)g;
	(void)def;
	if (decl->type.def)
		*types |= kind_of(decl->type.def->name);
}

static void
note_hidden(struct classic *g, const struct idlc_def *def,
    const struct idlc_decl *decl, uint64_t *types)
{
	struct name *name;

	if (!decl->name || !(*types & kind_of(decl->name)))
		return;
	name = classic_name_find(g, decl->name);
	if (name) {
		name->hidden_in = def;
		name->hidden_by = decl;
	}
}

/* Does a member of the definition at hand have the name of the type? */
static bool
is_hidden(const struct classic *g, const struct name *name)
{
	return g->within && name->hidden_in == g->within;
}

void
classic_members_begin(struct classic *g, const struct idlc_def *def)
{
	uint64_t types = 0;

	g->within = def;
	each_member(g, def, note_type, &types);
	if (types)
		each_member(g, def, note_hidden, &types);
}

void
classic_members_end(struct classic *g)
{
	g->within = NULL;
}

static void
print_member(struct classic *g, const struct idlc_decl *decl,
    const char *name, const char *type)
{
	const char *ident = classic_ident(g, name);

	if (decl->type.base == IDLC_STRING) {
		out(g->o, VARS({ "name", ident }), "char *$name$;\n");
		return;
	}
	switch (decl->shape) {
	case IDLC_PLAIN:
		out(g->o, VARS({ "type", type }, { "name", ident }),
		    "$type$ $name$;\n");
		break;
	case IDLC_OPTIONAL:
		out(g->o, VARS({ "type", type }, { "name", ident }),
		    "$type$ *$name$;\n");
		break;
	case IDLC_FIXED:
		out(g->o, VARS({ "type", type }, { "name", ident },
		    { "size", classic_bound(g, decl) }),
		    "$type$ $name$[$size$];\n");
		break;
	case IDLC_VARIABLE:
		out(g->o, VARS({ "type", type }, { "ident", ident },
		    { "name", name }),
		    "struct {\n"
		    "\tu_int $name$_len;\n"
		    "\t$type$ *$name$_val;\n"
		    "} $ident$;\n");
		break;
	}
}

/* A line of the preprocessor's, at the margin. */
static void
directive(struct classic *g, const char *line)
{
	out_indent(g->o, -1);
	out(g->o, VARS({ "line", line }), "$line$\n");
	out_indent(g->o, 1);
}

void
classic_member(struct classic *g, const struct idlc_decl *decl,
    const char *name)
{
	const struct idlc_def *def = decl->type.def;
	const struct name *of_type = def ? classic_name_of(def) : NULL;
	const char *type;

	if (!of_type || !is_hidden(g, of_type)) {
		print_member(g, decl, name, classic_type(g, &decl->type));
		return;
	}
	type = classic_type(g, &decl->type);
	if (of_type->hidden_by == decl) {
		print_member(g, decl, name, type);
	} else if (def->kind != IDLC_TYPEDEF) {
		print_member(g, decl, name, classic_tagged(g, def));
	} else {
		directive(g, "#ifdef __cplusplus");
		print_member(g, decl, name, classic_fmt(g, "::%s", type));
		directive(g, "#else");
		print_member(g, decl, name, type);
		directive(g, "#endif");
	}
}
