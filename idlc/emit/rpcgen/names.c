/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of a schema as the classic files spell them.
 *
 * The header makes macros of constants and of the numbers of programs,
 * versions and procedures.  Macros know no scope: a procedure called `close`
 * would rewrite every call of close() that follows, and a number that two
 * versions give to one name is lost to the first.  So all names are collected
 * before anything is printed; .c files use a macro only where it stands for
 * the right number and hits nothing else.
 */
#include "idlc/emit/rpcgen/classic.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"

static void *
mem_or_die(void *mem)
{
	if (!mem) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	return mem;
}

void *
classic_take(struct oxdr_arena *arena, size_t n, size_t align)
{
	return mem_or_die(oxdr_arena_take(arena, n, align));
}

/* ---- The table ------------------------------------------------------ */

static uint32_t
hash(const char *text)
{
	uint32_t h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

static struct name *
find(const struct names *names, const char *text, uint32_t h)
{
	struct name *name;

	if (names->n == 0)
		return NULL;
	name = names->buckets[h & (names->n_buckets - 1)];
	while (name && (name->hash != h || (name->text != text &&
	    strcmp(name->text, text) != 0)))
		name = name->next;
	return name;
}

struct name *
classic_name_find(const struct classic *g, const char *text)
{
	return find(&g->names, text, hash(text));
}

struct name *
classic_name_of(const struct idlc_def *def)
{
	return def->user;
}

static void
names_grow(struct names *names, uint32_t n_buckets)
{
	struct name **buckets = mem_or_die(calloc(n_buckets,
	    sizeof(*buckets)));

	for (uint32_t i = 0; i < names->n_buckets; i++) {
		struct name *next;

		for (struct name *n = names->buckets[i]; n; n = next) {
			uint32_t at = n->hash & (n_buckets - 1);

			next = n->next;
			n->next = buckets[at];
			buckets[at] = n;
		}
	}
	free(names->buckets);
	names->buckets = buckets;
	names->n_buckets = n_buckets;
}

static struct name *
add_to(struct names *names, struct classic *g, const char *text)
{
	uint32_t h = hash(text);
	struct name *name = find(names, text, h);
	uint32_t at;

	if (name)
		return name;
	if (names->n >= names->n_buckets)
		names_grow(names, names->n_buckets * 2);
	name = classic_take(&g->name_arena, sizeof(*name), sizeof(void *));
	*name = (struct name){ .text = text, .hash = h };
	at = h & (names->n_buckets - 1);
	name->next = names->buckets[at];
	names->buckets[at] = name;
	names->n++;
	return name;
}

static struct name *
name_add(struct classic *g, const char *text)
{
	g->has_xdr = g->has_xdr || strncmp(text, "xdr_", 4) == 0;
	return add_to(&g->names, g, text);
}

/* ---- Collecting ----------------------------------------------------- */

static bool
has_lower_case(const char *text)
{
	for (; *text; text++)
		if (*text >= 'a' && *text <= 'z')
			return true;
	return false;
}

static struct name *
add_number(struct classic *g, const char *text,
    const struct idlc_value *written, uint32_t number)
{
	struct name *name = name_add(g, text);

	name->is_number = true;
	name->inexact = written->magnitude > UINT32_MAX;
	name->number = number;
	name->clash |= has_lower_case(text);
	return name;
}

/* As in the header: the first number that a program gives to a name. */
static void
add_procedure(struct classic *g, const struct idlc_def *program,
    const struct idlc_procedure *proc)
{
	struct name *name = classic_name_find(g, proc->name);

	if (!name || name->program != program)
		add_number(g, proc->name, &proc->written,
		    proc->number)->program = program;
}

static void
add_program(struct classic *g, const struct idlc_def *def)
{
	add_number(g, def->name, &def->is.program.written,
	    def->is.program.number);
	for (const struct idlc_version *v = def->is.program.versions; v;
	    v = v->next) {
		add_number(g, v->name, &v->written, v->number);
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next)
			add_procedure(g, def, p);
	}
}

static void
add_def(struct classic *g, const struct idlc_def *def)
{
	if (def->kind == IDLC_PROGRAM) {
		add_program(g, def);
		return;
	}
	if (def->kind == IDLC_TEXT)
		return;
	if (def->kind == IDLC_CONST) {
		name_add(g, def->name)->is_const = true;
	} else {
		struct name *name = name_add(g, def->name);

		name->declared = !classic_is_type(def);
		((struct idlc_def *)(uintptr_t)def)->user = name;
	}
	if (def->kind == IDLC_ENUM)
		for (const struct idlc_enumerator *e = def->is.enumerators; e;
		    e = e->next)
			name_add(g, e->name);
}

/* Members that meet a macro; those with lower case letters are known to. */
static void
note_member(struct classic *g, const struct idlc_decl *decl)
{
	struct name *name = decl->name && !has_lower_case(decl->name) ?
	    classic_name_find(g, decl->name) : NULL;

	if (name && name->is_number)
		name->clash = true;
}

static void
note_members(struct classic *g, const struct idlc_def *def)
{
	if (def->kind == IDLC_STRUCT)
		for (const struct idlc_decl *m = def->is.members; m;
		    m = m->next)
			note_member(g, m);
	if (def->kind != IDLC_UNION)
		return;
	note_member(g, &def->is.u.disc);
	for (const struct idlc_arm *arm = def->is.u.arms; arm; arm = arm->next)
		note_member(g, arm->decl);
	if (def->is.u.other)
		note_member(g, def->is.u.other);
}

bool
classic_is_emitted(const struct idlc_def *def)
{
	return !(def->flags & (IDLC_DEF_IMPORTED | IDLC_DEF_NOTHING));
}

bool
classic_is_type(const struct idlc_def *def)
{
	return classic_is_emitted(def) && (def->kind == IDLC_ENUM ||
	    def->kind == IDLC_STRUCT || def->kind == IDLC_UNION ||
	    def->kind == IDLC_TYPEDEF);
}

bool
classic_has_programs(const struct idlc_schema *schema)
{
	for (const struct idlc_def *def = schema->defs; def; def = def->next)
		if (def->kind == IDLC_PROGRAM && classic_is_emitted(def))
			return true;
	return false;
}

static void
list_program(struct classic *g, const struct idlc_def *def)
{
	struct classic_program *program = classic_take(&g->name_arena,
	    sizeof(*program), sizeof(void *));

	*program = (struct classic_program){ .def = def };
	*g->last_program = program;
	g->last_program = &program->next;
}

static void
note_def(struct classic *g, const struct idlc_def *def)
{
	add_def(g, def);
	g->has_guarded = g->has_guarded || classic_uses_guarded(g, def);
	if (!classic_is_emitted(def))
		return;
	if (def->kind == IDLC_PROGRAM)
		list_program(g, def);
	g->has_text = g->has_text || def->kind == IDLC_TEXT;
	g->has_quadruple = g->has_quadruple ||
	    classic_def_uses_quadruple(def);
}

void
classic_init(struct classic *g, const struct idlc_schema *schema,
    const struct classic_options *options)
{
	uint32_t n_buckets = 256;

	*g = (struct classic){ .schema = schema, .options = options };
	g->last_program = &g->programs;
	while (n_buckets < schema->n_defs)
		n_buckets *= 2;
	names_grow(&g->names, n_buckets);
	classic_note_keywords(g);
	for EACH_DEF(g, def)
		note_def(g, def);
	classic_note_own(g);
	if (!g->programs)
		return;
	for EACH_DEF(g, def)
		note_members(g, def);
}

void
classic_drop(struct classic *g)
{
	oxdr_arena_reset(&g->arena);
}

void
classic_fini(struct classic *g)
{
	free(g->names.buckets);
	free(g->stubs.buckets);
	oxdr_arena_fini(&g->arena);
	oxdr_arena_fini(&g->name_arena);
}

/* ---- Text ----------------------------------------------------------- */

/* The conversion behind a '%': its text, in `number` if it makes one. */
static const char *
convert(const char **format, va_list *args, char number[24])
{
	const char *at = *format;

	if (*at == 's') {
		*format = at + 1;
		return va_arg(*args, const char *);
	}
	if (*at == 'u') {
		*format = at + 1;
		return out_number(number, va_arg(*args, unsigned));
	}
	if (strncmp(at, "llu", 3) != 0)
		abort();
	*format = at + 3;
	return out_number(number, va_arg(*args, unsigned long long));
}

/* Prints as much as fits; returns how much there is. */
static size_t
format_into(char *to, size_t room, const char *format, va_list *args)
{
	size_t n = 0;

	while (*format) {
		char number[24];
		const char *piece = format;
		size_t len = 0;

		while (format[len] && format[len] != '%')
			len++;
		format += len;
		if (len == 0) {
			format++;
			piece = convert(&format, args, number);
			len = strlen(piece);
		}
		if (n < room)
			memcpy(to + n, piece, len < room - n ? len : room - n);
		n += len;
	}
	return n;
}

char *
classic_fmt(struct classic *g, const char *format, ...)
{
	char room[256], *text;
	va_list args;
	size_t n;

	va_start(args, format);
	n = format_into(room, sizeof(room), format, &args);
	va_end(args);
	text = classic_take(&g->arena, n + 1, 1);
	if (n <= sizeof(room)) {
		memcpy(text, room, n);
	} else {
		va_start(args, format);
		format_into(text, n, format, &args);
		va_end(args);
	}
	text[n] = '\0';
	return text;
}

const char *
classic_ident(struct classic *g, const char *name)
{
	return classic_is_c_keyword(g, name) ? classic_fmt(g, "%s_", name) : name;
}

const char *
classic_lower(struct classic *g, const char *name)
{
	char *lower = classic_fmt(g, "%s", name);

	for (char *c = lower; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return lower;
}

/* ---- Numbers -------------------------------------------------------- */

static const char *
plain_number(struct classic *g, bool negative, uint64_t magnitude)
{
	if (magnitude > INT64_MAX && negative)
		return "(-9223372036854775807 - 1)";
	return classic_fmt(g, "%s%llu%s", negative ? "-" : "",
	    (unsigned long long)magnitude, magnitude > INT64_MAX ? "U" : "");
}

const char *
classic_value(struct classic *g, const struct idlc_value *value)
{
	const struct name *name;

	if (!value->text)
		return plain_number(g, value->negative, value->magnitude);
	if (!value->ref)
		return value->text;
	name = classic_name_find(g, value->text);
	if (name && name->is_number)
		return plain_number(g, value->negative, value->magnitude);
	return classic_ident(g, value->text);
}

const char *
classic_number(struct classic *g, const char *text, uint32_t number)
{
	const struct name *name = classic_name_find(g, text);

	if (name && name->is_number && !name->clash && !name->inexact &&
	    name->number == number)
		return classic_ident(g, text);
	return plain_number(g, false, number);
}

static void
undefine(struct classic *g, const char *text)
{
	struct name *name = classic_name_find(g, text);

	if (!name->clash || name->undefined_in == g->o)
		return;
	out(g->o, VARS({ "name", classic_ident(g, text) }),
	    "#undef $name$\n");
	name->undefined_in = g->o;
}

void
classic_undefine(struct classic *g)
{
	for EACH_VERSION(g, at) {
		undefine(g, at.program->name);
		undefine(g, at.version->name);
		for (const struct idlc_procedure *p = at.version->procedures;
		    p; p = p->next)
			undefine(g, p->name);
	}
}

/* ---- Programs ------------------------------------------------------- */

static void
begin_program(struct classic_version *at)
{
	const struct classic_program *program = at->next_program;

	at->program = program ? program->def : NULL;
	at->version = program ? at->program->is.program.versions : NULL;
	if (program)
		at->next_program = program->next;
}

struct classic_version
classic_first_version(const struct classic *g)
{
	struct classic_version at = { .next_program = g->programs };

	begin_program(&at);
	return at;
}

void
classic_next_version(struct classic_version *at)
{
	at->version = at->version->next;
	if (!at->version)
		begin_program(at);
}

const char *
classic_stub(struct classic *g, const char *name,
    const struct idlc_version *version)
{
	return classic_fmt(g, "%s_%s", classic_lower(g, name),
	    version->written.text);
}

static void
add_stubs(struct classic *g)
{
	names_grow(&g->stubs, 256);
	for EACH_VERSION(g, at)
		for (const struct idlc_procedure *p = at.version->procedures;
		    p; p = p->next) {
			const char *stub = classic_stub(g, p->name,
			    at.version);
			size_t n = strlen(stub) + 1;

			add_to(&g->stubs, g, memcpy(classic_take(
			    &g->name_arena, n, 1), stub, n));
		}
}

bool
classic_is_stub(struct classic *g, const char *name)
{
	if (!g->stubs.buckets)
		add_stubs(g);
	return find(&g->stubs, name, hash(name)) != NULL;
}

const char *
classic_bundle(struct classic *g, const struct idlc_procedure *proc,
    const struct idlc_version *version)
{
	return classic_fmt(g, "%s_argument", classic_stub(g, proc->name,
	    version));
}

bool
classic_by_value(const struct classic *g, const struct idlc_procedure *proc)
{
	return g->options->by_value || proc->n_args > 1;
}

/* ---- The top of a file ---------------------------------------------- */

void
classic_opening(struct classic *g, const char *before)
{
	const char *header = g->header ? classic_fmt(g, "\"%s\"",
	    g->header) : "<rpc/rpc.h>";

	out(g->o, VARS({ "before", before }, { "header", header }),
	    "/*\n"
	    " * Please do not edit this file.\n"
	    " * It was generated using rpcgen.\n"
	    " */\n"
	    "\n"
	    "$before$"
	    "#include $header$\n");
}

void
classic_sample_opening(struct classic *g, const char *before)
{
	out(g->o, VARS({ "header", g->header }, { "before", before }),
	    "/*\n"
	    " * This is sample code generated by rpcgen.\n"
	    " * These are only templates and you can use them\n"
	    " * as a guideline for developing your own functions.\n"
	    " */\n"
	    "\n"
	    "$before$"
	    "#include \"$header$\"\n");
}

/* ---- % lines -------------------------------------------------------- */

/* "#pragma ident", which SunOS compilers know and others warn of. */
static bool
is_ident(const char *line)
{
	static const char pragma[] = "pragma";

	line += strspn(line, " \t");
	if (*line != '#')
		return false;
	line++;
	line += strspn(line, " \t");
	if (strncmp(line, pragma, sizeof(pragma) - 1) != 0)
		return false;
	line += sizeof(pragma) - 1;
	line += strspn(line, " \t");
	return strncmp(line, "ident", 5) == 0;
}

void
classic_text(struct classic *g, const struct idlc_def *def)
{
	const char *line = def->is.text;

	while (*line) {
		size_t n = strcspn(line, "\n");
		bool ident = is_ident(line);

		n += line[n] == '\n';
		if (ident)
			out(g->o, NULL, "#ifdef __sun\n");
		out_raw(g->o, line, n);
		if (ident)
			out(g->o, NULL, "#endif\n");
		line += n;
	}
}

void
classic_all_text(struct classic *g)
{
	if (!g->has_text)
		return;
	for EACH_DEF(g, def)
		if (def->kind == IDLC_TEXT && classic_is_emitted(def))
			classic_text(g, def);
}
