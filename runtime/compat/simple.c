/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The simple calls of old.  This file holds the only state of the process
 * that the library has: the procedures registered, the server that runs, and
 * the memory of results not yet given back.
 */
#include <orpc/compat.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/client.h>
#include <orpc/server.h>

/* One procedure; `proc` is what the server is told of it. */
struct simple_proc {
	struct orpc_proc proc;
	orpc_simple_fn *fn;
};

/*
 * A version with its procedures, sorted by number.  ctx stands first, as in
 * every struct of handlers.
 */
struct simple_version {
	void *ctx;
	struct simple_version *next;
	struct orpc_program program;
	struct orpc_service service;
	struct simple_proc *procs;
	uint32_t n;
	struct orpc_proc *told;		/* as the tables want them */
	orpc_serve_fn **serve;
};

/* Memory of a result that orpc_callrpc gave out. */
struct simple_result {
	struct simple_result *next;
	void *res;
	struct orpc_call call;
};

/* Under the mutex: all but `server`, which a signal handler reads, and
 * `stopping`, how many stop it just now: it is not freed under them. */
static struct {
	pthread_mutex_t mutex;
	struct simple_version *versions;
	struct simple_result *results;
	bool running;
	_Atomic(struct orpc_server *) server;
	atomic_uint stopping;
} compat_state = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* ---- Serving ------------------------------------------------------------------ */

/* The result is copied flat: it is encoded before the procedure is called
 * again. */
static int
simple_serve(struct orpc_request *rq, const void *ops, const void *arg,
    void *out)
{
	const struct simple_version *v = ops;
	const struct orpc_proc *proc = orpc_request_proc(rq);
	const void *result;

	for (uint32_t i = 0; i < v->n; i++) {
		if (v->procs[i].proc.number != proc->number)
			continue;
		/* The old interface lets it change its argument. */
		result = v->procs[i].fn((void *)(uintptr_t)arg);
		if (!proc->res)
			return 0;
		if (!result)
			return ORPC_R_SYSTEM_ERR;
		memcpy(out, result, proc->res->size);
		return 0;
	}
	return ORPC_R_PROC_UNAVAIL;
}

/* ---- Registering --------------------------------------------------------------- */

static struct simple_version *
version_get(uint32_t program, uint32_t version)
{
	struct simple_version *v = compat_state.versions;

	while (v && (v->program.number != program ||
	    v->program.version != version))
		v = v->next;
	if (v)
		return v;
	v = calloc(1, sizeof(*v));
	if (!v)
		return NULL;
	v->program.number = program;
	v->program.version = version;
	v->program.name = "PROGRAM";
	v->program.version_name = "VERSION";
	v->next = compat_state.versions;
	compat_state.versions = v;
	return v;
}

static int
version_add(struct simple_version *v, const struct simple_proc *p)
{
	struct simple_proc *procs;
	uint32_t at = 0;

	while (at < v->n && v->procs[at].proc.number < p->proc.number)
		at++;
	if (at < v->n && v->procs[at].proc.number == p->proc.number)
		return -ORPC_E_EXISTS;
	procs = reallocarray(v->procs, v->n + 1, sizeof(*procs));
	if (!procs)
		return -OXDR_E_NOMEM;
	v->procs = procs;
	memmove(procs + at + 1, procs + at, (v->n - at) * sizeof(*procs));
	procs[at] = *p;
	v->n++;
	return 0;
}

int
orpc_registerrpc(uint32_t program, uint32_t version, uint32_t procedure,
    orpc_simple_fn *fn, const struct oxdr_type *in,
    const struct oxdr_type *out)
{
	const struct simple_proc p = { .proc = { .number = procedure,
	    .name = "procedure", .arg = in, .res = out }, .fn = fn };
	struct simple_version *v;
	int result = -OXDR_E_NOMEM;

	if (procedure == 0 || !fn)
		return -ORPC_E_INVAL;
	pthread_mutex_lock(&compat_state.mutex);
	if (compat_state.running) {
		result = -ORPC_E_BUSY;
	} else {
		v = version_get(program, version);
		if (v)
			result = version_add(v, &p);
	}
	pthread_mutex_unlock(&compat_state.mutex);
	return result;
}

/* ---- Running ---------------------------------------------------------------------- */

/* The tables of a version as the server wants them. */
static int
version_tell(struct simple_version *v)
{
	v->told = calloc(v->n, sizeof(*v->told));
	v->serve = calloc(v->n, sizeof(orpc_serve_fn *));
	if (!v->told || !v->serve)
		return -OXDR_E_NOMEM;
	for (uint32_t i = 0; i < v->n; i++) {
		v->told[i] = v->procs[i].proc;
		v->serve[i] = simple_serve;
	}
	v->program.procs = v->told;
	v->program.n_procs = v->n;
	v->service.program = &v->program;
	v->service.serve = v->serve;
	return 0;
}

static void
versions_free(struct simple_version *v)
{
	while (v) {
		struct simple_version *next = v->next;

		free(v->procs);
		free(v->told);
		free(v->serve);
		free(v);
		v = next;
	}
}

static int
serve(struct orpc_server *server, struct simple_version *v)
{
	int result = orpc_server_listen(server, "udp://*:0", NULL);

	if (!result)
		result = orpc_server_listen(server, "tcp://*:0", NULL);
	for (; v && !result; v = v->next) {
		result = version_tell(v);
		if (!result)
			result = orpc_server_add(server, &v->service, v);
	}
	if (!result)
		result = orpc_server_register(server, NULL);
	if (result)
		return result;
	atomic_store(&compat_state.server, server);
	result = orpc_server_run(server);
	atomic_store(&compat_state.server, NULL);
	while (atomic_load(&compat_state.stopping))
		sched_yield();
	return result;
}

int
orpc_svc_run(void)
{
	struct simple_version *mine;
	struct orpc_server *server;
	int result = 0;

	pthread_mutex_lock(&compat_state.mutex);
	mine = compat_state.versions;
	if (compat_state.running)
		result = -ORPC_E_BUSY;
	else if (!mine)
		result = -ORPC_E_NOTFOUND;
	compat_state.running |= !result;
	pthread_mutex_unlock(&compat_state.mutex);
	if (result)
		return result;

	result = orpc_server_open(NULL, &server);
	if (!result) {
		result = serve(server, mine);
		orpc_server_close(server);
	}
	pthread_mutex_lock(&compat_state.mutex);
	compat_state.versions = NULL;
	compat_state.running = false;
	pthread_mutex_unlock(&compat_state.mutex);
	versions_free(mine);
	return result;
}

void
orpc_svc_exit(void)
{
	struct orpc_server *server;

	atomic_fetch_add(&compat_state.stopping, 1);
	server = atomic_load(&compat_state.server);
	if (server)
		orpc_server_stop(server);
	atomic_fetch_sub(&compat_state.stopping, 1);
}

/* ---- Calling ------------------------------------------------------------------------ */

static int
call_over(const char *address, const struct orpc_program *program,
    uint32_t procedure, const struct oxdr_type *in, const void *arg,
    const struct oxdr_type *out, void *res, struct orpc_call *call)
{
	struct orpc_client *client;
	int result = orpc_client_open(address, program, NULL, &client, NULL);

	if (result)
		return result;
	result = orpc_call_dynamic(client, call, program->number,
	    program->version, procedure, in, arg, out, res);
	orpc_client_close(client);
	return result;
}

int
orpc_callrpc(const char *host, uint32_t program, uint32_t version,
    uint32_t procedure, const struct oxdr_type *in, const void *arg,
    const struct oxdr_type *out, void *res)
{
	const struct orpc_program p = { .number = program,
	    .version = version };
	struct simple_result *keep = calloc(1, sizeof(*keep));
	struct orpc_addr addr;
	char udp[ORPC_HOST_MAX + 32];
	int result;

	if (!keep)
		return -OXDR_E_NOMEM;
	result = call_over(host, &p, procedure, in, arg, out, res,
	    &keep->call);
	if (result == -ORPC_E_UNREGISTERED &&
	    orpc_addr_parse(host, &addr) == 0 && addr.transport == ORPC_TCP) {
		addr.transport = ORPC_UDP;
		orpc_addr_format(&addr, udp, sizeof(udp));
		result = call_over(udp, &p, procedure, in, arg, out, res,
		    &keep->call);
	}
	if (result || !out) {
		orpc_call_fini(&keep->call);
		free(keep);
		return result;
	}
	keep->res = res;
	pthread_mutex_lock(&compat_state.mutex);
	keep->next = compat_state.results;
	compat_state.results = keep;
	pthread_mutex_unlock(&compat_state.mutex);
	return 0;
}

void
orpc_freeres(const struct oxdr_type *out, void *res)
{
	struct simple_result **at, *keep;

	pthread_mutex_lock(&compat_state.mutex);
	for (at = &compat_state.results; (keep = *at) && keep->res != res;)
		at = &keep->next;
	if (keep)
		*at = keep->next;
	pthread_mutex_unlock(&compat_state.mutex);
	if (!keep)
		return;
	orpc_call_fini(&keep->call);
	free(keep);
	if (out)
		memset(res, 0, out->size);
}
