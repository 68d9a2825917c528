/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NAME.h: constants, types, and what can be called.
 *
 * Definitions stand in the order of the schema, each with its comment, its
 * functions right behind it; programs come last, as they use any type.
 */
#include <string.h>

#include "idlc/emit/emit.h"
#include "idlc/emit/program.h"

/* ---- Constants ---------------------------------------------------------- */

static bool
fits_enum(const struct idlc_value *value)
{
	return !value->is_string && value->magnitude <= INT32_MAX;
}

/* Not by the name of what is a variable in C: this may become a label. */
static const char *
integer_text(struct emit *e, const struct idlc_value *value)
{
	if (value->ref && value->text && (fits_enum(value) ||
	    !cname_is_member(e->names, value->text)))
		return cname_global(e->names, value->text);
	if (value->negative && value->magnitude > INT64_MAX)
		return "INT64_MIN";
	if (value->negative)
		return JOIN("(-", emit_number(e, value->magnitude), ")");
	if (value->magnitude > INT64_MAX)
		return JOIN("UINT64_C(", emit_number(e, value->magnitude),
		    ")");
	if (value->text && value->text[0] >= '0' && value->text[0] <= '9')
		return value->text;
	if (value->text && value->text[0] == '\'')
		return value->text;
	return emit_number(e, value->magnitude);
}

void
emit_define(struct emit *e, struct out *o, const char *name,
    const char *c_name, const struct idlc_value *value)
{
	const char *text = value->is_string ? value->text :
	    integer_text(e, value);

	/* A macro would replace the members, variables and parameters that
	 * have its name. */
	if (!cname_is_member(e->names, name))
		out(o, VARS({ "name", c_name }, { "value", text }),
		    "#define $name$ $value$\n");
	else if (fits_enum(value))
		out(o, VARS({ "name", c_name }, { "value", text }),
		    "enum { $name$ = $value$ };\n");
	else if (value->is_string)
		out(o, VARS({ "name", c_name }, { "value", text }),
		    "static const char $name$[] __attribute__((unused)) =\v$value$;\n");
	else
		out(o, VARS({ "name", c_name }, { "value", text },
		    { "type", value->negative ? "int64_t" : "uint64_t" }),
		    "static const $type$ $name$ __attribute__((unused)) =\v$value$;\n");
}

static void
put_const(struct emit *e, struct out *o, const struct idlc_def *def)
{
	emit_doc(e, o, def->doc);
	emit_define(e, o, def->name, cname_def(e->names, def),
	    &def->is.value);
}

enum { MEMBERS_MAX = 1000 };	/* looked at for one hidden typedef */

/* ---- Types -------------------------------------------------------------- */

static void
put_enum(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);

	out(o, VARS({ "name", name }), "enum $name$ {\n");
	out_indent(o, 1);
	for (const struct idlc_enumerator *n = def->is.enumerators; n;
	    n = n->next) {
		uint64_t most = n->value < 0 ? (uint64_t)-(int64_t)n->value :
		    (uint64_t)n->value;

		emit_doc(e, o, n->doc);
		out(o, VARS({ "name", cname_global(e->names, n->name) },
		    { "sign", n->value < 0 ? "-" : "" },
		    { "value", NUM(most) }, { "comma", n->next ? "," : "" }),
		    "$name$ = $sign$$value$$comma$\n");
	}
	out_indent(o, -1);
	out(o, VARS({ "name", name }), "};\ntypedef enum $name$ $name$;\n");
}

/* Has a member the name of this member's typedef?  Then C++ takes the name
 * for the member from there on. */
static bool
is_hidden(const struct idlc_def *def, const struct idlc_decl *decl)
{
	struct plan_cursor cursor = { NULL, NULL, false };
	const struct idlc_decl *d;
	unsigned n = 0;

	if (decl->type.wire != IDLC_NAMED || !decl->type.def ||
	    decl->type.def->kind != IDLC_TYPEDEF)
		return false;
	if (def->kind == IDLC_UNION && def->is.u.disc.name &&
	    strcmp(def->is.u.disc.name, decl->type.def->name) == 0)
		return true;
	while ((d = plan_next_decl(def, &cursor)) && n++ < MEMBERS_MAX)
		if (d->name && strcmp(d->name, decl->type.def->name) == 0)
			return true;
	return false;
}

static void
put_member(struct emit *e, struct out *o, const struct idlc_def *def,
    const struct idlc_decl *decl)
{
	const char *name;

	if (!plan_has_member(e->plan, decl))
		return;
	emit_doc(e, o, decl->doc);
	name = cname_member(e->names, decl->name);
	out(o, VARS({ "decl", is_hidden(def, decl) ?
	    ctype_declare_resolved(e, decl, name, decl->name) :
	    ctype_declare(e, decl, name, decl->name) }), "$decl$;\n");
}

static void
put_members(struct emit *e, struct out *o, const struct idlc_def *def)
{
	bool any = false;

	for (const struct idlc_decl *m = def->is.members; m; m = m->next) {
		any = any || plan_has_member(e->plan, m);
		put_member(e, o, def, m);
	}
	if (!any)
		out(o, NULL, "char unused_;\n");
}

static void
put_struct(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);

	out(o, VARS({ "name", name }), "struct $name$ {\n");
	out_indent(o, 1);
	put_members(e, o, def);
	out_indent(o, -1);
	out(o, VARS({ "name", name }), "};\ntypedef struct $name$ $name$;\n");
}

static bool
has_arms(struct emit *e, const struct idlc_def *def)
{
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		if (plan_has_member(e->plan, a->decl))
			return true;
	return def->is.u.other && plan_has_member(e->plan, def->is.u.other);
}

static void
put_union(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);

	out(o, VARS({ "name", name }), "struct $name$ {\n");
	out_indent(o, 1);
	put_member(e, o, def, &def->is.u.disc);
	if (has_arms(e, def)) {
		out(o, NULL, "union {\n");
		out_indent(o, 1);
		for (const struct idlc_arm *a = def->is.u.arms; a;
		    a = a->next)
			put_member(e, o, def, a->decl);
		if (def->is.u.other)
			put_member(e, o, def, def->is.u.other);
		out_indent(o, -1);
		out(o, VARS({ "name", def->name }), "} $name$_u;\n");
	}
	out_indent(o, -1);
	out(o, VARS({ "name", name }), "};\ntypedef struct $name$ $name$;\n");
}

static void
put_typedef(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const struct idlc_decl *alias = &def->is.alias;
	const char *name = cname_def(e->names, def);
	const char *text = ctype_declare(e, alias, name, def->name);
	bool pair = strncmp(text, "struct {", 8) == 0;

	out(o, VARS({ "tag", pair ? JOIN("struct ", name) : "" },
	    { "decl", pair ? text + 6 : text }), "typedef $tag$$decl$;\n");
}

/* ---- What comes with a type --------------------------------------------- */

/* A type may have the name of a parameter that stands before it. */
static const char *
param_type(struct emit *e, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);

	return cname_is_param(name) ? ctype_safe_def(e, def) : name;
}

/* The parameter of put and size; a fixed array goes by its elements. */
const char *
emit_param_type(struct emit *e, const struct idlc_def *def)
{
	const struct idlc_decl *decl;

	if (def->kind != IDLC_TYPEDEF)
		return JOIN(param_type(e, def), " *");
	decl = plan_resolve(&def->is.alias);
	if (decl->shape != IDLC_FIXED)
		return JOIN(param_type(e, def), " *");
	if (decl->type.wire == IDLC_OPAQUE)
		return "char *";
	return JOIN(decl->type.wire == IDLC_NAMED && decl->type.def ?
	    param_type(e, decl->type.def) : ctype_name(e, &decl->type), " *");
}

static void
put_functions(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const struct plan_facts *facts = plan_type(def);
	const char *name = cname_def(e->names, def);
	const char *type = emit_param_type(e, def);

	out(o, VARS({ "name", name }, { "type", type },
	    { "min", emit_constant(e, facts->wire_min) },
	    { "max", emit_constant(e, facts->wire_max) }),
	    "#define $name$_XDR_MIN $min$\n"
	    "#define $name$_XDR_MAX $max$\n"
	    "extern const struct oxdr_type $name$_xdr_type;\n"
	    "int $name$_xdr_put(struct oxdr_writer *w,\vconst $type$v);\n"
	    "int $name$_xdr_get(struct oxdr_reader *r,\v"
	    "struct oxdr_arena *arena,\v$type$v);\n"
	    "size_t $name$_xdr_size(const $type$v);\n");
	if (def->kind == IDLC_ENUM)
		out(o, VARS({ "name", name },
		    { "enum", ctype_safe_def(e, def) }),
		    "const char *$name$_xdr_name($enum$ value);\n"
		    "int $name$_xdr_from_name(const char *text,\v"
		    "$enum$ *value);\n");
	out(o, NULL, "\n");
}

void
emit_type(struct emit *e, struct out *o, const struct idlc_def *def)
{
	if (!e->classic) {
		emit_doc(e, o, def->doc);
		switch (def->kind) {
		case IDLC_ENUM:
			put_enum(e, o, def);
			break;
		case IDLC_STRUCT:
			put_struct(e, o, def);
			break;
		case IDLC_UNION:
			put_union(e, o, def);
			break;
		default:
			put_typedef(e, o, def);
			break;
		}
		out(o, NULL, "\n");
	}
	put_functions(e, o, def);
}

/* The struct of several arguments has no form in the classic header. */
void
emit_args(struct emit *e, struct out *o, const struct idlc_def *def)
{
	put_struct(e, o, def);
	out(o, NULL, "\n");
	put_functions(e, o, def);
}

bool
emit_is_type(const struct idlc_def *def)
{
	if (def->flags & (IDLC_DEF_IMPORTED | IDLC_DEF_NOTHING))
		return false;
	return def->kind == IDLC_ENUM || def->kind == IDLC_STRUCT ||
	    def->kind == IDLC_UNION || def->kind == IDLC_TYPEDEF;
}

/* ---- The file ----------------------------------------------------------- */

/* "IDLC_CALC_H": what the file name allows of it. */
static const char *
guard(struct emit *e)
{
	char *text = (char *)(uintptr_t)JOIN("IDLC_", e->stem,
	    e->classic ? "_ORPC_H" : "_H");

	for (char *c = text; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (!(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= '0' && *c <= '9'))
			*c = '_';
	}
	return text;
}

static void
put_start(struct emit *e, struct out *o, const char *guard_name)
{
	emit_banner(e, o);
	emit_doc(e, o, e->schema->doc);
	out(o, VARS({ "guard", guard_name }),
	    "#ifndef $guard$\n"
	    "#define $guard$\n"
	    "\n");
	out(o, NULL,
	    "#include <stdbool.h>\n"
	    "#include <stddef.h>\n"
	    "#include <stdint.h>\n"
	    "\n"
	    "#include <oxdr/type.h>\n");
	if (e->has_program)
		out(o, NULL,
		    "#include <orpc/client.h>\n"
		    "#include <orpc/server.h>\n");
	if (e->classic)
		out(o, VARS({ "header", e->classic }),
		    "\n"
		    "#include \"$header$\"\n");
	out(o, NULL,
	    "\n"
	    "#ifdef __cplusplus\n"
	    "extern \"C\" {\n"
	    "#endif\n"
	    "\n");
}

void
emit_header(struct emit *e, struct out *o)
{
	const char *guard_name = guard(e);
	const struct idlc_def *d, *before = NULL;

	put_start(e, o, guard_name);
	for (d = e->schema->defs; d; before = d, d = d->next) {
		if (before && before->kind == IDLC_CONST &&
		    d->kind != IDLC_CONST && !e->classic)
			out(o, NULL, "\n");
		if (d->kind == IDLC_TEXT && e->has_text)
			emit_text(o, d);
		else if (d->kind == IDLC_CONST && !e->classic &&
		    !(d->flags & IDLC_DEF_IMPORTED))
			put_const(e, o, d);
		else if (emit_is_type(d))
			emit_type(e, o, d);
		oxdr_arena_reset(&e->scratch);
	}
	if (before && before->kind == IDLC_CONST && !e->classic)
		out(o, NULL, "\n");
	for (size_t i = 0; i < e->n_programs; i++)
		emit_program_header(e, o, e->programs[i]);
	out(o, NULL,
	    "#ifdef __cplusplus\n"
	    "}\n"
	    "#endif\n"
	    "\n"
	    "#endif\n");
}
