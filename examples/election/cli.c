/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli.h"

#include <stdio.h>

int
cli_error(const struct cli *cli, const char *text)
{
	if (text)
		fprintf(stderr, "%s: %s\n", cli->name, text);
	fprintf(stderr, "try '%s --help'\n", cli->name);
	return CLI_USAGE_ERROR;
}

int
cli_read(const struct cli *cli, int argc, char **argv, void *arguments)
{
	const char *wrong;
	int option;

	while ((option = getopt_long(argc, argv, "", cli->options,
	    NULL)) != -1) {
		switch (option) {
		case CLI_HELP:
			fputs(cli->help, stdout);
			return 1;
		case CLI_VERSION:
			printf("%s (orpc) " PACKAGE_VERSION "\n", cli->name);
			return 1;
		case '?':
			return 1 + cli_error(cli, NULL);
		default:
			wrong = cli->take(arguments, option, optarg);
			if (wrong)
				return 1 + cli_error(cli, wrong);
		}
	}
	return 0;
}
