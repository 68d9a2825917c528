/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings as text: for a terminal with the source line, a caret under the
 * place, and below it the text that would be right; plain for scripts; and as
 * GitHub's log commands.  What comes from the input is made harmless for a
 * terminal on its way.
 */
#include "idlc/front/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TAB 8
#define DEFAULT_COLUMNS 80
#define MIN_COLUMNS 40

static void
put(struct idlc_diag *d, const char *text, size_t n)
{
	if (d->result == 0 && n)
		d->result = d->write(d->ctx, text, n);
}

static void
put_text(struct idlc_diag *d, const char *text)
{
	put(d, text, strlen(text));
}

static void __attribute__((format(printf, 2, 3)))
print(struct idlc_diag *d, const char *format, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	put_text(d, buf);
}

/* Text from the input: control characters would act on the terminal. */
static void
put_safe(struct idlc_diag *d, const char *text)
{
	const char *start = text;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != 0x7f)
			continue;
		put(d, start, (size_t)(text - start));
		put_text(d, "?");
		start = text + 1;
	}
	put(d, start, (size_t)(text - start));
}

/* ---- Words and colours ------------------------------------------------------ */

static const char *
severity_name(enum idlc_severity s)
{
	static const char *const names[] = {
		"note", "help", "warning", "error"
	};

	return names[s];
}

static const char *
severity_color(enum idlc_severity s)
{
	static const char *const colors[] = {
		"\033[1;36m", "\033[1;32m", "\033[1;35m", "\033[1;31m"
	};

	return colors[s];
}

static void
color(struct idlc_diag *d, const char *sequence)
{
	if (d->color)
		put_text(d, sequence);
}

#define BOLD "\033[1m"
#define BLUE "\033[1;34m"
#define GREEN "\033[32m"
#define NORMAL "\033[0m"

static void
put_place(struct idlc_diag *d, const struct idlc_pos *pos)
{
	color(d, BOLD);
	if (pos->file) {
		put_safe(d, pos->file);
		print(d, ":%u:%u: ", (unsigned)pos->line, (unsigned)pos->column);
	} else {
		print(d, "%s: ", d->program ? d->program : "idlc");
	}
	color(d, NORMAL);
}

static void
put_head(struct idlc_diag *d, const struct idlc_finding *x)
{
	color(d, severity_color(x->severity));
	put_text(d, severity_name(x->severity));
	if (x->code)
		print(d, "[%s]", x->code);
	put_text(d, ":");
	color(d, NORMAL);
	put_text(d, " ");
	if (x->severity >= IDLC_WARNING)
		color(d, BOLD);
	put_safe(d, x->text);
	if (x->severity >= IDLC_WARNING)
		color(d, NORMAL);
	if (x->flag)
		print(d, " [-W%s]", x->flag);
	put_text(d, "\n");
}

/* ---- The source line ----------------------------------------------------- */

/*
 * A source line as it is shown: tabs as blanks, one column a character,
 * bytes that are no UTF-8 as '?', long lines cut around the place.
 */
struct shown {
	char text[1024];
	size_t n;
	unsigned caret;		/* column of the place, from 0 */
	unsigned width;		/* of the range, at least 1 */
};

static size_t
char_bytes(const unsigned char *p)
{
	size_t n = *p < 0x80 ? 1 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 :
	    *p >= 0xc2 ? 2 : 0;

	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* Columns that a character takes at column `at`. */
static unsigned
char_columns(char c, unsigned at)
{
	return c == '\t' ? TAB - at % TAB : 1;
}

/* The column of byte `offset`, which may lie behind the end. */
static unsigned
column_of(const char *line, size_t offset)
{
	unsigned at = 0;
	size_t i = 0;

	while (i < offset && line[i]) {
		size_t n = char_bytes((const unsigned char *)line + i);

		at += char_columns(line[i], at);
		i += n ? n : 1;
	}
	return at + (unsigned)(offset > i ? offset - i : 0);
}

/* Writes the columns from `first` on, `columns` of them. */
static void
cut(struct shown *s, const char *line, unsigned first, unsigned columns)
{
	unsigned at = 0;

	while (*line && at < first + columns && s->n + 16 < sizeof(s->text)) {
		size_t n = char_bytes((const unsigned char *)line);
		unsigned width = char_columns(*line, at);

		for (unsigned i = 0; *line == '\t' && i < width; i++)
			if (at + i >= first)
				s->text[s->n++] = ' ';
		if (at >= first && *line != '\t') {
			if (n == 0 || (unsigned char)*line < 0x20 ||
			    *line == 0x7f) {
				s->text[s->n++] = '?';
			} else {
				memcpy(s->text + s->n, line, n);
				s->n += n;
			}
		}
		at += width;
		line += n ? n : 1;
	}
}

static void
show(struct shown *s, const struct idlc_diag *d,
    const struct idlc_finding *x)
{
	unsigned columns = d->columns ? d->columns : DEFAULT_COLUMNS;
	unsigned begin = column_of(x->excerpt, x->pos.column - 1);
	unsigned end = column_of(x->excerpt, x->pos.column - 1 + x->pos.n);
	unsigned last = column_of(x->excerpt, strlen(x->excerpt));
	unsigned first = 0;

	columns = (columns < MIN_COLUMNS ? MIN_COLUMNS : columns) - 9;
	if (columns > 240)
		columns = 240;
	s->n = 0;
	if (last > columns && end + 8 > columns)
		first = begin > columns / 3 ? begin - columns / 3 : 0;
	if (first) {
		memcpy(s->text, "...", 3);
		s->n = 3;
		first += 3;
	}
	cut(s, x->excerpt, first, columns - (first ? 3 : 0));
	while (s->n && s->text[s->n - 1] == ' ')
		s->n--;
	s->caret = begin - first + (first ? 3 : 0);
	s->width = end > begin ? end - begin : 1;
	if (s->caret + s->width > columns)
		s->width = columns > s->caret ? columns - s->caret : 1;
}

static void
blanks(struct idlc_diag *d, unsigned n)
{
	while (n--)
		put_text(d, " ");
}

static void
put_bar(struct idlc_diag *d, uint32_t line)
{
	color(d, BLUE);
	if (line)
		print(d, "%5u | ", (unsigned)line);
	else
		put_text(d, "      | ");
	color(d, NORMAL);
}

static void
put_excerpt(struct idlc_diag *d, const struct idlc_finding *x,
    const char *fix)
{
	struct shown s;

	show(&s, d, x);
	put_bar(d, x->pos.line);
	put(d, s.text, s.n);
	put_text(d, "\n");
	put_bar(d, 0);
	blanks(d, s.caret);
	color(d, severity_color(x->severity));
	put_text(d, "^");
	for (unsigned i = 1; i < s.width; i++)
		put_text(d, "~");
	color(d, NORMAL);
	put_text(d, "\n");
	if (fix && *fix) {
		put_bar(d, 0);
		blanks(d, s.caret);
		color(d, GREEN);
		put_safe(d, fix);
		color(d, NORMAL);
		put_text(d, "\n");
	}
}

static bool
same_place(const struct idlc_pos *a, const struct idlc_pos *b)
{
	return a->file == b->file && a->line == b->line &&
	    a->column == b->column && a->n == b->n;
}

/* The text of a fix that belongs under the caret of the finding itself. */
static const char *
fix_of(const struct idlc_finding *x)
{
	if (x->fix)
		return x->fix;
	for (const struct idlc_finding *c = x->children; c; c = c->next)
		if (c->fix && same_place(&c->pos, &x->pos))
			return c->fix;
	return NULL;
}

static void
put_text_finding(struct idlc_diag *d, const struct idlc_finding *x)
{
	put_place(d, &x->pos);
	put_head(d, x);
	if (x->excerpt)
		put_excerpt(d, x, fix_of(x));
	for (const struct idlc_finding *c = x->children; c; c = c->next) {
		bool here = !c->pos.file || same_place(&c->pos, &x->pos);

		if (!here)
			put_place(d, &c->pos);
		else
			put_text(d, "      ");
		put_head(d, c);
		if (!here && c->excerpt)
			put_excerpt(d, c, c->fix);
	}
}

/* ---- One line each ----------------------------------------------------------- */

static void
put_plain(struct idlc_diag *d, const struct idlc_finding *x)
{
	put_place(d, &x->pos);
	put_head(d, x);
	for (const struct idlc_finding *c = x->children; c; c = c->next) {
		put_place(d, c->pos.file ? &c->pos : &x->pos);
		put_head(d, c);
	}
}

/* GitHub reads %XX in its commands. */
static void
put_github_text(struct idlc_diag *d, const char *text, bool property)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '%' || c < 0x20 || c == 0x7f ||
		    (property && (c == ':' || c == ',')))
			print(d, "%%%02X", c);
		else
			put(d, text, 1);
	}
}

static void
put_github(struct idlc_diag *d, const struct idlc_finding *x)
{
	print(d, "::%s ", severity_name(x->severity));
	if (x->pos.file) {
		put_text(d, "file=");
		put_github_text(d, x->pos.file, true);
		print(d, ",line=%u,col=%u,endColumn=%u,", (unsigned)x->pos.line,
		    (unsigned)x->pos.column,
		    (unsigned)(x->pos.column + x->pos.n));
	}
	print(d, "title=%s::", x->code ? x->code : "idlc");
	put_github_text(d, x->text, false);
	for (const struct idlc_finding *c = x->children; c; c = c->next) {
		print(d, "%%0A%s: ", severity_name(c->severity));
		put_github_text(d, c->text, false);
		if (c->pos.file && !same_place(&c->pos, &x->pos)) {
			put_text(d, " (");
			put_github_text(d, c->pos.file, false);
			print(d, ":%u:%u)", (unsigned)c->pos.line,
			    (unsigned)c->pos.column);
		}
	}
	put_text(d, "\n");
}

/* ---- The door --------------------------------------------------------------- */

bool
idlc_diag_format_of(const char *name, enum idlc_diag_format *out)
{
	static const char *const names[] = {
		"text", "plain", "json", "sarif", "github"
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum idlc_diag_format)i;
			return true;
		}
	}
	return false;
}

void
idlc_diag_finding(void *diag, const struct idlc_finding *finding)
{
	struct idlc_diag *d = diag;

	if (finding->severity == IDLC_ERROR)
		d->n_errors++;
	else if (finding->severity == IDLC_WARNING)
		d->n_warnings++;
	if (d->mute)
		return;
	switch (d->format) {
	case IDLC_DIAG_TEXT:
		put_text_finding(d, finding);
		break;
	case IDLC_DIAG_PLAIN: {
		bool color = d->color;

		d->color = false;
		put_plain(d, finding);
		d->color = color;
		break;
	}
	case IDLC_DIAG_GITHUB:
		put_github(d, finding);
		break;
	default:
		idlc_i_diag_document(d, finding);
	}
}

static void
put_count(struct idlc_diag *d, unsigned n, const char *what)
{
	if (n)
		print(d, "%u %s%s", n, what, n == 1 ? "" : "s");
}

int
idlc_diag_end(struct idlc_diag *d)
{
	if (d->format == IDLC_DIAG_JSON || d->format == IDLC_DIAG_SARIF) {
		idlc_i_diag_document_end(d);
	} else if (d->format == IDLC_DIAG_TEXT &&
	    d->n_errors + d->n_warnings > 0) {
		put_count(d, d->n_errors, "error");
		if (d->n_errors && d->n_warnings)
			put_text(d, ", ");
		put_count(d, d->n_warnings, "warning");
		put_text(d, "\n");
	}
	return d->result;
}
