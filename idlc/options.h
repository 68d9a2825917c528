/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of idlc: one table gives parser, help and completion.
 */
#ifndef IDLC_OPTIONS_H
#define IDLC_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "idlc/front/diag.h"

/* What to do with the inputs. */
enum options_verb {
	VERB_COMPILE,
	VERB_CHECK,
	VERB_INIT,
	VERB_LIST_OUTPUTS,
	VERB_MAKEFILE,
	VERB_DUMP_TOKENS,
	VERB_DUMP_AST,
	VERB_EXPLAIN,
	VERB_COMPLETION,
	VERB_HELP,
	VERB_VERSION
};

/* options.emit */
#define EMIT_HEADER 1u
#define EMIT_XDR 2u
#define EMIT_CLIENT 4u
#define EMIT_SERVER 8u
#define EMIT_SAMPLE 16u
#define EMIT_FUZZ 32u

/* A list of texts that grows; items[n] is NULL. */
struct texts {
	const char **items;
	size_t n;
};

struct options {
	enum options_verb verb;
	unsigned emit;		/* 0: what fits the input */
	const char *outdir;	/* NULL: the current directory */
	const char *output;	/* -o; NULL: names from the input */
	bool if_changed;	/* an output that stays the same keeps its time */
	const char *prefix;
	bool classic;
	const char *init_dir;
	const char *depfile;
	const char *depfile_target;	/* NULL: the outputs */
	const char *cpp;
	const char *subject;	/* of --explain and --completion */
	enum idlc_diag_format format;
	bool color;
	struct texts inputs;
	struct texts include_dirs;
	struct texts defines;	/* "-DN=V", "-UN" */
	struct texts warnings;
};

/* An option; the rows end with one without `take`. */
struct option_row {
	char letter;		/* 0: none */
	const char *name;	/* long name; NULL: none */
	const char *arg;	/* NULL: takes none */
	const char *values;	/* for completion: "a b c", "file", "dir" */
	const char *help;	/* "+...": only the man page has room */
	int (*take)(struct options *options, const char *value);
};

extern const struct option_row options_table[];

/*
 * Reads the command line.  0; or 2 after a line on standard error that says
 * what is wrong.
 */
int options_parse(struct options *options, int argc, char **argv);
void options_fini(struct options *options);

/* Says which values --name takes, and that `value` (n bytes) is none; 2. */
int options_value_error(const char *name, const char *value, size_t n);

/* --help, and a completion script: 0, or 2 for an unknown shell. */
void options_help(FILE *to);
int options_completion(FILE *to, const char *shell);

#endif
