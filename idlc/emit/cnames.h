/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IDL names as C names: prefix, reserved words, names that meet.
 *
 * A name that C or C++ keeps for itself gets a trailing `_`, and so does one
 * that would meet another name of the generated code.  Names live as long as
 * the cnames; a name that stays as it is costs nothing.
 */
#ifndef IDLC_EMIT_CNAMES_H
#define IDLC_EMIT_CNAMES_H

#include <stdbool.h>

#include <idlc/idl.h>

struct cnames;

/*
 * schema, prefix   borrowed; "" for no prefix
 * classic          types, constants and members have the names of the drop-in
 *                  dialect's header; the prefix is for functions only
 */
struct cnames *cnames_new(const struct idlc_schema *schema,
    const char *prefix, bool classic);
void cnames_free(struct cnames *names);

/* A type, constant, or program (its macro). */
const char *cname_def(struct cnames *names, const struct idlc_def *def);

/* An enumerator, or another global name from the schema. */
const char *cname_global(struct cnames *names, const char *name);

/* A member, arm or parameter. */
const char *cname_member(struct cnames *names, const char *name);

/*
 * Does a member or variable have the name of this constant, program, version
 * or procedure?  Then it can't be a macro.
 */
bool cname_is_member(struct cnames *names, const char *name);

/*
 * May a program, version or procedure define its number as a macro?  Yes the
 * first time it asks, unless a type, constant or enumerator has the name.
 */
bool cname_take_macro(struct cnames *names, const char *name);

/* Do generated functions have a parameter or variable of this name?  Inside
 * them it is no type. */
bool cname_is_local(const char *name);

/* Would a parameter of this name, or a variable of its function, hide the
 * other: is it the name of something that calls and handlers use? */
bool cname_hides(const struct cnames *names, const char *name);

/* Does a parameter of a codec's functions, in front of the one for the value,
 * have this name? */
bool cname_is_param(const char *name);

/* True the first time it is asked for this text. */
bool cname_once(struct cnames *names, const char *text);

/* "calc_prog_v1": what every name of a version starts with. */
const char *cname_version(struct cnames *names, const struct idlc_def *program,
    const struct idlc_version *version);

/*
 * The name of a procedure's C function, "calc_prog_v1_add", and its last
 * part, "add", the handler's name in the struct of handlers.  Procedures
 * whose functions would meet get a trailing `_`.
 */
const char *cname_procedure(struct cnames *names,
    const struct idlc_def *program, const struct idlc_version *version,
    const struct idlc_procedure *proc);
const char *cname_handler(struct cnames *names,
    const struct idlc_def *program, const struct idlc_version *version,
    const struct idlc_procedure *proc);

#endif
