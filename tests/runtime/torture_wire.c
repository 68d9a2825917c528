/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What our binder endures on the wire: messages that are wrong, strangers,
 * and crowds.  Part of torture_binder.
 */
#include "tests/runtime/torture_binder.h"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "tests/runtime/served.h"
#include "xdr/base.h"

#define BINDER 100000u
#define WAIT_MS 2000
#define SILENCE_MS 100
#define MS 1e6

enum { NULLPROC = 0, SET = 1, UNSET = 2, GETADDR = 3, DUMP = 4, CALLIT = 5,
	INDIRECT = 10, GETADDRLIST = 11, GETSTAT = 12 };

/* ---- Messages -------------------------------------------------- */

/* A call of the binder: 40 bytes, and what put adds. */
static size_t
call_make(uint8_t *bytes, size_t room, uint32_t version, uint32_t procedure,
    int (*put)(struct oxdr_writer *w, const void *arg), const void *arg)
{
	static uint32_t xid = 5000;
	struct oxdr_writer w;

	probe_call(bytes, xid++, version, procedure);
	probe_put(bytes, 12, BINDER);
	oxdr_writer_init_fixed(&w, bytes + 40, room - 40);
	must(!put || put(&w, arg) == 0, "a question");
	return 40 + oxdr_writer_size(&w);
}

/* Words 2... of the reply are as wanted. */
static bool
answered(const struct probe *p, const void *call, size_t n,
    const uint32_t *want, size_t n_want)
{
	uint8_t reply[9000];
	long got;

	probe_send(p, call, n);
	got = probe_recv(p, reply, sizeof(reply), WAIT_MS);
	if (got < (long)(8 + 4 * n_want) || memcmp(reply, call, 4) != 0)
		return false;
	for (size_t i = 0; i < n_want; i++)
		if (probe_word(reply, 8 + 4 * i) != want[i])
			return false;
	return true;
}

/* Wrong headers, each answered as RFC 5531 section 9 says: failures. */
static unsigned
wrong_headers(const char *address)
{
	static const uint32_t mismatch[] = { 1, 0, 2, 2 }, badcred[] = { 1, 1,
		1 }, version[] = { 0, 0, 0, 2, 2, 4 }, procedure[] = { 0, 0, 0,
		3 }, fine[] = { 0, 0, 0, 0 };
	struct probe p = probe_open(address);
	uint8_t call[600];
	unsigned failures = 0;
	size_t n;

	n = call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
	probe_put(call, 8, 3);
	failures += !answered(&p, call, n, mismatch, ARRAY_LEN(mismatch));
	n = call_make(call, sizeof(call), 9, NULLPROC, NULL, NULL);
	failures += !answered(&p, call, n, version, ARRAY_LEN(version));
	n = call_make(call, sizeof(call), 4, 99, NULL, NULL);
	failures += !answered(&p, call, n, procedure, ARRAY_LEN(procedure));
	memset(call, 0, sizeof(call));
	call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
	probe_put(call, 24, 1);
	probe_put(call, 28, 404);
	failures += !answered(&p, call, 40 + 404, badcred,
	    ARRAY_LEN(badcred));
	n = call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
	failures += !answered(&p, call, n, fine, ARRAY_LEN(fine));
	probe_close(&p);
	return failures;
}

/* A record in fragments of 1 and 0 bytes: answered as any other. */
static bool
fragments_are_taken(void)
{
	struct probe p = probe_open(victim.tcp);
	uint8_t call[40], reply[64], mark[5];
	bool taken;

	call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
	for (int i = 0; i < 40; i++) {
		probe_put(mark, 0, 0);
		probe_send_raw(&p, mark, 4);
		probe_put(mark, 0, 1);
		mark[4] = call[i];
		probe_send_raw(&p, mark, 5);
	}
	probe_put(mark, 0, 0x80000000);
	probe_send_raw(&p, mark, 4);
	taken = probe_recv(&p, reply, sizeof(reply), WAIT_MS) == 24;
	probe_close(&p);
	return taken;
}

/* Datagrams that end early, each after a whole one: those executed. */
static unsigned
short_datagrams(void)
{
	struct probe p = probe_open(victim.udp);
	uint8_t call[600], reply[9000];
	unsigned executed = 0;

	for (size_t n = 0; n < 40; n += 4) {
		call_make(call, sizeof(call), 4, GETSTAT, NULL, NULL);
		probe_send(&p, call, 40);
		must(probe_recv(&p, reply, sizeof(reply), WAIT_MS) > 0,
		    "a whole datagram is answered");
		call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
		probe_send(&p, call, n);
		if (probe_recv(&p, reply, sizeof(reply), SILENCE_MS) >= 24 &&
		    probe_word(reply, 8) == 0 && probe_word(reply, 20) == 0)
			executed++;
	}
	probe_close(&p);
	return executed;
}

static int
put_mapping(struct oxdr_writer *w, const void *arg)
{
	return orpc_i_rpcb_mapping_xdr_put(w, arg);
}

static int
put_pmap(struct oxdr_writer *w, const void *arg)
{
	return orpc_i_pmap_mapping_xdr_put(w, arg);
}

static int
put_call_args(struct oxdr_writer *w, const void *arg)
{
	return orpc_i_rpcb_call_args_xdr_put(w, arg);
}

/* Registrations that make no sense: those answered TRUE. */
static unsigned
nonsense(void)
{
	static const orpc_i_rpcb_mapping bad[] = {
		{ 0x30000001, 1, (char *)"nosuchnet", (char *)"0.0.0.0.9.9",
		    (char *)"" },
		{ 0x30000001, 1, (char *)"tcp", (char *)"not an address",
		    (char *)"" },
		{ 0x30000001, 1, (char *)"tcp", (char *)"0.0.0.0.2.88",
		    (char *)"" },	/* port 600 */
	};
	static const orpc_i_pmap_mapping port = { 0x30000001, 1, 6, 65536 };
	static const uint32_t done[] = { 0, 0, 0, 0, 1 };
	struct probe p = probe_open(victim.local);
	uint8_t call[600];
	unsigned taken;
	size_t n;

	n = call_make(call, sizeof(call), 2, SET, put_pmap, &port);
	taken = answered(&p, call, n, done, ARRAY_LEN(done));
	/* Root may have port 600. */
	for (size_t i = 0; i < ARRAY_LEN(bad) - (geteuid() == 0); i++) {
		n = call_make(call, sizeof(call), 4, SET, put_mapping,
		    &bad[i]);
		taken += answered(&p, call, n, done, ARRAY_LEN(done));
	}
	probe_close(&p);
	return taken;
}

/* Milliseconds of a connection and a call. */
static double
visit_ms(const char *address)
{
	static const uint32_t fine[] = { 0, 0, 0, 0 };
	int64_t start = orpc_now_ns();
	struct probe p = probe_open(address);
	uint8_t call[40];

	call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
	must(answered(&p, call, 40, fine, ARRAY_LEN(fine)), "a good call");
	probe_close(&p);
	return (double)(orpc_now_ns() - start) / MS;
}

static void
slow_clients(void)
{
	struct probe slow = probe_open(victim.tcp), deaf = probe_open(victim.tcp);
	double worst = 0, ms;
	uint8_t call[40];

	probe_send_raw(&slow, "\x80", 1);
	fcntl(deaf.fd, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 100; i++) {
		call_make(call, sizeof(call), 4, DUMP, NULL, NULL);
		probe_send(&deaf, call, sizeof(call));
	}
	for (int i = 0; i < 50; i++) {
		ms = visit_ms(i % 2 ? victim.tcp : victim.local);
		worst = ms > worst ? ms : worst;
		usleep(5000);
	}
	figure("one slow writer, one that never reads: delay", worst, "ms",
	    50);
	probe_close(&slow);
	probe_close(&deaf);
}

void
torture_lies(void)
{
	double before, claimed;
	uint8_t call[64], reply[64];
	struct probe p, lies[30];

	visit_ms(victim.tcp);
	before = victim_rss();
	claimed = victim_claimed();
	for (int i = 0; i < 100; i++) {
		p = probe_open(victim.tcp);
		probe_put(call, 0, 0x84000000);
		probe_send_raw(&p, call, 4);
		probe_recv(&p, reply, sizeof(reply), WAIT_MS);
		probe_close(&p);
	}
	/* GETADDR with a netid of nearly 4 GiB (rpcbomb). */
	p = probe_open(victim.tcp);
	for (uint32_t i = 0; i < 100000; i++) {
		call_make(call, sizeof(call), 4, GETADDR, NULL, NULL);
		probe_put(call, 40, 7);
		probe_put(call, 44, 1);
		probe_put(call, 48, 0xffffffff - i % 7);
		probe_send(&p, call, 52);
		must(probe_recv(&p, reply, sizeof(reply), WAIT_MS) == 24,
		    "a bomb is answered");
	}
	probe_close(&p);
	for (int i = 0; i < 30; i++) {
		lies[i] = probe_open(victim.tcp);
		probe_put(call, 0, 0x81000000);
		probe_send_raw(&lies[i], call, 8);
	}
	visit_ms(victim.tcp);
	figure("64 MiB records, 100,000 bombs, 30 lies: growth",
	    (victim_rss() - before) / 1024, "MiB", 4);
	figure("  claimed", (victim_claimed() - claimed) / 1024, "MiB", 64);
	for (int i = 0; i < 30; i++)
		probe_close(&lies[i]);
}

void
torture_messages(void)
{
	figure("wrong headers answered otherwise than RFC 5531 says",
	    wrong_headers(victim.tcp) + wrong_headers(victim.udp) +
	    wrong_headers(victim.local), "", 0);
	figure("record in 41 empty and 40 short fragments: lost",
	    !fragments_are_taken(), "", 0);
	figure("datagrams that end early: executed", short_datagrams(), "", 0);
	figure("registrations that make no sense: taken", nonsense(), "", 0);
	slow_clients();
}

/* ---- Strangers -------------------------------------------------- */

static bool
file_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	fputs(text, f);
	return fclose(f) == 0;
}

static bool
interface_up(const char *name, const char *address)
{
	struct ifreq r = { .ifr_flags = 0 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool done = true;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (address) {
		inet_pton(AF_INET, address, &in.sin_addr);
		memcpy(&r.ifr_addr, &in, sizeof(in));
		done = ioctl(fd, SIOCSIFADDR, &r) == 0;
	}
	r.ifr_flags = IFF_UP | IFF_RUNNING;
	done = done && ioctl(fd, SIOCSIFFLAGS, &r) == 0;
	close(fd);
	return done;
}

bool
strangers_make(void)
{
	char map[40];

	snprintf(map, sizeof(map), "1000 %u 1", (unsigned)geteuid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
	    file_write("/proc/self/uid_map", map) &&
	    interface_up("lo", NULL) && interface_up("lo:1", "10.77.0.1");
}

static const orpc_i_pmap_mapping a_port = { 0x20000000, 1, 6, 777 };
static const orpc_i_rpcb_mapping a_mapping = { 0x20000000, 1, (char *)"tcp",
	(char *)"0.0.0.0.9.9", (char *)"" };
static const orpc_i_rpcb_call_args to_program = { 0x20000000, 1, 1,
	{ 0, NULL } };
static const orpc_i_rpcb_call_args to_binder = { BINDER, 4, DUMP,
	{ 0, NULL } };

/* What a stranger asks; serves: a success is one too many. */
static const struct question {
	uint32_t version, procedure;
	int (*put)(struct oxdr_writer *w, const void *arg);
	const void *arg;
	bool serves;
} questions[] = {
	{ 2, NULLPROC, NULL, NULL, false },
	{ 2, GETADDR, put_pmap, &a_port, false },
	{ 2, DUMP, NULL, NULL, false },
	{ 3, GETADDR, put_mapping, &a_mapping, false },
	{ 3, DUMP, NULL, NULL, false },
	{ 4, DUMP, NULL, NULL, false },
	{ 4, GETADDRLIST, put_mapping, &a_mapping, false },
	{ 4, GETSTAT, NULL, NULL, false },
	{ 2, CALLIT, put_call_args, &to_program, true },
	{ 2, CALLIT, put_call_args, &to_binder, true },
	{ 3, CALLIT, put_call_args, &to_program, true },
	{ 4, CALLIT, put_call_args, &to_binder, true },
	{ 4, INDIRECT, put_call_args, &to_program, true },
	{ 4, INDIRECT, put_call_args, &to_binder, true },
	{ 2, SET, put_pmap, &a_port, true },
	{ 4, SET, put_mapping, &a_mapping, true },
	{ 2, UNSET, put_pmap, &a_port, true },
	{ 4, UNSET, put_mapping, &a_mapping, true },
};

/* Asks all; the worst answer over its question. */
static double
strangers_ask(const char *address, unsigned *served)
{
	struct probe p = probe_open(address);
	uint8_t call[600];
	uint8_t *reply = malloc(4 << 20);
	double worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		const struct question *q = &questions[i];
		size_t n = call_make(call, sizeof(call), q->version,
		    q->procedure, q->put, q->arg);
		long got;

		probe_send(&p, call, n);
		got = probe_recv(&p, reply, 4 << 20, q->procedure == CALLIT ?
		    SILENCE_MS : WAIT_MS);
		if ((double)got / (double)n > worst)
			worst = (double)got / (double)n;
		if (q->serves && got >= 24 && probe_word(reply, 8) == 0 &&
		    probe_word(reply, 20) == 0 && (q->procedure >= CALLIT ||
		    probe_word(reply, 24)))
			++*served;
	}
	free(reply);
	probe_close(&p);
	return worst;
}

void
torture_strangers(void)
{
	unsigned served = 0;

	figure("UDP answer to a stranger over its question",
	    strangers_ask(victim.far_udp, &served), "times", 3);
	strangers_ask(victim.far_tcp, &served);
	figure("indirect calls, SET, UNSET for strangers: done", served, "",
	    0);
}

/* ---- Crowds -------------------------------------------------- */

#define CROWD 1000u

static double
call_ms(const struct probe *p)
{
	static const uint32_t fine[] = { 0, 0, 0, 0 };
	int64_t start = orpc_now_ns();
	uint8_t call[40];

	call_make(call, sizeof(call), 4, NULLPROC, NULL, NULL);
	must(answered(p, call, 40, fine, ARRAY_LEN(fine)),
	    "a connected client is served");
	return (double)(orpc_now_ns() - start) / MS;
}

void
torture_full_table(void)
{
	static int crowd[CROWD];
	struct probe good = probe_open(victim.tcp), p;
	double worst = 0, worst_new = 0, ms, cpu;
	int64_t start;

	call_ms(&good);
	for (size_t i = 0; i < CROWD; i++) {
		p = probe_open(victim.tcp);
		crowd[i] = p.fd;
	}
	usleep(700000);
	cpu = victim_cpu_ms();
	start = orpc_now_ns();
	for (int i = 0; i < 40; i++) {
		ms = call_ms(&good);
		worst = ms > worst ? ms : worst;
		ms = visit_ms(victim.tcp);
		worst_new = ms > worst_new ? ms : worst_new;
		usleep(50000);
	}
	figure("full descriptor table: CPU", (victim_cpu_ms() - cpu) * 100 /
	    ((double)(orpc_now_ns() - start) / MS), "%", 5);
	figure("full descriptor table: a connected client's call", worst,
	    "ms", 50);
	figure("full descriptor table: a new client's first call",
	    worst_new, "ms", 1000);
	for (size_t i = 0; i < CROWD; i++)
		close(crowd[i]);
	figure("and back again: a new client's first call", visit_ms(victim.tcp),
	    "ms", 1000);
	probe_close(&good);
}
