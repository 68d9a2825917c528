/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walking the finished tree: for the stages behind the parser.
 */
#ifndef IDLC_FRONT_TREE_H
#define IDLC_FRONT_TREE_H

#include "idlc/front/front.h"

/* The tree is const to its readers; the stages that build it write to it. */
#define MUTABLE(tag, node) ((struct tag *)(uintptr_t)(node))

/*
 * What order.c finds out about a definition; def->user while loading.
 *
 * min_bytes   the least its encoding takes, at most MIN_BYTES_MAX
 * c_bytes     at least what its value takes in C, at most MIN_BYTES_MAX
 */
struct def_node {
	struct idlc_def *def;
	uint32_t first_edge;
	uint32_t n_edges;
	uint32_t position;	/* in the order of output, from 1; 0: not yet */
	uint32_t low;		/* of Tarjan's algorithm */
	uint32_t index;
	uint8_t state;
	uint8_t whole_state;
	bool on_stack;
	bool too_large;		/* told, of it or a part of it */
	bool unbounded;		/* its encoding has no most (check_size.c) */
	uint64_t min_bytes;
	uint64_t c_bytes;
};

#define MIN_BYTES_MAX ((uint64_t)1 << 40)

static inline struct def_node *
idlc_i_node(const struct idlc_def *def)
{
	return def->user;
}

/* Calls fn for each declaration of a definition, in the order of the text:
 * members, discriminant and arms, alias, results and arguments. */
typedef void decl_fn(struct front *f, struct idlc_decl *decl, void *ctx);
void idlc_i_each_decl(struct front *f, const struct idlc_def *def,
    decl_fn *fn, void *ctx);

/* The same for every constant that is written in a definition. */
typedef void value_fn(struct front *f, struct idlc_value *value, void *ctx);
void idlc_i_each_value(struct front *f, const struct idlc_def *def,
    value_fn *fn, void *ctx);

/* What a type is behind plain typedefs: of NULL definition where it is a
 * base type or the user's. */
const struct idlc_def *idlc_i_def_behind(const struct idlc_type *type);

/* The wire type behind plain typedefs: IDLC_NAMED for struct, union, and
 * arrays or optionals by name; an enum is IDLC_NAMED too. */
enum idlc_base idlc_i_base_behind(const struct idlc_type *type);

/* "a struct", "an enum"... for messages. */
const char *idlc_i_kind_called(const struct idlc_def *def);


#endif
