/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder has refused a registration since somebody holds the triple:
 * whose is it, and may we have it?
 */
#ifndef ORPC_BIND_TAKEOVER_H
#define ORPC_BIND_TAKEOVER_H

#include "runtime/bind/session.h"

/*
 * Registers `map` in place of a stale holder of the same triple.  A holder is
 * stale when it is ours by its owner, and either points at the very place that
 * we register or has nobody there who serves the version.
 *
 * s         an open session; asking the holder takes a second at most
 * out_held  who held it, whatever is returned
 *
 * Returns 0, -ORPC_E_EXISTS (it lives, or belongs to another user),
 * -ORPC_E_DENIED (nobody holds it: the binder refuses us), ORPC_R_..., or
 * negative as the session's calls.
 */
int orpc_i_take_over(struct orpc_i_session *s,
    const struct orpc_i_mapping *map, struct orpc_i_mapping *out_held);

#endif
