/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Flavours: AUTH_SYS byte for byte and in every malformed shape, AUTH_TLS and
 * strangers refused, bodies passed through.
 */
#include <stdlib.h>

#include "runtime/proto/auth.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

/* stamp 7, "ab", uid 1000, gid 100, gids 4 and 5 */
#define SYS "00000007 00000002 61620000 000003e8 00000064 00000002 " \
	"00000004 00000005"

static int
accept_hex(uint32_t flavor, const char *hex, struct orpc_i_caller *out)
{
	uint8_t bytes[512];
	size_t n = test_hex(hex, bytes, sizeof(bytes));
	uint8_t *exact = malloc(n ? n : 1);
	struct orpc_i_call_header call = { .cred = { flavor, (uint32_t)n,
	    exact } };
	int result;

	memcpy(exact, bytes, n);
	result = orpc_i_auth_accept(&call, out);
	free(exact);
	return result;
}

static void
sys_is_read(void **state)
{
	struct orpc_i_caller caller;

	(void)state;
	assert_int_equal(accept_hex(ORPC_AUTH_SYS, SYS, &caller), 0);
	assert_int_equal(caller.flavor, ORPC_AUTH_SYS);
	assert_int_equal(caller.sys.stamp, 7);
	assert_string_equal(caller.sys.machine_name, "ab");
	assert_int_equal(caller.sys.uid, 1000);
	assert_int_equal(caller.sys.gid, 100);
	assert_int_equal(caller.sys.n_gids, 2);
	assert_int_equal(caller.sys.gids[0], 4);
	assert_int_equal(caller.sys.gids[1], 5);
}

static void
malformed_sys_is_bad(void **state)
{
	static const char *const cases[] = {
		"",
		"00000007",
		/* a name that is longer than the body, than 255, than memory */
		"00000007 00000003 61620000",
		"00000007 00000100 61620000 000003e8 00000064 00000000",
		"00000007 ffffffff 61620000 000003e8 00000064 00000000",
		"00000007 fffffffd 61620000 000003e8 00000064 00000000",
		/* padding, a NUL inside */
		"00000007 00000002 61620001 000003e8 00000064 00000000",
		"00000007 00000003 61006200 000003e8 00000064 00000000",
		/* gids: one missing, one too many, 17, more than memory */
		"00000007 00000000 000003e8 00000064 00000002 00000004",
		"00000007 00000000 000003e8 00000064 00000001 00000004 "
		    "00000005",
		"00000007 00000000 000003e8 00000064 00000011 00000000 "
		    "00000000 00000000 00000000 00000000 00000000 00000000 "
		    "00000000 00000000 00000000 00000000 00000000 00000000 "
		    "00000000 00000000 00000000 00000000",
		"00000007 00000000 000003e8 00000064 40000001 00000004",
		/* bytes left over that make no gid */
		"00000007 00000000 000003e8 00000064 00000000 01",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_caller caller;

		if (accept_hex(ORPC_AUTH_SYS, cases[i], &caller) !=
		    ORPC_R_AUTH_BADCRED)
			fail_msg("taken: %s", cases[i]);
	}
}

static void
cut_sys_is_bad(void **state)
{
	uint8_t bytes[64];
	size_t n = test_hex(SYS, bytes, sizeof(bytes));

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		struct orpc_i_caller caller;
		struct orpc_i_call_header call = { .cred = { ORPC_AUTH_SYS,
		    (uint32_t)cut, bytes } };

		assert_int_equal(orpc_i_auth_accept(&call, &caller),
		    ORPC_R_AUTH_BADCRED);
	}
}

static void
largest_sys_goes_both_ways(void **state)
{
	struct orpc_auth_sys sys = { .stamp = 1, .uid = 2, .gid = 3,
	    .n_gids = 16 };
	struct orpc_i_auth_sys auth;
	struct orpc_i_caller caller;
	struct orpc_i_call_header call = { 0 };

	(void)state;
	memset(sys.machine_name, 'm', 255);
	for (uint32_t i = 0; i < 16; i++)
		sys.gids[i] = i * 11;
	assert_int_equal(orpc_i_auth_sys_init(&auth, &sys), 0);
	call.cred = (struct orpc_i_opaque){ ORPC_AUTH_SYS, auth.n,
	    auth.body };
	memset(&caller, 0, sizeof(caller));
	assert_int_equal(orpc_i_auth_accept(&call, &caller), 0);
	assert_memory_equal(&caller.sys, &sys, sizeof(sys));

	sys.n_gids = 17;
	assert_int_equal(orpc_i_auth_sys_init(&auth, &sys), -OXDR_E_BOUND);
	sys.n_gids = 0;
	sys.machine_name[255] = 'm';
	assert_int_equal(orpc_i_auth_sys_init(&auth, &sys), -OXDR_E_BOUND);
}

static void
flavours_are_sorted(void **state)
{
	static const struct {
		uint32_t flavor;
		int result;
	} cases[] = {
		{ ORPC_AUTH_NONE, 0 },
		{ ORPC_AUTH_SHORT, ORPC_R_AUTH_REJECTEDCRED },
		{ ORPC_AUTH_DH, ORPC_R_AUTH_REJECTEDCRED },
		{ ORPC_RPCSEC_GSS, ORPC_R_AUTH_REJECTEDCRED },
		{ ORPC_AUTH_TLS, ORPC_R_AUTH_BADCRED },
		{ 390000, ORPC_R_AUTH_REJECTEDCRED },
		{ UINT32_MAX, ORPC_R_AUTH_REJECTEDCRED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_caller caller;

		assert_int_equal(accept_hex(cases[i].flavor, "", &caller),
		    cases[i].result);
	}
}

static void
calls_carry_the_credential(void **state)
{
	static const struct orpc_auth_sys sys = { .stamp = 7, .uid = 1000,
	    .gid = 100, .n_gids = 2, .gids = { 4, 5 },
	    .machine_name = "ab" };
	struct orpc_i_auth_sys auth;
	struct orpc_i_call_header call;
	struct orpc_i_caller caller;
	struct oxdr_writer w;
	struct oxdr_reader r;
	uint8_t buf[128];

	(void)state;
	assert_int_equal(orpc_i_auth_sys_init(&auth, &sys), 0);
	oxdr_writer_init_fixed(&w, buf, sizeof(buf));
	assert_int_equal(orpc_i_call_put(&w, 9, 8, 7, 6, &auth.auth), 0);
	test_bytes(buf, oxdr_writer_size(&w), "00000009 00000000 00000002"
	    "00000008 00000007 00000006 00000001 00000020" SYS
	    "00000000 00000000");
	oxdr_reader_init(&r, buf, oxdr_writer_size(&w));
	assert_int_equal(orpc_i_call_get(&r, &call), 0);
	assert_int_equal(orpc_i_auth_accept(&call, &caller), 0);
	assert_int_equal(caller.sys.uid, 1000);
	for (size_t room = 0; room < 72; room++) {
		oxdr_writer_init_fixed(&w, buf, room);
		assert_int_equal(orpc_i_call_put(&w, 9, 8, 7, 6, &auth.auth),
		    -OXDR_E_LIMIT);
	}
}

static int
put_word(struct oxdr_writer *w, const void *value)
{
	return oxdr_put_u32(w, *(const uint32_t *)value);
}

static int
get_word(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	(void)arena;
	return oxdr_get_u32(r, out);
}

static void
bodies_pass_through(void **state)
{
	static const struct orpc_auth_sys sys = { .uid = 1 };
	struct orpc_i_auth_sys auth;
	struct orpc_i_auth *const auths[] = { NULL, &auth.auth };
	const uint32_t word = 0x61626364;

	(void)state;
	assert_int_equal(orpc_i_auth_sys_init(&auth, &sys), 0);
	for (size_t i = 0; i < ARRAY_LEN(auths); i++) {
		const struct orpc_i_body body = { put_word, NULL, &word };
		uint32_t got = 0;
		const struct orpc_i_place place = { get_word, NULL, &got };
		const struct orpc_i_place nothing = { NULL, NULL, NULL };
		struct oxdr_writer w;
		struct oxdr_reader r;
		uint8_t buf[8];

		oxdr_writer_init_fixed(&w, buf, sizeof(buf));
		assert_int_equal(orpc_i_auth_put_body(auths[i], &w, &body),
		    0);
		oxdr_reader_init(&r, buf, 4);
		assert_int_equal(orpc_i_auth_get_body(auths[i], &r, NULL,
		    &place), 0);
		assert_int_equal(got, word);
		oxdr_reader_init(&r, buf, 4);
		assert_int_equal(orpc_i_auth_get_body(auths[i], &r, NULL,
		    &nothing), -OXDR_E_TRAILING);
		r.flags = OXDR_READER_TRAILING;
		assert_int_equal(orpc_i_auth_get_body(auths[i], &r, NULL,
		    &nothing), 0);
		assert_int_equal(orpc_i_auth_refresh(auths[i],
		    ORPC_R_AUTH_REJECTEDCRED), ORPC_R_AUTH_REJECTEDCRED);
		assert_int_equal(orpc_i_auth_check_verf(auths[i], 1,
		    &(struct orpc_i_opaque){ 2, 0, NULL }), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sys_is_read),
		cmocka_unit_test(malformed_sys_is_bad),
		cmocka_unit_test(cut_sys_is_bad),
		cmocka_unit_test(largest_sys_goes_both_ways),
		cmocka_unit_test(flavours_are_sorted),
		cmocka_unit_test(calls_carry_the_credential),
		cmocka_unit_test(bodies_pass_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
