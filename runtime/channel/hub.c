/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The hub: see hub.h.  It hangs on the loop as its one local pointer and ends
 * with it.
 */
#include <stdlib.h>

#include "runtime/channel/hub.h"
#include "runtime/channel/outgoing.h"

struct hub *
orpc_i_hub_new(size_t read_bytes)
{
	struct hub *hub = calloc(1, sizeof(*hub));

	if (hub)
		hub->read_bytes = read_bytes;
	return hub;
}

void
orpc_i_hub_free(void *p)
{
	struct hub *hub = p;
	struct outgoing *next;

	if (!hub)
		return;
	for (struct outgoing *o = hub->spares; o; o = next) {
		next = o->next;
		orpc_i_outgoing_free(o);
	}
	orpc_i_buf_unref(hub->buf);
	orpc_i_buf_unref(hub->large);
	free(hub);
}

struct hub *
orpc_i_hub_of(struct orpc_loop *loop)
{
	struct hub *hub = orpc_i_loop_local(loop);

	if (hub)
		return hub;
	hub = orpc_i_hub_new(HUB_READ_BYTES);
	if (hub)
		orpc_i_loop_set_local(loop, hub, orpc_i_hub_free);
	return hub;
}

struct orpc_i_buf *
orpc_i_hub_buf(struct hub *hub)
{
	if (hub->buf && orpc_i_buf_is_single(hub->buf))
		return hub->buf;
	orpc_i_buf_unref(hub->buf);
	hub->buf = NULL;
	if (orpc_i_buf_new(NULL, NULL, hub->read_bytes, &hub->buf))
		hub->buf = NULL;
	return hub->buf;
}

void
orpc_i_hub_lend_large(struct hub *hub, struct orpc_i_record *r)
{
	size_t n = orpc_i_record_total(r);

	if (n < HUB_LARGE_MIN || n > HUB_LARGE_BYTES ||
	    (r->buf && r->buf == hub->large))
		return;
	if (!hub->large && orpc_i_buf_new(NULL, NULL, HUB_LARGE_BYTES,
	    &hub->large))
		hub->large = NULL;
	if (hub->large && orpc_i_buf_is_single(hub->large))
		orpc_i_record_move(r, orpc_i_buf_ref(hub->large));
}

void
orpc_i_hub_give(struct hub *hub, struct outgoing *batch)
{
	if (hub->n_spares >= HUB_SPARES) {
		orpc_i_outgoing_free(batch);
		return;
	}
	orpc_i_outgoing_reset(batch);
	orpc_i_hub_keep(hub, batch);
}
