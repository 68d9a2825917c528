/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The printer: values, indentation, folding of long lines, and that outputs
 * appear all or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idlc/emit/out.h"
#include "xdr/base.h"

static void
expect_text(const struct out_var *vars, int depth, const char *template,
    const char *want)
{
	struct outputs set = OUTPUTS_INIT;
	struct out *o = outputs_open(&set, NULL);
	size_t n;

	out_indent(o, depth);
	out(o, vars, template);
	assert_string_equal(out_text(o, &n), want);
	assert_int_equal(n, strlen(want));
	outputs_discard(&set);
}

static void
values_are_named(void **state)
{
	(void)state;
	expect_text(VARS({ "a", "x" }, { "ab", "y" }, { "n", NUM(0) }), 0,
	    "$ab$ $a$$ab$ $n$ $$\n", "y xy 0 $\n");
	expect_text(VARS({ "n", NUM(UINT64_MAX) }), 0, "$n$",
	    "18446744073709551615");
	expect_text(VARS({ "a", "" }, { "b", "$a$" }), 0, "$a$|$b$|\n",
	    "|$a$|\n");
}

static void
lines_are_indented(void **state)
{
	(void)state;
	expect_text(NULL, 1, "a\n\tb\n\nc\n", "\ta\n\t\tb\n\n\tc\n");
	expect_text(VARS({ "two", "one\ntwo" }), 1, "$two$\n",
	    "\tone\n\ttwo\n");
}

static void
long_lines_are_folded(void **state)
{
	(void)state;
	expect_text(NULL, 0, "short(a,\vb);\n", "short(a, b);\n");
	expect_text(NULL, 1,
	    "if (call_of_a_function(the_first_argument,\v"
	    "the_second_argument,\vthe_third))\n",
	    "\tif (call_of_a_function(the_first_argument, "
	    "the_second_argument,\n\t    the_third))\n");
	expect_text(NULL, 0,
	    "a_name_of_forty_columns_that_is_not_short(\f"
	    "another_name_of_the_same_length_or_so_it_is);\n",
	    "a_name_of_forty_columns_that_is_not_short(\n"
	    "    another_name_of_the_same_length_or_so_it_is);\n");
}

static int
count_entries(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void
all_outputs_or_none(void **state)
{
	char dir[] = "/tmp/idlc-out-XXXXXX";
	char good[64], bad[64];
	struct outputs set = OUTPUTS_INIT;
	char *block = calloc(1, 4096);
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(good, sizeof(good), "%s/good.h", dir);
	snprintf(bad, sizeof(bad), "%s/missing/bad.h", dir);
	memset(block, '\n', 4096);

	for (int i = 0; i < 200; i++) {
		struct out *o = i ? set.first : outputs_open(&set, good);

		out_raw(o, block, 4096);
	}
	outputs_open(&set, bad);
	assert_int_equal(outputs_commit(&set), -1);
	assert_string_equal(set.what, "create");
	assert_string_equal(set.path, bad);
	assert_int_equal(set.error, ENOENT);
	assert_int_equal(count_entries(dir), 0);

	out(outputs_open(&set, good), NULL, "text\n");
	outputs_discard(&set);
	assert_int_equal(count_entries(dir), 0);

	out(outputs_open(&set, good), NULL, "text\n");
	assert_int_equal(outputs_commit(&set), 0);
	assert_int_equal(count_entries(dir), 1);
	f = fopen(good, "r");
	assert_non_null(f);
	assert_int_equal(fread(block, 1, 4096, f), 5);
	assert_memory_equal(block, "text\n", 5);
	fclose(f);

	outputs_open(&set, dir);
	assert_int_equal(outputs_commit(&set), -1);
	assert_int_equal(set.error, EISDIR);
	outputs_discard(&set);
	unlink(good);
	assert_int_equal(rmdir(dir), 0);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_named),
		cmocka_unit_test(lines_are_indented),
		cmocka_unit_test(long_lines_are_folded),
		cmocka_unit_test(all_outputs_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
