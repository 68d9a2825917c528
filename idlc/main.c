/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The idlc program: options to library calls to exit status, nothing else.
 * Exit: 0 done, 1 errors in the input, 2 usage or files.
 */
#include <stdio.h>
#include <string.h>

#include <idlc/version.h>

int
main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		printf("idlc (orpc) %s\n", idlc_version());
		return 0;
	}
	fputs("usage: idlc --version\n", stderr);
	return 2;
}
