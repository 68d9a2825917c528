/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How procedures look in C, for header, descriptors, client, server and
 * samples alike; and what header.c prints for others.
 */
#ifndef IDLC_EMIT_PROGRAM_H
#define IDLC_EMIT_PROGRAM_H

#include "idlc/emit/emit.h"

/* How an argument or result crosses a C function's boundary. */
enum pass {
	PASS_VOID,
	PASS_SCALAR,	/* by value; a result by pointer */
	PASS_STRING,	/* const char *; a result char ** */
	PASS_POINTER,	/* an optional: const T *; a result T ** */
	PASS_ARRAY,	/* a fixed array: const ELEM *; a result ELEM * */
	PASS_OBJECT	/* const T *; a result T * */
};

enum pass program_pass(const struct idlc_decl *decl);

/* The declared type of what a procedure takes (one argument) or returns. */
const char *program_type(struct emit *e, const struct idlc_decl *decl);

/* "(const row *)" for an array of arrays: before C23 a const void * does not
 * become one by itself.  Else "". */
const char *program_rows_cast(struct emit *e, const struct idlc_def *def);

/* One parameter "const operands *arg"; the result's parameter "char **out". */
const char *program_param(struct emit *e, const struct idlc_decl *decl,
    const char *name);
const char *program_result(struct emit *e, const struct idlc_decl *decl);

/* ",\vconst operands *arg" for each argument: "" for none. */
const char *program_params(struct emit *e, const struct idlc_procedure *proc);

/* An argument's C name: as written, else "arg", or "arg1", "arg2": as a
 * member of the argument struct, and as a parameter. */
const char *program_arg_name(struct emit *e, const struct idlc_procedure *proc,
    const struct idlc_decl *arg);
const char *program_param_name(struct emit *e,
    const struct idlc_procedure *proc, const struct idlc_decl *arg);

/* The struct of several arguments; NULL for one or none. */
const struct idlc_def *program_args(struct emit *e,
    const struct idlc_def *program, const struct idlc_version *version,
    const struct idlc_procedure *proc);

/* Procedures of a version by number; frees with free(). */
const struct idlc_procedure **program_sorted(
    const struct idlc_version *version);

/* Runs each(e, o, program, version) for all versions that are emitted. */
typedef void program_version_fn(struct emit *e, struct out *o,
    const struct idlc_def *program, const struct idlc_version *version);
void program_each(struct emit *e, struct out *o, program_version_fn *each);

void emit_program_header(struct emit *e, struct out *o,
    const struct idlc_def *program);

/* ---- From header.c ------------------------------------------------------ */

bool emit_is_type(const struct idlc_def *def);
void emit_type(struct emit *e, struct out *o, const struct idlc_def *def);
void emit_args(struct emit *e, struct out *o, const struct idlc_def *def);
const char *emit_param_type(struct emit *e, const struct idlc_def *def);
void emit_define(struct emit *e, struct out *o, const char *name,
    const char *c_name, const struct idlc_value *value);

#endif
