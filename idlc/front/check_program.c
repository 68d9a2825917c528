/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules about programs (RFC 5531 section 12.3): names and numbers inside one
 * differ, and so do the C names that are made of them.
 */
#include "idlc/front/check.h"

#include <stdlib.h>
#include <string.h>

#include "idlc/front/report.h"

/* A number that must be the only one of its kind. */
struct numbered {
	uint32_t number;
	const struct idlc_pos *pos;
	const char *name;
};

static int
by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->pos->line != y->pos->line)
		return x->pos->line < y->pos->line ? -1 : 1;
	return x->pos->column < y->pos->column ? -1 : 1;
}

static void
check_numbers(struct front *f, struct numbered *list, size_t n,
    const char *what)
{
	qsort(list, n, sizeof(*list), by_number);
	for (size_t i = 1; i < n; i++) {
		if (list[i].number != list[i - 1].number)
			continue;
		idlc_i_error(f, E_NUMBER_TWICE, list[i].pos,
		    "%s '%s' has the number of '%s'", what, list[i].name,
		    list[i - 1].name);
		idlc_i_note(f, list[i - 1].pos, "the first one is here");
	}
}

/* Names in a list of their own; the position of an earlier one, or NULL. */
static const struct idlc_pos *
add_name(struct front *f, const char *name, const struct idlc_pos *pos)
{
	struct atom *a = idlc_i_atom_of(name);

	if (a->scope == f->scope)
		return a->here;
	a->scope = f->scope;
	a->here = pos;
	return NULL;
}

static void
check_name(struct front *f, enum code code, const char *what,
    const char *name, const struct idlc_pos *pos)
{
	const struct idlc_pos *first = add_name(f, name, pos);

	if (!first)
		return;
	idlc_i_error(f, code, pos, "a second %s '%s'", what, name);
	idlc_i_note(f, first, "the first one is here");
}

void
idlc_i_rule_versions(struct front *f, const struct idlc_def *def)
{
	struct numbered *list;
	size_t n = 0;

	f->scope++;
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next, n++)
		check_name(f, E_VERSION_TWICE, "version", v->name, &v->pos);
	list = idlc_i_temp_array(f, n + 1, sizeof(*list));
	if (!list)
		return;
	n = 0;
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next)
		if (!v->written.unknown)
			list[n++] = (struct numbered){
				v->number, &v->written.pos, v->name
			};
	check_numbers(f, list, n, "version");
}

static void
version_procedures(struct front *f, const struct idlc_version *v)
{
	struct numbered *list;
	size_t n = 0;

	f->scope++;
	for (const struct idlc_procedure *p = v->procedures; p; p = p->next)
		check_name(f, E_PROC_TWICE, "procedure", p->name, &p->pos);
	list = idlc_i_temp_array(f, (size_t)v->n_procedures + 1,
	    sizeof(*list));
	if (!list)
		return;
	for (const struct idlc_procedure *p = v->procedures; p; p = p->next)
		if (!p->written.unknown)
			list[n++] = (struct numbered){
				p->number, &p->written.pos, p->name
			};
	check_numbers(f, list, n, "procedure");
}

void
idlc_i_rule_procedures(struct front *f, const struct idlc_def *def)
{
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next)
		version_procedures(f, v);
}

/* ---- Arguments ------------------------------------------------------------------- */

static void
check_argument(struct front *f, const struct idlc_decl *d)
{
	bool unbounded = d->shape == IDLC_VARIABLE && !d->bounded;

	if (d->type.def)
		unbounded |= idlc_i_node(d->type.def)->unbounded;
	if (unbounded) {
		idlc_i_warn(f, W_UNBOUNDED, &d->type.pos,
		    "an argument of any length");
		idlc_i_help(f, "a limit in '<N>' or by @max keeps a server "
		    "safe from large requests");
	}
}

void
idlc_i_rule_arguments(struct front *f, const struct idlc_def *def)
{
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next) {
		for (const struct idlc_procedure *p = v->procedures; p;
		     p = p->next) {
			f->scope++;
			for (const struct idlc_decl *a = p->args; a;
			     a = a->next) {
				check_argument(f, a);
				if (a->name)
					check_name(f, E_MEMBER_TWICE,
					    "argument", a->name, &a->pos);
			}
		}
	}
}

/* ---- Program numbers --------------------------------------------------------------- */

/*
 * Programs of one file are compared by this table: number to program.  Few
 * files have more than two; a file with very many is still linear.
 */
void
idlc_i_rule_program_number(struct front *f, const struct idlc_def *def)
{
	const struct idlc_value *v = &def->is.program.written;
	const char *key;
	struct atom *a;

	if (v->unknown)
		return;
	if (def->is.program.number == 0 && v->magnitude == 0) {
		idlc_i_warn(f, W_PROGRAM_ZERO, &v->pos,
		    "program number 0 is reserved");
		idlc_i_help(f, "numbers from 0x20000000 to 0x3fffffff are for "
		    "local use");
	}
	/* No name has a blank, so this atom is no name's. */
	key = idlc_i_print(f, "program %lu",
	    (unsigned long)def->is.program.number);
	a = idlc_i_atom(f, key, strlen(key));
	if (!a->here) {
		a->here = def;
		return;
	}
	idlc_i_error(f, E_NUMBER_TWICE, &v->pos,
	    "program '%s' has the number of '%s'", def->name,
	    ((const struct idlc_def *)a->here)->name);
	idlc_i_note(f, &((const struct idlc_def *)a->here)->
	    is.program.written.pos, "the first one is here");
}

/* ---- Names of stubs ------------------------------------------------------------------ */

static const char *
lower(struct front *f, const char *text)
{
	size_t n = strlen(text);
	char *low = idlc_i_temp_array(f, n + 1, 1);

	if (!low)
		return "";
	for (size_t i = 0; i <= n; i++)
		low[i] = text[i] >= 'A' && text[i] <= 'Z' ?
		    (char)(text[i] - 'A' + 'a') : text[i];
	return low;
}

/* The C function of a procedure. */
static const char *
stub_name(struct front *f, const struct idlc_def *program,
    const struct idlc_version *v, const struct idlc_procedure *p)
{
	if (f->rpcgen)
		return idlc_i_print(f, "%s_%s", lower(f, p->name),
		    v->written.text);
	return idlc_i_print(f, "%s_v%lu_%s", lower(f, program->name),
	    (unsigned long)v->number, lower(f, p->name));
}

static void
help_stub(struct front *f)
{
	idlc_i_help(f, "give one of them another name: a prefix from its "
	    "program, or put the programs into files of their own");
}

static void
check_stub(struct front *f, const struct idlc_def *program,
    const struct idlc_version *v, const struct idlc_procedure *p)
{
	const char *name = stub_name(f, program, v, p);
	struct atom *a = idlc_i_atom(f, name, strlen(name));
	const struct idlc_procedure *first = a->stub;

	if (a->def) {
		idlc_i_error(f, E_CLASH, &p->pos,
		    "the C function of '%s' is called '%s', which exists",
		    p->name, name);
		idlc_i_note(f, a->item ? &a->item->pos : &a->def->pos,
		    "it is defined here");
		idlc_i_help(f, "give one of them another name");
	} else if (first && !f->rpcgen && first->name == p->name) {
		return;		/* versions of one number: reported */
	} else if (first && !f->rpcgen) {
		idlc_i_warn(f, W_LOWER_CASE, &p->pos,
		    "'%s' and '%s' are the same name in lower case",
		    first->name, p->name);
		idlc_i_note(f, &first->pos, "the first one is here");
		idlc_i_help(f, "the C function of the second gets a '_'");
	} else if (first && first->name != p->name) {
		idlc_i_error(f, E_CLASH, &p->pos,
		    "the C functions of '%s' and '%s' are both called '%s'",
		    first->name, p->name, name);
		idlc_i_note(f, &first->pos, "the first one is here");
		help_stub(f);
	} else if (first) {
		idlc_i_error(f, E_CLASH, &p->pos,
		    "the C functions of two procedures are called '%s'", name);
		idlc_i_note(f, &first->pos, "the first one is here");
		help_stub(f);
	} else {
		a->stub = p;
	}
}

/* Twice in one version was reported as that. */
static bool
is_second(const struct idlc_version *v, const struct idlc_procedure *p)
{
	struct atom *a = idlc_i_atom_of(p->name);
	bool second = a->in_version == v;

	a->in_version = v;
	return second;
}

void
idlc_i_rule_stubs(struct front *f, const struct idlc_def *def)
{
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next)
		for (const struct idlc_procedure *p = v->procedures;
		     p && !f->nomem; p = p->next)
			if (!is_second(v, p))
				check_stub(f, def, v, p);
}
