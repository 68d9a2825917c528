/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What our binder endures, in figures: part of `make torture`.  orpcbind is a
 * process of its own; each ordeal is measured from outside and printed beside
 * its goal, and the exit status is 1 when one was missed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <orpc/binder.h>
#include <orpc/client.h>

#include "runtime/bind/rpcb.h"

#define NS_PER_US 1e3
#define LOOKUPS 2000
#define FIRST 0x20000000u

static struct {
	pid_t pid;
	char dir[40];
	char local[80];
	char journal[80];
	char tcp[64];
} v = { .dir = "/tmp/orpc-torture-XXXXXX" };

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
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "torture: %s\n", what);
	if (v.pid > 0)
		kill(v.pid, SIGKILL);
	exit(2);
}

/* ---- The victim ------------------------------------------------------------------ */

static void
victim_run(int report)
{
	struct orpc_binder_options options = { .journal = v.journal,
		.max_per_owner = UINT32_MAX };
	struct orpc_binder *binder;
	char text[300];
	struct orpc_addr addr = { .port = 0 };
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (orpc_binder_open(&options, &binder, NULL) ||
	    orpc_binder_listen(binder, v.local, NULL) ||
	    orpc_binder_listen(binder, "tcp://127.0.0.1:0", NULL) ||
	    orpc_binder_address(binder, 1, text, sizeof(text)) < 0 ||
	    orpc_addr_parse(text, &addr))
		_exit(1);
	if (write(report, &addr.port, sizeof(addr.port)) < 0)
		_exit(1);
	orpc_binder_run(binder);
	_exit(0);
}

static void
victim_start(void)
{
	int report[2];
	uint16_t port;

	must(pipe(report) == 0, "pipe");
	v.pid = fork();
	if (v.pid == 0)
		victim_run(report[1]);
	close(report[1]);
	must(read(report[0], &port, sizeof(port)) == sizeof(port),
	    "the binder does not start");
	close(report[0]);
	snprintf(v.tcp, sizeof(v.tcp), "tcp://127.0.0.1:%u", port);
}

static void
victim_kill(void)
{
	kill(v.pid, SIGKILL);
	waitpid(v.pid, NULL, 0);
}

/* Resident memory in KiB. */
static double
victim_rss(void)
{
	char path[40], line[200];
	long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)v.pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return (double)kib;
}

static struct orpc_client *
connect_to(const char *address)
{
	struct orpc_client *c;

	must(orpc_client_open(address, &orpc_i_rpcb_v4_program, NULL, &c,
	    NULL) == 0, "can't connect");
	return c;
}

/* ---- Questions -------------------------------------------------------------------- */

static bool
set(struct orpc_client *c, struct orpc_call *call, uint32_t program,
    const char *addr)
{
	orpc_i_rpcb_mapping m = { FIRST + program, 1, (char *)"tcp",
	    (char *)(uintptr_t)addr, (char *)"" };
	bool done = false;

	return orpc_i_rpcb_v4_set(c, call, &m, &done) == 0 && done;
}

static bool
is_there(struct orpc_client *c, struct orpc_call *call, uint32_t program)
{
	orpc_i_rpcb_mapping m = { FIRST + program, 1, (char *)"tcp",
	    (char *)"", (char *)"" };
	char *text;

	must(orpc_i_rpcb_v4_getaddr(c, call, &m, &text) == 0, "a look-up");
	return *text;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Half of the look-ups take less, in microseconds. */
static double
median_lookup(uint32_t programs)
{
	static double us[LOOKUPS];
	struct orpc_client *c = connect_to(v.tcp);
	struct orpc_call call = { .flags = 0 };

	for (uint32_t i = 0; i < LOOKUPS; i++) {
		int64_t began = orpc_now_ns();

		must(is_there(c, &call, i * 7919 % programs), "registered");
		us[i] = (double)(orpc_now_ns() - began) / NS_PER_US;
	}
	qsort(us, LOOKUPS, sizeof(us[0]), by_value);
	orpc_call_fini(&call);
	orpc_client_close(c);
	return us[LOOKUPS / 2];
}

/* ---- Ordeals ------------------------------------------------------------------------ */

struct many {
	struct orpc_loop *loop;
	struct orpc_call calls[64];
	uint32_t next, end, failed, open;
	struct orpc_client *client;
};

static void many_start(struct many *m, struct orpc_call *call);

static void
many_done(struct orpc_call *call, int result, const bool *out, void *ctx)
{
	struct many *m = ctx;

	m->open--;
	m->failed += result || !*out;
	many_start(m, call);
	if (!m->open)
		orpc_loop_stop(m->loop);
}

static void
many_start(struct many *m, struct orpc_call *call)
{
	orpc_i_rpcb_mapping arg = { FIRST + m->next, 1, (char *)"tcp",
	    (char *)"127.0.0.1.9.9", (char *)"" };

	if (m->next == m->end)
		return;
	m->next++;
	m->open++;
	must(orpc_i_rpcb_v4_set_async(m->client, call, &arg, many_done, m) ==
	    0, "set");
}

/* Registers programs [from, to), many at a time: they share syncs. */
static void
register_many(uint32_t from, uint32_t to)
{
	static struct many m;
	struct orpc_client_options options = { .call_timeout_ms = 60000 };

	memset(&m, 0, sizeof(m));
	m.next = from;
	m.end = to;
	must(orpc_loop_new(&m.loop) == 0, "loop");
	options.loop = m.loop;
	must(orpc_client_start(v.local, &orpc_i_rpcb_v4_program, &options,
	    &m.client) == 0, "client");
	for (int i = 0; i < 64; i++)
		many_start(&m, &m.calls[i]);
	orpc_loop_run(m.loop);
	for (int i = 0; i < 64; i++)
		orpc_call_fini(&m.calls[i]);
	orpc_client_close(m.client);
	orpc_loop_turn(m.loop, 0);
	orpc_loop_free(m.loop);
	must(m.failed == 0, "a registration was refused");
}

static void
ask_for_nothing(void)
{
	struct orpc_client *c = connect_to(v.tcp);
	struct orpc_call call = { .flags = 0 };
	double before;

	for (uint32_t i = 0; i < 2000; i++)
		is_there(c, &call, 0x1000000 + i);
	before = victim_rss();
	for (uint32_t i = 0; i < 50000; i++)
		is_there(c, &call, 0x1000000 + i);
	figure("50,000 look-ups of nothing: growth",
	    victim_rss() - before, "KiB", 1024);
	orpc_call_fini(&call);
	orpc_client_close(c);
}

static void
register_junk(void)
{
	static char junk[8193];
	struct orpc_client *c = connect_to(v.local);
	struct orpc_call call = { .flags = 0 };
	double before = victim_rss();
	unsigned taken = 0;

	memset(junk, 'j', 8192);
	for (uint32_t i = 0; i < 2000; i++)
		taken += set(c, &call, 0x2000000 + i, junk);
	figure("2,000 junk registrations of 8 KiB: taken", taken, "", 0);
	figure("2,000 junk registrations of 8 KiB: growth",
	    victim_rss() - before, "KiB", 1024);
	orpc_call_fini(&call);
	orpc_client_close(c);
}

static void
kill_it(uint32_t programs)
{
	struct orpc_call call = { .flags = 0 };
	struct orpc_client *c;
	unsigned lost = 0;

	victim_kill();
	victim_start();
	c = connect_to(v.tcp);
	for (uint32_t i = 0; i < programs; i++)
		lost += !is_there(c, &call, i);
	figure("registrations lost by kill -9", lost, "", 0);
	orpc_call_fini(&call);
	orpc_client_close(c);
}

/* Many connections that drip a byte; a good caller beside them. */
static void
hold_connections(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct rlimit limit;
	struct orpc_addr addr;
	double before = victim_rss(), worst = 0, us;
	struct orpc_client *c;
	struct orpc_call call = { .flags = 0 };
	int n = 10000, *fds;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if ((rlim_t)n + 200 > limit.rlim_cur)
		n = (int)limit.rlim_cur - 200;
	must(orpc_addr_parse(v.tcp, &addr) == 0, "address");
	to.sin_port = htons(addr.port);
	fds = calloc((size_t)n, sizeof(*fds));
	for (int i = 0; i < n; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM, 0);
		must(connect(fds[i], (struct sockaddr *)&to, sizeof(to)) ==
		    0 && send(fds[i], "\x80", 1, MSG_NOSIGNAL) == 1,
		    "a connection");
	}
	c = connect_to(v.tcp);
	for (uint32_t i = 0; i < LOOKUPS; i++) {
		int64_t began = orpc_now_ns();

		is_there(c, &call, i);
		us = (double)(orpc_now_ns() - began) / NS_PER_US;
		worst = us > worst ? us : worst;
	}
	printf("%d dripping connections\n", n);
	figure("  worst look-up beside them", worst / 1000, "ms", 250);
	figure("  memory of each", (victim_rss() - before) / n * 1024,
	    "bytes", 4096);
	orpc_call_fini(&call);
	orpc_client_close(c);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	free(fds);
}

int
main(void)
{
	double few, many;

	must(mkdtemp(v.dir) != NULL, "mkdtemp");
	snprintf(v.local, sizeof(v.local), "unix:%s/bind", v.dir);
	snprintf(v.journal, sizeof(v.journal), "%s/journal", v.dir);
	signal(SIGPIPE, SIG_IGN);
	victim_start();
	register_many(0, 10);
	few = median_lookup(10);
	register_many(10, 10000);
	many = median_lookup(10000);
	printf("median look-up with 10 programs: %.1f us, with 10,000: "
	    "%.1f us\n", few, many);
	figure("look-up with 10,000 programs over 10", many / few, "times",
	    1.5);
	ask_for_nothing();
	register_junk();
	kill_it(10000);
	hold_connections();
	victim_kill();
	unlink(v.journal);
	unlink(v.local + 5);
	rmdir(v.dir);
	return missed;
}
