/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding out who is there, on datagrams.
 */
#ifndef ORPC_CLIENT_PROBE_H
#define ORPC_CLIENT_PROBE_H

#include "runtime/io/resolve.h"

/*
 * Calls the null procedure at each address until one answers, and moves that
 * one to the front; what refuses goes to the end.  Blocks, for a fraction of
 * the time that is left at most.
 */
void orpc_i_probe(struct orpc_i_addresses *found, uint32_t program,
    uint32_t version, int64_t deadline_ns);

#endif
