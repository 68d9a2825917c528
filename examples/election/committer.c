/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A queue and a thread.  The thread takes all that is queued (up to a batch),
 * records it in one commit, and answers each vote; meanwhile others queue.
 * So under load a commit, which costs a disk's sync, is shared by as many
 * votes as arrived during the one before.
 */
#include "committer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct committer {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct waiting_vote *head;
	struct waiting_vote **tail;
	bool stop;
	struct store *store;
	void (*on_commit)(void *ctx);
	void *ctx;
};

/* Waits for votes; NULL when the committer is to end and none is left. */
static struct waiting_vote *
take_batch(struct committer *c, size_t *out_n)
{
	struct waiting_vote *batch;
	struct waiting_vote **last;
	size_t n = 0;

	pthread_mutex_lock(&c->mutex);
	while (!c->head && !c->stop)
		pthread_cond_wait(&c->changed, &c->mutex);
	batch = c->head;
	for (last = &c->head; *last && n < STORE_BATCH_MAX; n++)
		last = &(*last)->next;
	if (*last) {		/* more than a batch: the rest stays */
		struct waiting_vote *rest = *last;

		*last = NULL;
		c->head = rest;
	} else {
		c->head = NULL;
		c->tail = &c->head;
	}
	pthread_mutex_unlock(&c->mutex);
	*out_n = n;
	return batch;
}

static void
commit_batch(struct committer *c, struct waiting_vote *batch, size_t n)
{
	struct ballot ballots[STORE_BATCH_MAX];
	struct waiting_vote *vote = batch;
	bool news = false;
	int rc;

	for (size_t i = 0; i < n; i++, vote = vote->next)
		ballots[i] = vote->ballot;
	rc = store_record(c->store, ballots, n);
	if (rc != 0)
		fprintf(stderr, "election-server: votes not stored: %s\n",
		    c->store->error);
	for (size_t i = 0; i < n; i++) {
		struct waiting_vote *next = batch->next;

		batch->ballot.outcome = rc == 0 ? ballots[i].outcome :
		    VOTE_NOT_STORED;
		news |= batch->ballot.outcome == VOTE_RECORDED;
		batch->on_done(batch);
		batch = next;
	}
	if (news && c->on_commit)
		c->on_commit(c->ctx);
}

static void *
run(void *ctx)
{
	struct committer *c = ctx;
	struct waiting_vote *batch;
	size_t n;

	while ((batch = take_batch(c, &n)) != NULL)
		commit_batch(c, batch, n);
	return NULL;
}

struct committer *
committer_new(struct store *store, void (*on_commit)(void *ctx), void *ctx)
{
	struct committer *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->tail = &c->head;
	c->store = store;
	c->on_commit = on_commit;
	c->ctx = ctx;
	pthread_mutex_init(&c->mutex, NULL);
	pthread_cond_init(&c->changed, NULL);
	if (pthread_create(&c->thread, NULL, run, c) != 0) {
		free(c);
		return NULL;
	}
	return c;
}

void
committer_submit(struct committer *c, struct waiting_vote *vote)
{
	vote->next = NULL;
	pthread_mutex_lock(&c->mutex);
	*c->tail = vote;
	c->tail = &vote->next;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->mutex);
}

void
committer_free(struct committer *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->mutex);
	c->stop = true;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->mutex);
	pthread_join(c->thread, NULL);
	pthread_mutex_destroy(&c->mutex);
	pthread_cond_destroy(&c->changed);
	free(c);
}
