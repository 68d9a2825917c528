/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Authentication flavours: AUTH_NONE, AUTH_SYS (RFC 5531 appendix A), and the
 * refusal of AUTH_TLS (RFC 9289 section 4.1) where there is no TLS.
 *
 * NONE and SYS pass bodies through, so both sides share the plain pair of
 * functions; a flavour that wraps brings its own.
 */
#include "runtime/proto/auth.h"

#include <string.h>

/* What AUTH_SYS needs beside name and gids: stamp, count, uid, gid, count. */
#define SYS_FIXED 20u

int
orpc_i_body_put(struct oxdr_writer *w, const struct orpc_i_body *body)
{
	if (body->put)
		return body->put(w, body->value);
	if (body->type)
		return oxdr_put_value(w, body->type, body->value);
	return oxdr_writer_error(w);
}

int
orpc_i_body_get(struct oxdr_reader *r, struct oxdr_arena *arena,
    const struct orpc_i_place *place)
{
	int result = 0;

	if (place->get)
		result = place->get(r, arena, place->out);
	else if (place->type)
		result = oxdr_get_value(r, arena, place->type, place->out);
	return result ? result : oxdr_reader_finish(r);
}

/* ---- The client's side ------------------------------------------------- */

static int
opaque_put(struct oxdr_writer *w, uint32_t flavor, const uint8_t *body,
    uint32_t n)
{
	int result = oxdr_put_u32(w, flavor);

	return result ? result :
	    oxdr_put_opaque_var(w, body, n, ORPC_AUTH_BODY_MAX);
}

static int
sys_put_cred(struct orpc_i_auth *auth, struct oxdr_writer *w)
{
	const struct orpc_i_auth_sys *sys = (struct orpc_i_auth_sys *)auth;

	return opaque_put(w, ORPC_AUTH_SYS, sys->body, sys->n);
}

static int
none_put_verf(struct orpc_i_auth *auth, struct oxdr_writer *w,
    const uint8_t *header, size_t n)
{
	(void)auth;
	(void)header;
	(void)n;
	return opaque_put(w, ORPC_AUTH_NONE, NULL, 0);
}

static int
plain_put_body(struct orpc_i_auth *auth, struct oxdr_writer *w,
    const struct orpc_i_body *body)
{
	(void)auth;
	return orpc_i_body_put(w, body);
}

/* A server may answer AUTH_SYS with AUTH_SHORT (appendix A): we keep sending
 * the long form, which stays valid.  Other verifiers say nothing to us. */
static int
plain_check_verf(struct orpc_i_auth *auth, uint32_t xid,
    const struct orpc_i_opaque *verf)
{
	(void)auth;
	(void)xid;
	(void)verf;
	return 0;
}

static int
plain_get_body(struct orpc_i_auth *auth, struct oxdr_reader *r,
    struct oxdr_arena *arena, const struct orpc_i_place *place)
{
	(void)auth;
	return orpc_i_body_get(r, arena, place);
}

static int
plain_refresh(struct orpc_i_auth *auth, int result)
{
	(void)auth;
	return result;
}

static const struct orpc_i_auth_ops sys_ops = {
	.flavor = ORPC_AUTH_SYS,
	.put_cred = sys_put_cred,
	.put_verf = none_put_verf,
	.put_body = plain_put_body,
	.check_verf = plain_check_verf,
	.get_body = plain_get_body,
	.refresh = plain_refresh,
};

int
orpc_i_auth_sys_init(struct orpc_i_auth_sys *out,
    const struct orpc_auth_sys *sys)
{
	struct oxdr_writer w;
	int result;

	if (sys->n_gids > ORPC_AUTH_SYS_GIDS_MAX ||
	    !memchr(sys->machine_name, 0, sizeof(sys->machine_name)))
		return -OXDR_E_BOUND;
	oxdr_writer_init_fixed(&w, out->body, sizeof(out->body));
	oxdr_put_u32(&w, sys->stamp);
	oxdr_put_string(&w, sys->machine_name, ORPC_AUTH_SYS_NAME_MAX);
	oxdr_put_u32(&w, sys->uid);
	oxdr_put_u32(&w, sys->gid);
	oxdr_put_u32(&w, sys->n_gids);
	oxdr_put_array32(&w, sys->gids, sys->n_gids);
	result = oxdr_writer_error(&w);
	if (result)
		return result;
	out->n = (uint32_t)oxdr_writer_size(&w);
	out->auth.ops = &sys_ops;
	return 0;
}

int
orpc_i_call_put_slow(struct oxdr_writer *w, uint32_t xid, uint32_t program,
    uint32_t version, uint32_t procedure, struct orpc_i_auth *auth)
{
	uint8_t header[ORPC_I_CALL_BYTES_MAX];
	struct oxdr_writer h;
	int result;

	oxdr_writer_init_fixed(&h, header, sizeof(header));
	oxdr_put_u32(&h, xid);
	oxdr_put_u64(&h, ORPC_I_RPC_VERSION);	/* CALL, 2 */
	oxdr_put_u32(&h, program);
	oxdr_put_u32(&h, version);
	oxdr_put_u32(&h, procedure);
	result = auth->ops->put_cred(auth, &h);
	if (!result)
		result = auth->ops->put_verf(auth, &h, header,
		    oxdr_writer_size(&h));
	if (result)
		return oxdr_writer_fail(w, -result);
	return oxdr_put_bytes(w, header, oxdr_writer_size(&h));
}

int
orpc_i_auth_put_body(struct orpc_i_auth *auth, struct oxdr_writer *w,
    const struct orpc_i_body *body)
{
	return auth ? auth->ops->put_body(auth, w, body) :
	    orpc_i_body_put(w, body);
}

int
orpc_i_auth_check_verf(struct orpc_i_auth *auth, uint32_t xid,
    const struct orpc_i_opaque *verf)
{
	return auth ? auth->ops->check_verf(auth, xid, verf) : 0;
}

int
orpc_i_auth_get_body(struct orpc_i_auth *auth, struct oxdr_reader *r,
    struct oxdr_arena *arena, const struct orpc_i_place *place)
{
	return auth ? auth->ops->get_body(auth, r, arena, place) :
	    orpc_i_body_get(r, arena, place);
}

int
orpc_i_auth_refresh(struct orpc_i_auth *auth, int result)
{
	return auth ? auth->ops->refresh(auth, result) : result;
}

/* ---- The server's side ------------------------------------------------- */

static int
caller_plain_get(struct orpc_i_caller *caller, struct oxdr_reader *r,
    struct oxdr_arena *arena, const struct orpc_i_place *place)
{
	(void)caller;
	return orpc_i_body_get(r, arena, place);
}

static int
caller_plain_put(struct orpc_i_caller *caller, struct oxdr_writer *w,
    const struct orpc_i_body *body)
{
	(void)caller;
	return orpc_i_body_put(w, body);
}

static const struct orpc_i_caller_ops none_caller_ops = {
	.flavor = ORPC_AUTH_NONE,
	.get_body = caller_plain_get,
	.put_body = caller_plain_put,
};

static const struct orpc_i_caller_ops sys_caller_ops = {
	.flavor = ORPC_AUTH_SYS,
	.get_body = caller_plain_get,
	.put_body = caller_plain_put,
};

/* struct authsys_parms (appendix A); anything odd is -1. */
static int
sys_parse(const struct orpc_i_opaque *cred, struct orpc_auth_sys *out)
{
	struct oxdr_reader r;
	const uint8_t *name;
	uint32_t n_name;

	oxdr_reader_init(&r, cred->body, cred->n);
	if (oxdr_get_u32(&r, &out->stamp) || oxdr_get_u32(&r, &n_name) ||
	    n_name > ORPC_AUTH_SYS_NAME_MAX)
		return -1;
	name = oxdr_consume(&r, n_name);
	if (!name || memchr(name, 0, n_name))
		return -1;
	memcpy(out->machine_name, name, n_name);
	out->machine_name[n_name] = '\0';
	for (size_t pad = oxdr_pad(n_name); pad > 0; pad--) {
		const uint8_t *p = oxdr_consume(&r, 1);

		if (!p || *p)
			return -1;
	}
	if (oxdr_get_u32(&r, &out->uid) || oxdr_get_u32(&r, &out->gid) ||
	    oxdr_get_u32(&r, &out->n_gids) ||
	    out->n_gids > ORPC_AUTH_SYS_GIDS_MAX ||
	    oxdr_reader_left(&r) != (size_t)out->n_gids * 4)
		return -1;
	for (uint32_t i = 0; i < out->n_gids; i++)
		out->gids[i] = oxdr_load_u32(r.at + (size_t)i * 4);
	return 0;
}

int
orpc_i_auth_accept(const struct orpc_i_call_header *call,
    struct orpc_i_caller *out)
{
	out->verf = (struct orpc_i_opaque){ 0, 0, NULL };
	out->flavor = (enum orpc_auth_flavor)call->cred.flavor;
	switch (call->cred.flavor) {
	case ORPC_AUTH_NONE:
		out->ops = &none_caller_ops;
		return 0;
	case ORPC_AUTH_SYS:
		out->ops = &sys_caller_ops;
		return sys_parse(&call->cred, &out->sys) ?
		    ORPC_R_AUTH_BADCRED : 0;
	case ORPC_AUTH_TLS:
		return ORPC_R_AUTH_BADCRED;
	default:
		return ORPC_R_AUTH_REJECTEDCRED;
	}
}

int
orpc_i_caller_get_body(struct orpc_i_caller *caller, struct oxdr_reader *r,
    struct oxdr_arena *arena, const struct orpc_i_place *place)
{
	return caller->ops->get_body(caller, r, arena, place);
}

int
orpc_i_caller_put_body(struct orpc_i_caller *caller, struct oxdr_writer *w,
    const struct orpc_i_body *body)
{
	return caller->ops->put_body(caller, w, body);
}
