/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Call and reply headers from a stranger: what is read stays inside the
 * message, and what a message is called does not depend on who asks.
 */
#include <stdlib.h>

#include "runtime/proto/message.h"
#include "tests/fuzz/fuzz.h"

static void
inside(const uint8_t *bytes, size_t n, const uint8_t *p, size_t p_n)
{
	if (p_n > 0 && (p < bytes || p_n > (size_t)(bytes + n - p)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct orpc_i_reply_header reply;
	struct orpc_i_call_header call;
	struct oxdr_reader r;
	uint32_t xid;
	int kind = orpc_i_message_peek(bytes, n, &xid);

	oxdr_reader_init(&r, bytes, n);
	if (orpc_i_call_get(&r, &call) == 0) {
		inside(bytes, n, call.cred.body, call.cred.n);
		inside(bytes, n, call.verf.body, call.verf.n);
		inside(bytes, n, call.bytes, call.n_bytes);
		if (kind != ORPC_I_CALL || call.xid != xid)
			abort();
	}
	oxdr_reader_init(&r, bytes, n);
	if (orpc_i_reply_get(&r, &reply) == 0) {
		inside(bytes, n, reply.verf.body, reply.verf.n);
		if (kind != ORPC_I_REPLY || reply.xid != xid)
			abort();
	}
	return 0;
}
