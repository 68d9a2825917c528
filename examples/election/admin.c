/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * election-admin: makes a poll, issues voter numbers, counts.
 *
 * It works on the store, not through the server, so it needs the rights on
 * the file or the database that a voter does not have.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli.h"
#include "store.h"

#define ISSUE_MAX 10000000u
#define ISSUE_BATCH 10000u

struct arguments {
	const char *store;
	const char *title;
	const char *output;
	char **words;
	int n_words;
};

static const struct cli cli;	/* at the end */

static int
fail(const struct arguments *a, const struct store *store)
{
	fprintf(stderr, "election-admin: %s: %s\n", a->store, store->error);
	return 1;
}

static int
verb_create(const struct arguments *a, struct store *store)
{
	size_t n = (size_t)a->n_words - 1;

	if (n == 0)
		return cli_error(&cli, "create takes the candidates' names");
	if (store_create(store, a->title, (const char *const *)a->words + 1,
	    n) != 0)
		return fail(a, store);
	fprintf(stderr, "election-admin: %s: %zu candidates stand\n",
	    a->store, n);
	return 0;
}

/* Numbers from 1 to 2^63-1, any of them as likely as any other. */
static int
draw(int64_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		do {
			if (getrandom(&numbers[i], sizeof(numbers[i]), 0) !=
			    (ssize_t)sizeof(numbers[i]))
				return -1;
			numbers[i] &= INT64_MAX;
		} while (numbers[i] == 0);
	}
	return 0;
}

/* Numbers that are new to the store are written out once they are in it. */
static int
issue_batch(struct store *store, size_t n, FILE *to)
{
	static int64_t numbers[ISSUE_BATCH];
	size_t taken;

	for (size_t i = 0; i < n; i++) {
		if (draw(&numbers[i], 1) != 0)
			return store_fail(store, "getrandom: %s",
			    strerror(errno));
	}
	if (store_issue(store, numbers, n, &taken) != 0)
		return -1;
	if (taken != n)		/* one in 2^63 / issued: say it, lose it */
		return store_fail(store, "a number was drawn twice; issue "
		    "again");
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%lld\n", (long long)numbers[i]);
	explicit_bzero(numbers, sizeof(numbers));
	return ferror(to) ? store_fail(store, "the numbers can't be written")
	    : 0;
}

static FILE *
open_output(const struct arguments *a)
{
	int fd;

	if (!a->output)
		return stdout;
	fd = open(a->output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		fprintf(stderr, "election-admin: %s: %s\n", a->output,
		    strerror(errno));
		return NULL;
	}
	return fdopen(fd, "w");
}

static int
verb_issue(const struct arguments *a, struct store *store)
{
	char *end;
	unsigned long n;
	FILE *to;
	int rc = 0;

	if (a->n_words != 2)
		return cli_error(&cli, "issue takes how many");
	n = strtoul(a->words[1], &end, 10);
	if (*end || n == 0 || n > ISSUE_MAX)
		return cli_error(&cli,
		    "issue takes a number from 1 to 10000000");
	to = open_output(a);
	if (!to)
		return 1;
	for (size_t left = n; rc == 0 && left > 0;) {
		size_t batch = left < ISSUE_BATCH ? left : ISSUE_BATCH;

		rc = issue_batch(store, batch, to);
		left -= batch;
	}
	if (fflush(to) != 0 || (to != stdout && fclose(to) != 0))
		rc = store_fail(store, "the numbers can't be written: %s",
		    strerror(errno));
	return rc == 0 ? 0 : fail(a, store);
}

static int
print_candidate(void *ctx, const char *candidate, uint64_t votes)
{
	(void)ctx;
	(void)votes;
	return puts(candidate) < 0 ? -1 : 0;
}

static int
print_line(void *ctx, const char *candidate, uint64_t votes)
{
	(void)ctx;
	return printf("%s: %llu\n", candidate,
	    (unsigned long long)votes) < 0 ? -1 : 0;
}

static int
verb_list(const struct arguments *a, struct store *store)
{
	return store_tally(store, print_candidate, NULL) == 0 ? 0 :
	    fail(a, store);
}

static int
verb_tally(const struct arguments *a, struct store *store)
{
	return store_tally(store, print_line, NULL) == 0 ? 0 : fail(a, store);
}

static int
add_up(void *ctx, const char *candidate, uint64_t votes)
{
	uint64_t *sum = ctx;

	(void)candidate;
	*sum += votes;
	return 0;
}

/* Do the lines add up to the votes, and the votes to the numbers issued?
 * Exit status 1 if not. */
static int
verb_audit(const struct arguments *a, struct store *store)
{
	uint64_t issued, voted, sum = 0;
	bool good;

	if (store_count(store, &issued, &voted) != 0 ||
	    store_tally(store, add_up, &sum) != 0)
		return fail(a, store);
	good = sum == voted && voted <= issued;
	printf("issued: %llu\nvoted: %llu\ntally: %llu\n%s\n",
	    (unsigned long long)issued, (unsigned long long)voted,
	    (unsigned long long)sum, good ? "consistent" : "INCONSISTENT");
	return good ? 0 : 1;
}

static const struct verb {
	const char *name;
	int (*run)(const struct arguments *a, struct store *store);
} verbs[] = {
	{ "create", verb_create },
	{ "issue", verb_issue },
	{ "list", verb_list },
	{ "tally", verb_tally },
	{ "audit", verb_audit },
};

static const char help[] =
    "usage: election-admin [OPTION...] VERB [ARGUMENT...]\n"
    "Looks after an election's store.\n\n"
    "  create NAME...   make the poll with these candidates\n"
    "  issue N          print N new voter numbers, a line each\n"
    "  list             print the candidates\n"
    "  tally            print the votes of each\n"
    "  audit            check that numbers, votes and tally agree\n\n"
    "  --store=WHERE    SQLite file [election.db] or"
    " postgresql://...\n"
    "  --title=TEXT     with create\n"
    "  --output=FILE    with issue: a new file that only you may"
    " read\n"
    "  --help, --version\n\n"
    "Examples:\n"
    "  election-admin --store=poll.db create Ada Grace\n"
    "  election-admin --store=poll.db --output=numbers issue 100\n"
    "  election-admin --store=poll.db audit\n";

enum { OPT_STORE = CLI_FIRST, OPT_TITLE, OPT_OUTPUT };

static const struct option long_options[] = {
	{ "store", required_argument, NULL, OPT_STORE },
	{ "title", required_argument, NULL, OPT_TITLE },
	{ "output", required_argument, NULL, OPT_OUTPUT },
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
	case OPT_TITLE:
		a->title = value;
		break;
	case OPT_OUTPUT:
		a->output = value;
		break;
	default:
		break;
	}
	return NULL;
}

static const struct cli cli = { "election-admin", help, long_options,
	take_option };

static int
run_verb(const struct arguments *a, const struct verb *verb)
{
	struct store store;
	int rc;

	if (store_open(&store, a->store, verb->run == verb_create) != 0)
		rc = fail(a, &store);
	else
		rc = verb->run(a, &store);
	store_close(&store);
	return rc;
}

int
main(int argc, char **argv)
{
	struct arguments a = { .store = "election.db", .title = "election" };
	int rc = cli_read(&cli, argc, argv, &a);

	if (rc != 0)
		return rc - 1;
	a.words = argv + optind;
	a.n_words = argc - optind;
	if (a.n_words == 0)
		return cli_error(&cli, "what is to be done? create, issue, "
		    "list, tally or audit");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, a.words[0]) == 0)
			return run_verb(&a, &verbs[i]);
	fprintf(stderr, "election-admin: there is no '%s'\n", a.words[0]);
	return cli_error(&cli, NULL);
}
