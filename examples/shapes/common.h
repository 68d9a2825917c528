/* SPDX-License-Identifier: BSD-3-Clause */
/* What the servers here share: all but their shape. */
#ifndef SHAPES_COMMON_H
#define SHAPES_COMMON_H

#include "shapes.h"

extern const struct shapes_prog_v1_ops shapes_ops;

/*
 * Opens a server with these options, listens at the address given on the
 * command line (default: TCP on loopback, any port), serves, prints "ready"
 * and where.  Exits with a message if anything fails.
 */
struct orpc_server *shapes_open(const struct orpc_server_options *options,
    int argc, char **argv);

/* Runs until SIGINT or SIGTERM, prints a line of statistics, closes.
 * Returns what main returns. */
int shapes_run(struct orpc_server *server);

/* The end of shapes_run, for servers that another loop runs. */
void shapes_finish(struct orpc_server *server);

#endif
