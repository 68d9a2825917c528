/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orpcbind: settings, signals, the log; the binder itself is in the library.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <orpc/binder.h>
#include <orpc/version.h>

#include "runtime/binder/config.h"
#include "runtime/binder/privilege.h"
#include "xdr/base.h"

enum { EXIT_USAGE = 2 };

static const char help[] =
"Usage: orpcbind [OPTION]...\n"
"Tells ONC RPC clients where programs listen: portmapper 2, rpcbind 3 and 4.\n"
"\n"
"  -l, --listen=ADDRESS   listen here, may be repeated [udp://*:111,\n"
"                         tcp://*:111 and unix:/run/rpcbind.sock]\n"
"  -j, --journal=FILE     keep registrations over a restart\n"
"  -a, --allow=NETWORK    strangers that may ask, may be repeated [all]\n"
"      --callit=WHOM      indirect calls: local, none, null, all [local]\n"
"      --rate=N           questions a second of a stranger over UDP [100]\n"
"      --reap=SECONDS     look for dead owners this often, 0: never [10]\n"
"  -c, --config=FILE      read settings from a file\n"
"  -u, --user=NAME        run as this user once listening\n"
"      --seccomp=MODE     needless system calls: refuse, kill or off [refuse]\n"
"  -n, --check            check the settings, show them and exit\n"
"      --log=FORMAT       text or json [text]\n"
"  -v, --verbose          log every registration\n"
"  -q, --quiet            log only warnings and errors\n"
"  -h, --help  -V, --version\n"
"\n"
"Examples:\n"
"  orpcbind --listen unix:/tmp/bind.sock --listen tcp://127.0.0.1:0\n"
"  orpcbind --config /etc/orpcbind.conf --check\n"
"  orpcbind --journal /var/lib/orpcbind/journal --allow 10.0.0.0/8\n"
"See orpcbind(8).\n";

static const struct option options[] = {
	{ "listen", required_argument, NULL, 'l' },
	{ "journal", required_argument, NULL, 'j' },
	{ "allow", required_argument, NULL, 'a' },
	{ "callit", required_argument, NULL, 'C' },
	{ "rate", required_argument, NULL, 'R' },
	{ "reap", required_argument, NULL, 'P' },
	{ "config", required_argument, NULL, 'c' },
	{ "seccomp", required_argument, NULL, 'S' },
	{ "user", required_argument, NULL, 'u' },
	{ "check", no_argument, NULL, 'n' },
	{ "log", required_argument, NULL, 'L' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* ---- The log ---------------------------------------------------------------------- */

static void
json_text(FILE *to, const char *text)
{
	fputc('"', to);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			fprintf(to, "\\u%04x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

/* A line stays one line, whatever a caller has put in. */
static void
plain_text(FILE *to, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			fputc(c, to);
	}
}

static void
log_line(void *ctx, enum orpc_log_level level, const char *line)
{
	static const char *const names[] = { "error", "warning", "info",
		"debug" };
	const struct config *c = ctx;
	struct timespec now;

	if (level > (c->quiet ? ORPC_LOG_WARNING : c->verbose ?
	    ORPC_LOG_DEBUG : ORPC_LOG_INFO))
		return;
	if (c->log_json) {
		clock_gettime(CLOCK_REALTIME, &now);
		fprintf(stderr, "{\"time\":%lld.%03ld,\"level\":\"%s\","
		    "\"message\":", (long long)now.tv_sec,
		    now.tv_nsec / 1000000, names[level]);
		json_text(stderr, line);
		fputs("}\n", stderr);
	} else {
		fprintf(stderr, "orpcbind: %s",
		    level == ORPC_LOG_WARNING ? "warning: " :
		    level == ORPC_LOG_ERROR ? "error: " : "");
		plain_text(stderr, line);
		fputc('\n', stderr);
	}
}

/* ---- Settings ------------------------------------------------------------------------ */

static const char *
long_name(int letter)
{
	for (const struct option *o = options; o->name; o++)
		if (o->val == letter)
			return o->name;
	return "";
}

static void
set_or_exit(struct config *c, const char *key, const char *value)
{
	char error[400];

	if (config_set(c, key, value, error, sizeof(error)) == 0)
		return;
	fprintf(stderr, "orpcbind: %s\ntry 'orpcbind --help'\n", error);
	exit(EXIT_USAGE);
}

static void
read_or_exit(struct config *c)
{
	char error[800];

	if (!c->file || config_read(c, c->file, error, sizeof(error)) == 0)
		return;
	fprintf(stderr, "orpcbind: %s\n", error);
	exit(EXIT_USAGE);
}

/* The command line; what it says comes after what the file says. */
static void
arguments_read(struct config *c, int argc, char **argv)
{
	int letter;

	optind = 1;
	while ((letter = getopt_long(argc, argv, "l:j:a:c:u:nvqhV", options,
	    NULL)) != -1) {
		switch (letter) {
		case 'c':
			break;
		case 'n':
			c->check = true;
			break;
		case 'v':
			c->verbose = true;
			break;
		case 'q':
			c->quiet = true;
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		case 'V':
			printf("orpcbind (orpc) %s\n", orpc_version());
			exit(0);
		case '?':
			fputs("try 'orpcbind --help'\n", stderr);
			exit(EXIT_USAGE);
		default:
			set_or_exit(c, long_name(letter), optarg);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "orpcbind: unexpected argument '%s'\n"
		    "try 'orpcbind --help'\n", argv[optind]);
		exit(EXIT_USAGE);
	}
}

/* The file is read first, wherever it is named. */
static void
settings_read(struct config *c, int argc, char **argv)
{
	int letter;

	opterr = 0;
	while ((letter = getopt_long(argc, argv, "l:j:a:c:u:nvqhV", options,
	    NULL)) != -1)
		if (letter == 'c') {
			free(c->file);
			c->file = strdup(optarg);
		}
	opterr = 1;
	read_or_exit(c);
	arguments_read(c, argc, argv);
}

/* ---- Signals -------------------------------------------------------------------------- */

struct daemon {
	struct config *config;
	struct orpc_binder *binder;
	int argc;
	char **argv;
	int signals;
};

/* Has a key changed that is only looked at once? */
static bool
needs_restart(const struct config *now, const struct config *fresh)
{
	const char *const *a = config_listen(now);
	const char *const *b = config_listen(fresh);

	while (*a && *b && !strcmp(*a, *b))
		a++, b++;
	return *a || *b || now->seccomp != fresh->seccomp ||
	    now->reap_ms != fresh->reap_ms ||
	    strcmp(now->journal ? now->journal : "",
	    fresh->journal ? fresh->journal : "") ||
	    strcmp(now->user ? now->user : "", fresh->user ? fresh->user : "");
}

/* Reads the file again; what it says wrong changes nothing. */
static void
reload(struct daemon *d)
{
	struct config fresh = { .file = d->config->file ?
	    strdup(d->config->file) : NULL };
	struct orpc_binder_options options_now;
	char error[800];

	if (fresh.file && config_read(&fresh, fresh.file, error,
	    sizeof(error))) {
		log_line(d->config, ORPC_LOG_ERROR, error);
		config_fini(&fresh);
		return;
	}
	arguments_read(&fresh, d->argc, d->argv);
	config_options(&fresh, &options_now);
	if (orpc_binder_reload(d->binder, &options_now)) {
		log_line(d->config, ORPC_LOG_ERROR, "can't reload");
	} else {
		d->config->log_json = fresh.log_json;
		d->config->verbose = fresh.verbose;
		log_line(d->config, ORPC_LOG_INFO, "settings read again");
		if (needs_restart(d->config, &fresh))
			log_line(d->config, ORPC_LOG_WARNING, "a change of "
			    "listen, journal, user, reap or seccomp waits for "
			    "a restart");
	}
	config_fini(&fresh);
}

static void
on_signal(void *ctx, int fd, unsigned events)
{
	struct daemon *d = ctx;
	struct signalfd_siginfo info;

	(void)events;
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			reload(d);
		else
			orpc_binder_stop(d->binder);
	}
}

static int
signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* ---- Running ----------------------------------------------------------------------------- */

static int
fail(const char *what, const struct orpc_error *error)
{
	char text[400];

	orpc_error_text(error, text, sizeof(text));
	fprintf(stderr, "orpcbind: %s%s%s\n", what, *what ? ": " : "", text);
	return 1;
}

/* The unix socket is everybody's, as rpcbind's is: who may do what is decided
 * by the caller's uid.  The mode of a socket is the umask's to give. */
static int
listen_all(struct orpc_binder *binder, const struct config *c)
{
	struct orpc_error error;
	int result;

	umask(0111);
	for (const char *const *at = config_listen(c); *at; at++) {
		result = strcmp(*at, "systemd") ?
		    orpc_binder_listen(binder, *at, &error) :
		    orpc_binder_listen_activated(binder, &error);
		if (result < 0)
			return fail(*at, &error);
	}
	return 0;
}

/* User, new privileges, system calls.  A kernel without seccomp is put up
 * with unless it was asked for. */
static int
rights_drop(struct config *c)
{
	char error[300], line[400];

	if (privilege_drop(c->user, error, sizeof(error))) {
		fprintf(stderr, "orpcbind: %s\n", error);
		return -1;
	}
	if (confine(c->seccomp, true, error, sizeof(error)) == 0) {
		confine_text(c->seccomp, error, sizeof(error));
		snprintf(line, sizeof(line), "system calls: %s", error);
		log_line(c, ORPC_LOG_INFO, line);
		return 0;
	}
	if (c->must_confine) {
		fprintf(stderr, "orpcbind: seccomp: %s\n", error);
		return -1;
	}
	snprintf(line, sizeof(line), "system calls: any (seccomp: %s)", error);
	log_line(c, confine_is_built() ? ORPC_LOG_WARNING : ORPC_LOG_INFO,
	    line);
	return 0;
}

static int
serve(struct daemon *d, struct orpc_loop *loop)
{
	struct orpc_watch *watch;
	int result;

	if (listen_all(d->binder, d->config))
		return 1;
	if (orpc_watch_add(loop, d->signals, ORPC_LOOP_READ, on_signal, d,
	    &watch))
		return 1;
	result = rights_drop(d->config);
	if (!result)
		result = orpc_binder_run(d->binder);
	orpc_watch_remove(watch);
	return result ? 1 : 0;
}

/* The journal is read and made as the user who will write it. */
static int
binder_open(struct daemon *d, const struct orpc_binder_options *o)
{
	struct orpc_error error;
	char text[300];
	int result;

	if (privilege_lend(d->config->user, text, sizeof(text))) {
		fprintf(stderr, "orpcbind: %s\n", text);
		return -1;
	}
	result = orpc_binder_open(o, &d->binder, &error);
	privilege_resume();
	return result ? fail("", &error) : 0;
}

/* -n: what can be said without doing it. */
static int
check(const struct config *c)
{
	char error[300];

	if (privilege_check(c->user, error, sizeof(error)) ||
	    (c->must_confine && c->seccomp != CONFINE_OFF &&
	    !confine_is_built())) {
		fprintf(stderr, "orpcbind: %s\n", c->must_confine &&
		    !confine_is_built() ? "seccomp: built without it" :
		    error);
		return EXIT_USAGE;
	}
	puts("settings are fine");
	config_print(c, stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	struct config config = { .listen = { NULL } };
	struct daemon d = { .config = &config, .argc = argc, .argv = argv };
	struct orpc_binder_options o;
	struct orpc_loop *loop;
	int status;

	setvbuf(stderr, NULL, _IOLBF, 1024);
	settings_read(&config, argc, argv);
	if (config.check) {
		status = check(&config);
		config_fini(&config);
		return status;
	}
	d.signals = signals_open();
	config_options(&config, &o);
	o.log = log_line;
	o.log_ctx = &config;
	if (orpc_loop_new(&loop)) {
		perror("orpcbind");
		return 1;
	}
	o.loop = loop;
	status = binder_open(&d, &o) ? 1 : serve(&d, loop);
	orpc_binder_close(d.binder);
	orpc_loop_free(loop);
	close(d.signals);
	config_fini(&config);
	return status;
}
