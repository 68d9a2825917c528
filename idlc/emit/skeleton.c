/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A sample client and server that build and run as they are.
 *
 * The server answers every procedure with the plainest value its type has;
 * the client calls each once with the plainest argument and prints what comes
 * back.  Both are the user's from then on.
 */
#include "idlc/emit/skeleton.h"

#include <stdlib.h>
#include <string.h>

#include "idlc/emit/program.h"

/* ---- Server ------------------------------------------------------------- */

static void
put_handler(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	const char *result = program_result(e, &proc->result);
	enum pass pass = program_pass(&proc->result);

	out(o, VARS({ "name", cname_procedure(e->names, program, version,
		proc) }, { "params", program_params(e, proc) },
	    { "result", result[0] ? JOIN(",\v", result) : "" },
	    { "spelled", proc->name }),
	    "/* $spelled$ */\n"
	    "static int\n"
	    "$name$_handler(struct orpc_request *rq$params$$result$)\n"
	    "{\n");
	out_indent(o, 1);
	out(o, NULL, "(void)rq;\n");
	if (proc->n_args > 0)
		for (const struct idlc_decl *a = proc->args; a; a = a->next)
			out(o, VARS({ "arg", program_param_name(e, proc,
			    a) }), "(void)$arg$;\n");
	if (pass != PASS_VOID)
		out(o, NULL, "/* *out is zeroed: fill it in. */\n");
	if (pass != PASS_VOID && !put_plain(e, o, "out", &proc->result, 0))
		out(o, NULL, "(void)out;\n");
	out(o, NULL, "return 0;\n");
	out_indent(o, -1);
	out(o, NULL, "}\n\n");
}

static void
put_handlers(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const char *name = cname_version(e->names, program, version);

	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		put_handler(e, o, program, version, p);
	out(o, VARS({ "name", name }),
	    "static const struct $name$_ops $name$_handlers = {\n");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		out(o, VARS({ "handler", cname_handler(e->names, program,
			version, p) }, { "name", cname_procedure(e->names,
			program, version, p) }),
		    "\t.$handler$ = $name$_handler,\n");
	out(o, NULL, "};\n\n");
}

static void
put_serve(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	out(o, VARS({ "name", cname_version(e->names, program, version) }),
	    "\tif (result == 0)\n"
	    "\t\tresult = $name$_serve(running, &$name$_handlers);\n");
}

static void
put_server_top(struct emit *e, struct out *o)
{
	out(o, VARS({ "stem", e->stem }, { "orpc", e->classic ? "_orpc" : "" }),
	    "/*\n"
	    " * Serves $stem$.x: a start, written by idlc once; it is yours.\n"
	    " */\n"
	    "#include <signal.h>\n"
	    "#include <stdio.h>\n"
	    "#include <string.h>\n"
	    "\n"
	    "#include <orpc/server.h>\n"
	    "\n"
	    "#include \"$stem$$orpc$.h\"\n"
	    "\n"
	    "static struct orpc_server *running;\n"
	    "\n"
	    "static void\n"
	    "on_signal(int number)\n"
	    "{\n"
	    "\t(void)number;\n"
	    "\torpc_server_stop(running);\n"
	    "}\n"
	    "\n");
}

static void
put_server_helpers(struct emit *e, struct out *o)
{
	out(o, VARS({ "stem", e->stem }),
	    "static int\n"
	    "usage(const char *program, const char *option)\n"
	    "{\n"
	    "\tint asked = strcmp(option, \"--help\") == 0;\n"
	    "\n"
	    "\tfprintf(asked ? stdout : stderr,\n"
	    "\t    \"usage: %s [ADDRESS...]\\n\"\n"
	    "\t    \"Serves $stem$.x at the addresses; without any, on loopback"
	    " ports that the\\n\"\n"
	    "\t    \"kernel picks. Registers with the binder of this"
	    " machine.\\n\"\n"
	    "\t    \"example: %s 'tcp://[::]:4000' unix:/tmp/$stem$.sock\\n\",\n"
	    "\t    program, program);\n"
	    "\treturn asked ? 0 : 2;\n"
	    "}\n"
	    "\n"
	    "static int\n"
	    "failed(const char *what, int result,"
	    " const struct orpc_error *error)\n"
	    "{\n"
	    "\tchar text[512];\n"
	    "\n"
	    "\tsnprintf(text, sizeof(text), \"%s\", orpc_strerror(result));\n"
	    "\tif (error)\n"
	    "\t\torpc_error_text(error, text, sizeof(text));\n"
	    "\tfprintf(stderr, \"can't %s: %s\\n\", what, text);\n"
	    "\treturn 1;\n"
	    "}\n"
	    "\n"
	    "/* Listens, registers, and says where. */\n"
	    "static int\n"
	    "announce(int n, char *const *addresses)\n"
	    "{\n"
	    "\tstruct orpc_error error;\n"
	    "\tchar address[256];\n"
	    "\tint result;\n"
	    "\n"
	    "\tfor (int i = 0; i < n; i++) {\n"
	    "\t\tresult = orpc_server_listen(running, addresses[i], &error);\n"
	    "\t\tif (result != 0)\n"
	    "\t\t\treturn failed(\"listen\", result, &error);\n"
	    "\t}\n"
	    "\tresult = orpc_server_register(running, &error);\n"
	    "\tif (result != 0) {\n"
	    "\t\tfailed(\"register\", result, &error);\n"
	    "\t\tfprintf(stderr, \"clients must be given an address\\n\");\n"
	    "\t}\n"
	    "\tfor (size_t i = 0; orpc_server_address(running, i, address,\n"
	    "\t    sizeof(address)) >= 0; i++)\n"
	    "\t\tprintf(\"listening on %s\\n\", address);\n"
	    "\treturn fflush(stdout) == 0 ? 0 : 1;\n"
	    "}\n"
	    "\n");
}

static void
put_server_main(struct emit *e, struct out *o)
{
	out(o, NULL,
	    "int\n"
	    "main(int argc, char **argv)\n"
	    "{\n"
	    "\tchar tcp[] = \"tcp://127.0.0.1:0\","
	    " udp[] = \"udp://127.0.0.1:0\";\n"
	    "\tchar *both[] = { tcp, udp };\n"
	    "\tint result, status;\n"
	    "\n"
	    "\tif (argc > 1 && argv[1][0] == '-')\n"
	    "\t\treturn usage(argv[0], argv[1]);\n"
	    "\tresult = orpc_server_open(NULL, &running);\n");
	program_each(e, o, put_serve);
	out(o, NULL,
	    "\tif (result != 0)\n"
	    "\t\treturn failed(\"start\", result, NULL);\n"
	    "\tsignal(SIGINT, on_signal);\n"
	    "\tsignal(SIGTERM, on_signal);\n"
	    "\tif (argc > 1)\n"
	    "\t\tstatus = announce(argc - 1, argv + 1);\n"
	    "\telse\n"
	    "\t\tstatus = announce(2, both);\n"
	    "\tif (status == 0) {\n"
	    "\t\tresult = orpc_server_run(running);\n"
	    "\t\tif (result != 0)\n"
	    "\t\t\tstatus = failed(\"run\", result, NULL);\n"
	    "\t}\n"
	    "\torpc_server_close(running);\n"
	    "\treturn status;\n"
	    "}\n");
}

void
emit_sample_server(struct emit *e, struct out *o)
{
	put_server_top(e, o);
	program_each(e, o, put_handlers);
	put_server_helpers(e, o);
	put_server_main(e, o);
}

/* ---- Client ------------------------------------------------------------- */

/* A variable for one argument and what must be set in it. */
static const char *
variable(struct emit *e, const struct idlc_decl *decl, const char *name,
    bool zeroed)
{
	const char *type = program_type(e, decl);
	size_t n = strlen(type);

	switch (program_pass(decl)) {
	case PASS_ARRAY:
		/* The typedef itself: an array variable. */
		return JOIN(ctype_name(e, &decl->type), " ", name,
		    zeroed ? " = { 0 }" : "");
	case PASS_OBJECT:
		return JOIN(type, " ", name, zeroed ? " = { 0 }" : "");
	case PASS_STRING:
		return zeroed ? JOIN("const ", type, name, " = \"\"") :
		    JOIN(type, name);
	case PASS_POINTER:
		return JOIN(type, name, zeroed ? " = NULL" : "");
	default:
		return JOIN(type, n > 0 && type[n - 1] == '*' ? "" : " ",
		    name, !zeroed ? "" : strcmp(type, "struct oxdr_quad") ?
		    " = 0" : " = { { 0 } }");
	}
}

static const char *
argument(struct emit *e, const struct idlc_decl *decl, const char *name)
{
	return JOIN(program_pass(decl) == PASS_OBJECT ? ",\v&" : ",\v", name);
}

static void
put_call(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc,
    unsigned i)
{
	const char *name = cname_procedure(e->names, program, version, proc);
	bool has_result = program_pass(&proc->result) != PASS_VOID;
	const char *args = "", *zero;

	out(o, VARS({ "spelled", proc->name }, { "name", name }),
	    "/* $spelled$ */\n"
	    "static int\n"
	    "call_$name$(struct orpc_client *client,\v"
	    "struct orpc_call *call)\n"
	    "{\n");
	out_indent(o, 1);
	if (proc->n_args > 0)
		for (const struct idlc_decl *a = proc->args; a; a = a->next) {
			const char *own = JOIN("arg_", program_param_name(e,
			    proc, a));

			zero = variable(e, a, own, true);
			if (program_pass(a) == PASS_SCALAR && plan_enum(
			    &a->type))
				zero = JOIN(variable(e, a, own, false), " = ",
				    cname_global(e->names, plan_enum(&a->type)
				    ->is.enumerators->name));
			out(o, VARS({ "zero", zero }), "$zero$;\n");
			args = JOIN(args, argument(e, a, own));
		}
	if (has_result)
		out(o, VARS({ "out", variable(e, &proc->result, "out",
		    false) }), "$out$;\n");
	out(o, NULL, "int result;\n\n");
	if (proc->n_args > 0)
		for (const struct idlc_decl *a = proc->args; a; a = a->next)
			if (!plan_enum(&a->type) &&
			    program_pass(a) != PASS_STRING)
				put_plain(e, o, JOIN("arg_",
				    program_param_name(e, proc, a)), a, 0);
	out(o, VARS({ "name", name }, { "args", args },
	    { "version", cname_version(e->names, program, version) },
	    { "i", NUM(i) }, { "out", !has_result ? "" :
		program_pass(&proc->result) == PASS_ARRAY ? ",\vout" :
		",\v&out" },
	    { "shown", !has_result ? "NULL" : program_pass(&proc->result) ==
		PASS_ARRAY ? "out" : "&out" }),
	    "result = $name$(client,\vcall$args$$out$);\n"
	    "return show(&$version$_program.procs[$i$],\vcall,\vresult,\v"
	    "$shown$);\n");
	out_indent(o, -1);
	out(o, NULL, "}\n\n");
}

static void
put_calls(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const struct idlc_procedure **procs = program_sorted(version);
	const char *name = cname_version(e->names, program, version);

	for (uint32_t i = 0; i < version->n_procedures; i++)
		put_call(e, o, program, version, procs[i], i);
	out(o, VARS({ "name", name }),
	    "static int\n"
	    "try_$name$(const char *address)\n"
	    "{\n"
	    "\tstruct orpc_call call = { 0 };\n"
	    "\tstruct orpc_client *client;\n"
	    "\tstruct orpc_error error;\n"
	    "\tint bad = orpc_client_open(address,\v&$name$_program,\vNULL,\v"
	    "&client,\v&error);\n"
	    "\n"
	    "\tif (bad)\n"
	    "\t\treturn failed($name$_program.name,\v&error);\n");
	for (uint32_t i = 0; i < version->n_procedures; i++)
		out(o, VARS({ "name", cname_procedure(e->names, program,
		    version, procs[i]) }),
		    "\tbad |= call_$name$(client,\v&call);\n");
	out(o, NULL,
	    "\torpc_call_fini(&call);\n"
	    "\torpc_client_close(client);\n"
	    "\treturn bad;\n"
	    "}\n"
	    "\n");
	free(procs);
}

static void
put_try(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	out(o, VARS({ "name", cname_version(e->names, program, version) }),
	    "\tbad |= try_$name$(address);\n");
}

static void
put_client_top(struct emit *e, struct out *o)
{
	out(o, VARS({ "stem", e->stem }, { "orpc", e->classic ? "_orpc" : "" }),
	    "/*\n"
	    " * Calls each procedure of $stem$.x once: a start, written by idlc"
	    " once; it is\n"
	    " * yours.\n"
	    " */\n"
	    "#include <stdio.h>\n"
	    "#include <string.h>\n"
	    "\n"
	    "#include <orpc/client.h>\n"
	    "#include <oxdr/text.h>\n"
	    "\n"
	    "#include \"$stem$$orpc$.h\"\n"
	    "\n"
	    "static int\n"
	    "failed(const char *name, const struct orpc_error *error)\n"
	    "{\n"
	    "\tchar text[512];\n"
	    "\n"
	    "\torpc_error_text(error, text, sizeof(text));\n"
	    "\tfprintf(stderr, \"%s: %s\\n\", name, text);\n"
	    "\treturn 1;\n"
	    "}\n"
	    "\n"
	    "static int\n"
	    "put_text(void *ctx, const char *text, size_t n)\n"
	    "{\n"
	    "\treturn fwrite(text, 1, n, ctx) == n ? 0 : -1;\n"
	    "}\n"
	    "\n"
	    "/* Prints the result of a call, by its type. */\n"
	    "static int\n"
	    "show(const struct orpc_proc *proc, const struct orpc_call *call,"
	    " int result,\n"
	    "    const void *out)\n"
	    "{\n"
	    "\tif (result != 0)\n"
	    "\t\treturn failed(proc->name, &call->error);\n"
	    "\tprintf(\"%s: \", proc->name);\n"
	    "\tif (proc->res)\n"
	    "\t\toxdr_text_put(proc->res, out, 0, put_text, stdout);\n"
	    "\tprintf(\"%s\\n\", proc->res ? \"\" : \"done\");\n"
	    "\treturn 0;\n"
	    "}\n"
	    "\n");
}

static void
put_client_main(struct emit *e, struct out *o)
{
	out(o, VARS({ "stem", e->stem }),
	    "static int\n"
	    "usage(const char *program, const char *option)\n"
	    "{\n"
	    "\tint asked = strcmp(option, \"--help\") == 0;\n"
	    "\n"
	    "\tfprintf(asked ? stdout : stderr,\n"
	    "\t    \"usage: %s [ADDRESS]\\n\"\n"
	    "\t    \"Calls each procedure of $stem$.x once, at the address"
	    " [tcp://127.0.0.1];\\n\"\n"
	    "\t    \"where that has no port, the binder there is asked.\\n\"\n"
	    "\t    \"example: %s tcp://localhost:4000\\n\","
	    " program, program);\n"
	    "\treturn asked ? 0 : 2;\n"
	    "}\n"
	    "\n"
	    "int\n"
	    "main(int argc, char **argv)\n"
	    "{\n"
	    "\tconst char *address = argc > 1 ? argv[1] :"
	    " \"tcp://127.0.0.1\";\n"
	    "\tint bad = 0;\n"
	    "\n"
	    "\tif (address[0] == '-' || argc > 2)\n"
	    "\t\treturn usage(argv[0], argv[1]);\n");
	program_each(e, o, put_try);
	out(o, NULL,
	    "\treturn bad;\n"
	    "}\n");
}

void
emit_sample_client(struct emit *e, struct out *o)
{
	put_client_top(e, o);
	program_each(e, o, put_calls);
	put_client_main(e, o);
}
