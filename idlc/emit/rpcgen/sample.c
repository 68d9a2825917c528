/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sample client and server (-Sc, -Ss, -a): a start for one's own, which
 * compiles and runs as it is.  Every value is initialised; strings are empty,
 * as a NULL can't be sent.
 */
#include "idlc/emit/rpcgen/classic.h"

#include <string.h>
#include <strings.h>

static bool
is_void(const struct idlc_decl *decl)
{
	return decl->type.base == IDLC_VOID;
}

static bool
is_array(const struct idlc_decl *decl)
{
	return classic_is_array(&decl->type);
}

/* Is the C type a string, at first or second hand? */
static bool
is_string(const struct idlc_decl *decl)
{
	const struct idlc_type *type = &decl->type;

	while (type->base == IDLC_NAMED && type->def &&
	    type->def->kind == IDLC_TYPEDEF) {
		const struct idlc_decl *alias = &type->def->is.alias;

		if (alias->shape != IDLC_PLAIN)
			return alias->type.base == IDLC_STRING;
		type = &alias->type;
	}
	return type->base == IDLC_STRING;
}

/* Does a value begin with an array of nothing?  Then "{ 0 }" is too much. */
static bool
starts_empty(const struct idlc_decl *decl)
{
	for (;;) {
		const struct idlc_def *def = decl->type.def;

		if (decl->shape == IDLC_FIXED && decl->bound == 0)
			return true;
		if (decl->shape != IDLC_PLAIN || !def)
			return false;
		if (def->kind == IDLC_TYPEDEF)
			decl = &def->is.alias;
		else if (def->kind == IDLC_STRUCT)
			decl = def->is.members;
		else
			return false;
	}
}

/* "static inner result = { 0 };"; an automatic one without the first word. */
static void
print_variable(struct classic *g, const struct idlc_decl *decl,
    const char *type, const char *name, bool is_static)
{
	bool is_pointer = type[strlen(type) - 1] == '*';
	bool bare = !is_pointer && starts_empty(decl);

	out(g->o, VARS({ "static", is_static || bare ? "static " : "" },
	    { "type", type }, { "blank", is_pointer ? "" : " " },
	    { "name", name }, { "is", bare ? "" : " = " },
	    { "value", bare ? "" : is_string(decl) ? "\"\"" : is_pointer ?
	    "NULL" : "{ 0 }" }),
	    "$static$$type$$blank$$name$$is$$value$;\n");
}

/* ---- Server --------------------------------------------------------- */

static const char *
result_param(struct classic *g, const struct idlc_procedure *proc)
{
	return !g->options->mt_safe ? "" : classic_fmt(g, "%s%s, ",
	    classic_pointer(g, classic_result_type(g, proc)),
	    classic_own(g, "result"));
}

static void
open_service(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *params = classic_params(g, proc, true);
	const char *type = g->options->mt_safe ? "bool_t" :
	    classic_pointer(g, classic_result_type(g, proc));

	out(g->o, VARS({ "type", type },
	    { "stub", classic_stub(g, proc->name, version) },
	    { "suffix", g->options->kr ? "" : "_svc" },
	    { "params", params }, { "comma", *params ? ", " : "" },
	    { "out", result_param(g, proc) }),
	    "\n"
	    "$type$\n"
	    "$stub$$suffix$($params$$comma$$out$struct svc_req *$rqstp$)\n"
	    "{\n");
	out_indent(g->o, 1);
}

/* What the user is going to use: no warnings until then. */
static void
print_unused(struct classic *g, const struct idlc_procedure *proc)
{
	unsigned position = 1;

	if (!classic_by_value(g, proc))
		out(g->o, NULL, "(void) $argp$;\n");
	else if (proc->n_args > 0)
		for (const struct idlc_decl *a = proc->args; a; a = a->next)
			out(g->o, VARS({ "name", classic_param(g, proc, a,
			    position++) }), "(void) $name$;\n");
	if (g->options->mt_safe)
		out(g->o, NULL, "(void) $result$;\n");
	out(g->o, NULL, "(void) $rqstp$;\n");
}

static void
print_service(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *result = classic_own(g, "result");
	const char *back = classic_fmt(g, "%s%s", is_array(&proc->result) ?
	    "" : "&", result);

	open_service(g, proc, version);
	if (g->options->mt_safe) {
		out(g->o, NULL, "bool_t $retval$ = TRUE;\n");
		back = classic_own(g, "retval");
	} else if (is_void(&proc->result)) {
		out(g->o, NULL, "static char $result$;\n");
	} else {
		print_variable(g, &proc->result, classic_type(g,
		    &proc->result.type), result, true);
	}
	out(g->o, NULL,
	    "\n"
	    "/*\n"
	    " * insert server code here\n"
	    " */\n");
	print_unused(g, proc);
	out(g->o, VARS({ "cast", is_void(&proc->result) &&
	    !g->options->mt_safe ? "(void *) " : "" }, { "back", back }),
	    "\n"
	    "return $cast$$back$;\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

static void
print_freeresult(struct classic *g, const char *stub)
{
	out(g->o, VARS({ "stub", stub }),
	    "\n"
	    "int\n"
	    "$stub$_freeresult (SVCXPRT *$transp$, xdrproc_t $xdr_result$, "
	    "caddr_t $result$)\n"
	    "{\n"
	    "\t(void) $transp$;\n"
	    "\txdr_free ($xdr_result$, $result$);\n"
	    "\n"
	    "\t/*\n"
	    "\t * Insert additional freeing code here, if needed\n"
	    "\t */\n"
	    "\n"
	    "\treturn 1;\n"
	    "}\n");
}

void
classic_sample_server(struct classic *g)
{
	classic_sample_opening(g, g->options->kr ?
	    "#define RPCGEN_SERVER_SIDE\n" : "");
	classic_undefine(g);
	classic_all_text(g);
	for EACH_VERSION(g, at) {
		classic_guard_version(g, at.version);
		for (const struct idlc_procedure *p = at.version->procedures;
		    p; p = p->next)
			print_service(g, p, at.version);
		classic_unguard_version(g, at.version);
		if (g->options->mt_safe)
			print_freeresult(g, classic_stub(g, at.program->name,
			    at.version));
		classic_drop(g);
	}
}

/* ---- Client --------------------------------------------------------- */

static bool
has_procedure(const struct classic *g, const char *name)
{
	for EACH_VERSION(g, at)
		for (const struct idlc_procedure *p = at.version->procedures;
		    p; p = p->next)
			if (strcasecmp(p->name, name) == 0)
				return true;
	return false;
}

/* What results are called with a number behind: the function of a procedure
 * RESULT is result_1. */
static void
name_results(struct classic *g)
{
	g->result = has_procedure(g, "result") ? "result_" : "result";
	g->retval = has_procedure(g, "retval") ? "retval_" : "retval";
}

static const char *
numbered(struct classic *g, const char *base, unsigned number)
{
	return classic_local(g, classic_fmt(g, "%s_%u", base, number));
}

/* The variable of an argument: "add_1_arg". */
static const char *
argument(struct classic *g, const char *stub, const char *name)
{
	return classic_local(g, classic_fmt(g, "%s_%s", stub, name));
}

static void
print_result(struct classic *g, const struct idlc_procedure *proc,
    unsigned number)
{
	const char *name = numbered(g, g->result, number);

	if (!g->options->mt_safe) {
		out(g->o, VARS({ "type", classic_pointer(g,
		    classic_result_type(g, proc)) }, { "name", name }),
		    "$type$$name$;\n");
		return;
	}
	out(g->o, VARS({ "retval", numbered(g, g->retval, number) }),
	    "enum clnt_stat $retval$;\n");
	if (is_void(&proc->result))
		out(g->o, VARS({ "name", name }), "char $name$ = 0;\n");
	else if (proc->result.type.base == IDLC_STRING)
		out(g->o, VARS({ "name", name }), "char *$name$ = NULL;\n");
	else
		out(g->o, VARS({ "name", name }, { "type", classic_type(g,
		    &proc->result.type) }), "$type$ $name$;\n");
}

/* With -N a variable for each argument, else one that is pointed to. */
static void
print_arguments(struct classic *g, const struct idlc_procedure *proc,
    const char *stub)
{
	unsigned position = 1;

	if (proc->n_args == 0 && !classic_by_value(g, proc)) {
		out(g->o, VARS({ "name", argument(g, stub, "arg") }),
		    "char $name$ = 0;\n");
		return;
	}
	if (proc->n_args == 0)
		return;
	if (!classic_by_value(g, proc)) {
		print_variable(g, proc->args, classic_type(g,
		    &proc->args->type), argument(g, stub, "arg"), false);
		return;
	}
	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		const char *name = classic_bundled(g, proc, a, position++);

		print_variable(g, a, classic_value_type(g, a), argument(g,
		    stub, name), false);
	}
}

static const char *
call_arguments(struct classic *g, const struct idlc_procedure *proc,
    const char *stub)
{
	const char *list = "";
	unsigned position = 1;

	if (!classic_by_value(g, proc))
		return classic_fmt(g, "%s%s, ", is_array(proc->args) ?
		    "" : "&", argument(g, stub, "arg"));
	if (proc->n_args == 0)
		return "";
	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		list = classic_fmt(g, "%s%s, ", list, argument(g, stub,
		    classic_bundled(g, proc, a, position++)));
	}
	return list;
}

static void
print_call(struct classic *g, const struct idlc_procedure *proc,
    const char *stub, unsigned number)
{
	bool mt = g->options->mt_safe;
	const char *arguments = call_arguments(g, proc, stub);
	const char *name = numbered(g, g->result, number);
	const char *result = !mt ? "" : classic_fmt(g, "%s%s, ",
	    is_array(&proc->result) ? "" : "&", name);
	const char *type = classic_pointer(g, classic_result_type(g, proc));

	if (mt && !is_void(&proc->result))
		out(g->o, VARS({ "name", name }),
		    "memset ((char *)&$name$, 0, sizeof ($name$));\n");
	out(g->o, VARS({ "name", name }, { "stub", stub },
	    { "retval", numbered(g, g->retval, number) },
	    { "arguments", arguments }, { "result", result },
	    { "type", type }), mt ?
	    "$retval$ = $stub$($arguments$$result$$clnt$);\n"
	    "if ($retval$ != RPC_SUCCESS) {\n"
	    "\tclnt_perror ($clnt$, \"call failed\");\n"
	    "}\n" :
	    "$name$ = $stub$($arguments$$result$$clnt$);\n"
	    "if ($name$ == ($type$) NULL) {\n"
	    "\tclnt_perror ($clnt$, \"call failed\");\n"
	    "}\n");
}

static void
print_version(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version)
{
	unsigned number = 1;

	out(g->o, VARS({ "stub", classic_dispatcher(g, program, version) }),
	    "\n"
	    "\n"
	    "void\n"
	    "$stub$(char *$host$)\n"
	    "{\n");
	out_indent(g->o, 1);
	out(g->o, NULL, "CLIENT *$clnt$;\n");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		print_result(g, p, number++);
		print_arguments(g, p, classic_stub(g, p->name, version));
	}
	out(g->o, VARS({ "program", classic_number(g, program->name,
	    program->is.program.number) },
	    { "version", classic_number(g, version->name, version->number) },
	    { "nettype", g->options->ti_rpc ? "netpath" : "udp" }),
	    "\n"
	    "#ifndef\tDEBUG\n"
	    "$clnt$ = clnt_create ($host$, $program$, $version$, "
	    "\"$nettype$\");\n"
	    "if ($clnt$ == NULL) {\n"
	    "\tclnt_pcreateerror ($host$);\n"
	    "\texit (1);\n"
	    "}\n"
	    "#else\n"
	    "(void) $host$;\n"
	    "$clnt$ = NULL;\n"
	    "#endif\t/* DEBUG */\n"
	    "\n");
	number = 1;
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		print_call(g, p, classic_stub(g, p->name, version), number++);
	out(g->o, NULL,
	    "#ifndef\tDEBUG\n"
	    "clnt_destroy ($clnt$);\n"
	    "#endif\t/* DEBUG */\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

static void
print_main(struct classic *g)
{
	out(g->o, NULL,
	    "\n"
	    "\n"
	    "int\n"
	    "main (int $argc$, char *$argv$[])\n"
	    "{\n"
	    "\tchar *$host$;\n"
	    "\n"
	    "\tif ($argc$ < 2) {\n"
	    "\t\tprintf (\"usage: %s server_host\\n\", $argv$[0]);\n"
	    "\t\texit (1);\n"
	    "\t}\n"
	    "\t$host$ = $argv$[1];\n");
	for EACH_VERSION(g, at)
		out(g->o, VARS({ "stub", classic_dispatcher(g, at.program,
		    at.version) }), "\t$stub$ ($host$);\n");
	if (!classic_has_programs(g->schema))
		out(g->o, NULL, "\t(void) $host$;\n");
	out(g->o, NULL,
	    "\texit (0);\n"
	    "}\n");
}

void
classic_sample_client(struct classic *g)
{
	classic_sample_opening(g, "");
	classic_undefine(g);
	out(g->o, NULL,
	    "#include <stdio.h>\n"
	    "#include <stdlib.h>\n"
	    "#include <string.h>\n");
	classic_all_text(g);
	name_results(g);
	for EACH_VERSION(g, at) {
		classic_guard_version(g, at.version);
		print_version(g, at.program, at.version);
		classic_unguard_version(g, at.version);
		classic_drop(g);
	}
	print_main(g);
}
