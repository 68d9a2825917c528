/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder's parts among themselves.  All of it belongs to one loop.
 */
#ifndef ORPC_BINDER_BINDER_H
#define ORPC_BINDER_BINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <orpc/binder.h>
#include <orpc/loop.h>
#include <orpc/server.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "runtime/binder/access.h"
#include "runtime/binder/journal.h"
#include "runtime/binder/registry.h"

/* What GETSTAT counts of one procedure that was called indirectly. */
#define ORPC_I_CALL_STATS 64u

struct orpc_i_call_stat {
	uint32_t program, version, procedure;
	uint32_t success, failure;
	bool indirect;
	const char *netid;
};

/* Of one version of the binder's protocol. */
struct orpc_i_version_stats {
	uint32_t procs[13];
	uint32_t sets;
	uint32_t unsets;
	struct orpc_i_call_stat calls[ORPC_I_CALL_STATS];
	uint32_t n_calls;
};

struct orpc_i_change_waiting;
struct orpc_i_forward;
struct orpc_i_probe;

/* stats[0] is version 2's.  `waiting` are changes not yet on disk. */
struct orpc_binder {
	struct orpc_loop *loop;
	bool own_loop;
	struct orpc_server *server;
	size_t n_listed;		/* addresses listed of the server's */
	int group;			/* holds memberships; -1: in none */
	struct orpc_i_registry *registry;
	struct orpc_i_journal *journal;	/* NULL: none */
	struct orpc_i_change_waiting *waiting;
	struct orpc_i_change_waiting **waiting_end;
	bool sync_posted;
	enum orpc_binder_callit callit;
	struct orpc_i_network *allow;
	size_t n_allow;
	struct orpc_i_rates rates;
	struct orpc_i_version_stats stats[3];
	struct orpc_i_forward *forwards;
	uint32_t n_forwards;
	uint32_t reap_ms;
	struct orpc_timer *reaper;
	struct orpc_i_probe *probes;
	uint32_t n_probes;
	struct orpc_i_pmap_v2_ops v2;
	struct orpc_i_rpcb_v3_ops v3;
	struct orpc_i_rpcb_v4_ops v4;
	orpc_log_fn *log;
	void *log_ctx;
};

__attribute__((format(printf, 3, 4)))
void orpc_i_binder_log(struct orpc_binder *b, enum orpc_log_level level,
    const char *format, ...);

/* ---- service.c: the procedures ------------------------------------------------- */

/* Fills in the handlers and adds the three versions: 0, or negative. */
int orpc_i_binder_serve(struct orpc_binder *b);

/* The netid of the transport a request came by. */
const char *orpc_i_request_netid(const struct orpc_request *rq);

bool orpc_i_request_is_local(const struct orpc_request *rq);

/*
 * The universal address to tell a caller: an unspecified host becomes the one
 * that the caller reached us at.  In the request's arena; NULL: no memory.
 */
char *orpc_i_merge_address(struct orpc_request *rq,
    const struct orpc_i_binding *b);

/* May an answer of that many bytes go out?  Strangers get at most three bytes
 * for one over UDP: else ORPC_R_AUTH_TOOWEAK. */
int orpc_i_answer_fits(struct orpc_request *rq, size_t n_args,
    size_t n_results);

/* ---- change.c: SET and UNSET, on disk before they are answered ------------------- */

/* What a procedure shall return: 0 (*out is the answer), ORPC_LATER,
 * ORPC_R_SYSTEM_ERR. */
int orpc_i_binder_set(struct orpc_binder *b, struct orpc_request *rq,
    uint32_t program, uint32_t version, const char *netid, const char *uaddr,
    bool *out);
/* netids: NULL-terminated; NULL: all. */
int orpc_i_binder_unset(struct orpc_binder *b, struct orpc_request *rq,
    uint32_t program, uint32_t version, const char *const *netids, bool *out);

/* Removes what nobody asked to be removed: a dead owner's. */
void orpc_i_binder_drop(struct orpc_binder *b, struct orpc_i_binding *dead);

/* Answers what waits for the disk (at close). */
void orpc_i_binder_sync(struct orpc_binder *b);

/* Reads the journal into the registry. */
int orpc_i_binder_load(struct orpc_binder *b, const char *path,
    struct orpc_error *error);

/* ---- owner.c ------------------------------------------------------------------------ */

/* Who makes a request; only for local ones. */
void orpc_i_owner_of(struct orpc_request *rq, struct orpc_i_owner *out);

/* Does the process that registered still run? */
bool orpc_i_owner_is_alive(const struct orpc_i_owner *owner);

/* Does no socket of this host listen at the address, as far as the kernel
 * tells?  Where it does not tell, too. */
bool orpc_i_address_is_left(const struct orpc_i_binding *b);

/* "superuser", "unknown", or the uid as text; n is at least 16. */
void orpc_i_owner_format(uint32_t uid, char *buf, size_t n);

/* ---- callit.c: indirect calls --------------------------------------------------------- */

enum orpc_i_callit_kind { CALLIT_V2, CALLIT_V3, CALLIT_V4, CALLIT_INDIRECT };

int orpc_i_binder_callit(struct orpc_binder *b, struct orpc_request *rq,
    enum orpc_i_callit_kind kind, uint32_t program, uint32_t version,
    uint32_t procedure, const char *args, uint32_t n_args);

/* Ends the calls that are under way. */
void orpc_i_binder_callit_end(struct orpc_binder *b);

/* ---- group.c: IPv6 broadcast --------------------------------------------------------------- */

/* Joins the group of the binders on every interface; again: on new ones.
 * *fd is -1 or what the last call left. */
void orpc_i_group_join(int *fd);
void orpc_i_group_leave(int *fd);

/* ---- reap.c: registrations of the dead --------------------------------------------------- */

/* Starts looking for dead owners from time to time. */
int orpc_i_binder_reap_start(struct orpc_binder *b);
void orpc_i_binder_reap_end(struct orpc_binder *b);

#endif
