/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IDL names as C names.
 *
 * Most names need nothing and are given back as they are.  Reserved words get
 * a trailing `_`.  What a program's functions are called is settled once, when
 * the names are made, in the order of the schema, so that it never depends on
 * which product is printed.
 */
#include "idlc/emit/cnames.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <oxdr/mem.h>

#include "xdr/base.h"

/* Words of C11 to C23 and of C++20, and macros of the C library and of
 * compilers that stand for something else than themselves. */
static const char *const words[] = {
	"EOF", "NULL", "PTRDIFF_MAX", "PTRDIFF_MIN", "SIG_ATOMIC_MAX",
	"SIG_ATOMIC_MIN", "SIZE_MAX", "WCHAR_MAX", "WCHAR_MIN", "WINT_MAX",
	"WINT_MIN", "_Alignas", "_Alignof", "_Atomic", "_BitInt", "_Bool",
	"_Complex", "_Generic", "_Imaginary", "_Noreturn", "_Static_assert",
	"_Thread_local", "alignas", "alignof", "and", "and_eq", "asm", "assert",
	"atomic_cancel", "auto", "bitand", "bitor", "bool", "break", "case",
	"catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await",
	"co_return", "co_yield", "compl", "complex", "concept", "const",
	"const_cast", "consteval", "constexpr", "constinit", "continue",
	"decltype", "default", "delete", "do", "double", "dynamic_cast", "else",
	"enum", "errno", "explicit", "export", "extern", "false", "float",
	"for", "friend", "goto", "i386", "if", "imaginary", "inline", "int",
	"linux", "long", "mips", "mutable", "namespace", "new", "noexcept",
	"noreturn", "not", "not_eq", "nullptr", "offsetof", "operator", "or",
	"or_eq", "private", "protected", "public", "register",
	"reinterpret_cast", "requires", "restrict", "return", "short", "signed",
	"sizeof", "sparc", "static", "static_assert", "static_cast", "stderr",
	"stdin", "stdout", "struct", "switch", "template", "this",
	"thread_local", "throw", "true", "try", "typedef", "typeid",
	"typename", "typeof", "typeof_unqual", "union", "unix", "unsigned",
	"using", "virtual", "void", "volatile", "wchar_t", "while", "xor",
	"xor_eq",
};

/* Those that the drop-in dialect's header can't use either. */
static const char *const c_words[] = {
	"asm", "auto", "break", "case", "char", "const", "continue",
	"default", "do", "double", "else", "enum", "extern", "float", "for",
	"goto", "if", "inline", "int", "long", "register", "restrict",
	"return", "short", "signed", "sizeof", "static", "struct", "switch",
	"typedef", "typeof", "union", "unsigned", "void", "volatile", "while",
};

/* Ordinary names that the headers we include declare. */
static const char *const declared[] = {
	"basename", "bcmp", "bcopy", "bzero", "ffs", "ffsl", "ffsll", "index",
	"main", "max_align_t", "memccpy", "memchr", "memcmp", "memcpy", "memfrob",
	"memmem", "memmove", "mempcpy", "memrchr", "memset", "nullptr_t",
	"ptrdiff_t", "rawmemchr", "rindex", "size_t", "stpcpy", "stpncpy",
	"strcasecmp", "strcasestr", "strcat", "strchr", "strchrnul", "strcmp",
	"strcoll", "strcpy", "strcspn", "strdup", "strerror", "strfry",
	"strlcat", "strlcpy", "strlen", "strncasecmp", "strncat", "strncmp",
	"strncpy", "strndup", "strnlen", "strpbrk", "strrchr", "strsep",
	"strsignal", "strspn", "strstr", "strtok", "strverscmp", "strxfrm",
	"swab",
};

/* What the generated functions call their parameters and variables, and
 * members that generated tables name: no macro may have these names. */
static const char *const locals[] = {
	"address", "again", "align", "arena", "arg", "arg_names", "argc",
	"args", "argv", "arms", "aside", "at", "bad", "budget", "bytes",
	"call", "client", "code", "copy", "count", "ctx", "deadline_ns",
	"doc", "e", "e2", "e3", "elem", "end", "error", "flags", "get",
	"get_arg", "get_res", "i", "i4", "j", "k", "kind", "len", "loose",
	"max", "mem", "members", "n", "n_procs", "n_targets", "name",
	"number", "on", "on_done", "ops", "other", "out", "p", "proc",
	"procs", "program", "put", "put_arg", "put_res", "q", "q2", "q3", "r",
	"ratio", "res", "result", "rq", "running", "serve", "server",
	"service", "size", "status", "t", "table", "targets", "text", "type",
	"used", "v", "val", "value", "values", "version", "version_name", "w",
	"wire_max", "wire_min", "word",
};

/* Of these, those of functions that have a procedure's arguments, too. */
static const char *const stub_locals[] = {
	"args", "call", "client", "ctx", "on_done", "out", "rq", "value",
};

/* What a parameter's type may be. */
static const char *const c_types[] = {
	"quad_t", "quadruple", "u_char", "u_int", "u_long", "u_quad_t",
	"u_short",
};

/* ---- A set of texts, each with a value ---------------------------------- */

struct entry {
	const char *key;
	const char *value;
	size_t hash;		/* of the key: most need no look at the text */
};

/* Open addressing; room is a power of two, at most half full. */
struct map {
	struct entry *entries;
	size_t n;
	size_t room;
};

enum {
	FILTER_BITS = 12,	/* of a name's hash: can it be reserved? */
	RECENT = 1024		/* definitions whose names are remembered */
};

struct cnames {
	const struct idlc_schema *schema;
	const char *prefix;
	bool classic;		/* types are named by the drop-in dialect */
	struct oxdr_arena arena;
	struct map macros;	/* names that want to be macros; value: what
				   has the name too, NULL: nothing */
	struct map once;	/* texts that cname_once saw */
	bool filter[1 << FILTER_BITS];
	struct {
		const struct idlc_def *def;
		const char *name;
	} recent[RECENT];
	struct map taken;	/* names of program functions */
	struct map settled;	/* "PROGRAM\n1", "PROGRAM\n1\nADD": C name */
};

static void *
mem_or_die(void *mem)
{
	if (!mem) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	return mem;
}

static size_t
hash(const char *key)
{
	uint64_t h = 14695981039346656037u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return (size_t)(h ^ h >> 29);
}

/* Where a key is, or would be. */
static struct entry *
map_slot(const struct map *map, const char *key, size_t h)
{
	size_t i = h & (map->room - 1);

	while (map->entries[i].key && (map->entries[i].hash != h ||
	    strcmp(map->entries[i].key, key) != 0))
		i = (i + 1) & (map->room - 1);
	return &map->entries[i];
}

static void
map_grow(struct map *map)
{
	struct map bigger = { NULL, map->n, map->room ? map->room * 2 : 64 };

	bigger.entries = mem_or_die(calloc(bigger.room,
	    sizeof(*bigger.entries)));
	for (size_t i = 0; i < map->room; i++)
		if (map->entries[i].key)
			*map_slot(&bigger, map->entries[i].key,
			    map->entries[i].hash) = map->entries[i];
	free(map->entries);
	*map = bigger;
}

static void
map_put(struct map *map, const char *key, const char *value)
{
	size_t h = hash(key);
	struct entry *e;

	if (map->n * 2 >= map->room)
		map_grow(map);
	e = map_slot(map, key, h);
	if (!e->key)
		map->n++;
	*e = (struct entry){ key, value, h };
}

static struct entry *
map_find(const struct map *map, const char *key)
{
	struct entry *e = map->room ? map_slot(map, key, hash(key)) : NULL;

	return e && e->key ? e : NULL;
}

/* ---- Texts -------------------------------------------------------------- */

static const char *
join3(struct cnames *names, const char *a, const char *b, const char *c)
{
	size_t n[3] = { strlen(a), strlen(b), strlen(c) };
	char *text = mem_or_die(oxdr_arena_take(&names->arena,
	    n[0] + n[1] + n[2] + 1, 1));

	memcpy(text, a, n[0]);
	memcpy(text + n[0], b, n[1]);
	memcpy(text + n[0] + n[1], c, n[2] + 1);
	return text;
}

static const char *
lower(struct cnames *names, const char *text)
{
	char *copy = (char *)(uintptr_t)join3(names, text, "", "");

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

static int
compare_word(const void *key, const void *word)
{
	return strcmp(key, *(const char *const *)word);
}

static bool
in_list(const char *name, const char *const *list, size_t n)
{
	return bsearch(name, list, n, sizeof(*list), compare_word) != NULL;
}

/* A cheap hash of a name: where it leads to nothing the name is in no list. */
static size_t
filter_of(const char *name, size_t n)
{
	unsigned h = (unsigned char)name[0] * 31u +
	    (unsigned char)name[n - 1] * 131u + (unsigned char)name[n / 2] *
	    17u + (unsigned)n * 509u;

	return (h ^ h >> FILTER_BITS) & ((1u << FILTER_BITS) - 1);
}

static void
filter_fill(struct cnames *names, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		names->filter[filter_of(list[i], strlen(list[i]))] = true;
}

static bool
may_be_listed(const struct cnames *names, const char *name)
{
	size_t n = strlen(name);

	return n > 0 && names->filter[filter_of(name, n)];
}

/* What follows one of the prefixes, the first that fits; NULL: none does. */
static const char *
behind_any(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		size_t n = strlen(*prefixes);

		if (strncmp(name, *prefixes, n) == 0)
			return name + n;
	}
	return NULL;
}

/* Of <stdint.h>: its macros ("UINT_FAST8_MAX"), or its types. */
static bool
is_stdint(const char *name, bool types)
{
	static const char *const starts[][6] = {
		{ "INT_FAST", "INT_LEAST", "INT", NULL },
		{ "int_fast", "int_least", "int", NULL },
	}, *const widths[][7] = {
		{ "8", "16", "32", "64", "MAX", "PTR", NULL },
		{ "8", "16", "32", "64", "max", "ptr", NULL },
	};

	name += *name == (types ? 'u' : 'U');
	if (*name != (types ? 'i' : 'I'))
		return false;
	name = behind_any(name, starts[types]);
	name = name ? behind_any(name, widths[types]) : NULL;
	if (!name)
		return false;
	return types ? strcmp(name, "_t") == 0 : strcmp(name, "_MAX") == 0 ||
	    strcmp(name, "_MIN") == 0 || strcmp(name, "_C") == 0;
}

static bool
is_word(const struct cnames *names, const char *name)
{
	return (may_be_listed(names, name) &&
	    in_list(name, words, ARRAY_LEN(words))) ||
	    is_stdint(name, false);
}

/* Is the name of a type, constant or member not its C name? */
static bool
is_escaped(const struct cnames *names, const char *name)
{
	if (names->classic)
		return may_be_listed(names, name) &&
		    in_list(name, c_words, ARRAY_LEN(c_words));
	return is_word(names, name);
}

/* Would a global name meet one of C, of our libraries, or one that is made
 * from another name of the schema? */
static bool
is_reserved(const struct cnames *names, const char *name)
{
	return is_word(names, name) || is_stdint(name, true) ||
	    (may_be_listed(names, name) &&
	    in_list(name, declared, ARRAY_LEN(declared))) ||
	    ((*name == 'o' || *name == 'O') &&
	    (strncmp(name, "oxdr_", 5) == 0 ||
	    strncmp(name, "orpc_", 5) == 0 ||
	    strncmp(name, "OXDR_", 5) == 0 ||
	    strncmp(name, "ORPC_", 5) == 0)) ||
	    strstr(name, "_xdr_") || strstr(name, "_XDR_");
}

const char *
cname_global(struct cnames *names, const char *name)
{
	if (names->classic)
		return is_escaped(names, name) ?
		    join3(names, name, "_", "") : name;
	if (names->prefix[0])
		return join3(names, names->prefix, name, "");
	if (!is_reserved(names, name))
		return name;
	do
		name = join3(names, name, "_", "");
	while (idlc_schema_find(names->schema, name));
	return name;
}

bool
cname_is_param(const char *name)
{
	return strcmp(name, "r") == 0 || strcmp(name, "w") == 0 ||
	    strcmp(name, "p") == 0 || strcmp(name, "arena") == 0;
}

static const char *
name_of_def(struct cnames *names, const struct idlc_def *def)
{
	const char *name = cname_global(names, def->name);

	/* Hidden by parameters of the functions that are about it, and without
	 * a tag to go by. */
	if (def->kind == IDLC_TYPEDEF && !names->classic &&
	    cname_is_param(name))
		return join3(names, name, "_", "");
	/* Known to the library only because libtirpc's headers have it: those
	 * may be there too. */
	if (def->kind != IDLC_CONST && !names->classic && def->pos.file &&
	    def->pos.file[0] == '<')
		return join3(names, name, "_", "");
	return name;
}

const char *
cname_def(struct cnames *names, const struct idlc_def *def)
{
	size_t slot = ((uintptr_t)def >> 4) % RECENT;

	if (names->recent[slot].def != def) {
		names->recent[slot].def = def;
		names->recent[slot].name = name_of_def(names, def);
	}
	return names->recent[slot].name;
}

const char *
cname_member(struct cnames *names, const char *name)
{
	return is_escaped(names, name) ? join3(names, name, "_", "") : name;
}

/* ---- Programs ----------------------------------------------------------- */

static const char *
version_key(struct cnames *names, const struct idlc_def *program,
    const struct idlc_version *version)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", version->number);
	return join3(names, program->name, "\n", number);
}

static bool
is_taken(struct cnames *names, const char *name)
{
	return map_find(&names->taken, name) ||
	    idlc_schema_find(names->schema, name);
}

/* Everything that is made from a procedure's function name. */
static const char *const suffixes[] = {
	"", "_async", "_done", "_reply", "_args", "_names", "_finish", "_handle",
};

static bool
any_taken(struct cnames *names, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (is_taken(names, join3(names, name, suffixes[i], "")))
			return true;
	return false;
}

static void
take_procedure(struct cnames *names, const char *version,
    const char *key, const struct idlc_procedure *proc)
{
	const char *name = join3(names, version, "_",
	    lower(names, proc->name));

	while (any_taken(names, name))
		name = join3(names, name, "_", "");
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		map_put(&names->taken, join3(names, name, suffixes[i], ""),
		    "");
	map_put(&names->settled, join3(names, key, "\n", proc->name), name);
}

static void
take_version(struct cnames *names, const struct idlc_def *program,
    const struct idlc_version *version)
{
	static const char *const own[] = {
		"_ops", "_program", "_service", "_serve", "_serve_on",
		"_procs", "_handlers",
	};
	const char *key = version_key(names, program, version);
	const char *name = join3(names, names->prefix,
	    lower(names, program->name), "_v");

	name = join3(names, name, strchr(key, '\n') + 1, "");
	while (is_taken(names, join3(names, name, "_program", "")))
		name = join3(names, name, "_", "");
	map_put(&names->settled, key, name);
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		map_put(&names->taken, join3(names, name, own[i], ""), "");
	for (const struct idlc_procedure *p = version->procedures; p;
	    p = p->next)
		take_procedure(names, name, key, p);
}

const char *
cname_version(struct cnames *names, const struct idlc_def *program,
    const struct idlc_version *version)
{
	return map_find(&names->settled, version_key(names, program,
	    version))->value;
}

const char *
cname_procedure(struct cnames *names, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	return map_find(&names->settled, join3(names, version_key(names,
	    program, version), "\n", proc->name))->value;
}

const char *
cname_handler(struct cnames *names, const struct idlc_def *program,
    const struct idlc_version *version, const struct idlc_procedure *proc)
{
	const char *name = cname_procedure(names, program, version, proc) +
	    strlen(cname_version(names, program, version)) + 1;

	const struct idlc_def *def = idlc_schema_find(names->schema, name);

	/* In C++ a member hides a typedef of its name. */
	if (strcmp(name, "ctx") == 0 || is_word(names, name) || (def && def->kind == IDLC_TYPEDEF))
		return join3(names, name, "_", "");
	return name;
}

/* ---- Macros ------------------------------------------------------------- */

/* Values of `macros`. */
static const char member[] = "member", enumerator[] = "enumerator";

static void
note_macro(struct cnames *names, const char *name)
{
	if (!map_find(&names->macros, name))
		map_put(&names->macros, name,
		    cname_is_local(name) ? member : NULL);
}

static void
note_program(struct cnames *names, const struct idlc_def *program)
{
	note_macro(names, program->name);
	for (const struct idlc_version *v = program->is.program.versions; v;
	    v = v->next) {
		note_macro(names, v->name);
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next) {
			note_macro(names, p->name);
			/* Its handler has this very name. */
			if (strcmp(p->name, lower(names, p->name)) == 0)
				map_find(&names->macros, p->name)->value =
				    member;
		}
	}
}

static void
note_member(struct cnames *names, const struct idlc_decl *decl)
{
	struct entry *e = decl->name ? map_find(&names->macros, decl->name) :
	    NULL;

	if (e && !e->value)
		e->value = member;
}

static void
note_arguments(struct cnames *names, const struct idlc_def *program)
{
	for (const struct idlc_version *v = program->is.program.versions; v;
	    v = v->next)
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next)
			for (const struct idlc_decl *a = p->args; a;
			    a = a->next)
				note_member(names, a);
}

static void
note_members(struct cnames *names, const struct idlc_def *def)
{
	if (def->kind == IDLC_PROGRAM)
		note_arguments(names, def);
	if (def->kind == IDLC_ENUM)
		for (const struct idlc_enumerator *n = def->is.enumerators; n;
		    n = n->next) {
			struct entry *e = map_find(&names->macros, n->name);

			if (e)
				e->value = enumerator;
		}
	if (def->kind == IDLC_STRUCT)
		for (const struct idlc_decl *m = def->is.members; m;
		    m = m->next)
			note_member(names, m);
	if (def->kind != IDLC_UNION)
		return;
	note_member(names, &def->is.u.disc);
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		note_member(names, a->decl);
	if (def->is.u.other)
		note_member(names, def->is.u.other);
}

bool
cname_is_member(struct cnames *names, const char *name)
{
	const struct entry *e = map_find(&names->macros, name);

	return e && e->value == member;
}

/* "arg2": what an argument without a name is called. */
static bool
is_numbered(const char *name)
{
	return strncmp(name, "arg", 3) == 0 && name[3] &&
	    strspn(name + 3, "0123456789") == strlen(name + 3);
}

bool
cname_is_local(const char *name)
{
	return in_list(name, locals, ARRAY_LEN(locals)) || is_numbered(name);
}

bool
cname_hides(const struct cnames *names, const char *name)
{
	return in_list(name, stub_locals, ARRAY_LEN(stub_locals)) ||
	    in_list(name, c_types, ARRAY_LEN(c_types)) ||
	    in_list(name, declared, ARRAY_LEN(declared)) ||
	    is_word(names, name) || is_stdint(name, true) ||
	    idlc_schema_find(names->schema, name) ||
	    map_find(&names->macros, name) || map_find(&names->taken, name);
}

bool
cname_once(struct cnames *names, const char *text)
{
	if (map_find(&names->once, text))
		return false;
	map_put(&names->once, join3(names, text, "", ""), "");
	return true;
}

bool
cname_take_macro(struct cnames *names, const char *name)
{
	const struct entry *e = map_find(&names->macros, name);
	const struct idlc_def *def = idlc_schema_find(names->schema, name);

	if ((e && e->value == enumerator) ||
	    (def && def->kind != IDLC_PROGRAM))
		return false;
	return cname_once(names, join3(names, "#define ", name, ""));
}

/* ---- All of them -------------------------------------------------------- */

struct cnames *
cnames_new(const struct idlc_schema *schema, const char *prefix, bool classic)
{
	struct cnames *names = mem_or_die(calloc(1, sizeof(*names)));
	const struct idlc_def *d;

	names->schema = schema;
	names->prefix = prefix;
	names->classic = classic;
	filter_fill(names, words, ARRAY_LEN(words));
	filter_fill(names, declared, ARRAY_LEN(declared));
	for (d = schema->defs; d; d = d->next) {
		if (d->kind == IDLC_CONST)
			note_macro(names, d->name);
		if (d->kind != IDLC_PROGRAM)
			continue;
		note_program(names, d);
		for (const struct idlc_version *v = d->is.program.versions; v;
		    v = v->next)
			take_version(names, d, v);
	}
	for (d = schema->defs; d && names->macros.n > 0; d = d->next)
		note_members(names, d);
	return names;
}

void
cnames_free(struct cnames *names)
{
	oxdr_arena_fini(&names->arena);
	free(names->macros.entries);
	free(names->once.entries);
	free(names->taken.entries);
	free(names->settled.entries);
	free(names);
}
