/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A binder in a thread of its own, on a unix socket, TCP and UDP: what tests
 * of binder and look-up share.
 */
#ifndef ORPC_TESTS_RUNTIME_BOUND_H
#define ORPC_TESTS_RUNTIME_BOUND_H

#include "tests/lib/test.h"

#include <pthread.h>

#include <orpc/binder.h>

struct bound {
	struct orpc_binder *binder;
	pthread_t thread;
	char dir[64];
	char local[128];	/* "unix:/tmp/.../bind" */
	char journal[128];
	char tcp[64];
	char udp[64];
	char tcp6[64];		/* "" where there is no IPv6 */
};

/* What orpcbind does to itself, and without mercy: a system call that its list
 * lacks ends the test.  The calling thread's. */
void bound_confine(void);

/* Opens one that listens; options may be NULL.  A directory is made where dir
 * is "". */
void bound_open(struct bound *b, const struct orpc_binder_options *options);

/* Lets it run. */
void bound_go(struct bound *b);

/* Both. */
void bound_start(struct bound *b, const struct orpc_binder_options *options);

/* Stops and closes it; the directory stays. */
void bound_stop(struct bound *b);

/* Removes the directory. */
void bound_end(struct bound *b);

#endif
