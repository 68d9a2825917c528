/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Call and reply headers (RFC 5531 section 9).
 */
#ifndef ORPC_PROTO_MESSAGE_H
#define ORPC_PROTO_MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <orpc/auth.h>
#include <orpc/error.h>
#include <oxdr/reader.h>
#include <oxdr/writer.h>

#define ORPC_I_RPC_VERSION 2u
enum orpc_i_direction {
	ORPC_I_CALL = 0,
	ORPC_I_REPLY = 1
};

/* Header of a call with AUTH_NONE, and of an accepted reply with an empty
 * verifier: the ordinary sizes. */
#define ORPC_I_CALL_BYTES 40u
#define ORPC_I_REPLY_BYTES 24u
/* Largest headers: two opaque_auth of 400 bytes. */
#define ORPC_I_CALL_BYTES_MAX (ORPC_I_CALL_BYTES + 2 * ORPC_AUTH_BODY_MAX)
#define ORPC_I_REPLY_BYTES_MAX (ORPC_I_REPLY_BYTES + ORPC_AUTH_BODY_MAX + 8)

/* struct opaque_auth; body points into the message (or at the caller's
 * bytes when encoding). */
struct orpc_i_opaque {
	uint32_t flavor;
	uint32_t n;
	const uint8_t *body;
};

struct orpc_i_call_header {
	uint32_t xid;
	uint32_t program;
	uint32_t version;
	uint32_t procedure;
	struct orpc_i_opaque cred;
	struct orpc_i_opaque verf;
	/* What a verifier over the header covers: xid to credential. */
	const uint8_t *bytes;
	size_t n_bytes;
};

/*
 * result    0 (SUCCESS: results follow) or ORPC_R_...
 * low,high  for ORPC_R_PROG_MISMATCH and ORPC_R_RPC_MISMATCH
 * verf      accepted replies
 */
struct orpc_i_reply_header {
	uint32_t xid;
	int result;
	uint32_t low;
	uint32_t high;
	struct orpc_i_opaque verf;
};

/*
 * What kind of message begins here?  Nothing is consumed.
 *
 * out_xid   written whenever 4 bytes are there
 *
 * Returns ORPC_I_CALL, ORPC_I_REPLY, -OXDR_E_SHORT, or -ORPC_E_PROTOCOL for
 * another msg_type.
 */
int orpc_i_message_peek(const uint8_t *bytes, size_t n, uint32_t *out_xid);

int orpc_i_call_get_slow(struct oxdr_reader *r,
    struct orpc_i_call_header *out);
int orpc_i_reply_get_slow(struct oxdr_reader *r,
    struct orpc_i_reply_header *out);

/*
 * Reads a call header; the reader then stands at the arguments.
 *
 * Returns 0; ORPC_R_RPC_MISMATCH, ORPC_R_AUTH_BADCRED, ORPC_R_AUTH_BADVERF
 * when that is to be replied (out->xid is valid, nothing else);
 * -OXDR_E_SHORT or -ORPC_E_PROTOCOL for what can't be answered: drop it.
 */
static inline int
orpc_i_call_get(struct oxdr_reader *r, struct orpc_i_call_header *out)
{
	const uint8_t *p = r->at;

	if (oxdr_reader_left(r) < ORPC_I_CALL_BYTES ||
	    oxdr_load_u64(p + 4) != ORPC_I_RPC_VERSION ||
	    (oxdr_load_u64(p + 24) | oxdr_load_u64(p + 32)) != 0)
		return orpc_i_call_get_slow(r, out);
	out->xid = oxdr_load_u32(p);
	out->program = oxdr_load_u32(p + 12);
	out->version = oxdr_load_u32(p + 16);
	out->procedure = oxdr_load_u32(p + 20);
	out->cred = (struct orpc_i_opaque){ 0, 0, p + 32 };
	out->verf = (struct orpc_i_opaque){ 0, 0, p + 40 };
	out->bytes = p;
	out->n_bytes = 32;
	r->at = p + ORPC_I_CALL_BYTES;
	return 0;
}

/*
 * Reads a reply header; with result 0 the reader then stands at the results.
 * Unknown auth_stat values become ORPC_R_AUTH_FAILED.
 *
 * Returns 0, or -OXDR_E_SHORT, -ORPC_E_PROTOCOL for bytes that are no reply.
 */
static inline int
orpc_i_reply_get(struct oxdr_reader *r, struct orpc_i_reply_header *out)
{
	const uint8_t *p = r->at;

	if (oxdr_reader_left(r) < ORPC_I_REPLY_BYTES ||
	    oxdr_load_u64(p + 4) != (uint64_t)ORPC_I_REPLY << 32 ||
	    (oxdr_load_u64(p + 12) | oxdr_load_u32(p + 20)) != 0)
		return orpc_i_reply_get_slow(r, out);
	out->xid = oxdr_load_u32(p);
	out->result = 0;
	out->low = out->high = 0;
	out->verf = (struct orpc_i_opaque){ 0, 0, p + 20 };
	r->at = p + ORPC_I_REPLY_BYTES;
	return 0;
}

/* Stores the 40 bytes of a call header with AUTH_NONE. */
static inline void
orpc_i_call_store(uint8_t *p, uint32_t xid, uint32_t program,
    uint32_t version, uint32_t procedure)
{
	oxdr_store_u32(p, xid);
	oxdr_store_u64(p + 4, ORPC_I_RPC_VERSION);	/* CALL, 2 */
	oxdr_store_u32(p + 12, program);
	oxdr_store_u32(p + 16, version);
	oxdr_store_u32(p + 20, procedure);
	memset(p + 24, 0, 16);
}

/* Stores the 24 bytes of an accepted, successful reply header. */
static inline void
orpc_i_reply_store(uint8_t *p, uint32_t xid)
{
	oxdr_store_u32(p, xid);
	oxdr_store_u64(p + 4, (uint64_t)ORPC_I_REPLY << 32);
	memset(p + 12, 0, 12);
}

/*
 * Puts a reply header of any kind; after result 0 the results follow.
 *
 * result      0 or ORPC_R_...; what is no RFC 5531 status becomes SYSTEM_ERR
 * low, high   versions, where result is a mismatch
 * verf        NULL: AUTH_NONE, empty
 *
 * Returns 0, the writer's error, or -OXDR_E_BOUND for a verifier over 400.
 */
int orpc_i_reply_put(struct oxdr_writer *w, uint32_t xid, int result,
    uint32_t low, uint32_t high, const struct orpc_i_opaque *verf);

#endif
