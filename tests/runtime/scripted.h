/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server that answers what a test tells it to, right or wrong.
 */
#ifndef ORPC_TESTS_RUNTIME_SCRIPTED_H
#define ORPC_TESTS_RUNTIME_SCRIPTED_H

#include "tests/lib/test.h"

#include <pthread.h>
#include <stdatomic.h>

#include <orpc/program.h>

struct scripted;

/*
 * Answers one call on fd (a stream: with its record mark read already).
 *
 * call, n   the message, from xid on
 *
 * Returns false to close the connection.
 */
typedef bool scripted_fn(struct scripted *s, int fd, const uint8_t *call,
    size_t n);

struct scripted {
	_Atomic(scripted_fn *) answer;
	const void *ctx;
	bool datagram;
	int fd;
	char address[64];
	pthread_t thread;
	atomic_bool stop;
	atomic_int calls;		/* messages read */
	atomic_int connections;
	uint8_t peer[128];		/* datagrams: who asked last */
	unsigned n_peer;
};

/* Listens on a port of 127.0.0.1. */
void scripted_start(struct scripted *s, bool datagram, scripted_fn *answer,
    const void *ctx);
void scripted_stop(struct scripted *s);

/* Sends a message: xid, and what follows it, in hexadecimal. */
void scripted_reply(struct scripted *s, int fd, const uint8_t *call,
    const char *hex);

/* Sends a message of bytes. */
void scripted_send(struct scripted *s, int fd, const void *bytes, size_t n);

/* DOUBLE(n) = 1: takes and returns an unsigned; IDEMPOTENT(n) = 2 likewise;
 * BYTES(opaque<>) = 3; POKE(n) = 4 is one-way. */
extern const struct orpc_program scripted_program;
#define SCRIPTED_DOUBLE (&scripted_program.procs[0])
#define SCRIPTED_IDEMPOTENT (&scripted_program.procs[1])
#define SCRIPTED_BYTES (&scripted_program.procs[2])
#define SCRIPTED_POKE (&scripted_program.procs[3])

/* The right answer to any of them. */
bool scripted_right(struct scripted *s, int fd, const uint8_t *call, size_t n);

#endif
