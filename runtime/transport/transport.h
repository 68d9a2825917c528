/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transports: what moves bytes.  One interface, one file an implementation
 * (tcp.c, udp.c, unix.c; later tls.c), nothing above them calls a socket
 * function.
 *
 * A descriptor's mode is settled before its first use and never changes:
 * what must not wait says MSG_DONTWAIT, so a blocking descriptor serves
 * both ways, and an inherited one stays as it was.  No operation raises
 * SIGPIPE.
 */
#ifndef ORPC_TRANSPORT_H
#define ORPC_TRANSPORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <orpc/addr.h>
#include <orpc/error.h>

#include "runtime/io/addr.h"

/* What to wait for; the values of ORPC_LOOP_READ and ORPC_LOOP_WRITE. */
#define TRANSPORT_READ 1u
#define TRANSPORT_WRITE 2u

/* A positive outcome: nothing could be done without waiting; wait for
 * t->want_recv or t->want_send and try again. */
enum { TRANSPORT_AGAIN = 1 };

/* recv flags */
#define TRANSPORT_PATIENT 1u	/* may wait as long as set by patience() */

/* Flags of connecting and listening. */
#define TRANSPORT_RESERVED_PORT 1u	/* source port below 1024 */
#define TRANSPORT_ANY_SOURCE 2u	/* UDP: do not connect the socket */

/* Largest payload of a UDP datagram. */
#define DATAGRAM_MAX 65507u

struct transport_ops;

/*
 * One socket.  Lies in its owner's memory; fd is -1 when closed.
 *
 * want_recv, want_send   TRANSPORT_READ | TRANSPORT_WRITE: what recv (send)
 *                        waits for after TRANSPORT_AGAIN; constant for plain
 *                        sockets, changing under TLS
 * os_errno               of the last -ORPC_E_IO or -ORPC_E_CONNECT; for
 *                        datagrams also of errors that were passed over
 *                        (ICMP), as a hint for the final report
 * shut                   shutdown was called
 * session                of the implementation; NULL for most sockets
 */
struct transport {
	const struct transport_ops *ops;
	int fd;
	atomic_int os_errno;
	uint8_t want_recv;
	uint8_t want_send;
	atomic_bool shut;
	uint8_t patience_log2;	/* SO_RCVTIMEO as set: 2^n ns; 0: none */
	uint8_t lone;		/* UDP: see udp_recv_batch */
	bool one_address;	/* UDP: the only one that datagrams come to */
	void *session;
};

/*
 * One datagram of a batch.
 *
 * iov, n_iov  room to receive into, or what to send; borrowed
 * n           received bytes; sending ignores it
 * truncated   received: it was larger than the room; drop it
 * peer        where from, where to; n 0 when sending on a connected socket
 * local       our address that it came to, port 0 (a reply leaves from
 *             there); n 0: the socket's own
 * ifindex     interface it came by; 0: unknown
 */
struct datagram {
	const struct iovec *iov;
	size_t n_iov;
	size_t n;
	struct orpc_i_sockaddr peer;
	struct orpc_i_sockaddr local;
	unsigned ifindex;
	bool truncated;
};

/* Most datagrams that recv_batch and send_batch take at once. */
#define DATAGRAM_BATCH 32u

/*
 * The interface.  Slots never block unless they say so.  Threads: one at a
 * time for recv and connected; one at a time for send, which may be another
 * than recv's; shutdown from any thread while the transport is open.
 */
struct transport_ops {
	enum orpc_transport_kind kind;
	bool datagram;		/* keeps message boundaries, may lose them */

	/*
	 * Goes on connecting after want_send was ready.
	 *
	 * Returns 0 when connected, TRANSPORT_AGAIN, -ORPC_E_CONNECT
	 * (t->os_errno).
	 */
	int (*connected)(struct transport *t);

	/*
	 * Reads up to n bytes of the stream, or one datagram of a connected
	 * socket (longer than n: dropped, TRANSPORT_AGAIN).
	 *
	 * flags   TRANSPORT_PATIENT: waits for bytes, not longer than the
	 *         patience that was set; then TRANSPORT_AGAIN
	 *
	 * Returns 0 and *out_n > 0 (a datagram may be empty), TRANSPORT_AGAIN
	 * (also after a signal, and for errors that say nothing about this
	 * socket's future, such as ICMP refusals of a datagram),
	 * -ORPC_E_CLOSED at the end of the stream, -ORPC_E_IO.
	 */
	int (*recv)(struct transport *t, void *buf, size_t n, unsigned flags,
	    size_t *out_n);

	/*
	 * Sends some of the pieces of the stream (at most IOV_MAX are looked
	 * at), or one datagram of a connected socket.
	 *
	 * Returns 0 and *out_n > 0, TRANSPORT_AGAIN, -ORPC_E_CLOSED (the peer
	 * is gone), -ORPC_E_IO; for a datagram also -OXDR_E_LIMIT: larger
	 * than the path or the socket takes.
	 */
	int (*send)(struct transport *t, const struct iovec *iov, size_t n_iov,
	    size_t *out_n);

	/*
	 * Datagrams only, else NULL: several at once.
	 *
	 * v, n   at most DATAGRAM_BATCH are looked at
	 *
	 * recv_batch: 0 and *out_n >= 1, TRANSPORT_AGAIN, -ORPC_E_IO.
	 * send_batch: 0 and *out_n datagrams dealt with (sent, or refused for
	 * good by the system and dropped), TRANSPORT_AGAIN, -ORPC_E_IO.
	 */
	int (*recv_batch)(struct transport *t, struct datagram *v, size_t n,
	    size_t *out_n);
	int (*send_batch)(struct transport *t, struct datagram *v, size_t n,
	    size_t *out_n);

	/* Bytes that recv would give although the descriptor shows nothing
	 * (TLS); 0 for plain sockets. */
	size_t (*pending)(const struct transport *t);

	/* Makes every wait on this transport end, now and later: recv gives
	 * -ORPC_E_CLOSED.  Threads: any. */
	void (*shutdown)(struct transport *t);

	/* Closes the descriptor.  A closed transport is taken. */
	void (*close)(struct transport *t);
};

extern const struct transport_ops orpc_i_tcp;
extern const struct transport_ops orpc_i_udp;
extern const struct transport_ops orpc_i_unix;

/* The operations for a kind; NULL when not built in. */
const struct transport_ops *orpc_i_transport_ops(enum orpc_transport_kind kind);

/*
 * Starts to connect.
 *
 * sa      one address, of the family that the kind needs
 * flags   TRANSPORT_RESERVED_PORT, TRANSPORT_ANY_SOURCE
 *
 * Returns 0 when connected, TRANSPORT_AGAIN when ops->connected() is to be
 * asked once want_send is ready; in both cases *out is to be closed.  With
 * nothing open: -ORPC_E_CONNECT, -ORPC_E_SYSTEM (out->os_errno),
 * -ORPC_E_BUSY: a unix listener's queue is full, try again a little later.
 * Never blocks.
 */
int orpc_i_transport_connect(enum orpc_transport_kind kind,
    const struct sockaddr *sa, socklen_t n_sa, unsigned flags,
    struct transport *out);

/*
 * Makes a transport of a socket that is there: accepted, bound (datagrams)
 * or inherited.  Takes fd, leaves its mode.  Sets what the kind wants
 * (TCP_NODELAY, IP_PKTINFO); a failure of that is no failure.
 */
void orpc_i_transport_adopt(enum orpc_transport_kind kind, int fd,
    struct transport *out);

/*
 * Lets recv with TRANSPORT_PATIENT wait for at most ns (at least an eighth of
 * that); costs a system call only when the figure changes much.  Needs a
 * blocking descriptor.  Returns false when ns is too short for that: wait
 * with orpc_i_transport_wait instead.
 */
bool orpc_i_transport_patience(struct transport *t, int64_t ns);

/*
 * Blocks until one of the events or the deadline (orpc_now_ns() scale;
 * INT64_MAX: none).
 *
 * events   TRANSPORT_READ | TRANSPORT_WRITE
 *
 * Returns 0 (something is ready, or a signal came), -ORPC_E_TIMEOUT.
 */
int orpc_i_transport_wait(const struct transport *t, unsigned events,
    int64_t deadline_ns);

/* Peer and own address; n 0 when unknown. */
void orpc_i_transport_peer(const struct transport *t,
    struct orpc_i_sockaddr *out);
void orpc_i_transport_local(const struct transport *t,
    struct orpc_i_sockaddr *out);

#endif
