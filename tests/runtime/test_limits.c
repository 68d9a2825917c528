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

/* How long a call on another connection takes; the best of three, as the
 * machine is not ours alone. */
static int64_t
good_call_ns(const char *address)
{
	struct probe p = probe_open(address);
	int64_t best = INT64_MAX, start, took;

	for (uint32_t i = 0; i < 3; i++) {
		start = orpc_now_ns();
		probe_ask(&p, i, SERVED_SLEEP, 0);
		took = orpc_now_ns() - start;
		best = took < best ? took : best;
	}
	probe_close(&p);
	return best;
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
	assert_true(good_call_ns(s.tcp) < 50 * MS);
	assert_true(good_call_ns(s.local) < 50 * MS);
	assert_true(good_call_ns(s.udp) < 50 * MS);
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
	while (n < 200000 && poll(&pfd, 1, 300) == 1) {
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
		assert_true(good_call_ns(s.tcp) < 50 * MS);
		assert_true(good_call_ns(s.udp) < 50 * MS);
		for (uint32_t i = 0; i < ran + 100 && i < sent; i++) {
			assert_int_equal(probe_recv(&p, reply, sizeof(reply),
			    5000), 30028);
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
	assert_true(good_call_ns(s.local) < 50 * MS);
	assert_int_equal(atomic_load(&s.log.n_later), 8);
	for (unsigned i = 0; i < 20; i++) {
		served_wait_later(&s, i + 8 < 20 ? i + 8 : 20);
		served_release(&s, i);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), 5000),
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
	busy = probe_open(s.tcp);
	for (uint32_t i = 0; i < 12; i++) {
		probe_ask(&busy, i, SERVED_SLEEP, 0);
		nap_ms(30);
	}
	assert_true(is_closed(&idle, 5000));
	assert_int_equal(probe_ask(&busy, 99, SERVED_SLEEP, 0), 0);
	probe_close(&idle);
	probe_close(&busy);
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
	probe_send_raw(&p, "\x80\0\x01\0", 4);
	for (i = 0; i < 200 && !is_closed(&p, 20); i++)
		probe_send_raw(&p, "x", 1);
	assert_true(i < 200);
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
	for (uint32_t i = 0; i < 4; i++) {
		p[i] = probe_open(i % 2 ? s.tcp : s.local);
		probe_ask(&p[i], i, SERVED_SLEEP, 0);
	}
	more = probe_open(s.tcp);
	assert_true(is_closed(&more, 5000));
	probe_close(&more);
	for (uint32_t i = 0; i < 4; i++)
		probe_ask(&p[i], i, SERVED_SLEEP, 0);
	probe_close(&p[3]);
	nap_ms(50);
	more = probe_open(s.tcp);
	probe_ask(&more, 9, SERVED_SLEEP, 0);
	orpc_server_stats(s.server, &stats);
	assert_int_equal(stats.refused, 1);
	probe_close(&more);
	for (uint32_t i = 0; i < 3; i++)
		probe_close(&p[i]);
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
	for (int round = 0; round < 3; round++) {
		const char *full = round == 0 ? s.tcp : round == 1 ? s.local :
		    s.tcp6;
		const char *free = round == 0 ? s.local : s.tcp;

		for (uint32_t i = 0; i < 2; i++) {
			p[i] = probe_open(full);
			probe_ask(&p[i], i, SERVED_SLEEP, 0);
		}
		more = probe_open(full);
		assert_true(is_closed(&more, 5000));
		probe_close(&more);
		more = probe_open(free);
		probe_ask(&more, 9, SERVED_SLEEP, 0);
		probe_close(&more);
		probe_close(&p[0]);
		nap_ms(50);
		more = probe_open(full);
		probe_ask(&more, 9, SERVED_SLEEP, 0);
		probe_close(&more);
		probe_close(&p[1]);
		nap_ms(50);
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
	assert_true(good_call_ns(s.tcp) < 50 * MS);
	for (size_t i = 0; i < ARRAY_LEN(p); i++) {
		closed += is_closed(&p[i], 50);
		probe_close(&p[i]);
	}
	assert_true(closed >= 3);
	nap_ms(50);
	p[0] = probe_open(s.tcp);
	probe_ask(&p[0], 1, SERVED_SLEEP, 0);
	probe_close(&p[0]);
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

/* The table is full of connections that never say anything: no spin, who is
 * served stays served, who comes is served. */
static void
test_full_table(void **state)
{
	struct rlimit before, low;
	struct probe fill[64], good, fresh;
	struct served s;
	size_t n = 0;
	int64_t cpu;

	(void)state;
	served_start(&s, NULL);
	good = probe_open(s.tcp);
	probe_ask(&good, 1, SERVED_SLEEP, 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	/* Our ends of the connections count in the same table. */
	for (; n < 30; n++)
		fill[n] = probe_open(s.tcp);
	fresh.fd = socket(AF_INET, SOCK_STREAM, 0);
	fresh.stream = true;
	nap_ms(600);
	low = before;
	low.rlim_cur = test_open_fds() - 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	cpu = cpu_ns();
	nap_ms(300);
	assert_true(cpu_ns() - cpu < 15 * MS);
	{
		struct sockaddr_in in = { .sin_family = AF_INET };

		in.sin_port = htons((uint16_t)atoi(strrchr(s.tcp, ':') + 1));
		in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		assert_int_equal(connect(fresh.fd, (struct sockaddr *)&in,
		    sizeof(in)), 0);
	}
	probe_ask(&fresh, 2, SERVED_SLEEP, 0);
	probe_ask(&good, 3, SERVED_SLEEP, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	for (size_t i = 0; i < n; i++)
		probe_close(&fill[i]);
	probe_close(&fresh);
	probe_close(&good);
	served_stop(&s);
}

/* Nobody may be closed to make room: no spin either, and it heals. */
static void
test_full_table_of_busy(void **state)
{
	struct rlimit before, low;
	struct probe good[4], late;
	uint8_t bytes[64];
	struct served s;
	int64_t cpu;

	(void)state;
	served_start(&s, NULL);
	for (uint32_t i = 0; i < 4; i++) {
		good[i] = probe_open(s.tcp);
		probe_ask(&good[i], i, SERVED_SLEEP, 0);
	}
	late = probe_open(s.udp);
	probe_close(&late);
	late.fd = socket(AF_INET, SOCK_STREAM, 0);
	late.stream = true;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = test_open_fds() - 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	{
		struct sockaddr_in in = { .sin_family = AF_INET };

		in.sin_port = htons((uint16_t)atoi(strrchr(s.tcp, ':') + 1));
		in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		assert_int_equal(connect(late.fd, (struct sockaddr *)&in,
		    sizeof(in)), 0);
	}
	cpu = cpu_ns();
	nap_ms(300);
	assert_true(cpu_ns() - cpu < 15 * MS);
	for (uint32_t i = 0; i < 4; i++)
		probe_ask(&good[i], i, SERVED_SLEEP, 0);
	assert_true(is_closed(&late, 5000));
	probe_close(&late);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	nap_ms(50);
	late = probe_open(s.tcp);
	probe_send(&late, bytes, probe_call_u32(bytes, 1, SERVED_SLEEP, 0));
	assert_int_equal(probe_recv(&late, bytes, sizeof(bytes), 1000), 28);
	probe_close(&late);
	for (uint32_t i = 0; i < 4; i++)
		probe_close(&good[i]);
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
		cmocka_unit_test(test_full_table),
		cmocka_unit_test(test_full_table_of_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
