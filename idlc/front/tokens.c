/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between scanner and grammar: keywords, and the books that messages and
 * recovery look into (the last tokens, the open braces).  %-lines become a
 * definition here, before the token that follows them.
 */
#include "idlc/front/parser.h"

#include <stdio.h>
#include <string.h>

#include "idlc/front/parse.h"
#include "idlc/front/report.h"

#include "xdr/base.h"

static const struct {
	char text[12];
	int16_t token;
} keywords[] = {
	{ "bool", BOOL }, { "case", CASE }, { "char", CHAR },
	{ "const", CONST }, { "default", DEFAULT }, { "double", DOUBLE },
	{ "enum", ENUM }, { "float", FLOAT }, { "hyper", HYPER },
	{ "int", INT }, { "long", LONG }, { "opaque", OPAQUE },
	{ "program", PROGRAM }, { "quadruple", QUADRUPLE },
	{ "short", SHORT }, { "string", STRING }, { "struct", STRUCT },
	{ "switch", SWITCH }, { "typedef", TYPEDEF }, { "union", UNION },
	{ "unsigned", UNSIGNED }, { "version", VERSION }, { "void", VOID },
};

static void
keywords_known(struct front *f)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		idlc_i_atom(f, keywords[i].text, strlen(keywords[i].text))->
		    keyword = keywords[i].token;
}

const char *
idlc_i_keyword(unsigned i)
{
	return i < ARRAY_LEN(keywords) ? keywords[i].text : NULL;
}

static void
remember(struct parser *ps, int token, const IDLC_YYSTYPE *value,
    const struct span *at)
{
	struct recent *r = ps->recent;

	memmove(r + 1, r, sizeof(ps->recent) - sizeof(*r));
	r->token = token;
	r->first_on_line = ps->first_on_line;
	r->pos = at->pos;
	if (token == NUMBER || token == TEXT || token == LETTER)
		r->text = value->word.text;
	else
		r->text = token > 255 ? value->name : NULL;
}

static void
open_brace(struct parser *ps, const struct span *at)
{
	struct brace *b;

	if (ps->depth == PARSER_MAX_DEPTH) {
		idlc_i_error(ps->f, E_DEPTH, &at->pos,
		    "braces are nested more than %d deep", PARSER_MAX_DEPTH);
		ps->f->stop = true;
		return;
	}
	b = &ps->braces[ps->depth++];
	b->head = ps->head;
	b->name = ps->head_name;
	b->pos = at->pos;
	ps->head = 0;
	ps->head_name = NULL;
}

/* Who opens the next brace, and which are open. */
static void
keep_books(struct parser *ps, int token, const struct span *at)
{
	switch (token) {
	case STRUCT: case UNION: case ENUM: case PROGRAM: case VERSION:
		ps->head = token;
		ps->head_name = NULL;
		break;
	case IDENTIFIER:
		if (ps->head && ps->recent[1].token == ps->head)
			ps->head_name = ps->recent[0].text;
		break;
	case ';':
		ps->head = 0;
		ps->head_name = NULL;
		break;
	case '{':
		open_brace(ps, at);
		break;
	case '}':
		if (ps->depth)
			ps->depth--;
		break;
	default:
		break;
	}
}

/* A token that recovery puts in. */
static int
take_injected(struct parser *ps, IDLC_YYSTYPE *value, struct span *at)
{
	int token = ps->injected[--ps->n_injected];

	if (token == NUMBER) {
		value->word = (struct word){ 0 };
		value->word.text = idlc_i_atom(ps->f, "0", 1)->text;
		value->word.kind = LITERAL_NUMBER;
	}
	at->pos = ps->recent[0].pos;
	at->first = at->last = ps->n_tokens;
	if (token == '}' && ps->depth)
		ps->depth--;
	return token;
}

int
idlc_yylex(IDLC_YYSTYPE *value, IDLC_YYLTYPE *at, struct parser *ps)
{
	int token;

	if (ps->n_injected)
		return take_injected(ps, value, at);
	if (ps->has_pending) {
		ps->has_pending = false;
		*at = ps->pending_at;
		memcpy(value, ps->pending_value, sizeof(*value));
		return ps->pending;
	}
	ps->silent = false;
	token = idlc_i_scan(value, at, ps);
	if (ps->c_text.n)
		idlc_i_define_text(ps);
	if (ps->f->stop || ps->f->nomem)
		return END;
	ps->n_tokens++;
	remember(ps, token, value, at);
	keep_books(ps, token, at);
	ps->first_on_line = false;
	return ps->f->stop ? END : token;
}

void
idlc_i_parse(struct front *f)
{
	struct parser *ps = idlc_i_temp_array(f, 1, sizeof(*ps));

	if (!ps)
		return;
	memset(ps, 0, sizeof(*ps));
	ps->f = f;
	_Static_assert(sizeof(IDLC_YYSTYPE) <= sizeof(ps->pending_value),
	    "a token's value fits");
	keywords_known(f);
	if (!idlc_i_scan_begin(ps))
		return;
	if (idlc_yyparse(ps) == 2 && !f->stop)
		f->nomem = true;
	idlc_i_scan_end(ps);
	/* Bodies whose definition never came to its end: the next file that is
	 * read must not find them. */
	f->inlines = (struct def_list){ NULL, NULL };
	idlc_i_array_free(f, ps->c_text.text, ps->c_text.room, 1);
}

/* ---- Tokens as text --------------------------------------------------------- */

static const char *
kind_of(int token)
{
	switch (token) {
	case IDENTIFIER: return "name";
	case NUMBER: return "number";
	case TEXT: return "string";
	case LETTER: return "character";
	case OPERATOR: return "operator";
	default: return token > 255 ? "keyword" : "mark";
	}
}

/* FILE:LINE:COLUMN, kind and text, with tabs between. */
static int
print_token(struct front *f, int token, const struct recent *r,
    idlc_write_fn *write, void *ctx)
{
	char mark[2] = { (char)token, '\0' };
	const char *line = idlc_i_print(f, "%s:%u:%u\t%s\t%s\n",
	    r->pos.file ? r->pos.file : "", (unsigned)r->pos.line,
	    (unsigned)r->pos.column, kind_of(token), r->text ? r->text : mark);

	return write(ctx, line, strlen(line));
}

int
idlc_i_tokens_print(struct front *f, idlc_write_fn *write, void *ctx)
{
	struct parser *ps = idlc_i_temp_array(f, 1, sizeof(*ps));
	IDLC_YYSTYPE value;
	struct span at;
	int token, r = 0;

	if (!ps)
		return 0;
	memset(ps, 0, sizeof(*ps));
	memset(&at, 0, sizeof(at));
	ps->f = f;
	keywords_known(f);
	if (!idlc_i_scan_begin(ps))
		return 0;
	while (r == 0 && (token = idlc_yylex(&value, &at, ps)) != END)
		r = print_token(f, token, &ps->recent[0], write, ctx);
	idlc_i_scan_end(ps);
	/* Bodies whose definition never came to its end: the next file that is
	 * read must not find them. */
	f->inlines = (struct def_list){ NULL, NULL };
	idlc_i_array_free(f, ps->c_text.text, ps->c_text.room, 1);
	return r;
}
