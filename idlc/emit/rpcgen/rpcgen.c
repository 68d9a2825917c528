/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rpcgen's way from a command line to files: which outputs there are, what
 * they are called, and what stops a run.
 *
 * The source is read once for each output, as each has its own symbol for
 * `#ifdef` (RPC_HDR for the header...), but only once in all where the source
 * tests none of them.  Outputs appear together when everything went well, or
 * not at all.
 */
#include "idlc/emit/rpcgen/rpcgen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <oxdr/error.h>

#include "idlc/emit/rpcgen/classic.h"
#include "idlc/front/diag.h"
#include "xdr/base.h"

/*
 * One run.
 *
 * command   how the generated Makefile runs us
 * schema    the one read last; `symbol` is what it was read with, g what the
 *           emitters know of it
 * stem      the input's name without its suffix, base without directories
 * warned    tables out of order: a failure that stops nothing
 */
struct run {
	struct classic_options options;
	struct outputs outputs;
	struct idlc_schema *schema;
	struct classic g;
	const char *symbol;
	const char *command;
	char *stem;
	const char *base;
	char *header;
	char *cpp;
	const char **defines;
	struct idlc_diag diag;
	uint32_t n_findings;
	int warned;
};

/* What a product is made of: its symbol, its name's end, its printer. */
static const struct product {
	const char *symbol;
	const char *suffix;
} products[] = {
	[CLASSIC_CODEC] = { "RPC_XDR", "_xdr.c" },
	[CLASSIC_HEADER] = { "RPC_HDR", ".h" },
	[CLASSIC_CLIENT] = { "RPC_CLNT", "_clnt.c" },
	[CLASSIC_DISPATCH] = { "RPC_SVC", "_svc.c" },
	[CLASSIC_SERVER] = { "RPC_SVC", "_svc.c" },
	[CLASSIC_TABLE] = { "RPC_TBL", "_tbl.i" },
	[CLASSIC_SAMPLE_SERVER] = { "RPC_SERVER", "_server.c" },
	[CLASSIC_SAMPLE_CLIENT] = { "RPC_CLIENT", "_client.c" },
	[CLASSIC_MAKEFILE] = { NULL, "" },
};

static void *
mem_or_die(void *mem)
{
	if (!mem) {
		fputs("rpcgen: out of memory\n", stderr);
		exit(1);
	}
	return mem;
}

/* a, b and c in a row; the caller frees. */
static char *
join(const char *a, const char *b, const char *c)
{
	size_t n = strlen(a) + strlen(b) + strlen(c) + 1;
	char *text = mem_or_die(malloc(n));

	snprintf(text, n, "%s%s%s", a, b, c);
	return text;
}

/* ---- Reading the source --------------------------------------------- */

static int
to_stderr(void *ctx, const char *text, size_t n)
{
	(void)ctx;
	return fwrite(text, 1, n, stderr) == n ? 0 : -1;
}

/* Warnings are told when the source is read first, not for each output. */
static void
on_finding(void *ctx, const struct idlc_finding *finding)
{
	struct run *run = ctx;

	run->n_findings++;
	run->diag.mute = run->symbol && finding->severity != IDLC_ERROR;
	idlc_diag_finding(&run->diag, finding);
}

/* With -Y its preprocessor reads the source, and knows the symbol. */
static int
load(struct run *run, const char *symbol)
{
	const char *input = run->options.input;
	struct idlc_options options = {
		.dialect = IDLC_RPCGEN,
		.strict = run->options.strict,
		.defines = run->defines,
		.output_symbol = symbol,
		.on_finding = on_finding,
		.ctx = run
	};
	int result;
	char *text;
	size_t n;

	if (!run->cpp)
		return idlc_schema_load(input ? input : "-", &options,
		    &run->schema);
	text = classic_preprocess(run->cpp, run->defines, symbol, input, &n);
	if (!text)
		return 1;
	options.defines = NULL;
	options.output_symbol = NULL;
	result = idlc_schema_parse(input ? input : "stdin", text, n,
	    &options, &run->schema);
	free(text);
	return result;
}

static void
forget_source(struct run *run)
{
	if (!run->schema)
		return;
	classic_fini(&run->g);
	idlc_schema_free(run->schema);
	run->schema = NULL;
}

static int
read_source(struct run *run, const char *symbol)
{
	bool differs = run->schema && (run->cpp ||
	    run->schema->uses_output_symbols);
	int result;

	if (run->schema && (!differs || strcmp(run->symbol, symbol) == 0))
		return 0;
	forget_source(run);
	result = load(run, symbol);
	/* All but lack of memory has been told. */
	if (result < 0 && run->diag.n_errors == 0)
		fprintf(stderr, "rpcgen: %s\n", oxdr_strerror(result));
	if (result != 0)
		return 1;
	run->symbol = symbol;
	classic_init(&run->g, run->schema, &run->options);
	run->g.header = run->header;
	run->g.base = run->base;
	return 0;
}

/* ---- Which outputs are worth a file --------------------------------- */

static bool
has_kind(const struct idlc_schema *schema, bool (*wanted)(
    const struct idlc_def *def))
{
	for (const struct idlc_def *def = schema->defs; def; def = def->next)
		if (!(def->flags & IDLC_DEF_IMPORTED) && wanted(def))
			return true;
	return false;
}

static bool
any_definition(const struct idlc_def *def)
{
	(void)def;
	return true;
}

static bool
needs_codec(const struct idlc_def *def)
{
	if (def->kind == IDLC_TEXT)
		return true;
	if (def->kind != IDLC_PROGRAM)
		return classic_is_type(def);
	for (const struct idlc_version *v = def->is.program.versions; v;
	    v = v->next)
		for (const struct idlc_procedure *p = v->procedures; p;
		    p = p->next)
			if (p->n_args > 1)
				return true;
	return false;
}

static bool
is_worth_a_file(const struct idlc_schema *schema, enum classic_product p)
{
	if (p == CLASSIC_HEADER)
		return has_kind(schema, any_definition);
	if (p == CLASSIC_CODEC)
		return has_kind(schema, needs_codec);
	return classic_has_programs(schema);
}

/* ---- Printing ------------------------------------------------------- */

static void
print_product(struct run *run, struct out *o, enum classic_product product)
{
	struct classic *g = &run->g;

	g->o = o;
	out_common(o, g->own);
	switch (product) {
	case CLASSIC_CODEC:
		classic_codec(g);
		break;
	case CLASSIC_HEADER:
		classic_header(g);
		break;
	case CLASSIC_CLIENT:
		classic_client(g);
		break;
	case CLASSIC_DISPATCH:
	case CLASSIC_SERVER:
		classic_server(g, product == CLASSIC_SERVER);
		break;
	case CLASSIC_TABLE:
		run->warned += classic_table(g);
		break;
	case CLASSIC_SAMPLE_SERVER:
		classic_sample_server(g);
		break;
	default:
		classic_sample_client(g);
		break;
	}
	classic_drop(g);
}

static void
print_makefile(struct run *run, struct out *o)
{
	const struct idlc_schema *schema = run->schema;
	const struct classic_files files = {
		.input = run->options.input,
		.stem = run->stem,
		.command = run->command,
		.codec = has_kind(schema, needs_codec),
		.programs = classic_has_programs(schema),
		.table = run->options.tables && classic_has_programs(schema)
	};

	classic_makefile(o, &run->options, &files);
}

static int
commit(struct run *run)
{
	struct outputs *set = &run->outputs;

	if (outputs_commit(set) == 0)
		return run->warned > 0;
	fprintf(stderr, "rpcgen: unable to open %s: %s\n", set->path,
	    strerror(set->error));
	return 1;
}

/* One output: to standard output or -o. */
static int
run_single(struct run *run)
{
	enum classic_product product = run->options.product;
	const char *path = run->options.output ? run->options.output : "-";
	const char *symbol = products[product].symbol;

	if (read_source(run, symbol ? symbol : "RPC_XDR") != 0)
		return 1;
	if (product == CLASSIC_MAKEFILE)
		print_makefile(run, outputs_open(&run->outputs, path));
	else
		print_product(run, outputs_open(&run->outputs, path),
		    product);
	return commit(run);
}

static int
add_file(struct run *run, enum classic_product product)
{
	char *path;

	if (read_source(run, products[product].symbol) != 0)
		return 1;
	if (!is_worth_a_file(run->schema, product))
		return 0;
	path = join(run->stem, products[product].suffix, "");
	print_product(run, outputs_open(&run->outputs, path), product);
	free(path);
	return 0;
}

/* "dir/Makefile.foo" */
static char *
makefile_path(const struct run *run)
{
	char *directory = join(run->stem, "", "");
	char *path;

	directory[run->base - run->stem] = '\0';
	path = join(directory, "Makefile.", run->base);
	free(directory);
	return path;
}

static int
add_makefile(struct run *run)
{
	char *path;

	if (read_source(run, "RPC_XDR") != 0)
		return 1;
	path = makefile_path(run);
	print_makefile(run, outputs_open(&run->outputs, path));
	free(path);
	return 0;
}

/* ---- What must not be overwritten ----------------------------------- */

static int
refuse_existing(const char *path)
{
	if (access(path, F_OK) != 0)
		return 0;
	fprintf(stderr, "file `%s' already exists and may be overwritten\n",
	    path);
	return 1;
}

static int
refuse_samples(struct run *run)
{
	char *server = join(run->stem, "_server.c", "");
	char *client = join(run->stem, "_client.c", "");
	char *makefile = makefile_path(run);
	int refused = refuse_existing(server) || refuse_existing(client) ||
	    refuse_existing(makefile);

	free(server);
	free(client);
	free(makefile);
	return refused;
}

/* ---- The run -------------------------------------------------------- */

static int
run_files(struct run *run)
{
	static const enum classic_product always[] = { CLASSIC_CODEC,
	    CLASSIC_HEADER, CLASSIC_CLIENT, CLASSIC_SERVER };

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (add_file(run, always[i]) != 0)
			return 1;
	if (run->options.tables && add_file(run, CLASSIC_TABLE) != 0)
		return 1;
	if (!run->options.samples)
		return commit(run);
	if (add_file(run, CLASSIC_SAMPLE_SERVER) != 0 ||
	    add_file(run, CLASSIC_SAMPLE_CLIENT) != 0 ||
	    add_makefile(run) != 0)
		return 1;
	return commit(run);
}

static int
run_makefile_file(struct run *run)
{
	return add_makefile(run) != 0 ? 1 : commit(run);
}

static int
run_products(struct run *run)
{
	const struct classic_options *options = &run->options;

	if (options->output && refuse_existing(options->output))
		return 1;
	if (options->samples && (options->product == CLASSIC_FILES ||
	    options->product == CLASSIC_MAKEFILE)) {
		if (refuse_samples(run))
			return 1;
		if (options->product == CLASSIC_MAKEFILE)
			return run_makefile_file(run);
	}
	return options->product == CLASSIC_FILES ? run_files(run) :
	    run_single(run);
}

/* Names of the outputs: those of the input with the last suffix replaced. */
static void
set_names(struct run *run)
{
	const char *input = run->options.input ? run->options.input :
	    "stdin";
	char *base, *dot;

	run->stem = join(input, "", "");
	base = strrchr(run->stem, '/');
	base = base ? base + 1 : run->stem;
	dot = strrchr(base, '.');
	if (dot)
		*dot = '\0';
	run->base = base;
	run->header = run->options.input ? join(run->stem, ".h", "") : NULL;
}

static int
complain_cpp(const char *text, const char *detail)
{
	fprintf(stderr, "%s%s\n", text, detail);
	fputs("rpcgen: C preprocessor failed with exit code 1\n", stderr);
	return 1;
}

static bool
is_macro_name(const char *name)
{
	const char *end = name + strcspn(name, "=");

	if (name == end || (*name >= '0' && *name <= '9'))
		return false;
	for (; name < end; name++)
		if (!(*name >= 'a' && *name <= 'z') &&
		    !(*name >= 'A' && *name <= 'Z') &&
		    !(*name >= '0' && *name <= '9') && *name != '_')
			return false;
	return true;
}

static int
check_defines(struct run *run)
{
	const struct classic_options *options = &run->options;

	if (options->n_defines > CLASSIC_DEFINES_MAX)
		return complain_cpp("rpcgen: too many defines", "");
	for (int i = 0; i < options->n_defines; i++)
		if (!is_macro_name(options->defines[i] + 2))
			return complain_cpp("<command-line>: error: macro "
			    "names must be identifiers", "");
	run->defines = run->options.defines;
	run->defines[options->n_defines] = NULL;
	return 0;
}

/* -Y: the preprocessor of that directory instead of our own. */
static int
check_cpp(struct run *run)
{
	char *path;

	if (!run->options.cpp_dir)
		return 0;
	path = join(run->options.cpp_dir, "/cpp", "");
	if (access(path, X_OK) != 0) {
		complain_cpp("cannot find C preprocessor: ", path);
		free(path);
		return 1;
	}
	run->cpp = path;
	return 0;
}

static int
check_input(const char *input)
{
	if (!input || access(input, R_OK) == 0)
		return 0;
	fprintf(stderr, "%s%s%s\n", input, *input ? ": " : "",
	    strerror(errno));
	return 1;
}

static bool
is_rpcgen(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, "rpcgen") == 0;
}

int
rpcgen_main(int argc, char **argv)
{
	struct run run = { .outputs = OUTPUTS_INIT,
	    .diag = { .program = "rpcgen", .write = to_stderr },
	    .command = "idlc --rpcgen" };
	const char *program = "rpcgen";
	int result;

	if (argc > 0 && is_rpcgen(argv[0])) {
		program = argv[0];
		run.command = program;
	}
	if (argc > 1 && strcmp(argv[1], "--rpcgen") == 0) {
		argc--;
		argv++;
	}
	result = classic_options_read(&run.options, program, argc, argv);
	if (result != 0)
		return result == 1;
	if (check_input(run.options.input) != 0)
		return 1;
	set_names(&run);
	result = check_defines(&run) || check_cpp(&run) ||
	    run_products(&run);
	outputs_discard(&run.outputs);
	forget_source(&run);
	free(run.stem);
	free(run.header);
	free(run.cpp);
	return result;
}
