/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orpcload: how many calls a server answers, and how fast.
 */
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include <orpc/addr.h>
#include <orpc/client.h>
#include <orpc/version.h>

#include "runtime/tools/load/engine.h"
#include "runtime/tools/load/report.h"
#include "xdr/base.h"

/* Exit statuses: those of our other tools. */
enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_UNREACHABLE = 4, EXIT_REFUSED = 6 };

struct arguments {
	struct load_plan plan;
	bool json;
	bool plot;
	long server_pid;
	char address[160];
};

static struct load_plan *running;	/* for the signal handler */

static void
on_signal(int number)
{
	(void)number;
	atomic_store(&running->stop, true);
}

/* ---- Options: one table for parsing and help ---------------------------------- */

enum { OPT_CONNECTIONS = 256, OPT_DEPTH, OPT_SIZE, OPT_DURATION, OPT_WARMUP,
	OPT_CALLS, OPT_THREADS, OPT_IDLE, OPT_NULL, OPT_ECHO, OPT_SERVER_PID,
	OPT_JSON, OPT_PLOT, OPT_HELP, OPT_VERSION };

static const struct load_option {
	const char *name;
	const char *value;	/* NULL: takes none */
	int id;
	const char *help;
} load_options[] = {
	{ "connections", "N", OPT_CONNECTIONS, "connections or datagram "
	    "sockets [1]" },
	{ "depth", "N", OPT_DEPTH, "calls in flight on each [1]" },
	{ "size", "BYTES", OPT_SIZE, "argument: opaque<> of this length "
	    "[100]" },
	{ "null", NULL, OPT_NULL, "no argument" },
	{ "echo", NULL, OPT_ECHO, "check that the result is the argument" },
	{ "duration", "SECONDS", OPT_DURATION, "measured time [5]" },
	{ "warmup", "SECONDS", OPT_WARMUP, "before it is measured [0.5]" },
	{ "calls", "N", OPT_CALLS, "stop after N calls instead" },
	{ "threads", "N", OPT_THREADS, "event loops of the generator [1]" },
	{ "idle", "N", OPT_IDLE, "open N more connections and leave them" },
	{ "server-pid", "PID", OPT_SERVER_PID, "also measure its CPU time" },
	{ "plot", NULL, OPT_PLOT, "show the latencies as bars" },
	{ "json", NULL, OPT_JSON, "one JSON object instead of text" },
	{ "help", NULL, OPT_HELP, "print this" },
	{ "version", NULL, OPT_VERSION, "print the version" },
};

static void
usage(FILE *to)
{
	fputs("usage: orpcload [OPTION...] ADDRESS PROGRAM VERSION "
	    "PROCEDURE\n"
	    "Calls a procedure as often as it can, and says how often that "
	    "was.\n\n", to);
	for (size_t i = 0; i < ARRAY_LEN(load_options); i++) {
		const struct load_option *o = &load_options[i];
		char left[40];

		snprintf(left, sizeof(left), "--%s%s%s", o->name,
		    o->value ? "=" : "", o->value ? o->value : "");
		fprintf(to, "  %-22s %s\n", left, o->help);
	}
	fputs("\nExamples:\n"
	    "  orpcload tcp://localhost 100000 2 0 --null\n"
	    "  orpcload tcp://127.0.0.1:4000 0x20000001 1 1 "
	    "--connections=64 --depth=16\n", to);
}

static int
usage_error(const char *what, const char *value)
{
	fprintf(stderr, "orpcload: %s%s%s\n"
	    "try 'orpcload --help'\n", what, value ? ": " : "",
	    value ? value : "");
	return 1 + EXIT_USAGE;
}

static int
value_error(int id, const char *value)
{
	const struct load_option *o = load_options;

	while (o->id != id)
		o++;
	fprintf(stderr, "orpcload: --%s=%s: not a value that it takes\n"
	    "try 'orpcload --help'\n", o->name, value);
	return 1 + EXIT_USAGE;
}

/* A whole number from least to most, in any C notation: 0, or not. */
static int
read_number(const char *text, unsigned long least, unsigned long most,
    unsigned long *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (*text == '\0' || *text == '-' || *end || n < least || n > most)
		return -1;
	*out = n;
	return 0;
}

static int
read_seconds(const char *text, double *out)
{
	char *end;
	double s = strtod(text, &end);

	if (*text == '\0' || *end || !(s >= 0 && s <= 1e6))
		return -1;
	*out = s;
	return 0;
}

static int
take_number_option(struct arguments *a, int id, const char *value)
{
	struct load_plan *plan = &a->plan;
	unsigned long n = 0;
	int rc = 0;

	switch (id) {
	case OPT_CONNECTIONS:
		rc = read_number(value, 1, 1000000, &n);
		plan->connections = (unsigned)n;
		break;
	case OPT_DEPTH:
		rc = read_number(value, 1, 4096, &n);
		plan->depth = (unsigned)n;
		break;
	case OPT_SIZE:
		rc = read_number(value, 0, 1u << 30, &n);
		plan->size = (uint32_t)n;
		break;
	case OPT_CALLS:
		rc = read_number(value, 1, UINT32_MAX, &n);
		plan->calls = n;
		plan->warmup_s = 0;
		break;
	case OPT_THREADS:
		rc = read_number(value, 1, 256, &n);
		plan->threads = (unsigned)n;
		break;
	case OPT_IDLE:
		rc = read_number(value, 0, 1000000, &n);
		plan->idle_connections = (unsigned)n;
		break;
	case OPT_SERVER_PID:
		rc = read_number(value, 1, 1u << 30, &n);
		a->server_pid = (long)n;
		break;
	case OPT_DURATION:
		rc = read_seconds(value, &plan->duration_s);
		break;
	case OPT_WARMUP:
		rc = read_seconds(value, &plan->warmup_s);
		break;
	}
	return rc;
}

static int
read_options(int argc, char **argv, struct arguments *a)
{
	struct option longs[ARRAY_LEN(load_options) + 1] = { 0 };
	int id;

	for (size_t i = 0; i < ARRAY_LEN(load_options); i++)
		longs[i] = (struct option){ load_options[i].name,
			load_options[i].value ? required_argument :
			no_argument, NULL, load_options[i].id };
	while ((id = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (id) {
		case OPT_NULL:
			a->plan.without_argument = true;
			break;
		case OPT_ECHO:
			a->plan.check_echo = true;
			break;
		case OPT_JSON:
			a->json = true;
			break;
		case OPT_PLOT:
			a->plot = true;
			break;
		case OPT_HELP:
			usage(stdout);
			return 1;
		case OPT_VERSION:
			printf("orpcload (orpc) %s\n", orpc_version());
			return 1;
		case '?':
			fputs("try 'orpcload --help'\n", stderr);
			return 1 + EXIT_USAGE;
		default:
			if (take_number_option(a, id, optarg) != 0)
				return value_error(id, optarg);
		}
	}
	return 0;
}

static int
read_numbers(char **words, struct load_plan *plan)
{
	uint32_t *const to[] = { &plan->program, &plan->version,
		&plan->procedure };
	static const char *const what[] = { "not a program number",
		"not a version number", "not a procedure number" };
	unsigned long n;

	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		if (read_number(words[i], 0, UINT32_MAX, &n) != 0)
			return usage_error(what[i], words[i]);
		*to[i] = (uint32_t)n;
	}
	return 0;
}

/* ---- Where to ------------------------------------------------------------------- */

static int
unreachable(const char *what, const char *why)
{
	fprintf(stderr, "orpcload: %s: %s\n", what, why);
	return 1 + EXIT_UNREACHABLE;
}

/* An address without a port: a client finds it, and tells which it was. */
static int
ask_binder(struct arguments *a, const char *text)
{
	const struct orpc_program program = {
		.name = "the program",
		.number = a->plan.program,
		.version = a->plan.version,
	};
	struct orpc_client *client;
	struct orpc_error error;
	char why[256];

	if (orpc_client_open(text, &program, NULL, &client, &error) != 0) {
		orpc_error_text(&error, why, sizeof(why));
		return unreachable(text, why);
	}
	orpc_client_peer(client, a->address, sizeof(a->address));
	orpc_client_close(client);
	return 0;
}

static int
look_up(struct arguments *a, const struct orpc_addr *addr)
{
	const struct addrinfo hints = { .ai_socktype = a->plan.type };
	struct addrinfo *found;
	char port[8];
	int rc;

	snprintf(port, sizeof(port), "%u", addr->port);
	rc = getaddrinfo(addr->host, port, &hints, &found);
	if (rc != 0)
		return unreachable(addr->host, gai_strerror(rc));
	memcpy(&a->plan.to, found->ai_addr, found->ai_addrlen);
	a->plan.n_to = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static void
unix_address(struct load_plan *plan, const char *path)
{
	struct sockaddr_un *un = (struct sockaddr_un *)(void *)&plan->to;
	size_t n = strlen(path);

	un->sun_family = AF_UNIX;
	if (n >= sizeof(un->sun_path))
		n = sizeof(un->sun_path) - 1;
	memcpy(un->sun_path, path, n);
	plan->n_to = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n +
	    1);
	if (path[0] == '@') {
		un->sun_path[0] = '\0';
		plan->n_to--;
	}
}

static int
read_address(struct arguments *a, const char *text)
{
	struct orpc_addr addr;
	int rc;

	if (orpc_addr_parse(text, &addr) != 0)
		return usage_error("not an address", text);
	snprintf(a->address, sizeof(a->address), "%s", text);
	if (addr.transport != ORPC_UNIX && addr.port == 0) {
		rc = ask_binder(a, text);
		if (rc != 0)
			return rc;
		if (orpc_addr_parse(a->address, &addr) != 0)
			return unreachable(text, "no address known");
	}
	a->plan.type = addr.transport == ORPC_UDP ? SOCK_DGRAM : SOCK_STREAM;
	if (addr.transport == ORPC_UNIX) {
		unix_address(&a->plan, addr.host);
		return 0;
	}
	return look_up(a, &addr);
}

/* ---- The run ---------------------------------------------------------------------- */

/* CPU seconds of a process so far, from /proc; negative: not known. */
static double
cpu_seconds(long pid)
{
	char path[64], line[1024], *p;
	unsigned long user, kernel;
	FILE *f;

	if (pid == 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	fclose(f);
	if (!p || sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
	    "%lu %lu", &user, &kernel) != 2)
		return -1;
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

/* As many descriptors as we may have: the default is meant for others. */
static void
raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* The exit status after a run. */
static int
judge(struct load_plan *plan, struct load_result *result)
{
	if (result->errors + result->broken > 0)
		return EXIT_REFUSED;
	if (result->all_calls > 0 || atomic_load(&plan->stop))
		return EXIT_OK;
	snprintf(result->error, sizeof(result->error), "no answer");
	return EXIT_UNREACHABLE;
}

static int
run(struct arguments *a)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct load_result *result = calloc(1, sizeof(*result));
	struct report report = { .plan = &a->plan, .result = result,
		.address = a->address };
	double before;
	int rc = EXIT_OK;

	if (!result)
		return EXIT_UNREACHABLE;
	raise_limit();
	running = &a->plan;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	before = cpu_seconds(a->server_pid);
	if (a->server_pid && before < 0)
		fprintf(stderr, "orpcload: no process %ld\n", a->server_pid);
	if (load_run(&a->plan, result) != 0)
		rc = EXIT_UNREACHABLE;
	else
		rc = judge(&a->plan, result);
	report.ok = rc == EXIT_OK;
	report.server_cpu_s = before < 0 ? -1 :
	    cpu_seconds(a->server_pid) - before;
	if (rc == EXIT_UNREACHABLE)
		fprintf(stderr, "orpcload: %s: %s\n", a->address,
		    result->error);
	else if (!a->json)
		report_text(&report, stdout);
	if (a->json)
		report_json(&report, stdout);
	else if (a->plot)
		report_plot(&report, stdout);
	free(result);
	return rc;
}

int
main(int argc, char **argv)
{
	struct arguments a = { .plan = { .size = 100, .connections = 1,
		.depth = 1, .threads = 1, .duration_s = 5, .warmup_s = 0.5 } };
	int rc = read_options(argc, argv, &a);

	if (rc != 0)
		return rc - 1;
	if (argc - optind != 4)
		return usage_error("it takes an address and three numbers",
		    NULL) - 1;
	rc = read_numbers(argv + optind + 1, &a.plan);
	if (rc == 0)
		rc = read_address(&a, argv[optind]);
	return rc != 0 ? rc - 1 : run(&a);
}
