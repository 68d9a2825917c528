/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The history of a counter service under a proxy that does to its traffic
 * what networks do.  Concurrent clients write down what they were told of
 * each call, the server what it did.  Then no acknowledged call may be
 * missing, none may have run twice, and one that a client was sure about must
 * be as it said.
 *
 * ORPC_SOAK_SECONDS runs each of the four histories so long, in rounds that
 * are proven and told one by one (make soak: an hour in all); ORPC_SOAK_SEED
 * repeats a run.
 */
#include "tests/lib/test.h"

#include <orpc/client.h>
#include <orpc/server.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "runtime/io/addr.h"
#include "tests/lib/proxy.h"
#include "xdr/base.h"

#define N_CLIENTS 6
#define N_OPS (1u << 20)
/* Rounds of a long history; the replay cache keeps a call that long. */
#define ROUND_SECONDS 60
#define KEPT_NS (INT64_C(120) * 1000000000)

/* What a client was told about a call. */
enum told { TOLD_NOTHING, TOLD_DONE, TOLD_NOT_DONE, TOLD_MAYBE };

/* ---- The service ----------------------------------------------------------- */

static const struct oxdr_type type_u32 = {
	.name = "u32", .kind = OXDR_UINT, .align = 4, .size = 4,
	.flags = OXDR_TYPE_FLAT, .wire_min = 4, .wire_max = 4
};
static const struct orpc_proc procs[] = {
	{ .number = 1, .name = "DO", .arg = &type_u32, .res = &type_u32 },
};
static const struct orpc_program program = {
	.name = "HISTORY", .version_name = "V1", .number = 0x20000888,
	.version = 1, .procs = procs, .n_procs = 1
};

static struct history {
	atomic_uchar ran[N_OPS];	/* the server's: how often */
	uint8_t told[N_OPS];		/* the clients' */
	atomic_uint next_op;
	atomic_uint next_number;
	atomic_bool over;
	uint64_t seed;
	char address[64];
	bool datagrams;
	bool stood_still;		/* longer than calls are kept */
	int64_t end_ns;
} h;

/* Of all rounds of all histories. */
static struct {
	unsigned begun;
	unsigned proven;
	unsigned stood_still;
	unsigned long long calls;
	unsigned long long ran;
	unsigned long long told[4];
} all;

static int
serve_do(struct orpc_request *rq, const void *ops, const void *arg, void *out)
{
	uint32_t op, number = atomic_fetch_add(&h.next_number, 1);

	(void)rq;
	(void)ops;
	memcpy(&op, arg, sizeof(op));
	if (op >= N_OPS)
		return ORPC_R_GARBAGE_ARGS;
	atomic_fetch_add(&h.ran[op], 1);
	memcpy(out, &number, sizeof(number));
	return 0;
}

static orpc_serve_fn *const handlers[] = { serve_do };
static const struct orpc_service service = { &program, handlers };
static struct { void *ctx; } ops;

static struct orpc_server *server;
static pthread_t server_thread;

static void *
server_run(void *arg)
{
	orpc_server_run(arg);
	return NULL;
}

/* Listens where told; a port that is asked for again is the same one. */
static void
server_start(const char *address, char *out, size_t n,
    const struct orpc_server_options *options)
{
	assert_int_equal(orpc_server_open(options, &server), 0);
	assert_int_equal(orpc_server_add(server, &service, &ops), 0);
	assert_int_equal(orpc_server_listen(server, address, NULL), 0);
	assert_int_equal(orpc_server_address(server, 0, out, n), 0);
	assert_int_equal(pthread_create(&server_thread, NULL, server_run,
	    server), 0);
}

static void
server_end(void)
{
	orpc_server_stop(server);
	pthread_join(server_thread, NULL);
	orpc_server_close(server);
}

/* ---- The clients ------------------------------------------------------------- */

static enum told
told_by(int result, const struct orpc_error *error)
{
	if (result == 0)
		return TOLD_DONE;
	switch (error->executed) {
	case ORPC_EXECUTED_NO:
		return TOLD_NOT_DONE;
	case ORPC_EXECUTED_YES:
		return TOLD_DONE;
	default:
		return TOLD_MAYBE;
	}
}

static void
client_calls(struct orpc_client *client, struct orpc_call *call, unsigned n)
{
	uint32_t op, number;
	int r;

	while (n-- > 0 && !atomic_load(&h.over)) {
		op = atomic_fetch_add(&h.next_op, 1);
		if (op >= N_OPS) {
			atomic_store(&h.over, true);
			return;
		}
		orpc_call_timeout(call, h.datagrams ? 2000 : 500);
		r = orpc_call_run(client, call, &procs[0], &op, &number);
		h.told[op] = (uint8_t)told_by(r, &call->error);
	}
}

static void *
client_run(void *arg)
{
	struct orpc_client_options options = { .retry_ms = 20 };
	uint64_t seed = h.seed + (uintptr_t)arg;
	struct orpc_call call = { 0 };
	struct orpc_client *client;

	/* Handles come and go: each makes some calls. */
	while (!atomic_load(&h.over)) {
		if (orpc_client_open(h.address, &program, &options, &client,
		    NULL))
			continue;
		client_calls(client, &call, 1 + test_random(&seed) % 200);
		orpc_client_close(client);
	}
	orpc_call_fini(&call);
	return NULL;
}

/* ---- The proof ------------------------------------------------------------------ */

static void
check_history(const char *name)
{
	unsigned n = atomic_load(&h.next_op), counts[4] = { 0 }, ran = 0;

	n = n < N_OPS ? n : N_OPS;
	for (unsigned op = 0; op < n; op++) {
		unsigned times = atomic_load(&h.ran[op]);

		counts[h.told[op]]++;
		ran += times;
		/* What waits in a socket while the whole program is stopped
		 * may outlive its entry. */
		if (times > 1 && !h.stood_still)
			fail_msg("call %u ran %u times", op, times);
		if (h.told[op] == TOLD_DONE && times != 1)
			fail_msg("call %u was acknowledged and lost", op);
		if (h.told[op] == TOLD_NOT_DONE && times != 0)
			fail_msg("call %u ran, its client was told no", op);
	}
	printf("# %s, seed %llu: %u calls, %u ran; %u done, %u not done, "
	    "%u maybe%s\n", name, (unsigned long long)h.seed, n, ran,
	    counts[TOLD_DONE], counts[TOLD_NOT_DONE], counts[TOLD_MAYBE],
	    h.stood_still ? "; was stopped meanwhile" : "");
	fflush(stdout);
	assert_true(counts[TOLD_DONE] > 0 || h.stood_still);
	all.proven++;
	all.stood_still += h.stood_still;
	all.calls += n;
	all.ran += ran;
	for (unsigned i = 0; i < ARRAY_LEN(counts); i++)
		all.told[i] += counts[i];
}

static int
tell_all(void **state)
{
	(void)state;
	printf("# the history is %s: %u of %u rounds proven (%u were "
	    "stopped meanwhile), %llu calls, %llu ran; %llu done, "
	    "%llu not done, %llu maybe\n",
	    all.proven == all.begun ? "consistent" : "NOT consistent",
	    all.proven, all.begun, all.stood_still, all.calls, all.ran,
	    all.told[TOLD_DONE], all.told[TOLD_NOT_DONE],
	    all.told[TOLD_MAYBE]);
	return 0;
}

/* When a history that begins now shall end. */
static int64_t
history_end(void)
{
	const char *text = getenv("ORPC_SOAK_SECONDS");

	return orpc_now_ns() + (text ? atol(text) : 2) * INT64_C(1000000000);
}

/* Begins a round, unless the time is over. */
static bool
history_begin(int64_t end_ns)
{
	const char *text = getenv("ORPC_SOAK_SEED");
	int64_t now = orpc_now_ns();

	if (now >= end_ns)
		return false;
	memset(&h, 0, sizeof(h));
	h.seed = text ? strtoull(text, NULL, 0) + all.begun :
	    orpc_i_random();
	h.end_ns = now + ROUND_SECONDS * INT64_C(1000000000);
	if (h.end_ns > end_ns)
		h.end_ns = end_ns;
	all.begun++;
	return true;
}

static void
nap_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
	int64_t begun = orpc_now_ns();

	nanosleep(&ts, NULL);
	if (orpc_now_ns() - begun > KEPT_NS / 2)
		h.stood_still = true;
}

/* Rotates faults, and restarts the server now and then if it may, until the
 * time is over. */
static void
make_trouble(struct proxy *proxy, const struct proxy_faults *faults,
    size_t n_faults, void (*restart)(void))
{
	struct proxy_faults now;

	for (unsigned i = 0; orpc_now_ns() < h.end_ns && !atomic_load(&h.over);
	    i++) {
		now = faults[i % n_faults];
		now.seed = h.seed + i;
		proxy_set_faults(proxy, &now);
		nap_ms(200);
		if (i % 3 == 2 && !h.datagrams)
			proxy_reset_all(proxy);
		if (i % 5 == 4 && restart)
			restart();
	}
}

static void
run_history(int type, const char *upstream,
    const struct proxy_faults *faults, size_t n_faults,
    void (*restart)(void))
{
	struct orpc_i_sockaddr sa;
	struct orpc_addr addr;
	pthread_t clients[N_CLIENTS];
	struct proxy *proxy;
	uint16_t port;

	assert_int_equal(orpc_addr_parse(upstream, &addr), 0);
	if (addr.transport == ORPC_UNIX)
		assert_int_equal(orpc_i_sockaddr_unix(addr.host, &sa), 0);
	else
		assert_int_equal(orpc_i_sockaddr_numeric(addr.host, addr.port,
		    &sa), 0);
	h.datagrams = type == SOCK_DGRAM;
	proxy = proxy_start(type, orpc_i_sockaddr_ptr(&sa), sa.n, faults,
	    &port);
	snprintf(h.address, sizeof(h.address), "%s://127.0.0.1:%u",
	    h.datagrams ? "udp" : "tcp", port);
	for (uintptr_t i = 0; i < N_CLIENTS; i++)
		assert_int_equal(pthread_create(&clients[i], NULL, client_run,
		    (void *)i), 0);
	make_trouble(proxy, faults, n_faults, restart);
	atomic_store(&h.over, true);
	for (unsigned i = 0; i < N_CLIENTS; i++)
		pthread_join(clients[i], NULL);
	proxy_stop(proxy, NULL);
}

/* ---- The tests ------------------------------------------------------------------- */

static const struct proxy_faults stream_faults[] = {
	{ .cut = 20 }, { .reset = 20 }, { .delay = 100, .delay_ms = 20 },
	{ .split = true }, { .cut = 5, .reset = 5, .delay = 50,
	    .delay_ms = 600 }, { 0 },
};
static const struct proxy_faults datagram_faults[] = {
	{ .drop = 100 }, { .duplicate = 300 }, { .reorder = 300 },
	{ .drop = 200, .duplicate = 200, .reorder = 200, .delay = 100,
	    .delay_ms = 50 }, { 0 },
};

static void
datagram_history(const char *name, const struct orpc_server_options *options)
{
	int64_t end = history_end();
	char address[64];

	while (history_begin(end)) {
		server_start("udp://127.0.0.1:0", address, sizeof(address),
		    options);
		run_history(SOCK_DGRAM, address, datagram_faults,
		    ARRAY_LEN(datagram_faults), NULL);
		server_end();
		check_history(name);
	}
}

static void
test_datagrams(void **state)
{
	struct orpc_server_options options = { .workers = 3 };

	(void)state;
	datagram_history("datagrams", NULL);
	datagram_history("datagrams, workers", &options);
}

static void
test_streams(void **state)
{
	struct orpc_server_options options = { .threads = 2 };
	int64_t end = history_end();
	char address[64];

	(void)state;
	while (history_begin(end)) {
		server_start("tcp://127.0.0.1:0", address, sizeof(address),
		    &options);
		run_history(SOCK_STREAM, address, stream_faults,
		    ARRAY_LEN(stream_faults), NULL);
		server_end();
		check_history("streams");
	}
}

/* The server goes and comes again, with nothing but its address. */
static char unix_dir[64], unix_address[96];

static void
restart_server(void)
{
	char got[128];

	server_end();
	nap_ms(20);
	server_start(unix_address, got, sizeof(got), NULL);
}

static void
test_restarts(void **state)
{
	int64_t end = history_end();
	char got[128];

	(void)state;
	strcpy(unix_dir, "/tmp/orpc-history-XXXXXX");
	assert_non_null(mkdtemp(unix_dir));
	snprintf(unix_address, sizeof(unix_address), "unix:%s/s", unix_dir);
	while (history_begin(end)) {
		server_start(unix_address, got, sizeof(got), NULL);
		run_history(SOCK_STREAM, unix_address, stream_faults,
		    ARRAY_LEN(stream_faults), restart_server);
		server_end();
		check_history("restarts");
	}
	assert_int_equal(rmdir(unix_dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_restarts),
	};

	return cmocka_run_group_tests(tests, NULL, tell_all);
}
