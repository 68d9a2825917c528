# SPDX-License-Identifier: BSD-3-Clause
# Workload W1: codecs against each other (README.md has method and figures).
W1_BENCHES = tests/bench/codec/bench_codec tests/bench/codec/bench_codec16 \
	tests/bench/codec/bench_codec32 tests/bench/codec/bench_codec48
EXTRA_PROGRAMS += $(W1_BENCHES)
W1_FILES = \
	tests/bench/codec/place.c \
	tests/bench/codec/bench_codec.c \
	tests/bench/codec/contest.h \
	tests/bench/codec/w1_memcpy.c \
	tests/bench/codec/w1_message.c
W1_CPPFLAGS = $(AM_CPPFLAGS) $(W1_TIRPC_CPPFLAGS) $(W1_PROTOBUF_CPPFLAGS)
W1_PARTS = tests/bench/codec/libw1.la $(W1_TIRPC_LIBS) $(W1_PROTOBUF_LIBS) \
	xdr/liboxdr.la
tests_bench_codec_bench_codec_SOURCES = $(W1_FILES)
tests_bench_codec_bench_codec_CPPFLAGS = $(W1_CPPFLAGS) -DPLACE=0
tests_bench_codec_bench_codec_LDADD = $(W1_PARTS)
tests_bench_codec_bench_codec16_SOURCES = $(W1_FILES)
tests_bench_codec_bench_codec16_CPPFLAGS = $(W1_CPPFLAGS) -DPLACE=16
tests_bench_codec_bench_codec16_LDADD = $(W1_PARTS)
tests_bench_codec_bench_codec32_SOURCES = $(W1_FILES)
tests_bench_codec_bench_codec32_CPPFLAGS = $(W1_CPPFLAGS) -DPLACE=32
tests_bench_codec_bench_codec32_LDADD = $(W1_PARTS)
tests_bench_codec_bench_codec48_SOURCES = $(W1_FILES)
tests_bench_codec_bench_codec48_CPPFLAGS = $(W1_CPPFLAGS) -DPLACE=48
tests_bench_codec_bench_codec48_LDADD = $(W1_PARTS)

# Three rounds at each place; `make bench-codec W1_SVG=FILE` keeps the plot.
W1_SVG = -
W1_ROUNDS = 3
PHONY_TARGETS += bench-codec
bench_targets += bench-codec
bench-codec:
	+@$(MAKE) $(AM_MAKEFLAGS) $(W1_BENCHES)
	$(srcdir)/tests/bench/codec/report.sh $(W1_SVG) $(W1_ROUNDS) \
		$(W1_BENCHES:%=./%)

# Contestants with idlc's types.
W1_NATIVE = tests/bench/codec/native/w1.h tests/bench/codec/native/w1_xdr.c
EXTRA_LTLIBRARIES = tests/bench/codec/libw1.la \
	tests/bench/codec/libw1_tirpc.la tests/bench/codec/libw1_protobuf.la
tests_bench_codec_libw1_la_SOURCES = \
	tests/bench/codec/w1_limit.c \
	tests/bench/codec/w1_limit.h \
	tests/bench/codec/w1_limit_small.c \
	tests/bench/codec/w1_ours.c
nodist_tests_bench_codec_libw1_la_SOURCES = tests/bench/codec/native/w1_xdr.c
tests_bench_codec_libw1_la_CPPFLAGS = $(AM_CPPFLAGS) -Itests/bench/codec/native
tests/bench/codec/libw1_la-w1_limit.lo \
tests/bench/codec/libw1_la-w1_limit_small.lo \
tests/bench/codec/libw1_la-w1_ours.lo \
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

# protobuf-c: the same values in its own format.
if BENCH_PROTOBUF
W1_PROTOBUF_CPPFLAGS = -DHAVE_W1_PROTOBUF
W1_PROTOBUF_LIBS = tests/bench/codec/libw1_protobuf.la $(PROTOBUF_C_LIBS)
endif
tests_bench_codec_libw1_protobuf_la_SOURCES = \
	tests/bench/codec/w1_protobuf.c
nodist_tests_bench_codec_libw1_protobuf_la_SOURCES = \
	tests/bench/codec/protobuf/w1.pb-c.c
tests_bench_codec_libw1_protobuf_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-Itests/bench/codec/native -Itests/bench/codec/protobuf \
	$(PROTOBUF_C_CFLAGS)
tests_bench_codec_libw1_protobuf_la_CFLAGS = $(AM_CFLAGS) -w
tests/bench/codec/libw1_protobuf_la-w1_protobuf.lo \
tests/bench/codec/protobuf/libw1_protobuf_la-w1.pb-c.lo: \
	tests/bench/codec/native/w1.h tests/bench/codec/protobuf/w1.pb-c.h
tests/bench/codec/protobuf/w1.pb-c.h: $(srcdir)/tests/bench/codec/w1.proto
	$(AM_V_GEN)$(MKDIR_P) tests/bench/codec/protobuf && \
	$(PROTOC_C) --proto_path=$(srcdir)/tests/bench/codec \
		--c_out=tests/bench/codec/protobuf w1.proto
tests/bench/codec/protobuf/w1.pb-c.c: tests/bench/codec/protobuf/w1.pb-c.h
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }
CLEANFILES += tests/bench/codec/protobuf/w1.pb-c.h \
	tests/bench/codec/protobuf/w1.pb-c.c

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
	tests/bench/codec/report.sh tests/bench/codec/w1.x \
	tests/bench/codec/w1.proto
