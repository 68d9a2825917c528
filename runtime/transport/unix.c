/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unix stream sockets.
 */
#include "runtime/transport/socket.h"

const struct transport_ops orpc_i_unix = {
	.kind = ORPC_UNIX,
	.connected = orpc_i_socket_connected,
	.recv = orpc_i_socket_recv,
	.send = orpc_i_socket_send,
	.pending = orpc_i_socket_pending,
	.shutdown = orpc_i_socket_shutdown,
	.close = orpc_i_socket_close,
};
