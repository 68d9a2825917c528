/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Adding up what the loops have counted.
 */
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
