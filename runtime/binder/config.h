/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What orpcbind was told: by its command line and its configuration file.
 */
#ifndef ORPC_BINDER_CONFIG_H
#define ORPC_BINDER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <orpc/binder.h>

#include "runtime/binder/confine.h"

#define CONFIG_LIST_MAX 64

/* Lists are NULL-terminated.  All strings are owned. */
struct config {
	char *listen[CONFIG_LIST_MAX + 1];
	char *allow[CONFIG_LIST_MAX + 1];
	char *journal;
	char *user;
	char *file;			/* the configuration file; NULL: none */
	enum orpc_binder_callit callit;
	unsigned rate;
	uint32_t reap_ms;
	enum confine_mode seccomp;
	bool must_confine;		/* seccomp was set: not without it */
	bool log_json;
	bool verbose;
	bool quiet;
	bool check;			/* -n: only look */
};

void config_fini(struct config *c);

/* Sets one key ("listen", "allow"...): 0, or -1 with a message in error. */
int config_set(struct config *c, const char *key, const char *value,
    char *error, size_t n_error);

/* Reads a file of "key = value" lines; [sections], # and ; comments.  -1:
 * the message names file and line. */
int config_read(struct config *c, const char *path, char *error,
    size_t n_error);

/* Where to listen: as told, else what systemd passed, else where rpcbind
 * does.  NULL-terminated; borrows from c. */
const char *const *config_listen(const struct config *c);

/* Prints what would be in force. */
void config_print(const struct config *c, FILE *to);

/* The binder's options from it; they borrow from c. */
void config_options(const struct config *c, struct orpc_binder_options *out);

#endif
