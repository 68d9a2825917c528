/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NAME_clnt.c: for each procedure a blocking and an asynchronous call.
 */
#include "idlc/emit/emit.h"
#include "idlc/emit/program.h"

#include <stdlib.h>

/* How a stub hands its arguments on: the address of one value. */
struct stub {
	const char *local;	/* statements before the call; "" for none */
	const char *address;	/* "arg", "&arg", "&args", "NULL" */
	bool copied;		/* it is the stub's own: can't be lent */
};

static const char *
member_copy(struct emit *e, const struct idlc_procedure *proc,
    const struct idlc_decl *arg)
{
	const char *name = program_param_name(e, proc, arg);
	const char *member = JOIN("args.", program_arg_name(e, proc, arg));

	switch (program_pass(arg)) {
	case PASS_STRING:
	case PASS_POINTER:
		/* The member is not const, the parameter is. */
		return JOIN("memcpy(&", member, ",\v&", name, ",\vsizeof(",
		    member, "));\n");
	case PASS_ARRAY:
		return JOIN("memcpy(", member, ",\v", name, ",\vsizeof(",
		    member, "));\n");
	case PASS_OBJECT:
		return JOIN(member, " = *", name, ";\n");
	default:
		return JOIN(member, " = ", name, ";\n");
	}
}

static struct stub
stub_of(struct emit *e, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	const struct idlc_def *args = program_args(e, program, version, proc);
	const char *name, *text;

	if (proc->n_args == 0)
		return (struct stub){ "", "NULL", false };
	if (args) {
		text = JOIN(cname_def(e->names, args), " args;\n\n");
		for (const struct idlc_decl *a = proc->args; a; a = a->next)
			text = JOIN(text, member_copy(e, proc, a));
		return (struct stub){ text, "&args", true };
	}
	name = program_param_name(e, proc, proc->args);
	switch (program_pass(proc->args)) {
	case PASS_SCALAR:
	case PASS_STRING:
	case PASS_POINTER:
		return (struct stub){ "", JOIN("&", name), true };
	default:
		return (struct stub){ "", name, false };
	}
}

/* Turns what the library has decoded into the parameter of on_done. */
static const char *
done_value(struct emit *e, const struct idlc_procedure *proc)
{
	switch (program_pass(&proc->result)) {
	case PASS_VOID:
		return "";
	case PASS_STRING:
	case PASS_POINTER:
		return JOIN(",\vvalue ? *value : NULL");
	default:
		return ",\vout";
	}
}

static void
put_blocking(struct emit *e, struct out *o, const char *name,
    const char *proc_text, const struct idlc_procedure *proc,
    const struct stub *stub)
{
	const char *result = program_result(e, &proc->result);

	out(o, VARS({ "name", name }, { "params", program_params(e, proc) },
	    { "result", result[0] ? JOIN(",\v", result) : "" },
	    { "local", stub->local }, { "address", stub->address },
	    { "proc", proc_text }, { "out", result[0] ? "out" : "NULL" }),
	    "int\n"
	    "$name$(struct orpc_client *client,\v"
	    "struct orpc_call *call$params$$result$)\n"
	    "{\n");
	out_indent(o, 1);
	out(o, VARS({ "local", stub->local }, { "address", stub->address },
	    { "proc", proc_text }, { "out", result[0] ? "out" : "NULL" }),
	    "$local$"
	    "return orpc_call_run(client,\vcall,\v$proc$,\v$address$,\v"
	    "$out$);\n");
	out_indent(o, -1);
	out(o, NULL, "}\n\n");
}

static void
put_finish(struct emit *e, struct out *o, const char *name,
    const struct idlc_procedure *proc)
{
	enum pass pass = program_pass(&proc->result);
	const char *type = program_type(e, &proc->result);
	const char *local = "";

	if (pass == PASS_STRING || pass == PASS_POINTER)
		local = JOIN("\t", type, "const *value = out;\n\n");
	else if (pass == PASS_VOID)
		local = "\t(void)out;\n";
	out(o, VARS({ "name", name }, { "local", local },
	    { "value", done_value(e, proc) }),
	    "static void\n"
	    "$name$_finish(struct orpc_call *call,\vint result,\v"
	    "const void *out,\vorpc_any_fn *on_done,\vvoid *ctx)\n"
	    "{\n"
	    "$local$"
	    "\t(($name$_done *)on_done)(call,\vresult$value$,\vctx);\n"
	    "}\n"
	    "\n");
}

static void
put_async(struct emit *e, struct out *o, const char *name,
    const char *proc_text, const struct idlc_procedure *proc,
    const struct stub *stub)
{
	out(o, VARS({ "name", name }, { "params", program_params(e, proc) }),
	    "int\n"
	    "$name$_async(struct orpc_client *client,\v"
	    "struct orpc_call *call$params$,\v$name$_done *on_done,\v"
	    "void *ctx)\n"
	    "{\n");
	out_indent(o, 1);
	out(o, VARS({ "local", stub->local }, { "name", name },
	    { "proc", proc_text }, { "address", stub->address },
	    { "flags", stub->copied ? "/* The argument is a copy of ours:"
		" nothing to lend. */\n"
		"call->flags &= ~ORPC_CALL_BORROW;\n" : "" }),
	    "$local$$flags$"
	    "return orpc_call_start(client,\vcall,\v$proc$,\v$address$,\v"
	    "$name$_finish,\v(orpc_any_fn *)on_done,\vctx);\n");
	out_indent(o, -1);
	out(o, NULL, "}\n\n");
}

static void
put_version(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const char *version_name = cname_version(e->names, program, version);
	const struct idlc_procedure **procs = program_sorted(version);

	for (uint32_t i = 0; i < version->n_procedures; i++) {
		const struct idlc_procedure *proc = procs[i];
		const char *name = cname_procedure(e->names, program, version,
		    proc);
		const char *text = JOIN("&", version_name, "_program.procs[",
		    emit_number(e, i), "]");
		struct stub stub = stub_of(e, program, version, proc);

		put_blocking(e, o, name, text, proc, &stub);
		put_finish(e, o, name, proc);
		put_async(e, o, name, text, proc, &stub);
	}
	free(procs);
}

void
emit_client(struct emit *e, struct out *o)
{
	emit_banner(e, o);
	out(o, VARS({ "stem", e->stem }, { "orpc", e->classic ? "_orpc" : "" }),
	    "#include \"$stem$$orpc$.h\"\n"
	    "\n"
	    "#include <string.h>\n"
	    "\n");
	emit_texts(e, o);
	program_each(e, o, put_version);
}
