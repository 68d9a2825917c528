/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A conversation with a binder in whichever version it speaks, waiting.
 */
#ifndef ORPC_BIND_SESSION_H
#define ORPC_BIND_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <orpc/addr.h>
#include <orpc/client.h>
#include <orpc/error.h>

/* The binder's protocol in version 2, 3 or 4. */
const struct orpc_program *orpc_i_binder_program(uint32_t version);

/* A program version on a transport: the triple and where it listens. */
struct orpc_i_mapping {
	uint32_t program;
	uint32_t version;
	char netid[8];
	char uaddr[ORPC_UADDR_MAX];
};

#define ORPC_I_OWNER_MAX 64u

/* One connection; `version` is what the binder answered to so far. */
struct orpc_i_session {
	struct orpc_client *client;
	uint32_t version;
	int64_t deadline_ns;
	struct orpc_call call;
};

/*
 * Connects to a binder.
 *
 * binder   an address, or NULL: the local one (orpc_i_binder_addresses)
 * error    may be NULL
 *
 * Returns 0, -ORPC_E_BINDER, -ORPC_E_TIMEOUT, -ORPC_E_ADDRESS...  (then there
 * is nothing to close).
 */
int orpc_i_session_open(struct orpc_i_session *s, const char *binder,
    int64_t deadline_ns, struct orpc_error *error);
void orpc_i_session_close(struct orpc_i_session *s);

/* 0 and *out_done false when the binder says no; ORPC_R_..., negative. */
int orpc_i_session_set(struct orpc_i_session *s,
    const struct orpc_i_mapping *map, bool *out_done);
int orpc_i_session_unset(struct orpc_i_session *s,
    const struct orpc_i_mapping *map, bool *out_done);

/*
 * Who holds a triple?
 *
 * map        its triple; uaddr becomes what is registered
 * out_owner  ORPC_I_OWNER_MAX bytes; "" where version 2 does not tell
 *
 * Returns 0, -ORPC_E_NOTFOUND, or as above.
 */
int orpc_i_session_holder(struct orpc_i_session *s,
    struct orpc_i_mapping *map, char *out_owner);

#endif
