/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shows what shape a server has: N calls on as many connections, each of
 * which waits MS milliseconds there; prints how long they took together and
 * how many threads served them.
 *
 *	client ADDRESS N MS
 */
#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>

#define CALLS_MAX 64

struct waiting {
	struct orpc_client *client;
	struct orpc_call call;
	uint64_t thread;
	unsigned *left;
	int result;
};

static void
on_done(struct orpc_call *call, int result, const uint64_t *out, void *ctx)
{
	struct waiting *w = ctx;

	(void)call;
	w->result = result;
	w->thread = out ? *out : 0;
	--*w->left;
}

static unsigned
count_threads(const struct waiting *w, unsigned n)
{
	unsigned threads = 0, j;

	for (unsigned i = 0; i < n; i++) {
		for (j = 0; j < i && w[j].thread != w[i].thread; j++)
			;
		threads += j == i;
	}
	return threads;
}

int
main(int argc, char **argv)
{
	static struct waiting w[CALLS_MAX];
	unsigned n = argc > 2 ? (unsigned)atoi(argv[2]) : 4;
	unsigned ms = argc > 3 ? (unsigned)atoi(argv[3]) : 100;
	struct orpc_client_options options = { 0 };
	unsigned left, failed = 0;
	int64_t start;

	if (argc < 2 || n > CALLS_MAX || orpc_loop_new(&options.loop))
		return 2;
	left = n;
	start = orpc_now_ns();
	for (unsigned i = 0; i < n; i++) {
		w[i].left = &left;
		if (orpc_client_start(argv[1], &shapes_prog_v1_program,
		    &options, &w[i].client) ||
		    shapes_prog_v1_wait_async(w[i].client, &w[i].call, ms,
		    on_done, &w[i]))
			return 1;
	}
	while (left)
		orpc_loop_turn(options.loop, -1);
	for (unsigned i = 0; i < n; i++) {
		failed += w[i].result != 0;
		orpc_call_fini(&w[i].call);
		orpc_client_close(w[i].client);
	}
	printf("%u calls, %u threads, %lld ms, %u failed\n", n,
	    count_threads(w, n),
	    (long long)(orpc_now_ns() - start) / 1000000, failed);
	orpc_loop_free(options.loop);
	return failed ? 1 : 0;
}
