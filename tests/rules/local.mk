# SPDX-License-Identifier: BSD-3-Clause
# What holds for the whole tree.
rules_tests += \
	tests/rules/test_versions
