/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The versions that a server serves: added, removed, counted.
 *
 * A version that is removed is still used by whatever looked it up before:
 * handlers, on loops and on workers, which are waited for.  Their requests
 * then need nothing of it any more, but for those whose reply is still to be
 * made.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/server/server.h"

static bool
may_be_too_large(const struct orpc_server *server,
    const struct orpc_proc *proc)
{
	return !(server->o.flags & ORPC_SERVER_NO_REPLAY_CACHE) &&
	    !(proc->flags & ORPC_PROC_IDEMPOTENT) && proc->number != 0 &&
	    proc->res && proc->res->wire_max + 24 > server->o.replay_reply_max;
}

static void
warn_large_replies(struct orpc_server *server,
    const struct orpc_program *program)
{
	for (uint32_t i = 0; i < program->n_procs; i++)
		if (may_be_too_large(server, &program->procs[i]))
			orpc_i_server_log(server, ORPC_LOG_INFO,
			    "%s.%s.%s: replies over %u bytes are not kept for "
			    "duplicates (limit it, or mark it @idempotent)",
			    program->name, program->version_name,
			    program->procs[i].name,
			    server->o.replay_reply_max);
}

/* ---- Counters -------------------------------------------------------- */

static bool
versions_match(const struct version_counts *v,
    const struct orpc_program *program)
{
	if (v->program != program->number || v->version != program->version ||
	    v->n_procs != program->n_procs)
		return false;
	for (uint32_t i = 0; i < v->n_procs; i++)
		if (v->numbers[i] != program->procs[i].number)
			return false;
	return true;
}

static struct version_counts *
versions_new(const struct orpc_program *program, uint32_t n_slots)
{
	size_t n_counts = (size_t)n_slots * program->n_procs;
	struct version_counts *v = calloc(1, sizeof(*v) +
	    n_counts * sizeof(v->procs[0]) +
	    program->n_procs * sizeof(v->numbers[0]));

	if (!v)
		return NULL;
	v->program = program->number;
	v->version = program->version;
	v->n_slots = n_slots;
	v->n_procs = program->n_procs;
	v->numbers = (uint32_t *)(void *)(v->procs + n_counts);
	for (uint32_t i = 0; i < v->n_procs; i++)
		v->numbers[i] = program->procs[i].number;
	return v;
}

/* The counters of a version; those of one that was removed serve again.  NULL:
 * no memory. */
static struct version_counts *
versions_take(struct orpc_server *server, const struct orpc_program *program)
{
	struct version_counts *v;

	pthread_mutex_lock(&server->lock);
	for (v = server->versions; v; v = v->next)
		if (versions_match(v, program))
			goto out;
	v = versions_new(program, server->o.threads + 1);
	if (!v)
		goto out;
	v->next = server->versions;
	server->versions = v;
out:
	pthread_mutex_unlock(&server->lock);
	return v;
}

void
orpc_i_versions_free(struct orpc_server *server)
{
	struct version_counts *v;

	while ((v = server->versions)) {
		server->versions = v->next;
		free(v);
	}
}

static void
proc_add(const struct proc_counts *c, struct orpc_proc_stats *out)
{
	uint64_t timed = count_get(&c->timed), calls = count_get(&c->calls);

	out->calls += calls;
	out->errors += count_get(&c->errors);
	out->bytes_in += count_get(&c->bytes_in);
	out->bytes_out += count_get(&c->bytes_out);
	for (unsigned i = 0; i < ORPC_LATENCY_BUCKETS; i++)
		out->latency[i] += count_get(&c->latency[i]);
	/* It goes on counting while we read. */
	if (calls > timed)
		out->latency[count_get(&c->last_bucket)] += calls - timed;
}

static int
version_find(const struct version_counts *v, uint32_t procedure,
    struct orpc_proc_stats *out)
{
	uint32_t i = 0;

	while (i < v->n_procs && v->numbers[i] != procedure)
		i++;
	if (i == v->n_procs)
		return -ORPC_E_NOTFOUND;
	memset(out, 0, sizeof(*out));
	for (uint32_t slot = 0; slot < v->n_slots; slot++)
		proc_add(&v->procs[slot * v->n_procs + i], out);
	return 0;
}

int
orpc_server_proc_stats(struct orpc_server *server, uint32_t program,
    uint32_t version, uint32_t procedure, struct orpc_proc_stats *out)
{
	int r = -ORPC_E_NOTFOUND;

	pthread_mutex_lock(&server->lock);
	for (struct version_counts *v = server->versions; v && r; v = v->next)
		if (v->program == program && v->version == version)
			r = version_find(v, procedure, out);
	pthread_mutex_unlock(&server->lock);
	return r;
}

/* ---- Adding, removing ------------------------------------------------ */

int
orpc_server_add(struct orpc_server *server,
    const struct orpc_service *service, const void *ops)
{
	struct version_counts *v = versions_take(server, service->program);

	if (!v)
		return -OXDR_E_NOMEM;
	warn_large_replies(server, service->program);
	return orpc_i_services_add(&server->services, service, ops, v);
}

/* Is the calling thread in a handler of the server's?  Two of them that wait
 * for each other's end would do so for ever. */
static bool
is_in_handler(struct orpc_server *server)
{
	for (uint32_t i = 0; i < server->n_loops; i++)
		if (orpc_i_loop_is_turning_here(server->loops[i].loop))
			return true;
	if (server->workers && orpc_i_pool_is_mine(server->workers))
		return true;
	return orpc_i_threads_are_mine(server);
}

/* Waits until all handlers that run now have returned. */
static void
quiesce(struct orpc_server *server)
{
	if (is_in_handler(server))
		return;
	for (uint32_t i = 0; i < server->n_loops; i++)
		orpc_i_loop_quiesce(server->loops[i].loop);
	orpc_i_threads_quiesce(server);
	/* Last: nothing of it is handed to them any more. */
	if (server->workers)
		orpc_i_pool_quiesce(server->workers);
}

int
orpc_server_remove(struct orpc_server *server, uint32_t program,
    uint32_t version)
{
	void *owner;
	int r = orpc_i_services_remove(&server->services, program, version,
	    &owner);

	if (r)
		return r;
	if (server->unregister)
		server->unregister(server, program, version);
	quiesce(server);
	return 0;
}
