/* SPDX-License-Identifier: BSD-3-Clause */
/* The votes of an election's store, read behind the server's back. */
#ifndef TESTS_ELECTION_VOTES_H
#define TESTS_ELECTION_VOTES_H

#include <stdint.h>

typedef int election_vote_fn(void *ctx, int64_t number, const char *candidate,
    const uint8_t *ballot);

/* Calls fn for each vote in the store `where`: 0, or -1. */
int election_votes(const char *where, election_vote_fn *fn, void *ctx);

#endif
