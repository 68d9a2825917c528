/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder's table, who may change it, and who may ask how often.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <orpc/error.h>

#include "runtime/binder/access.h"
#include "runtime/binder/registry.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

static const struct orpc_i_owner root = { .uid = 0 };
static const struct orpc_i_owner alice = { .uid = 1000 };
static const struct orpc_i_owner bob = { .uid = 1001 };
static const struct orpc_i_owner somebody = { .uid = ORPC_I_OWNER_UNKNOWN };
static const struct orpc_i_owner self = { .uid = ORPC_I_OWNER_BINDER };

static struct orpc_i_registry *
registry(void)
{
	struct orpc_i_registry *r;

	assert_int_equal(orpc_i_registry_new(100, 10, &r), 0);
	return r;
}

static void
set_judges(void **state)
{
	static const struct {
		const char *netid, *uaddr;
		const struct orpc_i_owner *owner;
		int result;
	} cases[] = {
		{ "tcp", "0.0.0.0.4.0", &alice, REGISTRY_DONE },
		{ "tcp", "0.0.0.0.4.0", &alice, REGISTRY_SAME },
		{ "tcp", "0.0.0.0.4.0", &root, REGISTRY_SAME },
		{ "tcp", "0.0.0.0.4.0", &bob, REGISTRY_TAKEN },
		{ "tcp", "0.0.0.0.4.1", &alice, REGISTRY_TAKEN },
		{ "tcp6", "::.4.0", &alice, REGISTRY_DONE },
		{ "local", "/run/x", &alice, REGISTRY_DONE },
		{ "udp", "0.0.0.0.2.88", &alice, REGISTRY_DENIED },
		{ "udp", "0.0.0.0.3.255", &somebody, REGISTRY_DENIED },
		{ "udp", "0.0.0.0.2.88", &root, REGISTRY_DONE },
		{ "udp", "0.0.0.0.0.0", &root, REGISTRY_BAD },
		{ "udp", "0.0.0.0.256.0", &root, REGISTRY_BAD },
		{ "udp", "not an address", &root, REGISTRY_BAD },
		{ "udp", "::.4.0", &root, REGISTRY_BAD },
		{ "udp", "", &root, REGISTRY_BAD },
		{ "nosuchnet", "0.0.0.0.4.0", &root, REGISTRY_BAD },
		{ "", "0.0.0.0.4.0", &root, REGISTRY_BAD },
	};
	struct orpc_i_registry *r = registry();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (orpc_i_registry_set(r, 300000, 1, cases[i].netid,
		    cases[i].uaddr, cases[i].owner, NULL) != cases[i].result)
			fail_msg("case %zu", i);
	assert_int_equal(orpc_i_registry_count(r), 4);
	orpc_i_registry_free(r);
}

static void
owners_keep_what_is_theirs(void **state)
{
	static const struct {
		const struct orpc_i_owner *holder, *other;
		bool may;
	} cases[] = {
		{ &alice, &alice, true },
		{ &alice, &bob, false },
		{ &alice, &root, true },
		{ &alice, &somebody, false },
		{ &root, &alice, false },
		{ &somebody, &alice, true },
		{ &somebody, &somebody, true },
		{ &self, &root, false },
		{ &self, &self, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_registry *r = registry();
		struct orpc_i_binding *b;

		assert_int_equal(orpc_i_registry_set(r, 1, 1, "tcp",
		    "0.0.0.0.8.0", cases[i].holder, &b), 0);
		assert_int_equal(orpc_i_binding_may_remove(b,
		    cases[i].other), cases[i].may);
		orpc_i_registry_free(r);
	}
}

static void
versions_are_found(void **state)
{
	struct orpc_i_registry *r = registry();
	struct orpc_i_binding *b;

	(void)state;
	orpc_i_registry_set(r, 7, 2, "tcp", "0.0.0.0.8.2", &alice, NULL);
	orpc_i_registry_set(r, 7, 4, "tcp", "0.0.0.0.8.4", &alice, NULL);
	orpc_i_registry_set(r, 7, 3, "tcp", "0.0.0.0.8.3", &alice, NULL);
	orpc_i_registry_set(r, 7, 9, "udp", "0.0.0.0.8.9", &alice, NULL);
	assert_non_null(orpc_i_registry_find(r, 7, 3, "tcp"));
	assert_null(orpc_i_registry_find(r, 7, 5, "tcp"));
	assert_null(orpc_i_registry_find(r, 8, 3, "tcp"));
	b = orpc_i_registry_find_any(r, 7, 3, "tcp");
	assert_int_equal(b->version, 3);
	b = orpc_i_registry_find_any(r, 7, 5, "tcp");
	assert_int_equal(b->version, 4);
	assert_null(orpc_i_registry_find_any(r, 7, 5, "tcp6"));
	orpc_i_registry_free(r);
}

static void
limits_hold(void **state)
{
	struct orpc_i_registry *r = registry();
	char uaddr[40];
	uint32_t n;

	(void)state;
	for (n = 0; n < 200; n++) {
		snprintf(uaddr, sizeof(uaddr), "0.0.0.0.9.%u", n);
		if (orpc_i_registry_set(r, n, 1, "tcp", uaddr, &alice, NULL))
			break;
	}
	assert_int_equal(n, 10);
	for (n = 0; n < 200; n++) {
		snprintf(uaddr, sizeof(uaddr), "0.0.0.0.9.%u", n);
		if (orpc_i_registry_set(r, n, 2, "tcp", uaddr, &root, NULL))
			break;
	}
	assert_int_equal(n, 90);
	orpc_i_registry_remove(r, orpc_i_registry_find(r, 3, 1, "tcp"));
	assert_int_equal(orpc_i_registry_set(r, 500, 1, "tcp",
	    "0.0.0.0.9.9", &alice, NULL), REGISTRY_DONE);
	orpc_i_registry_free(r);
}

/* Against a plain array; order of registration, chains, counts. */
static void
random_traffic(void **state)
{
	enum { N = 2000 };
	struct orpc_i_registry *r;
	bool *held = calloc(N, sizeof(*held));
	struct orpc_i_binding *b;
	uint64_t seed = 11;
	size_t n = 0, seen = 0;
	int result;

	(void)state;
	assert_int_equal(orpc_i_registry_new(UINT32_MAX, UINT32_MAX, &r), 0);
	for (int round = 0; round < 100000; round++) {
		uint32_t i = (uint32_t)(test_random(&seed) % N);

		b = orpc_i_registry_find(r, i / 3, i % 3, "udp");
		assert_int_equal(b != NULL, held[i]);
		if (b) {
			orpc_i_registry_remove(r, b);
			n--;
		} else {
			result = orpc_i_registry_set(r, i / 3, i % 3, "udp",
			    "0.0.0.0.9.9", i % 2 ? &alice : &bob, NULL);
			assert_int_equal(result, REGISTRY_DONE);
			n++;
		}
		held[i] = !held[i];
		assert_int_equal(orpc_i_registry_count(r), n);
	}
	for (b = orpc_i_registry_first(r); b; b = b->next)
		seen++;
	assert_int_equal(seen, n);
	orpc_i_registry_free(r);
	free(held);
}

/* ---- Access ---------------------------------------------------------------------- */

static socklen_t
address(const char *text, struct sockaddr_storage *ss)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (inet_pton(AF_INET, text, &sin->sin_addr) == 1) {
		sin->sin_family = AF_INET;
		return sizeof(*sin);
	}
	assert_int_equal(inet_pton(AF_INET6, text, &sin6->sin6_addr), 1);
	sin6->sin6_family = AF_INET6;
	return sizeof(*sin6);
}

static void
networks_contain(void **state)
{
	static const struct {
		const char *network, *host;
		bool has;
	} cases[] = {
		{ "10.0.0.0/8", "10.255.1.2", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.0.0.0/8", "::ffff:10.1.1.1", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.6", false },
		{ "0.0.0.0/0", "1.2.3.4", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
	};
	static const char *const bad[] = { "", "10.0.0.0/33", "10.0.0/8",
	    "::/129", "::/x", "::/-1", "host", "::1/12x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_network network;
		struct sockaddr_storage ss;
		socklen_t n = address(cases[i].host, &ss);

		assert_int_equal(orpc_i_network_parse(cases[i].network,
		    &network), 0);
		if (orpc_i_network_has(&network, (struct sockaddr *)&ss, n) !=
		    cases[i].has)
			fail_msg("%s %s", cases[i].network, cases[i].host);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct orpc_i_network network;

		assert_int_equal(orpc_i_network_parse(bad[i], &network),
		    -ORPC_E_ADDRESS);
	}
}

static void
locals_are_known(void **state)
{
	static const struct {
		const char *host;
		bool local;
	} cases[] = {
		{ "127.0.0.1", true }, { "127.9.9.9", true },
		{ "::1", true }, { "::ffff:127.0.0.1", true },
		{ "10.0.0.1", false }, { "::2", false },
		{ "::ffff:10.0.0.1", false }, { "::127.0.0.1", false },
	};
	const struct sockaddr local = { .sa_family = AF_UNIX };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sockaddr_storage ss;
		socklen_t n = address(cases[i].host, &ss);

		assert_int_equal(orpc_i_caller_is_local((struct sockaddr *)
		    &ss, n), cases[i].local);
	}
	assert_true(orpc_i_caller_is_local(&local, sizeof(sa_family_t)));
	assert_false(orpc_i_caller_is_local(&local, 0));
}

static unsigned
take(struct orpc_i_rates *r, const char *host, int64_t now_ns, unsigned n)
{
	struct sockaddr_storage ss;
	socklen_t n_ss = address(host, &ss);
	unsigned taken = 0;

	while (n-- > 0)
		taken += orpc_i_rates_take(r, (struct sockaddr *)&ss, n_ss,
		    now_ns);
	return taken;
}

static void
rates_are_kept(void **state)
{
	struct orpc_i_rates *r = calloc(1, sizeof(*r));
	struct test_clock clock = { .now_ns = 1000000000 };

	(void)state;
	orpc_i_rates_init(r, 10, 40, 77);
	assert_int_equal(take(r, "10.0.0.1", clock.now_ns, 100), 40);
	assert_int_equal(take(r, "10.0.0.2", clock.now_ns, 100), 40);
	test_clock_advance_ms(&clock, 1000);
	assert_int_equal(take(r, "10.0.0.1", clock.now_ns, 100), 10);
	test_clock_advance_ms(&clock, 100000);
	assert_int_equal(take(r, "10.0.0.1", clock.now_ns, 100), 40);
	/* One /64 is one source. */
	assert_int_equal(take(r, "2001:db8::1", clock.now_ns, 30), 30);
	assert_int_equal(take(r, "2001:db8::2", clock.now_ns, 30), 10);
	orpc_i_rates_init(r, UINT32_MAX, 1, 77);
	assert_int_equal(take(r, "10.0.0.1", clock.now_ns, 10000), 10000);
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_judges),
		cmocka_unit_test(owners_keep_what_is_theirs),
		cmocka_unit_test(versions_are_found),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(random_traffic),
		cmocka_unit_test(networks_contain),
		cmocka_unit_test(locals_are_known),
		cmocka_unit_test(rates_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
