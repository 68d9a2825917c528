/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Group commit: one thread writes the votes of all callers.  While a commit
 * is under way the next votes gather; they then share the next commit.
 */
#ifndef ELECTION_COMMITTER_H
#define ELECTION_COMMITTER_H

#include "store.h"

/*
 * A vote that waits for its commit, the caller's until on_done runs (once,
 * on the committer's thread, when the batch is on disk or has failed).
 */
struct waiting_vote {
	struct ballot ballot;
	void (*on_done)(struct waiting_vote *vote);
	struct waiting_vote *next;
};

struct committer;

/*
 * Starts the thread.
 *
 * store        taken over for the committer's use until it is freed
 * on_commit    runs after each commit that recorded something; may be NULL
 *
 * NULL: no memory or no thread.
 */
struct committer *committer_new(struct store *store,
    void (*on_commit)(void *ctx), void *ctx);

/* Queues a vote.  Threads: any. */
void committer_submit(struct committer *committer, struct waiting_vote *vote);

/* Writes what is queued, ends the thread. */
void committer_free(struct committer *committer);

#endif
