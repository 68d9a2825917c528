/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of a request: its reply is put where it leaves from, the replay
 * cache keeps a copy, the counters move.  A result that can't be encoded
 * becomes SYSTEM_ERR.
 */
#include <string.h>

#include "runtime/channel/request.h"
#include "runtime/channel/sync.h"
#include "runtime/proto/probe.h"

/* Pieces of a reply that the replay cache is shown at most. */
#define PIECES_MAX 64u

/* ---- Encoding -------------------------------------------------------- */

static int
put_encoded(struct oxdr_writer *w, struct oxdr_writer *body)
{
	const struct oxdr_piece *pieces;
	size_t n;
	int r = oxdr_writer_iov(body, &pieces, &n);

	for (size_t i = 0; !r && i < n; i++)
		r = oxdr_put_bytes(w, pieces[i].base, pieces[i].len);
	return r;
}

static int
put_result(struct orpc_request *rq, struct oxdr_writer *w, const void *out)
{
	struct orpc_i_body body;

	/* Its version may have been removed meanwhile. */
	if (rq->encoded)
		return put_encoded(w, &rq->body);
	body = (struct orpc_i_body){ rq->proc->put_res, rq->proc->res, out };
	return orpc_i_caller_put_body(&rq->caller, w, &body);
}

static int
put_header(struct orpc_request *rq, struct oxdr_writer *w, int result)
{
	const struct orpc_i_opaque *verf = &rq->caller.verf;
	uint8_t *p;

	if (result == ORPC_R_RPC_MISMATCH)
		rq->low = rq->high = ORPC_I_RPC_VERSION;
	if (result != 0)
		return orpc_i_reply_put(w, rq->header.xid, result, rq->low,
		    rq->high, verf->n && result < ORPC_R_RPC_MISMATCH ? verf :
		    NULL);
	if (verf->n || verf->flavor)
		return orpc_i_reply_put(w, rq->header.xid, 0, 0, 0, verf);
	p = oxdr_reserve(w, ORPC_I_REPLY_BYTES);
	if (!p)
		return oxdr_writer_error(w);
	orpc_i_reply_store(p, rq->header.xid);
	return 0;
}

/* ---- The replay cache ------------------------------------------------ */

/* Skips n bytes at the front of pieces; how many pieces are left, in out. */
static size_t
pieces_behind(const struct oxdr_piece *pieces, size_t n_pieces, size_t n,
    struct oxdr_piece out[PIECES_MAX])
{
	size_t n_out = 0;

	for (size_t i = 0; i < n_pieces; i++) {
		if (pieces[i].len <= n) {
			n -= pieces[i].len;
			continue;
		}
		if (n_out == PIECES_MAX)
			return 0;
		out[n_out].base = (const uint8_t *)pieces[i].base + n;
		out[n_out++].len = pieces[i].len - n;
		n = 0;
	}
	return n_out;
}

void
orpc_i_request_remember(struct orpc_request *rq, struct oxdr_writer *w,
    size_t at)
{
	struct dispatcher *d = rq->home;
	struct oxdr_piece mine[PIECES_MAX];
	const struct oxdr_piece *pieces;
	size_t n = oxdr_writer_size(w) - at, all;

	if ((size_t)(w->at - w->start) >= n) {
		mine[0].base = w->at - n;
		mine[0].len = n;
		n = 1;
	} else if (n > d->replay->limits.reply_max ||
	    oxdr_writer_iov(w, &pieces, &all)) {
		n = 0;
	} else {
		n = pieces_behind(pieces, all, at, mine);
	}
	orpc_i_replay_end(d->replay, rq->replay, mine, n,
	    rq->secret, d->loop ? orpc_i_loop_now(d->loop) : orpc_now_ns());
	rq->replay = NULL;
}

static void
reply_forget(struct orpc_request *rq)
{
	if (rq->replay)
		orpc_i_replay_forget(rq->home->replay, rq->replay);
	rq->replay = NULL;
}

/* The reply can't be sent: it is kept all the same, for a client that comes
 * back and asks again. */
static void
reply_keep_unsent(struct orpc_request *rq, int result, const void *out)
{
	struct oxdr_writer w;
	int r;

	if (!rq->replay)
		return;
	oxdr_writer_init(&w, NULL, rq->home->replay->limits.reply_max);
	r = put_header(rq, &w, result);
	if (!r && !result)
		r = put_result(rq, &w, out);
	if (r)
		oxdr_writer_reset(&w);
	orpc_i_request_remember(rq, &w, 0);
	oxdr_writer_fini(&w);
}

/* ---- Counting -------------------------------------------------------- */

void
orpc_i_request_timed(struct orpc_request *rq)
{
	struct proc_counts *c = rq->counts;
	int64_t now = orpc_now_ns();
	uint64_t calls = count_get(&c->calls);
	unsigned bucket = count_bucket(now - rq->started_ns);

	count_add(&c->latency[bucket], calls - count_get(&c->timed));
	count_set(&c->timed, calls);
	count_set(&c->last_bucket, bucket);
	if (!rq->later)
		rq->home->clock_ns = now;
}

static void
reply_count(struct orpc_request *rq, int result, size_t n_out)
{
	struct proc_counts *c = rq->counts;

	if (!c)
		return;
	count_add(&c->calls, 1);
	count_add(&c->bytes_in, rq->n_message);
	count_add(&c->bytes_out, n_out);
	if (result != 0)
		count_add(&c->errors, 1);
	if (rq->started_ns)
		orpc_i_request_timed(rq);
}

/* ---- Sending --------------------------------------------------------- */

/* Puts a reply at w: 0, or the writer's error. */
static int
reply_put(struct orpc_request *rq, struct oxdr_writer *w, int result,
    const void *out)
{
	size_t at = oxdr_writer_size(w);
	int r = put_header(rq, w, result);

	if (!r && !result)
		r = put_result(rq, w, out);
	if (!r)
		r = oxdr_writer_error(w);
	if (r)
		return r;
	if (rq->replay)
		orpc_i_request_remember(rq, w, at);
	reply_count(rq, result, oxdr_writer_size(w) - at);
	ORPC_PROBE3(reply, rq->header.xid, result, oxdr_writer_size(w) - at);
	return 0;
}

void
orpc_i_reply_lost(struct channel *ch, int reason)
{
	if (reason == -ORPC_E_CLOSED)
		return;
	orpc_i_sync_lock(ch->sync);
	orpc_i_channel_close(ch, reason);
	orpc_i_sync_unlock(ch->sync);
}

static void
reply_stream(struct orpc_request *rq, int result, const void *out)
{
	unsigned flags = rq->later ? CHANNEL_PUT_REPLY_LATER : 0;
	struct channel *ch = rq->channel;
	struct channel_put put;
	int r = orpc_i_channel_put_begin(ch, &put);

	if (!r) {
		r = reply_put(rq, put.w, result, out);
		if (r)
			orpc_i_channel_put_undo(ch, &put);
		if (r && !orpc_i_channel_put_begin(ch, &put)) {
			r = reply_put(rq, put.w, ORPC_R_SYSTEM_ERR, NULL);
			if (r)
				orpc_i_channel_put_undo(ch, &put);
		}
	}
	if (!r) {
		rq->peer->served = true;
		orpc_i_request_closed(rq);
		r = orpc_i_channel_put_end(ch, &put, flags,
		    orpc_i_request_release, rq);
		if (!r)
			return;
	} else {
		reply_keep_unsent(rq, result, out);
		reply_count(rq, result, 0);
		orpc_i_request_closed(rq);
	}
	orpc_i_reply_lost(ch, r);
	if (rq->later)
		orpc_i_channel_call_closed(ch);
	orpc_i_request_give(rq);
}

static void
reply_datagram(struct orpc_request *rq, int result, const void *out)
{
	struct datagram_sink *sink = rq->sink;
	struct oxdr_writer *w = sink->begin(sink, rq->from);
	struct oxdr_writer_mark mark;
	int r = -OXDR_E_LIMIT;

	if (w) {
		mark = oxdr_writer_mark(w);
		r = reply_put(rq, w, result, out);
		if (r) {
			oxdr_writer_rewind(w, &mark);
			r = reply_put(rq, w, ORPC_R_SYSTEM_ERR, NULL);
		}
		sink->end(sink, r == 0);
	}
	if (r) {
		reply_keep_unsent(rq, result, out);
		reply_count(rq, result, 0);
	}
	orpc_i_request_closed(rq);
	orpc_i_request_give(rq);
}

void
orpc_i_request_reply_now(struct orpc_request *rq, int result, const void *out)
{
	if (result < 0)
		result = ORPC_R_SYSTEM_ERR;
	if (rq->no_effect || result == ORPC_DROP)
		reply_forget(rq);
	if (result == ORPC_DROP) {
		reply_count(rq, 0, 0);
		orpc_i_request_closed(rq);
		if (rq->later && rq->channel)
			orpc_i_channel_call_closed(rq->channel);
		orpc_i_request_give(rq);
		return;
	}
	if (rq->channel)
		reply_stream(rq, result, out);
	else
		reply_datagram(rq, result, out);
}
