/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NAME_svc.c: from the library's untyped handler to the program's typed one,
 * and back.
 */
#include "idlc/emit/emit.h"
#include "idlc/emit/program.h"

#include <stdlib.h>

/* One argument as the handler's parameter: from `text`, an lvalue or, for a
 * single argument, through the pointer `arg`. */
static const char *
passed(struct emit *e, const struct idlc_decl *decl, const char *member)
{
	switch (program_pass(decl)) {
	case PASS_VOID:
		return "";
	case PASS_SCALAR:
		return member ? JOIN(",\v", member) : JOIN(",\v*(const ",
		    program_type(e, decl), " *)arg");
	case PASS_STRING:
	case PASS_POINTER:
		return member ? JOIN(",\v", member) : JOIN(",\v*(",
		    program_type(e, decl), "const *)arg");
	case PASS_ARRAY:
		return member ? JOIN(",\v", member) : JOIN(",\v",
		    program_rows_cast(e, decl->type.def), "arg");
	default:
		return member ? JOIN(",\v&", member) : ",\varg";
	}
}

static const char *
all_passed(struct emit *e, const struct idlc_procedure *proc, bool several)
{
	const char *text = "";

	if (proc->n_args == 0)
		return text;
	for (const struct idlc_decl *a = proc->args; a; a = a->next)
		text = JOIN(text, passed(e, a, several ? JOIN("args->",
		    program_arg_name(e, proc, a)) : NULL));
	return text;
}

static void
put_serve(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	const char *name = cname_procedure(e->names, program, version, proc);
	const struct idlc_def *args = program_args(e, program, version, proc);
	bool has_result = program_pass(&proc->result) != PASS_VOID;

	out(o, VARS({ "name", name },
	    { "version", cname_version(e->names, program, version) },
	    { "args", args ? JOIN("\tconst ", cname_def(e->names, args),
		" *args = arg;\n") : "" },
	    { "noarg", proc->n_args == 0 ? "\t(void)arg;\n" : "" },
	    { "noout", has_result ? "" : "\t(void)out;\n" },
	    { "handler", cname_handler(e->names, program, version, proc) },
	    { "passed", all_passed(e, proc, args) },
	    { "out", has_result ? ",\vout" : "" }),
	    "static int\n"
	    "$name$_handle(struct orpc_request *rq,\vconst void *ops,\v"
	    "const void *arg,\vvoid *out)\n"
	    "{\n"
	    "\tconst struct $version$_ops *on = ops;\n"
	    "$args$"
	    "\n"
	    "$noarg$"
	    "$noout$"
	    "\tif (!on->$handler$)\n"
	    "\t\treturn ORPC_R_PROC_UNAVAIL;\n"
	    "\treturn on->$handler$(rq$passed$$out$);\n"
	    "}\n"
	    "\n");
}

static void
put_reply(struct emit *e, struct out *o, const char *name,
    const struct idlc_procedure *proc)
{
	enum pass pass = program_pass(&proc->result);
	const char *param = program_param(e, &proc->result, "out");
	const char *address = "out";

	if (pass == PASS_STRING || pass == PASS_POINTER ||
	    pass == PASS_SCALAR)
		address = "&out";
	else if (pass == PASS_VOID)
		address = "NULL";
	out(o, VARS({ "name", name }, { "address", address },
	    { "out", param[0] ? JOIN(",\v", param) : "" }),
	    "int\n"
	    "$name$_reply(struct orpc_request *rq$out$)\n"
	    "{\n"
	    "\treturn orpc_request_reply(rq, $address$);\n"
	    "}\n"
	    "\n");
}

static void
put_service(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure **procs)
{
	const char *name = cname_version(e->names, program, version);

	out(o, VARS({ "name", name }),
	    "static orpc_serve_fn *const $name$_handlers[] = {\n");
	for (uint32_t i = 0; i < version->n_procedures; i++)
		out(o, VARS({ "name", cname_procedure(e->names, program,
		    version, procs[i]) }), "\t$name$_handle,\n");
	out(o, VARS({ "name", name }),
	    "};\n"
	    "\n"
	    "const struct orpc_service $name$_service = {\n"
	    "\t.program = &$name$_program,\n"
	    "\t.serve = $name$_handlers,\n"
	    "};\n"
	    "\n"
	    "int\n"
	    "$name$_serve(struct orpc_server *server,\v"
	    "const struct $name$_ops *ops)\n"
	    "{\n"
	    "\treturn orpc_server_add(server,\v&$name$_service,\vops);\n"
	    "}\n"
	    "\n"
	    "int\n"
	    "$name$_serve_on(struct orpc_client *client,\v"
	    "const struct $name$_ops *ops)\n"
	    "{\n"
	    "\treturn orpc_client_serve(client,\v&$name$_service,\vops);\n"
	    "}\n"
	    "\n");
}

static void
put_version(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const struct idlc_procedure **procs = program_sorted(version);

	for (uint32_t i = 0; i < version->n_procedures; i++) {
		put_serve(e, o, program, version, procs[i]);
		put_reply(e, o, cname_procedure(e->names, program, version,
		    procs[i]), procs[i]);
	}
	put_service(e, o, program, version, procs);
	free(procs);
}

void
emit_server(struct emit *e, struct out *o)
{
	emit_banner(e, o);
	out(o, VARS({ "stem", e->stem }, { "orpc", e->classic ? "_orpc" : "" }),
	    "#include \"$stem$$orpc$.h\"\n"
	    "\n");
	emit_texts(e, o);
	program_each(e, o, put_version);
}
