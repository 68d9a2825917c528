# SPDX-License-Identifier: BSD-3-Clause
# Entry points for fuzzing, and a run over their corpus as a test.
#
#   fuzz_programs += tests/fuzz/fuzz_record
#   tests_fuzz_fuzz_record_LDADD = $(FUZZ_LDADD)
#
# The corpus of fuzz_record is tests/fuzz/corpus/record/*.hex and *.txt.
#
# With --enable-fuzzers (clang) they are libFuzzer programs; else
# tests/fuzz/driver.c stands in.
fuzz_programs = \
	tests/fuzz/fuzz_idl \
	tests/fuzz/fuzz_message \
	tests/fuzz/fuzz_record
tests_fuzz_fuzz_idl_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_message_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_record_LDADD = $(FUZZ_LDADD)
EXTRA_DIST += \
	tests/fuzz/corpus/idl/doc_nul.txt \
	tests/fuzz/corpus/idl/docs.txt \
	tests/fuzz/corpus/idl/faults.txt \
	tests/fuzz/corpus/idl/lost_braces.txt \
	tests/fuzz/corpus/idl/marker_zero.txt \
	tests/fuzz/corpus/idl/nul.txt \
	tests/fuzz/corpus/idl/orphan.txt \
	tests/fuzz/corpus/idl/preprocess.txt \
	tests/fuzz/corpus/idl/types.txt \
	tests/fuzz/corpus/message/call.hex \
	tests/fuzz/corpus/message/call_none.hex \
	tests/fuzz/corpus/message/denied.hex \
	tests/fuzz/corpus/message/long_cred.hex \
	tests/fuzz/corpus/message/mismatch.hex \
	tests/fuzz/corpus/message/reply.hex \
	tests/fuzz/corpus/record/empty_fragments.hex \
	tests/fuzz/corpus/record/too_long.hex \
	tests/fuzz/corpus/record/two_records.hex

# All of idlc up to the C compiler.
fuzz_programs += tests/fuzz/fuzz_generate
tests_fuzz_fuzz_generate_SOURCES = tests/fuzz/fuzz_generate.c \
	tests/fuzz/mutate.c tests/fuzz/mutate.h idlc/compile.c idlc/options.c
tests_fuzz_fuzz_generate_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSOURCE='"$(abs_top_srcdir)"' -DTIRPC_CFLAGS='"$(LIBTIRPC_CFLAGS)"'
tests_fuzz_fuzz_generate_LDADD = $(FUZZ_MAIN) idlc/libclassic.la \
	idlc/libemit.la idlc/libidlc_whole.la xdr/liboxdr_whole.la
EXTRA_DIST += \
	tests/fuzz/corpus/generate/arena.txt \
	tests/fuzz/corpus/generate/client_version.txt \
	tests/fuzz/corpus/generate/dispatcher.txt \
	tests/fuzz/corpus/generate/guarded_const.txt \
	tests/fuzz/corpus/generate/hidden.txt \
	tests/fuzz/corpus/generate/keyword_number.txt \
	tests/fuzz/corpus/generate/locals.txt \
	tests/fuzz/corpus/generate/macro_member.txt \
	tests/fuzz/corpus/generate/minus_case.txt \
	tests/fuzz/corpus/generate/minus_version.txt \
	tests/fuzz/corpus/generate/param_type.txt \
	tests/fuzz/corpus/generate/sample.txt \
	tests/fuzz/corpus/generate/sample_empty.txt \
	tests/fuzz/corpus/generate/stub_macro.txt \
	tests/fuzz/corpus/generate/svc_req.txt \
	tests/fuzz/corpus/generate/wide_case.txt \
	tests/fuzz/corpus/generate/wide_enum.txt \
	tests/fuzz/corpus/generate/wide_enum_case.txt \
	tests/fuzz/corpus/generate/xdr_type.txt

# The codec: every type of every.x, by generated code and by table, through
# the target that idlc itself writes; and JSON read as those types.
fuzz_programs += tests/fuzz/fuzz_codec tests/fuzz/fuzz_json
EVERY = tests/fuzz/gen/every.h tests/fuzz/gen/every_xdr.c \
	tests/fuzz/gen/every_fuzz.c
nodist_tests_fuzz_fuzz_codec_SOURCES = tests/fuzz/gen/every_xdr.c \
	tests/fuzz/gen/every_fuzz.c
tests_fuzz_fuzz_codec_SOURCES =
tests_fuzz_fuzz_codec_CPPFLAGS = $(AM_CPPFLAGS) -Itests/fuzz/gen
tests_fuzz_fuzz_codec_CFLAGS = $(AM_CFLAGS) -Wconversion
tests_fuzz_fuzz_codec_LDADD = $(FUZZ_MAIN) xdr/liboxdr_whole.la
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c
nodist_tests_fuzz_fuzz_json_SOURCES = tests/fuzz/gen/every_xdr.c
tests_fuzz_fuzz_json_CPPFLAGS = $(AM_CPPFLAGS) -Itests/fuzz/gen
tests_fuzz_fuzz_json_LDADD = $(FUZZ_MAIN) xdr/liboxdr_whole.la
$(tests_fuzz_fuzz_codec_OBJECTS) $(tests_fuzz_fuzz_json_OBJECTS): \
	tests/fuzz/gen/every.h
tests/fuzz/gen/every.h: $(srcdir)/tests/fuzz/every.x $(IDLC_DEP)
	$(AM_V_GEN)$(MKDIR_P) tests/fuzz/gen && \
	$(IDLC_RUN) -W no-zero-size --emit=header,xdr,fuzz \
		--outdir=tests/fuzz/gen $(srcdir)/tests/fuzz/every.x
tests/fuzz/gen/every_xdr.c tests/fuzz/gen/every_fuzz.c: tests/fuzz/gen/every.h
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }
CLEANFILES += $(EVERY)
EXTRA_DIST += tests/fuzz/every.x
EXTRA_DIST += \
	tests/fuzz/corpus/codec/blob.hex \
	tests/fuzz/corpus/codec/bools.hex \
	tests/fuzz/corpus/codec/bush.hex \
	tests/fuzz/corpus/codec/octets.hex \
	tests/fuzz/corpus/codec/chain.hex \
	tests/fuzz/corpus/codec/chain_ptr.hex \
	tests/fuzz/corpus/codec/color.hex \
	tests/fuzz/corpus/codec/colors.hex \
	tests/fuzz/corpus/codec/digest.hex \
	tests/fuzz/corpus/codec/digests.hex \
	tests/fuzz/corpus/codec/either.hex \
	tests/fuzz/corpus/codec/everything.hex \
	tests/fuzz/corpus/codec/floats.hex \
	tests/fuzz/corpus/codec/hypers.hex \
	tests/fuzz/corpus/codec/list.hex \
	tests/fuzz/corpus/codec/login.hex \
	tests/fuzz/corpus/codec/many.hex \
	tests/fuzz/corpus/codec/maybe_int.hex \
	tests/fuzz/corpus/codec/maybe_ints.hex \
	tests/fuzz/corpus/codec/mixed.hex \
	tests/fuzz/corpus/codec/mixed_inner.hex \
	tests/fuzz/corpus/codec/mixeds.hex \
	tests/fuzz/corpus/codec/name.hex \
	tests/fuzz/corpus/codec/nothing.hex \
	tests/fuzz/corpus/codec/nothings.hex \
	tests/fuzz/corpus/codec/figure.hex \
	tests/fuzz/corpus/codec/open.hex \
	tests/fuzz/corpus/codec/perhaps.hex \
	tests/fuzz/corpus/codec/pick.hex \
	tests/fuzz/corpus/codec/ping.hex \
	tests/fuzz/corpus/codec/point.hex \
	tests/fuzz/corpus/codec/points.hex \
	tests/fuzz/corpus/codec/pong.hex \
	tests/fuzz/corpus/codec/rest.hex \
	tests/fuzz/corpus/codec/ring.hex \
	tests/fuzz/corpus/codec/rope.hex \
	tests/fuzz/corpus/codec/scalars.hex \
	tests/fuzz/corpus/codec/sparse.hex \
	tests/fuzz/corpus/codec/words.hex \
	tests/fuzz/corpus/codec/texts.hex \
	tests/fuzz/corpus/codec/tree.hex \
	tests/fuzz/corpus/codec/triple.hex \
	tests/fuzz/corpus/codec/triples.hex \
	tests/fuzz/corpus/json/bush.hex \
	tests/fuzz/corpus/json/chain.hex \
	tests/fuzz/corpus/json/cut.hex \
	tests/fuzz/corpus/json/either.hex \
	tests/fuzz/corpus/json/floats.hex \
	tests/fuzz/corpus/json/list.hex \
	tests/fuzz/corpus/json/long_list.txt \
	tests/fuzz/corpus/json/login.hex \
	tests/fuzz/corpus/json/many.hex \
	tests/fuzz/corpus/json/ping.hex \
	tests/fuzz/corpus/json/rope.hex \
	tests/fuzz/corpus/json/some.hex \
	tests/fuzz/corpus/json/texts.hex

if FUZZERS
FUZZ_MAIN = $(FUZZ_LDFLAGS)
else
check_LTLIBRARIES += tests/fuzz/libdriver.la
FUZZ_MAIN = tests/fuzz/libdriver.la
fuzz_scripts += tests/fuzz/corpus.sh tests/fuzz/loop.sh
endif
tests_fuzz_libdriver_la_SOURCES = tests/fuzz/driver.c tests/fuzz/fuzz.h \
	tests/fuzz/loop.c tests/fuzz/loop.h
FUZZ_LDADD = $(FUZZ_MAIN) runtime/liborpc_whole.la idlc/libidlc_whole.la \
	xdr/liboxdr_whole.la
check_PROGRAMS += $(fuzz_programs)
