/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Type tables as C: `const struct oxdr_type T_xdr_type` and what it refers
 * to.  Sizes and offsets are the C compiler's own.
 */
#include <stdlib.h>
#include <string.h>

#include "idlc/emit/emit.h"
#include "idlc/emit/program.h"

/* ---- References --------------------------------------------------------- */

/* The library's table of a scalar whose C type is the native dialect's. */
static const char *
plain_table(enum oxdr_kind wire, uint32_t c_size)
{
	switch (wire) {
	case OXDR_INT:
		return c_size == 1 ? "&oxdr_type_int8" : c_size == 2 ?
		    "&oxdr_type_int16" : "&oxdr_type_int32";
	case OXDR_UINT:
		return c_size == 1 ? "&oxdr_type_uint8" : c_size == 2 ?
		    "&oxdr_type_uint16" : "&oxdr_type_uint32";
	case OXDR_HYPER:
		return "&oxdr_type_int64";
	case OXDR_UHYPER:
		return "&oxdr_type_uint64";
	case OXDR_FLOAT:
		return "&oxdr_type_float";
	case OXDR_DOUBLE:
		return "&oxdr_type_double";
	case OXDR_QUADRUPLE:
		return "&oxdr_type_quad";
	case OXDR_BOOL:
		return "&oxdr_type_bool";
	default:
		return "&oxdr_type_void";
	}
}

/* Address of the table of a type-specifier. */
static const char *
type_table(struct emit *e, const struct idlc_type *type)
{
	const char *kind, *name;
	enum oxdr_kind wire;
	uint32_t c_size;

	if (type->wire == IDLC_NAMED)
		return JOIN("&", cname_def(e->names, type->def), "_xdr_type");
	wire = plan_scalar(e->plan, type->wire, &c_size);
	if ((wire == OXDR_BOOL && c_size != 1) ||
	    ((wire == OXDR_INT || wire == OXDR_UINT) && c_size == 8)) {
		kind = wire == OXDR_BOOL ? "BOOL" : wire == OXDR_INT ? "INT" :
		    "UINT";
		name = ctype_name(e, type);
		return JOIN("&(const struct oxdr_type){\v.kind = OXDR_", kind,
		    ",\v.align = _Alignof(", name, "),\v"
		    ".flags = OXDR_TYPE_FLAT,\v.size = sizeof(", name,
		    "),\v.wire_min = 4,\v.wire_max = 4 }");
	}
	return plain_table(wire, c_size);
}

/* Has the declaration a table of its own, or does it use its type's? */
static bool
has_table(const struct idlc_decl *decl)
{
	if (decl->shape == IDLC_PLAIN)
		return false;
	return decl->shape != IDLC_VARIABLE ||
	    decl->type.wire != IDLC_STRING || decl->bounded;
}

static const char *
decl_table(struct emit *e, const char *own, const struct idlc_decl *decl)
{
	if (has_table(decl))
		return JOIN("&", own);
	if (decl->shape == IDLC_VARIABLE)
		return "&oxdr_type_string";
	return type_table(e, &decl->type);
}

/* ---- Flags -------------------------------------------------------------- */

static const char *
flags_text(struct emit *e, uint32_t flags, const struct idlc_doc *doc)
{
	const char *text = "";

	if (flags & PLAN_FLAT)
		text = JOIN(text, " | OXDR_TYPE_FLAT");
	if (flags & PLAN_RECURSIVE)
		text = JOIN(text, " | OXDR_TYPE_RECURSIVE");
	if (flags & PLAN_LIST)
		text = JOIN(text, " | OXDR_TYPE_LIST");
	if (flags & PLAN_SECRET)
		text = JOIN(text, " | OXDR_TYPE_SECRET");
	if (doc && doc->open)
		text = JOIN(text, " | OXDR_TYPE_OPEN");
	if (doc && doc->deprecated)
		text = JOIN(text, " | OXDR_TYPE_DEPRECATED");
	return text[0] ? text + 3 : "0";
}

/* "\t.flags = ...,\n"; nothing where there are none. */
static const char *
flags_line(struct emit *e, uint32_t flags, const struct idlc_doc *doc)
{
	const char *text = flags_text(e, flags, doc);

	return text[0] == '0' ? "" : JOIN("\t.flags = ", text, ",\n");
}

static const char *
member_flags(struct emit *e, const struct idlc_decl *decl)
{
	const struct idlc_doc *doc = decl->doc;

	return flags_text(e, doc && doc->secret ? PLAN_SECRET : 0, doc);
}

/* ---- A declaration's table ---------------------------------------------- */

struct shape {
	const char *kind;
	const char *size;
	const char *align;
	const char *extra;
};

static struct shape
shape_of(struct emit *e, const struct idlc_decl *decl)
{
	bool opaque = decl->type.wire == IDLC_OPAQUE;
	const char *type = decl->type.wire == IDLC_STRING ? "char *" :
	    ctype_name(e, &decl->type);
	const char *elem = opaque || decl->type.wire == IDLC_STRING ? "" :
	    JOIN("\t.elem = ", type_table(e, &decl->type), ",\n");
	const char *count = emit_constant(e, decl->bound);
	const char *space = type[strlen(type) - 1] == '*' ? "" : " ";

	switch (decl->shape) {
	case IDLC_FIXED:
		return (struct shape){ opaque ? "OPAQUE" : "ARRAY",
		    decl->bound == 0 ? "0" : JOIN("sizeof(", type, space, "[",
		    count, "])"), type,
		    JOIN("\t.count = ", count, ",\n", elem) };
	case IDLC_OPTIONAL:
		return (struct shape){ "OPTIONAL", JOIN("sizeof(", type, space,
		    "*)"), JOIN(type, space, "*"), elem };
	default:
		break;
	}
	if (decl->type.wire == IDLC_STRING)
		return (struct shape){ "STRING", "sizeof(char *)", "char *",
		    JOIN("\t.max = ", ctype_bound(e, decl), ",\n") };
	return (struct shape){ opaque ? "OPAQUE_VAR" : "ARRAY_VAR",
	    "sizeof(struct oxdr_var)", "struct oxdr_var",
	    JOIN("\t.max = ", ctype_bound(e, decl), ",\n", elem) };
}

/* ".ratio = ...," where decoding takes memory. */
static const char *
ratio_line(struct emit *e, const struct plan_facts *facts)
{
	uint32_t ratio = plan_ratio(facts);

	return ratio == 0 ? "" :
	    JOIN("\t.ratio = ", emit_constant(e, ratio), ",\n");
}

void
emit_decl_table(struct emit *e, struct out *o, const char *name,
    const struct idlc_decl *decl)
{
	struct shape shape;
	struct plan_facts facts;

	if (!has_table(decl))
		return;
	shape = shape_of(e, decl);
	plan_decl(e->plan, decl, &facts);
	out(o, VARS({ "name", name }, { "kind", shape.kind },
	    { "align", shape.align }, { "size", shape.size },
	    { "flags", flags_line(e, facts.flags & (PLAN_FLAT | PLAN_SECRET),
		NULL) },
	    { "extra", shape.extra },
	    { "min", emit_constant(e, facts.wire_min) },
	    { "max", emit_constant(e, facts.wire_max) },
	    { "ratio", ratio_line(e, &facts) }),
	    "static const struct oxdr_type $name$ = {\n"
	    "\t.kind = OXDR_$kind$,\n"
	    "\t.align = _Alignof($align$),\n"
	    "$flags$"
	    "\t.size = $size$,\n"
	    "$extra$"
	    "\t.wire_min = $min$,\n"
	    "\t.wire_max = $max$,\n"
	    "$ratio$"
	    "};\n"
	    "\n");
}

/* ---- A definition's table ----------------------------------------------- */

static const char *
member_table(struct emit *e, const struct idlc_def *def,
    const struct idlc_decl *decl)
{
	return JOIN(cname_def(e->names, def), "_xdr_type_", decl->name);
}

static void
put_member_table(struct emit *e, struct out *o, const struct idlc_def *def,
    const struct idlc_decl *decl)
{
	if (plan_has_member(e->plan, decl))
		emit_decl_table(e, o, member_table(e, def, decl), decl);
}

static void
put_member(struct emit *e, struct out *o, const struct idlc_def *def,
    const struct idlc_decl *decl)
{
	out(o, VARS({ "name", decl->name }, { "type", decl_table(e,
		member_table(e, def, decl), decl) },
	    { "owner", cname_def(e->names, def) },
	    { "member", cname_member(e->names, decl->name) },
	    { "flags", member_flags(e, decl) }),
	    "\t{ \"$name$\",\v$type$,\voffsetof($owner$, $member$),\v"
	    "$flags$ },\n");
}

/* The end of every table: what all have. */
static void
put_type(struct emit *e, struct out *o, const struct idlc_def *def,
    const char *kind, const char *extra)
{
	const struct plan_facts *facts = plan_type(def);

	out(o, VARS({ "name", cname_def(e->names, def) },
	    { "spelled", def->name }, { "kind", kind },
	    { "flags", flags_line(e, facts->flags, def->doc) },
	    { "extra", extra }, { "ratio", ratio_line(e, facts) }),
	    "const struct oxdr_type $name$_xdr_type = {\n"
	    "\t.name = \"$spelled$\",\n"
	    "\t.kind = OXDR_$kind$,\n"
	    "\t.align = _Alignof($name$),\n"
	    "$flags$"
	    "\t.size = sizeof($name$),\n"
	    "$extra$"
	    "\t.wire_min = $name$_XDR_MIN,\n"
	    "\t.wire_max = $name$_XDR_MAX,\n"
	    "$ratio$"
	    "};\n"
	    "\n");
}

static void
put_enum(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);
	unsigned n = 0;

	out(o, VARS({ "name", name }),
	    "static const struct oxdr_enumerator $name$_xdr_values[] = {\n");
	for (const struct idlc_enumerator *v = def->is.enumerators; v;
	    v = v->next, n++)
		out(o, VARS({ "name", v->name },
		    { "value", cname_global(e->names, v->name) }),
		    "\t{ \"$name$\",\v$value$ },\n");
	out(o, NULL, "};\n\n");
	put_type(e, o, def, "ENUM", JOIN("\t.n = ", emit_number(e, n),
	    ",\n\t.values = ", name, "_xdr_values,\n"));
}

static void
put_struct(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);
	unsigned n = 0;

	for (const struct idlc_decl *m = def->is.members; m; m = m->next) {
		put_member_table(e, o, def, m);
		n += plan_has_member(e->plan, m);
	}
	if (n == 0) {
		put_type(e, o, def, "STRUCT", "");
		return;
	}
	out(o, VARS({ "name", name }),
	    "static const struct oxdr_member $name$_xdr_members[] = {\n");
	for (const struct idlc_decl *m = def->is.members; m; m = m->next)
		if (plan_has_member(e->plan, m))
			put_member(e, o, def, m);
	out(o, NULL, "};\n\n");
	put_type(e, o, def, "STRUCT", JOIN("\t.n = ", emit_number(e, n),
	    ",\n\t.members = ", name, "_xdr_members,\n"));
}

/* ---- Unions ------------------------------------------------------------- */

struct entry {
	int64_t value;
	const struct idlc_label *label;
	const struct idlc_decl *decl;
};

static int
compare_entries(const void *a, const void *b)
{
	int64_t x = ((const struct entry *)a)->value;
	int64_t y = ((const struct entry *)b)->value;

	return (x > y) - (x < y);
}

/* One entry a label, sorted; the caller frees. */
static struct entry *
sorted_arms(const struct idlc_def *def, size_t *out_n)
{
	struct entry *entries;
	size_t n = 0, i = 0;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			n++;
	entries = calloc(n + 1, sizeof(*entries));
	if (!entries)
		exit(2);
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			entries[i++] = (struct entry){ l->number, l,
			    a->decl };
	qsort(entries, n, sizeof(*entries), compare_entries);
	*out_n = n;
	return entries;
}

static const char *
label_number(struct emit *e, int64_t number)
{
	if (number == INT32_MIN)
		return "INT32_MIN";
	return number < 0 ? JOIN("-", emit_number(e, (uint64_t)-number)) :
	    emit_constant(e, (uint64_t)number);
}

static void
put_arm(struct emit *e, struct out *o, const struct idlc_def *def,
    const struct idlc_decl *decl, const char *value)
{
	if (!plan_has_member(e->plan, decl)) {
		out(o, VARS({ "value", value }),
		    "{ NULL,\vNULL,\v$value$,\v0,\v0 }");
		return;
	}
	out(o, VARS({ "name", decl->name }, { "type", decl_table(e,
		member_table(e, def, decl), decl) },
	    { "owner", cname_def(e->names, def) }, { "union", def->name },
	    { "member", cname_member(e->names, decl->name) },
	    { "value", value }, { "flags", member_flags(e, decl) }),
	    "{ \"$name$\",\v$type$,\v$value$,\v"
	    "offsetof($owner$, $union$_u.$member$),\v$flags$ }");
}

static const char *
put_other(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);

	if (!def->is.u.other)
		return "";
	out(o, VARS({ "name", name }),
	    "static const struct oxdr_arm $name$_xdr_other =\n\t");
	put_arm(e, o, def, def->is.u.other, "0");
	out(o, NULL, ";\n\n");
	return JOIN("\t.other = &", name, "_xdr_other,\n");
}

static void
put_union(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);
	const struct idlc_decl *disc = &def->is.u.disc;
	const char *other;
	struct entry *entries;
	size_t n;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		put_member_table(e, o, def, a->decl);
	if (def->is.u.other)
		put_member_table(e, o, def, def->is.u.other);
	out(o, VARS({ "name", name }),
	    "static const struct oxdr_member $name$_xdr_disc[] = {\n");
	put_member(e, o, def, disc);
	out(o, VARS({ "name", name }),
	    "};\n"
	    "\n"
	    "static const struct oxdr_arm $name$_xdr_arms[] = {\n");
	entries = sorted_arms(def, &n);
	for (size_t i = 0; i < n; i++) {
		out(o, NULL, "\t");
		put_arm(e, o, def, entries[i].decl, label_number(e,
		    entries[i].value));
		out(o, NULL, ",\n");
	}
	free(entries);
	out(o, NULL, "};\n\n");
	other = put_other(e, o, def);
	put_type(e, o, def, "UNION", JOIN("\t.n = ", emit_number(e, n),
	    ",\n\t.elem = ", type_table(e, &disc->type), ",\n\t.members = ",
	    name, "_xdr_disc,\n\t.arms = ", name, "_xdr_arms,\n", other));
}

static void
put_alias(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const struct idlc_decl *alias = &def->is.alias;
	const char *own = JOIN(cname_def(e->names, def), "_xdr_alias");

	emit_decl_table(e, o, own, alias);
	put_type(e, o, def, "ALIAS", JOIN("\t.elem = ", decl_table(e, own,
	    alias), ",\n"));
}

void
emit_table(struct emit *e, struct out *o, const struct idlc_def *def)
{
	switch (def->kind) {
	case IDLC_ENUM:
		put_enum(e, o, def);
		break;
	case IDLC_STRUCT:
		put_struct(e, o, def);
		break;
	case IDLC_UNION:
		put_union(e, o, def);
		break;
	default:
		put_alias(e, o, def);
		break;
	}
}

const char *
emit_table_of(struct emit *e, const char *own, const struct idlc_decl *decl)
{
	return decl_table(e, own, decl);
}
