/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which system calls are left to orpcbind once it listens (seccomp).  In a
 * build without libseccomp, or with a sanitizer, confine_none.c stands in.
 */
#ifndef ORPC_BINDER_CONFINE_H
#define ORPC_BINDER_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What becomes of a call that is not on the list.  Refusing is the default: a
 * C library that is newer than the list must not end the binder of a whole
 * host, and an intruder gains as little from EPERM as from an end.  Calls that
 * only an intruder would make (to start a program, to trace one) end the
 * process in either case.
 */
enum confine_mode {
	CONFINE_REFUSE = 0,	/* it fails with EPERM */
	CONFINE_KILL = 1,	/* SIGSYS ends the process */
	CONFINE_OFF = 2
};

/* Can this build confine at all? */
bool confine_is_built(void);

/*
 * Confines the calling thread and those it will start; with all_threads also
 * those that run.  It can't be undone.
 *
 * Returns 0, or -1 with a message: also where this build can't.
 */
int confine(enum confine_mode mode, bool all_threads, char *error,
    size_t n_error);

/* What confine would do or did, for people. */
void confine_text(enum confine_mode mode, char *buf, size_t n);

#endif
