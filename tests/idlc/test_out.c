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

static void
deep_lines_are_indented(void **state)
{
	(void)state;
	expect_text(VARS({ "v", "a\nb" }), 19, "x\n$v$\n",
	    "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tx\n"
	    "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\ta\n"
	    "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tb\n");
	expect_text(VARS({ "none", "" }), 1, "$none$\n\n", "\t\n\n");
}

/* Values of any length, with every special character at every place. */
static void
values_may_hold_lines(void **state)
{
	char value[40], want[80];

	(void)state;
	for (size_t n = 1; n < sizeof(value); n++)
		for (size_t at = 0; at < n; at++) {
			memset(value, 'x', n);
			value[n] = '\0';
			value[at] = '\v';
			snprintf(want, sizeof(want), "\t%s\n", value);
			want[at + 1] = ' ';
			expect_text(VARS({ "v", value }), 1, "$v$\n", want);
			value[at] = '\n';
			snprintf(want, sizeof(want), "\t%.*s\n%s%s\n",
			    (int)at, value, at + 1 < n ? "\t" : "",
			    value + at + 1);
			expect_text(VARS({ "v", value }), 1, "$v$\n", want);
		}
}

/* A line of many pieces, longer than any buffer that is there for lines. */
static void
very_long_lines_are_folded(void **state)
{
	char value[60 * 41 + 1], want[60 * 45 + 2];
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		memset(value + 41 * i, 'a' + i % 26, 40);
		value[41 * i + 40] = '\v';
		at += (size_t)snprintf(want + at, sizeof(want) - at,
		    "%s%.40s", i ? "\n    " : "", value + 41 * i);
	}
	value[60 * 41 - 1] = '\0';
	strcpy(want + at, "\n");
	expect_text(VARS({ "v", value }), 0, "$v$\n", want);
	/* Tabs of its own do not mislead it. */
	expect_text(VARS({ "v", "1234567\t1234567\t1234567\t1234567\t1234567"
	    "\t1234567\t1234567\t1234567\t1234567\v8" }), 0, "$v$\n",
	    "1234567\t1234567\t1234567\t1234567\t1234567"
	    "\t1234567\t1234567\t1234567\t1234567 8\n");
	expect_text(VARS({ "v", "\t\t\t\t\t1234567\t1234567890123456789012345"
	    "\v890123456" }), 0,
	    "$v$\n", "\t\t\t\t\t1234567\t1234567890123456789012345\n"
	    "\t\t\t\t\t    890123456\n");
}

/* Used again, a template takes the values of that time. */
static void
templates_are_kept(void **state)
{
	static const char template[] = "$a$-$b$\n";
	char a[] = "a", b[] = "b";
	struct outputs set = OUTPUTS_INIT;
	struct out *o = outputs_open(&set, NULL);
	size_t n;

	(void)state;
	out(o, VARS({ "a", "1" }, { "b", "2" }), template);
	out(o, VARS({ "b", "3" }, { "c", "0" }, { "a", "4" }), template);
	out(o, VARS({ a, "5" }, { b, "6" }), template);
	assert_string_equal(out_text(o, &n), "1-2\n4-3\n5-6\n");
	outputs_discard(&set);
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

/* Much text at once goes to the file without a stop in the buffer. */
static void
large_texts_keep_their_place(void **state)
{
	enum { LARGE = 600000 };
	char path[] = "/tmp/idlc-out-XXXXXX";
	char *text = malloc(LARGE), *back = malloc(LARGE + 16);
	struct outputs set = OUTPUTS_INIT;
	int fd = mkstemp(path);
	struct out *o;
	FILE *f;

	(void)state;
	assert_true(fd >= 0 && text && back);
	close(fd);
	memset(text, 'x', LARGE);
	text[LARGE - 1] = '\n';
	o = outputs_open(&set, path);
	out(o, NULL, "first\n");
	out_raw(o, text, LARGE);
	out(o, NULL, "la");
	assert_int_equal(out_size(o), LARGE + 8);
	out(o, NULL, "st\n");
	assert_int_equal(outputs_commit(&set), 0);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fread(back, 1, LARGE + 16, f), LARGE + 11);
	assert_memory_equal(back, "first\n", 6);
	assert_memory_equal(back + 6, text, LARGE);
	assert_memory_equal(back + 6 + LARGE, "last\n", 5);
	fclose(f);
	unlink(path);
	free(text);
	free(back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_named),
		cmocka_unit_test(lines_are_indented),
		cmocka_unit_test(long_lines_are_folded),
		cmocka_unit_test(deep_lines_are_indented),
		cmocka_unit_test(values_may_hold_lines),
		cmocka_unit_test(very_long_lines_are_folded),
		cmocka_unit_test(templates_are_kept),
		cmocka_unit_test(all_outputs_or_none),
		cmocka_unit_test(large_texts_keep_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
