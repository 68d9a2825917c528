/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Handles whose calls a foreign carrier takes.
 */
#ifndef ORPC_CLIENT_CARRY_H
#define ORPC_CLIENT_CARRY_H

#include <stdbool.h>

#include "runtime/channel/call.h"

/* Do these calls go to a carrier? */
bool orpc_i_calls_are_carried(const struct calls *calls);

/* Makes a blocking call whose flight is filled in: its result. */
int orpc_i_carry(struct flight *f);

#endif
