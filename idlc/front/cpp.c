/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The preprocessor.  It copies a file into one text for the scanner: lines
 * that are directives become empty lines, included files stand where they
 * were asked for, uses of macros are replaced; %-lines are copied as they
 * are.  Beside the text it keeps segments, from which the scanner knows for
 * every byte where it came from.
 *
 * Text without macros is not looked at closely: c->may_start tells from a
 * name's first byte and length whether it could be one.
 */
#include "idlc/front/cpp.h"

#include <errno.h>
#include <string.h>

#include "idlc/front/report.h"
#include "idlc/front/source.h"

#include "xdr/base.h"

static const char *const output_symbols[] = {
	"RPC_HDR", "RPC_XDR", "RPC_SVC", "RPC_CLNT", "RPC_TBL", "RPC_SERVER",
	"RPC_CLIENT"
};

struct idlc_pos
idlc_i_cpp_pos(const struct cpp *c, const char *at, size_t n)
{
	struct idlc_pos pos = { 0 };

	if (!c->place)
		return pos;
	pos.file = c->place->name;
	pos.line = (uint32_t)((int64_t)c->line - c->place->shift);
	pos.column = (uint32_t)(at - c->bol) + 1;
	pos.n = n ? (uint32_t)n : 1;
	return pos;
}

static bool
active(const struct cpp *c)
{
	return !c->conditions || c->conditions->active;
}

/* Is this text read for some output, if not for the one at hand? */
static bool
maybe_active(const struct cpp *c)
{
	const struct condition *k = c->conditions;

	return !k || ((k->active || k->by_output) && k->outer_maybe);
}

/* ---- Segments ---------------------------------------------------------- */

static void
segment(struct cpp *c, const struct idlc_pos *pos, uint32_t width)
{
	struct front *f = c->f;
	struct segment *s = idlc_i_array_more(f, f->segments, f->n_segments,
	    &f->room_segments, sizeof(*s));

	if (!s)
		return;
	f->segments = s;
	if (f->n_segments && s[f->n_segments - 1].at == f->text.n)
		f->n_segments--;
	s[f->n_segments++] = (struct segment){
		f->text.n, pos->file, pos->line, pos->column, width
	};
}

/* The text goes on where the file is read. */
static void
segment_here(struct cpp *c)
{
	struct idlc_pos pos = idlc_i_cpp_pos(c, c->p, 1);

	segment(c, &pos, 0);
}

/* The place of text that comes out of a macro used here. */
static const char *
place_of_use(struct cpp *c, struct macro *m)
{
	struct place *p;

	if (m->used_in != c->place) {
		p = idlc_i_place(c->f, c->source, c->place->name,
		    c->place->shift);
		p->macro = m;
		p->from = c->place->from;
		p->order = c->place->order;
		m->used_in = c->place;
		m->used_as = p->name;
	}
	return m->used_as;
}

/* ---- Definitions ------------------------------------------------------- */

static void
copy_from(struct cpp *c, const char *start)
{
	size_t n = (size_t)(c->p - start);

	if (n == 0 || !active(c))
		return;
	if (n > CPP_MAX_BYTES - c->f->text.n) {
		struct idlc_pos pos = idlc_i_cpp_pos(c, start, 1);

		idlc_i_error(c->f, E_TOO_LARGE, &pos,
		    "with all it includes, the input is over 1 GiB");
		c->f->stop = true;
		return;
	}
	idlc_i_bytes_add(c->f, &c->f->text, start, n);
}

static bool
same_tokens(const struct pp_token *a, const struct pp_token *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->n != b->n || memcmp(a->text, b->text, a->n) != 0)
			return false;
	return !a && !b;
}

/* Reads `(a, b, ...)` behind a macro's name; NULL: wrong, reported. */
static struct pp_token *
read_params(struct cpp *c, struct macro *m, struct pp_token *t)
{
	size_t room = 0;
	struct atom **params = NULL;
	struct pp_token *last = t;

	m->n_params = 0;
	for (t = t->next; t; t = t->next) {
		last = t;
		if (t->n == 1 && *t->text == ')')
			return t;
		if (t->kind == PP_NAME) {
			struct atom **more = idlc_i_array_more(c->f, params,
			    (size_t)m->n_params, &room, sizeof(*params));

			if (!more)
				break;
			params = more;
			params[m->n_params++] = t->name;
		} else if (*t->text == '.') {
			m->variadic = true;
		} else if (*t->text != ',') {
			break;
		}
		m->params = params;
	}
	idlc_i_error(c->f, E_DIRECTIVE_FORM, &last->pos,
	    "the parameters of macro '%s' need a closing ')'", m->name->text);
	return NULL;
}

/* Moves parameters from the heap to the arena; adds __VA_ARGS__. */
static void
keep_params(struct cpp *c, struct macro *m)
{
	size_t n = (size_t)m->n_params;
	struct atom **kept = idlc_i_temp_array(c->f, n + 1, sizeof(*kept));
	size_t room = 64;

	while (room < n)
		room *= 2;
	if (kept && n)
		memcpy(kept, m->params, n * sizeof(*kept));
	if (m->params)
		idlc_i_array_free(c->f, m->params, room, sizeof(*kept));
	m->params = kept;
	if (!kept)
		m->n_params = 0;
	else if (m->variadic)
		kept[m->n_params++] = idlc_i_atom(c->f, "__VA_ARGS__", 11);
}

static void
define(struct cpp *c, struct pp_token *t, const struct idlc_pos *at)
{
	struct macro *old, *m;

	if (!t || t->kind != PP_NAME) {
		idlc_i_error(c->f, E_DIRECTIVE_FORM, t ? &t->pos : at,
		    "#define needs a name");
		return;
	}
	old = t->name->macro;
	m = idlc_i_macro_new(c, t->name);
	m->pos = t->pos;
	t = t->next;
	if (t && !t->blank && t->n == 1 && *t->text == '(') {
		struct pp_token *end = read_params(c, m, t);

		keep_params(c, m);
		if (!end)
			return;
		t = end->next;
	}
	m->body = t;
	if (old && (old->n_params != m->n_params ||
	    old->kind != MACRO_TEXT || !same_tokens(old->body, m->body))) {
		idlc_i_warn(c->f, W_MACRO_REDEFINED, &m->pos,
		    "macro '%s' is defined again, as something else",
		    m->name->text);
		if (old->pos.file)
			idlc_i_note(c->f, &old->pos,
			    "it was first defined here");
	}
}

static void
undefine(struct cpp *c, struct pp_token *t, const struct idlc_pos *at)
{
	if (!t || t->kind != PP_NAME) {
		idlc_i_error(c->f, E_DIRECTIVE_FORM, t ? &t->pos : at,
		    "#undef needs a name");
		return;
	}
	if (t->name->macro && t->name->macro->given)
		idlc_i_include_undef(c, t->name->macro);
	t->name->macro = NULL;
}

/* ---- Conditions -------------------------------------------------------- */

static bool
mentions_output(const struct pp_token *t)
{
	for (; t; t = t->next) {
		for (size_t i = 0; i < ARRAY_LEN(output_symbols); i++)
			if (t->kind == PP_NAME && strcmp(t->name->text,
			    output_symbols[i]) == 0)
				return true;
	}
	return false;
}

static bool
is_defined(struct cpp *c, const struct pp_token *t, const struct idlc_pos *at,
    const char *directive)
{
	if (t && t->kind == PP_NAME)
		return t->name->macro != NULL;
	idlc_i_error(c->f, E_DIRECTIVE_FORM, t ? &t->pos : at,
	    "#%s needs a name", directive);
	return false;
}

enum test { TEST_IF, TEST_IFDEF, TEST_IFNDEF };

static bool
test(struct cpp *c, enum test kind, struct pp_token *t,
    const struct idlc_pos *at)
{
	bool v = false;

	if (kind == TEST_IF) {
		idlc_i_cpp_condition(c, t, at, &v);
		return v;
	}
	v = is_defined(c, t, at, kind == TEST_IFDEF ? "ifdef" : "ifndef");
	return kind == TEST_IFDEF ? v : !v;
}

static void
open_condition(struct cpp *c, enum test kind, struct pp_token *t,
    const struct idlc_pos *at)
{
	struct condition *k = idlc_i_temp(c->f, sizeof(*k));

	if (c->f->nomem)
		return;
	k->outer = active(c);
	k->outer_maybe = maybe_active(c);
	k->by_output = mentions_output(t);
	k->pos = *at;
	if (k->by_output && k->outer_maybe)
		c->f->uses_output_symbols = true;
	if (k->outer)
		k->active = test(c, kind, t, at);
	k->taken = k->active;
	k->next = c->conditions;
	c->conditions = k;
}

static struct condition *
innermost(struct cpp *c, const struct idlc_pos *at, const char *directive)
{
	if (!c->conditions)
		idlc_i_error(c->f, E_CONDITION_STRAY, at,
		    "#%s without an #if before it", directive);
	return c->conditions;
}

static void
other_condition(struct cpp *c, bool has_test, enum test kind,
    struct pp_token *t, const struct idlc_pos *at)
{
	const char *directive = has_test ? "elif" : "else";
	struct condition *k = innermost(c, at, directive);

	if (!k)
		return;
	if (k->saw_else) {
		idlc_i_error(c->f, E_CONDITION_STRAY, at,
		    "#%s behind the #else of the same #if", directive);
		idlc_i_note(c->f, &k->pos, "the #if is here");
	}
	k->saw_else = !has_test;
	if (has_test && mentions_output(t)) {
		k->by_output = true;
		c->f->uses_output_symbols |= k->outer_maybe;
	}
	k->active = k->outer && !k->taken &&
	    (!has_test || test(c, kind, t, at));
	k->taken |= k->active;
}

static void
close_condition(struct cpp *c, const struct idlc_pos *at)
{
	struct condition *k = innermost(c, at, "endif");

	if (k)
		c->conditions = k->next;
}

/* ---- Other directives -------------------------------------------------- */

static void read_file(struct cpp *c, struct source *source,
    const struct idlc_pos *from);

/* The name in `"name"` or `<name>`; NULL: neither. */
static const char *
include_name(struct cpp *c, struct pp_token *t, bool *angled)
{
	const struct pp_token *last = t;
	size_t n;

	if (t && t->kind == PP_NAME) {
		c->made = 0;
		t = idlc_i_cpp_expand(c, t);
		last = t;
	}
	if (t && t->kind == PP_STRING && t->n > 2 && t->text[t->n - 1] == '"') {
		*angled = false;
		return idlc_i_print(c->f, "%.*s", (int)t->n - 2, t->text + 1);
	}
	if (!t || *t->text != '<')
		return NULL;
	*angled = true;
	while (last && *last->text != '>')
		last = last->next;
	if (!last || last->text <= t->text)
		return NULL;
	n = (size_t)(last->text - t->text) - 1;
	return n ? idlc_i_print(c->f, "%.*s", (int)n, t->text + 1) : NULL;
}

static struct idlc_pos
range_to_end(const struct pp_token *t)
{
	struct idlc_pos pos = t->pos;

	for (; t; t = t->next)
		if (t->pos.line == pos.line)
			pos.n = t->pos.column + t->pos.n - pos.column;
	return pos;
}

static bool
too_deep(struct cpp *c, const struct source *source,
    const struct idlc_pos *at)
{
	if (c->depth < CPP_MAX_DEPTH && c->n_includes < CPP_MAX_INCLUDES &&
	    c->f->text.n < CPP_MAX_BYTES)
		return false;
	if (source->including > 1)
		idlc_i_error(c->f, E_INCLUDE_DEPTH, at,
		    "'%s' includes itself again and again", source->path);
	else
		idlc_i_error(c->f, E_INCLUDE_DEPTH, at,
		    "too many files are included");
	c->f->stop = true;
	return true;
}

static void
include(struct cpp *c, struct pp_token *t, const struct idlc_pos *at)
{
	struct idlc_pos pos = t ? range_to_end(t) : *at;
	struct source *source;
	bool angled = false;
	const char *name = include_name(c, t, &angled);
	int r;

	if (!name) {
		idlc_i_error(c->f, E_DIRECTIVE_FORM, &pos,
		    "#include needs \"FILE\" or <FILE>");
		return;
	}
	r = idlc_i_include_find(c->f, c->source, name, angled, &source);
	if (r) {
		if (r == ENOENT || r == ENOTDIR) {
			idlc_i_error(c->f, E_INCLUDE, &pos,
			    "there is no file '%s' to include", name);
			idlc_i_include_help(c->f, c->source, angled);
			/* Names that it would have brought are not missed. */
			c->f->lost_definition = true;
		} else {
			idlc_i_error(c->f, E_READ, &pos, "can't read '%s': %s",
			    name, strerror(r));
		}
		return;
	}
	if (source->once || too_deep(c, source, &pos))
		return;
	read_file(c, source, &pos);
}

/* `#line 7 "name"` and `# 7 "name"`: the next line is that one. */
static void
line_marker(struct cpp *c, struct pp_token *t, const struct idlc_pos *at)
{
	struct place *place;
	const char *name = c->place->name;
	int64_t line = 0;

	if (t && t->kind == PP_NAME)
		t = idlc_i_cpp_expand(c, t);
	for (size_t i = 0; t && t->kind == PP_NUMBER && i < t->n; i++) {
		if (t->text[i] < '0' || t->text[i] > '9' || line > INT32_MAX / 10)
			t = NULL;
		else
			line = line * 10 + (t->text[i] - '0');
	}
	if (!t || t->kind != PP_NUMBER) {
		idlc_i_error(c->f, E_DIRECTIVE_FORM, at,
		    "a line marker needs a line number");
		return;
	}
	/* GCC's lines in front of the first one; places count from 1. */
	if (line == 0)
		line = 1;
	t = t->next;
	if (t && t->kind == PP_STRING && t->n > 2)
		name = idlc_i_print(c->f, "%.*s", (int)t->n - 2, t->text + 1);
	place = idlc_i_place(c->f, c->source, name,
	    (int64_t)c->line + 1 - line);
	place->from = c->place->from;
	c->place = place;
}

static void
message(struct cpp *c, bool error, const char *start,
    const struct idlc_pos *at)
{
	const char *end = start;

	while (end < c->end && *end != '\n' && *end != '\r')
		end++;
	if (error)
		idlc_i_error(c->f, E_ERROR, at, "#error %.*s",
		    (int)(end - start), start);
	else
		idlc_i_warn(c->f, W_WARNING, at, "#warning %.*s",
		    (int)(end - start), start);
}

enum directive {
	D_DEFINE, D_UNDEF, D_INCLUDE, D_IF, D_IFDEF, D_IFNDEF, D_ELIF,
	D_ELIFDEF, D_ELIFNDEF, D_ELSE, D_ENDIF, D_LINE, D_ERROR, D_WARNING,
	D_PRAGMA, D_IDENT, D_SCCS, D_UNKNOWN
};

static const char *const directives[] = {
	"define", "undef", "include", "if", "ifdef", "ifndef", "elif",
	"elifdef", "elifndef", "else", "endif", "line", "error", "warning",
	"pragma", "ident", "sccs"
};

static const char *
next_directive(void *ctx)
{
	unsigned *i = ctx;

	return *i < ARRAY_LEN(directives) ? directives[(*i)++] : NULL;
}

static void
unknown_directive(struct cpp *c, const struct pp_token *t)
{
	unsigned i = 0;
	const char *near;

	idlc_i_error(c->f, E_DIRECTIVE, &t->pos,
	    "unknown preprocessor directive '#%.*s'", (int)t->n, t->text);
	near = idlc_i_nearest(idlc_i_print(c->f, "%.*s", (int)t->n, t->text),
	    next_directive, &i);
	if (near)
		idlc_i_fix(c->f, &t->pos, near, "a similar one is '#%s'",
		    near);
	else
		idlc_i_help(c->f,
		    "write '%%#%.*s' if the line is meant for the C compiler",
		    (int)t->n, t->text);
}

/* Directives that only count where the text is read. */
static void
obey(struct cpp *c, enum directive d, struct pp_token *t, const char *rest,
    const struct idlc_pos *at)
{
	switch (d) {
	case D_DEFINE: define(c, t->next, at); break;
	case D_UNDEF: undefine(c, t->next, at); break;
	case D_INCLUDE: include(c, t->next, at); break;
	case D_LINE: line_marker(c, t->next, at); break;
	case D_ERROR:
	case D_WARNING: message(c, d == D_ERROR, rest, at); break;
	case D_PRAGMA:
		if (t->next && t->next->n == 4 &&
		    memcmp(t->next->text, "once", 4) == 0)
			c->source->once = true;
		break;
	case D_UNKNOWN:
		if (t->kind == PP_NUMBER)
			line_marker(c, t, at);
		else
			unknown_directive(c, t);
		break;
	default:
		break;
	}
}

static enum directive
directive_of(const struct pp_token *t)
{
	for (unsigned i = 0; i < ARRAY_LEN(directives); i++)
		if (t->n == strlen(directives[i]) &&
		    memcmp(t->text, directives[i], t->n) == 0)
			return (enum directive)i;
	return D_UNKNOWN;
}

/* A directive; c->p stands at its '#'. */
static void
directive(struct cpp *c)
{
	struct idlc_pos at = idlc_i_cpp_pos(c, c->p, 1);
	struct pp_token *t;
	const char *rest;
	enum directive d;

	c->p++;
	t = idlc_i_cpp_tokens(c);
	if (!t)
		return;
	d = directive_of(t);
	at.n = t->pos.line == at.line ? t->pos.column + t->pos.n - at.column : 1;
	rest = t->next ? t->next->text : t->text + t->n;
	switch (d) {
	case D_IF: open_condition(c, TEST_IF, t->next, &at); break;
	case D_IFDEF: open_condition(c, TEST_IFDEF, t->next, &at); break;
	case D_IFNDEF: open_condition(c, TEST_IFNDEF, t->next, &at); break;
	case D_ELIF: other_condition(c, true, TEST_IF, t->next, &at); break;
	case D_ELIFDEF: other_condition(c, true, TEST_IFDEF, t->next, &at); break;
	case D_ELIFNDEF: other_condition(c, true, TEST_IFNDEF, t->next, &at); break;
	case D_ELSE: other_condition(c, false, TEST_IF, NULL, &at); break;
	case D_ENDIF: close_condition(c, &at); break;
	default:
		if (active(c))
			obey(c, d, t, rest, &at);
	}
}

/* ---- Text -------------------------------------------------------------- */

enum { C_OTHER, C_END, C_LINE, C_SLASH, C_QUOTE, C_DIGIT, C_NAME };

static const unsigned char classes[256] = {
	['\0'] = C_END, ['\n'] = C_LINE, ['/'] = C_SLASH,
	['"'] = C_QUOTE, ['\''] = C_QUOTE,
	['0'] = C_DIGIT, ['1'] = C_DIGIT, ['2'] = C_DIGIT, ['3'] = C_DIGIT,
	['4'] = C_DIGIT, ['5'] = C_DIGIT, ['6'] = C_DIGIT, ['7'] = C_DIGIT,
	['8'] = C_DIGIT, ['9'] = C_DIGIT,
	['a'] = C_NAME, ['b'] = C_NAME, ['c'] = C_NAME, ['d'] = C_NAME,
	['e'] = C_NAME, ['f'] = C_NAME, ['g'] = C_NAME, ['h'] = C_NAME,
	['i'] = C_NAME, ['j'] = C_NAME, ['k'] = C_NAME, ['l'] = C_NAME,
	['m'] = C_NAME, ['n'] = C_NAME, ['o'] = C_NAME, ['p'] = C_NAME,
	['q'] = C_NAME, ['r'] = C_NAME, ['s'] = C_NAME, ['t'] = C_NAME,
	['u'] = C_NAME, ['v'] = C_NAME, ['w'] = C_NAME, ['x'] = C_NAME,
	['y'] = C_NAME, ['z'] = C_NAME, ['_'] = C_NAME,
	['A'] = C_NAME, ['B'] = C_NAME, ['C'] = C_NAME, ['D'] = C_NAME,
	['E'] = C_NAME, ['F'] = C_NAME, ['G'] = C_NAME, ['H'] = C_NAME,
	['I'] = C_NAME, ['J'] = C_NAME, ['K'] = C_NAME, ['L'] = C_NAME,
	['M'] = C_NAME, ['N'] = C_NAME, ['O'] = C_NAME, ['P'] = C_NAME,
	['Q'] = C_NAME, ['R'] = C_NAME, ['S'] = C_NAME, ['T'] = C_NAME,
	['U'] = C_NAME, ['V'] = C_NAME, ['W'] = C_NAME, ['X'] = C_NAME,
	['Y'] = C_NAME, ['Z'] = C_NAME,
};

static bool
in_name(char c)
{
	return classes[(unsigned char)c] >= C_DIGIT;
}

static void
next_line(struct cpp *c)
{
	c->p++;
	c->line++;
	c->bol = c->p;
}

/* Goes behind the comment at c->p; at the end of the text if it has none. */
static void
pass_comment(struct cpp *c)
{
	struct idlc_pos pos = idlc_i_cpp_pos(c, c->p, 2);

	if (c->p[2] == '*')
		c->f->has_docs = true;
	for (c->p += 2; c->p < c->end; ) {
		if (*c->p == '\n') {
			next_line(c);
		} else if (c->p[0] == '*' && c->p[1] == '/') {
			c->p += 2;
			return;
		} else {
			c->p++;
		}
	}
	idlc_i_error(c->f, E_COMMENT, &pos, "unterminated comment");
	idlc_i_help(c->f, "end it with '*/'");
}

static void
pass_slash(struct cpp *c)
{
	if (c->p[1] == '*') {
		pass_comment(c);
	} else if (c->p[1] == '/') {
		const char *nl = memchr(c->p, '\n', (size_t)(c->end - c->p));

		if (c->p[2] == '/')
			c->f->has_docs = true;
		c->p = nl ? nl : c->end;
	} else {
		c->p++;
	}
}

/* Goes behind a string or character constant, if it ends on this line. */
static void
pass_quoted(struct cpp *c)
{
	const char *q = c->p + 1;

	while (q < c->end && *q != *c->p && *q != '\n')
		q += *q == '\\' && q + 1 < c->end && q[1] != '\n' ? 2 : 1;
	c->p = q < c->end && *q == *c->p ? q + 1 : c->p + 1;
}

/* Replaces the macro whose name stands from `name` to c->p. */
static void
use(struct cpp *c, struct macro *m, const char *name, const char **start)
{
	struct idlc_pos pos = idlc_i_cpp_pos(c, name, (size_t)(c->p - name));
	const char *behind = c->p;

	c->p = name;
	copy_from(c, *start);
	c->p = behind;
	*start = name;
	pos.file = place_of_use(c, m);
	segment(c, &pos, pos.n);
	if (idlc_i_cpp_use(c, m, name)) {
		segment_here(c);
		*start = c->p;
	} else {
		c->p = name;
		segment_here(c);
		c->p = behind;
	}
}

static void
pass_name(struct cpp *c, const char **start)
{
	const char *name = c->p;
	uint64_t may = c->may_start[(unsigned char)*name];
	struct atom *a;

	while (in_name(*c->p))
		c->p++;
	if (!(may >> ((size_t)(c->p - name) & 63) & 1) || !active(c))
		return;
	a = idlc_i_atom_find(&c->f->atoms, name, (size_t)(c->p - name));
	if (a && a->macro)
		use(c, a->macro, name, start);
}

/* At the first byte of a line: is it a directive's or a %-line? */
static char
special(const struct cpp *c)
{
	const char *p = c->p;

	while (*p == ' ' || *p == '\t')
		p++;
	return *p == '#' || *p == '%' ? *p : '\0';
}

/* Copies text up to a line that is special. */
static void
pass_text(struct cpp *c)
{
	const char *start = c->p;

	while (!c->f->stop && !c->f->nomem) {
		switch (classes[(unsigned char)*c->p]) {
		case C_OTHER: c->p++; break;
		case C_SLASH: pass_slash(c); break;
		case C_QUOTE: pass_quoted(c); break;
		case C_DIGIT:
			while (in_name(*c->p))
				c->p++;
			break;
		case C_NAME: pass_name(c, &start); break;
		case C_LINE:
			next_line(c);
			if (!special(c) && active(c))
				break;
			copy_from(c, start);
			return;
		default:
			if (c->p < c->end) {
				c->p++;
				break;
			}
			copy_from(c, start);
			return;
		}
	}
}

/* A %-line with its continuation lines; c->p is in its first blanks. */
static void
pass_c_line(struct cpp *c)
{
	const char *start = c->p;
	struct idlc_pos pos = idlc_i_cpp_pos(c, start, 1);
	const char *text;
	const char *nl;

	while (*c->p != '%')
		c->p++;
	text = c->p + 1;
	for (;;) {
		nl = memchr(c->p, '\n', (size_t)(c->end - c->p));
		c->p = nl ? nl : c->end;
		if (!nl || (nl[-1] != '\\' &&
		    !(nl[-1] == '\r' && nl - 1 > text && nl[-2] == '\\')))
			break;
		if (nl[-1] == '\\' && nl - 1 < text)
			break;
		next_line(c);
	}
	if (active(c) && idlc_i_include_macros(c, text, (size_t)(c->p - text)))
		segment(c, &pos, 0);
	copy_from(c, start);
	c->f->has_text = true;
	if (maybe_active(c))
		idlc_i_include_text(c, text, (size_t)(c->p - text));
}

static void
lines(struct cpp *c)
{
	while (c->p < c->end && !c->f->stop && !c->f->nomem) {
		switch (special(c)) {
		case '#': {
			while (*c->p != '#')
				c->p++;
			directive(c);
			/* The marker or include may have moved the place. */
			if (c->p < c->end)
				next_line(c);
			segment_here(c);
			break;
		}
		case '%':
			pass_c_line(c);
			if (c->p < c->end) {
				const char *start = c->p;

				next_line(c);
				copy_from(c, start);
			}
			break;
		default:
			pass_text(c);
		}
		if (!active(c))
			segment_here(c);
	}
}

static void
unfinished(struct cpp *c, const struct condition *outer)
{
	while (c->conditions != outer && !c->f->nomem) {
		idlc_i_error(c->f, E_CONDITION_OPEN, &c->conditions->pos,
		    "this condition has no #endif");
		c->conditions = c->conditions->next;
	}
}

static void
read_file(struct cpp *c, struct source *source, const struct idlc_pos *from)
{
	struct cpp outer = *c;
	struct place *place = idlc_i_place(c->f, source, source->path, 0);

	if (from)
		place->from = *from;
	c->source = source;
	c->place = place;
	c->p = c->bol = source->text;
	c->end = source->text + source->n;
	c->line = 1;
	c->depth++;
	c->n_includes++;
	source->including++;
	segment_here(c);
	lines(c);
	if (!c->f->stop)
		unfinished(c, outer.conditions);
	source->including--;
	idlc_i_bytes_add(c->f, &c->f->text, "\n", 1);
	c->source = outer.source;
	c->place = outer.place;
	c->p = outer.p;
	c->bol = outer.bol;
	c->end = outer.end;
	c->line = outer.line;
	c->depth = outer.depth;
	c->conditions = outer.conditions;
}

/* ---- The start --------------------------------------------------------- */

static void
predefine(struct cpp *c, const char *name, const char *text)
{
	struct idlc_pos none = { 0 };
	struct macro *m = idlc_i_macro_new(c, idlc_i_atom(c->f, name,
	    strlen(name)));

	m->body = idlc_i_cpp_tokens_of(c, text, strlen(text), &none);
}

static void
command_line(struct cpp *c)
{
	const char *const *d = c->f->options->defines;

	for (; d && *d; d++) {
		const char *name = *d + 2;
		const char *equals = strchr(name, '=');
		size_t n = equals ? (size_t)(equals - name) : strlen(name);

		if (strlen(*d) < 3 || (*d)[0] != '-' || n == 0)
			continue;
		if ((*d)[1] == 'U')
			idlc_i_atom(c->f, name, n)->macro = NULL;
		else
			predefine(c, idlc_i_print(c->f, "%.*s", (int)n, name),
			    equals ? equals + 1 : "1");
	}
}

static void
begin(struct cpp *c)
{
	struct front *f = c->f;

	for (; f->macros; f->macros = f->macros->all)
		((struct atom *)(uintptr_t)f->macros->name)->macro = NULL;
	idlc_i_macro_new(c, idlc_i_atom(f, "__FILE__", 8))->kind = MACRO_FILE;
	idlc_i_macro_new(c, idlc_i_atom(f, "__LINE__", 8))->kind = MACRO_LINE;
	if (f->rpcgen) {
		predefine(c, "__linux__", "1");
		predefine(c, "__unix__", "1");
	}
	if (f->options->output_symbol)
		predefine(c, f->options->output_symbol, "1");
	command_line(c);
}

void
idlc_i_cpp(struct front *f, struct source *source)
{
	struct cpp c = { .f = f };

	f->text.n = 0;
	f->n_segments = 0;
	begin(&c);
	read_file(&c, source, NULL);
	/* What the scanner needs behind the text. */
	idlc_i_bytes_add(f, &f->text, "\0\0", 2);
}
