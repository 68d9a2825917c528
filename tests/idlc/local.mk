# SPDX-License-Identifier: BSD-3-Clause

# Tests of the emitters link them too.
EMIT_LDADD = idlc/libemit.la $(LDADD)

idlc_tests += tests/idlc/test_out
tests_idlc_test_out_LDADD = $(EMIT_LDADD)

idlc_tests += tests/idlc/test_table

# What idlc writes, and that every compiler takes it.
idlc_scripts += \
	tests/idlc/classic.sh \
	tests/idlc/cli.sh \
	tests/idlc/golden.sh \
	tests/idlc/init.sh \
	tests/idlc/matrix.sh \
	tests/idlc/names.sh \
	tests/idlc/target.sh \
	tests/idlc/wrong.sh

WRONG = 01_semicolon 02_type 03_keyword 04_string 05_duplicate_case \
	06_duplicate_procedure 07_reserved_word 08_constant 09_comment \
	10_include
EXTRA_DIST += tests/idlc/wrong/README.md tests/idlc/wrong/titles \
	$(WRONG:%=tests/idlc/wrong/%.x)

golden_dir = $(top_srcdir)/tests/idlc/golden
GOLDEN = every.x every.h every_clnt.c every_svc.c every_xdr.c \
	point.x point.h point_xdr.c
EXTRA_DIST += tests/idlc/hidden.x $(GOLDEN:%=tests/idlc/golden/%)
PHONY_TARGETS += golden
golden: $(IDLC_DEP)
	for x in $(golden_dir)/*.x; do \
		$(IDLC_RUN) --outdir=$(golden_dir) $$x || exit 1; \
	done

# The front end; more in front.mk.
include tests/idlc/front.mk
