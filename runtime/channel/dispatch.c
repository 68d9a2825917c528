/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a message to a handler.  Admission decides, in the order of RFC 5531,
 * whether the call runs at all: header, flavour, program, the owner's hook,
 * the replay cache.  What is admitted runs here and now, or on a worker.
 *
 * One request of the dispatcher's is used again and again while handlers
 * answer at once, so that an ordinary call allocates nothing.
 */
#include "runtime/channel/dispatch.h"

#include <assert.h>
#include <string.h>

#include "runtime/channel/outgoing.h"
#include "runtime/channel/request.h"
#include "runtime/proto/digest.h"
#include "runtime/proto/probe.h"
#include "xdr/base.h"

/* Beside ORPC_R_...: what admission can say. */
enum {
	ADMIT_DROP = ORPC_DROP,		/* no reply */
	ADMIT_REPLAY = 200,		/* the kept reply is to be sent */
	ADMIT_ANSWER = ORPC_I_AUTH_ANSWER
};


const struct orpc_proc orpc_i_null_proc = {
	.flags = ORPC_PROC_IDEMPOTENT,
	.name = "NULL",
};

void
orpc_i_dispatcher_init(struct dispatcher *d, struct orpc_loop *loop,
    struct service_table *services)
{
	memset(d, 0, sizeof(*d));
	d->loop = loop;
	d->services = services;
	d->max_held_bytes = SIZE_MAX;
	d->max_datagrams_open = UINT32_MAX;
	oxdr_writer_init_fixed(&d->writer, NULL, 0);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
orpc_i_dispatcher_quicken(struct dispatcher *d,
    const struct channel_limits *limits)
{
	if (d->workers || !limits->record.max_fragments)
		return;
	d->quick_in = least(limits->record.max_bytes, REQUEST_COPY_MAX);
	d->quick_out = least(limits->max_queued_bytes, OUTGOING_FULL / 2);
	d->quick_flags = d->reader_flags | OXDR_READER_BORROW;
}

/* ---- Admission ------------------------------------------------------- */

/* Looks the call up in a snapshot of the table: 0, or ORPC_R_... */
static int
admit_found(struct dispatcher *d, struct orpc_request *rq,
    const struct service_snapshot *services)
{
	const struct orpc_i_call_header *h = &rq->header;
	const struct service_entry *entry;
	struct version_counts *counts;
	uint32_t i;
	int r;

	r = orpc_i_services_find(services, h->program, h->version, &entry,
	    &rq->low, &rq->high);
	if (r)
		return r;
	rq->program = entry->service->program;
	rq->ops = entry->ops;
	rq->proc = orpc_i_service_proc(rq->program, h->procedure, &i);
	if (!rq->proc && h->procedure != 0)
		return ORPC_R_PROC_UNAVAIL;
	if (!rq->proc) {
		rq->proc = &orpc_i_null_proc;
		return 0;
	}
	rq->secret = rq->proc->flags & ORPC_PROC_SECRET;
	rq->serve = entry->service->serve[i];
	counts = entry->owner;
	if (counts)
		rq->counts = &counts->procs[d->slot * counts->n_procs + i];
	return 0;
}

/* The same, with a view of the loop's; threads that share a dispatcher have
 * one each. */
static int
admit_service(struct dispatcher *d, struct orpc_request *rq)
{
	struct service_view own = { 0 };
	int r;

	if (d->loop)
		return admit_found(d, rq, orpc_i_services_view(d->services,
		    &d->view));
	r = admit_found(d, rq, orpc_i_services_view(d->services, &own));
	orpc_i_services_view_fini(&own);
	return r;
}

/* Who asks, for the replay cache: the flavour and what it says. */
static uint64_t
identity_digest(const struct orpc_request *rq, uint64_t seed)
{
	const struct orpc_auth_sys *sys = &rq->caller.sys;
	uint64_t d = orpc_i_mix(seed ^ rq->caller.flavor, ORPC_I_PRIME_1);

	if (rq->sink)
		d ^= orpc_i_mix(seed, (uint64_t)(uintptr_t)rq->sink);
	if (rq->caller.flavor != ORPC_AUTH_SYS)
		return d;
	d ^= orpc_i_digest(seed, sys->machine_name,
	    strlen(sys->machine_name));
	d = orpc_i_mix(d, (uint64_t)sys->uid << 32 | sys->gid);
	return d ^ orpc_i_digest(seed, sys->gids,
	    sys->n_gids * sizeof(sys->gids[0]));
}

/* The name of an inet address: family, address, scope, and the port if
 * asked for.  v4-mapped addresses are not told from IPv4 ones by their
 * sockets, so nothing needs to be. */
static size_t
address_name(const struct sockaddr *sa, bool with_port, uint8_t name[32])
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;
	size_t n = 0;
	uint16_t port;

	if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		memcpy(name, &in6.sin6_addr, 16);
		memcpy(name + 16, &in6.sin6_scope_id, 4);
		n = 20;
		port = in6.sin6_port;
	} else {
		memcpy(&in, sa, sizeof(in));
		memcpy(name, &in.sin_addr, 4);
		n = 4;
		port = in.sin_port;
	}
	if (with_port) {
		memcpy(name + n, &port, sizeof(port));
		n += sizeof(port);
	}
	name[n++] = with_port ? 'd' : 's';
	return n;
}

static bool
is_inet(const struct sockaddr *sa)
{
	return sa->sa_family == AF_INET || sa->sa_family == AF_INET6;
}

/* The client that the replay cache knows this peer as; NULL: no memory. */
static struct orpc_i_replay_client *
replay_client(struct dispatcher *d, struct orpc_request *rq)
{
	const struct sockaddr *sa;
	uint8_t name[32];
	size_t n = 0;

	if (rq->sink) {
		sa = orpc_i_sockaddr_ptr(&rq->from->peer);
		n = address_name(sa, true, name);
		return orpc_i_replay_open(d->replay, name, n);
	}
	if (rq->peer->replay)
		return rq->peer->replay;
	sa = &rq->channel->peer.sa;
	if ((d->flags & DISPATCH_ACROSS_RECONNECT) && is_inet(sa))
		n = address_name(sa, false, name);
	rq->peer->replay = orpc_i_replay_open(d->replay, n ? name : NULL, n);
	return rq->peer->replay;
}

int
orpc_i_request_once(struct orpc_request *rq,
    struct orpc_i_replay_reply *out_kept)
{
	struct dispatcher *d = rq->home;
	struct orpc_i_replay_client *client = replay_client(d, rq);
	const struct oxdr_reader *r = &rq->reader;
	struct orpc_i_replay_key key;
	int found;

	if (!client)
		return ORPC_R_SYSTEM_ERR;
	key.xid = rq->header.xid;
	key.program = rq->header.program;
	key.version = rq->header.version;
	key.procedure = rq->header.procedure;
	key.identity = identity_digest(rq, d->replay->seed);
	key.args_bytes = oxdr_reader_left(r);
	key.args = orpc_i_digest(d->replay->seed, r->at, key.args_bytes);
	found = orpc_i_replay_begin(d->replay, client, &key,
	    d->loop ? orpc_i_loop_now(d->loop) : orpc_now_ns(), &rq->replay,
	    out_kept);
	if (rq->sink)
		orpc_i_replay_close(d->replay, client);
	count_set(&d->counts.replay_entries, d->replay->counts.entries);
	count_set(&d->counts.replay_evicted, d->replay->counts.evicted);
	count_set(&d->counts.replay_oversized, d->replay->counts.oversized);
	ORPC_PROBE2(replay, key.xid, found);
	switch (found) {
	case REPLAY_NEW:
		return 0;
	case REPLAY_ANSWER:
		count_add(&d->counts.replayed, 1);
		return ADMIT_REPLAY;
	case REPLAY_RUNNING:
		count_add(&d->counts.dropped_running, 1);
		return ADMIT_DROP;
	case REPLAY_LOST:
		count_add(&d->counts.dropped_lost, 1);
		return ADMIT_DROP;
	default:
		return rq->sink ? ADMIT_DROP : ORPC_R_SYSTEM_ERR;
	}
}

/*
 * Reads the header and decides.  0: run it; ORPC_R_...: refuse; ADMIT_...;
 * negative: no call at all.
 */
static int
admit(struct dispatcher *d, struct orpc_request *rq,
    struct orpc_i_replay_reply *out_kept)
{
	int r = orpc_i_call_get(&rq->reader, &rq->header);

	if (r)
		return r;
	r = orpc_i_auth_accept(&rq->header, &rq->caller);
	if (r)
		return r;
	r = admit_service(d, rq);
	if (r)
		return r;
	if (d->authorize) {
		r = d->authorize(d->authorize_ctx, rq);
		if (r)
			return r > 0 ? r : ORPC_R_SYSTEM_ERR;
	}
	if (d->replay && !(rq->proc->flags & ORPC_PROC_IDEMPOTENT) &&
	    rq->header.procedure != 0)
		return orpc_i_request_once(rq, out_kept);
	return 0;
}

/* ---- Sending a kept reply -------------------------------------------- */

static void
replay_send(struct orpc_request *rq, const struct orpc_i_replay_reply *kept)
{
	struct channel_put put;
	struct oxdr_writer *w;
	int r;

	if (rq->sink) {
		w = rq->sink->begin(rq->sink, rq->from);
		if (w)
			rq->sink->end(rq->sink,
			    oxdr_put_bytes(w, kept->bytes, kept->n) == 0);
		return;
	}
	r = orpc_i_channel_put_begin(rq->channel, &put);
	if (r) {
		orpc_i_reply_lost(rq->channel, r);
		return;
	}
	if (kept->secret)
		oxdr_writer_mark_secret(put.w);
	/* A copy: the entry may go before the bytes have left. */
	put.w->gather_min = UINT32_MAX;
	r = oxdr_put_bytes(put.w, kept->bytes, kept->n);
	put.w->gather_min = OXDR_GATHER_MIN;
	if (r)
		orpc_i_channel_put_undo(rq->channel, &put);
	else
		r = orpc_i_channel_put_end(rq->channel, &put, 0, NULL, NULL);
	if (r)
		orpc_i_reply_lost(rq->channel, r);
}

/* ---- Timing ---------------------------------------------------------- */

int64_t
orpc_i_call_start_slow(struct dispatcher *d)
{
	if (!d->loop)
		return orpc_now_ns();
	d->until_timed = TIMED_STRIDE - 1;
	d->timed_ns = d->turn_ns;
	return d->clock_ns ? d->clock_ns : orpc_now_ns();
}

/* ---- The way in ------------------------------------------------------ */

int
orpc_i_request_not_admitted(struct orpc_request *rq, int outcome,
    const struct orpc_i_replay_reply *kept)
{
	switch (outcome) {
	case ADMIT_REPLAY:
		replay_send(rq, kept);
		break;
	case ADMIT_DROP:
		break;
	case ADMIT_ANSWER:
		rq->proc = &orpc_i_null_proc;
		orpc_i_request_reply_now(rq, 0, NULL);
		return 0;
	default:
		if (outcome > 0) {
			orpc_i_request_reply_now(rq, outcome, NULL);
			return 0;
		}
		count_add(&rq->home->counts.bad_messages, 1);
		orpc_i_request_give(rq);
		return outcome;
	}
	orpc_i_request_give(rq);
	return 0;
}

static void
work(struct orpc_i_task *task)
{
	struct orpc_request *rq = container_of(task, struct orpc_request,
	    task);

	orpc_i_request_run(rq, NULL);
}

/* Leaves an admitted request to the workers. */
static void
hand_to_worker(struct dispatcher *d, struct orpc_request *rq,
    const struct message *m)
{
	int r;

	rq->no_effect = true;
	if (rq->sink && rq->sink->n_open >= d->max_datagrams_open) {
		orpc_i_request_reply_now(rq, ORPC_DROP, NULL);
		return;
	}
	r = orpc_i_request_keep(rq, m);
	if (!r) {
		rq->task.fn = work;
		r = orpc_i_pool_add(d->workers, &rq->task);
	}
	if (r)
		orpc_i_request_reply_now(rq, rq->sink ? ORPC_DROP :
		    ORPC_R_SYSTEM_ERR, NULL);
}

static int
dispatch(struct dispatcher *d, struct orpc_request *rq,
    const struct message *m)
{
	struct orpc_i_replay_reply kept;
	int r;

	rq->n_message = m->n;
	oxdr_reader_init(&rq->reader, m->bytes, m->n);
	rq->reader.flags = d->reader_flags;
	count_add(&d->counts.calls, 1);
	r = admit(d, rq, &kept);
	if (r)
		return orpc_i_request_not_admitted(rq, r, &kept);
	orpc_i_turn_start(d);
	rq->started_ns = rq->counts ? orpc_i_call_start(d) : 0;
	if (d->workers && rq->serve)
		hand_to_worker(d, rq, m);
	else
		orpc_i_request_run(rq, m);
	return 0;
}

int
orpc_i_dispatch(struct dispatcher *d, struct channel *ch,
    struct dispatch_peer *peer, const struct message *m)
{
	struct orpc_request *rq = orpc_i_request_take(d);

	if (!rq)
		return -OXDR_E_NOMEM;
	rq->channel = ch;
	rq->peer = peer;
	return dispatch(d, rq, m);
}

void
orpc_i_dispatch_datagram(struct dispatcher *d, struct datagram_sink *sink,
    const struct datagram *from, const struct message *m)
{
	struct orpc_request *rq = orpc_i_request_take(d);

	if (!rq)
		return;
	rq->sink = sink;
	rq->from = from;
	dispatch(d, rq, m);
}

void
orpc_i_dispatch_peer_fini(struct dispatcher *d, struct dispatch_peer *peer)
{
	if (peer->replay)
		orpc_i_replay_close(d->replay, peer->replay);
	peer->replay = NULL;
	peer->gone = true;
}
