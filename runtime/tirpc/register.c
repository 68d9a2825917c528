/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Versions registered with libtirpc's server.
 *
 * A dispatch function of libtirpc's is told program and version, and nothing
 * of whoever registered it.  So what belongs to them is kept here, in a list
 * of the process, as libtirpc keeps its own.
 */
#include <orpc/tirpc.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "runtime/tirpc/datagram.h"
#include "runtime/tirpc/serve.h"

#define ARGS_MAX ((size_t)4 << 20)

struct registered {
	struct tirpc_service is;
	struct registered *next;
};

static pthread_mutex_t tirpc_lock = PTHREAD_MUTEX_INITIALIZER;
static struct registered *tirpc_services;

/* ---- The list --------------------------------------------------------------- */

/* Where a version is linked, or would be; the lock is held. */
static struct registered **
link_of(uint32_t program, uint32_t version)
{
	struct registered **link = &tirpc_services;
	const struct orpc_program *p;

	for (; *link; link = &(*link)->next) {
		p = (*link)->is.service->program;
		if (p->number == program && p->version == version)
			break;
	}
	return link;
}

/* A copy, as the handler may unregister itself. */
static bool
find(uint32_t program, uint32_t version, struct tirpc_service *out)
{
	struct registered *r;

	pthread_mutex_lock(&tirpc_lock);
	r = *link_of(program, version);
	if (r)
		*out = r->is;
	pthread_mutex_unlock(&tirpc_lock);
	return r != NULL;
}

/* Lists a version: 0 also when it is there, with the same service. */
static int
list(const struct tirpc_service *s, bool *out_fresh)
{
	const struct orpc_program *p = s->service->program;
	struct registered **link, *r;
	int e = 0;

	pthread_mutex_lock(&tirpc_lock);
	link = link_of(p->number, p->version);
	r = *link;
	*out_fresh = !r;
	if (r && (r->is.service != s->service || r->is.ops != s->ops)) {
		e = -ORPC_E_EXISTS;
	} else if (!r) {
		r = calloc(1, sizeof(*r));
		e = r ? 0 : -OXDR_E_NOMEM;
		*link = r;
	}
	if (!e)
		r->is = *s;
	pthread_mutex_unlock(&tirpc_lock);
	return e;
}

static bool
unlist(uint32_t program, uint32_t version)
{
	struct registered **link, *r;

	pthread_mutex_lock(&tirpc_lock);
	link = link_of(program, version);
	r = *link;
	if (r)
		*link = r->next;
	pthread_mutex_unlock(&tirpc_lock);
	free(r);
	return r != NULL;
}

/* ---- Calls ------------------------------------------------------------------ */

static bool
is_native(const struct tirpc_service *s, uint32_t procedure)
{
	if (!s->o.classic)
		return true;
	for (size_t i = 0; i < s->o.n_native; i++)
		if (s->o.native[i] == procedure)
			return true;
	return false;
}

static void
dispatch(struct svc_req *rq, SVCXPRT *xprt)
{
	struct tirpc_service s;

	if (!find(rq->rq_prog, rq->rq_vers, &s))
		svcerr_noprog(xprt);
	else if (is_native(&s, rq->rq_proc))
		orpc_i_tirpc_serve(&s, rq, xprt);
	else
		s.o.classic(rq, xprt);
}

/* ---- Registering ------------------------------------------------------------ */

static int
options_take(struct tirpc_service *s, const struct orpc_tirpc_options *options)
{
	if (options)
		s->o = *options;
	if (s->o.flags & ~ORPC_SERVER_RELAXED)
		return -ORPC_E_NOTSUP;
	if ((s->o.protocol && s->o.netconfig) ||
	    (s->o.n_native && !s->o.classic))
		return -ORPC_E_INVAL;
	if (!s->o.max_args_bytes)
		s->o.max_args_bytes = ARGS_MAX;
	return 0;
}

/* Tells libtirpc's server, then the binder. */
static int
tell(SVCXPRT *xprt, const struct tirpc_service *s)
{
	const struct orpc_program *p = s->service->program;

	if (!svc_reg(xprt, p->number, p->version, dispatch, NULL))
		return -ORPC_E_EXISTS;
	if (s->o.netconfig && !svc_reg(xprt, p->number, p->version, dispatch,
	    s->o.netconfig))
		return -ORPC_E_BINDER;
	if (s->o.protocol && !svc_register(xprt, p->number, p->version,
	    dispatch, s->o.protocol))
		return -ORPC_E_BINDER;
	return 0;
}

int
orpc_tirpc_register(struct __rpc_svcxprt *xprt,
    const struct orpc_service *service, const void *ops,
    const struct orpc_tirpc_options *options)
{
	struct tirpc_service s = { .service = service, .ops = ops };
	int type = orpc_i_tirpc_type(xprt);
	bool fresh;
	int e = options_take(&s, options);

	if (e)
		return e;
	if (type != SOCK_STREAM && type != SOCK_DGRAM)
		return -ORPC_E_NOTSUP;
	e = type == SOCK_DGRAM ? orpc_i_tirpc_measure(xprt) : 0;
	if (!e)
		e = list(&s, &fresh);
	if (e)
		return e;
	e = tell(xprt, &s);
	if (e == -ORPC_E_EXISTS && fresh)
		unlist(service->program->number, service->program->version);
	return e;
}

int
orpc_tirpc_unregister(uint32_t program, uint32_t version)
{
	if (!unlist(program, version))
		return -ORPC_E_NOTFOUND;
	svc_unreg(program, version);
	return 0;
}
