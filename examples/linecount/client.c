/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * linecount: has the lines of a local file counted by a server, which reads
 * the file and calls a function here for each line.
 *
 *	$ linecount tcp://127.0.0.1:4001 poem.txt
 *	Noisy: 'Simple'
 *	...
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <orpc/client.h>
#include <orpc/server.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linecount.h"

struct local_file {
	int fd;
	bool quiet;
};

static int
on_read(struct orpc_request *rq, const read_args *args, read_reply *out)
{
	const struct local_file *file = orpc_request_ctx(rq);
	size_t n = args->count < READ_MAX ? args->count : READ_MAX;
	char *bytes = oxdr_arena_take(orpc_request_arena(rq), n, 1);
	ssize_t got;

	if (!bytes)
		return ORPC_R_SYSTEM_ERR;
	got = pread(file->fd, bytes, n, (off_t)args->offset);
	out->good = got >= 0;
	if (out->good) {
		out->read_reply_u.bytes.file_bytes_len = (uint32_t)got;
		out->read_reply_u.bytes.file_bytes_val = bytes;
	} else {
		out->read_reply_u.reason = strerror(errno);
	}
	return 0;
}

static int
on_line(struct orpc_request *rq, const text_line *text)
{
	const struct local_file *file = orpc_request_ctx(rq);

	if (!file->quiet)
		printf("Noisy: '%.*s'\n", (int)text->text_line_len,
		    text->text_line_val);
	return 0;
}

static int
count_lines(struct orpc_client *client)
{
	struct orpc_call call = { 0 };
	count_reply reply;
	char text[512];
	int rc;

	orpc_call_timeout(&call, 24 * 3600 * 1000u);
	rc = linecount_v1_count(client, &call, &reply);
	if (rc != 0) {
		orpc_error_text(&call.error, text, sizeof(text));
		fprintf(stderr, "linecount: %s\n", text);
	} else if (!reply.good) {
		fprintf(stderr, "linecount: %s\n",
		    reply.count_reply_u.reason);
		rc = 1;
	} else {
		printf("%llu lines\n",
		    (unsigned long long)reply.count_reply_u.lines);
	}
	orpc_call_fini(&call);
	return rc == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct local_file file = {
		.quiet = argc == 4 && strcmp(argv[1], "--quiet") == 0,
	};
	const struct linecount_callback_v1_ops ops = {
		.ctx = &file,
		.read = on_read,
		.line = on_line,
	};
	struct orpc_client *client;
	struct orpc_error error;
	char text[512];
	int rc;

	if (argc != 3 + file.quiet || argv[1 + file.quiet][0] == '-') {
		fputs("usage: linecount [--quiet] ADDRESS FILE\n"
		    "e.g.   linecount tcp://127.0.0.1:4001 poem.txt\n",
		    stderr);
		return 2;
	}
	file.fd = open(argv[argc - 1], O_RDONLY | O_CLOEXEC);
	if (file.fd < 0) {
		fprintf(stderr, "linecount: %s: %s\n", argv[argc - 1],
		    strerror(errno));
		return 2;
	}
	rc = orpc_client_open(argv[argc - 2], &linecount_v1_program, NULL,
	    &client, &error);
	if (rc == 0) {
		rc = linecount_callback_v1_serve_on(client, &ops) == 0 ?
		    count_lines(client) : 1;
		orpc_client_close(client);
	} else {
		orpc_error_text(&error, text, sizeof(text));
		fprintf(stderr, "linecount: %s\n", text);
		rc = 4;
	}
	close(file.fd);
	return rc;
}
