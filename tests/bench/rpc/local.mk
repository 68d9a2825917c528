# SPDX-License-Identifier: BSD-3-Clause
# Benchmarks of calls: servers and clients of ours, of rpcgen with libtirpc,
# and the limit. run.sh lets them compete.
bench_echo_generated = \
	tests/bench/rpc/echo.h \
	tests/bench/rpc/echo_xdr.c \
	tests/bench/rpc/echo_clnt.c \
	tests/bench/rpc/echo_svc.c
tests/bench/rpc/echo.stamp: tests/bench/rpc/echo.x $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && \
	$(IDLC_RUN) --outdir=$(@D) $(top_srcdir)/tests/bench/rpc/echo.x \
		&& touch $@
$(bench_echo_generated): tests/bench/rpc/echo.stamp
	@test -f $@ || { rm -f tests/bench/rpc/echo.stamp; \
	$(MAKE) $(AM_MAKEFLAGS) tests/bench/rpc/echo.stamp; }

bench_tirpc_generated = \
	tests/bench/rpc/tirpc/echo.h \
	tests/bench/rpc/tirpc/echo_xdr.c \
	tests/bench/rpc/tirpc/echo_clnt.c \
	tests/bench/rpc/tirpc/echo_svc.c
# rpcgen puts its input's path into #include lines: run it beside a copy.
tests/bench/rpc/tirpc/echo.stamp: tests/bench/rpc/echo.x
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cd $(@D) && \
	cp $(abs_top_srcdir)/tests/bench/rpc/echo.x . && \
	rm -f echo.h echo_xdr.c echo_clnt.c echo_svc.c && \
	$(RPCGEN) -h -o echo.h echo.x && $(RPCGEN) -c -o echo_xdr.c echo.x && \
	$(RPCGEN) -l -o echo_clnt.c echo.x && \
	$(RPCGEN) -m -o echo_svc.c echo.x && touch echo.stamp
$(bench_tirpc_generated): tests/bench/rpc/tirpc/echo.stamp
CLEANFILES += tests/bench/rpc/echo.stamp $(bench_echo_generated) \
	tests/bench/rpc/tirpc/echo.stamp tests/bench/rpc/tirpc/echo.x \
	$(bench_tirpc_generated) bench-rpc.txt

bench_rpc_cppflags = $(AM_CPPFLAGS) -I$(top_builddir)/tests/bench/rpc
bench_rpc_tirpc_cflags = $(LIBTIRPC_CFLAGS) -w

tests_bench_rpc_raw_echo_SOURCES = tests/bench/rpc/raw_echo.c
tests_bench_rpc_raw_echo_LDADD =
tests_bench_rpc_raw_latency_SOURCES = tests/bench/rpc/raw_latency.c \
	tests/bench/rpc/latency.h tests/bench/rpc/raw_client.h
tests_bench_rpc_raw_latency_LDADD =
tests_bench_rpc_raw_pipeline_SOURCES = tests/bench/rpc/raw_pipeline.c \
	tests/bench/rpc/latency.h tests/bench/rpc/raw_client.h
tests_bench_rpc_raw_pipeline_LDADD =

tests_bench_rpc_orpc_echo_SOURCES = tests/bench/rpc/orpc_echo.c
nodist_tests_bench_rpc_orpc_echo_SOURCES = $(bench_echo_generated)
tests_bench_rpc_orpc_echo_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_orpc_echo_LDADD = runtime/liborpc.la xdr/liboxdr.la
tests_bench_rpc_orpc_latency_SOURCES = tests/bench/rpc/orpc_latency.c \
	tests/bench/rpc/latency.h
nodist_tests_bench_rpc_orpc_latency_SOURCES = $(bench_echo_generated)
tests_bench_rpc_orpc_latency_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_orpc_latency_LDADD = runtime/liborpc.la xdr/liboxdr.la
tests_bench_rpc_orpc_pipeline_SOURCES = tests/bench/rpc/orpc_pipeline.c \
	tests/bench/rpc/latency.h
nodist_tests_bench_rpc_orpc_pipeline_SOURCES = $(bench_echo_generated)
tests_bench_rpc_orpc_pipeline_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_orpc_pipeline_LDADD = runtime/liborpc.la xdr/liboxdr.la

tests_bench_rpc_tirpc_echo_SOURCES = tests/bench/rpc/tirpc_echo.c
nodist_tests_bench_rpc_tirpc_echo_SOURCES = \
	tests/bench/rpc/tirpc/echo.h tests/bench/rpc/tirpc/echo_xdr.c \
	tests/bench/rpc/tirpc/echo_svc.c
tests_bench_rpc_tirpc_echo_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_tirpc_echo_CFLAGS = $(AM_CFLAGS) $(bench_rpc_tirpc_cflags)
tests_bench_rpc_tirpc_echo_LDADD = $(LIBTIRPC_LIBS)
tests_bench_rpc_tirpc_latency_SOURCES = tests/bench/rpc/tirpc_latency.c \
	tests/bench/rpc/latency.h
nodist_tests_bench_rpc_tirpc_latency_SOURCES = \
	tests/bench/rpc/tirpc/echo.h tests/bench/rpc/tirpc/echo_xdr.c \
	tests/bench/rpc/tirpc/echo_clnt.c
tests_bench_rpc_tirpc_latency_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_tirpc_latency_CFLAGS = $(AM_CFLAGS) $(bench_rpc_tirpc_cflags)
tests_bench_rpc_tirpc_latency_LDADD = $(LIBTIRPC_LIBS)

$(tests_bench_rpc_orpc_echo_OBJECTS) $(tests_bench_rpc_orpc_latency_OBJECTS) \
$(tests_bench_rpc_orpc_pipeline_OBJECTS): tests/bench/rpc/echo.h
$(tests_bench_rpc_tirpc_echo_OBJECTS) \
$(tests_bench_rpc_tirpc_latency_OBJECTS): tests/bench/rpc/tirpc/echo.h

bench_rpc_programs = tests/bench/rpc/raw_echo tests/bench/rpc/raw_latency \
	tests/bench/rpc/raw_pipeline tests/bench/rpc/orpc_echo \
	tests/bench/rpc/orpc_latency tests/bench/rpc/orpc_pipeline
bench_rpc_tirpc_programs = tests/bench/rpc/tirpc_echo \
	tests/bench/rpc/tirpc_latency
EXTRA_PROGRAMS += $(bench_rpc_programs) $(bench_rpc_tirpc_programs)
EXTRA_DIST += tests/bench/rpc/README.md tests/bench/rpc/echo.x tests/bench/rpc/run.sh \
	tests/bench/rpc/summary.awk

if HAVE_LIBTIRPC
if HAVE_RPCGEN
bench_rpc_programs += $(bench_rpc_tirpc_programs)
endif
endif
# `make bench-rpc BENCH_ARGS='--rounds=3 latency'`
PHONY_TARGETS += bench-rpc
bench_targets += bench-rpc
bench-rpc:
	+@$(MAKE) $(AM_MAKEFLAGS) all && \
	$(MAKE) $(AM_MAKEFLAGS) $(bench_rpc_programs) && \
	$(AM_TESTS_ENVIRONMENT) \
	bash $(top_srcdir)/tests/bench/rpc/run.sh $(BENCH_ARGS)

# What a callback costs.
bench_callback_generated = \
	tests/bench/rpc/callback.h \
	tests/bench/rpc/callback_xdr.c \
	tests/bench/rpc/callback_clnt.c \
	tests/bench/rpc/callback_svc.c
tests/bench/rpc/callback.stamp: tests/bench/rpc/callback.x $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && \
	$(IDLC_RUN) --outdir=$(@D) $(top_srcdir)/tests/bench/rpc/callback.x \
		&& touch $@
$(bench_callback_generated): tests/bench/rpc/callback.stamp
	@test -f $@ || { rm -f tests/bench/rpc/callback.stamp; \
	$(MAKE) $(AM_MAKEFLAGS) tests/bench/rpc/callback.stamp; }
CLEANFILES += tests/bench/rpc/callback.stamp $(bench_callback_generated)
EXTRA_DIST += tests/bench/rpc/callback.x
tests_bench_rpc_callback_bench_SOURCES = tests/bench/rpc/callback_bench.c
nodist_tests_bench_rpc_callback_bench_SOURCES = $(bench_callback_generated)
tests_bench_rpc_callback_bench_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_callback_bench_LDADD = runtime/liborpc.la xdr/liboxdr.la
bench_programs += tests/bench/rpc/callback_bench
$(tests_bench_rpc_callback_bench_OBJECTS): tests/bench/rpc/callback.h

# Instructions of a call in the server: guarded by make check.
check_PROGRAMS += tests/bench/rpc/turns
tests_bench_rpc_turns_SOURCES = tests/bench/rpc/turns.c
nodist_tests_bench_rpc_turns_SOURCES = tests/bench/rpc/echo.h \
	tests/bench/rpc/echo_xdr.c tests/bench/rpc/echo_svc.c
tests_bench_rpc_turns_CPPFLAGS = $(bench_rpc_cppflags)
tests_bench_rpc_turns_LDADD = runtime/liborpc_whole.la xdr/liboxdr_whole.la
$(tests_bench_rpc_turns_OBJECTS): tests/bench/rpc/echo.h
bench_built += tests/bench/rpc/turns
bench_scripts += tests/bench/rpc/instructions.sh
