/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a C program that carries the types of an interface file over the
 * wire: random encodings of each, made here from the schema alone, are
 * decoded and encoded again by the generated code and must come back byte for
 * byte.
 *
 *	wire_program native|rpcgen HEADER FILE.x >main.c
 *
 * Types that the user supplies, and what contains them, are left out.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <idlc/idl.h>

#include "tests/lib/random.h"

#define SAMPLES 6
#define MAX_BYTES 65536
#define MAX_DEPTH 4

struct sample {
	unsigned char bytes[MAX_BYTES];
	size_t n;
	uint64_t seed;
	bool impossible;	/* a user's type, or too large */
};

static bool classic;

static uint64_t
pick(struct sample *s, uint64_t below)
{
	return test_random(&s->seed) % below;
}

static void
put(struct sample *s, uint64_t value, unsigned n_bytes)
{
	if (s->n + n_bytes > MAX_BYTES) {
		s->impossible = true;
		return;
	}
	for (unsigned i = n_bytes; i-- > 0; )
		s->bytes[s->n++] = (unsigned char)(value >> (8 * i));
}

static void put_decl(struct sample *s, const struct idlc_decl *d,
    unsigned depth);

/* Bytes that are letters, so that strings may take them; then padding. */
static void
put_letters(struct sample *s, uint32_t n)
{
	for (uint32_t i = 0; i < n && !s->impossible; i++)
		put(s, 'a' + pick(s, 26), 1);
	while (s->n % 4 && !s->impossible)
		put(s, 0, 1);
}

static void
put_double(struct sample *s, bool narrow)
{
	double d = ((double)pick(s, 2000) - 1000) / 8;
	float f = (float)d;
	uint64_t wide;
	uint32_t bits;

	memcpy(&wide, &d, sizeof(wide));
	memcpy(&bits, &f, sizeof(bits));
	put(s, narrow ? bits : wide, narrow ? 4 : 8);
}

static int64_t
pick_enum(struct sample *s, const struct idlc_def *def)
{
	const struct idlc_enumerator *e = def->is.enumerators;
	uint64_t n = 0, at;

	for (; e; e = e->next)
		n++;
	at = pick(s, n);
	for (e = def->is.enumerators; at > 0; at--)
		e = e->next;
	s->impossible |= e->written.unknown;
	return e->value;
}

static bool
has_label(const struct idlc_def *def, int64_t value)
{
	for (const struct idlc_arm *a = def->is.u.arms; a; a = a->next)
		for (const struct idlc_label *l = a->labels; l; l = l->next)
			if (l->number == value)
				return true;
	return false;
}

/* A value that only the default covers; false: none was found. */
static bool
pick_other(struct sample *s, const struct idlc_def *def, int64_t *out)
{
	const struct idlc_type *type =
	    idlc_type_resolve(&def->is.u.disc.type);

	for (int i = 0; i < 20; i++) {
		if (type->wire == IDLC_BOOL)
			*out = (int64_t)pick(s, 2);
		else if (type->def)
			*out = pick_enum(s, type->def);
		else
			*out = (int64_t)pick(s, 100);
		if (!has_label(def, *out))
			return true;
	}
	return false;
}

static void
put_union(struct sample *s, const struct idlc_def *def, unsigned depth)
{
	enum idlc_base wire = idlc_type_resolve(&def->is.u.disc.type)->wire;
	unsigned size = wire == IDLC_HYPER || wire == IDLC_UHYPER ? 8 : 4;
	const struct idlc_arm *arm = def->is.u.arms;
	const struct idlc_label *label;
	uint64_t n = 0, at;
	int64_t value;

	for (const struct idlc_arm *a = arm; a; a = a->next)
		n++;
	at = pick(s, n + (def->is.u.other != NULL));
	if (at == n && pick_other(s, def, &value)) {
		put(s, (uint64_t)value, size);
		put_decl(s, def->is.u.other, depth);
		return;
	}
	for (at %= n; at > 0; at--)
		arm = arm->next;
	label = arm->labels;
	for (n = pick(s, 3); n > 0 && label->next; n--)
		label = label->next;
	s->impossible |= label->value.unknown;
	put(s, (uint64_t)label->number, size);
	put_decl(s, arm->decl, depth);
}

static void
put_def(struct sample *s, const struct idlc_def *def, unsigned depth)
{
	switch (def->kind) {
	case IDLC_ENUM:
		put(s, (uint64_t)pick_enum(s, def), 4);
		break;
	case IDLC_STRUCT:
		for (const struct idlc_decl *d = def->is.members; d; d = d->next)
			put_decl(s, d, depth + 1);
		break;
	case IDLC_UNION:
		put_union(s, def, depth + 1);
		break;
	case IDLC_TYPEDEF:
		put_decl(s, &def->is.alias, depth + 1);
		break;
	default:
		s->impossible = true;
	}
}

static void
put_one(struct sample *s, const struct idlc_type *type, unsigned depth)
{
	switch (type->wire) {
	case IDLC_VOID: break;
	case IDLC_INT: case IDLC_UINT:
		put(s, pick(s, (uint64_t)1 << 32), 4);
		break;
	case IDLC_LONG: case IDLC_ULONG: case IDLC_SHORT: case IDLC_USHORT:
		put(s, pick(s, 32768), 4);
		break;
	case IDLC_CHAR: case IDLC_UCHAR: put(s, pick(s, 128), 4); break;
	case IDLC_HYPER: case IDLC_UHYPER:
		put(s, test_random(&s->seed), 8);
		break;
	case IDLC_FLOAT: put_double(s, true); break;
	case IDLC_DOUBLE: put_double(s, false); break;
	case IDLC_QUADRUPLE:
		put(s, test_random(&s->seed), 8);
		put(s, test_random(&s->seed), 8);
		break;
	case IDLC_BOOL: put(s, pick(s, 2), 4); break;
	default:
		if (type->def)
			put_def(s, type->def, depth);
		else
			s->impossible = true;
	}
}

static void
put_decl(struct sample *s, const struct idlc_decl *d, unsigned depth)
{
	bool bytes = d->type.wire == IDLC_OPAQUE || d->type.wire == IDLC_STRING;
	uint32_t n = d->bound;

	if (s->impossible || depth > 60) {
		s->impossible = true;
		return;
	}
	if (d->shape == IDLC_VARIABLE) {
		n = (uint32_t)pick(s, depth > MAX_DEPTH ? 1 : 5);
		n = n > d->bound ? d->bound : n;
		put(s, n, 4);
	} else if (d->shape == IDLC_OPTIONAL) {
		n = (uint32_t)pick(s, depth > MAX_DEPTH ? 1 : 2);
		put(s, n, 4);
	} else if (d->shape == IDLC_PLAIN) {
		n = 1;
	} else if (d->size.unknown || n > MAX_BYTES) {
		s->impossible = true;
	}
	if (bytes)
		put_letters(s, n);
	else
		for (uint32_t i = 0; i < n && !s->impossible; i++)
			put_one(s, &d->type, depth + 1);
}

/* ---- The program ----------------------------------------------------------- */

static bool
is_c_word(const char *name)
{
	static const char *const words[] = {
		"auto", "char", "do", "else", "extern", "for", "if", "long",
		"register", "return", "short", "sizeof", "static", "while"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	return false;
}

/* (xdr_array is libtirpc's: the type's own routine gets a '_'.) */
static bool
is_row(const struct idlc_def *def)
{
	while (def && def->kind == IDLC_TYPEDEF) {
		if (def->is.alias.shape == IDLC_FIXED)
			return true;
		if (def->is.alias.shape != IDLC_PLAIN)
			return false;
		def = def->is.alias.type.def;
	}
	return false;
}

static void
print_samples(const struct idlc_def *def, unsigned *n_checks)
{
	static struct sample s;
	const char *underscore = is_c_word(def->name) ? "_" : "";

	for (uint64_t i = 0; i < SAMPLES; i++) {
		s = (struct sample){ .seed = 77 + i * 1000 };
		put_def(&s, def, 0);
		if (s.impossible)
			return;
		printf("\t{\n\t\tstatic const unsigned char bytes[] = {");
		for (size_t b = 0; b < s.n; b++)
			printf("%s%u", b ? "," : "", s.bytes[b]);
		printf("%s };\n\t\tstatic %s%s v;\n\n",
		    s.n ? "" : "0", def->name, underscore);
		printf("\t\tmemset(&v, 0, sizeof(v));\n");
		if (classic)
			printf("\t\tCHECK(xdr_%s%s, %sv, bytes, %zu);\n\t}\n",
			    def->name, strcmp(def->name, "array") ? "" : "_",
			    is_row(def) ? "" : "&", s.n);
		else
			printf("\t\tCHECK(%s%s, %sv, bytes, %zu);\n\t}\n",
			    def->name, underscore, is_row(def) ? "" : "&", s.n);
		++*n_checks;
	}
}

static const char native_head[] =
	"#include <stdio.h>\n#include <string.h>\n"
	"#include <oxdr/mem.h>\n#include <oxdr/reader.h>\n"
	"#include <oxdr/type.h>\n#include <oxdr/writer.h>\n"
	"#define CHECK(T, v, b, n) \\\n"
	"	do { \\\n"
	"		static unsigned char out[70000]; \\\n"
	"		struct oxdr_arena a = { 0 }; \\\n"
	"		struct oxdr_reader r; \\\n"
	"		struct oxdr_writer w; \\\n"
	"		oxdr_reader_init(&r, b, n); \\\n"
	"		oxdr_writer_init_fixed(&w, out, sizeof(out)); \\\n"
	"		if (T##_xdr_get(&r, &a, v) || oxdr_reader_left(&r) || \\\n"
	"		    T##_xdr_size((const void *)(v)) != n || \\\n"
	"		    T##_xdr_put(&w, (const void *)(v)) || \\\n"
	"		    memcmp(out, b, n)) \\\n"
	"			bad |= puts(#T \": generated code\") != 0; \\\n"
	"		oxdr_reader_init(&r, b, n); \\\n"
	"		oxdr_writer_init_fixed(&w, out, sizeof(out)); \\\n"
	"		if (oxdr_get_value(&r, &a, &T##_xdr_type, v) || \\\n"
	"		    oxdr_put_value(&w, &T##_xdr_type, v) || \\\n"
	"		    memcmp(out, b, n)) \\\n"
	"			bad |= puts(#T \": by its table\") != 0; \\\n"
	"		oxdr_arena_fini(&a); \\\n"
	"	} while (0)\n";

static const char classic_head[] =
	"#include <stdio.h>\n#include <string.h>\n"
	"#define CHECK(fn, v, b, n) \\\n"
	"	do { \\\n"
	"		static char in[70000], out[70000]; \\\n"
	"		XDR x; \\\n"
	"		memcpy(in, b, n); \\\n"
	"		xdrmem_create(&x, in, n, XDR_DECODE); \\\n"
	"		if (!fn(&x, v) || xdr_getpos(&x) != n) \\\n"
	"			bad |= puts(#fn \": decode\") != 0; \\\n"
	"		xdrmem_create(&x, out, sizeof(out), XDR_ENCODE); \\\n"
	"		if (!fn(&x, v) || xdr_getpos(&x) != n || \\\n"
	"		    memcmp(in, out, n)) \\\n"
	"			bad |= puts(#fn \": encode\") != 0; \\\n"
	"		x.x_op = XDR_FREE; \\\n"
	"		fn(&x, v); \\\n"
	"	} while (0)\n";

int
main(int argc, char **argv)
{
	struct idlc_options options = { 0 };
	struct idlc_schema *schema;
	unsigned n_checks = 0;

	if (argc != 4)
		return 2;
	classic = strcmp(argv[1], "rpcgen") == 0;
	options.dialect = classic ? IDLC_RPCGEN : IDLC_NATIVE;
	if (idlc_schema_load(argv[3], &options, &schema) != 0)
		return 1;
	/* The generated header first, as it must stand alone. */
	printf("#include \"%s\"\n%s\nint\nmain(void)\n{\n\tint bad = 0;\n\n",
	    argv[2], classic ? classic_head : native_head);
	for (const struct idlc_def *d = schema->defs; d; d = d->next)
		if ((d->kind == IDLC_ENUM || d->kind == IDLC_STRUCT ||
		    d->kind == IDLC_UNION || d->kind == IDLC_TYPEDEF) &&
		    !(d->flags & (IDLC_DEF_NOTHING | IDLC_DEF_IMPORTED)))
			print_samples(d, &n_checks);
	printf("\tprintf(\"%u samples\\n\");\n\treturn bad;\n}\n", n_checks);
	idlc_schema_free(schema);
	return 0;
}
