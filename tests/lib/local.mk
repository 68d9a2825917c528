# SPDX-License-Identifier: BSD-3-Clause
# What tests share: tap.sh for scripts, libtest.la for programs.
check_LTLIBRARIES += tests/lib/libtest.la
tests_lib_libtest_la_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_lib_libtest_la_SOURCES = \
	tests/lib/random.h \
	tests/lib/test.h \
	tests/lib/alloc.c \
	tests/lib/bytes.c \
	tests/lib/net.c \
	tests/lib/proxy.c \
	tests/lib/proxy.h
EXTRA_DIST += tests/lib/stage.sh tests/lib/tally.sh tests/lib/tap.sh
rules_tests += tests/lib/test_lib tests/lib/test_proxy
