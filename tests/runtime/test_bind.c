/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Look-up and registration against our binder: every address to ask it by,
 * every version it is asked in, restarts, stale registrations.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <orpc/client.h>
#include <orpc/server.h>

#include "runtime/bind/register.h"
#include "runtime/bind/session.h"
#include "runtime/client/find.h"
#include "tests/lib/test.h"
#include "tests/runtime/bound.h"
#include "xdr/base.h"

#define PROG 0x20000555u

static int64_t
in_ms(int64_t ms)
{
	return orpc_now_ns() + ms * 1000000;
}

static int
find(const char *binder, enum orpc_transport_kind transport, int family,
    uint32_t program, uint16_t *out_port)
{
	const struct orpc_i_find_query query = { .host = "127.0.0.1",
	    .transport = transport, .family = family, .program = program,
	    .version = 1, .binder = binder };
	struct orpc_error error;
	int result = orpc_i_find(&query, in_ms(60000), out_port, &error);

	if (result)
		assert_int_equal(error.code, result);
	return result;
}

static void
add(struct orpc_i_registrar *r, enum orpc_transport_kind kind,
    const char *netid, const char *uaddr)
{
	struct sockaddr_storage ss;
	socklen_t n;

	assert_int_equal(orpc_uaddr_to_sockaddr(netid, uaddr, &ss, &n), 0);
	assert_int_equal(orpc_i_registrar_add(r, PROG, 1, kind,
	    (struct sockaddr *)&ss, n), 0);
}

static struct orpc_i_registrar *
registrar_at(const char *binder)
{
	struct orpc_i_registrar *r;

	assert_int_equal(orpc_i_registrar_new(binder, NULL, NULL, &r), 0);
	add(r, ORPC_TCP, "tcp", "0.0.0.0.39.16");
	add(r, ORPC_UDP, "udp", "0.0.0.0.39.17");
	add(r, ORPC_TCP, "tcp6", "::.39.18");
	return r;
}

static struct orpc_i_registrar *
registrar(const struct bound *b)
{
	return registrar_at(b->local);
}

static void
programs_are_found(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_i_registrar *r;
	const char *binders[3];
	uint16_t port;

	(void)state;
	bound_start(&b, NULL);
	binders[0] = b.local;
	binders[1] = b.tcp;
	binders[2] = b.udp;
	r = registrar(&b);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(find(binders[i], ORPC_TCP, AF_UNSPEC, PROG,
		    &port), -ORPC_E_UNREGISTERED);
	assert_int_equal(orpc_i_registrar_apply(r, in_ms(60000), NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(find(binders[i], ORPC_TCP, AF_UNSPEC, PROG,
		    &port), 0);
		assert_int_equal(port, 39 * 256 + 16);
		assert_int_equal(find(binders[i], ORPC_UDP, AF_INET, PROG,
		    &port), 0);
		assert_int_equal(port, 39 * 256 + 17);
		assert_int_equal(find(binders[i], ORPC_TCP, AF_INET6, PROG,
		    &port), 0);
		assert_int_equal(port, 39 * 256 + 18);
		assert_int_equal(find(binders[i], ORPC_UDP, AF_INET6, PROG,
		    &port), -ORPC_E_UNREGISTERED);
		assert_int_equal(find(binders[i], ORPC_TCP, AF_UNSPEC,
		    PROG + 1, &port), -ORPC_E_UNREGISTERED);
	}
	orpc_i_registrar_free(r, in_ms(60000));
	assert_int_equal(find(b.tcp, ORPC_TCP, AF_UNSPEC, PROG, &port),
	    -ORPC_E_UNREGISTERED);
	bound_stop(&b);
	bound_end(&b);
}

static void
no_binder_is_told(void **state)
{
	const struct orpc_i_find_query query = { .host = "127.0.0.1",
	    .transport = ORPC_TCP, .program = PROG, .version = 1,
	    .binder = "unix:/tmp/no-such-binder" };
	struct orpc_error error;
	uint16_t port;
	char text[400];

	(void)state;
	assert_int_equal(orpc_i_find(&query, in_ms(60000), &port, &error),
	    -ORPC_E_BINDER);
	assert_int_equal(error.step, ORPC_STEP_BINDER);
	orpc_error_text(&error, text, sizeof(text));
	assert_non_null(strstr(text, "/tmp/no-such-binder"));
	assert_non_null(strstr(text, "rpcbind"));
}

static void
a_silent_binder_costs_the_deadline(void **state)
{
	struct orpc_i_find_query query = { .host = "127.0.0.1",
	    .transport = ORPC_TCP, .program = PROG, .version = 1 };
	struct orpc_error error;
	uint16_t port, silent;
	char address[64];
	int fd = test_bound(AF_INET, SOCK_STREAM, &silent);

	(void)state;
	listen(fd, 5);
	snprintf(address, sizeof(address), "tcp://127.0.0.1:%u", silent);
	query.binder = address;
	assert_int_equal(orpc_i_find(&query, in_ms(200), &port, &error),
	    -ORPC_E_TIMEOUT);
	assert_int_equal(error.step, ORPC_STEP_BINDER);
	close(fd);
}

static void
found_on_loop(void *ctx, int result, uint16_t port,
    const struct orpc_error *error)
{
	(void)result;
	(void)port;
	(void)error;
	++*(int *)ctx;
}

static void
a_look_up_may_be_cancelled(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_i_find_query query = { .host = "127.0.0.1",
	    .transport = ORPC_TCP, .program = PROG, .version = 1 };
	struct orpc_i_find *f;
	struct orpc_loop *loop;
	int ran = 0;

	(void)state;
	bound_start(&b, NULL);
	query.binder = b.tcp;
	assert_int_equal(orpc_loop_new(&loop), 0);
	for (int turns = 0; turns < 4; turns++) {
		assert_int_equal(orpc_i_find_start(loop, &query, in_ms(60000),
		    found_on_loop, &ran, &f), 0);
		for (int i = 0; i < turns && !ran; i++)
			orpc_loop_turn(loop, 0);
		if (!ran)
			orpc_i_find_cancel(f);
		for (int i = 0; i < 10; i++)
			orpc_loop_turn(loop, 1);
	}
	orpc_loop_free(loop);
	bound_stop(&b);
	bound_end(&b);
}

/* The same from version 4 down to 2, as far as a binder's versions go. */
static void
sessions_speak_each_version(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_i_mapping map = { PROG, 7, "tcp", "0.0.0.0.4.5" };
	char owner[ORPC_I_OWNER_MAX], self[16];
	bool done;

	(void)state;
	snprintf(self, sizeof(self), "%u", (unsigned)geteuid());
	bound_start(&b, NULL);
	for (uint32_t version = 4; version >= 2; version--) {
		struct orpc_i_session s;
		struct orpc_i_mapping held = map;
		struct orpc_program program = { .number = 100000,
			.version = version };

		held.uaddr[0] = '\0';
		assert_int_equal(orpc_i_session_open(&s, b.local, in_ms(60000),
		    NULL), 0);
		s.version = version;
		if (version < 4) {
			struct orpc_client *old = s.client;

			assert_int_equal(orpc_client_share(old, &program,
			    &s.client), 0);
			orpc_client_close(old);
		}
		assert_int_equal(orpc_i_session_holder(&s, &held, owner),
		    -ORPC_E_NOTFOUND);
		assert_int_equal(orpc_i_session_set(&s, &map, &done), 0);
		assert_true(done);
		assert_int_equal(orpc_i_session_holder(&s, &held, owner), 0);
		assert_string_equal(held.uaddr, map.uaddr);
		if (version > 2 && geteuid() != 0)
			assert_string_equal(owner, self);
		assert_int_equal(orpc_i_session_unset(&s, &map, &done), 0);
		assert_true(done);
		assert_int_equal(orpc_i_session_unset(&s, &map, &done), 0);
		assert_false(done);
		orpc_i_session_close(&s);
	}
	bound_stop(&b);
	bound_end(&b);
}

/* ---- Restarts ------------------------------------------------------------------ */

static bool
is_found_within(const struct bound *b, struct orpc_loop *loop, int64_t ms)
{
	int64_t until = in_ms(ms);
	uint16_t port;

	while (orpc_now_ns() < until) {
		orpc_loop_turn(loop, 20);
		if (find(b->local, ORPC_TCP, AF_INET, PROG, &port) == 0)
			return true;
	}
	return false;
}

static void
a_restart_is_noticed(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_i_registrar *r;
	struct orpc_loop *loop;

	(void)state;
	bound_start(&b, NULL);
	assert_int_equal(orpc_loop_new(&loop), 0);
	r = registrar(&b);
	assert_int_equal(orpc_i_registrar_apply(r, in_ms(60000), NULL), 0);
	assert_int_equal(orpc_i_registrar_watch(r, loop), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 5; i++)
			orpc_loop_turn(loop, 10);
		bound_stop(&b);
		for (int i = 0; i < 5; i++)
			orpc_loop_turn(loop, 10);
		bound_start(&b, NULL);
		assert_true(is_found_within(&b, loop, 60000));
	}
	orpc_i_registrar_free(r, in_ms(60000));
	orpc_loop_free(loop);
	bound_stop(&b);
	bound_end(&b);
}

/* Nobody there when we begin: registered as soon as somebody comes, and again
 * whenever he has gone and come back. */
static void
a_late_binder_is_noticed(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_i_registrar *r;
	struct orpc_loop *loop;

	(void)state;
	bound_start(&b, NULL);
	bound_stop(&b);
	assert_int_equal(orpc_loop_new(&loop), 0);
	r = registrar(&b);
	assert_int_equal(orpc_i_registrar_apply(r, in_ms(1000), NULL),
	    -ORPC_E_BINDER);
	assert_int_equal(orpc_i_registrar_watch(r, loop), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 20; i++)
			orpc_loop_turn(loop, 10);
		bound_start(&b, NULL);
		assert_true(is_found_within(&b, loop, 60000));
		for (int i = 0; i < 5; i++)
			orpc_loop_turn(loop, 10);
		if (round < 2)
			bound_stop(&b);
	}
	orpc_i_registrar_free(r, in_ms(60000));
	orpc_loop_free(loop);
	bound_stop(&b);
	bound_end(&b);
}

/* The same over UDP, where there is no connection to be had. */
static void
a_late_binder_is_noticed_over_udp(void **state)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sin);
	struct bound b = { .dir = "" };
	struct orpc_i_registrar *r;
	struct orpc_loop *loop;
	char address[64];
	/* Until it comes, its port is that of somebody who never answers. */
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&sin, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &n), 0);
	snprintf(address, sizeof(address), "udp://127.0.0.1:%u",
	    ntohs(sin.sin_port));
	assert_int_equal(orpc_loop_new(&loop), 0);
	r = registrar_at(address);
	assert_int_equal(orpc_i_registrar_apply(r, in_ms(50), NULL),
	    -ORPC_E_TIMEOUT);
	assert_int_equal(orpc_i_registrar_watch(r, loop), 0);
	bound_open(&b, NULL);
	close(fd);
	assert_int_equal(orpc_binder_listen(b.binder, address, NULL), 0);
	bound_go(&b);
	assert_true(is_found_within(&b, loop, 60000));
	orpc_i_registrar_free(r, in_ms(60000));
	orpc_loop_free(loop);
	bound_stop(&b);
	bound_end(&b);
}

static const struct orpc_program served_program = { .name = "P",
	.version_name = "V", .number = PROG, .version = 1 };
static const struct orpc_service served = { .program = &served_program };

static void *
server_run(void *server)
{
	assert_int_equal(orpc_server_run(server), 0);
	return NULL;
}

/* A whole server that was there before its binder. */
static void
a_server_waits_for_its_binder(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_server_options options = { .threads = 1 };
	struct orpc_server *server;
	struct orpc_loop *loop;
	pthread_t thread;
	void *ops = NULL;
	uint16_t port;

	(void)state;
	bound_start(&b, NULL);
	bound_stop(&b);
	options.binder = b.local;
	assert_int_equal(orpc_loop_new(&loop), 0);
	assert_int_equal(orpc_server_open(&options, &server), 0);
	assert_int_equal(orpc_server_listen(server, "tcp://127.0.0.1:0",
	    NULL), 0);
	assert_int_equal(orpc_server_add(server, &served, &ops), 0);
	assert_int_equal(orpc_server_register(server, NULL), -ORPC_E_BINDER);
	assert_int_equal(pthread_create(&thread, NULL, server_run, server),
	    0);
	bound_start(&b, NULL);
	assert_true(is_found_within(&b, loop, 60000));
	orpc_server_stop(server);
	pthread_join(thread, NULL);
	assert_int_equal(find(b.local, ORPC_TCP, AF_INET, PROG, &port),
	    -ORPC_E_UNREGISTERED);
	orpc_server_close(server);
	orpc_loop_free(loop);
	bound_stop(&b);
	bound_end(&b);
}

/* ---- Taking over ------------------------------------------------------------------ */

static void
stale_registrations_are_taken_over(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_i_mapping map = { .program = PROG, .version = 1,
	    .netid = "tcp" };
	struct orpc_i_registrar *r;
	struct orpc_i_session s;
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint16_t dead, live, port;
	int fd = test_bound(AF_INET, SOCK_STREAM, &dead);
	bool done;

	(void)state;
	bound_start(&b, NULL);
	close(fd);
	assert_int_equal(orpc_i_session_open(&s, b.local, in_ms(60000), NULL),
	    0);
	snprintf(map.uaddr, sizeof(map.uaddr), "0.0.0.0.%u.%u", dead >> 8,
	    dead & 255);
	assert_int_equal(orpc_i_session_set(&s, &map, &done), 0);
	assert_true(done);

	/* Nobody answers there: it is ours now. */
	assert_int_equal(orpc_i_registrar_new(b.local, NULL, NULL, &r), 0);
	fd = test_bound(AF_INET, SOCK_STREAM, &live);
	listen(fd, 5);
	sin.sin_port = htons(live);
	assert_int_equal(orpc_i_registrar_add(r, PROG, 1, ORPC_TCP,
	    (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(orpc_i_registrar_apply(r, in_ms(60000), NULL), 0);
	assert_int_equal(find(b.tcp, ORPC_TCP, AF_INET, PROG, &port), 0);
	assert_int_equal(port, live);
	orpc_i_registrar_free(r, in_ms(60000));

	/* Somebody listens (and does not speak): it stays his. */
	snprintf(map.uaddr, sizeof(map.uaddr), "127.0.0.1.%u.%u", live >> 8,
	    live & 255);
	assert_int_equal(orpc_i_session_set(&s, &map, &done), 0);
	assert_true(done);
	assert_int_equal(orpc_i_registrar_new(b.local, NULL, NULL, &r), 0);
	sin.sin_port = htons(dead);
	assert_int_equal(orpc_i_registrar_add(r, PROG, 1, ORPC_TCP,
	    (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(orpc_i_registrar_apply(r, in_ms(60000), NULL),
	    -ORPC_E_EXISTS);
	orpc_i_registrar_free(r, in_ms(60000));
	close(fd);
	orpc_i_session_close(&s);
	bound_stop(&b);
	bound_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_are_found),
		cmocka_unit_test(no_binder_is_told),
		cmocka_unit_test(a_silent_binder_costs_the_deadline),
		cmocka_unit_test(a_look_up_may_be_cancelled),
		cmocka_unit_test(sessions_speak_each_version),
		cmocka_unit_test(a_restart_is_noticed),
		cmocka_unit_test(a_late_binder_is_noticed),
		cmocka_unit_test(a_late_binder_is_noticed_over_udp),
		cmocka_unit_test(a_server_waits_for_its_binder),
		cmocka_unit_test(stale_registrations_are_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
