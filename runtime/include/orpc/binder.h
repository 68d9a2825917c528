/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder as a part of a program: what orpcbind is a thin main for.  It
 * serves the portmapper's version 2 and rpcbind's 3 and 4 (RFC 1833).
 */
#ifndef ORPC_BINDER_H
#define ORPC_BINDER_H

#include <stddef.h>
#include <stdint.h>

#include <orpc/error.h>
#include <orpc/loop.h>
#include <orpc/server.h>

#ifdef __cplusplus
extern "C" {
#endif

struct orpc_binder;

#define ORPC_BINDER_RATE 100u		/* defaults of its options */
#define ORPC_BINDER_REAP_MS 10000u

/* Whom the binder makes indirect calls for (CALLIT, BCAST, INDIRECT); local
 * callers may call anything but the binder itself. */
enum orpc_binder_callit {
	ORPC_CALLIT_LOCAL = 0,		/* local callers only */
	ORPC_CALLIT_NONE = 1,		/* nobody */
	ORPC_CALLIT_NULL = 2,		/* others: procedure 0 (broadcast
					   discovery) */
	ORPC_CALLIT_ALL = 3		/* everybody, everything */
};

/*
 * How to bind.  Zero is valid: every zero member means its default.
 */
struct orpc_binder_options {
	struct orpc_loop *loop;		/* run on this loop; NULL: an own one */
	const char *journal;		/* file that keeps registrations over a
					   restart; NULL: none */
	enum orpc_binder_callit callit;
	uint32_t max_entries;		/* registrations; default 65,536 */
	uint32_t max_per_owner;		/* of one user but root; default 4,096 */
	uint32_t rate;			/* questions a second of one stranger over
					   UDP; default 100; UINT32_MAX: any */
	uint32_t burst;			/* default 4 times rate */
	uint32_t reap_ms;		/* how often dead owners are looked for;
					   default 10 s; UINT32_MAX: never */
	const char *const *allow;	/* who may ask: "10.0.0.0/8", "::1"...,
					   NULL-terminated; NULL: everybody.
					   Local callers always may */
	uint32_t flags;			/* ORPC_BINDER_* */
	orpc_log_fn *log;
	void *log_ctx;
	uint64_t reserved[8];		/* zero */
};

/* options.flags */
#define ORPC_BINDER_NOTIFY 1u	/* tell the service manager (NOTIFY_SOCKET) when
				   it is ready, and when it ends */

/*
 * Makes a binder that listens nowhere yet; reads the journal.
 *
 * options   borrowed for the call; NULL: defaults
 * error     details of a failure; may be NULL
 *
 * Returns 0, -OXDR_E_NOMEM, -ORPC_E_SYSTEM (journal: os_errno, where),
 * -ORPC_E_DENIED (a journal that others may write), -ORPC_E_ADDRESS (allow).
 */
int orpc_binder_open(const struct orpc_binder_options *options,
    struct orpc_binder **out, struct orpc_error *error);

/* As orpc_server_listen; the binder lists itself at each such address. */
int orpc_binder_listen(struct orpc_binder *binder, const char *address,
    struct orpc_error *error);

/* As orpc_server_listen_activated. */
int orpc_binder_listen_activated(struct orpc_binder *binder,
    struct orpc_error *error);

/* As orpc_server_address. */
int orpc_binder_address(struct orpc_binder *binder, size_t i, char *buf,
    size_t n);

/* Reads the allow-list and rates anew; the rest of options is ignored.  0,
 * -ORPC_E_ADDRESS, -OXDR_E_NOMEM (nothing changed then).  Threads: the
 * loop's. */
int orpc_binder_reload(struct orpc_binder *binder,
    const struct orpc_binder_options *options);

/* Runs its loop (or the caller's) until orpc_binder_stop. */
int orpc_binder_run(struct orpc_binder *binder);

/* Threads: any; also from a signal handler. */
void orpc_binder_stop(struct orpc_binder *binder);

/* Frees a binder that does not run.  NULL is taken. */
void orpc_binder_close(struct orpc_binder *binder);

#ifdef __cplusplus
}
#endif

#endif
