/* SPDX-License-Identifier: BSD-3-Clause */
/* The half that is called by people. */
#include <orpc/client.h>
#include <stdio.h>

#include "board.h"

static int
fail(const struct orpc_error *error)
{
	char text[256];

	orpc_error_text(error, text, sizeof(text));
	fprintf(stderr, "client: %s\n", text);
	return 1;
}

int
main(int argc, char **argv)
{
	struct orpc_client *board;
	struct orpc_call call = { 0 };
	struct orpc_error error;
	uint32_t n;
	int rc;

	if (argc != 3) {
		fputs("usage: client ADDRESS TEXT\n", stderr);
		return 2;
	}
	if (orpc_client_open(argv[1], &board_v1_program, NULL, &board,
	    &error) != 0)
		return fail(&error);
	rc = board_v1_post(board, &call, argv[2], &n);
	if (rc != 0) {
		rc = fail(&call.error);
	} else if (n == 0) {
		fputs("client: the message could not be posted\n", stderr);
		rc = 1;
	} else {
		printf("message %u posted\n", n);
	}
	orpc_call_fini(&call);
	orpc_client_close(board);
	return rc;
}
