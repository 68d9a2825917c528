/* SPDX-License-Identifier: BSD-3-Clause */
/* A type whose routine is written by hand. */
#ifndef HAND_H
#define HAND_H

#include <rpc/rpc.h>
#include <time.h>

typedef struct timespec stamp;
bool_t xdr_stamp(XDR *, stamp *);

#endif
