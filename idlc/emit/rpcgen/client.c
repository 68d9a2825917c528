/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Client stubs of the drop-in dialect: one clnt_call() each.
 *
 * Without -M the result is a static of the stub, zeroed before each call, and
 * NULL says that the call failed; with -M it is the caller's, and the stub
 * gives back the call's status.
 */
#include "idlc/emit/rpcgen/classic.h"

/* ---- Signatures ----------------------------------------------------- */

static const char *
return_type(struct classic *g, const struct idlc_procedure *proc)
{
	return g->options->mt_safe ? "enum clnt_stat" :
	    classic_pointer(g, classic_result_type(g, proc));
}

static const char *
result_param(struct classic *g, const struct idlc_procedure *proc)
{
	return g->options->mt_safe ? classic_fmt(g, "%s%s, ",
	    classic_pointer(g, classic_result_type(g, proc)),
	    classic_own(g, "clnt_res")) : "";
}

static void
open_stub(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *params = classic_params(g, proc, true);

	out(g->o, VARS({ "type", return_type(g, proc) },
	    { "stub", classic_stub(g, proc->name, version) },
	    { "params", params }, { "comma", *params ? ", " : "" },
	    { "result", result_param(g, proc) }),
	    "\n"
	    "$type$\n"
	    "$stub$($params$$comma$$result$CLIENT *$clnt$)\n"
	    "{\n");
	out_indent(g->o, 1);
}

/* ---- Arguments ------------------------------------------------------ */

/* Copies the parameters into the argument struct. */
static void
print_bundle(struct classic *g, const struct idlc_procedure *proc)
{
	unsigned position = 1;

	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		const char *param = classic_param(g, proc, a, position);
		const char *member = classic_ident(g, classic_bundled(g, proc, a,
		    position));

		position++;
		out(g->o, VARS({ "param", param }, { "member", member }),
		    classic_is_array(&a->type) ?
		    "memcpy ($arg$.$member$, $param$, sizeof ($arg$.$member$));\n" :
		    "$arg$.$member$ = $param$;\n");
	}
}

static const char *
argument(struct classic *g, const struct idlc_procedure *proc)
{
	const char *param;

	if (!classic_by_value(g, proc))
		return classic_own(g, "argp");
	if (proc->n_args == 0)
		return "NULL";
	if (proc->n_args > 1)
		return classic_fmt(g, "&%s", classic_own(g, "arg"));
	param = classic_param(g, proc, proc->args, 1);
	return classic_is_array(&proc->args->type) ? param :
	    classic_fmt(g, "&%s", param);
}

/* ---- Results -------------------------------------------------------- */

static bool
is_void(const struct idlc_procedure *proc)
{
	return proc->result.type.base == IDLC_VOID;
}

static void
print_static_result(struct classic *g, const struct idlc_procedure *proc)
{
	const char *type = is_void(proc) ? "char" :
	    classic_type(g, &proc->result.type);

	if (proc->result.type.base == IDLC_STRING)
		out(g->o, NULL, "static char *$clnt_res$;\n");
	else
		out(g->o, VARS({ "type", type }),
		    "static $type$ $clnt_res$;\n");
}

static const char *
result(struct classic *g, const struct idlc_procedure *proc)
{
	bool decays = classic_is_array(&proc->result.type);

	return classic_fmt(g, "%s%s", g->options->mt_safe || decays ? "" : "&",
	    classic_own(g, "clnt_res"));
}

/* ---- Stubs ---------------------------------------------------------- */

static void
print_call(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	out(g->o, VARS({ "proc", classic_number(g, proc->name,
	    proc->number) },
	    { "put", classic_arg_proc(g, proc, version) },
	    { "data", argument(g, proc) },
	    { "get", classic_result_proc(g, proc, version) },
	    { "res", result(g, proc) }),
	    "clnt_call ($clnt$, $proc$,\n"
	    "\t$put$, (caddr_t) $data$,\n"
	    "\t$get$, (caddr_t) $res$,\n"
	    "\t$TIMEOUT$)");
}

static void
print_stub(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	open_stub(g, proc, version);
	if (proc->n_args > 1)
		out(g->o, VARS({ "type", classic_bundle(g, proc, version) }),
		    "$type$ $arg$;\n");
	if (!g->options->mt_safe)
		print_static_result(g, proc);
	if (proc->n_args > 1 || !g->options->mt_safe)
		out(g->o, NULL, "\n");
	if (!g->options->mt_safe)
		out(g->o, VARS({ "res", result(g, proc) }),
		    "memset((char *)$res$, 0, sizeof($clnt_res$));\n");
	if (proc->n_args > 1)
		print_bundle(g, proc);
	if (g->options->mt_safe) {
		out(g->o, NULL, "return (");
		print_call(g, proc, version);
		out(g->o, NULL, ");\n");
	} else {
		out(g->o, NULL, "if (");
		print_call(g, proc, version);
		out(g->o, VARS({ "cast", is_void(proc) ? "(void *)" : "" },
		    { "res", result(g, proc) }),
		    " != RPC_SUCCESS) {\n"
		    "\treturn (NULL);\n"
		    "}\n"
		    "return ($cast$$res$);\n");
	}
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

void
classic_client(struct classic *g)
{
	classic_opening(g, "#include <string.h> /* for memset */\n");
	classic_undefine(g);
	classic_all_text(g);
	if (!classic_has_programs(g->schema))
		return;
	out(g->o, NULL,
	    "\n"
	    "/* Default timeout can be changed using clnt_control() */\n"
	    "static struct timeval $TIMEOUT$ = { 25, 0 };\n");
	classic_helpers(g);
	for EACH_VERSION(g, at) {
		classic_guard_version(g, at.version);
		for (const struct idlc_procedure *p = at.version->procedures;
		    p; p = p->next) {
			print_stub(g, p, at.version);
			classic_drop(g);
		}
		classic_unguard_version(g, at.version);
	}
}
