#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# tally.sh DIR...: adds up the TAP results of `make check` in these build
# directories. Names what failed and what was skipped on stderr, prints
# "passed failed skipped" on stdout.

find "$@" -name '*.log' ! -name test-suite.log -print | sort |
	xargs -r grep -hE '^(FAIL|XPASS|ERROR|SKIP): tests/' >&2
find "$@" -name '*.trs' -print | sort | xargs -r cat | awk '
	/^:test-result: (PASS|XFAIL)/ { passed++ }
	/^:test-result: (FAIL|XPASS|ERROR)/ { failed++ }
	/^:test-result: SKIP/ { skipped++ }
	END { print passed + 0, failed + 0, skipped + 0 }
'
