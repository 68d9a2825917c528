/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The whole front end on any text, in each dialect: no error of memory, and
 * what comes out holds together.  Findings lie inside the lines they quote; a
 * schema has its definitions in an order that C can take, and prints as JSON.
 */
#include <stdlib.h>
#include <string.h>

#include <idlc/dump.h>
#include <idlc/idl.h>

#include "idlc/front/diag.h"
#include "tests/fuzz/fuzz.h"

#define HOLDS(what) \
	do { \
		if (!(what)) \
			abort(); \
	} while (0)

static int
count(void *ctx, const char *text, size_t n)
{
	*(size_t *)ctx += n + (n ? (size_t)(text[0] == '!') : 0);
	return 0;
}

/* A finding, and a place for it to be rendered. */
struct sink {
	struct idlc_diag diag;
	unsigned n;
};

static void
check_place(const struct idlc_finding *x)
{
	HOLDS(x->text && *x->text);
	if (!x->pos.file)
		return;
	HOLDS(x->pos.line >= 1 && x->pos.column >= 1 && x->pos.n >= 1);
	if (x->excerpt)
		HOLDS(x->pos.column <= strlen(x->excerpt) + 1);
}

static void
on_finding(void *ctx, const struct idlc_finding *x)
{
	struct sink *sink = ctx;

	HOLDS(x->code);
	check_place(x);
	for (const struct idlc_finding *c = x->children; c; c = c->next)
		check_place(c);
	idlc_diag_finding(&sink->diag, x);
	sink->n += x->severity == IDLC_ERROR;
}

/* Does what `decl` needs by value stand before it? */
static void
check_decl(const struct idlc_decl *decl)
{
	const struct idlc_def *def = decl->type.def;

	HOLDS(decl->doc);
	if (!def || decl->shape == IDLC_OPTIONAL ||
	    decl->shape == IDLC_VARIABLE)
		return;
	HOLDS(def->name);
	if (def->kind == IDLC_STRUCT || def->kind == IDLC_UNION)
		HOLDS(def->user == def);
}

static void
check_schema(const struct idlc_schema *schema)
{
	unsigned n = 0;

	for (const struct idlc_def *d = schema->defs; d; d = d->next, n++) {
		HOLDS(d->kind == IDLC_TEXT || d->name);
		if (d->kind == IDLC_STRUCT)
			for (const struct idlc_decl *m = d->is.members; m;
			     m = m->next)
				check_decl(m);
		if (d->kind == IDLC_UNION)
			for (const struct idlc_arm *a = d->is.u.arms; a;
			     a = a->next)
				check_decl(a->decl);
		((struct idlc_def *)(uintptr_t)d)->user =
		    (struct idlc_def *)(uintptr_t)d;
	}
	HOLDS(n == schema->n_defs);
}

static void
load(const char *text, size_t n, enum idlc_dialect dialect,
    enum idlc_diag_format format)
{
	static const char *const warnings[] = { "all", NULL };
	size_t bytes = 0;
	struct sink sink = { .diag = {
		.format = format, .write = count, .ctx = &bytes } };
	struct idlc_options options = {
		.dialect = dialect, .warnings = warnings,
		.output_symbol = dialect == IDLC_RPCGEN ? "RPC_HDR" : NULL,
		.on_finding = on_finding, .ctx = &sink
	};
	struct idlc_schema *schema = NULL;
	int r = idlc_schema_parse("fuzz.x", text, n, &options, &schema);

	HOLDS(r == 0 || r == 1);
	HOLDS((r == 1) == (sink.n > 0));
	if (r == 0) {
		check_schema(schema);
		idlc_dump_schema(schema, count, &bytes);
		idlc_schema_free(schema);
	}
	idlc_diag_end(&sink.diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = n ? (const char *)bytes : "";

	load(text, n, IDLC_NATIVE, n & 1 ? IDLC_DIAG_TEXT : IDLC_DIAG_JSON);
	load(text, n, IDLC_RPCGEN, n & 1 ? IDLC_DIAG_SARIF : IDLC_DIAG_GITHUB);
	return 0;
}
