# SPDX-License-Identifier: BSD-3-Clause
same_scripts += tests/same/same.sh
check_PROGRAMS += tests/same/schema
tests_same_schema_LDADD =
EXTRA_DIST += \
	tests/same/messages.c \
	tests/same/values.c \
	tests/same/wire.c \
	tests/same/wire.h
