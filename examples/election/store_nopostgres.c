/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands in for store_postgres.c where libpq is not there.
 */
#include "store.h"

static int
absent_open(struct store *store, const char *where, bool may_create)
{
	(void)may_create;
	(void)where;
	return store_fail(store, "this program was built without PostgreSQL "
	    "(package libpq-dev)");
}

const struct store_kind store_postgres = { .open = absent_open };
