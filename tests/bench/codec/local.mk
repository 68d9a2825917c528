# SPDX-License-Identifier: BSD-3-Clause
# Workload W1: codecs against each other (README.md has method and figures).
bench_programs += tests/bench/codec/bench_codec
tests_bench_codec_bench_codec_SOURCES = \
	tests/bench/codec/bench_codec.c \
	tests/bench/codec/contest.h \
	tests/bench/codec/w1_memcpy.c \
	tests/bench/codec/w1_message.c
tests_bench_codec_bench_codec_CPPFLAGS = $(AM_CPPFLAGS) $(W1_TIRPC_CPPFLAGS)
tests_bench_codec_bench_codec_LDADD = tests/bench/codec/libw1.la \
	$(W1_TIRPC_LIBS) xdr/liboxdr.la

# Contestants with idlc's types.
W1_NATIVE = tests/bench/codec/native/w1.h tests/bench/codec/native/w1_xdr.c
EXTRA_LTLIBRARIES = tests/bench/codec/libw1.la \
	tests/bench/codec/libw1_tirpc.la
tests_bench_codec_libw1_la_SOURCES = \
	tests/bench/codec/w1_limit.c \
	tests/bench/codec/w1_ours.c
nodist_tests_bench_codec_libw1_la_SOURCES = tests/bench/codec/native/w1_xdr.c
tests_bench_codec_libw1_la_CPPFLAGS = $(AM_CPPFLAGS) -Itests/bench/codec/native
tests/bench/codec/libw1_la-w1_limit.lo tests/bench/codec/libw1_la-w1_ours.lo \
tests/bench/codec/native/libw1_la-w1_xdr.lo: tests/bench/codec/native/w1.h
tests/bench/codec/native/w1.h: $(srcdir)/tests/bench/codec/w1.x $(IDLC_DEP)
	$(AM_V_GEN)$(MKDIR_P) tests/bench/codec/native && \
	$(IDLC_RUN) --outdir=tests/bench/codec/native \
		$(srcdir)/tests/bench/codec/w1.x
tests/bench/codec/native/w1_xdr.c: tests/bench/codec/native/w1.h
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }
CLEANFILES += $(W1_NATIVE) $(EXTRA_LTLIBRARIES)

# The one with rpcgen's.
if HAVE_LIBTIRPC
if HAVE_RPCGEN
W1_TIRPC_CPPFLAGS = -DHAVE_W1_TIRPC
W1_TIRPC_LIBS = tests/bench/codec/libw1_tirpc.la $(LIBTIRPC_LIBS)
endif
endif
tests_bench_codec_libw1_tirpc_la_SOURCES = tests/bench/codec/w1_tirpc.c
nodist_tests_bench_codec_libw1_tirpc_la_SOURCES = tests/bench/codec/tirpc/w1_xdr.c
tests_bench_codec_libw1_tirpc_la_CPPFLAGS = $(AM_CPPFLAGS) -Itests/bench/codec/tirpc \
	$(LIBTIRPC_CFLAGS)
tests_bench_codec_libw1_tirpc_la_CFLAGS = $(AM_CFLAGS) -w
tests/bench/codec/libw1_tirpc_la-w1_tirpc.lo \
tests/bench/codec/tirpc/libw1_tirpc_la-w1_xdr.lo: tests/bench/codec/tirpc/w1.h
tests/bench/codec/tirpc/w1.h: $(srcdir)/tests/bench/codec/w1.x
	$(AM_V_GEN)$(MKDIR_P) tests/bench/codec/tirpc && \
	cp -f $(srcdir)/tests/bench/codec/w1.x tests/bench/codec/tirpc/w1.x && \
	rm -f $@ && $(RPCGEN) -h -o $@ tests/bench/codec/tirpc/w1.x
tests/bench/codec/tirpc/w1_xdr.c: tests/bench/codec/tirpc/w1.h
	$(AM_V_GEN)rm -f $@ && (cd tests/bench/codec/tirpc && \
	$(RPCGEN) -c -o w1_xdr.c w1.x)
CLEANFILES += tests/bench/codec/tirpc/w1.h tests/bench/codec/tirpc/w1.x \
	tests/bench/codec/tirpc/w1_xdr.c

# Instructions of the small struct: guarded by make check.
check_PROGRAMS += tests/bench/codec/small
tests_bench_codec_small_SOURCES = tests/bench/codec/small.c
nodist_tests_bench_codec_small_SOURCES = tests/bench/codec/native/w1_xdr.c
tests_bench_codec_small_CPPFLAGS = $(AM_CPPFLAGS) -Itests/bench/codec/native
tests_bench_codec_small_LDADD = xdr/liboxdr_whole.la
tests/bench/codec/small-small.$(OBJEXT) \
tests/bench/codec/native/small-w1_xdr.$(OBJEXT): tests/bench/codec/native/w1.h
bench_scripts += tests/bench/codec/instructions.sh
bench_built += tests/bench/codec/small

EXTRA_DIST += tests/bench/codec/README.md tests/bench/codec/codec.svg \
	tests/bench/codec/report.sh tests/bench/codec/w1.x
