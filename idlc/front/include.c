/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where included files are found, and what %-lines tell us.  A %-line is for
 * the C compiler and passes through untouched; but `%#include "other.h"` says
 * that the types of other.x are known to the C code, and `%#define N 4` that
 * N is a number there.  Both are only noted here, and looked into when a name
 * would otherwise be unknown.  The other way round, a %-line may use macros of
 * the .x file: C gets definitions of those in front of it.
 */
#include "idlc/front/cpp.h"

#include <errno.h>
#include <string.h>

#include "idlc/front/report.h"
#include "idlc/front/source.h"

static const char *const system_dirs[] = {
	"/usr/local/include", "/usr/include", NULL
};

/* Tries one directory; its name may lack the slash. */
static int
try_dir(struct front *f, const char *dir, size_t n, const char *name,
    struct source **out)
{
	const char *slash = n && dir[n - 1] != '/' ? "/" : "";

	return idlc_i_source_read(f, idlc_i_print(f, "%.*s%s%s", (int)n, dir,
	    slash, name), false, out);
}

int
idlc_i_include_find(struct front *f, const struct source *from,
    const char *name, bool angled, struct source **out)
{
	const char *const *dir = f->options->include_dirs;
	int r = ENOENT;

	if (name[0] == '/')
		return idlc_i_source_read(f, name, false, out);
	if (!angled)
		r = try_dir(f, from->path, idlc_i_dir_bytes(from->path), name,
		    out);
	for (; r && r != ENOMEM && dir && *dir; dir++)
		r = try_dir(f, *dir, strlen(*dir), name, out);
	for (dir = system_dirs; r && r != ENOMEM && *dir; dir++)
		r = try_dir(f, *dir, strlen(*dir), name, out);
	return r;
}

void
idlc_i_include_help(struct front *f, const struct source *from, bool angled)
{
	const char *const *dir = f->options->include_dirs;
	size_t n = idlc_i_dir_bytes(from->path);
	const char *tried = "";
	const char *comma = "";

	if (!angled) {
		tried = n ? idlc_i_print(f, "%.*s", (int)n, from->path) :
		    "the current directory";
		comma = ", ";
	}
	for (; dir && *dir; dir++, comma = ", ")
		tried = idlc_i_print(f, "%s%s%s", tried, comma, *dir);
	for (dir = system_dirs; *dir; dir++, comma = ", ")
		tried = idlc_i_print(f, "%s%s%s", tried, comma, *dir);
	idlc_i_note(f, NULL, "searched in: %s", tried);
	idlc_i_help(f, "add the directory it is in with -I DIR");
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static bool
take_word(const char **p, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - *p) < n || memcmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

static void
note_include(struct cpp *c, const char *p, const char *end)
{
	char close = *p == '<' ? '>' : '"';
	const char *stop = p < end ? memchr(p + 1, close, (size_t)(end - p - 1)) : NULL;
	struct front *f = c->f;
	struct import *i;
	size_t n;

	if (!stop || (*p != '<' && *p != '"'))
		return;
	n = (size_t)(stop - p) - 1;
	if (n < 3 || memcmp(stop - 2, ".h", 2) != 0)
		return;
	i = idlc_i_temp(f, sizeof(*i));
	i->name = idlc_i_print(f, "%.*sx", (int)n - 1, p + 1);
	i->from = c->source;
	i->angled = close == '>';
	i->pos = idlc_i_cpp_pos(c, p, n + 2);
	if (f->last_import)
		f->last_import->next = i;
	else
		f->imports = i;
	f->last_import = i;
}

static void
note_define(struct cpp *c, const char *p, const char *end)
{
	const char *name = p;
	struct idlc_pos pos = idlc_i_cpp_pos(c, c->p, 1);
	struct macro *m;

	while (p < end && (*p == '_' || (*p >= '0' && *p <= '9') ||
	    (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
		p++;
	if (p == name || p == end || *p == '(')
		return;
	c->in_c = true;
	m = idlc_i_macro_new(c, idlc_i_atom(c->f, name, (size_t)(p - name)));
	m->body = idlc_i_cpp_tokens_of(c, p, (size_t)(end - p), &pos);
	c->in_c = false;
}

/*
 * Makes a macro of the .x file known to C as well, if it stands for a number,
 * a string or an expression of these.
 */
static bool
give_macro(struct cpp *c, struct macro *m)
{
	struct front *f = c->f;
	struct pp_token *list = idlc_i_pp_new(c, PP_NAME, m->name->text,
	    m->name->n);
	bool muted = f->muted;
	bool stop = f->stop;
	bool too_much;
	const char *head;

	list->name = idlc_i_atom(f, m->name->text, m->name->n);
	c->made = 0;
	f->muted = true;
	list = idlc_i_cpp_expand(c, list);
	f->muted = muted;
	too_much = f->stop && !stop;
	f->stop = stop;
	if (too_much || !list || !list->n)
		return false;
	for (const struct pp_token *t = list; t; t = t->next)
		if (t->kind == PP_NAME)
			return false;
	head = idlc_i_print(f, "%%#ifndef %s\n%%#define %s", m->name->text,
	    m->name->text);
	idlc_i_bytes_add(f, &f->text, head, strlen(head));
	idlc_i_cpp_put(c, list);
	idlc_i_bytes_add(f, &f->text, "\n%#endif\n", 9);
	m->given = true;
	return true;
}

void
idlc_i_include_undef(struct cpp *c, const struct macro *m)
{
	const char *line = idlc_i_print(c->f, "%%#undef %s\n", m->name->text);

	idlc_i_bytes_add(c->f, &c->f->text, line, strlen(line));
}

/* Where C's text goes on behind the comment that a line before opened. */
static const char *
skip_comment(struct cpp *c, const char *p, const char *end)
{
	const char *star = p;

	if (!c->c_comment)
		return p;
	while (star < end && (star = memchr(star, '*', (size_t)(end - star)))) {
		if (star + 1 < end && star[1] == '/') {
			c->c_comment = false;
			return star + 2;
		}
		star++;
	}
	return end;
}

/* Notes whether a comment is open where the line ends. */
static void
note_comment(struct cpp *c, const char *p, const char *end)
{
	char quote = '\0';

	for (; p < end; p++) {
		if (quote) {
			if (*p == '\\')
				p++;
			else if (*p == quote)
				quote = '\0';
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (*p == '/' && p + 1 < end && p[1] == '/') {
			return;
		} else if (*p == '/' && p + 1 < end && p[1] == '*') {
			c->c_comment = true;
			p = skip_comment(c, p + 2, end) - 1;
		}
	}
}

/* The first token of a %-line that a macro may stand for; NULL: none. */
static const struct pp_token *
used_by_c(struct cpp *c, const char *p, const char *end)
{
	struct idlc_pos pos = { 0 };
	struct pp_token *t;

	c->in_c = true;
	t = idlc_i_cpp_tokens_of(c, p, (size_t)(end - p), &pos);
	c->in_c = false;
	if (p == end || *p != '#')
		return t;
	/* Of a directive: what is behind "# define NAME". */
	p = skip_blanks(p + 1, end);
	if (!take_word(&p, end, "define"))
		return NULL;
	for (unsigned i = 0; i < 3 && t; i++)
		t = t->next;
	return t;
}

bool
idlc_i_include_macros(struct cpp *c, const char *text, size_t n)
{
	const char *end = text + n;
	const char *p;
	bool any = false;

	/* What was defined last was defined in a file, or nothing was. */
	if (!c->f->macros || !c->f->macros->pos.file)
		return false;
	p = skip_blanks(skip_comment(c, text, end), end);
	note_comment(c, p, end);
	for (const struct pp_token *t = used_by_c(c, p, end); t && t->n;
	    t = t->next) {
		struct macro *m = t->kind == PP_NAME ? t->name->macro : NULL;

		if (!m || !m->pos.file || m->n_params >= 0 ||
		    m->kind != MACRO_TEXT || m->given_for == text)
			continue;
		m->given_for = text;
		any |= give_macro(c, m);
	}
	return any;
}

void
idlc_i_include_text(struct cpp *c, const char *text, size_t n)
{
	const char *p = text;
	const char *end = text + n;

	p = skip_blanks(p, end);
	if (!take_word(&p, end, "#"))
		return;
	p = skip_blanks(p, end);
	if (take_word(&p, end, "include"))
		note_include(c, skip_blanks(p, end), end);
	else if (take_word(&p, end, "define"))
		note_define(c, skip_blanks(p, end), end);
}

bool
idlc_i_cpp_constant(struct front *f, struct atom *name, bool *negative,
    uint64_t *magnitude)
{
	struct cpp c = { .f = f, .in_c = true };
	struct pp_token *t;
	struct pp_number v;
	bool muted = f->muted;
	bool ok;

	if (!name->c_macro)
		return false;
	t = idlc_i_pp_new(&c, PP_NAME, name->text, name->n);
	t->name = name;
	f->muted = true;
	ok = idlc_i_cpp_number(&c, t, &v);
	f->muted = muted;
	if (!ok)
		return false;
	*negative = !v.is_unsigned && (int64_t)v.bits < 0;
	*magnitude = *negative ? 0 - v.bits : v.bits;
	return true;
}
