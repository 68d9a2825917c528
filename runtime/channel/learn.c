/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the short way of ordinary calls has to find out once: a header that
 * does not begin like the one before is judged here, and its procedure looked
 * up.  The request keeps what was found (request.seen and what stands beside
 * it), the dispatcher where calls go.
 */
#include <string.h>

#include "runtime/channel/quick.h"
#include "runtime/channel/request.h"

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

bool
orpc_i_quick_learn(struct dispatcher *d, struct orpc_request *rq,
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
	rq->gates = (uint8_t)((d->authorize ? GATE_HOOK : 0) |
	    (t->once ? GATE_ONCE : 0));
	rq->generation = t->generation;
	rq->small_arg = t->proc->arg ? rq->small : NULL;
	rq->small_res = t->proc->res ? rq->small + REQUEST_SMALL : NULL;
	return rq->n_header != 0;
}
