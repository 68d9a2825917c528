/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the stages of the front end share: one struct front lives from the
 * first byte read to the finished schema.
 *
 *	source.c  files          cpp.c     directives     lex.l    tokens
 *	parse.y   the tree       names.c   who is meant   consts.c how much
 *	check.c   the rules      order.c   what comes first in C
 *
 * The tree is the schema: parse.y builds the structs of <idlc/idl.h>, the
 * later stages fill in what the text alone does not say.
 */
#ifndef IDLC_FRONT_FRONT_H
#define IDLC_FRONT_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <idlc/idl.h>
#include <oxdr/mem.h>

#include "idlc/front/codes.h"

struct atom;
struct place;
struct macro;
struct source;
struct finding;

/* Atoms by text: open addressing, at most half of `mask + 1` slots taken. */
struct atom_slot {
	struct atom *atom;
	uint32_t hash;
};

struct atom_table {
	struct atom_slot *slots;
	size_t mask;
	size_t n;
	uint64_t seed;
};

/* Where a stretch of the preprocessed text comes from.  From `at` on, until
 * the next segment, column `column` of line `line` of `file` stands there
 * character by character; where width is not 0, everything stands for the
 * `width` bytes at that one place (a macro's use). */
struct segment {
	size_t at;
	const char *file;
	uint32_t line;
	uint32_t column;
	uint32_t width;
};

/* Bytes that grow. */
struct bytes {
	char *text;
	size_t n;
	size_t room;
};

/* An item that a doc comment may belong to: its tokens' numbers. */
struct doc_item {
	uint32_t first;
	uint32_t last;
	const struct idlc_doc **doc;
};

/* A doc comment; `token` is the number of the token behind it. */
struct doc_comment {
	const char *text;
	size_t n;
	struct idlc_pos pos;
	uint32_t token;
	bool after;		/* a comment of the item before it */
	bool blank_behind;	/* an empty line follows */
	struct doc_comment *next;
};

/* A list under construction. */
struct def_list {
	struct idlc_def *head;
	struct idlc_def *tail;
};

/* A %#include "name.h": types may come from name.x. */
struct import {
	const char *name;
	const struct source *from;
	bool angled;
	struct idlc_pos pos;
	struct import *next;
};

#define FRONT_SINK_BYTES 512

struct front {
	const struct idlc_options *options;
	const struct oxdr_allocator *allocator;
	bool rpcgen;		/* the dialect */
	bool tolerant;		/* rpcgen's dialect, not strict */

	struct oxdr_arena *mem;	/* lives as long as the schema */
	struct oxdr_arena temp;	/* gone when loading is done */
	bool nomem;		/* out of memory: results are worthless */
	bool stop;		/* a fatal finding: read no further */
	uint64_t sink[FRONT_SINK_BYTES / 8];

	struct atom_table atoms;

	/* Findings (report.c). */
	struct finding *findings;
	struct finding *last_finding;
	size_t n_findings;
	size_t n_errors;
	size_t n_suggested;
	bool muted;		/* errors only set `faulty`... */
	bool faulty;
	const char *fault;	/* ...and the first one this; NULL: none */
	struct idlc_pos fault_pos;
	bool unreadable;
	bool open;		/* last_finding takes notes */
	bool warnings_are_errors;
	uint8_t warning_state[IDLC_N_CODES];

	/* Files (source.c). */
	struct source *sources;
	struct source *last_source;
	size_t n_sources;
	uint32_t n_places;

	/* The preprocessor's product (cpp.c). */
	struct bytes text;
	struct segment *segments;
	size_t n_segments;
	size_t room_segments;
	struct macro *macros;	/* all of the run at hand */
	struct import *imports;
	struct import *last_import;
	bool uses_output_symbols;
	bool has_text;		/* %-lines that may declare anything */

	/* The tree as it grows (parse.y, ast.c). */
	struct def_list defs;
	struct def_list imported_defs;
	struct idlc_def *spare_defs;	/* memory for the next ones */
	size_t n_spare_defs;
	size_t n_new_defs;
	uint32_t n_defs;	/* of the finished list */
	struct def_list inlines;	/* bodies of the definition at hand */
	bool importing;
	bool lost_definition;	/* recovery skipped one: names may be lacking */
	uint32_t scope;		/* stamps a member list */
	struct doc_comment *docs;
	struct doc_comment *last_doc;
	struct doc_item *doc_items;
	size_t n_doc_items;
	size_t room_doc_items;
	bool has_docs;
	const struct idlc_doc *file_doc;
	const struct atom *atom_true;
	const struct atom *atom_false;
};

/* ---- Memory (front.c) -------------------------------------------------- */

/*
 * Takes n zeroed bytes that live as long as the schema (idlc_i_temp: as long
 * as the loading).  n is at most FRONT_SINK_BYTES.  Never NULL: without
 * memory the front end goes on with one scratch piece, f->nomem says so, and
 * every stage returns before it trusts what it built.
 */
void *idlc_i_take(struct front *f, size_t n);
void *idlc_i_temp(struct front *f, size_t n);

/* Takes any amount from the temporary arena, not cleared; NULL sets nomem. */
void *idlc_i_temp_array(struct front *f, size_t n, size_t size);

/* Copies n bytes and ends them with a NUL; "" without memory. */
const char *idlc_i_copy(struct front *f, const char *text, size_t n);

/* Prints into memory that lives as long as the loading. */
const char *idlc_i_print(struct front *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for one more of `size` bytes in an array; NULL: no memory, the
 * array stays.  The array is the caller's: idlc_i_array_free(). */
void *idlc_i_array_more(struct front *f, void *array, size_t n, size_t *room,
    size_t size);
void idlc_i_array_free(struct front *f, void *array, size_t room, size_t size);

/* Adds n bytes; false and nomem without memory. */
bool idlc_i_bytes_add(struct front *f, struct bytes *b, const char *text,
    size_t n);

/* ---- Atoms (atom.c) ---------------------------------------------------- */

/* Keywords of C, and those of C++ or C23 only. */
enum atom_word { WORD_NONE, WORD_C, WORD_CXX };

/*
 * A name: one struct for each text, so that comparing is comparing pointers
 * and a name is looked up once, when it is read.  All `const char *` names of
 * the tree are texts of atoms: atom_of() finds the way back.
 *
 * def          what it means in the file's name space, and for an enumerator
 *              `item`; NULL: nothing
 * macro        what #define made of it
 * c_macro      what %#define made of it
 * keyword      token of the grammar; 0: an ordinary name
 * word         what the name is in C, from idlc_i_check() on
 * scope, here  the member list it was last seen in, and as what
 */
struct atom {
	const struct idlc_def *def;
	const struct idlc_enumerator *item;
	struct macro *macro;
	struct macro *c_macro;
	const void *here;
	const void *in_version;	/* the version it was last a procedure of */
	const struct idlc_procedure *stub;	/* of a C function's name */
	uint32_t scope;
	uint32_t n;
	int16_t keyword;
	uint8_t word;		/* enum atom_word */
	uint8_t library;	/* enum idlc_base of a library type; 0: none */
	bool reported;		/* told once that it is undefined */
	bool computed;		/* the constant has its number */
	bool spoiled;		/* the constant could get none */
	char text[];
};

struct atom *idlc_i_atom(struct front *f, const char *text, size_t n);
/* Only looks: NULL when it was never read. */
struct atom *idlc_i_atom_find(const struct atom_table *atoms, const char *text,
    size_t n);
struct atom *idlc_i_atom_of(const char *text);
bool idlc_i_atoms_init(struct front *f);
void idlc_i_atoms_fini(struct front *f);

/* ---- The stages, in their order ----------------------------------------- */

/* Preprocesses a file's text into f->text and f->segments, which start anew. */
void idlc_i_cpp(struct front *f, struct source *source);
/* What `%#define NAME ...` makes of a name, as a number; false: nothing. */
bool idlc_i_cpp_constant(struct front *f, struct atom *name, bool *negative,
    uint64_t *magnitude);

/* Builds the tree of f->text behind f->defs. */
void idlc_i_parse(struct front *f);
/* Gives the doc comments to their items. */
void idlc_i_docs(struct front *f);
/* Makes every name known, resolves every use. */
void idlc_i_names(struct front *f);
/* Computes every number. */
void idlc_i_consts(struct front *f);
/* The rules that need types and numbers. */
void idlc_i_check(struct front *f);
/* Puts the definitions into the order of output. */
void idlc_i_order(struct front *f);

/* The doc of items that have none. */
extern const struct idlc_doc idlc_i_no_doc;

#endif
