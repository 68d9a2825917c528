/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A schema as JSON.  Names what <idlc/idl.h> holds, in its order, and leaves
 * out what has its usual value.
 */
#include <idlc/dump.h>

#include <stdio.h>

#include "idlc/front/json.h"

/* ---- The parts of a schema ------------------------------------------------ */

static void
position(struct json *j, const struct idlc_pos *pos)
{
	char buf[64];

	if (!pos->file)
		return;
	snprintf(buf, sizeof(buf), "%u:%u", (unsigned)pos->line,
	    (unsigned)pos->column);
	idlc_i_json_text(j, "at", buf);
}

static void
doc(struct json *j, const struct idlc_doc *d)
{
	idlc_i_json_text(j, "doc", d->text);
	idlc_i_json_flag(j, "idempotent", d->idempotent);
	idlc_i_json_flag(j, "oneway", d->oneway);
	idlc_i_json_flag(j, "open", d->open);
	idlc_i_json_flag(j, "secret", d->secret);
	idlc_i_json_text(j, "deprecated", d->deprecated);
	if (d->deadline_ns)
		idlc_i_json_number(j, "deadline_ns", false, d->deadline_ns);
	if (d->has_max)
		idlc_i_json_number(j, "max", false, d->max);
	idlc_i_json_text(j, "http_method", d->http_method);
	idlc_i_json_text(j, "http_path", d->http_path);
}

static void
value(struct json *j, const char *name, const struct idlc_value *v)
{
	if (!v->text)
		return;
	idlc_i_json_open(j, name, "{");
	idlc_i_json_text(j, "text", v->text);
	if (!v->is_string && !v->unknown)
		idlc_i_json_number(j, "number", v->negative, v->magnitude);
	idlc_i_json_flag(j, "unknown", v->unknown);
	idlc_i_json_text(j, "of", v->ref ? v->ref->name : NULL);
	idlc_i_json_close(j, "}");
}

static const char *
base_name(enum idlc_base base)
{
	static const char *const names[] = {
		"void", "int", "unsigned int", "hyper", "unsigned hyper",
		"char", "unsigned char", "short", "unsigned short", "long",
		"unsigned long", "float", "double", "quadruple", "bool",
		"string", "opaque", "named"
	};

	return names[base];
}

static void
type(struct json *j, const struct idlc_type *t)
{
	static const char *const words[] = { NULL, "struct", "union", "enum" };

	idlc_i_json_text(j, "type", base_name(t->base));
	if (t->base == IDLC_NAMED)
		idlc_i_json_text(j, "name_of_type", t->def ? t->def->name : t->spelled);
	idlc_i_json_text(j, "keyword", words[t->keyword]);
	if (t->base == IDLC_NAMED && !t->def) {
		idlc_i_json_flag(j, "user", true);
		if (t->wire != t->base)
			idlc_i_json_text(j, "wire", base_name(t->wire));
	}
	idlc_i_json_text(j, "spelled", t->spelled);
}

static void
decl_body(struct json *j, const struct idlc_decl *d)
{
	static const char *const shapes[] = {
		NULL, "fixed", "variable", "optional"
	};

	idlc_i_json_text(j, "name", d->name);
	type(j, &d->type);
	idlc_i_json_text(j, "shape", shapes[d->shape]);
	if (d->shape == IDLC_FIXED || d->bounded)
		idlc_i_json_number(j, d->shape == IDLC_FIXED ? "size" : "max", false,
		    d->bound);
	value(j, "written", &d->size);
	doc(j, d->doc);
	position(j, &d->pos);
}

static void
decl(struct json *j, const char *name, const struct idlc_decl *d)
{
	idlc_i_json_open(j, name, "{");
	decl_body(j, d);
	idlc_i_json_close(j, "}");
}

static void
decls(struct json *j, const char *name, const struct idlc_decl *list)
{
	idlc_i_json_open(j, name, "[");
	for (; list; list = list->next)
		decl(j, NULL, list);
	idlc_i_json_close(j, "]");
}

static void
enumerators(struct json *j, const struct idlc_enumerator *list)
{
	idlc_i_json_open(j, "values", "[");
	for (; list; list = list->next) {
		idlc_i_json_open(j, NULL, "{");
		idlc_i_json_text(j, "name", list->name);
		idlc_i_json_number(j, "number", list->value < 0, list->value < 0 ?
		    0 - (uint64_t)list->value : (uint64_t)list->value);
		idlc_i_json_flag(j, "implicit", list->implicit);
		value(j, "written", &list->written);
		doc(j, list->doc);
		position(j, &list->pos);
		idlc_i_json_close(j, "}");
	}
	idlc_i_json_close(j, "]");
}

static void
labels(struct json *j, const struct idlc_label *list)
{
	idlc_i_json_open(j, "cases", "[");
	for (; list; list = list->next) {
		idlc_i_json_open(j, NULL, "{");
		idlc_i_json_number(j, "number", list->number < 0, list->number < 0 ?
		    0 - (uint64_t)list->number : (uint64_t)list->number);
		value(j, "written", &list->value);
		idlc_i_json_close(j, "}");
	}
	idlc_i_json_close(j, "]");
}

static void
body_union(struct json *j, const struct idlc_def *def)
{
	decl(j, "discriminant", &def->is.u.disc);
	idlc_i_json_open(j, "arms", "[");
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next) {
		idlc_i_json_open(j, NULL, "{");
		labels(j, a->labels);
		decl_body(j, a->decl);
		idlc_i_json_close(j, "}");
	}
	idlc_i_json_close(j, "]");
	if (def->is.u.other)
		decl(j, "default", def->is.u.other);
}

static void
procedure(struct json *j, const struct idlc_procedure *p)
{
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_text(j, "name", p->name);
	idlc_i_json_number(j, "number", false, p->number);
	value(j, "written", &p->written);
	decl(j, "result", &p->result);
	decls(j, "arguments", p->n_args ? p->args : NULL);
	doc(j, p->doc);
	position(j, &p->pos);
	idlc_i_json_close(j, "}");
}

static void
program(struct json *j, const struct idlc_def *def)
{
	idlc_i_json_number(j, "number", false, def->is.program.number);
	value(j, "written", &def->is.program.written);
	idlc_i_json_open(j, "versions", "[");
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next) {
		idlc_i_json_open(j, NULL, "{");
		idlc_i_json_text(j, "name", v->name);
		idlc_i_json_number(j, "number", false, v->number);
		value(j, "written", &v->written);
		doc(j, v->doc);
		idlc_i_json_open(j, "procedures", "[");
		for (const struct idlc_procedure *p = v->procedures; p;
		     p = p->next)
			procedure(j, p);
		idlc_i_json_close(j, "]");
		position(j, &v->pos);
		idlc_i_json_close(j, "}");
	}
	idlc_i_json_close(j, "]");
}

static void
def_flags(struct json *j, uint32_t flags)
{
	idlc_i_json_flag(j, "anonymous", flags & IDLC_DEF_ANONYMOUS);
	idlc_i_json_flag(j, "imported", flags & IDLC_DEF_IMPORTED);
	idlc_i_json_flag(j, "recursive", flags & IDLC_DEF_RECURSIVE);
	idlc_i_json_flag(j, "typedef_body", flags & IDLC_DEF_TYPEDEF_BODY);
	idlc_i_json_flag(j, "nothing", flags & IDLC_DEF_NOTHING);
	idlc_i_json_flag(j, "forward", flags & IDLC_DEF_FORWARD);
}

static void
definition(struct json *j, const struct idlc_def *def)
{
	static const char *const kinds[] = {
		"const", "enum", "struct", "union", "typedef", "program",
		"text"
	};

	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_text(j, "kind", kinds[def->kind]);
	idlc_i_json_text(j, "name", def->name);
	def_flags(j, def->flags);
	switch (def->kind) {
	case IDLC_CONST: value(j, "value", &def->is.value); break;
	case IDLC_ENUM: enumerators(j, def->is.enumerators); break;
	case IDLC_STRUCT: decls(j, "members", def->is.members); break;
	case IDLC_UNION: body_union(j, def); break;
	case IDLC_TYPEDEF: decl(j, "alias", &def->is.alias); break;
	case IDLC_PROGRAM: program(j, def); break;
	case IDLC_TEXT: idlc_i_json_text(j, "text", def->is.text); break;
	}
	doc(j, def->doc);
	idlc_i_json_text(j, "file", def->pos.file);
	position(j, &def->pos);
	idlc_i_json_close(j, "}");
}

int
idlc_dump_schema(const struct idlc_schema *schema, idlc_write_fn *write,
    void *ctx)
{
	struct json j = { .write = write, .ctx = ctx };

	idlc_i_json_open(&j, NULL, "{");
	idlc_i_json_number(&j, "idl_json", false, 1);
	idlc_i_json_text(&j, "file", schema->file);
	idlc_i_json_flag(&j, "uses_output_symbols", schema->uses_output_symbols);
	doc(&j, schema->doc);
	idlc_i_json_open(&j, "definitions", "[");
	for (const struct idlc_def *d = schema->defs; d; d = d->next)
		definition(&j, d);
	idlc_i_json_close(&j, "]");
	idlc_i_json_close(&j, "}");
	idlc_i_json_raw(&j, "\n");
	return j.result;
}
