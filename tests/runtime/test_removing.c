/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A version is removed while it is called: when orpc_server_remove returns,
 * nobody uses its tables, its struct of handlers or its context any more.
 */
#include "tests/runtime/served.h"

#include <sched.h>
#include <stdlib.h>

#include <orpc/client.h>

#include "xdr/base.h"

#define PROG 0x20000778u
#define CALLERS 4u
#define ROUNDS 25u

static const struct oxdr_type type_u32 = {
	.name = "u32", .kind = OXDR_UINT, .align = 4, .size = 4,
	.flags = OXDR_TYPE_FLAT, .wire_min = 4, .wire_max = 4
};

/* ---- A version that can be freed -------------------------------------- */

#define ALIVE 0x600df00du

struct ops {
	void *ctx;
	uint32_t magic;
};

struct plugin {
	struct ops ops;
	struct orpc_service service;
	struct orpc_program program;
	struct orpc_proc procs[1];
	struct oxdr_type type;
	orpc_serve_fn *handlers[1];
};

/* Looks at what it was given, takes its time, looks again. */
static int
work(struct orpc_request *rq, const void *ops, const void *arg, void *out)
{
	atomic_uint *n_calls = orpc_request_ctx(rq);
	const struct ops *mine = ops;
	uint32_t ok = mine->magic == ALIVE;

	(void)arg;
	for (int i = 0; i < 20; i++)
		sched_yield();
	ok &= mine->magic == ALIVE;
	memcpy(out, &ok, sizeof(ok));
	atomic_fetch_add(n_calls, 1);
	return 0;
}

static struct plugin *
plugin_new(void *ctx, orpc_serve_fn *handler)
{
	struct plugin *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->ops = (struct ops){ ctx, ALIVE };
	p->type = type_u32;
	p->procs[0] = (struct orpc_proc){ .number = 1, .name = "WORK",
	    .res = &p->type };
	p->program = (struct orpc_program){ .name = "PROG",
	    .version_name = "V1", .number = PROG, .version = 1,
	    .procs = p->procs, .n_procs = 1 };
	p->handlers[0] = handler;
	p->service.program = &p->program;
	p->service.serve = p->handlers;
	return p;
}

static void
plugin_free(struct plugin *p)
{
	memset(p, 0xdd, sizeof(*p));
	free(p);
}

/* ---- Callers ------------------------------------------------------------ */

static const struct orpc_proc their_procs[] = {
	{ .number = 1, .name = "WORK", .res = &type_u32 },
};
static const struct orpc_program theirs = {
	.name = "PROG", .version_name = "V1", .number = PROG, .version = 1,
	.procs = their_procs, .n_procs = 1
};

struct callers {
	const struct served *s;
	pthread_t threads[CALLERS];
	atomic_bool stop;
	atomic_uint bad;
};

static int
call_work(struct orpc_client *client, uint32_t *out)
{
	struct orpc_call call = { 0 };
	int r = orpc_call_dynamic(client, &call, PROG, 1, 1, NULL, NULL,
	    &type_u32, out);

	orpc_call_fini(&call);
	return r;
}

/* Calls as long as it may: the version is there, or not. */
static void *
caller_run(void *arg)
{
	struct callers *all = arg;
	struct orpc_client *client;

	assert_int_equal(orpc_client_open(all->s->local, &theirs, NULL,
	    &client, NULL), 0);
	while (!atomic_load(&all->stop)) {
		uint32_t ok = 1;
		int r = call_work(client, &ok);

		if ((r && r != ORPC_R_PROG_UNAVAIL) || !ok)
			atomic_fetch_add(&all->bad, 1);
	}
	orpc_client_close(client);
	return NULL;
}

static void
callers_start(struct callers *all, const struct served *s)
{
	memset(all, 0, sizeof(*all));
	all->s = s;
	for (unsigned i = 0; i < CALLERS; i++)
		assert_int_equal(pthread_create(&all->threads[i], NULL,
		    caller_run, all), 0);
}

static void
callers_stop(struct callers *all)
{
	atomic_store(&all->stop, true);
	for (unsigned i = 0; i < CALLERS; i++)
		pthread_join(all->threads[i], NULL);
	assert_int_equal(atomic_load(&all->bad), 0);
}

/* ---- Tests -------------------------------------------------------------- */

static const struct orpc_server_options shapes[] = {
	{ .threads = 1 },
	{ .threads = 3 },
	{ .workers = 3 },
	{ .threads = 2, .workers = 2 },
	{ .flags = ORPC_SERVER_THREAD_PER_CONNECTION },
	{ .flags = ORPC_SERVER_THREAD_PER_CONNECTION, .workers = 2 },
};

/* It is freed at once, under calls, again and again. */
static void
what_was_removed_may_be_freed(void **state)
{
	struct orpc_proc_stats stats;
	struct callers callers;
	struct served s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		atomic_uint n_calls;

		served_start(&s, &shapes[i]);
		callers_start(&callers, &s);
		atomic_init(&n_calls, 0);
		for (unsigned round = 1; round <= ROUNDS; round++) {
			struct plugin *p = plugin_new(&n_calls, work);

			assert_int_equal(orpc_server_add(s.server,
			    &p->service, &p->ops), 0);
			while (atomic_load(&n_calls) < round * CALLERS)
				sched_yield();
			assert_int_equal(orpc_server_remove(s.server, PROG,
			    1), 0);
			plugin_free(p);
		}
		callers_stop(&callers);
		/* What was counted for it is still there. */
		assert_int_equal(orpc_server_proc_stats(s.server, PROG, 1, 1,
		    &stats), 0);
		assert_int_equal(stats.calls, atomic_load(&n_calls));
		assert_int_equal(orpc_server_remove(s.server, PROG, 1),
		    -ORPC_E_NOTFOUND);
		served_stop(&s);
	}
}

struct waiter {
	struct served *s;
	atomic_bool returned;
};

static void *
waiter_run(void *arg)
{
	struct waiter *w = arg;

	assert_int_equal(orpc_server_remove(w->s->server, PROG, 1), 0);
	atomic_store(&w->returned, true);
	return NULL;
}

/* The handler ends when it is told to. */
static int
work_when_told(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	sem_t *sems = orpc_request_ctx(rq);

	(void)ops;
	(void)arg;
	(void)out;
	sem_post(&sems[0]);
	sem_wait(&sems[1]);
	return 0;
}

/* As long as a handler runs, remove does not return. */
static void
a_handler_is_waited_for(void **state)
{
	uint8_t bytes[64];
	struct served s;
	sem_t sems[2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct plugin *plugin = plugin_new(sems, work_when_told);
		struct waiter w = { .s = &s };
		struct orpc_client *client;
		struct probe p;
		pthread_t thread;
		uint32_t out;

		sem_init(&sems[0], 0, 0);
		sem_init(&sems[1], 0, 0);
		served_start(&s, &shapes[i]);
		assert_int_equal(orpc_server_add(s.server, &plugin->service,
		    &plugin->ops), 0);
		p = probe_open(s.local);
		probe_call(bytes, 5, 1, 1);
		probe_put(bytes, 12, PROG);
		probe_send(&p, bytes, 40);
		sem_wait(&sems[0]);
		assert_int_equal(pthread_create(&thread, NULL, waiter_run,
		    &w), 0);
		/* It is no longer served, and not yet given up. */
		assert_int_equal(orpc_server_proc_stats(s.server, PROG, 1, 1,
		    &(struct orpc_proc_stats){ 0 }), 0);
		while (orpc_server_add(s.server, &plugin->service,
		    &plugin->ops) == -ORPC_E_EXISTS)
			sched_yield();
		assert_false(atomic_load(&w.returned));
		sem_post(&sems[1]);
		pthread_join(thread, NULL);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes),
		    PATIENCE_MS), 28);
		probe_close(&p);
		/* The one that was added meanwhile. */
		assert_int_equal(orpc_server_remove(s.server, PROG, 1), 0);
		plugin_free(plugin);
		assert_int_equal(orpc_client_open(s.tcp, &theirs, NULL,
		    &client, NULL), 0);
		assert_int_equal(call_work(client, &out),
		    ORPC_R_PROG_UNAVAIL);
		orpc_client_close(client);
		served_stop(&s);
		sem_destroy(&sems[0]);
		sem_destroy(&sems[1]);
	}
}

/* A handler that removes its own version does not wait for itself. */
static int
work_once(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	struct orpc_server *server = orpc_request_ctx(rq);
	uint32_t ok = orpc_server_remove(server, PROG, 1) == 0;

	(void)ops;
	(void)arg;
	memcpy(out, &ok, sizeof(ok));
	return 0;
}

static void
a_handler_may_remove(void **state)
{
	struct served s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct orpc_client *client;
		struct plugin *p;
		uint32_t ok = 0;

		served_start(&s, &shapes[i]);
		p = plugin_new(s.server, work_once);
		assert_int_equal(orpc_server_add(s.server, &p->service,
		    &p->ops), 0);
		assert_int_equal(orpc_client_open(s.tcp, &theirs, NULL,
		    &client, NULL), 0);
		assert_int_equal(call_work(client, &ok), 0);
		assert_int_equal(ok, 1);
		assert_int_equal(call_work(client, &ok),
		    ORPC_R_PROG_UNAVAIL);
		orpc_client_close(client);
		served_stop(&s);
		plugin_free(p);
	}
}

/* What was deferred is not waited for, and answered all the same. */
static void
deferred_requests_stay(void **state)
{
	uint8_t bytes[64];
	struct served s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct probe p;

		served_start(&s, &shapes[i]);
		p = probe_open(s.tcp);
		probe_send(&p, bytes, probe_call_u32(bytes, 7, SERVED_LATER,
		    1));
		served_wait_later(&s, 1);
		assert_int_equal(orpc_server_remove(s.server, SERVED_PROG,
		    SERVED_LOW), 0);
		served_release(&s, 0);
		assert_int_equal(probe_recv(&p, bytes, sizeof(bytes),
		    PATIENCE_MS), 28);
		assert_int_equal(probe_word(bytes, 0), 7);
		assert_int_equal(probe_word(bytes, 24), 1);
		probe_close(&p);
		served_stop(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_removed_may_be_freed),
		cmocka_unit_test(a_handler_is_waited_for),
		cmocka_unit_test(a_handler_may_remove),
		cmocka_unit_test(deferred_requests_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
