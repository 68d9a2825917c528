/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A datagram socket connects to whatever it is told to.  So where a name has
 * several addresses (localhost: ::1 and 127.0.0.1), each is sent a call of the
 * null procedure, which every program answers and which does nothing.  Any
 * reply with the right xid is a sign of life, refusals too.
 */
#include <string.h>

#include <orpc/loop.h>

#include "runtime/client/probe.h"
#include "runtime/proto/message.h"
#include "runtime/transport/transport.h"

/* Most time for one address, and the part of what is left. */
#define PROBE_MAX_NS INT64_C(300000000)
#define PROBE_PART 4

enum { PROBE_ANSWERED, PROBE_REFUSED, PROBE_SILENT };

/* Waits for the answer to xid. */
static int
probe_wait(struct transport *t, uint32_t xid, int64_t until_ns)
{
	uint8_t bytes[512];
	uint32_t got;
	size_t n;
	int e;

	for (;;) {
		if (orpc_i_transport_wait(t, t->want_recv, until_ns))
			return PROBE_SILENT;
		e = t->ops->recv(t, bytes, sizeof(bytes), 0, &n);
		if (e == TRANSPORT_AGAIN && t->os_errno)
			return PROBE_REFUSED;
		if (e < 0 || (e && orpc_now_ns() >= until_ns))
			return PROBE_SILENT;
		if (!e && orpc_i_message_peek(bytes, n, &got) ==
		    ORPC_I_REPLY && got == xid)
			return PROBE_ANSWERED;
	}
}

static int
probe_one(const struct orpc_i_sockaddr *to, uint32_t program,
    uint32_t version, int64_t until_ns)
{
	uint8_t bytes[ORPC_I_CALL_BYTES];
	const struct iovec iov = { bytes, sizeof(bytes) };
	uint32_t xid = orpc_i_random();
	struct transport t;
	size_t n;
	int verdict = PROBE_REFUSED;

	if (orpc_i_transport_connect(ORPC_UDP, orpc_i_sockaddr_ptr(to), to->n,
	    0, &t))
		return PROBE_REFUSED;
	orpc_i_call_store(bytes, xid, program, version, 0);
	if (!t.ops->send(&t, &iov, 1, &n))
		verdict = probe_wait(&t, xid, until_ns);
	t.ops->close(&t);
	return verdict;
}

/* Moves the i-th to the place `to`, keeping the order of the others. */
static void
probe_move(struct orpc_i_addresses *found, unsigned i, unsigned to)
{
	struct orpc_i_sockaddr a = found->a[i];

	for (; i < to; i++)
		found->a[i] = found->a[i + 1];
	for (; i > to; i--)
		found->a[i] = found->a[i - 1];
	found->a[to] = a;
}

void
orpc_i_probe(struct orpc_i_addresses *found, uint32_t program,
    uint32_t version, int64_t deadline_ns)
{
	int64_t now = orpc_now_ns();
	int64_t share = (deadline_ns - now) / PROBE_PART / found->n;
	unsigned at = 0;

	if (share > PROBE_MAX_NS)
		share = PROBE_MAX_NS;
	for (unsigned tried = 0; tried < found->n; tried++) {
		switch (probe_one(&found->a[at], program, version,
		    orpc_now_ns() + share)) {
		case PROBE_ANSWERED:
			probe_move(found, at, 0);
			return;
		case PROBE_REFUSED:
			probe_move(found, at, found->n - 1);
			break;
		default:
			at++;
		}
	}
}
