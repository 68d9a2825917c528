/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Type tables in memory.
 *
 * First every definition gets an empty table, so that tables can point to one
 * another in any order; then each is filled.  Offsets follow the rules by
 * which C compilers lay out structs, which plan.c used for the sizes.
 */
#include <idlc/table.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oxdr/error.h>

#include "idlc/plan/facts.h"
#include "idlc/plan/plan.h"

struct idlc_tables {
	struct plan *plan;
	struct oxdr_arena arena;
};

static void *
take(struct idlc_tables *t, size_t n)
{
	void *mem = oxdr_arena_take(&t->arena, n ? n : 1,
	    _Alignof(max_align_t));

	return mem ? memset(mem, 0, n) : NULL;
}

static uint32_t
align_up(uint32_t n, uint32_t align)
{
	return (n + align - 1) & ~(align - 1);
}

static uint16_t
table_flags(uint32_t flags, const struct idlc_doc *doc)
{
	unsigned out = 0;

	out |= flags & PLAN_FLAT ? OXDR_TYPE_FLAT : 0;
	out |= flags & PLAN_RECURSIVE ? OXDR_TYPE_RECURSIVE : 0;
	out |= flags & PLAN_LIST ? OXDR_TYPE_LIST : 0;
	out |= flags & PLAN_SECRET ? OXDR_TYPE_SECRET : 0;
	out |= doc && doc->open ? OXDR_TYPE_OPEN : 0;
	out |= doc && doc->deprecated ? OXDR_TYPE_DEPRECATED : 0;
	return (uint16_t)out;
}

static uint32_t
member_flags(const struct idlc_decl *decl)
{
	return (decl->doc && decl->doc->secret ? OXDR_TYPE_SECRET : 0) |
	    (decl->doc && decl->doc->deprecated ? OXDR_TYPE_DEPRECATED : 0);
}

static void
set_facts(struct oxdr_type *type, const struct plan_facts *facts)
{
	type->align = (uint8_t)facts->c_align;
	type->size = (uint32_t)facts->c_size;
	type->wire_min = facts->wire_min;
	type->wire_max = facts->wire_max;
	type->ratio = plan_ratio(facts);
}

/* ---- Declarations ------------------------------------------------------- */

static const struct oxdr_type *
scalar_table(const struct plan *plan, enum idlc_base base)
{
	uint32_t size;

	switch (plan_scalar(plan, base, &size)) {
	case OXDR_INT:
		return size == 1 ? &oxdr_type_int8 : size == 2 ?
		    &oxdr_type_int16 : &oxdr_type_int32;
	case OXDR_UINT:
		return size == 1 ? &oxdr_type_uint8 : size == 2 ?
		    &oxdr_type_uint16 : &oxdr_type_uint32;
	case OXDR_HYPER:
		return &oxdr_type_int64;
	case OXDR_UHYPER:
		return &oxdr_type_uint64;
	case OXDR_FLOAT:
		return &oxdr_type_float;
	case OXDR_DOUBLE:
		return &oxdr_type_double;
	case OXDR_QUADRUPLE:
		return &oxdr_type_quad;
	case OXDR_BOOL:
		return &oxdr_type_bool;
	default:
		return &oxdr_type_void;
	}
}

static const struct oxdr_type *
type_table(const struct plan *plan, const struct idlc_type *type)
{
	if (type->wire != IDLC_NAMED)
		return scalar_table(plan, type->wire);
	return plan_node(type->def) ? plan_node(type->def)->table : NULL;
}

/* NULL: no memory. */
static const struct oxdr_type *
decl_table(struct idlc_tables *t, const struct idlc_decl *decl)
{
	bool opaque = decl->type.wire == IDLC_OPAQUE;
	bool string = decl->type.wire == IDLC_STRING;
	struct plan_facts facts;
	struct oxdr_type *type;

	if (decl->shape == IDLC_PLAIN)
		return type_table(t->plan, &decl->type);
	if (string && !decl->bounded)
		return &oxdr_type_string;
	type = take(t, sizeof(*type));
	if (!type)
		return NULL;
	plan_decl(t->plan, decl, &facts);
	set_facts(type, &facts);
	type->flags = table_flags(facts.flags & (PLAN_FLAT | PLAN_SECRET),
	    NULL);
	if (!opaque && !string)
		type->elem = type_table(t->plan, &decl->type);
	switch (decl->shape) {
	case IDLC_FIXED:
		type->kind = opaque ? OXDR_OPAQUE : OXDR_ARRAY;
		type->count = decl->bound;
		break;
	case IDLC_OPTIONAL:
		type->kind = OXDR_OPTIONAL;
		break;
	default:
		type->kind = string ? OXDR_STRING : opaque ? OXDR_OPAQUE_VAR :
		    OXDR_ARRAY_VAR;
		type->max = decl->bound;
		break;
	}
	return type;
}

/* ---- Definitions -------------------------------------------------------- */

static int
fill_enum(struct idlc_tables *t, const struct idlc_def *def,
    struct oxdr_type *type)
{
	const struct idlc_enumerator *n;
	struct oxdr_enumerator *values;
	uint32_t i = 0;

	for (n = def->is.enumerators; n; n = n->next)
		type->n++;
	values = take(t, type->n * sizeof(*values));
	if (!values)
		return -OXDR_E_NOMEM;
	for (n = def->is.enumerators; n; n = n->next, i++)
		values[i] = (struct oxdr_enumerator){ n->name, n->value };
	type->kind = OXDR_ENUM;
	type->values = values;
	return 0;
}

static int
fill_member(struct idlc_tables *t, const struct idlc_decl *decl,
    uint32_t offset, struct oxdr_member *out)
{
	out->name = decl->name;
	out->type = decl_table(t, decl);
	out->offset = offset;
	out->flags = member_flags(decl);
	return out->type ? 0 : -OXDR_E_NOMEM;
}

static int
fill_struct(struct idlc_tables *t, const struct idlc_def *def,
    struct oxdr_type *type)
{
	const struct idlc_decl *m;
	struct oxdr_member *members;
	struct plan_facts facts;
	uint32_t offset = 0, i = 0;
	int error = 0;

	for (m = def->is.members; m; m = m->next)
		type->n += plan_has_member(t->plan, m);
	members = take(t, type->n * sizeof(*members));
	if (!members)
		return -OXDR_E_NOMEM;
	for (m = def->is.members; m && !error; m = m->next) {
		if (!plan_has_member(t->plan, m))
			continue;
		plan_decl(t->plan, m, &facts);
		offset = align_up(offset, facts.c_align);
		error = fill_member(t, m, offset, &members[i++]);
		offset += (uint32_t)facts.c_size;
	}
	type->kind = OXDR_STRUCT;
	type->members = members;
	return error;
}

static int
compare_arms(const void *a, const void *b)
{
	int64_t x = ((const struct oxdr_arm *)a)->value;
	int64_t y = ((const struct oxdr_arm *)b)->value;

	return (x > y) - (x < y);
}

static int
fill_arm(struct idlc_tables *t, const struct idlc_decl *decl, int64_t value,
    uint32_t offset, struct oxdr_arm *out)
{
	out->value = value;
	if (!plan_has_member(t->plan, decl))
		return 0;
	out->name = decl->name;
	out->type = decl_table(t, decl);
	out->offset = offset;
	out->flags = member_flags(decl);
	return out->type ? 0 : -OXDR_E_NOMEM;
}

/* Where the arms begin: behind the discriminant, at the strictest of their
 * alignments. */
static uint32_t
arms_offset(struct idlc_tables *t, const struct idlc_def *def)
{
	struct plan_cursor cursor = { NULL, NULL, false };
	const struct idlc_decl *decl;
	struct plan_facts facts;
	uint32_t align = 1;

	while ((decl = plan_next_decl(def, &cursor))) {
		if (!plan_has_member(t->plan, decl))
			continue;
		plan_decl(t->plan, decl, &facts);
		if (facts.c_align > align)
			align = facts.c_align;
	}
	plan_decl(t->plan, &def->is.u.disc, &facts);
	return align_up((uint32_t)facts.c_size, align);
}

static int
fill_arms(struct idlc_tables *t, const struct idlc_def *def,
    struct oxdr_type *type)
{
	uint32_t offset = arms_offset(t, def), i = 0;
	struct oxdr_arm *arms = take(t, type->n * sizeof(*arms));
	struct oxdr_arm *other = take(t, sizeof(*other));
	const struct idlc_label *l;
	int error = arms && other ? 0 : -OXDR_E_NOMEM;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (l = a->labels; l && !error; l = l->next)
			error = fill_arm(t, a->decl, l->number, offset,
			    &arms[i++]);
	if (!error && def->is.u.other) {
		error = fill_arm(t, def->is.u.other, 0, offset, other);
		type->other = other;
	}
	if (error)
		return error;
	qsort(arms, type->n, sizeof(*arms), compare_arms);
	type->arms = arms;
	return 0;
}

static int
fill_union(struct idlc_tables *t, const struct idlc_def *def,
    struct oxdr_type *type)
{
	struct oxdr_member *disc = take(t, sizeof(*disc));

	if (!disc || fill_member(t, &def->is.u.disc, 0, disc))
		return -OXDR_E_NOMEM;
	type->kind = OXDR_UNION;
	type->elem = disc->type;
	type->members = disc;
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			type->n++;
	return fill_arms(t, def, type);
}

static int
fill(struct idlc_tables *t, const struct idlc_def *def)
{
	struct oxdr_type *type = plan_node(def)->table;

	type->name = def->name;
	set_facts(type, plan_type(def));
	type->flags = table_flags(plan_type(def)->flags, def->doc);
	switch (def->kind) {
	case IDLC_ENUM:
		return fill_enum(t, def, type);
	case IDLC_STRUCT:
		return fill_struct(t, def, type);
	case IDLC_UNION:
		return fill_union(t, def, type);
	default:
		type->kind = OXDR_ALIAS;
		type->elem = decl_table(t, &def->is.alias);
		return type->elem ? 0 : -OXDR_E_NOMEM;
	}
}

/* ---- All of them -------------------------------------------------------- */

static int
tables_fill(struct idlc_tables *t, const struct idlc_schema *schema)
{
	const struct idlc_def *d;

	for (d = schema->defs; d; d = d->next) {
		if (!plan_node(d))
			continue;
		plan_node(d)->table = take(t, sizeof(struct oxdr_type));
		if (!plan_node(d)->table)
			return -OXDR_E_NOMEM;
	}
	for (d = schema->defs; d; d = d->next)
		if (plan_node(d) && fill(t, d))
			return -OXDR_E_NOMEM;
	return 0;
}

int
idlc_tables_new(const struct idlc_schema *schema, struct idlc_tables **out)
{
	struct idlc_tables *t = calloc(1, sizeof(*t));

	if (!t || plan_new(schema, PLAN_NATIVE, &t->plan) ||
	    tables_fill(t, schema)) {
		idlc_tables_free(t);
		return -OXDR_E_NOMEM;
	}
	*out = t;
	return 0;
}

void
idlc_tables_free(struct idlc_tables *tables)
{
	if (!tables)
		return;
	oxdr_arena_fini(&tables->arena);
	plan_free(tables->plan);
	free(tables);
}

const struct oxdr_type *
idlc_tables_find(const struct idlc_tables *tables, const char *name)
{
	const struct idlc_def *def =
	    idlc_schema_find(tables->plan->schema, name);

	return plan_node(def) ? plan_node(def)->table : NULL;
}

/* ---- Procedures --------------------------------------------------------- */

static bool
is_void(const struct idlc_decl *decl)
{
	return decl->shape == IDLC_PLAIN && decl->type.wire == IDLC_VOID;
}

int
idlc_tables_result(struct idlc_tables *tables,
    const struct idlc_procedure *proc, const struct oxdr_type **out)
{
	const struct oxdr_type *type = NULL;

	if (!is_void(&proc->result)) {
		type = decl_table(tables, &proc->result);
		if (!type)
			return -OXDR_E_NOMEM;
	}
	*out = type;
	return 0;
}

/* Copies of the arguments as members, each with a name; NULL: no memory. */
static const struct idlc_decl *
named_args(struct idlc_tables *t, const struct idlc_procedure *proc)
{
	const struct idlc_decl *first = NULL, **last = &first;
	unsigned n = 1;

	for (const struct idlc_decl *a = proc->args; a; a = a->next, n++) {
		struct idlc_decl *copy = take(t, sizeof(*copy));
		char *name = take(t, 16);

		if (!copy || !name)
			return NULL;
		snprintf(name, 16, "arg%u", n);
		*copy = *a;
		copy->next = NULL;
		if (!copy->name)
			copy->name = name;
		*last = copy;
		last = &copy->next;
	}
	return first;
}

int
idlc_tables_argument(struct idlc_tables *tables,
    const struct idlc_procedure *proc, const struct oxdr_type **out)
{
	const struct idlc_decl *members;
	const struct idlc_def *def;

	if (proc->n_args == 0) {
		*out = NULL;
		return 0;
	}
	if (proc->n_args == 1) {
		const struct oxdr_type *type = decl_table(tables, proc->args);

		if (!type)
			return -OXDR_E_NOMEM;
		*out = type;
		return 0;
	}
	members = named_args(tables, proc);
	def = members ? plan_struct(tables->plan, proc->name, members) : NULL;
	if (!def)
		return -OXDR_E_NOMEM;
	plan_node(def)->table = take(tables, sizeof(struct oxdr_type));
	if (!plan_node(def)->table || fill(tables, def))
		return -OXDR_E_NOMEM;
	*out = plan_node(def)->table;
	return 0;
}
