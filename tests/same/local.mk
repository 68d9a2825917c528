# SPDX-License-Identifier: BSD-3-Clause
same_scripts += tests/same/same.sh
check_PROGRAMS += tests/same/schema
tests_same_schema_LDADD =
EXTRA_DIST += \
	tests/same/messages.c \
	tests/same/values.c \
	tests/same/wire.c \
	tests/same/wire.h

# Generated code and strangers, on the types that the codec is fuzzed with.
same_tests += tests/same/test_strangers
tests_same_test_strangers_SOURCES = tests/same/test_strangers.c
nodist_tests_same_test_strangers_SOURCES = tests/fuzz/gen/every_xdr.c
tests_same_test_strangers_CPPFLAGS = $(AM_CPPFLAGS) -Itests/fuzz/gen
tests_same_test_strangers_LDADD = tests/lib/libtest.la \
	xdr/liboxdr_whole.la $(CMOCKA_LIBS)
$(tests_same_test_strangers_OBJECTS): tests/fuzz/gen/every.h

# What both do with memory.
same_tests += tests/same/test_memory
tests_same_test_memory_SOURCES = tests/same/test_memory.c
nodist_tests_same_test_memory_SOURCES = tests/fuzz/gen/every_xdr.c
tests_same_test_memory_CPPFLAGS = $(AM_CPPFLAGS) -Itests/fuzz/gen
tests_same_test_memory_LDADD = tests/lib/libtest.la \
	xdr/liboxdr_whole.la $(CMOCKA_LIBS)
$(tests_same_test_memory_OBJECTS): tests/fuzz/gen/every.h
