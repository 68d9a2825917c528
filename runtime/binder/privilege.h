/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving up what orpcbind does not need once it listens.
 */
#ifndef ORPC_BINDER_PRIVILEGE_H
#define ORPC_BINDER_PRIVILEGE_H

#include <stddef.h>

/*
 * Becomes `user` if it runs as root and user is not NULL, and gives up the
 * means to gain anything (no_new_privs).  0, or -1 with a message.
 */
int privilege_drop(const char *user, char *error, size_t n_error);

#endif
