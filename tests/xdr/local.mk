# SPDX-License-Identifier: BSD-3-Clause

# Types and tables written by hand.
check_LTLIBRARIES += tests/xdr/libschema.la
tests_xdr_libschema_la_SOURCES = \
	tests/xdr/codec.h \
	tests/xdr/schema.c \
	tests/xdr/schema.h
SCHEMA_LDADD = tests/xdr/libschema.la $(LDADD)

xdr_tests += tests/xdr/test_interp
tests_xdr_test_interp_LDADD = $(SCHEMA_LDADD)
xdr_tests += tests/xdr/test_hostile
tests_xdr_test_hostile_LDADD = $(SCHEMA_LDADD)
xdr_tests += tests/xdr/test_json
tests_xdr_test_json_LDADD = $(SCHEMA_LDADD)
xdr_tests += tests/xdr/test_values
tests_xdr_test_values_LDADD = $(SCHEMA_LDADD)
xdr_tests += tests/xdr/test_swap
