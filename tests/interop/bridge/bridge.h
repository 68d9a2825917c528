/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Both dialects of baskets.x and both libraries, in every source file; what
 * the parts of the client share.
 */
#ifndef TESTS_BRIDGE_H
#define TESTS_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "baskets.h"
#include "baskets_orpc.h"

#include <orpc/tirpc.h>

/* A native server takes no more arguments than these in a call. */
#define BRIDGE_ARGS_MAX ((size_t)1 << 20)

/* Where the server is: a port or a path, and how it is called there. */
struct place {
	const char *transport;		/* "tcp", "udp", "unix" */
	const char *where;
	bool native;			/* the server */
};

/* A connected socket, and a CLIENT on one. */
int place_socket(const struct place *at);
CLIENT *place_client(const struct place *at, uint32_t program,
    uint32_t version);

/* One TAP result. */
void result(bool fine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What a client tries; each a file of its own. */
void try_calls(const struct place *at);
void try_errors(const struct place *at);
void try_hostile(const struct place *at);

#endif
