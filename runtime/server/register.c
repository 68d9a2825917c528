/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A server and the binder.  What else a server does goes without one: the
 * rest reaches this file through server->unregister alone.
 */
#include "runtime/server/server.h"

#define REGISTER_NS INT64_C(10000000000)
#define UNREGISTER_NS INT64_C(2000000000)

/* Takes back one version, or with program 0 all of them. */
static void
unregister(struct orpc_server *server, uint32_t program, uint32_t version)
{
	int64_t deadline = orpc_now_ns() + UNREGISTER_NS;

	if (!server->registrar)
		return;
	if (program) {
		orpc_i_registrar_remove(server->registrar, program, version,
		    deadline);
		return;
	}
	orpc_i_registrar_free(server->registrar, deadline);
	server->registrar = NULL;
}

static int
register_version(struct orpc_server *server,
    const struct service_snapshot *services)
{
	int r = 0;

	for (const struct listener *l = server->listeners; l; l = l->next)
		for (uint32_t i = 0; i < services->n; i++) {
			const struct orpc_program *p =
			    services->entries[i].service->program;

			r = orpc_i_registrar_add(server->registrar, p->number,
			    p->version, l->kind,
			    orpc_i_sockaddr_ptr(&l->addr), l->addr.n);
			if (r && r != -ORPC_E_EXISTS && r != -ORPC_E_NOTSUP)
				return r;
		}
	return 0;
}

int
orpc_server_register(struct orpc_server *server, struct orpc_error *error)
{
	struct service_view view = { 0 };
	bool first = !server->registrar;
	int r = 0;

	if (first)
		r = orpc_i_registrar_new(server->o.binder, server->o.log,
		    server->o.log_ctx, &server->registrar);
	if (r)
		return orpc_i_server_fail(error, r, 0, "binder");
	r = register_version(server, orpc_i_services_view(&server->services,
	    &view));
	orpc_i_services_view_fini(&view);
	if (r)
		return orpc_i_server_fail(error, r, 0, "binder");
	server->unregister = unregister;
	r = orpc_i_registrar_apply(server->registrar, orpc_now_ns() +
	    REGISTER_NS, error);
	/* A binder that is not there yet is waited for while we serve. */
	if (first && (!r || r == -ORPC_E_BINDER || r == -ORPC_E_TIMEOUT)) {
		int watched = orpc_i_registrar_watch(server->registrar,
		    server->loops[0].loop);

		r = r ? r : watched;
	}
	return r;
}
