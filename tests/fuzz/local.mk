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
	tests/fuzz/corpus/idl/docs.txt \
	tests/fuzz/corpus/idl/faults.txt \
	tests/fuzz/corpus/idl/lost_braces.txt \
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

if FUZZERS
FUZZ_MAIN = $(FUZZ_LDFLAGS)
else
check_LTLIBRARIES += tests/fuzz/libdriver.la
FUZZ_MAIN = tests/fuzz/libdriver.la
fuzz_scripts += tests/fuzz/corpus.sh
endif
tests_fuzz_libdriver_la_SOURCES = tests/fuzz/driver.c tests/fuzz/fuzz.h
FUZZ_LDADD = $(FUZZ_MAIN) runtime/liborpc_whole.la idlc/libidlc_whole.la \
	xdr/liboxdr_whole.la
check_PROGRAMS += $(fuzz_programs)
