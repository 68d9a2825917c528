/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder's table.  One hash table by program number: a program has a
 * handful of bindings (versions times transports), so a chain answers every
 * question about it, and look-ups stay flat however many programs there are.
 * A list beside it keeps the order of registration for DUMP.
 */
#include "runtime/binder/registry.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "xdr/base.h"

#define SLOTS_FIRST 64u
#define RESERVED_PORTS 1024u

struct owner_count {
	uint32_t uid;
	uint32_t n;
};

/* slots is a power of two, grown when there are as many bindings. */
struct orpc_i_registry {
	struct orpc_i_binding **slots;
	size_t n_slots;
	struct orpc_i_binding *first, *last;
	struct orpc_i_binding *turn;	/* whose turn it is; NULL: a new round */
	bool in_round;
	size_t n;
	uint32_t max_entries;
	uint32_t max_per_owner;
	struct owner_count *owners;	/* those that hold something */
	size_t n_owners;
	size_t owners_room;
};

static const struct orpc_i_transport_name transports[] = {
	{ "tcp", "inet", "tcp", 3 },
	{ "udp", "inet", "udp", 1 },
	{ "tcp6", "inet6", "tcp", 3 },
	{ "udp6", "inet6", "udp", 1 },
	{ "local", "loopback", "-", 3 },
	{ "unix", "loopback", "-", 3 },
};

const struct orpc_i_transport_name *
orpc_i_transport_name(const char *netid)
{
	for (size_t i = 0; i < ARRAY_LEN(transports); i++)
		if (!strcmp(transports[i].netid, netid))
			return &transports[i];
	return NULL;
}

int
orpc_i_registry_new(uint32_t max_entries, uint32_t max_per_owner,
    struct orpc_i_registry **out)
{
	struct orpc_i_registry *r = calloc(1, sizeof(*r));

	if (!r)
		return -OXDR_E_NOMEM;
	r->n_slots = SLOTS_FIRST;
	r->slots = calloc(r->n_slots, sizeof(struct orpc_i_binding *));
	if (!r->slots) {
		free(r);
		return -OXDR_E_NOMEM;
	}
	r->max_entries = max_entries;
	r->max_per_owner = max_per_owner;
	*out = r;
	return 0;
}

void
orpc_i_registry_free(struct orpc_i_registry *r)
{
	if (!r)
		return;
	while (r->first) {
		struct orpc_i_binding *b = r->first;

		r->first = b->next;
		free(b);
	}
	free(r->owners);
	free(r->slots);
	free(r);
}

/* ---- The index ------------------------------------------------------------------ */

static struct orpc_i_binding **
slot_of(const struct orpc_i_registry *r, uint32_t program)
{
	/* Multiplied so that runs of program numbers spread. */
	uint64_t hash = program * UINT64_C(0x9e3779b97f4a7c15);

	return &r->slots[hash >> 32 & (r->n_slots - 1)];
}

/* Bindings of a chain keep the order of registration. */
static void
slot_add(struct orpc_i_registry *r, struct orpc_i_binding *b)
{
	struct orpc_i_binding **at = slot_of(r, b->program);

	while (*at)
		at = &(*at)->next_same_program;
	b->next_same_program = NULL;
	*at = b;
}

static void
registry_grow(struct orpc_i_registry *r)
{
	size_t n = r->n_slots * 2;
	struct orpc_i_binding **slots;

	slots = calloc(n, sizeof(struct orpc_i_binding *));
	if (!slots)
		return;		/* longer chains, nothing worse */
	free(r->slots);
	r->slots = slots;
	r->n_slots = n;
	for (struct orpc_i_binding *b = r->first; b; b = b->next)
		slot_add(r, b);
}

struct orpc_i_binding *
orpc_i_registry_program(const struct orpc_i_registry *r, uint32_t program)
{
	return *slot_of(r, program);
}

struct orpc_i_binding *
orpc_i_registry_find(const struct orpc_i_registry *r, uint32_t program,
    uint32_t version, const char *netid)
{
	struct orpc_i_binding *b = *slot_of(r, program);

	while (b && (b->program != program || b->version != version ||
	    strcmp(b->transport->netid, netid) != 0))
		b = b->next_same_program;
	return b;
}

struct orpc_i_binding *
orpc_i_registry_find_any(const struct orpc_i_registry *r, uint32_t program,
    uint32_t version, const char *netid)
{
	struct orpc_i_binding *b, *best = NULL;

	for (b = *slot_of(r, program); b; b = b->next_same_program) {
		if (b->program != program ||
		    strcmp(b->transport->netid, netid) != 0)
			continue;
		if (b->version == version)
			return b;
		if (!best || b->version > best->version)
			best = b;
	}
	return best;
}

struct orpc_i_binding *
orpc_i_registry_first(const struct orpc_i_registry *r)
{
	return r->first;
}

struct orpc_i_binding *
orpc_i_registry_turn(struct orpc_i_registry *r)
{
	struct orpc_i_binding *b = r->in_round ? r->turn : r->first;

	r->in_round = b;
	r->turn = b ? b->next : NULL;
	return b;
}

size_t
orpc_i_registry_count(const struct orpc_i_registry *r)
{
	return r->n;
}

/* ---- Owners ------------------------------------------------------------------------ */

static struct owner_count *
owner_find(struct orpc_i_registry *r, uint32_t uid)
{
	for (size_t i = 0; i < r->n_owners; i++)
		if (r->owners[i].uid == uid)
			return &r->owners[i];
	return NULL;
}

/* Counts one more: REGISTRY_DONE, REGISTRY_FULL, -OXDR_E_NOMEM. */
static int
owner_add(struct orpc_i_registry *r, uint32_t uid)
{
	struct owner_count *o = owner_find(r, uid);

	if (!o) {
		if (r->n_owners == r->owners_room) {
			size_t room = r->owners_room ? r->owners_room * 2 : 8;

			o = reallocarray(r->owners, room, sizeof(*o));
			if (!o)
				return -OXDR_E_NOMEM;
			r->owners = o;
			r->owners_room = room;
		}
		o = &r->owners[r->n_owners++];
		*o = (struct owner_count){ uid, 0 };
	}
	if (o->n >= r->max_per_owner && uid != 0 &&
	    uid != ORPC_I_OWNER_BINDER)
		return REGISTRY_FULL;
	o->n++;
	return REGISTRY_DONE;
}

static void
owner_remove(struct orpc_i_registry *r, uint32_t uid)
{
	struct owner_count *o = owner_find(r, uid);

	if (o && --o->n == 0)
		*o = r->owners[--r->n_owners];
}

bool
orpc_i_binding_may_remove(const struct orpc_i_binding *b,
    const struct orpc_i_owner *owner)
{
	if (b->owner.uid == ORPC_I_OWNER_BINDER)
		return owner->uid == ORPC_I_OWNER_BINDER;
	return owner->uid == 0 || b->owner.uid == owner->uid ||
	    b->owner.uid == ORPC_I_OWNER_UNKNOWN;
}

/* ---- Changing ------------------------------------------------------------------------ */

/* Can this be where something listens?  REGISTRY_DENIED for a port that only
 * root may use. */
static int
address_judge(const char *netid, const char *uaddr,
    const struct orpc_i_owner *owner)
{
	struct sockaddr_storage ss;
	socklen_t n;
	unsigned port;

	if (orpc_uaddr_to_sockaddr(netid, uaddr, &ss, &n))
		return REGISTRY_BAD;
	if (ss.ss_family == AF_UNIX)
		return REGISTRY_DONE;
	port = ntohs(ss.ss_family == AF_INET ?
	    ((struct sockaddr_in *)&ss)->sin_port :
	    ((struct sockaddr_in6 *)&ss)->sin6_port);
	if (port == 0)
		return REGISTRY_BAD;
	if (port < RESERVED_PORTS && owner->uid != 0 &&
	    owner->uid != ORPC_I_OWNER_BINDER)
		return REGISTRY_DENIED;
	return REGISTRY_DONE;
}

static int
binding_judge(struct orpc_i_binding *old, const char *uaddr,
    const struct orpc_i_owner *owner)
{
	if (strcmp(old->uaddr, uaddr) != 0 ||
	    (old->owner.uid != owner->uid && owner->uid != 0))
		return REGISTRY_TAKEN;
	old->owner.pid = owner->pid;
	old->owner.started = owner->started;
	return REGISTRY_SAME;
}

static struct orpc_i_binding *
binding_new(uint32_t program, uint32_t version, const char *netid,
    const char *uaddr, const struct orpc_i_owner *owner)
{
	size_t n = strlen(uaddr) + 1;
	struct orpc_i_binding *b = calloc(1, sizeof(*b) + n);

	if (!b)
		return NULL;
	b->program = program;
	b->version = version;
	b->transport = orpc_i_transport_name(netid);
	b->owner = *owner;
	memcpy(b->uaddr, uaddr, n);
	return b;
}

static void
registry_link(struct orpc_i_registry *r, struct orpc_i_binding *b)
{
	b->prev = r->last;
	if (r->last)
		r->last->next = b;
	else
		r->first = b;
	r->last = b;
	r->n++;
	slot_add(r, b);
	if (r->n > r->n_slots)
		registry_grow(r);
}

int
orpc_i_registry_set(struct orpc_i_registry *r, uint32_t program,
    uint32_t version, const char *netid, const char *uaddr,
    const struct orpc_i_owner *owner, struct orpc_i_binding **out)
{
	struct orpc_i_binding *b;
	int result;

	if (!orpc_i_transport_name(netid))
		return REGISTRY_BAD;
	result = address_judge(netid, uaddr, owner);
	if (result)
		return result;
	b = orpc_i_registry_find(r, program, version, netid);
	if (b) {
		if (out)
			*out = b;
		return binding_judge(b, uaddr, owner);
	}
	if (r->n >= r->max_entries)
		return REGISTRY_FULL;
	result = owner_add(r, owner->uid);
	if (result)
		return result;
	b = binding_new(program, version, netid, uaddr, owner);
	if (!b) {
		owner_remove(r, owner->uid);
		return -OXDR_E_NOMEM;
	}
	registry_link(r, b);
	if (out)
		*out = b;
	return REGISTRY_DONE;
}

void
orpc_i_registry_remove(struct orpc_i_registry *r, struct orpc_i_binding *b)
{
	struct orpc_i_binding **at = slot_of(r, b->program);

	while (*at != b)
		at = &(*at)->next_same_program;
	*at = b->next_same_program;
	if (r->turn == b)
		r->turn = b->next;
	if (b->prev)
		b->prev->next = b->next;
	else
		r->first = b->next;
	if (b->next)
		b->next->prev = b->prev;
	else
		r->last = b->prev;
	r->n--;
	owner_remove(r, b->owner.uid);
	free(b);
}
