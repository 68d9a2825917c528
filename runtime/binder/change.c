/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SET and UNSET.  The registry is changed at once, the answer waits until the
 * journal is on disk: changes of one turn of the loop share one sync, and if
 * it fails they are undone, the newest first, and answered FALSE.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/binder/binder.h"

/* What undoes one change: a binding to remove, or one to put back. */
struct undo {
	struct undo *next;
	bool set;
	uint32_t program;
	uint32_t version;
	struct orpc_i_owner owner;
	const struct orpc_i_transport_name *transport;
	char uaddr[ORPC_UADDR_MAX];
};

/* A request whose answer waits; undos: newest first. */
struct orpc_i_change_waiting {
	struct orpc_i_change_waiting *next;
	struct orpc_request *rq;
	uint32_t *counter;		/* of answers TRUE */
	struct undo *undos;
	size_t journal_mark;		/* where its changes begin */
};

/* ---- Doing and undoing -------------------------------------------------------------- */

static void
undo_one(struct orpc_binder *b, const struct undo *u)
{
	struct orpc_i_binding *old;

	if (u->set) {
		old = orpc_i_registry_find(b->registry, u->program,
		    u->version, u->transport->netid);
		if (old)
			orpc_i_registry_remove(b->registry, old);
		return;
	}
	orpc_i_registry_set(b->registry, u->program, u->version,
	    u->transport->netid, u->uaddr, &u->owner, NULL);
}

static int
undo_add(struct orpc_i_change_waiting *w, bool set,
    const struct orpc_i_binding *from)
{
	struct undo *u = calloc(1, sizeof(*u));

	if (!u)
		return -OXDR_E_NOMEM;
	u->set = set;
	u->program = from->program;
	u->version = from->version;
	u->owner = from->owner;
	u->transport = from->transport;
	strncpy(u->uaddr, from->uaddr, sizeof(u->uaddr) - 1);
	u->next = w->undos;
	w->undos = u;
	return 0;
}

static int
journal_note(struct orpc_binder *b, bool set,
    const struct orpc_i_binding *from)
{
	const struct orpc_i_change change = { .set = set,
	    .program = from->program, .version = from->version,
	    .netid = from->transport->netid, .uaddr = set ? from->uaddr : "",
	    .owner = from->owner };

	return b->journal ? orpc_i_journal_add(b->journal, &change) : 0;
}

/* ---- Waiting for the disk ----------------------------------------------------------- */

static void
waiting_free(struct orpc_i_change_waiting *w)
{
	while (w->undos) {
		struct undo *u = w->undos;

		w->undos = u->next;
		free(u);
	}
	free(w);
}

static void
waiting_end(struct orpc_i_change_waiting *w, bool done)
{
	if (done)
		++*w->counter;
	if (w->rq)
		orpc_request_reply(w->rq, &done);
	waiting_free(w);
}

/* Undoes a list from its end: later changes rest on earlier ones. */
static void
waiting_undo(struct orpc_binder *b, struct orpc_i_change_waiting *list)
{
	struct orpc_i_change_waiting *in_reverse = NULL, *w;

	while ((w = list)) {
		list = w->next;
		w->next = in_reverse;
		in_reverse = w;
	}
	while ((w = in_reverse)) {
		in_reverse = w->next;
		for (struct undo *u = w->undos; u; u = u->next)
			undo_one(b, u);
		waiting_end(w, false);
	}
}

void
orpc_i_binder_sync(struct orpc_binder *b)
{
	struct orpc_i_change_waiting *list = b->waiting, *w;
	size_t live;

	b->waiting = NULL;
	b->waiting_end = &b->waiting;
	if (b->journal && orpc_i_journal_sync(b->journal)) {
		orpc_i_binder_log(b, ORPC_LOG_ERROR, "can't write the "
		    "journal: %s; registrations are refused",
		    strerror(errno));
		waiting_undo(b, list);
		return;
	}
	while ((w = list)) {
		list = w->next;
		waiting_end(w, true);
	}
	live = orpc_i_registry_count(b->registry);
	if (b->journal && orpc_i_journal_is_bloated(b->journal, live) &&
	    orpc_i_journal_rewrite(b->journal, b->registry))
		orpc_i_binder_log(b, ORPC_LOG_WARNING,
		    "can't rewrite the journal: %s", strerror(errno));
}

static void
sync_posted(void *ctx)
{
	struct orpc_binder *b = ctx;

	b->sync_posted = false;
	orpc_i_binder_sync(b);
}

static void
sync_soon(struct orpc_binder *b)
{
	if (b->sync_posted)
		return;
	b->sync_posted = orpc_loop_post(b->loop, sync_posted, b) == 0;
	if (!b->sync_posted)
		orpc_i_binder_sync(b);
}

/* Everything is done in memory: answer now, or when the disk has it. */
static int
change_end(struct orpc_binder *b, struct orpc_i_change_waiting *w,
    bool *out)
{
	if (!b->journal) {
		++*w->counter;
		waiting_free(w);
		*out = true;
		return 0;
	}
	w->next = NULL;
	*b->waiting_end = w;
	b->waiting_end = &w->next;
	sync_soon(b);
	return ORPC_LATER;
}

static int
change_fail(struct orpc_binder *b, struct orpc_i_change_waiting *w)
{
	for (struct undo *u = w->undos; u; u = u->next)
		undo_one(b, u);
	if (b->journal)
		orpc_i_journal_rewind(b->journal, w->journal_mark);
	waiting_free(w);
	return ORPC_R_SYSTEM_ERR;
}

static struct orpc_i_change_waiting *
change_begin(struct orpc_binder *b, struct orpc_request *rq, bool set)
{
	struct orpc_i_change_waiting *w = calloc(1, sizeof(*w));
	struct orpc_i_version_stats *stats =
	    &b->stats[orpc_request_program(rq)->version - 2];

	if (w) {
		if (b->journal)
			w->journal_mark = orpc_i_journal_mark(b->journal);
		w->rq = rq;
		w->counter = set ? &stats->sets : &stats->unsets;
	}
	return w;
}

/* ---- The procedures -------------------------------------------------------------------- */

static const char *
why_not(int result)
{
	switch (result) {
	case REGISTRY_TAKEN: return "the program is registered already";
	case REGISTRY_DENIED: return "a reserved port is for root only";
	case REGISTRY_BAD: return "no such transport or address";
	case REGISTRY_FULL: return "too many registrations";
	default: return "no memory";
	}
}

int
orpc_i_binder_set(struct orpc_binder *b, struct orpc_request *rq,
    uint32_t program, uint32_t version, const char *netid, const char *uaddr,
    bool *out)
{
	struct orpc_i_change_waiting *w;
	struct orpc_i_binding *binding;
	struct orpc_i_owner owner;
	int result;

	*out = false;
	if (!orpc_i_request_is_local(rq) ||
	    strlen(uaddr) >= ORPC_UADDR_MAX)
		return 0;
	orpc_i_owner_of(rq, &owner);
	result = orpc_i_registry_set(b->registry, program, version, netid,
	    uaddr, &owner, &binding);
	if (result != REGISTRY_DONE && result != REGISTRY_SAME) {
		orpc_i_binder_log(b, ORPC_LOG_INFO,
		    "refused program %u version %u on %.16s: %s", program,
		    version, netid, why_not(result));
		return 0;
	}
	w = change_begin(b, rq, true);
	if (!w) {
		if (result == REGISTRY_DONE)
			orpc_i_registry_remove(b->registry, binding);
		return ORPC_R_SYSTEM_ERR;
	}
	if ((result == REGISTRY_DONE && undo_add(w, true, binding)) ||
	    journal_note(b, true, binding))
		return change_fail(b, w);
	orpc_i_binder_log(b, ORPC_LOG_DEBUG,
	    "program %u version %u on %s is at %s", program, version,
	    binding->transport->netid, binding->uaddr);
	return change_end(b, w, out);
}

static bool
netid_is_wanted(const char *netid, const char *const *netids)
{
	if (!netids)
		return true;
	while (*netids && strcmp(*netids, netid) != 0)
		netids++;
	return *netids;
}

/* Removes what the owner may; how many, or -OXDR_E_NOMEM. */
static int
unset_matching(struct orpc_binder *b, struct orpc_i_change_waiting *w,
    uint32_t program, uint32_t version, const char *const *netids,
    const struct orpc_i_owner *owner)
{
	struct orpc_i_binding *at, *next;
	int n = 0;

	for (at = orpc_i_registry_program(b->registry, program); at;
	    at = next) {
		next = at->next_same_program;
		if (at->program != program || at->version != version ||
		    !netid_is_wanted(at->transport->netid, netids) ||
		    !orpc_i_binding_may_remove(at, owner))
			continue;
		if (undo_add(w, false, at) || journal_note(b, false, at))
			return -OXDR_E_NOMEM;
		orpc_i_registry_remove(b->registry, at);
		n++;
	}
	return n;
}

int
orpc_i_binder_unset(struct orpc_binder *b, struct orpc_request *rq,
    uint32_t program, uint32_t version, const char *const *netids, bool *out)
{
	struct orpc_i_change_waiting *w;
	struct orpc_i_owner owner;
	int n;

	*out = false;
	if (!orpc_i_request_is_local(rq))
		return 0;
	w = change_begin(b, rq, false);
	if (!w)
		return ORPC_R_SYSTEM_ERR;
	orpc_i_owner_of(rq, &owner);
	n = unset_matching(b, w, program, version, netids, &owner);
	if (n < 0)
		return change_fail(b, w);
	if (n == 0) {
		waiting_free(w);
		return 0;
	}
	return change_end(b, w, out);
}

void
orpc_i_binder_drop(struct orpc_binder *b, struct orpc_i_binding *dead)
{
	if (journal_note(b, false, dead))
		return;		/* it will be found dead again */
	orpc_i_registry_remove(b->registry, dead);
	if (b->journal)
		sync_soon(b);
}

/* ---- Reading the journal ------------------------------------------------------------------ */

static void
load_change(void *ctx, const struct orpc_i_change *c)
{
	struct orpc_binder *b = ctx;
	struct orpc_i_binding *old;

	old = orpc_i_registry_find(b->registry, c->program, c->version,
	    c->netid);
	if (old)
		orpc_i_registry_remove(b->registry, old);
	if (c->set)
		orpc_i_registry_set(b->registry, c->program, c->version,
		    c->netid, c->uaddr, &c->owner, NULL);
}

int
orpc_i_binder_load(struct orpc_binder *b, const char *path,
    struct orpc_error *error)
{
	size_t damaged, n;
	int result;

	result = orpc_i_journal_open(path, load_change, b, &damaged,
	    &b->journal);
	if (result) {
		if (error) {
			error->step = ORPC_STEP_SERVE;
			error->os_errno = result == -ORPC_E_SYSTEM ? errno : 0;
			strncpy(error->where, path, sizeof(error->where) - 1);
		}
		return result;
	}
	n = orpc_i_registry_count(b->registry);
	if (n)
		orpc_i_binder_log(b, ORPC_LOG_INFO,
		    "%zu registrations from %s", n, path);
	if (damaged) {
		orpc_i_binder_log(b, ORPC_LOG_WARNING,
		    "%s: %zu bytes were damaged and passed over", path,
		    damaged);
		if (orpc_i_journal_rewrite(b->journal, b->registry))
			orpc_i_binder_log(b, ORPC_LOG_WARNING,
			    "can't rewrite the journal: %s", strerror(errno));
	}
	return 0;
}
