# SPDX-License-Identifier: BSD-3-Clause
# Tests of the language: libidlc's front end, and the table of constructs
# through the whole of idlc.

idlc_tests += \
	tests/idlc/test_language \
	tests/idlc/test_schema
idlc_scripts += \
	tests/idlc/language.sh \
	tests/idlc/messages.sh
check_PROGRAMS += tests/idlc/wire_program
EXTRA_DIST += tests/idlc/language.txt \
	tests/idlc/bad/names.x tests/idlc/bad/names.txt \
	tests/idlc/bad/supplied.x tests/idlc/bad/supplied.txt \
	tests/idlc/bad/syntax.x tests/idlc/bad/syntax.txt \
	tests/idlc/bad/warnings.x tests/idlc/bad/warnings.txt
