/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The routines that stubs and dispatchers give to clnt_call() and
 * svc_getargs().  Most exist: a type's own, the argument struct's,
 * xdr_wrapstring.  What has none gets a static one in the file that uses it:
 * a string with a bound (rpcgen forgets the bound), a pointer by value
 * (rpcgen sends the pointer's bytes), a quadruple.
 */
#include "idlc/emit/rpcgen/classic.h"

static bool
is_bounded_string(const struct idlc_decl *decl)
{
	return decl->type.base == IDLC_STRING && decl->bounded;
}

static bool
is_pointer(struct classic *g, const struct idlc_procedure *proc)
{
	return classic_by_value(g, proc) &&
	    proc->args->shape == IDLC_OPTIONAL;
}

/* xdr_void takes no arguments: cast by way of what fits any function. */
static const char *
cast(struct classic *g, const char *routine, bool is_void)
{
	return classic_fmt(g, "(xdrproc_t) %s%s",
	    is_void ? "(void (*)(void)) " : "", routine);
}

const char *
classic_arg_proc(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const struct idlc_decl *arg = proc->args;

	if (proc->n_args > 1)
		return cast(g, classic_fmt(g, "xdr_%s",
		    classic_bundle(g, proc, version)), false);
	if (is_bounded_string(arg) || is_pointer(g, proc))
		return cast(g, classic_fmt(g, "xdr_%s_arg",
		    classic_stub(g, proc->name, version)), false);
	return cast(g, classic_routine(g, &arg->type),
	    arg->type.base == IDLC_VOID);
}

const char *
classic_result_proc(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const struct idlc_decl *result = &proc->result;

	if (is_bounded_string(result))
		return cast(g, classic_fmt(g, "xdr_%s_res",
		    classic_stub(g, proc->name, version)), false);
	return cast(g, classic_routine(g, &result->type),
	    result->type.base == IDLC_VOID);
}

static void
print_string(struct classic *g, const char *stub, const char *which,
    const struct idlc_decl *decl)
{
	out(g->o, VARS({ "stub", stub }, { "which", which },
	    { "bound", classic_bound(g, decl) }),
	    "\n"
	    "static bool_t\n"
	    "xdr_$stub$_$which$ (XDR *$xdrs$, char **$objp$)\n"
	    "{\n"
	    "\treturn xdr_string ($xdrs$, $objp$, $bound$);\n"
	    "}\n");
}

static void
print_pointer(struct classic *g, const char *stub,
    const struct idlc_decl *arg)
{
	out(g->o, VARS({ "stub", stub },
	    { "type", classic_type(g, &arg->type) },
	    { "routine", classic_routine(g, &arg->type) }),
	    "\n"
	    "static bool_t\n"
	    "xdr_$stub$_arg (XDR *$xdrs$, $type$ **$objp$)\n"
	    "{\n"
	    "\treturn xdr_pointer ($xdrs$, (char **)$objp$, sizeof ($type$),\n"
	    "\t\t(xdrproc_t) $routine$);\n"
	    "}\n");
}

static void
print_helpers(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	const char *stub = classic_stub(g, proc->name, version);

	if (is_bounded_string(&proc->result))
		print_string(g, stub, "res", &proc->result);
	if (proc->n_args > 1)
		return;
	if (is_bounded_string(proc->args))
		print_string(g, stub, "arg", proc->args);
	else if (is_pointer(g, proc))
		print_pointer(g, stub, proc->args);
}

/* Is a quadruple an argument or a result of its own? */
static bool
passes_quadruple(const struct idlc_version *version)
{
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		if (p->result.type.base == IDLC_QUADRUPLE ||
		    (p->n_args == 1 && p->args->type.base == IDLC_QUADRUPLE))
			return true;
	return false;
}

void
classic_helpers(struct classic *g)
{
	bool quadruple = false;

	for EACH_VERSION(g, at)
		quadruple |= passes_quadruple(at.version);
	if (quadruple)
		classic_quadruple_routine(g);
	for EACH_VERSION(g, at) {
		classic_guard_version(g, at.version);
		for (const struct idlc_procedure *p = at.version->procedures;
		    p; p = p->next)
			print_helpers(g, p, at.version);
		classic_unguard_version(g, at.version);
		classic_drop(g);
	}
}
