/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changes to interface files that leave most of them readable: what is
 * changed is a token, a declaration or a definition.  Bytes changed at random
 * rarely get past a scanner.
 */
#ifndef ORPC_TESTS_MUTATE_H
#define ORPC_TESTS_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes one to four changes.
 *
 * text, n   changed in place; room for max bytes
 * other     another file: definitions are taken from it; may be empty
 * seed      the same seed makes the same changes
 *
 * Returns the new length, at most max.
 */
size_t mutate_idl(char *text, size_t n, size_t max, const char *other,
    size_t other_n, uint64_t *seed);

#endif
