/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses: text to address and back, universal addresses, comparison; and
 * names looked up with and without a loop.
 */
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <orpc/auth.h>

#include "runtime/io/addr.h"
#include "runtime/io/loop.h"
#include "runtime/io/resolve.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

static void
text_is_read_and_written(void **state)
{
	static const struct {
		const char *text;
		enum orpc_transport_kind transport;
		const char *host;
		uint16_t port;
		const char *written;	/* NULL: as text */
	} cases[] = {
		{ "tcp://host:99", ORPC_TCP, "host", 99, NULL },
		{ "udp://10.0.0.1", ORPC_UDP, "10.0.0.1", 0, NULL },
		{ "tls://h:65535", ORPC_TLS, "h", 65535, NULL },
		{ "TCP://h", ORPC_TCP, "h", 0, "tcp://h" },
		{ "host", ORPC_TCP, "host", 0, "tcp://host" },
		{ "host:7", ORPC_TCP, "host", 7, "tcp://host:7" },
		{ "tcp://[::1]:7", ORPC_TCP, "::1", 7, NULL },
		{ "tcp://[fe80::1%eth0]", ORPC_TCP, "fe80::1%eth0", 0, NULL },
		{ "::1", ORPC_TCP, "::1", 0, "tcp://[::1]" },
		{ "udp://*:0", ORPC_UDP, "*", 0, "udp://*" },
		{ "tcp://:8", ORPC_TCP, "", 8, NULL },
		{ "unix:/run/x.sock", ORPC_UNIX, "/run/x.sock", 0, NULL },
		{ "unix:///run/x", ORPC_UNIX, "/run/x", 0, "unix:/run/x" },
		{ "unix:@name", ORPC_UNIX, "@name", 0, NULL },
		{ "unix:rel/path", ORPC_UNIX, "rel/path", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_addr addr;
		char buf[300];

		if (orpc_addr_parse(cases[i].text, &addr))
			fail_msg("refused: %s", cases[i].text);
		assert_int_equal(addr.transport, cases[i].transport);
		assert_string_equal(addr.host, cases[i].host);
		assert_int_equal(addr.port, cases[i].port);
		orpc_addr_format(&addr, buf, sizeof(buf));
		assert_string_equal(buf, cases[i].written ?
		    cases[i].written : cases[i].text);
	}
}

static void
bad_text_is_refused(void **state)
{
	static const char *const cases[] = { "", "tcp://", "http://h", "://h",
	    "tcp://h:", "tcp://h:65536", "tcp://h:-1", "tcp://h:1x",
	    "tcp://h:000001", "tcp://[::1", "tcp://[::1]7", "tcp://[h]:7",
	    "tcp://h/x", "tcp://a,b", "tcp://a b", "unix:", "unix:x",
	    "tcp://u@h", "tcp://h\n" };
	char longer[400];
	struct orpc_addr addr = { .port = 77 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (orpc_addr_parse(cases[i], &addr) != -ORPC_E_ADDRESS)
			fail_msg("taken: %s", cases[i]);
	memset(longer, 'h', sizeof(longer));
	longer[256] = '\0';
	assert_int_equal(orpc_addr_parse(longer, &addr), -ORPC_E_ADDRESS);
	longer[255] = '\0';
	memcpy(longer, "unix:", 5);
	assert_int_equal(orpc_addr_parse(longer, &addr), -ORPC_E_ADDRESS);
	assert_int_equal(addr.port, 77);
}

static void
universal_addresses(void **state)
{
	static const struct {
		const char *netid, *uaddr;
		int result;
		const char *text;
	} cases[] = {
		{ "tcp", "127.0.0.1.3.251", 0, "tcp://127.0.0.1:1019" },
		{ "udp", "0.0.0.0.0.111", 0, "tcp://0.0.0.0:111" },
		{ "tcp6", "::1.255.255", 0, "tcp://[::1]:65535" },
		{ "udp6", "::ffff:1.2.3.4.1.0", 0,
		    "tcp://[::ffff:1.2.3.4]:256" },
		{ "local", "/run/rpcbind.sock", 0, "unix:/run/rpcbind.sock" },
		{ "tcp", "127.0.0.1.256.0", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "127.0.0.1.1", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "127.0.0.1.01.1", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "127.0.0.1.1.", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "127.0.0.1..1", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "127.0.0.1.-1.1", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "127.0.0.1.1.9999999999", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "::1.1.1", -ORPC_E_ADDRESS, NULL },
		{ "tcp6", "127.0.0.1.1.1", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "not an address", -ORPC_E_ADDRESS, NULL },
		{ "tcp", "", -ORPC_E_ADDRESS, NULL },
		{ "local", "", -ORPC_E_ADDRESS, NULL },
		{ "nosuchnet", "1.1.1.1.1.1", -ORPC_E_NOTSUP, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sockaddr_storage ss;
		char buf[ORPC_UADDR_MAX];
		socklen_t n;

		assert_int_equal(orpc_uaddr_to_sockaddr(cases[i].netid,
		    cases[i].uaddr, &ss, &n), cases[i].result);
		if (cases[i].result)
			continue;
		orpc_sockaddr_format(ORPC_TCP, (struct sockaddr *)&ss, n,
		    buf, sizeof(buf));
		assert_string_equal(buf, cases[i].text);
		assert_int_equal(orpc_uaddr_from_sockaddr(
		    (struct sockaddr *)&ss, n, buf, sizeof(buf)), 0);
		assert_string_equal(buf, cases[i].uaddr);
	}
}

static void
odd_sockaddrs_have_text(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char buf[200];
	int fds[2];

	(void)state;
	test_pair(AF_UNIX, SOCK_STREAM, fds);
	close(fds[0]);
	close(fds[1]);
	orpc_sockaddr_format(ORPC_TCP, (struct sockaddr *)&sun,
	    sizeof(sa_family_t), buf, sizeof(buf));
	assert_string_equal(buf, "unix:");
	memcpy(sun.sun_path, "\0name", 5);
	orpc_sockaddr_format(ORPC_TCP, (struct sockaddr *)&sun,
	    offsetof(struct sockaddr_un, sun_path) + 5, buf, sizeof(buf));
	assert_string_equal(buf, "unix:@name");
	memset(sun.sun_path, 'p', sizeof(sun.sun_path));
	orpc_sockaddr_format(ORPC_TCP, (struct sockaddr *)&sun, sizeof(sun),
	    buf, sizeof(buf));
	assert_int_equal(strlen(buf), 5 + sizeof(sun.sun_path));
	orpc_sockaddr_format(ORPC_TCP, (struct sockaddr *)&sun, 0, buf,
	    sizeof(buf));
	assert_string_equal(buf, "unknown");
	/* Cut, but terminated, as snprintf. */
	assert_int_equal(orpc_sockaddr_format(ORPC_TCP,
	    (struct sockaddr *)&sun, sizeof(sun), buf, 4), 113);
	assert_string_equal(buf, "uni");
}

static void
hosts_are_compared(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1", true },
		{ "127.0.0.1", "127.0.0.2", false },
		{ "::ffff:127.0.0.1", "127.0.0.1", true },
		{ "::1", "127.0.0.1", false },
		{ "::1", "::1", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_sockaddr a, b;

		assert_int_equal(orpc_i_sockaddr_numeric(cases[i].a, 7, &a),
		    0);
		assert_int_equal(orpc_i_sockaddr_numeric(cases[i].b, 7, &b),
		    0);
		assert_int_equal(orpc_i_sockaddr_equal(
		    orpc_i_sockaddr_ptr(&a), a.n, orpc_i_sockaddr_ptr(&b),
		    b.n), cases[i].same);
		orpc_i_sockaddr_set_port(&b, 8);
		assert_false(orpc_i_sockaddr_equal(orpc_i_sockaddr_ptr(&a),
		    a.n, orpc_i_sockaddr_ptr(&b), b.n));
		assert_int_equal(orpc_i_sockaddr_same_host(
		    orpc_i_sockaddr_ptr(&a), a.n, orpc_i_sockaddr_ptr(&b),
		    b.n), cases[i].same);
		assert_int_equal(orpc_i_sockaddr_port(
		    orpc_i_sockaddr_ptr(&b)), 8);
	}
}

static void
local_hosts_are_known(void **state)
{
	(void)state;
	assert_true(orpc_i_host_is_local(""));
	assert_true(orpc_i_host_is_local("LocalHost"));
	assert_true(orpc_i_host_is_local("127.9.9.9"));
	assert_true(orpc_i_host_is_local("::1"));
	assert_true(orpc_i_host_is_local("::ffff:127.0.0.1"));
	assert_false(orpc_i_host_is_local("10.0.0.1"));
	assert_false(orpc_i_host_is_local("localhost.example.org"));
	assert_false(orpc_i_host_is_local("128.0.0.1"));
}

static int64_t
soon(void)
{
	return orpc_now_ns() + INT64_C(20000000000);
}

static void
names_are_resolved(void **state)
{
	struct orpc_addr addr = { ORPC_TCP, "localhost", 77 };
	struct orpc_i_addresses found;

	(void)state;
	assert_int_equal(orpc_i_resolve(&addr, soon(), &found), 0);
	assert_true(found.n >= 1);
	for (unsigned i = 0; i < found.n; i++) {
		const struct sockaddr *sa = orpc_i_sockaddr_ptr(&found.a[i]);

		assert_true(orpc_i_sockaddr_is_local(sa, found.a[i].n));
		assert_int_equal(orpc_i_sockaddr_port(sa), 77);
	}
	strcpy(addr.host, "::1");
	assert_int_equal(orpc_i_resolve(&addr, 0, &found), 0);
	assert_int_equal(found.n, 1);
	addr.transport = ORPC_UNIX;
	strcpy(addr.host, "/run/x");
	assert_int_equal(orpc_i_resolve(&addr, 0, &found), 0);
	addr.transport = ORPC_TCP;
	strcpy(addr.host, "no..such..name");
	assert_int_equal(orpc_i_resolve(&addr, soon(), &found),
	    -ORPC_E_RESOLVE);
	/* A deadline that has passed leaves the thread behind. */
	strcpy(addr.host, "localhost");
	assert_true(orpc_i_resolve(&addr, 1, &found) == -ORPC_E_TIMEOUT ||
	    found.n >= 1);
}

struct answer {
	struct orpc_loop *loop;
	int ran, result;
	unsigned n;
};

static void
on_resolved(void *ctx, int result, const struct orpc_i_addresses *found)
{
	struct answer *a = ctx;

	a->ran++;
	a->result = result;
	a->n = found->n;
	orpc_loop_stop(a->loop);
}

static void
names_are_resolved_on_a_loop(void **state)
{
	static const struct {
		const char *host;
		int64_t deadline;
		int result;
	} cases[] = {
		{ "127.0.0.1", INT64_MAX, 0 },
		{ "localhost", INT64_MAX, 0 },
		{ "no..such..name", INT64_MAX, -ORPC_E_RESOLVE },
		{ "no..such..name", 1, -ORPC_E_TIMEOUT },
	};
	struct orpc_i_resolve *r;
	struct answer a = { 0 };

	(void)state;
	assert_int_equal(orpc_loop_new(&a.loop), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_addr addr = { .transport = ORPC_UDP };

		strcpy(addr.host, cases[i].host);
		a.ran = 0;
		assert_int_equal(orpc_i_resolve_start(a.loop, &addr,
		    cases[i].deadline, on_resolved, &a, &r), 0);
		assert_int_equal(a.ran, 0);
		assert_int_equal(orpc_loop_run(a.loop), 0);
		assert_int_equal(a.ran, 1);
		if (cases[i].result != -ORPC_E_TIMEOUT || a.result !=
		    -ORPC_E_RESOLVE)
			assert_int_equal(a.result, cases[i].result);
		assert_int_equal(a.n > 0, cases[i].result == 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_addr addr = { .transport = ORPC_UDP };

		strcpy(addr.host, cases[i].host);
		assert_int_equal(orpc_i_resolve_start(a.loop, &addr,
		    cases[i].deadline, on_resolved, &a, &r), 0);
		orpc_i_resolve_cancel(r);
	}
	a.ran = 0;
	orpc_loop_turn(a.loop, 20);
	assert_int_equal(a.ran, 0);
	orpc_loop_free(a.loop);
}

static void
a_process_knows_itself(void **state)
{
	struct orpc_auth_sys self;

	(void)state;
	orpc_auth_sys_self(&self);
	assert_int_equal(self.uid, geteuid());
	assert_int_equal(self.gid, getegid());
	assert_true(self.machine_name[0]);
	assert_true(self.n_gids <= ORPC_AUTH_SYS_GIDS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_and_written),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(universal_addresses),
		cmocka_unit_test(odd_sockaddrs_have_text),
		cmocka_unit_test(hosts_are_compared),
		cmocka_unit_test(local_hosts_are_known),
		cmocka_unit_test(names_are_resolved),
		cmocka_unit_test(names_are_resolved_on_a_loop),
		cmocka_unit_test(a_process_knows_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
