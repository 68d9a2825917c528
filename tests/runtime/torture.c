/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a server of ours endures, in figures: `make torture`.  The server is a
 * process of its own; each ordeal is measured from outside, printed beside
 * its goal, and the exit status is 1 when one was missed.
 */
#include "tests/runtime/served.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <orpc/loop.h>

#define MS INT64_C(1000000)
#define N_DRIPPING 10000

static struct victim {
	pid_t pid;
	int hold;		/* closed: it stops */
	struct served s;	/* its addresses */
} v;

static bool missed;

static void
figure(const char *what, double got, const char *unit, double goal)
{
	bool ok = got <= goal;

	printf("%-52s %9.1f %-6s goal %7.1f  %s\n", what, got, unit, goal,
	    ok ? "ok" : "MISSED");
	fflush(stdout);
	missed = missed || !ok;
}

static void
nap_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* ---- The victim -------------------------------------------------------------- */

static void
victim_run(int report, int hold, rlim_t n_files)
{
	struct orpc_server_options options = {
		.max_record_bytes = 16 << 20
	};
	struct rlimit stack = { 256 << 10, 256 << 10 };
	struct rlimit limit;
	static struct served s;
	char byte;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = n_files < limit.rlim_max ? n_files : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	/* What recurses along a message falls off a stack of 256 KiB. */
	setrlimit(RLIMIT_STACK, &stack);
	served_start(&s, &options);
	if (write(report, &s, sizeof(s)) != (ssize_t)sizeof(s))
		_exit(1);
	if (read(hold, &byte, 1) != 0)
		_exit(1);
	served_stop(&s);
	_exit(0);
}

static void
victim_start(rlim_t n_files)
{
	int report[2], hold[2];

	if (pipe(report) || pipe(hold))
		exit(2);
	v.pid = fork();
	if (v.pid == 0) {
		close(report[0]);
		close(hold[1]);
		victim_run(report[1], hold[0], n_files);
	}
	close(report[1]);
	close(hold[0]);
	v.hold = hold[1];
	if (read(report[0], &v.s, sizeof(v.s)) != (ssize_t)sizeof(v.s)) {
		fprintf(stderr, "torture: the server did not start\n");
		exit(2);
	}
	close(report[0]);
}

static void
victim_stop(void)
{
	int status = 0;

	close(v.hold);
	waitpid(v.pid, &status, 0);
	figure("server ended in order (status)", status, "", 0);
}

static double
victim_rss_kib(void)
{
	unsigned long size, resident = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)v.pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%lu %lu", &size, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1024;
}

static double
victim_cpu_ms(void)
{
	unsigned long user = 0, system = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)v.pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u "
	    "%*u %*u %*u %lu %lu", &user, &system) != 2)
		user = system = 0;
	if (f)
		fclose(f);
	return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

/* ---- Good clients ------------------------------------------------------------- */

/* Milliseconds of one call. */
static double
call_ms(const struct probe *p)
{
	static uint32_t xid = 1000;
	int64_t start = orpc_now_ns();

	probe_ask(p, xid++, SERVED_SLEEP, 0);
	return (double)(orpc_now_ns() - start) / MS;
}

/* Milliseconds of a connection and its first call. */
static double
visit_ms(const char *address)
{
	int64_t start = orpc_now_ns();
	struct probe p = probe_open(address);

	call_ms(&p);
	probe_close(&p);
	return (double)(orpc_now_ns() - start) / MS;
}

/* ---- Ordeals -------------------------------------------------------------------- */

static void
one_slow_client(void)
{
	struct probe slow = probe_open(v.s.tcp), deaf = probe_open(v.s.tcp);
	uint8_t call[64];
	double worst = 0, ms;

	probe_send_raw(&slow, "\x80", 1);
	fcntl(deaf.fd, F_SETFL, O_NONBLOCK);
	for (uint32_t i = 0; i < 5000; i++)
		probe_send(&deaf, call, probe_call_u32(call, i, SERVED_LARGE,
		    30000));
	for (int i = 0; i < 50; i++) {
		ms = visit_ms(i % 2 ? v.s.tcp : v.s.local);
		worst = ms > worst ? ms : worst;
		nap_ms(5);
	}
	figure("one slow writer, one that never reads: delay", worst, "ms",
	    50);
	probe_close(&slow);
	probe_close(&deaf);
}

static struct probe crowd[N_DRIPPING];

static void
idle_and_dripping(void)
{
	double before = victim_rss_kib(), worst = 0, ms, cpu;
	int64_t start = orpc_now_ns();
	struct probe good;
	int n = 0;

	for (; n < N_DRIPPING; n++)
		crowd[n] = probe_open(v.s.tcp);
	good = probe_open(v.s.tcp);
	call_ms(&good);
	printf("%-52s %9.1f ms\n", "10,000 connections opened in",
	    (double)(orpc_now_ns() - start) / MS);
	figure("memory of an idle connection",
	    (victim_rss_kib() - before) * 1024 / N_DRIPPING, "bytes", 400);
	cpu = victim_cpu_ms();
	nap_ms(2000);
	figure("10,000 idle connections: CPU", (victim_cpu_ms() - cpu) / 20,
	    "%", 0.5);
	for (int i = 0; i < n; i++)
		probe_send_raw(&crowd[i], "\x80\0\x10\0", 4);
	for (int round = 0; round < 5; round++)
		for (int i = 0; i < n; i++) {
			probe_send_raw(&crowd[i], "x", 1);
			if (i % 500)
				continue;
			ms = i % 1000 ? call_ms(&good) : visit_ms(v.s.tcp);
			worst = ms > worst ? ms : worst;
		}
	figure("10,000 dripping connections: worst good call", worst, "ms",
	    250);
	figure("memory of a dripping connection",
	    (victim_rss_kib() - before) / N_DRIPPING, "KiB", 4);
	for (int i = 0; i < n; i++)
		probe_close(&crowd[i]);
	probe_close(&good);
}

static void
lies_and_bombs(void)
{
	double before;
	uint8_t call[64], reply[64];
	struct probe p, lies[30];

	visit_ms(v.s.tcp);
	before = victim_rss_kib();
	for (int i = 0; i < 100; i++) {
		p = probe_open(v.s.tcp);
		probe_put(call, 0, 0x84000000);
		probe_send_raw(&p, call, 4);
		probe_recv(&p, reply, sizeof(reply), 5000);
		probe_close(&p);
	}
	p = probe_open(v.s.tcp);
	for (uint32_t i = 0; i < 100000; i++) {
		probe_call(call, i, SERVED_LOW, SERVED_ECHO);
		probe_put(call, 40, 0xffffffff - i % 7);
		probe_send(&p, call, 44);
		if (probe_recv(&p, reply, sizeof(reply), 5000) != 24)
			missed = true;
	}
	probe_close(&p);
	for (int i = 0; i < 30; i++) {
		lies[i] = probe_open(v.s.tcp);
		probe_put(call, 0, 0x81000000);
		probe_send_raw(&lies[i], call, 8);
	}
	visit_ms(v.s.tcp);
	figure("64 MiB records, 100,000 bombs, 30 lies: growth",
	    (victim_rss_kib() - before) / 1024, "MiB", 4);
	for (int i = 0; i < 30; i++)
		probe_close(&lies[i]);
}

static void
long_list(void)
{
	const uint32_t n = 1000000;
	uint8_t *call = calloc(1, 44 + (size_t)n * 8);
	struct probe p = probe_open(v.s.tcp);
	uint8_t reply[64];
	double got = 0;

	probe_call(call, 1, SERVED_LOW, SERVED_LIST);
	for (uint32_t i = 0; i < n; i++)
		probe_put(call, 40 + (size_t)i * 8, 1);
	probe_send(&p, call, 44 + (size_t)n * 8);
	if (probe_recv(&p, reply, sizeof(reply), 10000) == 28)
		got = probe_word(reply, 24);
	figure("linked list of 1,000,000, 256 KiB of stack: unread",
	    (double)n - got, "nodes", 0);
	probe_close(&p);
	free(call);
}

static void
retransmissions(void)
{
	struct probe p = probe_open(v.s.udp);
	uint32_t first = probe_ask(&p, 1, SERVED_COUNT, 1), last;

	for (int i = 0; i < 4; i++)
		probe_ask(&p, 1, SERVED_COUNT, 1);
	for (uint32_t i = 0; i < 500; i++)
		probe_ask(&p, 100 + i, SERVED_COUNT, 0);
	probe_ask(&p, 1, SERVED_COUNT, 1);
	last = probe_ask(&p, 9999, SERVED_COUNT, 0);
	figure("UDP call sent 5 times, and after 500 others: runs",
	    last - first + 1, "", 1);
	probe_close(&p);
}

/* Connects, or is turned away, without complaint. */
static void
crowd_join(size_t i)
{
	struct orpc_addr addr;
	struct sockaddr_in in = { .sin_family = AF_INET };

	orpc_addr_parse(v.s.tcp, &addr);
	in.sin_port = htons(addr.port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	crowd[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	connect(crowd[i].fd, (struct sockaddr *)&in, sizeof(in));
}

static void
full_table(void)
{
	struct probe good = probe_open(v.s.tcp);
	double worst = 0, worst_new = 0, ms, cpu;
	int64_t start;

	call_ms(&good);
	for (size_t i = 0; i < 1000; i++)
		crowd_join(i);
	nap_ms(700);
	cpu = victim_cpu_ms();
	start = orpc_now_ns();
	for (int i = 0; i < 40; i++) {
		ms = call_ms(&good);
		worst = ms > worst ? ms : worst;
		ms = visit_ms(v.s.tcp);
		worst_new = ms > worst_new ? ms : worst_new;
		nap_ms(50);
	}
	figure("full descriptor table: CPU", (victim_cpu_ms() - cpu) * 100 /
	    ((double)(orpc_now_ns() - start) / MS), "%", 5);
	figure("full descriptor table: a connected client's call", worst,
	    "ms", 50);
	figure("full descriptor table: a new client's first call",
	    worst_new, "ms", 1000);
	for (size_t i = 0; i < 1000; i++)
		probe_close(&crowd[i]);
	figure("and back again: a new client's first call",
	    visit_ms(v.s.tcp), "ms", 1000);
	probe_close(&good);
}

int
main(void)
{
	struct rlimit limit;

	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < N_DRIPPING + 100) {
		fprintf(stderr, "torture: needs %d descriptors (ulimit -Hn)\n",
		    N_DRIPPING + 100);
		return 77;
	}
	victim_start(N_DRIPPING + 100);
	retransmissions();
	long_list();
	one_slow_client();
	lies_and_bombs();
	victim_stop();
	victim_start(N_DRIPPING + 100);
	visit_ms(v.s.tcp);
	idle_and_dripping();
	victim_stop();
	victim_start(256);
	full_table();
	victim_stop();
	return missed;
}
