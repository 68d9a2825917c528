/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the socket transports share.  Slots of struct transport_ops; their
 * contracts stand in transport.h.
 */
#ifndef ORPC_TRANSPORT_SOCKET_H
#define ORPC_TRANSPORT_SOCKET_H

#include "runtime/transport/transport.h"

/* An open transport on fd, nothing set. */
void orpc_i_socket_init(struct transport *t, const struct transport_ops *ops,
    int fd);

/* Opens a socket and starts to connect it; the same results as
 * orpc_i_transport_connect. */
int orpc_i_socket_connect(struct transport *t, const struct transport_ops *ops,
    const struct sockaddr *sa, socklen_t n_sa, unsigned flags);

int orpc_i_socket_connected(struct transport *t);
int orpc_i_socket_recv(struct transport *t, void *buf, size_t n,
    unsigned flags, size_t *out_n);
int orpc_i_socket_send(struct transport *t, const struct iovec *iov,
    size_t n_iov, size_t *out_n);
size_t orpc_i_socket_pending(const struct transport *t);
void orpc_i_socket_shutdown(struct transport *t);
void orpc_i_socket_close(struct transport *t);

/* Keeps errno; returns -code. */
int orpc_i_socket_fail(struct transport *t, int code, int os_errno);

/* The setting of a kind after its socket was made. */
void orpc_i_tcp_settle(struct transport *t);
void orpc_i_udp_settle(struct transport *t);

/* UDP with TRANSPORT_ANY_SOURCE: remembers where to send to; 0 or
 * -OXDR_E_NOMEM. */
int orpc_i_udp_aim(struct transport *t, const struct sockaddr *sa,
    socklen_t n_sa);

#endif
