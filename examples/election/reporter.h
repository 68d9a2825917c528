/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tells how the poll stands: to who asks, and to who watches.
 */
#ifndef ELECTION_REPORTER_H
#define ELECTION_REPORTER_H

#include <orpc/server.h>

#include "election.h"
#include "store.h"

struct reporter;

/* Starts the thread that reads the store; NULL: it can't. */
struct reporter *reporter_new(struct store *store);
void reporter_free(struct reporter *reporter);

/* Answers a RESULT request later.  Threads: any.  0 or -OXDR_E_NOMEM. */
int reporter_ask(struct reporter *reporter, struct orpc_request *rq,
    callback_kind lines_to);

/* Takes a client for the watcher's connection, to be sent each STANDING. */
int reporter_watch(struct reporter *reporter, struct orpc_client *client);

/* Votes were recorded: watchers want to know.  Threads: any. */
void reporter_news(struct reporter *reporter);

#endif
