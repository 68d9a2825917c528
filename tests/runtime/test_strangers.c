/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the binder does for those who are not local: in a network namespace
 * with an address beside loopback, from which a stranger asks.
 */
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <orpc/client.h>
#include <oxdr/reader.h>
#include <oxdr/writer.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "tests/lib/test.h"
#include "tests/runtime/bound.h"
#include "xdr/base.h"

#define STRANGER "10.77.0.1"
#define PROG 0x20000600u

static bool have_place;

static void *
binder_run(void *binder)
{
	bound_confine();
	assert_int_equal(orpc_binder_run(binder), 0);
	return NULL;
}

/* A binder on the stranger's side, with 40 programs. */
static void
binder_start(struct bound *b, const struct orpc_binder_options *o,
    char *udp, char *tcp, size_t n)
{
	struct orpc_call call = { .flags = 0 };
	struct orpc_error error;
	struct orpc_client *c;
	char text[300];

	bound_start(b, NULL);
	bound_stop(b);
	assert_int_equal(orpc_binder_open(o, &b->binder, &error), 0);
	assert_int_equal(orpc_binder_listen(b->binder, b->local, &error), 0);
	assert_int_equal(orpc_binder_listen(b->binder, "udp://0.0.0.0:0",
	    &error), 0);
	assert_int_equal(orpc_binder_listen(b->binder, "tcp://0.0.0.0:0",
	    &error), 0);
	for (size_t i = 0; orpc_binder_address(b->binder, i, text,
	    sizeof(text)) >= 0; i++) {
		struct orpc_addr addr;

		assert_int_equal(orpc_addr_parse(text, &addr), 0);
		strcpy(addr.host, STRANGER);
		if (addr.transport == ORPC_UDP)
			orpc_addr_format(&addr, udp, n);
		else if (addr.transport == ORPC_TCP)
			orpc_addr_format(&addr, tcp, n);
	}
	assert_int_equal(pthread_create(&b->thread, NULL, binder_run,
	    b->binder), 0);
	assert_int_equal(orpc_client_open(b->local, &orpc_i_rpcb_v4_program,
	    NULL, &c, &error), 0);
	for (uint32_t i = 0; i < 40; i++) {
		static char netid[] = "udp", addr[] = "0.0.0.0.9.9", none[1];
		orpc_i_rpcb_mapping m = { PROG + i, 1, netid, addr, none };
		bool done;

		assert_int_equal(orpc_i_rpcb_v4_set(c, &call, &m, &done), 0);
		assert_true(done);
	}
	orpc_call_fini(&call);
	orpc_client_close(c);
}

/* A datagram socket with the stranger's address, connected to the binder. */
static int
stranger_open(const char *address, int type)
{
	struct sockaddr_in self = { .sin_family = AF_INET }, to = self;
	struct orpc_addr addr;
	int fd = socket(AF_INET, type, 0);

	assert_int_equal(orpc_addr_parse(address, &addr), 0);
	inet_pton(AF_INET, STRANGER, &self.sin_addr);
	inet_pton(AF_INET, STRANGER, &to.sin_addr);
	to.sin_port = htons(addr.port);
	assert_int_equal(bind(fd, (struct sockaddr *)&self, sizeof(self)),
	    0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

struct question {
	const char *name;
	uint32_t version, procedure;
	const void *arg;
	int (*put)(struct oxdr_writer *w, const void *arg);
	bool silent;		/* no answer wanted */
	bool refused;		/* MSG_DENIED wanted */
};

static int
put_mapping(struct oxdr_writer *w, const void *arg)
{
	return orpc_i_rpcb_mapping_xdr_put(w, arg);
}

static int
put_call_args(struct oxdr_writer *w, const void *arg)
{
	return orpc_i_rpcb_call_args_xdr_put(w, arg);
}

static int
put_pmap(struct oxdr_writer *w, const void *arg)
{
	return orpc_i_pmap_mapping_xdr_put(w, arg);
}

static size_t
question_make(uint8_t *buf, size_t n, uint32_t xid,
    const struct question *q)
{
	struct oxdr_writer w;

	oxdr_writer_init_fixed(&w, buf, n);
	oxdr_put_u32(&w, xid);
	oxdr_put_u32(&w, 0);
	oxdr_put_u32(&w, 2);
	oxdr_put_u32(&w, 100000);
	oxdr_put_u32(&w, q->version);
	oxdr_put_u32(&w, q->procedure);
	oxdr_put_u64(&w, 0);
	oxdr_put_u64(&w, 0);
	if (q->put)
		assert_int_equal(q->put(&w, q->arg), 0);
	return oxdr_writer_size(&w);
}

static const orpc_i_pmap_mapping pmap_arg = { PROG, 1, 17, 777 };
static const orpc_i_rpcb_mapping mapping_arg = { PROG, 1, (char *)"udp",
	(char *)"0.0.0.0.9.9", (char *)"" };
static const orpc_i_rpcb_call_args call_arg = { PROG, 1, 0, { 0, NULL } };
static const orpc_i_rpcb_call_args self_arg = { 100000, 4, 0, { 0, NULL } };

static const struct question questions[] = {
	{ "v2 null", 2, 0, NULL, NULL, false, false },
	{ "v2 set", 2, 1, &pmap_arg, put_pmap, false, false },
	{ "v2 unset", 2, 2, &pmap_arg, put_pmap, false, false },
	{ "v2 getport", 2, 3, &pmap_arg, put_pmap, false, false },
	{ "v2 dump", 2, 4, NULL, NULL, false, true },
	{ "v2 callit", 2, 5, &call_arg, put_call_args, true, false },
	{ "v3 set", 3, 1, &mapping_arg, put_mapping, false, false },
	{ "v3 unset", 3, 2, &mapping_arg, put_mapping, false, false },
	{ "v3 getaddr", 3, 3, &mapping_arg, put_mapping, false, false },
	{ "v3 dump", 3, 4, NULL, NULL, false, true },
	{ "v3 callit", 3, 5, &call_arg, put_call_args, true, false },
	{ "v3 gettime", 3, 6, NULL, NULL, false, false },
	{ "v4 dump", 4, 4, NULL, NULL, false, true },
	{ "v4 bcast", 4, 5, &call_arg, put_call_args, true, false },
	{ "v4 bcast, ourselves", 4, 5, &self_arg, put_call_args, true,
	    false },
	{ "v4 getversaddr", 4, 9, &mapping_arg, put_mapping, false, false },
	{ "v4 indirect", 4, 10, &call_arg, put_call_args, false, true },
	{ "v4 getaddrlist", 4, 11, &mapping_arg, put_mapping, false, false },
	{ "v4 getstat", 4, 12, NULL, NULL, false, true },
};

static void
datagrams_are_answered_briefly(void **state)
{
	struct bound b = { .dir = "" };
	char udp[64], tcp[64];
	double worst = 0;
	int fd;

	(void)state;
	if (!have_place)
		skip();
	binder_start(&b, NULL, udp, tcp, sizeof(udp));
	fd = stranger_open(udp, SOCK_DGRAM);
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		const struct question *q = &questions[i];
		uint8_t call[512], reply[9000];
		size_t n = question_make(call, sizeof(call),
		    (uint32_t)(1000 + i), q);
		ssize_t got;

		assert_int_equal(send(fd, call, n, 0), n);
		if (!test_readable(fd, q->silent ? 200 : 60000)) {
			if (!q->silent)
				fail_msg("%s: no answer", q->name);
			continue;
		}
		got = recv(fd, reply, sizeof(reply), 0);
		if (q->silent)
			fail_msg("%s: answered", q->name);
		assert_int_equal(oxdr_load_u32(reply), 1000 + i);
		if (oxdr_load_u32(reply + 8) != q->refused)
			fail_msg("%s: %s", q->name, q->refused ?
			    "not refused" : "refused");
		/* FALSE to those who would change something. */
		if (q->procedure == 1 || q->procedure == 2)
			assert_int_equal(oxdr_load_u32(reply + 24), 0);
		if ((double)got / (double)n > worst)
			worst = (double)got / (double)n;
	}
	print_message("# worst answer over question: %.2f\n", worst);
	assert_true(worst <= 3.0);
	close(fd);
	bound_stop(&b);
	bound_end(&b);
}

static void
floods_are_rated(void **state)
{
	const struct orpc_binder_options o = { .rate = 1, .burst = 50 };
	struct bound b = { .dir = "" };
	char udp[64], tcp[64];
	uint8_t call[512], reply[512];
	unsigned answers = 0;
	int fd;

	(void)state;
	if (!have_place)
		skip();
	binder_start(&b, &o, udp, tcp, sizeof(udp));
	fd = stranger_open(udp, SOCK_DGRAM);
	for (uint32_t i = 0; i < 1000; i++) {
		size_t n = question_make(call, sizeof(call), i,
		    &questions[3]);

		(void)send(fd, call, n, 0);
		while (test_readable(fd, 0) &&
		    recv(fd, reply, sizeof(reply), 0) > 0)
			answers++;
	}
	while (test_readable(fd, 300) && recv(fd, reply, sizeof(reply), 0) > 0)
		answers++;
	print_message("# %u of 1000 answered\n", answers);
	assert_in_range(answers, 50, 500);
	close(fd);
	bound_stop(&b);
	bound_end(&b);
}

/* Over TCP, where a source can't be made up, lists are told. */
static void
streams_are_told_more(void **state)
{
	struct bound b = { .dir = "" };
	char udp[64], tcp[64];
	struct orpc_client *c;
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_node *list;
	bool done = true;
	size_t n = 0;

	(void)state;
	if (!have_place)
		skip();
	binder_start(&b, NULL, udp, tcp, sizeof(udp));
	assert_int_equal(orpc_client_open(tcp, &orpc_i_rpcb_v4_program, NULL,
	    &c, NULL), 0);
	assert_int_equal(orpc_i_rpcb_v4_dump(c, &call, &list), 0);
	for (; list; list = list->next)
		n++;
	assert_true(n >= 40);
	assert_int_equal(orpc_i_rpcb_v4_unset(c, &call, &mapping_arg, &done),
	    0);
	assert_false(done);
	orpc_call_fini(&call);
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
}

static void
the_list_of_friends_holds(void **state)
{
	static const char *const others[] = { "192.0.2.0/24", NULL };
	static const char *const us[] = { "10.77.0.0/16", NULL };
	static const struct {
		const char *const *allow;
		int result;
	} cases[] = {
		{ others, ORPC_R_AUTH_TOOWEAK }, { us, 0 }, { NULL, 0 },
	};

	(void)state;
	if (!have_place)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_binder_options o = { .allow = cases[i].allow };
		struct bound b = { .dir = "" };
		char udp[64], tcp[64];
		struct orpc_client *c;
		struct orpc_call call = { .flags = 0 };
		char *text;

		binder_start(&b, &o, udp, tcp, sizeof(udp));
		assert_int_equal(orpc_client_open(tcp,
		    &orpc_i_rpcb_v4_program, NULL, &c, NULL), 0);
		assert_int_equal(orpc_i_rpcb_v4_getaddr(c, &call,
		    &mapping_arg, &text), cases[i].result);
		orpc_call_fini(&call);
		orpc_client_close(c);
		bound_stop(&b);
		bound_end(&b);
	}
}

static bool
file_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	fputs(text, f);
	return fclose(f) == 0;
}

/* A namespace of our own, as its root, with the stranger's address. */
static bool
place_make(void)
{
	char map[40];

	snprintf(map, sizeof(map), "0 %u 1", (unsigned)geteuid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) ||
	    !file_write("/proc/self/uid_map", map))
		return false;
	return system("ip link set lo up && ip address add " STRANGER
	    "/32 dev lo") == 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_are_answered_briefly),
		cmocka_unit_test(floods_are_rated),
		cmocka_unit_test(streams_are_told_more),
		cmocka_unit_test(the_list_of_friends_holds),
	};

	have_place = place_make();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
