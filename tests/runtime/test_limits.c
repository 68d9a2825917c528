/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Slow, greedy, idle and too many: what one client does costs the others
 * nothing, and every limit of a server is kept.
 */
#include "tests/runtime/served.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xdr/base.h"

#define MS INT64_C(1000000)

static void
nap_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* A call on another connection is answered. */
static void
good_call(const char *address)
{
	struct probe p = probe_open(address);

	probe_ask(&p, 1, SERVED_SLEEP, 0);
	probe_close(&p);
}

/* The same, as soon as there is room for another connection. */
static void
good_call_in_the_end(const char *address)
{
	uint8_t bytes[64];
	long got = -1;

	for (int i = 0; i < PATIENCE_MS / 20 && got != 28; i++) {
		struct probe p = probe_open(address);

		probe_send(&p, bytes, probe_call_u32(bytes, 1, SERVED_SLEEP,
		    0));
		got = probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS);
		probe_close(&p);
		nap_ms(got == 28 ? 0 : 20);
	}
	assert_int_equal(got, 28);
}

/* A connection that is in the middle of a call: it may not be closed. */
static struct probe
busy_open(struct served *s, const char *address)
{
	unsigned n = atomic_load(&s->log.n_later);
	struct probe p = probe_open(address);
	uint8_t bytes[64];

	probe_send(&p, bytes, probe_call_u32(bytes, 77, SERVED_LATER, 1));
	served_wait_later(s, n + 1);
	return p;
}

/* Its call ends, n-th of all. */
static void
busy_close(struct served *s, struct probe *p, unsigned n)
{
	uint8_t bytes[64];

	served_release(s, n);
	assert_int_equal(probe_recv(p, bytes, sizeof(bytes), PATIENCE_MS),
	    28);
	probe_close(p);
}

static bool
is_closed(const struct probe *p, int timeout_ms)
{
	uint8_t bytes[64];

	return probe_recv(p, bytes, sizeof(bytes), timeout_ms) == -2;
}

/* ---- Slow ones ------------------------------------------------------------ */

/* One byte of a record, and nothing more. */
static void
test_slow_writer(void **state)
{
	struct probe slow[2];
	struct served s;

	(void)state;
	served_start(&s, NULL);
	slow[0] = probe_open(s.tcp);
	slow[1] = probe_open(s.local);
	probe_send_raw(&slow[0], "\x80", 1);
	probe_send_raw(&slow[1], "\x80\0\0\x40x", 5);
	good_call(s.tcp);
	good_call(s.local);
	good_call(s.udp);
	probe_close(&slow[0]);
	probe_close(&slow[1]);
	served_stop(&s);
}

/* Asks for more than anybody will keep for it, until the server reads no
 * more.  Returns how many calls went out. */
static uint32_t
flood(const struct probe *p)
{
	uint8_t call[48];
	struct pollfd pfd = { p->fd, POLLOUT, 0 };
	uint32_t n = 0;

	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	probe_put(call, 0, 0x80000000u | 44);
	while (n < 200000 && poll(&pfd, 1, 1000) == 1) {
		probe_call_u32(call + 4, n, SERVED_LARGE, 30000);
		if (send(p->fd, call, 48, MSG_NOSIGNAL) != 48)
			break;
		n++;
	}
	return n;
}

/* Never reads its replies: reading from it stops, others are served, and
 * when it reads at last it gets all of them. */
static void
test_slow_reader(void **state)
{
	static uint8_t reply[40000];
	struct orpc_server_options options = {
		.max_queued_bytes = 1 << 20,
		.flags = ORPC_SERVER_NO_REPLAY_CACHE
	};
	struct served s;

	(void)state;
	served_start(&s, &options);
	for (int w = 0; w < 2; w++) {
		struct probe p = probe_open(w ? s.local : s.tcp);
		unsigned before = atomic_load(&s.log.executed);
		uint32_t sent = flood(&p);
		unsigned ran = atomic_load(&s.log.executed) - before;

		/* Kernel buffers hold some megabytes, the server one. */
		assert_true(ran < sent);
		assert_true(ran < 1000);
		good_call(s.tcp);
		good_call(s.udp);
		for (uint32_t i = 0; i < ran + 100 && i < sent; i++) {
			assert_int_equal(probe_recv(&p, reply, sizeof(reply),
			    PATIENCE_MS), 30028);
			assert_int_equal(probe_word(reply, 0), i);
		}
		probe_close(&p);
	}
	served_stop(&s);
}

/* Calls that nobody answers yet: reading stops at the limit. */
static void
test_in_flight(void **state)
{
	struct orpc_server_options options = { .max_in_flight = 8 };
	uint8_t bytes[64];
	struct probe p;
	struct served s;

	(void)state;
	served_start(&s, &options);
	p = probe_open(s.tcp);
	for (uint32_t i = 0; i < 20; i++)
		probe_send(&p, bytes, probe_call_u32(bytes, i, SERVED_LATER,
		    1));
	served_wait_later(&s, 8);
	good_call(s.local);
	assert_int_equal(atomic_load(&s.log.n_later), 8);
	for (unsigned i = 0; i < 20; i++) {
		served_wait_later(&s, i + 8 < 20 ? i + 8 : 20);
		served_release(&s, i);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS),
		    28);
		assert_int_equal(probe_word(bytes, 0), i);
	}
	probe_close(&p);
	served_stop(&s);
}

/* ---- Time --------------------------------------------------------------------- */

static void
test_idle_is_closed(void **state)
{
	struct orpc_server_options options = { .idle_timeout_ms = 150 };
	struct probe idle, busy;
	struct served s;

	(void)state;
	served_start(&s, &options);
	idle = probe_open(s.tcp);
	busy = busy_open(&s, s.tcp);
	assert_true(is_closed(&idle, PATIENCE_MS));
	probe_close(&idle);
	busy_close(&s, &busy, 0);
	served_stop(&s);
}

/* A record must be complete in time, however lively its bytes come. */
static void
test_dripping_is_closed(void **state)
{
	struct orpc_server_options options = { .record_timeout_ms = 150 };
	struct probe p;
	struct served s;
	int i;

	(void)state;
	served_start(&s, &options);
	p = probe_open(s.tcp);
	probe_send_raw(&p, "\x80\x01\0\0", 4);
	for (i = 0; i < PATIENCE_MS / 20 && !is_closed(&p, 20); i++)
		probe_send_raw(&p, "x", 1);
	assert_true(i < PATIENCE_MS / 20);
	probe_close(&p);
	served_stop(&s);
}

/* ---- Numbers --------------------------------------------------------------------- */

static void
test_max_connections(void **state)
{
	struct orpc_server_options options = { .max_connections = 4 };
	struct orpc_server_stats stats;
	struct probe p[4], more;
	struct served s;

	(void)state;
	served_start(&s, &options);
	for (unsigned i = 0; i < 4; i++)
		p[i] = busy_open(&s, i % 2 ? s.tcp : s.local);
	more = probe_open(s.tcp);
	assert_true(is_closed(&more, PATIENCE_MS));
	probe_close(&more);
	orpc_server_stats(s.server, &stats);
	assert_int_equal(stats.refused, 1);
	busy_close(&s, &p[3], 3);
	good_call_in_the_end(s.tcp);
	for (unsigned i = 0; i < 3; i++)
		busy_close(&s, &p[i], i);
	served_stop(&s);
}

static void
test_max_per_peer(void **state)
{
	struct orpc_server_options options = { .max_per_peer = 2 };
	struct probe p[2], more;
	struct served s;

	(void)state;
	served_start(&s, &options);
	for (unsigned round = 0; round < 3; round++) {
		const char *full = round == 0 ? s.tcp : round == 1 ? s.local :
		    s.tcp6;

		for (unsigned i = 0; i < 2; i++)
			p[i] = busy_open(&s, full);
		more = probe_open(full);
		assert_true(is_closed(&more, PATIENCE_MS));
		probe_close(&more);
		good_call_in_the_end(round == 0 ? s.local : s.tcp);
		busy_close(&s, &p[0], 2 * round);
		good_call_in_the_end(full);
		busy_close(&s, &p[1], 2 * round + 1);
	}
	served_stop(&s);
}

/* All unfinished records together stay within their limit. */
static void
test_partial_bytes(void **state)
{
	static uint8_t part[512 << 10];
	struct orpc_server_options options = {
		.max_partial_bytes = 2 << 20
	};
	struct probe p[8];
	struct served s;
	unsigned closed = 0;

	(void)state;
	served_start(&s, &options);
	probe_put(part, 0, 0x80100000);
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		p[i] = probe_open(s.tcp);
		probe_send_raw(&p[i], part, sizeof(part));
	}
	good_call(s.tcp);
	for (int tries = 0; closed < 3 && tries < PATIENCE_MS / 80; tries++) {
		closed = 0;
		for (size_t i = 0; i < ARRAY_LEN(p); i++)
			closed += is_closed(&p[i], 10);
	}
	assert_true(closed >= 3);
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		probe_close(&p[i]);
	good_call(s.tcp);
	served_stop(&s);
}

/* ---- Descriptors ----------------------------------------------------------------- */

static int64_t
cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

/* The only one who may go for another is of another loop. */
static void
room_elsewhere(uint32_t flags, uint32_t threads)
{
	struct orpc_server_options options = { .max_connections = 2,
		.flags = flags, .threads = threads };
	struct orpc_server_stats stats;
	struct probe busy, idle, more;
	struct served s;

	served_start(&s, &options);
	busy = busy_open(&s, s.tcp);
	idle = probe_open(s.tcp);
	/* A connection has some time to say something. */
	nap_ms(1500);
	more = probe_open(s.tcp);
	assert_int_equal(probe_ask(&more, 1, SERVED_SLEEP, 0), 0);
	assert_true(is_closed(&idle, PATIENCE_MS));
	orpc_server_stats(s.server, &stats);
	assert_int_equal(stats.evicted, 1);
	assert_int_equal(stats.refused, 0);
	probe_close(&idle);
	probe_close(&more);
	busy_close(&s, &busy, 0);
	served_stop(&s);
}

static void
test_room_elsewhere(void **state)
{
	(void)state;
	room_elsewhere(0, 2);
	room_elsewhere(ORPC_SERVER_THREAD_PER_CONNECTION, 1);
}

/* What a client costs that has a thread of its own: its socket, and a loop of
 * two. */
static void
test_descriptors_of_threads(void **state)
{
	struct orpc_server_options options = {
		.flags = ORPC_SERVER_THREAD_PER_CONNECTION };
	struct probe p[8];
	struct served s;
	size_t before;

	(void)state;
	served_start(&s, &options);
	good_call(s.udp);
	before = test_open_fds();
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		p[i] = probe_open(s.tcp);
		probe_ask(&p[i], 1, SERVED_SLEEP, 0);
	}
	assert_int_equal(test_open_fds(), before + ARRAY_LEN(p) * (1 + 3));
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		probe_close(&p[i]);
	served_stop(&s);
}

/* As many descriptors as are open now. */
static struct rlimit
limit_descriptors(void)
{
	struct rlimit before, low;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = test_open_fds() - 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	return before;
}

/* A server that spins takes all the time there is. */
static void
assert_no_spin(void)
{
	int64_t cpu = cpu_ns();

	nap_ms(500);
	assert_true(cpu_ns() - cpu < 200 * MS);
}

/* Connects a socket that is there already. */
static void
connect_to(const struct probe *p, const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET };

	in.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1));
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(p->fd, (struct sockaddr *)&in, sizeof(in)),
	    0);
}

/* The table is full of connections that never say anything: no spin, who is
 * served stays served, who comes is served. */
static void
full_table(const struct orpc_server_options *options)
{
	struct probe fill[30], good, fresh = { -1, true };
	struct rlimit before;
	uint8_t bytes[64];
	struct served s;
	long got = -1;

	served_start(&s, options);
	good = busy_open(&s, s.tcp);
	/* Our ends of the connections count in the same table. */
	for (size_t i = 0; i < ARRAY_LEN(fill); i++)
		fill[i] = probe_open(s.tcp);
	fresh.fd = socket(AF_INET, SOCK_STREAM, 0);
	good_call(s.udp);
	before = limit_descriptors();
	assert_no_spin();
	/* Until then a connection has had its time to say something. */
	for (int i = 0; i < PATIENCE_MS / 100 && got != 28; i++) {
		if (i > 0) {
			nap_ms(100);
			close(fresh.fd);
			fresh.fd = socket(AF_INET, SOCK_STREAM, 0);
		}
		connect_to(&fresh, s.tcp);
		probe_send(&fresh, bytes, probe_call_u32(bytes, 2,
		    SERVED_SLEEP, 0));
		got = probe_recv(&fresh, bytes, sizeof(bytes), PATIENCE_MS);
	}
	assert_int_equal(got, 28);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	busy_close(&s, &good, 0);
	for (size_t i = 0; i < ARRAY_LEN(fill); i++)
		probe_close(&fill[i]);
	probe_close(&fresh);
	served_stop(&s);
}

static void
test_full_table(void **state)
{
	(void)state;
	full_table(NULL);
}

/* Whoever goes belongs to another loop than the one that accepts. */
static void
test_full_table_elsewhere(void **state)
{
	struct orpc_server_options options = { .threads = 3 };

	(void)state;
	full_table(&options);
	options.threads = 1;
	options.flags = ORPC_SERVER_THREAD_PER_CONNECTION;
	full_table(&options);
}

/* Nobody may be closed to make room: no spin either, and it heals. */
static void
test_full_table_of_busy(void **state)
{
	struct probe good[4], late = { -1, true };
	struct rlimit before;
	struct served s;

	(void)state;
	if (test_memcheck())
		return;
	served_start(&s, NULL);
	for (uint32_t i = 0; i < 4; i++)
		good[i] = busy_open(&s, s.tcp);
	late.fd = socket(AF_INET, SOCK_STREAM, 0);
	before = limit_descriptors();
	connect_to(&late, s.tcp);
	assert_no_spin();
	assert_true(is_closed(&late, PATIENCE_MS));
	probe_close(&late);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	good_call_in_the_end(s.tcp);
	for (unsigned i = 0; i < 4; i++)
		busy_close(&s, &good[i], i);
	served_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_writer),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_in_flight),
		cmocka_unit_test(test_idle_is_closed),
		cmocka_unit_test(test_dripping_is_closed),
		cmocka_unit_test(test_max_connections),
		cmocka_unit_test(test_max_per_peer),
		cmocka_unit_test(test_partial_bytes),
		cmocka_unit_test(test_room_elsewhere),
		cmocka_unit_test(test_descriptors_of_threads),
		cmocka_unit_test(test_full_table),
		cmocka_unit_test(test_full_table_elsewhere),
		cmocka_unit_test(test_full_table_of_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
