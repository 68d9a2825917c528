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

#endif
