/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of the three programs: long options by getopt_long(), with
 * --help and --version, and one way to say what is wrong.
 */
#ifndef ELECTION_CLI_H
#define ELECTION_CLI_H

#include <getopt.h>

enum { CLI_USAGE_ERROR = 2 };	/* the exit status */
enum { CLI_HELP = 1, CLI_VERSION, CLI_FIRST };

/* The last rows of every program's options; its own values are from
 * CLI_FIRST on. */
#define CLI_COMMON \
	{ "help", no_argument, NULL, CLI_HELP }, \
	{ "version", no_argument, NULL, CLI_VERSION }, \
	{ NULL, 0, NULL, 0 }

/*
 * take   stores an option in the program's arguments; NULL, or what is wrong
 *        with the value
 */
struct cli {
	const char *name;
	const char *help;
	const struct option *options;
	const char *(*take)(void *arguments, int option, const char *value);
};

/* 0: go on, with what is not an option from argv[optind] on; else the exit
 * status plus one. */
int cli_read(const struct cli *cli, int argc, char **argv, void *arguments);

/* Says what is wrong, if text is not NULL, and where help is; returns
 * CLI_USAGE_ERROR. */
int cli_error(const struct cli *cli, const char *text);

#endif
