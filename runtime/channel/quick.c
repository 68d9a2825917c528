/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of ordinary calls: AUTH_NONE, a procedure that needs no
 * replay cache, arguments of ordinary size, a handler that answers at once on
 * the loop's thread.  It does what dispatch.c, request.c and answer.c do
 * together, in one function without indirections; whatever is out of the
 * ordinary goes the long way before anything was done, or joins it where
 * they part.  tests/runtime/test_wire.c holds both to the same bytes.
 */
#include "runtime/channel/quick.h"

#include <string.h>

#include "runtime/channel/parts.h"
#include "runtime/channel/request.h"
#include "runtime/proto/probe.h"

/* Room for an argument, and for a result. */
#define SMALL 64u

/* The version served last, when the call is for it; else NULL. */
static inline const struct service_entry *
quick_entry(struct dispatcher *d, const uint8_t *call)
{
	const struct service_snapshot *services =
	    orpc_i_services_view(d->services, &d->view);
	uint64_t key = oxdr_load_u64(call + 12);
	const struct service_entry *entry;
	uint32_t low, high;

	if (services == d->quick_services && key == d->quick_key)
		return d->quick_entry;
	if (orpc_i_services_find(services, (uint32_t)(key >> 32),
	    (uint32_t)key, &entry, &low, &high))
		return NULL;
	d->quick_services = services;
	d->quick_key = key;
	d->quick_entry = entry;
	return entry;
}

/* Its procedure, when it may go the short way; else NULL. */
static inline const struct orpc_proc *
quick_proc(const struct dispatcher *d, const struct orpc_program *program,
    uint32_t number, uint32_t *out_index)
{
	uint32_t i = number - program->procs[0].number;
	const struct orpc_proc *proc;

	if (i >= program->n_procs || program->procs[i].number != number)
		return NULL;
	proc = &program->procs[i];
	if (proc->flags & ORPC_PROC_SECRET ||
	    (d->replay && !(proc->flags & ORPC_PROC_IDEMPOTENT)) ||
	    (proc->arg && (!proc->get_arg || proc->arg->size > SMALL)) ||
	    (proc->res && (!proc->put_res || proc->res->size > SMALL)))
		return NULL;
	*out_index = i;
	return proc;
}

/* A spare request that was last used for a call without credentials. */
static inline struct orpc_request *
quick_request(struct dispatcher *d)
{
	struct orpc_request *rq = d->spares;

	if (!rq || rq->caller.flavor != ORPC_AUTH_NONE || !rq->caller.ops ||
	    rq->caller.verf.n)
		return NULL;
	d->spares = rq->next;
	d->n_spares--;
	return rq;
}

static inline void
quick_give_back(struct dispatcher *d, struct orpc_request *rq)
{
	struct oxdr_arena *arena = &rq->arena;

	if (arena->chunks || arena->holds || arena->flags)
		oxdr_arena_reset(arena);
	else
		arena->at = arena->first;
	rq->next = d->spares;
	d->spares = rq;
	d->n_spares++;
}

/* What the long way and a handler will look at. */
static inline void
quick_set(struct orpc_request *rq, struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, const struct message *m)
{
	const uint8_t *p = m->bytes;

	rq->home = d;
	rq->channel = ch;
	rq->peer = peer;
	rq->sink = NULL;
	rq->from = NULL;
	rq->replay = NULL;
	rq->n_message = m->n;
	rq->n_held = 0;
	rq->low = rq->high = 0;
	rq->result = 0;
	atomic_store_explicit(&rq->state, 0, memory_order_relaxed);
	rq->later = rq->encoded = rq->no_effect = false;
	rq->identity_known = rq->local_known = false;
	rq->header.xid = oxdr_load_u32(p);
	oxdr_reader_init(&rq->reader, p + ORPC_I_CALL_BYTES,
	    m->n - ORPC_I_CALL_BYTES);
}

/* The arguments: false when anything about them is wrong. */
static inline bool
quick_decode(struct orpc_request *rq, const struct orpc_proc *proc,
    void **out_arg, void **out_res)
{
	uint8_t *at = oxdr_arena_take(&rq->arena, (size_t)2 * SMALL, 16);

	if (!at)
		return false;
	memset(at + SMALL, 0, SMALL);
	*out_arg = proc->arg ? at : NULL;
	*out_res = proc->res ? at + SMALL : NULL;
	if (proc->arg && proc->get_arg(&rq->reader, &rq->arena, at))
		return false;
	return rq->reader.at == rq->reader.end;
}

static inline struct oxdr_writer_mark
quick_mark(const struct oxdr_writer *w)
{
	return (struct oxdr_writer_mark){ .at = w->at, .end = w->end,
	    .start = w->start, .done = w->done, .chunks = w->chunks,
	    .n_pieces = w->n_pieces, .depth = w->depth };
}

/* Puts the reply at the end of the channel's batch; false: nothing was put.
 * *out_n is its length without the mark. */
static inline bool
quick_reply(struct orpc_request *rq, const struct orpc_proc *proc,
    const void *out, size_t *out_n)
{
	struct channel *ch = rq->channel;
	struct outgoing *o = ch->tail;
	struct oxdr_writer_mark mark;
	struct oxdr_writer *w;
	uint8_t *p;
	size_t most = ch->limits->max_queued_bytes;
	size_t n;

	if (most > OUTGOING_FULL / 2)
		most = OUTGOING_FULL / 2;
	if (ch->state != CHANNEL_OPEN || !(ch->flags & CHANNEL_IN_READ))
		return false;
	if (!o)
		o = orpc_i_put_tail(ch);
	if (!o)
		return false;
	w = &o->w;
	if (w->error || oxdr_writer_size(w) >= OUTGOING_FULL)
		return false;
	mark = quick_mark(w);
	p = oxdr_reserve(w, ORPC_I_MARK_BYTES + ORPC_I_REPLY_BYTES);
	n = oxdr_writer_size(w);
	if (!p || (proc->res && proc->put_res(w, out))) {
		oxdr_writer_rewind(w, &mark);
		return false;
	}
	n = ORPC_I_REPLY_BYTES + oxdr_writer_size(w) - n;
	if (n >= w->gather_min || ch->queued_bytes + n + ORPC_I_MARK_BYTES >
	    most) {
		oxdr_writer_rewind(w, &mark);
		return false;
	}
	orpc_i_mark_store(p, n);
	orpc_i_reply_store(p + ORPC_I_MARK_BYTES, rq->header.xid);
	ch->queued_bytes += n + ORPC_I_MARK_BYTES;
	ch->put_bytes += n + ORPC_I_MARK_BYTES;
	*out_n = n;
	return true;
}

static inline void
quick_count(struct orpc_request *rq, size_t n_out)
{
	struct proc_counts *c = rq->counts;

	if (!c)
		return;
	count_add(&c->calls, 1);
	count_add(&c->bytes_in, rq->n_message);
	count_add(&c->bytes_out, n_out);
	if (rq->started_ns)
		orpc_i_request_timed(rq);
}

bool
orpc_i_quick(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, const struct message *m)
{
	const struct service_entry *entry;
	struct version_counts *counts;
	const struct orpc_proc *proc;
	struct orpc_request *rq;
	void *arg, *out;
	uint32_t i;
	size_t n;
	int r;

	if (!d->quick || m->n > REQUEST_COPY_MAX ||
	    m->n < ORPC_I_CALL_BYTES ||
	    oxdr_load_u64(m->bytes + 4) != ORPC_I_RPC_VERSION ||
	    (oxdr_load_u64(m->bytes + 24) | oxdr_load_u64(m->bytes + 32)))
		return false;
	entry = quick_entry(d, m->bytes);
	if (!entry)
		return false;
	proc = quick_proc(d, entry->service->program,
	    oxdr_load_u32(m->bytes + 20), &i);
	if (!proc)
		return false;
	rq = quick_request(d);
	if (!rq)
		return false;
	quick_set(rq, d, ch, peer, m);
	rq->program = entry->service->program;
	rq->proc = proc;
	rq->serve = entry->service->serve[i];
	rq->ops = entry->ops;
	counts = entry->owner;
	rq->counts = counts ? &counts->procs[d->slot * counts->n_procs + i] :
	    NULL;
	if (!quick_decode(rq, proc, &arg, &out)) {
		quick_give_back(d, rq);
		return false;
	}
	count_add(&d->counts.calls, 1);
	rq->started_ns = orpc_i_burst_start(d);
	ORPC_PROBE4(request, rq->header.xid, rq->program->number,
	    rq->program->version, proc->number);
	r = rq->serve(rq, rq->ops, arg, out);
	if (r == ORPC_LATER) {
		orpc_i_request_wait(rq, m);
	} else if (r == 0 && quick_reply(rq, proc, out, &n)) {
		ORPC_PROBE3(reply, rq->header.xid, 0, n);
		peer->served = true;
		quick_count(rq, n);
		quick_give_back(d, rq);
	} else {
		orpc_i_request_reply_now(rq, r, out);
	}
	return true;
}
