/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * C types and declarators.
 *
 * Inside definitions structs, unions and enums go by their tags: that works
 * before their typedef stands, and when a member has the name of its type.
 */
#include <string.h>

#include "idlc/emit/emit.h"

static const char *const native[] = {
	[IDLC_VOID] = "void",
	[IDLC_INT] = "int32_t", [IDLC_UINT] = "uint32_t",
	[IDLC_HYPER] = "int64_t", [IDLC_UHYPER] = "uint64_t",
	[IDLC_CHAR] = "int8_t", [IDLC_UCHAR] = "uint8_t",
	[IDLC_SHORT] = "int16_t", [IDLC_USHORT] = "uint16_t",
	[IDLC_LONG] = "int32_t", [IDLC_ULONG] = "uint32_t",
	[IDLC_FLOAT] = "float", [IDLC_DOUBLE] = "double",
	[IDLC_QUADRUPLE] = "struct oxdr_quad", [IDLC_BOOL] = "bool",
	[IDLC_STRING] = "char *", [IDLC_OPAQUE] = "char",
};

static const char *const classic[] = {
	[IDLC_VOID] = "void",
	[IDLC_INT] = "int", [IDLC_UINT] = "u_int",
	[IDLC_HYPER] = "quad_t", [IDLC_UHYPER] = "u_quad_t",
	[IDLC_CHAR] = "char", [IDLC_UCHAR] = "u_char",
	[IDLC_SHORT] = "short", [IDLC_USHORT] = "u_short",
	[IDLC_LONG] = "long", [IDLC_ULONG] = "u_long",
	[IDLC_FLOAT] = "float", [IDLC_DOUBLE] = "double",
	[IDLC_QUADRUPLE] = "quadruple", [IDLC_BOOL] = "bool_t",
	[IDLC_STRING] = "char *", [IDLC_OPAQUE] = "char",
};

static const char *
base_name(struct emit *e, enum idlc_base base)
{
	return e->classic ? classic[base] : native[base];
}

const char *
ctype_name(struct emit *e, const struct idlc_type *type)
{
	if (type->wire != IDLC_NAMED || !type->def)
		return base_name(e, type->wire);
	return cname_def(e->names, type->def);
}

/* { len, val } in C; as a typedef it has a tag of the same name. */
static bool
is_pair(const struct idlc_decl *decl)
{
	return decl->shape == IDLC_VARIABLE &&
	    decl->type.wire != IDLC_STRING;
}

const char *
ctype_tagged(struct emit *e, const struct idlc_type *type)
{
	const char *name = ctype_name(e, type);

	if (type->wire != IDLC_NAMED || !type->def)
		return name;
	switch (type->def->kind) {
	case IDLC_ENUM:
		return JOIN("enum ", name);
	case IDLC_STRUCT:
	case IDLC_UNION:
		return JOIN("struct ", name);
	default:
		return is_pair(&type->def->is.alias) && !e->classic ?
		    JOIN("struct ", name) : name;
	}
}

/* The part of an array type before its dimensions. */
static const char *
ctype_head(struct emit *e, const char *text, const char *dims)
{
	char *head = (char *)(uintptr_t)JOIN(text);

	head[dims - text] = '\0';
	return head;
}

static const char *
safe_alias(struct emit *e, const struct idlc_decl *decl,
    const struct idlc_def *def)
{
	const char *elem = decl->type.wire == IDLC_OPAQUE ? "char" :
	    ctype_safe(e, &decl->type);
	const char *dims = strchr(elem, '[');
	const char *size;

	switch (decl->shape) {
	case IDLC_FIXED:
		size = JOIN("[", decl->bound == 0 ? "1" :
		    emit_number(e, decl->bound), "]");
		if (!dims)
			return JOIN(elem, " ", size);
		/* Dimensions stand outermost first. */
		return JOIN(ctype_head(e, elem, dims), size, dims);
	case IDLC_OPTIONAL:
		return JOIN(elem, " *");
	case IDLC_VARIABLE:
		return decl->type.wire == IDLC_STRING ? "char *" :
		    e->classic ? cname_def(e->names, def) :
		    JOIN("struct ", cname_def(e->names, def));
	default:
		return elem;
	}
}

const char *
ctype_safe_def(struct emit *e, const struct idlc_def *def)
{
	struct idlc_type type = {
		.base = IDLC_NAMED, .wire = IDLC_NAMED, .def = def,
	};

	if (!cname_is_local(def->name))
		return cname_def(e->names, def);
	if (def->kind != IDLC_TYPEDEF)
		return ctype_tagged(e, &type);
	return safe_alias(e, &def->is.alias, def);
}

const char *
ctype_safe(struct emit *e, const struct idlc_type *type)
{
	if (type->wire != IDLC_NAMED || !type->def)
		return ctype_name(e, type);
	return ctype_safe_def(e, type->def);
}

/* The text of a value: a constant by its C name, unless a variable of the
 * functions hides it; a number as written. */
static const char *
value_text(struct emit *e, const struct idlc_value *value, uint64_t number)
{
	if (value->ref && value->text)
		return cname_is_local(value->text) ?
		    emit_constant(e, number) :
		    cname_global(e->names, value->text);
	if (!value->text || (value->text[0] != '0' &&
	    !(value->text[0] >= '1' && value->text[0] <= '9')))
		return emit_constant(e, number);
	return number <= INT32_MAX ? value->text : emit_constant(e, number);
}

const char *
ctype_bound(struct emit *e, const struct idlc_decl *decl)
{
	if (!decl->bounded && decl->shape == IDLC_VARIABLE)
		return "UINT32_MAX";
	return value_text(e, &decl->size, decl->bound);
}

/* "char *" and "int32_t *" take their name without a blank. */
static const char *
typed(struct emit *e, const char *type, const char *name)
{
	size_t n = strlen(type);

	return JOIN(type, n > 0 && type[n - 1] == '*' ? "" : " ", name);
}

static const char *
declare_pair(struct emit *e, const char *type, const char *name,
    const char *owner)
{
	const char *val = JOIN(owner, "_val");
	size_t n = strlen(type);

	return JOIN("struct {\n\tuint32_t ", owner, "_len;\n\t", type,
	    n > 0 && type[n - 1] == '*' ? "*" : " *", val, ";\n} ", name);
}

static const char *
declare_typed(struct emit *e, const struct idlc_decl *decl, const char *type,
    const char *name, const char *owner)
{
	switch (decl->shape) {
	case IDLC_FIXED:
		return JOIN(typed(e, type, name), "[", decl->bound == 0 ? "1" :
		    ctype_bound(e, decl), "]");
	case IDLC_OPTIONAL:
		return typed(e, JOIN(type, type[strlen(type) - 1] == '*' ?
		    "*" : " *"), name);
	case IDLC_VARIABLE:
		if (decl->type.wire == IDLC_STRING)
			return typed(e, "char *", name);
		return declare_pair(e, type, name, owner);
	default:
		return typed(e, type, name);
	}
}

const char *
ctype_declare(struct emit *e, const struct idlc_decl *decl, const char *name,
    const char *owner)
{
	return declare_typed(e, decl, ctype_tagged(e, &decl->type), name,
	    owner);
}

const char *
ctype_declare_resolved(struct emit *e, const struct idlc_decl *decl,
    const char *name, const char *owner)
{
	const struct idlc_decl *d;
	struct idlc_decl copy = *decl;
	struct idlc_decl plain = { .type = decl->type, .shape = IDLC_PLAIN };

	if (decl->shape == IDLC_PLAIN) {
		d = plan_resolve(decl);
		return is_pair(d) ? ctype_declare(e, decl, name, owner) :
		    ctype_declare(e, d, name, owner);
	}
	d = plan_resolve(&plain);
	if (d->shape == IDLC_OPTIONAL)
		return declare_typed(e, decl, JOIN(ctype_tagged(e, &d->type),
		    " *"), name, owner);
	if (d->shape == IDLC_VARIABLE && d->type.wire == IDLC_STRING)
		return declare_typed(e, decl, "char *", name, owner);
	if (d->shape != IDLC_PLAIN)
		return ctype_declare(e, decl, name, owner);
	copy.type = d->type;
	return ctype_declare(e, &copy, name, owner);
}

const char *
ctype_value(struct emit *e, const struct idlc_decl *decl)
{
	if (decl->shape == IDLC_OPTIONAL)
		return JOIN(ctype_name(e, &decl->type), " *");
	if (decl->shape == IDLC_VARIABLE)
		return "char *";
	return ctype_name(e, &decl->type);
}
