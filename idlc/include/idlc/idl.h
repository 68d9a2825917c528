/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The language as a library: reads interface files (RFC 4506 section 6,
 * RFC 5531 section 12, and what rpcgen adds), checks them, and gives the
 * schema: definitions with every name resolved and every constant computed.
 *
 * A schema and all it points to is const after idlc_schema_load() and lives
 * until idlc_schema_free().  Strings are NUL-terminated UTF-8.  No function
 * here prints; diagnostics go to the caller's sink.  Threads: a schema may be
 * read from any; loading uses no state outside its arguments.
 */
#ifndef IDLC_IDL_H
#define IDLC_IDL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Positions and diagnostics ----------------------------------------- */

struct oxdr_allocator;

/* A place in a file, after line markers: line and column count from 1, the
 * column in bytes; n is the length of the marked range on that line, >= 1. */
struct idlc_pos {
	const char *file;
	uint32_t line;
	uint32_t column;
	uint32_t n;
};

enum idlc_severity {
	IDLC_NOTE,
	IDLC_HELP,
	IDLC_WARNING,
	IDLC_ERROR
};

/*
 * One finding.  Notes and helps of an error or warning hang below it.
 *
 * code    stable: "E0107", "W0203"; NULL on notes and helps.  For warnings
 *         `flag` is the -W name ("trailing-comma").
 * text    one line, no full stop
 * excerpt the source line of pos as it stands in the file, without its end;
 *         NULL when there is none
 * fix     text that would replace the range of pos; NULL when there is none
 */
struct idlc_finding {
	enum idlc_severity severity;
	const char *code;
	const char *flag;
	struct idlc_pos pos;
	const char *text;
	const char *excerpt;
	const char *fix;
	const struct idlc_finding *children;
	const struct idlc_finding *next;
};

/* Takes each error or warning once, in source order as far as a stage knows
 * it; the finding is borrowed for the call. */
typedef void idlc_finding_fn(void *ctx, const struct idlc_finding *finding);

/* ---- Values ------------------------------------------------------------ */

struct idlc_def;

/*
 * A constant as written and as computed.  Integers run from -2^63 to 2^64-1:
 * negative says the sign, magnitude the rest.
 */
struct idlc_value {
	const char *text;	/* as spelled: "0x1F", "N", "\"abc\"" */
	bool negative;
	bool is_string;		/* rpcgen's string constants */
	bool unknown;		/* a name that only C knows (rpcgen dialect):
				   print `text`, there is no number */
	uint64_t magnitude;
	const struct idlc_def *ref;	/* const or enum that `text` names */
	struct idlc_pos pos;
};

/* ---- Doc comments and tags --------------------------------------------- */

/* What stands in the doc comments of an item.  Every item has one: those
 * without comments share an empty one, so `doc` is never NULL. */
struct idlc_doc {
	const char *text;	/* without comment marks and tags; lines
				   separated by \n; NULL: none */
	bool idempotent;
	bool oneway;
	bool open;
	bool secret;
	const char *deprecated;	/* NULL: not; "" without a text */
	uint64_t deadline_ns;	/* 0: none */
	bool has_max;
	uint32_t max;		/* @max N */
	const char *http_method;	/* "GET"; NULL: none */
	const char *http_path;
};

/* ---- Types ------------------------------------------------------------- */

enum idlc_base {
	IDLC_VOID,
	IDLC_INT, IDLC_UINT, IDLC_HYPER, IDLC_UHYPER,
	IDLC_CHAR, IDLC_UCHAR, IDLC_SHORT, IDLC_USHORT, IDLC_LONG, IDLC_ULONG,
	IDLC_FLOAT, IDLC_DOUBLE, IDLC_QUADRUPLE,
	IDLC_BOOL, IDLC_STRING, IDLC_OPAQUE,
	IDLC_NAMED		/* a type by name, or an inline body: `def` */
};

/* How a type was prefixed where it is used. */
enum idlc_keyword { IDLC_KW_NONE, IDLC_KW_STRUCT, IDLC_KW_UNION, IDLC_KW_ENUM };

/*
 * A type-specifier.
 *
 * spelled   as written, words separated by one blank: "unsigned int",
 *           "u_int", "point".  In the rpcgen dialect library names such as
 *           int32_t keep base IDLC_NAMED with def NULL (the C side supplies
 *           type and xdr_ routine) but `wire` says what they are known to be.
 * def       IDLC_NAMED: the definition, an anonymous one for an inline body;
 *           NULL: a name that the user supplies (rpcgen dialect only)
 * wire      base after library names: equals `base` but for those
 */
struct idlc_type {
	enum idlc_base base;
	enum idlc_base wire;
	enum idlc_keyword keyword;
	const char *spelled;
	const struct idlc_def *def;
	struct idlc_pos pos;
};

enum idlc_shape {
	IDLC_PLAIN,		/* T x; string and opaque never */
	IDLC_FIXED,		/* T x[n] */
	IDLC_VARIABLE,		/* T x<n>, T x<>; all strings */
	IDLC_OPTIONAL		/* T *x */
};

/* A declaration: a member, an arm, a typedef's body, an argument.
 * A void arm or argument has base IDLC_VOID and no name. */
struct idlc_decl {
	const char *name;	/* NULL: unnamed argument, void */
	struct idlc_type type;
	enum idlc_shape shape;
	bool bounded;		/* VARIABLE: a bound was written (or @max) */
	uint32_t bound;		/* FIXED: size; VARIABLE: maximum, UINT32_MAX
				   when there is none */
	struct idlc_value size;	/* bound as written; text NULL: none */
	const struct idlc_doc *doc;
	struct idlc_pos pos;	/* of the name, else of the type */
	const struct idlc_decl *next;
};

struct idlc_enumerator {
	const char *name;
	int32_t value;
	bool implicit;		/* no value was written (rpcgen) */
	struct idlc_value written;
	const struct idlc_doc *doc;
	struct idlc_pos pos;
	const struct idlc_enumerator *next;
};

/* One `case V:`; several labels of an arm follow each other through next. */
struct idlc_label {
	struct idlc_value value;
	int64_t number;		/* sign as the discriminant's type */
	const struct idlc_label *next;
};

struct idlc_arm {
	const struct idlc_label *labels;
	const struct idlc_decl *decl;
	const struct idlc_arm *next;
};

struct idlc_procedure {
	const char *name;
	uint32_t number;
	struct idlc_value written;
	struct idlc_decl result;	/* PLAIN; string: VARIABLE */
	const struct idlc_decl *args;	/* never NULL: one void for none */
	uint32_t n_args;		/* 0 for void */
	const struct idlc_doc *doc;
	struct idlc_pos pos;
	const struct idlc_procedure *next;
};

struct idlc_version {
	const char *name;
	uint32_t number;
	struct idlc_value written;	/* text as spelled: names use it */
	const struct idlc_procedure *procedures;
	uint32_t n_procedures;
	const struct idlc_doc *doc;
	struct idlc_pos pos;
	const struct idlc_version *next;
};

/* ---- Definitions ------------------------------------------------------- */

enum idlc_def_kind {
	IDLC_CONST,
	IDLC_ENUM,
	IDLC_STRUCT,
	IDLC_UNION,
	IDLC_TYPEDEF,
	IDLC_PROGRAM,
	IDLC_TEXT		/* a run of % lines, without the % */
};

/* def.flags */
#define IDLC_DEF_ANONYMOUS 1u	/* inline body; `name` is made from its path */
#define IDLC_DEF_IMPORTED 2u	/* known from another file's %#include: used,
				   never emitted */
#define IDLC_DEF_RECURSIVE 4u	/* reaches itself (through optional/variable) */
#define IDLC_DEF_TYPEDEF_BODY 8u /* `typedef struct {..} name`: same as
				   `struct name {..}` */
#define IDLC_DEF_NOTHING 16u	/* emits nothing: `typedef struct s s;`, or
				   a library type defined as what it is
				   (`typedef int int32_t;`) */
#define IDLC_DEF_FORWARD 32u	/* struct or union that stands behind a
				   definition which points to it: declare it
				   (`typedef struct s s;`) before */

/*
 * A definition.  `user` is for one consumer of the schema at a time (plan,
 * an emitter): the library sets it to NULL and never looks at it.
 */
struct idlc_def {
	enum idlc_def_kind kind;
	uint32_t flags;
	const char *name;	/* TEXT: NULL */
	struct idlc_pos pos;	/* of the name */
	const struct idlc_doc *doc;
	union {
		struct idlc_value value;			/* CONST */
		const struct idlc_enumerator *enumerators;	/* ENUM */
		const struct idlc_decl *members;		/* STRUCT */
		struct {
			struct idlc_decl disc;
			const struct idlc_arm *arms;
			const struct idlc_decl *other;	/* default, or NULL */
		} u;						/* UNION */
		struct idlc_decl alias;				/* TYPEDEF */
		struct {
			uint32_t number;
			struct idlc_value written;
			const struct idlc_version *versions;
		} program;					/* PROGRAM */
		const char *text;	/* TEXT: lines, each with its \n */
	} is;
	const struct idlc_def *next;	/* in order of output: as written, but
					   a definition that an earlier one
					   needs by value is pulled up to just
					   before it; bodies before their user */
	void *user;
};

struct idlc_schema {
	const char *file;		/* the main input, as named */
	const struct idlc_def *defs;
	uint32_t n_defs;
	bool uses_output_symbols;	/* RPC_HDR and the like were tested: the
					   schema may differ by output */
	const char *const *files;	/* every file read, main first; NULL
					   ends it: for dependency output */
	const struct idlc_doc *doc;	/* comment of the file itself */
};

/* ---- Loading ----------------------------------------------------------- */

enum idlc_dialect { IDLC_NATIVE, IDLC_RPCGEN };

/* Values of options.warnings entries: "trailing-comma", "no-trailing-comma",
 * "error", "error=trailing-comma", "all". */
struct idlc_options {
	enum idlc_dialect dialect;
	bool strict;			/* rpcgen dialect with native checks */
	const char *const *include_dirs;	/* NULL-terminated; may be NULL */
	const char *const *defines;	/* "-DNAME=V", "-UNAME" in order */
	const char *output_symbol;	/* "RPC_HDR"..., NULL: none defined */
	const char *cpp_command;	/* outside preprocessor; NULL: our own */
	const struct oxdr_allocator *allocator;	/* NULL: malloc and free */
	const char *const *warnings;	/* NULL-terminated; may be NULL */
	idlc_finding_fn *on_finding;	/* may be NULL */
	void *ctx;
};

/*
 * Reads one interface file and what it includes.
 *
 * path      "-" reads standard input
 * options   borrowed for the call; NULL: native dialect, defaults
 * out       written only on success
 *
 * Returns 0; 1 when errors were reported in the input (no schema); negative
 * -OXDR_E_NOMEM, or -OXDR_E_INVAL when a file can't be read (a finding says
 * which and why).
 */
int idlc_schema_load(const char *path, const struct idlc_options *options,
    struct idlc_schema **out);

/* The same from memory; name is used in positions. */
int idlc_schema_parse(const char *name, const char *text, size_t n,
    const struct idlc_options *options, struct idlc_schema **out);

/* Frees a schema and all it points to.  NULL is taken. */
void idlc_schema_free(struct idlc_schema *schema);

/* Finds a type, constant or program by name; NULL: there is none. */
const struct idlc_def *idlc_schema_find(const struct idlc_schema *schema,
    const char *name);

/* Follows typedefs that only rename: the type behind, its declaration. */
const struct idlc_type *idlc_type_resolve(const struct idlc_type *type);

/* The long explanation of a diagnostic code, for `idlc --explain`; NULL for
 * an unknown code. */
const char *idlc_explain(const char *code);

#ifdef __cplusplus
}
#endif

#endif
