/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * orpcinfo as a process: against our binder, against nobody, and against
 * binders that mean it no good.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <orpc/server.h>
#include <oxdr/writer.h>

#include "runtime/bind/rpcb.h"
#include "tests/lib/test.h"
#include "tests/runtime/bound.h"
#include "xdr/base.h"

/* What a run gave. */
struct run {
	int status;
	size_t n;
	char text[65536];	/* stdout and stderr; cut */
};

static void
run(struct run *r, const char *arguments)
{
	char command[1024];
	FILE *f;
	size_t n;

	snprintf(command, sizeof(command), "timeout 60 %s %s 2>&1",
	    getenv("ORPCINFO"), arguments);
	f = popen(command, "r");
	assert_non_null(f);
	r->n = 0;
	while ((n = fread(r->text + (r->n < 60000 ? r->n : 60000), 1, 4096,
	    f)) > 0)
		r->n += n;
	r->text[r->n < 60000 ? r->n : 60000] = '\0';
	r->status = WEXITSTATUS(pclose(f));
}


#define NEED_PROGRAM() do { if (!getenv("ORPCINFO")) skip(); } while (0)

static void
want(struct run *r, const char *arguments, int status, const char *text)
{
	run(r, arguments);
	if (r->status != status)
		fail_msg("orpcinfo %s: exit %d\n%s", arguments, r->status,
		    r->text);
	if (!strstr(r->text, text))
		fail_msg("orpcinfo %s: no '%s' in\n%s", arguments, text,
		    r->text);
}

static void
our_binder_is_read(void **state)
{
	struct bound b = { .dir = "" };
	struct run *r = calloc(1, sizeof(*r));
	char args[300];

	(void)state;
	NEED_PROGRAM();
	bound_start(&b, NULL);
	setenv("ORPC_BINDER", b.local, 1);
	want(r, "", 0, "portmapper");
	want(r, "-p", 0, "program  vers  proto ");
	want(r, "-s", 0, "4,3,2");
	want(r, "-m", 0, "RPCBIND (version 4)");
	want(r, "--ping", 0, " ms");
	want(r, "--json", 0, "\"ok\": true");
	want(r, "-c -p --ping", 0, "\"ping\":{\"ok\":true,\"ms\":");
	want(r, "-m --json", 0, "\"GETADDRLIST\": 0");
	want(r, "-m -c", 0, "\"BCAST\":0");
	want(r, "-m -c", 0, "\"indirect\":[]");
	want(r, "-t localhost 100000", 0, "version 4 ready and waiting");
	want(r, "-m -c", 0, "\"lookups\":[{\"program\":100000,");
	want(r, "-t localhost 100000", 0, "version 4 ready and waiting");
	want(r, "-T local localhost 100000 3", 0, "version 3 ready");
	want(r, "--no-headers", 0, "100000");
	assert_null(strstr(r->text, "program"));
	snprintf(args, sizeof(args), "-l %s 100000 4", b.tcp);
	want(r, args, 0, "inet/tcp/cots_ord");
	snprintf(args, sizeof(args), "-p %s", b.udp);
	want(r, args, 0, "portmapper");
	want(r, "-t localhost 100000 9", 6, "versions 2 to 4");
	want(r, "-p -n 111 --ping", 0, "note: ignored --port: it goes with");
	want(r, "-m --ping", 0, "note: ignored --ping: it goes with a list");
	want(r, "-s -T tcp", 0, "note: ignored -t, -u, -T: ");
	want(r, "-t localhost 100999", 4, "not registered");
	want(r, "-c -t localhost 100999", 4, "\"stat\":\"UNREGISTERED\"");
	want(r, "-d 100000 2", 6, "not removed");
	unsetenv("ORPC_BINDER");
	bound_stop(&b);
	bound_end(&b);
	free(r);
}

static void
wrong_use_is_told(void **state)
{
	static const struct {
		const char *args;
		int status;
		const char *text;
	} cases[] = {
		{ "--nonsense", 2, "--help" },
		{ "-p -s", 2, "more than one verb" },
		{ "-p a b", 2, "too many arguments" },
		{ "-t", 2, "a program is needed" },
		{ "-t localhost nosuchprogram", 2, "unknown program" },
		{ "-t localhost 100000 x1", 2, "not a number" },
		{ "-n 0 -t localhost 100000", 2, "not a port" },
		{ "--timeout x", 2, "not a number of seconds" },
		{ "-a 1.1.1.1.1.1 100000", 2, "-T" },
		{ "-a junk -T tcp 100000 1", 2, "junk" },
		{ "-p 'tcp://bad host'", 2, "address" },
		{ "-x /no/such/file.x", 3, "/no/such/file.x" },
		{ "-p unix:/no/such/binder", 4, "/no/such/binder" },
		{ "-p no..such..host", 4, "looking up" },
		{ "-c -p unix:/no/such/binder", 4, "\"ok\":false" },
	};
	struct run *r = calloc(1, sizeof(*r));

	(void)state;
	NEED_PROGRAM();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		want(r, cases[i].args, cases[i].status, cases[i].text);
	want(r, "--help", 0, "Examples:");
	want(r, "--version", 0, "orpc");
	free(r);
}

static void
a_silent_binder_times_out(void **state)
{
	struct run *r = calloc(1, sizeof(*r));
	uint16_t port;
	int fd = test_bound(AF_INET, SOCK_STREAM, &port);
	char args[100];

	(void)state;
	NEED_PROGRAM();
	listen(fd, 5);
	snprintf(args, sizeof(args), "--timeout 0.3 -p tcp://127.0.0.1:%u",
	    port);
	want(r, args, 5, "timed out");
	close(fd);
	free(r);
}

/* Nobody at a UDP port: said at once, not at the end of all patience. */
static void
closed_ports_are_told(void **state)
{
	static const struct {
		int type;
		const char *before, *after, *hint;
	} ways[] = {
		{ SOCK_DGRAM, "-u -n ", " 127.0.0.1 100003", "server runs" },
		{ SOCK_DGRAM, "--timeout 50 -u -n ", " 127.0.0.1 100003 3",
		    "server runs" },
		{ SOCK_DGRAM, "-p udp://127.0.0.1:", "", "orpcbind runs" },
		{ SOCK_STREAM, "-t -n ", " 127.0.0.1 100003 3",
		    "server runs" },
	};
	struct run *r = calloc(1, sizeof(*r));

	(void)state;
	NEED_PROGRAM();
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		char args[100];
		uint16_t port;

		close(test_bound(AF_INET, ways[i].type, &port));
		snprintf(args, sizeof(args), "%s%u%s", ways[i].before, port,
		    ways[i].after);
		want(r, args, 4, "refused");
		if (!strstr(r->text, ways[i].hint))
			fail_msg("%s: %s", args, r->text);
	}
	free(r);
}

/* ---- Binders that mean no good ------------------------------------------------------ */

static atomic_size_t hostile_entries;
static char *_Atomic hostile_text;

static int
hostile_dump(struct orpc_request *rq, orpc_i_rpcb_node **out)
{
	orpc_i_rpcb_node **end = out;

	*out = NULL;
	for (size_t i = 0; i < hostile_entries; i++) {
		orpc_i_rpcb_node *node = oxdr_arena_take(
		    orpc_request_arena(rq), sizeof(*node), 16);

		if (!node)
			return ORPC_R_SYSTEM_ERR;
		*node = (orpc_i_rpcb_node){ .map = { (uint32_t)i, 1,
		    hostile_text, hostile_text, hostile_text } };
		*end = node;
		end = &node->next;
	}
	return 0;
}

static int
hostile_getaddrlist(struct orpc_request *rq, const orpc_i_rpcb_mapping *arg,
    orpc_i_rpcb_way_node **out)
{
	orpc_i_rpcb_way_node *node = oxdr_arena_take(orpc_request_arena(rq),
	    sizeof(*node), 16);

	(void)arg;
	*node = (orpc_i_rpcb_way_node){ .way = { hostile_text, hostile_text,
	    UINT32_MAX, hostile_text, hostile_text } };
	*out = node;
	return 0;
}

static void *
server_run(void *server)
{
	orpc_server_run(server);
	return NULL;
}

static void
strange_lists_do_no_harm(void **state)
{
	const struct orpc_server_options options = {
		.max_queued_bytes = SIZE_MAX };
	struct orpc_i_rpcb_v4_ops ops = { .dump = hostile_dump,
	    .getaddrlist = hostile_getaddrlist };
	struct run *r = calloc(1, sizeof(*r));
	struct orpc_server *server;
	pthread_t thread;
	char address[100], args[200];
	char *big = malloc(100001);

	(void)state;
	NEED_PROGRAM();
	memset(big, 'A', 100000);
	big[100000] = '\0';
	assert_int_equal(orpc_server_open(&options, &server), 0);
	assert_int_equal(orpc_server_listen(server, "tcp://127.0.0.1:0",
	    NULL), 0);
	assert_true(orpc_server_address(server, 0, address,
	    sizeof(address)) >= 0);
	assert_int_equal(orpc_i_rpcb_v4_serve(server, &ops), 0);
	assert_int_equal(pthread_create(&thread, NULL, server_run, server),
	    0);

	/* Texts that would move the cursor. */
	hostile_entries = 3;
	hostile_text = (char *)"\033[2J\n\r\tx\177";
	snprintf(args, sizeof(args), "%s", address);
	want(r, args, 0, "\\x1b[2J\\x0a\\x0d");
	assert_null(strchr(r->text, '\033'));
	snprintf(args, sizeof(args), "-l %s 5 1", address);
	want(r, args, 0, "\\x1b");
	assert_null(strchr(r->text, '\033'));
	snprintf(args, sizeof(args), "-c %s", address);
	want(r, args, 0, "\"ok\":true");
	assert_null(strchr(r->text, '\033'));
	/* Texts and lists without end. */
	hostile_text = big;
	snprintf(args, sizeof(args), "-l %s 5 1", address);
	want(r, args, 0, "AAAA");
	snprintf(args, sizeof(args), "-s %s", address);
	want(r, args, 0, "AAAA");
	hostile_entries = 1000;
	snprintf(args, sizeof(args), "%s", address);
	run(r, args);
	assert_int_not_equal(r->status, 0);
	assert_true(r->status < 100);
	hostile_text = (char *)"tcp";
	hostile_entries = 110000;
	run(r, args);
	assert_true(r->status < 100);

	orpc_server_stop(server);
	pthread_join(thread, NULL);
	orpc_server_close(server);
	free(big);
	free(r);
}

/* Answers every call with PROG_MISMATCH over all versions there are. */
static void *
mismatch_run(void *arg)
{
	int listener = *(int *)arg;
	uint8_t call[512], reply[36];
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		while (recv(fd, call, sizeof(call), 0) > 12) {
			memset(reply, 0, sizeof(reply));
			oxdr_store_u32(reply, 0x80000020u);
			memcpy(reply + 4, call + 4, 4);
			oxdr_store_u32(reply + 8, 1);
			oxdr_store_u32(reply + 24, 2);
			oxdr_store_u32(reply + 32, UINT32_MAX);
			send(fd, reply, sizeof(reply), MSG_NOSIGNAL);
		}
		close(fd);
	}
	return NULL;
}

static void
endless_versions_end(void **state)
{
	struct run *r = calloc(1, sizeof(*r));
	pthread_t thread;
	uint16_t port;
	int fd = test_bound(AF_INET, SOCK_STREAM, &port);
	char args[100];

	(void)state;
	NEED_PROGRAM();
	listen(fd, 5);
	pthread_create(&thread, NULL, mismatch_run, &fd);
	snprintf(args, sizeof(args), "-n %u -t 127.0.0.1 100003", port);
	want(r, args, 6, "claims versions up to 4294967295");
	shutdown(fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(fd);
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_binder_is_read),
		cmocka_unit_test(wrong_use_is_told),
		cmocka_unit_test(a_silent_binder_times_out),
		cmocka_unit_test(closed_ports_are_told),
		cmocka_unit_test(strange_lists_do_no_harm),
		cmocka_unit_test(endless_versions_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
