/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who calls: credentials that a client sends, the identity that a handler
 * reads (RFC 5531 section 8.2, appendix A).
 */
#ifndef ORPC_AUTH_H
#define ORPC_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum orpc_auth_flavor {
	ORPC_AUTH_NONE = 0,
	ORPC_AUTH_SYS = 1,
	ORPC_AUTH_SHORT = 2,
	ORPC_AUTH_DH = 3,
	ORPC_RPCSEC_GSS = 6,
	ORPC_AUTH_TLS = 7
};

#define ORPC_AUTH_BODY_MAX 400u	/* RFC 5531 section 8.2 */
#define ORPC_AUTH_SYS_NAME_MAX 255u	/* appendix A */
#define ORPC_AUTH_SYS_GIDS_MAX 16u

/*
 * An AUTH_SYS credential, or a handler's view of one.
 *
 * As a client's: `struct orpc_auth_sys` is the caller's and is borrowed while
 * a call that uses it runs.
 */
struct orpc_auth_sys {
	uint32_t stamp;
	char machine_name[ORPC_AUTH_SYS_NAME_MAX + 1];
	uint32_t uid;
	uint32_t gid;
	uint32_t n_gids;
	uint32_t gids[ORPC_AUTH_SYS_GIDS_MAX];
};

/* Fills in this process's host name, effective ids and groups (16 at most). */
void orpc_auth_sys_self(struct orpc_auth_sys *out);

/*
 * What is known of a caller.  `sys` is what the peer claims: on its own it
 * proves nothing.  The unix_ members come from the kernel (SO_PEERCRED).
 */
struct orpc_identity {
	enum orpc_auth_flavor flavor;
	const struct orpc_auth_sys *sys;	/* AUTH_SYS; else NULL */
	bool has_unix_peer;
	uint32_t unix_uid;
	uint32_t unix_gid;
	int32_t unix_pid;
};

#ifdef __cplusplus
}
#endif

#endif
