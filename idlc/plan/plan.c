/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Facts of types: how many bytes they take on the wire and in C, and whether
 * their encoding is one run of plain stores.
 *
 * The schema lists a definition after all that it holds by value, so one walk
 * in that order knows everything but what travels along pointers; cycle.c
 * adds that.
 */
#include "idlc/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include <oxdr/error.h>
#include <oxdr/writer.h>

#include "idlc/plan/facts.h"

/* What C itself has. */
static const struct plan_facts pointer_facts = {
	.wire_min = 4, .wire_max = OXDR_UNBOUNDED,
	.c_size = sizeof(void *), .c_align = _Alignof(void *),
	.n_slots = PLAN_NO_RUN,
};

static const struct plan_facts pair_facts = {
	.wire_min = 4, .wire_max = OXDR_UNBOUNDED,
	.c_size = sizeof(struct oxdr_var), .c_align = _Alignof(struct oxdr_var),
	.n_slots = PLAN_NO_RUN,
};

/* ---- Scalars ------------------------------------------------------------ */

struct scalar {
	uint8_t wire;		/* enum oxdr_kind */
	uint8_t wire_bytes;
	uint8_t native;		/* sizeof in C, by dialect */
	uint8_t classic;
	uint8_t align;
};

static const struct scalar scalars[] = {
	[IDLC_VOID] = { OXDR_VOID, 0, 0, 0, 1 },
	[IDLC_INT] = { OXDR_INT, 4, 4, 4, 4 },
	[IDLC_UINT] = { OXDR_UINT, 4, 4, 4, 4 },
	[IDLC_HYPER] = { OXDR_HYPER, 8, 8, 8, _Alignof(int64_t) },
	[IDLC_UHYPER] = { OXDR_UHYPER, 8, 8, 8, _Alignof(int64_t) },
	[IDLC_CHAR] = { OXDR_INT, 4, 1, 1, 1 },
	[IDLC_UCHAR] = { OXDR_UINT, 4, 1, 1, 1 },
	[IDLC_SHORT] = { OXDR_INT, 4, 2, 2, 2 },
	[IDLC_USHORT] = { OXDR_UINT, 4, 2, 2, 2 },
	[IDLC_LONG] = { OXDR_INT, 4, 4, sizeof(long), 4 },
	[IDLC_ULONG] = { OXDR_UINT, 4, 4, sizeof(long), 4 },
	[IDLC_FLOAT] = { OXDR_FLOAT, 4, 4, 4, 4 },
	[IDLC_DOUBLE] = { OXDR_DOUBLE, 8, 8, 8, _Alignof(double) },
	[IDLC_QUADRUPLE] = { OXDR_QUADRUPLE, 16, 16, 16, 1 },
	[IDLC_BOOL] = { OXDR_BOOL, 4, 1, 4, 1 },
};

enum oxdr_kind
plan_scalar(const struct plan *plan, enum idlc_base base,
    uint32_t *out_c_size)
{
	const struct scalar *s = &scalars[base];

	*out_c_size = plan->dialect == PLAN_NATIVE ? s->native : s->classic;
	return (enum oxdr_kind)s->wire;
}

static void
scalar_facts(const struct plan *plan, enum idlc_base base,
    struct plan_facts *out)
{
	uint32_t c_size;

	plan_scalar(plan, base, &c_size);
	*out = (struct plan_facts){
		.wire_min = scalars[base].wire_bytes,
		.wire_max = scalars[base].wire_bytes,
		.c_size = c_size,
		.c_align = c_size > scalars[base].align &&
		    base != IDLC_QUADRUPLE ? c_size : scalars[base].align,
		.n_slots = base == IDLC_VOID ? 0 : 1,
		.flags = PLAN_FLAT,
	};
}

/* ---- Declarations ------------------------------------------------------- */

static void
type_facts(const struct plan *plan, const struct idlc_type *type,
    struct plan_facts *out)
{
	if (type->wire != IDLC_NAMED) {
		scalar_facts(plan, type->wire, out);
		return;
	}
	if (plan_node(type->def))
		*out = plan_node(type->def)->facts;
	else
		*out = pointer_facts;
}

static void
opaque_facts(const struct idlc_decl *decl, struct plan_facts *out)
{
	*out = (struct plan_facts){
		.wire_min = plan_pad4(decl->bound),
		.wire_max = plan_pad4(decl->bound),
		.c_size = decl->bound,
		.c_align = 1,
		.n_slots = decl->bound <= PLAN_BYTES_MAX ? 1 : PLAN_NO_RUN,
		.flags = PLAN_FLAT,
	};
}

static void
array_facts(const struct plan *plan, const struct idlc_decl *decl,
    struct plan_facts *out)
{
	type_facts(plan, &decl->type, out);
	out->wire_min = plan_mul(out->wire_min, decl->bound);
	out->wire_max = plan_mul(out->wire_max, decl->bound);
	out->c_size = plan_mul(out->c_size, decl->bound);
	if (out->n_slots != PLAN_NO_RUN)
		out->n_slots++;
}

/* The most that a counted value takes: elements of `each` bytes. */
static uint64_t
counted_max(const struct idlc_decl *decl, uint64_t each)
{
	if (!decl->bounded && decl->bound == UINT32_MAX)
		return OXDR_UNBOUNDED;
	return plan_add(4, plan_pad4(plan_mul(each, decl->bound)));
}

static void
variable_facts(const struct plan *plan, const struct idlc_decl *decl,
    struct plan_facts *out)
{
	struct plan_facts elem = { .wire_max = 1 };

	if (decl->type.wire == IDLC_STRING) {
		*out = pointer_facts;
	} else {
		*out = pair_facts;
		if (decl->type.wire != IDLC_OPAQUE)
			type_facts(plan, &decl->type, &elem);
	}
	out->wire_max = counted_max(decl, elem.wire_max);
	out->flags = elem.flags & PLAN_SECRET;
	if (decl->type.wire == IDLC_STRING || decl->type.wire == IDLC_OPAQUE)
		plan_i_ratio_bytes(out);
	else
		plan_i_ratio_elements(out, &elem, decl->bound);
}

static void
optional_facts(const struct plan *plan, const struct idlc_decl *decl,
    struct plan_facts *out)
{
	struct plan_facts elem;

	type_facts(plan, &decl->type, &elem);
	*out = pointer_facts;
	out->wire_max = plan_add(4, elem.wire_max);
	out->flags = elem.flags & PLAN_SECRET;
	plan_i_ratio_pointee(out, &elem);
}

void
plan_decl(const struct plan *plan, const struct idlc_decl *decl,
    struct plan_facts *out)
{
	switch (decl->shape) {
	case IDLC_PLAIN:
		type_facts(plan, &decl->type, out);
		break;
	case IDLC_FIXED:
		if (decl->type.wire == IDLC_OPAQUE)
			opaque_facts(decl, out);
		else
			array_facts(plan, decl, out);
		if (decl->bound == 0) {
			out->flags |= PLAN_EMPTY;
			out->n_slots = 0;
		}
		break;
	case IDLC_VARIABLE:
		variable_facts(plan, decl, out);
		break;
	case IDLC_OPTIONAL:
		optional_facts(plan, decl, out);
		break;
	}
	if (plan_is_secret(decl->doc))
		out->flags |= PLAN_SECRET;
}

bool
plan_has_member(const struct plan *plan, const struct idlc_decl *decl)
{
	struct plan_facts facts;

	if (decl->type.base == IDLC_VOID)
		return false;
	plan_decl(plan, decl, &facts);
	return !(facts.flags & PLAN_EMPTY);
}

/* ---- Definitions -------------------------------------------------------- */

static uint64_t
align_up(uint64_t n, uint64_t align)
{
	return plan_add(n, (0 - n) & (align - 1));
}

/* Appends a member to the struct that `sum` describes so far. */
static void
facts_append(struct plan_facts *sum, const struct plan_facts *member)
{
	sum->wire_min = plan_add(sum->wire_min, member->wire_min);
	sum->wire_max = plan_add(sum->wire_max, member->wire_max);
	sum->c_size = plan_add(align_up(sum->c_size, member->c_align),
	    member->c_size);
	if (member->c_align > sum->c_align)
		sum->c_align = member->c_align;
	if (sum->n_slots >= PLAN_NO_RUN - 1 - member->n_slots ||
	    member->n_slots == PLAN_NO_RUN)
		sum->n_slots = PLAN_NO_RUN;
	else
		sum->n_slots += member->n_slots;
	sum->flags &= member->flags | ~PLAN_FLAT;
	sum->flags |= member->flags & PLAN_SECRET;
	plan_i_ratio_join(sum, member);
}

/* An empty struct has one char; every size is a multiple of its alignment. */
static void
facts_end_struct(struct plan_facts *sum)
{
	if (sum->c_size == 0)
		sum->c_size = 1;
	sum->c_size = align_up(sum->c_size, sum->c_align);
}

static void
struct_facts(const struct plan *plan, const struct idlc_decl *members,
    struct plan_facts *out)
{
	struct plan_facts member;

	*out = (struct plan_facts){ .c_align = 1, .flags = PLAN_FLAT };
	for (const struct idlc_decl *m = members; m; m = m->next) {
		plan_decl(plan, m, &member);
		if (!(member.flags & PLAN_EMPTY))
			facts_append(out, &member);
	}
	facts_end_struct(out);
}

/* Widens `all` to hold this arm too. */
static void
facts_join(const struct plan *plan, const struct idlc_decl *arm,
    struct plan_facts *all)
{
	struct plan_facts facts = { .c_align = 1, .flags = PLAN_FLAT };

	if (plan_has_member(plan, arm))
		plan_decl(plan, arm, &facts);
	if (facts.wire_min < all->wire_min)
		all->wire_min = facts.wire_min;
	if (facts.wire_max > all->wire_max)
		all->wire_max = facts.wire_max;
	if (facts.c_size > all->c_size)
		all->c_size = facts.c_size;
	if (facts.c_align > all->c_align)
		all->c_align = facts.c_align;
	all->flags &= facts.flags | ~PLAN_FLAT;
	all->flags |= facts.flags & PLAN_SECRET;
	plan_i_ratio_join(all, &facts);
}

static void
union_facts(const struct plan *plan, const struct idlc_def *def,
    struct plan_facts *out)
{
	struct plan_facts arms = {
		.wire_min = UINT64_MAX, .c_align = 1,
		.n_slots = PLAN_NO_RUN, .flags = PLAN_FLAT,
	};

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		facts_join(plan, a->decl, &arms);
	if (def->is.u.other)
		facts_join(plan, def->is.u.other, &arms);
	if (arms.wire_min == UINT64_MAX)
		arms.wire_min = 0;
	arms.c_size = align_up(arms.c_size, arms.c_align);
	plan_decl(plan, &def->is.u.disc, out);
	facts_append(out, &arms);
	facts_end_struct(out);
}

static void
typedef_facts(const struct plan *plan, const struct idlc_def *def,
    struct plan_facts *out)
{
	struct plan_facts elem;

	plan_decl(plan, &def->is.alias, out);
	out->flags &= ~PLAN_LIST;
	if (plan_is_secret(def->doc))
		out->flags |= PLAN_SECRET;
	if (!(out->flags & PLAN_EMPTY) || out->c_size != 0)
		return;
	/* C has no arrays of length zero: the type keeps one element. */
	elem.c_size = 1;
	if (def->is.alias.type.wire != IDLC_OPAQUE)
		type_facts(plan, &def->is.alias.type, &elem);
	out->c_size = elem.c_size;
}

void
plan_i_facts(const struct plan *plan, struct plan_node *node)
{
	const struct idlc_def *def = node->def;
	/* What points to itself must not see itself half done. */
	struct plan_facts facts = node->facts;

	switch (def->kind) {
	case IDLC_ENUM:
		scalar_facts(plan, IDLC_INT, &facts);
		break;
	case IDLC_STRUCT:
		struct_facts(plan, def->is.members, &facts);
		break;
	case IDLC_UNION:
		union_facts(plan, def, &facts);
		break;
	case IDLC_TYPEDEF:
		node->resolved = plan_resolve(&def->is.alias);
		typedef_facts(plan, def, &facts);
		break;
	default:
		break;
	}
	node->facts = facts;
	node->known = true;
}

const struct plan_facts *
plan_type(const struct idlc_def *def)
{
	return &plan_node(def)->facts;
}

/* ---- Aliases ------------------------------------------------------------ */

static bool
is_plain_alias(const struct idlc_decl *decl)
{
	return decl->shape == IDLC_PLAIN && decl->type.wire == IDLC_NAMED &&
	    decl->type.def && decl->type.def->kind == IDLC_TYPEDEF;
}

const struct idlc_decl *
plan_resolve(const struct idlc_decl *decl)
{
	while (is_plain_alias(decl)) {
		const struct plan_node *node = plan_node(decl->type.def);

		if (node && node->resolved)
			return node->resolved;
		decl = &decl->type.def->is.alias;
	}
	return decl;
}

const struct idlc_def *
plan_enum(const struct idlc_type *type)
{
	struct idlc_decl plain = { .type = *type, .shape = IDLC_PLAIN };
	const struct idlc_decl *decl = plan_resolve(&plain);

	if (decl->shape != IDLC_PLAIN || decl->type.wire != IDLC_NAMED ||
	    !decl->type.def || decl->type.def->kind != IDLC_ENUM)
		return NULL;
	return decl->type.def;
}

/* ---- The plan ----------------------------------------------------------- */

int
plan_i_node_new(struct plan *plan, const struct idlc_def *def)
{
	struct plan_node *node = oxdr_arena_take(&plan->arena, sizeof(*node),
	    _Alignof(struct plan_node));

	if (!node)
		return -OXDR_E_NOMEM;
	memset(node, 0, sizeof(*node));
	node->def = def;
	plan->n_nodes++;
	/* The library leaves `user` to its one consumer. */
	((struct idlc_def *)(uintptr_t)def)->user = node;
	return 0;
}

static bool
is_type(const struct idlc_def *def)
{
	return def->kind == IDLC_ENUM || def->kind == IDLC_STRUCT ||
	    def->kind == IDLC_UNION || def->kind == IDLC_TYPEDEF;
}

static int
plan_fill(struct plan *plan)
{
	const struct idlc_def *def;

	for (def = plan->schema->defs; def; def = def->next)
		if (is_type(def) && plan_i_node_new(plan, def))
			return -OXDR_E_NOMEM;
	for (def = plan->schema->defs; def; def = def->next)
		if (is_type(def))
			plan_i_facts(plan, plan_node(def));
	return plan_i_cycles(plan);
}

int
plan_new(const struct idlc_schema *schema, enum plan_dialect dialect,
    struct plan **out)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return -OXDR_E_NOMEM;
	plan->schema = schema;
	plan->dialect = dialect;
	if (plan_fill(plan)) {
		plan_free(plan);
		return -OXDR_E_NOMEM;
	}
	*out = plan;
	return 0;
}

void
plan_free(struct plan *plan)
{
	if (!plan)
		return;
	oxdr_arena_fini(&plan->arena);
	free(plan);
}

const struct idlc_def *
plan_struct(struct plan *plan, const char *name,
    const struct idlc_decl *members)
{
	struct idlc_def *def = oxdr_arena_take(&plan->arena, sizeof(*def),
	    _Alignof(struct idlc_def));

	if (!def)
		return NULL;
	memset(def, 0, sizeof(*def));
	def->kind = IDLC_STRUCT;
	def->name = name;
	def->is.members = members;
	if (plan_i_node_new(plan, def))
		return NULL;
	plan_i_facts(plan, plan_node(def));
	return def;
}
