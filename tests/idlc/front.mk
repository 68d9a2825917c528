# SPDX-License-Identifier: BSD-3-Clause
# Tests of the language: libidlc's front end.

idlc_tests += tests/idlc/test_language
EXTRA_DIST += tests/idlc/language.txt
