/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A schema as JSON.  One small writer keeps track of commas and indentation;
 * the rest names what <idlc/idl.h> holds, in its order, leaving out what has
 * its usual value.
 */
#include <idlc/dump.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct json {
	idlc_write_fn *write;
	void *ctx;
	int result;
	unsigned depth;
	bool comma;
};

static void
put(struct json *j, const char *text, size_t n)
{
	if (j->result == 0)
		j->result = j->write(j->ctx, text, n);
}

static void
put_text(struct json *j, const char *text)
{
	put(j, text, strlen(text));
}

static void
put_string(struct json *j, const char *text)
{
	const char *start = text;
	char escape[8];

	put_text(j, "\"");
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		put(j, start, (size_t)(text - start));
		start = text + 1;
		if (c == '\n')
			put_text(j, "\\n");
		else if (c < 0x20) {
			snprintf(escape, sizeof(escape), "\\u%04x", c);
			put_text(j, escape);
		} else {
			escape[0] = '\\';
			escape[1] = (char)c;
			put(j, escape, 2);
		}
	}
	put(j, start, (size_t)(text - start));
	put_text(j, "\"");
}

static void
line(struct json *j)
{
	put_text(j, j->comma ? ",\n" : "\n");
	for (unsigned i = 0; i < j->depth; i++)
		put_text(j, "  ");
	j->comma = true;
}

static void
key(struct json *j, const char *name)
{
	line(j);
	put_string(j, name);
	put_text(j, ": ");
}

/* Opens an object or array; key NULL: an element. */
static void
open(struct json *j, const char *name, const char *bracket)
{
	if (name)
		key(j, name);
	else if (j->depth)
		line(j);
	put_text(j, bracket);
	j->depth++;
	j->comma = false;
}

static void
close(struct json *j, const char *bracket)
{
	bool any = j->comma;

	j->depth--;
	j->comma = false;
	if (any)
		line(j);
	put_text(j, bracket);
	j->comma = true;
}

static void
text(struct json *j, const char *name, const char *value)
{
	if (!value)
		return;
	key(j, name);
	put_string(j, value);
}

static void
number(struct json *j, const char *name, bool negative, uint64_t magnitude)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%s%" PRIu64, negative ? "-" : "",
	    magnitude);
	key(j, name);
	put_text(j, buf);
}

static void
flag(struct json *j, const char *name, bool value)
{
	if (!value)
		return;
	key(j, name);
	put_text(j, "true");
}

/* ---- The parts of a schema ------------------------------------------------ */

static void
position(struct json *j, const struct idlc_pos *pos)
{
	char buf[64];

	if (!pos->file)
		return;
	snprintf(buf, sizeof(buf), "%u:%u", (unsigned)pos->line,
	    (unsigned)pos->column);
	key(j, "at");
	put_string(j, buf);
}

static void
doc(struct json *j, const struct idlc_doc *d)
{
	text(j, "doc", d->text);
	flag(j, "idempotent", d->idempotent);
	flag(j, "oneway", d->oneway);
	flag(j, "open", d->open);
	flag(j, "secret", d->secret);
	text(j, "deprecated", d->deprecated);
	if (d->deadline_ns)
		number(j, "deadline_ns", false, d->deadline_ns);
	if (d->has_max)
		number(j, "max", false, d->max);
	text(j, "http_method", d->http_method);
	text(j, "http_path", d->http_path);
}

static void
value(struct json *j, const char *name, const struct idlc_value *v)
{
	if (!v->text)
		return;
	open(j, name, "{");
	text(j, "text", v->text);
	if (!v->is_string && !v->unknown)
		number(j, "number", v->negative, v->magnitude);
	flag(j, "unknown", v->unknown);
	text(j, "of", v->ref ? v->ref->name : NULL);
	close(j, "}");
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

	text(j, "type", base_name(t->base));
	if (t->base == IDLC_NAMED)
		text(j, "name_of_type", t->def ? t->def->name : t->spelled);
	text(j, "keyword", words[t->keyword]);
	if (t->base == IDLC_NAMED && !t->def) {
		flag(j, "user", true);
		if (t->wire != t->base)
			text(j, "wire", base_name(t->wire));
	}
	text(j, "spelled", t->spelled);
}

static void
decl_body(struct json *j, const struct idlc_decl *d)
{
	static const char *const shapes[] = {
		NULL, "fixed", "variable", "optional"
	};

	text(j, "name", d->name);
	type(j, &d->type);
	text(j, "shape", shapes[d->shape]);
	if (d->shape == IDLC_FIXED || d->bounded)
		number(j, d->shape == IDLC_FIXED ? "size" : "max", false,
		    d->bound);
	value(j, "written", &d->size);
	doc(j, d->doc);
	position(j, &d->pos);
}

static void
decl(struct json *j, const char *name, const struct idlc_decl *d)
{
	open(j, name, "{");
	decl_body(j, d);
	close(j, "}");
}

static void
decls(struct json *j, const char *name, const struct idlc_decl *list)
{
	open(j, name, "[");
	for (; list; list = list->next)
		decl(j, NULL, list);
	close(j, "]");
}

static void
enumerators(struct json *j, const struct idlc_enumerator *list)
{
	open(j, "values", "[");
	for (; list; list = list->next) {
		open(j, NULL, "{");
		text(j, "name", list->name);
		number(j, "number", list->value < 0, list->value < 0 ?
		    0 - (uint64_t)list->value : (uint64_t)list->value);
		flag(j, "implicit", list->implicit);
		value(j, "written", &list->written);
		doc(j, list->doc);
		position(j, &list->pos);
		close(j, "}");
	}
	close(j, "]");
}

static void
labels(struct json *j, const struct idlc_label *list)
{
	open(j, "cases", "[");
	for (; list; list = list->next) {
		open(j, NULL, "{");
		number(j, "number", list->number < 0, list->number < 0 ?
		    0 - (uint64_t)list->number : (uint64_t)list->number);
		value(j, "written", &list->value);
		close(j, "}");
	}
	close(j, "]");
}

static void
body_union(struct json *j, const struct idlc_def *def)
{
	decl(j, "discriminant", &def->is.u.disc);
	open(j, "arms", "[");
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next) {
		open(j, NULL, "{");
		labels(j, a->labels);
		decl_body(j, a->decl);
		close(j, "}");
	}
	close(j, "]");
	if (def->is.u.other)
		decl(j, "default", def->is.u.other);
}

static void
procedure(struct json *j, const struct idlc_procedure *p)
{
	open(j, NULL, "{");
	text(j, "name", p->name);
	number(j, "number", false, p->number);
	value(j, "written", &p->written);
	decl(j, "result", &p->result);
	decls(j, "arguments", p->n_args ? p->args : NULL);
	doc(j, p->doc);
	position(j, &p->pos);
	close(j, "}");
}

static void
program(struct json *j, const struct idlc_def *def)
{
	number(j, "number", false, def->is.program.number);
	value(j, "written", &def->is.program.written);
	open(j, "versions", "[");
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next) {
		open(j, NULL, "{");
		text(j, "name", v->name);
		number(j, "number", false, v->number);
		value(j, "written", &v->written);
		doc(j, v->doc);
		open(j, "procedures", "[");
		for (const struct idlc_procedure *p = v->procedures; p;
		     p = p->next)
			procedure(j, p);
		close(j, "]");
		position(j, &v->pos);
		close(j, "}");
	}
	close(j, "]");
}

static void
def_flags(struct json *j, uint32_t flags)
{
	flag(j, "anonymous", flags & IDLC_DEF_ANONYMOUS);
	flag(j, "imported", flags & IDLC_DEF_IMPORTED);
	flag(j, "recursive", flags & IDLC_DEF_RECURSIVE);
	flag(j, "typedef_body", flags & IDLC_DEF_TYPEDEF_BODY);
	flag(j, "nothing", flags & IDLC_DEF_NOTHING);
	flag(j, "forward", flags & IDLC_DEF_FORWARD);
}

static void
definition(struct json *j, const struct idlc_def *def)
{
	static const char *const kinds[] = {
		"const", "enum", "struct", "union", "typedef", "program",
		"text"
	};

	open(j, NULL, "{");
	text(j, "kind", kinds[def->kind]);
	text(j, "name", def->name);
	def_flags(j, def->flags);
	switch (def->kind) {
	case IDLC_CONST: value(j, "value", &def->is.value); break;
	case IDLC_ENUM: enumerators(j, def->is.enumerators); break;
	case IDLC_STRUCT: decls(j, "members", def->is.members); break;
	case IDLC_UNION: body_union(j, def); break;
	case IDLC_TYPEDEF: decl(j, "alias", &def->is.alias); break;
	case IDLC_PROGRAM: program(j, def); break;
	case IDLC_TEXT: text(j, "text", def->is.text); break;
	}
	doc(j, def->doc);
	text(j, "file", def->pos.file);
	position(j, &def->pos);
	close(j, "}");
}

int
idlc_dump_schema(const struct idlc_schema *schema, idlc_write_fn *write,
    void *ctx)
{
	struct json j = { .write = write, .ctx = ctx };

	open(&j, NULL, "{");
	number(&j, "idl_json", false, 1);
	text(&j, "file", schema->file);
	flag(&j, "uses_output_symbols", schema->uses_output_symbols);
	doc(&j, schema->doc);
	open(&j, "definitions", "[");
	for (const struct idlc_def *d = schema->defs; d; d = d->next)
		definition(&j, d);
	close(&j, "]");
	close(&j, "}");
	put_text(&j, "\n");
	return j.result;
}
