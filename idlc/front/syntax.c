/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Syntax errors: what to say, and where to go on.  The parser gives the token
 * that can't stand there and those that could; from these, the tokens before
 * and the open braces a message is made that names the likely mistake.
 *
 * Recovery skips to the end of what is spoiled: a member, an enumerator, a
 * definition.  A definition that starts in the first column while a body is
 * still open means that a brace is missing: the brace is put in.
 */
#include "idlc/front/parser.h"

#include <string.h>

#include "idlc/front/parse.h"
#include "idlc/front/report.h"

struct fault {
	struct parser *ps;
	struct front *f;
	const char *found;	/* display name */
	const struct recent *token;
	const struct recent *before;
	const struct idlc_pos *pos;
	const char *const *expected;
	int n_expected;
};

static bool
expects(const struct fault *x, const char *name)
{
	for (int i = 0; i < x->n_expected; i++)
		if (strcmp(x->expected[i], name) == 0)
			return true;
	return false;
}

static bool
is_keyword(int token)
{
	return token > 255 && token != IDENTIFIER && token != NUMBER &&
	    token != TEXT && token != LETTER && token != OPERATOR;
}

static bool
is_value(int token)
{
	return token == NUMBER || token == IDENTIFIER || token == TEXT ||
	    token == LETTER;
}

static bool
starts_definition(int token)
{
	return token == CONST || token == TYPEDEF || token == STRUCT ||
	    token == UNION || token == ENUM || token == PROGRAM;
}

/* How a token is called: 'name', ';', end of file. */
static const char *
called(const struct fault *x)
{
	if (x->token->token == END)
		return "the end of the file";
	if (x->token->text)
		return idlc_i_print(x->f, "'%s'", x->token->text);
	return x->found;
}

static const char *
head_word(int head)
{
	switch (head) {
	case STRUCT: return "struct";
	case UNION: return "union";
	case ENUM: return "enum";
	case PROGRAM: return "program";
	case VERSION: return "version";
	default: return "body";
	}
}

/* "struct 's'", or "this struct" where it has no name. */
static const char *
brace_called(struct front *f, const struct brace *b)
{
	if (b->name)
		return idlc_i_print(f, "%s '%s'", head_word(b->head), b->name);
	return idlc_i_print(f, "this %s", head_word(b->head));
}

static const struct brace *
innermost(const struct parser *ps)
{
	unsigned depth = ps->depth;

	/* A '{' that is the fault itself encloses nothing. */
	if (depth && ps->recent[0].token == '{')
		depth--;
	return depth ? &ps->braces[depth - 1] : NULL;
}

/* The byte behind a token: where something is missing. */
static struct idlc_pos
behind(const struct idlc_pos *pos)
{
	struct idlc_pos p = *pos;

	p.column += p.n;
	p.n = 1;
	return p;
}

/* ---- What is expected, in words ---------------------------------------- */

#define MAX_WORDS 5

static void
word_add(const char *words[], unsigned *n, const char *word)
{
	if (*n <= MAX_WORDS)
		words[(*n)++] = word;
}

static const char *
expected_words(const struct fault *x)
{
	const char *words[MAX_WORDS + 1];
	bool type = expects(x, "int") && expects(x, "bool");
	bool value = expects(x, "number") && expects(x, "name");
	const char *text = "";
	unsigned n = 0;

	if (type && expects(x, "typedef")) {
		return "a definition";
	}
	if (value)
		word_add(words, &n, "a value");
	else if (type)
		word_add(words, &n, "a type");
	else if (expects(x, "name"))
		word_add(words, &n, "a name");
	for (int i = 0; i < x->n_expected; i++) {
		const char *e = x->expected[i];

		if (*e == '\'')
			word_add(words, &n, e);
		else if (strcmp(e, "case") == 0 || strcmp(e, "default") == 0 ||
		    strcmp(e, "switch") == 0 || strcmp(e, "version") == 0)
			word_add(words, &n, idlc_i_print(x->f, "'%s'", e));
		else if (strcmp(e, "int") == 0 && !type)
			word_add(words, &n, "'int'");
	}
	if (n == 0 || n > MAX_WORDS)
		return NULL;
	for (unsigned i = 0; i < n; i++)
		text = idlc_i_print(x->f, "%s%s%s", text, i == 0 ? "" :
		    i + 1 < n ? ", " : " or ", words[i]);
	return text;
}

/* ---- Likely mistakes; each says whether it was one ----------------------- */

static bool
fault_long_long(const struct fault *x)
{
	const struct recent *r = x->before;

	if (r[0].token != LONG || r[1].token != LONG)
		return false;
	idlc_i_error(x->f, E_LONG_LONG, &r[0].pos,
	    "there is no type 'long long'");
	idlc_i_help(x->f, "the integer of 64 bits is '%s'",
	    r[2].token == UNSIGNED ? "unsigned hyper" : "hyper");
	return true;
}

static bool
fault_oneway(const struct fault *x)
{
	const struct recent *r = x->before;

	if (r->token != IDENTIFIER || (strcmp(r->text, "oneway") != 0 &&
	    strcmp(r->text, "async") != 0 && strcmp(r->text, "idempotent") != 0))
		return false;
	idlc_i_error(x->f, E_ONEWAY, &r->pos,
	    "'%s' is not a word of the language", r->text);
	idlc_i_help(x->f, "put the tag @%s into the doc comment of the procedure",
	    strcmp(r->text, "async") == 0 ? "oneway" : r->text);
	return true;
}

static bool
fault_expression(const struct fault *x)
{
	int token = x->token->token;
	bool operator = token == OPERATOR || token == '*' || token == '(' ||
	    token == '<' || token == '>' ||
	    (token == NUMBER && *x->token->text == '-');

	if (token == OPERATOR && *x->token->text == '-' &&
	    expects(x, "number")) {
		idlc_i_error(x->f, E_SIGN, x->pos,
		    "the sign is not part of a number");
		idlc_i_help(x->f, "write the number without a blank: '-1'");
		return true;
	}
	if (!operator || !(is_value(x->before->token) || expects(x, "number")) ||
	    expects(x, "'('") || expects(x, "int"))
		return false;
	if (token != OPERATOR && x->before->token == IDENTIFIER &&
	    !expects(x, "';'") && !expects(x, "']'") && !expects(x, "'>'"))
		return false;
	idlc_i_error(x->f, E_EXPRESSION, x->pos,
	    "expressions are not part of the language");
	idlc_i_help(x->f, "write the result: a constant is one number");
	return true;
}

static bool
fault_keyword(const struct fault *x)
{
	const char *name = x->found;

	if (!is_keyword(x->token->token) || !expects(x, "name") ||
	    expects(x, "int"))
		return false;
	/* A word that starts what follows a missing semicolon is none. */
	if (expects(x, "';'") && x->token->first_on_line)
		return false;
	idlc_i_error(x->f, E_KEYWORD, x->pos,
	    "'%s' is a keyword and can't be a name", name);
	idlc_i_fix(x->f, x->pos, idlc_i_print(x->f, "%s_", name),
	    "choose another name, such as '%s_'", name);
	return true;
}

static bool
fault_separator(const struct fault *x)
{
	const struct brace *b = innermost(x->ps);

	if (x->token->token != ';' || !b || b->head != ENUM ||
	    !expects(x, "','"))
		return false;
	idlc_i_error(x->f, E_SYNTAX, x->pos,
	    "the values of an enum are separated by ','");
	idlc_i_fix(x->f, x->pos, ",", "write ',' in place of ';'");
	return true;
}

static bool
fault_default_value(const struct fault *x)
{
	const struct brace *b = innermost(x->ps);

	if (x->token->token != '=' || !b || b->head == ENUM ||
	    !expects(x, "';'"))
		return false;
	idlc_i_error(x->f, E_SYNTAX, x->pos,
	    "a member of a %s has no initial value", head_word(b->head));
	return true;
}

static bool
fault_semicolon(const struct fault *x)
{
	int token = x->token->token;
	struct idlc_pos pos;

	if (!expects(x, "';'") || !(token == END || token == '}' ||
	    x->token->first_on_line))
		return false;
	x->ps->no_semicolon = true;
	pos = behind(&x->before->pos);
	idlc_i_error(x->f, E_SEMICOLON, &pos, "expected ';' here");
	idlc_i_fix(x->f, &pos, ";", "end the line before with ';'");
	return true;
}

static bool
fault_variable(const struct fault *x)
{
	if (x->before->token != '}' || x->token->token != IDENTIFIER ||
	    !expects(x, "';'") || x->ps->depth)
		return false;
	idlc_i_error(x->f, E_SYNTAX, x->pos,
	    "a definition makes a type, no variable '%s'", x->token->text);
	return true;
}

static const char *
next_keyword(void *ctx)
{
	unsigned *i = ctx;

	return idlc_i_keyword((*i)++);
}

/* Something else than a definition at the outermost level. */
static bool
fault_outside(const struct fault *x)
{
	const char *near = NULL;
	unsigned i = 0;

	if (!expects(x, "typedef"))
		return false;
	if (x->token->token == IDENTIFIER)
		near = idlc_i_nearest(x->token->text, next_keyword, &i);
	if (x->token->token == '}')
		idlc_i_error(x->f, E_SYNTAX, x->pos, "no '{' is open here");
	else
		idlc_i_error(x->f, E_SYNTAX, x->pos,
		    "a definition can't start with %s", called(x));
	if (near)
		idlc_i_fix(x->f, x->pos, near, "a similar keyword is '%s'",
		    near);
	else if (x->token->token != '}')
		idlc_i_help(x->f, "definitions start with const, enum, struct, "
		    "union, typedef or program");
	return true;
}

static bool
fault_end(const struct fault *x)
{
	const struct brace *b = innermost(x->ps);

	if (x->token->token != END || !b)
		return false;
	idlc_i_error(x->f, E_SYNTAX, x->pos,
	    "the file ends inside %s", brace_called(x->f, b));
	idlc_i_note(x->f, &b->pos, "this '{' has no '}'");
	return true;
}

static bool
fault_body_open(const struct fault *x)
{
	const struct brace *b = innermost(x->ps);

	if (!b || !starts_definition(x->token->token) ||
	    x->pos->column != 1 || expects(x, "int"))
		return false;
	idlc_i_error(x->f, E_SYNTAX, x->pos,
	    "a definition starts inside %s", brace_called(x->f, b));
	idlc_i_note(x->f, &b->pos, "this '{' has no '}'");
	return true;
}

static void
fault_other(const struct fault *x)
{
	const char *words = expected_words(x);
	const struct brace *b = innermost(x->ps);

	if (words)
		idlc_i_error(x->f, E_SYNTAX, x->pos, "unexpected %s, expected %s",
		    called(x), words);
	else
		idlc_i_error(x->f, E_SYNTAX, x->pos, "unexpected %s", called(x));
	if (b && b->head && b->pos.line != x->pos->line)
		idlc_i_note(x->f, &b->pos, "in %s", brace_called(x->f, b));
}

/* The first that says it was its kind. */
static bool (*const faults[])(const struct fault *) = {
	fault_long_long, fault_oneway, fault_end, fault_outside,
	fault_body_open, fault_semicolon, fault_separator, fault_expression,
	fault_default_value, fault_variable, fault_keyword
};

void
idlc_i_syntax_error(struct parser *ps, const char *found,
    const struct span *at, const char *const *expected, int n_expected)
{
	struct fault x = {
		ps, ps->f, found, &ps->recent[0], &ps->recent[1], &at->pos,
		expected, n_expected
	};

	if (ps->f->stop || ps->f->nomem || ps->silent)
		return;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i](&x))
			return;
	fault_other(&x);
}

/* ---- Recovery ----------------------------------------------------------- */

struct skip {
	struct parser *ps;
	int *token;
	IDLC_YYSTYPE *value;
	IDLC_YYLTYPE *at;
	unsigned base;		/* braces open around what is skipped */
};

static void
next(struct skip *s)
{
	*s->token = idlc_yylex(s->value, s->at, s->ps);
}

/* Does a definition start here, though braces may be open? */
static bool
at_definition(const struct skip *s)
{
	return starts_definition(*s->token) && s->at->pos.column == 1 &&
	    s->ps->recent[0].first_on_line;
}

/* Closes what is open, then gives the token at hand again. */
static void
inject_braces(struct skip *s)
{
	struct parser *ps = s->ps;

	ps->pending = *s->token;
	ps->pending_at = *s->at;
	memcpy(ps->pending_value, s->value, sizeof(*s->value));
	ps->has_pending = true;
	ps->silent = true;
	/* Braces in what was skipped are not the parser's. */
	ps->depth = s->base;
	/* Outermost first: the last of the array is read first. */
	for (unsigned i = 0; i < ps->depth; i++) {
		int head = ps->braces[i].head;

		if (ps->n_injected + 4 >
		    sizeof(ps->injected) / sizeof(ps->injected[0]))
			break;
		if (i == 0 || head == PROGRAM || head == VERSION)
			ps->injected[ps->n_injected++] = ';';
		if (head == PROGRAM || head == VERSION) {
			ps->injected[ps->n_injected++] = NUMBER;
			ps->injected[ps->n_injected++] = '=';
		}
		ps->injected[ps->n_injected++] = '}';
	}
	ps->f->lost_definition = true;
	next(s);
}

static void
skip_definition(struct skip *s)
{
	struct parser *ps = s->ps;

	ps->other = NULL;
	while (*s->token != END) {
		bool done = *s->token == ';' && ps->depth == 0;

		if (at_definition(s) || (ps->depth == 0 &&
		    starts_definition(*s->token) &&
		    ps->recent[0].first_on_line)) {
			ps->depth = 0;
			return;
		}
		next(s);
		if (done)
			return;
	}
	ps->depth = 0;
}

/* Up to and with the ';' of a member; a '}' that ends the body stays. */
static void
skip_member(struct skip *s)
{
	for (;;) {
		int token = *s->token;
		bool last;

		if (token == END || at_definition(s)) {
			if (s->base)
				inject_braces(s);
			return;
		}
		if (token == '}' && s->ps->depth < s->base)
			return;
		last = token == ';' && s->ps->depth <= s->base;
		next(s);
		if (last)
			return;
	}
}

/* Up to a ',' or the '}' of the body, which both stay. */
static void
skip_enumerator(struct skip *s)
{
	for (;;) {
		int token = *s->token;

		if (token == END || at_definition(s)) {
			if (s->base)
				inject_braces(s);
			return;
		}
		if ((token == ',' && s->ps->depth == s->base) ||
		    (token == '}' && s->ps->depth < s->base))
			return;
		next(s);
	}
}

/* A ';' is missing: what follows on the same line is no part of anything. */
static void
skip_line(struct skip *s)
{
	while (*s->token != END && *s->token != '}' && *s->token != '{' &&
	    !s->ps->recent[0].first_on_line) {
		bool done = *s->token == ';';

		next(s);
		if (done)
			return;
	}
}

/* No token may be at fault twice: whatever the rules think, parsing goes on
 * behind it. */
static bool
progress(struct skip *s, enum recover how)
{
	struct parser *ps = s->ps;
	bool same = ps->n_recovered == ps->n_tokens + 1 && !ps->n_injected;

	if (same && *s->token != END)
		next(s);
	ps->n_recovered = ps->n_tokens + 1;
	return *s->token != END || how == RECOVER_DEFINITION;
}

bool
idlc_i_recover(struct parser *ps, enum recover how, int *token,
    IDLC_YYSTYPE *value, IDLC_YYLTYPE *at)
{
	struct skip s = { ps, token, value, at, 0 };

	if (ps->f->stop || ps->f->nomem) {
		*token = END;
		return false;
	}
	if (*token < 0)		/* none was read yet */
		next(&s);
	s.base = ps->depth;
	if (*token == '{' && s.base)
		s.base--;
	else if (*token == '}')
		s.base++;
	if (ps->no_semicolon && how == RECOVER_MEMBER) {
		/* What follows is the next member. */
		ps->no_semicolon = false;
		return progress(&s, how);
	}
	ps->no_semicolon = false;
	switch (how) {
	case RECOVER_DEFINITION: skip_definition(&s); break;
	case RECOVER_MEMBER: skip_member(&s); break;
	case RECOVER_ENUMERATOR: skip_enumerator(&s); break;
	case RECOVER_SEMICOLON: skip_line(&s); break;
	}
	return progress(&s, how);
}
