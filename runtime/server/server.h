/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of a server.
 *
 * A server has loops, each with its own dispatcher, replay cache, counters
 * and connections, so that loops share nothing on the path of a call.  The
 * first loop accepts for all; a datagram socket belongs to one of them.
 */
#ifndef ORPC_SERVER_SERVER_H
#define ORPC_SERVER_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/server.h>

#include "runtime/bind/register.h"
#include "runtime/channel/channel.h"
#include "runtime/channel/dispatch.h"
#include "runtime/io/addr.h"
#include "runtime/io/loop.h"

struct listener;
struct port;
struct quota;

/*
 * What a server keeps of a connection: behind its channel.  Connections of a
 * loop stand in one of its two lists, least recently heard first.
 */
struct conn {
	struct dispatch_peer peer;
	struct quota *quota;		/* of its host; NULL: not counted */
	uint32_t touched_ms;		/* last moved in its list; wraps */
	bool in_served;			/* which list */
};

/* Channels in the order of their last call, by channel.next and prev. */
struct conn_list {
	struct channel *first;
	struct channel *last;
};

/* One of a server's loops.  Threads: the loop's, but for stop_task. */
struct server_loop {
	struct orpc_server *server;
	struct orpc_loop *loop;
	pthread_t thread;
	bool own;			/* the loop is ours to free */
	bool threaded;			/* `thread` is to be joined */
	bool single;			/* of one connection: ends with it */
	unsigned pins;			/* single: threads that look at it */
	bool draining;
	bool drained;
	struct orpc_i_task stop_task;
	struct orpc_i_timer drain_timer;
	int64_t drain_until_ns;
	struct orpc_i_timer sweep_timer;
	struct orpc_i_task evict_task;	/* another loop needs room */
	atomic_bool evict_asked;
	_Atomic uint32_t evict_failed_ms;	/* when none could go; 0: never */
	_Atomic uint32_t peek_ms;	/* single: its connection's touched_ms */
	atomic_bool peek_served;
	struct dispatcher dispatcher;
	struct orpc_i_replay replay;
	bool has_replay;
	struct conn_list fresh;		/* no call answered yet */
	struct conn_list served;
	size_t n_conns;
	struct port *ports;
	struct orpc_i_buf *datagrams;	/* to receive a batch into; NULL: not
					   needed yet, or in use */
	count accepted;
	count refused;
	count evicted;
	count conns;			/* n_conns, for other threads */
	struct server_loop *next;	/* thread per connection */
};

enum server_state {
	SERVER_OPEN,
	SERVER_RUNNING,
	SERVER_STOPPED
};

/*
 * lock guards listeners, versions, threads, quotas and state; `stopping`
 * is set once, from anywhere.
 */
struct orpc_server {
	struct orpc_server_options o;	/* with defaults filled in */
	struct service_table services;
	struct channel_limits limits;
	struct orpc_i_budget partial;
	struct server_loop *loops;
	uint32_t n_loops;
	uint32_t next_loop;		/* for the next connection */
	struct orpc_i_pool *workers;
	struct orpc_i_registrar *registrar;
	/* Unregisters one version, or with program 0 all; NULL as long as
	 * nothing was registered. */
	void (*unregister)(struct orpc_server *server, uint32_t program,
	    uint32_t version);
	struct listener *listeners;	/* in the order of listening */
	struct version_counts *versions;
	struct quota **quotas;		/* table of peers, by digest */
	size_t quotas_size;
	uint64_t seed;
	int reserve;			/* a descriptor to give up; -1 */
	struct orpc_i_timer accept_timer;	/* accepting goes on then */
	struct orpc_i_task accept_task;		/* or now: there is room */
	atomic_bool accept_called;
	bool accept_paused;
	atomic_size_t n_conns;
	atomic_bool stopping;
	enum server_state state;
	pthread_mutex_t lock;
	struct server_loop *threads;	/* a connection each */
	size_t n_threads;		/* that have not ended yet */
	struct server_loop *left;	/* by threads: handles still hold them */
	pthread_cond_t thread_gone;	/* or is not looked at any more */
	struct orpc_server_stats past;	/* of threads that have ended */
};

/* An address listened on. */
struct listener {
	struct orpc_server *server;
	struct listener *next;
	enum orpc_transport_kind kind;
	int fd;				/* streams; -1: a port, or closed */
	struct port *port;		/* datagrams */
	struct orpc_i_watch watch;
	struct orpc_i_sockaddr addr;
	bool unlink;			/* the path is ours to remove */
	uint64_t device, inode;		/* of that path */
};

/* ---- server.c -------------------------------------------------------- */

void orpc_i_server_log(struct orpc_server *server, enum orpc_log_level level,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fills in an error of listening or registering; returns code. */
int orpc_i_server_fail(struct orpc_error *error, int code, int os_errno,
    const char *where);

/* Starts and ends the parts of one loop; sl->loop and own are set. */
int orpc_i_server_loop_init(struct orpc_server *server,
    struct server_loop *sl, uint32_t slot);
void orpc_i_server_loop_fini(struct server_loop *sl);

/* ---- accept.c -------------------------------------------------------- */

/* Accepts what waits.  A watch's fn; ctx is the listener. */
void orpc_i_server_accept(void *ctx, int fd, unsigned events);

/* There is room again.  Threads: any. */
void orpc_i_server_room(struct orpc_server *server);

/* Closes every connection of a loop. */
void orpc_i_server_close_conns(struct server_loop *sl, int reason);

/* The connection of a channel. */
static inline struct conn *
conn_of(struct channel *ch)
{
	return orpc_i_channel_extra(ch);
}

/* ---- limits.c -------------------------------------------------------- */

/* A time in milliseconds, as connections keep it. */
static inline uint32_t
conn_ms(int64_t now_ns)
{
	return (uint32_t)(now_ns / 1000000);
}

void orpc_i_conn_add(struct server_loop *sl, struct channel *ch);
void orpc_i_conn_remove(struct server_loop *sl, struct channel *ch);
/* A call came: to the end of its list, or of that of served ones; at most
 * every CONN_TOUCH_MS. */
#define CONN_TOUCH_MS 100u
void orpc_i_conn_touch(struct server_loop *sl, struct channel *ch);

/* Closes one connection of the loop to make room: first one that never
 * completed a call, then the longest idle.  False: none may go. */
bool orpc_i_server_evict(struct server_loop *sl);

/* Asks another loop to do so, and when it can't, the next: false when none is
 * to be asked.  Accepting goes on when one has (orpc_i_server_room).  Threads:
 * those of the loops. */
bool orpc_i_server_evict_elsewhere(struct orpc_server *server);

/* Counts a connection against its host's share: false when that is used up.
 * *out_quota is to be given back by orpc_i_quota_give (NULL is taken).
 * Threads: any. */
bool orpc_i_quota_take(struct orpc_server *server, int fd,
    const struct orpc_i_sockaddr *peer, struct quota **out_quota);
void orpc_i_quota_give(struct orpc_server *server, struct quota *quota);

/* A number for a host, keyed. */
uint64_t orpc_i_quota_digest(const struct orpc_server *server,
    const struct orpc_i_sockaddr *peer);

/* Prepares the sweep that closes idle connections and unfinished records: 0,
 * or -OXDR_E_NOMEM.  It runs by itself as long as there are any. */
int orpc_i_sweep_init(struct server_loop *sl);
void orpc_i_sweep_fini(struct server_loop *sl);

/* ---- port.c ---------------------------------------------------------- */

/* Serves a bound datagram socket on a loop.  Takes fd when it returns 0. */
int orpc_i_port_open(struct server_loop *sl, int fd,
    const struct orpc_i_sockaddr *bound, struct port **out);
/* Starts to read.  Threads: the loop's, or before it runs. */
int orpc_i_port_start(struct port *port);
/* Reads no more on any port of a loop; replies still leave. */
void orpc_i_ports_stop(struct server_loop *sl);
/* Closes every port of a loop. */
void orpc_i_ports_close(struct server_loop *sl);

/* ---- listen.c -------------------------------------------------------- */

/* Stops accepting, closes the sockets, removes unix paths. */
void orpc_i_listeners_close(struct orpc_server *server);
void orpc_i_listeners_free(struct orpc_server *server);
/* Pauses accepting on all listeners, or goes on. */
void orpc_i_listeners_watch(struct orpc_server *server, bool on);

/* Takes over a socket that is bound and, for streams, listens.  Takes fd in
 * any case. */
int orpc_i_listen_on(struct orpc_server *server, int fd,
    enum orpc_transport_kind kind, bool unlink, struct orpc_error *error);

/* ---- path.c ---------------------------------------------------------- */

/* Binds a unix socket; replaces a stale one. 0, or -ORPC_E_SYSTEM (errno). */
int orpc_i_path_bind(int fd, const struct orpc_i_sockaddr *addr);
/* Notes which file the path is. */
void orpc_i_path_note(struct listener *l);
/* Removes the path if it is still that file. */
void orpc_i_path_unlink(const struct listener *l);

/* ---- run.c ----------------------------------------------------------- */

/* A connection or a request of the loop is gone: it may be the last. */
void orpc_i_server_check_drained(struct server_loop *sl);

/* Starts the drain of a loop.  Threads: any; also from a signal handler. */
void orpc_i_server_loop_stop(struct server_loop *sl);

/* A thread in which all signals are blocked: 0, or -ORPC_E_SYSTEM (errno). */
int orpc_i_thread_create(pthread_t *out, void *(*fn)(void *arg), void *arg);

/* ---- threads.c ------------------------------------------------------- */

/* A loop for one connection; NULL when that can't be had.  Post the
 * connection to it, then start it (which fails with -ORPC_E_SYSTEM) or
 * discard it. */
struct server_loop *orpc_i_thread_open(struct orpc_server *server);
int orpc_i_thread_start(struct server_loop *sl);
void orpc_i_thread_discard(struct server_loop *sl);

/* Is the calling thread one of them? */
bool orpc_i_threads_are_mine(struct orpc_server *server);
/* Waits until what each is handling now has ended. */
void orpc_i_threads_quiesce(struct orpc_server *server);

/* Stops them all; waits until they have ended. */
void orpc_i_threads_stop(struct orpc_server *server);
void orpc_i_threads_wait(struct orpc_server *server);
/* Frees what they left because handles held it. */
void orpc_i_threads_free(struct orpc_server *server);

/* ---- version.c -------------------------------------------------------- */

void orpc_i_versions_free(struct orpc_server *server);

/* ---- stats.c, systemd.c ---------------------------------------------- */

/* Keeps what a loop has counted that ends now.  lock is held. */
void orpc_i_stats_keep(struct orpc_server *server,
    const struct server_loop *sl);

/* Tells the service manager, if there is one and the options want it. */
void orpc_i_server_notify(struct orpc_server *server, const char *state);

#endif
