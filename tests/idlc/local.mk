# SPDX-License-Identifier: BSD-3-Clause

# Tests of the emitters link them too.
EMIT_LDADD = idlc/libemit.la $(LDADD)

idlc_tests += tests/idlc/test_out
tests_idlc_test_out_LDADD = $(EMIT_LDADD)

# The front end; more in front.mk.
include tests/idlc/front.mk
