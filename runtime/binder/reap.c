/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registrations of the dead.
 *
 * Who registers over the unix socket is known by pid and start time.  When
 * that process has gone its program need not have: daemons fork, and kernel
 * services are registered by helpers.  Who registers over loopback is known
 * by uid only; there the kernel is asked whether a socket listens at the
 * address.  If not, in two rounds in a row (programs may register before they
 * listen), or if the process has gone, that is a doubt, and the doubt is
 * settled by a NULL call to the address: refused, or answered that the
 * program is not there, removes the registration.  Anything else clears the
 * pid: from then on it is as one that was made over loopback.
 *
 * A round looks at a few registrations a turn of the loop, so that callers
 * do not wait for it however many there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/client.h>

#include "runtime/binder/binder.h"

#define PROBES_MAX 16u
#define DOUBTS 2u
/* Registrations a turn, and the pause after it. */
#define PORTION 64u
#define PAUSE_MS 20u
#define PROBE_MS 2000u

/* A NULL call under way to where a binding says that it listens. */
struct orpc_i_probe {
	struct orpc_i_probe *next, **at;
	struct orpc_binder *binder;
	struct orpc_program program;
	struct orpc_proc null;
	struct orpc_i_owner owner;
	const char *netid;
	struct orpc_client *client;
	struct orpc_call call;
};

static void
probe_free(struct orpc_i_probe *p)
{
	*p->at = p->next;
	if (p->next)
		p->next->at = p->at;
	p->binder->n_probes--;
	orpc_client_close(p->client);
	orpc_call_fini(&p->call);
	free(p);
}

static bool
is_clear_no(int result)
{
	switch (result) {
	case -ORPC_E_CONNECT: case -ORPC_E_IO:
	case ORPC_R_PROG_UNAVAIL: case ORPC_R_PROG_MISMATCH:
		return true;
	default:
		return false;
	}
}

static void
probe_done(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *on_done, void *ctx)
{
	struct orpc_i_probe *p = ctx;
	struct orpc_binder *b = p->binder;
	struct orpc_i_binding *found;

	(void)call;
	(void)out;
	(void)on_done;
	found = result == -ORPC_E_CANCELLED ? NULL :
	    orpc_i_registry_find(b->registry, p->program.number,
	    p->program.version, p->netid);
	/* Registered anew meanwhile: not the one in doubt. */
	if (found && (found->owner.pid != p->owner.pid ||
	    found->owner.started != p->owner.started))
		found = NULL;
	if (found && is_clear_no(result)) {
		orpc_i_binder_log(b, ORPC_LOG_INFO, "program %u version %u "
		    "on %s is gone: %s and nobody answers at %s",
		    found->program, found->version, p->netid,
		    found->owner.pid > 0 ? "its process has ended" :
		    "nothing listens", found->uaddr);
		orpc_i_binder_drop(b, found);
	} else if (found) {
		found->owner.pid = 0;
		found->owner.started = 0;
	}
	probe_free(p);
}

/* "tcp://127.0.0.1:99" of a binding, as seen from here. */
static int
probe_address(const struct orpc_i_binding *b, char *buf, size_t n)
{
	enum orpc_transport_kind kind = b->transport->semantics == 1 ?
	    ORPC_UDP : ORPC_TCP;
	struct sockaddr_storage ss;
	socklen_t n_ss;
	char *any;

	if (orpc_uaddr_to_sockaddr(b->transport->netid, b->uaddr, &ss, &n_ss))
		return -ORPC_E_ADDRESS;
	orpc_sockaddr_format(kind, (struct sockaddr *)&ss, n_ss, buf, n);
	any = strstr(buf, "://0.0.0.0:");
	if (any) {
		char rest[16];

		snprintf(rest, sizeof(rest), "%s", any + 10);
		snprintf(any, n - (size_t)(any - buf), "://127.0.0.1%s",
		    rest);
	}
	any = strstr(buf, "://[::]:");
	if (any) {
		char rest[16];

		snprintf(rest, sizeof(rest), "%s", any + 7);
		snprintf(any, n - (size_t)(any - buf), "://[::1]%s", rest);
	}
	return 0;
}

static int
probe_start(struct orpc_binder *b, const struct orpc_i_binding *binding)
{
	struct orpc_client_options options = { .loop = b->loop,
	    .connect_timeout_ms = PROBE_MS, .call_timeout_ms = PROBE_MS,
	    .flags = ORPC_CLIENT_NO_RECONNECT };
	struct orpc_i_probe *p = calloc(1, sizeof(*p));
	char address[160];
	int result;

	if (!p)
		return -OXDR_E_NOMEM;
	p->binder = b;
	p->owner = binding->owner;
	p->netid = binding->transport->netid;
	p->program.number = binding->program;
	p->program.version = binding->version;
	p->at = &b->probes;
	p->next = b->probes;
	if (p->next)
		p->next->at = &p->next;
	b->probes = p;
	b->n_probes++;
	result = probe_address(binding, address, sizeof(address));
	if (!result)
		result = orpc_client_start(address, &p->program, &options,
		    &p->client);
	if (!result) {
		orpc_call_timeout(&p->call, PROBE_MS);
		result = orpc_call_start(p->client, &p->call, &p->null, NULL,
		    probe_done, NULL, p);
	}
	if (result)
		probe_free(p);
	return result;
}

static bool
is_being_probed(const struct orpc_binder *b,
    const struct orpc_i_binding *binding)
{
	const struct orpc_i_probe *p = b->probes;

	while (p && (p->program.number != binding->program ||
	    p->program.version != binding->version ||
	    strcmp(p->netid, binding->transport->netid) != 0))
		p = p->next;
	return p;
}

static bool
is_in_doubt(struct orpc_i_binding *at)
{
	if (at->owner.uid == ORPC_I_OWNER_BINDER)
		return false;
	if (at->owner.pid > 0)
		return !orpc_i_owner_is_alive(&at->owner);
	at->doubts = orpc_i_address_is_left(at) ? at->doubts + 1 : 0;
	if (at->doubts < DOUBTS)
		return false;
	at->doubts = 0;
	return true;
}

static void reap(void *ctx);

static void
reap_later(struct orpc_binder *b, uint32_t ms)
{
	(void)orpc_timer_add(b->loop, ms, reap, b, &b->reaper);
}

static void
reap(void *ctx)
{
	struct orpc_binder *b = ctx;
	struct orpc_i_binding *at = NULL;
	bool more = b->n_probes < PROBES_MAX;

	b->reaper = NULL;
	for (unsigned n = 0; n < PORTION && more; n++) {
		at = orpc_i_registry_turn(b->registry);
		if (!at) {
			reap_later(b, b->reap_ms);
			return;
		}
		if (is_being_probed(b, at) || !is_in_doubt(at))
			continue;
		more = probe_start(b, at) == 0 && b->n_probes < PROBES_MAX;
	}
	reap_later(b, b->reap_ms < PAUSE_MS ? b->reap_ms : PAUSE_MS);
}

int
orpc_i_binder_reap_start(struct orpc_binder *b)
{
	if (b->reap_ms == UINT32_MAX)
		return 0;
	return orpc_timer_add(b->loop, b->reap_ms, reap, b, &b->reaper);
}

void
orpc_i_binder_reap_end(struct orpc_binder *b)
{
	struct orpc_i_probe *p, *next;

	orpc_timer_cancel(b->reaper);
	b->reaper = NULL;
	b->reap_ms = UINT32_MAX;
	for (p = b->probes; p; p = next) {
		next = p->next;
		orpc_call_cancel(&p->call);
	}
	for (int turns = 0; b->probes && turns < 100; turns++)
		if (orpc_loop_turn(b->loop, 10))
			break;
}
