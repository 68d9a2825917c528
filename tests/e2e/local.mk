# SPDX-License-Identifier: BSD-3-Clause
# Whole programs, as their users run them.
e2e_scripts += \
	tests/e2e/calculator.sh \
	tests/e2e/demo.sh \
	tests/e2e/installed.sh \
	tests/e2e/quickstart.sh \
	tests/e2e/tshark.sh \
	tests/e2e/valgrind.sh \
	tests/e2e/vanish.sh

e2e_scripts += tests/e2e/linecount.sh
e2e_scripts += tests/e2e/shapes.sh
EXTRA_DIST += tests/e2e/calculator_lib.sh
include tests/e2e/election.mk
