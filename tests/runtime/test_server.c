/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server as its clients see it: every way in answers, replies may come
 * later, from a pool or from any thread, and stopping is orderly.
 */
#include "tests/runtime/served.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <orpc/client.h>

#include "xdr/base.h"

struct way {
	const char *name;
	size_t offset;
};

static const struct way ways[] = {
	{ "tcp", offsetof(struct served, tcp) },
	{ "tcp6", offsetof(struct served, tcp6) },
	{ "udp", offsetof(struct served, udp) },
	{ "udp6", offsetof(struct served, udp6) },
	{ "unix", offsetof(struct served, local) },
};

static struct probe
way_open(const struct served *s, const struct way *way)
{
	return probe_open((const char *)s + way->offset);
}

static void
test_every_way_answers(void **state)
{
	struct served s;
	size_t fds = test_open_fds();

	(void)state;
	served_start(&s, NULL);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct probe p = way_open(&s, &ways[i]);

		assert_int_equal(probe_ask(&p, 1, SERVED_SLEEP, 0), 0);
		assert_int_equal(probe_ask(&p, 2, SERVED_COUNT, 1), i + 1);
		probe_close(&p);
	}
	served_stop(&s);
	test_no_fds_left(fds);
}

/* With clients that spin, too, which go the short way and the long one. */
static void
test_spinning(void **state)
{
	const struct orpc_server_options options = { .spin_us = 2000 };
	const struct orpc_client_options spin = { .spin_us = 2000 };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	struct served s;

	(void)state;
	served_start(&s, &options);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		assert_int_equal(orpc_client_open((const char *)&s +
		    ways[i].offset, &served_v2, &spin, &client, NULL), 0);
		for (int n = 0; n < 3; n++)
			assert_int_equal(orpc_client_ping(client, &call), 0);
		/* Both have gone to sleep meanwhile. */
		poll(NULL, 0, 5);
		assert_int_equal(orpc_client_ping(client, &call), 0);
		orpc_client_close(client);
	}
	orpc_call_fini(&call);
	served_stop(&s);
}

static void
test_replies_come_later(void **state)
{
	uint8_t bytes[64];
	struct served s;

	(void)state;
	served_start(&s, NULL);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct probe p = way_open(&s, &ways[i]);

		probe_send(&p, bytes, probe_call_u32(bytes, 7, SERVED_LATER,
		    1));
		served_wait_later(&s, (unsigned)i + 1);
		assert_int_equal(probe_ask(&p, 8, SERVED_SLEEP, 0), 0);
		served_release(&s, (unsigned)i);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS),
		    28);
		assert_int_equal(probe_word(bytes, 0), 7);
		probe_close(&p);
	}
	served_stop(&s);
}

/* The peer has gone before the reply: nothing happens. */
static void
test_reply_to_nobody(void **state)
{
	uint8_t bytes[64];
	struct served s;

	(void)state;
	served_start(&s, NULL);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct probe p = way_open(&s, &ways[i]);

		probe_send(&p, bytes, probe_call_u32(bytes, 7, SERVED_LATER,
		    1));
		served_wait_later(&s, (unsigned)i + 1);
		probe_close(&p);
	}
	for (unsigned i = 0; i < ARRAY_LEN(ways); i++)
		served_release(&s, i);
	served_stop(&s);
}

/* n calls on n connections that can only end together. */
static void
meet(struct served *s, struct probe *p, uint32_t n, const char *even,
    const char *odd)
{
	uint8_t bytes[64];

	/* All are let in before one of them keeps the loop that accepts. */
	for (uint32_t i = 0; i < n; i++) {
		p[i] = probe_open(i & 1 ? odd : even);
		probe_send(&p[i], bytes, probe_call_u32(bytes, n + i,
		    SERVED_SLEEP, 0));
		assert_int_equal(probe_recv(&p[i], bytes, sizeof(bytes),
		    PATIENCE_MS), 28);
	}
	for (uint32_t i = 0; i < n; i++)
		probe_send(&p[i], bytes, probe_call_u32(bytes, i,
		    SERVED_MEET, n));
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(probe_recv(&p[i], bytes, sizeof(bytes),
		    PATIENCE_MS), 28);
		assert_int_equal(probe_word(bytes, 24), 1);
	}
	assert_int_equal(atomic_load(&s->log.threads), n);
}

static void
test_workers_run_at_once(void **state)
{
	struct orpc_server_options options = { .workers = 4 };
	struct probe p[4];
	struct served s;

	(void)state;
	served_start(&s, &options);
	meet(&s, p, 4, s.tcp, s.udp);
	for (unsigned i = 0; i < 4; i++)
		probe_close(&p[i]);
	served_stop(&s);
}

static void
test_loops_run_at_once(void **state)
{
	struct orpc_server_options options = { .threads = 3 };
	struct probe p[3];
	struct served s;

	(void)state;
	served_start(&s, &options);
	meet(&s, p, 3, s.tcp, s.local);
	for (unsigned i = 0; i < 3; i++)
		probe_close(&p[i]);
	served_stop(&s);
}

static void
test_thread_per_connection(void **state)
{
	struct orpc_server_options options = {
		.flags = ORPC_SERVER_THREAD_PER_CONNECTION
	};
	struct probe p[5];
	struct served s;
	size_t fds = test_open_fds();

	(void)state;
	served_start(&s, &options);
	meet(&s, p, 5, s.tcp, s.local);
	for (unsigned i = 0; i < 3; i++)
		probe_close(&p[i]);
	served_stop(&s);
	probe_close(&p[3]);
	probe_close(&p[4]);
	test_no_fds_left(fds);
}

/* What runs when the stop comes is still answered. */
static void
test_drain(void **state)
{
	struct orpc_server_options options = {
		.workers = 2,
		.drain_timeout_ms = PATIENCE_MS
	};
	struct probe p[2], idle;
	uint8_t bytes[64];
	struct served s;
	struct timespec ts = { 0, 50000000 };

	(void)state;
	served_start(&s, &options);
	p[0] = probe_open(s.tcp);
	p[1] = probe_open(s.local);
	idle = probe_open(s.tcp);
	for (unsigned i = 0; i < 2; i++)
		probe_send(&p[i], bytes, probe_call_u32(bytes, i,
		    SERVED_SLEEP, 200));
	while (atomic_load(&s.log.threads) < 2)
		nanosleep(&ts, NULL);
	orpc_server_stop(s.server);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(probe_recv(&p[i], bytes, sizeof(bytes),
		    PATIENCE_MS), 28);
		probe_close(&p[i]);
	}
	assert_int_equal(probe_recv(&idle, bytes, sizeof(bytes), PATIENCE_MS),
	    -2);
	probe_close(&idle);
	served_stop(&s);
}

/* A request that is never answered does not keep a server from stopping. */
static void
test_drain_ends(void **state)
{
	struct orpc_server_options options = { .drain_timeout_ms = 100 };
	uint8_t bytes[64];
	struct probe p;
	struct served s;

	(void)state;
	served_start(&s, &options);
	p = probe_open(s.tcp);
	probe_send(&p, bytes, probe_call_u32(bytes, 7, SERVED_LATER, 1));
	served_wait_later(&s, 1);
	orpc_server_stop(s.server);
	assert_int_equal(probe_recv(&p, bytes, sizeof(bytes), PATIENCE_MS), -2);
	pthread_join(s.thread, NULL);
	s.running = false;
	served_release(&s, 0);
	probe_close(&p);
	served_stop(&s);
}

static void
test_stats(void **state)
{
	struct orpc_server_stats stats;
	struct orpc_proc_stats proc;
	uint64_t timed = 0;
	struct probe p;
	struct served s;

	(void)state;
	served_start(&s, NULL);
	p = probe_open(s.tcp);
	for (uint32_t i = 0; i < 10; i++)
		probe_ask(&p, i, SERVED_COUNT, 1);
	orpc_server_stats(s.server, &stats);
	assert_int_equal(stats.connections, 1);
	assert_int_equal(stats.accepted, 1);
	assert_int_equal(stats.calls, 10);
	assert_int_equal(stats.replay_entries, 10);
	assert_int_equal(orpc_server_proc_stats(s.server, SERVED_PROG,
	    SERVED_LOW, SERVED_COUNT, &proc), 0);
	assert_int_equal(proc.calls, 10);
	assert_int_equal(proc.errors, 0);
	assert_int_equal(proc.bytes_in, 440);
	assert_int_equal(proc.bytes_out, 280);
	for (size_t i = 0; i < ORPC_LATENCY_BUCKETS; i++)
		timed += proc.latency[i];
	assert_int_equal(timed, 10);
	assert_int_equal(orpc_server_proc_stats(s.server, SERVED_PROG,
	    SERVED_LOW, 99, &proc), -ORPC_E_NOTFOUND);
	probe_close(&p);
	served_stop(&s);
}

/* A socket file that nobody listens on. */
static void
leave_stale(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(sun.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
}

/* A stale unix socket is replaced, a live one and other files are not. */
static void
test_unix_paths(void **state)
{
	struct orpc_server *first, *second;
	char dir[] = "/tmp/orpc-path-XXXXXX", path[64], address[80];
	struct orpc_error error;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(address, sizeof(address), "unix:%s", path);
	assert_int_equal(orpc_server_open(NULL, &first), 0);
	assert_int_equal(orpc_server_open(NULL, &second), 0);
	file = fopen(path, "w");
	fclose(file);
	assert_int_equal(orpc_server_listen(first, address, &error),
	    -ORPC_E_SYSTEM);
	unlink(path);
	leave_stale(path);
	assert_int_equal(orpc_server_listen(first, address, &error), 0);
	assert_int_equal(orpc_server_listen(second, address, &error),
	    -ORPC_E_SYSTEM);
	orpc_server_close(second);
	assert_int_equal(access(path, F_OK), 0);
	orpc_server_close(first);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(dir), 0);
}

static void
test_bad_addresses(void **state)
{
	static const struct {
		const char *address;
		int result;
	} cases[] = {
		{ "nonsense://x", -ORPC_E_ADDRESS },
		{ "unix:", -ORPC_E_ADDRESS },
		{ "tls://127.0.0.1:0", -ORPC_E_NOTSUP },
		{ "tcp://192.0.2.1:0", -ORPC_E_SYSTEM },
		{ "unix:/nowhere/at/all/s", -ORPC_E_SYSTEM },
	};
	struct orpc_server *server;
	struct orpc_error error;

	(void)state;
	assert_int_equal(orpc_server_open(NULL, &server), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(orpc_server_listen(server, cases[i].address,
		    &error), cases[i].result);
		assert_int_equal(error.code, cases[i].result);
		assert_int_equal(error.step, ORPC_STEP_SERVE);
	}
	orpc_server_close(server);
}

/* "*" is IPv4 and IPv6 at one port. */
static void
test_every_address(void **state)
{
	struct orpc_server *server;
	char a[64], b[64];

	(void)state;
	assert_int_equal(orpc_server_open(NULL, &server), 0);
	assert_int_equal(orpc_server_listen(server, "tcp://*:0", NULL), 0);
	assert_int_equal(orpc_server_address(server, 0, a, sizeof(a)), 0);
	assert_int_equal(orpc_server_address(server, 1, b, sizeof(b)), 0);
	assert_string_equal(strrchr(a, ':'), strrchr(b, ':'));
	assert_int_equal(orpc_server_address(server, 2, b, sizeof(b)),
	    -ORPC_E_NOTFOUND);
	orpc_server_close(server);
}

/* In a process of its own, with one socket where a service manager puts it. */
static int
activated_child(void)
{
	struct orpc_server *server;
	char pid[32], address[64];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (listen(fd, 5) || dup2(fd, 3) != 3 || fd == 3)
		return 1;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", "1", 1);
	if (orpc_server_open(NULL, &server) ||
	    orpc_server_listen_activated(server, NULL) != 0)
		return 2;
	setenv("LISTEN_PID", pid, 1);
	if (orpc_server_listen_activated(server, NULL) != 1)
		return 3;
	if (orpc_server_address(server, 0, address, sizeof(address)) ||
	    strncmp(address, "tcp://0.0.0.0:", 14) != 0)
		return 4;
	orpc_server_close(server);
	return 0;
}

static void
test_activated(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		/* Keeps 3 free for the socket, whatever is opened first. */
		open("/dev/null", O_RDONLY);
		_exit(activated_child());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A service manager is told when we are ready and when we stop. */
static void
test_notify(void **state)
{
	struct orpc_server_options options = { .flags = ORPC_SERVER_NOTIFY };
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char path[] = "/tmp/orpc-notify-XXXXXX", text[64];
	struct probe manager = { -1, false };
	struct served s;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/n", path);
	manager.fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(manager.fd, (struct sockaddr *)&sun,
	    sizeof(sun)), 0);
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
	served_start(&s, &options);
	assert_int_equal(probe_recv(&manager, text, sizeof(text),
	    PATIENCE_MS), 7);
	assert_memory_equal(text, "READY=1", 7);
	served_stop(&s);
	assert_int_equal(probe_recv(&manager, text, sizeof(text),
	    PATIENCE_MS), 10);
	assert_memory_equal(text, "STOPPING=1", 10);
	unsetenv("NOTIFY_SOCKET");
	probe_close(&manager);
	unlink(sun.sun_path);
	assert_int_equal(rmdir(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_way_answers),
		cmocka_unit_test(test_spinning),
		cmocka_unit_test(test_replies_come_later),
		cmocka_unit_test(test_reply_to_nobody),
		cmocka_unit_test(test_workers_run_at_once),
		cmocka_unit_test(test_loops_run_at_once),
		cmocka_unit_test(test_thread_per_connection),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_drain_ends),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_unix_paths),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_every_address),
		cmocka_unit_test(test_activated),
		cmocka_unit_test(test_notify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
