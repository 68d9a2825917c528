/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a server says to calls of every kind, byte for byte, on TCP, UDP and
 * unix sockets (RFC 5531 sections 8, 9 and 11, RFC 9289 section 4.1).
 */
#include "tests/runtime/served.h"

#include <stdio.h>
#include <sys/socket.h>

#include "xdr/base.h"

static struct served served;

static int
start(void **state)
{
	(void)state;
	served_start(&served, NULL);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	served_stop(&served);
	return 0;
}

/* With workers every call goes the long way (runtime/channel/quick.c). */
static int
start_long(void **state)
{
	struct orpc_server_options options = { .workers = 1 };

	stop(state);
	served_start(&served, &options);
	return 0;
}

static int
admit(void *ctx, struct orpc_request *rq)
{
	(void)ctx;
	(void)rq;
	return 0;
}

/* With a hook it goes the short way as far as that is asked. */
static int
start_hook(void **state)
{
	struct orpc_server_options options = { .authorize = admit };

	stop(state);
	served_start(&served, &options);
	return 0;
}

static int
start_again(void **state)
{
	stop(state);
	return start(state);
}

static const char *const ways[] = { served.tcp, served.udp, served.local };

/*
 * A call from hexadecimal behind the xid, and the reply behind its xid; ""
 * is silence (a stream may close too).  HEAD is CALL, version 2 and the
 * program's number.
 */
#define HEAD "00000000 00000002 20000777 "
#define NONE "00000000 00000000 00000000 00000000 "
#define OK "00000001 00000000 00000000 00000000 "
#define DENIED "00000001 00000001 00000001 "
#define SYS(n, body) "00000001 " n body "00000000 00000000 "

struct wire_case {
	const char *name;
	const char *call;
	const char *reply;
};

static const struct wire_case cases[] = {
	{ "procedure 0", HEAD "00000002 00000000" NONE, OK "00000000" },
	{ "echo", HEAD "00000002 00000001" NONE "00000003 61626300",
	    OK "00000000 00000003 61626300" },
	{ "the highest version", HEAD "00000004 00000001" NONE "00000000",
	    OK "00000000 00000000" },
	{ "rpcvers 1", "00000000 00000001 20000777 00000002 00000001" NONE,
	    "00000001 00000001 00000000 00000002 00000002" },
	{ "rpcvers 3", "00000000 00000003 20000777 00000002 00000001" NONE,
	    "00000001 00000001 00000000 00000002 00000002" },
	{ "another program", "00000000 00000002 20000778 00000002 00000001"
	    NONE, OK "00000001" },
	{ "a version below", HEAD "00000001 00000001" NONE,
	    OK "00000002 00000002 00000004" },
	{ "a version between", HEAD "00000003 00000000" NONE,
	    OK "00000002 00000002 00000004" },
	{ "a version above", HEAD "00000005 00000001" NONE,
	    OK "00000002 00000002 00000004" },
	{ "another procedure", HEAD "00000002 00000063" NONE,
	    OK "00000003" },
	{ "no arguments", HEAD "00000002 00000002" NONE, OK "00000004" },
	{ "half an argument", HEAD "00000002 00000002" NONE "0000",
	    OK "00000004" },
	{ "bytes behind the arguments", HEAD "00000002 00000002" NONE
	    "00000001 00000000", OK "00000004" },
	{ "padding", HEAD "00000002 00000001" NONE "00000001 61000001",
	    OK "00000004" },
	{ "a count without data", HEAD "00000002 00000001" NONE "ffffffff",
	    OK "00000004" },
	{ "a count of 2 GiB", HEAD "00000002 00000001" NONE
	    "7fffffff 00000000", OK "00000004" },
	{ "AUTH_SYS", HEAD "00000002 00000008"
	    SYS("00000018", "00000000 00000001 61000000 00000007 00000008 "
	    "00000000") "00000000", OK "00000000 00000007" },
	{ "AUTH_SYS: 17 groups", HEAD "00000002 00000008"
	    SYS("00000018", "00000000 00000001 61000000 00000007 00000008 "
	    "00000011") "00000000", DENIED "00000001" },
	{ "AUTH_SYS: groups that are not there", HEAD "00000002 00000008"
	    SYS("00000018", "00000000 00000001 61000000 00000007 00000008 "
	    "00000001") "00000000", DENIED "00000001" },
	{ "AUTH_SYS: a name over its end", HEAD "00000002 00000008"
	    SYS("00000018", "00000000 000000ff 61000000 00000007 00000008 "
	    "00000000") "00000000", DENIED "00000001" },
	{ "AUTH_SYS: bytes behind it", HEAD "00000002 00000008"
	    SYS("0000001c", "00000000 00000001 61000000 00000007 00000008 "
	    "00000000 00000000") "00000000", DENIED "00000001" },
	{ "AUTH_SYS: empty", HEAD "00000002 00000008" SYS("00000000", "")
	    "00000000", DENIED "00000001" },
	{ "AUTH_TLS on procedure 0", HEAD "00000002 00000000"
	    "00000007 00000000 00000000 00000000", DENIED "00000001" },
	{ "AUTH_TLS on another", HEAD "00000002 00000001"
	    "00000007 00000000 00000000 00000000 00000000",
	    DENIED "00000001" },
	{ "AUTH_SHORT", HEAD "00000002 00000000"
	    "00000002 00000000 00000000 00000000", DENIED "00000002" },
	{ "an unknown flavour", HEAD "00000002 00000000"
	    "00000063 00000000 00000000 00000000", DENIED "00000002" },
	{ "a handler's PROC_UNAVAIL", HEAD "00000002 00000005" NONE
	    "00000003", OK "00000003" },
	{ "a handler's GARBAGE_ARGS", HEAD "00000002 00000005" NONE
	    "00000004", OK "00000004" },
	{ "a handler's SYSTEM_ERR", HEAD "00000002 00000005" NONE
	    "00000005", OK "00000005" },
	{ "a handler's PROG_UNAVAIL", HEAD "00000002 00000005" NONE
	    "00000001", OK "00000001" },
	{ "a handler's AUTH_TOOWEAK", HEAD "00000002 00000005" NONE
	    "00000025", DENIED "00000005" },
	{ "a handler's own failure", HEAD "00000002 00000005" NONE
	    "ffffffff", OK "00000005" },
	{ "a handler's nonsense", HEAD "00000002 00000005" NONE
	    "00001000", OK "00000005" },
	{ "a handler's DROP", HEAD "00000002 00000004" NONE "00000001", "" },
	{ "a reply nobody waits for", "00000001 00000000 00000000 00000000"
	    "00000000", "" },
	{ "no direction", "00000002 00000002 20000777 00000002 00000001"
	    NONE, "" },
};

static void
run_case(const char *way, const struct wire_case *c, uint32_t xid)
{
	uint8_t call[1024], reply[1024];
	struct probe p = probe_open(way);
	size_t n = 4 + test_hex(c->call, call + 4, sizeof(call) - 4);
	long got;

	probe_put(call, 0, xid);
	probe_send(&p, call, n);
	got = probe_recv(&p, reply, sizeof(reply), c->reply[0] ? 5000 : 30);
	if (!c->reply[0]) {
		if (got >= 0)
			fail_msg("%s, %s: answered", way, c->name);
	} else if (got < 4) {
		fail_msg("%s, %s: no answer", way, c->name);
	} else {
		print_message("# %s: %s\n", way, c->name);
		assert_int_equal(probe_word(reply, 0), xid);
		test_bytes(reply + 4, (size_t)got - 4, c->reply);
	}
	probe_close(&p);
}

static void
test_replies(void **state)
{
	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(ways); w++)
		for (size_t i = 0; i < ARRAY_LEN(cases); i++)
			run_case(ways[w], &cases[i],
			    (uint32_t)(w * 1000 + i + 1));
}

/* Calls of every size, each kind of piece in one batch: every reply comes,
 * whole and in order. */
static void
test_sizes(void **state)
{
	static uint8_t bytes[70000], reply[70000];
	static const uint32_t sizes[] = { 0, 1, 4, 100, 100, 1000, 4000, 4060,
		4072, 4096, 8000, 8192, 9000, 3, 40000, 100 };

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
		struct probe p = probe_open(ways[w]);

		for (uint32_t i = 0; i < ARRAY_LEN(sizes); i++) {
			probe_call(bytes, i, SERVED_LOW, SERVED_ECHO);
			probe_put(bytes, 40, sizes[i]);
			memset(bytes + 44, (int)('a' + i), sizes[i]);
			memset(bytes + 44 + sizes[i], 0, 4);
			probe_send(&p, bytes, 44 + ((sizes[i] + 3) & ~3u));
		}
		for (uint32_t i = 0; i < ARRAY_LEN(sizes); i++) {
			assert_int_equal(probe_recv(&p, reply, sizeof(reply),
			    PATIENCE_MS), 28 + ((sizes[i] + 3) & ~3u));
			assert_int_equal(probe_word(reply, 0), i);
			assert_int_equal(probe_word(reply, 24), sizes[i]);
			for (uint32_t j = 0; j < sizes[i]; j++)
				assert_int_equal(reply[28 + j], 'a' + i);
		}
		probe_close(&p);
	}
}

/* opaque<400>: longer credentials and verifiers are refused, with reason. */
static void
test_large_auth(void **state)
{
	static const struct {
		size_t at;
		uint32_t n;
		uint32_t why;
	} large[] = {
		{ 24, 401, 1 }, { 24, 404, 1 }, { 24, 2000, 1 },
		{ 24, UINT32_MAX, 1 }, { 32, 404, 3 }, { 32, 2000, 3 },
	};
	uint8_t call[4096];
	uint8_t reply[64];

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(ways); w++)
		for (size_t i = 0; i < ARRAY_LEN(large); i++) {
			struct probe p = probe_open(ways[w]);

			memset(call, 0, sizeof(call));
			probe_call(call, 9, SERVED_LOW, 0);
			probe_put(call, large[i].at, 1);
			probe_put(call, large[i].at + 4, large[i].n);
			probe_send(&p, call, 40 + 2048);
			assert_int_equal(probe_recv(&p, reply, sizeof(reply),
			    PATIENCE_MS), 20);
			assert_int_equal(probe_word(reply, 8), 1);
			assert_int_equal(probe_word(reply, 12), 1);
			assert_int_equal(probe_word(reply, 16), large[i].why);
			probe_close(&p);
		}
}

/* A call cut off anywhere is not executed, whatever came before it. */
static void
test_cut_off(void **state)
{
	uint8_t call[64], reply[64];
	unsigned before = atomic_load(&served.log.executed);

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
		struct probe good = probe_open(ways[w]);

		for (size_t n = 0; n < 44; n++) {
			struct probe p = probe_open(ways[w]);

			probe_ask(&good, (uint32_t)n, SERVED_SLEEP, 0);
			probe_call_u32(call, 100 + (uint32_t)n, SERVED_COUNT,
			    1);
			probe_send(&p, call, n);
			if (n >= 40)
				assert_int_equal(probe_recv(&p, reply,
				    sizeof(reply), PATIENCE_MS), 24);
			probe_close(&p);
		}
		probe_ask(&good, 99, SERVED_SLEEP, 0);
		probe_close(&good);
	}
	assert_int_equal(atomic_load(&served.log.executed), before);
}

/* A short datagram never gets bytes of another's. */
static void
test_datagrams_apart(void **state)
{
	struct probe rich = probe_open(served.udp);
	struct probe poor = probe_open(served.udp);
	uint8_t call[2048], reply[2048];

	(void)state;
	for (uint32_t i = 0; i < 100; i++) {
		memset(call, 0xaa, sizeof(call));
		probe_call(call, i, SERVED_LOW, SERVED_ECHO);
		probe_put(call, 40, 1024);
		probe_send(&rich, call, 44 + 1024);
		probe_send(&poor, call, 44);
		assert_int_equal(probe_recv(&rich, reply, sizeof(reply),
		    PATIENCE_MS), 28 + 1024);
		assert_int_equal(probe_recv(&poor, reply, sizeof(reply),
		    PATIENCE_MS), 24);
		assert_int_equal(probe_word(reply, 20), 4);
	}
	probe_close(&rich);
	probe_close(&poor);
}

/* ---- Records (section 11) ----------------------------------------------- */

/* Sends a message in fragments of n bytes, with empty ones between. */
static void
send_fragments(const struct probe *p, const uint8_t *bytes, size_t n_bytes,
    size_t n, bool empty)
{
	uint8_t part[64];
	size_t len;

	for (size_t at = 0; at < n_bytes; at += len) {
		len = n_bytes - at < n ? n_bytes - at : n;
		if (empty) {
			probe_put(part, 0, 0);
			probe_send_raw(p, part, 4);
		}
		probe_put(part, 0, (uint32_t)len | (at + len == n_bytes &&
		    !empty ? 0x80000000u : 0));
		memcpy(part + 4, bytes + at, len);
		probe_send_raw(p, part, len + 4);
	}
	if (empty) {
		probe_put(part, 0, 0x80000000u);
		probe_send_raw(p, part, 4);
	}
}

static void
test_fragments(void **state)
{
	const char *const streams[] = { served.tcp, served.local };
	uint8_t call[64], reply[64];

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(streams); w++) {
		struct probe p = probe_open(streams[w]);

		for (size_t n = 1; n <= 44; n++)
			for (int empty = 0; empty < 2; empty++) {
				probe_call_u32(call, (uint32_t)n,
				    SERVED_SLEEP, 0);
				send_fragments(&p, call, 44, n, empty);
				assert_int_equal(probe_recv(&p, reply,
				    sizeof(reply), PATIENCE_MS), 28);
				assert_int_equal(probe_word(reply, 0), n);
			}
		probe_close(&p);
	}
}

/* Every split of the stream, and many calls in one piece. */
static void
test_splits(void **state)
{
	const char *const streams[] = { served.tcp, served.local };
	uint8_t call[96], reply[64];

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(streams); w++) {
		struct probe p = probe_open(streams[w]);

		for (size_t cut = 0; cut <= 96; cut++) {
			for (uint32_t i = 0; i < 2; i++) {
				probe_put(call, 48 * i, 0x80000000u | 44);
				probe_call_u32(call + 48 * i + 4, i,
				    SERVED_SLEEP, 0);
			}
			probe_send_raw(&p, call, cut);
			if (cut < 48)
				assert_int_equal(probe_recv(&p, reply,
				    sizeof(reply), 0), -1);
			probe_send_raw(&p, call + cut, 96 - cut);
			for (uint32_t i = 0; i < 2; i++) {
				assert_int_equal(probe_recv(&p, reply,
				    sizeof(reply), PATIENCE_MS), 28);
				assert_int_equal(probe_word(reply, 0), i);
			}
		}
		probe_close(&p);
	}
}

/* What claims to be larger than the limit closes the stream at once. */
static void
test_large_records(void **state)
{
	static const uint32_t marks[] = {
		0x7fffffff, 0xffffffff, 0x80400001
	};
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		struct probe p = probe_open(served.tcp);

		probe_put(bytes, 0, marks[i]);
		probe_send_raw(&p, bytes, 4);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS),
		    -2);
		probe_close(&p);
	}
}

/* Empty fragments without end are not a record. */
static void
test_endless_fragments(void **state)
{
	static uint8_t zeros[4 * 5000];
	struct probe p = probe_open(served.tcp);
	uint8_t reply[64];

	(void)state;
	probe_send_raw(&p, zeros, sizeof(zeros));
	assert_int_equal(probe_recv(&p, reply, sizeof(reply), PATIENCE_MS), -2);
	probe_close(&p);
}

/* Who has sent its call and closed its side still gets the reply, also when
 * that cut off a record. */
static void
test_half_closed(void **state)
{
	const char *const streams[] = { served.tcp, served.local };
	uint8_t bytes[64];

	(void)state;
	for (unsigned w = 0; w < 2 * ARRAY_LEN(streams); w++) {
		struct probe p = probe_open(streams[w / 2]);
		struct probe other = probe_open(streams[w / 2]);

		probe_send(&p, bytes, probe_call_u32(bytes, 5, SERVED_LATER,
		    0));
		if (w % 2)
			probe_send_raw(&p, "\x80\0\0\x2c\0", 5);
		shutdown(p.fd, SHUT_WR);
		served_wait_later(&served, w + 1);
		/* Its end was read before this. */
		probe_ask(&other, 6, SERVED_SLEEP, 0);
		served_release(&served, w);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS),
		    28);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS),
		    -2);
		probe_close(&p);
		probe_close(&other);
	}
}

/* Junk of every length: the server lives, and answers the next one. */
static void
test_junk(void **state)
{
	uint8_t junk[256];
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 600; i++) {
		struct probe p = probe_open(ways[i % 3]);
		size_t n = test_random(&seed) % sizeof(junk);

		for (size_t j = 0; j < n; j++)
			junk[j] = (uint8_t)test_random(&seed);
		if (i % 2)
			probe_send(&p, junk, n);
		else
			probe_send_raw(&p, junk, n);
		probe_close(&p);
	}
	for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
		struct probe p = probe_open(ways[w]);

		assert_int_equal(probe_ask(&p, 1, SERVED_SLEEP, 0), 0);
		probe_close(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_large_auth),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_datagrams_apart),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_splits),
		cmocka_unit_test(test_large_records),
		cmocka_unit_test(test_endless_fragments),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_junk),
		cmocka_unit_test_setup_teardown(test_replies, start_long,
		    start_again),
		cmocka_unit_test_setup_teardown(test_sizes, start_long,
		    start_again),
		cmocka_unit_test_setup_teardown(test_replies, start_hook,
		    start_again),
		cmocka_unit_test_setup_teardown(test_sizes, start_hook,
		    start_again),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
