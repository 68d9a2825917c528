/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of ordinary calls: whole records of one fragment, AUTH_NONE
 * or AUTH_SYS, arguments of ordinary size, a handler that answers at once on
 * the loop's thread.  It does what dispatch.c, request.c and answer.c do
 * together, for all calls that one read brought and without indirections;
 * whatever is out of the ordinary goes the long way before anything was done,
 * or joins it where they part.  tests/runtime/test_wire.c holds both to the
 * same bytes, tests/bench/rpc/instructions.sh to the cost of a call.
 *
 * Most calls begin like the one before, from msg_type to verifier: then the
 * procedure (dispatcher.target) and the caller that the request holds are
 * those found before, and one comparison has judged the whole header.
 */
#include "runtime/channel/quick.h"

#include <string.h>

#include "runtime/channel/counts.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/request.h"
#include "runtime/proto/probe.h"

/* ---- What is called -------------------------------------------------- */

/* May calls of this procedure go the short way? */
static bool
target_is_ordinary(const struct orpc_proc *proc)
{
	return !(proc->flags & ORPC_PROC_SECRET) &&
	    (!proc->arg || (proc->get_arg && proc->arg->size <= REQUEST_SMALL)) &&
	    (!proc->res || (proc->put_res && proc->res->size <= REQUEST_SMALL));
}

static int
null_serve(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)rq;
	(void)ops;
	(void)arg;
	(void)out;
	return 0;
}

/* Procedure 0, undeclared: what pings. */
static bool
target_is_null(struct dispatcher *d)
{
	struct dispatch_target *t = &d->target;

	t->proc = &orpc_i_null_proc;
	t->serve = null_serve;
	t->ops = NULL;
	t->once = false;
	t->counts = &d->null_counts;
	t->generation = d->view.generation;
	t->known = true;
	return true;
}

/* Looks the procedure of a call up. */
static bool
target_find(struct dispatcher *d, const struct service_snapshot *services,
    const uint8_t *call)
{
	struct dispatch_target *t = &d->target;
	uint64_t key = oxdr_load_u64(call + 12);
	const struct service_entry *entry;
	struct version_counts *counts;
	uint32_t low, high, i;

	t->known = false;
	if (orpc_i_services_find(services, (uint32_t)(key >> 32),
	    (uint32_t)key, &entry, &low, &high))
		return false;
	t->key = key;
	t->procedure = oxdr_load_u32(call + 20);
	t->program = entry->service->program;
	t->proc = orpc_i_service_proc(t->program, t->procedure, &i);
	if (!t->proc && t->procedure == 0)
		return target_is_null(d);
	if (!t->proc || !target_is_ordinary(t->proc))
		return false;
	t->serve = entry->service->serve[i];
	t->ops = entry->ops;
	t->once = d->replay && t->procedure != 0 &&
	    !(t->proc->flags & ORPC_PROC_IDEMPOTENT);
	counts = entry->owner;
	if (!counts)
		return false;
	t->counts = &counts->procs[d->slot * counts->n_procs + i];
	t->generation = d->view.generation;
	t->known = true;
	return true;
}

static bool
target_is(const struct dispatcher *d, const uint8_t *call)
{
	const struct dispatch_target *t = &d->target;

	return t->known && t->generation == d->view.generation &&
	    oxdr_load_u64(call + 12) == t->key &&
	    oxdr_load_u32(call + 20) == t->procedure;
}

/* ---- The header ------------------------------------------------------ */

/* Judges credential and verifier; the header's length, or 0: not ordinary. */
static uint32_t
header_caller(struct orpc_request *rq, const uint8_t *call, size_t n)
{
	struct orpc_i_call_header h = { .cred = {
		.flavor = oxdr_load_u32(call + 24),
		.n = oxdr_load_u32(call + 28), .body = call + 32 } };
	uint32_t n_cred = h.cred.n;

	if (h.cred.flavor == ORPC_AUTH_NONE ? n_cred != 0 :
	    h.cred.flavor != ORPC_AUTH_SYS || n_cred % 4 ||
	    n_cred > ORPC_AUTH_BODY_MAX || n < ORPC_I_CALL_BYTES + n_cred)
		return 0;
	if (oxdr_load_u64(h.cred.body + n_cred) != 0 ||
	    orpc_i_auth_accept(&h, &rq->caller))
		return 0;
	return ORPC_I_CALL_BYTES + n_cred;
}

/* A header that is not like the one before: false when it is out of the
 * ordinary. */
static OXDR_COLD bool
header_learn(struct dispatcher *d, struct orpc_request *rq,
    const uint8_t *call, size_t n)
{
	const struct service_snapshot *services =
	    orpc_i_services_view(d->services, &d->view);
	const struct dispatch_target *t = &d->target;

	rq->n_header = 0;
	if (oxdr_load_u64(call + 4) != ORPC_I_RPC_VERSION ||
	    (!target_is(d, call) && !target_find(d, services, call)))
		return false;
	rq->n_header = header_caller(rq, call, n);
	memcpy(rq->seen, call, rq->n_header);
	rq->program = t->program;
	rq->proc = t->proc;
	rq->serve = t->serve;
	rq->ops = t->ops;
	rq->counts = t->counts;
	rq->header.program = t->program->number;
	rq->header.version = t->program->version;
	rq->header.procedure = t->procedure;
	rq->once = t->once;
	rq->generation = t->generation;
	rq->small_arg = t->proc->arg ? rq->small : NULL;
	rq->small_res = t->proc->res ? rq->small + REQUEST_SMALL : NULL;
	return rq->n_header != 0;
}

static inline uint64_t
differ(const uint8_t *a, const uint8_t *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x ^ y;
}

/* Is the header, but for its xid, the one that was judged last? */
static inline bool
header_is_seen(const struct dispatcher *d, const struct orpc_request *rq,
    const uint8_t *call, size_t n)
{
	const uint8_t *seen = rq->seen;

	return n >= rq->n_header && rq->generation ==
	    atomic_load_explicit(&d->services->generation,
	    memory_order_acquire) &&
	    !(differ(call + 4, seen + 4) | differ(call + 12, seen + 12) |
	    differ(call + 20, seen + 20) | differ(call + 28, seen + 28) |
	    differ(call + 32, seen + 32)) &&
	    (rq->n_header == ORPC_I_CALL_BYTES || (rq->n_header &&
	    !memcmp(call + 40, seen + 40, rq->n_header - 40)));
}

/* ---- Its request ----------------------------------------------------- */

static inline struct orpc_request *
quick_take(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer)
{
	struct orpc_request *rq = d->spares;

	if (!rq)
		return NULL;
	d->spares = rq->next;
	d->n_spares--;
	if (!rq->clean) {
		memset(rq, 0, offsetof(struct orpc_request, body));
		rq->home = d;
		rq->clean = true;
	}
	rq->channel = ch;
	rq->peer = peer;
	oxdr_reader_init(&rq->reader, NULL, 0);
	return rq;
}

static inline void
quick_give(struct dispatcher *d, struct orpc_request *rq)
{
	rq->next = d->spares;
	d->spares = rq;
	d->n_spares++;
}

/*
 * Decodes the arguments: false when anything about them is wrong.
 *
 * They may lie in the message, which stays where it is as long as the handler
 * runs.  Of a procedure that has answered later before they are copied, so
 * that a small request does not hold a large buffer.
 */
static inline bool
quick_decode(struct orpc_request *rq, const uint8_t *call, size_t n)
{
	struct oxdr_reader *r = &rq->reader;

	r->at = r->start = call + rq->n_header;
	r->end = call + n;
	r->budget = OXDR_BUDGET;
	r->flags = rq->counts->defers ? 0 : OXDR_READER_BORROW;
	rq->n_message = n;
	rq->identity_known = rq->local_known = false;
	rq->header.xid = oxdr_load_u32(call);
	memset(rq->small + REQUEST_SMALL, 0, REQUEST_SMALL);
	return !(rq->small_arg &&
	    rq->proc->get_arg(r, &rq->arena, rq->small_arg)) &&
	    r->at == r->end;
}

/* Makes a request fit for the next call. */
static inline void
quick_empty(struct orpc_request *rq)
{
	if (OXDR_UNLIKELY(rq->arena.at != rq->arena.first))
		oxdr_arena_reset(&rq->arena);
}

/* ---- The reply ------------------------------------------------------- */

/* The batch for a reply when none is open; NULL: the long way knows why. */
static struct outgoing *
reply_batch(struct channel *ch)
{
	return ch->state == CHANNEL_OPEN && ch->flags & CHANNEL_IN_READ ?
	    orpc_i_put_tail(ch) : NULL;
}

/*
 * Puts the reply at the end of the channel's batch.
 *
 * The result is put by a writer of its own into the room that is left in the
 * batch's chunk: what does not fit, or might refer to the request's memory,
 * has not touched the batch.
 *
 * w      the writer; it is empty but for its room
 * most   queued bytes from which on the long way has to look
 *
 * Returns the reply's length without the mark; 0: nothing was put.
 */
static inline size_t
quick_reply(struct orpc_request *rq, struct channel *ch, const void *out,
    struct oxdr_writer *w, size_t most)
{
	const size_t header = ORPC_I_MARK_BYTES + ORPC_I_REPLY_BYTES;
	struct outgoing *o = ch->tail;
	uint8_t *p;
	size_t n;

	if (!o)
		o = reply_batch(ch);
	if (!o || ch->queued_bytes >= most)
		return 0;
	p = o->w.at;
	n = (size_t)(o->w.end - p);
	if (n < header)
		return 0;
	w->at = w->start = p + header;
	w->end = n < OXDR_GATHER_MIN ? o->w.end : p + OXDR_GATHER_MIN;
	if (rq->small_res && OXDR_UNLIKELY(rq->proc->put_res(w, out))) {
		oxdr_writer_reset(w);
		return 0;
	}
	n = (size_t)(w->at - p);
	orpc_i_mark_store(p, n - ORPC_I_MARK_BYTES);
	orpc_i_reply_store(p + ORPC_I_MARK_BYTES, rq->header.xid);
	o->w.at = p + n;
	ch->queued_bytes += n;
	ch->put_bytes += n;
	n -= ORPC_I_MARK_BYTES;
	if (rq->replay)
		orpc_i_request_remember(rq, &o->w,
		    oxdr_writer_size(&o->w) - n);
	return n;
}

/* ---- Running --------------------------------------------------------- */

/* What has been counted for a procedure and not been added up yet. */
struct quick_sum {
	uint64_t calls;
	uint64_t bytes_in;
	uint64_t bytes_out;
};

static inline void
sum_up(struct dispatcher *d, const struct orpc_request *rq,
    struct quick_sum *sum)
{
	struct proc_counts *c = rq->counts;

	if (!sum->calls)
		return;
	count_add(&d->counts.calls, sum->calls);
	count_add(&c->calls, sum->calls);
	count_add(&c->bytes_in, sum->bytes_in);
	count_add(&c->bytes_out, sum->bytes_out);
	sum->calls = sum->bytes_in = sum->bytes_out = 0;
}

/* Looks a call up in the replay cache: false when it is not to run and the
 * request has been given back. */
static bool
quick_once(struct dispatcher *d, struct orpc_request *rq)
{
	struct orpc_i_replay_reply kept;
	int r;

	rq->reader.at = rq->reader.start;
	r = orpc_i_request_once(rq, &kept);
	if (!r)
		return true;
	count_add(&d->counts.calls, 1);
	rq->clean = false;
	orpc_i_request_not_admitted(rq, r, &kept);
	return false;
}

/* The handler wants more than a reply now: the request is no longer ours. */
static OXDR_COLD void
leave(struct dispatcher *d, struct orpc_request *rq, const uint8_t *call,
    struct orpc_i_buf *buf, int r, const void *out)
{
	const struct message m = { call, rq->n_message, buf };

	count_add(&d->counts.calls, 1);
	rq->clean = false;
	if (r != ORPC_LATER) {
		orpc_i_request_reply_now(rq, r, out);
		return;
	}
	if (rq->reader.flags & OXDR_READER_BORROW)
		rq->held = orpc_i_buf_ref(buf);
	rq->counts->defers = true;
	orpc_i_request_wait(rq, &m);
}

/* Does a whole record of ordinary size lie at the n bytes?  Its length, or
 * 0. */
static inline size_t
whole_record(const uint8_t *bytes, size_t n, size_t most)
{
	size_t size;

	if (n < ORPC_I_MARK_BYTES + ORPC_I_CALL_BYTES)
		return 0;
	/* A mark without its highest bit, of a fragment that is not the last,
	 * is then too large for this. */
	size = oxdr_load_u32(bytes) ^ ORPC_I_MARK_LAST;
	if (size < ORPC_I_CALL_BYTES || size > most ||
	    size > n - ORPC_I_MARK_BYTES)
		return 0;
	return size;
}

static inline size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
orpc_i_quick(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, struct orpc_i_buf *buf, const uint8_t *bytes,
    size_t n)
{
	const struct channel_limits *limits = ch->limits;
	size_t most_in = least(limits->record.max_bytes, REQUEST_COPY_MAX);
	size_t most_out = least(limits->max_queued_bytes, OUTGOING_FULL / 2);
	const uint8_t *const begin = bytes, *const end = bytes + n;
	const uint8_t *call;
	struct quick_sum sum = { 0, 0, 0 };
	struct orpc_request *rq = NULL;
	size_t n_out;
	void *out;
	int r;

	if (!d->quick || !limits->record.max_fragments)
		return 0;
	orpc_i_turn_start(d);
	do {
		n = whole_record(bytes, (size_t)(end - bytes), most_in);
		if (!n || (!rq && !(rq = quick_take(d, ch, peer))))
			break;
		call = bytes + ORPC_I_MARK_BYTES;
		if (!header_is_seen(d, rq, call, n)) {
			sum_up(d, rq, &sum);
			if (!header_learn(d, rq, call, n))
				break;
		}
		if (!quick_decode(rq, call, n)) {
			quick_empty(rq);
			break;
		}
		bytes = call + n;
		if (rq->once) {
			sum_up(d, rq, &sum);
			if (!quick_once(d, rq)) {
				rq = NULL;
				continue;
			}
		}
		rq->started_ns = orpc_i_call_start(d);
		ORPC_PROBE4(request, rq->header.xid, rq->program->number,
		    rq->program->version, rq->proc->number);
		out = rq->small_res;
		r = rq->serve(rq, rq->ops, rq->small_arg, out);
		n_out = r == 0 && !rq->encoded ?
		    quick_reply(rq, ch, out, &d->writer, most_out) : 0;
		if (!n_out) {
			sum_up(d, rq, &sum);
			leave(d, rq, call, buf, r, out);
			rq = NULL;
			continue;
		}
		ORPC_PROBE3(reply, rq->header.xid, 0, n_out);
		peer->served = true;
		sum.calls++;
		sum.bytes_in += n;
		sum.bytes_out += n_out;
		if (rq->started_ns) {
			sum_up(d, rq, &sum);
			orpc_i_request_timed(rq);
		}
		quick_empty(rq);
	} while (orpc_i_channel_reads(ch));
	if (rq) {
		sum_up(d, rq, &sum);
		quick_give(d, rq);
	}
	return (size_t)(bytes - begin);
}
