/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * main() of a server file, and what inetd asks of it.
 *
 * Three kinds: the plain one registers every version on UDP and TCP and
 * serves; one for inetd (-I) does so in the background, or serves the socket
 * that it finds as its standard input and ends when there has been nothing to
 * do for a while; one for TI-RPC (-5) does the same with libtirpc's own
 * calls and transports by name.
 */
#include "idlc/emit/rpcgen/server.h"

#include <string.h>

/* A line for each version, with its names as the schema has them. */
static void
each_version(struct classic *g, const char *template)
{
	for EACH_VERSION(g, at)
		out(g->o, VARS({ "program", classic_number(g,
		    at.program->name, at.program->is.program.number) },
		    { "version", classic_number(g, at.version->name,
		    at.version->number) },
		    { "dispatch", classic_dispatcher(g, at.program,
		    at.version) }), template);
}

/* ---- State and closedown() ------------------------------------------ */

static void
print_msgout(struct classic *g)
{
	if (g->options->use_syslog)
		return;
	out(g->o, NULL,
	    "\n"
	    "static\n"
	    "void $_msgout$ (const char *$msg$)\n"
	    "{\n"
	    "#ifdef RPC_SVC_FG\n"
	    "\tif ($_rpcpmstart$)\n"
	    "\t\tsyslog (LOG_ERR, \"%s\", $msg$);\n"
	    "\telse\n"
	    "\t\tfprintf (stderr, \"%s\\n\", $msg$);\n"
	    "#else\n"
	    "\tsyslog (LOG_ERR, \"%s\", $msg$);\n"
	    "#endif\n"
	    "}\n");
}

/* Descriptors beyond FD_SETSIZE are not in the set. */
static void
print_closedown(struct classic *g)
{
	out(g->o, NULL,
	    "\n"
	    "static void\n"
	    "$closedown$ (int $sig$)\n"
	    "{\n"
	    "\tif ($_rpcsvcstate$ == $_IDLE$) {\n"
	    "\t\tint $i$, $openfd$;\n"
	    "\n"
	    "\t\tif ($_rpcfdtype$ == SOCK_DGRAM)\n"
	    "\t\t\texit (0);\n"
	    "\t\tfor ($i$ = 0, $openfd$ = 0;"
	    " $i$ < FD_SETSIZE && $openfd$ < 2; $i$++)\n"
	    "\t\t\tif (FD_ISSET($i$, &svc_fdset))\n"
	    "\t\t\t\t$openfd$++;\n"
	    "\t\tif ($openfd$ <= 1)\n"
	    "\t\t\texit (0);\n"
	    "\t}\n"
	    "\tif ($_rpcsvcstate$ == $_SERVED$)\n"
	    "\t\t$_rpcsvcstate$ = $_IDLE$;\n"
	    "\n"
	    "\t(void) signal($sig$, ($SIG_PF$) $closedown$);\n"
	    "\talarm ($_RPCSVC_CLOSEDOWN$);\n"
	    "}\n");
}

void
server_state(struct classic *g, bool with_main)
{
	bool timed = server_idle(g) == IDLE_TIMED && with_main;

	if (!server_is_monitored(g))
		return;
	out(g->o, VARS({ "extern", with_main ? "" : "extern " }),
	    "\n"
	    "$extern$int $_rpcpmstart$;\t\t/* Started by a port monitor ? */\n"
	    "$extern$int $_rpcfdtype$;\t\t/* Whether Stream or Datagram ? */\n");
	if (timed)
		out(g->o, NULL,
		    "/* States a server can be in wrt request */\n"
		    "\n"
		    "#define\t$_IDLE$ 0\n"
		    "#define\t$_SERVED$ 1\n"
		    "#define\t$_SERVING$ 2\n"
		    "\n"
		    "/* Set when a request is serviced */\n"
		    "static volatile sig_atomic_t $_rpcsvcstate$ = $_IDLE$;\n");
	print_msgout(g);
	if (timed)
		print_closedown(g);
}

/* ---- Pieces --------------------------------------------------------- */

static void
print_failure(struct classic *g, const char *text)
{
	out_indent(g->o, 1);
	server_complain(g, text);
	out(g->o, NULL, "exit(1);\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

/* The names in a message are those of the source, whatever macros do. */
static void
print_registration(struct classic *g, struct classic_version at,
    const char *transport, const char *protocol)
{
	out(g->o, VARS({ "program", classic_number(g, at.program->name,
	    at.program->is.program.number) },
	    { "version", classic_number(g, at.version->name,
	    at.version->number) },
	    { "dispatch", classic_dispatcher(g, at.program, at.version) },
	    { "protocol", protocol }),
	    "if (!svc_register($transp$, $program$, $version$, $dispatch$, "
	    "$protocol$)) {\n");
	print_failure(g, classic_fmt(g, "unable to register (%s, %s, %s).",
	    at.program->name, at.version->name, transport));
}

static void
print_create(struct classic *g, const char *transport, const char *socket)
{
	bool is_tcp = strcmp(transport, "tcp") == 0;

	out(g->o, VARS({ "transport", transport }, { "socket", socket },
	    { "sizes", is_tcp ? ", 0, 0" : "" }),
	    "$transp$ = svc$transport$_create($socket$$sizes$);\n"
	    "if ($transp$ == NULL) {\n");
	print_failure(g, classic_fmt(g, "cannot create %s service.",
	    transport));
}

/* Without -s: UDP, then TCP. */
static int
transports(const struct classic *g, const char *const **out_list)
{
	static const char *const both[] = { "udp", "tcp" };

	if (g->options->n_transports == 0) {
		*out_list = both;
		return 2;
	}
	*out_list = g->options->transports;
	return g->options->n_transports;
}

static void
open_main(struct classic *g)
{
	out(g->o, NULL,
	    "\n"
	    "int\n"
	    "main (int $argc$, char **$argv$)\n"
	    "{\n");
	out_indent(g->o, 1);
}

static void
close_main(struct classic *g)
{
	out(g->o, NULL, "svc_run ();\n");
	server_complain(g, "svc_run returned");
	out(g->o, NULL,
	    "exit (1);\n"
	    "/* NOTREACHED */\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "}\n");
}

static void
print_openlog(struct classic *g)
{
	out(g->o, VARS({ "name", g->base }),
	    "openlog(\"$name$\", LOG_PID, LOG_DAEMON);\n");
}

/* Leaves the terminal and the parent, unless RPC_SVC_FG says not to. */
static void
print_detach(struct classic *g)
{
	out(g->o, NULL,
	    "#ifndef RPC_SVC_FG\n"
	    "int $size$;\n"
	    "int $pid$, $i$;\n"
	    "\n"
	    "$pid$ = fork();\n"
	    "if ($pid$ < 0) {\n"
	    "\tperror(\"cannot fork\");\n"
	    "\texit(1);\n"
	    "}\n"
	    "if ($pid$)\n"
	    "\texit(0);\n"
	    "$size$ = getdtablesize();\n"
	    "if ($size$ < 0 || $size$ > 65536)\n"
	    "\t$size$ = 65536;\n"
	    "for ($i$ = 0; $i$ < $size$; $i$++)\n"
	    "\t(void) close($i$);\n"
	    "$i$ = open(\"/dev/console\", 2);\n"
	    "(void) dup2($i$, 1);\n"
	    "(void) dup2($i$, 2);\n"
	    "$i$ = open(\"/dev/tty\", 2);\n"
	    "if ($i$ >= 0) {\n"
	    "\t(void) ioctl($i$, TIOCNOTTY, (char *)NULL);\n"
	    "\t(void) close($i$);\n"
	    "}\n");
	if (!g->options->use_syslog)
		print_openlog(g);
	out(g->o, NULL, "#endif\n");
	if (g->options->use_syslog)
		print_openlog(g);
}

/* Looks for a socket as standard input; the block for there being one stays
 * open. */
static void
open_monitored(struct classic *g)
{
	out(g->o, NULL,
	    "(void) $argc$;\n"
	    "(void) $argv$;\n"
	    "if (getsockname (0, (struct sockaddr *)&$saddr$, &$asize$) == 0) {\n"
	    "\tsocklen_t $ssize$ = sizeof ($_rpcfdtype$);\n"
	    "\n"
	    "\tif ($saddr$.sin_family != AF_INET)\n"
	    "\t\texit (1);\n"
	    "\tif (getsockopt (0, SOL_SOCKET, SO_TYPE,\n"
	    "\t\t\t(char *)&$_rpcfdtype$, &$ssize$) == -1)\n"
	    "\t\texit (1);\n"
	    "\t$_rpcpmstart$ = 1;\n");
	out_indent(g->o, 1);
	print_openlog(g);
}

static void
print_alarm(struct classic *g)
{
	if (server_idle(g) == IDLE_TIMED)
		out(g->o, NULL,
		    "(void) signal (SIGALRM, ($SIG_PF$) $closedown$);\n"
		    "(void) alarm ($_RPCSVC_CLOSEDOWN$);\n");
}

/* ---- The plain one -------------------------------------------------- */

static void
print_plain(struct classic *g)
{
	const char *const *list;
	int n = transports(g, &list);

	open_main(g);
	out(g->o, NULL,
	    "register SVCXPRT *$transp$;\n"
	    "\n"
	    "(void) $argc$;\n"
	    "(void) $argv$;\n");
	if (g->options->use_syslog)
		print_openlog(g);
	each_version(g, "pmap_unset ($program$, $version$);\n");
	out(g->o, NULL, "\n");
	for (int i = 0; i < n; i++) {
		bool is_tcp = strcmp(list[i], "tcp") == 0;

		print_create(g, list[i], "RPC_ANYSOCK");
		for EACH_VERSION(g, at)
			print_registration(g, at, list[i], is_tcp ?
			    "IPPROTO_TCP" : "IPPROTO_UDP");
		out(g->o, NULL, "\n");
	}
	close_main(g);
}

/* ---- For inetd ------------------------------------------------------ */

static void
print_inetd_transport(struct classic *g, const char *transport)
{
	bool is_tcp = strcmp(transport, "tcp") == 0;

	out(g->o, VARS({ "type", is_tcp ? "SOCK_STREAM" : "SOCK_DGRAM" }),
	    "if (($_rpcfdtype$ == 0) || ($_rpcfdtype$ == $type$)) {\n");
	out_indent(g->o, 1);
	print_create(g, transport, classic_own(g, "sock"));
	out(g->o, VARS({ "protocol", is_tcp ? "IPPROTO_TCP" :
	    "IPPROTO_UDP" }),
	    "if (!$_rpcpmstart$)\n"
	    "\t$proto$ = $protocol$;\n");
	for EACH_VERSION(g, at)
		print_registration(g, at, transport, classic_own(g, "proto"));
	out_indent(g->o, -1);
	out(g->o, NULL,
	    "}\n"
	    "\n");
}

static void
print_inetd(struct classic *g)
{
	const char *const *list;
	int n = transports(g, &list);

	open_main(g);
	out(g->o, NULL,
	    "register SVCXPRT *$transp$ = NULL;\n"
	    "int $sock$ = 0;\n"
	    "int $proto$ = 0;\n"
	    "struct sockaddr_in $saddr$;\n"
	    "socklen_t $asize$ = sizeof ($saddr$);\n"
	    "\n");
	open_monitored(g);
	out_indent(g->o, -1);
	out(g->o, NULL, "} else {\n");
	out_indent(g->o, 1);
	print_detach(g);
	out(g->o, NULL, "$sock$ = RPC_ANYSOCK;\n");
	each_version(g, "pmap_unset ($program$, $version$);\n");
	out_indent(g->o, -1);
	out(g->o, NULL,
	    "}\n"
	    "\n");
	for (int i = 0; i < n; i++)
		print_inetd_transport(g, list[i]);
	out(g->o, NULL, "if ($transp$ == (SVCXPRT *)NULL) {\n");
	print_failure(g, "could not create a handle");
	if (server_idle(g) == IDLE_TIMED) {
		out(g->o, NULL, "if ($_rpcpmstart$) {\n");
		out_indent(g->o, 1);
		print_alarm(g);
		out_indent(g->o, -1);
		out(g->o, NULL, "}\n");
	}
	close_main(g);
}

/* ---- For TI-RPC ----------------------------------------------------- */

static void
print_ti_monitored(struct classic *g)
{
	open_monitored(g);
	out(g->o, NULL,
	    "$transp$ = svc_tli_create(0, NULL, NULL, 0, 0);\n"
	    "if ($transp$ == NULL) {\n");
	print_failure(g, "cannot create server handle");
	for EACH_VERSION(g, at) {
		out(g->o, VARS({ "program", classic_number(g,
		    at.program->name, at.program->is.program.number) },
		    { "version", classic_number(g, at.version->name,
		    at.version->number) },
		    { "dispatch", classic_dispatcher(g, at.program,
		    at.version) }),
		    "if (!svc_reg($transp$, $program$, $version$, $dispatch$, "
		    "NULL)) {\n");
		print_failure(g, classic_fmt(g,
		    "unable to register (%s, %s).", at.program->name,
		    at.version->name));
	}
	print_alarm(g);
	out(g->o, NULL,
	    "svc_run ();\n"
	    "exit (1);\n"
	    "/* NOTREACHED */\n");
	out_indent(g->o, -1);
	out(g->o, NULL, "} else {\n");
	out_indent(g->o, 1);
	print_detach(g);
	out_indent(g->o, -1);
	out(g->o, NULL,
	    "}\n"
	    "\n");
}

/* -s: a class of transports for all versions. */
static void
print_nettype(struct classic *g, const char *nettype)
{
	for EACH_VERSION(g, at) {
		out(g->o, VARS({ "program", classic_number(g,
		    at.program->name, at.program->is.program.number) },
		    { "version", classic_number(g, at.version->name,
		    at.version->number) },
		    { "dispatch", classic_dispatcher(g, at.program,
		    at.version) }, { "nettype", nettype }),
		    "if (!svc_create ($dispatch$, $program$, $version$, "
		    "\"$nettype$\")) {\n");
		print_failure(g, classic_fmt(g,
		    "unable to create (%s, %s) for %s.", at.program->name,
		    at.version->name, nettype));
	}
}

/* -n: one transport. */
static void
print_netid(struct classic *g, const char *netid)
{
	out(g->o, VARS({ "netid", netid }),
	    "$nconf$ = getnetconfigent (\"$netid$\");\n"
	    "if ($nconf$ == NULL) {\n");
	print_failure(g, classic_fmt(g, "cannot find %s netid.", netid));
	out(g->o, NULL,
	    "$transp$ = svc_tli_create (RPC_ANYFD, $nconf$, NULL, 0, 0);\n"
	    "if ($transp$ == NULL) {\n");
	print_failure(g, classic_fmt(g, "cannot create %s service.", netid));
	for EACH_VERSION(g, at) {
		out(g->o, VARS({ "program", classic_number(g,
		    at.program->name, at.program->is.program.number) },
		    { "version", classic_number(g, at.version->name,
		    at.version->number) },
		    { "dispatch", classic_dispatcher(g, at.program,
		    at.version) }),
		    "(void) rpcb_unset ($program$, $version$, $nconf$);\n"
		    "if (!svc_reg ($transp$, $program$, $version$, $dispatch$, "
		    "$nconf$)) {\n");
		print_failure(g, classic_fmt(g,
		    "unable to register (%s, %s, %s).", at.program->name,
		    at.version->name, netid));
	}
	out(g->o, NULL,
	    "freenetconfigent ($nconf$);\n"
	    "\n");
}

static void
print_ti(struct classic *g)
{
	const struct classic_options *options = g->options;

	open_main(g);
	out(g->o, NULL, "register SVCXPRT *$transp$;\n");
	if (options->netids)
		out(g->o, NULL, "struct netconfig *$nconf$;\n");
	out(g->o, NULL,
	    "struct sockaddr_in $saddr$;\n"
	    "socklen_t $asize$ = sizeof ($saddr$);\n"
	    "\n");
	print_ti_monitored(g);
	for (int i = 0; i < options->n_transports; i++)
		if (options->netids)
			print_netid(g, options->transports[i]);
		else
			print_nettype(g, options->transports[i]);
	if (options->n_transports == 0)
		print_nettype(g, "netpath");
	close_main(g);
}

void
server_main(struct classic *g)
{
	if (g->options->inetd)
		print_inetd(g);
	else if (g->options->ti_rpc)
		print_ti(g);
	else
		print_plain(g);
}
