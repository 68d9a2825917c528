/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The marshalling plan: how values of a checked schema become bytes and
 * back.  Every choice is made here; emitters walk the plan and print, the
 * table builder walks it and fills tables.
 *
 * Two layers.  Facts are known for each type as soon as plan_new() returns:
 * sizes on the wire and in C, what contains itself, what owns memory.  A body
 * is the list of operations that put or get one type; it is built on demand
 * into an arena that the caller may reset afterwards, so that a schema of any
 * size needs little memory.
 *
 * Threads: a plan belongs to one.
 */
#ifndef IDLC_PLAN_H
#define IDLC_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <idlc/idl.h>
#include <oxdr/mem.h>
#include <oxdr/type.h>

/* Whose C types the values have: widths of bool, long and the like. */
enum plan_dialect {
	PLAN_NATIVE,
	PLAN_CLASSIC
};

/* ---- Facts -------------------------------------------------------------- */

/* facts.flags */
#define PLAN_FLAT 1u		/* owns no memory outside its own bytes */
#define PLAN_RECURSIVE 2u	/* on a cycle of the type graph */
#define PLAN_LIST 4u		/* its tail is an optional of itself: a loop */
#define PLAN_SECRET 8u		/* is or holds a secret */
#define PLAN_EMPTY 16u		/* no bytes on the wire and no C member */

/* facts.n_slots of what is no fixed run of plain stores. */
#define PLAN_NO_RUN UINT32_MAX

/*
 * What is known of a type.
 *
 * wire_min, wire_max   encoded bytes; OXDR_UNBOUNDED where there is no most
 * c_size, c_align      in C; an empty type keeps one element or char
 * elem_ratio,          memory that decoding takes outside the value, per byte
 * own_ratio            of the message: their sum at most; see ratio.c
 * n_slots              stores of its encoding if that is one fixed run, a
 *                      loop over an array counting as one and its body
 */
struct plan_facts {
	uint64_t wire_min;
	uint64_t wire_max;
	uint64_t c_size;
	uint64_t elem_ratio;
	uint64_t own_ratio;
	uint32_t c_align;
	uint32_t n_slots;
	uint32_t flags;
};

struct plan;

/*
 * Works out the facts of every type.
 *
 * schema   borrowed as long as the plan lives; its defs' `user` is the plan's
 *
 * Returns 0 or -OXDR_E_NOMEM.
 */
int plan_new(const struct idlc_schema *schema, enum plan_dialect dialect,
    struct plan **out);

/* NULL is taken. */
void plan_free(struct plan *plan);

/* Facts of an enum, struct, union or typedef. */
const struct plan_facts *plan_type(const struct idlc_def *def);

/* Facts of a declaration. */
void plan_decl(const struct plan *plan, const struct idlc_decl *decl,
    struct plan_facts *out);

/* Memory that decoding takes per byte of the message, at most; 0: none. */
uint32_t plan_ratio(const struct plan_facts *facts);

/* Wire form and width in C of a scalar base (not opaque, string, named). */
enum oxdr_kind plan_scalar(const struct plan *plan, enum idlc_base base,
    uint32_t *out_c_size);

/*
 * Makes a struct of a procedure's arguments: a definition like any other.
 *
 * name      given to it; borrowed as long as the plan lives
 * members   likewise; every member has a name
 *
 * NULL: no memory.
 */
const struct idlc_def *plan_struct(struct plan *plan, const char *name,
    const struct idlc_decl *members);

/* Does the C struct have this member?  Those without bytes have none. */
bool plan_has_member(const struct plan *plan, const struct idlc_decl *decl);

/* The enum behind a declaration's type, aliases followed; NULL: is none. */
const struct idlc_def *plan_enum(const struct idlc_type *type);

/* The declaration that a plain alias stands for, followed to the end: `decl`
 * itself when its type is no typedef. */
const struct idlc_decl *plan_resolve(const struct idlc_decl *decl);

/* Where a walk over a definition's declarations stands; zero starts it. */
struct plan_cursor {
	const struct idlc_decl *decl;
	const struct idlc_arm *arm;
	bool other_done;
};

/* The next member, arm or alias of a definition; NULL: no more. */
const struct idlc_decl *plan_next_decl(const struct idlc_def *def,
    struct plan_cursor *cursor);

/* ---- Bodies ------------------------------------------------------------- */

/*
 * Where a value is, seen from the value that a function was given.  An
 * emitter turns a path into a C expression.
 */
enum plan_step {
	PLAN_ROOT,		/* *v; for a fixed array: what v points at */
	PLAN_MEMBER,		/* .decl of a struct; a union's discriminant */
	PLAN_ARM,		/* .NAME_u.decl of the union `def` */
	PLAN_INDEX,		/* [level's index] of a fixed array */
	PLAN_VALUES,		/* [level's index] of a variable array */
	PLAN_POINTEE,		/* what an optional points at */
	PLAN_ELEMENT		/* *element pointer of `level` */
};

struct plan_path {
	enum plan_step step;
	unsigned level;
	const struct plan_path *up;
	const struct idlc_decl *decl;
	const struct idlc_def *def;
};

/* One store or load of a run, at a fixed offset. */
enum plan_slot_kind {
	PLAN_SCALAR,
	PLAN_BOOL,
	PLAN_ENUM,		/* checked against `def` unless that is open */
	PLAN_NARROW,		/* char, short: checked when read */
	PLAN_WIDE,		/* a C type wider than the wire: checked when
				   put */
	PLAN_BYTES,		/* `count` opaque bytes, then padding */
	PLAN_BULK,		/* `count` scalars of 4 or 8 bytes at once */
	PLAN_REPEAT,		/* `count` elements, `stride` apart: `body` */
	PLAN_WORD		/* the word of an optional: is it there? */
};

struct plan_slot {
	struct plan_slot *next;
	enum plan_slot_kind kind;
	uint32_t at;			/* in the run, or in the element */
	const struct plan_path *value;
	const struct idlc_type *type;	/* SCALAR..WIDE, REPEAT: the element */
	enum oxdr_kind wire;		/* SCALAR..BULK */
	uint32_t c_size;
	uint32_t count;
	uint32_t stride;
	unsigned level;			/* REPEAT: index and element pointer */
	const struct idlc_def *def;
	const struct plan_slot *body;
};

enum plan_op_kind {
	PLAN_RUN,		/* `bytes` at once: `slots` */
	PLAN_STRING,		/* at most `max` */
	PLAN_OPAQUE_VAR,	/* at most `max` */
	PLAN_OPAQUE,		/* `count` bytes, too many for a run */
	PLAN_ARRAY,		/* `count` elements, too many for a run */
	PLAN_ARRAY_VAR,		/* at most `max` elements */
	PLAN_CALL,		/* put or get of `def` */
	PLAN_OPTIONAL,		/* the last slot of the run before said whether
				   `body` follows; takes memory */
	PLAN_NEXT,		/* likewise, but what follows is the next node:
				   start again with `value` */
	PLAN_SWITCH		/* on `value`: `arms` */
};

/* How the elements of an array go. */
enum plan_elements {
	PLAN_ELEMENTS_BULK,	/* scalars of `bytes` bytes, by one call */
	PLAN_ELEMENTS_RUN,	/* runs of `bytes` bytes: `slots`, no check */
	PLAN_ELEMENTS_BODY	/* `body` for each */
};

struct plan_op;

/* One arm of a switch; several labels may lead to it. */
struct plan_arm {
	const struct plan_arm *next;
	const struct idlc_label *labels;	/* NULL: default */
	const struct plan_op *body;		/* NULL: nothing follows */
};

/*
 * value    path of what is put or got; ARRAY_VAR: of the pair { len, val };
 *          OPTIONAL, NEXT: of the pointer
 * type     ARRAY, ARRAY_VAR, OPTIONAL, NEXT: of element or pointee
 * secret   the value is copied and marks arena and writer
 * counted  enter and leave around the body: it may contain the type again
 */
struct plan_op {
	struct plan_op *next;
	enum plan_op_kind kind;
	const struct plan_path *value;
	const struct idlc_type *type;
	const struct idlc_def *def;
	const struct idlc_decl *decl;
	bool secret;
	bool counted;
	uint32_t max;
	uint32_t count;
	uint64_t bytes;		/* RUN, and elements as in enum above */
	uint64_t min;		/* ARRAY_VAR: wire_min of an element */
	enum plan_elements elements;
	unsigned level;
	const struct plan_slot *slots;
	const struct plan_op *body;
	const struct plan_arm *arms;
	const struct plan_arm *other;	/* SWITCH: default, or NULL */
	uint32_t n_arms;
	uint32_t n_labels;
	bool has_word;		/* SWITCH: the discriminant is part of each
				   arm's first run (put); see plan_body */
};

/*
 * What a function's code is made of.
 *
 * loops   it contains a PLAN_NEXT: the whole body is a loop over nodes
 * nodes   it loops over nodes that own no memory but the next one
 */
struct plan_body {
	const struct plan_op *ops;
	bool loops;
	bool nodes;
};

/*
 * Is the type's encoding so short that its function is but one operation: a
 * run of few stores, a string, an opaque?  Such a type is put in place where
 * another holds it; of all others the function can be called.
 */
bool plan_is_short(const struct idlc_def *def);

/* Which way the values go: a union's discriminant is put together with the
 * fixed start of its arm, but got before it. */
enum plan_way { PLAN_PUT, PLAN_GET };

/*
 * Plans one definition's function, or that of a declaration which has no
 * definition of its own (an argument `string<16>`).
 *
 * arena   what the body lives in
 *
 * Returns 0 or -OXDR_E_NOMEM.
 */
int plan_body(const struct plan *plan, const struct idlc_def *def,
    enum plan_way way, struct oxdr_arena *arena, struct plan_body *out);
int plan_decl_body(const struct plan *plan, const struct idlc_decl *decl,
    enum plan_way way, struct oxdr_arena *arena, struct plan_body *out);

#endif
