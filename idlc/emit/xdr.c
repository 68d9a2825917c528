/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NAME_xdr.c: for each type its table and its put and get; for each program
 * its descriptor.
 */
#include "idlc/emit/emit.h"
#include "idlc/emit/program.h"

#include <stdlib.h>
#include <string.h>

/* ---- Descriptors -------------------------------------------------------- */

/* How one argument or result is named in the descriptor's file. */
struct wire {
	const char *table;	/* "&operands_xdr_type"; NULL: void */
	const char *put;
	const char *get;
};

/* A name for what has no definition: "string_xdr_16", "int32_t_xdr". */
static const char *
anonymous_name(struct emit *e, const struct idlc_decl *decl)
{
	if (decl->shape == IDLC_OPTIONAL)
		return JOIN(ctype_name(e, &decl->type), "_xdr_optional");
	if (decl->shape == IDLC_VARIABLE)
		return decl->bounded ? JOIN("string_xdr_", emit_number(e,
		    decl->bound)) : "string_xdr";
	return JOIN(strcmp(ctype_name(e, &decl->type), "struct oxdr_quad") ?
	    ctype_name(e, &decl->type) : "oxdr_quad", "_xdr");
}

static struct wire
wire_of_def(struct emit *e, struct out *o, const struct idlc_def *def)
{
	const char *name = cname_def(e->names, def);
	struct wire wire = {
		JOIN("&", name, "_xdr_type"), JOIN(name, "_xdr_put_any"),
		JOIN(name, "_xdr_get_any"),
	};

	if (cname_once(e->names, wire.put))
		out(o, VARS({ "name", name },
		    { "cast", program_rows_cast(e, def) }),
		    "static int\n"
		    "$name$_xdr_put_any(struct oxdr_writer *w,\v"
		    "const void *value)\n"
		    "{\n"
		    "\treturn $name$_xdr_put(w, $cast$value);\n"
		    "}\n"
		    "\n"
		    "static int\n"
		    "$name$_xdr_get_any(struct oxdr_reader *r,\v"
		    "struct oxdr_arena *arena,\vvoid *out)\n"
		    "{\n"
		    "\treturn $name$_xdr_get(r, arena, out);\n"
		    "}\n"
		    "\n");
	return wire;
}

static struct wire
wire_of(struct emit *e, struct out *o, const struct idlc_decl *decl)
{
	struct wire wire = { NULL, NULL, NULL };
	const char *name, *own;

	if (decl->type.wire == IDLC_VOID && decl->shape == IDLC_PLAIN)
		return wire;
	if (decl->shape == IDLC_PLAIN && decl->type.wire == IDLC_NAMED)
		return wire_of_def(e, o, decl->type.def);
	name = anonymous_name(e, decl);
	own = JOIN(name, "_type");
	wire.put = JOIN(name, "_put_any");
	wire.get = JOIN(name, "_get_any");
	wire.table = emit_table_of(e, own, decl);
	if (cname_once(e->names, wire.put)) {
		emit_decl_table(e, o, own, decl);
		emit_decl_codec(e, o, wire.put, wire.get, decl);
	}
	return wire;
}

/* A text as a C string literal. */
static const char *
literal(struct emit *e, const char *text)
{
	static const char digits[] = "01234567";
	size_t n = strlen(text), at = 0;
	char *copy = oxdr_arena_take(&e->scratch, n * 4 + 3, 1);

	if (!copy)
		exit(2);
	copy[at++] = '"';
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\' || c == '?') {
			copy[at++] = '\\';
			copy[at++] = (char)c;
		} else if (c == '\n') {
			copy[at++] = '\\';
			copy[at++] = 'n';
		} else if (c < 32 || c == 127) {
			copy[at++] = '\\';
			copy[at++] = digits[c >> 6];
			copy[at++] = digits[c >> 3 & 7];
			copy[at++] = digits[c & 7];
		} else {
			copy[at++] = (char)c;
		}
	}
	copy[at++] = '"';
	copy[at] = '\0';
	return copy;
}

static const char *
proc_flags(struct emit *e, const struct idlc_procedure *proc)
{
	const struct idlc_doc *doc = proc->doc;
	struct plan_facts facts;
	const char *text = "";
	bool secret;

	plan_decl(e->plan, &proc->result, &facts);
	secret = facts.flags & PLAN_SECRET;
	for (const struct idlc_decl *a = proc->args; a; a = a->next) {
		plan_decl(e->plan, a, &facts);
		secret = secret || facts.flags & PLAN_SECRET;
	}
	if (doc->idempotent)
		text = JOIN(text, " | ORPC_PROC_IDEMPOTENT");
	if (doc->oneway)
		text = JOIN(text, " | ORPC_PROC_ONEWAY");
	if (secret)
		text = JOIN(text, " | ORPC_PROC_SECRET");
	if (doc->deprecated)
		text = JOIN(text, " | ORPC_PROC_DEPRECATED");
	return text[0] ? text + 3 : NULL;
}

static bool
has_arg_names(const struct idlc_procedure *proc)
{
	return proc->n_args > 1 || (proc->n_args == 1 && proc->args->name);
}

static void
put_arg_names(struct emit *e, struct out *o, const char *name,
    const struct idlc_procedure *proc)
{
	if (!has_arg_names(proc))
		return;
	out(o, VARS({ "name", name }),
	    "static const char *const $name$_names[] = {\n");
	for (const struct idlc_decl *a = proc->args; a; a = a->next)
		out(o, VARS({ "arg", a->name ? a->name :
		    program_arg_name(e, proc, a) }), "\t\"$arg$\",\n");
	out(o, NULL, "\tNULL,\n};\n\n");
}

static void
put_field(struct out *o, const char *field, const char *value)
{
	if (value)
		out(o, VARS({ "field", field }, { "value", value }),
		    "\t\t.$field$ =\v$value$,\n");
}

static void
put_proc(struct emit *e, struct out *o, const char *name,
    const struct idlc_procedure *proc, const struct wire *arg,
    const struct wire *res)
{
	out(o, NULL, "\t{\n");
	put_field(o, "number", emit_constant(e, proc->number));
	put_field(o, "flags", proc_flags(e, proc));
	put_field(o, "name", JOIN("\"", proc->name, "\""));
	put_field(o, "doc", proc->doc->text ? literal(e, proc->doc->text) :
	    NULL);
	put_field(o, "deadline_ns", proc->doc->deadline_ns ?
	    JOIN("UINT64_C(", emit_number(e, proc->doc->deadline_ns), ")") :
	    NULL);
	put_field(o, "arg", arg->table);
	put_field(o, "res", res->table);
	put_field(o, "put_arg", arg->put);
	put_field(o, "get_arg", arg->get);
	put_field(o, "put_res", res->put);
	put_field(o, "get_res", res->get);
	put_field(o, "arg_names", has_arg_names(proc) ? JOIN(name, "_names") :
	    NULL);
	out(o, NULL, "\t},\n");
}

static void
put_program(struct emit *e, struct out *o, const char *name,
    const struct idlc_def *program, const struct idlc_version *version)
{
	const struct idlc_doc *doc = version->doc->text ? version->doc :
	    program->doc;

	out(o, VARS({ "name", name }, { "program", program->name },
	    { "version", version->name },
	    { "n", NUM(version->n_procedures) },
	    { "number", emit_constant(e, program->is.program.number) },
	    { "vers", emit_constant(e, version->number) },
	    { "doc", doc->text ? JOIN("\t.doc =\v", literal(e, doc->text),
		",\n") : "" }),
	    "const struct orpc_program $name$_program = {\n"
	    "\t.name = \"$program$\",\n"
	    "\t.version_name = \"$version$\",\n"
	    "\t.number = $number$,\n"
	    "\t.version = $vers$,\n"
	    "\t.procs = $name$_procs,\n"
	    "\t.n_procs = $n$,\n"
	    "$doc$"
	    "};\n"
	    "\n");
}

static void
put_descriptor(struct emit *e, struct out *o, const struct idlc_def *program,
    const struct idlc_version *version)
{
	const char *name = cname_version(e->names, program, version);
	const struct idlc_procedure **procs = program_sorted(version);
	struct wire *wires = calloc(version->n_procedures * 2 + 1,
	    sizeof(*wires));
	size_t n = version->n_procedures;

	if (!wires)
		exit(2);
	for (size_t i = 0; i < n; i++) {
		const struct idlc_def *args = program_args(e, program,
		    version, procs[i]);

		if (args) {
			emit_table(e, o, args);
			emit_codec(e, o, args);
			wires[2 * i] = wire_of_def(e, o, args);
		} else {
			wires[2 * i] = wire_of(e, o, procs[i]->args);
		}
		wires[2 * i + 1] = wire_of(e, o, &procs[i]->result);
		put_arg_names(e, o, cname_procedure(e->names, program,
		    version, procs[i]), procs[i]);
	}
	out(o, VARS({ "name", name }),
	    "static const struct orpc_proc $name$_procs[] = {\n");
	for (size_t i = 0; i < n; i++)
		put_proc(e, o, cname_procedure(e->names, program, version,
		    procs[i]), procs[i], &wires[2 * i], &wires[2 * i + 1]);
	out(o, NULL, "};\n\n");
	put_program(e, o, name, program, version);
	free(wires);
	free(procs);
}

/* ---- The file ----------------------------------------------------------- */

void
emit_xdr(struct emit *e, struct out *o)
{
	emit_banner(e, o);
	out(o, VARS({ "stem", e->stem }, { "orpc", e->classic ? "_orpc" : "" }),
	    "#include \"$stem$$orpc$.h\"\n"
	    "\n"
	    "#include <string.h>\n"
	    "\n");
	for (const struct idlc_def *d = e->schema->defs; d; d = d->next) {
		if (d->kind == IDLC_TEXT && e->has_text)
			emit_text(o, d);
		if (!emit_is_type(d))
			continue;
		emit_table(e, o, d);
		emit_codec(e, o, d);
		oxdr_arena_reset(&e->scratch);
	}
	program_each(e, o, put_descriptor);
}
