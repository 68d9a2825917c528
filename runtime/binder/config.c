/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orpcbind's settings.  Command line and file speak of the same keys, so
 * there is one table of them and one way to set each.
 */
#include "runtime/binder/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/binder/access.h"
#include "xdr/base.h"

void
config_fini(struct config *c)
{
	for (char **at = c->listen; *at; at++)
		free(*at);
	for (char **at = c->allow; *at; at++)
		free(*at);
	free(c->journal);
	free(c->user);
	free(c->file);
	*c = (struct config){ .listen = { NULL } };
}

/* Running out of memory while reading settings is the end. */
static char *
copy_text(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		abort();
	return copy;
}

static int
list_add(char **list, const char *value)
{
	size_t n = 0;

	while (list[n])
		n++;
	if (n == CONFIG_LIST_MAX)
		return -1;
	list[n] = copy_text(value);
	return 0;
}

static void
text_set(char **at, const char *value)
{
	free(*at);
	*at = *value ? copy_text(value) : NULL;
}

static int
number_read(const char *value, unsigned least, unsigned most, unsigned *out)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n < least ||
	    n > most)
		return -1;
	*out = (unsigned)n;
	return 0;
}

/* Which of the words it is, or -1. */
static int
word_read(const char *value, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(value, words[i]))
			return (int)i;
	return -1;
}

static int
flag_read(const char *value, bool *out)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (!strcmp(value, yes[i]) || !strcmp(value, no[i])) {
			*out = !strcmp(value, yes[i]);
			return 0;
		}
	}
	return -1;
}

/* ---- The keys ------------------------------------------------------------------- */

static int
set_listen(struct config *c, const char *value)
{
	struct orpc_addr addr;

	if (strcmp(value, "systemd") != 0 && orpc_addr_parse(value, &addr))
		return -1;
	return list_add(c->listen, value);
}

static int
set_allow(struct config *c, const char *value)
{
	struct orpc_i_network network;

	return orpc_i_network_parse(value, &network) ? -1 :
	    list_add(c->allow, value);
}

static int
set_journal(struct config *c, const char *value)
{
	text_set(&c->journal, value);
	return 0;
}

static int
set_user(struct config *c, const char *value)
{
	text_set(&c->user, value);
	return 0;
}

static const char *const callits[] = { [ORPC_CALLIT_LOCAL] = "local",
	[ORPC_CALLIT_NONE] = "none", [ORPC_CALLIT_NULL] = "null",
	[ORPC_CALLIT_ALL] = "all" };

static int
set_callit(struct config *c, const char *value)
{
	int i = word_read(value, callits, ARRAY_LEN(callits));

	if (i >= 0)
		c->callit = (enum orpc_binder_callit)i;
	return i < 0 ? -1 : 0;
}

static int
set_rate(struct config *c, const char *value)
{
	return number_read(value, 1, 1000000000, &c->rate);
}

static int
set_reap(struct config *c, const char *value)
{
	unsigned seconds;

	if (number_read(value, 0, 1000000, &seconds))
		return -1;
	c->reap_ms = seconds ? seconds * 1000 : UINT32_MAX;
	return 0;
}

static const char *const modes[] = { [CONFINE_REFUSE] = "refuse",
	[CONFINE_KILL] = "kill", [CONFINE_OFF] = "off" };

static int
set_seccomp(struct config *c, const char *value)
{
	int i = word_read(value, modes, ARRAY_LEN(modes));

	if (i < 0)
		return -1;
	c->seccomp = (enum confine_mode)i;
	c->must_confine = true;
	return 0;
}

static int
set_log(struct config *c, const char *value)
{
	c->log_json = !strcmp(value, "json");
	return c->log_json || !strcmp(value, "text") ? 0 : -1;
}

static int
set_verbose(struct config *c, const char *value)
{
	return flag_read(value, &c->verbose);
}

static const struct key {
	const char *name;
	int (*set)(struct config *c, const char *value);
	const char *wants;
} keys[] = {
	{ "allow", set_allow, "a network such as 10.0.0.0/8" },
	{ "callit", set_callit, "local, none, null or all" },
	{ "journal", set_journal, "a file" },
	{ "listen", set_listen,
	    "an address such as tcp://*:111, unix:/run/x or systemd" },
	{ "log", set_log, "text or json" },
	{ "rate", set_rate, "a number of questions a second, from 1" },
	{ "reap", set_reap, "a number of seconds, or 0 for never" },
	{ "seccomp", set_seccomp, "refuse, kill or off" },
	{ "user", set_user, "a user name" },
	{ "verbose", set_verbose, "yes or no" },
};

int
config_set(struct config *c, const char *key, const char *value, char *error,
    size_t n_error)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (strcmp(keys[i].name, key) != 0)
			continue;
		if (keys[i].set(c, value) == 0)
			return 0;
		snprintf(error, n_error, "%s: '%s' is not %s", key, value,
		    keys[i].wants);
		return -1;
	}
	snprintf(error, n_error, "unknown key '%s'", key);
	return -1;
}

/* ---- The file ------------------------------------------------------------------------- */

/* Cuts blanks from both ends, in place. */
static char *
trim(char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n > 0 && strchr(" \t\r\n", text[n - 1]))
		n--;
	text[n] = '\0';
	return text;
}

static int
line_read(struct config *c, char *line, char *error, size_t n_error)
{
	char *equals;

	line = trim(line);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	if (*line == '[')
		return line[strlen(line) - 1] == ']' ? 0 :
		    (snprintf(error, n_error, "']' is missing"), -1);
	equals = strchr(line, '=');
	if (!equals) {
		snprintf(error, n_error, "'key = value' expected");
		return -1;
	}
	*equals = '\0';
	return config_set(c, trim(line), trim(equals + 1), error, n_error);
}

int
config_read(struct config *c, const char *path, char *error, size_t n_error)
{
	char line[1024], why[300];
	FILE *file = fopen(path, "re");
	int result = 0;

	if (!file) {
		snprintf(error, n_error, "%s: %s", path, strerror(errno));
		return -1;
	}
	for (unsigned n = 1; !result && fgets(line, sizeof(line), file);
	    n++) {
		result = strlen(line) == sizeof(line) - 1 ?
		    (snprintf(why, sizeof(why), "the line is too long"), -1) :
		    line_read(c, line, why, sizeof(why));
		if (result)
			snprintf(error, n_error, "%s:%u: %s", path, n, why);
	}
	if (!result && ferror(file)) {
		snprintf(error, n_error, "%s: %s", path, strerror(errno));
		result = -1;
	}
	fclose(file);
	return result;
}

void
config_options(const struct config *c, struct orpc_binder_options *out)
{
	*out = (struct orpc_binder_options){
		.journal = c->journal, .callit = c->callit, .rate = c->rate,
		.reap_ms = c->reap_ms, .flags = ORPC_BINDER_NOTIFY };
	if (c->allow[0])
		out->allow = (const char *const *)c->allow;
}

/* ---- What is in force ---------------------------------------------------------------- */

const char *const *
config_listen(const struct config *c)
{
	static const char *const activated[] = { "systemd", NULL };
	static const char *const usual[] = { "udp://*:111", "tcp://*:111",
		"unix:/run/rpcbind.sock", NULL };

	if (c->listen[0])
		return (const char *const *)c->listen;
	return getenv("LISTEN_FDS") ? activated : usual;
}

static void
list_print(FILE *to, const char *key, const char *const *list,
    const char *otherwise)
{
	fprintf(to, "%-13s", key);
	if (!*list)
		fprintf(to, " %s", otherwise);
	for (; *list; list++)
		fprintf(to, " %s", *list);
	fputc('\n', to);
}

void
config_print(const struct config *c, FILE *to)
{
	char text[300];

	list_print(to, "listen", config_listen(c), "");
	list_print(to, "allow", (const char *const *)c->allow, "everybody");
	fprintf(to, "callit        %s\n", callits[c->callit]);
	fprintf(to, "rate          %u a second\n", c->rate ? c->rate :
	    ORPC_BINDER_RATE);
	if (c->reap_ms == UINT32_MAX)
		fputs("reap          never\n", to);
	else
		fprintf(to, "reap          every %u s\n", (c->reap_ms ?
		    c->reap_ms : ORPC_BINDER_REAP_MS) / 1000);
	fprintf(to, "journal       %s\n", c->journal ? c->journal :
	    "none: registrations end with the binder");
	fprintf(to, "user          %s\n", c->user && geteuid() == 0 ?
	    c->user : "stays as it is");
	confine_text(c->seccomp, text, sizeof(text));
	fprintf(to, "system calls  %s\n", text);
	fprintf(to, "log           %s\n", c->log_json ? "json" : "text");
}
