/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A storm over an election: many voters at once, each number in the hands of
 * two of them, through proxies that cut, reset, delay and split, while the
 * servers are killed and started again at random points.  Then the store is
 * read and held against what the voters were told.
 *
 *	election_storm SERVER-PROGRAM STORE SERVERS KILLS CLIENTS
 *
 * Prints TAP.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "election.h"
#include "examples/election/store.h"
#include "tests/e2e/election_votes.h"
#include "tests/lib/proxy.h"
#include "tests/lib/test.h"

#define NUMBERS 40000u
#define SERVERS_MAX 8u
#define CANDIDATES 5u

static const char *const candidates[CANDIDATES] = { "Ada", "Grace", "Edsger",
	"Barbara", "Tony \"C.A.R.\" Hoare" };

/* One voter's wish; each number has two of them. */
struct wish {
	int64_t number;
	const char *candidate;
	char ballot[BALLOT_BYTES];
	vote_status told;
	bool answered;
};

struct storm {
	const char *program;
	const char *store;
	struct wish wishes[2 * NUMBERS];
	atomic_size_t next;
	atomic_bool over;
	atomic_size_t unannounced;	/* answers without a message before */
	atomic_size_t unanswered;	/* wishes given up */
	atomic_size_t answers;
	unsigned n_servers;
	pid_t servers[SERVERS_MAX];
	char listen[SERVERS_MAX][64];
	char front[SERVERS_MAX][64];
	struct proxy *proxies[SERVERS_MAX];
	uint64_t seed;
};

static struct storm storm;

static void
pause_ms(unsigned ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- Servers --------------------------------------------------------------- */

static void
server_start(unsigned i)
{
	char store[512];
	int ready[2];
	char c;

	snprintf(store, sizeof(store), "--store=%s", storm.store);
	assert_int_equal(pipe(ready), 0);
	storm.servers[i] = fork();
	assert_true(storm.servers[i] >= 0);
	if (storm.servers[i] == 0) {
		dup2(ready[1], STDOUT_FILENO);
		for (int fd = 3; fd < 1024; fd++)
			close(fd);
		execl(storm.program, storm.program, "--no-binder", store,
		    "--threads=2", storm.listen[i], (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	while (read(ready[0], &c, 1) == 1 && c != 'y')
		;	/* "...ready" ends in a y, addresses have none */
	close(ready[0]);
}

static void
server_kill(unsigned i, int signal)
{
	kill(storm.servers[i], signal);
	waitpid(storm.servers[i], NULL, 0);
}

static void
server_prepare(unsigned i)
{
	const struct proxy_faults faults = { .cut = 3, .reset = 3,
		.delay = 20, .delay_ms = 20, .split = i % 2 == 1,
		.seed = storm.seed + i };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint16_t port, front;
	int fd = test_bound(AF_INET, SOCK_STREAM, &port);

	close(fd);	/* the port is free again, and ours as far as we know */
	to.sin_port = htons(port);
	storm.proxies[i] = proxy_start(SOCK_STREAM, (struct sockaddr *)&to,
	    sizeof(to), &faults, &front);
	snprintf(storm.listen[i], sizeof(storm.listen[i]),
	    "--listen=tcp://127.0.0.1:%u", port);
	snprintf(storm.front[i], sizeof(storm.front[i]),
	    "tcp://127.0.0.1:%u", front);
	server_start(i);
}

/* ---- Voters ---------------------------------------------------------------- */

static int
on_message(struct orpc_request *rq, const char *text)
{
	unsigned *messages = orpc_request_ctx(rq);

	(void)text;
	++*messages;
	return 0;
}

static int
vote_once(const struct wish *wish, const char *address, vote_status *out)
{
	unsigned messages = 0;
	const struct election_callback_v1_ops ops = { .ctx = &messages,
		.message = on_message };
	const struct orpc_client_options options = {
		.connect_timeout_ms = 2000, .call_timeout_ms = 5000,
		.flags = ORPC_CLIENT_NO_RECONNECT };
	vote_args args = { .number = wish->number,
		.candidate = (char *)(uintptr_t)wish->candidate,
		.message = { .kind = CALLBACK_HERE } };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	int rc = orpc_client_open(address, &election_v1_program, &options,
	    &client, NULL);

	if (rc != 0)
		return rc;
	memcpy(args.ballot, wish->ballot, BALLOT_BYTES);
	rc = election_callback_v1_serve_on(client, &ops);
	if (rc == 0)
		rc = election_v1_vote(client, &call, &args, out);
	if (rc == 0 && messages != 1) fprintf(stderr, "messages %u\n", messages);
	if (rc == 0 && messages != 1)
		atomic_fetch_add(&storm.unannounced, 1);
	orpc_call_fini(&call);
	orpc_client_close(client);
	return rc;
}

static void
vote_until_told(struct wish *wish, uint64_t *seed)
{
	for (unsigned tries = 0; tries < 2000; tries++) {
		unsigned i = (unsigned)(test_random(seed) % storm.n_servers);
		vote_status status;

		if (vote_once(wish, storm.front[i], &status) == 0 &&
		    status != VOTE_NOT_STORED) {
			wish->told = status;
			wish->answered = true;
			atomic_fetch_add(&storm.answers, 1);
			return;
		}
		pause_ms(1 + (unsigned)(test_random(seed) % 20));
	}
	atomic_fetch_add(&storm.unanswered, 1);
}

static void *
voter(void *ctx)
{
	uint64_t seed = (uint64_t)(uintptr_t)ctx;

	while (!atomic_load(&storm.over)) {
		size_t i = atomic_fetch_add(&storm.next, 1);
		struct wish *wish;

		if (i >= 2 * NUMBERS)
			break;
		wish = &storm.wishes[i];
		vote_until_told(wish, &seed);
		/* Whoever was told RECORDED may ask again and hears so. */
		if (wish->told == VOTE_RECORDED && test_random(&seed) % 8 == 0)
			vote_until_told(wish, &seed);
	}
	return NULL;
}

/* ---- The whole -------------------------------------------------------------- */

static void
make_wishes(void)
{
	int64_t *numbers = calloc(NUMBERS, sizeof(*numbers));
	struct store store;
	size_t taken;

	assert_non_null(numbers);
	for (size_t i = 0; i < NUMBERS; i++)
		numbers[i] = (int64_t)(test_random(&storm.seed) >> 1) + 1;
	if (store_open(&store, storm.store, true) != 0 ||
	    store_create(&store, "storm", candidates, CANDIDATES) != 0 ||
	    store_issue(&store, numbers, NUMBERS, &taken) != 0 ||
	    taken != NUMBERS) {
		printf("Bail out! %s\n", store.error);
		exit(99);
	}
	store_close(&store);
	/* The two wishes of a number stand near each other: they meet. */
	for (size_t i = 0; i < 2 * NUMBERS; i++) {
		struct wish *wish = &storm.wishes[i];

		wish->number = numbers[i / 2];
		wish->candidate = candidates[test_random(&storm.seed) %
		    CANDIDATES];
		for (size_t k = 0; k < BALLOT_BYTES; k++)
			wish->ballot[k] = (char)test_random(&storm.seed);
	}
	free(numbers);
}

static void
rage(unsigned kills, unsigned clients)
{
	pthread_t threads[256];

	for (unsigned i = 0; i < clients; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, voter,
		    (void *)(uintptr_t)(storm.seed + 1000 + i)), 0);
	for (unsigned k = 0; k < kills; k++) {
		unsigned i = (unsigned)(test_random(&storm.seed) %
		    storm.n_servers);

		pause_ms(5 + (unsigned)(test_random(&storm.seed) % 60));
		server_kill(i, SIGKILL);
		server_start(i);
	}
	atomic_store(&storm.over, true);
	for (unsigned i = 0; i < clients; i++)
		pthread_join(threads[i], NULL);
}

static unsigned n_checks;
static int failures;

static void
check(bool good, const char *what, size_t count)
{
	printf("%sok %u - %s (%zu)\n", good ? "" : "not ", ++n_checks, what,
	    count);
	failures += !good;
}

/* What the store holds for each number, by the index of the wish that won;
 * SIZE_MAX: none. */
struct holding {
	size_t winner[NUMBERS];
	size_t rows;
	size_t strangers;	/* rows that nobody wished for */
};

static struct holding holding;

static int
by_number(const void *a, const void *b)
{
	const struct wish *x = *(const struct wish *const *)a;
	const struct wish *y = *(const struct wish *const *)b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static struct wish *sorted[NUMBERS];

static int
take_row(void *ctx, int64_t number, const char *candidate,
    const uint8_t *ballot)
{
	struct wish key = { .number = number }, *wanted = &key;
	struct wish **found = bsearch(&wanted, sorted, NUMBERS,
	    sizeof(sorted[0]), by_number);
	bool known = false;

	(void)ctx;
	holding.rows++;
	for (size_t k = 0; found && k < 2; k++) {
		struct wish *wish = *found + k;
		size_t i = (size_t)(wish - storm.wishes);

		if (memcmp(wish->ballot, ballot, BALLOT_BYTES) == 0 &&
		    strcmp(wish->candidate, candidate) == 0) {
			known = true;
			holding.winner[i / 2] = i;
		}
	}
	holding.strangers += !known;
	return 0;
}

static int
add_up(void *ctx, const char *candidate, uint64_t votes)
{
	(void)candidate;
	*(uint64_t *)ctx += votes;
	return 0;
}

static void
judge(void)
{
	size_t confirmed = 0, lost = 0, twice = 0, unfounded = 0;
	struct store store;
	uint64_t counted = 0;

	for (size_t i = 0; i < NUMBERS; i++) {
		holding.winner[i] = SIZE_MAX;
		sorted[i] = &storm.wishes[2 * i];
	}
	qsort(sorted, NUMBERS, sizeof(sorted[0]), by_number);
	if (election_votes(storm.store, take_row, NULL) != 0 ||
	    store_open(&store, storm.store, false) != 0 ||
	    store_tally(&store, add_up, &counted) != 0) {
		puts("Bail out! the store can't be read");
		exit(99);
	}
	store_close(&store);
	for (size_t i = 0; i < 2 * NUMBERS; i++) {
		const struct wish *wish = &storm.wishes[i];
		bool yes = wish->answered && (wish->told == VOTE_RECORDED ||
		    wish->told == VOTE_REPEATED);

		confirmed += yes;
		lost += yes && holding.winner[i / 2] != i;
		twice += yes && i % 2 == 1 && wish[-1].answered &&
		    (wish[-1].told == VOTE_RECORDED ||
		    wish[-1].told == VOTE_REPEATED);
		unfounded += wish->answered && wish->told == VOTE_DUPLICATE &&
		    (holding.winner[i / 2] == SIZE_MAX ||
		    holding.winner[i / 2] == i);
	}
	printf("# %zu answers, %zu votes confirmed, %zu rows\n",
	    atomic_load(&storm.answers), confirmed, holding.rows);
	check(confirmed > 100, "votes were confirmed", confirmed);
	check(lost == 0, "every confirmed vote is in the tally", lost);
	check(twice == 0, "no number was confirmed twice", twice);
	check(unfounded == 0, "who was called a duplicate was one", unfounded);
	check(holding.strangers == 0, "nothing else is in the store",
	    holding.strangers);
	check(counted == holding.rows, "the tally is the sum of the votes",
	    (size_t)counted);
	check(atomic_load(&storm.unannounced) == 0,
	    "one message came before each answer",
	    atomic_load(&storm.unannounced));
	check(atomic_load(&storm.unanswered) == 0, "everybody was answered",
	    atomic_load(&storm.unanswered));
}

int
main(int argc, char **argv)
{
	unsigned clients;

	if (argc != 6) {
		fputs("usage: election_storm SERVER STORE SERVERS KILLS "
		    "CLIENTS\n", stderr);
		return 99;
	}
	signal(SIGPIPE, SIG_IGN);
	storm.program = argv[1];
	storm.store = argv[2];
	storm.n_servers = (unsigned)atoi(argv[3]);
	clients = (unsigned)atoi(argv[5]);
	storm.seed = (uint64_t)time(NULL);
	printf("# seed %llu\n", (unsigned long long)storm.seed);
	assert_in_range(storm.n_servers, 1, SERVERS_MAX);
	assert_in_range(clients, 1, 256);
	make_wishes();
	for (unsigned i = 0; i < storm.n_servers; i++)
		server_prepare(i);
	rage((unsigned)atoi(argv[4]), clients);
	for (unsigned i = 0; i < storm.n_servers; i++) {
		server_kill(i, SIGTERM);
		proxy_stop(storm.proxies[i], NULL);
	}
	judge();
	printf("1..%u\n", n_checks);
	return failures == 0 ? 0 : 1;
}
