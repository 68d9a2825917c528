/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bodies: the operations that put or get a value of one type, in order.
 *
 * Members of fixed size gather in a run, which costs one check for all of its
 * stores; small structs and arrays of fixed size melt into the run of what
 * holds them.  The word in front of an optional is the last store of a run.
 * What is large, of varying size or a union gets an operation of its own or
 * is left to its own function.
 *
 * When memory is short the builder goes on with a spare node that belongs to
 * no list, and plan_body() says so at the end.
 */
#include "idlc/plan/plan.h"

#include <string.h>

#include <oxdr/error.h>
#include <oxdr/writer.h>

#include "idlc/plan/facts.h"

enum {
	RUN_BYTES_MAX = 1024,	/* of one run: chunks are not much larger */
	FLATTEN_SLOTS_MAX = 12,	/* stores of a struct that melts into a run */
	BULK_MIN = 16,		/* elements; below, a loop beats the call */
	INLINE_DEPTH_MAX = 32,	/* definitions melted into one another */
	MERGE_ARMS_MAX = 8	/* arms that repeat their discriminant */
};

/*
 * `run` is the operation that still takes stores, NULL when the next store
 * opens a new one.  `level` counts the element loops around this place.
 */
struct builder {
	const struct plan *plan;
	const struct idlc_def *root;
	enum plan_way way;
	struct oxdr_arena *arena;
	struct plan_op **last;
	struct plan_op *run;
	struct plan_slot **last_slot;
	unsigned level;
	unsigned depth;		/* of definitions put in place */
	bool secret;
	bool loops;
	bool failed;
	union {
		struct plan_op op;
		struct plan_slot slot;
		struct plan_path path;
		struct plan_arm arm;
	} spare;
};

static void build_decl(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *decl, bool tail);
static void build_type(struct builder *b, const struct plan_path *path,
    const struct idlc_type *type, bool tail);

/* ---- Nodes -------------------------------------------------------------- */

static void *
take(struct builder *b, size_t n)
{
	void *mem = oxdr_arena_take(b->arena, n, _Alignof(max_align_t));

	if (!mem) {
		b->failed = true;
		mem = &b->spare;
	}
	memset(mem, 0, n);
	return mem;
}

static const struct plan_path *
path_new(struct builder *b, enum plan_step step, const struct plan_path *up,
    const struct idlc_decl *decl)
{
	struct plan_path *path = take(b, sizeof(*path));

	path->step = step;
	path->up = up;
	path->decl = decl;
	path->level = b->level;
	return path;
}

static struct plan_op *
op_new(struct builder *b, enum plan_op_kind kind, const struct plan_path *path)
{
	struct plan_op *op = take(b, sizeof(*op));

	op->kind = kind;
	op->value = path;
	op->secret = b->secret;
	op->level = b->level;
	if (!b->failed) {
		*b->last = op;
		b->last = &op->next;
	}
	b->run = NULL;
	return op;
}

/* A store of n bytes at the end of the current run. */
static struct plan_slot *
slot_new(struct builder *b, enum plan_slot_kind kind,
    const struct plan_path *path, uint64_t n)
{
	struct plan_slot *slot;

	if (!b->run || b->run->bytes + n > RUN_BYTES_MAX) {
		struct plan_op *run = op_new(b, PLAN_RUN, path);

		b->run = run;
		b->last_slot = (struct plan_slot **)(uintptr_t)&run->slots;
	}
	slot = take(b, sizeof(*slot));
	slot->kind = kind;
	slot->at = (uint32_t)b->run->bytes;
	slot->value = path;
	b->run->bytes += n;
	if (!b->failed) {
		*b->last_slot = slot;
		b->last_slot = &slot->next;
	}
	return slot;
}

/* What a nested list of operations or slots must put back afterwards. */
struct place {
	struct plan_op **last;
	struct plan_op *run;
	struct plan_slot **last_slot;
	unsigned level;
};

static struct place
place_enter(struct builder *b, const struct plan_op **list)
{
	struct place here = { b->last, b->run, b->last_slot, b->level };

	b->last = (struct plan_op **)(uintptr_t)list;
	b->run = NULL;
	return here;
}

static void
place_leave(struct builder *b, struct place here)
{
	b->last = here.last;
	b->run = here.run;
	b->last_slot = here.last_slot;
	b->level = here.level;
}

/* ---- Runs --------------------------------------------------------------- */

static void
build_scalar(struct builder *b, const struct plan_path *path,
    const struct idlc_type *type)
{
	uint32_t c_size;
	enum oxdr_kind wire = plan_scalar(b->plan, type->wire, &c_size);
	uint32_t n = wire == OXDR_QUADRUPLE ? 16 : wire == OXDR_HYPER ||
	    wire == OXDR_UHYPER || wire == OXDR_DOUBLE ? 8 : 4;
	enum plan_slot_kind kind = PLAN_SCALAR;
	struct plan_slot *slot;

	if (wire == OXDR_BOOL)
		kind = PLAN_BOOL;
	else if (c_size < n)
		kind = PLAN_NARROW;
	else if (c_size > n)
		kind = PLAN_WIDE;
	slot = slot_new(b, kind, path, n);
	slot->type = type;
	slot->wire = wire;
	slot->c_size = c_size;
}

static void
build_enum(struct builder *b, const struct plan_path *path,
    const struct idlc_type *type, const struct idlc_def *def)
{
	struct plan_slot *slot = slot_new(b, PLAN_ENUM, path, 4);

	slot->type = type;
	slot->wire = OXDR_ENUM;
	slot->c_size = 4;
	slot->def = def;
}

/* Bytes of a scalar that is the same in C and on the wire but for byte
 * order; 0: it is none. */
static uint32_t
bulk_bytes(const struct plan *plan, const struct idlc_type *type)
{
	struct idlc_decl plain = { .type = *type, .shape = IDLC_PLAIN };
	const struct idlc_decl *decl = plan_resolve(&plain);
	uint32_t c_size;

	if (decl->shape != IDLC_PLAIN)
		return 0;
	switch (decl->type.wire) {
	case IDLC_NAMED:
		return decl->type.def && decl->type.def->kind == IDLC_ENUM &&
		    decl->type.def->doc->open ? 4 : 0;
	case IDLC_INT:
	case IDLC_UINT:
	case IDLC_FLOAT:
		return 4;
	case IDLC_HYPER:
	case IDLC_UHYPER:
	case IDLC_DOUBLE:
		return 8;
	case IDLC_LONG:
	case IDLC_ULONG:
		plan_scalar(plan, decl->type.wire, &c_size);
		return c_size == 4 ? 4 : 0;
	default:
		return 0;
	}
}

/* Is this type's encoding a run short enough to melt into another? */
static bool
melts(const struct plan_facts *facts)
{
	return facts->n_slots <= FLATTEN_SLOTS_MAX &&
	    facts->wire_max <= RUN_BYTES_MAX;
}

static void
element_facts(struct builder *b, const struct idlc_type *type,
    struct plan_facts *out)
{
	struct idlc_decl plain = { .type = *type, .shape = IDLC_PLAIN };

	plan_decl(b->plan, &plain, out);
}

/* Does the element have members, so that a pointer to it helps? */
static bool
has_members(const struct idlc_type *type)
{
	struct idlc_decl plain = { .type = *type, .shape = IDLC_PLAIN };
	const struct idlc_decl *decl = plan_resolve(&plain);

	return decl->shape == IDLC_PLAIN && decl->type.wire == IDLC_NAMED &&
	    decl->type.def && decl->type.def->kind == IDLC_STRUCT;
}

/* The path of an element in the loop that b->level counts. */
static const struct plan_path *
element_path(struct builder *b, enum plan_step step,
    const struct plan_path *array, const struct idlc_decl *decl)
{
	const struct plan_path *path = path_new(b, step, array, decl);

	if (has_members(&decl->type))
		path = path_new(b, PLAN_ELEMENT, path, decl);
	return path;
}

/* The stores of one element, from offset 0; returns their bytes. */
static uint64_t
build_element_slots(struct builder *b, enum plan_step step,
    const struct plan_path *array, const struct idlc_decl *decl,
    const struct plan_slot **out_slots)
{
	const struct plan_op *ops = NULL;
	struct place here = place_enter(b, &ops);
	uint64_t bytes = 0;

	build_type(b, element_path(b, step, array, decl), &decl->type, false);
	if (!b->failed && ops) {
		*out_slots = ops->slots;
		bytes = ops->bytes;
	}
	place_leave(b, here);
	return bytes;
}

/* A fixed array inside a run. */
static void
build_repeat(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *decl, uint64_t bytes)
{
	struct plan_slot *slot;

	if (bulk_bytes(b->plan, &decl->type) && decl->bound >= BULK_MIN) {
		slot = slot_new(b, PLAN_BULK, path, bytes);
		slot->c_size = bulk_bytes(b->plan, &decl->type);
		slot->count = decl->bound;
		slot->type = &decl->type;
		return;
	}
	slot = slot_new(b, PLAN_REPEAT, path, bytes);
	slot->count = decl->bound;
	slot->type = &decl->type;
	slot->stride = (uint32_t)(bytes / decl->bound);
	b->level++;
	slot->level = b->level;
	build_element_slots(b, PLAN_INDEX, path, decl, &slot->body);
	b->level--;
}

/* ---- Arrays ------------------------------------------------------------- */

static bool
is_recursive(const struct plan_facts *facts)
{
	return facts->flags & PLAN_RECURSIVE;
}

/* How the elements of `op` go: in bulk, as runs, or one body each. */
static void
build_elements(struct builder *b, struct plan_op *op, enum plan_step step,
    const struct plan_path *array, const struct idlc_decl *decl)
{
	struct plan_facts elem;
	struct place here;

	element_facts(b, &decl->type, &elem);
	op->min = elem.wire_min;
	op->type = &decl->type;
	op->bytes = bulk_bytes(b->plan, &decl->type);
	if (op->bytes) {
		op->elements = PLAN_ELEMENTS_BULK;
		return;
	}
	b->level++;
	op->level = b->level;
	if (melts(&elem)) {
		op->elements = PLAN_ELEMENTS_RUN;
		op->bytes = build_element_slots(b, step, array, decl,
		    &op->slots);
	} else {
		op->elements = PLAN_ELEMENTS_BODY;
		op->counted = op->kind == PLAN_ARRAY_VAR &&
		    is_recursive(&elem);
		here = place_enter(b, &op->body);
		build_type(b, path_new(b, step, array, decl), &decl->type,
		    false);
		place_leave(b, here);
	}
	b->level--;
}

static void
build_fixed(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *decl)
{
	struct plan_facts facts;
	struct plan_op *op;

	plan_decl(b->plan, decl, &facts);
	if (facts.flags & PLAN_EMPTY || facts.wire_max == 0)
		return;
	if (decl->type.wire == IDLC_OPAQUE) {
		if (decl->bound <= PLAN_BYTES_MAX)
			slot_new(b, PLAN_BYTES, path, facts.wire_max)->count =
			    decl->bound;
		else
			op_new(b, PLAN_OPAQUE, path)->count = decl->bound;
		return;
	}
	if (melts(&facts)) {
		build_repeat(b, path, decl, facts.wire_max);
		return;
	}
	op = op_new(b, PLAN_ARRAY, path);
	op->count = decl->bound;
	op->decl = decl;
	build_elements(b, op, PLAN_INDEX, path, decl);
}

static void
build_variable(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *decl)
{
	struct plan_op *op;

	op = op_new(b, decl->type.wire == IDLC_STRING ? PLAN_STRING :
	    decl->type.wire == IDLC_OPAQUE ? PLAN_OPAQUE_VAR :
	    PLAN_ARRAY_VAR, path);
	op->max = decl->bound;
	op->decl = decl;
	if (op->kind == PLAN_ARRAY_VAR)
		build_elements(b, op, PLAN_VALUES, path, decl);
}

/* ---- Optionals ---------------------------------------------------------- */

static bool
is_next_node(const struct builder *b, const struct idlc_type *type)
{
	struct idlc_decl plain = { .type = *type, .shape = IDLC_PLAIN };
	const struct idlc_decl *decl = plan_resolve(&plain);

	return b->root && decl->shape == IDLC_PLAIN &&
	    decl->type.wire == IDLC_NAMED && decl->type.def == b->root &&
	    plan_type(b->root)->flags & PLAN_LIST;
}

static void
build_optional(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *decl, bool tail)
{
	bool next = tail && is_next_node(b, &decl->type);
	struct plan_facts facts;
	struct plan_op *op;
	struct place here;

	slot_new(b, PLAN_WORD, path, 4);
	op = op_new(b, next ? PLAN_NEXT : PLAN_OPTIONAL, path);
	op->type = &decl->type;
	if (next) {
		b->loops = true;
		return;
	}
	element_facts(b, &decl->type, &facts);
	op->counted = is_recursive(&facts);
	here = place_enter(b, &op->body);
	build_type(b, path_new(b, PLAN_POINTEE, path, decl), &decl->type,
	    false);
	place_leave(b, here);
}

/* ---- Structs and unions ------------------------------------------------- */

static void
build_members(struct builder *b, const struct plan_path *path,
    const struct idlc_def *def, bool tail)
{
	const struct idlc_decl *m, *last = NULL;

	for (m = def->is.members; m; m = m->next)
		if (plan_has_member(b->plan, m))
			last = m;
	for (m = def->is.members; m; m = m->next)
		if (plan_has_member(b->plan, m))
			build_decl(b, path_new(b, PLAN_MEMBER, path, m), m,
			    tail && m == last);
}

/* The discriminant, checked against its enum only where no label does. */
static void
build_disc(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *disc, bool check)
{
	const struct idlc_def *def = plan_enum(&disc->type);

	build_type(b, path, &disc->type, false);
	if (def && !check && !b->failed)
		for (struct plan_slot *s = (struct plan_slot *)(uintptr_t)
		    b->run->slots; s; s = s->next)
			if (s->value == path)
				s->def = NULL;
}

/* Does the arm's encoding begin with a store? */
static bool
starts_with_run(struct builder *b, const struct idlc_decl *arm)
{
	const struct idlc_decl *decl = plan_resolve(arm);
	struct plan_facts facts;

	if (!plan_has_member(b->plan, arm))
		return false;
	plan_decl(b->plan, arm, &facts);
	return melts(&facts) || decl->shape == IDLC_OPTIONAL;
}

static bool
merges(struct builder *b, const struct idlc_def *def)
{
	bool any = def->is.u.other && starts_with_run(b, def->is.u.other);
	unsigned n = def->is.u.other ? 1 : 0;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next) {
		any = any || starts_with_run(b, a->decl);
		n++;
	}
	return b->way == PLAN_PUT && any && n <= MERGE_ARMS_MAX;
}

static const struct plan_arm *
build_arm(struct builder *b, const struct plan_path *path,
    const struct idlc_def *def, const struct idlc_label *labels,
    const struct idlc_decl *decl, const struct plan_path *disc, bool tail)
{
	struct plan_arm *arm = take(b, sizeof(*arm));
	struct place here = place_enter(b, &arm->body);
	struct plan_path *value;

	arm->labels = labels;
	if (disc)
		build_disc(b, disc, &def->is.u.disc, !labels);
	if (plan_has_member(b->plan, decl)) {
		value = (struct plan_path *)(uintptr_t)path_new(b, PLAN_ARM,
		    path, decl);
		value->def = def;
		build_decl(b, value, decl, tail);
	}
	place_leave(b, here);
	return arm;
}

static void
build_union(struct builder *b, const struct plan_path *path,
    const struct idlc_def *def, bool tail)
{
	const struct plan_path *disc = path_new(b, PLAN_MEMBER, path,
	    &def->is.u.disc);
	const struct plan_path *merged = merges(b, def) ? disc : NULL;
	const struct plan_arm **last;
	struct plan_op *op;

	if (!merged)
		build_disc(b, disc, &def->is.u.disc, def->is.u.other);
	op = op_new(b, PLAN_SWITCH, disc);
	op->def = def;
	op->type = &def->is.u.disc.type;
	last = &op->arms;
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next) {
		const struct plan_arm *arm = build_arm(b, path, def,
		    a->labels, a->decl, merged, tail);

		if (b->failed)
			return;
		*last = arm;
		last = &((struct plan_arm *)(uintptr_t)arm)->next;
		op->n_arms++;
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			op->n_labels++;
	}
	if (def->is.u.other)
		op->other = build_arm(b, path, def, NULL, def->is.u.other,
		    merged, tail);
}

static void
build_def(struct builder *b, const struct plan_path *path,
    const struct idlc_def *def, bool tail)
{
	b->depth++;
	switch (def->kind) {
	case IDLC_STRUCT:
		build_members(b, path, def, tail);
		break;
	case IDLC_UNION:
		build_union(b, path, def, tail);
		break;
	case IDLC_TYPEDEF:
		build_decl(b, path, &def->is.alias, tail);
		break;
	default:
		break;
	}
	b->depth--;
}

bool
plan_is_short(const struct idlc_def *def)
{
	struct idlc_decl plain = { .type = { .base = IDLC_NAMED,
	    .wire = IDLC_NAMED, .def = def } };
	const struct idlc_decl *decl = plan_resolve(&plain);

	return melts(plan_type(def)) || (decl->shape == IDLC_VARIABLE &&
	    (decl->type.wire == IDLC_STRING ||
	    decl->type.wire == IDLC_OPAQUE));
}

/* Is a value of this definition put in place rather than by its function? */
static bool
is_inline(struct builder *b, const struct idlc_def *def, bool tail)
{
	struct idlc_decl plain = { .type = { .base = IDLC_NAMED,
	    .wire = IDLC_NAMED, .def = def } };
	const struct idlc_decl *decl = plan_resolve(&plain);

	if (b->depth > INLINE_DEPTH_MAX)
		return false;
	if (def->kind == IDLC_TYPEDEF && def->is.alias.shape == IDLC_PLAIN)
		return true;
	if (tail && b->root && plan_type(b->root)->flags & PLAN_LIST &&
	    plan_i_tail(&plain, b->root))
		return true;
	return plan_is_short(def) || (def->kind == IDLC_TYPEDEF &&
	    decl->shape == IDLC_OPTIONAL);
}

static void
build_type(struct builder *b, const struct plan_path *path,
    const struct idlc_type *type, bool tail)
{
	const struct idlc_def *def = type->def;
	bool secret = b->secret;

	if (type->wire == IDLC_VOID)
		return;
	if (type->wire != IDLC_NAMED) {
		build_scalar(b, path, type);
		return;
	}
	if (!plan_node(def))
		return;
	b->secret = secret || plan_is_secret(def->doc);
	if (plan_enum(type))
		build_enum(b, path, type, plan_enum(type));
	else if (is_inline(b, def, tail))
		build_def(b, path, def, tail);
	else
		op_new(b, PLAN_CALL, path)->def = def;
	b->secret = secret;
}

static void
build_decl(struct builder *b, const struct plan_path *path,
    const struct idlc_decl *decl, bool tail)
{
	bool secret = b->secret;

	b->secret = secret || plan_is_secret(decl->doc);
	switch (decl->shape) {
	case IDLC_PLAIN:
		build_type(b, path, &decl->type, tail);
		break;
	case IDLC_FIXED:
		build_fixed(b, path, decl);
		break;
	case IDLC_VARIABLE:
		build_variable(b, path, decl);
		break;
	case IDLC_OPTIONAL:
		build_optional(b, path, decl, tail);
		break;
	}
	b->secret = secret;
}

/* ---- Functions ---------------------------------------------------------- */

/* Is there nothing but runs and the way to the next node? */
static bool
is_of_nodes(const struct plan_op *ops)
{
	for (; ops; ops = ops->next)
		if (ops->kind != PLAN_RUN && ops->kind != PLAN_NEXT)
			return false;
	return true;
}

static int
body_finish(struct builder *b, struct plan_body *out)
{
	out->loops = b->loops;
	out->nodes = b->loops && is_of_nodes(out->ops);
	return b->failed ? -OXDR_E_NOMEM : 0;
}

int
plan_body(const struct plan *plan, const struct idlc_def *def,
    enum plan_way way, struct oxdr_arena *arena, struct plan_body *out)
{
	struct builder b = {
		.plan = plan, .root = def, .way = way, .arena = arena,
		.last = (struct plan_op **)(uintptr_t)&out->ops,
	};
	const struct plan_path *root = path_new(&b, PLAN_ROOT, NULL, NULL);

	out->ops = NULL;
	if (def->kind == IDLC_ENUM) {
		struct idlc_type *type = take(&b, sizeof(*type));

		type->base = type->wire = IDLC_NAMED;
		type->def = def;
		build_enum(&b, root, type, def);
	} else {
		b.secret = plan_is_secret(def->doc);
		build_def(&b, root, def, true);
	}
	return body_finish(&b, out);
}

int
plan_decl_body(const struct plan *plan, const struct idlc_decl *decl,
    enum plan_way way, struct oxdr_arena *arena, struct plan_body *out)
{
	struct builder b = {
		.plan = plan, .way = way, .arena = arena,
		.last = (struct plan_op **)(uintptr_t)&out->ops,
	};

	out->ops = NULL;
	build_decl(&b, path_new(&b, PLAN_ROOT, NULL, NULL), decl, true);
	return body_finish(&b, out);
}
