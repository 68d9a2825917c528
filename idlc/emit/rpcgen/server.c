/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Server stubs of the drop-in dialect: a dispatcher for each version.
 *
 * A dispatcher finds the routines of argument and result, decodes, calls the
 * service function with the types it has (rpcgen calls all of them through
 * one pointer of the wrong type), and replies: without -M unless the function
 * gave NULL, with -M if it gave more than 0.
 */
#include "idlc/emit/rpcgen/server.h"

#include <string.h>

enum server_idle
server_idle(const struct classic *g)
{
	if (!server_is_monitored(g) || strcmp(g->options->idle, "-1") == 0)
		return IDLE_NEVER;
	return strcmp(g->options->idle, "0") == 0 ? IDLE_AT_ONCE : IDLE_TIMED;
}

bool
server_is_monitored(const struct classic *g)
{
	return g->options->inetd || g->options->ti_rpc;
}

void
server_complain(struct classic *g, const char *text)
{
	const char *how = "fprintf (stderr, \"%s\", \"$text$\");\n";

	if (g->options->use_syslog)
		how = "syslog (LOG_ERR, \"%s\", \"$text$\");\n";
	else if (server_is_monitored(g))
		how = "$_msgout$ (\"$text$\");\n";
	out(g->o, VARS({ "text", text }), how);
}

/* ---- Functions between dispatcher and service: -N ------------------- */

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

/* What the user's functions are called after: "_svc", nothing with -k. */
static const char *
service(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	return classic_fmt(g, "%s%s", classic_stub(g, proc->name, version),
	    g->options->kr ? "" : "_svc");
}

/* "argp->a, argp->b, " or "*argp, " */
static const char *
spread(struct classic *g, const struct idlc_procedure *proc)
{
	const char *list = "";
	unsigned position = 1;

	if (proc->n_args == 0)
		return "";
	if (proc->n_args == 1)
		return classic_fmt(g, "*%s, ", classic_own(g, "argp"));
	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		const char *member = classic_bundled(g, proc, a, position++);

		list = classic_fmt(g, "%s%s->%s, ", list,
		    classic_own(g, "argp"), classic_ident(g, member));
	}
	return list;
}

static const char *
spread_type(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	if (proc->n_args == 0)
		return "void *";
	return proc->n_args > 1 ?
	    classic_fmt(g, "%s *", classic_bundle(g, proc, version)) :
	    classic_pointer(g, classic_value_type(g, proc->args));
}

static void
print_spread(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *result = classic_pointer(g, classic_result_type(g, proc));
	bool mt = g->options->mt_safe;

	out(g->o, VARS({ "type", mt ? "int" :
	    classic_fmt(g, "static %s", result) },
	    { "stub", classic_stub(g, proc->name, version) },
	    { "type_in", spread_type(g, proc, version) },
	    { "out", mt ? classic_fmt(g, "void *%s, ",
	    classic_own(g, "result")) : "" },
	    { "unused", proc->n_args == 0 ? classic_fmt(g,
	    "\t(void) %s;\n", classic_own(g, "argp")) : "" },
	    { "service", service(g, proc, version) },
	    { "list", spread(g, proc) },
	    { "pass", mt ? classic_fmt(g, "%s, ", classic_own(g, "result")) :
	    "" }),
	    "\n"
	    "$type$\n"
	    "_$stub$ ($type_in$$argp$, $out$struct svc_req *$rqstp$)\n"
	    "{\n"
	    "$unused$"
	    "\treturn ($service$($list$$pass$$rqstp$));\n"
	    "}\n");
}

static void
print_spreads(struct classic *g, const struct idlc_version *version)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		if (classic_by_value(g, p))
			print_spread(g, p, version);
}

/* ---- Room for arguments and results --------------------------------- */

static void
print_argument(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *name = classic_fmt(g, "%s_arg",
	    classic_stub(g, proc->name, version));
	bool by_value = classic_by_value(g, proc);
	const char *type = proc->n_args > 1 ? classic_bundle(g, proc,
	    version) : by_value ? classic_value_type(g, proc->args) :
	    classic_type(g, &proc->args->type);

	out(g->o, VARS({ "type", type }, { "name", name },
	    { "blank", type[strlen(type) - 1] == '*' ? "" : " " }),
	    "\t$type$$blank$$name$;\n");
}

static void
print_arguments(struct classic *g, const struct idlc_version *version)
{
	bool any = false;

	out(g->o, NULL, "union {\n");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		if (p->n_args > 0) {
			print_argument(g, p, version);
			any = true;
		}
	if (!any)
		out(g->o, NULL, "\tint $fill$;\n");
	out(g->o, NULL, "} $argument$;\n");
}

static void
print_results(struct classic *g, const struct idlc_version *version)
{
	bool any = false;

	out(g->o, NULL, "union {\n");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		const char *type = classic_type(g, &p->result.type);

		if (is_void(&p->result))
			continue;
		out(g->o, VARS({ "type", type },
		    { "blank", type[strlen(type) - 1] == '*' ? "" : " " },
		    { "stub", classic_stub(g, p->name, version) }),
		    "\t$type$$blank$$stub$_res;\n");
		any = true;
	}
	if (!any)
		out(g->o, NULL, "\tint $fill$;\n");
	out(g->o, NULL,
	    "} $result$;\n"
	    "bool_t $retval$;\n");
}

static void
print_locals(struct classic *g, const struct idlc_version *version)
{
	print_arguments(g, version);
	if (g->options->mt_safe)
		print_results(g, version);
	else
		out(g->o, NULL, "char *$result$;\n");
	out(g->o, NULL,
	    "xdrproc_t $_xdr_argument$, $_xdr_result$;\n"
	    "\n");
}

/* ---- The dispatcher ------------------------------------------------- */

/* How a dispatcher ends: the request was answered. */
static void
print_end(struct classic *g, bool in_case)
{
	enum server_idle idle = server_idle(g);

	if (in_case)
		out_indent(g->o, 1);
	if (idle == IDLE_TIMED && g->with_main)
		out(g->o, NULL, "$_rpcsvcstate$ = $_SERVED$;\n");
	out(g->o, NULL, idle == IDLE_AT_ONCE ? "exit (0);\n" : "return;\n");
	if (in_case)
		out_indent(g->o, -1);
}

static bool
declares_null(const struct idlc_version *version)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		if (p->number == 0)
			return true;
	return false;
}

static void
print_routines(struct classic *g, const struct idlc_version *version)
{
	out(g->o, NULL, "switch ($rqstp$->rq_proc) {\n");
	if (!declares_null(version)) {
		out(g->o, NULL,
		    "case NULLPROC:\n"
		    "\t(void) svc_sendreply ($transp$, "
		    "(xdrproc_t) (void (*)(void)) xdr_void, (char *)NULL);\n");
		print_end(g, true);
		out(g->o, NULL, "\n");
	}
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		out(g->o, VARS({ "proc", classic_number(g, p->name,
		    p->number) },
		    { "get", classic_arg_proc(g, p, version) },
		    { "put", classic_result_proc(g, p, version) }),
		    "case $proc$:\n"
		    "\t$_xdr_argument$ = $get$;\n"
		    "\t$_xdr_result$ = $put$;\n"
		    "\tbreak;\n"
		    "\n");
	out(g->o, NULL,
	    "default:\n"
	    "\tsvcerr_noproc ($transp$);\n");
	print_end(g, true);
	out(g->o, NULL, "}\n");
}

/* What goes before "rqstp" in the call of a service function. */
static const char *
call_arguments(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *stub = classic_stub(g, proc->name, version);
	bool decays = proc->n_args == 1 && is_array(proc->args) &&
	    !classic_by_value(g, proc);
	const char *room = classic_own(g, "argument");
	const char *result = classic_own(g, "result");
	const char *argument = proc->n_args == 0 ?
	    classic_fmt(g, "&%s", room) :
	    classic_fmt(g, "%s%s.%s_arg", decays ? "" : "&", room, stub);

	if (!g->options->mt_safe)
		return classic_fmt(g, "%s, ", argument);
	return is_void(&proc->result) ?
	    classic_fmt(g, "%s, &%s, ", argument, result) :
	    classic_fmt(g, "%s, %s%s.%s_res, ", argument,
	    is_array(&proc->result) ? "" : "&", result, stub);
}

static void
print_calls(struct classic *g, const struct idlc_version *version)
{
	out(g->o, NULL, "switch ($rqstp$->rq_proc) {\n");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		bool spread = classic_by_value(g, p);
		const char *function = spread ? classic_fmt(g, "_%s",
		    classic_stub(g, p->name, version)) :
		    service(g, p, version);

		out(g->o, VARS({ "proc", classic_number(g, p->name,
		    p->number) }, { "function", function },
		    { "arguments", call_arguments(g, p, version) }),
		    g->options->mt_safe ?
		    "case $proc$:\n"
		    "\t$retval$ = $function$ ($arguments$$rqstp$);\n"
		    "\tbreak;\n" :
		    "case $proc$:\n"
		    "\t$result$ = (char *) $function$ ($arguments$$rqstp$);\n"
		    "\tbreak;\n");
	}
	out(g->o, NULL, g->options->mt_safe ?
	    "default:\n"
	    "\t$retval$ = FALSE;\n"
	    "}\n" :
	    "default:\n"
	    "\t$result$ = NULL;\n"
	    "}\n");
}

static void
print_reply(struct classic *g, const char *stub)
{
	bool mt = g->options->mt_safe;

	out(g->o, NULL, mt ?
	    "if ($retval$ > 0 && !svc_sendreply($transp$, $_xdr_result$, "
	    "(char *)&$result$)) {\n" :
	    "if ($result$ != NULL && !svc_sendreply($transp$, "
	    "$_xdr_result$, $result$)) {\n");
	out(g->o, NULL,
	    "\tsvcerr_systemerr ($transp$);\n"
	    "}\n"
	    "if (!svc_freeargs ($transp$, $_xdr_argument$, "
	    "(caddr_t) &$argument$)) {\n");
	out_indent(g->o, 1);
	server_complain(g, "unable to free arguments");
	out(g->o, NULL, "exit (1);\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
	if (!mt)
		return;
	out(g->o, VARS({ "stub", stub }),
	    "if (!$stub$_freeresult ($transp$, $_xdr_result$, "
	    "(caddr_t) &$result$))\n");
	out_indent(g->o, 1);
	server_complain(g, "unable to free results");
	out_indent(g->o, -1);
}

static void
print_dispatcher(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const char *stub = classic_stub(g, program->name, version);

	out(g->o, VARS({ "static", g->with_main ? "static " : "" },
	    { "dispatch", classic_dispatcher(g, program, version) }),
	    "\n"
	    "$static$void\n"
	    "$dispatch$(struct svc_req *$rqstp$, register SVCXPRT *$transp$)\n"
	    "{\n");
	out_indent(g->o, 1);
	print_locals(g, version);
	if (server_idle(g) == IDLE_TIMED && g->with_main)
		out(g->o, NULL, "$_rpcsvcstate$ = $_SERVING$;\n");
	print_routines(g, version);
	if (g->options->mt_safe)
		out(g->o, NULL,
		    "memset ((char *)&$result$, 0, sizeof ($result$));\n");
	out(g->o, NULL,
	    "memset ((char *)&$argument$, 0, sizeof ($argument$));\n"
	    "if (!svc_getargs ($transp$, $_xdr_argument$, "
	    "(caddr_t) &$argument$)) {\n"
	    "\tsvcerr_decode ($transp$);\n");
	print_end(g, true);
	out(g->o, NULL, "}\n");
	print_calls(g, version);
	print_reply(g, stub);
	print_end(g, false);
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

/* ---- The file ------------------------------------------------------- */

static void
print_includes(struct classic *g)
{
	bool monitored = server_is_monitored(g);
	bool ti = g->options->ti_rpc;

	if (monitored)
		out(g->o, NULL,
		    "#include <signal.h>\n"
		    "#include <sys/ioctl.h> /* ioctl, TIOCNOTTY */\n"
		    "#include <sys/types.h> /* open */\n"
		    "#include <sys/stat.h> /* open */\n"
		    "#include <fcntl.h> /* open */\n"
		    "#include <unistd.h> /* getdtablesize */\n");
	out(g->o, NULL, ti ? "#include <netconfig.h>\n" : "");
	out(g->o, NULL,
	    "#include <sys/socket.h>\n"
	    "#include <netinet/in.h>\n");
	if (monitored || g->options->use_syslog)
		out(g->o, NULL, "#include <syslog.h>\n");
	out(g->o, NULL,
	    "\n"
	    "#ifndef $SIG_PF$\n"
	    "#define $SIG_PF$ void(*)(int)\n"
	    "#endif\n");
}

/* Both sides share names with -k; what POSIX has is asked for where -std=c11
 * would hide it. */
static const char *
before_header(struct classic *g)
{
	return classic_fmt(g, "%s%s", g->options->kr ?
	    "#define RPCGEN_SERVER_SIDE\n" : "", server_is_monitored(g) ?
	    "#ifndef _DEFAULT_SOURCE\n"
	    "#define _DEFAULT_SOURCE\n"
	    "#endif\n" : "");
}

void
classic_server(struct classic *g, bool with_main)
{
	g->with_main = with_main;
	classic_opening(g, before_header(g));
	classic_undefine(g);
	out(g->o, NULL,
	    "#include <stdio.h>\n"
	    "#include <stdlib.h>\n"
	    "#include <rpc/pmap_clnt.h>\n"
	    "#include <string.h>\n");
	print_includes(g);
	if (server_idle(g) == IDLE_TIMED && with_main)
		out(g->o, VARS({ "seconds", g->options->idle }),
		    "\n"
		    "#define $_RPCSVC_CLOSEDOWN$ $seconds$\n");
	classic_all_text(g);
	if (!classic_has_programs(g->schema))
		return;
	server_state(g, with_main);
	classic_helpers(g);
	for EACH_VERSION(g, at) {
		classic_guard_version(g, at.version);
		print_spreads(g, at.version);
		print_dispatcher(g, at.program, at.version);
		classic_unguard_version(g, at.version);
		classic_drop(g);
	}
	if (with_main)
		server_main(g);
}
