/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server is closed while requests are open: those who still have to reply
 * keep what they need, and give it back.
 */
#include "tests/runtime/served.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "xdr/base.h"

/* Requests that are open when the server is closed. */
#define OPEN 6u

static const size_t ways[] = {
	offsetof(struct served, tcp),
	offsetof(struct served, udp),
	offsetof(struct served, local),
};

/* The shapes of a server; what is open at the end is given up soon. */
static const struct orpc_server_options shapes[] = {
	{ .drain_timeout_ms = 20 },
	{ .drain_timeout_ms = 20, .threads = 3 },
	{ .drain_timeout_ms = 20, .workers = 2 },
	{ .drain_timeout_ms = 20, .workers = 2, .threads = 2 },
	{ .drain_timeout_ms = 20, .flags = ORPC_SERVER_THREAD_PER_CONNECTION },
};

/* Makes calls of LATER until n are open: their connections. */
static void
calls_open(struct served *s, struct probe *p, unsigned n)
{
	uint8_t bytes[64];

	for (unsigned i = 0; i < n; i++) {
		p[i] = probe_open((const char *)s + ways[i % ARRAY_LEN(ways)]);
		probe_send(&p[i], bytes, probe_call_u32(bytes, i,
		    SERVED_LATER, 1));
		served_wait_later(s, i + 1);
	}
}

/* What a request may still be asked. */
static void
request_lives(struct orpc_request *rq, unsigned i)
{
	socklen_t n;

	assert_true(orpc_request_abandoned(rq));
	assert_int_equal(orpc_request_xid(rq), i);
	assert_int_equal(orpc_request_proc(rq)->number, SERVED_LATER);
	assert_int_equal(orpc_request_identity(rq)->flavor, ORPC_AUTH_NONE);
	assert_int_equal(orpc_request_transport(rq),
	    i % 3 == 0 ? ORPC_TCP : i % 3 == 1 ? ORPC_UDP : ORPC_UNIX);
	assert_int_equal(orpc_request_peer(rq, &n)->sa_family,
	    i % 3 == 2 ? AF_UNIX : AF_INET);
	if (i % 3 == 1)
		assert_int_equal(((const struct sockaddr_in *)
		    orpc_request_local(rq, &n))->sin_addr.s_addr,
		    htonl(INADDR_LOOPBACK));
	assert_non_null(oxdr_arena_take(orpc_request_arena(rq), 100000, 8));
}

static void
replies_come_too_late(void **state)
{
	size_t fds = test_open_fds();
	struct probe p[OPEN];
	struct served s;
	uint32_t sum = 1;

	(void)state;
	for (size_t shape = 0; shape < ARRAY_LEN(shapes); shape++) {
		served_start(&s, &shapes[shape]);
		calls_open(&s, p, OPEN);
		served_stop(&s);
		for (unsigned i = 0; i < OPEN; i++)
			probe_close(&p[i]);
		test_no_fds_left(fds);
		for (unsigned i = 0; i < OPEN; i++) {
			struct orpc_request *rq = s.log.later[i];

			request_lives(rq, i);
			assert_int_equal(i & 1 ? orpc_request_fail(rq, 0) :
			    orpc_request_reply(rq, &sum), -ORPC_E_CLOSED);
		}
	}
}

/* The same on a loop of the program's, which stays. */
static void
on_a_loop_that_stays(void **state)
{
	struct orpc_server_options options = { .flags = 0 };
	struct probe p[OPEN];
	uint8_t bytes[64];
	struct served s;
	uint32_t sum = 1;

	(void)state;
	assert_int_equal(orpc_loop_new(&options.loop), 0);
	served_start(&s, &options);
	for (unsigned i = 0; i < OPEN; i++) {
		p[i] = probe_open((const char *)&s +
		    ways[i % ARRAY_LEN(ways)]);
		probe_send(&p[i], bytes, probe_call_u32(bytes, i,
		    SERVED_LATER, 1));
		while (atomic_load(&s.log.n_later) <= i)
			assert_int_equal(orpc_loop_turn(options.loop, -1), 0);
	}
	served_stop(&s);
	for (unsigned i = 0; i < OPEN; i++) {
		request_lives(s.log.later[i], i);
		assert_int_equal(orpc_request_reply(s.log.later[i], &sum),
		    -ORPC_E_CLOSED);
		probe_close(&p[i]);
	}
	assert_int_equal(orpc_loop_turn(options.loop, 0), 0);
	orpc_loop_free(options.loop);
}

/* ---- While it is being closed ----------------------------------------- */

struct replier {
	struct served *s;
	pthread_barrier_t begin;
	unsigned late;
};

static void *
replier_run(void *arg)
{
	struct replier *r = arg;
	uint32_t sum = 1;

	pthread_barrier_wait(&r->begin);
	for (unsigned i = 0; i < OPEN; i++) {
		int result = orpc_request_reply(r->s->log.later[i], &sum);

		assert_true(result == 0 || result == -ORPC_E_CLOSED);
		r->late += result != 0;
	}
	return NULL;
}

/* One thread replies, one closes: each request ends exactly once. */
static void
replies_come_meanwhile(void **state)
{
	unsigned late = 0, rounds = 40;
	struct probe p[OPEN];
	pthread_t thread;
	struct served s;

	(void)state;
	for (unsigned i = 0; i < rounds; i++) {
		struct orpc_server_options o = shapes[i % ARRAY_LEN(shapes)];
		struct replier r = { .s = &s };

		o.drain_timeout_ms = 1;
		served_start(&s, &o);
		calls_open(&s, p, OPEN);
		pthread_barrier_init(&r.begin, NULL, 2);
		assert_int_equal(pthread_create(&thread, NULL, replier_run,
		    &r), 0);
		/* Once all is drained, in most rounds. */
		if (i & 7) {
			orpc_server_stop(s.server);
			pthread_join(s.thread, NULL);
			s.running = false;
		}
		pthread_barrier_wait(&r.begin);
		served_stop(&s);
		pthread_join(thread, NULL);
		pthread_barrier_destroy(&r.begin);
		for (unsigned j = 0; j < OPEN; j++)
			probe_close(&p[j]);
		late += r.late;
	}
	print_message("# %u of %u came too late\n", late, rounds * OPEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_come_too_late),
		cmocka_unit_test(on_a_loop_that_stays),
		cmocka_unit_test(replies_come_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
