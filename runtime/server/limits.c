/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What keeps a server alive among strangers: who is closed when room is
 * needed, who may have how many connections, who has been quiet or slow for
 * too long.
 *
 * Each loop has two lists of connections, those that never completed a call
 * and those that did, each by the time of the last call.  So whoever goes
 * first stands at the head of one of them.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "runtime/proto/digest.h"
#include "runtime/server/server.h"
#include "xdr/base.h"

#define NS_PER_MS INT64_C(1000000)

/* A new connection has this long to complete a call before it may be closed
 * to make room, an old one must have been idle so long. */
#define GRACE_FRESH_MS 500u
#define GRACE_SERVED_MS 2000u
/* A loop that could not close any is asked again after that. */
#define EVICT_AGAIN_MS 1000u

/* How often the sweep runs while there is something to sweep. */
static void
sweep_set(struct server_loop *sl)
{
	const struct orpc_server_options *o = &sl->server->o;
	uint32_t ms = o->idle_timeout_ms < o->record_timeout_ms ?
	    o->idle_timeout_ms : o->record_timeout_ms;

	ms = ms / 4 < 10 ? 10 : ms / 4 > 5000 ? 5000 : ms / 4;
	/* Without memory for it, the next connection tries again. */
	orpc_i_loop_timer_set(sl->loop, &sl->sweep_timer,
	    orpc_now_ns() + ms * NS_PER_MS);
}

/* ---- The lists ------------------------------------------------------- */

static void
list_append(struct conn_list *list, struct channel *ch)
{
	ch->next = NULL;
	ch->prev = list->last;
	if (list->last)
		list->last->next = ch;
	else
		list->first = ch;
	list->last = ch;
}

static void
list_take(struct conn_list *list, struct channel *ch)
{
	if (ch->prev)
		ch->prev->next = ch->next;
	else
		list->first = ch->next;
	if (ch->next)
		ch->next->prev = ch->prev;
	else
		list->last = ch->prev;
	ch->next = ch->prev = NULL;
}

static struct conn_list *
list_of(struct server_loop *sl, const struct conn *conn)
{
	return conn->in_served ? &sl->served : &sl->fresh;
}

/* What other threads may know of a connection with a loop of its own. */
static void
conn_show(struct server_loop *sl, const struct conn *conn)
{
	if (!sl->single)
		return;
	atomic_store_explicit(&sl->peek_ms, conn->touched_ms,
	    memory_order_relaxed);
	atomic_store_explicit(&sl->peek_served, conn->in_served,
	    memory_order_relaxed);
}

void
orpc_i_conn_add(struct server_loop *sl, struct channel *ch)
{
	conn_of(ch)->touched_ms = conn_ms(orpc_i_loop_now(sl->loop));
	list_append(&sl->fresh, ch);
	sl->n_conns++;
	count_set(&sl->conns, sl->n_conns);
	conn_show(sl, conn_of(ch));
	if (!orpc_i_timer_is_set(&sl->sweep_timer))
		sweep_set(sl);
}

void
orpc_i_conn_remove(struct server_loop *sl, struct channel *ch)
{
	list_take(list_of(sl, conn_of(ch)), ch);
	sl->n_conns--;
	count_set(&sl->conns, sl->n_conns);
	atomic_fetch_sub(&sl->server->n_conns, 1);
}

void
orpc_i_conn_touch(struct server_loop *sl, struct channel *ch)
{
	struct conn *conn = conn_of(ch);

	list_take(list_of(sl, conn), ch);
	conn->in_served = conn->peer.served;
	conn->touched_ms = conn_ms(orpc_i_loop_now(sl->loop));
	list_append(list_of(sl, conn), ch);
	conn_show(sl, conn);
}

/* ---- Making room ----------------------------------------------------- */

static bool
evict_first(struct server_loop *sl, const struct conn_list *list,
    uint32_t grace_ms)
{
	uint32_t now = conn_ms(orpc_now_ns());

	for (struct channel *ch = list->first; ch; ch = ch->next) {
		if (now - conn_of(ch)->touched_ms < grace_ms)
			return false;
		if (ch->calls_in || ch->state == CHANNEL_CLOSED)
			continue;
		count_add(&sl->evicted, 1);
		orpc_i_channel_close(ch, -ORPC_E_BUSY);
		return true;
	}
	return false;
}

bool
orpc_i_server_evict(struct server_loop *sl)
{
	return evict_first(sl, &sl->fresh, GRACE_FRESH_MS) ||
	    evict_first(sl, &sl->served, GRACE_SERVED_MS);
}

/* On another loop than the one that needs room. */
static void
evict_run(struct orpc_i_task *task)
{
	struct server_loop *sl = container_of(task, struct server_loop,
	    evict_task);

	bool evicted = orpc_i_server_evict(sl);

	if (!evicted)
		atomic_store(&sl->evict_failed_ms, conn_ms(orpc_now_ns()) | 1);
	atomic_store(&sl->evict_asked, false);
	/* Other loops may be gone before this one. */
	if (atomic_load(&sl->server->stopping))
		return;
	if (evicted)
		orpc_i_server_room(sl->server);
	else
		orpc_i_server_evict_elsewhere(sl->server);
}

/* Is it worth asking this loop? */
static bool
evict_may_ask(struct server_loop *sl, uint32_t now)
{
	uint32_t failed = atomic_load(&sl->evict_failed_ms);
	uint32_t idle = now - atomic_load(&sl->peek_ms);

	if (!count_get(&sl->conns) || atomic_load(&sl->evict_asked) ||
	    (failed && now - failed < EVICT_AGAIN_MS))
		return false;
	return !sl->single || idle >= (atomic_load(&sl->peek_served) ?
	    GRACE_SERVED_MS : GRACE_FRESH_MS);
}

/* Should b be asked rather than a?  Loops: the fuller one.  Threads: one that
 * was never served, else the longest idle. */
static bool
evict_prefers(struct server_loop *a, struct server_loop *b, uint32_t now)
{
	bool a_served = atomic_load(&a->peek_served);
	bool b_served = atomic_load(&b->peek_served);

	if (!b->single)
		return count_get(&b->conns) > count_get(&a->conns);
	if (a_served != b_served)
		return a_served;
	return now - atomic_load(&b->peek_ms) > now - atomic_load(&a->peek_ms);
}

bool
orpc_i_server_evict_elsewhere(struct orpc_server *server)
{
	uint32_t now = conn_ms(orpc_now_ns());
	struct server_loop *best = NULL;

	for (uint32_t i = 1; i < server->n_loops; i++) {
		struct server_loop *sl = &server->loops[i];

		if (evict_may_ask(sl, now) &&
		    (!best || evict_prefers(best, sl, now)))
			best = sl;
	}
	/* A thread's loop is there as long as it is in the list. */
	pthread_mutex_lock(&server->lock);
	for (struct server_loop *sl = server->threads; sl; sl = sl->next)
		if (evict_may_ask(sl, now) &&
		    (!best || evict_prefers(best, sl, now)))
			best = sl;
	if (best) {
		atomic_store(&best->evict_asked, true);
		best->evict_task.fn = evict_run;
		orpc_i_loop_post(best->loop, &best->evict_task);
	}
	pthread_mutex_unlock(&server->lock);
	return best != NULL;
}

/* ---- Time ------------------------------------------------------------ */

static int64_t
limit_ns(uint32_t ms)
{
	return ms == UINT32_MAX ? INT64_MAX : (int64_t)ms * NS_PER_MS;
}

/* Why a connection is to be closed now; 0: it may stay. */
static int
sweep_judge(const struct server_loop *sl, struct channel *ch, int64_t now)
{
	const struct orpc_server_options *o = &sl->server->o;

	if (ch->state != CHANNEL_OPEN)
		return 0;
	if (ch->partial_since_ns && !ch->pauses &&
	    now - ch->partial_since_ns > limit_ns(o->record_timeout_ms))
		return -ORPC_E_TIMEOUT;
	if (ch->calls_in || conn_of(ch)->peer.held_bytes)
		return 0;
	if (now - ch->last_read_ns > limit_ns(o->idle_timeout_ms))
		return -ORPC_E_TIMEOUT;
	return 0;
}

static void
sweep_list(struct server_loop *sl, const struct conn_list *list, int64_t now)
{
	struct channel *ch, *next;
	int reason;

	for (ch = list->first; ch; ch = next) {
		next = ch->next;
		reason = sweep_judge(sl, ch, now);
		if (reason)
			orpc_i_channel_close(ch, reason);
	}
}

static void
sweep_run(void *ctx)
{
	struct server_loop *sl = ctx;
	int64_t now = orpc_i_loop_now(sl->loop);

	sweep_list(sl, &sl->fresh, now);
	sweep_list(sl, &sl->served, now);
	if (sl->has_replay) {
		orpc_i_replay_expire(&sl->replay, now);
		count_set(&sl->dispatcher.counts.replay_entries,
		    sl->replay.counts.entries);
	}
	if (sl->n_conns || sl->replay.counts.entries)
		sweep_set(sl);
	else if (sl->has_replay)
		orpc_i_replay_trim(&sl->replay);
}

int
orpc_i_sweep_init(struct server_loop *sl)
{
	int e;

	sl->sweep_timer.fn = sweep_run;
	sl->sweep_timer.ctx = sl;
	/* Takes the memory for it. */
	e = orpc_i_loop_timer_set(sl->loop, &sl->sweep_timer, INT64_MAX);
	orpc_i_loop_timer_clear(sl->loop, &sl->sweep_timer);
	return e;
}

void
orpc_i_sweep_fini(struct server_loop *sl)
{
	orpc_i_loop_timer_clear(sl->loop, &sl->sweep_timer);
}

/* ---- Shares of hosts ------------------------------------------------- */

/* How many connections a host (or a local user) has. */
struct quota {
	struct quota *next;
	uint64_t digest;
	uint32_t n;
};

#define QUOTAS 1024u

uint64_t
orpc_i_quota_digest(const struct orpc_server *server,
    const struct orpc_i_sockaddr *peer)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	switch (peer->ss.ss_family) {
	case AF_INET:
		memcpy(&in, &peer->ss, sizeof(in));
		return orpc_i_digest(server->seed, &in.sin_addr,
		    sizeof(in.sin_addr));
	case AF_INET6:
		memcpy(&in6, &peer->ss, sizeof(in6));
		return orpc_i_digest(server->seed, &in6.sin6_addr,
		    sizeof(in6.sin6_addr));
	default:
		return server->seed;
	}
}

static uint64_t
quota_digest_of(const struct orpc_server *server, int fd,
    const struct orpc_i_sockaddr *peer)
{
	struct ucred cred;
	socklen_t n = sizeof(cred);

	if (peer->ss.ss_family == AF_INET || peer->ss.ss_family == AF_INET6 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n))
		return orpc_i_quota_digest(server, peer);
	return orpc_i_digest(server->seed ^ ORPC_I_PRIME_1, &cred.uid,
	    sizeof(cred.uid));
}

static struct quota **
quota_slot(struct orpc_server *server, uint64_t digest)
{
	struct quota **at = &server->quotas[digest & (server->quotas_size - 1)];

	while (*at && (*at)->digest != digest)
		at = &(*at)->next;
	return at;
}

static bool
quota_count(struct orpc_server *server, uint64_t digest,
    struct quota **out_quota)
{
	struct quota **at, *q;

	if (!server->quotas) {
		server->quotas = calloc(QUOTAS,
		    sizeof(struct quota *));
		if (!server->quotas)
			return false;
		server->quotas_size = QUOTAS;
	}
	at = quota_slot(server, digest);
	q = *at;
	if (!q) {
		q = *at = calloc(1, sizeof(*q));
		if (!q)
			return false;
		q->digest = digest;
	}
	if (q->n >= server->o.max_per_peer)
		return false;
	q->n++;
	*out_quota = q;
	return true;
}

bool
orpc_i_quota_take(struct orpc_server *server, int fd,
    const struct orpc_i_sockaddr *peer, struct quota **out_quota)
{
	bool ok;

	*out_quota = NULL;
	if (server->o.max_per_peer == UINT32_MAX)
		return true;
	pthread_mutex_lock(&server->lock);
	ok = quota_count(server, quota_digest_of(server, fd, peer), out_quota);
	pthread_mutex_unlock(&server->lock);
	return ok;
}

void
orpc_i_quota_give(struct orpc_server *server, struct quota *quota)
{
	if (!quota)
		return;
	pthread_mutex_lock(&server->lock);
	if (--quota->n == 0) {
		*quota_slot(server, quota->digest) = quota->next;
		free(quota);
	}
	pthread_mutex_unlock(&server->lock);
}
