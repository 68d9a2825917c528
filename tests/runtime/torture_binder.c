/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What our binder endures, in figures: part of `make torture`.  orpcbind is a
 * process of its own; each ordeal is measured from outside and printed beside
 * its goal, and the exit status is 1 when one was missed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <orpc/binder.h>
#include <orpc/client.h>

#include "runtime/bind/pmap.h"
#include "runtime/bind/rpcb.h"
#include "runtime/binder/confine.h"
#include "tests/runtime/served.h"
#include "tests/runtime/torture_binder.h"

#define NS_PER_US 1e3
#define LOOKUPS 2000
#define FIRST 0x20000000u
#define STRANGER "10.77.0.1"

struct victim victim = { .dir = "/tmp/orpc-torture-XXXXXX" };

static bool missed, have_strangers;

void
figure(const char *what, double got, const char *unit, double goal)
{
	bool ok = got <= goal;

	printf("%-52s %9.1f %-6s goal %7.1f  %s\n", what, got, unit, goal,
	    ok ? "ok" : "MISSED");
	fflush(stdout);
	missed = missed || !ok;
}

void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "torture: %s\n", what);
	if (victim.pid > 0)
		kill(victim.pid, SIGKILL);
	exit(2);
}

/* ---- The victim -------------------------------------------------- */

/* Confined as orpcbind is, and dead where orpcbind would be refused. */
static void
victim_confine(void)
{
	char error[100];

	if (confine_is_built() && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    confine(CONFINE_KILL, true, error, sizeof(error))))
		_exit(1);
}

static bool
listens(struct orpc_binder *binder, const char *address, size_t i,
    uint16_t *out_port)
{
	struct orpc_addr addr = { .port = 0 };
	char text[300];

	if (orpc_binder_listen(binder, address, NULL) ||
	    orpc_binder_address(binder, i, text, sizeof(text)) < 0 ||
	    orpc_addr_parse(text, &addr))
		return false;
	*out_port = addr.port;
	return true;
}

static void
victim_run(int report, rlim_t n_files)
{
	struct orpc_binder_options options = { .journal = victim.journal,
		.max_per_owner = UINT32_MAX };
	struct orpc_binder *binder;
	uint16_t ports[3];
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = n_files ? n_files : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (orpc_binder_open(&options, &binder, NULL) ||
	    !listens(binder, victim.local, 0, &ports[0]) ||
	    !listens(binder, "tcp://0.0.0.0:0", 1, &ports[1]) ||
	    !listens(binder, "udp://0.0.0.0:0", 2, &ports[2]))
		_exit(1);
	if (write(report, ports, sizeof(ports)) < 0)
		_exit(1);
	victim_confine();
	orpc_binder_run(binder);
	_exit(0);
}

void
victim_start(unsigned n_files)
{
	int report[2];
	uint16_t ports[3];

	must(pipe(report) == 0, "pipe");
	victim.pid = fork();
	if (victim.pid == 0)
		victim_run(report[1], n_files);
	close(report[1]);
	must(read(report[0], ports, sizeof(ports)) == sizeof(ports),
	    "the binder does not start");
	close(report[0]);
	snprintf(victim.tcp, sizeof(victim.tcp), "tcp://127.0.0.1:%u", ports[1]);
	snprintf(victim.udp, sizeof(victim.udp), "udp://127.0.0.1:%u", ports[2]);
	if (have_strangers) {
		snprintf(victim.far_tcp, sizeof(victim.far_tcp), "tcp://" STRANGER
		    ":%u", ports[1]);
		snprintf(victim.far_udp, sizeof(victim.far_udp), "udp://" STRANGER
		    ":%u", ports[2]);
	}
}

void
victim_kill(void)
{
	kill(victim.pid, SIGKILL);
	waitpid(victim.pid, NULL, 0);
}

/* A line of /proc/PID/status that is a size. */
static double
victim_size(const char *format)
{
	char path[40], line[200];
	long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)victim.pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, format, strlen(format))) {
			kib = strtol(line + strlen(format), NULL, 10);
			break;
		}
	if (f)
		fclose(f);
	return (double)kib;
}

double
victim_rss(void)
{
	return victim_size("VmRSS:");
}

double
victim_claimed(void)
{
	return victim_size("VmPeak:");
}

double
victim_cpu_ms(void)
{
	unsigned long user = 0, system = 0;
	char path[40], text[1024] = "", *at;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)victim.pid);
	f = fopen(path, "r");
	if (f) {
		must(fread(text, 1, sizeof(text) - 1, f) > 0, "/proc");
		fclose(f);
	}
	at = strrchr(text, ')');
	must(at && sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
	    "%*u %lu %lu", &user, &system) == 2, "/proc/PID/stat");
	return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static struct orpc_client *
connect_to(const char *address)
{
	struct orpc_client *c;

	must(orpc_client_open(address, &orpc_i_rpcb_v4_program, NULL, &c,
	    NULL) == 0, "can't connect");
	return c;
}

/* ---- Questions -------------------------------------------------- */

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

/* The same by the portmapper's version, which names the transport: a unix
 * socket's GETADDR only finds what is on unix sockets. */
static bool
has_port(struct orpc_client *c, struct orpc_call *call, uint32_t program)
{
	orpc_i_pmap_mapping m = { FIRST + program, 1, 6, 0 };
	uint32_t port;

	must(orpc_i_pmap_v2_getport(c, call, &m, &port) == 0, "a look-up");
	return port != 0;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Half of the look-ups take less, in microseconds. */
static double
median_lookup(const char *address, uint32_t programs)
{
	static double us[LOOKUPS];
	struct orpc_call call = { .flags = 0 };
	struct orpc_client *c;

	must(orpc_client_open(address, &orpc_i_pmap_v2_program, NULL, &c,
	    NULL) == 0, "can't connect");
	for (uint32_t i = 0; i < LOOKUPS; i++) {
		int64_t began = orpc_now_ns();

		must(has_port(c, &call, i * 7919 % programs), "registered");
		us[i] = (double)(orpc_now_ns() - began) / NS_PER_US;
	}
	qsort(us, LOOKUPS, sizeof(us[0]), by_value);
	orpc_call_fini(&call);
	orpc_client_close(c);
	return us[LOOKUPS / 2];
}

/* ---- Ordeals -------------------------------------------------- */

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
	must(orpc_client_start(victim.local, &orpc_i_rpcb_v4_program, &options,
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
	struct orpc_client *c = connect_to(victim.tcp);
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
	struct orpc_client *c = connect_to(victim.local);
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
	victim_start(0);
	c = connect_to(victim.tcp);
	for (uint32_t i = 0; i < programs; i++)
		lost += !is_there(c, &call, i);
	figure("registrations lost by kill -9", lost, "", 0);
	orpc_call_fini(&call);
	orpc_client_close(c);
}

/* A connection with a byte that begins a record. */
static int
drip_open(const char *address)
{
	struct probe p = probe_open(address);

	must(send(p.fd, "\x80", 1, MSG_NOSIGNAL) == 1, "a connection");
	return p.fd;
}

/* Many connections that drip a byte; a good caller beside them. */
static void
hold_connections(const char *address, const char *good)
{
	struct rlimit limit;
	double before = victim_rss(), worst = 0, us;
	struct orpc_client *c;
	struct orpc_call call = { .flags = 0 };
	int n = 10000, *fds;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if ((rlim_t)n + 200 > limit.rlim_cur)
		n = (int)limit.rlim_cur - 200;
	fds = calloc((size_t)n, sizeof(*fds));
	for (int i = 0; i < n; i++)
		fds[i] = drip_open(address);
	c = connect_to(good);
	for (uint32_t i = 0; i < LOOKUPS; i++) {
		int64_t began = orpc_now_ns();

		is_there(c, &call, i);
		us = (double)(orpc_now_ns() - began) / NS_PER_US;
		worst = us > worst ? us : worst;
	}
	printf("%d dripping connections over %.4s\n", n, address);
	figure("  worst look-up beside them", worst / 1000, "ms", 250);
	figure("  memory of each", (victim_rss() - before) / n * 1024,
	    "bytes", 4096);
	orpc_call_fini(&call);
	orpc_client_close(c);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	free(fds);
}

/* Look-ups among few and among many programs. */
static void
fill_it(void)
{
	const char *const ways[] = { victim.tcp, victim.local };
	double few[2], many[2];

	register_many(0, 10);
	for (int i = 0; i < 2; i++)
		few[i] = median_lookup(ways[i], 10);
	register_many(10, 10000);
	for (int i = 0; i < 2; i++) {
		many[i] = median_lookup(ways[i], 10000);
		printf("median look-up over %.4s with 10 programs: %.1f us, "
		    "with 10,000: %.1f us\n", ways[i], few[i], many[i]);
		figure("  with 10,000 programs over 10", many[i] / few[i],
		    "times", 1.5);
	}
}

int
main(void)
{
	have_strangers = strangers_make();
	must(mkdtemp(victim.dir) != NULL, "mkdtemp");
	snprintf(victim.local, sizeof(victim.local), "unix:%s/bind", victim.dir);
	snprintf(victim.journal, sizeof(victim.journal), "%s/journal", victim.dir);
	signal(SIGPIPE, SIG_IGN);
	victim_start(0);
	fill_it();
	ask_for_nothing();
	register_junk();
	kill_it(10000);
	torture_lies();
	hold_connections(victim.tcp, victim.local);
	victim_kill();
	victim_start(0);
	hold_connections(victim.local, victim.tcp);
	torture_messages();
	if (have_strangers)
		torture_strangers();
	else
		puts("strangers: not measured, namespaces are forbidden");
	victim_kill();
	victim_start(256);
	torture_full_table();
	victim_kill();
	unlink(victim.journal);
	unlink(victim.local + 5);
	rmdir(victim.dir);
	return missed;
}
