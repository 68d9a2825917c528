/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Several loops: connections are spread over them, each is served by one
 * thread from its first call to its last.  For handlers that never wait and
 * more than one core; handlers of different connections run at once.
 */
#include "common.h"

int
main(int argc, char **argv)
{
	struct orpc_server_options options = { .threads = 4 };

	return shapes_run(shapes_open(&options, argc, argv));
}
