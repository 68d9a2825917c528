/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What libtirpc says of a call, in our words.
 */
#ifndef ORPC_TIRPC_STATUS_H
#define ORPC_TIRPC_STATUS_H

#include <stdbool.h>

#include <rpc/rpc.h>

#include <orpc/error.h>

/*
 * Translates how a call ended.
 *
 * err        what clnt_geterr says
 * datagram   the call may have been sent more than once
 * error      of a failure: step, executed, os_errno, low, high
 *
 * Returns 0, ORPC_R_... or negative.
 */
int orpc_i_tirpc_status(enum clnt_stat status, const struct rpc_err *err,
    bool datagram, struct orpc_error *error);

#endif
