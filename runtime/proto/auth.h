/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One interface for authentication flavours (RFC 5531 section 8.2).  Header
 * and value meet here: a flavour may look at the encoded header, and may wrap
 * the body (RPCSEC_GSS will).
 */
#ifndef ORPC_PROTO_AUTH_H
#define ORPC_PROTO_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/auth.h>
#include <orpc/server.h>
#include <oxdr/type.h>

#include "runtime/proto/message.h"

/* A value to encode: by `put`, or by `type` when put is NULL; void when both
 * are NULL. */
struct orpc_i_body {
	oxdr_put_fn *put;
	const struct oxdr_type *type;
	const void *value;
};

/* Where to decode to, in the same way. */
struct orpc_i_place {
	oxdr_get_fn *get;
	const struct oxdr_type *type;
	void *out;
};

/* Plain encoding and decoding.  Decoding checks for trailing bytes, under
 * the reader's flags. */
int orpc_i_body_put(struct oxdr_writer *w, const struct orpc_i_body *body);
int orpc_i_body_get(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct orpc_i_place *place);

/* ---- The client's side ------------------------------------------------- */

struct orpc_i_auth;

/*
 * A flavour as the client uses it.  No slot blocks.  0, or negative.
 *
 * put_cred    puts struct opaque_auth: flavour, count, body (400 at most)
 * put_verf    the same for the verifier; header: the encoded bytes from xid
 *             to the credential's end
 * put_body    puts the arguments
 * check_verf  of an accepted reply: 0, or -ORPC_E_PROTOCOL
 * get_body    gets the results
 * refresh     after ORPC_R_AUTH_...: 0 when the call should be tried again
 *             (once) with what put_cred now gives; else the result
 */
struct orpc_i_auth_ops {
	uint32_t flavor;
	int (*put_cred)(struct orpc_i_auth *auth, struct oxdr_writer *w);
	int (*put_verf)(struct orpc_i_auth *auth, struct oxdr_writer *w,
	    const uint8_t *header, size_t n);
	int (*put_body)(struct orpc_i_auth *auth, struct oxdr_writer *w,
	    const struct orpc_i_body *body);
	int (*check_verf)(struct orpc_i_auth *auth, uint32_t xid,
	    const struct orpc_i_opaque *verf);
	int (*get_body)(struct orpc_i_auth *auth, struct oxdr_reader *r,
	    struct oxdr_arena *arena, const struct orpc_i_place *place);
	int (*refresh)(struct orpc_i_auth *auth, int result);
};

/* A credential: NULL stands for AUTH_NONE everywhere. */
struct orpc_i_auth {
	const struct orpc_i_auth_ops *ops;
};

/* AUTH_SYS, encoded once. */
struct orpc_i_auth_sys {
	struct orpc_i_auth auth;
	uint32_t n;
	uint8_t body[ORPC_AUTH_BODY_MAX];
};

/* -OXDR_E_BOUND for a name over 255 or more than 16 groups. */
int orpc_i_auth_sys_init(struct orpc_i_auth_sys *out,
    const struct orpc_auth_sys *sys);

/*
 * Puts a whole call header; the arguments follow (orpc_i_auth_put_body).
 *
 * auth   NULL: AUTH_NONE
 */
int orpc_i_call_put_slow(struct oxdr_writer *w, uint32_t xid,
    uint32_t program, uint32_t version, uint32_t procedure,
    struct orpc_i_auth *auth);

static inline int
orpc_i_call_put(struct oxdr_writer *w, uint32_t xid, uint32_t program,
    uint32_t version, uint32_t procedure, struct orpc_i_auth *auth)
{
	uint8_t *p;

	if (auth)
		return orpc_i_call_put_slow(w, xid, program, version,
		    procedure, auth);
	p = oxdr_reserve(w, ORPC_I_CALL_BYTES);
	if (!p)
		return oxdr_writer_error(w);
	orpc_i_call_store(p, xid, program, version, procedure);
	return 0;
}

/* The slots, with NULL auth taken. */
int orpc_i_auth_put_body(struct orpc_i_auth *auth, struct oxdr_writer *w,
    const struct orpc_i_body *body);
int orpc_i_auth_check_verf(struct orpc_i_auth *auth, uint32_t xid,
    const struct orpc_i_opaque *verf);
int orpc_i_auth_get_body(struct orpc_i_auth *auth, struct oxdr_reader *r,
    struct oxdr_arena *arena, const struct orpc_i_place *place);
int orpc_i_auth_refresh(struct orpc_i_auth *auth, int result);

/* ---- The server's side ------------------------------------------------- */

/* orpc_i_auth_accept: the call is not dispatched; see there. */
#define ORPC_I_AUTH_ANSWER 102	/* reply now: accepted, caller->verf, no body */
#define ORPC_I_AUTH_DROP ORPC_DROP

struct orpc_i_caller;

/* What a flavour does for the server after it accepted a call.  No slot
 * blocks. */
struct orpc_i_caller_ops {
	uint32_t flavor;
	int (*get_body)(struct orpc_i_caller *caller, struct oxdr_reader *r,
	    struct oxdr_arena *arena, const struct orpc_i_place *place);
	int (*put_body)(struct orpc_i_caller *caller, struct oxdr_writer *w,
	    const struct orpc_i_body *body);
};

/* A caller as its flavour found it; part of a request. */
struct orpc_i_caller {
	const struct orpc_i_caller_ops *ops;
	enum orpc_auth_flavor flavor;
	struct orpc_i_opaque verf;	/* for the reply */
	struct orpc_auth_sys sys;	/* valid when flavor is ORPC_AUTH_SYS;
					   names are cut to what was sent */
};

/*
 * Judges credential and verifier of a call.
 *
 * call   its header; borrowed for the call
 *
 * Returns 0: go on (out is filled in); ORPC_R_AUTH_...: reply MSG_DENIED with
 * it; ORPC_I_AUTH_ANSWER; ORPC_I_AUTH_DROP: no reply.
 *
 * AUTH_SYS: name at most 255, gids at most 16, body used up exactly, else
 * AUTH_BADCRED.  AUTH_TLS: AUTH_BADCRED (RFC 9289 section 4.1: no TLS here).
 * AUTH_SHORT and unknown flavours: AUTH_REJECTEDCRED.
 */
int orpc_i_auth_accept(const struct orpc_i_call_header *call,
    struct orpc_i_caller *out);

int orpc_i_caller_get_body(struct orpc_i_caller *caller,
    struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct orpc_i_place *place);
int orpc_i_caller_put_body(struct orpc_i_caller *caller,
    struct oxdr_writer *w, const struct orpc_i_body *body);

#endif
