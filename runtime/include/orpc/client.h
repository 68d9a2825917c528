/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clients: open a program at an address, call its procedures.
 *
 * A handle is bound to one program and version.  Without a loop it may be
 * shared by threads: whoever waits reads for all.  With a loop, only the loop
 * reads; other threads submit and sleep; a blocking call on the loop's own
 * thread is -ORPC_E_DEADLOCK.
 */
#ifndef ORPC_CLIENT_H
#define ORPC_CLIENT_H

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

struct orpc_client;

/* Default limits. */
#define ORPC_CONNECT_TIMEOUT_MS 3000u
#define ORPC_CALL_TIMEOUT_MS 10000u
#define ORPC_REPLY_MAX ((size_t)64 << 20)

/*
 * How to open.  Zero is valid: every zero member means its default.
 */
struct orpc_client_options {
	struct orpc_loop *loop;		/* NULL: blocking handle */
	uint32_t connect_timeout_ms;	/* name, binder and connect together */
	uint32_t call_timeout_ms;	/* where the call sets no deadline */
	uint32_t retry_ms;		/* first UDP retransmission; default 300 */
	size_t max_reply_bytes;
	uint32_t max_in_flight;		/* default 65,536 */
	uint32_t max_nesting;		/* callbacks within calls; default 8 */
	uint32_t spin_us;		/* busy-wait this long before sleeping */
	uint32_t flags;			/* ORPC_CLIENT_* */
	const struct orpc_auth_sys *sys;	/* credential of each call; NULL:
						   AUTH_NONE; copied */
	const char *binder;		/* address of the binder to ask; NULL:
					   port 111 of the host (for local
					   hosts: ORPC_BINDER, the unix
					   socket, then port 111) */
	uint64_t reserved[8];		/* zero */
};

/* options.flags */
#define ORPC_CLIENT_RESERVED_PORT 1u	/* source port below 1024 */
#define ORPC_CLIENT_NO_RECONNECT 2u
#define ORPC_CLIENT_ANY_SOURCE 4u	/* UDP: take replies from other addresses */
#define ORPC_CLIENT_RELAXED 8u		/* take undeclared enums, padding... */

/*
 * Opens a program at an address: looks it up, asks the binder if the address
 * has no port, connects.
 *
 * address   see <orpc/addr.h>; several separated by commas: failover order
 * program   borrowed as long as the handle lives
 * options   borrowed for the call; NULL: defaults
 * out       the handle, to be closed by orpc_client_close
 * error     details of a failure; may be NULL
 *
 * Returns 0, -ORPC_E_ADDRESS, _RESOLVE, _BINDER, _UNREGISTERED, _CONNECT,
 * _TIMEOUT, _SYSTEM, _INVAL, -OXDR_E_NOMEM.
 * Threads: any, but blocks; on a loop's own thread use orpc_client_start.
 */
int orpc_client_open(const char *address, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out,
    struct orpc_error *error);

/*
 * The same without waiting: the handle is usable at once, calls queue until
 * it is connected or fail with the step that failed.  Needs options->loop.
 */
int orpc_client_start(const char *address, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out);

/* A second handle on the same connection for another program or version. */
int orpc_client_share(struct orpc_client *client,
    const struct orpc_program *program, struct orpc_client **out);

/* Ends open calls with -ORPC_E_CANCELLED, closes when no handle is left on
 * the connection.  NULL is taken. */
void orpc_client_close(struct orpc_client *client);

/* ---- One call ---------------------------------------------------------- */

/* call.flags */
#define ORPC_CALL_BORROW 1u	/* async: arg is lent until on_done */
#define ORPC_CALL_ONEWAY 2u	/* do not wait; any reply is dropped by xid */
#define ORPC_CALL_BATCH 4u	/* async: leaves with the next flush */

/*
 * A call, the caller's: `struct orpc_call call = { 0 };` is valid; it may be
 * used for one call after another and ends with orpc_call_fini.
 *
 * in:   deadline_ns (orpc_now_ns() scale; 0: the handle's timeout), flags,
 *       sys (credential; NULL: the handle's)
 * out:  error; arena, in which the result lives until the next call with this
 *       struct, orpc_call_reset or orpc_call_fini
 */
struct orpc_call {
	struct oxdr_arena arena;
	int64_t deadline_ns;
	const struct orpc_auth_sys *sys;
	uint32_t flags;
	uint32_t xid;			/* out: the last one used */
	struct orpc_error error;
	void *pending;			/* of the library */
	uint64_t reserved[8];		/* zero */
};

/* Forgets the result, keeps memory for the next call. */
void orpc_call_reset(struct orpc_call *call);

/* Gives back the call's memory.  The call must not be in flight. */
void orpc_call_fini(struct orpc_call *call);

/* Sets the deadline timeout_ms from now. */
void orpc_call_timeout(struct orpc_call *call, uint32_t timeout_ms);

/*
 * Ends an asynchronous call: on_done runs with -ORPC_E_CANCELLED unless the
 * result is in already.  Threads: any.
 */
void orpc_call_cancel(struct orpc_call *call);

/*
 * Makes a blocking call (what generated stubs do).
 *
 * proc   a procedure of the client's program
 * arg    the argument's address; NULL for void
 * out    res->size bytes; NULL for void; written only on success
 *
 * Returns 0, ORPC_R_..., or negative; call->error has the details.
 */
int orpc_call_run(struct orpc_client *client, struct orpc_call *call,
    const struct orpc_proc *proc, const void *arg, void *out);

/*
 * Calls procedure 0, which every program has and which does nothing: is the
 * server there, and how long does it take?
 *
 * Returns as orpc_call_run.
 */
int orpc_client_ping(struct orpc_client *client, struct orpc_call *call);

/* Any function; converted back to its type before it is called. */
typedef void orpc_any_fn(void);

/*
 * How an asynchronous call ends, on the handle's loop.  `out` is NULL unless
 * result is 0 and the procedure has a result.  Generated code gives one of
 * its own, which calls the user's on_done with the right type.
 */
typedef void orpc_finish_fn(struct orpc_call *call, int result,
    const void *out, orpc_any_fn *on_done, void *ctx);

/*
 * Starts an asynchronous call; call, its arena and (with BORROW) arg belong
 * to the library until finish runs: exactly once when this returns 0, never
 * otherwise.  Threads: any.
 */
int orpc_call_start(struct orpc_client *client, struct orpc_call *call,
    const struct orpc_proc *proc, const void *arg, orpc_finish_fn *finish,
    orpc_any_fn *on_done, void *ctx);

/* Sends what ORPC_CALL_BATCH calls have queued.  Threads: any. */
int orpc_client_flush(struct orpc_client *client);

/*
 * A call by run-time numbers and type tables.
 *
 * arg_type, res_type   NULL for void
 */
int orpc_call_dynamic(struct orpc_client *client, struct orpc_call *call,
    uint32_t program, uint32_t version, uint32_t procedure,
    const struct oxdr_type *arg_type, const void *arg,
    const struct oxdr_type *res_type, void *out);

/* ---- Broadcast --------------------------------------------------------- */

/* Takes one answer; returning non-zero ends the collection. */
typedef int orpc_answer_fn(void *ctx, const struct sockaddr *from,
    uint32_t n_from, const void *out);

/*
 * Calls a procedure on every host of the local networks through their
 * binders (RFC 1833 CALLIT), collecting answers until timeout_ms has passed.
 * 0 when any answered, -ORPC_E_TIMEOUT when none did.
 */
int orpc_broadcast(const struct orpc_program *program,
    const struct orpc_proc *proc, const void *arg, uint32_t timeout_ms,
    orpc_answer_fn *on_answer, void *ctx, struct orpc_error *error);

/* ---- Serving on a client's connection ---------------------------------- */

/*
 * Serves a version on the connection that the handle opened: the server may
 * call it during a call or later.
 *
 * service, ops   borrowed as long as the handle lives
 */
int orpc_client_serve(struct orpc_client *client,
    const struct orpc_service *service, const void *ops);

/* Blocking handle: serves incoming calls for timeout_ms (-1: until the peer
 * closes). 0 when the time is over, -ORPC_E_CLOSED, -ORPC_E_IO. */
int orpc_client_wait(struct orpc_client *client, int timeout_ms);

/* ---- What is known of the connection ----------------------------------- */

/* The peer's address as "tcp://127.0.0.1:99"; "" when not connected. */
int orpc_client_peer(struct orpc_client *client, char *buf, size_t n);
int orpc_client_local(struct orpc_client *client, char *buf, size_t n);

#ifdef __cplusplus
}
#endif

#endif
