/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * -Y: somebody's own C preprocessor in place of ours, run as rpcgen runs it.
 * No shell is in between, so that names may hold any character.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "idlc/emit/rpcgen/classic.h"

static void
run_program(int to, const char *program, const char *const *defines,
    const char *symbol, const char *input)
{
	const char *argv[CLASSIC_DEFINES_MAX + 5] = { program, "-C" };
	char option[32];
	int n = 2;

	while (*defines)
		argv[n++] = *defines++;
	snprintf(option, sizeof(option), "-D%s", symbol);
	argv[n++] = option;
	if (input)
		argv[n++] = input;
	argv[n] = NULL;
	if (dup2(to, STDOUT_FILENO) >= 0)
		execv(program, (char *const *)(const void *)argv);
	perror(program);
	_exit(1);
}

/* All that comes until the other end closes; NULL: it can't be read. */
static char *
read_all(int fd, size_t *out_n)
{
	size_t n = 0, room = 1 << 16;
	char *text = malloc(room);
	ssize_t got = 1;

	while (text && got != 0) {
		got = read(fd, text + n, room - n);
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
		if (n == room) {
			char *more = realloc(text, room *= 2);

			if (!more)
				free(text);
			text = more;
		}
	}
	*out_n = n;
	if (got == 0)
		return text;
	free(text);
	return NULL;
}

static int
wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

char *
classic_preprocess(const char *program, const char *const *defines,
    const char *symbol, const char *input, size_t *out_n)
{
	int ends[2], status;
	char *text;
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0) {
		perror("rpcgen");
		return NULL;
	}
	if (child == 0) {
		close(ends[0]);
		run_program(ends[1], program, defines, symbol, input);
	}
	close(ends[1]);
	text = read_all(ends[0], out_n);
	close(ends[0]);
	status = wait_for(child);
	if (text && status == 0)
		return text;
	fprintf(stderr, "rpcgen: C preprocessor failed with exit code %d\n",
	    status);
	free(text);
	return NULL;
}
