/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs: fixed bytes with one bounds check, then plain stores or loads; and
 * the variables that a function needs for them.
 */
#include "idlc/emit/codec.h"

/* ---- Checks before a store ---------------------------------------------- */

/* Is the enum's value declared?  Another file's enum is asked by its table. */
static const char *
enum_has(struct emit *e, const struct idlc_def *def, const char *at)
{
	const char *name = cname_def(e->names, def);

	if (def->flags & IDLC_DEF_IMPORTED)
		return JOIN("oxdr_enum_has(&", name, "_xdr_type,\v(int32_t)", at,
		    ")");
	return JOIN(name, "_xdr_has((int32_t)", at, ")");
}

static bool
is_checked(const struct plan_slot *slot)
{
	return slot->kind == PLAN_WIDE || (slot->kind == PLAN_ENUM &&
	    slot->def && !slot->def->doc->open);
}

static void
put_check(struct codec *c, const struct plan_slot *slot)
{
	struct emit *e = c->e;
	const char *at = emit_value(e, slot->value);

	if (slot->kind == PLAN_ENUM)
		out(c->o, VARS({ "has", enum_has(e, slot->def, at) },
		    { "refuse", codec_refuse(c, "OXDR_E_ENUM") }),
		    "if (!$has$)\n"
		    "\t$refuse$\n");
	else
		out(c->o, VARS({ "at", at },
		    { "refuse", codec_refuse(c, "OXDR_E_RANGE") }),
		    slot->wire == OXDR_INT ?
		    "if ($at$ < INT32_MIN ||\v$at$ > INT32_MAX)\n"
		    "\t$refuse$\n" :
		    "if ($at$ > UINT32_MAX)\n"
		    "\t$refuse$\n");
}

void
codec_checks(struct codec *c, const struct plan_slot *slots)
{
	if (c->way == PLAN_GET)
		return;
	for (const struct plan_slot *s = slots; s; s = s->next)
		if (is_checked(s))
			put_check(c, s);
}

/* ---- Stores and loads --------------------------------------------------- */

/* The part of a store's name that says the wire form. */
static const char *
wire_name(const struct plan_slot *slot)
{
	switch (slot->wire) {
	case OXDR_UINT:
		return "u32";
	case OXDR_HYPER:
		return "i64";
	case OXDR_UHYPER:
		return "u64";
	case OXDR_FLOAT:
		return "float";
	case OXDR_DOUBLE:
		return "double";
	case OXDR_QUADRUPLE:
		return "quad";
	default:
		return "i32";
	}
}

/* The value as oxdr_store_* and oxdr_put_* take it. */
static const char *
stored(struct emit *e, const struct plan_slot *slot)
{
	const char *at = emit_value(e, slot->value);

	switch (slot->kind) {
	case PLAN_ENUM:
		return JOIN("(int32_t)", at);
	case PLAN_WIDE:
		return JOIN(slot->wire == OXDR_INT ? "(int32_t)" :
		    "(uint32_t)", at);
	case PLAN_BOOL:
		return slot->c_size == 1 ? at : JOIN(at, " != 0");
	case PLAN_WORD:
		return JOIN(at, " != NULL");
	default:
		return at;
	}
}

static void
put_store(struct codec *c, const struct plan_slot *slot, const char *base)
{
	struct emit *e = c->e;
	bool truth = slot->kind == PLAN_BOOL || slot->kind == PLAN_WORD;

	out(c->o, VARS({ "base", base }, { "at", NUM(slot->at) },
	    { "wire", truth ? "u32" : wire_name(slot) },
	    { "value", stored(e, slot) }),
	    "oxdr_store_$wire$($base$ + $at$,\v$value$);\n");
}

/* The drop-in dialect has a type of its own for these 16 bytes. */
static void
put_quad(struct codec *c, const struct plan_slot *slot, const char *base)
{
	struct emit *e = c->e;
	const char *wire = JOIN(base, " + ", emit_number(e, slot->at));
	const char *at = JOIN("&", emit_value(e, slot->value));
	bool put = c->way == PLAN_PUT;

	out(c->o, VARS({ "to", put ? wire : at }, { "from", put ? at : wire }),
	    "memcpy($to$,\v$from$,\v16);\n");
}

static void
put_load(struct codec *c, const struct plan_slot *slot, const char *base)
{
	struct emit *e = c->e;
	const char *cast = slot->kind == PLAN_ENUM || slot->kind == PLAN_WIDE ?
	    JOIN("(", ctype_safe(e, slot->type), ")") : "";
	const char *at = emit_value(e, slot->value);

	out(c->o, VARS({ "base", base }, { "n", NUM(slot->at) },
	    { "wire", wire_name(slot) }, { "cast", cast }, { "at", at }),
	    "$at$ = $cast$oxdr_load_$wire$($base$ + $n$);\n");
	if (slot->kind == PLAN_ENUM && is_checked(slot))
		out(c->o, VARS({ "has", enum_has(e, slot->def, at) },
		    { "refuse", codec_refuse(c, "OXDR_E_ENUM") }),
		    "if (oxdr_bad_enum(r,\v$has$))\n"
		    "\t$refuse$\n");
}

/* A bool, or the word that says whether an optional is there, as most nodes
 * of a list are. */
static void
put_load_truth(struct codec *c, const struct plan_slot *slot,
    const char *base)
{
	out(c->o, VARS({ "base", base }, { "n", NUM(slot->at) },
	    { "mostly", slot->kind == PLAN_WORD ? "word != 1 &&\v" : "" },
	    { "refuse", codec_refuse(c, "OXDR_E_BOOL") }),
	    "word = oxdr_load_u32($base$ + $n$);\n"
	    "if ($mostly$oxdr_bad_bool(r, &word))\n"
	    "\t$refuse$\n");
	if (slot->kind == PLAN_BOOL)
		out(c->o, VARS({ "at", emit_value(c->e, slot->value) }),
		    "$at$ = word != 0;\n");
}

static void
put_load_narrow(struct codec *c, const struct plan_slot *slot,
    const char *base)
{
	struct emit *e = c->e;
	bool is_signed = slot->wire == OXDR_INT;
	const char *bits = emit_number(e, slot->c_size * 8);

	out(c->o, VARS({ "base", base }, { "n", NUM(slot->at) },
	    { "bits", bits }, { "type", ctype_safe(e, slot->type) },
	    { "at", emit_value(e, slot->value) },
	    { "refuse", codec_refuse(c, "OXDR_E_RANGE") }), is_signed ?
	    "number = oxdr_load_i32($base$ + $n$);\n"
	    "if (number < INT$bits$_MIN ||\vnumber > INT$bits$_MAX)\n"
	    "\t$refuse$\n"
	    "$at$ = ($type$)number;\n" :
	    "word = oxdr_load_u32($base$ + $n$);\n"
	    "if (word > UINT$bits$_MAX)\n"
	    "\t$refuse$\n"
	    "$at$ = ($type$)word;\n");
}

/* Opaque bytes; what pads them must be zero. */
static void
put_bytes(struct codec *c, const struct plan_slot *slot, const char *base)
{
	struct emit *e = c->e;
	uint32_t end = slot->at + slot->count;
	uint32_t stop = (end + 3) & ~(uint32_t)3;
	const char *bad = "";

	if (c->way == PLAN_PUT) {
		out(c->o, VARS({ "base", base }, { "n", NUM(slot->at) },
		    { "at", emit_array(e, slot->value) },
		    { "count", NUM(slot->count) }),
		    "oxdr_store_opaque($base$ + $n$,\v$at$,\v$count$);\n");
		return;
	}
	out(c->o, VARS({ "base", base }, { "n", NUM(slot->at) },
	    { "at", emit_array(e, slot->value) },
	    { "count", NUM(slot->count) }),
	    "memcpy($at$,\v$base$ + $n$,\v$count$);\n");
	if (end == stop)
		return;
	for (uint32_t i = end; i < stop; i++)
		bad = JOIN(bad, bad[0] ? " | " : "", base, "[",
		    emit_number(e, i), "]");
	out(c->o, VARS({ "bad", bad },
	    { "open", stop - end > 1 ? "(" : "" },
	    { "close", stop - end > 1 ? ")" : "" },
	    { "refuse", codec_refuse(c, "OXDR_E_PADDING") }),
	    "if ($open$$bad$$close$ &&\v"
	    "!(r->flags & OXDR_READER_ANY_PADDING))\n"
	    "\t$refuse$\n");
}

static void
put_bulk(struct codec *c, const struct plan_slot *slot, const char *base)
{
	struct emit *e = c->e;
	const char *wire = JOIN(base, " + ", emit_number(e, slot->at));
	const char *value = emit_array(e, slot->value);
	bool put = c->way == PLAN_PUT;

	out(c->o, VARS({ "bits", slot->c_size == 4 ? "32" : "64" },
	    { "to", put ? wire : value }, { "from", put ? value : wire },
	    { "count", NUM(slot->count) }),
	    "oxdr_swap$bits$($to$,\v$from$,\v$count$);\n");
}

/* The same of plain scalars: a loop of one line. */
static void
put_repeat_scalar(struct codec *c, const struct plan_slot *slot,
    const char *base)
{
	struct emit *e = c->e;
	const struct plan_slot *s = slot->body;
	const char *i = emit_index(e, slot->level);
	const char *value = emit_value(e, s->value);
	const char *start = slot->at == 0 ? base :
	    JOIN(base, " + ", emit_number(e, slot->at));

	out(c->o, VARS({ "i", i }, { "n", NUM(slot->count) },
	    { "at", JOIN(start, " + ", i, " * ", emit_number(e,
		slot->stride)) },
	    { "wire", wire_name(s) }, { "value", value }),
	    c->way == PLAN_PUT ?
	    "for (uint32_t $i$ = 0; $i$ < $n$; $i$++)\n"
	    "\toxdr_store_$wire$($at$,\v$value$);\n" :
	    "for (uint32_t $i$ = 0; $i$ < $n$; $i$++)\n"
	    "\t$value$ = oxdr_load_$wire$($at$);\n");
}

/* An array of few elements: a loop whose stores stand at fixed offsets from
 * the element's own base. */
static void
put_repeat(struct codec *c, const struct plan_slot *slot, const char *base)
{
	struct emit *e = c->e;
	const char *own = emit_base(e, slot->level);
	const struct plan_slot *s = slot->body;
	const struct plan_path *path = NULL;

	if (!s)
		return;
	if (!s->next && s->kind == PLAN_SCALAR &&
	    s->value->step == PLAN_INDEX && s->wire != OXDR_QUADRUPLE) {
		put_repeat_scalar(c, slot, base);
		return;
	}
	for (path = s->value; path; path = path->up)
		if (path->step == PLAN_ELEMENT && path->level == slot->level)
			break;
	out(c->o, VARS({ "i", emit_index(e, slot->level) },
	    { "n", NUM(slot->count) }, { "own", own }, { "base", base },
	    { "at", NUM(slot->at) }, { "stride", NUM(slot->stride) },
	    { "const", c->way == PLAN_PUT ? "" : "const " }),
	    "for (uint32_t $i$ = 0; $i$ < $n$; $i$++) {\n"
	    "\t$const$uint8_t *$own$ = $base$ + $at$ + $i$ * $stride$;\n");
	out_indent(c->o, 1);
	if (path)
		out(c->o, VARS({ "const", c->way == PLAN_PUT ? "const " : "" },
		    { "type", ctype_safe(e, &path->decl->type) },
		    { "e", emit_element(e, slot->level) },
		    { "at", emit_value(e, path->up) }),
		    "$const$$type$ *$e$ = &$at$;\n");
	out(c->o, NULL, "\n");
	codec_checks(c, s);
	codec_slots(c, s, own);
	out_indent(c->o, -1);
	out(c->o, NULL, "}\n");
}

void
codec_slots(struct codec *c, const struct plan_slot *slots, const char *base)
{
	for (const struct plan_slot *s = slots; s; s = s->next)
		switch (s->kind) {
		case PLAN_BYTES:
			put_bytes(c, s, base);
			break;
		case PLAN_BULK:
			put_bulk(c, s, base);
			break;
		case PLAN_REPEAT:
			put_repeat(c, s, base);
			break;
		case PLAN_BOOL:
		case PLAN_WORD:
			if (c->way == PLAN_GET) {
				put_load_truth(c, s, base);
				break;
			}
			put_store(c, s, base);
			break;
		case PLAN_NARROW:
			if (c->way == PLAN_GET) {
				put_load_narrow(c, s, base);
				break;
			}
			put_store(c, s, base);
			break;
		default:
			if (s->wire == OXDR_QUADRUPLE && c->e->classic)
				put_quad(c, s, base);
			else if (c->way == PLAN_GET)
				put_load(c, s, base);
			else
				put_store(c, s, base);
			break;
		}
}

/* ---- Runs --------------------------------------------------------------- */

/* A single value has a function that checks for itself. */
static bool
is_single(const struct codec *c, const struct plan_op *op)
{
	const struct plan_slot *s = op->slots;

	if (!c->flat || !s || s->next || s->wire == OXDR_QUADRUPLE)
		return false;
	if (s->kind == PLAN_SCALAR)
		return true;
	return c->way == PLAN_PUT && (s->kind == PLAN_ENUM ||
	    s->kind == PLAN_BOOL || s->kind == PLAN_WORD ||
	    s->kind == PLAN_NARROW || s->kind == PLAN_WIDE);
}

static const char *
single_call(struct codec *c, const struct plan_slot *slot)
{
	struct emit *e = c->e;

	if (c->way == PLAN_GET)
		return JOIN("oxdr_get_", wire_name(slot), "(r,\v",
		    emit_address(e, slot->value, NULL), ")");
	return JOIN("oxdr_put_", slot->kind == PLAN_BOOL ||
	    slot->kind == PLAN_WORD ? "bool" : wire_name(slot), "(w,\v",
	    stored(e, slot), ")");
}

/*
 * A function that is one run.  What goes on after a slow path would have to
 * be kept from the start, so the slow path does all: it puts by the table.
 */
static void
put_flat_run(struct codec *c, const struct plan_op *op)
{
	bool put = c->way == PLAN_PUT;

	if (put && c->def)
		out(c->o, VARS({ "bytes", NUM(op->bytes) },
		    { "name", cname_def(c->e->names, c->def) }),
		    "if (oxdr_lacks_room(w, p, $bytes$))\n"
		    "\treturn oxdr_put_value(w, &$name$_xdr_type, v);\n");
	else
		out(c->o, VARS({ "bytes", NUM(op->bytes) }), put ?
		    "p = oxdr_room(w, p, $bytes$);\n"
		    "if (!p)\n"
		    "\treturn oxdr_writer_error(w);\n" :
		    "if (oxdr_lacks(r, p, $bytes$))\n"
		    "\treturn -OXDR_E_SHORT;\n");
	if (put)
		out(c->o, VARS({ "bytes", NUM(op->bytes) }),
		    "w->at = p + $bytes$;\n");
	codec_slots(c, op->slots, "p");
	if (!put)
		out(c->o, VARS({ "bytes", NUM(op->bytes) }),
		    "r->at = p + $bytes$;\n");
	out(c->o, NULL, "return 0;\n");
}

bool
codec_run(struct codec *c, const struct plan_op *op, bool last)
{
	codec_checks(c, op->slots);
	if (is_single(c, op)) {
		codec_call(c, single_call(c, op->slots), true);
		return true;
	}
	if (c->flat) {
		put_flat_run(c, op);
		return true;
	}
	out(c->o, VARS({ "bytes", NUM(op->bytes) }), c->way == PLAN_PUT ?
	    "p = oxdr_room(w, p, $bytes$);\n"
	    "if (!p)\n"
	    "\treturn NULL;\n" :
	    "if (oxdr_lacks(r, p, $bytes$))\n"
	    "\treturn oxdr_get_refuse(r, p, OXDR_E_SHORT);\n");
	codec_slots(c, op->slots, "p");
	out(c->o, VARS({ "bytes", NUM(op->bytes) }), last ?
	    "return p + $bytes$;\n" : "p += $bytes$;\n");
	return last;
}

/* ---- Variables ---------------------------------------------------------- */

static void
slots_use(const struct codec *c, const struct plan_slot *slots,
    struct codec_uses *uses)
{
	for (const struct plan_slot *s = slots; s; s = s->next) {
		uses->value = true;
		if (c->way == PLAN_PUT) {
			slots_use(c, s->body, uses);
			continue;
		}
		uses->word |= s->kind == PLAN_BOOL || s->kind == PLAN_WORD ||
		    (s->kind == PLAN_NARROW && s->wire == OXDR_UINT);
		uses->number |= s->kind == PLAN_NARROW &&
		    s->wire == OXDR_INT;
		slots_use(c, s->body, uses);
	}
}

static void ops_use(const struct codec *c, const struct plan_op *ops,
    struct codec_uses *uses);

static void
op_use(const struct codec *c, const struct plan_op *op,
    struct codec_uses *uses)
{
	uses->value = true;
	uses->secret |= op->secret;
	uses->bytes |= op->kind == PLAN_RUN && !is_single(c, op);
	uses->mem |= op->kind == PLAN_ARRAY_VAR;
	uses->flags |= op->kind == PLAN_CALL && op->secret;
	uses->arena |= op->kind != PLAN_RUN && op->kind != PLAN_ARRAY &&
	    op->kind != PLAN_OPAQUE && op->kind != PLAN_SWITCH;
	slots_use(c, op->slots, uses);
	ops_use(c, op->body, uses);
	for (const struct plan_arm *a = op->arms; a; a = a->next)
		ops_use(c, a->body, uses);
	if (op->other)
		ops_use(c, op->other->body, uses);
}

static void
ops_use(const struct codec *c, const struct plan_op *ops,
    struct codec_uses *uses)
{
	for (const struct plan_op *op = ops; op; op = op->next)
		op_use(c, op, uses);
}

/* The variables' declarations; returns whether there are any. */
static bool
declare_variables(struct codec *c)
{
	const struct codec_uses *uses = &c->uses;
	bool put = c->way == PLAN_PUT;
	bool own_p = c->flat && uses->bytes;

	if (c->first)
		out(c->o, VARS({ "first", c->first }), "$first$");
	if (c->nodes)
		out(c->o, NULL,
		    "struct oxdr_nodes nodes = oxdr_nodes_start(r, arena);\n");
	if (own_p)
		out(c->o, NULL, put ? "uint8_t *p = w->at;\n" :
		    "const uint8_t *p = r->at;\n");
	if (put)
		return c->first || own_p;
	if (uses->word)
		out(c->o, NULL, "uint32_t word;\n");
	if (uses->number)
		out(c->o, NULL, "int32_t number;\n");
	if (uses->flags)
		out(c->o, NULL, "uint32_t flags;\n");
	if (uses->mem)
		out(c->o, NULL, "void *mem;\n");
	return c->first || c->nodes || own_p || uses->word || uses->number ||
	    uses->flags || uses->mem;
}

void
codec_declare(struct codec *c, const struct plan_body *body)
{
	struct codec_uses *uses = &c->uses;
	bool put = c->way == PLAN_PUT;

	*uses = (struct codec_uses){ .bytes = false };
	ops_use(c, body->ops, uses);
	if (declare_variables(c))
		out(c->o, NULL, "\n");
	if (!uses->value)
		out(c->o, NULL, put ? "(void)w;\n(void)v;\n" :
		    "(void)r;\n(void)v;\n");
	if (!put && !uses->arena && !uses->secret)
		out(c->o, NULL, "(void)arena;\n");
}
