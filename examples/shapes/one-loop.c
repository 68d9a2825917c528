/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One loop, one thread: handlers run where the bytes are read, one after
 * another.  The fastest shape for handlers that never wait, and the simplest:
 * nothing is shared, nothing is locked.
 */
#include "common.h"

int
main(int argc, char **argv)
{
	return shapes_run(shapes_open(NULL, argc, argv));
}
