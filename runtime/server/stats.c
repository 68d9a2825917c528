/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Adding up what the loops have counted.
 */
#include <string.h>

#include "runtime/server/server.h"

static void
loop_add(const struct server_loop *sl, struct orpc_server_stats *out)
{
	const struct dispatch_counts *c = &sl->dispatcher.counts;

	out->connections += count_get(&sl->conns);
	out->accepted += count_get(&sl->accepted);
	out->refused += count_get(&sl->refused);
	out->evicted += count_get(&sl->evicted);
	out->calls += count_get(&c->calls);
	out->bad_messages += count_get(&c->bad_messages);
	out->replayed += count_get(&c->replayed);
	out->dropped_running += count_get(&c->dropped_running);
	if (!sl->has_replay)
		return;
	out->replay_entries += count_get(&c->replay_entries);
	out->replay_evicted += count_get(&c->replay_evicted);
	out->replay_oversized += count_get(&c->replay_oversized);
}

void
orpc_i_stats_keep(struct orpc_server *server, const struct server_loop *sl)
{
	loop_add(sl, &server->past);
	server->past.connections = 0;
	server->past.replay_entries = 0;
}

void
orpc_server_stats(struct orpc_server *server, struct orpc_server_stats *out)
{
	pthread_mutex_lock(&server->lock);
	*out = server->past;
	for (uint32_t i = 0; i < server->n_loops; i++)
		loop_add(&server->loops[i], out);
	for (struct server_loop *sl = server->threads; sl; sl = sl->next)
		loop_add(sl, out);
	pthread_mutex_unlock(&server->lock);
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
	uint32_t i;

	if (!orpc_i_service_proc(v->program, procedure, &i))
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
	for (struct version_counts *v = server->versions; v; v = v->next)
		if (v->program->number == program &&
		    v->program->version == version)
			r = version_find(v, procedure, out);
	pthread_mutex_unlock(&server->lock);
	return r;
}
