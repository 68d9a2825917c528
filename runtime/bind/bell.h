/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Notices that a binder goes and comes: a connection to it on which nothing
 * is ever said.  When it breaks, a new one is tried with backoff.
 */
#ifndef ORPC_BIND_BELL_H
#define ORPC_BIND_BELL_H

#include <stddef.h>

#include "runtime/io/loop.h"
#include "runtime/proto/retry.h"

/* What it tells its owner, on the loop's thread. */
struct orpc_i_bell_role {
	/* Writes the binder's address ("" while none is known). */
	void (*where)(void *ctx, char *buf, size_t n);
	/* The connection stands, or there is none to be had: the time to
	 * talk to the binder, if anything is left to say.  orpc_i_bell_again() or _settle() answers. */
	void (*on_up)(void *ctx);
	/* The connection has broken, or could not be made. */
	void (*on_lost)(void *ctx);
};

/* Threads: the loop's.  Zeroed and without a loop, it is not hung up. */
struct orpc_i_bell {
	const struct orpc_i_bell_role *role;
	void *ctx;
	struct orpc_loop *loop;
	struct orpc_i_watch watch;
	int fd;				/* -1: none */
	struct orpc_i_retry retry;
	struct orpc_i_timer timer;
};

/* Hangs it up; the first connection is tried in the loop's next turn.  0,
 * -OXDR_E_NOMEM. */
int orpc_i_bell_start(struct orpc_i_bell *bell, struct orpc_loop *loop,
    const struct orpc_i_bell_role *role, void *ctx);

/* What on_up() began has failed: it is called again later. */
void orpc_i_bell_again(struct orpc_i_bell *bell);

/* It has succeeded: the backoff starts anew, and where the binder was not
 * known before, or has gone meanwhile, a connection is made now. */
void orpc_i_bell_settle(struct orpc_i_bell *bell);

/* Takes it down. */
void orpc_i_bell_stop(struct orpc_i_bell *bell);

#endif
