/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the emitters of the drop-in dialect share: the state of one output,
 * the names of a schema as C sees them, types and declarators.
 *
 * The dialect is libtirpc's C: rpcgen's names, layouts and prototypes.
 * Strings that the functions here give live until classic_drop().
 */
#ifndef IDLC_EMIT_RPCGEN_CLASSIC_H
#define IDLC_EMIT_RPCGEN_CLASSIC_H

#include <stdbool.h>
#include <stdint.h>

#include <idlc/idl.h>
#include <oxdr/mem.h>

#include "idlc/emit/out.h"
#include "idlc/emit/rpcgen/options.h"

/*
 * A global name of the schema: a type, an enumerator, or a macro of the
 * header (constants; numbers of programs, versions and procedures).  One name
 * may be several of these.
 *
 * is_number   macro of a program, version or procedure; `number` is what it
 *             stands for at the header's end
 * clash       such a macro that would hit other identifiers of .c files: they
 *             undefine it and use its number
 * is_const    macro of a constant
 * inexact     a macro whose text is no number of 32 bits (rpcgen takes it)
 * undefined_in  the output that has undefined the macro
 * declared    the header has defined the type, or another one has
 * hidden_in, hidden_by  the last definition with a member that has the name of
 *             this type, and that member
 * macro       what the header has defined it as so far; NULL: nothing
 * program     the last one that has a procedure of this name
 * defined_by  the last one that the header has defined such a macro for
 */
struct name {
	const char *text;
	uint32_t hash;
	uint32_t number;
	bool is_number;
	bool is_const;
	bool clash;
	bool inexact;
	bool declared;
	const struct out *undefined_in;
	const struct idlc_def *hidden_in;
	const struct idlc_decl *hidden_by;
	const char *macro;
	const struct idlc_def *program;
	const struct idlc_def *defined_by;
	struct name *next;
};

struct names {
	struct name **buckets;
	uint32_t n_buckets;
	uint32_t n;
};

/*
 * One schema, and the output at hand.
 *
 * header   as it is to be included; NULL: input came from standard input
 * base     stem of the input's name without directories, "" for none
 * programs   those that are part of the output
 * own        what generated functions call their own, by what we call it
 * in_order   types have to be declared before they are used: a header
 * within     the definition whose members are at hand
 * has_...    whether some definition uses a keyword of C++ or C23, whether one
 *            uses a quadruple, whether there are `%` lines
 */
struct classic {
	struct out *o;
	const struct idlc_schema *schema;
	const struct classic_options *options;
	const char *header;
	const char *base;
	uint32_t keyword_sizes[32];	/* bits: lengths, by first letter */
	bool with_main;		/* of a server file: main() is in it */
	bool in_order;
	bool has_guarded;
	bool has_xdr;		/* a name that starts like a routine's */
	struct out_var *own;
	const char *result;	/* of a sample: its variables' names */
	const char *retval;
	bool has_quadruple;
	bool has_text;
	const struct idlc_def *within;
	struct names names;
	struct names stubs;	/* of all procedures, once it was asked */
	struct classic_program *programs;
	struct classic_program **last_program;
	struct oxdr_arena name_arena;
	struct oxdr_arena arena;
};

/* Starts on a schema, whose `user` pointers it takes: collects the names.
 * Outputs of one schema share it: set `o` for each. */
void classic_init(struct classic *g, const struct idlc_schema *schema,
    const struct classic_options *options);
void classic_fini(struct classic *g);

/* Takes back the strings made so far. */
void classic_drop(struct classic *g);

/* ---- names.c: text and names ---------------------------------------- */

/* Memory that the run has, or it ends. */
void *classic_take(struct oxdr_arena *arena, size_t n, size_t align);

/* Knows %s, %u and %llu. */
char *classic_fmt(struct classic *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The identifier for a name of the schema: C keywords get a `_`. */
const char *classic_ident(struct classic *g, const char *name);

/* ASCII lower case. */
const char *classic_lower(struct classic *g, const char *name);

/* The name of a type. */
struct name *classic_name_of(const struct idlc_def *def);

/* A name of the schema; NULL: it has none like it. */
struct name *classic_name_find(const struct classic *g, const char *text);

/* A constant as written, or its number where the name would not do. */
const char *classic_value(struct classic *g, const struct idlc_value *value);

/* The number of a procedure, version or program: its macro, if that stands
 * for this number everywhere. */
const char *classic_number(struct classic *g, const char *name,
    uint32_t number);

/* "add_1": what is called by client and server. */
const char *classic_stub(struct classic *g, const char *name,
    const struct idlc_version *version);

/* The type with the arguments of a procedure that takes several by value. */
const char *classic_bundle(struct classic *g,
    const struct idlc_procedure *proc, const struct idlc_version *version);

/* Several arguments always go by value, one with -N. */
bool classic_by_value(const struct classic *g,
    const struct idlc_procedure *proc);

/* Undefines the macros that would hit identifiers of a .c file. */
void classic_undefine(struct classic *g);

/* The comment and include lines that files begin with.  before: include
 * lines in front of the header's. */
void classic_opening(struct classic *g, const char *before);
void classic_sample_opening(struct classic *g, const char *before);

/* Text of `%` lines as it is. */
void classic_text(struct classic *g, const struct idlc_def *def);
void classic_all_text(struct classic *g);

bool classic_has_programs(const struct idlc_schema *schema);

#define EACH_DEF(g, def) \
	(const struct idlc_def *def = (g)->schema->defs; def; def = def->next)

/* The versions of all programs that are part of the output. */
struct classic_program {
	const struct idlc_def *def;
	struct classic_program *next;
};

struct classic_version {
	const struct classic_program *next_program;
	const struct idlc_def *program;
	const struct idlc_version *version;
};

struct classic_version classic_first_version(const struct classic *g);
void classic_next_version(struct classic_version *at);

#define EACH_VERSION(g, at) \
	(struct classic_version at = classic_first_version(g); at.version; \
	    classic_next_version(&at))

/* Is the definition part of the output: not known from another file, and
 * more than a declaration? */
bool classic_is_emitted(const struct idlc_def *def);

/* A type definition that is part of the output. */
bool classic_is_type(const struct idlc_def *def);

/* ---- own.c: what generated functions call their own ------------------ */

/* Settles the names for a schema: values of templates from then on. */
void classic_note_own(struct classic *g);

/* Such a name as no name of the schema meets: "clnt", "clnt_". */
const char *classic_own(const struct classic *g, const char *name);

/* The dispatcher of a version, in a sample the function that calls all of it:
 * "calc_1", unless the program has a procedure of its name. */
const char *classic_dispatcher(struct classic *g,
    const struct idlc_def *program, const struct idlc_version *version);

/* Is this what is called for a procedure of some version: "add_1"? */
bool classic_is_stub(struct classic *g, const char *name);

/* The same for one that is made of the schema's: "result_1". */
const char *classic_local(struct classic *g, const char *name);

/* An argument as a parameter, kept apart from all that its function uses. */
const char *classic_param(struct classic *g,
    const struct idlc_procedure *proc, const struct idlc_decl *arg,
    unsigned position);

/* An argument as a member of the struct of several, before C's keywords. */
const char *classic_bundled(struct classic *g,
    const struct idlc_procedure *proc, const struct idlc_decl *arg,
    unsigned position);

/* ---- types.c -------------------------------------------------------- */

/* A type as C spells it: "u_int", "point", "struct undeclared". */
const char *classic_type(struct classic *g, const struct idlc_type *type);

/* The name with its tag: where it is not declared yet, or hidden. */
const char *classic_tagged(struct classic *g, const struct idlc_def *def);

/* Its routine: "xdr_u_int". */
const char *classic_routine(struct classic *g, const struct idlc_type *type);

/* What follows "xdr_" in the routine of a type: its name, with a `_` where
 * libtirpc has a function of that name. */
const char *classic_routine_of(struct classic *g, const char *name);

/* Does the type name an array of fixed size, at first or second hand? */
bool classic_is_array(const struct idlc_type *type);

/* The element of such an array. */
const char *classic_element(struct classic *g, const struct idlc_type *type);

bool classic_def_uses_quadruple(const struct idlc_def *def);

/* The pointer to a type: "int *", "char **". */
const char *classic_pointer(struct classic *g, const char *type);

/* In front of definitions of other types: prints the routine of quadruple. */
void classic_quadruple_routine(struct classic *g);

/* The greatest length of a VARIABLE: its bound, or "~0". */
const char *classic_bound(struct classic *g, const struct idlc_decl *decl);

/*
 * The routine for an argument or result, as an xdrproc_t: an existing one, or
 * the static one that classic_helpers() prints for it.
 */
const char *classic_arg_proc(struct classic *g,
    const struct idlc_procedure *proc, const struct idlc_version *version);
const char *classic_result_proc(struct classic *g,
    const struct idlc_procedure *proc, const struct idlc_version *version);

/* Routines that client and server files need beside those of the types:
 * for strings with a bound, pointers by value, quadruples. */
void classic_helpers(struct classic *g);

/* Types of parameters and results as prototypes spell them. */
/* what the result points to: "int" */
const char *classic_result_type(struct classic *g,
    const struct idlc_procedure *proc);
/* by value: "char *", "row" */
const char *classic_value_type(struct classic *g,
    const struct idlc_decl *arg);
/* by reference: "int" of "int *" */
const char *classic_pointee(struct classic *g, const struct idlc_decl *arg);

/*
 * Parameters before the last one of a stub: "inner *argp", "int a, char *b".
 * named: with names; else as the header's prototypes have it, each with its
 * comma.
 */
const char *classic_params(struct classic *g,
    const struct idlc_procedure *proc, bool named);

/* ---- members.c ------------------------------------------------------ */

/* A member, at the printer's depth. */
void classic_member(struct classic *g, const struct idlc_decl *decl,
    const char *name);

/* Before the members of a definition are printed, and after. */
void classic_members_begin(struct classic *g, const struct idlc_def *def);
void classic_members_end(struct classic *g);

/* ---- keywords.c ----------------------------------------------------- */

/* Prepares the questions below. */
void classic_note_keywords(struct classic *g);

/* Does the definition use a name that needs the guards below? */
bool classic_uses_guarded(const struct classic *g, const struct idlc_def *def);

bool classic_is_c_keyword(const struct classic *g, const char *name);

/*
 * Names that are keywords in C++ or C23 only stay what they are elsewhere:
 * around a definition that uses them they are macros for the name with a `_`.
 */
void classic_guard_def(struct classic *g, const struct idlc_def *def);
void classic_unguard_def(struct classic *g, const struct idlc_def *def);
void classic_guard_version(struct classic *g,
    const struct idlc_version *version);
void classic_unguard_version(struct classic *g,
    const struct idlc_version *version);

/* ---- One product a file --------------------------------------------- */

void classic_header(struct classic *g);
void classic_codec(struct classic *g);
void classic_client(struct classic *g);
/* Dispatchers; with_main: and main(). */
void classic_server(struct classic *g, bool with_main);
/* Returns how many tables are out of order (told on standard error). */
int classic_table(struct classic *g);
void classic_sample_server(struct classic *g);
void classic_sample_client(struct classic *g);

/*
 * Runs a C preprocessor: program -C DEFINES -DSYMBOL INPUT.
 *
 * defines   "-DNAME=VALUE", ended by NULL
 * input     NULL: standard input
 *
 * Returns what it printed, of *out_n bytes, for the caller to free; NULL: it
 * failed, and that was told.
 */
char *classic_preprocess(const char *program, const char *const *defines,
    const char *symbol, const char *input, size_t *out_n);

/* The files of one input, as a Makefile lists them: with their directory. */
struct classic_files {
	const char *input;
	const char *stem;	/* "dir/foo" */
	const char *command;	/* "rpcgen", "idlc --rpcgen" */
	bool codec;
	bool programs;
	bool table;
};

void classic_makefile(struct out *o, const struct classic_options *options,
    const struct classic_files *files);

#endif
