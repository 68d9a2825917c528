/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The printer of every emitter.
 *
 * Text gathers in one buffer an output.  A line is looked at once, when its
 * end arrives: if it is too wide and the template named places to break it,
 * it is laid out anew at the end of the buffer.
 */
#include "idlc/emit/out_i.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COLUMNS = 80,
	TAB = 8,
	FLUSH_BYTES = 1 << 18,
	SPARE = 64		/* room that is left whenever text is added */
};

/* ---- The buffer ---------------------------------------------------------- */

static void
buf_grow(struct out *o, size_t n)
{
	o->room = (o->room + n + SPARE) * 2;
	o->buf = out_i_mem(realloc(o->buf, o->room));
}

/* Room for n bytes and SPARE more. */
static inline void
buf_need(struct out *o, size_t n)
{
	if (o->room - o->n < n + SPARE)
		buf_grow(o, n);
}

static inline void
buf_add(struct out *o, char c)
{
	buf_need(o, 1);
	o->buf[o->n++] = c;
}

static void
buf_add_text(struct out *o, const char *text, size_t n)
{
	buf_need(o, n);
	if (n > 0)
		memcpy(o->buf + o->n, text, n);
	o->n += n;
}

/* ---- Lines --------------------------------------------------------------- */

/* The column behind a text that starts at `column`; few texts have tabs. */
static size_t
width(const char *text, size_t n, size_t column)
{
	const char *end = text + n;

	for (; text < end && *text == '\t'; text++)
		column += TAB - column % TAB;
	while (text < end) {
		const char *tab = memchr(text, '\t', (size_t)(end - text));

		column += (size_t)((tab ? tab : end) - text);
		if (!tab)
			break;
		column += TAB - column % TAB;
		text = tab + 1;
	}
	return column;
}

/* A line being laid out anew: its text, and what is known of it. */
struct fold {
	const char *text;
	size_t n;
	size_t tabs;		/* at its start */
	bool plain;		/* there are no others, and no break in them */
};

/* The column behind a part of the line that starts at `column`. */
static size_t
fold_width(const struct fold *f, size_t start, size_t stop, size_t column)
{
	if (!f->plain)
		return width(f->text + start, stop - start, column);
	if (start == 0)
		return f->tabs * TAB + stop - f->tabs;
	return column + stop - start;
}

/*
 * Lays the current line out anew, in pieces between its breaks: a piece that
 * would pass column 80 starts a line of its own.
 */
static void
line_fold(struct out *o, const struct fold *f)
{
	size_t column = 0, start = 0;
	char *to;

	o->n = o->line;
	buf_need(o, f->n + (o->n_breaks + 1) * (f->tabs + 6));
	to = o->buf + o->n;
	for (unsigned i = 0; i <= o->n_breaks; i++) {
		bool blank = i > 0 && o->breaks[i - 1].blank;
		size_t stop = i < o->n_breaks ? o->breaks[i].at : f->n;

		if (i > 0 && fold_width(f, start, stop, column + blank) >
		    COLUMNS) {
			*to++ = '\n';
			memcpy(to, f->text, f->tabs);
			memcpy(to + f->tabs, "    ", 4);
			to += f->tabs + 4;
			column = f->tabs * TAB + 4;
		} else if (blank) {
			*to++ = ' ';
			column++;
		}
		memcpy(to, f->text + start, stop - start);
		to += stop - start;
		column = fold_width(f, start, stop, column);
		start = stop + (i < o->n_breaks && o->breaks[i].blank);
	}
	o->n = (size_t)(to - o->buf);
}

/* The end of a line that may be broken: before its '\n'. */
static void
line_fit(struct out *o)
{
	char few[512];
	struct fold f = { .text = o->buf + o->line, .n = o->n - o->line };

	if (f.n > COLUMNS / 2) {
		while (f.tabs < f.n && f.text[f.tabs] == '\t')
			f.tabs++;
		f.plain = o->breaks[0].at > f.tabs &&
		    !memchr(f.text + f.tabs, '\t', f.n - f.tabs);
		if (fold_width(&f, 0, f.n, 0) > COLUMNS) {
			char *copy = f.n <= sizeof(few) ? few :
			    out_i_mem(malloc(f.n));

			f.text = memcpy(copy, f.text, f.n);
			line_fold(o, &f);
			if (copy != few)
				free(copy);
		}
	}
	o->n_breaks = 0;
}

static void
line_end(struct out *o)
{
	if (o->n_breaks > 0)
		line_fit(o);
	buf_add(o, '\n');
	o->line = o->n;
}

/* Indents what is printed next, if it starts a line. */
static inline void
line_start(struct out *o)
{
	if (o->n != o->line)
		return;
	buf_need(o, o->depth);
	/* Without a call where the SPARE has room for it. */
	memset(o->buf + o->n, '\t', 8);
	if (o->depth > 8)
		memset(o->buf + o->n, '\t', o->depth);
	o->n += o->depth;
}

/* Notes a place to break the current line, `at` bytes from its start. */
static inline void
note_break(struct out *o, size_t at, bool blank)
{
	if (o->n_breaks == BREAKS_MAX)
		return;
	o->breaks[o->n_breaks].at = at;
	o->breaks[o->n_breaks].blank = blank;
	o->n_breaks++;
}

static void
line_break(struct out *o, bool blank)
{
	line_start(o);
	note_break(o, o->n - o->line, blank);
	if (blank)
		buf_add(o, ' ');
}

/* ---- Values -------------------------------------------------------------- */

static inline bool
is_special(char c)
{
	return c == '\n' || c == '\v' || c == '\f';
}

/* The highest bit of each of eight characters that is special; they follow
 * each other. */
static inline uint64_t
specials(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t low = word & 127 * ones;

	return (low + (127 - 9) * ones) & ~(low + (127 - 12) * ones) & ~word &
	    128 * ones;
}

/* How many characters come before the first special one. */
static size_t
plain_length(const char *text, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t word, found;

		memcpy(&word, text + i, 8);
		found = specials(le64toh(word));
		if (found)
			return i + (size_t)__builtin_ctzll(found) / 8;
	}
	while (i < n && !is_special(text[i]))
		i++;
	return i;
}

static inline uint64_t
move_8(char *to, const char *from)
{
	uint64_t word;

	memcpy(&word, from, 8);
	memcpy(to, &word, 8);
	return word;
}

static inline uint64_t
move_4(char *to, const char *from)
{
	uint32_t word;

	memcpy(&word, from, 4);
	memcpy(to, &word, 4);
	return word;
}

/* Copies n characters; was one of them special? */
static inline bool
copy_looking(char *to, const char *from, size_t n)
{
	uint64_t found = 0;

	if (n >= 8) {
		for (size_t i = 0; i < n - 8; i += 8)
			found |= specials(move_8(to + i, from + i));
		/* The last eight may overlap those before them. */
		found |= specials(move_8(to + n - 8, from + n - 8));
		return found != 0;
	}
	if (n >= 4)
		return specials(move_4(to, from) |
		    move_4(to + n - 4, from + n - 4) << 32) != 0;
	for (size_t i = 0; i < n; i++) {
		to[i] = from[i];
		found |= is_special(from[i]);
	}
	return found != 0;
}

/* A value with line ends or breaks in it. */
static void
put_lines(struct out *o, const char *text, size_t n)
{
	for (;;) {
		size_t plain = plain_length(text, n);

		if (plain > 0) {
			line_start(o);
			buf_add_text(o, text, plain);
		}
		if (plain == n)
			break;
		if (text[plain] == '\n')
			line_end(o);
		else
			line_break(o, text[plain] == '\v');
		text += plain + 1;
		n -= plain + 1;
	}
}

/* The value among vars of a name; NULL: it is not there. */
static const char *
value_among(const struct out_var *vars, struct piece *name)
{
	for (const struct out_var *v = vars; v && v->name; v++) {
		if (strncmp(v->name, name->text, name->n) == 0 &&
		    v->name[name->n] == '\0') {
			name->name = v->name;
			return v->value;
		}
	}
	return NULL;
}

/* The value of the name that stands in a template. */
static const char *
value_find(const struct out *o, const struct out_var *vars,
    struct piece *name)
{
	const char *value = value_among(vars, name);

	if (!value)
		value = value_among(o->common, name);
	if (value)
		return value;
	fprintf(stderr, "idlc: no value for $%.*s$ in a template\n",
	    (int)name->n, name->text);
	abort();
}

static inline const char *
value_of(const struct out *o, const struct out_var *vars, struct piece *name)
{
	for (const struct out_var *v = vars; v && v->name; v++)
		if (v->name == name->name)
			return v->value;
	for (const struct out_var *v = o->common; v && v->name; v++)
		if (v->name == name->name)
			return v->value;
	return value_find(o, vars, name);
}

/* ---- Templates ----------------------------------------------------------- */

/*
 * Where out() is in the buffer.  Up to `limit` there may be values, behind it
 * is room for the template's own text.
 */
struct cursor {
	char *to;
	char *line;		/* start of the line being printed */
	char *limit;
	size_t fixed;		/* bytes behind the limit, at least */
};

static inline void
cursor_load(struct cursor *c, struct out *o)
{
	buf_need(o, c->fixed);
	c->to = o->buf + o->n;
	c->line = o->buf + o->line;
	c->limit = o->buf + o->room - c->fixed;
}

static inline void
cursor_store(const struct cursor *c, struct out *o)
{
	o->n = (size_t)(c->to - o->buf);
	o->line = (size_t)(c->line - o->buf);
}

/* Text of a template: in steps that may read and write past its end. */
static inline void
put_text(struct cursor *c, const struct piece *p)
{
	for (size_t i = 0; i < p->n; i += PIECE_OVER)
		memcpy(c->to + i, p->text + i, PIECE_OVER);
	c->to += p->n;
}

static inline void
put_indent(struct cursor *c, size_t depth)
{
	if (c->to != c->line)
		return;
	memset(c->to, '\t', 8);
	if (depth > 8)
		memset(c->to, '\t', depth);
	c->to += depth;
}

static inline void
put_line(struct cursor *c, struct out *o, const struct piece *p)
{
	if (p->n > 1)
		put_indent(c, o->depth);
	put_text(c, p);
	if (o->n_breaks > 0) {
		c->to--;
		cursor_store(c, o);
		line_end(o);
		cursor_load(c, o);
	}
	c->line = c->to;
}

static inline void
put_value(struct cursor *c, struct out *o, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(c->limit - c->to) >= n &&
	    !copy_looking(c->to, text, n)) {
		c->to += n;
		return;
	}
	cursor_store(c, o);
	put_lines(o, text, n);
	cursor_load(c, o);
}

static inline void
put_break(struct cursor *c, struct out *o, bool blank)
{
	put_indent(c, o->depth);
	note_break(o, (size_t)(c->to - c->line), blank);
	if (blank)
		*c->to++ = ' ';
}

void
out(struct out *o, const struct out_var *vars, const char *template)
{
	struct template *t = template_find(&o->templates, template);
	struct piece *end = t->pieces + t->n_pieces;
	struct cursor c = { .fixed = t->n_text + t->n_pieces * o->depth +
	    SPARE };

	cursor_load(&c, o);
	for (struct piece *p = t->pieces; p < end; p++) {
		switch (p->kind) {
		case PIECE_TEXT:
			put_indent(&c, o->depth);
			put_text(&c, p);
			break;
		case PIECE_LINE:
			put_line(&c, o, p);
			break;
		case PIECE_VALUE:
			put_indent(&c, o->depth);
			put_value(&c, o, value_of(o, vars, p));
			break;
		case PIECE_BLANK:
		case PIECE_JOINT:
			put_break(&c, o, p->kind == PIECE_BLANK);
			break;
		}
	}
	cursor_store(&c, o);
	if (o->line >= FLUSH_BYTES)
		out_i_flush(o, o->line);
}

void
out_common(struct out *o, const struct out_var *vars)
{
	o->common = vars;
}

void
out_indent(struct out *o, int levels)
{
	o->depth += (size_t)levels;
}

void
out_raw(struct out *o, const char *text, size_t n)
{
	bool whole = n > 0 && text[n - 1] == '\n';

	if (whole)
		o->n_breaks = 0;
	if (n >= FLUSH_BYTES && whole && o->line == o->n &&
	    out_i_pass(o, text, n))
		return;
	buf_add_text(o, text, n);
	if (whole)
		o->line = o->n;
	if (o->line >= FLUSH_BYTES)
		out_i_flush(o, o->line);
}

const char *
out_text(struct out *o, size_t *out_n)
{
	buf_need(o, 1);
	o->buf[o->n] = '\0';
	*out_n = o->n;
	return o->buf;
}

uint64_t
out_size(const struct out *o)
{
	return o->flushed + o->n;
}

char *
out_number(char buf[24], uint64_t n)
{
	char *at = buf + 23;

	*at = '\0';
	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return at;
}
