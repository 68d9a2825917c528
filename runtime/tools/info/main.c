/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orpcinfo: options to verbs to exit status.  Options are those of rpcinfo;
 * one table gives parsing and help.
 */
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <orpc/version.h>

#include "runtime/tools/info/info.h"
#include "xdr/base.h"

enum { OPT_JSON = 256, OPT_PING, OPT_WATCH, OPT_TIMEOUT, OPT_CONNECT,
	OPT_NO_HEADERS, OPT_HELP, OPT_VERSION };

/* An option; those with a verb choose what is done. */
static const struct item {
	const char *name;
	int id;
	const char *value;
	int (*verb)(const struct info *info);
	const char *help;
} items[] = {
	{ "ports", 'p', NULL, verb_ports,
	    "[HOST]  as the portmapper tells it" },
	{ "short", 's', NULL, verb_short, "[HOST]  one line a program" },
	{ "stats", 'm', NULL, verb_stat, "[HOST]  the binder's counters" },
	{ "list", 'l', NULL, verb_ways,
	    "HOST PROGRAM VERSION  ways to reach it" },
	{ "tcp", 't', NULL, verb_ping,
	    "HOST PROGRAM [VERSION]  does it answer?" },
	{ "udp", 'u', NULL, verb_ping, "the same over UDP" },
	{ "netid", 'T', "NETID", verb_ping, "the same over a transport" },
	{ "address", 'a', "UADDR", verb_ping,
	    "PROGRAM [VERSION]  at an address (with -T)" },
	{ "port", 'n', "PORT", NULL, "at this port (with -t, -u)" },
	{ "broadcast", 'b', NULL, verb_broadcast,
	    "PROGRAM VERSION  who has it?" },
	{ "delete", 'd', NULL, verb_delete,
	    "PROGRAM VERSION  unregister (with -T: there)" },
	{ "ping", OPT_PING, NULL, NULL, "with a list: does each answer?" },
	{ "watch", OPT_WATCH, "SECONDS", NULL, "again and again" },
	{ "names", 'x', "FILE.x", NULL, "learn names of programs" },
	{ "timeout", OPT_TIMEOUT, "SECONDS", NULL, "all in all [10]" },
	{ "connect-timeout", OPT_CONNECT, "SECONDS", NULL, NULL },
	{ "json", OPT_JSON, NULL, NULL, "result or error as JSON" },
	{ "compact", 'c', NULL, NULL, NULL },
	{ "no-headers", OPT_NO_HEADERS, NULL, NULL, NULL },
	{ "help", OPT_HELP, NULL, NULL, NULL },
	{ "version", OPT_VERSION, NULL, NULL, NULL },
};

static void
help(void)
{
	puts("Usage: orpcinfo [OPTION]... [HOST] [PROGRAM [VERSION]]\n"
	    "Asks a binder (rpcbind, orpcbind) what is registered; without "
	    "a verb: all of it.");
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		const struct item *o = &items[i];
		char left[40];

		if (!o->help)
			continue;
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s",
		    o->id < 256 ? '-' : ' ', o->id < 256 ? o->id : ' ',
		    o->id < 256 ? ',' : ' ', o->name, o->value ? "=" : "",
		    o->value ? o->value : "");
		printf("  %-24s %s\n", left, o->help);
	}
	puts("Examples:\n"
	    "  orpcinfo -p localhost\n"
	    "  orpcinfo --json --ping unix:/run/rpcbind.sock\n"
	    "  orpcinfo -t localhost 100000\n"
	    "HOST is a name, or a binder's address. See orpcinfo(1).");
}

static _Noreturn void
usage(const char *what, const char *value)
{
	if (what)
		fprintf(stderr, "orpcinfo: %s%s%s\n", what,
		    value ? ": " : "", value ? value : "");
	fputs("try 'orpcinfo --help'\n", stderr);
	exit(EXIT_USAGE);
}

/* Seconds, with a fraction, to milliseconds. */
static uint32_t
seconds_read(const char *text)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end || !(s > 0) || s > 1e6)
		usage("not a number of seconds", text);
	return (uint32_t)(s * 1000) ? (uint32_t)(s * 1000) : 1;
}

static uint16_t
port_read(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || n == 0 || n > UINT16_MAX)
		usage("not a port", text);
	return (uint16_t)n;
}

/* ---- Reading the command line ------------------------------------------------------- */

static void
options_make(struct option *longs, char *shorts)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		longs[i] = (struct option){ items[i].name, items[i].value ?
		    required_argument : no_argument, NULL, items[i].id };
		if (items[i].id < 256) {
			*shorts++ = (char)items[i].id;
			if (items[i].value)
				*shorts++ = ':';
		}
	}
	*shorts = '\0';
}

static const struct item *
item_of(int id)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		if (items[i].id == id)
			return &items[i];
	return NULL;
}

static void
option_take(struct info *info, int id, const char *value)
{
	switch (id) {
	case 't': info->netid = "tcp"; break;
	case 'u': info->netid = "udp"; break;
	case 'T': info->netid = value; break;
	case 'a': info->uaddr = value; break;
	case 'n': info->port = port_read(value); break;
	case 'c': info->compact = info->json = true; break;
	case 'x':
		if (names_learn(info->names, value))
			exit(EXIT_INPUT);
		break;
	case OPT_JSON: info->json = true; break;
	case OPT_PING: info->ping = true; break;
	case OPT_WATCH: info->watch_s = (seconds_read(value) + 999) / 1000;
		break;
	case OPT_TIMEOUT: info->timeout_ms = seconds_read(value); break;
	case OPT_CONNECT: info->connect_ms = seconds_read(value); break;
	case OPT_NO_HEADERS: info->no_headers = true; break;
	case OPT_HELP:
		help();
		exit(EXIT_OK);
	case OPT_VERSION:
		printf("orpcinfo (orpc) %s\n", orpc_version());
		exit(EXIT_OK);
	default:
		break;
	}
}

typedef int verb_fn(const struct info *info);

/* A transport only says how, where another verb says what. */
static verb_fn *
verb_choose(verb_fn *old, const struct item *item)
{
	if (!item->verb || (old && item->verb == verb_ping))
		return old;
	if (old && old != verb_ping && old != item->verb)
		usage("more than one verb", item->name);
	return item->verb;
}

static verb_fn *
options_read(struct info *info, int argc, char **argv)
{
	struct option longs[ARRAY_LEN(items) + 1] = { { NULL, 0, NULL, 0 } };
	char shorts[2 * ARRAY_LEN(items) + 1];
	verb_fn *verb = NULL;
	int id;

	options_make(longs, shorts);
	while ((id = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (id == '?')
			usage(NULL, NULL);	/* getopt said what */
		option_take(info, id, optarg);
		verb = verb_choose(verb, item_of(id));
	}
	return verb ? verb : verb_list;
}

/* What stands behind the options: [HOST] [PROGRAM [VERSION]]. */
static void
words_read(struct info *info, verb_fn *verb, char **words, int n)
{
	bool has_host = !(verb == verb_broadcast || verb == verb_delete ||
	    (verb == verb_ping && info->uaddr));
	bool has_program = verb == verb_ping || verb == verb_ways ||
	    !has_host;

	if (verb == verb_ping && !info->netid)
		usage("-a needs -T NETID", NULL);
	if (has_host && n > 0) {
		info->host = *words++;
		n--;
	}
	if (has_program && n > 0) {
		info->service = *words++;
		n--;
	}
	if (has_program && n > 0) {
		info->version = *words++;
		n--;
	}
	if (n > 0)
		usage("too many arguments", *words);
	if (verb == verb_delete && info->host[0] == '\0')
		info->host = "";
}

/* Another verb's options are no error, so that only the verb has to change
 * between two commands; but they are not dropped silently. */
static void
ignored_tell(const struct info *info, verb_fn *verb)
{
	bool calls = verb == verb_ping;
	bool lists = verb == verb_list || verb == verb_ports ||
	    verb == verb_short;
	const struct {
		bool ignored;
		const char *text;
	} options[] = {
		{ info->port && !calls, "--port: it goes with -t and -u" },
		{ info->uaddr && !calls, "--address: it goes with -T" },
		{ info->netid && !calls && verb != verb_delete,
		    "-t, -u, -T: this verb asks all transports" },
		{ info->ping && !lists, "--ping: it goes with a list" },
	};

	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (options[i].ignored)
			fprintf(stderr, "orpcinfo: note: ignored %s\n",
			    options[i].text);
}

/* ---- Running ---------------------------------------------------------------------------- */

static int
run(const struct info *info, verb_fn *verb)
{
	int status = verb(info);

	while (info->watch_s) {
		fflush(stdout);
		sleep(info->watch_s);
		if (!info->json && isatty(STDOUT_FILENO))
			fputs("\033[H\033[2J", stdout);
		status = verb(info);
	}
	return status;
}

int
main(int argc, char **argv)
{
	struct info info = { .host = "", .timeout_ms = ORPC_CALL_TIMEOUT_MS,
	    .connect_ms = ORPC_CONNECT_TIMEOUT_MS, .names = names_new() };
	verb_fn *verb;
	int status;

	setlocale(LC_CTYPE, "");
	verb = options_read(&info, argc, argv);
	words_read(&info, verb, argv + optind, argc - optind);
	ignored_tell(&info, verb);
	if (info.connect_ms > info.timeout_ms)
		info.connect_ms = info.timeout_ms;
	status = run(&info, verb);
	names_free(info.names);
	if (fflush(stdout) || ferror(stdout)) {
		perror("orpcinfo: stdout");
		return EXIT_USAGE;
	}
	return status;
}
