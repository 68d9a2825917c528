/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a command costs: cost [-n RUNS] COMMAND [ARGUMENT...]
 *
 * Prints the processor time of one run in microseconds (the mean of RUNS,
 * user and system, with all that the command has started and waited for) and
 * the most memory that one of those processes had, in kilobytes.  The
 * command's standard output is dropped.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct cost {
	double us;
	long kb;
};

/* Spawned, not forked: a forked child's memory would count. */
static void
run(char **command, struct cost *cost)
{
	posix_spawn_file_actions_t files;
	struct rusage used;
	int error, status;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	error = posix_spawnp(&pid, command[0], &files, NULL, command, environ);
	posix_spawn_file_actions_destroy(&files);
	if (error)
		errx(2, "%s: %s", command[0], strerror(error));
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			err(2, "wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "%s failed", command[0]);
	cost->us += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) *
	    1e6 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	if (used.ru_maxrss > cost->kb)
		cost->kb = used.ru_maxrss;
}

int
main(int argc, char **argv)
{
	struct cost cost = { 0, 0 };
	int runs = 1, option;

	while ((option = getopt(argc, argv, "+n:")) == 'n')
		runs = atoi(optarg);
	if (option != -1 || optind == argc || runs < 1)
		errx(2, "usage: cost [-n RUNS] COMMAND [ARGUMENT...]");
	for (int i = 0; i < runs; i++)
		run(argv + optind, &cost);
	printf("%.0f %ld\n", cost.us / runs, cost.kb);
	return 0;
}
