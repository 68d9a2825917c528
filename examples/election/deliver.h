/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages to voters: over the connection that they called on, or to a
 * program that they serve themselves.  Nothing here waits: a voter who has
 * gone delays nobody.
 */
#ifndef ELECTION_DELIVER_H
#define ELECTION_DELIVER_H

#include <orpc/server.h>

#include "election.h"

struct courier;

/* Starts the thread that calls classic callback programs; NULL: it can't. */
struct courier *courier_new(void);
void courier_free(struct courier *courier);

/*
 * Sends a MESSAGE to where the voter wants it; for CALLBACK_HERE it leaves
 * before any reply to rq that is given afterwards.
 *
 * rq     a request that is not answered yet
 * text   borrowed for the call
 */
void deliver_message(struct courier *courier, struct orpc_request *rq,
    const callback *target, const char *text);

/* Sends a STANDING to the caller of rq, over the caller's connection and
 * before any reply to rq that is given afterwards. */
int deliver_standing_here(struct orpc_request *rq, const tally_line *line);

/*
 * Sends a STANDING over a callback client, which must live until
 * on_done(ctx, result) has run: once, on the connection's loop, if this
 * returns 0.
 */
int deliver_standing(struct orpc_client *client, const tally_line *line,
    void (*on_done)(void *ctx, int result), void *ctx);

#endif
