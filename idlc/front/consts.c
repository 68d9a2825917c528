/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers: the texts of constants to values, names of constants to their
 * numbers, and each number into the range of what it is used for.  Constants
 * and enumerators are computed in the order of the file, as each may be made
 * of earlier ones; sizes, labels and program numbers come after that, so they
 * may use what is defined further down.
 */
#include "idlc/front/parser.h"

#include <string.h>

#include "idlc/front/report.h"
#include "idlc/front/tree.h"

/* ---- Digits (RFC 4506 section 6.2) -------------------------------------- */

static unsigned
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A' + 10);
	return 99;
}

const char *
idlc_i_number(const char *text, size_t n, struct word *out, enum code *code,
    const char **help)
{
	const char *p = text;
	const char *end = text + n;
	unsigned base = 10;
	uint64_t v = 0;

	/* What is no number counts as 1, which is legal almost everywhere. */
	*out = (struct word){ .kind = LITERAL_NUMBER, .magnitude = 1 };
	*code = E_NUMBER;
	if (*p == '-') {
		out->negative = true;
		p++;
	}
	if (end - p > 1 && p[0] == '0') {
		base = 8;
		if (p[1] == 'X') {
			*help = "hexadecimal numbers start with '0x'";
			return "is no number";
		}
		if (p[1] == 'x') {
			base = 16;
			p += 2;
		}
		if (out->negative) {
			*help = "a negative number is decimal";
			return "is no number";
		}
		if (p == end)
			return "has no digits";
	}
	for (; p < end; p++) {
		unsigned digit = digit_of(*p);

		if (digit >= base) {
			if (base == 8 && digit < 10) {
				*help = "a number that starts with 0 is octal";
				return "is no octal number";
			}
			return memchr(text, '.', n) ?
			    "is no integer" : "is no number";
		}
		if (v > (UINT64_MAX - digit) / base) {
			*code = E_NUMBER_RANGE;
			return "does not fit into 64 bits";
		}
		v = v * base + digit;
	}
	if (out->negative && v > (uint64_t)INT64_MAX + 1) {
		*code = E_NUMBER_RANGE;
		return "does not fit into 64 bits";
	}
	out->magnitude = v;
	out->negative = out->negative && v;
	return NULL;
}

uint64_t
idlc_i_letter(const char *text, size_t n)
{
	static const char escapes[] = "n\nt\tr\ra\ab\bf\fv\v";

	if (n == 0)
		return 0;
	if (n < 2 || text[0] != '\\')
		return (unsigned char)text[0];
	for (const char *s = escapes; *s; s += 2)
		if (*s == text[1])
			return (unsigned char)s[1];
	if (text[1] >= '0' && text[1] <= '7') {
		uint64_t v = 0;

		for (size_t i = 1; i < n && i < 4 && digit_of(text[i]) < 8; i++)
			v = v * 8 + digit_of(text[i]);
		return v & 0xff;
	}
	return (unsigned char)text[1];
}

/* ---- Names to numbers ---------------------------------------------------- */

static bool
is_name(const char *text)
{
	return text && (*text == '_' || (*text >= 'a' && *text <= 'z') ||
	    (*text >= 'A' && *text <= 'Z'));
}

static void
set_number(struct idlc_value *v, int64_t number)
{
	v->negative = number < 0;
	v->magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

/* A name that stands for a constant further down. */
static bool
later(struct front *f, const struct idlc_value *v,
    const struct idlc_pos *defined)
{
	idlc_i_error(f, E_CONST_LATER, &v->pos,
	    "'%s' is used before it has a value", v->text);
	idlc_i_note(f, defined, "it gets one here");
	idlc_i_help(f, "move its definition before this one");
	return false;
}

/*
 * Fills in the number behind a name.  Returns whether there is one; without,
 * it has been reported, or v->unknown says that only C knows.
 *
 * early   only what stands before may be used
 */
static bool
compute(struct front *f, struct idlc_value *v, bool early)
{
	struct atom *a;

	if (!is_name(v->text))
		return true;
	if (v->unknown)
		return false;
	if (!v->ref)
		return true;	/* TRUE, FALSE or a %#define: names.c */
	a = idlc_i_atom_of(v->text);
	if (a->item) {
		if (early && !a->computed)
			return later(f, v, &a->item->pos);
		if (a->item->written.unknown) {
			v->unknown = true;
			return false;
		}
		set_number(v, a->item->value);
		return !a->spoiled;
	}
	if (early && !a->computed)
		return later(f, v, &v->ref->pos);
	v->negative = v->ref->is.value.negative;
	v->magnitude = v->ref->is.value.magnitude;
	v->is_string = v->ref->is.value.is_string;
	v->unknown = v->ref->is.value.unknown;
	return !a->spoiled && !v->unknown;
}

/* The same, for a place that wants a number.  What has none is unknown. */
static bool
number(struct front *f, struct idlc_value *v, bool early)
{
	if (!compute(f, v, early)) {
		v->unknown = true;
		return false;
	}
	if (!v->is_string)
		return true;
	v->unknown = true;
	idlc_i_error(f, E_STRING_VALUE, &v->pos,
	    "a number is needed here, not a string");
	if (v->ref)
		idlc_i_note(f, &v->ref->pos, "'%s' is a string", v->text);
	return false;
}

static void
note_value(struct front *f, const struct idlc_value *v)
{
	if (v->ref)
		idlc_i_note(f, &v->ref->pos, "'%s' is %s%llu", v->text,
		    v->negative ? "-" : "", (unsigned long long)v->magnitude);
}

/* ---- Constants and enumerators ------------------------------------------- */

static void
const_value(struct front *f, struct idlc_def *def)
{
	struct atom *a = idlc_i_atom_of(def->name);
	bool ok = compute(f, &def->is.value, true);

	if (a->def == def) {
		a->computed = true;
		a->spoiled = !ok && !def->is.value.unknown;
	}
}

/* The value of an enumerator without one: the last one's plus 1. */
static bool
next_value(struct front *f, const struct idlc_enumerator *e,
    const struct idlc_enumerator *last, int64_t *out)
{
	*out = last ? (int64_t)last->value + 1 : 0;
	if (*out <= INT32_MAX)
		return true;
	idlc_i_error(f, E_ENUM_RANGE, &e->pos,
	    "there is no value for '%s': the one before is the largest "
	    "an enum can have", e->name);
	return false;
}

static bool
written_value(struct front *f, struct idlc_enumerator *e, int64_t *out)
{
	struct idlc_value *v = &e->written;

	*out = 0;
	if (!number(f, v, true))
		return false;
	if (v->magnitude <= INT32_MAX + (uint64_t)v->negative) {
		*out = v->negative ? -(int64_t)v->magnitude :
		    (int64_t)v->magnitude;
		return true;
	}
	/* rpcgen sends 32 bits of it: with more C no longer follows. */
	if (v->magnitude > UINT32_MAX)
		idlc_i_error(f, E_ENUM_RANGE, &v->pos,
		    "the value of '%s' does not fit into 32 bits", e->name);
	else
		idlc_i_tolerate(f, E_ENUM_RANGE, &v->pos,
		    "the value of '%s' does not fit into 32 bits with sign",
		    e->name);
	if (!v->negative && v->magnitude <= UINT32_MAX) {
		const char *fix = idlc_i_print(f, "%lld",
		    (long long)v->magnitude - 0x100000000);

		idlc_i_fix(f, &v->pos, fix, "the value with these bits is %s",
		    fix);
	}
	note_value(f, v);
	*out = v->negative ? INT32_MIN : (int32_t)(uint32_t)v->magnitude;
	return f->tolerant && v->magnitude <= UINT32_MAX;
}

static void
enum_values(struct front *f, struct idlc_def *def)
{
	const struct idlc_enumerator *last = NULL;
	bool unknown = false;

	for (const struct idlc_enumerator *i = def->is.enumerators; i;
	     i = i->next) {
		struct idlc_enumerator *e = MUTABLE(idlc_enumerator, i);
		struct atom *a = idlc_i_atom_of(e->name);
		bool ok = true;
		int64_t v = 0;

		if (!e->implicit) {
			ok = written_value(f, e, &v);
			unknown = e->written.unknown;
		} else if (unknown) {
			e->written.unknown = true;
		} else {
			ok = next_value(f, e, last, &v);
		}
		e->value = (int32_t)v;
		if (a->item == e) {
			a->computed = true;
			a->spoiled = !ok && !unknown;
		}
		last = e;
	}
}

/* ---- Sizes, labels, numbers ---------------------------------------------- */

static void
size_value(struct front *f, struct idlc_decl *d)
{
	struct idlc_value *v = &d->size;

	if (!v->text) {
		if (d->doc->has_max && d->shape == IDLC_VARIABLE) {
			d->bounded = true;
			d->bound = d->doc->max;
		}
		return;
	}
	if (!number(f, v, false))
		return;
	if (v->negative) {
		idlc_i_error(f, E_SIZE_NEGATIVE, &v->pos,
		    "a size can't be negative");
		note_value(f, v);
		v->unknown = true;
	} else if (v->magnitude > UINT32_MAX) {
		idlc_i_tolerate(f, E_SIZE_RANGE, &v->pos,
		    "a size can be at most 4294967295");
		note_value(f, v);
	} else {
		d->bound = (uint32_t)v->magnitude;
	}
}

static void
sizes(struct front *f, const struct idlc_decl *list)
{
	for (const struct idlc_decl *d = list; d; d = d->next)
		size_value(f, MUTABLE(idlc_decl, d));
}

/* As many bits as were written; check.c fits them to the discriminant. */
static void
label_value(struct front *f, struct idlc_label *l)
{
	if (!number(f, &l->value, false))
		return;
	l->number = l->value.negative ? (int64_t)(0 - l->value.magnitude) :
	    l->value.magnitude > INT64_MAX ? INT64_MAX :
	    (int64_t)l->value.magnitude;
}

static void
union_values(struct front *f, struct idlc_def *def)
{
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next) {
		for (const struct idlc_label *l = a->labels; l; l = l->next) {
			label_value(f, MUTABLE(idlc_label, l));
		}
		sizes(f, a->decl);
	}
	sizes(f, def->is.u.other);
}

/* The number of a program, version or procedure.  in_names: as written it is a
 * part of C names, and f_-1 is none. */
static uint32_t
u32_value(struct front *f, struct idlc_value *v, const char *what,
    bool in_names)
{
	if (!number(f, v, false))
		return 0;
	if (v->negative) {
		const char *text = idlc_i_print(f,
		    "the number of a %s can't be negative", what);

		if (in_names && *v->text == '-')
			idlc_i_error(f, E_NUMBER_U32, &v->pos, "%s", text);
		else
			idlc_i_tolerate(f, E_NUMBER_U32, &v->pos, "%s", text);
		note_value(f, v);
		return (uint32_t)(0 - v->magnitude);
	}
	if (v->magnitude > UINT32_MAX) {
		idlc_i_tolerate(f, E_NUMBER_U32, &v->pos,
		    "the number of a %s can be at most 4294967295", what);
		note_value(f, v);
	}
	return (uint32_t)v->magnitude;
}

static void
procedure_values(struct front *f, struct idlc_procedure *p)
{
	p->number = u32_value(f, &p->written, "procedure", false);
	size_value(f, &p->result);
	sizes(f, p->args);
}

static void
program_values(struct front *f, struct idlc_def *def)
{
	def->is.program.number = u32_value(f, &def->is.program.written,
	    "program", false);
	for (const struct idlc_version *i = def->is.program.versions; i;
	     i = i->next) {
		struct idlc_version *v = MUTABLE(idlc_version, i);

		v->number = u32_value(f, &v->written, "version", true);
		for (const struct idlc_procedure *p = v->procedures; p;
		     p = p->next)
			procedure_values(f, MUTABLE(idlc_procedure, p));
	}
}

static void
early(struct front *f, const struct def_list *list)
{
	for (const struct idlc_def *i = list->head; i && !f->nomem;
	     i = i->next) {
		struct idlc_def *def = MUTABLE(idlc_def, i);

		if (def->kind == IDLC_CONST)
			const_value(f, def);
		else if (def->kind == IDLC_ENUM)
			enum_values(f, def);
	}
}

static void
late(struct front *f, const struct def_list *list)
{
	for (const struct idlc_def *i = list->head; i && !f->nomem;
	     i = i->next) {
		struct idlc_def *def = MUTABLE(idlc_def, i);

		switch (def->kind) {
		case IDLC_STRUCT: sizes(f, def->is.members); break;
		case IDLC_UNION: union_values(f, def); break;
		case IDLC_TYPEDEF: size_value(f, &def->is.alias); break;
		case IDLC_PROGRAM: program_values(f, def); break;
		default: break;
		}
	}
}

void
idlc_i_consts(struct front *f)
{
	early(f, &f->imported_defs);
	early(f, &f->defs);
	late(f, &f->imported_defs);
	late(f, &f->defs);
}
