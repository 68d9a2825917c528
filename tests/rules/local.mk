# SPDX-License-Identifier: BSD-3-Clause
# What holds for the whole tree.
rules_tests += \
	tests/rules/test_versions
rules_scripts += \
	tests/rules/freestanding.sh \
	tests/rules/documented.sh \
	tests/rules/headers.sh \
	tests/rules/layers.sh \
	tests/rules/symbols.sh \
	tests/rules/with_tirpc.sh
EXTRA_DIST += tests/rules/with_tirpc.c

# Run by .ci/run: needs a build directory of its own.
EXTRA_DIST += tests/rules/tarball.sh
