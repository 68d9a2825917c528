/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The procedures of the portmapper's version 2 and rpcbind's 3 and 4 (RFC
 * 1833), over the registry.  Versions 3 and 4 have the same types, so their
 * handlers are shared.
 *
 * GETADDR ignores the netid in its argument and goes by the transport it was
 * asked on (section 2.2.1); the address told is one the caller can reach.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "runtime/binder/binder.h"

/* A UDP answer to a stranger over its question. */
#define AMPLIFICATION_MAX 3u
#define CALL_BYTES 40u
#define REPLY_BYTES 24u

#define PROT_TCP 6u
#define PROT_UDP 17u

/* ---- About a request -------------------------------------------------------------- */

bool
orpc_i_request_is_local(const struct orpc_request *rq)
{
	socklen_t n;
	const struct sockaddr *sa = orpc_request_peer(rq, &n);

	return orpc_i_caller_is_local(sa, n);
}

/* A v4-mapped peer of a dual-stack socket is an IPv4 caller. */
static bool
is_v6(const struct sockaddr *sa, socklen_t n)
{
	const struct sockaddr_in6 *sin6 = (const void *)sa;

	return n >= sizeof(*sin6) && sa->sa_family == AF_INET6 &&
	    !IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr);
}

const char *
orpc_i_request_netid(const struct orpc_request *rq)
{
	socklen_t n;
	const struct sockaddr *sa = orpc_request_peer(rq, &n);

	switch (orpc_request_transport(rq)) {
	case ORPC_UDP: return is_v6(sa, n) ? "udp6" : "udp";
	case ORPC_UNIX: return "local";
	default: return is_v6(sa, n) ? "tcp6" : "tcp";
	}
}

int
orpc_i_answer_fits(struct orpc_request *rq, size_t n_args, size_t n_results)
{
	if (orpc_request_transport(rq) != ORPC_UDP ||
	    orpc_i_request_is_local(rq))
		return 0;
	return n_results <= SIZE_MAX - REPLY_BYTES &&
	    n_results + REPLY_BYTES <= AMPLIFICATION_MAX *
	    (n_args + CALL_BYTES) ? 0 : ORPC_R_AUTH_TOOWEAK;
}

static struct orpc_binder *
binder_of(struct orpc_request *rq)
{
	return orpc_request_ctx(rq);
}

static char *
arena_text(struct orpc_request *rq, const char *text)
{
	return oxdr_arena_strdup(orpc_request_arena(rq), text);
}

/* ---- Addresses -------------------------------------------------------------------- */

/* The host that the caller reached us at with the port of `to`; false if
 * that is unknown or of another family. */
static bool
host_reached(struct orpc_request *rq, struct sockaddr_storage *to)
{
	socklen_t n;
	const struct sockaddr *sa = orpc_request_local(rq, &n);
	const struct sockaddr_in6 *from6 = (const void *)sa;
	struct sockaddr_in *to4 = (struct sockaddr_in *)to;

	if (!sa || n < sizeof(sa_family_t))
		return false;
	if (to->ss_family == AF_INET && sa->sa_family == AF_INET) {
		to4->sin_addr = ((const struct sockaddr_in *)
		    (const void *)sa)->sin_addr;
		return to4->sin_addr.s_addr != htonl(INADDR_ANY);
	}
	if (sa->sa_family != AF_INET6)
		return false;
	if (to->ss_family == AF_INET) {
		if (!IN6_IS_ADDR_V4MAPPED(&from6->sin6_addr))
			return false;
		memcpy(&to4->sin_addr, from6->sin6_addr.s6_addr + 12, 4);
		return to4->sin_addr.s_addr != htonl(INADDR_ANY);
	}
	((struct sockaddr_in6 *)to)->sin6_addr = from6->sin6_addr;
	return !IN6_IS_ADDR_UNSPECIFIED(&from6->sin6_addr);
}

/* Asked by a group (IPv6 broadcast) a host knows no address of its own that
 * it was reached at: the one that it answers from will do. */
static bool
host_answering(struct orpc_request *rq, struct sockaddr_storage *to)
{
	struct sockaddr_in6 self;
	socklen_t n, n_self = sizeof(self);
	const struct sockaddr *peer = orpc_request_peer(rq, &n);
	bool known;
	int fd;

	if (to->ss_family != AF_INET6 || peer->sa_family != AF_INET6)
		return false;
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	known = connect(fd, peer, n) == 0 &&
	    getsockname(fd, (struct sockaddr *)&self, &n_self) == 0;
	close(fd);
	if (known)
		((struct sockaddr_in6 *)to)->sin6_addr = self.sin6_addr;
	return known;
}

static bool
is_unspecified(const struct sockaddr_storage *ss)
{
	if (ss->ss_family == AF_INET)
		return ((const struct sockaddr_in *)ss)->sin_addr.s_addr ==
		    htonl(INADDR_ANY);
	return ss->ss_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(
	    &((const struct sockaddr_in6 *)ss)->sin6_addr);
}

char *
orpc_i_merge_address(struct orpc_request *rq, const struct orpc_i_binding *b)
{
	struct sockaddr_storage ss;
	char buf[ORPC_UADDR_MAX];
	socklen_t n;

	if (orpc_uaddr_to_sockaddr(b->transport->netid, b->uaddr, &ss, &n) ||
	    !is_unspecified(&ss) ||
	    (!host_reached(rq, &ss) && !host_answering(rq, &ss)) ||
	    orpc_uaddr_from_sockaddr((struct sockaddr *)&ss, n, buf,
	    sizeof(buf)))
		return arena_text(rq, b->uaddr);
	return arena_text(rq, buf);
}

/* ---- Version 2 ---------------------------------------------------------------------- */

static const char *
netid_of_prot(uint32_t prot)
{
	return prot == PROT_TCP ? "tcp" : prot == PROT_UDP ? "udp" : NULL;
}

static uint32_t
port_of(const struct orpc_i_binding *b)
{
	struct sockaddr_storage ss;
	socklen_t n;

	if (orpc_uaddr_to_sockaddr(b->transport->netid, b->uaddr, &ss, &n) ||
	    ss.ss_family != AF_INET)
		return 0;
	return ntohs(((struct sockaddr_in *)&ss)->sin_port);
}

static int
pmap_set(struct orpc_request *rq, const orpc_i_pmap_mapping *arg, bool *out)
{
	struct orpc_binder *b = binder_of(rq);
	const char *netid = netid_of_prot(arg->prot);
	char uaddr[32];

	*out = false;
	if (!netid || arg->port > UINT16_MAX)
		return 0;
	snprintf(uaddr, sizeof(uaddr), "0.0.0.0.%u.%u", arg->port >> 8,
	    arg->port & 255);
	return orpc_i_binder_set(b, rq, arg->prog, arg->vers, netid, uaddr,
	    out);
}

static int
pmap_unset(struct orpc_request *rq, const orpc_i_pmap_mapping *arg, bool *out)
{
	static const char *const both[] = { "tcp", "udp", NULL };

	return orpc_i_binder_unset(binder_of(rq), rq, arg->prog, arg->vers,
	    both, out);
}

static int
pmap_getport(struct orpc_request *rq, const orpc_i_pmap_mapping *arg,
    uint32_t *out)
{
	struct orpc_binder *b = binder_of(rq);
	const char *netid = netid_of_prot(arg->prot);
	struct orpc_i_binding *found = NULL;

	if (netid)
		found = orpc_i_registry_find_any(b->registry, arg->prog,
		    arg->vers, netid);
	*out = found ? port_of(found) : 0;
	if (found)
		found->found++;
	return 0;
}

static int
pmap_dump(struct orpc_request *rq, orpc_i_pmap_entry **out)
{
	struct orpc_binder *b = binder_of(rq);
	const struct orpc_i_binding *at;
	orpc_i_pmap_entry **end = out, *e;
	size_t n = 0;

	*out = NULL;
	for (at = orpc_i_registry_first(b->registry); at; at = at->next) {
		if (strcmp(at->transport->family, "inet") != 0)
			continue;
		e = oxdr_arena_take(orpc_request_arena(rq), sizeof(*e),
		    _Alignof(orpc_i_pmap_entry));
		if (!e)
			return ORPC_R_SYSTEM_ERR;
		*e = (orpc_i_pmap_entry){ .map = { at->program, at->version,
		    at->transport->semantics == 1 ? PROT_UDP : PROT_TCP,
		    port_of(at) } };
		*end = e;
		end = &e->next;
		n++;
	}
	return orpc_i_answer_fits(rq, 0, 4 + 20 * n);
}

static int
pmap_callit(struct orpc_request *rq, const orpc_i_pmap_call_args *arg,
    orpc_i_pmap_call_result *out)
{
	(void)out;
	return orpc_i_binder_callit(binder_of(rq), rq, CALLIT_V2, arg->prog,
	    arg->vers, arg->proc, arg->args.args_val, arg->args.args_len);
}

/* ---- Versions 3 and 4 -------------------------------------------------------------------- */

static int
rpcb_set(struct orpc_request *rq, const orpc_i_rpcb_mapping *arg, bool *out)
{
	return orpc_i_binder_set(binder_of(rq), rq, arg->prog, arg->vers,
	    arg->netid, arg->addr, out);
}

static int
rpcb_unset(struct orpc_request *rq, const orpc_i_rpcb_mapping *arg, bool *out)
{
	const char *const one[] = { arg->netid, NULL };

	return orpc_i_binder_unset(binder_of(rq), rq, arg->prog, arg->vers,
	    arg->netid[0] ? one : NULL, out);
}

static int
address_told(struct orpc_request *rq, struct orpc_i_binding *found,
    char **out)
{
	if (found)
		found->found++;
	*out = found ? orpc_i_merge_address(rq, found) : arena_text(rq, "");
	return *out ? 0 : ORPC_R_SYSTEM_ERR;
}

static int
rpcb_getaddr(struct orpc_request *rq, const orpc_i_rpcb_mapping *arg,
    char **out)
{
	return address_told(rq, orpc_i_registry_find_any(
	    binder_of(rq)->registry, arg->prog, arg->vers,
	    orpc_i_request_netid(rq)), out);
}

static int
rpcb_getversaddr(struct orpc_request *rq, const orpc_i_rpcb_mapping *arg,
    char **out)
{
	return address_told(rq, orpc_i_registry_find(binder_of(rq)->registry,
	    arg->prog, arg->vers, orpc_i_request_netid(rq)), out);
}

static int
rpcb_dump(struct orpc_request *rq, orpc_i_rpcb_node **out)
{
	struct orpc_binder *b = binder_of(rq);
	const struct orpc_i_binding *at;
	orpc_i_rpcb_node **end = out, *node;
	char owner[16];

	*out = NULL;
	for (at = orpc_i_registry_first(b->registry); at; at = at->next) {
		node = oxdr_arena_take(orpc_request_arena(rq), sizeof(*node),
		    _Alignof(orpc_i_rpcb_node));
		orpc_i_owner_format(at->owner.uid, owner, sizeof(owner));
		if (!node)
			return ORPC_R_SYSTEM_ERR;
		/* Constant strings and the registry's: not changed, and not
		 * freed before the answer is encoded. */
		*node = (orpc_i_rpcb_node){ .map = { at->program, at->version,
		    (char *)(uintptr_t)at->transport->netid,
		    (char *)(uintptr_t)at->uaddr, arena_text(rq, owner) } };
		if (!node->map.owner)
			return ORPC_R_SYSTEM_ERR;
		*end = node;
		end = &node->next;
	}
	return orpc_i_answer_fits(rq, 0,
	    oxdr_value_size(orpc_request_proc(rq)->res, out));
}

static int
rpcb_getaddrlist(struct orpc_request *rq, const orpc_i_rpcb_mapping *arg,
    orpc_i_rpcb_way_node **out)
{
	struct orpc_binder *b = binder_of(rq);
	const char *family = orpc_i_transport_name(
	    orpc_i_request_netid(rq))->family;
	struct orpc_i_binding *at;
	orpc_i_rpcb_way_node **end = out, *node;

	*out = NULL;
	for (at = orpc_i_registry_program(b->registry, arg->prog); at;
	    at = at->next_same_program) {
		const struct orpc_i_transport_name *t = at->transport;

		if (at->program != arg->prog || at->version != arg->vers ||
		    strcmp(t->family, family) != 0)
			continue;
		node = oxdr_arena_take(orpc_request_arena(rq), sizeof(*node),
		    _Alignof(orpc_i_rpcb_way_node));
		if (!node)
			return ORPC_R_SYSTEM_ERR;
		*node = (orpc_i_rpcb_way_node){ .way = {
		    orpc_i_merge_address(rq, at),
		    (char *)(uintptr_t)t->netid, t->semantics,
		    (char *)(uintptr_t)t->family,
		    (char *)(uintptr_t)t->proto } };
		if (!node->way.maddr)
			return ORPC_R_SYSTEM_ERR;
		*end = node;
		end = &node->next;
		at->found++;
	}
	return orpc_i_answer_fits(rq, oxdr_value_size(orpc_request_proc(rq)->
	    arg, arg), oxdr_value_size(orpc_request_proc(rq)->res, out));
}

static int
rpcb_gettime(struct orpc_request *rq, uint32_t *out)
{
	(void)rq;
	*out = (uint32_t)time(NULL);
	return 0;
}

/* To the bytes of a sockaddr of the transport asked on; none if the text is
 * no address. */
static int
rpcb_uaddr2taddr(struct orpc_request *rq, const char *arg,
    orpc_i_rpcb_netbuf *out)
{
	struct sockaddr_storage ss;
	socklen_t n;

	*out = (orpc_i_rpcb_netbuf){ .maxlen = 0 };
	if (orpc_uaddr_to_sockaddr(orpc_i_request_netid(rq), arg, &ss, &n))
		return 0;
	out->buf.buf_val = oxdr_arena_take(orpc_request_arena(rq), n, 1);
	if (!out->buf.buf_val)
		return ORPC_R_SYSTEM_ERR;
	memcpy(out->buf.buf_val, &ss, n);
	out->buf.buf_len = n;
	out->maxlen = n;
	return 0;
}

static int
rpcb_taddr2uaddr(struct orpc_request *rq, const orpc_i_rpcb_netbuf *arg,
    char **out)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	char text[ORPC_UADDR_MAX] = "";
	socklen_t n = arg->buf.buf_len, least;

	if (n >= sizeof(sa_family_t) && n <= sizeof(ss))
		memcpy(&ss, arg->buf.buf_val, n);
	least = ss.ss_family == AF_INET ? sizeof(struct sockaddr_in) :
	    ss.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
	    sizeof(sa_family_t);
	if (n < least || orpc_uaddr_from_sockaddr((struct sockaddr *)&ss, n,
	    text, sizeof(text)))
		text[0] = '\0';
	*out = arena_text(rq, text);
	return *out ? 0 : ORPC_R_SYSTEM_ERR;
}

static int
rpcb_callit(struct orpc_request *rq, const orpc_i_rpcb_call_args *arg,
    orpc_i_rpcb_call_result *out)
{
	(void)out;
	return orpc_i_binder_callit(binder_of(rq), rq, CALLIT_V3, arg->prog,
	    arg->vers, arg->proc, arg->args.args_val, arg->args.args_len);
}

static int
rpcb_bcast(struct orpc_request *rq, const orpc_i_rpcb_call_args *arg,
    orpc_i_rpcb_call_result *out)
{
	(void)out;
	return orpc_i_binder_callit(binder_of(rq), rq, CALLIT_V4, arg->prog,
	    arg->vers, arg->proc, arg->args.args_val, arg->args.args_len);
}

static int
rpcb_indirect(struct orpc_request *rq, const orpc_i_rpcb_call_args *arg,
    orpc_i_rpcb_call_result *out)
{
	(void)out;
	return orpc_i_binder_callit(binder_of(rq), rq, CALLIT_INDIRECT,
	    arg->prog, arg->vers, arg->proc, arg->args.args_val,
	    arg->args.args_len);
}

/* ---- GETSTAT -------------------------------------------------------------------------------- */

/* Programs whose look-ups are told, at most; only registered ones have any. */
#define STAT_ADDRS_MAX 256u

static int
stat_addrs(struct orpc_request *rq, struct orpc_binder *b,
    orpc_i_rpcb_stat_addr **end)
{
	const struct orpc_i_binding *at;
	size_t n = 0;

	for (at = orpc_i_registry_first(b->registry); at; at = at->next) {
		orpc_i_rpcb_stat_addr *s;

		if (!at->found || n++ == STAT_ADDRS_MAX)
			continue;
		s = oxdr_arena_take(orpc_request_arena(rq), sizeof(*s),
		    _Alignof(orpc_i_rpcb_stat_addr));
		if (!s)
			return ORPC_R_SYSTEM_ERR;
		*s = (orpc_i_rpcb_stat_addr){ at->program, at->version,
		    (int32_t)at->found, 0,
		    (char *)(uintptr_t)at->transport->netid, NULL };
		*end = s;
		end = &s->next;
	}
	return 0;
}

static int
stat_calls(struct orpc_request *rq, const struct orpc_i_version_stats *from,
    orpc_i_rpcb_stat_call **end)
{
	for (uint32_t i = 0; i < from->n_calls; i++) {
		const struct orpc_i_call_stat *c = &from->calls[i];
		orpc_i_rpcb_stat_call *s;

		s = oxdr_arena_take(orpc_request_arena(rq), sizeof(*s),
		    _Alignof(orpc_i_rpcb_stat_call));
		if (!s)
			return ORPC_R_SYSTEM_ERR;
		*s = (orpc_i_rpcb_stat_call){ c->program, c->version,
		    c->procedure, (int32_t)c->success, (int32_t)c->failure,
		    c->indirect, (char *)(uintptr_t)c->netid, NULL };
		*end = s;
		end = &s->next;
	}
	return 0;
}

static int
rpcb_getstat(struct orpc_request *rq, orpc_i_rpcb_stat *out)
{
	struct orpc_binder *b = binder_of(rq);
	int result = 0;

	memset(out, 0, sizeof(*out) * 3);
	for (int v = 0; v < 3 && !result; v++) {
		for (int i = 0; i < 13; i++)
			out[v].info[i] = (int32_t)b->stats[v].procs[i];
		out[v].setinfo = (int32_t)b->stats[v].sets;
		out[v].unsetinfo = (int32_t)b->stats[v].unsets;
		result = stat_calls(rq, &b->stats[v], &out[v].rmtinfo);
	}
	/* Look-ups are counted once, whichever version asked. */
	if (!result)
		result = stat_addrs(rq, b, &out[2].addrinfo);
	return result ? result : orpc_i_answer_fits(rq, 0,
	    oxdr_value_size(orpc_request_proc(rq)->res, out));
}

/* ---- All of it --------------------------------------------------------------------------------- */

int
orpc_i_binder_serve(struct orpc_binder *b)
{
	int result;

	b->v2 = (struct orpc_i_pmap_v2_ops){ .ctx = b, .set = pmap_set,
	    .unset = pmap_unset, .getport = pmap_getport, .dump = pmap_dump,
	    .callit = pmap_callit };
	b->v3 = (struct orpc_i_rpcb_v3_ops){ .ctx = b, .set = rpcb_set,
	    .unset = rpcb_unset, .getaddr = rpcb_getaddr, .dump = rpcb_dump,
	    .callit = rpcb_callit, .gettime = rpcb_gettime,
	    .uaddr2taddr = rpcb_uaddr2taddr,
	    .taddr2uaddr = rpcb_taddr2uaddr };
	b->v4 = (struct orpc_i_rpcb_v4_ops){ .ctx = b, .set = rpcb_set,
	    .unset = rpcb_unset, .getaddr = rpcb_getaddr, .dump = rpcb_dump,
	    .bcast = rpcb_bcast, .gettime = rpcb_gettime,
	    .uaddr2taddr = rpcb_uaddr2taddr,
	    .taddr2uaddr = rpcb_taddr2uaddr,
	    .getversaddr = rpcb_getversaddr, .indirect = rpcb_indirect,
	    .getaddrlist = rpcb_getaddrlist, .getstat = rpcb_getstat };
	result = orpc_i_pmap_v2_serve(b->server, &b->v2);
	if (!result)
		result = orpc_i_rpcb_v3_serve(b->server, &b->v3);
	if (!result)
		result = orpc_i_rpcb_v4_serve(b->server, &b->v4);
	return result;
}
