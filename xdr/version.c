/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Says which liboxdr is running, so that a bug report can name the library
 * a program was started with and not only the one it was compiled against.
 */
#include <oxdr/version.h>

#include "config.h"

const char *
oxdr_version(void)
{
	return PACKAGE_VERSION;
}
