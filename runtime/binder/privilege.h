/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving up what orpcbind does not need once it listens.
 */
#ifndef ORPC_BINDER_PRIVILEGE_H
#define ORPC_BINDER_PRIVILEGE_H

#include <stddef.h>

/* Is there such a user?  NULL is taken.  0, or -1 with a message. */
int privilege_check(const char *user, char *error, size_t n_error);

/*
 * Takes on a user's rights for a while, if it runs as root and user is not
 * NULL: files that are made meanwhile are that user's.  privilege_resume ends
 * it.  0, or -1 with a message.
 */
int privilege_lend(const char *user, char *error, size_t n_error);
void privilege_resume(void);

/*
 * Becomes `user` if it runs as root and user is not NULL, and gives up the
 * means to gain anything (no_new_privs).  0, or -1 with a message.
 */
int privilege_drop(const char *user, char *error, size_t n_error);

#endif
