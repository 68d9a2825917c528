/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that travel by another library's means: its connections, records and
 * credentials, our stubs, handlers and codec.  Most programs never need this;
 * it is what bridges are made of, such as <orpc/tirpc.h>.
 *
 * Out: a handle whose calls are given to a carrier, as encoded arguments.
 * In: a call that somebody else received is served as if we had.
 */
#ifndef ORPC_CARRIER_H
#define ORPC_CARRIER_H

#include <stddef.h>
#include <stdint.h>

#include <orpc/client.h>
#include <orpc/server.h>
#include <oxdr/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Out ---------------------------------------------------------------- */

/*
 * One call as a carrier sees it; borrowed for the call.
 *
 * in:   program, version, procedure; flags: ORPC_CALL_ONEWAY or 0; args, the
 *       encoded arguments in n_args pieces of n_bytes together; deadline_ns on
 *       the scale of orpc_now_ns()
 * out:  reply, the encoded result, to be put with oxdr_put_bytes (it refuses
 *       more than the handle's max_reply_bytes: -OXDR_E_LIMIT); error, of a
 *       call that fails: step, executed, os_errno, low and high.  It begins as
 *       ORPC_STEP_WAIT and ORPC_EXECUTED_MAYBE, which is never a lie
 */
struct orpc_carried {
	uint32_t program;
	uint32_t version;
	uint32_t procedure;
	uint32_t flags;
	const struct oxdr_piece *args;
	size_t n_args;
	size_t n_bytes;
	int64_t deadline_ns;
	struct oxdr_writer *reply;
	struct orpc_error *error;
};

/*
 * What carries calls.
 *
 * call    carries one and waits for its end: 0 with the reply's bytes (of a
 *         one-way call: none), ORPC_R_..., or negative.  Threads: those of the
 *         handle's callers, several at once
 * close   the handle is closed and no call is under way; NULL: nothing to do
 */
struct orpc_carrier {
	int (*call)(void *ctx, struct orpc_carried *carried);
	void (*close)(void *ctx);
};

/*
 * Makes a handle whose calls a carrier takes.  Blocking and one-way calls
 * work as on any handle.  What needs a connection of ours is refused with
 * -ORPC_E_NOTSUP: asynchronous calls, orpc_client_share, orpc_client_serve,
 * credentials (they are the carrier's affair).
 *
 * carrier   borrowed as long as the handle lives
 * ctx       given to carrier's functions
 * where     the peer as text, for errors and orpc_client_peer; NULL: unknown
 * program   borrowed as long as the handle lives
 * options   call_timeout_ms, max_reply_bytes and ORPC_CLIENT_RELAXED count;
 *           NULL: defaults
 * out       the handle, to be closed by orpc_client_close
 *
 * Returns 0; -ORPC_E_NOTSUP for options->loop, ->sys or other flags;
 * -OXDR_E_NOMEM (then close is not called).
 */
int orpc_client_carry(const struct orpc_carrier *carrier, void *ctx,
    const char *where, const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out);

/* ---- In ------------------------------------------------------------------ */

/*
 * A call that another library received: header read, caller authenticated,
 * program and version ours.  Borrowed for the call.
 *
 * service, ops   who serves it, as for orpc_server_add
 * transport      what the call came by
 * flags          ORPC_SERVER_RELAXED or 0
 * xid            0 where it is not known
 * peer, local    socket addresses, of n_peer and n_local bytes; 0: not known
 * identity       who calls; copied, with *sys
 * authorize      runs before arguments are decoded; NULL: all may
 */
struct orpc_arrival {
	const struct orpc_service *service;
	const void *ops;
	uint32_t procedure;
	uint32_t xid;
	uint32_t flags;
	enum orpc_transport_kind transport;
	const struct sockaddr *peer;
	const struct sockaddr *local;
	uint32_t n_peer;
	uint32_t n_local;
	struct orpc_identity identity;
	const void *args;		/* encoded arguments */
	size_t n_args;
	orpc_authorize_fn *authorize;
	void *authorize_ctx;
};

/*
 * Serves a call that arrived elsewhere, on the caller's thread: decodes, runs
 * the handler, encodes its result.  To the handler the request looks like any
 * other, but for what needs a connection of ours: orpc_request_client gives
 * -ORPC_E_NOTSUP.  A handler may answer by orpc_request_reply and return
 * ORPC_LATER, if the reply is there when it returns; a later one can't be
 * sent: the peer gets SYSTEM_ERR, and orpc_request_reply and _fail, which are
 * still due, end the request with -ORPC_E_NOTSUP.
 *
 * reply   where the encoded result goes; on failure what it holds means
 *         nothing
 *
 * Returns 0 (*reply is the result), ORPC_R_... to refuse with, or ORPC_DROP
 * (no reply at all).  Threads: any.
 */
int orpc_arrival_serve(const struct orpc_arrival *arrival,
    struct oxdr_writer *reply);

#ifdef __cplusplus
}
#endif

#endif
