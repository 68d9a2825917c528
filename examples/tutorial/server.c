/* SPDX-License-Identifier: BSD-3-Clause */
/* The half that keeps the log. */
#include <orpc/server.h>
#include <stdio.h>

#include "board.h"

static int
post(struct orpc_request *rq, const char *text, uint32_t *out)
{
	FILE *log = fopen("messages.log", "a+");
	int c;

	(void)rq;
	*out = 0;
	if (!log)
		return 0;
	fprintf(log, "%s\n", text);
	rewind(log);
	while ((c = getc(log)) != EOF)
		*out += c == '\n';
	fclose(log);
	return 0;
}

static const struct board_v1_ops ops = { .post = post };

int
main(int argc, char **argv)
{
	struct orpc_server *server;
	struct orpc_error error;
	char text[256];
	int rc;

	if (argc != 2) {
		fputs("usage: server ADDRESS   e.g. tcp://127.0.0.1:4002\n",
		    stderr);
		return 2;
	}
	rc = orpc_server_open(NULL, &server);
	if (rc != 0) {
		fprintf(stderr, "server: %s\n", orpc_strerror(rc));
		return 1;
	}
	rc = orpc_server_listen(server, argv[1], &error);
	if (rc != 0) {
		orpc_error_text(&error, text, sizeof(text));
		fprintf(stderr, "server: %s\n", text);
	} else {
		rc = board_v1_serve(server, &ops);
	}
	if (rc == 0)
		rc = orpc_server_run(server);
	orpc_server_close(server);
	return rc == 0 ? 0 : 1;
}
