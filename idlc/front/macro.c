/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Macros: reading tokens of directives and arguments, and expansion by hide
 * sets.  A token that came out of a macro carries the macros it may not be
 * expanded by again; that ends every recursion.  What is not recursive but
 * explosive ends at CPP_MAX_EXPANSION tokens.
 */
#include "idlc/front/cpp.h"

#include <stdio.h>
#include <string.h>

#include "idlc/front/report.h"
#include "idlc/front/source.h"

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct pp_token *
idlc_i_pp_new(struct cpp *c, enum pp_kind kind, const char *text, size_t n)
{
	struct pp_token *t = idlc_i_temp(c->f, sizeof(*t));

	t->kind = kind;
	t->text = text;
	t->n = n;
	return t;
}

/* ---- Reading ----------------------------------------------------------- */

static void
newline(struct cpp *c)
{
	c->p++;
	c->line++;
	c->bol = c->p;
}

/* Skips a block comment; at its first byte.  false: it never ends. */
static bool
skip_comment(struct cpp *c)
{
	struct idlc_pos pos = idlc_i_cpp_pos(c, c->p, 2);

	for (c->p += 2; c->p < c->end; ) {
		if (c->p[0] == '*' && c->p[1] == '/') {
			c->p += 2;
			return true;
		}
		if (*c->p == '\n')
			newline(c);
		else
			c->p++;
	}
	if (!c->in_c)
		idlc_i_error(c->f, E_COMMENT, &pos, "unterminated comment");
	return false;
}

/* How many bytes a line end behind a backslash has here; 0: it is none. */
static size_t
continuation(const struct cpp *c)
{
	if (c->p[0] != '\\')
		return 0;
	if (c->p[1] == '\n')
		return 2;
	return c->p[1] == '\r' && c->p[2] == '\n' ? 3 : 0;
}

/*
 * Skips blanks and comments inside a logical line, `lines`: over line ends
 * too.  Returns whether there were any.
 */
static bool
skip_blanks(struct cpp *c, bool lines)
{
	const char *start = c->p;

	while (c->p < c->end) {
		size_t n = continuation(c);

		if (n) {
			c->p += n - 1;
			newline(c);
		} else if (*c->p == '\n' && lines) {
			newline(c);
		} else if (strchr(" \t\f\v\r", *c->p) && *c->p) {
			c->p++;
		} else if (c->p[0] == '/' && c->p[1] == '*') {
			if (!skip_comment(c))
				break;
		} else if (c->p[0] == '/' && c->p[1] == '/') {
			while (c->p < c->end && *c->p != '\n')
				c->p++;
		} else {
			break;
		}
	}
	return c->p != start;
}

static size_t
quoted_bytes(const char *p, const char *end)
{
	const char *q = p + 1;

	while (q < end && *q != *p && *q != '\n')
		q += *q == '\\' && q + 1 < end && q[1] != '\n' ? 2 : 1;
	return (size_t)(q - p) + (q < end && *q == *p);
}

static size_t
punct_bytes(const char *p)
{
	static const char two[][3] = {
		"&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "##"
	};

	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (p[0] == two[i][0] && p[1] == two[i][1])
			return 2;
	return 1;
}

/* The token at c->p, which is no blank. */
static struct pp_token *
read_token(struct cpp *c)
{
	const char *p = c->p;
	enum pp_kind kind = PP_PUNCT;
	struct pp_token *t;
	size_t n = 0;

	if (is_name_start(*p)) {
		kind = PP_NAME;
		while (is_name_start(p[n]) || is_digit(p[n]))
			n++;
	} else if (is_digit(*p) || (*p == '.' && is_digit(p[1]))) {
		kind = PP_NUMBER;
		while (is_name_start(p[n]) || is_digit(p[n]) || p[n] == '.')
			n++;
	} else if (*p == '"' || *p == '\'') {
		kind = *p == '"' ? PP_STRING : PP_CHAR;
		n = quoted_bytes(p, c->end);
	} else {
		n = punct_bytes(p);
	}
	t = idlc_i_pp_new(c, kind, p, n);
	t->pos = idlc_i_cpp_pos(c, p, n);
	if (kind == PP_NAME)
		t->name = idlc_i_atom(c->f, p, n);
	c->p += n;
	return t;
}

struct pp_token *
idlc_i_cpp_tokens(struct cpp *c)
{
	struct pp_token *head = NULL;
	struct pp_token **at = &head;

	for (;;) {
		bool blank = skip_blanks(c, false);

		if (c->p >= c->end || *c->p == '\n' || c->f->nomem)
			break;
		*at = read_token(c);
		(*at)->blank = blank;
		at = &(*at)->next;
	}
	if (c->f->nomem)
		head = NULL;
	return head;
}

struct pp_token *
idlc_i_cpp_tokens_of(struct cpp *c, const char *text, size_t n,
    const struct idlc_pos *pos)
{
	struct cpp inner = *c;
	struct pp_token *list;

	inner.p = inner.bol = text;
	inner.end = text + n;
	list = idlc_i_cpp_tokens(&inner);
	for (struct pp_token *t = list; t; t = t->next)
		t->pos = *pos;
	return list;
}

/* ---- Expansion --------------------------------------------------------- */

static bool
is_hidden(const struct hidden *h, const struct macro *m)
{
	for (; h; h = h->next)
		if (h->macro == m)
			return true;
	return false;
}

static const struct hidden *
hide(struct cpp *c, const struct hidden *old, const struct macro *m)
{
	struct hidden *h = idlc_i_temp(c->f, sizeof(*h));

	h->macro = m;
	h->next = old;
	h->depth = old ? old->depth + 1 : 1;
	return h;
}

static struct pp_token *
copy_token(struct cpp *c, const struct pp_token *t)
{
	struct pp_token *copy = idlc_i_temp(c->f, sizeof(*copy));

	*copy = *t;
	copy->next = NULL;
	c->made++;
	return copy;
}

static bool
is_punct(const struct pp_token *t, const char *text)
{
	return t && t->kind == PP_PUNCT && t->n == strlen(text) &&
	    memcmp(t->text, text, t->n) == 0;
}

/*
 * Takes one argument off the list: up to a comma of its own level (unless
 * `whole`) or the closing parenthesis, which stays.  NULL list at the end:
 * the parenthesis is missing.
 */
static struct pp_token *
take_argument(struct pp_token **list, bool whole)
{
	struct pp_token *head = NULL;
	struct pp_token **at = &head;
	unsigned level = 0;

	while (*list) {
		struct pp_token *t = *list;

		if (level == 0 && (is_punct(t, ")") ||
		    (!whole && is_punct(t, ","))))
			break;
		if (is_punct(t, "("))
			level++;
		else if (is_punct(t, ")"))
			level--;
		*list = t->next;
		*at = t;
		at = &t->next;
	}
	*at = NULL;
	return head;
}

/* Reads the arguments of a use from list, which starts at "(".  false: the
 * use is wrong, which was reported. */
static bool
take_arguments(struct cpp *c, const struct macro *m,
    const struct pp_token *use, struct pp_token **list,
    struct pp_token **args)
{
	int n = 0;

	*list = (*list)->next;
	for (;;) {
		bool last = m->variadic && n == m->n_params - 1;
		struct pp_token *arg = take_argument(list, last);

		if (!*list) {
			idlc_i_error(c->f, E_MACRO_USE, &use->pos,
			    "the use of macro '%s' has no closing ')'",
			    m->name->text);
			return false;
		}
		if (n < m->n_params)
			args[n] = arg;
		if (n > 0 || arg || !is_punct(*list, ")") || m->n_params > 0)
			n++;
		if (is_punct(*list, ")"))
			break;
		*list = (*list)->next;
	}
	*list = (*list)->next;
	if (n == m->n_params || (m->variadic && n == m->n_params - 1))
		return true;
	idlc_i_error(c->f, E_MACRO_USE, &use->pos,
	    "macro '%s' takes %d argument%s, not %d", m->name->text,
	    m->n_params, m->n_params == 1 ? "" : "s", n);
	idlc_i_note(c->f, &m->pos, "it is defined here");
	return false;
}

static int
param_of(const struct macro *m, const struct pp_token *t)
{
	for (int i = 0; t && t->kind == PP_NAME && i < m->n_params; i++)
		if (m->params[i] == t->name)
			return i;
	return -1;
}

static struct pp_token *
stringify(struct cpp *c, const struct pp_token *arg)
{
	struct bytes b = { 0 };
	struct pp_token *t;
	bool first = true;

	idlc_i_bytes_add(c->f, &b, "\"", 1);
	for (; arg; arg = arg->next, first = false) {
		if (arg->blank && !first)
			idlc_i_bytes_add(c->f, &b, " ", 1);
		for (size_t i = 0; i < arg->n; i++) {
			if ((arg->text[i] == '"' || arg->text[i] == '\\') &&
			    (arg->kind == PP_STRING || arg->kind == PP_CHAR))
				idlc_i_bytes_add(c->f, &b, "\\", 1);
			idlc_i_bytes_add(c->f, &b, arg->text + i, 1);
		}
	}
	idlc_i_bytes_add(c->f, &b, "\"", 1);
	t = idlc_i_pp_new(c, PP_STRING, idlc_i_copy(c->f, b.text, b.n), b.n);
	idlc_i_array_free(c->f, b.text, b.room, 1);
	return t;
}

/* Joins the texts of two tokens into one (the ## operator). */
static void
paste(struct cpp *c, struct pp_token *left, const struct pp_token *right)
{
	const char *text = idlc_i_print(c->f, "%.*s%.*s", (int)left->n,
	    left->text, (int)right->n, right->text);

	left->text = text;
	left->n = strlen(text);
	left->kind = is_name_start(*text) ? PP_NAME :
	    is_digit(*text) ? PP_NUMBER : PP_PUNCT;
	if (left->kind == PP_NAME)
		left->name = idlc_i_atom(c->f, text, left->n);
}

/* The body of a macro with its arguments put in. */
static struct pp_token *
substitute(struct cpp *c, const struct macro *m, const struct pp_token *use,
    struct pp_token **args)
{
	struct pp_token *head = NULL;
	struct pp_token **at = &head;
	struct pp_token *tail = NULL;
	bool pasting = false;

	for (const struct pp_token *t = m->body; t; t = t->next) {
		int i = param_of(m, t);
		int j = is_punct(t, "#") ? param_of(m, t->next) : -1;
		struct pp_token *part;

		if (c->made > CPP_MAX_EXPANSION || c->f->nomem)
			break;
		if (is_punct(t, "##") && tail && t->next) {
			pasting = true;
			continue;
		}
		if (j >= 0) {
			part = stringify(c, args[j]);
			t = t->next;
		} else if (i >= 0) {
			struct pp_token *in = NULL, **end = &in;

			for (const struct pp_token *a = args[i]; a;
			     a = a->next) {
				*end = copy_token(c, a);
				end = &(*end)->next;
			}
			part = pasting || is_punct(t->next, "##") ? in :
			    idlc_i_cpp_expand(c, in);
			if (part)
				part->blank = t->blank;
		} else {
			part = copy_token(c, t);
		}
		if (pasting && part && tail) {
			paste(c, tail, part);
			part = part->next;
		}
		pasting = false;
		*at = part;
		for (; part; part = part->next) {
			part->pos = use->pos;
			tail = part;
			at = &part->next;
		}
	}
	return head;
}

static const char *
file_as_string(struct cpp *c)
{
	struct pp_token t = { .kind = PP_PUNCT };

	t.text = c->place ? c->place->name : "";
	t.n = strlen(t.text);
	return stringify(c, &t)->text;
}

static struct pp_token *
body_of(struct cpp *c, const struct macro *m, const struct pp_token *use,
    struct pp_token **args)
{
	struct pp_token *t;
	const char *text;

	if (m->kind == MACRO_TEXT)
		return substitute(c, m, use, args);
	if (m->kind == MACRO_FILE)
		text = file_as_string(c);
	else
		text = idlc_i_print(c->f, "%u", (unsigned)use->pos.line);
	t = idlc_i_pp_new(c, m->kind == MACRO_FILE ? PP_STRING : PP_NUMBER,
	    text, strlen(text));
	t->pos = use->pos;
	return t;
}

static struct macro *
macro_of(const struct cpp *c, const struct pp_token *t)
{
	struct macro *m;

	if (t->kind != PP_NAME)
		return NULL;
	m = c->in_c ? t->name->c_macro : t->name->macro;
	return m && !is_hidden(t->hidden, m) ? m : NULL;
}

static void
too_much(struct cpp *c, const struct pp_token *use, const struct macro *m)
{
	idlc_i_error(c->f, E_MACRO_SIZE, &use->pos,
	    "the macros used here expand to too much");
	if (m)
		idlc_i_note(c->f, &m->pos, "the last of them was '%s'",
		    m->name->text);
	c->f->stop = true;
}

/* Expands the first token of list, which m stands for.  Returns the list to
 * go on with; *out_done: it was no use and stays. */
static struct pp_token *
expand_first(struct cpp *c, struct macro *m, struct pp_token *list,
    bool *out_done)
{
	struct pp_token *rest = list->next;
	struct pp_token **args = NULL;
	struct pp_token *body, *last = NULL;
	const struct hidden *hidden;

	*out_done = true;
	if (m->n_params >= 0) {
		if (!is_punct(rest, "("))
			return list;
		args = idlc_i_temp_array(c->f, (size_t)m->n_params + 1,
		    sizeof(struct pp_token *));
		if (!args)
			return list;
		memset(args, 0, ((size_t)m->n_params + 1) * sizeof(*args));
		if (!take_arguments(c, m, list, &rest, args))
			return NULL;
	}
	hidden = hide(c, list->hidden, m);
	if (hidden->depth > CPP_MAX_NESTED || c->made > CPP_MAX_EXPANSION) {
		too_much(c, list, m);
		return NULL;
	}
	body = body_of(c, m, list, args);
	*out_done = false;
	if (c->f->nomem || c->f->stop)
		return NULL;
	for (struct pp_token *t = body; t; t = t->next) {
		t->hidden = t->hidden ? hide(c, t->hidden, m) : hidden;
		last = t;
	}
	if (!last)
		return rest;
	body->blank = list->blank;
	last->next = rest;
	return body;
}

struct pp_token *
idlc_i_cpp_expand(struct cpp *c, struct pp_token *list)
{
	struct pp_token *head = NULL;
	struct pp_token **at = &head;

	if (++c->level > CPP_MAX_NESTED && list)
		too_much(c, list, NULL);
	while (list && !c->f->nomem && !c->f->stop) {
		struct macro *m = macro_of(c, list);
		bool done = true;

		if (m)
			list = expand_first(c, m, list, &done);
		if (!done || !list)
			continue;
		*at = list;
		at = &list->next;
		list = list->next;
	}
	*at = NULL;
	c->level--;
	return head;
}

/* ---- Uses in running text ---------------------------------------------- */

/* Reads a parenthesised list from the text: from "(" to its ")". */
static struct pp_token *
read_parens(struct cpp *c)
{
	struct pp_token *head = NULL;
	struct pp_token **at = &head;
	unsigned level = 0;

	for (;;) {
		bool blank = skip_blanks(c, true);

		if (c->p >= c->end || c->f->nomem)
			break;
		*at = read_token(c);
		(*at)->blank = blank;
		if (is_punct(*at, "("))
			level++;
		if (is_punct(*at, ")") && --level == 0)
			break;
		at = &(*at)->next;
	}
	return c->f->nomem ? NULL : head;
}

/* Is the next token of the text "("?  Reads up to it then. */
static bool
parens_follow(struct cpp *c)
{
	struct cpp saved = *c;

	skip_blanks(c, true);
	if (c->p < c->end && *c->p == '(')
		return true;
	*c = saved;
	return false;
}

static struct pp_token *
last_of(struct pp_token *list)
{
	while (list && list->next)
		list = list->next;
	return list;
}

bool
idlc_i_cpp_use(struct cpp *c, struct macro *m, const char *name_at)
{
	size_t n = (size_t)(c->p - name_at);
	struct pp_token *list = idlc_i_pp_new(c, PP_NAME, name_at, n);
	struct pp_token *out;

	list->name = idlc_i_atom(c->f, name_at, n);
	list->pos = idlc_i_cpp_pos(c, name_at, n);
	if (m->n_params >= 0) {
		if (!parens_follow(c))
			return false;
		list->next = read_parens(c);
	}
	c->made = 0;
	out = idlc_i_cpp_expand(c, list);
	/* A function-like name at the end may take what follows as well. */
	for (;;) {
		struct pp_token *last = last_of(out);
		struct macro *more = last ? macro_of(c, last) : NULL;

		if (!more || more->n_params < 0 || c->f->nomem || c->f->stop ||
		    !parens_follow(c))
			break;
		last->next = read_parens(c);
		out = idlc_i_cpp_expand(c, out);
	}
	idlc_i_cpp_put(c, out);
	return true;
}

/* Would two tokens without a blank between them be read as another one? */
static bool
would_join(char left, char right)
{
	return ((is_name_start(left) || is_digit(left)) &&
	    (is_name_start(right) || is_digit(right))) || left == '/';
}

void
idlc_i_cpp_put(struct cpp *c, const struct pp_token *list)
{
	struct bytes *b = &c->f->text;

	idlc_i_bytes_add(c->f, b, " ", 1);
	for (; list && list->n && !c->f->nomem; list = list->next) {
		if (list->blank || would_join(b->text[b->n - 1], *list->text))
			idlc_i_bytes_add(c->f, b, " ", 1);
		idlc_i_bytes_add(c->f, b, list->text, list->n);
	}
	idlc_i_bytes_add(c->f, b, " ", 1);
}

struct macro *
idlc_i_macro_new(struct cpp *c, struct atom *name)
{
	struct macro *m = idlc_i_temp(c->f, sizeof(*m));

	m->name = name;
	m->n_params = -1;
	if (c->in_c) {
		name->c_macro = m;
	} else {
		name->macro = m;
		m->all = c->f->macros;
		c->f->macros = m;
		c->may_start[(unsigned char)name->text[0]] |=
		    (uint64_t)1 << (name->n & 63);
	}
	return m;
}
