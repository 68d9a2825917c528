/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Giving up privileges, in the order that leaves none behind: groups, group,
 * user; then no program that is started may give them back.
 */
#include "runtime/binder/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct passwd *
user_find(const char *user, char *error, size_t n_error)
{
	const struct passwd *pw = getpwnam(user);

	if (!pw)
		snprintf(error, n_error, "no such user: %s", user);
	return pw;
}

int
privilege_check(const char *user, char *error, size_t n_error)
{
	return !user || user_find(user, error, n_error) ? 0 : -1;
}

int
privilege_lend(const char *user, char *error, size_t n_error)
{
	const struct passwd *pw;

	if (!user || geteuid() != 0)
		return 0;
	pw = user_find(user, error, n_error);
	if (!pw)
		return -1;
	if (setegid(pw->pw_gid) == 0 && seteuid(pw->pw_uid) == 0)
		return 0;
	snprintf(error, n_error, "can't become %s: %s", user,
	    strerror(errno));
	privilege_resume();
	return -1;
}

void
privilege_resume(void)
{
	/* To what it was: that can't fail. */
	if (seteuid(getuid()) < 0 || setegid(getgid()) < 0)
		abort();
}

static int
become(const char *user, char *error, size_t n_error)
{
	const struct passwd *pw = user_find(user, error, n_error);

	if (!pw)
		return -1;
	if (setgroups(0, NULL) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0) {
		snprintf(error, n_error, "can't become %s: %s", user,
		    strerror(errno));
		return -1;
	}
	if (pw->pw_uid != 0 && setuid(0) == 0) {
		snprintf(error, n_error, "still root after becoming %s",
		    user);
		return -1;
	}
	return 0;
}

int
privilege_drop(const char *user, char *error, size_t n_error)
{
	if (user && geteuid() == 0 && become(user, error, n_error))
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		snprintf(error, n_error, "no_new_privs: %s",
		    strerror(errno));
		return -1;
	}
	return 0;
}
