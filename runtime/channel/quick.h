/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of ordinary calls.
 */
#ifndef ORPC_CHANNEL_QUICK_H
#define ORPC_CHANNEL_QUICK_H

#include "runtime/channel/dispatch.h"

/*
 * Handles the ordinary calls at the front of what a stream brought: on_calls
 * of a channel's role.  Stops at the first that is not: nothing was done with
 * that one, it takes the long way.
 *
 * Returns the bytes of records that were dealt with.  Threads: the loop's.
 */
size_t orpc_i_quick(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, struct orpc_i_buf *buf, const uint8_t *bytes,
    size_t n);

/*
 * Handles one datagram if it is an ordinary call.
 *
 * m   with a buf, which is kept if the handler answers later
 *
 * Returns false when nothing was done with it: it takes the long way.
 * Threads: the loop's.
 */
bool orpc_i_quick_datagram(struct dispatcher *d, struct datagram_sink *sink,
    const struct datagram *from, const struct message *m);

/*
 * Judges a header that is not like the one before, for the request to keep
 * (learn.c).  False when it is out of the ordinary.
 *
 * call, n   the message; n is at least ORPC_I_CALL_BYTES
 */
OXDR_COLD bool orpc_i_quick_learn(struct dispatcher *d,
    struct orpc_request *rq, const uint8_t *call, size_t n);

#endif
