/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the listening socket to a connection of one of the loops.  The first
 * loop accepts for all and hands connections round.
 *
 * When descriptors run out one connection is closed to make room (limits.c):
 * of this loop, or another loop is asked and accepting pauses until it has.
 * Where none may go, the reserve descriptor is given up to accept and close
 * the one that waits, so that a full table never leaves the listening socket
 * readable, and accepting pauses for a moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/channel/quick.h"
#include "runtime/proto/probe.h"
#include "runtime/server/server.h"
#include "xdr/base.h"

/* Connections accepted in one turn of the loop: others want their turn. */
#define ACCEPT_BATCH 64
#define ACCEPT_PAUSE_NS INT64_C(20000000)

/* ---- Connections ----------------------------------------------------- */

/* Calls came; meanwhile the connection may have ended. */
static inline void
conn_called(struct server_loop *sl, struct channel *ch)
{
	const struct conn *conn = conn_of(ch);

	if (ch->flags & CHANNEL_ENDED)
		return;
	if (conn->in_served != conn->peer.served ||
	    conn_ms(orpc_i_loop_now(sl->loop)) - conn->touched_ms >=
	    CONN_TOUCH_MS)
		orpc_i_conn_touch(sl, ch);
}

static int
conn_on_call(struct channel *ch, const struct message *m)
{
	struct server_loop *sl = ch->owner;
	int r = orpc_i_dispatch(&sl->dispatcher, ch, &conn_of(ch)->peer, m);

	conn_called(sl, ch);
	return r;
}

static size_t
conn_on_calls(struct channel *ch, struct orpc_i_buf *buf,
    const uint8_t *bytes, size_t n)
{
	struct server_loop *sl = ch->owner;
	size_t used = orpc_i_quick(&sl->dispatcher, ch, &conn_of(ch)->peer,
	    buf, bytes, n);

	if (used)
		conn_called(sl, ch);
	return used;
}

static void
conn_on_bad(struct channel *ch)
{
	struct server_loop *sl = ch->owner;

	count_add(&sl->dispatcher.counts.bad_messages, 1);
}

static void
conn_on_close(struct channel *ch, int reason)
{
	struct server_loop *sl = ch->owner;
	struct conn *conn = conn_of(ch);

	(void)reason;
	ORPC_PROBE1(closed, reason);
	orpc_i_conn_remove(sl, ch);
	orpc_i_dispatch_peer_fini(&sl->dispatcher, &conn->peer);
	orpc_i_quota_give(sl->server, conn->quota);
	conn->quota = NULL;
	orpc_i_server_check_drained(sl);
}

static const struct channel_role conn_role = {
	.on_call = conn_on_call,
	.on_calls = conn_on_calls,
	.on_bad = conn_on_bad,
	.on_close = conn_on_close,
};

static void
conn_learn_peer(struct conn *conn, int fd)
{
	struct ucred cred;
	socklen_t n = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n))
		return;
	conn->peer.has_unix_peer = true;
	conn->peer.unix_uid = cred.uid;
	conn->peer.unix_gid = cred.gid;
	conn->peer.unix_pid = cred.pid;
}

/* A connection that was accepted, on its way to its loop. */
struct arrival {
	struct orpc_i_task task;
	struct server_loop *to;
	int fd;
	enum orpc_transport_kind kind;
	struct quota *quota;
	struct orpc_i_sockaddr peer;
};

/* Threads: the loop's. */
static void
conn_open(const struct arrival *a)
{
	struct server_loop *sl = a->to;
	struct transport t;
	struct channel *ch;
	struct conn *conn;
	int r;

	orpc_i_transport_adopt(a->kind, a->fd, &t);
	r = orpc_i_channel_open(sl->loop, &conn_role, &sl->server->limits, &t,
	    orpc_i_sockaddr_ptr(&a->peer), sizeof(*conn), &ch);
	if (r) {
		t.ops->close(&t);
		orpc_i_quota_give(sl->server, a->quota);
		atomic_fetch_sub(&sl->server->n_conns, 1);
		return;
	}
	conn = conn_of(ch);
	conn->quota = a->quota;
	ch->owner = sl;
	if (a->kind == ORPC_UNIX)
		conn_learn_peer(conn, a->fd);
	ORPC_PROBE2(connection, a->fd, a->kind);
	count_add(&sl->accepted, 1);
	orpc_i_conn_add(sl, ch);
	if (sl->draining)
		orpc_i_channel_finish(ch);
}

static void
arrival_run(struct orpc_i_task *task)
{
	struct arrival *a = container_of(task, struct arrival, task);

	conn_open(a);
	free(a);
}

/* ---- Which loop ------------------------------------------------------ */

static struct server_loop *
choose_loop(struct orpc_server *server, const struct orpc_i_sockaddr *peer)
{
	/* Known by its host, a client always meets the same cache. */
	if (server->o.flags & ORPC_SERVER_REPLAY_ACROSS_RECONNECT)
		return &server->loops[orpc_i_quota_digest(server, peer) %
		    server->n_loops];
	return &server->loops[server->next_loop++ % server->n_loops];
}

static void
turn_away(struct orpc_server *server, const struct arrival *a)
{
	close(a->fd);
	orpc_i_quota_give(server, a->quota);
	atomic_fetch_sub(&server->n_conns, 1);
	count_add(&server->loops[0].refused, 1);
}

/* Leaves a connection to the loop that it goes to. */
static bool
post_arrival(const struct arrival *here)
{
	struct arrival *a = malloc(sizeof(*a));

	if (!a)
		return false;
	*a = *here;
	a->task.fn = arrival_run;
	orpc_i_loop_post(a->to->loop, &a->task);
	return true;
}

static void
start_thread(struct orpc_server *server, struct arrival *a)
{
	struct server_loop *sl = orpc_i_thread_open(server);

	a->to = sl;
	/* Its descriptors are wanting: the next client finds room. */
	if (!sl)
		orpc_i_server_evict_elsewhere(server);
	if (!sl || !post_arrival(a)) {
		turn_away(server, a);
		if (sl)
			orpc_i_thread_discard(sl);
	} else if (orpc_i_thread_start(sl)) {
		orpc_i_thread_discard(sl);
	}
}

static void
hand_over(struct orpc_server *server, struct arrival *a)
{
	if (server->o.flags & ORPC_SERVER_THREAD_PER_CONNECTION) {
		start_thread(server, a);
		return;
	}
	a->to = choose_loop(server, &a->peer);
	if (a->to == &server->loops[0])
		conn_open(a);
	else if (!post_arrival(a))
		turn_away(server, a);
}

/* ---- Accepting ------------------------------------------------------- */

static void
accept_again(void *ctx)
{
	struct orpc_server *server = ctx;

	server->accept_paused = false;
	if (!atomic_load(&server->stopping))
		orpc_i_listeners_watch(server, true);
}

/* On the first loop: another one has made room. */
static void
accept_called(struct orpc_i_task *task)
{
	struct orpc_server *server = container_of(task, struct orpc_server,
	    accept_task);

	atomic_store(&server->accept_called, false);
	if (!server->accept_paused)
		return;
	orpc_i_loop_timer_clear(server->loops[0].loop, &server->accept_timer);
	accept_again(server);
}

void
orpc_i_server_room(struct orpc_server *server)
{
	if (atomic_exchange(&server->accept_called, true))
		return;
	server->accept_task.fn = accept_called;
	orpc_i_loop_post(server->loops[0].loop, &server->accept_task);
}

static void
accept_pause(struct orpc_server *server)
{
	struct orpc_loop *loop = server->loops[0].loop;

	if (server->accept_paused)
		return;
	server->accept_timer.fn = accept_again;
	server->accept_timer.ctx = server;
	if (orpc_i_loop_timer_set(loop, &server->accept_timer,
	    orpc_i_loop_now(loop) + ACCEPT_PAUSE_NS))
		return;
	server->accept_paused = true;
	orpc_i_listeners_watch(server, false);
}

/* No descriptor is left: room is made, or who waits is turned away. */
static bool
accept_without_room(struct orpc_server *server, const struct listener *l)
{
	struct server_loop *sl = &server->loops[0];
	int fd;

	if (orpc_i_server_evict(sl))
		return true;
	if (orpc_i_server_evict_elsewhere(server)) {
		accept_pause(server);
		return false;
	}
	if (server->reserve >= 0) {
		close(server->reserve);
		fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0) {
			close(fd);
			count_add(&sl->refused, 1);
		}
	}
	server->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	accept_pause(server);
	return false;
}

/* May one more come?  If not, somebody idle goes for it; on another loop a
 * moment later, so that for this moment there is one too many. */
static bool
accept_has_room(struct orpc_server *server)
{
	size_t n = atomic_load(&server->n_conns);

	return n < server->o.max_connections ||
	    orpc_i_server_evict(&server->loops[0]) ||
	    (orpc_i_server_evict_elsewhere(server) &&
	    n - server->o.max_connections < server->n_loops);
}

static void
accepted(struct listener *l, int fd, const struct orpc_i_sockaddr *peer)
{
	struct orpc_server *server = l->server;
	struct arrival a = { .fd = fd, .kind = l->kind, .peer = *peer };

	if (!accept_has_room(server) ||
	    !orpc_i_quota_take(server, fd, peer, &a.quota)) {
		count_add(&server->loops[0].refused, 1);
		close(fd);
		return;
	}
	atomic_fetch_add(&server->n_conns, 1);
	hand_over(server, &a);
}

/* Says whether to go on accepting in this turn. */
static bool
accept_failed(struct listener *l, int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return accept_without_room(l->server, l);
	case EAGAIN:
		return false;
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
		orpc_i_watch_remove(&l->watch);
		return false;
	default:
		/* What went wrong with one connection: the next, please. */
		return true;
	}
}

void
orpc_i_server_accept(void *ctx, int fd, unsigned events)
{
	struct listener *l = ctx;
	struct orpc_i_sockaddr peer;
	int conn;

	(void)events;
	for (int i = 0; i < ACCEPT_BATCH && l->watch.loop; i++) {
		peer.n = sizeof(peer.ss);
		conn = accept4(fd, (struct sockaddr *)&peer.ss, &peer.n,
		    SOCK_CLOEXEC);
		if (conn >= 0)
			accepted(l, conn, &peer);
		else if (!accept_failed(l, errno))
			break;
	}
}

void
orpc_i_server_close_conns(struct server_loop *sl, int reason)
{
	struct channel *ch, *next;

	for (ch = sl->fresh.first; ch; ch = next) {
		next = ch->next;
		orpc_i_channel_close(ch, reason);
	}
	for (ch = sl->served.first; ch; ch = next) {
		next = ch->next;
		orpc_i_channel_close(ch, reason);
	}
}
