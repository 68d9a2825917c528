/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between scanner, grammar and tree builder: what a token carries, and the
 * state of one parse.
 */
#ifndef IDLC_FRONT_PARSER_H
#define IDLC_FRONT_PARSER_H

#include <idlc/dump.h>

#include "idlc/front/front.h"

/* Deepest nesting of braces: later stages may walk a tree by recursion. */
#define PARSER_MAX_DEPTH 100

/* A place and the numbers of its first and last token. */
struct span {
	struct idlc_pos pos;
	uint32_t first;
	uint32_t last;
};

enum literal { LITERAL_NAME, LITERAL_NUMBER, LITERAL_STRING, LITERAL_CHAR };

/* A constant as the scanner leaves it. */
struct word {
	const char *text;	/* an atom's */
	uint64_t magnitude;
	bool negative;
	enum literal kind;
};

/* A type as the grammar leaves it: a struct idlc_type without its place. */
struct typed {
	const char *spelled;
	struct idlc_def *def;
	uint8_t base;
	uint8_t keyword;
};

/* Lists under construction. */
struct decl_list {
	struct idlc_decl *head;
	struct idlc_decl *tail;
};

struct enumerator_list {
	struct idlc_enumerator *head;
	struct idlc_enumerator *tail;
};

struct label_list {
	struct idlc_label *head;
	struct idlc_label *tail;
};

struct procedure_list {
	struct idlc_procedure *head;
	struct idlc_procedure *tail;
};

struct version_list {
	struct idlc_version *head;
	struct idlc_version *tail;
};

/* The arms of a union so far: behind a default nothing may follow. */
struct arm_list {
	struct idlc_arm *head;
	struct idlc_arm *tail;
};

/* What stands around a declaration's name: `*`, `[n]`, `<n>`.  One at a time
 * is enough, as it is used up before the next begins. */
struct shape {
	unsigned stars;
	unsigned n_dims;
	char open;		/* '[' or '<' of the first */
	bool sized;
	struct word size;
	struct idlc_pos size_pos;
	struct idlc_pos star, second_star;
	struct idlc_pos dim, second_dim;	/* `[n]` from bracket to bracket */
};

/* A brace that is open: who opened it. */
struct brace {
	int head;		/* token of the keyword; 0: none */
	const char *name;
	struct idlc_pos pos;
};

/* A token that was read; text: of names, keywords and constants. */
struct recent {
	int token;
	bool first_on_line;
	const char *text;
	struct idlc_pos pos;
};

struct parser {
	struct front *f;

	/* The scanner. */
	void *scanner;
	const char *base;
	size_t next_at;		/* offset where the next segment begins */
	size_t next_segment;
	const char *file;
	uint32_t line;
	size_t bol;		/* offset that would be column 1, modulo 2^64 */
	size_t segment_at;
	uint32_t width;		/* of a macro's use; 0: ordinary text */
	uint32_t n_tokens;
	bool first_on_line;
	struct bytes c_text;	/* %-lines not yet a definition */
	struct idlc_pos c_text_pos;

	/* For messages and recovery. */
	struct recent recent[4];	/* the last tokens, newest first */
	bool no_semicolon;	/* the fault at hand is a missing ';' */
	int head;
	const char *head_name;
	struct brace braces[PARSER_MAX_DEPTH + 1];
	unsigned depth;
	int injected[2 * PARSER_MAX_DEPTH + 4];	/* tokens to read first, last first */
	unsigned n_injected;
	uint32_t n_recovered;	/* tokens read at the last recovery, plus 1 */
	bool silent;		/* what was put in raises no errors */
	bool has_pending;	/* behind those: the token recovery stopped at */
	int pending;
	struct span pending_at;
	uint64_t pending_value[8];

	/* For the builders. */
	struct shape shape;
	bool named_body;	/* reported for the type at hand */
	const struct idlc_decl *other;	/* default of the union at hand */
	struct idlc_pos default_at;
};

/* The tree builders (ast.c); positions are borrowed. */
void idlc_i_shape_begin(struct parser *ps);
void idlc_i_shape_star(struct parser *ps, const struct span *at);
/* size NULL: none; size_at: where it stands or should; bracket: the opening
 * one; at: up to the closing one. */
void idlc_i_shape_dim(struct parser *ps, char open, const struct word *size,
    const struct span *size_at, const struct span *bracket,
    const struct span *at);

struct typed idlc_i_type_named(struct parser *ps, enum idlc_keyword keyword,
    const char *name);
struct typed idlc_i_type_body(struct parser *ps, enum idlc_keyword keyword,
    struct idlc_def *body);

/* Where a declaration stands decides what it may look like. */
enum decl_place { PLACE_MEMBER, PLACE_ARGUMENT, PLACE_RESULT };

struct idlc_decl *idlc_i_decl(struct parser *ps, enum decl_place place,
    const struct typed *type, const struct span *type_at, const char *name,
    const struct span *name_at, const struct span *whole);

struct idlc_enumerator *idlc_i_enumerator(struct parser *ps, const char *name,
    const struct span *name_at, const struct word *value,
    const struct span *value_at, const struct span *whole);
struct idlc_label *idlc_i_label(struct parser *ps, const struct word *value,
    const struct span *at);
struct idlc_arm *idlc_i_arm(struct parser *ps, struct idlc_label *labels,
    struct idlc_decl *decl, const struct span *whole);
void idlc_i_default(struct parser *ps, const struct idlc_decl *decl,
    const struct span *at, const struct span *whole);
struct idlc_procedure *idlc_i_procedure(struct parser *ps,
    struct idlc_decl *result, const char *name, const struct span *name_at,
    struct idlc_decl *args, const struct word *number,
    const struct span *number_at, const struct span *whole);
struct idlc_version *idlc_i_version(struct parser *ps, const char *name,
    const struct span *name_at, struct idlc_procedure *procedures,
    const struct word *number, const struct span *number_at,
    const struct span *whole);

/* Bodies: definitions without a name yet. */
struct idlc_def *idlc_i_body_enum(struct parser *ps,
    struct idlc_enumerator *list, const struct span *at);
struct idlc_def *idlc_i_body_struct(struct parser *ps, struct idlc_decl *list,
    const struct span *at);
struct idlc_def *idlc_i_body_union(struct parser *ps, struct idlc_decl *disc,
    struct idlc_arm *arms, const struct idlc_decl *other,
    const struct span *at);

/* Definitions; each adds itself to the tree. */
void idlc_i_define_const(struct parser *ps, const char *name,
    const struct span *name_at, const struct word *value,
    const struct span *value_at, const struct span *whole);
void idlc_i_define_body(struct parser *ps, struct idlc_def *body,
    const char *name, const struct span *name_at, const struct span *whole);
void idlc_i_define_typedef(struct parser *ps, struct idlc_decl *alias,
    const struct span *whole);
void idlc_i_define_program(struct parser *ps, const char *name,
    const struct span *name_at, struct idlc_version *versions,
    const struct word *number, const struct span *number_at,
    const struct span *whole);
void idlc_i_define_text(struct parser *ps);

/* A fault that the grammar sees as a whole (wrong.c): reports it. */
enum wrong {
	WRONG_EMPTY_STRUCT,
	WRONG_EMPTY_ENUM,
	WRONG_EMPTY_UNION,
	WRONG_EMPTY_PROGRAM,
	WRONG_EMPTY_VERSION,
	WRONG_TRAILING_COMMA,
	WRONG_STRAY_SEMICOLON,
	WRONG_UNION_SWITCH,
	WRONG_DECLARATORS,
	WRONG_NAMED_BODY,
	WRONG_SECOND_DECL,
	WRONG_CASE_AFTER_DEFAULT,
	WRONG_SECOND_DEFAULT,
	WRONG_DEFAULT_ALONE
};
void idlc_i_wrong(struct parser *ps, enum wrong what, const struct span *at,
    const char *name);

/* Prints the tokens of the preprocessed text; see idlc_dump_tokens(). */
int idlc_i_tokens_print(struct front *f, idlc_write_fn *write, void *ctx);

/* The i-th keyword; NULL behind the last. */
const char *idlc_i_keyword(unsigned i);

/* Doc comments (doc.c). */
void idlc_i_doc_item(struct parser *ps, const struct idlc_doc **doc,
    const struct span *whole);
void idlc_i_doc_comment(struct parser *ps, const char *text, size_t n,
    const struct idlc_pos *pos);

/*
 * Digits to a number (consts.c).  Returns NULL, or what is wrong with the text
 * ("is no number"), with its code and a help or NULL.
 */
const char *idlc_i_number(const char *text, size_t n, struct word *out,
    enum code *code, const char **help);

/* The value of what stands between the quotes of a character constant. */
uint64_t idlc_i_letter(const char *text, size_t n);

#endif
