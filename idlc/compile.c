/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From input files to outputs: load, plan, check, print; all outputs of all
 * inputs appear, or none.
 *
 * A schema is loaded once, unless the input asks which output is being made
 * (`#ifdef RPC_HDR`): then once for each.
 */
#include "idlc/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <idlc/dump.h>

#include "idlc/emit/emit.h"
#include "idlc/emit/makedep.h"
#include "idlc/emit/skeleton.h"
#include "idlc/plan/plan.h"
#include "xdr/base.h"

/* A product: which output symbol it is made under, and what its name ends in,
 * in the native dialect and with --types=classic. */
struct product {
	unsigned bit;
	const char *symbol;
	const char *ending;
	const char *classic_ending;
	void (*emit)(struct emit *e, struct out *o);
};

static const struct product products[] = {
	{ EMIT_HEADER, "RPC_HDR", ".h", "_orpc.h", emit_header },
	{ EMIT_XDR, "RPC_XDR", "_xdr.c", "_orpc_xdr.c", emit_xdr },
	{ EMIT_CLIENT, "RPC_CLNT", "_clnt.c", "_orpc_clnt.c", emit_client },
	{ EMIT_SERVER, "RPC_SVC", "_svc.c", "_orpc_svc.c", emit_server },
	{ EMIT_SAMPLE, "RPC_CLIENT", "_client.c", "_orpc_client.c",
	    emit_sample_client },
	{ EMIT_SAMPLE, "RPC_SERVER", "_server.c", "_orpc_server.c",
	    emit_sample_server },
	{ EMIT_FUZZ, "RPC_XDR", "_fuzz.c", "_orpc_fuzz.c", emit_fuzz },
};

/* One run of the program. */
struct run {
	const struct options *options;
	struct idlc_diag diag;
	struct outputs outputs;
	struct makedep dep;
	int status;
};

static void
run_worst(struct run *run, int status)
{
	if (status > run->status)
		run->status = status;
}

/* ---- Names -------------------------------------------------------------- */

static char *
copy_or_die(const char *text, size_t n)
{
	char *copy = strndup(text, n);

	if (!copy) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	return copy;
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "calc" of "dir/calc.x"; the caller frees. */
static char *
stem_of(const char *path)
{
	const char *base = strcmp(path, "-") == 0 ? "stdin" : base_of(path);
	const char *dot = strrchr(base, '.');

	return copy_or_die(base, dot && dot != base ? (size_t)(dot - base) :
	    strlen(base));
}

/* "outdir/calc_xdr.c"; the caller frees. */
static char *
output_path(const struct options *options, const char *dir, const char *stem,
    const struct product *product)
{
	const char *ending = options->classic ? product->classic_ending :
	    product->ending;
	size_t n = strlen(stem) + strlen(ending) + 2 + (dir ? strlen(dir) : 0);
	char *path = copy_or_die("", 0);

	path = realloc(path, n);
	if (!path)
		exit(2);
	snprintf(path, n, "%s%s%s%s", dir ? dir : "",
	    dir && *dir && dir[strlen(dir) - 1] != '/' ? "/" : "", stem,
	    ending);
	return path;
}

/* ---- Schemas ------------------------------------------------------------ */

/* A warning said once need not be said again for every product. */
static void
ignore_finding(void *ctx, const struct idlc_finding *finding)
{
	(void)ctx;
	(void)finding;
}

/* quietly: findings were shown before, for another output symbol. */
static struct idlc_options
library_options(struct run *run, const char *symbol, bool quietly)
{
	const struct options *o = run->options;

	return (struct idlc_options){
		.dialect = IDLC_NATIVE,
		.include_dirs = o->include_dirs.items,
		.defines = o->defines.items,
		.output_symbol = symbol,
		.cpp_command = o->cpp,
		.warnings = o->warnings.items,
		.on_finding = quietly ? ignore_finding : idlc_diag_finding,
		.ctx = &run->diag,
	};
}

/* Keeps what came of an input; the library told all but lack of memory. */
static int
settle(struct run *run, const char *path, int result)
{
	if (result < 0 && run->diag.n_errors == 0)
		fprintf(stderr, "idlc: %s: %s\n", path,
		    oxdr_strerror(result));
	if (result != 0)
		run_worst(run, result > 0 ? 1 : 2);
	return result;
}

static int
load(struct run *run, const char *path, const char *symbol, bool quietly,
    struct idlc_schema **out)
{
	struct idlc_options options = library_options(run, symbol, quietly);

	return settle(run, path, idlc_schema_load(path, &options, out));
}

/* ---- Compiling ---------------------------------------------------------- */

static bool
has_program(const struct idlc_schema *schema)
{
	for (const struct idlc_def *d = schema->defs; d; d = d->next)
		if (d->kind == IDLC_PROGRAM && !(d->flags & IDLC_DEF_IMPORTED))
			return true;
	return false;
}

static unsigned
wanted(const struct options *options, const struct idlc_schema *schema)
{
	if (options->emit)
		return options->emit;
	return EMIT_HEADER | EMIT_XDR |
	    (has_program(schema) ? EMIT_CLIENT | EMIT_SERVER : 0);
}

/* "calc.h" for calc.x: what a classic header is called. */
static void
emit_start(struct emit *e, const struct run *run,
    const struct idlc_schema *schema, const char *stem, const char *path,
    char *classic, size_t n)
{
	snprintf(classic, n, "%s.h", stem);
	emit_init(e, schema, stem, base_of(path), run->options->prefix,
	    run->options->classic ? classic : NULL);
}

static bool
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* Samples are the user's from the moment they are written. */
static bool
may_write(struct run *run, const struct product *product, const char *path)
{
	if (product->bit != EMIT_SAMPLE || run->options->output ||
	    !exists(path))
		return true;
	fprintf(stderr, "idlc: %s exists; samples overwrite nothing\n", path);
	run_worst(run, 2);
	return false;
}

static void
print_product(struct run *run, struct emit *e, const struct product *product,
    const char *stem)
{
	const struct options *o = run->options;
	char *path = o->output ? copy_or_die(o->output, strlen(o->output)) :
	    output_path(o, o->outdir, stem, product);

	if (may_write(run, product, path)) {
		makedep_output(&run->dep, path);
		product->emit(e, outputs_open(&run->outputs, path));
	}
	free(path);
}

/* One product under its own output symbol. */
static void
compile_again(struct run *run, const char *path, const char *stem,
    const struct product *product)
{
	struct idlc_schema *schema;
	struct emit e;
	char classic[4096];

	if (load(run, path, product->symbol, true, &schema) != 0)
		return;
	emit_start(&e, run, schema, stem, path, classic, sizeof(classic));
	print_product(run, &e, product, stem);
	emit_fini(&e);
	idlc_schema_free(schema);
}

static void
compile_products(struct run *run, const struct idlc_schema *schema,
    struct emit *e, const char *path, const char *stem)
{
	unsigned emit = wanted(run->options, schema);

	for (size_t i = 0; i < ARRAY_LEN(products); i++) {
		const struct product *p = &products[i];

		if (!(emit & p->bit))
			continue;
		if (schema->uses_output_symbols)
			compile_again(run, path, stem, p);
		else
			print_product(run, e, p, stem);
	}
}

/* The outputs that the input would have. */
static struct makedep
expected(struct run *run, const struct idlc_schema *schema, const char *stem)
{
	unsigned emit = wanted(run->options, schema);
	struct makedep dep = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(products); i++) {
		char *path;

		if (!(emit & products[i].bit))
			continue;
		path = output_path(run->options, run->options->outdir, stem,
		    &products[i]);
		makedep_output(&dep, path);
		free(path);
	}
	return dep;
}

static void
list_outputs(struct run *run, const struct idlc_schema *schema,
    const char *stem)
{
	struct makedep dep = expected(run, schema, stem);

	for (size_t i = 0; i < dep.n_outputs; i++)
		puts(dep.outputs[i]);
	makedep_fini(&dep);
}

static void
print_fragment(struct run *run, const struct idlc_schema *schema,
    const char *path, const char *stem)
{
	struct makedep dep = expected(run, schema, stem);
	const char *dir = run->options->outdir ? run->options->outdir : "";
	size_t n = strlen(dir) + strlen(stem) + 2;
	char *base = malloc(n);

	if (!base)
		exit(2);
	snprintf(base, n, "%s%s%s", dir,
	    *dir && dir[strlen(dir) - 1] != '/' ? "/" : "", stem);
	makedep_fragment(&dep, outputs_open(&run->outputs, "-"), base, path);
	makedep_fini(&dep);
	free(base);
}

static int
write_out(void *ctx, const char *text, size_t n)
{
	out_raw(ctx, text, n);
	return 0;
}

static void
run_verb(struct run *run, const struct idlc_schema *schema, struct emit *e,
    const char *path, const char *stem)
{
	switch (run->options->verb) {
	case VERB_COMPILE:
		compile_products(run, schema, e, path, stem);
		break;
	case VERB_LIST_OUTPUTS:
		list_outputs(run, schema, stem);
		break;
	case VERB_MAKEFILE:
		print_fragment(run, schema, path, stem);
		break;
	case VERB_DUMP_AST:
		idlc_dump_schema(schema, write_out,
		    outputs_open(&run->outputs, "-"));
		break;
	case VERB_INIT:
		run_worst(run, skeleton_write(e, &run->outputs,
		    run->options->init_dir, path));
		break;
	default:
		break;
	}
}

static void
run_tokens(struct run *run, const char *path)
{
	struct idlc_options options = library_options(run, "RPC_HDR", false);

	settle(run, path, idlc_dump_tokens(path, &options, write_out,
	    outputs_open(&run->outputs, "-")));
}

static void
run_input(struct run *run, const char *path)
{
	char *stem = stem_of(path);
	struct idlc_schema *schema;
	struct emit e;
	char classic[4096];

	if (run->options->verb == VERB_DUMP_TOKENS)
		run_tokens(run, path);
	else if (load(run, path, "RPC_HDR", false, &schema) == 0) {
		emit_start(&e, run, schema, stem, path, classic,
		    sizeof(classic));
		makedep_input(&run->dep, schema->files);
		run_verb(run, schema, &e, path, stem);
		emit_fini(&e);
		idlc_schema_free(schema);
	}
	free(stem);
}

/* Two inputs must not write to one name. */
static bool
stems_differ(const struct options *options)
{
	for (size_t i = 0; i < options->inputs.n; i++)
		for (size_t j = 0; j < i; j++) {
			char *a = stem_of(options->inputs.items[i]);
			char *b = stem_of(options->inputs.items[j]);
			bool same = strcmp(a, b) == 0;

			free(a);
			free(b);
			if (!same)
				continue;
			fprintf(stderr, "idlc: %s and %s would give outputs"
			    " of the same names\n", options->inputs.items[j],
			    options->inputs.items[i]);
			return false;
		}
	return true;
}

static int
run_finish(struct run *run)
{
	const struct options *o = run->options;

	if (run->status == 0 && o->depfile)
		makedep_print(&run->dep, outputs_open(&run->outputs,
		    o->depfile), o->depfile_target);
	makedep_fini(&run->dep);
	if (run->status != 0) {
		outputs_discard(&run->outputs);
		return run->status;
	}
	if (outputs_commit(&run->outputs) == 0)
		return 0;
	fprintf(stderr, "idlc: can't %s %s: %s\n", run->outputs.what,
	    run->outputs.path, strerror(run->outputs.error));
	outputs_discard(&run->outputs);
	return 2;
}

static int
write_error(void *ctx, const char *text, size_t n)
{
	(void)ctx;
	return fwrite(text, 1, n, stderr) == n ? 0 : -1;
}

int
compile_run(const struct options *options)
{
	struct run run = {
		.options = options,
		.diag = { .format = options->format, .color = options->color,
		    .write = write_error },
		.outputs = OUTPUTS_INIT,
	};

	if (!stems_differ(options))
		return 2;
	run.outputs.if_changed = options->if_changed;
	for (size_t i = 0; i < options->inputs.n; i++)
		run_input(&run, options->inputs.items[i]);
	idlc_diag_end(&run.diag);
	return run_finish(&run);
}
