/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One loop and a pool of workers: the loop reads and writes, handlers run on
 * the workers and may wait.  Calls of one connection run at once as well, so
 * replies come in any order.
 */
#include "common.h"

int
main(int argc, char **argv)
{
	struct orpc_server_options options = { .workers = 8 };

	return shapes_run(shapes_open(&options, argc, argv));
}
