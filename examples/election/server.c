/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * election-server: takes votes, tells results.
 *
 * A VOTE is queued for the committer and answered when it is on disk; the
 * event loops never wait for a disk or a database.
 */
#define _GNU_SOURCE

#include <orpc/server.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "committer.h"
#include "deliver.h"
#include "election.h"
#include "reporter.h"
#include "store.h"

struct election {
	struct committer *committer;
	struct reporter *reporter;
	struct courier *courier;
};

/* A VOTE between its arrival and its commit; lives in the request's arena. */
struct vote_job {
	struct waiting_vote waiting;
	struct orpc_request *rq;
	const vote_args *args;
};

static void
outcome_text(const vote_args *args, vote_status outcome, char *buf, size_t n)
{
	switch (outcome) {
	case VOTE_RECORDED:
		snprintf(buf, n, "Your vote for %s is recorded.",
		    args->candidate);
		break;
	case VOTE_REPEATED:
		snprintf(buf, n, "This very vote for %s is already recorded.",
		    args->candidate);
		break;
	case VOTE_DUPLICATE:
		snprintf(buf, n, "This number has already voted; the first "
		    "vote stands.");
		break;
	case VOTE_UNKNOWN_NUMBER:
		snprintf(buf, n, "This number was never issued.");
		break;
	case VOTE_UNKNOWN_CANDIDATE:
		snprintf(buf, n, "Nobody called %s stands in this election.",
		    args->candidate);
		break;
	case VOTE_NOT_STORED:
		snprintf(buf, n, "The vote could not be stored; please try "
		    "again.");
		break;
	}
}

/* On the committer's thread: the vote is on disk, or refused. */
static void
on_committed(struct waiting_vote *waiting)
{
	struct vote_job *job = (struct vote_job *)waiting;
	struct election *election = orpc_request_ctx(job->rq);
	char text[256];

	outcome_text(job->args, waiting->ballot.outcome, text, sizeof(text));
	deliver_message(election->courier, job->rq, &job->args->message, text);
	election_v1_vote_reply(job->rq, waiting->ballot.outcome);
}

static int
vote(struct orpc_request *rq, const vote_args *args, vote_status *out)
{
	struct election *election = orpc_request_ctx(rq);
	struct vote_job *job = oxdr_arena_take(orpc_request_arena(rq),
	    sizeof(*job), _Alignof(struct vote_job));

	(void)out;
	if (!job)
		return ORPC_R_SYSTEM_ERR;
	memset(job, 0, sizeof(*job));
	job->rq = rq;
	job->args = args;
	job->waiting.on_done = on_committed;
	job->waiting.ballot.number = args->number;
	job->waiting.ballot.candidate = args->candidate;
	memcpy(job->waiting.ballot.id, args->ballot, BALLOT_BYTES);
	committer_submit(election->committer, &job->waiting);
	return ORPC_LATER;
}

static int
result(struct orpc_request *rq, const callback *lines_to, result_reply *out)
{
	struct election *election = orpc_request_ctx(rq);

	(void)out;
	if (reporter_ask(election->reporter, rq, lines_to->kind) != 0)
		return ORPC_R_SYSTEM_ERR;
	return ORPC_LATER;
}

static int
watch(struct orpc_request *rq, bool *out)
{
	struct election *election = orpc_request_ctx(rq);
	struct orpc_client *client;

	*out = false;
	if (orpc_request_client(rq, &election_callback_v1_program,
	    &client) != 0)
		return 0;
	if (reporter_watch(election->reporter, client) != 0)
		orpc_client_close(client);
	else
		*out = true;
	return 0;
}

static void
on_commit(void *ctx)
{
	struct election *election = ctx;

	reporter_news(election->reporter);
}

/* ---- The program around it --------------------------------------------- */

struct arguments {
	const char *store;
	const char *listen[16];
	size_t n_listen;
	const char *candidates;
	unsigned threads;
	bool use_binder;
	bool stats;
};

static struct orpc_server *running;	/* for the signal handler */

static void
on_signal(int number)
{
	(void)number;
	orpc_server_stop(running);
}

static const char help[] =
    "usage: election-server [OPTION...]\n"
    "Serves an election: takes votes, tells results.\n\n"
    "  --store=WHERE        SQLite file [election.db] or"
    " postgresql://...\n"
    "  --listen=ADDRESS     tcp://HOST[:PORT], unix:PATH; may be given"
    " again\n"
    "                       [tcp://127.0.0.1]\n"
    "  --candidates=A,B,... make the poll if the store has none\n"
    "  --threads=N          event loops [1]\n"
    "  --no-binder          do not register with the binder\n"
    "  --stats              print counters when it stops\n"
    "  --help, --version\n\n"
    "Votes and callbacks need a connection: UDP is not served.\n"
    "Example:\n"
    "  election-server --store=poll.db --candidates=Ada,Grace"
    " --listen=tcp://127.0.0.1:4000\n";

enum { OPT_STORE = CLI_FIRST, OPT_LISTEN, OPT_CANDIDATES, OPT_THREADS,
	OPT_NO_BINDER, OPT_STATS };

static const struct option long_options[] = {
	{ "store", required_argument, NULL, OPT_STORE },
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "candidates", required_argument, NULL, OPT_CANDIDATES },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "no-binder", no_argument, NULL, OPT_NO_BINDER },
	{ "stats", no_argument, NULL, OPT_STATS },
	CLI_COMMON
};

static const char *
take_option(void *arguments, int option, const char *value)
{
	struct arguments *a = arguments;

	switch (option) {
	case OPT_STORE:
		a->store = value;
		break;
	case OPT_LISTEN:
		if (a->n_listen == 16)
			return "too many --listen";
		a->listen[a->n_listen++] = value;
		break;
	case OPT_CANDIDATES:
		a->candidates = value;
		break;
	case OPT_THREADS:
		a->threads = (unsigned)strtoul(value, NULL, 10);
		if (a->threads == 0 || a->threads > 1024)
			return "--threads takes a number from 1 to 1024";
		break;
	case OPT_NO_BINDER:
		a->use_binder = false;
		break;
	case OPT_STATS:
		a->stats = true;
		break;
	default:
		break;
	}
	return NULL;
}

static const struct cli cli = { "election-server", help, long_options,
	take_option };

/* "A,B,C" into the poll, unless there is one already. */
static int
create_poll(const char *where, const char *list)
{
	struct store store;
	char *copy = strdup(list);
	const char *names[CANDIDATES_MAX];
	uint64_t issued, voted;
	size_t n = 0;
	int rc = 0;

	if (!copy)
		return -1;
	for (char *save, *name = strtok_r(copy, ",", &save);
	    name && n < CANDIDATES_MAX; name = strtok_r(NULL, ",", &save))
		names[n++] = name;
	if (store_open(&store, where, true) != 0 ||
	    (store_count(&store, &issued, &voted) != 0 &&
	    store_create(&store, "election", names, n) != 0)) {
		fprintf(stderr, "election-server: %s: %s\n", where,
		    store.error);
		rc = -1;
	}
	store_close(&store);
	free(copy);
	return rc;
}

static int
listen_all(struct orpc_server *server, const struct arguments *a)
{
	struct orpc_error error;
	char text[256];

	for (size_t i = 0; i < a->n_listen; i++) {
		if (orpc_server_listen(server, a->listen[i], &error) != 0) {
			orpc_error_text(&error, text, sizeof(text));
			fprintf(stderr, "election-server: %s\n", text);
			return -1;
		}
	}
	if (a->use_binder && orpc_server_register(server, &error) != 0) {
		orpc_error_text(&error, text, sizeof(text));
		fprintf(stderr, "election-server: %s\n"
		    "(with --no-binder it runs without; clients then name "
		    "the port)\n", text);
		return -1;
	}
	for (size_t i = 0; orpc_server_address(server, i, text,
	    sizeof(text)) == 0; i++)
		printf("listening on %s\n", text);
	puts("ready");
	fflush(stdout);
	return 0;
}

static void
print_stats(struct orpc_server *server)
{
	struct orpc_server_stats stats;

	orpc_server_stats(server, &stats);
	fprintf(stderr, "connections=%llu calls=%llu bad_messages=%llu "
	    "replayed=%llu\n", (unsigned long long)stats.accepted,
	    (unsigned long long)stats.calls,
	    (unsigned long long)stats.bad_messages,
	    (unsigned long long)stats.replayed);
}

static int
serve(const struct arguments *a, struct election *election)
{
	const struct orpc_server_options options = { .threads = a->threads };
	const struct election_v1_ops ops = {
		.ctx = election,
		.vote = vote,
		.result = result,
		.watch = watch,
	};
	struct sigaction action = { .sa_handler = on_signal };
	struct orpc_server *server;
	int rc;

	if (orpc_server_open(&options, &server) != 0) {
		fputs("election-server: no memory\n", stderr);
		return 1;
	}
	running = server;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	rc = election_v1_serve(server, &ops) == 0 &&
	    listen_all(server, a) == 0 &&
	    orpc_server_run(server) == 0 ? 0 : 1;
	if (a->stats)
		print_stats(server);
	/* The last votes are written and answered before the server goes. */
	committer_free(election->committer);
	reporter_free(election->reporter);
	orpc_server_close(server);
	return rc;
}

int
main(int argc, char **argv)
{
	struct arguments a = { .store = "election.db", .threads = 1,
		.use_binder = true };
	struct election election = { 0 };
	struct store writing, reading;
	uint64_t issued, voted;
	int rc = cli_read(&cli, argc, argv, &a);

	if (rc != 0)
		return rc - 1;
	if (optind < argc)
		return cli_error(&cli, "it takes no arguments");
	if (a.n_listen == 0)
		a.listen[a.n_listen++] = "tcp://127.0.0.1";
	if (a.candidates && create_poll(a.store, a.candidates) != 0)
		return 1;
	if (store_open(&writing, a.store, false) != 0 ||
	    store_count(&writing, &issued, &voted) != 0) {
		fprintf(stderr, "election-server: %s: %s\n"
		    "(election-admin create makes a poll)\n", a.store,
		    writing.error);
		store_close(&writing);
		return 1;
	}
	if (store_open(&reading, a.store, false) != 0) {
		fprintf(stderr, "election-server: %s\n", reading.error);
		return 1;
	}
	election.courier = courier_new();
	election.reporter = reporter_new(&reading);
	election.committer = committer_new(&writing, on_commit, &election);
	if (!election.courier || !election.reporter || !election.committer) {
		fputs("election-server: no memory\n", stderr);
		return 1;
	}
	rc = serve(&a, &election);
	courier_free(election.courier);
	store_close(&reading);
	store_close(&writing);
	return rc;
}
