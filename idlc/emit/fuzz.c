/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NAME_fuzz.c: a libFuzzer target for every decoder of the user's .x file.
 *
 * The first byte of the input chooses the type.  What generated code accepts
 * the table must accept, and encoding it again must give the same bytes.
 */
#include "idlc/emit/emit.h"
#include "idlc/emit/program.h"

static void
put_top(struct emit *e, struct out *o)
{
	out(o, VARS({ "stem", e->stem }, { "orpc", e->classic ? "_orpc" : "" }),
	    "/*\n"
	    " * A libFuzzer target:\n"
	    " * clang -g -fsanitize=fuzzer,address,undefined $stem$_fuzz.c"
	    " $stem$_xdr.c\n"
	    " * with pkg-config's flags for liboxdr.  A main() that feeds files"
	    " will do too.\n"
	    " */\n"
	    "#include <stdlib.h>\n"
	    "#include <string.h>\n"
	    "\n"
	    "#include \"$stem$$orpc$.h\"\n"
	    "\n");
}

/* The functions of a type, as the table of targets takes them. */
static void
put_wrappers(struct emit *e, struct out *o, const struct idlc_def *d)
{
	out(o, VARS({ "name", cname_def(e->names, d) },
	    { "cast", program_rows_cast(e, d) }),
	    "static int\n"
	    "$name$_xdr_fuzz_get(struct oxdr_reader *r,\v"
	    "struct oxdr_arena *arena,\vvoid *out)\n"
	    "{\n"
	    "\treturn $name$_xdr_get(r, arena, out);\n"
	    "}\n"
	    "\n"
	    "static int\n"
	    "$name$_xdr_fuzz_put(struct oxdr_writer *w,\vconst void *value)\n"
	    "{\n"
	    "\treturn $name$_xdr_put(w, $cast$value);\n"
	    "}\n"
	    "\n");
}

static void
put_targets(struct emit *e, struct out *o)
{
	out(o, NULL,
	    "static const struct oxdr_fuzz_target {\n"
	    "\tconst struct oxdr_type *type;\n"
	    "\toxdr_get_fn *get;\n"
	    "\toxdr_put_fn *put;\n"
	    "} oxdr_fuzz_targets[] = {\n");
	for (const struct idlc_def *d = e->schema->defs; d; d = d->next) {
		if (emit_is_type(d))
			out(o, VARS({ "name", cname_def(e->names, d) }),
			    "\t{ &$name$_xdr_type,\v$name$_xdr_fuzz_get,\v$name$_xdr_fuzz_put"
			    " },\n");
		oxdr_arena_reset(&e->scratch);
	}
	out(o, NULL,
	    "\t{ NULL, NULL, NULL },\n"
	    "};\n"
	    "\n");
}

static void
put_try_target(struct out *o)
{
	out(o, NULL,
	    "/* Memory that one message may take; what is counted may come in"
	    " pieces of\n"
	    " * up to 16 times its size: chunks, alignment. */\n"
	    "#define OXDR_MAY_USE ((size_t)1 << 20)\n"
	    "#define OXDR_MAY_TAKE(left) (16 * (OXDR_MAY_USE - (left)) +"
	    " 16384)\n"
	    "\n"
	    "/* Generated code and table agree, within their budget; encoding"
	    " gives the\n"
	    " * bytes back.  Only the code is held to the type's ratio of"
	    " memory to\n"
	    " * message: every value must be content with that. */\n"
	    "static void\n"
	    "oxdr_fuzz_try(const struct oxdr_fuzz_target *t,\vconst uint8_t *bytes,\v"
	    "size_t n)\n"
	    "{\n"
	    "\tstruct oxdr_type loose = *t->type;\n"
	    "\tstruct oxdr_arena arena = { 0 };\n"
	    "\tstruct oxdr_reader code, table;\n"
	    "\tstruct oxdr_writer w;\n"
	    "\tint error;\n"
	    "\tvoid *value = calloc(2, t->type->size);\n"
	    "\tvoid *again = value ? (char *)value + t->type->size : NULL;\n"
	    "\tuint8_t *copy = malloc(n + 1);\n"
	    "\tsize_t used;\n"
	    "\n"
	    "\tif (!value || !copy)\n"
	    "\t\tabort();\n"
	    "\toxdr_reader_init(&code, bytes, n);\n"
	    "\toxdr_reader_init(&table, bytes, n);\n"
	    "\tcode.budget = table.budget = OXDR_MAY_USE;\n"
	    "\tloose.ratio = 0;\n"
	    "\terror = t->get(&code, &arena, value);\n"
	    "\tused = arena.used;\n"
	    "\tif (used > OXDR_MAY_TAKE(code.budget) ||\n"
	    "\t    (oxdr_get_value(&table, &arena, &loose, again) == 0) !="
	    " (error == 0) ||\n"
	    "\t    arena.used - used > OXDR_MAY_TAKE(table.budget))\n"
	    "\t\tabort();\n"
	    "\tused = oxdr_reader_offset(&code);\n"
	    "\toxdr_writer_init_fixed(&w, copy, n);\n"
	    "\toxdr_reader_init(&code, bytes, n);\n"
	    "\tcode.budget = OXDR_MAY_USE;\n"
	    "\tif (t->get(&code, &arena, value) == 0) {\n"
	    "\t\tif (oxdr_reader_offset(&table) != used ||\n"
	    "\t\t    t->put(&w, value) != 0 ||\n"
	    "\t\t    oxdr_writer_size(&w) != used ||\n"
	    "\t\t    memcmp(copy, bytes, used) != 0 ||\n"
	    "\t\t    oxdr_value_equal(t->type, value, again) != 1)\n"
	    "\t\t\tabort();\n"
	    "\t}\n"
	    "\toxdr_writer_fini(&w);\n"
	    "\toxdr_arena_fini(&arena);\n"
	    "\tfree(copy);\n"
	    "\tfree(value);\n"
	    "}\n"
	    "\n");
}

static void
put_entry(struct out *o)
{
	out(o, NULL,
	    "int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);\n"
	    "\n"
	    "int\n"
	    "LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)\n"
	    "{\n"
	    "\tsize_t n_targets = sizeof(oxdr_fuzz_targets) /\n"
	    "\t    sizeof(oxdr_fuzz_targets[0]) - 1;\n"
	    "\n"
	    "\tif (n > 0 && n_targets > 0)\n"
	    "\t\toxdr_fuzz_try(&oxdr_fuzz_targets[bytes[0] % n_targets],\n"
	    "\t	    bytes + 1, n - 1);\n"
	    "\treturn 0;\n"
	    "}\n");
}

void
emit_fuzz(struct emit *e, struct out *o)
{
	emit_banner(e, o);
	put_top(e, o);
	for (const struct idlc_def *d = e->schema->defs; d; d = d->next) {
		if (emit_is_type(d))
			put_wrappers(e, o, d);
		oxdr_arena_reset(&e->scratch);
	}
	put_targets(e, o);
	put_try_target(o);
	put_entry(o);
}
