# SPDX-License-Identifier: BSD-3-Clause
# Tests of the language: libidlc's front end, and the table of constructs
# through the whole of idlc.

idlc_tests += tests/idlc/test_language
EXTRA_DIST += tests/idlc/language.txt

idlc_scripts += tests/idlc/language.sh
check_PROGRAMS += tests/idlc/wire_program
