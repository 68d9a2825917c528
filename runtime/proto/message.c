/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Call and reply headers (RFC 5531 section 9), the forms that the inline fast
 * paths of message.h do not take.
 *
 * A call that can't be served is sorted by what may be said about it: as soon
 * as xid and msg_type are there a wrong rpcvers, credential or verifier has a
 * reply of its own; a message that ends inside its header has none.  Nothing
 * is read past the end of the message, and an opaque_auth body is looked at
 * only after its length was found to be at most 400.
 */
#include "runtime/proto/message.h"

enum {
	MSG_ACCEPTED = 0,
	MSG_DENIED = 1
};

enum {
	REJECT_RPC_MISMATCH = 0,
	REJECT_AUTH_ERROR = 1
};

/* auth_stat beyond those that <orpc/error.h> names: GSS's 13 and 14. */
#define AUTH_STAT_MAX (ORPC_R_AUTH_LAST - ORPC_R_AUTH_BASE)

int
orpc_i_message_peek(const uint8_t *bytes, size_t n, uint32_t *out_xid)
{
	uint32_t direction;

	if (n < 4)
		return -OXDR_E_SHORT;
	*out_xid = oxdr_load_u32(bytes);
	if (n < 8)
		return -OXDR_E_SHORT;
	direction = oxdr_load_u32(bytes + 4);
	if (direction > ORPC_I_REPLY)
		return -ORPC_E_PROTOCOL;
	return (int)direction;
}

/* struct opaque_auth: -OXDR_E_SHORT; -OXDR_E_BOUND over 400 bytes;
 * -OXDR_E_PADDING. */
static int
opaque_get(struct oxdr_reader *r, struct orpc_i_opaque *out)
{
	const uint8_t *p = oxdr_consume(r, 8);
	size_t pad;

	if (!p)
		return -OXDR_E_SHORT;
	out->flavor = oxdr_load_u32(p);
	out->n = oxdr_load_u32(p + 4);
	if (out->n > ORPC_AUTH_BODY_MAX)
		return -OXDR_E_BOUND;
	pad = oxdr_pad(out->n);
	out->body = oxdr_consume(r, out->n + pad);
	if (!out->body)
		return -OXDR_E_SHORT;
	for (size_t i = 0; i < pad; i++)
		if (out->body[out->n + i])
			return -OXDR_E_PADDING;
	return 0;
}

int
orpc_i_call_get_slow(struct oxdr_reader *r, struct orpc_i_call_header *out)
{
	const uint8_t *p = r->at;
	int result;

	result = orpc_i_message_peek(p, oxdr_reader_left(r), &out->xid);
	if (result < 0)
		return result;
	if (result != ORPC_I_CALL)
		return -ORPC_E_PROTOCOL;
	if (oxdr_reader_left(r) < 12)
		return -OXDR_E_SHORT;
	if (oxdr_load_u32(p + 8) != ORPC_I_RPC_VERSION)
		return ORPC_R_RPC_MISMATCH;
	if (!oxdr_consume(r, 24))
		return -OXDR_E_SHORT;
	out->program = oxdr_load_u32(p + 12);
	out->version = oxdr_load_u32(p + 16);
	out->procedure = oxdr_load_u32(p + 20);

	result = opaque_get(r, &out->cred);
	if (result == -OXDR_E_SHORT)
		return result;
	if (result)
		return ORPC_R_AUTH_BADCRED;
	out->bytes = p;
	out->n_bytes = (size_t)(r->at - p);

	result = opaque_get(r, &out->verf);
	if (result == -OXDR_E_SHORT)
		return result;
	return result ? ORPC_R_AUTH_BADVERF : 0;
}

/* After MSG_ACCEPTED: verifier, accept_stat and what belongs to it. */
static int
accepted_get(struct oxdr_reader *r, struct orpc_i_reply_header *out)
{
	uint32_t stat;
	int result;

	result = opaque_get(r, &out->verf);
	if (result)
		return result == -OXDR_E_SHORT ? result : -ORPC_E_PROTOCOL;
	result = oxdr_get_u32(r, &stat);
	if (result)
		return result;
	if (stat > ORPC_R_SYSTEM_ERR)
		return -ORPC_E_PROTOCOL;
	out->result = (int)stat;
	if (stat != ORPC_R_PROG_MISMATCH)
		return 0;
	result = oxdr_get_u32(r, &out->low);
	return result ? result : oxdr_get_u32(r, &out->high);
}

/* After MSG_DENIED. */
static int
denied_get(struct oxdr_reader *r, struct orpc_i_reply_header *out)
{
	uint32_t reject, stat;
	int result;

	result = oxdr_get_u32(r, &reject);
	if (result)
		return result;
	if (reject == REJECT_RPC_MISMATCH) {
		out->result = ORPC_R_RPC_MISMATCH;
		result = oxdr_get_u32(r, &out->low);
		return result ? result : oxdr_get_u32(r, &out->high);
	}
	if (reject != REJECT_AUTH_ERROR)
		return -ORPC_E_PROTOCOL;
	result = oxdr_get_u32(r, &stat);
	if (result)
		return result;
	if (stat == 0 || stat > AUTH_STAT_MAX)
		out->result = ORPC_R_AUTH_FAILED;
	else
		out->result = ORPC_R_AUTH_BASE + (int)stat;
	return 0;
}

int
orpc_i_reply_get_slow(struct oxdr_reader *r, struct orpc_i_reply_header *out)
{
	const uint8_t *p = oxdr_consume(r, 12);

	if (!p)
		return -OXDR_E_SHORT;
	if (oxdr_load_u32(p + 4) != ORPC_I_REPLY)
		return -ORPC_E_PROTOCOL;
	*out = (struct orpc_i_reply_header){ .xid = oxdr_load_u32(p) };
	switch (oxdr_load_u32(p + 8)) {
	case MSG_ACCEPTED: return accepted_get(r, out);
	case MSG_DENIED: return denied_get(r, out);
	default: return -ORPC_E_PROTOCOL;
	}
}

static int
denied_put(struct oxdr_writer *w, uint32_t xid, int result, uint32_t low,
    uint32_t high)
{
	uint8_t *p = oxdr_reserve(w, result == ORPC_R_RPC_MISMATCH ? 24 : 20);

	if (!p)
		return oxdr_writer_error(w);
	oxdr_store_u32(p, xid);
	oxdr_store_u32(p + 4, ORPC_I_REPLY);
	oxdr_store_u32(p + 8, MSG_DENIED);
	if (result == ORPC_R_RPC_MISMATCH) {
		oxdr_store_u32(p + 12, REJECT_RPC_MISMATCH);
		oxdr_store_u32(p + 16, low);
		oxdr_store_u32(p + 20, high);
	} else {
		oxdr_store_u32(p + 12, REJECT_AUTH_ERROR);
		oxdr_store_u32(p + 16, (uint32_t)(result - ORPC_R_AUTH_BASE));
	}
	return 0;
}

int
orpc_i_reply_put(struct oxdr_writer *w, uint32_t xid, int result,
    uint32_t low, uint32_t high, const struct orpc_i_opaque *verf)
{
	uint32_t n = verf ? verf->n : 0;
	size_t pad = oxdr_pad(n);
	uint8_t *p;

	if (result == ORPC_R_RPC_MISMATCH ||
	    (result > ORPC_R_AUTH_BASE && result <= ORPC_R_AUTH_LAST))
		return denied_put(w, xid, result, low, high);
	if (n > ORPC_AUTH_BODY_MAX)
		return oxdr_writer_fail(w, OXDR_E_BOUND);
	if (result < 0 || result > ORPC_R_SYSTEM_ERR)
		result = ORPC_R_SYSTEM_ERR;
	p = oxdr_reserve(w, ORPC_I_REPLY_BYTES + n + pad +
	    (result == ORPC_R_PROG_MISMATCH ? 8 : 0));
	if (!p)
		return oxdr_writer_error(w);
	oxdr_store_u32(p, xid);
	oxdr_store_u32(p + 4, ORPC_I_REPLY);
	oxdr_store_u32(p + 8, MSG_ACCEPTED);
	oxdr_store_u32(p + 12, verf ? verf->flavor : 0);
	oxdr_store_u32(p + 16, n);
	p += 20;
	if (n) {
		memcpy(p, verf->body, n);
		memset(p + n, 0, pad);
		p += n + pad;
	}
	oxdr_store_u32(p, (uint32_t)result);
	if (result == ORPC_R_PROG_MISMATCH) {
		oxdr_store_u32(p + 4, low);
		oxdr_store_u32(p + 8, high);
	}
	return 0;
}
