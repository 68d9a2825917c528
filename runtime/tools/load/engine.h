/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The load generator proper: many connections, many calls in flight on each,
 * one event loop a thread.  It speaks RPC by itself, so that what it measures
 * is the server and as little as possible of a client library.
 */
#ifndef ORPC_LOAD_ENGINE_H
#define ORPC_LOAD_ENGINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "runtime/tools/load/histogram.h"

/*
 * What to do.  A call's argument is opaque<> of `size` bytes, or nothing
 * (without_argument).
 */
struct load_plan {
	int type;			/* SOCK_STREAM or SOCK_DGRAM */
	struct sockaddr_storage to;
	socklen_t n_to;
	uint32_t program;
	uint32_t version;
	uint32_t procedure;
	bool without_argument;
	bool check_echo;		/* the result is the argument */
	uint32_t size;
	unsigned connections;
	unsigned idle_connections;	/* opened, never used */
	unsigned depth;
	unsigned threads;
	double duration_s;
	double warmup_s;
	uint64_t calls;			/* stop after so many; 0: by time */
	atomic_bool stop;		/* set by a signal handler */
};

struct load_result {
	struct histogram latency;
	uint64_t calls;			/* answered well, in the measured time */
	uint64_t all_calls;		/* the same, warm-up included */
	uint64_t errors;		/* refused, or a wrong answer */
	uint64_t lost;			/* datagrams without an answer in 1 s */
	uint64_t broken;		/* connections that ended early */
	double connect_seconds;		/* until all connections stood */
	double seconds;			/* measured */
	char error[160];		/* of the first failure; "" for none */
};

/*
 * Runs the plan.
 *
 * Returns 0, or -1 when nothing could be started: out->error says why.
 */
int load_run(struct load_plan *plan, struct load_result *out);

#endif
