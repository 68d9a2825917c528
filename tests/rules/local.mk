# SPDX-License-Identifier: BSD-3-Clause
# What holds for the whole tree.
rules_tests += \
	tests/rules/test_versions

# Run by .ci/run: needs a build directory of its own.
EXTRA_DIST += tests/rules/tarball.sh
