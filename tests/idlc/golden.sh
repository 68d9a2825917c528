#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What idlc writes for tests/idlc/golden/*.x is what is checked in.
# `make golden` rewrites it; review reads the difference.
. "${top_srcdir:?}/tests/lib/tap.sh"

golden=$top_srcdir/tests/idlc/golden
for input in "$golden"/*.x; do
	stem=$(basename "$input" .x)
	dir=$tmp/$stem
	mkdir "$dir"
	ok "$stem.x compiles" "$IDLC" --outdir="$dir" "$input"
	for file in "$dir"/*; do
		ok "$(basename "$file")" diff -u \
		    "$golden/$(basename "$file")" "$file"
	done
	mkdir "$dir.again"
	"$IDLC" --outdir="$dir.again" "$input" 2>/dev/null
	ok "$stem: the same twice" diff -r "$dir" "$dir.again"
done
done_testing
