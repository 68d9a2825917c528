/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who this process is, as AUTH_SYS tells it (RFC 5531 appendix A).
 */
#include <orpc/auth.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/io/addr.h"

/* More groups than AUTH_SYS can carry are cut, as every client does. */
static uint32_t
groups_self(uint32_t *out)
{
	int n = getgroups(0, NULL);
	gid_t *all = n > 0 ? calloc((size_t)n, sizeof(*all)) : NULL;

	if (!all)
		return 0;
	n = getgroups(n, all);
	if (n > (int)ORPC_AUTH_SYS_GIDS_MAX)
		n = ORPC_AUTH_SYS_GIDS_MAX;
	for (int i = 0; i < n; i++)
		out[i] = all[i];
	free(all);
	return n > 0 ? (uint32_t)n : 0;
}

void
orpc_auth_sys_self(struct orpc_auth_sys *out)
{
	memset(out, 0, sizeof(*out));
	out->stamp = orpc_i_random();
	if (gethostname(out->machine_name, sizeof(out->machine_name) - 1) < 0)
		strcpy(out->machine_name, "localhost");
	out->uid = geteuid();
	out->gid = getegid();
	out->n_gids = groups_self(out->gids);
}
