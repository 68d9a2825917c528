/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of ordinary calls.
 */
#ifndef ORPC_CHANNEL_QUICK_H
#define ORPC_CHANNEL_QUICK_H

#include "runtime/channel/dispatch.h"

/*
 * Handles a call of a stream if it is an ordinary one.
 *
 * Returns true when it was dealt with, false with nothing done: take the
 * long way.  Threads: the loop's.
 */
bool orpc_i_quick(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, const struct message *m);

#endif
