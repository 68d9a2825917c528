/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The proxy does what its faults say, and nothing else.
 */
#include "tests/lib/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/test.h"

struct setup {
	struct proxy *proxy;
	int server;		/* listening, or the datagram socket */
	int client;		/* connected to the proxy */
	int peer;		/* stream: the server's end */
};

static struct sockaddr_in
loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void
setup(struct setup *s, int type, const struct proxy_faults *faults)
{
	struct sockaddr_in to;
	uint16_t port, front;

	s->server = test_bound(AF_INET, type, &port);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(s->server, 8), 0);
	to = loopback(port);
	s->proxy = proxy_start(type, (struct sockaddr *)&to, sizeof(to),
	    faults, &front);
	to = loopback(front);
	s->client = socket(AF_INET, type, 0);
	assert_int_equal(connect(s->client, (struct sockaddr *)&to,
	    sizeof(to)), 0);
	s->peer = type == SOCK_STREAM ? accept(s->server, NULL, NULL) : -1;
}

static void
teardown(struct setup *s, struct proxy_stats *out_stats)
{
	proxy_stop(s->proxy, out_stats);
	close(s->client);
	close(s->server);
	if (s->peer >= 0)
		close(s->peer);
}

static void
streams_pass_whole(void **state)
{
	static const struct proxy_faults cases[] = {
		{ .seed = 1 },
		{ .seed = 2, .split = true },
		{ .seed = 3, .split = true, .delay = 500, .delay_ms = 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t before = test_open_fds();
		struct setup s;
		uint8_t bytes[3000], got[3000];

		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (uint8_t)(k * 7);
		setup(&s, SOCK_STREAM, &cases[i]);
		test_write(s.client, bytes, sizeof(bytes));
		test_read(s.peer, got, sizeof(got));
		assert_memory_equal(got, bytes, sizeof(bytes));
		test_write(s.peer, bytes, 100);
		test_read(s.client, got, 100);
		shutdown(s.client, SHUT_WR);
		assert_int_equal(read(s.peer, got, 1), 0);
		teardown(&s, NULL);
		test_no_fds_left(before);
	}
}

static void
a_cut_ends_in_order_and_a_reset_does_not(void **state)
{
	const struct proxy_faults cut = { .cut = 1000, .seed = 4 };
	const struct proxy_faults reset = { .reset = 1000, .seed = 5 };
	struct proxy_stats stats;
	struct setup s;
	char got[8];
	ssize_t n;

	(void)state;
	setup(&s, SOCK_STREAM, &cut);
	test_write(s.client, "12345678", 8);
	assert_true(test_readable(s.client, 5000));
	assert_int_equal(read(s.client, got, 8), 0);
	teardown(&s, &stats);
	assert_int_equal(stats.faults, 1);

	setup(&s, SOCK_STREAM, &reset);
	test_write(s.client, "12345678", 8);
	assert_true(test_readable(s.client, 5000));
	n = read(s.client, got, 8);
	assert_int_equal(n, -1);
	assert_int_equal(errno, ECONNRESET);
	teardown(&s, NULL);
}

static void
everybody_can_be_reset(void **state)
{
	const struct proxy_faults none = { .seed = 6 };
	struct setup s;
	char got[1];

	(void)state;
	setup(&s, SOCK_STREAM, &none);
	test_write(s.client, "x", 1);
	test_read(s.peer, got, 1);
	proxy_reset_all(s.proxy);
	assert_true(test_readable(s.client, 5000));
	assert_int_equal(read(s.client, got, 1), -1);
	teardown(&s, NULL);
}

/* Sends 20 numbered datagrams, returns what arrived, in order. */
static size_t
send_twenty(const struct proxy_faults *faults, uint8_t *out, size_t n_out)
{
	struct setup s;
	size_t n = 0;

	setup(&s, SOCK_DGRAM, faults);
	for (uint8_t i = 0; i < 20; i++) {
		test_write(s.client, &i, 1);
		while (test_readable(s.server, 50) && n < n_out)
			assert_int_equal(recv(s.server, &out[n++], 1, 0), 1);
	}
	teardown(&s, NULL);
	return n;
}

static void
datagrams_are_dropped_doubled_and_reordered(void **state)
{
	const struct proxy_faults none = { .seed = 7 };
	const struct proxy_faults drop = { .drop = 1000, .seed = 8 };
	const struct proxy_faults twice = { .duplicate = 1000, .seed = 9 };
	const struct proxy_faults mixed = { .reorder = 500, .seed = 10 };
	uint8_t got[64];
	size_t swapped = 0;

	(void)state;
	assert_int_equal(send_twenty(&none, got, sizeof(got)), 20);
	for (uint8_t i = 0; i < 20; i++)
		assert_int_equal(got[i], i);
	assert_int_equal(send_twenty(&drop, got, sizeof(got)), 0);
	assert_int_equal(send_twenty(&twice, got, sizeof(got)), 40);
	assert_in_range(send_twenty(&mixed, got, sizeof(got)), 19, 20);
	for (uint8_t i = 1; i < 19; i++)
		swapped += got[i] < got[i - 1];
	assert_in_range(swapped, 1, 19);
}

static void
answers_find_their_way_back(void **state)
{
	const struct proxy_faults none = { .seed = 11 };
	struct sockaddr_in from;
	socklen_t n_from = sizeof(from);
	struct setup s;
	char got[4];

	(void)state;
	setup(&s, SOCK_DGRAM, &none);
	test_write(s.client, "ask", 3);
	assert_int_equal(recvfrom(s.server, got, 4, 0,
	    (struct sockaddr *)&from, &n_from), 3);
	assert_int_equal(sendto(s.server, "told", 4, 0,
	    (struct sockaddr *)&from, n_from), 4);
	assert_true(test_readable(s.client, 5000));
	assert_int_equal(recv(s.client, got, 4, 0), 4);
	assert_memory_equal(got, "told", 4);
	teardown(&s, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_pass_whole),
		cmocka_unit_test(a_cut_ends_in_order_and_a_reset_does_not),
		cmocka_unit_test(everybody_can_be_reset),
		cmocka_unit_test(datagrams_are_dropped_doubled_and_reordered),
		cmocka_unit_test(answers_find_their_way_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
