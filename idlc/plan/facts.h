/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of plan/ share: a plan's memory and its nodes, one for each
 * definition that is a type, reached through def->user.
 */
#ifndef IDLC_PLAN_FACTS_H
#define IDLC_PLAN_FACTS_H

#include "idlc/plan/plan.h"

/*
 * A type's node.  `known` says that facts hold what follows from what it
 * contains by value; index, low and on_stack belong to the search for cycles.
 */
struct plan_node {
	struct plan_facts facts;
	const struct idlc_def *def;
	const struct idlc_decl *resolved;	/* TYPEDEF: see plan_resolve */
	struct oxdr_type *table;	/* of table.c; NULL before */
	struct plan_cursor cursor;
	uint32_t index;
	uint32_t low;
	bool on_stack;
	bool known;
	bool self;		/* refers to itself directly */
};

struct plan {
	const struct idlc_schema *schema;
	enum plan_dialect dialect;
	struct oxdr_arena arena;
	uint32_t n_nodes;
};

/* Most opaque bytes in a run; more are put by reference where that pays. */
enum { PLAN_BYTES_MAX = 256 };

/* The node of a definition; NULL: it is no type. */
static inline struct plan_node *
plan_node(const struct idlc_def *def)
{
	return def ? def->user : NULL;
}

/* Declarations that the plan makes up have no doc. */
static inline bool
plan_is_secret(const struct idlc_doc *doc)
{
	return doc && doc->secret;
}

/* Gives a definition its node: 0 or -OXDR_E_NOMEM. */
int plan_i_node_new(struct plan *plan, const struct idlc_def *def);

/* Fills node->facts from what the type holds by value. */
void plan_i_facts(const struct plan *plan, struct plan_node *node);

/* Facts that need the whole graph: recursion, lists, largest size, secrets.
 * 0 or -OXDR_E_NOMEM. */
int plan_i_cycles(struct plan *plan);

/* Does the end of this declaration, by value, lead to a pointer to `list`? */
bool plan_i_tail(const struct idlc_decl *decl, const struct idlc_def *list);

/* Of ratio.c: what `one` takes, `all` takes too; and what is taken for text
 * or opaque data, for a pointee, for at most `max` elements. */
void plan_i_ratio_join(struct plan_facts *all, const struct plan_facts *one);
void plan_i_ratio_bytes(struct plan_facts *out);
void plan_i_ratio_pointee(struct plan_facts *out,
    const struct plan_facts *elem);
void plan_i_ratio_elements(struct plan_facts *out,
    const struct plan_facts *elem, uint32_t max);

/* Sizes that stick at OXDR_UNBOUNDED. */
static inline uint64_t
plan_add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static inline uint64_t
plan_mul(uint64_t a, uint64_t b)
{
	return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static inline uint64_t
plan_pad4(uint64_t n)
{
	return plan_add(n, (0 - n) & 3);
}

#endif
