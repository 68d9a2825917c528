/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Votes a second of the whole election service, 64 clients at once, beside a
 * commit for each vote and beside null calls of the same clients.
 *
 *	election_service SERVER STORE [ROUNDS]
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "election.h"
#include "examples/election/store.h"

#define CLIENTS 64u
#define SECONDS 1.0
#define NUMBERS 400000u
#define SINGLES 200u
#define ROUNDS_MAX 99u

static char address[128];
static int64_t *numbers;
static atomic_size_t next_number;
static atomic_bool over;
static atomic_size_t done;

static double
now(void)
{
	return (double)orpc_now_ns() / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "election_service: %s\n", what);
	exit(1);
}

static pid_t
start_server(const char *program, const char *where)
{
	char store[512], line[160];
	int ready[2];
	pid_t pid;
	FILE *from;

	snprintf(store, sizeof(store), "--store=%s", where);
	if (pipe(ready) != 0)
		die("pipe");
	pid = fork();
	if (pid == 0) {
		dup2(ready[1], STDOUT_FILENO);
		close(ready[0]);
		execl(program, program, "--no-binder", store,
		    "--listen=tcp://127.0.0.1:0", (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	from = fdopen(ready[0], "r");
	while (from && fgets(line, sizeof(line), from) &&
	    strncmp(line, "ready", 5) != 0)
		sscanf(line, "listening on %127s", address);
	fclose(from);
	return pid;
}

static int
one_vote(struct orpc_client *client, struct orpc_call *call)
{
	size_t i = atomic_fetch_add(&next_number, 1);
	char name[] = "Ada";
	vote_args args = { .candidate = name };
	vote_status status;

	if (i >= NUMBERS)
		return -1;
	args.number = numbers[i];
	memcpy(args.ballot, &i, sizeof(i));
	return election_v1_vote(client, call, &args, &status) == 0 &&
	    status == VOTE_RECORDED ? 0 : -1;
}

static void *
work(void *ctx)
{
	bool vote = *(const bool *)ctx;
	struct orpc_call call = { 0 };
	struct orpc_client *client;

	if (orpc_client_open(address, &election_v1_program, NULL, &client,
	    NULL) != 0)
		die("connect");
	while (!atomic_load(&over)) {
		if ((vote ? one_vote(client, &call) :
		    orpc_client_ping(client, &call)) != 0)
			die("a call failed");
		atomic_fetch_add(&done, 1);
	}
	orpc_call_fini(&call);
	orpc_client_close(client);
	return NULL;
}

/* What 64 clients together reach in a second. */
static double
rate(bool vote)
{
	pthread_t threads[CLIENTS];
	double start = now();

	atomic_store(&over, false);
	atomic_store(&done, 0);
	for (unsigned i = 0; i < CLIENTS; i++)
		if (pthread_create(&threads[i], NULL, work, &vote) != 0)
			die("thread");
	while (now() - start < SECONDS)
		usleep(10000);
	atomic_store(&over, true);
	for (unsigned i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	return (double)atomic_load(&done) / (now() - start);
}

/* Votes a second into the store itself, a commit each. */
static double
single_rate(struct store *store)
{
	double start = now();

	for (unsigned k = 0; k < SINGLES; k++) {
		size_t i = atomic_fetch_add(&next_number, 1);
		struct ballot ballot = { .candidate = "Ada",
			.number = numbers[i] };

		if (store_record(store, &ballot, 1) != 0)
			die(store->error);
	}
	return SINGLES / (now() - start);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "Ada", "Grace" };
	size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 3;
	double votes[ROUNDS_MAX], single[ROUNDS_MAX], null[ROUNDS_MAX];
	struct store store;
	size_t taken;
	pid_t server;

	if (argc < 3 || rounds == 0 || rounds > ROUNDS_MAX) {
		fputs("usage: election_service SERVER STORE [ROUNDS]\n",
		    stderr);
		return 2;
	}
	numbers = calloc(NUMBERS, sizeof(*numbers));
	for (size_t i = 0; numbers && i < NUMBERS; i++)
		numbers[i] = (int64_t)i + 1;
	if (!numbers || store_open(&store, argv[2], true) != 0 ||
	    store_create(&store, "bench", names, 2) != 0 ||
	    store_issue(&store, numbers, NUMBERS, &taken) != 0)
		die(store.error);
	server = start_server(argv[1], argv[2]);
	for (size_t i = 0; i < rounds; i++) {
		double one = single_rate(&store), all = rate(true);

		null[i] = all / rate(false);
		single[i] = all / one;
		votes[i] = all;
	}
	printf("votes/s of the service, %u clients: %.0f\n", CLIENTS,
	    median(votes, rounds));
	printf("ratio to one commit a vote: %.1f\n", median(single, rounds));
	printf("ratio to null calls: %.2f\n", median(null, rounds));
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	store_close(&store);
	free(numbers);
	return 0;
}
