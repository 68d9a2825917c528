/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * C types, declarators and parameter lists of the classic files.
 *
 * A type whose definition the header has not reached yet is named by its tag
 * ("struct node"), which C allows where a pointer is made; the schema's order
 * sees to it that nothing else needs it.  A typedef of a fixed array decays
 * wherever it is a parameter or a result, at any distance.
 */
#include "idlc/emit/rpcgen/classic.h"

#include <string.h>

#include "xdr/base.h"

/* C and routine names of what rpcgen knows, by enum idlc_base. */
static const struct {
	const char *type;
	const char *routine;
} known[] = {
	[IDLC_VOID] = { "void", "xdr_void" },
	[IDLC_INT] = { "int", "xdr_int" },
	[IDLC_UINT] = { "u_int", "xdr_u_int" },
	[IDLC_HYPER] = { "quad_t", "xdr_quad_t" },
	[IDLC_UHYPER] = { "u_quad_t", "xdr_u_quad_t" },
	[IDLC_CHAR] = { "char", "xdr_char" },
	[IDLC_UCHAR] = { "u_char", "xdr_u_char" },
	[IDLC_SHORT] = { "short", "xdr_short" },
	[IDLC_USHORT] = { "u_short", "xdr_u_short" },
	[IDLC_LONG] = { "long", "xdr_long" },
	[IDLC_ULONG] = { "u_long", "xdr_u_long" },
	[IDLC_FLOAT] = { "float", "xdr_float" },
	[IDLC_DOUBLE] = { "double", "xdr_double" },
	[IDLC_QUADRUPLE] = { "quadruple", "rpcgen_quadruple" },
	[IDLC_BOOL] = { "bool_t", "xdr_bool" },
	[IDLC_STRING] = { "char *", "xdr_wrapstring" },
	[IDLC_OPAQUE] = { "char", "xdr_char" },
};

static const char *
keyword(const struct idlc_type *type)
{
	switch (type->keyword) {
	case IDLC_KW_STRUCT:
	case IDLC_KW_UNION:
		return "struct ";
	case IDLC_KW_ENUM:
		return "enum ";
	default:
		return "";
	}
}

/* The name behind "struct point". */
static const char *
bare_name(const struct idlc_type *type)
{
	const char *blank = strrchr(type->spelled, ' ');

	return blank ? blank + 1 : type->spelled;
}

const char *
classic_tagged(struct classic *g, const struct idlc_def *def)
{
	const char *ident = classic_ident(g, def->name);

	if (def->kind == IDLC_STRUCT || def->kind == IDLC_UNION)
		return classic_fmt(g, "struct %s", ident);
	return def->kind == IDLC_ENUM ? classic_fmt(g, "enum %s", ident) :
	    ident;
}

static const char *
named_type(struct classic *g, const struct idlc_type *type)
{
	const struct idlc_def *def = type->def;
	const struct name *name;

	if (!def)
		return classic_fmt(g, "%s%s", keyword(type),
		    bare_name(type));
	name = classic_name_of(def);
	return !g->in_order || (name && name->declared) ?
	    classic_ident(g, def->name) : classic_tagged(g, def);
}

const char *
classic_type(struct classic *g, const struct idlc_type *type)
{
	return type->base == IDLC_NAMED ? named_type(g, type) :
	    known[type->base].type;
}

/*
 * The library's types whose routine has another name: rpcgen's calls of these
 * reach nothing, unless `%` lines supply it.
 */
static const char *
library_routine(const struct classic *g, const char *name)
{
	static const char *const routines[][2] = {
		{ "bool_t", "bool" }, { "enum_t", "enum" },
		{ "rpcport_t", "u_int32_t" }, { "rpcproc_t", "u_int32_t" },
		{ "rpcprog_t", "u_int32_t" }, { "rpcprot_t", "u_int32_t" },
		{ "rpcvers_t", "u_int32_t" }, { "uint", "u_int" },
	};

	for (size_t i = 0; i < ARRAY_LEN(routines) && !g->has_text; i++)
		if (strcmp(name, routines[i][0]) == 0)
			return routines[i][1];
	return name;
}

const char *
classic_routine(struct classic *g, const struct idlc_type *type)
{
	if (type->base != IDLC_NAMED)
		return known[type->base].routine;
	return classic_fmt(g, "xdr_%s", type->def ?
	    classic_routine_of(g, type->def->name) :
	    library_routine(g, bare_name(type)));
}

const char *
classic_routine_of(struct classic *g, const char *name)
{
	static const char *const taken[] = { "array", "bytes", "destroy",
	    "free", "getpos", "inline", "pointer", "reference", "setpos",
	    "sizeof", "union", "vector", "wrapstring" };

	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		if (name[0] == taken[i][0] && strcmp(name, taken[i]) == 0)
			return classic_fmt(g, "%s_", name);
	/* A type called "xdr_" and the name of another one. */
	while (g->has_xdr && classic_name_find(g, classic_fmt(g, "xdr_%s",
	    name)))
		name = classic_fmt(g, "%s_", name);
	return name;
}

/* The typedef of a fixed array that `type` names; NULL: it names none. */
static const struct idlc_decl *
array_behind(const struct idlc_type *type)
{
	while (type->base == IDLC_NAMED && type->def &&
	    type->def->kind == IDLC_TYPEDEF) {
		const struct idlc_decl *alias = &type->def->is.alias;

		if (alias->shape == IDLC_FIXED)
			return alias;
		if (alias->shape != IDLC_PLAIN)
			return NULL;
		type = &alias->type;
	}
	return NULL;
}

bool
classic_is_array(const struct idlc_type *type)
{
	return array_behind(type) != NULL;
}

const char *
classic_element(struct classic *g, const struct idlc_type *type)
{
	return classic_type(g, &array_behind(type)->type);
}

const char *
classic_bound(struct classic *g, const struct idlc_decl *decl)
{
	if (decl->shape == IDLC_VARIABLE && !decl->size.text &&
	    !(decl->bounded && g->options->strict))
		return "~0";
	if (decl->shape == IDLC_VARIABLE && decl->size.magnitude > UINT32_MAX)
		return "~0";
	if (!decl->size.text)
		return classic_fmt(g, "%u", (unsigned)decl->bound);
	return classic_value(g, &decl->size);
}

/* ---- Parameters and results ----------------------------------------- */

/* In a signature a tag stays where it was written. */
static const char *
written_type(struct classic *g, const struct idlc_type *type)
{
	if (type->base == IDLC_NAMED && type->def &&
	    type->keyword != IDLC_KW_NONE)
		return classic_tagged(g, type->def);
	return classic_type(g, type);
}

const char *
classic_result_type(struct classic *g, const struct idlc_procedure *proc)
{
	const struct idlc_type *type = &proc->result.type;

	return classic_is_array(type) ? classic_element(g, type) :
	    written_type(g, type);
}

const char *
classic_value_type(struct classic *g, const struct idlc_decl *arg)
{
	const char *type = written_type(g, &arg->type);

	return arg->shape == IDLC_OPTIONAL ? classic_fmt(g, "%s *", type) :
	    type;
}

const char *
classic_pointee(struct classic *g, const struct idlc_decl *arg)
{
	return classic_is_array(&arg->type) ? classic_element(g, &arg->type) :
	    written_type(g, &arg->type);
}

/* "char *" and "b" give "char *b", "int" and "a" "int a". */
static const char *
declare(struct classic *g, const char *type, const char *name)
{
	bool is_pointer = type[strlen(type) - 1] == '*';

	return classic_fmt(g, "%s%s%s", type, is_pointer ? "" : " ", name);
}

const char *
classic_pointer(struct classic *g, const char *type)
{
	bool is_pointer = type[strlen(type) - 1] == '*';

	return classic_fmt(g, "%s%s*", type, is_pointer ? "" : " ");
}

static const char *
reference_param(struct classic *g, const struct idlc_procedure *proc,
    bool named)
{
	const char *type = classic_pointer(g, classic_pointee(g, proc->args));

	return classic_fmt(g, "%s%s", type, named ? classic_own(g, "argp") :
	    ", ");
}

static const char *
value_params(struct classic *g, const struct idlc_procedure *proc,
    bool named)
{
	const char *list = "";
	unsigned position = 1;

	if (proc->n_args == 0)
		return list;
	for (const struct idlc_decl *arg = proc->args; arg;
	    arg = arg->next, position++) {
		const char *type = classic_value_type(g, arg);
		const char *name = named ? classic_param(g, proc, arg, position) :
		    "";
		const char *end = !named ? ", " : arg->next ? ", " : "";

		list = classic_fmt(g, "%s%s%s", list,
		    declare(g, type, name), end);
	}
	return list;
}

const char *
classic_params(struct classic *g, const struct idlc_procedure *proc,
    bool named)
{
	return classic_by_value(g, proc) ? value_params(g, proc, named) :
	    reference_param(g, proc, named);
}

/* ---- Quadruple ------------------------------------------------------ */

static bool
decl_is_quadruple(const struct idlc_decl *decl)
{
	return decl->type.base == IDLC_QUADRUPLE;
}

static bool
program_uses_quadruple(const struct idlc_def *def)
{
	for (const struct idlc_version *v = def->is.program.versions; v;
	    v = v->next)
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next) {
			if (decl_is_quadruple(&p->result))
				return true;
			for (const struct idlc_decl *a = p->args; a;
			    a = a->next)
				if (decl_is_quadruple(a))
					return true;
		}
	return false;
}

static bool
union_uses_quadruple(const struct idlc_def *def)
{
	for (const struct idlc_arm *arm = def->is.u.arms; arm; arm = arm->next)
		if (decl_is_quadruple(arm->decl))
			return true;
	return def->is.u.other && decl_is_quadruple(def->is.u.other);
}

bool
classic_def_uses_quadruple(const struct idlc_def *def)
{
	switch (def->kind) {
	case IDLC_STRUCT:
		for (const struct idlc_decl *m = def->is.members; m;
		    m = m->next)
			if (decl_is_quadruple(m))
				return true;
		return false;
	case IDLC_UNION:
		return union_uses_quadruple(def);
	case IDLC_TYPEDEF:
		return decl_is_quadruple(&def->is.alias);
	case IDLC_PROGRAM:
		return program_uses_quadruple(def);
	default:
		return false;
	}
}

void
classic_quadruple_routine(struct classic *g)
{
	out(g->o, NULL,
	    "static bool_t\n"
	    "rpcgen_quadruple (XDR *$xdrs$, quadruple *$objp$)\n"
	    "{\n"
	    "\treturn xdr_opaque ($xdrs$, $objp$->bytes, "
	    "sizeof ($objp$->bytes));\n"
	    "}\n"
	    "\n");
}
