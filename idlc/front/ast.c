/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tree: what the grammar's actions build, in the structs of <idlc/idl.h>.
 * Names are still names and numbers may still be names; names.c and consts.c
 * fill in the rest.  The grammar takes any mixture of stars and brackets
 * around a name; here the wrong ones are told from the right ones, because
 * here it is known what was meant.
 */
#include "idlc/front/parser.h"

#include <string.h>

#include "idlc/front/report.h"

static void
def_append(struct def_list *list, struct idlc_def *def)
{
	if (list->tail)
		list->tail->next = def;
	else
		list->head = def;
	list->tail = def;
}

/* Adds a definition behind the bodies it contains. */
static void
def_add(struct parser *ps, struct idlc_def *def)
{
	struct front *f = ps->f;

	if (f->nomem)
		return;
	if (f->inlines.head) {
		def_append(&f->defs, f->inlines.head);
		f->defs.tail = f->inlines.tail;
		f->inlines = (struct def_list){ NULL, NULL };
	}
	def_append(&f->defs, def);
	ps->other = NULL;
}

/*
 * Definitions lie side by side, apart from what is in them: every stage walks
 * all of them, in this order, and so meets the next one in the cache.
 */
static struct idlc_def *
def_take(struct front *f)
{
	enum { LEAST = 16, MOST = 1024 };

	if (f->n_spare_defs == 0) {
		size_t n = f->n_new_defs < LEAST ? LEAST :
		    f->n_new_defs > MOST ? MOST : f->n_new_defs;

		f->spare_defs = oxdr_arena_take(f->mem,
		    n * sizeof(*f->spare_defs), _Alignof(struct idlc_def));
		if (!f->spare_defs)
			return idlc_i_take(f, sizeof(struct idlc_def));
		f->n_spare_defs = n;
	}
	f->n_new_defs++;
	f->n_spare_defs--;
	return memset(f->spare_defs++, 0, sizeof(struct idlc_def));
}

static struct idlc_def *
def_new(struct parser *ps, enum idlc_def_kind kind, const char *name,
    const struct span *at)
{
	struct idlc_def *def = def_take(ps->f);

	def->kind = kind;
	def->name = name;
	def->pos = at->pos;
	def->doc = &idlc_i_no_doc;
	if (ps->f->importing)
		def->flags |= IDLC_DEF_IMPORTED;
	return def;
}

static struct idlc_value
value_of(const struct word *word, const struct span *at)
{
	struct idlc_value v = { 0 };

	v.text = word->text;
	v.negative = word->negative;
	v.magnitude = word->magnitude;
	v.is_string = word->kind == LITERAL_STRING;
	v.pos = at->pos;
	return v;
}

/* ---- Declarations ------------------------------------------------------ */

void
idlc_i_shape_begin(struct parser *ps)
{
	memset(&ps->shape, 0, sizeof(ps->shape));
}

void
idlc_i_shape_star(struct parser *ps, const struct span *at)
{
	if (ps->shape.stars++ == 0)
		ps->shape.star = at->pos;
	else if (ps->shape.stars == 2)
		ps->shape.second_star = at->pos;
}

void
idlc_i_shape_dim(struct parser *ps, char open, const struct word *size,
    const struct span *size_at, const struct span *bracket,
    const struct span *at)
{
	struct shape *s = &ps->shape;
	struct idlc_pos pos = bracket->pos;

	if (at->pos.file == pos.file && at->pos.line == pos.line)
		pos.n = at->pos.column + at->pos.n - pos.column;
	if (s->n_dims++ > 0) {
		if (s->n_dims == 2)
			s->second_dim = pos;
		return;
	}
	s->open = open;
	s->dim = pos;
	s->sized = size != NULL;
	if (size)
		s->size = *size;
	s->size_pos = size_at->pos;
}

struct typed
idlc_i_type_named(struct parser *ps, enum idlc_keyword keyword,
    const char *name)
{
	(void)ps;
	return (struct typed){ name, NULL, IDLC_NAMED, (uint8_t)keyword };
}

struct typed
idlc_i_type_body(struct parser *ps, enum idlc_keyword keyword,
    struct idlc_def *body)
{
	static const char *const words[] = { "", "struct", "union", "enum" };

	body->flags |= IDLC_DEF_ANONYMOUS;
	if (!ps->f->nomem)
		def_append(&ps->f->inlines, body);
	return (struct typed){
		words[keyword], body, IDLC_NAMED, (uint8_t)keyword
	};
}

/* `string` and `opaque` without brackets, or with the wrong ones. */
static void
check_bytes_shape(struct parser *ps, enum decl_place place,
    const struct typed *type, const struct idlc_decl *d)
{
	const struct shape *s = &ps->shape;
	bool string = type->base == IDLC_STRING;
	struct front *f = ps->f;

	if (s->n_dims == 0 && string && place != PLACE_MEMBER)
		return;
	if (s->n_dims == 0 && place != PLACE_MEMBER) {
		idlc_i_error(f, E_OPAQUE_SHAPE, &d->type.pos,
		    "'opaque' can't be used here directly");
		idlc_i_help(f, "name the type: 'typedef opaque NAME<>;'");
	} else if (s->n_dims == 0) {
		idlc_i_error(f, string ? E_STRING_SHAPE : E_OPAQUE_SHAPE,
		    &d->pos, string ? "a string needs '<>' or '<N>', its "
		    "longest length" : "opaque data needs a size: '[N]', "
		    "'<N>' or '<>'");
		idlc_i_fix(f, &d->pos, idlc_i_print(f, "%s<>", d->name),
		    "any length: '%s %s<>'", type->spelled, d->name);
	} else if (string && s->open == '[') {
		idlc_i_error(f, E_STRING_SHAPE, &s->dim,
		    "a string has no fixed length");
		if (s->sized)
			idlc_i_fix(f, &s->dim, idlc_i_print(f, "<%s>",
			    s->size.text), "at most so long: '<%s>'",
			    s->size.text);
		else
			idlc_i_fix(f, &s->dim, "<>", "any length: '<>'");
	}
}

static void
check_star(struct parser *ps, const struct typed *type)
{
	const struct shape *s = &ps->shape;
	struct front *f = ps->f;

	if (type->base == IDLC_STRING || type->base == IDLC_OPAQUE) {
		idlc_i_error(f, E_POINTER, &s->star,
		    "there is no pointer to %s", type->spelled);
		idlc_i_help(f, "for one that may be absent: 'typedef %s NAME<>;' "
		    "and then 'NAME *'", type->spelled);
	} else if (s->stars > 1) {
		idlc_i_error(f, E_POINTER, &s->second_star,
		    "there is no pointer to a pointer");
		idlc_i_help(f, "name the inner one: 'typedef %s *NAME;' "
		    "and then 'NAME *'", type->spelled);
	} else if (s->n_dims) {
		idlc_i_error(f, E_POINTER, &s->dim,
		    "an array of pointers needs a name for the pointer");
		idlc_i_help(f, "'typedef %s *NAME;' and then an array of NAME",
		    type->spelled);
	}
}

static void
check_dims(struct parser *ps, enum decl_place place, const struct typed *type)
{
	const struct shape *s = &ps->shape;
	struct front *f = ps->f;

	if (place != PLACE_MEMBER && type->base != IDLC_STRING) {
		idlc_i_error(f, E_ARGUMENT, &s->dim,
		    "an argument can't be an array of its own");
		idlc_i_help(f, "name the type: 'typedef %s NAME%s;'",
		    type->spelled, s->open == '<' ? "<>" : "[N]");
	} else if (s->n_dims > 1) {
		idlc_i_error(f, E_DIMENSIONS, &s->second_dim,
		    type->base == IDLC_STRING ?
		    "an array of strings needs a name for the string" :
		    "there are no arrays of arrays");
		idlc_i_help(f, "name the element type by a typedef, then "
		    "declare the array of it");
	} else if (s->open == '[' && !s->sized &&
	    type->base != IDLC_STRING) {
		idlc_i_error(f, E_SIZE_MISSING, &s->size_pos,
		    "an array of fixed size needs its size");
		idlc_i_help(f, "for any number of elements write '<>'");
	}
}

static void
check_void(struct parser *ps, const char *name, const struct idlc_decl *d)
{
	const struct shape *s = &ps->shape;

	if (s->stars)
		idlc_i_error(ps->f, E_VOID, &s->star,
		    "there is no pointer to void");
	else if (name || s->n_dims)
		idlc_i_error(ps->f, E_VOID, &d->type.pos,
		    "'void' is no type for a value");
	else
		return;
	idlc_i_help(ps->f, "for bytes of any meaning: 'opaque NAME<>'");
}

struct idlc_decl *
idlc_i_decl(struct parser *ps, enum decl_place place,
    const struct typed *type, const struct span *type_at, const char *name,
    const struct span *name_at, const struct span *whole)
{
	const struct shape *s = &ps->shape;
	struct idlc_decl *d = idlc_i_take(ps->f, sizeof(*d));
	bool body = type->def != NULL;

	d->name = name;
	d->type.base = d->type.wire = (enum idlc_base)type->base;
	d->type.keyword = (enum idlc_keyword)type->keyword;
	d->type.spelled = type->spelled;
	d->type.def = type->def;
	d->type.pos = type_at->pos;
	d->pos = name_at->pos;
	d->doc = &idlc_i_no_doc;
	d->bound = UINT32_MAX;
	if (s->stars)
		d->shape = IDLC_OPTIONAL;
	else if (s->n_dims)
		d->shape = s->open == '[' ? IDLC_FIXED : IDLC_VARIABLE;
	else if (type->base == IDLC_STRING)
		d->shape = IDLC_VARIABLE;
	if (s->sized) {
		struct span at = { .pos = s->size_pos };

		d->size = value_of(&s->size, &at);
		d->bounded = true;
	}
	if (place == PLACE_MEMBER && !name && type->base != IDLC_VOID &&
	    !(body && ps->named_body)) {
		struct idlc_pos pos = type_at->pos;

		idlc_i_error(ps->f, E_NAME_MISSING, &pos,
		    "this declaration has no name");
		idlc_i_help(ps->f, "write the type first, then the name: "
		    "'%s NAME;'", type->spelled);
	}
	ps->named_body = false;
	if (type->base == IDLC_VOID)
		check_void(ps, name, d);
	else if (s->stars && place == PLACE_RESULT) {
		idlc_i_error(ps->f, E_RESULT, &s->star,
		    "a result can't be a pointer of its own");
		idlc_i_help(ps->f, "name the type: 'typedef %s *NAME;'",
		    type->spelled);
	} else if (s->stars)
		check_star(ps, type);
	else if (s->n_dims)
		check_dims(ps, place, type);
	if (!s->stars && s->n_dims < 2 && (name || place != PLACE_MEMBER) &&
	    (type->base == IDLC_STRING ||
	    (type->base == IDLC_OPAQUE && s->n_dims == 0)))
		check_bytes_shape(ps, place, type, d);
	idlc_i_doc_item(ps, &d->doc, whole);
	return d;
}

/* ---- Members of bodies -------------------------------------------------- */

struct idlc_enumerator *
idlc_i_enumerator(struct parser *ps, const char *name,
    const struct span *name_at, const struct word *value,
    const struct span *value_at, const struct span *whole)
{
	struct idlc_enumerator *e = idlc_i_take(ps->f, sizeof(*e));

	e->name = name;
	e->pos = name_at->pos;
	e->doc = &idlc_i_no_doc;
	e->implicit = value == NULL;
	if (value)
		e->written = value_of(value, value_at);
	idlc_i_doc_item(ps, &e->doc, whole);
	return e;
}

struct idlc_label *
idlc_i_label(struct parser *ps, const struct word *value,
    const struct span *at)
{
	struct idlc_label *l = idlc_i_take(ps->f, sizeof(*l));

	l->value = value_of(value, at);
	return l;
}

struct idlc_arm *
idlc_i_arm(struct parser *ps, struct idlc_label *labels,
    struct idlc_decl *decl, const struct span *whole)
{
	struct idlc_arm *a = idlc_i_take(ps->f, sizeof(*a));

	if (!decl)
		return NULL;
	a->labels = labels;
	a->decl = decl;
	idlc_i_doc_item(ps, &decl->doc, whole);
	return a;
}

void
idlc_i_default(struct parser *ps, const struct idlc_decl *decl,
    const struct span *at, const struct span *whole)
{
	ps->other = decl;
	ps->default_at = at->pos;
	if (decl)
		idlc_i_doc_item(ps, &((struct idlc_decl *)(uintptr_t)decl)->doc,
		    whole);
}

/* One void for no arguments; a void beside others is an error. */
static uint32_t
count_arguments(struct parser *ps, const struct idlc_decl *args)
{
	uint32_t n = 0;

	for (const struct idlc_decl *a = args; a; a = a->next) {
		if (a->type.base == IDLC_VOID && (a->next || a != args)) {
			idlc_i_error(ps->f, E_VOID, &a->type.pos,
			    "'void' stands for no arguments, and alone");
			return n;
		}
		n += a->type.base != IDLC_VOID;
	}
	return n;
}

struct idlc_procedure *
idlc_i_procedure(struct parser *ps, struct idlc_decl *result,
    const char *name, const struct span *name_at, struct idlc_decl *args,
    const struct word *number, const struct span *number_at,
    const struct span *whole)
{
	struct idlc_procedure *p = idlc_i_take(ps->f, sizeof(*p));

	if (!args) {
		args = idlc_i_take(ps->f, sizeof(*args));
		args->type.spelled = "void";
		args->type.pos = args->pos = name_at->pos;
		args->doc = &idlc_i_no_doc;
		args->bound = UINT32_MAX;
	}
	p->name = name;
	p->pos = name_at->pos;
	p->doc = &idlc_i_no_doc;
	p->result = *result;
	p->args = args;
	p->n_args = count_arguments(ps, args);
	p->written = value_of(number, number_at);
	idlc_i_doc_item(ps, &p->doc, whole);
	return p;
}

struct idlc_version *
idlc_i_version(struct parser *ps, const char *name,
    const struct span *name_at, struct idlc_procedure *procedures,
    const struct word *number, const struct span *number_at,
    const struct span *whole)
{
	struct idlc_version *v = idlc_i_take(ps->f, sizeof(*v));

	v->name = name;
	v->pos = name_at->pos;
	v->doc = &idlc_i_no_doc;
	v->procedures = procedures;
	for (const struct idlc_procedure *p = procedures; p; p = p->next)
		v->n_procedures++;
	v->written = value_of(number, number_at);
	idlc_i_doc_item(ps, &v->doc, whole);
	return v;
}

/* ---- Bodies ------------------------------------------------------------- */

struct idlc_def *
idlc_i_body_enum(struct parser *ps, struct idlc_enumerator *list,
    const struct span *at)
{
	struct idlc_def *def = def_new(ps, IDLC_ENUM, NULL, at);

	def->is.enumerators = list;
	return def;
}

struct idlc_def *
idlc_i_body_struct(struct parser *ps, struct idlc_decl *list,
    const struct span *at)
{
	struct idlc_def *def = def_new(ps, IDLC_STRUCT, NULL, at);

	def->is.members = list;
	for (const struct idlc_decl *d = list; d && !ps->f->nomem; d = d->next)
		if (d->type.base == IDLC_VOID && !d->name)
			idlc_i_error(ps->f, E_VOID, &d->type.pos,
			    "a struct has no void member");
	return def;
}

struct idlc_def *
idlc_i_body_union(struct parser *ps, struct idlc_decl *disc,
    struct idlc_arm *arms, const struct idlc_decl *other,
    const struct span *at)
{
	struct idlc_def *def = def_new(ps, IDLC_UNION, NULL, at);

	def->is.u.disc = *disc;
	def->is.u.arms = arms;
	def->is.u.other = other;
	return def;
}

/* ---- Definitions -------------------------------------------------------- */

void
idlc_i_define_const(struct parser *ps, const char *name,
    const struct span *name_at, const struct word *value,
    const struct span *value_at, const struct span *whole)
{
	struct idlc_def *def = def_new(ps, IDLC_CONST, name, name_at);

	def->is.value = value_of(value, value_at);
	idlc_i_doc_item(ps, &def->doc, whole);
	def_add(ps, def);
}

void
idlc_i_define_body(struct parser *ps, struct idlc_def *body, const char *name,
    const struct span *name_at, const struct span *whole)
{
	body->name = name;
	body->pos = name_at->pos;
	idlc_i_doc_item(ps, &body->doc, whole);
	def_add(ps, body);
}

/* `typedef struct {..} name` is `struct name {..}`: takes the body back from
 * the list of inline ones. */
static void
define_typedef_body(struct parser *ps, const struct idlc_decl *alias,
    const struct span *whole)
{
	struct front *f = ps->f;
	struct idlc_def *body = (struct idlc_def *)(uintptr_t)alias->type.def;
	struct span at = { .pos = alias->pos };
	struct idlc_def *last = NULL;

	if (f->nomem)
		return;
	for (struct idlc_def *d = f->inlines.head; d && d != body;
	     d = (struct idlc_def *)(uintptr_t)d->next)
		last = d;
	if (last)
		last->next = NULL;
	else
		f->inlines.head = NULL;
	f->inlines.tail = last;
	body->flags &= ~IDLC_DEF_ANONYMOUS;
	body->flags |= IDLC_DEF_TYPEDEF_BODY;
	idlc_i_define_body(ps, body, alias->name, &at, whole);
}

void
idlc_i_define_typedef(struct parser *ps, struct idlc_decl *alias,
    const struct span *whole)
{
	struct span at = { .pos = alias->pos };
	struct idlc_def *def;

	if (alias->type.base == IDLC_VOID && !alias->name) {
		idlc_i_error(ps->f, E_VOID, &alias->type.pos,
		    "'void' can't be given a name");
		return;
	}
	if (!alias->name)
		return;
	if (alias->type.def && alias->shape == IDLC_PLAIN) {
		define_typedef_body(ps, alias, whole);
		return;
	}
	def = def_new(ps, IDLC_TYPEDEF, alias->name, &at);
	def->is.alias = *alias;
	if (alias->shape == IDLC_PLAIN && alias->type.keyword &&
	    alias->type.spelled == alias->name)
		def->flags |= IDLC_DEF_NOTHING;
	idlc_i_doc_item(ps, &def->doc, whole);
	def_add(ps, def);
}

void
idlc_i_define_program(struct parser *ps, const char *name,
    const struct span *name_at, struct idlc_version *versions,
    const struct word *number, const struct span *number_at,
    const struct span *whole)
{
	struct idlc_def *def = def_new(ps, IDLC_PROGRAM, name, name_at);

	def->is.program.written = value_of(number, number_at);
	def->is.program.versions = versions;
	idlc_i_doc_item(ps, &def->doc, whole);
	def_add(ps, def);
}

/* The %-lines read since the last token.  Inside a body they come before its
 * definition: rpcgen prints them when it reads them. */
void
idlc_i_define_text(struct parser *ps)
{
	struct span at = { .pos = ps->c_text_pos };
	struct idlc_def *def = def_new(ps, IDLC_TEXT, NULL, &at);

	def->is.text = idlc_i_copy(ps->f, ps->c_text.text, ps->c_text.n);
	ps->c_text.n = 0;
	if (!ps->f->nomem)
		def_append(&ps->f->defs, def);
}
