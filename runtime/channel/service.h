/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The program table: which versions are served, by what.  Registrations are
 * rare and look-ups are one per call, so the table is copied when it changes:
 * readers hold a snapshot, which never changes, and take no lock unless the
 * table did.
 */
#ifndef ORPC_CHANNEL_SERVICE_H
#define ORPC_CHANNEL_SERVICE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include <orpc/program.h>

/* A version that is served. */
struct service_entry {
	const struct orpc_service *service;
	const void *ops;
	void *owner;			/* the server's: counters */
};

/* Entries sorted by program, then version.  Constant once made. */
struct service_snapshot {
	atomic_uint refs;
	uint32_t n;
	struct service_entry entries[];
};

struct service_table {
	pthread_mutex_t lock;
	atomic_uint generation;		/* of `current`, counts changes */
	struct service_snapshot *current;
};

/* One reader's view (a loop's, a channel's): zero is valid and empty. */
struct service_view {
	struct service_snapshot *snapshot;
	unsigned generation;
};

int orpc_i_services_init(struct service_table *t);
/* Views may outlive the table's contents, not the table. */
void orpc_i_services_fini(struct service_table *t);

/*
 * Adds a version.  Threads: any.
 *
 * Returns 0, -ORPC_E_EXISTS, -OXDR_E_NOMEM, -ORPC_E_INVAL for a table that
 * is not sorted by procedure number.
 */
int orpc_i_services_add(struct service_table *t,
    const struct orpc_service *service, const void *ops, void *owner);

/* Removes a version: 0 and the entry's owner pointer, -ORPC_E_NOTFOUND,
 * -OXDR_E_NOMEM.  Readers may still use it until they look again.  Threads:
 * any. */
int orpc_i_services_remove(struct service_table *t, uint32_t program,
    uint32_t version, void **out_owner);

/* Brings a view up to date; one atomic load when nothing changed. */
const struct service_snapshot *orpc_i_services_view_slow(
    struct service_table *t, struct service_view *view);

static inline const struct service_snapshot *
orpc_i_services_view(struct service_table *t, struct service_view *view)
{
	if (view->generation == atomic_load_explicit(&t->generation,
	    memory_order_acquire))
		return view->snapshot;
	return orpc_i_services_view_slow(t, view);
}

void orpc_i_services_view_fini(struct service_view *view);

/* A snapshot that outlives the view: requests that answer later. */
struct service_snapshot *orpc_i_services_ref(struct service_snapshot *s);
void orpc_i_services_unref(struct service_snapshot *s);

/*
 * Looks a version up.
 *
 * Returns 0; ORPC_R_PROG_UNAVAIL; ORPC_R_PROG_MISMATCH with the lowest and
 * the highest version served.
 */
int orpc_i_services_find(const struct service_snapshot *s, uint32_t program,
    uint32_t version, const struct service_entry **out_entry,
    uint32_t *out_low, uint32_t *out_high);

/* A procedure of a version, and its place in procs; NULL: none. */
const struct orpc_proc *orpc_i_service_proc(const struct orpc_program *program,
    uint32_t procedure, uint32_t *out_index);

#endif
