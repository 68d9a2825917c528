/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of a schema that are keywords of C, C++ or C23.
 *
 * A keyword of C11 (or of gcc's C) never worked as a name; it always gets a
 * `_`.  One of C++ or C23 alone keeps its name where that is allowed, as
 * existing programs use it: around each definition that needs it the header
 * makes it a macro, in those languages only, for the name with a `_`.
 */
#include "idlc/emit/rpcgen/classic.h"

#include <stdlib.h>
#include <string.h>

#include "xdr/base.h"

static const char *const c_keywords[] = {
	"_Alignas", "_Alignof", "_Atomic", "_Bool", "_Complex", "_Generic",
	"_Imaginary", "_Noreturn", "_Static_assert", "_Thread_local", "asm",
	"auto", "break", "case", "char", "const", "continue", "default", "do",
	"double", "else", "enum", "extern", "float", "for", "goto", "if",
	"inline", "int", "long", "register", "restrict", "return", "short",
	"signed", "sizeof", "static", "struct", "switch", "typedef", "typeof",
	"union", "unsigned", "void", "volatile", "while"
};

/* Keywords of both C++ and C23. */
static const char *const c23_keywords[] = {
	"alignas", "alignof", "bool", "constexpr", "false", "nullptr",
	"static_assert", "thread_local", "true", "typeof_unqual"
};

static const char *const cxx_keywords[] = {
	"and", "and_eq", "bitand", "bitor", "catch", "char16_t", "char32_t",
	"char8_t", "class", "co_await", "co_return", "co_yield", "compl",
	"concept", "const_cast", "consteval", "constinit", "decltype",
	"delete", "dynamic_cast", "explicit", "export", "friend", "mutable",
	"namespace", "new", "noexcept", "not", "not_eq", "operator", "or",
	"or_eq", "private", "protected", "public", "reinterpret_cast",
	"requires", "static_cast", "template", "this", "throw", "try",
	"typeid", "typename", "using", "virtual", "wchar_t", "xor", "xor_eq"
};

static int
compare(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

static bool
listed(const char *name, const char *const *list, size_t n)
{
	return bsearch(name, list, n, sizeof(*list), compare) != NULL;
}

/* Macros that gcc's C predefines; names of the schema go first. */
static const char *const predefined[] = { "i386", "linux", "unix" };

/* ---- A first look ---------------------------------------------------------- */

static void
note_list(struct classic *g, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g->keyword_sizes[list[i][0] & 31] |= 1u << strlen(list[i]);
}

void
classic_note_keywords(struct classic *g)
{
	note_list(g, c_keywords, ARRAY_LEN(c_keywords));
	note_list(g, c23_keywords, ARRAY_LEN(c23_keywords));
	note_list(g, cxx_keywords, ARRAY_LEN(cxx_keywords));
	note_list(g, predefined, ARRAY_LEN(predefined));
}

/* Most names have no keyword of their first letter and length. */
static bool
may_be_listed(const struct classic *g, const char *name)
{
	size_t n = strlen(name);

	return n < 32 && (g->keyword_sizes[name[0] & 31] >> n & 1u);
}

bool
classic_is_c_keyword(const struct classic *g, const char *name)
{
	return may_be_listed(g, name) &&
	    listed(name, c_keywords, ARRAY_LEN(c_keywords));
}

/* ---- Which of them a definition uses -------------------------------- */

enum { GUARDED_MAX = 64 };

/* The guarded names of one definition, each once. */
struct guarded {
	const struct classic *g;
	const char *names[GUARDED_MAX];
	size_t n;
};

/* A constant's macro has the name already, and a program's may. */
static bool
is_macro(const struct classic *g, const char *name)
{
	const struct name *known = classic_name_find(g, name);

	return known && (known->is_const ||
	    (known->is_number && g->in_order && known->macro));
}

static void
add(struct guarded *set, const char *name)
{
	if (!name || set->n == GUARDED_MAX || !may_be_listed(set->g, name))
		return;
	if (is_macro(set->g, name))
		return;
	if (!listed(name, c23_keywords, ARRAY_LEN(c23_keywords)) &&
	    !listed(name, cxx_keywords, ARRAY_LEN(cxx_keywords)) &&
	    !listed(name, predefined, ARRAY_LEN(predefined)))
		return;
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->names[i], name) == 0)
			return;
	set->names[set->n++] = name;
}

static void
add_decl(struct guarded *set, const struct idlc_decl *decl)
{
	add(set, decl->name);
	if (decl->type.def)
		add(set, decl->type.def->name);
	if (decl->size.ref)
		add(set, decl->size.text);
}

static void
add_union(struct guarded *set, const struct idlc_def *def)
{
	add_decl(set, &def->is.u.disc);
	for (const struct idlc_arm *arm = def->is.u.arms; arm;
	    arm = arm->next) {
		add_decl(set, arm->decl);
		for (const struct idlc_label *l = arm->labels; l; l = l->next)
			if (l->value.ref)
				add(set, l->value.text);
	}
	if (def->is.u.other)
		add_decl(set, def->is.u.other);
}

static void
guarded_of(struct guarded *set, const struct classic *g,
    const struct idlc_def *def)
{
	set->g = g;
	set->n = 0;
	add(set, def->name);
	if (def->kind == IDLC_STRUCT)
		for (const struct idlc_decl *m = def->is.members; m;
		    m = m->next)
			add_decl(set, m);
	else if (def->kind == IDLC_TYPEDEF)
		add_decl(set, &def->is.alias);
	else if (def->kind == IDLC_UNION)
		add_union(set, def);
	else if (def->kind == IDLC_ENUM)
		for (const struct idlc_enumerator *e = def->is.enumerators; e;
		    e = e->next) {
			add(set, e->name);
			if (e->written.ref)
				add(set, e->written.text);
		}
}

static void
guarded_of_version(struct guarded *set, const struct classic *g,
    const struct idlc_version *version)
{
	set->g = g;
	set->n = 0;
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next) {
		add_decl(set, &p->result);
		for (const struct idlc_decl *a = p->args; a; a = a->next)
			add_decl(set, a);
	}
}

bool
classic_uses_guarded(const struct classic *g, const struct idlc_def *def)
{
	struct guarded set;

	if (def->kind == IDLC_TEXT)
		return false;
	if (def->kind != IDLC_PROGRAM) {
		guarded_of(&set, g, def);
		return set.n > 0;
	}
	for (const struct idlc_version *v = def->is.program.versions; v;
	    v = v->next) {
		guarded_of_version(&set, g, v);
		if (set.n > 0)
			return true;
	}
	return false;
}

/* ---- Printing ------------------------------------------------------- */

static void
print(struct classic *g, const struct guarded *set, const char *const *list,
    size_t n, const char *condition, bool define)
{
	bool open = false;

	for (size_t i = 0; i < set->n; i++) {
		if (!listed(set->names[i], list, n))
			continue;
		if (!open)
			out(g->o, VARS({ "condition", condition }),
			    "#if $condition$\n");
		open = true;
		out(g->o, VARS({ "name", set->names[i] }), define ?
		    "#define $name$ $name$_\n" : "#undef $name$\n");
	}
	if (open)
		out(g->o, NULL, "#endif\n");
}

static void
print_all(struct classic *g, const struct guarded *set, bool define)
{
	if (set->n == 0)
		return;
	for (size_t i = 0; i < set->n; i++)
		if (define && listed(set->names[i], predefined,
		    ARRAY_LEN(predefined)))
			out(g->o, VARS({ "name", set->names[i] }),
			    "#undef $name$\n");
	print(g, set, cxx_keywords, ARRAY_LEN(cxx_keywords),
	    "defined(__cplusplus)", define);
	print(g, set, c23_keywords, ARRAY_LEN(c23_keywords),
	    "defined(__cplusplus) || __STDC_VERSION__ > 201710L", define);
}

void
classic_guard_def(struct classic *g, const struct idlc_def *def)
{
	struct guarded set;

	if (!g->has_guarded)
		return;
	guarded_of(&set, g, def);
	print_all(g, &set, true);
}

void
classic_unguard_def(struct classic *g, const struct idlc_def *def)
{
	struct guarded set;

	if (!g->has_guarded)
		return;
	guarded_of(&set, g, def);
	print_all(g, &set, false);
}

void
classic_guard_version(struct classic *g, const struct idlc_version *version)
{
	struct guarded set;

	if (!g->has_guarded)
		return;
	guarded_of_version(&set, g, version);
	print_all(g, &set, true);
}

void
classic_unguard_version(struct classic *g,
    const struct idlc_version *version)
{
	struct guarded set;

	if (!g->has_guarded)
		return;
	guarded_of_version(&set, g, version);
	print_all(g, &set, false);
}
