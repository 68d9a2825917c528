/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making flights of public calls.
 */
#ifndef ORPC_CLIENT_RUN_H
#define ORPC_CLIENT_RUN_H

#include <stdbool.h>

#include "runtime/channel/call.h"

/*
 * Fills in a flight from handle, call and procedure; forgets the call's
 * former result.
 *
 * sys   room for a credential of the call's own, valid as long as the flight
 *
 * Returns 0, or -OXDR_E_BOUND for a credential that can't be encoded
 * (call->error is filled in).
 */
int orpc_i_flight_init(struct flight *f, struct orpc_client *client,
    struct orpc_call *call, const struct orpc_proc *proc,
    struct orpc_i_auth_sys *sys);

/* A call nobody waits for is over when it has been put. */
void orpc_i_run_oneway_end(struct flight *f);

/*
 * The short way of an ordinary blocking call: quick.c.
 *
 * Returns true when the call is over: *out_result.  False: nothing has been
 * done, or (*out_xid not 0) its record was sent under that xid on a channel
 * whose lock is held now, to be joined and waited for.
 */
bool orpc_i_quick_run(struct flight *f, uint32_t *out_xid, int *out_result);

/* A blocking call by numbers. */
int orpc_i_run(struct orpc_client *client, struct orpc_call *call,
    uint32_t program, uint32_t version, const struct orpc_proc *proc,
    const void *arg, void *out);

#endif
