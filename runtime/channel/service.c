/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The program table: see service.h.  A change copies the current snapshot,
 * publishes the copy under the lock and raises the generation; a reader whose
 * generation is the current one needs nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include <orpc/error.h>

#include "runtime/channel/service.h"

int
orpc_i_services_init(struct service_table *t)
{
	memset(t, 0, sizeof(*t));
	if (pthread_mutex_init(&t->lock, NULL))
		return -ORPC_E_SYSTEM;
	/* A zero view is older than any table. */
	atomic_init(&t->generation, 1);
	return 0;
}

void
orpc_i_services_fini(struct service_table *t)
{
	orpc_i_services_unref(t->current);
	t->current = NULL;
	pthread_mutex_destroy(&t->lock);
}

struct service_snapshot *
orpc_i_services_ref(struct service_snapshot *s)
{
	if (s)
		atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
	return s;
}

void
orpc_i_services_unref(struct service_snapshot *s)
{
	if (s && atomic_fetch_sub_explicit(&s->refs, 1,
	    memory_order_acq_rel) == 1)
		free(s);
}

static struct service_snapshot *
snapshot_new(uint32_t n)
{
	struct service_snapshot *s;

	s = malloc(sizeof(*s) + n * sizeof(s->entries[0]));
	if (!s)
		return NULL;
	atomic_init(&s->refs, 1);
	s->n = n;
	return s;
}

/* The first entry that is not before program and version. */
static uint32_t
snapshot_seek(const struct service_snapshot *s, uint32_t program,
    uint32_t version)
{
	uint32_t low = 0;
	uint32_t high = s ? s->n : 0;

	while (low < high) {
		uint32_t at = low + (high - low) / 2;
		const struct orpc_program *p = s->entries[at].service->program;

		if (p->number < program ||
		    (p->number == program && p->version < version))
			low = at + 1;
		else
			high = at;
	}
	return low;
}

static int
snapshot_has(const struct service_snapshot *s, uint32_t at, uint32_t program,
    uint32_t version)
{
	return s && at < s->n &&
	    s->entries[at].service->program->number == program &&
	    s->entries[at].service->program->version == version;
}

/* Publishes a new snapshot; the lock is held. */
static void
table_publish(struct service_table *t, struct service_snapshot *s)
{
	struct service_snapshot *old = t->current;

	t->current = s;
	atomic_fetch_add_explicit(&t->generation, 1, memory_order_release);
	orpc_i_services_unref(old);
}

static int
service_is_sound(const struct orpc_service *service)
{
	const struct orpc_program *p = service->program;

	for (uint32_t i = 1; i < p->n_procs; i++)
		if (p->procs[i - 1].number >= p->procs[i].number)
			return 0;
	return 1;
}

static int
table_add(struct service_table *t, const struct service_entry *entry)
{
	const struct orpc_program *p = entry->service->program;
	const struct service_snapshot *old = t->current;
	uint32_t at = snapshot_seek(old, p->number, p->version);
	uint32_t n = old ? old->n : 0;
	struct service_snapshot *s;

	if (snapshot_has(old, at, p->number, p->version))
		return -ORPC_E_EXISTS;
	s = snapshot_new(n + 1);
	if (!s)
		return -OXDR_E_NOMEM;
	if (at)
		memcpy(s->entries, old->entries, at * sizeof(*entry));
	s->entries[at] = *entry;
	if (at < n)
		memcpy(s->entries + at + 1, old->entries + at,
		    (n - at) * sizeof(*entry));
	table_publish(t, s);
	return 0;
}

int
orpc_i_services_add(struct service_table *t,
    const struct orpc_service *service, const void *ops, void *owner)
{
	const struct service_entry entry = { service, ops, owner };
	int e;

	if (!service_is_sound(service))
		return -ORPC_E_INVAL;
	pthread_mutex_lock(&t->lock);
	e = table_add(t, &entry);
	pthread_mutex_unlock(&t->lock);
	return e;
}

static int
table_remove(struct service_table *t, uint32_t program, uint32_t version,
    void **out_owner)
{
	const struct service_snapshot *old = t->current;
	uint32_t at = snapshot_seek(old, program, version);
	struct service_snapshot *s;

	if (!snapshot_has(old, at, program, version))
		return -ORPC_E_NOTFOUND;
	s = snapshot_new(old->n - 1);
	if (!s)
		return -OXDR_E_NOMEM;
	*out_owner = old->entries[at].owner;
	memcpy(s->entries, old->entries, at * sizeof(s->entries[0]));
	memcpy(s->entries + at, old->entries + at + 1,
	    (s->n - at) * sizeof(s->entries[0]));
	table_publish(t, s);
	return 0;
}

int
orpc_i_services_remove(struct service_table *t, uint32_t program,
    uint32_t version, void **out_owner)
{
	int e;

	pthread_mutex_lock(&t->lock);
	e = table_remove(t, program, version, out_owner);
	pthread_mutex_unlock(&t->lock);
	return e;
}

const struct service_snapshot *
orpc_i_services_view_slow(struct service_table *t, struct service_view *view)
{
	pthread_mutex_lock(&t->lock);
	orpc_i_services_unref(view->snapshot);
	view->snapshot = orpc_i_services_ref(t->current);
	view->generation = atomic_load_explicit(&t->generation,
	    memory_order_relaxed);
	pthread_mutex_unlock(&t->lock);
	return view->snapshot;
}

void
orpc_i_services_view_fini(struct service_view *view)
{
	orpc_i_services_unref(view->snapshot);
	memset(view, 0, sizeof(*view));
}

int
orpc_i_services_find(const struct service_snapshot *s, uint32_t program,
    uint32_t version, const struct service_entry **out_entry,
    uint32_t *out_low, uint32_t *out_high)
{
	uint32_t at = snapshot_seek(s, program, version);
	uint32_t first;
	uint32_t last;

	if (snapshot_has(s, at, program, version)) {
		*out_entry = &s->entries[at];
		return 0;
	}
	first = snapshot_seek(s, program, 0);
	if (!s || first >= s->n ||
	    s->entries[first].service->program->number != program)
		return ORPC_R_PROG_UNAVAIL;
	last = first;
	while (last + 1 < s->n &&
	    s->entries[last + 1].service->program->number == program)
		last++;
	*out_low = s->entries[first].service->program->version;
	*out_high = s->entries[last].service->program->version;
	return ORPC_R_PROG_MISMATCH;
}

const struct orpc_proc *
orpc_i_service_proc(const struct orpc_program *program, uint32_t procedure,
    uint32_t *out_index)
{
	uint32_t low = 0;
	uint32_t high = program->n_procs;

	/* Procedures are mostly numbered from 0 or 1 without holes. */
	for (uint32_t at = procedure - 1; at != procedure + 1; at++)
		if (at < high && program->procs[at].number == procedure) {
			*out_index = at;
			return &program->procs[at];
		}
	while (low < high) {
		uint32_t at = low + (high - low) / 2;

		if (program->procs[at].number < procedure)
			low = at + 1;
		else
			high = at;
	}
	if (low >= program->n_procs ||
	    program->procs[low].number != procedure)
		return NULL;
	*out_index = low;
	return &program->procs[low];
}
