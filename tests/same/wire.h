/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random messages by type table.
 */
#ifndef ORPC_TESTS_SAME_WIRE_H
#define ORPC_TESTS_SAME_WIRE_H

#include <oxdr/type.h>

/*
 * Writes a random valid message of the type.
 *
 * fuel   how many levels of pointers and arrays it may still go down
 *
 * Returns 0, or not when the writer is full or the type has no value that is
 * short enough.
 */
int wire_random(struct oxdr_writer *w, const struct oxdr_type *type,
    uint64_t *seed, int fuel);

#endif
