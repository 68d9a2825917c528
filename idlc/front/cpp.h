/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The preprocessor inside: its tokens, macros and state.  cpp.c copies text
 * and obeys directives, macro.c expands, cppexpr.c computes conditions.
 */
#ifndef IDLC_FRONT_CPP_H
#define IDLC_FRONT_CPP_H

#include "idlc/front/front.h"

enum pp_kind { PP_END, PP_NAME, PP_NUMBER, PP_STRING, PP_CHAR, PP_PUNCT };

/* Macros that a token may not be expanded by any more. */
struct hidden {
	const struct macro *macro;
	const struct hidden *next;
	unsigned depth;
};

/* A preprocessing token; text lies in the source or in the arena. */
struct pp_token {
	enum pp_kind kind;
	bool blank;		/* white space before it */
	const char *text;
	size_t n;
	struct atom *name;	/* PP_NAME */
	struct idlc_pos pos;
	const struct hidden *hidden;
	struct pp_token *next;
};

enum macro_kind { MACRO_TEXT, MACRO_FILE, MACRO_LINE };

/*
 * A macro.  n_params -1: not function-like; params are names, the last one
 * __VA_ARGS__ when variadic.
 */
struct macro {
	const struct atom *name;
	enum macro_kind kind;
	int n_params;
	bool variadic;
	struct atom **params;
	struct pp_token *body;
	struct idlc_pos pos;	/* file NULL: predefined */
	struct macro *all;	/* every macro that was ever defined */
	const struct place *used_in;	/* cache: the place of uses ... */
	const char *used_as;		/* ... in that place */
	const char *given_for;		/* the last %-line that used it */
	bool given;			/* C was given it for one */
};

/* An #if that is open. */
struct condition {
	bool active;		/* this group is read */
	bool taken;		/* some group of it was */
	bool outer;		/* the text around it is read */
	bool saw_else;
	bool by_output;		/* an output symbol decides over it */
	bool outer_maybe;	/* so it would be read for some output */
	struct idlc_pos pos;
	struct condition *next;
};

/* The state of one run over a file and what it includes. */
struct cpp {
	struct front *f;
	struct condition *conditions;
	struct source *source;
	const struct place *place;
	const char *p;		/* next byte */
	const char *end;
	const char *bol;	/* first byte of the line */
	uint32_t line;		/* physical */
	unsigned depth;
	unsigned n_includes;
	bool output_tested;	/* the #if at hand mentioned RPC_HDR or so */
	bool in_c;		/* expanding %#defines */
	bool c_comment;		/* a comment of %-lines is open */
	unsigned level;		/* of expansions inside expansions */
	size_t made;		/* tokens of the expansion at hand */
	uint64_t may_start[256];	/* lengths of macros by first byte */
};

#define CPP_MAX_DEPTH 200
#define CPP_MAX_INCLUDES 20000
#define CPP_MAX_BYTES ((size_t)1 << 30)
#define CPP_MAX_EXPANSION 1000000
#define CPP_MAX_NESTED 500

/* The position of a byte of the file at hand. */
struct idlc_pos idlc_i_cpp_pos(const struct cpp *c, const char *at, size_t n);

/* ---- include.c ---------------------------------------------------------- */

/*
 * Finds a file as #include does: beside `from` unless angled, then in the
 * include directories, then where the system's are.
 *
 * Returns 0 and the source, or an errno value of the last try.
 */
int idlc_i_include_find(struct front *f, const struct source *from,
    const char *name, bool angled, struct source **out);

/* The directories that were tried, for a message. */
void idlc_i_include_help(struct front *f, const struct source *from,
    bool angled);

/*
 * Before a %-line: defines for C the macros of the .x file that the line uses.
 * rpcgen's preprocessor replaces them there; here the line stays as it is.
 * false: it uses none.
 */
bool idlc_i_include_macros(struct cpp *c, const char *text, size_t n);

/* Takes a macro back that C was given. */
void idlc_i_include_undef(struct cpp *c, const struct macro *m);

/* A %-line as it stands, without the %: notes includes and constants. */
void idlc_i_include_text(struct cpp *c, const char *text, size_t n);

/* ---- macro.c ------------------------------------------------------------ */

/*
 * Reads tokens up to the end of the logical line (consumed, continuation
 * lines too) or, with `to_paren`, up to the parenthesis that closes the one
 * read first.  Comments are blanks.  Returns NULL for an empty list.
 */
struct pp_token *idlc_i_cpp_tokens(struct cpp *c);
struct pp_token *idlc_i_cpp_tokens_of(struct cpp *c, const char *text,
    size_t n, const struct idlc_pos *pos);

/* Expands a list to its end. */
struct pp_token *idlc_i_cpp_expand(struct cpp *c, struct pp_token *list);

/* Expands the use of a macro in running text: c->p stands behind its name.
 * false: it is no use (a function-like name without parenthesis). */
bool idlc_i_cpp_use(struct cpp *c, struct macro *m, const char *name_at);

struct pp_token *idlc_i_pp_new(struct cpp *c, enum pp_kind kind,
    const char *text, size_t n);

/* Prints a list with its blanks into the front end's text. */
void idlc_i_cpp_put(struct cpp *c, const struct pp_token *list);

/* Makes a macro known; `in_c`: as a %#define. */
struct macro *idlc_i_macro_new(struct cpp *c, struct atom *name);

/* ---- cppexpr.c ---------------------------------------------------------- */

struct pp_number {
	bool is_unsigned;
	uint64_t bits;
};

/* Computes a condition; false: it was reported. */
bool idlc_i_cpp_condition(struct cpp *c, struct pp_token *list,
    const struct idlc_pos *at, bool *out);

/* Computes without reporting; false: it is no constant expression. */
bool idlc_i_cpp_number(struct cpp *c, struct pp_token *list,
    struct pp_number *out);

#endif
