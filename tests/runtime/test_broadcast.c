/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Broadcast, to binders on the loopback that a test plays.
 */
#include "tests/runtime/scripted.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include "runtime/client/broadcast.h"
#include "xdr/base.h"

#define N_BINDERS 3

struct heard {
	unsigned n;
	unsigned enough;
	uint32_t sum;
	uint16_t ports[8];
};

static int
on_answer(void *ctx, const struct sockaddr *from, socklen_t n_from,
    const void *out)
{
	struct heard *heard = ctx;
	uint32_t value;

	(void)n_from;
	memcpy(&value, out, sizeof(value));
	heard->sum += value;
	heard->ports[heard->n++ % 8] = orpc_i_sockaddr_port(from);
	return heard->n == heard->enough;
}

/* What a portmapper does with CALLIT for a program on port 4660. */
static bool
answer_callit(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	uint8_t bytes[36] = { 0 };

	/* PMAP version 2, CALLIT, then program, version, procedure, args. */
	test_bytes(call + 12, 12, "000186a0 00000002 00000005");
	test_bytes(call + 40, 16, "20000345 00000001 00000001 00000004");
	assert_int_equal(n, 60);
	memcpy(bytes, call, 4);
	bytes[7] = 1;
	oxdr_store_u32(bytes + 24, 4660);
	oxdr_store_u32(bytes + 28, 4);
	oxdr_store_u32(bytes + 32, 2 * oxdr_load_u32(call + 56));
	/* A second time, and for somebody else. */
	scripted_send(s, fd, bytes, 36);
	scripted_send(s, fd, bytes, 36);
	bytes[0] ^= 1;
	scripted_send(s, fd, bytes, 36);
	return true;
}

static bool
answer_garbage(struct scripted *s, int fd, const uint8_t *call, size_t n)
{
	(void)n;
	scripted_reply(s, fd, call, "00000001");
	scripted_reply(s, fd, call,
	    "00000001 00000000 00000000 00000000 00000000");
	scripted_reply(s, fd, call,
	    "00000001 00000000 00000000 00000000 00000000 00001234 ffffffff");
	scripted_reply(s, fd, call, "00000001 00000000 00000000 00000000 "
	    "00000000 00001234 00000003 01020300");
	scripted_send(s, fd, "abc", 3);
	scripted_send(s, fd, "", 0);
	return true;
}

static struct orpc_i_sockaddr
address_of(const struct scripted *s)
{
	struct orpc_i_sockaddr a;
	uint16_t port = 0;

	sscanf(s->address, "udp://127.0.0.1:%hu", &port);
	assert_int_equal(orpc_i_sockaddr_numeric("127.0.0.1", port, &a), 0);
	return a;
}

static void
test_collects(void **state)
{
	struct orpc_i_sockaddr to[N_BINDERS];
	struct scripted s[N_BINDERS];
	struct heard heard = { .enough = 2 };
	uint32_t arg = 21;

	(void)state;
	for (size_t i = 0; i < N_BINDERS; i++) {
		scripted_start(&s[i], true, i ? answer_callit :
		    answer_garbage, NULL);
		to[i] = address_of(&s[i]);
	}
	/* Both answer from 127.0.0.1 port 4660: one host, heard once. */
	assert_int_equal(orpc_i_broadcast_to(to, N_BINDERS,
	    &scripted_program, SCRIPTED_DOUBLE, &arg, 1500, on_answer, &heard,
	    NULL), 0);
	assert_int_equal(heard.n, 1);
	assert_int_equal(heard.sum, 42);
	assert_int_equal(heard.ports[0], 4660);
	/* It is asked more than once meanwhile. */
	assert_true(s[1].calls > 1);
	/* The first answer may be enough. */
	heard = (struct heard){ .enough = 1 };
	assert_int_equal(orpc_i_broadcast_to(to, N_BINDERS,
	    &scripted_program, SCRIPTED_DOUBLE, &arg, 60000, on_answer,
	    &heard, NULL), 0);
	for (size_t i = 0; i < N_BINDERS; i++)
		scripted_stop(&s[i]);
}

static void
test_nobody(void **state)
{
	struct orpc_i_sockaddr to;
	struct orpc_error error;
	struct scripted s;
	struct heard heard = { 0 };
	uint32_t arg = 21;
	size_t fds = test_open_fds();

	(void)state;
	scripted_start(&s, true, answer_garbage, NULL);
	to = address_of(&s);
	assert_int_equal(orpc_i_broadcast_to(&to, 1, &scripted_program,
	    SCRIPTED_DOUBLE, &arg, 100, on_answer, &heard, &error),
	    -ORPC_E_TIMEOUT);
	assert_int_equal(error.code, -ORPC_E_TIMEOUT);
	assert_int_equal(error.step, ORPC_STEP_WAIT);
	assert_true(error.elapsed_ms >= 100);
	assert_int_equal(heard.n, 0);
	scripted_stop(&s);
	/* No interface, no answer. */
	assert_int_equal(orpc_i_broadcast_to(&to, 0, &scripted_program,
	    SCRIPTED_DOUBLE, &arg, 10, on_answer, &heard, &error),
	    -ORPC_E_TIMEOUT);
	test_no_fds_left(fds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collects),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
