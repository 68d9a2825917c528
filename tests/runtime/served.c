/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/runtime/served.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "runtime/io/resolve.h"
#include "xdr/base.h"

/* ---- The program ----------------------------------------------------- */

static const struct oxdr_type type_bytes = {
	.name = "bytes", .kind = OXDR_OPAQUE_VAR,
	.align = _Alignof(struct oxdr_var), .size = sizeof(struct oxdr_var),
	.max = UINT32_MAX, .wire_min = 4, .wire_max = OXDR_UNBOUNDED
};
static const struct oxdr_type type_u32 = {
	.name = "u32", .kind = OXDR_UINT, .align = 4, .size = 4,
	.flags = OXDR_TYPE_FLAT, .wire_min = 4, .wire_max = 4
};

struct node {
	uint32_t value;
	struct node *next;
};
static const struct oxdr_type type_node;
static const struct oxdr_type type_list = {
	.kind = OXDR_OPTIONAL, .size = sizeof(struct node *),
	.align = _Alignof(struct node *), .elem = &type_node,
	.flags = OXDR_TYPE_RECURSIVE, .wire_min = 4,
	.wire_max = OXDR_UNBOUNDED
};
static const struct oxdr_member node_members[] = {
	{ "value", &type_u32, offsetof(struct node, value), 0 },
	{ "next", &type_list, offsetof(struct node, next), 0 },
};
static const struct oxdr_type type_node = {
	.name = "node", .kind = OXDR_STRUCT, .size = sizeof(struct node),
	.align = _Alignof(struct node), .n = 2, .members = node_members,
	.flags = OXDR_TYPE_RECURSIVE | OXDR_TYPE_LIST, .wire_min = 8,
	.wire_max = OXDR_UNBOUNDED
};

/* ECHO has functions as generated code has, the others only tables. */
static int
put_bytes(struct oxdr_writer *w, const void *value)
{
	return oxdr_put_value(w, &type_bytes, value);
}

static int
get_bytes(struct oxdr_reader *r, struct oxdr_arena *arena, void *out)
{
	return oxdr_get_value(r, arena, &type_bytes, out);
}

static const struct orpc_proc procs[] = {
	{ .number = SERVED_ECHO, .name = "ECHO", .arg = &type_bytes,
	    .res = &type_bytes, .flags = ORPC_PROC_IDEMPOTENT,
	    .put_arg = put_bytes, .get_arg = get_bytes,
	    .put_res = put_bytes, .get_res = get_bytes },
	{ .number = SERVED_COUNT, .name = "COUNT", .arg = &type_u32,
	    .res = &type_u32 },
	{ .number = SERVED_LATER, .name = "LATER", .arg = &type_u32,
	    .res = &type_u32 },
	{ .number = SERVED_DROP, .name = "DROP", .arg = &type_u32 },
	{ .number = SERVED_FAIL, .name = "FAIL", .arg = &type_u32,
	    .res = &type_u32 },
	{ .number = SERVED_SLEEP, .name = "SLEEP", .arg = &type_u32,
	    .res = &type_u32, .flags = ORPC_PROC_IDEMPOTENT },
	{ .number = SERVED_LARGE, .name = "LARGE", .arg = &type_u32,
	    .res = &type_bytes },
	{ .number = SERVED_WHO, .name = "WHO", .arg = &type_u32,
	    .res = &type_u32 },
	{ .number = SERVED_MEET, .name = "MEET", .arg = &type_u32,
	    .res = &type_u32, .flags = ORPC_PROC_IDEMPOTENT },
	{ .number = SERVED_LIST, .name = "LIST", .arg = &type_list,
	    .res = &type_u32, .flags = ORPC_PROC_IDEMPOTENT },
};

struct served_ops {
	void *ctx;
};

static struct served_log *
log_of(struct orpc_request *rq)
{
	return orpc_request_ctx(rq);
}

static int
serve_echo(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)rq;
	(void)ops;
	memcpy(out, arg, sizeof(struct oxdr_var));
	return 0;
}

static uint32_t
log_count(struct orpc_request *rq, const void *arg)
{
	struct served_log *log = log_of(rq);
	uint32_t n;

	memcpy(&n, arg, sizeof(n));
	atomic_fetch_add(&log->executed, 1);
	return atomic_fetch_add(&log->sum, n) + n;
}

static int
serve_count(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	uint32_t sum = log_count(rq, arg);

	(void)ops;
	memcpy(out, &sum, sizeof(sum));
	return 0;
}

static int
serve_later(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct served_log *log = log_of(rq);

	(void)ops;
	(void)out;
	log_count(rq, arg);
	log->later[atomic_load(&log->n_later) % ARRAY_LEN(log->later)] = rq;
	atomic_fetch_add(&log->n_later, 1);
	return ORPC_LATER;
}

static int
serve_drop(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	(void)ops;
	(void)out;
	log_count(rq, arg);
	return ORPC_DROP;
}

static int
serve_fail(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	int32_t code;

	(void)rq;
	(void)ops;
	(void)out;
	memcpy(&code, arg, sizeof(code));
	return code;
}

static void
nap(void)
{
	struct timespec ts = { 0, 1000000 };

	nanosleep(&ts, NULL);
}

static int
serve_sleep(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct served_log *log = log_of(rq);
	uint32_t ms;

	(void)ops;
	memcpy(&ms, arg, sizeof(ms));
	atomic_fetch_add(&log->threads, 1);
	for (uint32_t i = 0; i < ms; i++)
		nap();
	atomic_fetch_sub(&log->threads, 1);
	memcpy(out, &ms, sizeof(ms));
	return 0;
}

static int
serve_meet(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct served_log *log = log_of(rq);
	uint32_t n;

	(void)ops;
	memcpy(&n, arg, sizeof(n));
	if (atomic_fetch_add(&log->threads, 1) + 1 == n)
		atomic_store(&log->met, 1);
	for (int i = 0; i < PATIENCE_MS / 2 && !atomic_load(&log->met); i++)
		nap();
	n = atomic_load(&log->met);
	memcpy(out, &n, sizeof(n));
	return 0;
}

static int
serve_large(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct oxdr_var var;

	(void)ops;
	log_count(rq, arg);
	memcpy(&var.len, arg, sizeof(var.len));
	var.val = oxdr_arena_take(orpc_request_arena(rq), var.len, 1);
	if (!var.val)
		return ORPC_R_SYSTEM_ERR;
	memset(var.val, 'x', var.len);
	memcpy(out, &var, sizeof(var));
	return 0;
}

static int
serve_who(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	const struct orpc_identity *id = orpc_request_identity(rq);
	uint32_t uid = id->sys ? id->sys->uid :
	    id->has_unix_peer ? id->unix_uid : UINT32_MAX;

	(void)ops;
	(void)arg;
	memcpy(out, &uid, sizeof(uid));
	return 0;
}

static int
serve_list(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct node *node;
	uint32_t n = 0;

	(void)rq;
	(void)ops;
	memcpy(&node, arg, sizeof(node));
	for (; node; node = node->next)
		n++;
	memcpy(out, &n, sizeof(n));
	return 0;
}

static orpc_serve_fn *const handlers[] = {
	serve_echo, serve_count, serve_later, serve_drop, serve_fail,
	serve_sleep, serve_large, serve_who, serve_meet,
	serve_list
};

const struct orpc_program served_v2 = {
	.name = "SERVED_PROG", .version_name = "V2", .number = SERVED_PROG,
	.version = SERVED_LOW, .procs = procs, .n_procs = ARRAY_LEN(procs)
};
static const struct orpc_program served_v4 = {
	.name = "SERVED_PROG", .version_name = "V4", .number = SERVED_PROG,
	.version = SERVED_HIGH, .procs = procs, .n_procs = ARRAY_LEN(procs)
};
static const struct orpc_service service_v2 = { &served_v2, handlers };
static const struct orpc_service service_v4 = { &served_v4, handlers };

/* ---- The server ------------------------------------------------------ */

static void *
served_run(void *arg)
{
	struct served *s = arg;

	assert_int_equal(orpc_server_run(s->server), 0);
	return NULL;
}

static void
served_listen(struct served *s, const char *address, size_t i, char *out,
    size_t n)
{
	struct orpc_error error;

	if (orpc_server_listen(s->server, address, &error))
		fail_msg("%s: %s", address, orpc_strerror(error.code));
	assert_int_equal(orpc_server_address(s->server, i, out, n), 0);
}

void
served_start(struct served *s, const struct orpc_server_options *options)
{
	static struct served_ops ops;
	char path[sizeof(s->dir) + 16];

	memset(s, 0, sizeof(*s));
	ops.ctx = &s->log;
	assert_int_equal(orpc_server_open(options, &s->server), 0);
	assert_int_equal(orpc_server_add(s->server, &service_v2, &ops), 0);
	assert_int_equal(orpc_server_add(s->server, &service_v4, &ops), 0);
	strcpy(s->dir, "/tmp/orpc-served-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(path, sizeof(path), "unix:%s/s", s->dir);
	served_listen(s, "tcp://127.0.0.1:0", 0, s->tcp, sizeof(s->tcp));
	served_listen(s, "tcp://[::1]:0", 1, s->tcp6, sizeof(s->tcp6));
	served_listen(s, "udp://127.0.0.1:0", 2, s->udp, sizeof(s->udp));
	served_listen(s, "udp://[::1]:0", 3, s->udp6, sizeof(s->udp6));
	served_listen(s, path, 4, s->local, sizeof(s->local));
	if (options && options->loop)
		return;
	assert_int_equal(pthread_create(&s->thread, NULL, served_run, s), 0);
	s->running = true;
}

void
served_stop(struct served *s)
{
	orpc_server_stop(s->server);
	if (s->running)
		pthread_join(s->thread, NULL);
	orpc_server_close(s->server);
	assert_int_equal(rmdir(s->dir), 0);
}

void
served_wait_later(struct served *s, unsigned n)
{
	for (int i = 0; i < PATIENCE_MS && atomic_load(&s->log.n_later) < n; i++)
		nap();
	assert_int_equal(atomic_load(&s->log.n_later), n);
}

void
served_release(struct served *s, unsigned i)
{
	uint32_t sum = atomic_load(&s->log.sum);

	assert_int_equal(orpc_request_reply(s->log.later[i], &sum), 0);
}

/* ---- The probe ------------------------------------------------------- */

struct probe
probe_open(const char *address)
{
	struct orpc_i_addresses found;
	struct orpc_addr addr;
	struct probe p = { -1, true };

	assert_int_equal(orpc_addr_parse(address, &addr), 0);
	if (addr.transport == ORPC_UNIX) {
		found.n = 1;
		assert_int_equal(orpc_i_sockaddr_unix(addr.host, &found.a[0]),
		    0);
	} else {
		assert_int_equal(orpc_i_resolve(&addr, INT64_MAX, &found), 0);
	}
	p.stream = addr.transport != ORPC_UDP;
	p.fd = socket(found.a[0].ss.ss_family, p.stream ? SOCK_STREAM :
	    SOCK_DGRAM, 0);
	assert_true(p.fd >= 0);
	assert_int_equal(connect(p.fd, orpc_i_sockaddr_ptr(&found.a[0]),
	    found.a[0].n), 0);
	return p;
}

void
probe_close(struct probe *p)
{
	close(p->fd);
	p->fd = -1;
}

void
probe_send_raw(const struct probe *p, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;
	ssize_t sent;

	while (n > 0) {
		sent = send(p->fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		at += sent;
		n -= (size_t)sent;
	}
}

void
probe_send(const struct probe *p, const void *bytes, size_t n)
{
	uint8_t *all = test_malloc(n + 4);

	probe_put(all, 0, 0x80000000u | (uint32_t)n);
	memcpy(all + 4, bytes, n);
	if (p->stream)
		probe_send_raw(p, all, n + 4);
	else
		assert_int_equal(send(p->fd, bytes, n, 0), n);
	test_free(all);
}

static bool
readable(int fd, int timeout_ms)
{
	struct pollfd pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, timeout_ms) == 1;
}

static bool
read_all(int fd, uint8_t *bytes, size_t n, int timeout_ms)
{
	ssize_t got;

	while (n > 0) {
		if (!readable(fd, timeout_ms))
			return false;
		got = recv(fd, bytes, n, 0);
		if (got <= 0)
			return false;
		bytes += got;
		n -= (size_t)got;
	}
	return true;
}

long
probe_recv(const struct probe *p, void *bytes, size_t n, int timeout_ms)
{
	uint8_t mark[4];
	uint32_t len;
	ssize_t got;

	if (!readable(p->fd, timeout_ms))
		return -1;
	if (!p->stream) {
		got = recv(p->fd, bytes, n, 0);
		return got < 0 ? -2 : (long)got;
	}
	if (!read_all(p->fd, mark, 4, timeout_ms))
		return -2;
	len = probe_word(mark, 0);
	assert_true(len & 0x80000000u);
	len &= 0x7fffffffu;
	assert_true(len <= n);
	return read_all(p->fd, bytes, len, timeout_ms) ? (long)len : -2;
}

uint32_t
probe_word(const uint8_t *bytes, size_t at)
{
	return oxdr_load_u32(bytes + at);
}

void
probe_put(uint8_t *bytes, size_t at, uint32_t word)
{
	oxdr_store_u32(bytes + at, word);
}

size_t
probe_call(uint8_t *bytes, uint32_t xid, uint32_t version, uint32_t procedure)
{
	memset(bytes, 0, 40);
	probe_put(bytes, 0, xid);
	probe_put(bytes, 8, 2);
	probe_put(bytes, 12, SERVED_PROG);
	probe_put(bytes, 16, version);
	probe_put(bytes, 20, procedure);
	return 40;
}

size_t
probe_call_u32(uint8_t *bytes, uint32_t xid, uint32_t procedure, uint32_t arg)
{
	probe_call(bytes, xid, SERVED_LOW, procedure);
	probe_put(bytes, 40, arg);
	return 44;
}

uint32_t
probe_ask(const struct probe *p, uint32_t xid, uint32_t procedure,
    uint32_t arg)
{
	uint8_t bytes[64];
	size_t n = probe_call_u32(bytes, xid, procedure, arg);
	long got;

	probe_send(p, bytes, n);
	got = probe_recv(p, bytes, sizeof(bytes), PATIENCE_MS);
	assert_int_equal(got, 28);
	assert_int_equal(probe_word(bytes, 0), xid);
	assert_int_equal(probe_word(bytes, 4), 1);
	assert_int_equal(probe_word(bytes, 8), 0);
	assert_int_equal(probe_word(bytes, 20), 0);
	return probe_word(bytes, 24);
}
