/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every change replaces one range of the text by another text; the tokens are
 * found anew for the next change.
 */
#include "tests/fuzz/mutate.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/random.h"

enum {
	MAX_TOKENS = 4096,
	MAX_NAME = 200
};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

enum kind { NAME, NUMBER, MARK, LINE };

/* LINE is a directive or a `%` line.  depth counts the braces around it. */
struct token {
	size_t at, n;
	enum kind kind;
	unsigned depth;
};

/* One text in the making. */
struct work {
	char *text;
	size_t n, max;
	const char *other;
	size_t other_n;
	uint64_t *seed;
	size_t n_tokens;
	struct token tokens[MAX_TOKENS];
};

static const char *const types[] = {
	"int", "unsigned int", "unsigned", "hyper", "unsigned hyper", "float",
	"double", "quadruple", "bool", "char", "unsigned char", "short",
	"unsigned short", "long", "unsigned long", "u_int", "u_long",
	"int32_t", "uint64_t", "string", "opaque", "void", "struct", "union",
	"enum", "quad_t",
};

static const char *const bounds[] = {
	"<>", "<0>", "<1>", "<4>", "<65537>", "<4294967295>", "<4294967296>",
	"[0]", "[1]", "[3]", "[70000]", "[-1]", "[]", "<", "[2][2]", "<<",
};

static const char *const numbers[] = {
	"0", "1", "2", "3", "8", "-1", "0x10", "017", "089", "255", "65536",
	"2147483647", "-2147483648", "2147483648", "4294967295", "4294967296",
	"-9223372036854775808", "18446744073709551615",
	"18446744073709551616", "0xFFFFFFFF", "0X1", "TRUE", "FALSE", "'a'",
	"\"text\"",
};

/* Names that C, libtirpc or generated code may have a use for. */
static const char *const names[] = {
	"register", "class", "template", "errno", "stdin", "NULL", "linux",
	"main", "xdrs", "objp", "argp", "clnt", "rqstp", "transp", "argument",
	"result", "local", "buf", "i", "v", "w", "r", "e", "p", "n", "out",
	"arena", "xdr_int", "XDR", "CLIENT", "bool_t", "TIMEOUT", "svc_req",
	"NULLPROC", "array", "pointer", "opaque_t", "size", "version",
	"program", "string", "bool", "TRUE", "nosuch", "retval_1", "s_1",
	"int32_t", "u_int", "uint8_t", "size_t", "oxdr_reader", "time",
	"index", "constexpr", "nullptr", "typeof", "asm", "unused_", "f_1",
};

/* What generated code makes of a name. */
static const char *const shapes[] = {
	"%s_u", "%s_len", "%s_val", "%s_", "_%s", "xdr_%s", "%s_xdr_put",
	"%s_xdr_get", "%s_xdr_type", "%s_XDR_MAX", "%s_1", "%s_1_svc",
	"%s_1_argument", "%s_v1", "%s_v1_ops", "%s_1_freeresult", "%s_t",
	"%s_1_table", "%s_xdr_name", "%s_1_arg", "%s_1_res", "%s_1_call",
};

static const char *const comments[] = {
	"/** text */ ", "/// text\n", "/**< after */ ", "/** @open */ ",
	"/** @secret */ ", "/** @max 7 */ ", "/** @idempotent */ ",
	"/** @oneway */ ", "/** @deadline 500ms */ ", "/* plain */ ",
	"/** @deprecated by %s * / %d $x$ \\ */ ", "/** @http GET /a/{b} */ ",
	"/** @unknown */ ", "// c\\\n", "/* * / */ ", "/** \"quoted\" */ ",
};

static const char *const members[] = {
	"int m1;", "string m2<>;", "opaque m3<7>;", "opaque m4[5];",
	"hyper m5<3>;", "bool m6[2];", "unsigned int *m7;", "double m8;",
	"struct { int a; string b<>; } m9;", "enum { MA, MB = 4 } m10;",
	"union switch (int d) { case 1: int a; default: void; } m11;",
	"string m12<5>;", "short m13<>;", "quadruple m14;", "int m15[0];",
};

static const char *const arms[] = {
	"case 1: int a1;", "case 2: case 3: string a2<>;", "case 4: void;",
	"case 5: opaque a3[4];", "default: void;", "default: int a4<2>;",
	"case 6: struct { int x; } a5;", "case -1: hyper *a6;",
};

static const char *const definitions[] = {
	"struct d1 { int a; d1 *next; };", "const D2 = 7;",
	"enum d3 { D3A = 1, D3B, D3C = 10 };", "typedef string d4<>;",
	"typedef opaque d5[8];", "typedef int d6[3];", "typedef d6 d7<4>;",
	"union d8 switch (bool b) { case TRUE: d1 x; case FALSE: void; };",
	"typedef struct { int a; } d9;", "typedef d1 *d10;",
	"program D11 { version D12 { int D13(int) = 1; d4 D14(d5) = 2; "
	    "void D15(void) = 3; } = 1; } = 0x20000099;",
	"typedef unsigned hyper d16<>;", "struct d17 { d17 kids<>; };",
	"program D18 { version D19 { string D20(string<9>, int *, bool) = 1; }"
	    " = 2; version D21 { int D20(d3) = 1; } = 3; } = 0x20000098;",
};

#define PICK(w, array) ((array)[below((w), N_OF(array))])

static size_t
below(struct work *w, size_t n)
{
	return n ? (size_t)(test_random(w->seed) >> 8) % n : 0;
}

/* ---- Tokens ------------------------------------------------------------- */

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t
skip_comment(const char *text, size_t at, size_t n)
{
	const char *end = text[at + 1] == '/' ? "\n" : "*/";

	for (size_t i = at + 2; i + strlen(end) <= n; i++)
		if (memcmp(text + i, end, strlen(end)) == 0)
			return i + strlen(end);
	return n;
}

/* The end of the token at `at`. */
static size_t
token_end(const char *text, size_t at, size_t n, enum kind *kind)
{
	size_t end = at + 1;

	if (*kind == LINE) {
		while (end < n && (text[end] != '\n' || text[end - 1] == '\\'))
			end++;
	} else if (is_word(text[at])) {
		*kind = isdigit((unsigned char)text[at]) ? NUMBER : NAME;
		while (end < n && is_word(text[end]))
			end++;
	} else if (text[at] == '"' || text[at] == '\'') {
		while (end < n && text[end] != text[at] && text[end] != '\n')
			end++;
		end += end < n;
	}
	return end;
}

static size_t
scan(const char *text, size_t n, struct token *tokens)
{
	size_t n_tokens = 0;
	unsigned depth = 0;
	bool first = true;

	for (size_t at = 0; at < n && n_tokens < MAX_TOKENS;) {
		enum kind kind = MARK;
		size_t end;

		if (isspace((unsigned char)text[at]) || !text[at]) {
			first = first || text[at] == '\n';
			at++;
			continue;
		}
		if (text[at] == '/' && at + 1 < n &&
		    (text[at + 1] == '*' || text[at + 1] == '/')) {
			at = skip_comment(text, at, n);
			continue;
		}
		if (first && (text[at] == '#' || text[at] == '%'))
			kind = LINE;
		end = token_end(text, at, n, &kind);
		depth -= depth && text[at] == '}';
		tokens[n_tokens++] = (struct token){ at, end - at, kind,
			depth };
		depth += text[at] == '{';
		first = false;
		at = end;
	}
	return n_tokens;
}

/* Any token of a kind, from a random one on; NULL: there is none. */
static const struct token *
pick(struct work *w, enum kind kind)
{
	size_t start = below(w, w->n_tokens);

	for (size_t i = 0; i < w->n_tokens; i++) {
		const struct token *t = &w->tokens[(start + i) % w->n_tokens];

		if (t->kind == kind)
			return t;
	}
	return NULL;
}

/* A place for a declaration (depth > 0) or definition: behind a `;`, or an
 * open brace. */
static size_t
place(struct work *w, bool inside)
{
	size_t start = below(w, w->n_tokens);

	for (size_t i = 0; i < w->n_tokens; i++) {
		const struct token *t = &w->tokens[(start + i) % w->n_tokens];
		bool opens = w->text[t->at] == '{';

		if (w->text[t->at] != ';' && !(opens && inside))
			continue;
		if ((t->depth + opens > 0) == inside)
			return t->at + t->n;
	}
	return 0;
}

/* ---- One change ----------------------------------------------------------- */

/* Puts n bytes in the place of [at, end). */
static void
replace(struct work *w, size_t at, size_t end, const char *text, size_t n)
{
	if (w->n - (end - at) + n > w->max)
		return;
	memmove(w->text + at + n, w->text + end, w->n - end);
	memcpy(w->text + at, text, n);
	w->n = w->n - (end - at) + n;
	w->n_tokens = scan(w->text, w->n, w->tokens);
}

static void
insert(struct work *w, size_t at, const char *text)
{
	replace(w, at, at, text, strlen(text));
}

static void
set(struct work *w, const struct token *t, const char *text)
{
	if (t)
		replace(w, t->at, t->at + t->n, text, strlen(text));
}

static void
copy_name(const struct work *w, const struct token *t, char name[MAX_NAME])
{
	size_t n = t->n < MAX_NAME / 2 ? t->n : MAX_NAME / 2;

	memcpy(name, w->text + t->at, n);
	name[n] = '\0';
}

/* The base as it appears in some name of the generated code. */
static void
in_shape(struct work *w, const char *base, char name[MAX_NAME])
{
	const char *shape = PICK(w, shapes);
	const char *at = strstr(shape, "%s");

	memcpy(name, shape, (size_t)(at - shape));
	strcpy(name + (at - shape), base);
	strcat(name, at + 2);
}

/* A name: the file's own, one that is special, or made from one. */
static void
make_name(struct work *w, char name[MAX_NAME])
{
	const struct token *t = pick(w, NAME);
	char base[MAX_NAME];

	snprintf(name, MAX_NAME, "%s", PICK(w, names));
	if (!t || below(w, 3) == 0)
		return;
	copy_name(w, t, base);
	switch (below(w, 4)) {
	case 0:
		for (char *c = base; *c; c++)
			*c = (char)(below(w, 2) ? tolower((unsigned char)*c) :
			    toupper((unsigned char)*c));
		break;
	case 1:
		for (char *c = base; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		in_shape(w, base, name);
		return;
	case 2:
		in_shape(w, base, name);
		return;
	default:
		break;
	}
	snprintf(name, MAX_NAME, "%s", base);
}

static void
swap_tokens(struct work *w)
{
	const struct token *t = &w->tokens[below(w, w->n_tokens - 1)];
	const struct token *u = t + 1;
	char text[2 * MAX_NAME];
	int n;

	if (w->n_tokens < 2 || t->n > 99 || u->n > 99)
		return;
	n = snprintf(text, sizeof(text), "%.*s %.*s", (int)u->n,
	    w->text + u->at, (int)t->n, w->text + t->at);
	replace(w, t->at, u->at + u->n, text, (size_t)n);
}

static void
repeat_token(struct work *w)
{
	const struct token *t = &w->tokens[below(w, w->n_tokens)];
	char text[MAX_NAME];

	copy_name(w, t, text);
	strcat(text, " ");
	insert(w, t->at, text);
}

static void
drop_tokens(struct work *w)
{
	size_t i = below(w, w->n_tokens);
	size_t last = i + (below(w, 4) ? 0 : below(w, 5));

	if (last >= w->n_tokens)
		last = w->n_tokens - 1;
	replace(w, w->tokens[i].at, w->tokens[last].at + w->tokens[last].n,
	    "", 0);
}

/* One name for another, here or in the whole file. */
static void
rename_one(struct work *w)
{
	char name[MAX_NAME];

	make_name(w, name);
	set(w, pick(w, NAME), name);
}

static bool
is_keyword(const char *name)
{
	static const char *const words[] = { "struct", "union", "enum",
		"switch", "case", "default", "typedef", "program", "version",
		"const", "int", "unsigned", "void", "string", "opaque" };

	for (size_t i = 0; i < N_OF(words); i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

static void
rename_all(struct work *w)
{
	const struct token *t = pick(w, NAME);
	char from[MAX_NAME], to[MAX_NAME];

	if (!t)
		return;
	copy_name(w, t, from);
	make_name(w, to);
	if (is_keyword(from))
		return;
	for (size_t i = w->n_tokens; i > 0; i--) {
		if (i > w->n_tokens)
			return;
		t = &w->tokens[i - 1];
		if (t->kind == NAME && t->n == strlen(from) &&
		    memcmp(w->text + t->at, from, t->n) == 0)
			set(w, t, to);
	}
}

/* The definition that begins behind a `;` of depth 0, or at the start. */
static size_t
definition(const char *text, const struct token *tokens, size_t n_tokens,
    size_t from, size_t *end)
{
	size_t at = n_tokens ? tokens[0].at : 0;

	*end = at;
	for (size_t i = 0; i < n_tokens; i++) {
		if (text[tokens[i].at] != ';' || tokens[i].depth > 0)
			continue;
		*end = tokens[i].at + 1;
		if (i >= from)
			return at;
		at = *end;
	}
	return at;
}

static void
drop_definition(struct work *w)
{
	size_t end;
	size_t at = definition(w->text, w->tokens, w->n_tokens,
	    below(w, w->n_tokens), &end);

	replace(w, at, end, "", 0);
}

/* A definition of this file or of the other one to another place. */
static void
copy_definition(struct work *w, const char *from, size_t n)
{
	static struct token tokens[MAX_TOKENS];
	size_t n_tokens = scan(from, n, tokens);
	size_t end;
	size_t start = definition(from, tokens, n_tokens, below(w, n_tokens),
	    &end);
	size_t at = place(w, false);
	char *text = malloc(end - start + 1);

	if (!text)
		abort();
	memcpy(text, from + start, end - start);
	replace(w, at, at, text, end - start);
	free(text);
}

static void
mutate_once(struct work *w)
{
	const struct token *t;

	switch (below(w, 20)) {
	case 0: swap_tokens(w); break;
	case 1: repeat_token(w); break;
	case 2: drop_tokens(w); break;
	case 3: rename_one(w); break;
	case 4: case 5: case 6: rename_all(w); break;
	case 7: set(w, pick(w, NUMBER), PICK(w, numbers)); break;
	case 8: set(w, pick(w, NAME), PICK(w, numbers)); break;
	case 9: set(w, pick(w, NAME), PICK(w, types)); break;
	case 10:
		t = pick(w, NAME);
		if (t)
			insert(w, t->at + t->n, PICK(w, bounds));
		break;
	case 11:
		t = pick(w, NAME);
		if (t)
			insert(w, t->at, "*");
		break;
	case 12: drop_definition(w); break;
	case 13: copy_definition(w, w->text, w->n); break;
	case 14: copy_definition(w, w->other, w->other_n); break;
	case 15:
		insert(w, w->tokens[below(w, w->n_tokens)].at,
		    PICK(w, comments));
		break;
	case 16: case 17: insert(w, place(w, true), PICK(w, members)); break;
	case 18: insert(w, place(w, true), PICK(w, arms)); break;
	default: insert(w, place(w, false), PICK(w, definitions)); break;
	}
}

size_t
mutate_idl(char *text, size_t n, size_t max, const char *other,
    size_t other_n, uint64_t *seed)
{
	static struct work w;
	size_t times;

	w.text = text;
	w.n = n;
	w.max = max;
	w.other = other;
	w.other_n = other_n;
	w.seed = seed;
	w.n_tokens = scan(text, n, w.tokens);
	times = 1 + below(&w, 4);
	for (size_t i = 0; i < times && w.n_tokens > 0; i++)
		mutate_once(&w);
	return w.n;
}
