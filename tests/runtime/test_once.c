/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * At most once, seen from the wire: a call that comes again is not executed
 * again, on TCP, UDP and unix sockets; a call that differs in anything is.
 */
#include "tests/runtime/served.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "xdr/base.h"

#define N_WAYS 3

static const char *
way(const struct served *s, size_t i)
{
	return i == 0 ? s->tcp : i == 1 ? s->udp : s->local;
}

static unsigned
executed(struct served *s)
{
	return atomic_load(&s->log.executed);
}

static int
start(void **state)
{
	static struct served s;

	served_start(&s, NULL);
	*state = &s;
	return 0;
}

static int
stop(void **state)
{
	served_stop(*state);
	return 0;
}

/* Once of five, and after 500 others. */
static void
test_retransmitted(void **state)
{
	struct served *s = *state;

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));
		unsigned before = executed(s);
		uint32_t first = probe_ask(&p, 1, SERVED_COUNT, 5);

		for (int i = 0; i < 4; i++)
			assert_int_equal(probe_ask(&p, 1, SERVED_COUNT, 5),
			    first);
		assert_int_equal(executed(s), before + 1);
		for (uint32_t i = 0; i < 500; i++)
			probe_ask(&p, 100 + i, SERVED_COUNT, 1);
		assert_int_equal(probe_ask(&p, 1, SERVED_COUNT, 5), first);
		assert_int_equal(executed(s), before + 501);
		probe_close(&p);
	}
}

static void
test_different_calls_run(void **state)
{
	struct served *s = *state;
	uint8_t bytes[64], reply[64];

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));
		struct probe other = probe_open(way(s, w));
		unsigned before = executed(s);

		probe_ask(&p, 1, SERVED_COUNT, 1);
		probe_ask(&p, 2, SERVED_COUNT, 1);
		probe_ask(&p, 1, SERVED_COUNT, 2);
		probe_ask(&other, 1, SERVED_COUNT, 1);
		probe_call_u32(bytes, 1, SERVED_COUNT, 1);
		probe_put(bytes, 16, SERVED_HIGH);
		probe_send(&p, bytes, 44);
		assert_int_equal(probe_recv(&p, reply, sizeof(reply), PATIENCE_MS),
		    28);
		assert_int_equal(executed(s), before + 5);
		probe_close(&p);
		probe_close(&other);
	}
}

/* Another user's call is another call. */
static void
test_identity_counts(void **state)
{
	static const char cred[] = "00000001 00000018 00000000 00000001 "
	    "61000000 00000007 00000008 00000000 00000000 00000000 00000001";
	struct served *s = *state;
	uint8_t bytes[128], reply[64];

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));
		unsigned before = executed(s);

		for (uint32_t uid = 7; uid < 10; uid++)
			for (int again = 0; again < 3; again++) {
				probe_call(bytes, 1, SERVED_LOW,
				    SERVED_COUNT);
				test_hex(cred, bytes + 24,
				    sizeof(bytes) - 24);
				probe_put(bytes, 44, uid);
				probe_send(&p, bytes, 68);
				assert_int_equal(probe_recv(&p, reply,
				    sizeof(reply), PATIENCE_MS), 28);
			}
		assert_int_equal(executed(s), before + 3);
		probe_close(&p);
	}
}

/* A slow handler, 100 retransmits, one execution, one reply. */
static void
test_running_is_dropped(void **state)
{
	struct orpc_server_stats stats;
	struct served *s = *state;
	uint8_t bytes[64];
	unsigned later = 0;

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));
		unsigned before = executed(s);

		for (int i = 0; i < 101; i++)
			probe_send(&p, bytes, probe_call_u32(bytes, 3,
			    SERVED_LATER, 1));
		probe_ask(&p, 4, SERVED_SLEEP, 0);
		served_wait_later(s, ++later);
		served_release(s, later - 1);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS),
		    28);
		assert_int_equal(probe_word(bytes, 0), 3);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), 30),
		    -1);
		assert_int_equal(executed(s), before + 1);
		probe_close(&p);
	}
	orpc_server_stats(s->server, &stats);
	assert_int_equal(stats.dropped_running, 300);
}

/* A reply that is too large to keep: its retransmit is not executed. */
static void
test_large_reply(void **state)
{
	static uint8_t reply[200000];
	struct orpc_server_stats stats;
	struct served *s = *state;
	uint8_t bytes[64];

	for (size_t w = 0; w < N_WAYS; w += 2) {
		struct probe p = probe_open(way(s, w));
		unsigned before = executed(s);

		for (int i = 0; i < 3; i++)
			probe_send(&p, bytes, probe_call_u32(bytes, 3,
			    SERVED_LARGE, 100000));
		assert_int_equal(probe_recv(&p, reply, sizeof(reply), PATIENCE_MS),
		    100028);
		probe_ask(&p, 4, SERVED_SLEEP, 0);
		assert_int_equal(executed(s), before + 1);
		probe_close(&p);
	}
	orpc_server_stats(s->server, &stats);
	assert_int_equal(stats.replay_oversized, 2);
}

/* A large reply that is kept comes whole, in one piece or several. */
static void
test_kept_sizes(void **state)
{
	static uint8_t first[70000], again[70000];
	static const uint32_t sizes[] = { 0, 1, 4095, 4096, 5000, 30000,
		65000 };
	struct served *s = *state;
	uint8_t bytes[64];
	long n;

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));

		for (uint32_t i = 0; i < ARRAY_LEN(sizes); i++) {
			probe_call_u32(bytes, i, SERVED_LARGE, sizes[i]);
			probe_send(&p, bytes, 44);
			n = probe_recv(&p, first, sizeof(first), PATIENCE_MS);
			assert_int_equal(n, 28 + ((sizes[i] + 3) & ~3u));
			probe_send(&p, bytes, 44);
			assert_int_equal(probe_recv(&p, again, sizeof(again),
			    PATIENCE_MS), n);
			assert_memory_equal(first, again, (size_t)n);
		}
		probe_close(&p);
	}
}

/* A handler that dropped a call has not executed it. */
static void
test_dropped_runs_again(void **state)
{
	struct served *s = *state;
	uint8_t bytes[64];

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));
		unsigned before = executed(s);

		for (int i = 0; i < 3; i++)
			probe_send(&p, bytes, probe_call_u32(bytes, 3,
			    SERVED_DROP, 1));
		probe_ask(&p, 4, SERVED_SLEEP, 0);
		assert_int_equal(executed(s), before + 3);
		probe_close(&p);
	}
}

static void
test_bad_arguments_run_later(void **state)
{
	struct served *s = *state;
	uint8_t bytes[64], reply[64];

	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(s, w));
		unsigned before = executed(s);

		for (int i = 0; i < 3; i++) {
			probe_call_u32(bytes, 3, SERVED_COUNT, 1);
			probe_send(&p, bytes, 42);
			assert_int_equal(probe_recv(&p, reply,
			    sizeof(reply), PATIENCE_MS), 24);
			assert_int_equal(probe_word(reply, 20), 4);
		}
		probe_ask(&p, 3, SERVED_COUNT, 1);
		assert_int_equal(executed(s), before + 1);
		probe_close(&p);
	}
}

static void
test_off(void **state)
{
	struct orpc_server_options options = {
		.flags = ORPC_SERVER_NO_REPLAY_CACHE
	};
	struct served s;
	struct probe p;

	(void)state;
	served_start(&s, &options);
	p = probe_open(s.udp);
	for (int i = 0; i < 5; i++)
		probe_ask(&p, 1, SERVED_COUNT, 1);
	assert_int_equal(executed(&s), 5);
	probe_close(&p);
	served_stop(&s);
}

/* Known by its host, a client finds its reply on a new connection, on any
 * of the loops; without the option it is a stranger. */
static void
test_across_reconnect(void **state)
{
	struct orpc_server_options options = { .threads = 3 };
	struct probe p;
	struct served s;

	(void)state;
	for (int across = 0; across < 2; across++) {
		options.flags = across ? ORPC_SERVER_REPLAY_ACROSS_RECONNECT :
		    0;
		served_start(&s, &options);
		for (int i = 0; i < 4; i++) {
			p = probe_open(s.tcp);
			probe_ask(&p, 1, SERVED_COUNT, 1);
			probe_close(&p);
		}
		assert_int_equal(executed(&s), across ? 1 : 4);
		served_stop(&s);
	}
}

/* The reply could not be delivered, but the call was executed. */
static void
test_reply_of_lost_connection(void **state)
{
	struct orpc_server_options options = {
		.flags = ORPC_SERVER_REPLAY_ACROSS_RECONNECT
	};
	struct linger linger = { 1, 0 };
	uint8_t bytes[64];
	struct probe p;
	struct served s;

	(void)state;
	served_start(&s, &options);
	p = probe_open(s.tcp);
	probe_send(&p, bytes, probe_call_u32(bytes, 3, SERVED_LATER, 1));
	served_wait_later(&s, 1);
	setsockopt(p.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	probe_close(&p);
	p = probe_open(s.tcp);
	probe_ask(&p, 9, SERVED_SLEEP, 20);
	served_release(&s, 0);
	probe_ask(&p, 10, SERVED_SLEEP, 20);
	assert_int_equal(probe_ask(&p, 3, SERVED_LATER, 1), 1);
	assert_int_equal(executed(&s), 1);
	probe_close(&p);
	served_stop(&s);
}

/* The same with workers, whose replies come from other threads. */
static void
test_with_workers(void **state)
{
	struct orpc_server_options options = { .workers = 3 };
	struct served s;

	(void)state;
	served_start(&s, &options);
	for (size_t w = 0; w < N_WAYS; w++) {
		struct probe p = probe_open(way(&s, w));
		unsigned before = executed(&s);
		uint32_t first = probe_ask(&p, 1, SERVED_COUNT, 5);

		for (uint32_t i = 0; i < 200; i++)
			probe_ask(&p, 100 + i, SERVED_COUNT, 1);
		assert_int_equal(probe_ask(&p, 1, SERVED_COUNT, 5), first);
		assert_int_equal(executed(&s), before + 201);
		probe_close(&p);
	}
	served_stop(&s);
}

#define ONCE_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ONCE_TEST(test_retransmitted),
		ONCE_TEST(test_different_calls_run),
		ONCE_TEST(test_identity_counts),
		ONCE_TEST(test_running_is_dropped),
		ONCE_TEST(test_large_reply),
		ONCE_TEST(test_kept_sizes),
		ONCE_TEST(test_dropped_runs_again),
		ONCE_TEST(test_bad_arguments_run_later),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_across_reconnect),
		cmocka_unit_test(test_reply_of_lost_connection),
		cmocka_unit_test(test_with_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
