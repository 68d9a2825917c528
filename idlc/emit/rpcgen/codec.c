/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The XDR routines of the drop-in dialect: one for each type, which encodes,
 * decodes and frees according to the stream's operation.
 *
 * Runs of members of one unit each (and arrays of them) are coded inline:
 * one XDR_INLINE for the run, stores or loads without further checks, and
 * the routines one by one where the stream gives no buffer.
 */
#include "idlc/emit/rpcgen/classic.h"

#include <string.h>

#include "xdr/base.h"

/*
 * Where a value is.
 *
 * value     lvalue: "objp->at"
 * address   "&objp->at"
 * parts     before "_len" and "_val": "objp->at.at"
 */
struct place {
	const char *value;
	const char *address;
	const char *parts;
};

/* path: "" or what is between objp-> and the member, "pick_u." */
static struct place
member_place(struct classic *g, const struct idlc_decl *decl,
    const char *path, const char *name)
{
	const char *ident = classic_ident(g, name);
	const char *objp = classic_own(g, "objp");

	return (struct place){
		.value = classic_fmt(g, "%s->%s%s", objp, path, ident),
		.address = classic_fmt(g, "&%s->%s%s", objp, path, ident),
		.parts = decl->shape != IDLC_VARIABLE ? NULL : classic_fmt(g,
		    "%s->%s%s.%s", objp, path, ident, name)
	};
}

static struct place
alias_place(struct classic *g, const struct idlc_def *def)
{
	const char *objp = classic_own(g, "objp");

	return (struct place){
		.value = objp,
		.address = objp,
		.parts = classic_fmt(g, "%s->%s", objp, def->name)
	};
}

/* ---- One value ------------------------------------------------------ */

/* The call, without its closing bracket: "xdr_string (xdrs, &objp->s, 10". */
static void
print_call(struct classic *g, const struct idlc_decl *decl,
    const struct place *at)
{
	const char *type = classic_type(g, &decl->type);
	const char *routine = classic_routine(g, &decl->type);
	const char *bound = classic_bound(g, decl);
	const struct out_var *vars = VARS({ "type", type },
	    { "routine", routine }, { "bound", bound },
	    { "value", at->value }, { "address", at->address },
	    { "parts", at->parts ? at->parts : "" });
	bool opaque = decl->type.base == IDLC_OPAQUE;

	if (decl->type.base == IDLC_STRING)
		out(g->o, vars, "xdr_string ($xdrs$, $address$, $bound$");
	else if (decl->shape == IDLC_OPTIONAL)
		out(g->o, vars, "xdr_pointer ($xdrs$, (char **)$address$, "
		    "sizeof ($type$), (xdrproc_t) $routine$");
	else if (decl->shape == IDLC_FIXED && opaque)
		out(g->o, vars, "xdr_opaque ($xdrs$, $value$, $bound$");
	else if (decl->shape == IDLC_FIXED)
		out(g->o, vars, "xdr_vector ($xdrs$, (char *)$value$, "
		    "$bound$,\n"
		    "\tsizeof ($type$), (xdrproc_t) $routine$");
	else if (decl->shape == IDLC_VARIABLE && opaque)
		out(g->o, vars, "xdr_bytes ($xdrs$, (char **)&$parts$_val, "
		    "(u_int *) &$parts$_len, $bound$");
	else if (decl->shape == IDLC_VARIABLE)
		out(g->o, vars, "xdr_array ($xdrs$, (char **)&$parts$_val, "
		    "(u_int *) &$parts$_len, $bound$,\n"
		    "\tsizeof ($type$), (xdrproc_t) $routine$");
	else if (classic_is_array(&decl->type))
		out(g->o, vars, "$routine$ ($xdrs$, $value$");
	else
		out(g->o, vars, "$routine$ ($xdrs$, $address$");
}

static void
print_check(struct classic *g, const struct idlc_decl *decl,
    const struct place *at)
{
	out(g->o, NULL, "if (!");
	print_call(g, decl, at);
	out(g->o, NULL, "))\n"
	    "\treturn FALSE;\n");
}

/* ---- Runs ----------------------------------------------------------- */

/* What rpcgen knows the type as: of the library's names only three. */
static enum idlc_base
known_base(const struct idlc_type *type)
{
	static const char *const names[] = { "u_int", "u_long", "u_short" };

	if (type->base == IDLC_NAMED && !type->def)
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (strcmp(type->spelled, names[i]) == 0)
				return type->wire;
	return type->base;
}

/* Macros for what fits in a unit; NULL: not coded inline. */
static const char *
unit_macro(const struct idlc_decl *decl)
{
	if (decl->shape != IDLC_PLAIN && decl->shape != IDLC_FIXED)
		return NULL;
	switch (known_base(&decl->type)) {
	case IDLC_INT:
	case IDLC_LONG:
		return "LONG";
	case IDLC_UINT:
	case IDLC_ULONG:
		return "U_LONG";
	case IDLC_SHORT:
		return "SHORT";
	case IDLC_USHORT:
		return "U_SHORT";
	case IDLC_BOOL:
		return "BOOL";
	default:
		return NULL;
	}
}

/* Bytes of a run are an int for the stream. */
enum { RUN_UNITS_MAX = 1 << 20 };

static uint64_t
units(const struct idlc_decl *decl)
{
	if (!unit_macro(decl))
		return 0;
	return decl->shape == IDLC_FIXED ? decl->bound : 1;
}

/* Members from `first` up to `end` that could be coded inline together. */
struct run {
	const struct idlc_decl *end;
	uint64_t units;
	bool arrays;
};

static struct run
run_find(const struct idlc_decl *first)
{
	struct run run = { .units = 0 };
	const struct idlc_decl *m;

	for (m = first; m; m = m->next) {
		uint64_t n = units(m);

		if (n == 0 || m->size.unknown ||
		    run.units + n > RUN_UNITS_MAX)
			break;
		run.units += n;
		run.arrays |= m->shape == IDLC_FIXED;
	}
	run.end = m;
	return run;
}

/* Is a run long enough?  Those with arrays always are. */
static bool
run_pays(const struct classic *g, const struct run *run, int more)
{
	return run->units > 0 && (run->arrays ||
	    (int64_t)run->units >= (int64_t)g->options->inlined + more);
}

/*
 * rpcgen looks for one run that pays before it starts with any of a struct;
 * there the last members have to be one more.
 */
static bool
struct_pays(const struct classic *g, const struct idlc_decl *members)
{
	if (g->options->inlined == 0)
		return false;
	for (const struct idlc_decl *m = members; m;) {
		struct run run = run_find(m);

		if (run_pays(g, &run, run.end ? 0 : 1))
			return true;
		m = run.units > 0 ? run.end : m->next;
	}
	return false;
}

static void
print_unit(struct classic *g, const struct idlc_decl *m, bool put)
{
	const struct out_var *vars = VARS({ "macro", unit_macro(m) },
	    { "name", classic_ident(g, m->name) },
	    { "size", m->shape == IDLC_FIXED ? classic_bound(g, m) : "" });

	if (m->shape == IDLC_PLAIN)
		out(g->o, vars, put ?
		    "IXDR_PUT_$macro$($buf$, $objp$->$name$);\n" :
		    "$objp$->$name$ = IXDR_GET_$macro$($buf$);\n");
	else
		out(g->o, vars, put ?
		    "for ($i$ = 0; $i$ < $size$; ++$i$) {\n"
		    "\tIXDR_PUT_$macro$($buf$, $objp$->$name$[$i$]);\n"
		    "}\n" :
		    "for ($i$ = 0; $i$ < $size$; ++$i$) {\n"
		    "\t$objp$->$name$[$i$] = IXDR_GET_$macro$($buf$);\n"
		    "}\n");
}

static void
print_units(struct classic *g, const struct idlc_decl *first,
    const struct run *run, bool put)
{
	out_indent(g->o, 1);
	for (const struct idlc_decl *m = first; m != run->end; m = m->next)
		print_unit(g, m, put);
	out_indent(g->o, -1);
}

static void print_member(struct classic *g, const struct idlc_decl *m,
    const char *path, const char *name);

/* A stream that only frees has no buffers to give. */
static void
print_run(struct classic *g, const struct idlc_decl *first,
    const struct run *run)
{
	const struct out_var *vars = VARS({ "units", NUM(run->units) });

	out(g->o, vars,
	    "$buf$ = NULL;\n"
	    "if ($xdrs$->x_op != XDR_FREE)\n"
	    "\t$buf$ = XDR_INLINE ($xdrs$, $units$ * BYTES_PER_XDR_UNIT);\n"
	    "if ($buf$ == NULL) {\n");
	out_indent(g->o, 1);
	for (const struct idlc_decl *m = first; m != run->end; m = m->next)
		print_member(g, m, "", m->name);
	out_indent(g->o, -1);
	out(g->o, vars, "} else if ($xdrs$->x_op == XDR_ENCODE) {\n");
	print_units(g, first, run, true);
	out(g->o, NULL, "} else {\n");
	print_units(g, first, run, false);
	out(g->o, NULL, "}\n");
}

/* ---- Bodies --------------------------------------------------------- */

static void
print_member(struct classic *g, const struct idlc_decl *m, const char *path,
    const char *name)
{
	const struct place at = member_place(g, m, path, name);

	print_check(g, m, &at);
}

static void
print_locals(struct classic *g, const struct idlc_decl *members)
{
	bool arrays = false;

	for (const struct idlc_decl *m = members; m;) {
		struct run run = run_find(m);

		arrays |= run_pays(g, &run, 0) && run.arrays;
		m = run.units > 0 ? run.end : m->next;
	}
	out(g->o, NULL, arrays ?
	    "int32_t *$buf$;\n"
	    "int $i$;\n"
	    "\n" :
	    "int32_t *$buf$;\n"
	    "\n");
}

static void
print_struct(struct classic *g, const struct idlc_decl *members)
{
	bool inlined = struct_pays(g, members);

	if (inlined)
		print_locals(g, members);
	for (const struct idlc_decl *m = members; m;) {
		struct run run = run_find(m);

		if (inlined && run_pays(g, &run, 0)) {
			print_run(g, m, &run);
			m = run.end;
			continue;
		}
		print_member(g, m, "", m->name);
		m = m->next;
	}
}

static void
print_arm(struct classic *g, const struct idlc_def *def,
    const struct idlc_decl *decl)
{
	out_indent(g->o, 1);
	if (decl->type.base != IDLC_VOID)
		print_member(g, decl, classic_fmt(g, "%s_u.", def->name),
		    decl->name);
	out(g->o, NULL, "break;\n");
	out_indent(g->o, -1);
}

/* ---- Discriminants -------------------------------------------------- */

static const struct idlc_def *
enum_behind(const struct idlc_type *type)
{
	const struct idlc_type *end = idlc_type_resolve(type);

	return end->base == IDLC_NAMED && end->def &&
	    end->def->kind == IDLC_ENUM ? end->def : NULL;
}

static bool
has_enumerator(const struct idlc_def *def, int64_t number)
{
	for (const struct idlc_enumerator *e = def->is.enumerators; e;
	    e = e->next)
		if (e->value == number)
			return true;
	return false;
}

/*
 * Labels that the discriminant's C type can't be (rpcgen takes them) would
 * make compilers warn: such a switch is over int.
 */
static const char *
switch_cast(const struct idlc_def *def)
{
	const struct idlc_type *type = &def->is.u.disc.type;
	const struct idlc_def *behind = enum_behind(type);
	enum idlc_base base = idlc_type_resolve(type)->wire;

	if (base == IDLC_CHAR || base == IDLC_UCHAR || base == IDLC_SHORT ||
	    base == IDLC_USHORT)
		return "(int) ";
	for (const struct idlc_arm *arm = def->is.u.arms; arm; arm = arm->next)
		for (const struct idlc_label *l = arm->labels; l; l = l->next)
			if ((behind && !has_enumerator(behind, l->number)) ||
			    (base == IDLC_UINT && l->value.negative))
				return "(int) ";
	return "";
}

/* A label of more bits than its switch has as C cuts it, without C's warning. */
static const char *
label_text(struct classic *g, const struct idlc_label *label)
{
	uint64_t bits = (uint64_t)label->number;
	const struct idlc_value cut = { .negative = label->number < 0,
		.magnitude = label->number < 0 ? 0 - bits : bits };
	uint64_t most = label->value.negative ? (uint64_t)INT32_MAX + 1 :
	    UINT32_MAX;

	return classic_value(g, label->value.unknown ||
	    label->value.magnitude <= most ? &label->value : &cut);
}

static void
print_union(struct classic *g, const struct idlc_def *def)
{
	const struct idlc_decl *disc = &def->is.u.disc;

	print_member(g, disc, "", disc->name);
	out(g->o, VARS({ "cast", switch_cast(def) },
	    { "disc", classic_ident(g, disc->name) }),
	    "switch ($cast$$objp$->$disc$) {\n");
	for (const struct idlc_arm *arm = def->is.u.arms; arm;
	    arm = arm->next) {
		for (const struct idlc_label *l = arm->labels; l; l = l->next)
			out(g->o, VARS({ "label", label_text(g, l) }),
			    "case $label$:\n");
		print_arm(g, def, arm->decl);
	}
	out(g->o, NULL, "default:\n");
	if (def->is.u.other)
		print_arm(g, def, def->is.u.other);
	else
		out(g->o, NULL, "\treturn FALSE;\n");
	out(g->o, NULL, "}\n");
}

static void
print_enum(struct classic *g)
{
	out(g->o, NULL,
	    "if (!xdr_enum ($xdrs$, (enum_t *) $objp$))\n"
	    "\treturn FALSE;\n");
}

static void
print_alias(struct classic *g, const struct idlc_def *def)
{
	const struct place at = alias_place(g, def);

	print_check(g, &def->is.alias, &at);
}

/* ---- The file ------------------------------------------------------- */

static void
open_routine(struct classic *g, const char *name, const char *type,
    bool is_array)
{
	out(g->o, VARS({ "name", name }, { "type", type },
	    { "star", is_array ? "" : "*" }),
	    "\n"
	    "bool_t\n"
	    "xdr_$name$ (XDR *$xdrs$, $type$ $star$$objp$)\n"
	    "{\n");
	out_indent(g->o, 1);
}

static void
close_routine(struct classic *g)
{
	out(g->o, NULL, "return TRUE;\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

static void
print_type(struct classic *g, const struct idlc_def *def)
{
	const struct idlc_type type = { .base = IDLC_NAMED, .def = def };

	classic_guard_def(g, def);
	open_routine(g, classic_routine_of(g, def->name), classic_ident(g, def->name),
	    classic_is_array(&type));
	if (def->kind == IDLC_ENUM)
		print_enum(g);
	else if (def->kind == IDLC_STRUCT)
		print_struct(g, def->is.members);
	else if (def->kind == IDLC_UNION)
		print_union(g, def);
	else
		print_alias(g, def);
	close_routine(g);
	classic_unguard_def(g, def);
}

static void
print_bundle(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *name = classic_bundle(g, proc, version);
	unsigned position = 1;

	open_routine(g, name, name, false);
	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		print_member(g, a, "", classic_bundled(g, proc, a,
		    position++));
	}
	close_routine(g);
}

static void
print_bundles(struct classic *g, const struct idlc_def *program)
{
	for (const struct idlc_version *v = program->is.program.versions; v;
	    v = v->next) {
		classic_guard_version(g, v);
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next)
			if (p->n_args > 1)
				print_bundle(g, p, v);
		classic_unguard_version(g, v);
	}
}

void
classic_codec(struct classic *g)
{
	classic_opening(g, "");
	classic_undefine(g);
	if (g->has_quadruple)
		classic_quadruple_routine(g);
	for EACH_DEF(g, def) {
		if (!classic_is_emitted(def))
			continue;
		if (def->kind == IDLC_TEXT)
			classic_text(g, def);
		else if (def->kind == IDLC_PROGRAM)
			print_bundles(g, def);
		else if (classic_is_type(def))
			print_type(g, def);
		classic_drop(g);
	}
}
