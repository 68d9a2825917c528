/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP.  Records are put together above and leave in one piece, so Nagle's
 * delay would only add to a call's time.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "runtime/transport/socket.h"

void
orpc_i_tcp_settle(struct transport *t)
{
	int on = 1;

	setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

const struct transport_ops orpc_i_tcp = {
	.kind = ORPC_TCP,
	.connected = orpc_i_socket_connected,
	.recv = orpc_i_socket_recv,
	.send = orpc_i_socket_send,
	.pending = orpc_i_socket_pending,
	.shutdown = orpc_i_socket_shutdown,
	.close = orpc_i_socket_close,
};
