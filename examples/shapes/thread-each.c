/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread for each connection: handlers may wait, calls of one connection
 * are still handled in their order.  The shape of old; a client costs a stack
 * and three descriptors, four while a timer runs.
 */
#include "common.h"

int
main(int argc, char **argv)
{
	struct orpc_server_options options = {
		.flags = ORPC_SERVER_THREAD_PER_CONNECTION
	};

	return shapes_run(shapes_open(&options, argc, argv));
}
