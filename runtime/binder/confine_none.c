/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For builds without libseccomp, or with a sanitizer: its leak check stops
 * the process from a child that traces it, which is what the list forbids.
 */
#include "runtime/binder/confine.h"

#include <stdio.h>

static const char none[] = "built without libseccomp, or with a sanitizer";

bool
confine_is_built(void)
{
	return false;
}

int
confine(enum confine_mode mode, bool all_threads, char *error, size_t n_error)
{
	(void)all_threads;
	if (mode == CONFINE_OFF)
		return 0;
	snprintf(error, n_error, "%s", none);
	return -1;
}

void
confine_text(enum confine_mode mode, char *buf, size_t n)
{
	snprintf(buf, n, "any%s%s%s", mode == CONFINE_OFF ? "" : " (",
	    mode == CONFINE_OFF ? "" : none, mode == CONFINE_OFF ? "" : ")");
}
