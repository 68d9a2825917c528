/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * election: the voter's client.
 *
 * It serves the callback program on the connection that it opens, so the
 * server's messages arrive while it waits for the answer.  A vote carries a
 * ballot id chosen here at random: when the answer is lost, or the server
 * dies, the vote is sent again under the same id, and counts once.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <orpc/client.h>
#include <orpc/server.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "election.h"

/* Exit statuses; those of the other tools. */
enum {
	EXIT_OK = 0,
	EXIT_REFUSED = 1,	/* the vote was not recorded */
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 4,
	EXIT_TIMED_OUT = 5,
	EXIT_RPC = 6,
	EXIT_DENIED = 7,
	EXIT_GARBLED = 8
};

struct arguments {
	const char *server;
	const char *number_file;
	const char *ballot;
	unsigned timeout_ms;
	bool quiet;
	char **words;		/* the verb and what follows it */
	int n_words;
};

static int
fail(const struct orpc_error *error)
{
	char text[512];

	orpc_error_text(error, text, sizeof(text));
	fprintf(stderr, "election: %s\n", text);
	if (error->code > 0)
		return error->code >= ORPC_R_AUTH_BASE ? EXIT_DENIED :
		    EXIT_RPC;
	if (error->code == -ORPC_E_TIMEOUT)
		return EXIT_TIMED_OUT;
	if (error->step == ORPC_STEP_DECODE)
		return EXIT_GARBLED;
	return EXIT_UNREACHABLE;
}

/* ---- What the server may call ------------------------------------------ */

static int
on_message(struct orpc_request *rq, const char *text)
{
	const struct arguments *a = orpc_request_ctx(rq);

	if (!a->quiet)
		puts(text);
	return 0;
}

static int
on_standing(struct orpc_request *rq, const tally_line *line)
{
	(void)rq;
	printf("%s: %llu\n", line->candidate,
	    (unsigned long long)line->votes);
	fflush(stdout);
	return 0;
}

static int
connect_to(const struct arguments *a,
    const struct election_callback_v1_ops *ops, struct orpc_client **out,
    struct orpc_error *error)
{
	const struct orpc_client_options options = {
		.call_timeout_ms = a->timeout_ms,
	};
	int rc = orpc_client_open(a->server, &election_v1_program, &options,
	    out, error);

	if (rc != 0)
		return rc;
	rc = election_callback_v1_serve_on(*out, ops);
	if (rc != 0) {
		orpc_client_close(*out);
		error->code = rc;
	}
	return rc;
}

/* ---- vote -------------------------------------------------------------- */

/* Reads the secret: from a file, or from standard input, unseen. */
static int
read_number(const struct arguments *a, int64_t *out)
{
	bool ask = !a->number_file && isatty(STDIN_FILENO);
	FILE *from = a->number_file ? fopen(a->number_file, "re") : stdin;
	struct termios shown, hidden;
	char line[64] = "";
	char *end;

	if (!from) {
		fprintf(stderr, "election: %s: %s\n", a->number_file,
		    strerror(errno));
		return -1;
	}
	if (ask) {
		fputs("Your number (not shown): ", stderr);
		tcgetattr(STDIN_FILENO, &shown);
		hidden = shown;
		hidden.c_lflag &= (tcflag_t)~ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	}
	if (!fgets(line, sizeof(line), from))
		line[0] = '\0';
	if (ask) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
		fputc('\n', stderr);
	}
	if (from != stdin)
		fclose(from);
	errno = 0;
	*out = strtoll(line, &end, 10);
	end += strspn(end, " \t\r\n");
	if (line[0] == '\0' || *end || errno != 0 || *out <= 0) {
		fputs("election: a voter's number is a positive whole number "
		    "on a line of its own\n", stderr);
		explicit_bzero(line, sizeof(line));
		return -1;
	}
	explicit_bzero(line, sizeof(line));
	return 0;
}

static int
choose_ballot(const char *given, char ballot[BALLOT_BYTES])
{
	unsigned byte;

	if (!given)
		return getrandom(ballot, BALLOT_BYTES, 0) == BALLOT_BYTES ?
		    0 : -1;
	if (strlen(given) != 2 * BALLOT_BYTES)
		return -1;
	for (size_t i = 0; i < BALLOT_BYTES; i++) {
		if (sscanf(given + 2 * i, "%2x", &byte) != 1)
			return -1;
		ballot[i] = (char)byte;
	}
	return 0;
}

static int64_t
deadline_of(const struct arguments *a)
{
	return orpc_now_ns() + (int64_t)a->timeout_ms * 1000000;
}

/* One try: 0 and *out_status, or the error of the step that failed. */
static int
vote_once(const struct arguments *a, const vote_args *args, int64_t deadline,
    vote_status *out_status, struct orpc_error *error)
{
	const struct election_callback_v1_ops ops = {
		.ctx = (void *)(uintptr_t)a,
		.message = on_message,
		.standing = on_standing,
	};
	struct orpc_call call = { .deadline_ns = deadline };
	struct orpc_client *client;
	int rc = connect_to(a, &ops, &client, error);

	if (rc != 0)
		return rc;
	rc = election_v1_vote(client, &call, args, out_status);
	*error = call.error;
	orpc_call_fini(&call);
	orpc_client_close(client);
	return rc;
}

/* Is there any sense in asking again? */
static bool
may_pass(int rc, vote_status status)
{
	if (rc == 0)
		return status == VOTE_NOT_STORED;
	return rc == -ORPC_E_CONNECT || rc == -ORPC_E_CLOSED ||
	    rc == -ORPC_E_IO || rc == -ORPC_E_TIMEOUT ||
	    rc == ORPC_R_SYSTEM_ERR;
}

static void
tell_ballot(const vote_args *args)
{
	fputs("election: whether the vote was recorded is not known; ask "
	    "again with --ballot=", stderr);
	for (size_t i = 0; i < BALLOT_BYTES; i++)
		fprintf(stderr, "%02x", (unsigned)(uint8_t)args->ballot[i]);
	fputc('\n', stderr);
}

static int
vote_until_answered(const struct arguments *a, const vote_args *args)
{
	int64_t deadline = deadline_of(a);
	struct timespec pause = { .tv_nsec = 50000000 };
	struct orpc_error error = { 0 };
	vote_status status = VOTE_NOT_STORED;
	bool maybe = false;
	int rc;

	for (;;) {
		rc = vote_once(a, args, deadline, &status, &error);
		maybe |= rc != 0 && error.executed != ORPC_EXECUTED_NO;
		if (!may_pass(rc, status) || orpc_now_ns() >= deadline)
			break;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 400000000)
			pause.tv_nsec *= 2;
	}
	if (rc != 0) {
		rc = fail(&error);
		if (maybe)
			tell_ballot(args);
		return rc;
	}
	return status == VOTE_RECORDED || status == VOTE_REPEATED ? EXIT_OK :
	    EXIT_REFUSED;
}

static int
verb_vote(const struct arguments *a)
{
	vote_args args = { .message = { .kind = CALLBACK_HERE } };
	int rc;

	if (a->n_words != 2) {
		fputs("election: vote takes one candidate; the voter's number "
		    "is read from standard input,\nas what stands on a "
		    "command line can be seen by others\n", stderr);
		return EXIT_USAGE;
	}
	args.candidate = a->words[1];
	if (strlen(args.candidate) > CANDIDATE_MAX) {
		fprintf(stderr, "election: a candidate's name has at most %d "
		    "bytes\n", CANDIDATE_MAX);
		return EXIT_USAGE;
	}
	if (choose_ballot(a->ballot, args.ballot) != 0) {
		fputs("election: --ballot takes 32 hexadecimal digits\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (read_number(a, &args.number) != 0)
		return EXIT_USAGE;
	rc = vote_until_answered(a, &args);
	explicit_bzero(&args.number, sizeof(args.number));
	return rc;
}

/* ---- result, watch ----------------------------------------------------- */

static int
verb_result(const struct arguments *a)
{
	const struct election_callback_v1_ops ops = { 0 };
	const callback nowhere = { .kind = CALLBACK_NONE };
	struct orpc_call call = { 0 };
	struct orpc_error error = { 0 };
	struct orpc_client *client;
	result_reply reply;
	int rc = connect_to(a, &ops, &client, &error);

	if (rc != 0)
		return fail(&error);
	rc = election_v1_result(client, &call, &nowhere, &reply);
	if (rc != 0) {
		rc = fail(&call.error);
	} else if (!reply.known) {
		fprintf(stderr, "election: the server can't tell: %s\n",
		    reply.result_reply_u.reason);
		rc = EXIT_RPC;
	} else {
		const tally *lines = &reply.result_reply_u.lines;

		for (uint32_t i = 0; i < lines->tally_len; i++)
			printf("%s: %llu\n", lines->tally_val[i].candidate,
			    (unsigned long long)lines->tally_val[i].votes);
	}
	orpc_call_fini(&call);
	orpc_client_close(client);
	return rc;
}

static int
verb_watch(const struct arguments *a)
{
	const struct election_callback_v1_ops ops = {
		.ctx = (void *)(uintptr_t)a,
		.message = on_message,
		.standing = on_standing,
	};
	struct orpc_call call = { 0 };
	struct orpc_error error = { 0 };
	struct orpc_client *client;
	bool watching = false;
	int rc = connect_to(a, &ops, &client, &error);

	if (rc != 0)
		return fail(&error);
	rc = election_v1_watch(client, &call, &watching);
	if (rc != 0) {
		rc = fail(&call.error);
	} else if (!watching) {
		fputs("election: the server takes no watcher here\n", stderr);
		rc = EXIT_RPC;
	} else {
		orpc_client_wait(client, -1);
		fputs("election: the server closed the connection\n", stderr);
		rc = EXIT_UNREACHABLE;
	}
	orpc_call_fini(&call);
	orpc_client_close(client);
	return rc;
}

/* ---- The command line -------------------------------------------------- */

static const struct verb {
	const char *name;
	int (*run)(const struct arguments *a);
} verbs[] = {
	{ "vote", verb_vote },
	{ "result", verb_result },
	{ "watch", verb_watch },
};

static const char help[] =
    "usage: election [OPTION...] vote CANDIDATE | result | watch\n"
    "Votes in an election, or tells how it stands.\n\n"
    "  --server=ADDRESS    [ELECTION_SERVER, else tcp://localhost, by"
    " the binder]\n"
    "  --number-file=FILE  read the voter's number there, not from"
    " standard input\n"
    "  --ballot=HEX        repeat a vote whose answer was lost\n"
    "  --timeout=SECONDS   [10]\n"
    "  --quiet             no messages\n"
    "  --help, --version\n\n"
    "Examples:\n"
    "  election --server=tcp://localhost:4000 vote Ada < number\n"
    "  election result\n"
    "  election watch\n";

enum { OPT_SERVER = CLI_FIRST, OPT_NUMBER, OPT_BALLOT, OPT_TIMEOUT,
	OPT_QUIET };

static const struct option long_options[] = {
	{ "server", required_argument, NULL, OPT_SERVER },
	{ "number-file", required_argument, NULL, OPT_NUMBER },
	{ "ballot", required_argument, NULL, OPT_BALLOT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	CLI_COMMON
};

static const char *
take_option(void *arguments, int option, const char *value)
{
	struct arguments *a = arguments;
	double seconds;

	switch (option) {
	case OPT_SERVER:
		a->server = value;
		break;
	case OPT_NUMBER:
		a->number_file = value;
		break;
	case OPT_BALLOT:
		a->ballot = value;
		break;
	case OPT_TIMEOUT:
		seconds = strtod(value, NULL);
		if (!(seconds > 0 && seconds <= 86400))
			return "--timeout takes seconds, at most a day";
		a->timeout_ms = (unsigned)(seconds * 1000);
		break;
	case OPT_QUIET:
		a->quiet = true;
		break;
	default:
		break;
	}
	return NULL;
}

static const struct cli cli = { "election", help, long_options,
	take_option };

int
main(int argc, char **argv)
{
	struct arguments a = { .server = getenv("ELECTION_SERVER"),
		.timeout_ms = 10000 };
	int rc = cli_read(&cli, argc, argv, &a);

	if (rc != 0)
		return rc - 1;
	a.words = argv + optind;
	a.n_words = argc - optind;
	if (!a.server)
		a.server = "tcp://localhost";
	if (a.n_words == 0)
		return cli_error(&cli,
		    "what is to be done? vote, result or watch");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, a.words[0]) == 0)
			return verbs[i].run(&a);
	fprintf(stderr, "election: there is no '%s'\n", a.words[0]);
	return cli_error(&cli, NULL);
}
