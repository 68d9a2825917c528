/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ORPC_TESTS_LOOP_H
#define ORPC_TESTS_LOOP_H

#include <stddef.h>
#include <stdint.h>

struct loop_file {
	uint8_t *bytes;
	size_t n;
};

/*
 * files     what is mutated; at least one
 * seconds   how long at most
 * executions   how many; 0: until the time is up
 * seed      where to start: the same seed and files, the same inputs
 * finds     finds are written to this with a number
 */
struct loop {
	const struct loop_file *files;
	size_t n_files;
	unsigned seconds;
	uint64_t executions;
	uint64_t seed;
	const char *finds;
};

/*
 * Tries mutations of the files, and prints how many there were and how many
 * of them were finds.
 *
 * Returns 0, or 1 if there was a find.
 */
int loop_run(const struct loop *loop);

#endif
