/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the printer (out.c), its templates (template.c) and its files
 * (outputs.c).
 */
#ifndef IDLC_EMIT_OUT_I_H
#define IDLC_EMIT_OUT_I_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idlc/emit/out.h"

/* ---- Templates ---------------------------------------------------------- */

enum piece_kind {
	PIECE_TEXT,		/* characters that are only themselves */
	PIECE_LINE,		/* the same, and the line's end */
	PIECE_VALUE,		/* a value; `text` is its name */
	PIECE_BLANK,		/* \v */
	PIECE_JOINT		/* \f */
};

/* PIECE_OVER bytes behind the text may be read, whatever they are. */
enum { PIECE_OVER = 16 };

struct piece {
	const char *text;
	uint32_t n;
	enum piece_kind kind;
	/* A value's name as it was last asked for: mostly the next time it is
	 * at the same address. */
	const char *name;
};

/* n_text: bytes that its pieces print, without values and indentation. */
struct template {
	const char *source;
	struct piece *pieces;
	size_t n_pieces;
	size_t n_text;
};

/* Templates that were used, by address: open addressing, at most half full. */
struct templates {
	struct template **slots;
	size_t mask;		/* slots NULL: 0 */
	size_t n;
};

static inline size_t
template_slot(const struct templates *t, const char *source)
{
	uint64_t h = (uint64_t)(uintptr_t)source * 0x9e3779b97f4a7c15u;

	return (size_t)(h >> 32) & t->mask;
}

/* Takes a constant text apart when it is first asked for. */
struct template *template_add(struct templates *t, const char *source);

/* The template of a constant text. */
static inline struct template *
template_find(struct templates *t, const char *source)
{
	struct template *first = t->slots ?
	    t->slots[template_slot(t, source)] : NULL;

	return first && first->source == source ? first :
	    template_add(t, source);
}

void templates_fini(struct templates *t);

/* ---- Outputs ------------------------------------------------------------ */

enum { BREAKS_MAX = 64 };	/* places to break one line; more are blanks */

/*
 * Between calls: buf[0..line) are whole lines, buf[line..n) the line being
 * printed; breaks are offsets in it, ascending, of `\v` (a blank stands
 * there) or `\f` (nothing stands there).
 */
struct out {
	struct out *next;
	char *path;		/* NULL: memory only */
	char *temp;		/* NULL: nothing to rename */
	int fd;			/* -1: none, kept in memory */
	bool if_changed;
	int error;
	const char *what;
	char *buf;
	size_t n;
	size_t room;
	size_t line;
	uint64_t flushed;
	size_t depth;
	struct templates templates;
	const struct out_var *common;
	unsigned n_breaks;
	struct {
		size_t at;
		bool blank;
	} breaks[BREAKS_MAX];
};

/* Writes the first n bytes of the buffer, whole lines, to the output's file. */
void out_i_flush(struct out *o, size_t n);

/* Writes whole lines behind those in the buffer, which must be whole, too,
 * straight to the file; false: it has none, nothing was done. */
bool out_i_pass(struct out *o, const char *text, size_t n);

/* Ends the process if mem is NULL. */
void *out_i_mem(void *mem);

#endif
