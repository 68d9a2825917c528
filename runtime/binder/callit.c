/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Indirect calls (RFC 1833: CALLIT, BCAST, INDIRECT).  A caller asks the
 * binder to call a local program for it; that is how broadcast finds servers,
 * and how strangers have looked local to them.  So by default we do it for
 * local callers only, never to ourselves (but for procedure 0, which does
 * nothing), and always without a credential.
 *
 * Arguments and results pass through as bytes.  CALLIT and BCAST are silent
 * when the call fails, INDIRECT tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/client.h>

#include "runtime/binder/binder.h"

#define BINDER_PROGRAM 100000u
#define FORWARDS_MAX 64u
#define FORWARD_MS 5000u
/* A datagram's worth. */
#define RESULTS_MAX 8800u

struct bytes {
	char *val;
	uint32_t len;
};

/* One call under way; in the binder's list until it has ended. */
struct orpc_i_forward {
	struct orpc_i_forward *next, **at;
	struct orpc_binder *binder;
	struct orpc_request *rq;	/* NULL: nobody waits any more */
	enum orpc_i_callit_kind kind;
	struct orpc_i_call_stat *stat;	/* NULL: not counted */
	struct orpc_program program;
	struct orpc_proc proc;
	struct orpc_client *client;
	struct orpc_call call;
	struct bytes args;
	size_t n_args;
	char *uaddr;			/* in the request's arena */
	uint32_t port;
};

/* ---- Bytes as they are -------------------------------------------------------------- */

static int
bytes_put(struct oxdr_writer *w, const void *value)
{
	const struct bytes *b = value;

	return oxdr_put_bytes(w, b->val, b->len);
}

/* All that is left of the message. */
static int
bytes_get(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	struct bytes *b = out;
	size_t n = oxdr_reader_left(r);

	if (n > RESULTS_MAX)
		return -OXDR_E_LIMIT;
	b->val = oxdr_arena_take(arena, n, 1);
	if (!b->val)
		return -OXDR_E_NOMEM;
	b->len = (uint32_t)n;
	memcpy(b->val, oxdr_consume(r, n), n);
	return 0;
}

/* Never walked: put and get above stand before it. */
static const struct oxdr_type bytes_type = {
	.kind = OXDR_VOID,
	.align = _Alignof(struct bytes),
	.size = sizeof(struct bytes),
	.wire_max = OXDR_UNBOUNDED,
};

/* ---- Ending -------------------------------------------------------------------------- */

static void
forward_free(struct orpc_i_forward *f)
{
	*f->at = f->next;
	if (f->next)
		f->next->at = f->at;
	f->binder->n_forwards--;
	orpc_client_close(f->client);
	orpc_call_fini(&f->call);
	free(f->args.val);
	free(f);
}

/* The answer in the shape of its version; 0 or what refuses it. */
static int
forward_answer(struct orpc_i_forward *f, const struct bytes *results)
{
	orpc_i_pmap_call_result v2 = { .port = f->port };
	orpc_i_rpcb_call_result v3 = { .addr = f->uaddr };
	int result;

	result = orpc_i_answer_fits(f->rq, f->n_args + 16,
	    results->len + 8 + (f->kind == CALLIT_V2 ? 4 :
	    strlen(f->uaddr) + 4));
	if (result)
		return result;
	if (f->kind == CALLIT_V2) {
		v2.res.res_val = results->val;
		v2.res.res_len = results->len;
		orpc_request_reply(f->rq, &v2);
	} else {
		v3.results.results_val = results->val;
		v3.results.results_len = results->len;
		orpc_request_reply(f->rq, &v3);
	}
	return 0;
}

static void
forward_done(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *on_done, void *ctx)
{
	struct orpc_i_forward *f = ctx;

	(void)call;
	(void)on_done;
	if (f->stat && f->rq) {
		if (result == 0)
			f->stat->success++;
		else
			f->stat->failure++;
	}
	if (f->rq && result == 0)
		result = forward_answer(f, out);
	if (f->rq && result != 0)
		orpc_request_fail(f->rq, f->kind != CALLIT_INDIRECT ?
		    ORPC_DROP : result > 0 ? result : ORPC_R_SYSTEM_ERR);
	forward_free(f);
}

/* ---- Beginning ------------------------------------------------------------------------- */

/* The counter of a procedure; NULL when the table is full. */
static struct orpc_i_call_stat *
stat_find(struct orpc_i_version_stats *s, const struct orpc_i_forward *f,
    const char *netid)
{
	struct orpc_i_call_stat *c;
	bool indirect = f->kind == CALLIT_INDIRECT;

	for (uint32_t i = 0; i < s->n_calls; i++) {
		c = &s->calls[i];
		if (c->program == f->program.number &&
		    c->version == f->program.version &&
		    c->procedure == f->proc.number &&
		    c->indirect == indirect && !strcmp(c->netid, netid))
			return c;
	}
	if (s->n_calls == ORPC_I_CALL_STATS)
		return NULL;
	c = &s->calls[s->n_calls++];
	*c = (struct orpc_i_call_stat){ .program = f->program.number,
	    .version = f->program.version, .procedure = f->proc.number,
	    .indirect = indirect, .netid = netid };
	return c;
}

static bool
is_allowed(const struct orpc_binder *b, const struct orpc_request *rq,
    uint32_t program, uint32_t procedure)
{
	if (program == BINDER_PROGRAM && procedure != 0)
		return false;
	switch (b->callit) {
	case ORPC_CALLIT_NONE: return false;
	case ORPC_CALLIT_ALL: return true;
	case ORPC_CALLIT_NULL:
		return procedure == 0 || orpc_i_request_is_local(rq);
	case ORPC_CALLIT_LOCAL:
	default: return orpc_i_request_is_local(rq);
	}
}

/* Where the program listens for us: its port on loopback, or its own
 * address where that is a particular one. */
static int
forward_target(const struct orpc_i_binding *binding, char *buf, size_t n)
{
	struct sockaddr_storage ss;
	char host[ORPC_UADDR_MAX];
	socklen_t n_ss;
	enum orpc_transport_kind kind = binding->transport->semantics == 1 ?
	    ORPC_UDP : ORPC_TCP;

	if (!strncmp(binding->uaddr, "0.0.0.0.", 8))
		snprintf(host, sizeof(host), "127.0.0.1.%s",
		    binding->uaddr + 8);
	else if (!strncmp(binding->uaddr, "::.", 3))
		snprintf(host, sizeof(host), "::1.%s", binding->uaddr + 3);
	else
		snprintf(host, sizeof(host), "%s", binding->uaddr);
	if (orpc_uaddr_to_sockaddr(binding->transport->netid, host, &ss,
	    &n_ss))
		return -ORPC_E_ADDRESS;
	orpc_sockaddr_format(kind, (struct sockaddr *)&ss, n_ss, buf, n);
	return 0;
}

static uint32_t
port_of_uaddr(const char *uaddr)
{
	const char *low = strrchr(uaddr, '.'), *high = low;

	while (high && high > uaddr && *--high != '.')
		;
	if (!high || *high != '.')
		return 0;
	return (uint32_t)(strtoul(high + 1, NULL, 10) << 8 |
	    strtoul(low + 1, NULL, 10));
}

static int
forward_start(struct orpc_i_forward *f, const struct orpc_i_binding *binding)
{
	struct orpc_client_options options = { .loop = f->binder->loop,
	    .connect_timeout_ms = FORWARD_MS, .call_timeout_ms = FORWARD_MS,
	    .max_reply_bytes = RESULTS_MAX + 512,
	    .flags = ORPC_CLIENT_NO_RECONNECT };
	char address[160];
	int result = forward_target(binding, address, sizeof(address));

	if (!result)
		result = orpc_client_start(address, &f->program, &options,
		    &f->client);
	if (!result) {
		orpc_call_timeout(&f->call, FORWARD_MS);
		result = orpc_call_start(f->client, &f->call, &f->proc,
		    &f->args, forward_done, NULL, f);
	}
	return result;
}

/* Procedure 0 of the binder itself, at the end of this turn: the request is
 * not deferred before its handler has returned. */
static void
forward_self_done(void *ctx)
{
	const struct bytes none = { NULL, 0 };
	struct orpc_i_forward *f = ctx;

	forward_done(&f->call, 0, &none, NULL, f);
}

static int
forward_self(struct orpc_i_forward *f)
{
	const bool tells = f->kind == CALLIT_INDIRECT;

	if (orpc_loop_post(f->binder->loop, forward_self_done, f)) {
		forward_free(f);
		return tells ? ORPC_R_SYSTEM_ERR : ORPC_DROP;
	}
	return ORPC_LATER;
}

static struct orpc_i_forward *
forward_new(struct orpc_binder *b, struct orpc_request *rq,
    const char *args, uint32_t n_args)
{
	struct orpc_i_forward *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->args.val = malloc(n_args ? n_args : 1);
	if (!f->args.val) {
		free(f);
		return NULL;
	}
	memcpy(f->args.val, args ? args : "", n_args);
	f->args.len = n_args;
	f->n_args = n_args;
	f->binder = b;
	f->rq = rq;
	f->at = &b->forwards;
	f->next = b->forwards;
	if (f->next)
		f->next->at = &f->next;
	b->forwards = f;
	b->n_forwards++;
	return f;
}

int
orpc_i_binder_callit(struct orpc_binder *b, struct orpc_request *rq,
    enum orpc_i_callit_kind kind, uint32_t program, uint32_t version,
    uint32_t procedure, const char *args, uint32_t n_args)
{
	const char *netid = orpc_i_request_netid(rq);
	const bool tells = kind == CALLIT_INDIRECT;
	struct orpc_i_binding *binding;
	struct orpc_i_forward *f;

	if (!is_allowed(b, rq, program, procedure))
		return tells ? ORPC_R_AUTH_TOOWEAK : ORPC_DROP;
	binding = orpc_i_registry_find(b->registry, program, version, netid);
	if (!binding)
		return tells ? ORPC_R_PROG_UNAVAIL : ORPC_DROP;
	if (b->n_forwards >= FORWARDS_MAX)
		return tells ? ORPC_R_SYSTEM_ERR : ORPC_DROP;
	f = forward_new(b, rq, args, n_args);
	if (!f)
		return tells ? ORPC_R_SYSTEM_ERR : ORPC_DROP;
	f->kind = kind;
	f->program = (struct orpc_program){ .number = program,
	    .version = version };
	f->proc = (struct orpc_proc){ .number = procedure,
	    .arg = &bytes_type, .res = &bytes_type, .put_arg = bytes_put,
	    .get_res = bytes_get };
	f->stat = stat_find(&b->stats[orpc_request_program(rq)->version - 2],
	    f, netid);
	f->uaddr = orpc_i_merge_address(rq, binding);
	f->port = port_of_uaddr(binding->uaddr);
	if (program == BINDER_PROGRAM && f->uaddr)
		return forward_self(f);
	if (!f->uaddr || forward_start(f, binding)) {
		forward_free(f);
		return tells ? ORPC_R_SYSTEM_ERR : ORPC_DROP;
	}
	return ORPC_LATER;
}

void
orpc_i_binder_callit_end(struct orpc_binder *b)
{
	struct orpc_i_forward *f, *next;

	for (f = b->forwards; f; f = next) {
		next = f->next;
		/* The server is going: its requests are not to be answered
		 * after it. */
		orpc_request_fail(f->rq, ORPC_DROP);
		f->rq = NULL;
		orpc_call_cancel(&f->call);
	}
	for (int turns = 0; b->forwards && turns < 100; turns++)
		if (orpc_loop_turn(b->loop, 10))
			break;
}
