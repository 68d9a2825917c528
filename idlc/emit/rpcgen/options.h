/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of rpcgen as rpcsvc-proto's program reads it, and ours.
 */
#ifndef IDLC_EMIT_RPCGEN_OPTIONS_H
#define IDLC_EMIT_RPCGEN_OPTIONS_H

#include <stdbool.h>

/* What one run prints.  FILES is the run without a generation flag. */
enum classic_product {
	CLASSIC_FILES,
	CLASSIC_CODEC,		/* -c */
	CLASSIC_HEADER,		/* -h */
	CLASSIC_CLIENT,		/* -l */
	CLASSIC_DISPATCH,	/* -m: a server without main() */
	CLASSIC_SERVER,		/* -s, -n */
	CLASSIC_TABLE,		/* -t */
	CLASSIC_SAMPLE_SERVER,	/* -Ss */
	CLASSIC_SAMPLE_CLIENT,	/* -Sc */
	CLASSIC_MAKEFILE	/* -Sm */
};

/* Transports that -s or -n can name, and -D definitions: rpcgen's limit of
 * the latter. */
enum { CLASSIC_TRANSPORTS_MAX = 32, CLASSIC_DEFINES_MAX = 15 };

/*
 * What the flags ask for.  Strings are those of argv.
 *
 * idle       text of -K, "120" without one: goes into the output as it is
 * inlined    fewest units of a run that is coded inline; 0 or less: none
 * defines    "-DNAME=VALUE"; n_defines may exceed the limit by one
 */
struct classic_options {
	const char *program;	/* what complaints call us */
	enum classic_product product;
	const char *input;	/* NULL: standard input */
	const char *output;	/* NULL: standard output, or rpcgen's names */
	bool samples;		/* -a */
	bool kr;		/* -k */
	bool by_value;		/* -N */
	bool mt_safe;		/* -M */
	bool inetd;		/* -I */
	bool use_syslog;	/* -L */
	bool ti_rpc;		/* -5 */
	bool tables;		/* -T */
	bool strict;		/* --strict */
	const char *idle;
	int inlined;
	const char *transports[CLASSIC_TRANSPORTS_MAX];
	int n_transports;
	bool netids;		/* transports come from -n */
	const char *defines[CLASSIC_DEFINES_MAX + 2];
	int n_defines;
	const char *cpp_dir;	/* -Y */
};

/*
 * Reads argv[1..]; prints what is to be told.
 *
 * program   what complaints call us; kept
 *
 * Returns 0 to go on, 1 after a usage error, 2 after --help or --version.
 */
int classic_options_read(struct classic_options *out_options,
    const char *program, int argc, char **argv);

#endif
