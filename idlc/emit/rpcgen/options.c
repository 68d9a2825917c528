/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of rpcgen.
 *
 * Single-letter flags may be bundled; -i, -K and -Y end a bundle and take the
 * next argument; -D carries its value attached; -n, -o and -s stand alone and
 * take the next argument whatever it looks like.  At most one flag may choose
 * a single output, and none of them twice; -Sm alone of them does not count.
 * Texts and the order in which complaints are made are those that build
 * scripts know.
 */
#include "idlc/emit/rpcgen/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <idlc/version.h>

static const char options_text[] =
"options:\n"
"-a\t\tgenerate all files, including samples\n"
"-b\t\tbackward compatibility mode (generates code for SunOS 4.1)\n"
"-c\t\tgenerate XDR routines\n"
"-C\t\tANSI C mode\n"
"-Dname[=value]\tdefine a symbol (same as #define)\n"
"-h\t\tgenerate header file\n"
"-i size\t\tsize at which to start generating inline code\n"
"-I\t\tgenerate code for inetd support in server (for SunOS 4.1)\n"
"-K seconds\tserver exits after K seconds of inactivity\n"
"-l\t\tgenerate client side stubs\n"
"-L\t\tserver errors will be printed to syslog\n"
"-m\t\tgenerate server side stubs\n"
"-M\t\tgenerate MT-safe code\n"
"-n netid\tgenerate server code that supports named netid\n"
"-N\t\tsupports multiple arguments and call-by-value\n"
"-o outfile\tname of the output file\n"
"-s nettype\tgenerate server code that supports named nettype\n"
"-Sc\t\tgenerate sample client code that uses remote procedures\n"
"-Ss\t\tgenerate sample server code that defines remote procedures\n"
"-Sm \t\tgenerate makefile template \n"
"-t\t\tgenerate RPC dispatch table\n"
"-T\t\tgenerate code to support RPC dispatch tables\n"
"-Y path\t\tdirectory name to find C preprocessor (cpp)\n"
"-5\t\tSysVr4 compatibility mode\n"
"--help\t\tgive this help list\n"
"--version\tprint program version\n"
"--strict\tchecks and errors of idlc's own dialect\n";

/* Where the reading of argv stands. */
struct reader {
	struct classic_options *options;
	int argc;
	char **argv;
	int at;
	unsigned chosen;	/* bits: products that were asked for */
	bool nettypes;		/* -s was there */
};

enum { OK, USAGE, FINISHED };

static void
print_usage(FILE *to, const char *program)
{
	fprintf(to, "usage: %s infile\n"
	    "\t%s [-abkCLNTM][-Dname[=value]] [-i size] "
	    "[-I [-K seconds]] [-Y path] infile\n"
	    "\t%s [-c | -h | -l | -m | -t | -Sc | -Ss | -Sm] "
	    "[-o outfile] [infile]\n"
	    "\t%s [-s nettype]* [-o outfile] [infile]\n"
	    "\t%s [-n netid]* [-o outfile] [infile]\n", program, program,
	    program, program, program);
	fputs(options_text, to);
}

static int
complain(const struct classic_options *options, const char *text)
{
	if (text)
		fprintf(stderr, "%s\n", text);
	print_usage(stderr, options->program);
	return USAGE;
}

static const char *
next_argument(struct reader *r)
{
	return r->at + 1 < r->argc ? r->argv[++r->at] : NULL;
}

static int
choose(struct reader *r, enum classic_product product)
{
	unsigned bit = 1u << product;

	if (r->chosen & bit)
		return complain(r->options, NULL);
	r->chosen |= bit;
	return OK;
}

static int
read_transport(struct reader *r, bool is_netid)
{
	struct classic_options *options = r->options;
	const char *name = next_argument(r);

	if (!name || options->n_transports == CLASSIC_TRANSPORTS_MAX)
		return complain(r->options, NULL);
	if (!is_netid && strcmp(name, "udp") != 0 && strcmp(name, "tcp") != 0)
		return complain(r->options, NULL);
	options->transports[options->n_transports++] = name;
	if (is_netid)
		options->netids = true;
	else
		r->nettypes = true;
	r->chosen |= 1u << CLASSIC_SERVER;
	return OK;
}

static int
read_sample(struct reader *r, char which)
{
	switch (which) {
	case 's':
		return choose(r, CLASSIC_SAMPLE_SERVER);
	case 'c':
		return choose(r, CLASSIC_SAMPLE_CLIENT);
	case 'm':
		return choose(r, CLASSIC_MAKEFILE);
	default:
		return complain(r->options, NULL);
	}
}

/* -i, -K and -Y: the value is the next argument. */
static int
read_value(struct reader *r, char flag)
{
	const char *value = next_argument(r);

	if (!value)
		return complain(r->options, NULL);
	if (flag == 'i')
		r->options->inlined = atoi(value);
	else if (flag == 'K')
		r->options->idle = value;
	else
		r->options->cpp_dir = value;
	return OK;
}

static bool
read_switch(struct classic_options *options, char flag)
{
	switch (flag) {
	case 'a':
		options->samples = true;
		return true;
	case 'b':
		options->ti_rpc = false;
		return true;
	case '5':
		options->ti_rpc = true;
		return true;
	case 'C':
		options->kr = false;
		return true;
	case 'k':
		options->kr = true;
		return true;
	case 'I':
		options->inetd = true;
		return true;
	case 'L':
		options->use_syslog = true;
		return true;
	case 'M':
		options->mt_safe = true;
		return true;
	case 'N':
		options->by_value = true;
		return true;
	case 'T':
		options->tables = true;
		return true;
	default:
		return false;
	}
}

static int
read_product(struct reader *r, char flag)
{
	switch (flag) {
	case 'c':
		return choose(r, CLASSIC_CODEC);
	case 'h':
		return choose(r, CLASSIC_HEADER);
	case 'l':
		return choose(r, CLASSIC_CLIENT);
	case 'm':
		return choose(r, CLASSIC_DISPATCH);
	case 't':
		return choose(r, CLASSIC_TABLE);
	default:
		return complain(r->options, NULL);
	}
}

static int
read_bundle(struct reader *r, const char *flags)
{
	int result = OK;

	for (; *flags && result == OK; flags++) {
		if (read_switch(r->options, *flags))
			continue;
		if (strchr("iKY", *flags))
			return read_value(r, *flags);
		if (*flags == 'S')
			result = read_sample(r, *++flags);
		else
			result = read_product(r, *flags);
		if (!*flags)
			break;
	}
	return result;
}

static int
read_alone(struct reader *r, char flag)
{
	if (flag == 's' || flag == 'n')
		return read_transport(r, flag == 'n');
	if (r->options->output)
		return complain(r->options, NULL);
	r->options->output = next_argument(r);
	return r->options->output ? OK : complain(r->options, NULL);
}

/* A definition too many is kept: the run fails over it, not the usage. */
static int
read_define(struct classic_options *options, const char *argument)
{
	if (options->n_defines <= CLASSIC_DEFINES_MAX)
		options->defines[options->n_defines++] = argument;
	return OK;
}

static int
read_long(struct classic_options *options, const char *name)
{
	if (strcmp(name, "strict") == 0) {
		options->strict = true;
		return OK;
	}
	if (strcmp(name, "help") == 0) {
		print_usage(stdout, options->program);
		return FINISHED;
	}
	if (strcmp(name, "version") == 0) {
		printf("rpcgen (rpcsvc-proto) 1.4.3\n"
		    "as spoken by idlc (orpc) %s\n", idlc_version());
		return FINISHED;
	}
	return complain(options, NULL);
}

static int
read_argument(struct reader *r, const char *argument)
{
	struct classic_options *options = r->options;

	if (argument[0] != '-') {
		if (options->input)
			return complain(r->options, "Cannot specify more than "
			    "one input file!");
		options->input = argument;
		return OK;
	}
	if (argument[1] == '\0')
		return OK;
	if (argument[1] == '-')
		return read_long(options, argument + 2);
	if (argument[1] == 'D')
		return read_define(options, argument);
	if (strchr("nos", argument[1]) && argument[2] == '\0')
		return read_alone(r, argument[1]);
	return read_bundle(r, argument + 1);
}

/* The one product that was chosen; -Sm gives way to any other. */
static int
settle_product(struct reader *r)
{
	struct classic_options *options = r->options;
	unsigned makefile = 1u << CLASSIC_MAKEFILE;
	unsigned templates = 1u << CLASSIC_SAMPLE_SERVER |
	    1u << CLASSIC_SAMPLE_CLIENT;
	unsigned single = r->chosen & ~makefile;

	if (!options->input && (single & templates))
		return complain(options, "\"infile\" is required for "
		    "template generation flags.");
	if ((single & (single - 1)) || (r->nettypes && options->netids))
		return complain(options, "Cannot have more than one file "
		    "generation flag!");
	if (!single && (options->output || !options->input))
		return complain(r->options, NULL);
	if (!single)
		single = r->chosen;
	options->product = CLASSIC_FILES;
	while (single > 1u << options->product)
		options->product++;
	return OK;
}

static int
check_conflicts(const struct classic_options *options, unsigned chosen)
{
	bool tables = options->tables || (chosen & 1u << CLASSIC_TABLE);

	if (options->netids && options->ti_rpc && options->inetd)
		return complain(options,
		    "Cannot use netid flag with inetd flag!");
	if (options->netids && !options->ti_rpc)
		return complain(options,
		    "Cannot use netid flag without TIRPC!");
	if (options->by_value && tables)
		return complain(options,
		    "Cannot use table flags with newstyle!");
	return OK;
}

int
classic_options_read(struct classic_options *out_options,
    const char *program, int argc, char **argv)
{
	struct reader r = { .options = out_options, .argc = argc,
	    .argv = argv };
	int result = OK;

	*out_options = (struct classic_options){ .program = program,
	    .idle = "120", .inlined = 3 };
	for (r.at = 1; r.at < argc && result == OK; r.at++)
		result = read_argument(&r, argv[r.at]);
	if (result == OK)
		result = check_conflicts(out_options, r.chosen);
	if (result == OK)
		result = settle_product(&r);
	return result;
}
