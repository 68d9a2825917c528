#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The front end and the generators of idlc on mutations of real files: for
# FUZZ_SECONDS each (CI: a minute), from FUZZ_SEED on. A find fails, and is
# kept in FUZZ_FINDS if that is set.
. "${top_srcdir:?}/tests/lib/tap.sh"

seconds=${FUZZ_SECONDS:-3}
seed=${FUZZ_SEED:-1}
finds=${FUZZ_FINDS:-$tmp}
mkdir "$tmp/whole" "$tmp/plain" "$tmp/run"
export TMPDIR=$tmp/run

# Every interface file that is here, and every row of the language's table.
find "$top_srcdir/tests" "$top_srcdir/examples" "$top_srcdir/runtime" \
    /usr/include/rpcsvc /usr/include/tirpc /usr/include/rpc -name '*.x' \
    2>/dev/null | sort >"$tmp/files"
while read -r file; do
	cp "$file" "$tmp/whole/${file//\//_}"
done <"$tmp/files"
cp "$top_srcdir"/tests/fuzz/corpus/{idl,generate}/*.txt "$tmp/whole"
awk -v dir="$tmp/whole" '/^== / { file = dir "/" $2; why = 1; next }
    why && /^#/ { why = 0; next }
    /^# ----/ || /^$/ { next }
    file { print >file }' "$top_srcdir/tests/idlc/language.txt"
# Without what only C can know, so that more of it compiles.
for file in "$tmp"/whole/*; do
	grep -av '^[[:blank:]]*%\|#[[:blank:]]*include' "$file" \
	    >"$tmp/plain/${file##*/}"
done
is "seeds were found" "$(($(find "$tmp/plain" -type f | wc -l) > 200))" 1

# try NAME SEEDS: says how many executions there were
try()
{
	local program=$top_builddir/tests/fuzz/fuzz_$1
	ok "$1: no find in $seconds s" "$program" --loop "$seconds" "$seed" \
	    "$finds/find-$1-" "$2"/*
}
try idl "$tmp/whole"
try generate "$tmp/plain"
done_testing
