/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Facts that travel along pointers: what contains itself, which types are
 * lists, how large a value can get, how much memory it takes, what holds a
 * secret.
 *
 * Tarjan's search for strongly connected components, with a stack of its own
 * since schemas may nest as deep as they are long.  A component is complete
 * after all that it refers to, so the largest size of its types is known then
 * (or there is none: a type that contains itself has no bound).
 */
#include "idlc/plan/facts.h"

#include <stdlib.h>

#include <oxdr/error.h>
#include <oxdr/writer.h>

enum { TAIL_DEPTH = 64 };	/* by-value nesting of a list's tail */

struct search {
	struct plan_node **path;	/* from the start of the walk to here */
	struct plan_node **stack;	/* visited, not yet in a component */
	uint32_t n_path;
	uint32_t n_stack;
	uint32_t next_index;
};

const struct idlc_decl *
plan_next_decl(const struct idlc_def *def, struct plan_cursor *cursor)
{
	switch (def->kind) {
	case IDLC_STRUCT:
		cursor->decl = cursor->decl ? cursor->decl->next :
		    def->is.members;
		return cursor->decl;
	case IDLC_UNION:
		if (cursor->other_done)
			return NULL;
		cursor->arm = cursor->arm ? cursor->arm->next :
		    def->is.u.arms;
		if (cursor->arm)
			return cursor->arm->decl;
		cursor->other_done = true;
		return def->is.u.other;
	case IDLC_TYPEDEF:
		cursor->decl = cursor->decl ? NULL : &def->is.alias;
		return cursor->decl;
	default:
		return NULL;
	}
}

/* ---- Lists -------------------------------------------------------------- */

static bool tail_reaches(const struct idlc_decl *decl,
    const struct idlc_def *list, unsigned depth);

/* The definition that a plain type is, aliases followed; NULL: is none. */
static const struct idlc_def *
plain_def(const struct idlc_type *type)
{
	struct idlc_decl plain = { .type = *type, .shape = IDLC_PLAIN };
	const struct idlc_decl *decl = plan_resolve(&plain);

	if (decl->shape != IDLC_PLAIN || decl->type.wire != IDLC_NAMED)
		return NULL;
	return decl->type.def;
}

static const struct idlc_decl *
last_member(const struct idlc_def *def)
{
	const struct idlc_decl *last = NULL;

	for (const struct idlc_decl *m = def->is.members; m; m = m->next) {
		const struct idlc_decl *d = plan_resolve(m);

		if (d->shape != IDLC_FIXED || d->bound > 0)
			last = m;
	}
	return last;
}

/* Does the end of this struct or union lead to a pointer to `list`? */
static bool
def_tail_reaches(const struct idlc_def *def, const struct idlc_def *list,
    unsigned depth)
{
	if (def->kind == IDLC_STRUCT)
		return last_member(def) &&
		    tail_reaches(last_member(def), list, depth);
	if (def->kind != IDLC_UNION)
		return false;
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		if (tail_reaches(a->decl, list, depth))
			return true;
	return def->is.u.other && tail_reaches(def->is.u.other, list, depth);
}

static bool
tail_reaches(const struct idlc_decl *decl, const struct idlc_def *list,
    unsigned depth)
{
	const struct idlc_decl *d = plan_resolve(decl);
	const struct idlc_def *def;

	if (d->shape == IDLC_OPTIONAL)
		return plain_def(&d->type) == list;
	if (d->shape != IDLC_PLAIN || depth == 0)
		return false;
	def = d->type.wire == IDLC_NAMED ? d->type.def : NULL;
	/* What is a list itself loops in its own function. */
	if (!plan_node(def) || def == list ||
	    !(plan_node(def)->facts.flags & PLAN_RECURSIVE) ||
	    def_tail_reaches(def, def, depth - 1))
		return false;
	return def_tail_reaches(def, list, depth - 1);
}

bool
plan_i_tail(const struct idlc_decl *decl, const struct idlc_def *list)
{
	return tail_reaches(decl, list, TAIL_DEPTH);
}

/* ---- Components --------------------------------------------------------- */

/* wire_max from what the type refers to, all of it complete by now. */
static void
node_bound(const struct plan *plan, struct plan_node *node)
{
	uint32_t flags = node->facts.flags;

	plan_i_facts(plan, node);
	node->facts.flags |= flags & (PLAN_SECRET | PLAN_RECURSIVE);
}

static void
component_done(const struct plan *plan, struct plan_node **nodes, uint32_t n)
{
	struct plan_facts sum = { .flags = 0 };

	if (n == 1 && !nodes[0]->self) {
		node_bound(plan, nodes[0]);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		nodes[i]->facts.wire_max = OXDR_UNBOUNDED;
		nodes[i]->facts.flags |= PLAN_RECURSIVE;
	}
	for (uint32_t i = 0; i < n; i++) {
		node_bound(plan, nodes[i]);
		nodes[i]->facts.wire_max = OXDR_UNBOUNDED;
		sum.flags |= nodes[i]->facts.flags & PLAN_SECRET;
		plan_i_ratio_join(&sum, &nodes[i]->facts);
	}
	for (uint32_t i = 0; i < n; i++) {
		nodes[i]->facts.flags |= sum.flags;
		plan_i_ratio_join(&nodes[i]->facts, &sum);
		if (def_tail_reaches(nodes[i]->def, nodes[i]->def, TAIL_DEPTH))
			nodes[i]->facts.flags |= PLAN_LIST;
	}
}

static void
search_enter(struct search *s, struct plan_node *node)
{
	node->index = node->low = ++s->next_index;
	node->on_stack = true;
	s->path[s->n_path++] = node;
	s->stack[s->n_stack++] = node;
}

static void
search_leave(const struct plan *plan, struct search *s,
    struct plan_node *node)
{
	uint32_t first = s->n_stack;

	s->n_path--;
	if (s->n_path > 0 && node->low < s->path[s->n_path - 1]->low)
		s->path[s->n_path - 1]->low = node->low;
	if (node->low != node->index)
		return;
	do
		s->stack[--first]->on_stack = false;
	while (s->stack[first] != node);
	component_done(plan, s->stack + first, s->n_stack - first);
	s->n_stack = first;
}

static void
search_from(const struct plan *plan, struct search *s,
    struct plan_node *start)
{
	search_enter(s, start);
	while (s->n_path > 0) {
		struct plan_node *node = s->path[s->n_path - 1], *to;
		const struct idlc_decl *decl =
		    plan_next_decl(node->def, &node->cursor);

		if (!decl) {
			search_leave(plan, s, node);
			continue;
		}
		to = decl->type.wire == IDLC_NAMED ?
		    plan_node(decl->type.def) : NULL;
		if (!to)
			continue;
		if (to == node)
			node->self = true;
		if (!to->index)
			search_enter(s, to);
		else if (to->on_stack && to->index < node->low)
			node->low = to->index;
	}
}

int
plan_i_cycles(struct plan *plan)
{
	size_t n = (size_t)plan->n_nodes + 1;
	struct search s = {
		.path = calloc(n, sizeof(struct plan_node *)),
		.stack = calloc(n, sizeof(struct plan_node *)),
	};
	int error = s.path && s.stack ? 0 : -OXDR_E_NOMEM;

	for (const struct idlc_def *d = plan->schema->defs; d && !error;
	    d = d->next)
		if (plan_node(d) && !plan_node(d)->index)
			search_from(plan, &s, plan_node(d));
	free(s.path);
	free(s.stack);
	return error;
}
