/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each connection has `depth` slots; a slot's call is sent again as soon as
 * its reply is in.  Calls that are due are copied from a template into the
 * connection's output, so that all that one read completes leaves in one
 * write.  The xid carries the slot in its low bits and a running number in
 * the others: a reply finds its slot without a table, and a stale one is seen.
 */
#include "runtime/tools/load/engine.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <orpc/error.h>
#include <oxdr/reader.h>
#include <oxdr/writer.h>

#define SLOT_BITS 12u
#define SLOT_MASK ((1u << SLOT_BITS) - 1)
#define CALL_HEADER 40u
#define MARK 4u
#define LOST_NS 1000000000u
#define IN_LEAST 1024u

struct slot {
	uint64_t sent_ns;
	uint32_t xid;
	bool in_flight;
};

struct connection {
	int fd;
	bool over;
	bool wants_write;
	uint32_t serial;
	struct slot *slots;
	unsigned in_flight;
	uint8_t *out;
	size_t n_out;
	size_t out_at;
	uint8_t *in;
	size_t n_in;
	size_t in_room;
};

struct worker {
	pthread_t thread;
	struct load_plan *plan;
	struct load_result result;
	struct connection *connections;
	unsigned n;
	unsigned n_idle;
	int *idle;
	int epoll;
	uint8_t *call;		/* template, with its mark when a stream */
	size_t n_call;
	uint64_t measure_from_ns;
	uint64_t end_ns;
	uint64_t calls_left;
	unsigned alive;
};

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
note(struct worker *w, const char *what)
{
	if (w->result.error[0] == '\0')
		snprintf(w->result.error, sizeof(w->result.error), "%s", what);
}

/* ---- Messages --------------------------------------------------------------- */

static bool
is_stream(const struct worker *w)
{
	return w->plan->type == SOCK_STREAM;
}

/* RFC 5531 section 9: a call with AUTH_NONE, its xid left open. */
static int
make_template(struct worker *w)
{
	const struct load_plan *plan = w->plan;
	size_t body = plan->without_argument ? 0 :
	    4 + (size_t)plan->size + oxdr_pad(plan->size);
	size_t mark = is_stream(w) ? MARK : 0;
	uint8_t *p;

	w->n_call = mark + CALL_HEADER + body;
	w->call = calloc(1, w->n_call);
	if (!w->call)
		return -1;
	p = w->call;
	if (mark != 0)
		oxdr_store_u32(p, 0x80000000u | (uint32_t)(CALL_HEADER + body));
	p += mark;
	oxdr_store_u32(p + 8, 2);
	oxdr_store_u32(p + 12, plan->program);
	oxdr_store_u32(p + 16, plan->version);
	oxdr_store_u32(p + 20, plan->procedure);
	if (body == 0)
		return 0;
	oxdr_store_u32(p + CALL_HEADER, plan->size);
	for (uint32_t i = 0; i < plan->size; i++)
		p[CALL_HEADER + 4 + i] = (uint8_t)(i * 31 + 7);
	return 0;
}

/* Puts the slot's next call into the output. */
static void
queue_call(struct worker *w, struct connection *c, unsigned slot,
    uint64_t now)
{
	struct slot *s = &c->slots[slot];
	uint8_t *p = c->out + c->n_out;

	memcpy(p, w->call, w->n_call);
	s->xid = ++c->serial << SLOT_BITS | slot;
	s->sent_ns = now;
	s->in_flight = true;
	oxdr_store_u32(p + (is_stream(w) ? MARK : 0), s->xid);
	c->n_out += w->n_call;
	c->in_flight++;
}

/* Takes the header from a reply (RFC 5531 section 9): 0 and what is left, or
 * what orpc_strerror() explains. */
static int
reply_judge(const uint8_t **p, size_t *n)
{
	uint32_t verf, stat;

	if (*n < 20)
		return -ORPC_E_PROTOCOL;
	stat = oxdr_load_u32(*p + 16);
	if (oxdr_load_u32(*p + 8) != 0)
		return oxdr_load_u32(*p + 12) == 0 ? ORPC_R_RPC_MISMATCH :
		    ORPC_R_AUTH_BASE + (int)(stat > 0 && stat <
		    ORPC_R_AUTH_LAST - ORPC_R_AUTH_BASE ? stat :
		    ORPC_R_AUTH_FAILED - ORPC_R_AUTH_BASE);
	verf = stat + (uint32_t)oxdr_pad(stat);
	if (stat > 400 || *n < 24 + (size_t)verf)
		return -ORPC_E_PROTOCOL;
	stat = oxdr_load_u32(*p + 20 + verf);
	*p += 24 + verf;
	*n -= 24 + (size_t)verf;
	return stat <= ORPC_R_SYSTEM_ERR ? (int)stat : -ORPC_E_PROTOCOL;
}

static bool
is_argument(const struct worker *w, const uint8_t *p, size_t n)
{
	size_t n_arg = w->n_call - CALL_HEADER - (is_stream(w) ? MARK : 0);

	return n == n_arg && memcmp(p, w->call + w->n_call - n_arg, n) == 0;
}

static void
take_error(struct worker *w, const char *why)
{
	w->result.errors++;
	note(w, why);
}

/* Is it the answer to a call in flight, and the right one? */
static void
take_reply(struct worker *w, struct connection *c, const uint8_t *p, size_t n,
    uint64_t now)
{
	struct slot *s;
	int result;

	if (n < 12 || oxdr_load_u32(p + 4) != 1) {
		take_error(w, orpc_strerror(-ORPC_E_PROTOCOL));
		return;
	}
	s = &c->slots[oxdr_load_u32(p) & SLOT_MASK];
	if ((oxdr_load_u32(p) & SLOT_MASK) >= w->plan->depth ||
	    !s->in_flight || s->xid != oxdr_load_u32(p))
		return;		/* late, or twice: UDP may */
	s->in_flight = false;
	c->in_flight--;
	result = reply_judge(&p, &n);
	if (result) {
		take_error(w, orpc_strerror(result));
		return;
	}
	if (w->plan->check_echo && !w->plan->without_argument &&
	    !is_argument(w, p, n)) {
		take_error(w, "a result that is not the argument");
		return;
	}
	w->result.all_calls++;
	if (now >= w->measure_from_ns) {
		w->result.calls++;
		histogram_add(&w->result.latency, now - s->sent_ns);
	}
}

/* ---- Connections -------------------------------------------------------------- */

static int
open_socket(const struct load_plan *plan)
{
	const int one = 1;
	int fd = socket(plan->to.ss_family, plan->type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&plan->to, plan->n_to) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	if (plan->type == SOCK_STREAM && plan->to.ss_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* Room for answers on a connection, at most. */
static size_t
in_most(const struct worker *w)
{
	return 65536 + 2 * w->n_call;
}

/* More room where a read has filled it: many connections that receive little
 * should not cost the generator its time.  False: there is no more. */
static bool
grow_in(const struct worker *w, struct connection *c)
{
	size_t room = c->in_room * 8 < in_most(w) ? c->in_room * 8 :
	    in_most(w);
	uint8_t *in = room > c->in_room ? realloc(c->in, room) : NULL;

	if (!in)
		return false;
	c->in = in;
	c->in_room = room;
	return true;
}

static int
open_connection(struct worker *w, struct connection *c)
{
	const struct load_plan *plan = w->plan;
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	c->fd = open_socket(plan);
	if (c->fd < 0)
		return -1;
	c->slots = calloc(plan->depth, sizeof(*c->slots));
	c->out = malloc(w->n_call * plan->depth);
	c->in_room = is_stream(w) ? IN_LEAST : in_most(w);
	c->in = malloc(c->in_room);
	if (!c->slots || !c->out || !c->in) {
		errno = ENOMEM;
		return -1;
	}
	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void
close_connection(struct worker *w, struct connection *c, const char *why)
{
	if (c->over)
		return;
	c->over = true;
	w->alive--;
	epoll_ctl(w->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	if (why) {
		w->result.broken++;
		note(w, why);
	}
}

static void
watch_write(struct worker *w, struct connection *c, bool on)
{
	struct epoll_event event = {
		.events = EPOLLIN | (on ? (uint32_t)EPOLLOUT : 0),
		.data.ptr = c };

	if (c->wants_write != on)
		epoll_ctl(w->epoll, EPOLL_CTL_MOD, c->fd, &event);
	c->wants_write = on;
}

static void
send_queued(struct worker *w, struct connection *c)
{
	while (c->out_at < c->n_out && !c->over) {
		size_t n = is_stream(w) ? c->n_out - c->out_at : w->n_call;
		ssize_t sent = send(c->fd, c->out + c->out_at, n,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
			watch_write(w, c, true);
			return;
		}
		if (sent < 0 && is_stream(w)) {
			close_connection(w, c, "the server closed a "
			    "connection");
			return;
		}
		c->out_at += sent < 0 ? n : (size_t)sent;
	}
	c->n_out = c->out_at = 0;
	watch_write(w, c, false);
}

/* Calls for all slots that are free, as long as calls are left; only into an
 * empty output, which has room for all. */
static void
refill(struct worker *w, struct connection *c, uint64_t now)
{
	if (c->over || c->n_out != c->out_at)
		return;
	c->n_out = c->out_at = 0;
	if (now >= w->end_ns)
		return;
	for (unsigned i = 0; i < w->plan->depth &&
	    c->in_flight < w->plan->depth && w->calls_left > 0; i++) {
		if (c->slots[i].in_flight)
			continue;
		queue_call(w, c, i, now);
		w->calls_left--;
	}
	send_queued(w, c);
}

/* The length of the record at p, its marks included, if it lies whole in n
 * bytes; 0: more is needed. */
static size_t
whole_record(const uint8_t *p, size_t n)
{
	size_t at = 0;
	uint32_t mark;

	do {
		if (n - at < MARK)
			return 0;
		mark = oxdr_load_u32(p + at);
		if (n - at - MARK < (mark & 0x7fffffffu))
			return 0;
		at += MARK + (mark & 0x7fffffffu);
	} while (!(mark & 0x80000000u));
	return at;
}

/* Joins the fragments of a whole record in place, behind the first mark; the
 * length of the message. */
static size_t
join_fragments(uint8_t *p, size_t n)
{
	size_t body = 0;

	for (size_t at = 0; at < n;) {
		size_t len = oxdr_load_u32(p + at) & 0x7fffffffu;

		if (at > 0)
			memmove(p + MARK + body, p + at + MARK, len);
		body += len;
		at += MARK + len;
	}
	return body;
}

static void
parse_stream(struct worker *w, struct connection *c, uint64_t now)
{
	bool filled = c->n_in == c->in_room;
	size_t at = 0, n;

	while ((n = whole_record(c->in + at, c->n_in - at)) > 0) {
		size_t body = join_fragments(c->in + at, n);

		take_reply(w, c, c->in + at + MARK, body, now);
		at += n;
	}
	memmove(c->in, c->in + at, c->n_in - at);
	c->n_in -= at;
	if (filled && !grow_in(w, c) && c->n_in == c->in_room)
		close_connection(w, c, "an answer that is too long");
}

static void
on_readable(struct worker *w, struct connection *c)
{
	uint64_t now;
	ssize_t n;

	n = recv(c->fd, c->in + c->n_in, c->in_room - c->n_in, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 && is_stream(w)) {
		close_connection(w, c, "the server closed a connection");
		return;
	}
	now = now_ns();
	if (is_stream(w)) {
		c->n_in += (size_t)n;
		parse_stream(w, c, now);
	} else {
		for (; n > 0; n = recv(c->fd, c->in, c->in_room,
		    MSG_DONTWAIT))
			take_reply(w, c, c->in, (size_t)n, now);
	}
	refill(w, c, now);
}

/* ---- A thread ----------------------------------------------------------------- */

/* Datagrams that got no answer within a second are given up. */
static void
give_up_lost(struct worker *w, uint64_t now)
{
	for (unsigned i = 0; i < w->n; i++) {
		struct connection *c = &w->connections[i];

		for (unsigned k = 0; k < w->plan->depth; k++) {
			struct slot *s = &c->slots[k];

			if (s->in_flight && now - s->sent_ns > LOST_NS) {
				s->in_flight = false;
				c->in_flight--;
				w->result.lost++;
			}
		}
		refill(w, c, now);
	}
}

static bool
all_idle(const struct worker *w)
{
	for (unsigned i = 0; i < w->n; i++)
		if (!w->connections[i].over &&
		    w->connections[i].in_flight > 0)
			return false;
	return true;
}

/* The end is reached: nothing more to send, and nothing to wait for. */
static bool
finished(const struct worker *w, uint64_t now)
{
	if (w->alive == 0 || atomic_load(&w->plan->stop))
		return true;
	return (now >= w->end_ns || w->calls_left == 0) &&
	    (all_idle(w) || now >= w->end_ns + LOST_NS);
}

static void *
run_worker(void *ctx)
{
	struct worker *w = ctx;
	struct epoll_event events[256];
	uint64_t start = now_ns(), last_look = start, now = start;

	w->measure_from_ns = start +
	    (uint64_t)(w->plan->warmup_s * 1e9);
	w->end_ns = w->plan->calls > 0 ? UINT64_MAX - 2 * (uint64_t)LOST_NS :
	    w->measure_from_ns + (uint64_t)(w->plan->duration_s * 1e9);
	for (unsigned i = 0; i < w->n; i++)
		refill(w, &w->connections[i], start);
	while (!finished(w, now)) {
		int n = epoll_wait(w->epoll, events, 256, 100);

		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;

			if (events[i].events & EPOLLOUT)
				send_queued(w, c);
			if (!c->over && events[i].events & ~(uint32_t)EPOLLOUT)
				on_readable(w, c);
		}
		now = now_ns();
		if (!is_stream(w) && now - last_look > LOST_NS / 4) {
			give_up_lost(w, now);
			last_look = now;
		}
	}
	if (now > w->end_ns)
		now = w->end_ns;
	w->result.seconds = now > w->measure_from_ns ?
	    (double)(now - w->measure_from_ns) / 1e9 : 0;
	return NULL;
}

static int
worker_init(struct worker *w, struct load_plan *plan, unsigned index)
{
	unsigned t = plan->threads;

	w->plan = plan;
	w->n = plan->connections / t + (index < plan->connections % t);
	w->n_idle = plan->idle_connections / t +
	    (index < plan->idle_connections % t);
	w->calls_left = plan->calls > 0 ?
	    plan->calls / t + (index < plan->calls % t) : UINT64_MAX;
	w->alive = w->n;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->connections = calloc(w->n + 1, sizeof(*w->connections));
	w->idle = calloc(w->n_idle + 1, sizeof(*w->idle));
	for (unsigned i = 0; w->connections && i < w->n; i++)
		w->connections[i].fd = -1;
	if (w->epoll < 0 || !w->connections || !w->idle ||
	    make_template(w) != 0)
		return -1;
	for (unsigned i = 0; i < w->n_idle; i++)
		if ((w->idle[i] = open_socket(plan)) < 0)
			return -1;
	for (unsigned i = 0; i < w->n; i++)
		if (open_connection(w, &w->connections[i]) != 0)
			return -1;
	return 0;
}

static void
worker_fini(struct worker *w)
{
	for (unsigned i = 0; w->connections && i < w->n; i++) {
		struct connection *c = &w->connections[i];

		if (c->fd >= 0)
			close(c->fd);
		free(c->slots);
		free(c->out);
		free(c->in);
	}
	for (unsigned i = 0; w->idle && i < w->n_idle; i++)
		if (w->idle[i] > 0)
			close(w->idle[i]);
	if (w->epoll > 0)
		close(w->epoll);
	free(w->connections);
	free(w->idle);
	free(w->call);
}

static void
add_result(struct load_result *into, const struct load_result *from)
{
	histogram_merge(&into->latency, &from->latency);
	into->calls += from->calls;
	into->all_calls += from->all_calls;
	into->errors += from->errors;
	into->lost += from->lost;
	into->broken += from->broken;
	if (from->seconds > into->seconds)
		into->seconds = from->seconds;
	if (into->error[0] == '\0')
		memcpy(into->error, from->error, sizeof(into->error));
}

int
load_run(struct load_plan *plan, struct load_result *out)
{
	struct worker *workers = calloc(plan->threads, sizeof(*workers));
	uint64_t begun = now_ns();
	unsigned started = 0;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (!workers) {
		snprintf(out->error, sizeof(out->error), "no memory");
		return -1;
	}
	for (unsigned i = 0; rc == 0 && i < plan->threads; i++)
		rc = worker_init(&workers[i], plan, i);
	if (rc != 0)
		snprintf(out->error, sizeof(out->error), "connect: %s",
		    strerror(errno));
	out->connect_seconds = (double)(now_ns() - begun) / 1e9;
	for (; rc == 0 && started < plan->threads; started++)
		if (pthread_create(&workers[started].thread, NULL, run_worker,
		    &workers[started]) != 0)
			break;
	for (unsigned i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	for (unsigned i = 0; i < plan->threads; i++) {
		add_result(out, &workers[i].result);
		worker_fini(&workers[i]);
	}
	free(workers);
	return rc;
}
