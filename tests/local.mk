# SPDX-License-Identifier: BSD-3-Clause
# Tests speak TAP. A room's tests are in tests/ROOM/local.mk:
#
#   xdr_tests += tests/xdr/test_arena        a program; its source is
#                                            tests/xdr/test_arena.c
#   xdr_scripts += tests/xdr/list.sh         a shell script
#
# A program links tests/lib, the whole of our three libraries (hidden
# symbols too) and cmocka, unless its own tests_xdr_test_arena_LDADD says
# otherwise. `make check-xdr` builds and runs one room's tests.

TEST_EXTENSIONS = .sh
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_COMPILER = $(BASH_FOR_TESTS)
BASH_FOR_TESTS = bash

# What scripts may ask for. Paths are absolute: tests run from any directory.
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	IDLC='$(abs_top_builddir)/idlc/idlc'; export IDLC; \
	ORPCBIND='$(abs_top_builddir)/runtime/binder/orpcbind'; export ORPCBIND; \
	ORPCINFO='$(abs_top_builddir)/runtime/tools/orpcinfo'; export ORPCINFO; \
	ORPCLOAD='$(abs_top_builddir)/runtime/tools/orpcload'; export ORPCLOAD; \
	LIBTOOL='$(abs_top_builddir)/libtool'; export LIBTOOL; \
	CC='$(CC)'; export CC; \
	CFLAGS='$(CFLAGS)'; export CFLAGS; \
	CPPFLAGS='$(CPPFLAGS)'; export CPPFLAGS; \
	LDFLAGS='$(LDFLAGS)'; export LDFLAGS; \
	SANITIZE_CFLAGS='$(SANITIZE_CFLAGS)'; export SANITIZE_CFLAGS; \
	LIBTIRPC_CFLAGS='$(LIBTIRPC_CFLAGS)'; export LIBTIRPC_CFLAGS; \
	LIBTIRPC_LIBS='$(LIBTIRPC_LIBS)'; export LIBTIRPC_LIBS; \
	RPCGEN='$(RPCGEN)'; export RPCGEN; \
	RPCBIND='$(RPCBIND)'; export RPCBIND; \
	RPCINFO='$(RPCINFO)'; export RPCINFO; \
	TSHARK='$(TSHARK)'; export TSHARK; \
	VALGRIND='$(VALGRIND)'; export VALGRIND; \
	MANDOC='$(MANDOC)'; export MANDOC; \
	MAKE='$(MAKE)'; export MAKE; \
	MAKEFLAGS=; export MAKEFLAGS;

LDADD = tests/lib/libtest.la \
	runtime/liborpc_whole.la idlc/libidlc_whole.la xdr/liboxdr_whole.la \
	$(CMOCKA_LIBS)

xdr_tests =
xdr_scripts =
idlc_tests =
idlc_scripts =
runtime_tests =
runtime_scripts =
same_tests =
same_scripts =
interop_tests =
interop_scripts =
e2e_tests =
e2e_scripts =
fuzz_tests =
fuzz_scripts =
bench_tests =
bench_scripts =
bench_built =
bench_programs =
bench_targets =
rules_tests =
rules_scripts =

include tests/lib/local.mk
include tests/xdr/local.mk
include tests/idlc/local.mk
include tests/rpcgen/local.mk
include tests/runtime/local.mk
include tests/same/local.mk
include tests/interop/local.mk
include tests/e2e/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
include tests/rules/local.mk

all_test_programs = $(xdr_tests) $(idlc_tests) $(runtime_tests) \
	$(same_tests) $(interop_tests) $(e2e_tests) $(fuzz_tests) \
	$(bench_tests) $(rules_tests)
all_test_scripts = $(xdr_scripts) $(idlc_scripts) $(runtime_scripts) \
	$(same_scripts) $(interop_scripts) $(e2e_scripts) $(fuzz_scripts) \
	$(bench_scripts) $(rules_scripts)

TESTS = $(all_test_scripts)
EXTRA_DIST += $(all_test_scripts)
if HAVE_CMOCKA
check_PROGRAMS += $(all_test_programs)
TESTS += $(all_test_programs)
else
EXTRA_PROGRAMS += $(all_test_programs)
endif

# The package installed into stage/, for tests that build against it.
check_DATA = stage.stamp
stage.stamp: $(lib_LTLIBRARIES) $(bin_PROGRAMS) $(sbin_PROGRAMS) \
		$(pkgconfig_DATA) $(dist_pkgdata_DATA) $(dist_xdata_DATA) \
		$(cmake_DATA) $(dist_aclocal_DATA) \
		$(oxdrinclude_HEADERS) $(idlcinclude_HEADERS) \
		$(orpcinclude_HEADERS)
	$(AM_V_GEN)rm -rf stage && \
	$(MAKE) $(AM_MAKEFLAGS) install DESTDIR='$(abs_top_builddir)/stage' \
		>stage.log 2>&1 || { cat stage.log; exit 1; }
	@touch $@
CLEANFILES += stage.stamp stage.log installcheck.tap

# The same from the place where it was really installed.
installcheck-local:
	@$(AM_TESTS_ENVIRONMENT) ORPC_STAGE='$(DESTDIR)$(pkgconfigdir)' \
		bash $(top_srcdir)/tests/e2e/installed.sh >installcheck.tap; \
	cat installcheck.tap; ! grep '^not ok' installcheck.tap >/dev/null
clean-local:
	rm -rf stage

# Programs that measure: bench_programs += tests/bench/bench_codec in
# tests/bench/local.mk; what a script measures is a target of its own,
# bench_targets += bench-rpc. `make bench` runs all, keeps what they say in
# bench.txt, and ends in the goals that were met and missed (goals.awk says
# what a line of a goal looks like). It is no part of make check.
EXTRA_PROGRAMS += $(bench_programs)
PHONY_TARGETS += bench
bench:
	+@$(MAKE) $(AM_MAKEFLAGS) all && \
	$(MAKE) $(AM_MAKEFLAGS) $(bench_programs) && \
	{ for program in $(bench_programs); do \
		echo "== $$program"; ./$$program || echo "failed: $$program"; \
	done; \
	for target in $(bench_targets); do \
		echo "== $$target"; \
		$(MAKE) $(AM_MAKEFLAGS) $$target || echo "failed: $$target"; \
	done; } | tee bench.txt && \
	$(AWK) -f $(top_srcdir)/tests/bench/goals.awk bench.txt
CLEANFILES += bench.txt
EXTRA_DIST += tests/bench/goals.awk

ROOM_CHECKS = check-xdr check-idlc check-runtime check-same check-interop \
	check-e2e check-fuzz check-bench check-rules
PHONY_TARGETS += $(ROOM_CHECKS)
# Builds and runs one room's tests only: another room's broken test is no
# hindrance. Step by step, as two makes at work on one tree would collide.
check_room = $(MAKE) $(AM_MAKEFLAGS) all && \
	$(MAKE) $(AM_MAKEFLAGS) $(check_DATA) && \
	{ test -z "$$build$$programs" || \
		$(MAKE) $(AM_MAKEFLAGS) $$build $$programs; } && \
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS check_PROGRAMS= \
		TESTS="$$programs $$scripts"

check-xdr:
	+@programs='$(xdr_tests)' scripts='$(xdr_scripts)'; $(check_room)
check-idlc:
	+@build='tests/idlc/wire_program' programs='$(idlc_tests)' scripts='$(idlc_scripts)'; $(check_room)
check-runtime:
	+@programs='$(runtime_tests)' scripts='$(runtime_scripts)'; $(check_room)
check-same:
	+@build='tests/same/schema' programs='$(same_tests)' scripts='$(same_scripts)'; $(check_room)
check-interop:
	+@programs='$(interop_tests)' scripts='$(interop_scripts)'; $(check_room)
check-e2e:
	+@programs='$(e2e_tests)' scripts='$(e2e_scripts)'; $(check_room)
check-fuzz:
	+@build='$(fuzz_programs)' programs='$(fuzz_tests)' scripts='$(fuzz_scripts)'; $(check_room)
check-bench:
	+@build='$(bench_built)' programs='$(bench_tests)' scripts='$(bench_scripts)'; $(check_room)
check-rules:
	+@programs='$(rules_tests)' scripts='$(rules_scripts)'; $(check_room)

# Every test program under valgrind: no error, no leak. Scripts run programs
# by themselves; tests/e2e/valgrind.sh does this for theirs.
MEMCHECK = env ORPC_MEMCHECK=1 $(LIBTOOL) --mode=execute $(VALGRIND) -q --error-exitcode=99 \
	--child-silent-after-fork=yes --leak-check=full \
	--errors-for-leak-kinds=definite,indirect,possible
PHONY_TARGETS += check-valgrind
check-valgrind:
	+@programs='$(all_test_programs)' scripts=; $(check_room) \
		LOG_COMPILER='$(MEMCHECK)'
