#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# tally.sh DIR...: adds up the TAP results of `make check` in these build
# directories. Names what failed and what was skipped on stderr, prints
# "passed failed skipped" on stdout.

find "$@" -name '*.trs' -print | sort | xargs -r awk '
	function name() {
		file = FILENAME
		sub(/.*\/tests\//, "tests/", file)
		sub(/\.trs$/, "", file)
		sub(/^:test-result: [A-Z]+ ?/, "")
		return file ": " $0
	}
	/^:test-result: (PASS|XFAIL)/ { passed++ }
	/^:test-result: (FAIL|XPASS|ERROR)/ {
		failed++
		kind = $2
		print kind ": " name() > "/dev/stderr"
	}
	/^:test-result: SKIP/ {
		skipped++
		print "SKIP: " name() > "/dev/stderr"
	}
	END { print passed + 0, failed + 0, skipped + 0 }
'
