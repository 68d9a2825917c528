/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of output.  C wants a definition before its use by value and a
 * typedef name before any use; a struct that is only pointed to can be
 * declared ahead.  So a definition that an earlier one needs is pulled up to
 * just before it, and everything else keeps its order.
 *
 * A depth-first walk does it.  Each definition has a node, a typedef has two:
 * to name it (it must be printed) and to use it by value (what it stands for
 * must be whole).  A walk that comes back to where it is has found a type of
 * infinite size.  The walks keep their own stack: chains are as long as the
 * file.
 */
#include "idlc/front/tree.h"

#include <string.h>

#include "idlc/front/report.h"

enum { FRESH, OPEN, DONE };

/* From a definition to one it mentions. */
struct edge {
	struct def_node *to;
	const struct idlc_decl *decl;	/* NULL: by a constant's name */
	bool whole;		/* by value, not only by name */
	bool order;		/* must be printed before */
};

struct frame {
	struct def_node *node;
	bool whole;		/* a typedef used by value: prints nothing */
	uint32_t next;		/* edge */
	const struct edge *by;
};

struct order {
	struct front *f;
	struct def_node *nodes;
	size_t n_nodes;
	struct edge *edges;
	size_t n_edges;
	size_t room_edges;
	struct frame *stack;
	size_t depth;
	size_t room_stack;
	struct def_list out;
	uint32_t n_out;
	struct def_node **component;
	size_t n_component;
	uint32_t n_indexed;
};

/* ---- Edges --------------------------------------------------------------- */

static void
add_edge(struct order *o, const struct idlc_def *to,
    const struct idlc_decl *decl, bool whole, bool order)
{
	struct edge *edges = idlc_i_array_more(o->f, o->edges, o->n_edges,
	    &o->room_edges, sizeof(*edges));

	if (!edges)
		return;
	o->edges = edges;
	edges[o->n_edges++] = (struct edge){
		idlc_i_node(to), decl, whole, order
	};
}

struct edge_walk {
	struct order *o;
	const struct idlc_def *from;
};

static void
decl_edge(struct front *f, struct idlc_decl *d, void *ctx)
{
	struct edge_walk *walk = ctx;
	const struct idlc_def *to = d->type.def;
	bool by_value = d->shape == IDLC_FIXED || d->shape == IDLC_PLAIN;
	bool whole;

	(void)f;
	if (!to)
		return;
	if (walk->from->kind == IDLC_TYPEDEF)
		whole = d->shape == IDLC_FIXED;
	else
		whole = by_value;
	if (to->flags & IDLC_DEF_ANONYMOUS)
		whole = true;
	add_edge(walk->o, to, d, whole, whole || to->kind == IDLC_TYPEDEF ||
	    to->kind == IDLC_ENUM);
}

static void
value_edge(struct front *f, struct idlc_value *v, void *ctx)
{
	struct edge_walk *walk = ctx;

	(void)f;
	if (v->ref && v->ref != walk->from)
		add_edge(walk->o, v->ref, NULL, false, true);
}

static void
make_nodes(struct order *o, const struct def_list *list)
{
	for (const struct idlc_def *i = list->head; i; i = i->next) {
		struct idlc_def *def = MUTABLE(idlc_def, i);
		struct def_node *n = &o->nodes[o->n_nodes++];

		memset(n, 0, sizeof(*n));
		n->def = def;
		def->user = n;
	}
}

/* Nodes in the order of the text: imported definitions, then the file's. */
static bool
make_all_nodes(struct order *o)
{
	size_t n = 0;

	for (const struct idlc_def *d = o->f->imported_defs.head; d; d = d->next)
		n++;
	for (const struct idlc_def *d = o->f->defs.head; d; d = d->next)
		n++;
	o->nodes = idlc_i_temp_array(o->f, n, sizeof(*o->nodes));
	if (!o->nodes)
		return false;
	make_nodes(o, &o->f->imported_defs);
	make_nodes(o, &o->f->defs);
	return true;
}

static void
make_edges(struct order *o)
{
	for (size_t i = 0; i < o->n_nodes && !o->f->nomem; i++) {
		struct def_node *n = &o->nodes[i];
		const struct idlc_def *d = n->def;
		struct edge_walk walk = { o, d };

		n->first_edge = (uint32_t)o->n_edges;
		idlc_i_each_value(o->f, d, value_edge, &walk);
		idlc_i_each_decl(o->f, d, decl_edge, &walk);
		n->n_edges = (uint32_t)(o->n_edges - n->first_edge);
	}
}

/* ---- Types of infinite size ----------------------------------------------- */

/* "a" in member 'y' of 'b': the step from one definition to the next. */
static void
note_step(struct order *o, const struct edge *e, const struct idlc_def *from)
{
	if (e->decl)
		idlc_i_note(o->f, &e->decl->type.pos,
		    "'%s' contains '%s' here", from->name, e->to->def->name);
}

/* The walk came back by edge `e` to a node that stack frame `at` began. */
static void
infinite(struct order *o, const struct edge *e, size_t at)
{
	const struct idlc_def *def = e->to->def;
	const struct idlc_pos *pos = e->decl ? &e->decl->type.pos : &def->pos;
	const struct idlc_def *from = def;

	if (def->kind == IDLC_TYPEDEF) {
		idlc_i_error(o->f, E_INFINITE, pos,
		    "typedef '%s' stands for itself", def->name);
	} else {
		idlc_i_error(o->f, E_INFINITE, pos,
		    "'%s' contains itself: it would be infinitely large",
		    def->name);
	}
	for (size_t i = at + 1, n = 0; i < o->depth && n < 8; i++, n++) {
		note_step(o, o->stack[i].by, from);
		from = o->stack[i].node->def;
	}
	if (def->kind != IDLC_TYPEDEF && e->decl && e->decl->name &&
	    e->decl->shape == IDLC_PLAIN)
		idlc_i_help(o->f, "make it optional: '%s *%s'",
		    e->decl->type.spelled, e->decl->name);
}

/* ---- The walk -------------------------------------------------------------- */

static bool
enter(struct order *o, struct def_node *node, bool whole,
    const struct edge *by)
{
	bool typedef_whole = whole && node->def->kind == IDLC_TYPEDEF;
	uint8_t *state = typedef_whole ? &node->whole_state : &node->state;
	struct frame *stack;

	if (*state == DONE)
		return false;
	if (*state == OPEN) {
		for (size_t i = o->depth; i > 0; i--) {
			if (o->stack[i - 1].node == node &&
			    o->stack[i - 1].whole == typedef_whole) {
				infinite(o, by, i - 1);
				break;
			}
		}
		return false;
	}
	stack = idlc_i_array_more(o->f, o->stack, o->depth, &o->room_stack,
	    sizeof(*stack));
	if (!stack)
		return false;
	*state = OPEN;
	o->stack = stack;
	stack[o->depth++] = (struct frame){ node, typedef_whole, 0, by };
	return true;
}

static void
emit(struct order *o, struct def_node *node)
{
	if (o->out.tail)
		o->out.tail->next = node->def;
	else
		o->out.head = node->def;
	o->out.tail = node->def;
	node->position = ++o->n_out;
}

static void
leave(struct order *o, struct frame *top)
{
	if (top->whole) {
		top->node->whole_state = DONE;
	} else {
		top->node->state = DONE;
		emit(o, top->node);
	}
	o->depth--;
}

/* What a typedef needs to be used by value: to be printed, and what it
 * renames to be whole. */
static bool
step_whole(struct order *o, struct frame *top)
{
	const struct idlc_decl *alias = &top->node->def->is.alias;
	uint32_t next = top->next++;

	if (next == 0) {
		enter(o, top->node, false, top->by);
		return true;
	}
	if (next == 1 && alias->shape == IDLC_PLAIN && alias->type.def) {
		enter(o, idlc_i_node(alias->type.def), true,
		    &o->edges[top->node->first_edge + top->node->n_edges - 1]);
		return true;
	}
	return false;
}

static bool
step(struct order *o, struct frame *top)
{
	const struct def_node *node = top->node;

	if (top->whole)
		return step_whole(o, top);
	while (top->next < node->n_edges) {
		const struct edge *e = &o->edges[node->first_edge + top->next++];

		if (e->order) {
			enter(o, e->to, e->whole, e);
			return true;
		}
	}
	return false;
}

static void
visit(struct order *o, struct def_node *root)
{
	if (!enter(o, root, false, NULL))
		return;
	while (o->depth && !o->f->nomem) {
		struct frame *top = &o->stack[o->depth - 1];

		if (!step(o, top))
			leave(o, &o->stack[o->depth - 1]);
	}
}

/* ---- Recursion (Tarjan's strongly connected components) -------------------- */

static void
component_done(struct order *o, struct def_node *root, bool loops)
{
	struct def_node *n;
	bool many = o->component[o->n_component - 1] != root;

	do {
		n = o->component[--o->n_component];
		n->on_stack = false;
		if (many || loops)
			n->def->flags |= IDLC_DEF_RECURSIVE;
	} while (n != root);
}

static void
index_node(struct order *o, struct def_node *n)
{
	n->index = n->low = ++o->n_indexed;
	n->on_stack = true;
	o->component[o->n_component++] = n;
	o->stack[o->depth++] = (struct frame){ n, false, 0, NULL };
}

static void
find_recursion(struct order *o, struct def_node *root)
{
	o->depth = 0;
	index_node(o, root);
	while (o->depth) {
		struct frame *top = &o->stack[o->depth - 1];
		struct def_node *n = top->node;

		if (top->next < n->n_edges) {
			const struct edge *e =
			    &o->edges[n->first_edge + top->next++];

			if (!e->decl)
				continue;
			if (e->to == n)
				n->whole_state = OPEN;	/* loops on itself */
			else if (!e->to->index)
				index_node(o, e->to);
			else if (e->to->on_stack && e->to->index < n->low)
				n->low = e->to->index;
			continue;
		}
		o->depth--;
		if (o->depth && n->low < o->stack[o->depth - 1].node->low)
			o->stack[o->depth - 1].node->low = n->low;
		if (n->low == n->index)
			component_done(o, n, n->whole_state == OPEN);
	}
}

static void
mark_recursion(struct order *o)
{
	size_t n = o->n_out;

	o->component = idlc_i_temp_array(o->f, n, sizeof(*o->component));
	idlc_i_array_free(o->f, o->stack, o->room_stack, sizeof(*o->stack));
	o->room_stack = 0;
	o->stack = idlc_i_temp_array(o->f, n, sizeof(*o->stack));
	if (!o->component || !o->stack) {
		o->stack = NULL;
		return;
	}
	for (const struct idlc_def *d = o->out.head; d; d = d->next)
		idlc_i_node(d)->whole_state = DONE;
	for (const struct idlc_def *d = o->out.head; d; d = d->next)
		if (!idlc_i_node(d)->index)
			find_recursion(o, idlc_i_node(d));
	o->stack = NULL;
}

/* ---- Forward declarations --------------------------------------------------- */

static void
mark_forward(struct order *o)
{
	for (const struct idlc_def *d = o->out.head; d; d = d->next) {
		const struct def_node *n = idlc_i_node(d);

		for (uint32_t i = 0; i < n->n_edges; i++) {
			struct def_node *to = o->edges[n->first_edge + i].to;

			if (to->position > n->position &&
			    (to->def->kind == IDLC_STRUCT ||
			    to->def->kind == IDLC_UNION))
				to->def->flags |= IDLC_DEF_FORWARD;
		}
	}
}

void
idlc_i_order(struct front *f)
{
	struct order o = { .f = f };

	if (!make_all_nodes(&o))
		return;
	make_edges(&o);
	for (size_t i = 0; i < o.n_nodes && !f->nomem; i++)
		visit(&o, &o.nodes[i]);
	if (o.out.tail)
		o.out.tail->next = NULL;
	if (!f->nomem) {
		mark_recursion(&o);
		mark_forward(&o);
		f->defs = o.out;
		f->n_defs = o.n_out;
	}
	idlc_i_array_free(f, o.edges, o.room_edges, sizeof(*o.edges));
	idlc_i_array_free(f, o.stack, o.room_stack, sizeof(*o.stack));
}
