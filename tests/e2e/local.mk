# SPDX-License-Identifier: BSD-3-Clause
# Whole programs, as their users run them.
e2e_scripts += \
	tests/e2e/installed.sh
