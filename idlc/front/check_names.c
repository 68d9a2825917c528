/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules about names: members of one body differ (RFC 4506 section 6.4(2)),
 * and what C makes of a name.
 */
#include "idlc/front/check.h"

#include <string.h>

#include "idlc/front/report.h"

#include "xdr/base.h"

/* ---- Names of members ----------------------------------------------------------- */

/* Opens a list of names that must differ. */
static void
scope_begin(struct front *f)
{
	f->scope++;
}

/* Adds one; the earlier of the same name, or NULL. */
static const struct idlc_decl *
scope_add(struct front *f, const struct idlc_decl *d)
{
	struct atom *a = idlc_i_atom_of(d->name);

	if (a->scope == f->scope)
		return a->here;
	a->scope = f->scope;
	a->here = d;
	return NULL;
}

static const struct idlc_decl *
scope_find(const struct front *f, const char *name)
{
	const struct atom *a = idlc_i_atom_find(&f->atoms, name, strlen(name));

	return a && a->scope == f->scope ? a->here : NULL;
}

/* rpcgen's constants are macros: one for a number can't be a member's name.
 * Those for names can, and those that only C knows may be. */
static void
check_macro(struct front *f, const struct idlc_decl *d)
{
	const struct idlc_def *def = idlc_i_atom_of(d->name)->def;
	const struct idlc_def *last = def;

	if (!f->rpcgen || !def || def->kind != IDLC_CONST)
		return;
	for (unsigned i = 0; last->is.value.ref && i < 64; i++) {
		if (last->is.value.ref->kind != IDLC_CONST)
			return;
		last = last->is.value.ref;
	}
	if (last->is.value.ref || last->is.value.unknown)
		return;
	idlc_i_error(f, E_CLASH, &d->pos,
	    "in C '%s' is a macro, and this name becomes %s", d->name,
	    last->is.value.text);
	idlc_i_note(f, &def->pos, "the constant is defined here");
	idlc_i_help(f, "choose another name for one of them");
}

static void
add_list(struct front *f, const struct idlc_decl *list)
{
	for (const struct idlc_decl *d = list; d; d = d->next) {
		const struct idlc_decl *first;

		if (!d->name)
			continue;
		check_macro(f, d);
		first = scope_add(f, d);
		if (!first)
			continue;
		idlc_i_error(f, E_MEMBER_TWICE, &d->pos,
		    "a second member '%s'", d->name);
		idlc_i_note(f, &first->pos, "the first one is here");
	}
}

/* A union is a struct of its discriminant and NAME_u. */
static void
union_names(struct front *f, const struct idlc_def *def)
{
	const struct idlc_decl *disc = &def->is.u.disc;
	const struct idlc_decl *same;
	size_t n;

	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		add_list(f, a->decl);
	add_list(f, def->is.u.other);
	if (!disc->name)
		return;
	check_macro(f, disc);
	same = scope_find(f, disc->name);
	if (same) {
		idlc_i_warn(f, W_SHADOW, &same->pos,
		    "an arm has the name of the discriminant");
		idlc_i_note(f, &disc->pos, "the discriminant is here");
	}
	n = strlen(def->name);
	if (strncmp(disc->name, def->name, n) == 0 &&
	    strcmp(disc->name + n, "_u") == 0) {
		idlc_i_error(f, E_CLASH, &disc->pos,
		    "in C the union's arms are called '%s' too", disc->name);
		idlc_i_help(f, "choose another name for the discriminant");
	}
}

void
idlc_i_rule_members(struct front *f, const struct idlc_def *def)
{
	scope_begin(f);
	if (def->kind == IDLC_UNION)
		union_names(f, def);
	else
		add_list(f, def->is.members);
}

/* ---- Words of C ------------------------------------------------------------------- */

static const char *const c_words[] = {
	"auto", "break", "case", "char", "const", "continue", "default", "do",
	"double", "else", "enum", "extern", "float", "for", "goto", "if",
	"inline", "int", "long", "register", "restrict", "return", "short",
	"signed", "sizeof", "static", "struct", "switch", "typedef", "union",
	"unsigned", "void", "volatile", "while"
};

static const char *const cxx_words[] = {
	"alignas", "alignof", "and", "and_eq", "asm", "bitand", "bitor",
	"bool", "catch", "class", "compl", "concept", "const_cast",
	"consteval", "constexpr", "constinit", "co_await", "co_return",
	"co_yield", "decltype", "delete", "dynamic_cast", "explicit",
	"export", "false", "friend", "mutable", "namespace", "new",
	"noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq",
	"private", "protected", "public", "reinterpret_cast", "requires",
	"static_assert", "static_cast", "template", "this", "thread_local",
	"throw", "true", "try", "typeid", "typename", "typeof", "using",
	"virtual", "wchar_t", "xor", "xor_eq"
};

static bool
is_in(const char *name, const char *const *words, size_t n)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;
		int r = strcmp(words[middle], name);

		if (r == 0)
			return true;
		if (r < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return false;
}

static void
mark_words(struct front *f, const char *const *words, size_t n,
    enum atom_word word)
{
	for (size_t i = 0; i < n; i++) {
		struct atom *a = idlc_i_atom_find(&f->atoms, words[i],
		    strlen(words[i]));

		if (a)
			a->word = (uint8_t)word;
	}
}

/* The words are looked for among the names, not each name among the words. */
void
idlc_i_words_known(struct front *f)
{
	mark_words(f, c_words, ARRAY_LEN(c_words), WORD_C);
	mark_words(f, cxx_words, ARRAY_LEN(cxx_words), WORD_CXX);
}

static enum atom_word
word_of(const char *name)
{
	return (enum atom_word)idlc_i_atom_of(name)->word;
}

static void
c_word(struct front *f, const char *name, const struct idlc_pos *pos,
    const struct idlc_pos *clash)
{
	if (clash) {
		idlc_i_error(f, E_CLASH, pos,
		    "in C '%s' becomes '%s_', which exists", name, name);
		idlc_i_note(f, clash, "it is defined here");
		return;
	}
	idlc_i_warn(f, W_C_KEYWORD, pos,
	    "'%s' is a keyword of C: in C it is called '%s_'", name, name);
}

static void
cxx_word(struct front *f, const char *name, const struct idlc_pos *pos)
{
	idlc_i_warn(f, W_CXX_KEYWORD, pos, "'%s' is a keyword of C++ or C23",
	    name);
}

static void
check_global(struct front *f, const char *name, const struct idlc_pos *pos)
{
	enum atom_word word = word_of(name);
	const struct atom *a;

	if (word == WORD_CXX)
		cxx_word(f, name, pos);
	if (word != WORD_C)
		return;
	a = idlc_i_atom_find(&f->atoms, idlc_i_print(f, "%s_", name),
	    strlen(name) + 1);
	c_word(f, name, pos, !a || !a->def ? NULL : a->item ? &a->item->pos :
	    &a->def->pos);
}

static void
check_member(struct front *f, struct idlc_decl *d, void *ctx)
{
	const struct idlc_def *def = ctx;
	const struct idlc_decl *clash = NULL;
	enum atom_word word;

	if (!d->name || def->kind == IDLC_TYPEDEF)
		return;
	word = word_of(d->name);
	if (word == WORD_CXX)
		cxx_word(f, d->name, &d->pos);
	if (word != WORD_C)
		return;
	if (def->kind == IDLC_STRUCT || def->kind == IDLC_UNION)
		clash = scope_find(f, idlc_i_print(f, "%s_", d->name));
	c_word(f, d->name, &d->pos, clash ? &clash->pos : NULL);
}

void
idlc_i_rule_keywords(struct front *f, const struct idlc_def *def)
{
	if (!(def->flags & IDLC_DEF_ANONYMOUS))
		check_global(f, def->name, &def->pos);
	if (def->kind == IDLC_ENUM)
		for (const struct idlc_enumerator *e = def->is.enumerators; e;
		     e = e->next)
			check_global(f, e->name, &e->pos);
	idlc_i_each_decl(f, def, check_member, MUTABLE(idlc_def, def));
}

/* ---- Words of the RPC libraries --------------------------------------------------- */

static const char *const tirpc_types[] = {
	"AUTH", "CLIENT", "SVCXPRT", "XDR"
};

/* What prototypes of the classic header are made of, behind its macros. */
static const char *const tirpc_words[] = {
	"AUTH", "CLIENT", "SVCXPRT", "XDR", "bool_t", "caddr_t", "clnt_stat",
	"quad_t", "quadruple", "rpcgen_table", "svc_req", "u_char", "u_int",
	"u_long", "u_quad_t", "u_short", "xdrproc_t"
};

/* What routines of the library the classic code calls by name. */
static const char *const tirpc_routines[] = {
	"xdr_array", "xdr_bool", "xdr_bytes", "xdr_char", "xdr_double",
	"xdr_enum", "xdr_float", "xdr_int", "xdr_long", "xdr_opaque",
	"xdr_pointer", "xdr_quad_t", "xdr_quadruple", "xdr_short",
	"xdr_string", "xdr_u_char", "xdr_u_int", "xdr_u_long", "xdr_u_quad_t",
	"xdr_u_short", "xdr_union", "xdr_vector", "xdr_void", "xdr_wrapstring"
};

/* The type of a name, if our header declares it; NULL: it does not. */
static const struct idlc_def *
type_named(const struct front *f, const char *name)
{
	const struct atom *a = idlc_i_atom_find(&f->atoms, name, strlen(name));
	const struct idlc_def *def = a ? a->def : NULL;

	if (!def || def->kind == IDLC_CONST || def->kind == IDLC_PROGRAM ||
	    def->flags & (IDLC_DEF_IMPORTED | IDLC_DEF_NOTHING))
		return NULL;
	return def;
}

/* The header declares a type's routine behind the macros: 'extern bool_t
 * xdr_T(XDR *, T *)'. */
static void
rule_type_macro(struct front *f, const char *name, const struct idlc_pos *pos)
{
	const struct idlc_def *type = type_named(f, name);

	if (!type && strncmp(name, "xdr_", 4) == 0)
		type = type_named(f, name + 4);
	if (!type)
		return;
	idlc_i_error(f, E_CLASH, pos, "in C '%s' would be a macro, and the "
	    "type '%s' needs that name", name, type->name);
	idlc_i_note(f, &type->pos, "the type is defined here");
	idlc_i_help(f, "choose another name for one of them");
}

static void
rule_macro(struct front *f, const char *name, const struct idlc_pos *pos)
{
	rule_type_macro(f, name, pos);
	if (!is_in(name, tirpc_words, ARRAY_LEN(tirpc_words)) &&
	    !is_in(name, tirpc_routines, ARRAY_LEN(tirpc_routines)))
		return;
	idlc_i_error(f, E_CLASH, pos, "in C '%s' would be a macro, and "
	    "generated code uses that name of <rpc/rpc.h>", name);
	idlc_i_help(f, "choose another name");
}

static void
rule_macros(struct front *f, const struct idlc_def *def)
{
	rule_macro(f, def->name, &def->pos);
	if (def->kind == IDLC_CONST)
		return;
	for (const struct idlc_version *v = def->is.program.versions; v;
	    v = v->next) {
		rule_macro(f, v->name, &v->pos);
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next)
			rule_macro(f, p->name, &p->pos);
	}
}

static void
reserved_prefix(struct front *f, const struct idlc_def *def)
{
	if (f->rpcgen || (strncmp(def->name, "oxdr_", 5) != 0 &&
	    strncmp(def->name, "orpc_", 5) != 0))
		return;
	idlc_i_warn(f, W_RESERVED, &def->pos,
	    "names that start with '%.5s' belong to the library", def->name);
}

void
idlc_i_rule_reserved(struct front *f, const struct idlc_def *def)
{
	if (def->kind == IDLC_PROGRAM || def->kind == IDLC_CONST) {
		if (f->rpcgen)
			rule_macros(f, def);
	} else if (!is_in(def->name, tirpc_types, ARRAY_LEN(tirpc_types))) {
		reserved_prefix(f, def);
	} else if (f->rpcgen) {
		idlc_i_error(f, E_CLASH, &def->pos,
		    "'%s' is a type of <rpc/rpc.h>, which the generated header "
		    "includes", def->name);
		idlc_i_help(f, "choose another name");
	} else {
		idlc_i_warn(f, W_RESERVED, &def->pos,
		    "'%s' is a type of <rpc/rpc.h>", def->name);
		idlc_i_help(f, "no C file can include both: choose another "
		    "name");
	}
}
