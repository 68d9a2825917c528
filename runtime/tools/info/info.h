/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orpcinfo: what its verbs share.
 */
#ifndef ORPC_TOOLS_INFO_H
#define ORPC_TOOLS_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <orpc/addr.h>
#include <orpc/client.h>
#include <orpc/error.h>

/* Exit statuses, the same for all our tools that call. */
enum {
	EXIT_OK = 0,
	EXIT_USAGE = 2,
	EXIT_INPUT = 3,		/* a .x file */
	EXIT_UNREACHABLE = 4,
	EXIT_TIMEOUT = 5,
	EXIT_REFUSED = 6,	/* the peer answered and refused */
	EXIT_AUTH = 7,
	EXIT_DECODE = 8
};

struct names;

/* What the command line said. */
struct info {
	const char *host;	/* "": this one */
	const char *netid;	/* -T */
	const char *uaddr;	/* -a */
	const char *service;	/* program, by number or name; NULL */
	const char *version;	/* NULL: not given */
	uint16_t port;		/* -n */
	uint32_t timeout_ms;
	uint32_t connect_ms;
	unsigned watch_s;	/* 0: once */
	bool json;
	bool compact;
	bool no_headers;
	bool ping;
	struct names *names;
};

/* A registration, whichever version told it. */
struct entry {
	uint32_t program;
	uint32_t version;
	char netid[16];
	char uaddr[ORPC_UADDR_MAX];
	char owner[32];
	int result;		/* of a ping; 0: answered */
	double ping_ms;
};

struct entries {
	struct entry *all;
	size_t n;
	size_t room;
};

/* ---- names.c -------------------------------------------------------------- */

/* Starts with /etc/rpc. */
struct names *names_new(void);
void names_free(struct names *names);

/* Learns the programs of a .x file: 0, or -1 with findings on stderr. */
int names_learn(struct names *names, const char *path);

/* NULL: unknown. */
const char *names_of(const struct names *names, uint32_t program);

/* A number (decimal, 0x, 0) or a name: 0, or -1. */
int names_program(const struct names *names, const char *text,
    uint32_t *out);

/* ---- out.c ------------------------------------------------------------------ */

struct json {
	FILE *to;
	bool pretty;
	bool first;
	unsigned depth;
};

void json_start(struct json *j, const struct info *info);
void json_end(struct json *j);
/* key NULL inside a list. */
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_text(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, uint64_t n);
void json_real(struct json *j, const char *key, double n);
void json_true(struct json *j, const char *key, bool yes);
/* "error": {...} of a failed call or opening. */
void json_error(struct json *j, const struct orpc_error *error);

/* A peer's text with what could move a terminal's cursor escaped; into buf. */
const char *safe_text(const char *text, char *buf, size_t n);

/* A table whose columns are as wide as their widest cell. */
#define TABLE_COLUMNS 8
struct table {
	unsigned n_columns;
	bool right[TABLE_COLUMNS];	/* numbers */
	char **cells;
	size_t n_cells;
	size_t room;
};

void table_cell(struct table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void table_print(struct table *t);
void table_fini(struct table *t);

/* Tells a failure (as JSON on stdout, else on stderr); returns the exit
 * status. */
int tell_error(const struct info *info, const struct orpc_error *error);
int exit_status(int code);

/* ---- progress.c --------------------------------------------------------------- */

/* After a second of waiting, on a terminal: says for what and how long. */
void progress_start(const char *what, uint32_t timeout_ms);
void progress_end(void);

/* ---- ask.c --------------------------------------------------------------------- */

/* A conversation with one binder. */
struct ask {
	struct orpc_client *client;
	struct orpc_call call;
	const uint32_t *versions;	/* still to be tried; 0 ends */
	int64_t deadline_ns;
	struct orpc_error error;
	char peer[160];
};

/* Newest first, and the portmapper's first. */
extern const uint32_t ask_newest[];
extern const uint32_t ask_oldest[];

/* Connects to info->host's binder: 0, or negative with a->error. */
int ask_open(struct ask *a, const struct info *info,
    const uint32_t *versions);
void ask_close(struct ask *a);
uint32_t ask_version(const struct ask *a);

/* Calls; goes on to the next version where this one is not served.  0, or
 * non-zero with a->error. */
int ask_call(struct ask *a, uint32_t procedure, const void *arg, void *out);

/* All registrations: 0, or non-zero with a->error.  Free all by free(). */
int ask_dump(struct ask *a, struct entries *out);

/* Where an entry can be reached from here: "tcp://host:port".  0 or -1. */
int entry_address(const struct ask *a, const struct entry *e, char *buf,
    size_t n);
uint16_t entry_port(const struct entry *e);

/* ---- verbs ------------------------------------------------------------------------ */

int verb_list(const struct info *info);		/* no verb */
int verb_ports(const struct info *info);	/* -p */
int verb_short(const struct info *info);	/* -s */
int verb_stat(const struct info *info);		/* -m */
int verb_ways(const struct info *info);		/* -l */
int verb_ping(const struct info *info);		/* -t, -u, -T, -a */
int verb_broadcast(const struct info *info);	/* -b */
int verb_delete(const struct info *info);	/* -d */

/* Pings entries in parallel; fills in result and ping_ms. */
int ping_entries(const struct info *info, const struct ask *a,
    struct entries *entries);

#endif
