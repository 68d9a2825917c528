/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who on this network has a program (-b)?  Asks all binders at once.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tools/info/info.h"

struct answers {
	const struct info *info;
	struct json j;
	size_t n;
};

static int
on_answer(void *ctx, const struct sockaddr *from, socklen_t n_from,
    const void *out)
{
	struct answers *a = ctx;
	char address[160], host[NI_MAXHOST] = "";

	(void)out;
	orpc_sockaddr_format(ORPC_UDP, from, n_from, address,
	    sizeof(address));
	if (!a->info->json)
		getnameinfo(from, n_from, host, sizeof(host), NULL, 0, 0);
	a->n++;
	if (a->info->json) {
		json_open(&a->j, NULL, '{');
		json_text(&a->j, "address", address);
		json_close(&a->j, '}');
	} else {
		char safe[NI_MAXHOST];

		printf("%s\t%s\n", address, safe_text(host, safe,
		    sizeof(safe)));
		fflush(stdout);
	}
	return 0;
}

int
verb_broadcast(const struct info *info)
{
	struct orpc_program program = { .number = 0 };
	const struct orpc_proc null = { .number = 0 };
	struct answers a = { .info = info };
	struct orpc_error error = { .code = 0 };
	int result;

	if (!info->service || !info->version ||
	    names_program(info->names, info->service, &program.number) ||
	    names_program(info->names, info->version, &program.version)) {
		fputs("orpcinfo: a program and a version are needed\n"
		    "try 'orpcinfo --help'\n", stderr);
		return EXIT_USAGE;
	}
	if (info->json) {
		json_start(&a.j, info);
		json_open(&a.j, "answers", '[');
	}
	progress_start("answers", info->timeout_ms);
	result = orpc_broadcast(&program, &null, NULL, info->timeout_ms,
	    on_answer, &a, &error);
	progress_end();
	if (info->json) {
		json_close(&a.j, ']');
		json_true(&a.j, "ok", result == 0);
		if (result)
			json_error(&a.j, &error);
		json_end(&a.j);
		return exit_status(result);
	}
	return result ? tell_error(info, &error) : EXIT_OK;
}
