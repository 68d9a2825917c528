/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A datagram socket that serves.  Datagrams are received in a batch, each
 * into room of its own and judged by its own length alone; their replies are
 * encoded behind each other and leave in a batch.
 *
 * When the socket takes no more, reading stops until it does: replies that
 * are late in coming and find no room are lost, as datagrams may be.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/channel/quick.h"
#include "runtime/server/server.h"
#include "xdr/base.h"

/* Room of each received datagram; of all replies of a batch. */
#define IN_BYTES ((size_t)64 << 10)
#define OUT_BYTES ((size_t)256 << 10)
/* So many replies leave without waiting for those of the whole batch: else
 * clients and server take turns, each waiting for the other's batch. */
#define OUT_EARLY 8u
/* Batches received in one turn of the loop. */
#define ROUNDS 4
/* A batch is asked for twice as many as came last, and at least this many:
 * room that is not filled costs something too. */
#define MOST_LEAST 4u

/*
 * out[0 .. n_out) wait to be sent, from bytes[0 .. n_bytes); while a reply
 * is being put, w stands behind them and `to` is where it will go.
 */
struct port {
	struct datagram_sink sink;
	struct server_loop *sl;
	struct port *next;
	struct transport t;
	struct orpc_i_watch watch;
	struct orpc_i_task flush;
	struct orpc_i_sockaddr bound;
	bool stopped;
	bool blocked;			/* waits until the socket takes more */
	bool secret;			/* the bytes are to be overwritten */
	bool receiving;			/* who receives flushes behind it */
	size_t most;			/* asked for in the next batch */
	struct oxdr_writer w;
	size_t n_bytes;
	size_t n_out;
	size_t n_sent;
	struct iovec iov[DATAGRAM_BATCH];
	struct datagram out[DATAGRAM_BATCH];
	uint8_t bytes[OUT_BYTES];
};

/* ---- Out ------------------------------------------------------------- */

static void
port_watch(struct port *p)
{
	unsigned events = p->blocked ? ORPC_LOOP_WRITE :
	    p->stopped ? 0 : ORPC_LOOP_READ;

	if (p->watch.loop)
		orpc_i_watch_set(&p->watch, events);
}

/* Everything has left, or is given up. */
static void
port_empty(struct port *p)
{
	if (p->secret)
		oxdr_wipe(p->bytes, p->n_bytes);
	p->secret = false;
	p->n_bytes = p->n_out = p->n_sent = 0;
	if (p->blocked) {
		p->blocked = false;
		port_watch(p);
	}
}

static void
port_flush(struct port *p)
{
	size_t n;
	int r;

	while (p->n_sent < p->n_out) {
		r = p->t.ops->send_batch(&p->t, p->out + p->n_sent,
		    p->n_out - p->n_sent, &n);
		if (r == TRANSPORT_AGAIN) {
			if (!p->blocked) {
				p->blocked = true;
				port_watch(p);
			}
			return;
		}
		if (r)
			break;
		p->n_sent += n;
	}
	port_empty(p);
}

static void
port_flush_task(struct orpc_i_task *task)
{
	struct port *p = container_of(task, struct port, flush);

	if (!p->blocked)
		port_flush(p);
}

/* No more of an address than there is. */
static inline void
address_copy(struct orpc_i_sockaddr *to, const struct orpc_i_sockaddr *from)
{
	to->n = from->n;
	if (from->n == sizeof(struct sockaddr_in))
		memcpy(&to->ss, &from->ss, sizeof(struct sockaddr_in));
	else if (from->n)
		memcpy(&to->ss, &from->ss, from->n);
}

static struct oxdr_writer *
port_begin(struct datagram_sink *sink, const struct datagram *to)
{
	struct port *p = container_of(sink, struct port, sink);

	if (!p->blocked && (p->n_out == DATAGRAM_BATCH ||
	    OUT_BYTES - p->n_bytes < DATAGRAM_MAX))
		port_flush(p);
	if (p->n_out == DATAGRAM_BATCH || OUT_BYTES - p->n_bytes < DATAGRAM_MAX)
		return NULL;
	oxdr_writer_reuse(&p->w, p->bytes + p->n_bytes, DATAGRAM_MAX);
	p->w.flags &= ~OXDR_WRITER_SECRET;
	address_copy(&p->out[p->n_out].peer, &to->peer);
	address_copy(&p->out[p->n_out].local, &to->local);
	p->out[p->n_out].ifindex = to->ifindex;
	return &p->w;
}

static void
port_end(struct datagram_sink *sink, bool send)
{
	struct port *p = container_of(sink, struct port, sink);
	size_t n = oxdr_writer_size(&p->w);

	if (p->w.flags & OXDR_WRITER_SECRET)
		p->secret = true;
	if (!send)
		return;
	p->iov[p->n_out] = (struct iovec){ p->bytes + p->n_bytes, n };
	p->out[p->n_out].iov = &p->iov[p->n_out];
	p->out[p->n_out].n_iov = 1;
	p->n_out++;
	p->n_bytes += (n + 15) & ~(size_t)15;
	if (p->blocked)
		return;
	if (p->n_out >= OUT_EARLY)
		port_flush(p);
	else if (!p->receiving)
		orpc_i_loop_later(p->sl->loop, &p->flush);
}

/* ---- In -------------------------------------------------------------- */

static void
port_take(struct port *p, const struct datagram *d, struct orpc_i_buf *buf)
{
	struct dispatcher *dispatcher = &p->sl->dispatcher;
	struct message m = { d->iov->iov_base, d->n, buf };

	if (d->truncated || d->n < 8) {
		count_add(&dispatcher->counts.bad_messages, 1);
		return;
	}
	if (orpc_i_quick_datagram(dispatcher, &p->sink, d, &m))
		return;
	/* What is kept of a datagram is copied: the buffer is much larger. */
	m.buf = NULL;
	orpc_i_dispatch_datagram(dispatcher, &p->sink, d, &m);
}

/*
 * The buffer for a batch, held by nobody else; it is given away until it is
 * returned, as a handler may make the loop turn.  NULL: no memory.
 */
static struct orpc_i_buf *
datagrams_take(struct server_loop *sl)
{
	struct orpc_i_buf *buf = sl->datagrams;

	sl->datagrams = NULL;
	if (buf && orpc_i_buf_is_single(buf))
		return buf;
	orpc_i_buf_unref(buf);
	return orpc_i_buf_new(NULL, NULL, DATAGRAM_BATCH * IN_BYTES, &buf) ?
	    NULL : buf;
}

static void
datagrams_return(struct server_loop *sl, struct orpc_i_buf *buf)
{
	if (sl->datagrams)
		orpc_i_buf_unref(buf);
	else
		sl->datagrams = buf;
}

/* Receives one.  Without a buffer it is thrown away: else the loop would hear
 * of it again at once. */
static bool
port_receive_one(struct port *p, struct orpc_i_buf *buf)
{
	const struct iovec iov = { buf ? buf->bytes : NULL,
	    buf ? IN_BYTES : 0 };
	struct datagram in;
	size_t n;

	in.iov = &iov;
	in.n_iov = 1;
	if (p->t.ops->recv_batch(&p->t, &in, 1, &n))
		return false;
	if (buf)
		port_take(p, &in, buf);
	return false;
}

/* Says whether there may be more. */
static bool
port_receive_batch(struct port *p, struct orpc_i_buf *buf)
{
	struct datagram in[DATAGRAM_BATCH];
	struct iovec iov[DATAGRAM_BATCH];
	size_t n, most = p->most;

	for (size_t i = 0; i < most; i++) {
		iov[i] = (struct iovec){ buf->bytes + i * IN_BYTES,
		    IN_BYTES };
		in[i].iov = &iov[i];
		in[i].n_iov = 1;
	}
	if (p->t.ops->recv_batch(&p->t, in, most, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		port_take(p, &in[i], buf);
	p->most = 2 * n < MOST_LEAST ? MOST_LEAST :
	    2 * n < DATAGRAM_BATCH ? 2 * n : DATAGRAM_BATCH;
	return n == most;
}

static bool
port_receive(struct port *p)
{
	struct orpc_i_buf *buf = datagrams_take(p->sl);
	bool more;

	/* Where they come one by one there is room for one. */
	if (!buf || p->t.lone)
		more = port_receive_one(p, buf);
	else
		more = port_receive_batch(p, buf);
	if (buf)
		datagrams_return(p->sl, buf);
	return more;
}

static void
port_ready(void *ctx, int fd, unsigned events)
{
	struct port *p = ctx;

	(void)fd;
	if (events & ORPC_LOOP_WRITE)
		port_flush(p);
	if (!(events & (ORPC_LOOP_READ | ORPC_I_LOOP_HANGUP)))
		return;
	p->receiving = true;
	for (int i = 0; i < ROUNDS && !p->blocked && !p->stopped; i++)
		if (!port_receive(p))
			break;
	p->receiving = false;
	if (p->n_out && !p->blocked)
		port_flush(p);
}

/* ---- Life ------------------------------------------------------------ */

int
orpc_i_port_open(struct server_loop *sl, int fd,
    const struct orpc_i_sockaddr *bound, struct port **out)
{
	struct port *p;

	if (!sl->datagrams)
		sl->datagrams = datagrams_take(sl);
	p = malloc(sizeof(*p));
	if (!p || !sl->datagrams) {
		free(p);
		return -OXDR_E_NOMEM;
	}
	memset(p, 0, offsetof(struct port, bytes));
	orpc_i_transport_adopt(ORPC_UDP, fd, &p->t);
	p->sl = sl;
	p->most = DATAGRAM_BATCH;
	p->bound = *bound;
	p->sink.begin = port_begin;
	p->sink.end = port_end;
	p->sink.bound = &p->bound;
	p->flush.fn = port_flush_task;
	oxdr_writer_init_fixed(&p->w, p->bytes, 0);
	p->watch.fn = port_ready;
	p->watch.ctx = p;
	p->next = sl->ports;
	sl->ports = p;
	*out = p;
	return 0;
}

int
orpc_i_port_start(struct port *p)
{
	return orpc_i_watch_add(p->sl->loop, &p->watch, p->t.fd,
	    ORPC_LOOP_READ);
}

void
orpc_i_ports_stop(struct server_loop *sl)
{
	for (struct port *p = sl->ports; p; p = p->next) {
		p->stopped = true;
		port_watch(p);
	}
}

void
orpc_i_ports_close(struct server_loop *sl)
{
	struct port *p;

	while ((p = sl->ports)) {
		sl->ports = p->next;
		orpc_i_watch_remove(&p->watch);
		orpc_i_loop_forget(sl->loop, &p->flush);
		p->t.ops->close(&p->t);
		free(p);
	}
}
