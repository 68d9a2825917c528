/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the classic .c files call their own: parameters, variables and macros
 * that are in no header, and so ours to choose.
 *
 * A schema may have any of these names for a type, an enumerator or a macro.
 * Inside a function the type would be hidden, and a macro would replace the
 * variable; so whatever the schema has keeps its name, and ours get a `_`.
 * Templates know them as values (`$clnt$`): one that is missing here ends the
 * program as soon as its template is printed.
 */
#include "idlc/emit/rpcgen/classic.h"

#include <string.h>

#include "xdr/base.h"

/* Those of each type's routine come first: a template's values are looked
 * through in order. */
static const char *const own[] = {
	"xdrs", "objp", "buf", "i", "clnt", "argp", "clnt_res", "arg",
	"TIMEOUT", "rqstp", "transp", "argument", "result", "retval",
	"_xdr_argument", "_xdr_result", "fill", "argc", "argv", "host",
	"xdr_result", "sock", "proto", "saddr", "asize", "ssize", "size",
	"pid", "nconf", "msg", "sig", "openfd", "closedown", "SIG_PF",
	"_IDLE", "_RPCSVC_CLOSEDOWN", "_SERVED", "_SERVING", "_msgout",
	"_rpcfdtype", "_rpcpmstart", "_rpcsvcstate",
};

/* What stubs and services name besides: no parameter may hide it. */
static const char *const used[] = {
	"CLIENT", "FALSE", "NULL", "RPC_SUCCESS", "TRUE", "bool_t", "caddr_t",
	"clnt_call", "memcpy", "memset", "quad_t", "quadruple",
	"rpcgen_quadruple", "u_char", "u_int", "u_long", "u_quad_t",
	"u_short", "xdrproc_t",
};

static bool
is_among(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

/* Behind a name, until it meets none of the schema's. */
static const char *
apart(struct classic *g, const char *name)
{
	while (classic_name_find(g, name))
		name = classic_fmt(g, "%s_", name);
	return name;
}

const char *
classic_local(struct classic *g, const char *name)
{
	return apart(g, name);
}

void
classic_note_own(struct classic *g)
{
	size_t n = ARRAY_LEN(own);

	g->own = classic_take(&g->name_arena, (n + 1) * sizeof(*g->own),
	    sizeof(void *));
	for (size_t i = 0; i < n; i++) {
		const char *name = apart(g, own[i]);

		if (name != own[i])
			name = strcpy(classic_take(&g->name_arena,
			    strlen(name) + 1, 1), name);
		g->own[i] = (struct out_var){ own[i], name };
	}
	g->own[n] = (struct out_var){ NULL, NULL };
}

const char *
classic_own(const struct classic *g, const char *name)
{
	const struct out_var *at = g->own;

	while (strcmp(at->name, name) != 0)
		at++;
	return at->value;
}

/* ---- Dispatchers -------------------------------------------------------- */

const char *
classic_dispatcher(struct classic *g, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const char *name = classic_stub(g, program->name, version);

	while (classic_is_stub(g, name))
		name = classic_fmt(g, "%s_", name);
	return name;
}

/* ---- Arguments ---------------------------------------------------------- */

static bool
ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

/* Would a parameter of this name hide what its function uses? */
static bool
hides(const struct classic *g, const char *name)
{
	return classic_name_find(g, name) ||
	    is_among(name, own, ARRAY_LEN(own)) ||
	    is_among(name, used, ARRAY_LEN(used));
}

/* May the name be that of a routine, or of the struct of several arguments? */
static bool
is_made(const char *name)
{
	return strncmp(name, "xdr_", 4) == 0 || ends_in(name, "_argument");
}

static bool
is_argument(const struct idlc_procedure *proc, const char *name)
{
	for (const struct idlc_decl *a = proc->args; a; a = a->next)
		if (a->name && strcmp(a->name, name) == 0)
			return true;
	return false;
}

const char *
classic_param(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_decl *arg, unsigned position)
{
	const char *name = arg->name;

	if (!name)
		name = classic_fmt(g, "arg%u", position);
	else if (!hides(g, name) && !is_made(name))
		return classic_ident(g, name);
	if (arg->name)
		name = classic_fmt(g, "%s_", name);
	while (hides(g, name) || is_argument(proc, name))
		name = classic_fmt(g, "%s_", name);
	return name;
}

/* Would the header's preprocessor take a member of this name for another? */
static bool
is_macro(const struct classic *g, const char *name)
{
	static const char *const ours[] = { "SIG_PF", "_IDLE",
		"_RPCSVC_CLOSEDOWN", "_SERVED", "_SERVING" };
	const struct name *known = classic_name_find(g, name);

	return (known && (known->is_const || known->is_number)) ||
	    is_among(name, ours, ARRAY_LEN(ours));
}

const char *
classic_bundled(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_decl *arg, unsigned position)
{
	const char *name = arg->name;

	if (!name)
		name = classic_fmt(g, "arg%u", position);
	else if (!is_macro(g, name))
		return name;
	while (is_macro(g, name) || is_argument(proc, name))
		name = classic_fmt(g, "%s_", name);
	return name;
}
