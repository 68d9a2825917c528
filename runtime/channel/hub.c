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
	if (hub->loop)
		orpc_i_loop_timer_clear(hub->loop, &hub->trim_timer);
	for (struct outgoing *o = hub->spares; o; o = next) {
		next = o->next;
		orpc_i_outgoing_free(o);
	}
	orpc_i_buf_unref(hub->buf);
	for (size_t i = 0; i < HUB_LARGES; i++)
		orpc_i_buf_unref(hub->large[i]);
	free(hub);
}

/* Without memory for the timer, whoever lends next tries again. */
static void
hub_trim_later(struct hub *hub)
{
	if (hub->loop && !orpc_i_timer_is_set(&hub->trim_timer))
		orpc_i_loop_timer_set(hub->loop, &hub->trim_timer,
		    orpc_i_loop_now(hub->loop) + HUB_TRIM_NS);
}

static void
hub_on_trim(void *ctx)
{
	struct hub *hub = ctx;

	if (orpc_i_hub_trim(hub))
		hub_trim_later(hub);
}

struct hub *
orpc_i_hub_of(struct orpc_loop *loop)
{
	struct hub *hub = orpc_i_loop_local(loop);

	if (hub)
		return hub;
	hub = orpc_i_hub_new(HUB_READ_BYTES);
	if (!hub)
		return NULL;
	hub->loop = loop;
	hub->trim_timer.fn = hub_on_trim;
	hub->trim_timer.ctx = hub;
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

/* A large buffer that nobody uses; NULL: none is left. */
static struct orpc_i_buf *
hub_free_large(struct hub *hub)
{
	struct orpc_i_buf **at = hub->large;

	for (; at < hub->large + HUB_LARGES; at++) {
		if (!*at && orpc_i_buf_new(NULL, NULL, HUB_LARGE_BYTES, at))
			*at = NULL;
		if (!*at || orpc_i_buf_is_single(*at))
			return *at;
	}
	return NULL;
}

void
orpc_i_hub_lend_large(struct hub *hub, struct orpc_i_record *r)
{
	size_t n = orpc_i_record_total(r);
	struct orpc_i_buf *buf;

	if (n < HUB_LARGE_MIN || n > HUB_LARGE_BYTES)
		return;
	buf = hub_free_large(hub);
	if (!buf)
		return;
	hub->large_used = true;
	hub_trim_later(hub);
	orpc_i_record_move(r, orpc_i_buf_ref(buf));
}

bool
orpc_i_hub_trim(struct hub *hub)
{
	bool used = hub->large_used, left = false;

	hub->large_used = false;
	for (size_t i = 0; i < HUB_LARGES; i++) {
		struct orpc_i_buf *buf = hub->large[i];

		if (buf && !used && orpc_i_buf_is_single(buf)) {
			orpc_i_buf_unref(buf);
			hub->large[i] = NULL;
		}
		left = left || hub->large[i];
	}
	return left;
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
