/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * put and get of each type: the plan's operations as C.
 *
 * A function is printed in "tail" position by position: what is known to be
 * its last operation returns, so that nothing is checked twice and the code
 * stays flat.  put.c and get.c print stores and loads; this file prints what
 * both have in common.
 */
#include "idlc/emit/codec.h"

#include <stdlib.h>

#include "idlc/emit/program.h"

static void put_ops(struct codec *c, const struct plan_op *ops, bool tail);

/* ---- Results ------------------------------------------------------------ */

void
codec_call(struct codec *c, const char *call, bool last)
{
	if (last)
		out(c->o, VARS({ "call", call }), "return $call$;\n");
	else
		out(c->o, VARS({ "call", call }),
		    "p = $call$;\n"
		    "if (!p)\n"
		    "\treturn NULL;\n");
}

const char *
codec_refuse(const struct codec *c, const char *code)
{
	struct emit *e = c->e;

	if (c->way == PLAN_PUT)
		return JOIN("return ", c->flat ? "oxdr_writer_fail" :
		    "oxdr_put_refuse", "(w, ", code, ");");
	return c->flat ? JOIN("return -", code, ";") :
	    JOIN("return oxdr_get_refuse(r, p, ", code, ");");
}

/* All is done. */
static void
codec_return(struct codec *c)
{
	if (c->nodes)
		out(c->o, NULL, "oxdr_nodes_end(&nodes, r, arena);\n");
	out(c->o, NULL, c->flat ? "return 0;\n" : "return p;\n");
}

/* ---- Depth -------------------------------------------------------------- */

static void
put_enter(struct codec *c, const struct plan_op *op)
{
	if (op->counted)
		out(c->o, NULL, c->way == PLAN_PUT ?
		    "if (oxdr_writer_enter(w))\n"
		    "\treturn NULL;\n" :
		    "if (oxdr_reader_enter(r))\n"
		    "\treturn oxdr_get_refuse(r, p, OXDR_E_DEPTH);\n");
}

static void
put_leave(struct codec *c, const struct plan_op *op)
{
	if (op->counted)
		out(c->o, NULL, c->way == PLAN_PUT ?
		    "oxdr_writer_leave(w);\n" : "oxdr_reader_leave(r);\n");
}

/* ---- Calls -------------------------------------------------------------- */

/* Has the type a function that takes and gives p? */
static bool
has_cursor(const struct idlc_def *def)
{
	return !(def->flags & IDLC_DEF_IMPORTED) && !plan_is_short(def);
}

/* Is it an array of arrays? */
static bool
is_nested_array(const struct idlc_def *def)
{
	struct idlc_decl elem = { .type = def->is.alias.type,
		.shape = IDLC_PLAIN };

	return def->kind == IDLC_TYPEDEF &&
	    def->is.alias.shape == IDLC_FIXED &&
	    plan_resolve(&elem)->shape == IDLC_FIXED;
}

/* The address of a value for its type's function.  Before C23 a pointer to an
 * array does not become one to a const array by itself. */
static const char *
call_address(struct codec *c, const struct plan_op *op)
{
	struct emit *e = c->e;
	const char *at = emit_address(e, op->value, op->def);

	if (c->way == PLAN_PUT && is_nested_array(op->def))
		return JOIN("(const ", emit_param_type(e, op->def), ")", at);
	return at;
}

/*
 * Calls another type's function; one without a cursor works on w->at or
 * r->at.  A secret is copied out of the message whatever the reader borrows.
 */
static void
put_call(struct codec *c, const struct plan_op *op, bool last)
{
	struct emit *e = c->e;
	const char *name = cname_def(e->names, op->def);
	const char *at = call_address(c, op);
	bool cursor = has_cursor(op->def);
	bool put = c->way == PLAN_PUT;
	bool keeps = op->secret && !put;
	const char *call = JOIN(name, put ? "_xdr_put" : "_xdr_get",
	    cursor ? "_at" : "", put ? "(w,\v" : "(r,\v",
	    cursor ? "p,\v" : "", put ? "" : "arena,\v", at, ")");

	if (!cursor) {
		out(c->o, NULL, put ? "w->at = p;\n" : "r->at = p;\n");
		call = JOIN(put ? "oxdr_put_on(w,\v" : "oxdr_get_on(r,\v",
		    call, ")");
	}
	if (!keeps) {
		codec_call(c, call, last);
		return;
	}
	out(c->o, VARS({ "call", call },
	    { "next", last ? "return p;\n" : "if (!p)\n\treturn NULL;\n" }),
	    "flags = r->flags;\n"
	    "r->flags &= ~OXDR_READER_BORROW;\n"
	    "p = $call$;\n"
	    "r->flags = flags;\n"
	    "$next$");
}

/* ---- Arrays ------------------------------------------------------------- */

/* for (...) over n elements, its body printed by what follows. */
static void
put_loop_head(struct codec *c, const struct plan_op *op, const char *n,
    bool block)
{
	struct emit *e = c->e;
	const char *stride = op->elements == PLAN_ELEMENTS_RUN ?
	    JOIN(",\vp += ", emit_number(e, op->bytes)) : "";

	out(c->o, VARS({ "i", emit_index(e, op->level) }, { "n", n },
	    { "stride", stride }, { "open", block ? " {" : "" }),
	    "for (uint32_t $i$ = 0;\v$i$ < $n$;\v$i$++$stride$)$open$\n");
	out_indent(c->o, 1);
}

static void
put_loop_end(struct codec *c, bool block)
{
	out_indent(c->o, -1);
	if (block)
		out(c->o, NULL, "}\n");
}

/* A pointer to the element, for those that have members. */
static bool
put_element(struct codec *c, const struct plan_slot *slots, unsigned level)
{
	struct emit *e = c->e;
	const struct plan_path *path;

	for (path = slots ? slots->value : NULL; path; path = path->up)
		if (path->step == PLAN_ELEMENT && path->level == level)
			break;
	if (!path)
		return false;
	out(c->o, VARS({ "const", c->way == PLAN_PUT ? "const " : "" },
	    { "type", ctype_safe(e, &path->decl->type) },
	    { "e", emit_element(e, level) },
	    { "at", emit_value(e, path->up) }),
	    "$const$$type$ *$e$ = &$at$;\n\n");
	return true;
}

static bool
has_element(const struct plan_slot *slots, unsigned level)
{
	for (const struct plan_path *p = slots ? slots->value : NULL; p;
	    p = p->up)
		if (p->step == PLAN_ELEMENT && p->level == level)
			return true;
	return false;
}

static bool
is_simple(const struct plan_slot *slots, unsigned level)
{
	return slots && !slots->next && !has_element(slots, level) &&
	    (slots->kind == PLAN_SCALAR);
}

static void
put_run_elements(struct codec *c, const struct plan_op *op, const char *n)
{
	struct emit *e = c->e;
	const char *bytes = emit_number(e, op->bytes);
	bool block = !is_simple(op->slots, op->level);

	if (op->bytes == 0)
		return;
	if (c->way == PLAN_PUT)
		codec_call(c, JOIN("oxdr_room_array(w,\vp,\v", n, ",\v",
		    bytes, ")"), false);
	else
		out(c->o, VARS({ "n", n }, { "bytes", bytes },
		    { "refuse", codec_refuse(c, "OXDR_E_SHORT") }),
		    "if (oxdr_lacks(r, p,\v(size_t)$n$ * $bytes$))\n"
		    "\t$refuse$\n");
	put_loop_head(c, op, n, block);
	put_element(c, op->slots, op->level);
	codec_checks(c, op->slots);
	codec_slots(c, op->slots, "p");
	put_loop_end(c, block);
}

static void
put_body_elements(struct codec *c, const struct plan_op *op, const char *n)
{
	put_enter(c, op);
	put_loop_head(c, op, n, true);
	put_ops(c, op->body, false);
	put_loop_end(c, true);
	put_leave(c, op);
}

/* Elements at `first`; returns whether the function has returned. */
static bool
put_elements(struct codec *c, const struct plan_op *op, const char *first,
    const char *n, bool last)
{
	struct emit *e = c->e;

	switch (op->elements) {
	case PLAN_ELEMENTS_BULK:
		codec_call(c, JOIN(c->way == PLAN_PUT ? "oxdr_put_array" :
		    "oxdr_get_array", op->bytes == 4 ? "32_at" : "64_at",
		    c->way == PLAN_PUT ? "(w,\vp,\v" : "(r,\vp,\v", first,
		    ",\v", n, ")"), last);
		return last;
	case PLAN_ELEMENTS_RUN:
		put_run_elements(c, op, n);
		return false;
	default:
		put_body_elements(c, op, n);
		return false;
	}
}

static void
put_count(struct codec *c, const struct plan_op *op, const char *len,
    const char *val)
{
	struct emit *e = c->e;
	const char *type = ctype_safe(e, op->type);

	if (c->way == PLAN_PUT) {
		codec_call(c, JOIN("oxdr_put_count_at(w,\vp,\v", len, ",\v",
		    ctype_bound(e, op->decl), ",\v", val, ")"), false);
		return;
	}
	codec_call(c, JOIN("oxdr_get_elems_at(r,\vp,\varena,\v",
	    ctype_bound(e, op->decl), ",\v",
	    op->type->def && op->type->wire == IDLC_NAMED ?
	    JOIN(ctype_name(e, op->type), "_XDR_MIN") : emit_number(e, op->min),
	    ",\vsizeof(", type, "),\v_Alignof(", type, "),\v&", len,
	    ",\v&mem)"), false);
	out(c->o, VARS({ "val", val }), "$val$ = mem;\n");
}

static bool
put_array(struct codec *c, const struct plan_op *op, bool last)
{
	struct emit *e = c->e;
	const char *len, *val;

	if (op->kind == PLAN_ARRAY) {
		val = emit_array(e, op->value);
		return put_elements(c, op, val, emit_number(e, op->count),
		    last);
	}
	len = emit_len(e, op->value, op->decl);
	val = emit_val(e, op->value, op->decl);
	put_count(c, op, len, val);
	return put_elements(c, op, val, len, last);
}

/* ---- Optionals ---------------------------------------------------------- */

/* Takes memory for what the pointer at `at` is to point to. */
static void
put_take(struct codec *c, const struct plan_op *op, const char *at)
{
	struct emit *e = c->e;

	out(c->o, VARS({ "at", at }, { "type", ctype_safe(e, op->type) },
	    { "take", c->nodes ? "oxdr_nodes_take(&nodes,\vr," :
		"oxdr_take(r," }),
	    "$at$ = $take$\varena,\vsizeof(*$at$),\v"
	    "_Alignof($type$));\n"
	    "if (!$at$)\n"
	    "\treturn oxdr_get_no_memory(r, p,\varena,\vsizeof(*$at$));\n");
}

/* The pointer; parenthesized where `*` would come before an operator. */
static void
put_optional(struct codec *c, const struct plan_op *op, bool last)
{
	struct emit *e = c->e;
	const char *at = emit_value(e, op->value);
	bool flat = last;

	if (c->way == PLAN_GET)
		out(c->o, VARS({ "at", at }), "$at$ = NULL;\n");
	out(c->o, VARS({ "there", c->way == PLAN_PUT ? at : "word" }),
	    flat ? "if (!$there$)\n\treturn p;\n" : "if ($there$) {\n");
	out_indent(c->o, !flat);
	if (c->way == PLAN_GET)
		put_take(c, op, at);
	put_enter(c, op);
	put_ops(c, op->body, last && !op->counted);
	put_leave(c, op);
	if (last && op->counted)
		codec_return(c);
	out_indent(c->o, -(int)!flat);
	if (!flat)
		out(c->o, NULL, "}\n");
}

/* The next node of a list: once more from the start, with v there. */
static void
put_next(struct codec *c, const struct plan_op *op)
{
	const char *at = emit_value(c->e, op->value);
	bool put = c->way == PLAN_PUT;

	out(c->o, VARS({ "there", put ? at : "word" },
	    { "open", put ? "" : " {" }), "if (!$there$)$open$\n");
	out_indent(c->o, 1);
	if (!put)
		out(c->o, VARS({ "at", at }), "$at$ = NULL;\n");
	codec_return(c);
	out_indent(c->o, -1);
	if (!put) {
		out(c->o, NULL, "}\n");
		put_take(c, op, at);
	}
	out(c->o, VARS({ "at", at }), "v = $at$;\n");
	if (c->in_arm)
		out(c->o, NULL, "continue;\n");
}

/* ---- Switches ----------------------------------------------------------- */

enum { CHAIN_MAX = 8 };	/* labels; above, the compiler knows better */

static const char *
number_text(struct emit *e, int64_t number)
{
	if (number < 0)
		return number == INT32_MIN ? "INT32_MIN" :
		    JOIN("-", emit_number(e, (uint64_t)-number));
	return emit_constant(e, (uint64_t)number);
}

/* The name of a constant, or its number where the functions' own variables
 * hide it. */
static const char *
constant_text(struct emit *e, const char *name, int64_t number)
{
	return cname_is_local(name) ? number_text(e, number) :
	    cname_global(e->names, name);
}

static const char *
label_text(struct emit *e, const struct idlc_label *label)
{
	const struct idlc_value *v = &label->value;

	if (v->ref && v->text)
		return constant_text(e, v->text, label->number);
	if (v->text && v->text[0] == '\'')
		return v->text;
	return number_text(e, label->number);
}

/* "v->kind == CIRCLE || v->kind == DISC"; a bool is its own condition. */
static const char *
arm_condition(struct codec *c, const struct plan_op *op,
    const struct plan_arm *arm)
{
	struct emit *e = c->e;
	const char *disc = emit_value(e, op->value);
	const char *text = "";
	struct idlc_decl plain = { .type = *op->type, .shape = IDLC_PLAIN };
	bool truth = plan_resolve(&plain)->type.wire == IDLC_BOOL;

	for (const struct idlc_label *l = arm->labels; l; l = l->next) {
		const char *or = text[0] ? " ||\v" : "";

		if (truth)
			text = JOIN(text, or, l->number ? "" : "!", disc);
		else
			text = JOIN(text, or, disc, " == ", label_text(e, l));
	}
	return text;
}

static bool
is_one_line(const struct codec *c, const struct plan_op *body)
{
	if (!body)
		return true;
	if (body->next)
		return false;
	switch (body->kind) {
	case PLAN_CALL:
		return has_cursor(body->def) &&
		    (c->way == PLAN_PUT || !body->secret);
	case PLAN_STRING:
	case PLAN_OPAQUE_VAR:
	case PLAN_OPAQUE:
		return true;
	default:
		return false;
	}
}

static void
put_arm(struct codec *c, const struct plan_arm *arm)
{
	bool in_arm = c->in_arm;

	c->in_arm = true;
	put_ops(c, arm->body, true);
	c->in_arm = in_arm;
}

static void
put_other(struct codec *c, const struct plan_op *op)
{
	if (op->other)
		put_arm(c, op->other);
	else
		out(c->o, VARS({ "refuse", codec_refuse(c, "OXDR_E_UNION") }),
		    "$refuse$\n");
}

static void
put_chain(struct codec *c, const struct plan_op *op)
{
	for (const struct plan_arm *a = op->arms; a; a = a->next) {
		bool block = !is_one_line(c, a->body);

		out(c->o, VARS({ "if", arm_condition(c, op, a) },
		    { "open", block ? " {" : "" }), "if ($if$)$open$\n");
		out_indent(c->o, 1);
		put_arm(c, a);
		out_indent(c->o, -1);
		if (block)
			out(c->o, NULL, "}\n");
	}
	put_other(c, op);
}

static void
put_switch(struct codec *c, const struct plan_op *op)
{
	struct emit *e = c->e;

	if (op->n_labels <= CHAIN_MAX) {
		put_chain(c, op);
		return;
	}
	out(c->o, VARS({ "disc", emit_value(e, op->value) }),
	    "switch ($disc$) {\n");
	for (const struct plan_arm *a = op->arms; a; a = a->next) {
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			out(c->o, VARS({ "label", label_text(e, l) }),
			    "case $label$:\n");
		out_indent(c->o, 1);
		put_arm(c, a);
		out_indent(c->o, -1);
	}
	out(c->o, NULL, "default:\n");
	out_indent(c->o, 1);
	put_other(c, op);
	out_indent(c->o, -1);
	out(c->o, NULL, "}\n");
}

/* ---- Operations --------------------------------------------------------- */

/* Strings and opaques that are more than a store. */
static const char *
bytes_call(struct codec *c, const struct plan_op *op)
{
	struct emit *e = c->e;
	bool put = c->way == PLAN_PUT;
	const char *kind = op->kind == PLAN_STRING ? "string" :
	    op->kind == PLAN_OPAQUE ? "opaque" :
	    op->secret && !put ? "opaque" : "opaque_var";
	const char *start = JOIN(put ? "oxdr_put_" : "oxdr_get_", kind,
	    op->secret && !put && op->kind != PLAN_OPAQUE ? "_secret" : "",
	    c->flat ? "" : "_at", put ? "(w,\v" : "(r,\v",
	    c->flat ? "" : "p,\v");

	if (op->kind == PLAN_OPAQUE)
		return JOIN(start, emit_array(e, op->value), ",\v",
		    emit_number(e, op->count), ")");
	if (op->kind == PLAN_STRING && put)
		return JOIN(start, emit_value(e, op->value), ",\v",
		    ctype_bound(e, op->decl), ")");
	if (op->kind == PLAN_STRING)
		return JOIN(start, "arena,\v", ctype_bound(e, op->decl),
		    ",\v", emit_address(e, op->value, NULL), ")");
	if (put)
		return JOIN(start, emit_val(e, op->value, op->decl), ",\v",
		    emit_len(e, op->value, op->decl), ",\v",
		    ctype_bound(e, op->decl), ")");
	return JOIN(start, "arena,\v", ctype_bound(e, op->decl), ",\v&",
	    emit_val(e, op->value, op->decl), ",\v&",
	    emit_len(e, op->value, op->decl), ")");
}

/* One operation; returns whether every way through it returns. */
static bool
put_op(struct codec *c, const struct plan_op *op, bool last)
{
	switch (op->kind) {
	case PLAN_RUN:
		return codec_run(c, op, last);
	case PLAN_STRING:
	case PLAN_OPAQUE_VAR:
	case PLAN_OPAQUE:
		codec_call(c, bytes_call(c, op), last);
		return last;
	case PLAN_ARRAY:
	case PLAN_ARRAY_VAR:
		return put_array(c, op, last);
	case PLAN_CALL:
		put_call(c, op, last);
		return last;
	case PLAN_OPTIONAL:
		put_optional(c, op, last);
		return last;
	case PLAN_NEXT:
		put_next(c, op);
		return true;
	default:
		put_switch(c, op);
		return true;
	}
}

static void
put_ops(struct codec *c, const struct plan_op *ops, bool tail)
{
	bool returned = false;

	for (const struct plan_op *op = ops; op; op = op->next)
		returned = put_op(c, op, tail && !op->next);
	if (tail && !returned)
		codec_return(c);
}

/* ---- Functions ---------------------------------------------------------- */

/* Is the function but one operation? */
static bool
is_flat(const struct plan_body *body)
{
	if (!body->ops)
		return true;
	return !body->ops->next && (body->ops->kind == PLAN_RUN ||
	    body->ops->kind == PLAN_STRING ||
	    body->ops->kind == PLAN_OPAQUE_VAR);
}

static void
put_function(struct codec *c, const struct plan_body *body)
{
	out(c->o, NULL, "{\n");
	out_indent(c->o, 1);
	codec_declare(c, body);
	if (c->uses.secret)
		out(c->o, NULL, c->way == PLAN_PUT ?
		    "oxdr_writer_mark_secret(w);\n" :
		    "oxdr_arena_mark_secret(arena);\n");
	if (body->loops) {
		out(c->o, NULL, "for (;;) {\n");
		out_indent(c->o, 1);
	}
	put_ops(c, body->ops, true);
	if (body->loops) {
		out_indent(c->o, -1);
		out(c->o, NULL, "}\n");
	}
	out_indent(c->o, -1);
	out(c->o, NULL, "}\n\n");
}

/* The head of a function that takes and gives p and has the parameter v. */
static void
put_cursor_head(struct codec *c, const char *name, const char *v,
    bool prototype)
{
	out(c->o, VARS({ "name", name }, { "v", v },
	    { "nl", prototype ? " " : "\n" }, { "end", prototype ? ";" : "" }),
	    c->way == PLAN_PUT ?
	    "static inline uint8_t *$nl$$name$(struct oxdr_writer *w,\v"
	    "uint8_t *p,\v$v$)$end$\n" :
	    "static inline const uint8_t *$nl$$name$(struct oxdr_reader *r,\v"
	    "const uint8_t *p,\vstruct oxdr_arena *arena,\v$v$)$end$\n");
}

/* The parameter v of a definition's functions. */
static const char *
def_param(const struct codec *c, const struct idlc_def *def)
{
	struct emit *e = c->e;

	return JOIN(c->way == PLAN_PUT ? "const " : "",
	    emit_param_type(e, def), "v");
}

/* Prototypes of functions that stand further down. */
static void
put_prototypes(struct codec *c, const struct plan_op *ops)
{
	struct emit *e = c->e;

	for (const struct plan_op *op = ops; op; op = op->next) {
		const char *name;

		put_prototypes(c, op->body);
		for (const struct plan_arm *a = op->arms; a; a = a->next)
			put_prototypes(c, a->body);
		if (op->kind == PLAN_SWITCH && op->other)
			put_prototypes(c, op->other->body);
		if (op->kind != PLAN_CALL || !has_cursor(op->def))
			continue;
		name = JOIN(cname_def(e->names, op->def), c->way == PLAN_PUT ?
		    "_xdr_put_at" : "_xdr_get_at");
		if (cname_once(e->names, name)) {
			put_cursor_head(c, name, def_param(c, op->def), true);
			out(c->o, NULL, "\n");
		}
	}
}

/* The function that takes and gives p, with what it needs before it. */
static void
put_cursor_function(struct codec *c, const char *name, const char *v,
    const struct plan_body *body)
{
	cname_once(c->e->names, name);
	put_prototypes(c, body->ops);
	put_cursor_head(c, name, v, false);
	put_function(c, body);
}

/* Is the function one run of loads and stores?  It tells the compiler that
 * message and value are apart. */
static bool
is_run(const struct codec *c, const struct plan_body *body)
{
	return c->flat && body->ops && body->ops->kind == PLAN_RUN &&
	    body->ops->slots && body->ops->slots->next;
}

/*
 * The body of a function around the one that takes and gives p.  What memory
 * decoding takes is limited by the bytes that are left.
 */
static void
put_thin(struct codec *c, const char *at, const char *v,
    const struct plan_facts *facts)
{
	uint32_t ratio = plan_ratio(facts);

	out(c->o, VARS({ "at", at }, { "v", v },
	    { "ratio", emit_constant(c->e, ratio) }), c->way == PLAN_PUT ?
	    "{\n"
	    "\treturn oxdr_put_end(w,\v$at$(w, w->at, $v$));\n"
	    "}\n\n" : ratio == 0 ?
	    "{\n"
	    "\treturn oxdr_get_end(r,\v$at$(r, r->at,\varena, $v$));\n"
	    "}\n\n" :
	    "{\n"
	    "\tsize_t aside = oxdr_get_start(r, $ratio$);\n"
	    "\n"
	    "\treturn oxdr_get_finish(r, aside,\v"
	    "$at$(r, r->at,\varena, $v$));\n"
	    "}\n\n");
}

static void
put_way(struct emit *e, struct out *o, const struct idlc_def *def,
    enum plan_way way)
{
	struct codec c = { .e = e, .o = o, .way = way, .def = def };
	const char *name = cname_def(e->names, def);
	const char *type = emit_param_type(e, def);
	const char *at;
	struct plan_body body;

	if (plan_body(e->plan, def, way, &e->scratch, &body))
		exit(2);
	c.flat = plan_is_short(def) && is_flat(&body);
	c.nodes = body.nodes && way == PLAN_GET;
	at = JOIN(name, way == PLAN_PUT ? "_xdr_put_at" : "_xdr_get_at");
	if (!c.flat)
		put_cursor_function(&c, at, def_param(&c, def), &body);
	out(o, VARS({ "name", name }, { "type", type },
	    { "alone", is_run(&c, &body) ? "restrict " : "" }),
	    way == PLAN_PUT ?
	    "int\n"
	    "$name$_xdr_put(struct oxdr_writer *$alone$w,\v"
	    "const $type$$alone$v)\n" :
	    "int\n"
	    "$name$_xdr_get(struct oxdr_reader *$alone$r,\v"
	    "struct oxdr_arena *arena,\v$type$$alone$v)\n");
	if (c.flat)
		put_function(&c, &body);
	else
		put_thin(&c, at, "v", plan_type(def));
}

/* Is every value from the least to the most declared? */
static bool
is_contiguous(const struct idlc_def *def, const struct idlc_enumerator **first,
    const struct idlc_enumerator **last)
{
	*first = *last = def->is.enumerators;
	for (const struct idlc_enumerator *n = def->is.enumerators->next; n;
	    n = n->next) {
		if (n->value == (*last)->value)
			continue;
		if ((int64_t)n->value - 1 != (*last)->value)
			return false;
		*last = n;
	}
	return true;
}

static bool
seen_before(const struct idlc_def *def, const struct idlc_enumerator *it)
{
	for (const struct idlc_enumerator *n = def->is.enumerators; n != it;
	    n = n->next)
		if (n->value == it->value)
			return true;
	return false;
}

static void
put_enum_has(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);
	const struct idlc_enumerator *first, *last;

	out(o, VARS({ "name", name }),
	    "/* Is the value declared? */\n"
	    "static int\n"
	    "$name$_xdr_has(int32_t value)\n"
	    "{\n");
	out_indent(o, 1);
	if (is_contiguous(def, &first, &last)) {
		out(o, VARS({ "first", constant_text(e, first->name,
			first->value) },
		    { "last", constant_text(e, last->name, last->value) }),
		    first == last ? "return value == $first$;\n" :
		    "return value >= $first$ &&\vvalue <= $last$;\n");
	} else {
		out(o, NULL, "switch (value) {\n");
		for (const struct idlc_enumerator *n = def->is.enumerators; n;
		    n = n->next)
			if (!seen_before(def, n))
				out(o, VARS({ "name", constant_text(e, n->name,
				    n->value) }), "case $name$:\n");
		out(o, NULL, "\treturn 1;\ndefault:\n\treturn 0;\n}\n");
	}
	out_indent(o, -1);
	out(o, NULL, "}\n\n");
}

void
emit_codec(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);

	if (def->kind == IDLC_ENUM && !def->doc->open)
		put_enum_has(e, o, def);
	put_way(e, o, def, PLAN_PUT);
	put_way(e, o, def, PLAN_GET);
	out(o, VARS({ "name", name }, { "type", emit_param_type(e, def) }),
	    "size_t\n"
	    "$name$_xdr_size(const $type$v)\n"
	    "{\n"
	    "\treturn oxdr_value_size(&$name$_xdr_type, v);\n"
	    "}\n"
	    "\n");
	if (def->kind != IDLC_ENUM)
		return;
	out(o, VARS({ "name", name }, { "enum", ctype_safe_def(e, def) }),
	    "const char *\n"
	    "$name$_xdr_name($enum$ value)\n"
	    "{\n"
	    "\treturn oxdr_enum_name(&$name$_xdr_type,\v(int32_t)value);\n"
	    "}\n"
	    "\n"
	    "int\n"
	    "$name$_xdr_from_name(const char *text,\v$enum$ *value)\n"
	    "{\n"
	    "\tint32_t number;\n"
	    "\tint error = oxdr_enum_value(&$name$_xdr_type,\vtext,\v&number);\n"
	    "\n"
	    "\tif (!error)\n"
	    "\t\t*value = ($enum$)number;\n"
	    "\treturn error;\n"
	    "}\n"
	    "\n");
}

/* One way of emit_decl_codec. */
static void
put_decl_way(struct codec *c, const char *name, const char *type,
    const struct idlc_decl *decl)
{
	struct emit *e = c->e;
	bool put = c->way == PLAN_PUT;
	struct plan_facts facts;
	struct plan_body body;

	plan_decl(e->plan, decl, &facts);
	if (plan_decl_body(e->plan, decl, c->way, &e->scratch, &body))
		exit(2);
	c->flat = is_flat(&body);
	c->first = NULL;
	if (!c->flat)
		put_cursor_function(c, JOIN(name, "_at"), JOIN(type,
		    put ? "const *v" : "*v"), &body);
	out(c->o, VARS({ "name", name }), put ?
	    "static int\n"
	    "$name$(struct oxdr_writer *w,\vconst void *value)\n" :
	    "static int\n"
	    "$name$(struct oxdr_reader *r,\vstruct oxdr_arena *arena,"
	    "\vvoid *out)\n");
	c->first = JOIN(type, put ? "const *v = value;\n" : "*v = out;\n");
	if (c->flat)
		put_function(c, &body);
	else
		put_thin(c, JOIN(name, "_at"), put ? "value" : "out", &facts);
}

void
emit_decl_codec(struct emit *e, struct out *o, const char *put,
    const char *get, const struct idlc_decl *decl)
{
	struct codec c = { .e = e, .o = o };
	const char *type = ctype_value(e, decl);
	size_t n = 0;

	while (type[n])
		n++;
	type = JOIN(type, type[n - 1] == '*' ? "" : " ");
	for (c.way = PLAN_PUT; c.way <= PLAN_GET; c.way++)
		put_decl_way(&c, c.way == PLAN_PUT ? put : get, type, decl);
}
