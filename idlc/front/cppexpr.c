/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The expressions of #if: C's integer expressions without assignment, names
 * that are no macro count as 0.  Computed while read, by precedence climbing;
 * what a short circuit skips is read but its faults (division by zero) do not
 * count.
 */
#include "idlc/front/cpp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "idlc/front/report.h"

#define MAX_NESTED 200

struct expr {
	struct cpp *c;
	struct pp_token *t;	/* next */
	struct idlc_pos end;	/* where a missing operand is reported */
	bool quiet;
	bool failed;
	unsigned level;
	unsigned skipping;
};

static struct pp_number conditional(struct expr *e);

static void PRINTF(2, 3)
fail(struct expr *e, const char *format, ...)
{
	const struct idlc_pos *pos = e->t ? &e->t->pos : &e->end;
	const char *text;
	char buf[128];
	va_list ap;

	if (e->failed)
		return;
	e->failed = true;
	if (e->quiet)
		return;
	va_start(ap, format);
	vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	text = buf;
	idlc_i_error(e->c->f, E_CONDITION, pos, "%s", text);
}

static bool
is(const struct expr *e, const char *text)
{
	return e->t && e->t->kind == PP_PUNCT && e->t->n == strlen(text) &&
	    memcmp(e->t->text, text, e->t->n) == 0;
}

static bool
take(struct expr *e, const char *text)
{
	if (e->failed || !is(e, text))
		return false;
	e->t = e->t->next;
	return true;
}

static struct pp_number
number_signed(int64_t v)
{
	return (struct pp_number){ false, (uint64_t)v };
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static struct pp_number
read_number(struct expr *e)
{
	const char *p = e->t->text;
	const char *end = p + e->t->n;
	uint64_t base = 10;
	uint64_t v = 0;
	bool suffix_u = false;

	if (*p == '0' && e->t->n > 1) {
		base = 8;
		if (p[1] == 'x' || p[1] == 'X') {
			base = 16;
			p += 2;
		}
	}
	for (; p < end && digit_of(*p) < (int)base; p++)
		v = v * base + (uint64_t)digit_of(*p);
	for (; p < end && strchr("uUlL", *p); p++)
		suffix_u |= *p == 'u' || *p == 'U';
	if (p < end)
		fail(e, "'%.*s' is no integer", (int)e->t->n, e->t->text);
	e->t = e->t->next;
	return (struct pp_number){ suffix_u || v > INT64_MAX, v };
}

static struct pp_number
read_char(struct expr *e)
{
	static const char escapes[] = "n\nt\tr\ra\ab\bf\fv\v";
	const char *p = e->t->text + 1;
	int64_t v = e->t->n > 2 ? *p : 0;

	if (e->t->n > 3 && *p == '\\') {
		v = p[1];
		for (const char *s = escapes; *s; s += 2)
			if (*s == p[1])
				v = s[1];
		if (p[1] >= '0' && p[1] <= '7')
			v = p[1] - '0';
	}
	e->t = e->t->next;
	return number_signed(v);
}

static struct pp_number
primary(struct expr *e)
{
	struct pp_number v = { 0 };

	if (e->failed)
		return v;
	if (take(e, "(")) {
		v = conditional(e);
		if (!take(e, ")"))
			fail(e, "expected ')'");
	} else if (e->t && e->t->kind == PP_NUMBER) {
		v = read_number(e);
	} else if (e->t && e->t->kind == PP_CHAR) {
		v = read_char(e);
	} else if (e->t && e->t->kind == PP_NAME && !e->quiet) {
		e->t = e->t->next;
	} else {
		fail(e, e->t ? "expected a value" :
		    "the condition ends where a value is expected");
	}
	return v;
}

static struct pp_number
unary(struct expr *e)
{
	struct pp_number v;

	if (++e->level > MAX_NESTED)
		fail(e, "the condition is nested too deeply");
	if (e->failed) {
		v = number_signed(0);
	} else if (take(e, "!")) {
		v = number_signed(unary(e).bits == 0);
	} else if (take(e, "-")) {
		v = unary(e);
		v.bits = 0 - v.bits;
	} else if (take(e, "+")) {
		v = unary(e);
	} else if (take(e, "~")) {
		v = unary(e);
		v.bits = ~v.bits;
	} else {
		v = primary(e);
	}
	e->level--;
	return v;
}

/* Operators by precedence, the loosest first. */
static const struct binary {
	char text[3];
	int level;
} binaries[] = {
	{ "||", 1 }, { "&&", 2 }, { "|", 3 }, { "^", 4 }, { "&", 5 },
	{ "==", 6 }, { "!=", 6 }, { "<", 7 }, { ">", 7 }, { "<=", 7 },
	{ ">=", 7 }, { "<<", 8 }, { ">>", 8 }, { "+", 9 }, { "-", 9 },
	{ "*", 10 }, { "/", 10 }, { "%", 10 },
};

static const struct binary *
binary_at(const struct expr *e)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++)
		if (is(e, binaries[i].text))
			return &binaries[i];
	return NULL;
}

static struct pp_number
divide(struct expr *e, bool remainder, struct pp_number a, struct pp_number b)
{
	int64_t x = (int64_t)a.bits, y = (int64_t)b.bits;

	if (b.bits == 0) {
		if (!e->skipping)
			fail(e, "division by zero");
		return a;
	}
	if (a.is_unsigned) {
		a.bits = remainder ? a.bits % b.bits : a.bits / b.bits;
	} else if (y == -1) {
		a.bits = remainder ? 0 : 0 - a.bits;
	} else {
		a.bits = (uint64_t)(remainder ? x % y : x / y);
	}
	return a;
}

static bool
less(struct pp_number a, struct pp_number b)
{
	return a.is_unsigned ? a.bits < b.bits :
	    (int64_t)a.bits < (int64_t)b.bits;
}

static struct pp_number
shift(bool left, struct pp_number a, struct pp_number b)
{
	bool negative = !a.is_unsigned && (int64_t)a.bits < 0;
	unsigned n = b.bits > 63 ? 63 : (unsigned)b.bits;

	if (left)
		a.bits = b.bits > 63 ? 0 : a.bits << n;
	else if (negative)
		a.bits = ~(~a.bits >> n);
	else
		a.bits = b.bits > 63 ? 0 : a.bits >> n;
	return a;
}

static struct pp_number
apply(struct expr *e, const char *op, struct pp_number a, struct pp_number b)
{
	char c = op[0];

	if (c == '<' && op[1] == '<')
		return shift(true, a, b);
	if (c == '>' && op[1] == '>')
		return shift(false, a, b);
	if (op[1] == '|')
		return number_signed(a.bits || b.bits);
	if (op[1] == '&')
		return number_signed(a.bits && b.bits);
	a.is_unsigned = b.is_unsigned = a.is_unsigned || b.is_unsigned;
	switch (c) {
	case '|': a.bits |= b.bits; return a;
	case '^': a.bits ^= b.bits; return a;
	case '&': a.bits &= b.bits; return a;
	case '+': a.bits += b.bits; return a;
	case '-': a.bits -= b.bits; return a;
	case '*': a.bits *= b.bits; return a;
	case '=': return number_signed(a.bits == b.bits);
	case '!': return number_signed(a.bits != b.bits);
	case '<': return number_signed(op[1] ? !less(b, a) : less(a, b));
	case '>': return number_signed(op[1] ? !less(a, b) : less(b, a));
	default: return divide(e, c == '%', a, b);
	}
}

static struct pp_number
binary(struct expr *e, int level)
{
	struct pp_number a = unary(e);
	const struct binary *op;

	while (!e->failed && (op = binary_at(e)) && op->level >= level) {
		bool skip = (op->level == 1 && a.bits) ||
		    (op->level == 2 && !a.bits);
		struct pp_number b;

		e->t = e->t->next;
		e->skipping += skip;
		b = binary(e, op->level + 1);
		e->skipping -= skip;
		a = apply(e, op->text, a, b);
	}
	return a;
}

static struct pp_number
conditional(struct expr *e)
{
	struct pp_number test, yes, no;

	if (++e->level > MAX_NESTED)
		fail(e, "the condition is nested too deeply");
	test = binary(e, 1);
	if (take(e, "?")) {
		e->skipping += !test.bits;
		yes = conditional(e);
		e->skipping -= !test.bits;
		if (!take(e, ":"))
			fail(e, "expected ':'");
		e->skipping += !!test.bits;
		no = conditional(e);
		e->skipping -= !!test.bits;
		test = test.bits ? yes : no;
		test.is_unsigned = yes.is_unsigned || no.is_unsigned;
	}
	e->level--;
	return test;
}

/* Replaces `defined NAME` and `defined(NAME)` by 1 or 0. */
static bool
resolve_defined(struct cpp *c, struct pp_token *list)
{
	for (struct pp_token *t = list; t; t = t->next) {
		struct pp_token *name = t->next;
		bool parens;

		if (t->kind != PP_NAME || t->n != 7 ||
		    memcmp(t->text, "defined", 7) != 0)
			continue;
		parens = name && name->n == 1 && *name->text == '(';
		if (parens)
			name = name->next;
		if (!name || name->kind != PP_NAME || (parens &&
		    (!name->next || *name->next->text != ')'))) {
			idlc_i_error(c->f, E_CONDITION, &t->pos,
			    "'defined' needs a name");
			return false;
		}
		t->kind = PP_NUMBER;
		t->text = name->name->macro ? "1" : "0";
		t->n = 1;
		t->next = parens ? name->next->next : name->next;
	}
	return true;
}

bool
idlc_i_cpp_condition(struct cpp *c, struct pp_token *list,
    const struct idlc_pos *at, bool *out)
{
	struct expr e = { .c = c, .end = *at };

	if (!list) {
		idlc_i_error(c->f, E_CONDITION, at,
		    "the condition is missing");
		return false;
	}
	if (!resolve_defined(c, list))
		return false;
	c->made = 0;
	e.t = idlc_i_cpp_expand(c, list);
	*out = conditional(&e).bits != 0;
	if (!e.failed && e.t)
		fail(&e, "expected an operator");
	return !e.failed;
}

bool
idlc_i_cpp_number(struct cpp *c, struct pp_token *list, struct pp_number *out)
{
	struct expr e = { .c = c, .quiet = true };

	c->made = 0;
	e.t = idlc_i_cpp_expand(c, list);
	if (!e.t)
		return false;
	*out = conditional(&e);
	return !e.failed && !e.t;
}
