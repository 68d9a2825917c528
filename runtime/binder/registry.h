/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who listens where: the binder's table.  Pure: no I/O, no clock.
 */
#ifndef ORPC_BINDER_REGISTRY_H
#define ORPC_BINDER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/addr.h>

/* A transport that can be registered: netid and what RFC 1833 says of it. */
struct orpc_i_transport_name {
	const char *netid;
	const char *family;		/* "inet", "inet6", "loopback" */
	const char *proto;		/* "tcp", "udp", "-" */
	uint32_t semantics;		/* 1 datagrams, 3 stream */
};

/* NULL for a netid that we do not know. */
const struct orpc_i_transport_name *orpc_i_transport_name(const char *netid);

/* Owners that are no uid. */
#define ORPC_I_OWNER_UNKNOWN UINT32_MAX	/* from loopback, nobody knows who */
#define ORPC_I_OWNER_BINDER (UINT32_MAX - 1)	/* ourselves: stays */

/* Who registered: uid; pid and when that process started (0: unknown). */
struct orpc_i_owner {
	uint32_t uid;
	int32_t pid;
	uint64_t started;
};

/*
 * A registration.  Strings live in the entry.  Linked: by triple and by
 * program in hash chains, all in the order of registration.
 */
struct orpc_i_binding {
	uint32_t program;
	uint32_t version;
	const struct orpc_i_transport_name *transport;
	struct orpc_i_owner owner;
	uint64_t found;			/* look-ups that ended here */
	uint8_t doubts;			/* rounds in a row in which it seemed
					   dead */
	struct orpc_i_binding *next_same_program;
	struct orpc_i_binding *prev, *next;
	char uaddr[];
};

struct orpc_i_registry;

int orpc_i_registry_new(uint32_t max_entries, uint32_t max_per_owner,
    struct orpc_i_registry **out);
void orpc_i_registry_free(struct orpc_i_registry *r);

/* What set and unset found. */
enum orpc_i_registry_result {
	REGISTRY_DONE = 0,
	REGISTRY_SAME = 1,	/* registered just so, by the same owner */
	REGISTRY_TAKEN = 2,
	REGISTRY_DENIED = 3,	/* somebody else's; a port for root only */
	REGISTRY_BAD = 4,	/* netid or address that can't be */
	REGISTRY_FULL = 5,
	REGISTRY_NONE = 6	/* unset: no such registration */
};

/*
 * Registers a triple (program, version, netid).
 *
 * out   the binding (new or the one in the way); may be NULL
 *
 * Returns enum orpc_i_registry_result, or -OXDR_E_NOMEM.
 */
int orpc_i_registry_set(struct orpc_i_registry *r, uint32_t program,
    uint32_t version, const char *netid, const char *uaddr,
    const struct orpc_i_owner *owner, struct orpc_i_binding **out);

/*
 * May `owner` remove a binding?  His own, or anybody's for root; what nobody
 * knows the owner of for every local caller; the binder's own for nobody.
 */
bool orpc_i_binding_may_remove(const struct orpc_i_binding *b,
    const struct orpc_i_owner *owner);

void orpc_i_registry_remove(struct orpc_i_registry *r,
    struct orpc_i_binding *b);

/* The very triple, or NULL. */
struct orpc_i_binding *orpc_i_registry_find(const struct orpc_i_registry *r,
    uint32_t program, uint32_t version, const char *netid);

/* The triple, else the program's highest version on that netid (RFC 1833
 * section 2.2.1: the client learns of the mismatch from the program). */
struct orpc_i_binding *orpc_i_registry_find_any(
    const struct orpc_i_registry *r, uint32_t program, uint32_t version,
    const char *netid);

/* All bindings of a program: the first; go on with next_same_program (others
 * may be among them: compare). */
struct orpc_i_binding *orpc_i_registry_program(
    const struct orpc_i_registry *r, uint32_t program);

/* All, in the order of registration. */
struct orpc_i_binding *orpc_i_registry_first(const struct orpc_i_registry *r);

/* All in turn, a few at a time: the next one, also after changes; NULL at the
 * end of a round. */
struct orpc_i_binding *orpc_i_registry_turn(struct orpc_i_registry *r);

size_t orpc_i_registry_count(const struct orpc_i_registry *r);

#endif
