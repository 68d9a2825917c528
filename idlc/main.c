/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The idlc program: options to library calls to exit status, nothing else.
 * Exit: 0 done, 1 errors in the input, 2 usage or files.
 */
#include <stdio.h>
#include <string.h>

#include <idlc/idl.h>
#include <idlc/version.h>

#include "idlc/compile.h"
#include "idlc/emit/rpcgen/rpcgen.h"
#include "idlc/options.h"

static bool
is_rpcgen(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "";

	return strcmp(name, "rpcgen") == 0 ||
	    (argc > 1 && strcmp(argv[1], "--rpcgen") == 0);
}

static int
explain(const char *code)
{
	const char *text = idlc_explain(code);

	if (!text) {
		fprintf(stderr, "idlc: no error or warning has the code '%s';"
		    " findings name theirs in brackets, as in"
		    " error[E0302]\n", code);
		return 2;
	}
	puts(text);
	return 0;
}

static int
run(const struct options *options)
{
	switch (options->verb) {
	case VERB_HELP:
		options_help(stdout);
		return 0;
	case VERB_VERSION:
		printf("idlc (orpc) %s\n", idlc_version());
		return 0;
	case VERB_EXPLAIN:
		return explain(options->subject);
	case VERB_COMPLETION:
		return options_completion(stdout, options->subject);
	default:
		return compile_run(options);
	}
}

int
main(int argc, char **argv)
{
	struct options options;
	int status;

	if (is_rpcgen(argc, argv))
		return rpcgen_main(argc, argv);
	status = options_parse(&options, argc, argv);
	if (status == 0)
		status = run(&options);
	options_fini(&options);
	if (fflush(stdout) != 0 && status == 0) {
		perror("idlc: standard output");
		status = 2;
	}
	return status;
}
