/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder from outside: what it answers to nonsense, to every procedure,
 * to the dead, over a restart.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <orpc/client.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "tests/lib/test.h"
#include "tests/runtime/bound.h"
#include "tests/runtime/served.h"
#include "xdr/base.h"

#define PROG 0x20000556u

static struct orpc_client *
client(const char *address, const struct orpc_program *program)
{
	struct orpc_client *c;
	struct orpc_error error;

	assert_int_equal(orpc_client_open(address, program, NULL, &c,
	    &error), 0);
	return c;
}

static orpc_i_rpcb_mapping
mapping(uint32_t program, const char *netid, const char *addr)
{
	static char none[1];

	return (orpc_i_rpcb_mapping){ program, 1, (char *)netid,
	    (char *)addr, none };
}

static bool
set4(struct orpc_client *c, uint32_t program, const char *netid,
    const char *addr)
{
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_mapping m = mapping(program, netid, addr);
	bool done = false;

	assert_int_equal(orpc_i_rpcb_v4_set(c, &call, &m, &done), 0);
	orpc_call_fini(&call);
	return done;
}

static bool
unset4(struct orpc_client *c, uint32_t program, const char *netid)
{
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_mapping m = mapping(program, netid, "");
	bool done = false;

	assert_int_equal(orpc_i_rpcb_v4_unset(c, &call, &m, &done), 0);
	orpc_call_fini(&call);
	return done;
}

/* Copies the answer: the call's memory ends here. */
static void
getaddr4(struct orpc_client *c, uint32_t program, char *out, size_t n)
{
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_mapping m = mapping(program, "tcp", "");
	char *text;

	assert_int_equal(orpc_i_rpcb_v4_getaddr(c, &call, &m, &text), 0);
	snprintf(out, n, "%s", text);
	orpc_call_fini(&call);
}

/* ---- Nonsense -------------------------------------------------------------------- */

static void
nonsense_is_false(void **state)
{
	static const struct {
		const char *netid, *addr;
	} bad[] = {
		{ "nosuchnet", "0.0.0.0.9.9" }, { "tcp", "not an address" },
		{ "tcp", "0.0.0.0.256.0" }, { "tcp", "0.0.0.0.0.0" },
		{ "tcp", "" }, { "", "0.0.0.0.9.9" }, { "local", "" },
		{ "tcp6", "0.0.0.0.9.9" }, { "tcp", "0.0.0.0.9.9.9" },
	};
	struct bound b = { .dir = "" };
	struct orpc_client *c, *c2;
	struct orpc_call call = { .flags = 0 };
	orpc_i_pmap_mapping pmap = { PROG, 1, 6, 65536 };
	char *junk = malloc(9000), got[ORPC_UADDR_MAX];
	bool done = true;

	(void)state;
	bound_start(&b, NULL);
	c = client(b.local, &orpc_i_rpcb_v4_program);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (set4(c, PROG, bad[i].netid, bad[i].addr))
			fail_msg("taken: %s %s", bad[i].netid, bad[i].addr);
	memset(junk, 'x', 8191);
	junk[8191] = '\0';
	assert_false(set4(c, PROG, "local", junk));
	c2 = client(b.local, &orpc_i_pmap_v2_program);
	assert_int_equal(orpc_i_pmap_v2_set(c2, &call, &pmap, &done), 0);
	assert_false(done);
	pmap = (orpc_i_pmap_mapping){ PROG, 1, 5, 77 };
	assert_int_equal(orpc_i_pmap_v2_set(c2, &call, &pmap, &done), 0);
	assert_false(done);
	getaddr4(c, PROG, got, sizeof(got));
	assert_string_equal(got, "");
	assert_false(unset4(c, PROG, ""));
	assert_false(unset4(c, 100000, ""));
	orpc_call_fini(&call);
	orpc_client_close(c2);
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
	free(junk);
}

/* ---- Owners -------------------------------------------------------------- */

static void
owner_of(struct orpc_client *c, uint32_t program, char *out, size_t n)
{
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_list list;

	*out = '\0';
	assert_int_equal(orpc_i_rpcb_v4_dump(c, &call, &list), 0);
	for (; list; list = list->next)
		if (list->map.prog == program)
			snprintf(out, n, "%s", list->map.owner);
	orpc_call_fini(&call);
}

/* A client whose socket is another user's.  Only this thread changes: the
 * binder's may not. */
static struct orpc_client *
client_of(uint32_t uid, const char *address)
{
	struct orpc_client *c;

	syscall(SYS_setfsuid, uid);
	c = client(address, &orpc_i_rpcb_v4_program);
	syscall(SYS_setfsuid, 0);
	return c;
}

static void
users_are_told_apart(void **state)
{
	struct bound b = { .dir = "" };
	const char *const addresses[] = { b.tcp, b.udp, b.tcp6 };
	struct orpc_client *root, *user, *other;
	char owner[32];

	(void)state;
	/* Others are made by setuid. */
	if (geteuid() != 0)
		return;
	bound_start(&b, NULL);
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		if (!addresses[i][0])
			continue;
		root = client(addresses[i], &orpc_i_rpcb_v4_program);
		user = client_of(65533, addresses[i]);
		other = client_of(65534, addresses[i]);
		assert_true(set4(root, PROG, "tcp", "0.0.0.0.9.9"));
		assert_false(unset4(user, PROG, "tcp"));
		assert_false(unset4(user, PROG, ""));
		assert_true(set4(user, PROG + 1, "tcp", "0.0.0.0.9.9"));
		assert_false(set4(user, PROG + 2, "tcp", "0.0.0.0.2.88"));
		owner_of(other, PROG + 1, owner, sizeof(owner));
		assert_string_equal(owner, "65533");
		assert_false(unset4(other, PROG + 1, "tcp"));
		assert_true(unset4(user, PROG + 1, "tcp"));
		assert_true(set4(other, PROG + 1, "tcp", "0.0.0.0.9.9"));
		assert_true(unset4(root, PROG + 1, "tcp"));
		assert_true(unset4(root, PROG, "tcp"));
		orpc_client_close(root);
		orpc_client_close(user);
		orpc_client_close(other);
	}
	bound_stop(&b);
	bound_end(&b);
}

/* The call that registers `program`, in a datagram. */
static void
set_by_datagram(const char *address, uint32_t program, bool stays,
    struct probe *out)
{
	const orpc_i_rpcb_mapping m = mapping(program, "tcp", "0.0.0.0.9.9");
	struct oxdr_writer w;
	uint8_t call[200];

	*out = probe_open(address);
	probe_call(call, program, 4, 1);
	probe_put(call, 12, 100000);
	oxdr_writer_init_fixed(&w, call + 40, sizeof(call) - 40);
	assert_int_equal(orpc_i_rpcb_mapping_xdr_put(&w, &m), 0);
	probe_send(out, call, 40 + oxdr_writer_size(&w));
	if (!stays)
		probe_close(out);
}

/* Who has left when the binder looks may have been anybody. */
static void
senders_who_left_are_unknown(void **state)
{
	struct bound b = { .dir = "" };
	struct probe stays, left;
	struct orpc_client *c;
	char owner[32], mine[32] = "superuser";

	(void)state;
	bound_open(&b, NULL);
	set_by_datagram(b.udp, PROG, true, &stays);
	set_by_datagram(b.udp, PROG + 1, false, &left);
	bound_go(&b);
	c = client(b.udp, &orpc_i_rpcb_v4_program);
	if (geteuid() != 0)
		snprintf(mine, sizeof(mine), "%u", geteuid());
	owner_of(c, PROG, owner, sizeof(owner));
	assert_string_equal(owner, mine);
	owner_of(c, PROG + 1, owner, sizeof(owner));
	assert_string_equal(owner, "unknown");
	orpc_client_close(c);
	probe_close(&stays);
	bound_stop(&b);
	bound_end(&b);
}

static void
taken_triples_are_refused(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_client *c;

	(void)state;
	bound_start(&b, NULL);
	c = client(b.tcp, &orpc_i_rpcb_v4_program);
	assert_true(set4(c, PROG, "tcp", "0.0.0.0.9.9"));
	assert_true(set4(c, PROG, "tcp", "0.0.0.0.9.9"));
	assert_false(set4(c, PROG, "tcp", "0.0.0.0.9.10"));
	assert_true(set4(c, PROG, "udp", "0.0.0.0.9.10"));
	assert_true(unset4(c, PROG, "tcp"));
	assert_false(unset4(c, PROG, "tcp"));
	assert_true(unset4(c, PROG, ""));
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
}

/* ---- Every procedure ------------------------------------------------------------------ */

static void
addresses_go_by_transport(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_client *local, *tcp, *udp;
	char got[ORPC_UADDR_MAX];

	(void)state;
	bound_start(&b, NULL);
	local = client(b.local, &orpc_i_rpcb_v4_program);
	tcp = client(b.tcp, &orpc_i_rpcb_v4_program);
	udp = client(b.udp, &orpc_i_rpcb_v4_program);
	assert_true(set4(local, PROG, "tcp", "0.0.0.0.9.1"));
	assert_true(set4(local, PROG, "udp", "127.0.0.1.9.2"));
	assert_true(set4(local, PROG, "local", "/run/some"));
	getaddr4(tcp, PROG, got, sizeof(got));
	assert_string_equal(got, "127.0.0.1.9.1");
	getaddr4(udp, PROG, got, sizeof(got));
	assert_string_equal(got, "127.0.0.1.9.2");
	getaddr4(local, PROG, got, sizeof(got));
	assert_string_equal(got, "/run/some");
	orpc_client_close(local);
	orpc_client_close(tcp);
	orpc_client_close(udp);
	bound_stop(&b);
	bound_end(&b);
}

static void
versions_are_told_apart(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_client *c;
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_mapping m = mapping(PROG, "tcp", "");
	char *text;

	(void)state;
	bound_start(&b, NULL);
	c = client(b.tcp, &orpc_i_rpcb_v4_program);
	assert_true(set4(c, PROG, "tcp", "127.0.0.1.9.1"));
	m.vers = 7;
	assert_int_equal(orpc_i_rpcb_v4_getaddr(c, &call, &m, &text), 0);
	assert_string_equal(text, "127.0.0.1.9.1");
	assert_int_equal(orpc_i_rpcb_v4_getversaddr(c, &call, &m, &text), 0);
	assert_string_equal(text, "");
	m.vers = 1;
	assert_int_equal(orpc_i_rpcb_v4_getversaddr(c, &call, &m, &text), 0);
	assert_string_equal(text, "127.0.0.1.9.1");
	orpc_call_fini(&call);
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
}

static void
small_procedures(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_client *c;
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_netbuf taddr, bad = { .maxlen = 9 };
	orpc_i_rpcb_stat stats[3];
	uint32_t now;
	char *text, byte = 2;

	(void)state;
	bound_start(&b, NULL);
	c = client(b.tcp, &orpc_i_rpcb_v4_program);
	assert_int_equal(orpc_i_rpcb_v4_gettime(c, &call, &now), 0);
	assert_in_range(now, time(NULL) - 5, time(NULL) + 5);
	assert_int_equal(orpc_i_rpcb_v4_uaddr2taddr(c, &call,
	    "127.0.0.1.3.251", &taddr), 0);
	assert_int_equal(taddr.buf.buf_len, sizeof(struct sockaddr_in));
	{
		struct orpc_call second = { .flags = 0 };

		assert_int_equal(orpc_i_rpcb_v4_taddr2uaddr(c, &second,
		    &taddr, &text), 0);
		assert_string_equal(text, "127.0.0.1.3.251");
		orpc_call_fini(&second);
	}
	assert_int_equal(orpc_i_rpcb_v4_uaddr2taddr(c, &call, "junk",
	    &taddr), 0);
	assert_int_equal(taddr.buf.buf_len, 0);
	bad.buf.buf_val = &byte;
	bad.buf.buf_len = 1;
	assert_int_equal(orpc_i_rpcb_v4_taddr2uaddr(c, &call, &bad, &text),
	    0);
	assert_string_equal(text, "");
	for (int i = 0; i < 3; i++)
		assert_int_equal(orpc_call_dynamic(c, &call, 100000, 3, 0,
		    NULL, NULL, NULL, NULL), 0);
	assert_int_equal(orpc_i_rpcb_v4_getstat(c, &call, stats), 0);
	assert_int_equal(stats[1].info[0], 3);
	assert_int_equal(stats[2].info[0], 0);
	assert_int_equal(stats[2].info[6], 1);
	assert_int_equal(stats[2].info[7], 2);
	orpc_call_fini(&call);
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
}

/* Questions about programs that do not exist leave nothing behind. */
static void
statistics_are_bounded(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_client *c;
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_stat stats[3];
	char got[ORPC_UADDR_MAX];

	(void)state;
	bound_start(&b, NULL);
	c = client(b.tcp, &orpc_i_rpcb_v4_program);
	for (uint32_t i = 0; i < 2000; i++)
		getaddr4(c, 0x30000000 + i, got, sizeof(got));
	assert_int_equal(orpc_i_rpcb_v4_getstat(c, &call, stats), 0);
	assert_null(stats[2].addrinfo);
	assert_int_equal(stats[2].info[3], 2000);
	getaddr4(c, 100000, got, sizeof(got));
	assert_int_equal(orpc_i_rpcb_v4_getstat(c, &call, stats), 0);
	assert_non_null(stats[2].addrinfo);
	assert_null(stats[2].addrinfo->next);
	orpc_call_fini(&call);
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
}

/* ---- Indirect calls ----------------------------------------------------------------------- */

static void
indirect_calls(void **state)
{
	static const struct {
		enum orpc_binder_callit callit;
		uint32_t program, procedure;
		int result;
	} cases[] = {
		{ ORPC_CALLIT_LOCAL, 100000, 0, 0 },
		{ ORPC_CALLIT_LOCAL, 100000, 4, ORPC_R_AUTH_TOOWEAK },
		{ ORPC_CALLIT_LOCAL, PROG, 0, 0 },
		{ ORPC_CALLIT_LOCAL, PROG, 4, 0 },
		{ ORPC_CALLIT_LOCAL, PROG + 1, 0, ORPC_R_PROG_UNAVAIL },
		{ ORPC_CALLIT_NONE, PROG, 0, ORPC_R_AUTH_TOOWEAK },
		{ ORPC_CALLIT_ALL, PROG, 4, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_binder_options o = { .callit = cases[i].callit };
		struct bound b = { .dir = "" }, target = { .dir = "" };
		struct orpc_client *c;
		struct orpc_call call = { .flags = 0 };
		orpc_i_rpcb_call_args arg = { .vers = 4 };
		orpc_i_rpcb_call_result out;
		struct orpc_addr addr;
		char uaddr[60];
		int result;

		/* Another binder plays the program; its DUMP is procedure 4,
		 * but it has that number, not ours: so PROG is registered at
		 * its address and refused there as PROG_UNAVAIL. */
		bound_start(&b, &o);
		bound_start(&target, NULL);
		c = client(b.tcp, &orpc_i_rpcb_v4_program);
		assert_int_equal(orpc_addr_parse(target.tcp, &addr), 0);
		snprintf(uaddr, sizeof(uaddr), "127.0.0.1.%u.%u",
		    addr.port >> 8, addr.port & 255);
		arg.prog = cases[i].program;
		arg.proc = cases[i].procedure;
		arg.vers = arg.prog == 100000 ? 4 : 1;
		assert_true(set4(c, PROG, "tcp", uaddr));
		result = orpc_i_rpcb_v4_indirect(c, &call, &arg, &out);
		if (cases[i].result == 0 && arg.prog == PROG)
			assert_int_equal(result, ORPC_R_PROG_UNAVAIL);
		else
			assert_int_equal(result, cases[i].result);
		/* CALLIT's kin are silent when they fail. */
		if (result) {
			orpc_call_timeout(&call, 300);
			assert_int_equal(orpc_i_rpcb_v4_bcast(c, &call, &arg,
			    &out), -ORPC_E_TIMEOUT);
		}
		orpc_call_fini(&call);
		orpc_client_close(c);
		bound_stop(&b);
		bound_end(&b);
		bound_stop(&target);
		bound_end(&target);
	}
}

/* ---- Over restarts; the dead ------------------------------------------------------------------ */

static void
registrations_survive(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_binder_options o = { .journal = NULL };
	struct orpc_client *c;
	char got[ORPC_UADDR_MAX], journal[128];

	(void)state;
	bound_start(&b, NULL);
	bound_stop(&b);
	strcpy(journal, b.journal);
	o.journal = journal;
	for (int round = 0; round < 3; round++) {
		bound_start(&b, &o);
		c = client(b.tcp, &orpc_i_rpcb_v4_program);
		getaddr4(c, PROG, got, sizeof(got));
		assert_string_equal(got, round ? "127.0.0.1.9.1" : "");
		assert_true(set4(c, PROG, "tcp", "127.0.0.1.9.1"));
		assert_true(set4(c, PROG + 1, "tcp", "127.0.0.1.9.2"));
		assert_true(unset4(c, PROG + 1, ""));
		orpc_client_close(c);
		bound_stop(&b);
	}
	bound_start(&b, &o);
	c = client(b.tcp, &orpc_i_rpcb_v4_program);
	getaddr4(c, PROG + 1, got, sizeof(got));
	assert_string_equal(got, "");
	orpc_client_close(c);
	bound_stop(&b);
	bound_end(&b);
}

/* A child registers and ends. */
static void
register_by_child(const char *binder, uint32_t program, const char *netid,
    const char *addr)
{
	bool done = false;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		struct orpc_client *c = client(binder,
		    &orpc_i_rpcb_v4_program);

		done = set4(c, program, netid, addr);
		_exit(write(ends[1], &done, sizeof(done)) != sizeof(done));
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &done, sizeof(done)), sizeof(done));
	close(ends[0]);
	/* Its status is for valgrind to set: for the child, all that this
	 * process's threads hold is lost. */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(done);
}

static void
wait_until_gone(struct orpc_client *c, uint32_t program, const char *netid)
{
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_mapping m = mapping(program, netid, "");
	orpc_i_rpcb_node *list;
	bool there = true;

	for (int i = 0; i < 6000 && there; i++) {
		there = false;
		assert_int_equal(orpc_i_rpcb_v4_dump(c, &call, &list), 0);
		for (; list; list = list->next)
			there |= list->map.prog == m.prog;
		orpc_call_reset(&call);
		if (there)
			usleep(10000);
	}
	if (there)
		fail_msg("still there: %u on %s", program - PROG, netid);
	orpc_call_fini(&call);
}

/* "127.0.0.1.p1.p2" of a port that was bound a moment ago, or still is. */
static int
place(int type, bool keep, char *out, size_t n)
{
	uint16_t port;
	int fd = test_bound(AF_INET, type, &port);

	snprintf(out, n, "127.0.0.1.%u.%u", port >> 8, port & 255);
	if (keep && type == SOCK_STREAM)
		assert_int_equal(listen(fd, 5), 0);
	if (keep)
		return fd;
	close(fd);
	return -1;
}

static void
the_dead_are_reaped(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_binder_options o = { .reap_ms = 20 };
	struct orpc_client *c, *local;
	char got[ORPC_UADDR_MAX], dead[60], live[60], dead_udp[60],
	    live_udp[60], path[100];
	int tcp, udp;

	(void)state;
	place(SOCK_STREAM, false, dead, sizeof(dead));
	place(SOCK_DGRAM, false, dead_udp, sizeof(dead_udp));
	tcp = place(SOCK_STREAM, true, live, sizeof(live));
	udp = place(SOCK_DGRAM, true, live_udp, sizeof(live_udp));
	bound_start(&b, &o);
	snprintf(path, sizeof(path), "%s/nobody", b.dir);
	c = client(b.tcp, &orpc_i_rpcb_v4_program);
	local = client(b.local, &orpc_i_rpcb_v4_program);
	/* Known by pid: ours lives although nobody listens there. */
	assert_true(set4(local, PROG, "tcp", dead));
	register_by_child(b.local, PROG + 1, "tcp", dead);
	register_by_child(b.local, PROG + 2, "tcp", live);
	register_by_child(b.local, PROG + 3, "udp", dead_udp);
	/* Known by uid only. */
	register_by_child(b.tcp, PROG + 4, "tcp", dead);
	register_by_child(b.udp, PROG + 5, "udp", dead_udp);
	register_by_child(b.tcp, PROG + 6, "tcp", live);
	register_by_child(b.tcp, PROG + 7, "udp", live_udp);
	register_by_child(b.tcp, PROG + 8, "local", path);
	register_by_child(b.tcp, PROG + 9, "local", b.local + 5);
	wait_until_gone(c, PROG + 1, "tcp");
	wait_until_gone(c, PROG + 3, "udp");
	wait_until_gone(c, PROG + 4, "tcp");
	wait_until_gone(c, PROG + 5, "udp");
	wait_until_gone(c, PROG + 8, "local");
	getaddr4(c, PROG, got, sizeof(got));
	assert_string_equal(got, dead);
	getaddr4(c, PROG + 2, got, sizeof(got));
	assert_string_equal(got, live);
	getaddr4(c, PROG + 6, got, sizeof(got));
	assert_string_equal(got, live);
	getaddr4(local, PROG + 9, got, sizeof(got));
	assert_string_equal(got, b.local + 5);
	orpc_client_close(c);
	c = client(b.udp, &orpc_i_rpcb_v4_program);
	getaddr4(c, PROG + 7, got, sizeof(got));
	assert_string_equal(got, live_udp);
	/* One that was reaped may come back; one that lived on for a while
	 * without its process goes when its socket does. */
	close(tcp);
	wait_until_gone(c, PROG + 2, "tcp");
	wait_until_gone(c, PROG + 6, "tcp");
	assert_true(set4(local, PROG + 1, "tcp", dead));
	orpc_client_close(c);
	orpc_client_close(local);
	close(udp);
	bound_stop(&b);
	bound_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nonsense_is_false),
		cmocka_unit_test(users_are_told_apart),
		cmocka_unit_test(senders_who_left_are_unknown),
		cmocka_unit_test(taken_triples_are_refused),
		cmocka_unit_test(addresses_go_by_transport),
		cmocka_unit_test(versions_are_told_apart),
		cmocka_unit_test(small_procedures),
		cmocka_unit_test(statistics_are_bounded),
		cmocka_unit_test(indirect_calls),
		cmocka_unit_test(registrations_survive),
		cmocka_unit_test(the_dead_are_reaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
