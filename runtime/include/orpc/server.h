/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Servers: listen on addresses, serve program versions.
 */
#ifndef ORPC_SERVER_H
#define ORPC_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/addr.h>
#include <orpc/auth.h>
#include <orpc/error.h>
#include <orpc/loop.h>
#include <orpc/program.h>
#include <oxdr/mem.h>

#ifdef __cplusplus
extern "C" {
#endif

struct orpc_server;
struct orpc_client;

enum orpc_log_level { ORPC_LOG_ERROR, ORPC_LOG_WARNING, ORPC_LOG_INFO,
	ORPC_LOG_DEBUG };

/* Takes one line without its end.  Threads: any loop or worker. */
typedef void orpc_log_fn(void *ctx, enum orpc_log_level level,
    const char *line);

/*
 * Runs before arguments are decoded: 0 admits, ORPC_R_AUTH_... refuses,
 * ORPC_DROP stays silent.
 */
typedef int orpc_authorize_fn(void *ctx, struct orpc_request *rq);

/* options.flags */
#define ORPC_SERVER_THREAD_PER_CONNECTION 1u
#define ORPC_SERVER_RELAXED 2u		/* trailing bytes, padding, enums pass */
#define ORPC_SERVER_NO_REPLAY_CACHE 4u
#define ORPC_SERVER_REPLAY_ACROSS_RECONNECT 8u	/* TCP: key without the port */
#define ORPC_SERVER_NOTIFY 16u	/* tell a service manager (sd_notify): ready
				   in orpc_server_run, stopping at its end */

/*
 * How to serve.  Zero is valid: every zero member means its default.
 * Counts and sizes that are limits: UINT32_MAX or SIZE_MAX for none.
 */
struct orpc_server_options {
	struct orpc_loop *loop;		/* run on this loop; NULL: own ones */
	uint32_t threads;		/* event loops; default 1 */
	uint32_t workers;		/* pool for handlers; default 0: inline */
	uint32_t flags;			/* ORPC_SERVER_* */
	uint32_t max_connections;	/* default: descriptor limit less 32 */
	uint32_t max_per_peer;		/* connections of one address; default
					   none */
	uint32_t max_in_flight;		/* calls of a connection; default 1,024 */
	uint32_t max_nesting;		/* default 8 */
	size_t max_record_bytes;	/* default 4 MiB */
	uint32_t max_fragments;		/* of a record; default 4,096 */
	size_t max_queued_bytes;	/* replies of a connection; above it we
					   stop reading; default 4 MiB */
	size_t max_partial_bytes;	/* unfinished records of all connections;
					   default 64 MiB */
	uint32_t idle_timeout_ms;	/* default 6 minutes; UINT32_MAX: none */
	uint32_t record_timeout_ms;	/* to complete a record; default 30 s */
	uint32_t drain_timeout_ms;	/* on stop; default 5 s */
	size_t replay_bytes;		/* total of the replay cache: 64 MiB */
	uint32_t replay_entries;	/* 65,536 */
	uint32_t replay_reply_max;	/* larger replies are not kept: 64 KiB */
	uint32_t spin_us;		/* own loops look this long for more
					   before they sleep: lower latency for
					   a processor each; default 0 */
	const char *binder;		/* address; NULL: ORPC_BINDER, the unix
					   socket, then loopback port 111 */
	orpc_log_fn *log;
	void *log_ctx;
	orpc_authorize_fn *authorize;
	void *authorize_ctx;
	uint64_t reserved[8];		/* zero */
};

/*
 * Makes a server that listens nowhere yet.
 *
 * Returns 0, -OXDR_E_NOMEM, -ORPC_E_SYSTEM, -ORPC_E_INVAL.
 */
int orpc_server_open(const struct orpc_server_options *options,
    struct orpc_server **out);

/*
 * Listens on an address: "tcp://127.0.0.1:0", "udp://[::]", "unix:/path";
 * the host "*" stands for every IPv4 and IPv6 address.  A stale unix socket
 * is replaced, a live one is not.
 *
 * error   details of a failure; may be NULL
 *
 * Returns 0, -ORPC_E_ADDRESS, _RESOLVE, _SYSTEM (os_errno), -OXDR_E_NOMEM.
 */
int orpc_server_listen(struct orpc_server *server, const char *address,
    struct orpc_error *error);

/* Takes over a listening or datagram socket (socket activation).  Takes fd. */
int orpc_server_listen_fd(struct orpc_server *server, int fd,
    struct orpc_error *error);

/* Takes the sockets that systemd passed (LISTEN_FDS): their number, or
 * negative. */
int orpc_server_listen_activated(struct orpc_server *server,
    struct orpc_error *error);

/* The i-th address listened on, as "tcp://127.0.0.1:40001"; -ORPC_E_NOTFOUND
 * past the last. */
int orpc_server_address(struct orpc_server *server, size_t i, char *buf,
    size_t n);

/*
 * Serves a version.  Threads: any, also while running.
 *
 * service, ops   borrowed until removed or the server closed
 *
 * Returns 0, -ORPC_E_EXISTS, -OXDR_E_NOMEM.
 */
int orpc_server_add(struct orpc_server *server,
    const struct orpc_service *service, const void *ops);

/*
 * Stops serving a version, unregisters it, and waits until the handlers that
 * run have returned: those of other versions, too.  Then service and ops are
 * no longer used, but by requests that were deferred and not answered: these
 * stay open, and need both until they have been answered.
 *
 * In a handler of the server's (any version's) it does not wait: service and
 * ops must stay until the server is closed.
 *
 * Returns 0, -ORPC_E_NOTFOUND, -OXDR_E_NOMEM: it is still served.  Threads:
 * any; where the version was registered, not a loop's own.
 */
int orpc_server_remove(struct orpc_server *server, uint32_t program,
    uint32_t version);

/*
 * Registers every version on every address listened on with the binder;
 * kept registered when the binder restarts; undone by orpc_server_stop.
 *
 * Returns 0; -ORPC_E_BINDER or -ORPC_E_TIMEOUT: no binder answers now, and it
 * is tried again while the server runs; -ORPC_E_EXISTS: another server has
 * a version and answers; -ORPC_E_DENIED, -OXDR_E_NOMEM, -ORPC_E_SYSTEM.
 */
int orpc_server_register(struct orpc_server *server, struct orpc_error *error);

/* Runs until orpc_server_stop: drains, then returns 0. */
int orpc_server_run(struct orpc_server *server);

/* Orderly stop: accepts no more, finishes or cancels what runs.  Threads:
 * any; also from a signal handler. */
void orpc_server_stop(struct orpc_server *server);

/*
 * Frees a server that does not run.  NULL is taken.  Not from a handler.
 *
 * Waits for handlers that run on workers.  Deferred requests that nobody has
 * answered are given up: each still belongs to whoever was to reply, who may
 * still read it, and gives its memory back with the reply that nobody will
 * get.  Clients made by orpc_request_client must have been closed before.
 */
void orpc_server_close(struct orpc_server *server);

/* ---- In a handler ------------------------------------------------------ */

/* A handler's other results, beside 0 and ORPC_R_... */
#define ORPC_LATER 100	/* the reply follows from orpc_request_reply/_fail */
#define ORPC_DROP 101	/* no reply at all */

/* The ctx member of the struct of handlers. */
void *orpc_request_ctx(const struct orpc_request *rq);

/* Memory that lives as long as the request. */
struct oxdr_arena *orpc_request_arena(struct orpc_request *rq);

/* The procedure that was called; one of ours for an undeclared procedure 0. */
const struct orpc_proc *orpc_request_proc(const struct orpc_request *rq);

/* The version that it belongs to. */
const struct orpc_program *orpc_request_program(const struct orpc_request *rq);

/* Who calls, as far as it is known; lives as long as the request. */
const struct orpc_identity *orpc_request_identity(struct orpc_request *rq);

/* What the call came by. */
enum orpc_transport_kind orpc_request_transport(const struct orpc_request *rq);

/* The call's xid (RFC 5531 section 9): for logs, it proves nothing. */
uint32_t orpc_request_xid(const struct orpc_request *rq);

/* The peer's socket address, borrowed; unix peers have family AF_UNIX. */
const struct sockaddr *orpc_request_peer(const struct orpc_request *rq,
    uint32_t *out_n);
/* The address that the request was sent to. */
const struct sockaddr *orpc_request_local(struct orpc_request *rq,
    uint32_t *out_n);

/* Has the peer gone, or the server?  A long handler may ask.  Threads: any. */
bool orpc_request_abandoned(const struct orpc_request *rq);

/*
 * Ends a request for which the handler returned ORPC_LATER: exactly one of
 * these, once, from any thread, also when the server has been closed.  out:
 * the result's address; NULL for void; borrowed for the call.  Afterwards rq
 * is gone, whatever is returned.
 *
 * Returns 0, also when the peer has gone meanwhile; -ORPC_E_CLOSED: the
 * server was closed before; -ORPC_E_NOTSUP: where the call arrived
 * (orpc/carrier.h) nobody waits any more.  -ORPC_E_INVAL: another thread is
 * replying.
 */
int orpc_request_reply(struct orpc_request *rq, const void *out);
int orpc_request_fail(struct orpc_request *rq, int result);

/*
 * A client on the connection the request came by, to call the peer back with
 * generated stubs (RFC 5531: both directions).  Close it when done; it may
 * outlive the request.  -ORPC_E_NOTSUP over UDP.
 */
int orpc_request_client(struct orpc_request *rq,
    const struct orpc_program *program, struct orpc_client **out);

/* ---- To see inside ----------------------------------------------------- */

#define ORPC_LATENCY_BUCKETS 40	/* bucket i: below 2^i microseconds / 8 */

struct orpc_proc_stats {
	uint64_t calls;
	uint64_t errors;
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t latency[ORPC_LATENCY_BUCKETS];
};

struct orpc_server_stats {
	uint64_t connections;		/* open now */
	uint64_t accepted;
	uint64_t refused;		/* by a limit */
	uint64_t evicted;		/* to make room */
	uint64_t calls;
	uint64_t bad_messages;
	uint64_t replayed;		/* duplicates answered from the cache */
	uint64_t dropped_running;	/* duplicates of a running call */
	uint64_t replay_entries;
	uint64_t replay_evicted;
	uint64_t replay_oversized;
};

/* Threads: any. */
void orpc_server_stats(struct orpc_server *server,
    struct orpc_server_stats *out);
int orpc_server_proc_stats(struct orpc_server *server, uint32_t program,
    uint32_t version, uint32_t procedure, struct orpc_proc_stats *out);

#ifdef __cplusplus
}
#endif

#endif
