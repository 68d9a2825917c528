/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Programs in the header: numbers, argument structs, calls and handlers; and
 * how one argument or result looks in C, for every emitter that needs it.
 */
#include "idlc/emit/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"

/* ---- Arguments and results ---------------------------------------------- */

enum pass
program_pass(const struct idlc_decl *decl)
{
	const struct idlc_decl *d = plan_resolve(decl);

	switch (d->shape) {
	case IDLC_OPTIONAL:
		return PASS_POINTER;
	case IDLC_FIXED:
		return PASS_ARRAY;
	case IDLC_VARIABLE:
		return d->type.wire == IDLC_STRING ? PASS_STRING :
		    PASS_OBJECT;
	default:
		break;
	}
	if (d->type.wire == IDLC_VOID)
		return PASS_VOID;
	if (d->type.wire != IDLC_NAMED)
		return PASS_SCALAR;
	return d->type.def && d->type.def->kind == IDLC_ENUM ? PASS_SCALAR :
	    PASS_OBJECT;
}

/* "int32_t " or "char *": ready for a name behind it. */
static const char *
spaced(struct emit *e, const char *type)
{
	size_t n = strlen(type);

	return n > 0 && type[n - 1] == '*' ? type : JOIN(type, " ");
}

/* A typedef has no tag; a parameter of its name may stand before it. */
static const char *
visible_type(struct emit *e, const struct idlc_type *type)
{
	bool tagged = e->tags && !(type->wire == IDLC_NAMED && type->def &&
	    cname_is_local(type->def->name));

	return tagged ? ctype_tagged(e, type) : ctype_safe(e, type);
}

/* The element's type, of a fixed array or what an optional points at. */
static const char *
element_type(struct emit *e, const struct idlc_decl *decl)
{
	const struct idlc_decl *d = plan_resolve(decl);

	return d->type.wire == IDLC_OPAQUE ? "char" :
	    visible_type(e, &d->type);
}

const char *
program_type(struct emit *e, const struct idlc_decl *decl)
{
	switch (program_pass(decl)) {
	case PASS_STRING:
		return "char *";
	case PASS_POINTER:
	case PASS_ARRAY:
		return JOIN(spaced(e, element_type(e, decl)), "*");
	default:
		return visible_type(e, &decl->type);
	}
}

const char *
program_rows_cast(struct emit *e, const struct idlc_def *def)
{
	const struct idlc_decl *d;
	struct idlc_decl elem = { .shape = IDLC_PLAIN };

	if (!def || def->kind != IDLC_TYPEDEF)
		return "";
	d = plan_resolve(&def->is.alias);
	elem.type = d->type;
	if (d->shape != IDLC_FIXED || d->type.wire == IDLC_OPAQUE ||
	    plan_resolve(&elem)->shape != IDLC_FIXED)
		return "";
	return JOIN("(const ", ctype_name(e, &d->type), " *)");
}

const char *
program_param(struct emit *e, const struct idlc_decl *decl, const char *name)
{
	const char *type = program_type(e, decl);

	switch (program_pass(decl)) {
	case PASS_VOID:
		return "";
	case PASS_SCALAR:
		return JOIN(spaced(e, type), name);
	case PASS_OBJECT:
		return JOIN("const ", spaced(e, type), "*", name);
	default:
		return JOIN("const ", type, name);
	}
}

const char *
program_result(struct emit *e, const struct idlc_decl *decl)
{
	const char *type = program_type(e, decl);

	switch (program_pass(decl)) {
	case PASS_VOID:
		return "";
	case PASS_ARRAY:
		return JOIN(type, "out");
	default:
		return JOIN(spaced(e, type), "*out");
	}
}

static bool
is_given(const struct idlc_procedure *proc, const char *name)
{
	for (const struct idlc_decl *a = proc->args; a; a = a->next)
		if (a->name && strcmp(a->name, name) == 0)
			return true;
	return false;
}

/* The n-th argument, which has no name of its own: "arg2", unless another one
 * is called that. */
static const char *
numbered(struct emit *e, const struct idlc_procedure *proc, unsigned n)
{
	const char *name = JOIN("arg", emit_number(e, n));

	while (is_given(proc, name))
		name = JOIN(name, "_");
	return name;
}

const char *
program_arg_name(struct emit *e, const struct idlc_procedure *proc,
    const struct idlc_decl *arg)
{
	unsigned n = 1;

	if (arg->name)
		return cname_member(e->names, arg->name);
	if (proc->n_args == 1)
		return "arg";
	for (const struct idlc_decl *a = proc->args; a != arg; a = a->next)
		n++;
	return numbered(e, proc, n);
}

static bool
is_argument(struct emit *e, const struct idlc_procedure *proc,
    const char *name)
{
	for (const struct idlc_decl *a = proc->args; a; a = a->next)
		if (strcmp(program_arg_name(e, proc, a), name) == 0)
			return true;
	return false;
}

/* Functions and types of the library have such names. */
static bool
is_library(const char *name)
{
	return strncmp(name, "orpc_", 5) == 0 || strncmp(name, "oxdr_", 5) == 0;
}

const char *
program_param_name(struct emit *e, const struct idlc_procedure *proc,
    const struct idlc_decl *arg)
{
	const char *name = program_arg_name(e, proc, arg);

	if (!cname_hides(e->names, name) && !is_library(name))
		return name;
	do
		name = JOIN(name, "_");
	while (cname_hides(e->names, name) || is_argument(e, proc, name));
	return name;
}

const char *
program_params(struct emit *e, const struct idlc_procedure *proc)
{
	const char *text = "";

	if (proc->n_args == 0)
		return text;
	for (const struct idlc_decl *a = proc->args; a; a = a->next)
		text = JOIN(text, ",\v", program_param(e, a,
		    program_param_name(e, proc, a)));
	return text;
}

/* ---- Several arguments -------------------------------------------------- */

static void *
keep(struct emit *e, size_t n)
{
	void *mem = oxdr_arena_take(&e->args_arena, n, 16);

	if (!mem) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	return memset(mem, 0, n);
}

static const char *
keep_text(struct emit *e, const char *text)
{
	char *copy = keep(e, strlen(text) + 1);

	return strcpy(copy, text);
}

/* Copies of the arguments as members, each with a name. */
static const struct idlc_decl *
named_args(struct emit *e, const struct idlc_procedure *proc)
{
	const struct idlc_decl *first = NULL, **last = &first;
	unsigned n = 1;

	for (const struct idlc_decl *a = proc->args; a; a = a->next, n++) {
		struct idlc_decl *copy = keep(e, sizeof(*copy));

		*copy = *a;
		copy->next = NULL;
		if (!copy->name)
			copy->name = keep_text(e, numbered(e, proc, n));
		*last = copy;
		last = &copy->next;
	}
	return first;
}

const struct idlc_def *
program_args(struct emit *e, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	const char *name;
	struct args *args;

	if (proc->n_args < 2)
		return NULL;
	for (args = e->args; args; args = args->next)
		if (args->proc == proc)
			return args->def;
	args = keep(e, sizeof(*args));
	name = keep_text(e, JOIN(cname_procedure(e->names, program, version,
	    proc), "_args"));
	args->proc = proc;
	args->def = plan_struct(e->plan, name, named_args(e, proc));
	if (!args->def)
		exit(2);
	args->next = e->args;
	e->args = args;
	return args->def;
}

/* ---- Walks -------------------------------------------------------------- */

static int
compare_procedures(const void *a, const void *b)
{
	uint32_t x = (*(const struct idlc_procedure *const *)a)->number;
	uint32_t y = (*(const struct idlc_procedure *const *)b)->number;

	return (x > y) - (x < y);
}

const struct idlc_procedure **
program_sorted(const struct idlc_version *version)
{
	const struct idlc_procedure **all = calloc(version->n_procedures + 1,
	    sizeof(*all));
	size_t n = 0;

	if (!all)
		exit(2);
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		all[n++] = p;
	qsort(all, n, sizeof(*all), compare_procedures);
	return all;
}

void
program_each(struct emit *e, struct out *o, program_version_fn *each)
{
	for (size_t i = 0; i < e->n_programs; i++)
		for (const struct idlc_version *v =
		    e->programs[i]->is.program.versions; v; v = v->next) {
			each(e, o, e->programs[i], v);
			oxdr_arena_reset(&e->scratch);
		}
}

/* ---- Numbers ------------------------------------------------------------ */

/* A number's macro; several versions may have a procedure of one name. */
static void
put_number(struct emit *e, struct out *o, const char *name, uint32_t number,
    const struct idlc_value *value)
{
	struct idlc_value plain = *value;

	if (e->classic || !cname_take_macro(e->names, name))
		return;
	plain.magnitude = number;
	emit_define(e, o, name, cname_global(e->names, name), &plain);
}

static void
put_numbers(struct emit *e, struct out *o, const struct idlc_def *program)
{
	const struct idlc_version *v;

	emit_doc(e, o, program->doc);
	put_number(e, o, program->name, program->is.program.number,
	    &program->is.program.written);
	for (v = program->is.program.versions; v; v = v->next) {
		put_number(e, o, v->name, v->number, &v->written);
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next)
			if (!cname_is_member(e->names, p->name))
				put_number(e, o, p->name, p->number,
				    &p->written);
	}
	if (!e->classic)
		out(o, NULL, "\n");
}

/* ---- Calls and handlers ------------------------------------------------- */

static void
put_args(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		const struct idlc_def *args = program_args(e, program,
		    version, p);

		if (!args)
			continue;
		out(o, VARS({ "name", p->name }),
		    "/* Arguments of $name$. */\n");
		emit_args(e, o, args);
	}
}

static void
put_call(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	const char *name = cname_procedure(e->names, program, version, proc);
	const char *result = program_result(e, &proc->result);
	const char *params = program_params(e, proc);
	const char *done = "";

	if (result[0])
		done = JOIN("const ", program_pass(&proc->result) ==
		    PASS_SCALAR || program_pass(&proc->result) == PASS_OBJECT ?
		    JOIN(spaced(e, program_type(e, &proc->result)), "*") :
		    program_type(e, &proc->result), "out,\v");
	emit_doc(e, o, proc->doc);
	out(o, VARS({ "name", name }, { "params", params },
	    { "result", result[0] ? JOIN(",\v", result) : "" },
	    { "done", done }),
	    "int $name$(struct orpc_client *client,\v"
	    "struct orpc_call *call$params$$result$);\n"
	    "typedef void $name$_done(struct orpc_call *call,\vint result,\v"
	    "$done$void *ctx);\n"
	    "int $name$_async(struct orpc_client *client,\v"
	    "struct orpc_call *call$params$,\v$name$_done *on_done,\v"
	    "void *ctx);\n"
	    "\n");
}

static void
put_handlers(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const char *name = cname_version(e->names, program, version);

	out(o, VARS({ "name", name }),
	    "/*\n"
	    " * Handlers.  Each returns 0 (reply with *out), ORPC_R_...,"
	    " ORPC_LATER or\n"
	    " * ORPC_DROP; one that is NULL answers \"procedure unavailable\"."
	    "\n"
	    " */\n"
	    "struct $name$_ops {\n"
	    "\tvoid *ctx;	/* orpc_request_ctx() gives it */\n");
	e->tags = true;
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		const char *result = program_result(e, &p->result);

		out(o, VARS({ "handler", cname_handler(e->names, program,
			version, p) }, { "params", program_params(e, p) },
		    { "result", result[0] ? JOIN(",\v", result) : "" }),
		    "\tint (*$handler$)(struct orpc_request *rq$params$"
		    "$result$);\n");
	}
	e->tags = false;
	out(o, NULL, "};\n\n/* After ORPC_LATER: exactly one reply. */\n");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		const char *param = program_param(e, &p->result, "out");

		out(o, VARS({ "name", cname_procedure(e->names, program,
			version, p) },
		    { "out", param[0] ? JOIN(",\v", param) : "" }),
		    "int $name$_reply(struct orpc_request *rq$out$);\n");
	}
	out(o, VARS({ "name", name }),
	    "\n"
	    "/* Serves the handlers, which are borrowed: on a server's"
	    " listeners, or on\n"
	    " * the connection that a client opened. */\n"
	    "int $name$_serve(struct orpc_server *server,\v"
	    "const struct $name$_ops *ops);\n"
	    "int $name$_serve_on(struct orpc_client *client,\v"
	    "const struct $name$_ops *ops);\n"
	    "\n");
}

static void
put_version(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	emit_doc(e, o, version->doc);
	out(o, VARS({ "name", cname_version(e->names, program, version) }),
	    "extern const struct orpc_program $name$_program;\n"
	    "extern const struct orpc_service $name$_service;\n"
	    "\n");
	put_args(e, o, program, version);
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		put_call(e, o, program, version, p);
	put_handlers(e, o, program, version);
}

void
emit_program_header(struct emit *e, struct out *o,
    const struct idlc_def *program)
{
	put_numbers(e, o, program);
	for (const struct idlc_version *v = program->is.program.versions; v;
	    v = v->next) {
		put_version(e, o, program, v);
		oxdr_arena_reset(&e->scratch);
	}
}
