/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules about unions (RFC 4506 sections 4.15 and 6.4(5)): what may select an
 * arm, and that each value of it selects at most one.
 */
#include "idlc/front/check.h"

#include <stdlib.h>
#include <string.h>

#include "idlc/front/report.h"

/* Values of an enum looked at, at most, to name those without an arm. */
#define MAX_COVERED 4096

/* What a discriminant selects by. */
enum selects {
	BY_NOTHING,		/* reported */
	BY_INT,
	BY_UINT,
	BY_BOOL,
	BY_ENUM,
	BY_WIDE,		/* hyper and the small types: rpcgen only */
	BY_USER			/* a type of the user's */
};

static enum selects
selects_by(const struct idlc_def *def, const struct idlc_def **out_enum)
{
	const struct idlc_decl *disc = &def->is.u.disc;
	const struct idlc_type *type = idlc_type_resolve(&disc->type);

	*out_enum = NULL;
	if (disc->shape != IDLC_PLAIN)
		return BY_NOTHING;
	switch (type->wire) {
	case IDLC_INT: return BY_INT;
	case IDLC_UINT: return BY_UINT;
	case IDLC_BOOL: return BY_BOOL;
	case IDLC_HYPER: case IDLC_UHYPER: case IDLC_CHAR: case IDLC_UCHAR:
	case IDLC_SHORT: case IDLC_USHORT: case IDLC_LONG: case IDLC_ULONG:
		return BY_WIDE;
	case IDLC_NAMED:
		if (!type->def)
			return BY_USER;
		*out_enum = type->def->kind == IDLC_ENUM ? type->def : NULL;
		return *out_enum ? BY_ENUM : BY_NOTHING;
	default:
		return BY_NOTHING;
	}
}

void
idlc_i_rule_discriminant(struct front *f, const struct idlc_def *def)
{
	const struct idlc_decl *disc = &def->is.u.disc;
	enum idlc_base wire = idlc_type_resolve(&disc->type)->wire;
	const struct idlc_def *of;
	enum selects by = selects_by(def, &of);

	if (by == BY_WIDE && (wire == IDLC_HYPER || wire == IDLC_UHYPER))
		idlc_i_tolerate(f, E_DISCRIMINANT, &disc->type.pos,
		    "a union can't be switched by a hyper");
	else if (by == BY_NOTHING || (by == BY_WIDE && !f->tolerant))
		idlc_i_error(f, E_DISCRIMINANT, &disc->type.pos,
		    "a union can't be switched by %s'%s'",
		    disc->shape != IDLC_PLAIN && wire != IDLC_STRING ?
		    "an array or pointer of " : "", disc->type.spelled);
	else
		return;
	idlc_i_help(f, "use int, unsigned int, bool or an enum");
}

/* ---- Labels ------------------------------------------------------------------ */

static bool
has_value(const struct idlc_def *of, int64_t number)
{
	for (const struct idlc_enumerator *e = of->is.enumerators; e;
	     e = e->next)
		if (e->value == number)
			return true;
	return false;
}

static void
not_a_case(struct front *f, const struct idlc_label *l, const char *why)
{
	idlc_i_tolerate(f, E_CASE_VALUE, &l->value.pos,
	    "'%s' is not a value of the discriminant: %s", l->value.text, why);
	if (l->value.ref)
		idlc_i_note(f, &l->value.ref->pos, "'%s' is %lld",
		    l->value.text, (long long)l->number);
}

static void
label_int(struct front *f, struct idlc_label *l)
{
	int64_t n = l->number;

	if (n >= INT32_MIN && n <= INT32_MAX)
		return;
	not_a_case(f, l, "an int has 32 bits with sign");
	if (n > 0 && n <= UINT32_MAX) {
		const char *fix = idlc_i_print(f, "%lld",
		    (long long)(n - 0x100000000));

		idlc_i_fix(f, &l->value.pos, fix,
		    "the value with these bits is %s", fix);
	}
	l->number = (int32_t)(uint32_t)(uint64_t)n;
}

static void
label_uint(struct front *f, struct idlc_label *l)
{
	if (l->number >= 0 && l->number <= UINT32_MAX)
		return;
	not_a_case(f, l, l->number < 0 ? "it is unsigned" :
	    "an unsigned int has 32 bits");
	l->number = (uint32_t)(uint64_t)l->number;
}

static void
label_bool(struct front *f, struct idlc_label *l)
{
	if (l->number != 0 && l->number != 1) {
		not_a_case(f, l, "a bool is TRUE or FALSE");
		l->number = (int32_t)(uint32_t)(uint64_t)l->number;
	} else if (*l->value.text >= '0' && *l->value.text <= '9') {
		const char *fix = l->number ? "TRUE" : "FALSE";

		idlc_i_warn(f, W_BOOL_CASE, &l->value.pos,
		    "a case of a bool as a number");
		idlc_i_fix(f, &l->value.pos, fix, "write '%s'", fix);
	}
}

static void
label_enum(struct front *f, struct idlc_label *l, const struct idlc_def *of)
{
	if (l->number < INT32_MIN || l->number > INT32_MAX) {
		not_a_case(f, l, "an enum has 32 bits with sign");
		l->number = (int32_t)(uint32_t)(uint64_t)l->number;
		return;
	}
	if (l->value.ref == of || of->doc->open || has_value(of, l->number))
		return;
	idlc_i_tolerate(f, E_CASE_VALUE, &l->value.pos,
	    "enum '%s' has no value %lld", of->name, (long long)l->number);
	idlc_i_note(f, &of->pos, "the enum is defined here");
	if (l->value.ref)
		idlc_i_note(f, &l->value.ref->pos, "'%s' is %lld",
		    l->value.text, (long long)l->number);
}

static void
fit_label(struct front *f, struct idlc_label *l, enum selects by,
    const struct idlc_def *of)
{
	if (l->value.unknown)
		return;
	switch (by) {
	case BY_INT: label_int(f, l); break;
	case BY_UINT: label_uint(f, l); break;
	case BY_BOOL: label_bool(f, l); break;
	case BY_ENUM: label_enum(f, l, of); break;
	default: break;
	}
}

static int
by_number(const void *a, const void *b)
{
	const struct idlc_label *x = *(const struct idlc_label *const *)a;
	const struct idlc_label *y = *(const struct idlc_label *const *)b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->value.pos.line != y->value.pos.line)
		return x->value.pos.line < y->value.pos.line ? -1 : 1;
	return x->value.pos.column < y->value.pos.column ? -1 : 1;
}

static size_t
count_labels(const struct idlc_def *def)
{
	size_t n = 0;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			n += !l->value.unknown;
	return n;
}

/* The labels with known numbers, by number. */
static const struct idlc_label **
sorted_labels(struct front *f, const struct idlc_def *def, size_t *out_n)
{
	size_t n = count_labels(def);
	const struct idlc_label **list = idlc_i_temp_array(f, n + 1,
	    sizeof(const struct idlc_label *));

	*out_n = 0;
	if (!list)
		return NULL;
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			if (!l->value.unknown)
				list[(*out_n)++] = l;
	qsort(list, *out_n, sizeof(*list), by_number);
	return list;
}

static void
twice(struct front *f, const struct idlc_label *l,
    const struct idlc_label *first)
{
	if (strcmp(l->value.text, first->value.text) == 0)
		idlc_i_error(f, E_CASE_TWICE, &l->value.pos,
		    "case %s stands here twice", l->value.text);
	else
		idlc_i_error(f, E_CASE_TWICE, &l->value.pos,
		    "case '%s' has the value of case '%s': %lld",
		    l->value.text, first->value.text, (long long)l->number);
	idlc_i_note(f, &first->value.pos, "the first one is here");
}

void
idlc_i_rule_cases(struct front *f, const struct idlc_def *def)
{
	const struct idlc_label **list;
	const struct idlc_def *of;
	enum selects by = selects_by(def, &of);
	size_t n;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			fit_label(f, MUTABLE(idlc_label, l), by, of);
	list = sorted_labels(f, def, &n);
	for (size_t i = 1; list && i < n; i++)
		if (list[i]->number == list[i - 1]->number)
			twice(f, list[i], list[i - 1]);
}

/* ---- Values without an arm ------------------------------------------------------ */

static bool
has_label(const struct idlc_label **list, size_t n, int64_t number)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (list[middle]->number < number)
			low = middle + 1;
		else
			n = middle;
	}
	return list[low] && list[low]->number == number;
}

static void
uncovered(struct front *f, const struct idlc_def *def, const char *names,
    unsigned n)
{
	idlc_i_warn(f, W_ENUM_COVERED, &def->pos,
	    "union '%s' has no case for %s%s", def->name, names,
	    n > 3 ? idlc_i_print(f, " and %u more", n - 3) : "");
	idlc_i_help(f, "such a value can't be sent or received: if it should, "
	    "add a case or 'default: void;'");
}

/* A default that no value reaches.  `default: void;` behind all of an enum
 * stays unsaid: it is there for the values that are added one day. */
static void
unreachable(struct front *f, const struct idlc_def *def, enum selects by,
    const struct idlc_def *of)
{
	const struct idlc_decl *other = def->is.u.other;

	if (by == BY_ENUM && (of->doc->open || other->type.base == IDLC_VOID))
		return;
	idlc_i_warn(f, W_UNREACHABLE, other->name ? &other->pos :
	    &other->type.pos, "the default of union '%s' is never selected: "
	    "every value of '%s' has a case", def->name,
	    def->is.u.disc.type.spelled);
	if (of)
		idlc_i_note(f, &of->pos, "the enum is defined here");
}

void
idlc_i_rule_coverage(struct front *f, const struct idlc_def *def)
{
	const struct idlc_label **list;
	const struct idlc_def *of;
	enum selects by = selects_by(def, &of);
	const char *names = "";
	unsigned missing = 0;
	unsigned seen = 0;
	size_t n;

	if (!def->is.u.arms || f->n_errors || (by != BY_ENUM && by != BY_BOOL))
		return;
	list = sorted_labels(f, def, &n);
	if (!list || n != count_labels(def))
		return;
	list[n] = NULL;
	for (const struct idlc_enumerator *e = of ? of->is.enumerators : NULL;
	     e && seen++ < MAX_COVERED; e = e->next) {
		if (has_label(list, n, e->value))
			continue;
		if (missing++ < 3)
			names = idlc_i_print(f, "%s%s'%s'", names,
			    missing > 1 ? ", " : "", e->name);
	}
	if (by == BY_BOOL && n == 1) {
		missing = 1;
		names = list[0]->number ? "'FALSE'" : "'TRUE'";
	}
	if (missing && !def->is.u.other)
		uncovered(f, def, names, missing);
	else if (!missing && def->is.u.other && seen <= MAX_COVERED)
		unreachable(f, def, by, of);
}
