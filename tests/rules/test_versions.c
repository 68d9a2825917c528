/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every library says the version of the package it came from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <idlc/version.h>
#include <orpc/version.h>
#include <oxdr/version.h>

#include "config.h"

static void
libraries_say_the_packages_version(void **state)
{
	(void)state;
	assert_string_equal(oxdr_version(), PACKAGE_VERSION);
	assert_string_equal(idlc_version(), PACKAGE_VERSION);
	assert_string_equal(orpc_version(), PACKAGE_VERSION);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libraries_say_the_packages_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
