# SPDX-License-Identifier: BSD-3-Clause
# The codec stands on libc only, and so do its tests.
XDR_LDADD = tests/lib/libtest.la xdr/liboxdr_whole.la $(CMOCKA_LIBS)

# Types and tables written by hand.
check_LTLIBRARIES += tests/xdr/libschema.la
tests_xdr_libschema_la_SOURCES = \
	tests/xdr/codec.h \
	tests/xdr/schema.c \
	tests/xdr/schema.h
SCHEMA_LDADD = tests/xdr/libschema.la $(XDR_LDADD)

xdr_tests += tests/xdr/test_arena
tests_xdr_test_arena_LDADD = $(XDR_LDADD)

xdr_tests += tests/xdr/test_hostile
tests_xdr_test_hostile_LDADD = $(SCHEMA_LDADD)

xdr_tests += tests/xdr/test_interp
tests_xdr_test_interp_LDADD = $(SCHEMA_LDADD)

xdr_tests += tests/xdr/test_json
tests_xdr_test_json_LDADD = $(SCHEMA_LDADD)

xdr_tests += tests/xdr/test_reader
tests_xdr_test_reader_LDADD = $(XDR_LDADD)

xdr_tests += tests/xdr/test_swap
tests_xdr_test_swap_LDADD = $(XDR_LDADD)

xdr_tests += tests/xdr/test_values
tests_xdr_test_values_LDADD = $(SCHEMA_LDADD)

xdr_tests += tests/xdr/test_writer
tests_xdr_test_writer_LDADD = $(XDR_LDADD)

EXTRA_DIST += tests/xdr/cross.sh
