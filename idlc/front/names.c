/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names: first every definition and enumerator becomes known, then every use
 * finds its definition.  Order in the file does not matter.  A name that the
 * file does not define may be one of a library, of a file that a %#include
 * mentions, or of a %#define; only when one is missing are these looked into.
 *
 * Types, constants and programs share one name space (RFC 4506 section
 * 6.4(3), RFC 5531 section 12.3(4)).
 */
#include "idlc/front/tree.h"

#include <string.h>

#include "idlc/front/import.h"
#include "idlc/front/report.h"

#include "xdr/base.h"

/* ---- Types that C's libraries define ------------------------------------ */

static const struct {
	char name[16];
	uint8_t base;
} library_types[] = {
	{ "int8_t", IDLC_CHAR }, { "uint8_t", IDLC_UCHAR },
	{ "u_int8_t", IDLC_UCHAR }, { "u_char", IDLC_UCHAR },
	{ "int16_t", IDLC_SHORT }, { "uint16_t", IDLC_USHORT },
	{ "u_int16_t", IDLC_USHORT }, { "u_short", IDLC_USHORT },
	{ "int32_t", IDLC_INT }, { "uint32_t", IDLC_UINT },
	{ "u_int32_t", IDLC_UINT }, { "u_int", IDLC_UINT },
	{ "uint", IDLC_UINT },
	{ "u_long", IDLC_ULONG },
	{ "int64_t", IDLC_HYPER }, { "uint64_t", IDLC_UHYPER },
	{ "u_int64_t", IDLC_UHYPER }, { "quad_t", IDLC_HYPER },
	{ "u_quad_t", IDLC_UHYPER }, { "longlong_t", IDLC_HYPER },
	{ "u_longlong_t", IDLC_UHYPER }, { "bool_t", IDLC_BOOL },
	{ "enum_t", IDLC_INT }, { "rpcprog_t", IDLC_UINT },
	{ "rpcvers_t", IDLC_UINT }, { "rpcproc_t", IDLC_UINT },
	{ "rpcprot_t", IDLC_UINT }, { "rpcport_t", IDLC_UINT },
};

static void
library_known(struct front *f)
{
	for (size_t i = 0; i < ARRAY_LEN(library_types); i++)
		idlc_i_atom(f, library_types[i].name,
		    strlen(library_types[i].name))->library =
		    library_types[i].base;
	f->atom_true = idlc_i_atom(f, "TRUE", 4);
	f->atom_false = idlc_i_atom(f, "FALSE", 5);
}

/* ---- Becoming known ------------------------------------------------------ */

static const char *
meaning(const struct atom *a)
{
	return a->item ? "an enumerator" : idlc_i_kind_called(a->def);
}

static const struct idlc_pos *
defined_at(const struct atom *a)
{
	return a->item ? &a->item->pos : &a->def->pos;
}

/* rpcgen prints a constant and a program of one name as they are, and the C
 * preprocessor takes the same #define twice. */
static bool
can_work_twice(const struct atom *a, const struct idlc_def *def,
    const struct idlc_enumerator *item)
{
	if (item || a->item)
		return false;
	if (a->def->kind == IDLC_CONST && def->kind == IDLC_CONST)
		return strcmp(a->def->is.value.text, def->is.value.text) == 0;
	return (a->def->kind == IDLC_CONST) + (def->kind == IDLC_CONST) == 1 &&
	    (a->def->kind == IDLC_PROGRAM || def->kind == IDLC_PROGRAM);
}

static void
declare(struct front *f, const char *name, const struct idlc_def *def,
    const struct idlc_enumerator *item)
{
	const struct idlc_pos *pos = item ? &item->pos : &def->pos;
	struct atom *a = idlc_i_atom_of(name);

	if (a == f->atom_true || a == f->atom_false) {
		idlc_i_error(f, E_REDEFINED, pos,
		    "'%s' is predefined and can't be defined again", name);
		return;
	}
	if (!a->def) {
		a->def = def;
		a->item = item;
		return;
	}
	if (def->flags & IDLC_DEF_IMPORTED)
		return;		/* the file's own come first */
	if (can_work_twice(a, def, item))
		idlc_i_tolerate(f, E_REDEFINED, pos,
		    "'%s' is defined twice", name);
	else
		idlc_i_error(f, E_REDEFINED, pos, "'%s' is defined twice",
		    name);
	idlc_i_note(f, defined_at(a), "as %s it is defined here", meaning(a));
}

/* `typedef int int32_t;` says what is so anyway: nothing to emit. */
static bool
declare_library(struct front *f, struct idlc_def *def)
{
	struct atom *a = idlc_i_atom_of(def->name);
	const struct idlc_decl *alias = &def->is.alias;
	enum idlc_base base;

	if (!a->library)
		return false;
	if (def->kind == IDLC_TYPEDEF && alias->shape == IDLC_PLAIN) {
		base = alias->type.base == IDLC_NAMED ?
		    (enum idlc_base)idlc_i_atom_of(alias->type.spelled)->library
		    : alias->type.base;
		if (base == a->library) {
			def->flags |= IDLC_DEF_NOTHING;
			return true;
		}
	}
	if (!(def->flags & IDLC_DEF_IMPORTED)) {
		idlc_i_error(f, E_LIBRARY_TYPE, &def->pos,
		    "'%s' is a type of the C library and means something else "
		    "there", def->name);
		idlc_i_help(f, "choose another name");
	}
	return true;
}

static void
declare_all(struct front *f, const struct def_list *list)
{
	for (const struct idlc_def *i = list->head; i && !f->nomem;
	     i = i->next) {
		struct idlc_def *def = MUTABLE(idlc_def, i);

		if (def->name && !(def->flags & IDLC_DEF_NOTHING) &&
		    !declare_library(f, def))
			declare(f, def->name, def, NULL);
		if (def->kind != IDLC_ENUM)
			continue;
		for (const struct idlc_enumerator *e = def->is.enumerators; e;
		     e = e->next)
			declare(f, e->name, def, e);
	}
}

/* ---- Names for anonymous bodies ------------------------------------------ */

static void name_inside(struct front *f, const struct idlc_def *def);

/* Gives a body its name, made different from all others. */
static void
name_body(struct front *f, const struct idlc_decl *decl, const char *name)
{
	struct idlc_def *body = MUTABLE(idlc_def, decl->type.def);
	struct atom *a;

	for (;;) {
		a = idlc_i_atom(f, name, strlen(name));
		if (f->nomem || (!a->def && !a->keyword && !a->library))
			break;
		name = idlc_i_print(f, "%s_", name);
	}
	a->def = body;
	body->name = a->text;
	name_inside(f, body);
}

static bool
is_anonymous(const struct idlc_decl *d)
{
	return d->type.def && (d->type.def->flags & IDLC_DEF_ANONYMOUS) &&
	    !d->type.def->name;
}

static void
name_member(struct front *f, struct idlc_decl *d, void *ctx)
{
	const struct idlc_def *outer = ctx;

	if (is_anonymous(d))
		name_body(f, d, idlc_i_print(f, "%s_%s", outer->name,
		    outer->kind == IDLC_TYPEDEF || !d->name ? "item" :
		    d->name));
}

static void
name_procedure(struct front *f, const char *program, const char *version,
    const struct idlc_procedure *p)
{
	unsigned i = 1;

	if (is_anonymous(&p->result))
		name_body(f, &p->result, idlc_i_print(f, "%s_%s_%s_result",
		    program, version, p->name));
	for (const struct idlc_decl *a = p->args; a; a = a->next, i++) {
		if (is_anonymous(a))
			name_body(f, a, a->name ?
			    idlc_i_print(f, "%s_%s_%s_%s", program, version,
				p->name, a->name) :
			    idlc_i_print(f, "%s_%s_%s_arg%u", program,
				version, p->name, i));
	}
}

/* Names the bodies in a definition by the path to them; as deep as braces
 * may be nested. */
static void
name_inside(struct front *f, const struct idlc_def *def)
{
	if (def->kind != IDLC_PROGRAM) {
		idlc_i_each_decl(f, def, name_member, MUTABLE(idlc_def, def));
		return;
	}
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next)
		for (const struct idlc_procedure *p = v->procedures; p;
		     p = p->next)
			name_procedure(f, def->name, v->name, p);
}

static void
name_bodies(struct front *f, const struct def_list *list)
{
	for (const struct idlc_def *d = list->head; d && !f->nomem; d = d->next)
		if (d->name && !(d->flags & IDLC_DEF_ANONYMOUS))
			name_inside(f, d);
}

/* ---- Uses ------------------------------------------------------------------ */

struct candidates {
	const struct front *f;
	size_t slot;
	bool types;
};

static bool
fits(const struct candidates *c, const struct atom *a)
{
	bool type;

	if (c->types && a->keyword)
		return strcmp(a->text, "program") != 0 &&
		    strcmp(a->text, "version") != 0;
	if (c->types && a->library)
		return true;
	if (!a->def)
		return !c->types && (a == c->f->atom_true ||
		    a == c->f->atom_false);
	type = !a->item && a->def->kind != IDLC_CONST &&
	    a->def->kind != IDLC_PROGRAM;
	return type == c->types;
}

static const char *
next_candidate(void *ctx)
{
	struct candidates *c = ctx;

	while (c->slot <= c->f->atoms.mask) {
		const struct atom *a = c->f->atoms.slots[c->slot++].atom;

		if (a && fits(c, a))
			return a->text;
	}
	return NULL;
}

static void
suggest(struct front *f, const struct idlc_pos *pos, const char *text,
    bool types)
{
	struct candidates c = { .f = f, .types = types };
	const struct atom *a;
	const char *near;

	if (f->n_suggested++ >= REPORT_MAX_SUGGESTIONS)
		return;
	near = idlc_i_nearest(text, next_candidate, &c);
	if (!near)
		return;
	a = idlc_i_atom_of(near);
	idlc_i_fix(f, pos, near, "a similar name is '%s'", near);
	if (a->def && a->def->pos.file)
		idlc_i_note(f, defined_at(a), "'%s' is defined here", near);
}

/* INT, HYPER...: a keyword in capitals.  Bool may well be a type of C's. */
static bool
is_shouted_keyword(const struct front *f, const char *text)
{
	char lower[12];
	const struct atom *a;
	size_t n = strlen(text);

	if (n >= sizeof(lower))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
		lower[i] = (char)(text[i] - 'A' + 'a');
	}
	a = idlc_i_atom_find(&f->atoms, lower, n);
	return a && a->keyword;
}

static void
unknown_type(struct front *f, struct idlc_decl *d)
{
	const char *name = d->type.spelled;
	struct atom *a = idlc_i_atom_of(name);
	bool shouted = is_shouted_keyword(f, name) && !f->has_text;

	if (a->reported || f->lost_definition)
		return;
	if (f->tolerant && !shouted) {
		idlc_i_warn(f, W_USER_TYPE, &d->type.pos,
		    "type '%s' is not defined: your C code must have it, and "
		    "xdr_%s", name, name);
		a->reported = true;
		return;
	}
	a->reported = true;
	idlc_i_error(f, E_TYPE_UNKNOWN, &d->type.pos, "undefined type '%s'",
	    name);
	suggest(f, &d->type.pos, name, true);
	if (f->has_text && !f->rpcgen)
		idlc_i_help(f, "what %%-lines define is known to C only: "
		    "define '%s' here, or %%#include the header of a .x file "
		    "that does", name);
}

static void
wrong_prefix(struct front *f, const struct idlc_decl *d)
{
	static const char *const words[] = { "", "struct", "union", "enum" };
	const struct idlc_def *def = d->type.def;

	idlc_i_error(f, E_PREFIX, &d->type.pos, "'%s' is %s, not %s %s",
	    d->type.spelled, idlc_i_kind_called(def),
	    d->type.keyword == IDLC_KW_ENUM ? "an" : "a",
	    words[d->type.keyword]);
	idlc_i_note(f, &def->pos, "it is defined here");
	idlc_i_fix(f, &d->type.pos, d->type.spelled, "leave '%s' out",
	    words[d->type.keyword]);
}

static void
check_prefix(struct front *f, const struct idlc_decl *d)
{
	static const enum idlc_def_kind kinds[] = {
		IDLC_TEXT, IDLC_STRUCT, IDLC_UNION, IDLC_ENUM
	};
	const struct idlc_def *def = d->type.def;

	if (!d->type.keyword || def->kind == kinds[d->type.keyword])
		return;
	/* rpcgen prints a union as a struct. */
	if (def->kind == IDLC_UNION && d->type.keyword == IDLC_KW_STRUCT &&
	    f->tolerant)
		return;
	wrong_prefix(f, d);
}

static void
type_use(struct front *f, struct idlc_decl *d, void *ctx)
{
	struct atom *a;

	(void)ctx;
	if (d->type.base != IDLC_NAMED || d->type.def)
		return;
	a = idlc_i_atom_of(d->type.spelled);
	if (a->library && !a->def) {
		d->type.wire = (enum idlc_base)a->library;
		if (!f->rpcgen)
			d->type.base = d->type.wire;
		return;
	}
	if (!a->def)
		idlc_i_import(f, a, true);
	if (!a->def) {
		unknown_type(f, d);
	} else if (a->item || a->def->kind == IDLC_CONST ||
	    a->def->kind == IDLC_PROGRAM) {
		idlc_i_error(f, E_NOT_TYPE, &d->type.pos,
		    "'%s' is %s, not a type", a->text, meaning(a));
		idlc_i_note(f, defined_at(a), "it is defined here");
	} else {
		d->type.def = a->def;
		check_prefix(f, d);
	}
}

static bool
is_name(const char *text)
{
	return *text == '_' || (*text >= 'a' && *text <= 'z') ||
	    (*text >= 'A' && *text <= 'Z');
}

static void
unknown_const(struct front *f, struct idlc_value *v)
{
	struct atom *a = idlc_i_atom_of(v->text);

	v->unknown = true;
	if (a->reported || f->lost_definition)
		return;
	a->reported = true;
	if (f->tolerant) {
		idlc_i_warn(f, W_USER_CONST, &v->pos,
		    "constant '%s' is not defined: your C code must have it",
		    a->text);
		return;
	}
	idlc_i_error(f, E_CONST_UNKNOWN, &v->pos, "undefined constant '%s'",
	    a->text);
	suggest(f, &v->pos, a->text, false);
	if (f->has_text && !f->rpcgen)
		idlc_i_help(f, "what %%-lines define is known to C only: "
		    "say 'const %s = ...;' here, or run idlc with "
		    "-D %s=...", a->text, a->text);
}

/*
 * The flavors of RFC 5531, section 8.2, and RFC 2203: the RFCs' own .x files
 * use them without a definition (nfs4.x: 'case RPCSEC_GSS:').
 */
static bool
flavor(const char *name, uint64_t *number)
{
	static const struct { const char *name; uint64_t number; } flavors[] = {
		{ "AUTH_NONE", 0 }, { "AUTH_SYS", 1 }, { "AUTH_SHORT", 2 },
		{ "AUTH_DH", 3 }, { "RPCSEC_GSS", 6 },
	};

	for (size_t i = 0; i < ARRAY_LEN(flavors); i++)
		if (strcmp(flavors[i].name, name) == 0) {
			*number = flavors[i].number;
			return true;
		}
	return false;
}

static void
value_use(struct front *f, struct idlc_value *v, void *ctx)
{
	struct atom *a;

	(void)ctx;
	if (!is_name(v->text))
		return;
	a = idlc_i_atom_of(v->text);
	if (a == f->atom_true || a == f->atom_false) {
		v->magnitude = a == f->atom_true;
		return;
	}
	if (!a->def)
		idlc_i_import(f, a, false);
	if (a->def && (a->item || a->def->kind == IDLC_CONST)) {
		v->ref = a->def;
	} else if (a->def) {
		v->unknown = true;
		idlc_i_error(f, E_NOT_CONST, &v->pos,
		    "'%s' is %s, not a constant", a->text, meaning(a));
		idlc_i_note(f, defined_at(a), "it is defined here");
	} else if (!idlc_i_cpp_constant(f, a, &v->negative, &v->magnitude) &&
	    (f->rpcgen || !flavor(a->text, &v->magnitude))) {
		unknown_const(f, v);
	}
}

static void
uses(struct front *f, const struct def_list *list)
{
	for (const struct idlc_def *d = list->head; d && !f->nomem && !f->stop;
	     d = d->next) {
		idlc_i_each_decl(f, d, type_use, NULL);
		idlc_i_each_value(f, d, value_use, NULL);
	}
}

/* ---- Bodies that belong to nobody ------------------------------------------ */

static void
mark_body(struct front *f, struct idlc_decl *d, void *ctx)
{
	struct idlc_def *body = MUTABLE(idlc_def, d->type.def);

	if (!body || !(body->flags & IDLC_DEF_ANONYMOUS))
		return;
	body->user = ctx;
	idlc_i_each_decl(f, body, mark_body, ctx);
}

/* Drops the bodies whose declarations were lost to an error; as deep as
 * braces may be nested. */
static void
drop_orphans(struct front *f, struct def_list *list)
{
	const struct idlc_def *d;
	struct def_list kept = { NULL, NULL };

	for (d = list->head; d; d = d->next)
		if (!(d->flags & IDLC_DEF_ANONYMOUS))
			idlc_i_each_decl(f, d, mark_body, f);
	for (d = list->head; d; ) {
		struct idlc_def *def = MUTABLE(idlc_def, d);

		d = d->next;
		if ((def->flags & IDLC_DEF_ANONYMOUS) && def->user != f)
			continue;
		def->next = NULL;
		if (kept.tail)
			kept.tail->next = def;
		else
			kept.head = def;
		kept.tail = def;
	}
	*list = kept;
}

void
idlc_i_declare(struct front *f, struct def_list *list)
{
	if (f->faulty)
		drop_orphans(f, list);
	declare_all(f, list);
	name_bodies(f, list);
}

void
idlc_i_names(struct front *f)
{
	library_known(f);
	idlc_i_declare(f, &f->defs);
	uses(f, &f->defs);
	/* Reading imports adds to their list, not to this one. */
	uses(f, &f->imported_defs);
}
