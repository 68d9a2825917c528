/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Call and reply headers: every kind byte for byte, every header cut at every
 * byte, and what the first hostile words may not do.
 */
#include <stdlib.h>

#include "runtime/proto/message.h"
#include "runtime/proto/auth.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

#define XID "01020304"
#define CALL_NONE XID "00000000 00000002 20000099 00000001 00000007" \
	"0000000000000000 0000000000000000"

/* Parses n bytes that end at the end of their allocation, so that a byte
 * too far is seen by the sanitizers. */
static int
call_parse(const uint8_t *bytes, size_t n, struct orpc_i_call_header *out,
    size_t *out_left)
{
	uint8_t *copy = malloc(n ? n : 1);
	struct oxdr_reader r;
	int result;

	memcpy(copy, bytes, n);
	oxdr_reader_init(&r, copy, n);
	result = orpc_i_call_get(&r, out);
	*out_left = oxdr_reader_left(&r);
	free(copy);
	return result;
}

static void
calls_are_read(void **state)
{
	static const struct {
		const char *name, *hex;
		int result;
		size_t left;
	} cases[] = {
		{ "plain", CALL_NONE, 0, 0 },
		{ "with arguments", CALL_NONE "00000005", 0, 4 },
		{ "rpcvers 3", XID "00000000 00000003", ORPC_R_RPC_MISMATCH,
		    12 },
		{ "rpcvers 1, whole", XID "00000000 00000001 20000099"
		    "00000001 00000007 0000000000000000 0000000000000000",
		    ORPC_R_RPC_MISMATCH, 40 },
		{ "a reply", XID "00000001 00000000 00000000 00000000 00000000"
		    "00000000 00000000 00000000 00000000", -ORPC_E_PROTOCOL,
		    40 },
		{ "msg_type 2", XID "00000002 00000002", -ORPC_E_PROTOCOL,
		    12 },
		{ "credential of 401", XID "00000000 00000002 20000099"
		    "00000001 00000007 0000000100000191", ORPC_R_AUTH_BADCRED,
		    0 },
		{ "credential of 2^32-1", XID "00000000 00000002 20000099"
		    "00000001 00000007 00000001ffffffff 00000000 00000000",
		    ORPC_R_AUTH_BADCRED, 8 },
		{ "verifier of 401", XID "00000000 00000002 20000099 00000001"
		    "00000007 0000000000000000 0000000000000191",
		    ORPC_R_AUTH_BADVERF, 0 },
		{ "padding not zero", XID "00000000 00000002 20000099 00000001"
		    "00000007 0000000900000003 61626301 0000000000000000",
		    ORPC_R_AUTH_BADCRED, 8 },
		{ "verifier's padding", XID "00000000 00000002 20000099"
		    "00000001 00000007 0000000000000000 0000000900000001"
		    "61000001", ORPC_R_AUTH_BADVERF, 0 },
		{ "credential cut off", XID "00000000 00000002 20000099"
		    "00000001 00000007 0000000100000190 00000000",
		    -OXDR_E_SHORT, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t bytes[128];
		size_t n = test_hex(cases[i].hex, bytes, sizeof(bytes)), left;
		struct orpc_i_call_header h = { 0 };
		int result = call_parse(bytes, n, &h, &left);

		if (result != cases[i].result || left != cases[i].left)
			fail_msg("%s: result %d, left %zu", cases[i].name,
			    result, left);
		if (result >= 0)
			assert_int_equal(h.xid, 0x01020304);
		if (result == 0) {
			assert_int_equal(h.program, 0x20000099);
			assert_int_equal(h.version, 1);
			assert_int_equal(h.procedure, 7);
			assert_int_equal(h.n_bytes, 32);
		}
	}
}

static void
credentials_are_found(void **state)
{
	static const char hex[] = XID "00000000 00000002 00000009 00000008"
	    "00000007 0000000900000003 61626300 0000000a00000004 01020304 "
	    "deadbeef";
	struct orpc_i_call_header h;
	struct oxdr_reader r;
	uint8_t bytes[64];
	size_t n = test_hex(hex, bytes, sizeof(bytes));

	(void)state;
	oxdr_reader_init(&r, bytes, n);
	assert_int_equal(orpc_i_call_get(&r, &h), 0);
	assert_int_equal(h.cred.flavor, 9);
	test_bytes(h.cred.body, h.cred.n, "616263");
	assert_int_equal(h.verf.flavor, 10);
	test_bytes(h.verf.body, h.verf.n, "01020304");
	assert_ptr_equal(h.bytes, bytes);
	assert_int_equal(h.n_bytes, 36);
	test_bytes(r.at, oxdr_reader_left(&r), "deadbeef");
}

static void
cut_calls_are_silent(void **state)
{
	static const char *const calls[] = { CALL_NONE,
	    XID "00000000 00000002 20000099 00000001 00000007"
	    "0000000100000008 0102030405060708 0000000100000004 01020304" };

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(calls); c++) {
		uint8_t bytes[128];
		size_t n = test_hex(calls[c], bytes, sizeof(bytes)), left;
		struct orpc_i_call_header h;

		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(call_parse(bytes, cut, &h, &left),
			    -OXDR_E_SHORT);
		assert_int_equal(call_parse(bytes, n, &h, &left), 0);
	}
}

static const struct reply_case {
	const char *name;
	int result;
	uint32_t low, high;
	struct orpc_i_opaque verf;
	const char *hex;
} replies[] = {
	{ "success", 0, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000000 0000000000000000 00000000" },
	{ "verifier", 0, 0, 0, { 2, 5, (const uint8_t *)"abcde" },
	    XID "00000001 00000000 0000000200000005 6162636465000000 00000000"
	},
	{ "PROG_UNAVAIL", ORPC_R_PROG_UNAVAIL, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000000 0000000000000000 00000001" },
	{ "PROG_MISMATCH", ORPC_R_PROG_MISMATCH, 2, 4, { 0, 0, NULL },
	    XID "00000001 00000000 0000000000000000 00000002 00000002 "
	    "00000004" },
	{ "PROC_UNAVAIL", ORPC_R_PROC_UNAVAIL, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000000 0000000000000000 00000003" },
	{ "GARBAGE_ARGS", ORPC_R_GARBAGE_ARGS, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000000 0000000000000000 00000004" },
	{ "SYSTEM_ERR", ORPC_R_SYSTEM_ERR, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000000 0000000000000000 00000005" },
	{ "RPC_MISMATCH", ORPC_R_RPC_MISMATCH, 2, 2, { 0, 0, NULL },
	    XID "00000001 00000001 00000000 00000002 00000002" },
	{ "AUTH_BADCRED", ORPC_R_AUTH_BADCRED, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000001 00000001 00000001" },
	{ "CTXPROBLEM", ORPC_R_AUTH_BASE + 14, 0, 0, { 0, 0, NULL },
	    XID "00000001 00000001 00000001 0000000e" },
};

static int
reply_parse(const uint8_t *bytes, size_t n, struct orpc_i_reply_header *out)
{
	uint8_t *copy = malloc(n ? n : 1);
	struct oxdr_reader r;
	int result;

	memcpy(copy, bytes, n);
	oxdr_reader_init(&r, copy, n);
	result = orpc_i_reply_get(&r, out);
	if (result == 0)
		assert_int_equal(oxdr_reader_left(&r), 0);
	out->verf.body = NULL;
	free(copy);
	return result;
}

static void
replies_are_written_and_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		const struct reply_case *c = &replies[i];
		struct orpc_i_reply_header h;
		struct oxdr_writer w;
		uint8_t buf[64];
		size_t n;

		oxdr_writer_init_fixed(&w, buf, sizeof(buf));
		assert_int_equal(orpc_i_reply_put(&w, 0x01020304, c->result,
		    c->low, c->high, &c->verf), 0);
		n = oxdr_writer_size(&w);
		test_bytes(buf, n, c->hex);
		assert_int_equal(reply_parse(buf, n, &h), 0);
		assert_int_equal(h.xid, 0x01020304);
		assert_int_equal(h.result, c->result);
		assert_int_equal(h.low, c->low);
		assert_int_equal(h.high, c->high);
		assert_int_equal(h.verf.flavor, c->verf.flavor);
		assert_int_equal(h.verf.n, c->verf.n);
		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(reply_parse(buf, cut, &h),
			    -OXDR_E_SHORT);
		for (size_t room = 0; room < n; room++) {
			oxdr_writer_init_fixed(&w, buf, room);
			assert_int_equal(orpc_i_reply_put(&w, 1, c->result,
			    c->low, c->high, &c->verf), -OXDR_E_LIMIT);
		}
	}
}

static void
strange_results_are_system_errors(void **state)
{
	static const int results[] = { -1, -64, 7, 31, 32, 64, 100, 1000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		struct oxdr_writer w;
		uint8_t buf[64];

		oxdr_writer_init_fixed(&w, buf, sizeof(buf));
		assert_int_equal(orpc_i_reply_put(&w, 1, results[i], 0, 0,
		    NULL), 0);
		test_bytes(buf, oxdr_writer_size(&w), "00000001 00000001"
		    "00000000 0000000000000000 00000005");
	}
}

static void
strange_replies_are_refused(void **state)
{
	static const struct {
		const char *hex;
		int result, h_result;
	} cases[] = {
		{ CALL_NONE, -ORPC_E_PROTOCOL, 0 },
		{ XID "00000001 00000002 00000000", -ORPC_E_PROTOCOL, 0 },
		{ XID "00000001 00000000 0000000000000000 00000006",
		    -ORPC_E_PROTOCOL, 0 },
		{ XID "00000001 00000000 0000000000000191 00000000",
		    -ORPC_E_PROTOCOL, 0 },
		{ XID "00000001 00000000 00000000ffffffff 00000000",
		    -ORPC_E_PROTOCOL, 0 },
		{ XID "00000001 00000001 00000002 00000000",
		    -ORPC_E_PROTOCOL, 0 },
		{ XID "00000001 00000001 00000001 00000000", 0,
		    ORPC_R_AUTH_FAILED },
		{ XID "00000001 00000001 00000001 00000020", 0,
		    ORPC_R_AUTH_FAILED },
		{ XID "00000001 00000001 00000001 ffffffff", 0,
		    ORPC_R_AUTH_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_reply_header h = { 0 };
		uint8_t bytes[64];
		size_t n = test_hex(cases[i].hex, bytes, sizeof(bytes));

		if (n == 40)
			n = 24;
		assert_int_equal(reply_parse(bytes, n, &h), cases[i].result);
		if (cases[i].result == 0)
			assert_int_equal(h.result, cases[i].h_result);
	}
}

/* The two fast stores give what the general functions give. */
static void
fast_paths_agree(void **state)
{
	struct orpc_i_call_header h;
	struct oxdr_writer w;
	struct oxdr_reader r;
	uint8_t buf[64], fast[64];

	(void)state;
	orpc_i_call_store(fast, 0x01020304, 0x20000099, 1, 7);
	test_bytes(fast, ORPC_I_CALL_BYTES, CALL_NONE);
	oxdr_reader_init(&r, fast, ORPC_I_CALL_BYTES);
	assert_int_equal(orpc_i_call_get_slow(&r, &h), 0);
	assert_int_equal(h.program, 0x20000099);
	oxdr_writer_init_fixed(&w, buf, sizeof(buf));
	assert_int_equal(orpc_i_call_put(&w, 0x01020304, 0x20000099, 1, 7,
	    NULL), 0);
	assert_int_equal(oxdr_writer_size(&w), ORPC_I_CALL_BYTES);
	assert_memory_equal(buf, fast, ORPC_I_CALL_BYTES);

	orpc_i_reply_store(fast, 0x01020304);
	test_bytes(fast, ORPC_I_REPLY_BYTES, replies[0].hex);
}

static void
peeking(void **state)
{
	uint32_t xid = 0;
	uint8_t bytes[64];

	(void)state;
	test_hex(CALL_NONE, bytes, sizeof(bytes));
	assert_int_equal(orpc_i_message_peek(bytes, 3, &xid), -OXDR_E_SHORT);
	assert_int_equal(xid, 0);
	assert_int_equal(orpc_i_message_peek(bytes, 7, &xid), -OXDR_E_SHORT);
	assert_int_equal(xid, 0x01020304);
	assert_int_equal(orpc_i_message_peek(bytes, 8, &xid), ORPC_I_CALL);
	bytes[7] = 1;
	assert_int_equal(orpc_i_message_peek(bytes, 8, &xid), ORPC_I_REPLY);
	bytes[7] = 2;
	assert_int_equal(orpc_i_message_peek(bytes, 8, &xid),
	    -ORPC_E_PROTOCOL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_read),
		cmocka_unit_test(credentials_are_found),
		cmocka_unit_test(cut_calls_are_silent),
		cmocka_unit_test(replies_are_written_and_read),
		cmocka_unit_test(strange_results_are_system_errors),
		cmocka_unit_test(strange_replies_are_refused),
		cmocka_unit_test(fast_paths_agree),
		cmocka_unit_test(peeking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
