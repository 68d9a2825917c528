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
number_read(const char *value, unsigned *out)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n > 1000000000)
		return -1;
	*out = (unsigned)n;
	return 0;
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

static int
set_callit(struct config *c, const char *value)
{
	static const char *const names[] = { [ORPC_CALLIT_LOCAL] = "local",
		[ORPC_CALLIT_NONE] = "none", [ORPC_CALLIT_NULL] = "null",
		[ORPC_CALLIT_ALL] = "all" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!strcmp(value, names[i])) {
			c->callit = (enum orpc_binder_callit)i;
			return 0;
		}
	}
	return -1;
}

static int
set_rate(struct config *c, const char *value)
{
	return number_read(value, &c->rate);
}

static int
set_reap(struct config *c, const char *value)
{
	return number_read(value, &c->reap_s);
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
	{ "rate", set_rate, "a number of questions a second" },
	{ "reap", set_reap, "a number of seconds" },
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
		result = line_read(c, line, why, sizeof(why));
		if (result)
			snprintf(error, n_error, "%s:%u: %s", path, n, why);
	}
	fclose(file);
	return result;
}

void
config_options(const struct config *c, struct orpc_binder_options *out)
{
	*out = (struct orpc_binder_options){
		.journal = c->journal, .callit = c->callit, .rate = c->rate,
		.reap_ms = c->reap_s * 1000 };
	if (c->allow[0])
		out->allow = (const char *const *)c->allow;
}
