/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of ordinary calls: whole records of one fragment, and
 * datagrams, with AUTH_NONE or AUTH_SYS, arguments of ordinary size, a
 * handler that answers at once on the loop's thread.  It does what
 * dispatch.c, request.c and answer.c do together, for all calls that one read
 * brought and without indirections; whatever is out of the ordinary goes the
 * long way before anything was done, or joins it where they part.
 * tests/runtime/test_wire.c holds both to the same bytes,
 * tests/bench/rpc/instructions.sh to the cost of a call.
 *
 * Most calls begin like the one before, from msg_type to verifier: then the
 * procedure and the caller that the request holds are those found before
 * (learn.c), and one comparison has judged the whole header.
 */
#include "runtime/channel/quick.h"

#include <string.h>

#include "runtime/channel/counts.h"
#include "runtime/channel/parts.h"
#include "runtime/channel/request.h"
#include "runtime/proto/probe.h"

/* Streams and datagrams have a copy each of what every call goes through. */
#define HOT static inline __attribute__((always_inline))

/* ---- The header ------------------------------------------------------ */

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
quick_take(struct dispatcher *d)
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
quick_decode(const struct dispatcher *d, struct orpc_request *rq,
    const uint8_t *call, size_t n)
{
	struct oxdr_reader *r = &rq->reader;

	r->at = r->start = call + rq->n_header;
	r->end = call + n;
	r->budget = OXDR_BUDGET;
	r->flags = d->quick_flags ^ rq->counts->copies;
	memset(rq->small + REQUEST_SMALL, 0, REQUEST_SMALL);
	return !(rq->small_arg &&
	    rq->proc->get_arg(r, &rq->arena, rq->small_arg)) &&
	    (r->at == r->end || r->flags & OXDR_READER_TRAILING);
}

/* Makes a request fit for the next call. */
static inline void
quick_empty(struct orpc_request *rq)
{
	if (OXDR_UNLIKELY(rq->arena.at != rq->arena.first))
		oxdr_arena_reset(&rq->arena);
}

/* ---- Counting -------------------------------------------------------- */

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

/* A call has been answered with n_out bytes. */
HOT void
quick_count(struct dispatcher *d, struct orpc_request *rq,
    struct quick_sum *sum, size_t n_out)
{
	ORPC_PROBE3(reply, rq->header.xid, 0, n_out);
	sum->calls++;
	sum->bytes_in += rq->n_message;
	sum->bytes_out += n_out;
	if (rq->started_ns) {
		sum_up(d, rq, sum);
		orpc_i_request_timed(rq);
	}
	quick_empty(rq);
}

/* ---- Running --------------------------------------------------------- */

enum quick {
	QUICK_NOT,		/* not ordinary: nothing was done */
	QUICK_OVER,		/* dealt with, the request was given back */
	QUICK_RAN		/* the handler has returned, or may run */
};

/* A request that is not let in, or not by us, takes the long way from here. */
static void
quick_leave(struct dispatcher *d, struct orpc_request *rq)
{
	count_add(&d->counts.calls, 1);
	rq->clean = false;
}

/* Asks the owner's hook: false when the request has been given back. */
static bool
quick_allowed(struct dispatcher *d, struct orpc_request *rq)
{
	int r = d->authorize(d->authorize_ctx, rq);

	if (!r)
		return true;
	quick_leave(d, rq);
	orpc_i_request_not_admitted(rq, r > 0 ? r : ORPC_R_SYSTEM_ERR, NULL);
	return false;
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
	quick_leave(d, rq);
	orpc_i_request_not_admitted(rq, r, &kept);
	return false;
}

/* The arguments are wrong of a call that the hook has let in: the rest of the
 * long way, as the hook is asked but once. */
static void
quick_go_on(struct dispatcher *d, struct orpc_request *rq,
    const uint8_t *call)
{
	const struct message m = { call, rq->n_message, NULL };

	if (rq->gates & GATE_ONCE && !quick_once(d, rq))
		return;
	quick_leave(d, rq);
	oxdr_reader_init(&rq->reader, call, m.n);
	rq->reader.at += rq->n_header;
	rq->reader.flags = d->reader_flags;
	rq->started_ns = orpc_i_call_start(d);
	orpc_i_request_run(rq, &m);
}

/* Decodes the arguments of a call that has to pass the hook before, or the
 * replay cache behind. */
static enum quick
quick_gates(struct dispatcher *d, struct orpc_request *rq,
    const uint8_t *call, size_t n)
{
	if (rq->gates & GATE_HOOK && !quick_allowed(d, rq))
		return QUICK_OVER;
	if (quick_decode(d, rq, call, n))
		return !(rq->gates & GATE_ONCE) || quick_once(d, rq) ?
		    QUICK_RAN : QUICK_OVER;
	quick_empty(rq);
	if (!(rq->gates & GATE_HOOK))
		return QUICK_NOT;
	quick_go_on(d, rq, call);
	return QUICK_OVER;
}

/* Judges a call and runs its handler; *out_result is what that returned. */
HOT enum quick
quick_run(struct dispatcher *d, struct orpc_request *rq,
    const uint8_t *call, size_t n, struct quick_sum *sum, int *out_result)
{
	enum quick q;

	if (!header_is_seen(d, rq, call, n)) {
		sum_up(d, rq, sum);
		if (!orpc_i_quick_learn(d, rq, call, n))
			return QUICK_NOT;
	}
	rq->n_message = n;
	rq->identity_known = rq->local_known = false;
	rq->header.xid = oxdr_load_u32(call);
	if (OXDR_UNLIKELY(rq->gates)) {
		sum_up(d, rq, sum);
		q = quick_gates(d, rq, call, n);
		if (q != QUICK_RAN)
			return q;
	} else if (OXDR_UNLIKELY(!quick_decode(d, rq, call, n))) {
		quick_empty(rq);
		return QUICK_NOT;
	}
	rq->started_ns = orpc_i_call_start(d);
	ORPC_PROBE4(request, rq->header.xid, rq->program->number,
	    rq->program->version, rq->proc->number);
	*out_result = rq->serve(rq, rq->ops, rq->small_arg, rq->small_res);
	return QUICK_RAN;
}

/* The handler wants more than a reply now, or that could not be put: the
 * request is no longer ours. */
static OXDR_COLD void
leave(struct dispatcher *d, struct orpc_request *rq, const uint8_t *call,
    struct orpc_i_buf *buf, int r)
{
	const struct message m = { call, rq->n_message, buf };

	quick_leave(d, rq);
	if (r != ORPC_LATER) {
		orpc_i_request_reply_now(rq, r, rq->small_res);
		return;
	}
	if (rq->reader.flags & OXDR_READER_BORROW)
		rq->held = orpc_i_buf_ref(buf);
	rq->counts->copies = OXDR_READER_BORROW;
	orpc_i_request_wait(rq, &m);
}

/* ---- Streams --------------------------------------------------------- */

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
 * Returns the reply's length without the mark; 0: nothing was put.
 */
HOT size_t
quick_reply(struct dispatcher *d, struct orpc_request *rq,
    struct channel *ch)
{
	const size_t header = ORPC_I_MARK_BYTES + ORPC_I_REPLY_BYTES;
	struct outgoing *o = ch->tail;
	struct oxdr_writer *w = &d->writer;
	uint8_t *p;
	size_t n;

	if (!o)
		o = reply_batch(ch);
	if (!o || ch->queued_bytes >= d->quick_out)
		return 0;
	p = o->w.at;
	n = (size_t)(o->w.end - p);
	if (n < header)
		return 0;
	w->at = w->start = p + header;
	w->end = n < OXDR_GATHER_MIN ? o->w.end : p + OXDR_GATHER_MIN;
	if (rq->small_res &&
	    OXDR_UNLIKELY(rq->proc->put_res(w, rq->small_res))) {
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

size_t
orpc_i_quick(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, struct orpc_i_buf *buf, const uint8_t *bytes,
    size_t n)
{
	const uint8_t *const begin = bytes, *const end = bytes + n;
	struct quick_sum sum = { 0, 0, 0 };
	struct orpc_request *rq = NULL;
	size_t n_out;
	int r = 0;

	orpc_i_turn_start(d);
	do {
		const uint8_t *call = bytes + ORPC_I_MARK_BYTES;
		enum quick q;

		n = whole_record(bytes, (size_t)(end - bytes), d->quick_in);
		if (!n)
			break;
		if (!rq) {
			rq = quick_take(d);
			if (!rq)
				break;
			rq->channel = ch;
			rq->peer = peer;
		}
		q = quick_run(d, rq, call, n, &sum, &r);
		if (q == QUICK_NOT)
			break;
		bytes = call + n;
		if (q == QUICK_OVER) {
			rq = NULL;
			continue;
		}
		n_out = r == 0 && !rq->encoded ? quick_reply(d, rq, ch) : 0;
		if (!n_out) {
			sum_up(d, rq, &sum);
			leave(d, rq, call, buf, r);
			rq = NULL;
			continue;
		}
		peer->served = true;
		quick_count(d, rq, &sum, n_out);
	} while (orpc_i_channel_reads(ch));
	if (rq) {
		sum_up(d, rq, &sum);
		quick_give(d, rq);
	}
	return (size_t)(bytes - begin);
}

/* ---- Datagrams ------------------------------------------------------- */

/* Puts the reply to the sink: its length, or 0 where that could not be. */
static inline size_t
quick_reply_datagram(struct orpc_request *rq)
{
	struct oxdr_writer *w = rq->sink->begin(rq->sink, rq->from);
	uint8_t *p;
	size_t n;

	if (!w)
		return 0;
	p = oxdr_reserve(w, ORPC_I_REPLY_BYTES);
	if (!p || (rq->small_res && rq->proc->put_res(w, rq->small_res))) {
		rq->sink->end(rq->sink, false);
		return 0;
	}
	orpc_i_reply_store(p, rq->header.xid);
	n = oxdr_writer_size(w);
	if (rq->replay)
		orpc_i_request_remember(rq, w, 0);
	rq->sink->end(rq->sink, true);
	return n;
}

bool
orpc_i_quick_datagram(struct dispatcher *d, struct datagram_sink *sink,
    const struct datagram *from, const struct message *m)
{
	struct quick_sum sum = { 0, 0, 0 };
	struct orpc_request *rq;
	enum quick q;
	size_t n_out;
	int r = 0;

	if (m->n < ORPC_I_CALL_BYTES || m->n > d->quick_in)
		return false;
	rq = quick_take(d);
	if (!rq)
		return false;
	orpc_i_turn_start(d);
	rq->channel = NULL;
	rq->peer = NULL;
	rq->sink = sink;
	rq->from = from;
	q = quick_run(d, rq, m->bytes, m->n, &sum, &r);
	if (q == QUICK_OVER)
		return true;
	if (q == QUICK_RAN) {
		n_out = r == 0 && !rq->encoded ? quick_reply_datagram(rq) : 0;
		if (!n_out) {
			leave(d, rq, m->bytes, m->buf, r);
			return true;
		}
		quick_count(d, rq, &sum, n_out);
		sum_up(d, rq, &sum);
	}
	rq->sink = NULL;
	rq->from = NULL;
	quick_give(d, rq);
	return q == QUICK_RAN;
}
