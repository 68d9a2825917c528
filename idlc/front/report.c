/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings from the stages to the caller's sink.  A stage reports where it
 * stands; this file keeps the findings, puts them into source order, adds the
 * excerpt, and says through which include or macro a place was reached.
 */
#include "idlc/front/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idlc/front/cpp.h"
#include "idlc/front/source.h"

#define MAX_INCLUDE_NOTES 8

/* What stage and sink see of one; `children` is in reverse until the end. */
struct finding {
	struct idlc_finding public;
	struct finding *next;
	uint32_t order;
	uint32_t number;
};

enum { WARNING_OFF, WARNING_ON, WARNING_ERROR };

const struct idlc_code_info idlc_i_codes[IDLC_N_CODES] = {
#define NONE 0
#define NATIVE CODE_ON_NATIVE
#define RPCGEN CODE_ON_RPCGEN
#define BOTH (CODE_ON_NATIVE | CODE_ON_RPCGEN)
#define ERROR(name, text) [name] = { text, NULL, 0 },
#define WARNING(name, text, flag, on) [name] = { text, flag, on },
#include "idlc/front/codes.def"
#undef ERROR
#undef WARNING
#undef NONE
#undef NATIVE
#undef RPCGEN
#undef BOTH
};

PRINTF(2, 0)
static const char *
print(struct front *f, const char *format, va_list ap)
{
	char buf[1024];

	vsnprintf(buf, sizeof(buf), format, ap);
	return idlc_i_print(f, "%s", buf);
}

/* An error that nobody is told of. */
PRINTF(4, 0)
static void
keep_fault(struct front *f, enum idlc_severity severity,
    const struct idlc_pos *pos, const char *format, va_list ap)
{
	if (severity != IDLC_ERROR || f->fault || f->nomem)
		return;
	f->fault = print(f, format, ap);
	f->fault_pos = pos ? *pos : (struct idlc_pos){ 0 };
}

PRINTF(6, 0)
static void
add(struct front *f, enum code code, enum idlc_severity severity,
    const char *flag, const struct idlc_pos *pos, const char *format,
    va_list ap)
{
	struct finding *x;

	f->open = false;
	f->faulty |= severity == IDLC_ERROR;
	if (f->muted)
		keep_fault(f, severity, pos, format, ap);
	if (f->muted || f->nomem || f->stop)
		return;
	if (severity == IDLC_ERROR)
		f->n_errors++;
	x = idlc_i_temp(f, sizeof(*x));
	x->public.severity = severity;
	x->public.code = idlc_i_codes[code].code;
	x->public.flag = flag;
	if (pos && pos->file)
		x->public.pos = *pos;
	x->public.text = print(f, format, ap);
	if (f->nomem)
		return;
	x->number = (uint32_t)f->n_findings++;
	if (f->last_finding)
		f->last_finding->next = x;
	else
		f->findings = x;
	f->last_finding = x;
	f->open = true;
	if (f->n_findings == REPORT_MAX_FINDINGS) {
		idlc_i_error(f, E_TOO_MANY, NULL,
		    "too many errors: the rest of the input is not read");
		f->stop = true;
	}
}

void
idlc_i_error(struct front *f, enum code code, const struct idlc_pos *pos,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add(f, code, IDLC_ERROR, NULL, pos, format, ap);
	va_end(ap);
}

PRINTF(5, 0)
static void
warn(struct front *f, enum code code, enum code state,
    const struct idlc_pos *pos, const char *format, va_list ap)
{
	enum idlc_severity severity = IDLC_WARNING;

	f->open = false;
	if (f->warning_state[state] == WARNING_OFF)
		return;
	if (f->warning_state[state] == WARNING_ERROR ||
	    f->warnings_are_errors)
		severity = IDLC_ERROR;
	add(f, code, severity, idlc_i_codes[state].flag, pos, format, ap);
}

void
idlc_i_warn(struct front *f, enum code code, const struct idlc_pos *pos,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	warn(f, code, code, pos, format, ap);
	va_end(ap);
}

void
idlc_i_tolerate(struct front *f, enum code code, const struct idlc_pos *pos,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (f->tolerant)
		warn(f, code, W_STRICT, pos, format, ap);
	else
		add(f, code, IDLC_ERROR, NULL, pos, format, ap);
	va_end(ap);
}

PRINTF(5, 0)
static void
hang(struct front *f, enum idlc_severity severity, const struct idlc_pos *pos,
    const char *fix, const char *format, va_list ap)
{
	struct idlc_finding *child;

	if (!f->open || f->nomem)
		return;
	child = idlc_i_temp(f, sizeof(*child));
	child->severity = severity;
	if (pos && pos->file)
		child->pos = *pos;
	child->fix = fix;
	child->text = print(f, format, ap);
	if (f->nomem)
		return;
	child->next = f->last_finding->public.children;
	f->last_finding->public.children = child;
}

void
idlc_i_note(struct front *f, const struct idlc_pos *pos, const char *format,
    ...)
{
	va_list ap;

	va_start(ap, format);
	hang(f, IDLC_NOTE, pos, NULL, format, ap);
	va_end(ap);
}

void
idlc_i_help(struct front *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	hang(f, IDLC_HELP, NULL, NULL, format, ap);
	va_end(ap);
}

void
idlc_i_fix(struct front *f, const struct idlc_pos *pos, const char *fix,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	hang(f, IDLC_HELP, pos, idlc_i_print(f, "%s", fix), format, ap);
	va_end(ap);
}

/* ---- -W options -------------------------------------------------------- */

struct flag_walk {
	unsigned i;
};

static const char *
next_flag(void *ctx)
{
	struct flag_walk *walk = ctx;

	while (walk->i < IDLC_N_CODES) {
		const char *flag = idlc_i_codes[walk->i++].flag;

		if (flag)
			return flag;
	}
	return NULL;
}

static void
set_one(struct front *f, const char *name, uint8_t state)
{
	struct flag_walk walk = { 0 };
	const char *near;

	for (unsigned i = 0; i < IDLC_N_CODES; i++) {
		if (idlc_i_codes[i].flag &&
		    strcmp(idlc_i_codes[i].flag, name) == 0) {
			f->warning_state[i] = state;
			return;
		}
	}
	idlc_i_warn(f, W_OPTION, NULL, "unknown warning option '-W%s'", name);
	near = idlc_i_nearest(name, next_flag, &walk);
	if (near)
		idlc_i_help(f, "a similar one is '-W%s'", near);
}

static void
set_all(struct front *f, bool on)
{
	for (unsigned i = 0; i < IDLC_N_CODES; i++)
		if (idlc_i_codes[i].flag)
			f->warning_state[i] = on ? WARNING_ON : WARNING_OFF;
}

void
idlc_i_report_begin(struct front *f)
{
	const char *const *w = f->options->warnings;
	unsigned on = f->rpcgen ? CODE_ON_RPCGEN : CODE_ON_NATIVE;

	for (unsigned i = 0; i < IDLC_N_CODES; i++)
		if (idlc_i_codes[i].on & on)
			f->warning_state[i] = WARNING_ON;
	for (; w && *w; w++) {
		if (strcmp(*w, "all") == 0 || strcmp(*w, "no-all") == 0)
			set_all(f, **w == 'a');
		else if (strcmp(*w, "error") == 0)
			f->warnings_are_errors = true;
		else if (strcmp(*w, "no-error") == 0)
			f->warnings_are_errors = false;
		else if (strncmp(*w, "error=", 6) == 0)
			set_one(f, *w + 6, WARNING_ERROR);
		else if (strncmp(*w, "no-error=", 9) == 0)
			set_one(f, *w + 9, WARNING_ON);
		else if (strncmp(*w, "no-", 3) == 0)
			set_one(f, *w + 3, WARNING_OFF);
		else
			set_one(f, *w, WARNING_ON);
	}
}

/* ---- To the sink ------------------------------------------------------- */

static int
by_place(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a;
	const struct finding *y = *(const struct finding *const *)b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->public.pos.line != y->public.pos.line)
		return x->public.pos.line < y->public.pos.line ? -1 : 1;
	if (x->public.pos.column != y->public.pos.column)
		return x->public.pos.column < y->public.pos.column ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

/* Says how a position came to be looked at: macro, then includes. */
static void
add_origin(struct front *f, struct finding *x)
{
	struct idlc_finding **at =
	    (struct idlc_finding **)(uintptr_t)&x->public.children;
	const struct place *place;
	const struct macro *macro;

	if (!x->public.pos.file)
		return;
	place = idlc_i_place_of(x->public.pos.file);
	macro = place->macro;
	for (unsigned i = 0; i <= MAX_INCLUDE_NOTES; i++) {
		const struct idlc_pos *pos = macro ? &macro->pos : &place->from;
		struct idlc_finding *note;

		if (pos->file) {
			note = idlc_i_temp(f, sizeof(*note));
			note->severity = IDLC_NOTE;
			note->pos = *pos;
			note->text = macro ?
			    idlc_i_print(f, "expanded from macro '%s'",
				macro->name->text) : "included from here";
			if (f->nomem)
				return;
			/* In reverse, as children are until the end. */
			note->next = *at;
			*at = note;
		}
		if (!macro) {
			if (!place->from.file)
				return;
			place = idlc_i_place_of(place->from.file);
		}
		macro = NULL;
	}
}

static void
reverse_children(struct finding *x)
{
	const struct idlc_finding *child = x->public.children;
	const struct idlc_finding *done = NULL;

	while (child) {
		struct idlc_finding *c = (struct idlc_finding *)(uintptr_t)child;

		child = c->next;
		c->next = done;
		done = c;
	}
	x->public.children = done;
}

/* One copy serves all findings of a line: they follow each other. */
struct excerpts {
	const char *line;
	const char *copy;
};

static void
add_excerpt(struct front *f, struct idlc_finding *x, struct excerpts *last)
{
	const char *line;
	size_t n;

	line = idlc_i_source_line(f, &x->pos, &n);
	if (!line)
		return;
	if (line != last->line) {
		char *copy = idlc_i_temp_array(f, n + 1, 1);

		if (!copy)
			return;
		for (size_t i = 0; i < n; i++)
			copy[i] = line[i] ? line[i] : '?';
		copy[n] = '\0';
		last->line = line;
		last->copy = copy;
	}
	x->excerpt = last->copy;
}

static void
hand_over(struct front *f, struct finding *x, struct excerpts *last)
{
	struct excerpts other = { 0 };

	add_origin(f, x);
	reverse_children(x);
	add_excerpt(f, &x->public, last);
	for (const struct idlc_finding *c = x->public.children; c; c = c->next)
		add_excerpt(f, (struct idlc_finding *)(uintptr_t)c, &other);
	if (!f->nomem)
		f->options->on_finding(f->options->ctx, &x->public);
}

void
idlc_i_report_end(struct front *f)
{
	struct excerpts last = { 0 };
	struct finding **sorted;
	size_t n = 0;

	if (f->nomem || !f->findings || !f->options->on_finding)
		return;
	sorted = idlc_i_temp_array(f, f->n_findings, sizeof(*sorted));
	if (!sorted)
		return;
	for (struct finding *x = f->findings; x; x = x->next) {
		x->order = x->public.code == idlc_i_codes[E_TOO_MANY].code ?
		    UINT32_MAX : x->public.pos.file ?
		    idlc_i_place_of(x->public.pos.file)->order : 0;
		sorted[n++] = x;
	}
	qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t i = 0; i < n && !f->nomem; i++)
		hand_over(f, sorted[i], &last);
}

/* ---- Similar names ----------------------------------------------------- */

#define MAX_NEAR_BYTES 64

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Edits (insert, drop, change, swap neighbours) from a to b, of at most
 * MAX_NEAR_BYTES each; a change of case alone counts nothing. */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][MAX_NEAR_BYTES + 1];

	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = rows[i % 3];
		const unsigned *up = rows[(i - 1) % 3];
		const unsigned *far = rows[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);
			unsigned best = up[j - 1] + (x != y);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x == lower(b[j - 2]) &&
			    lower(a[i - 2]) == y && far[j - 2] + 1 < best)
				best = far[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[na % 3][nb];
}

const char *
idlc_i_nearest(const char *text, const char *(*take)(void *ctx), void *ctx)
{
	size_t n = strlen(text);
	unsigned limit = n < 2 ? 0 : n < 6 ? 1 : n < 12 ? 2 : 3;
	const char *best = NULL;
	const char *name;

	if (n > MAX_NEAR_BYTES)
		return NULL;
	while ((name = take(ctx))) {
		size_t m = strlen(name);
		unsigned d;

		if (m > MAX_NEAR_BYTES || m > n + limit || n > m + limit ||
		    strcmp(name, text) == 0)
			continue;
		d = distance(text, n, name, m);
		/* Of several the first by the alphabet: they come in the order
		 * of a hash that differs from run to run. */
		if (d > limit || (best && d == limit && strcmp(name, best) > 0))
			continue;
		best = name;
		limit = d;
	}
	return best;
}
