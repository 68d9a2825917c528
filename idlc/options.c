/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of idlc.
 *
 * Every option is one row of a table: its names, its argument, a line of
 * help, and the function that takes it.
 */
#include "idlc/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "idlc/front/report.h"
#include "xdr/base.h"

/* ---- Texts -------------------------------------------------------------- */

static void
texts_add(struct texts *texts, const char *text)
{
	texts->items = realloc(texts->items,
	    (texts->n + 2) * sizeof(*texts->items));
	if (!texts->items) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	texts->items[texts->n++] = text;
	texts->items[texts->n] = NULL;
}

/* -D and -U keep their order: the library takes them with their letter. */
static void
add_define(struct options *options, const char *letter, const char *value)
{
	size_t n = strlen(value) + 3;
	char *text = malloc(n);

	if (!text) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	snprintf(text, n, "%s%s", letter, value);
	texts_add(&options->defines, text);
}

static int
usage_error(const char *what, const char *value)
{
	fprintf(stderr, "idlc: %s '%s'; try 'idlc --help'\n", what, value);
	return 2;
}

static const struct option_row *find_long(const char *name, size_t n);

int
options_value_error(const char *name, const char *value, size_t n)
{
	const char *v = find_long(name, strlen(name))->values;

	fprintf(stderr, "idlc: --%s takes ", name);
	while (*v) {
		size_t one = strcspn(v, " ");
		const char *next = v + one + (v[one] == ' ');

		fprintf(stderr, "%.*s%s", (int)one, v, !*next ? "" :
		    strchr(next, ' ') ? ", " : " or ");
		v = next;
	}
	fprintf(stderr, ", not '%.*s'\n", (int)n, value);
	return 2;
}

/* ---- What each option does ---------------------------------------------- */

static int
take_include(struct options *options, const char *value)
{
	texts_add(&options->include_dirs, value);
	return 0;
}

static int
take_define(struct options *options, const char *value)
{
	add_define(options, "-D", value);
	return 0;
}

static int
take_undefine(struct options *options, const char *value)
{
	add_define(options, "-U", value);
	return 0;
}

static int
take_cpp(struct options *options, const char *value)
{
	options->cpp = value;
	return 0;
}

static int
take_outdir(struct options *options, const char *value)
{
	options->outdir = value;
	return 0;
}

static int
take_output(struct options *options, const char *value)
{
	options->output = value;
	return 0;
}

static int
take_emit(struct options *options, const char *value)
{
	static const char *const names[] = {
		"header", "xdr", "client", "server", "sample", "fuzz",
	};

	while (*value) {
		size_t n = strcspn(value, ",");
		size_t i;

		for (i = 0; i < ARRAY_LEN(names); i++)
			if (strlen(names[i]) == n &&
			    strncmp(names[i], value, n) == 0)
				break;
		if (i == ARRAY_LEN(names))
			return options_value_error("emit", value, n);
		options->emit |= 1u << i;
		value += n + (value[n] == ',');
	}
	return 0;
}

static int
take_prefix(struct options *options, const char *value)
{
	options->prefix = value;
	return 0;
}

static int
take_types(struct options *options, const char *value)
{
	options->classic = strcmp(value, "classic") == 0;
	if (!options->classic && strcmp(value, "native") != 0)
		return options_value_error("types", value, strlen(value));
	return 0;
}

static int
take_init(struct options *options, const char *value)
{
	options->verb = VERB_INIT;
	options->init_dir = value;
	return 0;
}

static int
take_fuzz(struct options *options, const char *value)
{
	(void)value;
	options->emit |= EMIT_FUZZ;
	return 0;
}

static int
take_check(struct options *options, const char *value)
{
	(void)value;
	options->verb = VERB_CHECK;
	return 0;
}

static int
take_warning(struct options *options, const char *value)
{
	texts_add(&options->warnings, value);
	return 0;
}

static int
take_explain(struct options *options, const char *value)
{
	options->verb = VERB_EXPLAIN;
	options->subject = value;
	return 0;
}

static int
take_diagnostics(struct options *options, const char *value)
{
	if (idlc_diag_format_of(value, &options->format))
		return 0;
	return options_value_error("diagnostics", value, strlen(value));
}

static bool
terminal_has_color(void)
{
	const char *term = getenv("TERM");
	const char *none = getenv("NO_COLOR");

	return isatty(STDERR_FILENO) && (!none || !*none) && term &&
	    strcmp(term, "dumb") != 0;
}

static int
take_color(struct options *options, const char *value)
{
	if (strcmp(value, "always") == 0)
		options->color = true;
	else if (strcmp(value, "never") == 0)
		options->color = false;
	else if (strcmp(value, "auto") == 0)
		options->color = terminal_has_color();
	else
		return options_value_error("color", value, strlen(value));
	return 0;
}

static int
take_if_changed(struct options *options, const char *value)
{
	(void)value;
	options->if_changed = true;
	return 0;
}

static int
take_depfile(struct options *options, const char *value)
{
	options->depfile = value;
	return 0;
}

static int
take_depfile_target(struct options *options, const char *value)
{
	options->depfile_target = value;
	return 0;
}

static int
take_list_outputs(struct options *options, const char *value)
{
	(void)value;
	options->verb = VERB_LIST_OUTPUTS;
	return 0;
}

static int
take_makefile(struct options *options, const char *value)
{
	(void)value;
	options->verb = VERB_MAKEFILE;
	return 0;
}

static int
take_dump_tokens(struct options *options, const char *value)
{
	(void)value;
	options->verb = VERB_DUMP_TOKENS;
	return 0;
}

static int
take_dump_ast(struct options *options, const char *value)
{
	if (strcmp(value, "json") != 0)
		return options_value_error("dump-ast", value, strlen(value));
	options->verb = VERB_DUMP_AST;
	return 0;
}

static int
take_completion(struct options *options, const char *value)
{
	options->verb = VERB_COMPLETION;
	options->subject = value;
	return 0;
}

static int
take_rpcgen(struct options *options, const char *value)
{
	(void)options;
	(void)value;
	fputs("idlc: --rpcgen must be the first argument\n", stderr);
	return 2;
}

static int
take_help(struct options *options, const char *value)
{
	(void)value;
	options->verb = VERB_HELP;
	return 0;
}

static int
take_version(struct options *options, const char *value)
{
	(void)value;
	options->verb = VERB_VERSION;
	return 0;
}

/* ---- The table ---------------------------------------------------------- */

const struct option_row options_table[] = {
	{ 'I', NULL, "DIR", "dir", "look for included files in DIR",
	    take_include },
	{ 'D', NULL, "NAME[=V]", "", "define a macro, as 1 or V",
	    take_define },
	{ 'U', NULL, "NAME", "", "+undefine a macro", take_undefine },
	{ 0, "cpp", "CMD", "", "+use an outside preprocessor", take_cpp },
	{ 0, "outdir", "DIR", "dir", "write outputs to DIR [.]",
	    take_outdir },
	{ 'o', NULL, "FILE", "file", "write the one output to FILE; - is"
	    " standard output", take_output },
	{ 0, "emit", "LIST", "header xdr client server sample fuzz",
	    "what to write [header,xdr, with a program client,server]",
	    take_emit },
	{ 0, "prefix", "STR", "", "put STR before every generated name",
	    take_prefix },
	{ 0, "types", "KIND", "native classic",
	    "+classic: use the types of rpcgen's header", take_types },
	{ 0, "init", "DIR", "dir",
	    "write a client, a server and a Makefile to start from",
	    take_init },
	{ 0, "fuzz", NULL, NULL, "+write a libFuzzer target for the decoders",
	    take_fuzz },
	{ 0, "check", NULL, NULL, "check the input, write nothing",
	    take_check },
	{ 'W', NULL, "NAME", "all error", "warnings: all, NAME, no-NAME,"
	    " error, error=NAME", take_warning },
	{ 0, "explain", "CODE", "", "explain an error or warning",
	    take_explain },
	{ 0, "diagnostics", "FORMAT", "text plain json sarif github",
	    "how findings are printed [text]", take_diagnostics },
	{ 0, "color", "WHEN", "auto always never", "+colour [auto]",
	    take_color },
	{ 0, "if-changed", NULL, NULL, "+leave outputs alone that stay the same",
	    take_if_changed },
	{ 0, "depfile", "FILE", "file", "+write make dependencies to FILE",
	    take_depfile },
	{ 0, "depfile-target", "NAME", "",
	    "+what depends on the inputs there, instead of the outputs",
	    take_depfile_target },
	{ 0, "list-outputs", NULL, NULL, "+print the names of the outputs",
	    take_list_outputs },
	{ 0, "makefile-fragment", NULL, NULL, "+print make rules for the input",
	    take_makefile },
	{ 0, "dump-tokens", NULL, NULL, "+print the tokens of the input",
	    take_dump_tokens },
	{ 0, "dump-ast", "json", "json",
	    "+print the checked tree, for other generators", take_dump_ast },
	{ 0, "completion", "SHELL", "bash zsh fish",
	    "+print a completion script", take_completion },
	{ 0, "rpcgen", NULL, NULL,
	    "behave as rpcgen; must come first, see idlc(1)", take_rpcgen },
	{ 'h', "help", NULL, NULL, "print this help", take_help },
	{ 0, "version", NULL, NULL, "print the version", take_version },
	{ 0, NULL, NULL, NULL, NULL, NULL },
};

/* ---- Parser ------------------------------------------------------------- */

static const struct option_row *
find_long(const char *name, size_t n)
{
	for (const struct option_row *o = options_table; o->take; o++)
		if (o->name && strlen(o->name) == n &&
		    strncmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

static const struct option_row *
find_letter(char letter)
{
	for (const struct option_row *o = options_table; o->take; o++)
		if (letter && o->letter == letter)
			return o;
	return NULL;
}

/* The long names one by one, for idlc_i_nearest(). */
static const char *
next_name(void *ctx)
{
	const struct option_row **o = ctx;

	while ((*o)->take && !(*o)->name)
		++*o;
	return (*o)->take ? (*o)++->name : NULL;
}

static int
unknown_error(const char *text, size_t n)
{
	const struct option_row *first = options_table;
	char name[64];
	const char *near;

	snprintf(name, sizeof(name), "%.*s", (int)n, text);
	near = idlc_i_nearest(name, next_name, &first);
	if (!near)
		return usage_error("unknown option", text - 2);
	fprintf(stderr, "idlc: unknown option '--%s'; a similar one is"
	    " '--%s'\n", name, near);
	return 2;
}

static int
parse_long(struct options *options, char **argv, int *i)
{
	const char *text = argv[*i] + 2;
	size_t n = strcspn(text, "=");
	const struct option_row *option = find_long(text, n);
	const char *value = text[n] == '=' ? text + n + 1 : NULL;

	if (!option)
		return unknown_error(text, n);
	if (!option->arg && value)
		return usage_error("no value is taken by", argv[*i]);
	if (option->arg && !value)
		value = argv[++*i];
	if (option->arg && !value)
		return usage_error("a value is missing after", argv[*i - 1]);
	return option->take(options, value);
}

static int
parse_letter(struct options *options, char **argv, int *i)
{
	const char *text = argv[*i] + 1;
	const struct option_row *option = find_letter(*text);
	const char *value = text[1] ? text + 1 : NULL;

	if (!option)
		return usage_error("unknown option", argv[*i]);
	if (!option->arg && value)
		return usage_error("unknown option", argv[*i]);
	if (option->arg && !value)
		value = argv[++*i];
	if (option->arg && !value)
		return usage_error("a value is missing after", argv[*i - 1]);
	return option->take(options, value);
}

static bool
is_single_output(const struct options *options)
{
	return options->inputs.n == 1 && options->emit != EMIT_SAMPLE &&
	    options->emit && (options->emit & (options->emit - 1)) == 0;
}

/* Does the verb need input files, and do the options fit together? */
static int
check_whole(const struct options *options)
{
	if (options->verb >= VERB_EXPLAIN)
		return 0;
	if (options->inputs.n == 0) {
		fputs("idlc: no input file; try 'idlc --help'\n", stderr);
		return 2;
	}
	if (options->verb == VERB_INIT && options->inputs.n != 1) {
		fputs("idlc: --init takes one input file\n", stderr);
		return 2;
	}
	if (options->verb == VERB_INIT && options->classic) {
		fputs("idlc: --init starts a native program: leave out"
		    " --types=classic\n", stderr);
		return 2;
	}
	if (options->output && (options->verb != VERB_COMPILE ||
	    !is_single_output(options))) {
		fputs("idlc: -o goes with one input file and one output:"
		    " add --emit=header, xdr, client, server or fuzz\n",
		    stderr);
		return 2;
	}
	return 0;
}

int
options_parse(struct options *options, int argc, char **argv)
{
	bool only_files = false;
	int error = 0;

	memset(options, 0, sizeof(*options));
	options->prefix = "";
	options->color = terminal_has_color();
	for (int i = 1; i < argc && !error; i++) {
		if (only_files || argv[i][0] != '-' || !argv[i][1])
			texts_add(&options->inputs, argv[i]);
		else if (strcmp(argv[i], "--") == 0)
			only_files = true;
		else if (argv[i][1] == '-')
			error = parse_long(options, argv, &i);
		else
			error = parse_letter(options, argv, &i);
	}
	return error ? error : check_whole(options);
}

void
options_fini(struct options *options)
{
	for (size_t i = 0; i < options->defines.n; i++)
		free((char *)(uintptr_t)options->defines.items[i]);
	free(options->inputs.items);
	free(options->include_dirs.items);
	free(options->defines.items);
	free(options->warnings.items);
}
