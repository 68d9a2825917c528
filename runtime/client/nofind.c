/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Look-ups until runtime/bind/find.c is there; goes away with its arrival.
 */
#include <string.h>

#include "runtime/client/find.h"

int
orpc_i_find(const struct orpc_i_find_query *query, int64_t deadline_ns,
    uint16_t *out_port, struct orpc_error *error)
{
	(void)query;
	(void)deadline_ns;
	(void)out_port;
	memset(error, 0, sizeof(*error));
	return -ORPC_E_BINDER;
}

int
orpc_i_find_start(struct orpc_loop *loop,
    const struct orpc_i_find_query *query, int64_t deadline_ns,
    orpc_i_found_fn *on_done, void *ctx, struct orpc_i_find **out)
{
	(void)loop;
	(void)query;
	(void)deadline_ns;
	(void)on_done;
	(void)ctx;
	(void)out;
	return -ORPC_E_BINDER;
}

void
orpc_i_find_cancel(struct orpc_i_find *find)
{
	(void)find;
}
