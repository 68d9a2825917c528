/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The header of the drop-in dialect: constants and types in the schema's
 * order with the `%` lines between them, then the programs, then the XDR
 * routines.
 *
 * The guard carries a sum of the text, so that two headers of one name
 * (a/foo.x and b/foo.x, foo-bar.x and foo_bar.x) can be included together;
 * the name that programs know is defined as well.
 */
#include <stdio.h>
#include <string.h>

#include "idlc/emit/rpcgen/classic.h"

/* ---- Types ---------------------------------------------------------- */

static void
close_tagged(struct classic *g, const struct idlc_def *def, const char *tag)
{
	classic_name_of(def)->declared = true;
	out(g->o, VARS({ "tag", tag },
	    { "name", classic_ident(g, def->name) }),
	    "};\n"
	    "typedef $tag$ $name$ $name$;\n"
	    "\n");
}

/* A value that was not written follows the last one that was. */
static void
print_enum(struct classic *g, const struct idlc_def *def)
{
	const struct idlc_enumerator *base = NULL;
	unsigned past = 0;

	out(g->o, VARS({ "name", classic_ident(g, def->name) }),
	    "enum $name$ {\n");
	for (const struct idlc_enumerator *e = def->is.enumerators; e;
	    e = e->next) {
		const char *value;

		if (!e->implicit) {
			base = e;
			past = 0;
			value = classic_value(g, &e->written);
		} else if (!base) {
			value = classic_fmt(g, "%u", past++);
		} else {
			value = classic_fmt(g, "%s + %u",
			    classic_value(g, &base->written), ++past);
		}
		out(g->o, VARS({ "name", classic_ident(g, e->name) },
		    { "value", value }),
		    "\t$name$ = $value$,\n");
	}
	close_tagged(g, def, "enum");
}

static void
print_struct(struct classic *g, const struct idlc_def *def)
{
	out(g->o, VARS({ "name", classic_ident(g, def->name) }),
	    "struct $name$ {\n");
	out_indent(g->o, 1);
	classic_members_begin(g, def);
	for (const struct idlc_decl *m = def->is.members; m; m = m->next)
		classic_member(g, m, m->name);
	classic_members_end(g);
	out_indent(g->o, -1);
	close_tagged(g, def, "struct");
}

static bool
is_void(const struct idlc_decl *decl)
{
	return !decl || decl->type.base == IDLC_VOID;
}

static bool
has_members(const struct idlc_def *def)
{
	for (const struct idlc_arm *arm = def->is.u.arms; arm; arm = arm->next)
		if (!is_void(arm->decl))
			return true;
	return !is_void(def->is.u.other);
}

/* A union whose arms are all void would be empty: C++ and C differ on it. */
static void
print_arms(struct classic *g, const struct idlc_def *def)
{
	if (!has_members(def))
		return;
	out(g->o, NULL, "union {\n");
	out_indent(g->o, 1);
	for (const struct idlc_arm *arm = def->is.u.arms; arm; arm = arm->next)
		if (!is_void(arm->decl))
			classic_member(g, arm->decl, arm->decl->name);
	if (!is_void(def->is.u.other))
		classic_member(g, def->is.u.other, def->is.u.other->name);
	out_indent(g->o, -1);
	out(g->o, VARS({ "name", def->name }),
	    "} $name$_u;\n");
}

static void
print_union(struct classic *g, const struct idlc_def *def)
{
	const struct idlc_decl *disc = &def->is.u.disc;

	out(g->o, VARS({ "name", classic_ident(g, def->name) }),
	    "struct $name$ {\n");
	out_indent(g->o, 1);
	classic_members_begin(g, def);
	classic_member(g, disc, disc->name);
	print_arms(g, def);
	classic_members_end(g);
	out_indent(g->o, -1);
	close_tagged(g, def, "struct");
}

static void
print_typedef(struct classic *g, const struct idlc_def *def)
{
	out(g->o, NULL, "typedef ");
	classic_member(g, &def->is.alias, def->name);
	out(g->o, NULL, "\n");
	classic_name_of(def)->declared = true;
}

/* A constant is a macro, which no macro can rename. */
static void
print_const(struct classic *g, const struct idlc_def *def)
{
	const char *value = classic_value(g, &def->is.value);
	const char *name = classic_ident(g, def->name);

	classic_name_find(g, def->name)->macro = def->is.value.text;
	out(g->o, VARS({ "name", name }, { "value", value }),
	    "#define $name$ $value$\n");
}

static void
print_type(struct classic *g, const struct idlc_def *def)
{
	classic_guard_def(g, def);
	switch (def->kind) {
	case IDLC_ENUM:
		print_enum(g, def);
		break;
	case IDLC_STRUCT:
		print_struct(g, def);
		break;
	case IDLC_UNION:
		print_union(g, def);
		break;
	default:
		print_typedef(g, def);
		break;
	}
	classic_unguard_def(g, def);
}

static void
print_definitions(struct classic *g)
{
	bool after_define = false;

	for EACH_DEF(g, def) {
		if (!classic_is_emitted(def) || def->kind == IDLC_PROGRAM)
			continue;
		if (after_define && classic_is_type(def))
			out(g->o, NULL, "\n");
		after_define = !classic_is_type(def);
		if (def->kind == IDLC_TEXT)
			classic_text(g, def);
		else if (def->kind == IDLC_CONST)
			print_const(g, def);
		else
			print_type(g, def);
		classic_drop(g);
	}
}

/* ---- Programs ------------------------------------------------------- */

/* As written, which lives as long as the schema; a constant that C calls
 * otherwise by its C name. */
static const char *
number_text(struct classic *g, const struct idlc_value *value)
{
	const char *text;
	size_t n;

	if (!value->ref || !classic_is_c_keyword(g, value->text))
		return value->text;
	text = classic_ident(g, value->text);
	n = strlen(text) + 1;
	return memcpy(classic_take(&g->name_arena, n, 1), text, n);
}

static void
define(struct classic *g, const char *text, const char *value)
{
	struct name *name = classic_name_find(g, text);
	const char *ident = classic_ident(g, text);

	/* Behind such a macro no prototype would name its function. */
	if (name->clash && classic_is_stub(g, text))
		return;
	if (name->macro && strcmp(name->macro, value) != 0)
		out(g->o, VARS({ "name", ident }), "#undef $name$\n");
	name->macro = value;
	out(g->o, VARS({ "name", ident }, { "value", value }),
	    "#define $name$ $value$\n");
}

/* What a stub gives back: "int * ", "enum clnt_stat ". */
static const char *
result_text(struct classic *g, const struct idlc_procedure *proc,
    bool for_server)
{
	const char *type = classic_result_type(g, proc);

	if (g->options->mt_safe)
		return for_server ? "bool_t " : "enum clnt_stat ";
	return classic_fmt(g, "%s ", classic_pointer(g, type));
}

/* The parameter for the result of -M: "int *, ". */
static const char *
result_param(struct classic *g, const struct idlc_procedure *proc)
{
	const char *type = classic_result_type(g, proc);

	return g->options->mt_safe ? classic_fmt(g, "%s, ",
	    classic_pointer(g, type)) : "";
}

static const char *
stub_params(struct classic *g, const struct idlc_procedure *proc,
    bool for_server)
{
	return classic_fmt(g, "%s%s%s", classic_params(g, proc, false),
	    result_param(g, proc),
	    for_server ? "struct svc_req *" : "CLIENT *");
}

/* suffix: "_svc" for the server's functions, unless -k */
static void
print_stub(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version, bool for_server, bool ansi)
{
	bool suffix = for_server && !g->options->kr;

	out(g->o, VARS({ "result", result_text(g, proc, for_server) },
	    { "stub", classic_stub(g, proc->name, version) },
	    { "suffix", suffix ? "_svc" : "" },
	    { "params", ansi ? stub_params(g, proc, for_server) : "" }),
	    "extern  $result$$stub$$suffix$($params$);\n");
}

static void
print_freeresult(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version, bool ansi)
{
	out(g->o, VARS(
	    { "stub", classic_stub(g, program->name, version) },
	    { "params", ansi ? "SVCXPRT *, xdrproc_t, caddr_t" : "" }),
	    "extern int $stub$_freeresult ($params$);\n");
}

static void
print_stubs(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version, bool ansi)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		print_stub(g, p, version, false, ansi);
		print_stub(g, p, version, true, ansi);
	}
	print_freeresult(g, program, version, ansi);
}

static void
print_one_side(struct classic *g, const struct idlc_version *version,
    bool for_server, bool ansi)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		print_stub(g, p, version, for_server, ansi);
}

/*
 * With -k the functions of client and server share their names.  Only a
 * declaration without parameters fits both; C23 and C++ have none.
 */
static void
print_shared_stubs(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version)
{
	out(g->o, NULL,
	    "#if defined(__cplusplus) || __STDC_VERSION__ > 201710L\n"
	    "#ifdef RPCGEN_SERVER_SIDE\n");
	print_one_side(g, version, true, true);
	out(g->o, NULL, "#else\n");
	print_one_side(g, version, false, true);
	out(g->o, NULL,
	    "#endif\n"
	    "#else /* K&R C */\n"
	    "#ifdef __clang__\n"
	    "#pragma clang diagnostic push\n"
	    "#if __has_warning(\"-Wdeprecated-non-prototype\")\n"
	    "#pragma clang diagnostic ignored "
	    "\"-Wdeprecated-non-prototype\"\n"
	    "#endif\n"
	    "#endif\n");
	print_one_side(g, version, false, false);
	out(g->o, NULL,
	    "#ifdef __clang__\n"
	    "#pragma clang diagnostic pop\n"
	    "#endif\n"
	    "#endif /* K&R C */\n");
	print_freeresult(g, program, version, true);
}

static void
print_tables(struct classic *g, const char *stub)
{
	if (!g->options->tables)
		return;
	out(g->o, VARS({ "stub", stub }),
	    "extern struct rpcgen_table $stub$_table[];\n"
	    "extern int $stub$_nproc;\n");
}

/* Within a program the first number of a procedure's name is its macro. */
static void
define_procedures(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		struct name *name = classic_name_find(g, p->name);

		if (name->defined_by == program)
			continue;
		name->defined_by = program;
		define(g, p->name, number_text(g, &p->written));
	}
}

static void
print_version(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version)
{
	print_tables(g, classic_stub(g, program->name, version));
	define(g, version->name, number_text(g, &version->written));
	out(g->o, NULL, "\n");
	define_procedures(g, program, version);
	classic_guard_version(g, version);
	if (g->options->kr) {
		print_shared_stubs(g, program, version);
	} else {
		out(g->o, NULL,
		    "#if defined(__STDC__) || defined(__cplusplus)\n");
		print_stubs(g, program, version, true);
		out(g->o, NULL, "\n#else /* K&R C */\n");
		print_stubs(g, program, version, false);
		out(g->o, NULL, "#endif /* K&R C */\n");
	}
	classic_unguard_version(g, version);
}

/* The arguments of a procedure that takes several, as a struct. */
static void
print_bundle(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *name = classic_bundle(g, proc, version);
	unsigned position = 1;

	out(g->o, VARS({ "name", name }),
	    "struct $name$ {\n");
	out_indent(g->o, 1);
	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		classic_member(g, a, classic_bundled(g, proc, a, position++));
	}
	out_indent(g->o, -1);
	out(g->o, VARS({ "name", name }),
	    "};\n"
	    "typedef struct $name$ $name$;\n"
	    "\n");
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

static void
print_programs(struct classic *g)
{
	for EACH_DEF(g, def) {
		if (def->kind != IDLC_PROGRAM || !classic_is_emitted(def))
			continue;
		print_bundles(g, def);
		define(g, def->name, number_text(g,
		    &def->is.program.written));
		for (const struct idlc_version *v = def->is.program.versions;
		    v; v = v->next) {
			print_version(g, def, v);
			classic_drop(g);
		}
		out(g->o, NULL, "\n");
	}
}

/* ---- XDR routines --------------------------------------------------- */

static void
print_routine(struct classic *g, const char *name, const char *params)
{
	out(g->o, VARS({ "name", name }, { "params", params }),
	    "extern  bool_t xdr_$name$ ($params$);\n");
}

static void
print_type_routine(struct classic *g, const struct idlc_def *def, bool ansi)
{
	const struct idlc_type type = { .base = IDLC_NAMED, .def = def };
	const char *star = classic_is_array(&type) ? "" : "*";

	const char *routine = classic_routine_of(g, def->name);

	if (!ansi) {
		print_routine(g, routine, "");
		return;
	}
	classic_guard_def(g, def);
	print_routine(g, routine, classic_fmt(g, "XDR *, %s%s",
	    classic_ident(g, def->name), star));
	classic_unguard_def(g, def);
}

static void
print_bundle_routines(struct classic *g, const struct idlc_def *program,
    bool ansi)
{
	for (const struct idlc_version *v = program->is.program.versions; v;
	    v = v->next)
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next) {
			const char *name = classic_bundle(g, p, v);

			if (p->n_args > 1)
				print_routine(g, name, ansi ? classic_fmt(g,
				    "XDR *, %s*", name) : "");
		}
}

static void
print_routines(struct classic *g, bool ansi)
{
	for EACH_DEF(g, def) {
		if (classic_is_type(def))
			print_type_routine(g, def, ansi);
		else if (def->kind == IDLC_PROGRAM && classic_is_emitted(def))
			print_bundle_routines(g, def, ansi);
		classic_drop(g);
	}
}

static bool
has_routines(struct classic *g)
{
	for EACH_DEF(g, def) {
		if (classic_is_type(def))
			return true;
		if (def->kind != IDLC_PROGRAM || !classic_is_emitted(def))
			continue;
		for (const struct idlc_version *v = def->is.program.versions;
		    v; v = v->next)
			for (const struct idlc_procedure *p = v->procedures;
			    p; p = p->next)
				if (p->n_args > 1)
					return true;
	}
	return false;
}

static void
print_all_routines(struct classic *g)
{
	if (!has_routines(g))
		return;
	out(g->o, NULL,
	    "/* the xdr functions */\n"
	    "\n"
	    "#if defined(__STDC__) || defined(__cplusplus)\n");
	print_routines(g, true);
	out(g->o, NULL, "\n#else /* K&R C */\n");
	print_routines(g, false);
	out(g->o, NULL, "\n#endif /* K&R C */\n\n");
}

/* ---- The file ------------------------------------------------------- */

static void
print_table_type(struct classic *g)
{
	if (!g->options->tables)
		return;
	out(g->o, NULL,
	    "#ifndef _RPCGEN_TABLE\n"
	    "#define _RPCGEN_TABLE\n"
	    "struct rpcgen_table {\n"
	    "\tchar\t*(*proc)();\n"
	    "\txdrproc_t\txdr_arg;\n"
	    "\tunsigned\tlen_arg;\n"
	    "\txdrproc_t\txdr_res;\n"
	    "\tunsigned\tlen_res;\n"
	    "};\n"
	    "#endif\n"
	    "\n");
}

static void
print_quadruple_type(struct classic *g)
{
	if (!g->has_quadruple)
		return;
	out(g->o, NULL,
	    "#ifndef _RPCGEN_QUADRUPLE\n"
	    "#define _RPCGEN_QUADRUPLE\n"
	    "typedef struct { char bytes[16]; } quadruple;\n"
	    "#endif\n"
	    "\n");
}

static void
print_body(struct classic *g)
{
	out(g->o, VARS({ "pthread", g->options->mt_safe ?
	    "\n#include <pthread.h>\n" : "" }),
	    "#include <rpc/rpc.h>\n"
	    "$pthread$"
	    "\n"
	    "\n"
	    "#ifdef __cplusplus\n"
	    "extern \"C\" {\n"
	    "#endif\n"
	    "\n");
	print_quadruple_type(g);
	print_table_type(g);
	print_definitions(g);
	print_programs(g);
	print_all_routines(g);
	out(g->o, NULL,
	    "#ifdef __cplusplus\n"
	    "}\n"
	    "#endif\n");
}

/* FNV-1a: only has to tell headers apart. */
static uint64_t
sum(const char *text, size_t n)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 1099511628211u;
	return h;
}

/* "_FOO_H_RPCGEN" of "dir/foo.x". */
static const char *
guard_name(struct classic *g)
{
	char *guard = classic_fmt(g, "_%s_H_RPCGEN", g->base);

	for (char *c = guard; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (!(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= '0' && *c <= '9'))
			*c = '_';
	}
	return guard;
}

void
classic_header(struct classic *g)
{
	struct outputs memory = OUTPUTS_INIT;
	struct out *file = g->o;
	const char *body, *guard;
	char digits[17];
	size_t n;

	g->in_order = true;
	g->o = outputs_open(&memory, NULL);
	print_body(g);
	body = out_text(g->o, &n);
	g->o = file;
	g->in_order = false;
	guard = guard_name(g);
	snprintf(digits, sizeof(digits), "%016llX",
	    (unsigned long long)sum(body, n));
	out(g->o, VARS({ "guard", guard }, { "sum", digits }),
	    "/*\n"
	    " * Please do not edit this file.\n"
	    " * It was generated using rpcgen.\n"
	    " */\n"
	    "\n"
	    "#ifndef $guard$_$sum$\n"
	    "#define $guard$_$sum$\n"
	    "#ifndef $guard$\n"
	    "#define $guard$\n"
	    "#endif\n"
	    "\n");
	out_raw(g->o, body, n);
	out(g->o, VARS({ "guard", guard }),
	    "\n"
	    "#endif /* !$guard$ */\n");
	outputs_discard(&memory);
}
