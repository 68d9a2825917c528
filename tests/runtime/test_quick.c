/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short way of ordinary calls, where it keeps something from one call to
 * the next: the header, the caller, the procedure, the read buffer.  Server
 * and client share a thread, so each case says what arrives in one read; over
 * UDP each call is a datagram of its own.
 */
#include "tests/lib/test.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <orpc/server.h>

#define PROGRAM 0x20000901u
enum { ECHO = 1, KEEP = 2, WHO = 3, TURN = 4 };

#define NOBODY 0xffffffffu
#define N_KEPT 8u
#define CALL_MOST 600u

struct bytes {
	uint32_t len;
	char *val;
};

static struct orpc_loop *loop;
static struct orpc_server *server;
static int fd;
static bool datagrams;
static uint32_t xid;
static struct orpc_request *kept[N_KEPT];
static struct bytes kept_arg[N_KEPT];
static unsigned n_kept;

/* ---- What is served -------------------------------------------------- */

static const struct oxdr_type bytes_type = {
	.kind = OXDR_OPAQUE_VAR, .align = _Alignof(struct bytes),
	.size = sizeof(struct bytes), .max = 4096, .wire_min = 4,
	.wire_max = 4100,
};

static const struct oxdr_type word_type = {
	.kind = OXDR_UINT, .align = 4, .size = 4, .wire_min = 4,
	.wire_max = 4,
};

static int
bytes_put(struct oxdr_writer *w, const void *value)
{
	const struct bytes *b = value;

	return oxdr_put_opaque_var(w, b->val, b->len, 4096);
}

static int
bytes_get(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	struct bytes *b = out;

	return oxdr_get_opaque_var(r, arena, 4096, &b->val, &b->len);
}

static int
word_put(struct oxdr_writer *w, const void *value)
{
	return oxdr_put_u32(w, *(const uint32_t *)value);
}

static int
word_get(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	(void)arena;
	return oxdr_get_u32(r, out);
}

static const struct orpc_proc procs[] = {
	{ .number = ECHO, .name = "ECHO", .flags = ORPC_PROC_IDEMPOTENT,
	  .arg = &bytes_type, .res = &bytes_type, .put_arg = bytes_put,
	  .get_arg = bytes_get, .put_res = bytes_put, .get_res = bytes_get },
	{ .number = KEEP, .name = "KEEP", .flags = ORPC_PROC_IDEMPOTENT,
	  .arg = &bytes_type, .res = &bytes_type, .put_arg = bytes_put,
	  .get_arg = bytes_get, .put_res = bytes_put, .get_res = bytes_get },
	{ .number = WHO, .name = "WHO", .flags = ORPC_PROC_IDEMPOTENT,
	  .res = &word_type, .put_res = word_put, .get_res = word_get },
	{ .number = TURN, .name = "TURN",
	  .arg = &bytes_type, .res = &bytes_type, .put_arg = bytes_put,
	  .get_arg = bytes_get, .put_res = bytes_put, .get_res = bytes_get },
};

static const struct orpc_program program = {
	.name = "QUICK", .version_name = "QUICK_V1", .number = PROGRAM,
	.version = 1, .procs = procs, .n_procs = 4,
};

static int
serve_echo(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)rq;
	(void)ops;
	memcpy(out, arg, sizeof(struct bytes));
	return 0;
}

/* What another service answers: nothing. */
static int
serve_empty(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)rq;
	(void)ops;
	(void)arg;
	(void)out;
	return 0;
}

static int
serve_keep(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)ops;
	(void)out;
	kept[n_kept] = rq;
	memcpy(&kept_arg[n_kept++], arg, sizeof(struct bytes));
	return ORPC_LATER;
}

static int
serve_who(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	const struct orpc_identity *id = orpc_request_identity(rq);

	(void)ops;
	assert_null(arg);
	*(uint32_t *)out = id->sys ? id->sys->uid : NOBODY;
	return 0;
}

static int serve_turn(struct orpc_request *rq, const void *ops,
    const void *arg, void *out);

static orpc_serve_fn *const handlers[] = { serve_echo, serve_keep,
	serve_who, serve_turn };
static orpc_serve_fn *const others[] = { serve_empty, serve_keep,
	serve_who, serve_turn };
static const struct orpc_service service = { &program, handlers };
static const struct orpc_service other = { &program, others };

/* ---- The client ------------------------------------------------------ */

/* A row of calls that leave in one write. */
struct row {
	uint8_t bytes[64 * CALL_MOST];
	size_t n;
};

/* Adds a call: uid NOBODY: AUTH_NONE.  arg NULL: void. */
static void
add_call(struct row *row, uint32_t procedure, uint32_t uid, const void *arg,
    uint32_t n)
{
	uint8_t *mark = row->bytes + row->n;
	struct oxdr_writer w;

	oxdr_writer_init_fixed(&w, mark + 4, CALL_MOST);
	oxdr_put_u32(&w, ++xid);
	oxdr_put_u64(&w, 2);
	oxdr_put_u32(&w, PROGRAM);
	oxdr_put_u32(&w, 1);
	oxdr_put_u32(&w, procedure);
	if (uid == NOBODY) {
		oxdr_put_u64(&w, 0);
	} else {
		oxdr_put_u64(&w, (uint64_t)1 << 32 | 24);
		oxdr_put_u32(&w, 7);
		oxdr_put_string(&w, "me", 255);
		oxdr_put_u32(&w, uid);
		oxdr_put_u64(&w, 0);
	}
	oxdr_put_u64(&w, 0);
	if (arg)
		oxdr_put_opaque_var(&w, arg, n, 4096);
	assert_int_equal(oxdr_writer_error(&w), 0);
	oxdr_store_u32(mark, 0x80000000u | (uint32_t)oxdr_writer_size(&w));
	row->n += 4 + oxdr_writer_size(&w);
}

static void
send_row(struct row *row)
{
	size_t n;

	for (size_t at = 0; datagrams && at < row->n; at += 4 + n) {
		n = oxdr_load_u32(row->bytes + at) & 0x7fffffffu;
		assert_int_equal(send(fd, row->bytes + at + 4, n, 0), n);
	}
	if (!datagrams)
		assert_int_equal(send(fd, row->bytes, row->n, 0), row->n);
	row->n = 0;
}

/* What is sent while serve_turn runs, before the loop turns. */
static struct row meanwhile;

static int
serve_turn(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)rq;
	(void)ops;
	if (meanwhile.n) {
		send_row(&meanwhile);
		assert_int_equal(orpc_loop_turn(loop, 100), 0);
	}
	memcpy(out, arg, sizeof(struct bytes));
	return 0;
}

/* Receives n bytes while the server's loop turns. */
static void
receive(void *to, size_t n)
{
	uint8_t *at = to;
	ssize_t got;

	while (n > 0) {
		got = recv(fd, at, n, MSG_DONTWAIT);
		assert_int_not_equal(got, 0);
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		} else {
			assert_int_equal(orpc_loop_turn(loop, 100), 0);
		}
	}
}

static size_t
receive_datagram(uint8_t reply[CALL_MOST])
{
	ssize_t got;

	while ((got = recv(fd, reply, CALL_MOST, MSG_DONTWAIT)) < 0)
		assert_int_equal(orpc_loop_turn(loop, 100), 0);
	return (size_t)got;
}

/* Takes one reply, which answers x: its length behind the mark. */
static size_t
take_reply(uint32_t x, uint8_t reply[CALL_MOST])
{
	uint8_t mark[4];
	size_t n;

	if (datagrams) {
		n = receive_datagram(reply);
	} else {
		receive(mark, 4);
		n = oxdr_load_u32(mark) & 0x7fffffffu;
	}
	assert_in_range(n, 20, CALL_MOST);
	if (!datagrams)
		receive(reply, n);
	assert_int_equal(oxdr_load_u32(reply), x);
	return n;
}

static void
want_bytes(uint32_t x, const void *bytes, uint32_t n)
{
	uint8_t reply[CALL_MOST];

	assert_int_equal(take_reply(x, reply), 28 + ((n + 3) & ~3u));
	assert_int_equal(oxdr_load_u32(reply + 24), n);
	assert_memory_equal(reply + 28, bytes, n);
}

static void
want_word(uint32_t x, uint32_t word)
{
	uint8_t reply[CALL_MOST];

	assert_int_equal(take_reply(x, reply), 28);
	assert_int_equal(oxdr_load_u32(reply + 24), word);
}

static int
start_with(struct orpc_server_options options, const char *where, int type)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char address[64];

	datagrams = type == SOCK_DGRAM;
	n_kept = 0;
	assert_int_equal(orpc_loop_new(&loop), 0);
	options.loop = loop;
	assert_int_equal(orpc_server_open(&options, &server), 0);
	assert_int_equal(orpc_server_add(server, &service, "ops"), 0);
	assert_int_equal(orpc_server_listen(server, where, NULL), 0);
	assert_int_equal(orpc_server_address(server, 0, address,
	    sizeof(address)), 0);
	in.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1));
	fd = socket(AF_INET, type, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	return 0;
}

static int
start(const char *where, int type)
{
	return start_with((struct orpc_server_options){ 0 }, where, type);
}

static unsigned asked;

static int
hook(void *ctx, struct orpc_request *rq)
{
	const struct orpc_identity *id = orpc_request_identity(rq);

	assert_ptr_equal(ctx, &asked);
	asked++;
	if (id->sys && id->sys->uid == 5)
		return ORPC_R_AUTH_TOOWEAK;
	return id->sys && id->sys->uid == 6 ? ORPC_DROP : 0;
}

static const struct orpc_server_options hooked = { .authorize = hook,
	.authorize_ctx = &asked };
static const struct orpc_server_options relaxed = {
	.flags = ORPC_SERVER_RELAXED };

static int
setup_hook(void **state)
{
	(void)state;
	return start_with(hooked, "tcp://127.0.0.1", SOCK_STREAM);
}

static int
setup_hook_datagrams(void **state)
{
	(void)state;
	return start_with(hooked, "udp://127.0.0.1", SOCK_DGRAM);
}

static int
setup_relaxed(void **state)
{
	(void)state;
	return start_with(relaxed, "tcp://127.0.0.1", SOCK_STREAM);
}

static int
setup_relaxed_datagrams(void **state)
{
	(void)state;
	return start_with(relaxed, "udp://127.0.0.1", SOCK_DGRAM);
}

static int
setup(void **state)
{
	(void)state;
	return start("tcp://127.0.0.1", SOCK_STREAM);
}

static int
setup_datagrams(void **state)
{
	(void)state;
	return start("udp://127.0.0.1", SOCK_DGRAM);
}

/* A socket that learns with each datagram where it came to. */
static int
setup_anywhere(void **state)
{
	(void)state;
	return start("udp://0.0.0.0", SOCK_DGRAM);
}

static int
teardown(void **state)
{
	(void)state;
	close(fd);
	orpc_server_close(server);
	orpc_loop_free(loop);
	return 0;
}

/* ---- Cases ----------------------------------------------------------- */

/* Arguments of calls that are answered later outlive the reads behind them,
 * whether they lie in the read buffer or were copied. */
static void
arguments_stay(void **state)
{
	char text[N_KEPT][100], noise[300];
	static struct row row;
	uint32_t first = xid + 1;

	(void)state;
	memset(noise, '!', sizeof(noise));
	for (unsigned i = 0; i < N_KEPT; i++)
		memset(text[i], (int)('a' + i), sizeof(text[i]));
	for (unsigned i = 0; i < N_KEPT / 2; i++) {
		add_call(&row, KEEP, NOBODY, text[2 * i], 100);
		add_call(&row, KEEP, NOBODY, text[2 * i + 1], 99);
		send_row(&row);
		for (unsigned j = 0; j < 20; j++)
			add_call(&row, ECHO, NOBODY, noise, sizeof(noise));
		send_row(&row);
		for (unsigned j = 0; j < 20; j++)
			want_bytes(first + 22 * i + 2 + j, noise,
			    sizeof(noise));
	}
	assert_int_equal(n_kept, N_KEPT);
	for (unsigned i = 0; i < N_KEPT; i++) {
		assert_int_equal(orpc_request_reply(kept[i], &kept_arg[i]), 0);
		want_bytes(first + i / 2 * 22 + i % 2, text[i], 100 - i % 2);
	}
}

/* Each call is judged by its own credential. */
static void
callers_change(void **state)
{
	static const uint32_t uids[] = { NOBODY, NOBODY, 1, 1, 2, NOBODY, 2,
		3, NOBODY };
	const size_t n = sizeof(uids) / sizeof(uids[0]);
	static struct row row;
	uint8_t reply[CALL_MOST];
	uint32_t first = xid + 1;
	size_t at;

	(void)state;
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < n; i++)
			add_call(&row, WHO, uids[i], NULL, 0);
	send_row(&row);
	for (uint32_t i = 0; i < 3 * n; i++)
		want_word(first + i, uids[i % n]);
	/* One byte of the machine name's length differs from a good one. */
	add_call(&row, WHO, 3, NULL, 0);
	at = row.n;
	add_call(&row, WHO, 3, NULL, 0);
	row.bytes[at + 4 + 39] = 200;
	add_call(&row, WHO, 3, NULL, 0);
	send_row(&row);
	want_word(xid - 2, 3);
	assert_int_equal(take_reply(xid - 1, reply), 20);
	assert_int_equal(oxdr_load_u32(reply + 8), 1);	/* MSG_DENIED */
	assert_int_equal(oxdr_load_u32(reply + 16), 1);	/* AUTH_BADCRED */
	want_word(xid, 3);
}

/* A verifier behind a header that is known otherwise is not overlooked, nor
 * another rpcvers, nor bytes behind the arguments. */
static void
near_misses(void **state)
{
	static const struct { size_t at; uint8_t byte; uint32_t stat; } bad[] = {
		{ 11, 3, 1 },	/* rpcvers: MSG_DENIED */
		{ 15, 2, 0 },	/* program */
		{ 19, 2, 0 },	/* version */
		{ 23, 9, 0 },	/* procedure */
		{ 27, 7, 1 },	/* AUTH_TLS */
		{ 43, 200, 0 },	/* argument: longer than the message */
	};
	static struct row row;
	uint8_t reply[CALL_MOST];
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		add_call(&row, ECHO, NOBODY, "fine", 4);
		at = row.n;
		add_call(&row, ECHO, NOBODY, "fine", 4);
		row.bytes[at + 4 + bad[i].at] = bad[i].byte;
		add_call(&row, ECHO, NOBODY, "fine", 4);
		send_row(&row);
		want_bytes(xid - 2, "fine", 4);
		take_reply(xid - 1, reply);
		assert_int_equal(oxdr_load_u32(reply + 8), bad[i].stat);
		if (!bad[i].stat)
			assert_int_not_equal(oxdr_load_u32(reply + 20), 0);
		want_bytes(xid, "fine", 4);
	}
}

/* What is served may change between two calls of a connection. */
static void
services_change(void **state)
{
	static struct row row;
	uint8_t reply[CALL_MOST];

	(void)state;
	for (int round = 0; round < 3; round++) {
		add_call(&row, ECHO, NOBODY, "fine", 4);
		add_call(&row, ECHO, NOBODY, "fine", 4);
		send_row(&row);
		want_bytes(xid - 1, "fine", 4);
		want_bytes(xid, "fine", 4);
		assert_int_equal(orpc_server_remove(server, PROGRAM, 1), 0);
		add_call(&row, ECHO, NOBODY, "fine", 4);
		send_row(&row);
		assert_int_equal(take_reply(xid, reply), 24);
		assert_int_equal(oxdr_load_u32(reply + 20),
		    ORPC_R_PROG_UNAVAIL);
		assert_int_equal(orpc_server_add(server, &other, "ops"), 0);
		add_call(&row, ECHO, NOBODY, "fine", 4);
		send_row(&row);
		want_bytes(xid, "", 0);
		assert_int_equal(orpc_server_remove(server, PROGRAM, 1), 0);
		assert_int_equal(orpc_server_add(server, &service, "ops"), 0);
	}
}

/* Every call is counted and stands in the histogram, whether it was timed
 * itself or not. */
static void
all_are_counted(void **state)
{
	struct orpc_server_stats all;
	struct orpc_proc_stats stats;
	static struct row row;
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < 43; i++)
		add_call(&row, ECHO, i % 3 ? NOBODY : 5, "four", 4);
	send_row(&row);
	for (unsigned i = 0; i < 43; i++)
		want_bytes(xid - 42 + i, "four", 4);
	assert_int_equal(orpc_server_proc_stats(server, PROGRAM, 1, ECHO,
	    &stats), 0);
	for (unsigned i = 0; i < ORPC_LATENCY_BUCKETS; i++)
		sum += stats.latency[i];
	assert_int_equal(stats.calls, 43);
	assert_int_equal(sum, 43);
	assert_int_equal(stats.errors, 0);
	assert_int_equal(stats.bytes_in, 43 * 48 + 15 * 24);
	assert_int_equal(stats.bytes_out, 43 * 32);
	orpc_server_stats(server, &all);
	assert_int_equal(all.calls, 43);
}

/* A handler that makes the loop turn finds its arguments untouched, and so do
 * the calls that were read with its own. */
static void
handlers_may_turn(void **state)
{
	static struct row row;
	char a[200], b[200];

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	for (int round = 0; round < 3; round++) {
		add_call(&row, TURN, NOBODY, a, sizeof(a));
		add_call(&row, ECHO, NOBODY, a, 100);
		add_call(&meanwhile, ECHO, NOBODY, b, sizeof(b));
		add_call(&meanwhile, ECHO, NOBODY, b, 99);
		send_row(&row);
		want_bytes(xid - 1, b, sizeof(b));
		want_bytes(xid, b, 99);
		want_bytes(xid - 3, a, sizeof(a));
		want_bytes(xid - 2, a, 100);
	}
}

/* Adds a call whose argument says that it is longer than the message. */
static void
add_garbage(struct row *row, uint32_t procedure)
{
	size_t at = row->n;

	add_call(row, procedure, NOBODY, "fine", 4);
	row->bytes[at + 4 + 43] = 200;
}

static void
want_stat(uint32_t x, uint32_t stat)
{
	uint8_t reply[CALL_MOST];

	assert_int_equal(take_reply(x, reply), 24);
	assert_int_equal(oxdr_load_u32(reply + 20), stat);
}

/* The hook is asked once for each call, before its arguments are looked at
 * and before the replay cache, and what it says counts. */
static void
hooks_are_asked_once(void **state)
{
	struct orpc_server_stats all;
	uint8_t reply[CALL_MOST];
	static struct row row;
	uint32_t first = xid + 1;
	size_t at;

	(void)state;
	asked = 0;
	add_call(&row, ECHO, NOBODY, "fine", 4);
	add_garbage(&row, ECHO);
	add_call(&row, ECHO, 5, "fine", 4);
	add_call(&row, ECHO, 6, "fine", 4);
	at = row.n;
	add_call(&row, TURN, NOBODY, "once", 4);
	memcpy(row.bytes + row.n, row.bytes + at, row.n - at);
	row.n += row.n - at;
	add_garbage(&row, TURN);
	add_call(&row, ECHO, 4, "fine", 4);
	send_row(&row);
	want_bytes(first, "fine", 4);
	want_stat(first + 1, ORPC_R_GARBAGE_ARGS);
	assert_int_equal(take_reply(first + 2, reply), 20);
	assert_int_equal(oxdr_load_u32(reply + 16), 5);	/* TOOWEAK */
	want_bytes(first + 4, "once", 4);
	want_bytes(first + 4, "once", 4);
	want_stat(first + 5, ORPC_R_GARBAGE_ARGS);
	want_bytes(first + 6, "fine", 4);
	assert_int_equal(asked, 8);
	orpc_server_stats(server, &all);
	assert_int_equal(all.calls, 8);
	assert_int_equal(all.replayed, 1);
}

/* A tolerant server takes padding that is not zero and bytes behind the
 * arguments, others do not. */
static void
some_are_tolerant(void **state)
{
	static struct row row;
	size_t at = 0;

	(void)state;
	add_call(&row, ECHO, NOBODY, "abc", 3);
	row.bytes[row.n - 1] = 1;
	send_row(&row);
	want_bytes(xid, "abc", 3);
	for (int i = 0; i < 3; i++) {
		at = row.n;
		add_call(&row, ECHO, NOBODY, "fine", 4);
		memset(row.bytes + row.n, 7, 4);
		row.n += 4;
		oxdr_store_u32(row.bytes + at, 0x80000000u |
		    (uint32_t)(row.n - at - 4));
	}
	send_row(&row);
	for (uint32_t i = 0; i < 3; i++)
		want_bytes(xid - 2 + i, "fine", 4);
}

static void
others_are_not(void **state)
{
	static struct row row;
	size_t at;

	(void)state;
	add_call(&row, ECHO, NOBODY, "abc", 3);
	row.bytes[row.n - 1] = 1;
	at = row.n;
	add_call(&row, ECHO, NOBODY, "fine", 4);
	memset(row.bytes + row.n, 7, 4);
	row.n += 4;
	oxdr_store_u32(row.bytes + at, 0x80000000u |
	    (uint32_t)(row.n - at - 4));
	send_row(&row);
	want_stat(xid - 1, ORPC_R_GARBAGE_ARGS);
	want_stat(xid, ORPC_R_GARBAGE_ARGS);
}

#define OVER_ALL(test) \
	{ #test ", TCP", test, setup, teardown, NULL }, \
	{ #test ", UDP", test, setup_datagrams, teardown, NULL }, \
	{ #test ", UDP, any address", test, setup_anywhere, teardown, NULL }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_ALL(arguments_stay),
		OVER_ALL(callers_change),
		OVER_ALL(near_misses),
		OVER_ALL(services_change),
		OVER_ALL(all_are_counted),
		OVER_ALL(handlers_may_turn),
		OVER_ALL(others_are_not),
		cmocka_unit_test_setup_teardown(hooks_are_asked_once,
		    setup_hook, teardown),
		cmocka_unit_test_setup_teardown(hooks_are_asked_once,
		    setup_hook_datagrams, teardown),
		cmocka_unit_test_setup_teardown(some_are_tolerant,
		    setup_relaxed, teardown),
		cmocka_unit_test_setup_teardown(some_are_tolerant,
		    setup_relaxed_datagrams, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
