/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calling a procedure on every host of the local networks (RFC 1833).
 *
 * The hosts' binders are asked to make the call and to pass its reply on:
 * over IPv4 the portmapper's CALLIT (version 2) at each interface's broadcast
 * address, over IPv6 rpcbind's BCAST (version 4) at the group ff02::202 on
 * each interface.  The question goes out again, less and less often, until
 * time is up; whoever has answered is not heard twice.
 *
 * Nothing that comes in is trusted: it is a reply to our xid or nothing, its
 * strings and counts are checked by the reader, and who has answered is kept
 * for so many hosts and no more.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xdr/base.h"
#include "runtime/client/broadcast.h"
#include "runtime/proto/auth.h"
#include "runtime/proto/retry.h"
#include "runtime/transport/transport.h"

#define BINDER_PORT 111u
#define BINDER_PROG 100000u
#define PMAP_VERS 2u
#define PMAP_CALLIT 5u
#define RPCB_VERS 4u
#define RPCB_BCAST 5u

#define FIRST_MS 300u
#define LATEST_MS 4000u
/* Answers of more hosts than this are not told apart from repeated ones. */
#define HEARD_MAX 1024u

struct broadcast {
	const struct orpc_i_sockaddr *to;
	unsigned n_to;
	const struct orpc_program *program;
	const struct orpc_proc *proc;
	const void *arg;
	orpc_answer_fn *on_answer;
	void *ctx;
	struct transport four;		/* fd -1: not used */
	struct transport six;
	uint32_t xid;
	struct oxdr_writer ask_four;
	struct oxdr_writer ask_six;
	struct oxdr_arena arena;
	struct orpc_i_sockaddr *heard;
	unsigned n_heard;
	int os_errno;
	bool enough;
	uint8_t room[DATAGRAM_MAX];
};

/* ---- Where to ---------------------------------------------------------------- */

static bool
interface_address(const struct ifaddrs *i, struct orpc_i_sockaddr *out)
{
	struct sockaddr_in6 group = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(BINDER_PORT),
		.sin6_addr = { { { 0xff, 0x02, [14] = 0x02, [15] = 0x02 } } },
	};

	if (!i->ifa_addr || !(i->ifa_flags & IFF_UP))
		return false;
	if (i->ifa_addr->sa_family == AF_INET &&
	    i->ifa_flags & IFF_BROADCAST && i->ifa_broadaddr) {
		out->n = sizeof(struct sockaddr_in);
		memcpy(&out->ss, i->ifa_broadaddr, out->n);
		orpc_i_sockaddr_set_port(out, BINDER_PORT);
		return true;
	}
	if (i->ifa_addr->sa_family == AF_INET6 &&
	    i->ifa_flags & IFF_MULTICAST) {
		group.sin6_scope_id = if_nametoindex(i->ifa_name);
		out->n = sizeof(group);
		memcpy(&out->ss, &group, out->n);
		return true;
	}
	return false;
}

static bool
address_is_known(const struct orpc_i_sockaddr *a, unsigned n,
    const struct orpc_i_sockaddr *b)
{
	for (unsigned i = 0; i < n; i++)
		if (orpc_i_sockaddr_equal(orpc_i_sockaddr_ptr(&a[i]), a[i].n,
		    orpc_i_sockaddr_ptr(b), b->n))
			return true;
	return false;
}

unsigned
orpc_i_broadcast_addresses(struct orpc_i_sockaddr *out, unsigned max)
{
	struct ifaddrs *list = NULL;
	unsigned n = 0;

	if (getifaddrs(&list))
		return 0;
	for (const struct ifaddrs *i = list; i && n < max; i = i->ifa_next) {
		memset(&out[n], 0, sizeof(out[n]));
		if (interface_address(i, &out[n]) &&
		    !address_is_known(out, n, &out[n]))
			n++;
	}
	freeifaddrs(list);
	return n;
}

/* ---- The question -------------------------------------------------------------- */

/* A call of the binder whose argument is our call (RFC 1833 section 3.1,
 * call_args; section 2.1, rpcb_rmtcallargs: the same bytes). */
static int
broadcast_encode(struct broadcast *b, struct oxdr_writer *w, uint32_t version,
    uint32_t procedure)
{
	const struct orpc_i_body body = { b->proc->put_arg, b->proc->arg,
		b->arg };
	uint8_t *p;
	size_t at;
	int e;

	oxdr_writer_init(w, NULL, DATAGRAM_MAX);
	e = orpc_i_call_put(w, b->xid, BINDER_PROG, version, procedure, NULL);
	if (e)
		return e;
	p = oxdr_reserve(w, 16);
	if (!p)
		return oxdr_writer_error(w);
	at = oxdr_writer_size(w);
	e = orpc_i_body_put(w, &body);
	if (e)
		return e;
	oxdr_store_u32(p, b->program->number);
	oxdr_store_u32(p + 4, b->program->version);
	oxdr_store_u32(p + 8, b->proc->number);
	oxdr_store_u32(p + 12, (uint32_t)(oxdr_writer_size(w) - at));
	return 0;
}

static void
broadcast_ask_one(struct broadcast *b, const struct orpc_i_sockaddr *to)
{
	bool is_four = to->ss.ss_family == AF_INET;
	struct transport *t = is_four ? &b->four : &b->six;
	struct oxdr_writer *w = is_four ? &b->ask_four : &b->ask_six;
	const struct oxdr_piece *pieces;
	struct datagram d = { .peer = *to };
	size_t n;

	if (t->fd < 0 || oxdr_writer_iov(w, &pieces, &d.n_iov))
		return;
	d.iov = (const struct iovec *)pieces;
	if (t->ops->send_batch(t, &d, 1, &n) || t->os_errno)
		b->os_errno = t->os_errno;
}

static void
broadcast_ask(struct broadcast *b)
{
	for (unsigned i = 0; i < b->n_to; i++)
		broadcast_ask_one(b, &b->to[i]);
}

/* ---- Answers ------------------------------------------------------------------- */

/* Reads where the program listens: a port, or over IPv6 an address. */
static int
answer_where(struct broadcast *b, struct oxdr_reader *r, bool is_four,
    struct orpc_i_sockaddr *from)
{
	struct orpc_i_sockaddr said;
	uint32_t port;
	char *text;
	int e;

	if (is_four) {
		e = oxdr_get_u32(r, &port);
		if (!e)
			orpc_i_sockaddr_set_port(from, (uint16_t)port);
		return e;
	}
	e = oxdr_get_string(r, &b->arena, ORPC_UADDR_MAX, &text);
	if (e)
		return e;
	if (!orpc_uaddr_to_sockaddr("udp6", text, &said.ss, &said.n))
		orpc_i_sockaddr_set_port(from,
		    orpc_i_sockaddr_port(orpc_i_sockaddr_ptr(&said)));
	return 0;
}

static void
answer_tell(struct broadcast *b, const uint8_t *bytes, size_t n,
    const struct orpc_i_sockaddr *from)
{
	const struct oxdr_type *type = b->proc->res;
	struct orpc_i_place place = { b->proc->get_res, type, NULL };
	struct oxdr_reader r;

	if (type) {
		place.out = oxdr_arena_take(&b->arena, type->size,
		    type->align);
		if (!place.out)
			return;
	}
	oxdr_reader_init(&r, bytes, n);
	if (orpc_i_body_get(&r, &b->arena, &place))
		return;
	if (b->n_heard < HEARD_MAX)
		b->heard[b->n_heard++] = *from;
	if (b->on_answer(b->ctx, orpc_i_sockaddr_ptr(from), from->n,
	    place.out))
		b->enough = true;
}

static void
answer_take(struct broadcast *b, const struct datagram *d, bool is_four)
{
	struct orpc_i_sockaddr from = d->peer;
	struct orpc_i_reply_header h;
	struct oxdr_reader r;
	char *result;
	uint32_t n;

	oxdr_reader_init(&r, b->room, d->n);
	if (d->truncated || orpc_i_reply_get(&r, &h) || h.result ||
	    h.xid != b->xid)
		return;
	oxdr_arena_reset(&b->arena);
	if (answer_where(b, &r, is_four, &from) ||
	    oxdr_get_opaque_var(&r, &b->arena, DATAGRAM_MAX, &result, &n))
		return;
	if (!address_is_known(b->heard, b->n_heard, &from))
		answer_tell(b, (const uint8_t *)result, n, &from);
}

static void
broadcast_receive(struct broadcast *b, struct transport *t)
{
	const struct iovec iov = { b->room, sizeof(b->room) };
	struct datagram d = { .iov = &iov, .n_iov = 1 };
	size_t n;

	while (!b->enough && !t->ops->recv_batch(t, &d, 1, &n))
		answer_take(b, &d, t == &b->four);
}

/* Listens until until_ns. */
static void
broadcast_listen(struct broadcast *b, int64_t until_ns)
{
	struct pollfd p[2] = {
		{ .fd = b->four.fd, .events = POLLIN },
		{ .fd = b->six.fd, .events = POLLIN },
	};
	int64_t left = until_ns - orpc_now_ns();

	if (left < 0)
		return;
	if (poll(p, 2, (int)(left / 1000000) + 1) <= 0)
		return;
	if (p[0].revents)
		broadcast_receive(b, &b->four);
	if (p[1].revents)
		broadcast_receive(b, &b->six);
}

/* ---- All of it ----------------------------------------------------------------- */

static void
broadcast_open(struct transport *t, int family)
{
	int on = 1;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	t->fd = -1;
	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	orpc_i_transport_adopt(ORPC_UDP, fd, t);
}

static int
broadcast_start(struct broadcast *b)
{
	int e;

	b->xid = orpc_i_random();
	b->heard = calloc(HEARD_MAX, sizeof(*b->heard));
	if (!b->heard)
		return -OXDR_E_NOMEM;
	broadcast_open(&b->four, AF_INET);
	broadcast_open(&b->six, AF_INET6);
	if (b->four.fd < 0 && b->six.fd < 0) {
		b->os_errno = errno;
		return -ORPC_E_SYSTEM;
	}
	e = broadcast_encode(b, &b->ask_four, PMAP_VERS, PMAP_CALLIT);
	if (!e)
		e = broadcast_encode(b, &b->ask_six, RPCB_VERS, RPCB_BCAST);
	return e;
}

static void
broadcast_end(struct broadcast *b)
{
	if (b->four.fd >= 0)
		b->four.ops->close(&b->four);
	if (b->six.fd >= 0)
		b->six.ops->close(&b->six);
	oxdr_writer_fini(&b->ask_four);
	oxdr_writer_fini(&b->ask_six);
	oxdr_arena_fini(&b->arena);
	free(b->heard);
	free(b);
}

static int
broadcast_run(struct broadcast *b, int64_t deadline_ns)
{
	struct orpc_i_retry retry;
	int64_t now = orpc_now_ns();

	broadcast_ask(b);
	orpc_i_retry_start(&retry, now, FIRST_MS, LATEST_MS, orpc_i_random());
	while (!b->enough && now < deadline_ns) {
		broadcast_listen(b, retry.next_ns < deadline_ns ?
		    retry.next_ns : deadline_ns);
		now = orpc_now_ns();
		if (now >= retry.next_ns && now < deadline_ns) {
			broadcast_ask(b);
			orpc_i_retry_again(&retry, now, orpc_i_random());
		}
	}
	return b->n_heard ? 0 : -ORPC_E_TIMEOUT;
}

int
orpc_i_broadcast_to(const struct orpc_i_sockaddr *to, unsigned n_to,
    const struct orpc_program *program, const struct orpc_proc *proc,
    const void *arg, uint32_t timeout_ms, orpc_answer_fn *on_answer,
    void *ctx, struct orpc_error *error)
{
	struct broadcast *b = calloc(1, sizeof(*b));
	int64_t begun = orpc_now_ns();
	int e;

	if (!b)
		return -OXDR_E_NOMEM;
	b->to = to;
	b->n_to = n_to;
	b->program = program;
	b->proc = proc;
	b->arg = arg;
	b->on_answer = on_answer;
	b->ctx = ctx;
	b->four.fd = b->six.fd = -1;
	e = broadcast_start(b);
	if (!e)
		e = broadcast_run(b, begun + (int64_t)timeout_ms * 1000000);
	if (e && error) {
		memset(error, 0, sizeof(*error));
		error->code = e;
		error->step = e == -ORPC_E_TIMEOUT ? ORPC_STEP_WAIT :
		    ORPC_STEP_SEND;
		error->executed = e == -ORPC_E_TIMEOUT ?
		    ORPC_EXECUTED_MAYBE : ORPC_EXECUTED_NO;
		error->os_errno = b->os_errno;
		error->elapsed_ms = (uint32_t)((orpc_now_ns() - begun) /
		    1000000);
	}
	broadcast_end(b);
	return e;
}

int
orpc_broadcast(const struct orpc_program *program,
    const struct orpc_proc *proc, const void *arg, uint32_t timeout_ms,
    orpc_answer_fn *on_answer, void *ctx, struct orpc_error *error)
{
	struct orpc_i_sockaddr to[BROADCAST_MAX];
	unsigned n = orpc_i_broadcast_addresses(to, BROADCAST_MAX);

	return orpc_i_broadcast_to(to, n, program, proc, arg, timeout_ms,
	    on_answer, ctx, error);
}
