#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The front end and the generators of idlc on mutations of real files: so many
# of them, whatever the machine's speed (times FUZZ_EFFORT, which CI sets), from
# FUZZ_SEED on. FUZZ_SECONDS limits each, if a machine should be very slow. A
# find fails, and is kept in FUZZ_FINDS if that is set.
. "${top_srcdir:?}/tests/lib/tap.sh"

effort=${FUZZ_EFFORT:-1}
seconds=${FUZZ_SECONDS:-900}
seed=${FUZZ_SEED:-1}
finds=${FUZZ_FINDS:-$tmp}
mkdir "$tmp/whole" "$tmp/plain" "$tmp/run"
# The files' order is part of the sequence.
export TMPDIR=$tmp/run LC_ALL=C

# Every interface file that is here, and every row of the language's table.
{
	(cd "$top_srcdir" && find "$PWD/tests" "$PWD/examples" "$PWD/runtime" \
	    -name '*.x') | sort
	find /usr/include/rpcsvc /usr/include/tirpc /usr/include/rpc \
	    -name '*.x' 2>/dev/null | sort
} >"$tmp/files"
n=0
while read -r file; do
	n=$((n + 1))
	cp "$file" "$tmp/whole/file-$(printf %03d $n)"
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

# run NAME EXECUTIONS SEEDS
run()
{
	"$top_builddir/tests/fuzz/fuzz_$1" --loop "$seconds" "$2" "$seed" \
	    "$finds/find-$1-" "$3"/* >"$tmp/said"
	local status=$?
	cat "$tmp/said"
	return $status
}

# try NAME EXECUTIONS SEEDS: says how many there were
try()
{
	ok "$1: no find" run "$@"
	echo "# $1: $(tail -n 1 "$tmp/said")"
}
try idl $((2000 * effort)) "$tmp/whole"
try generate $((60 * effort)) "$tmp/plain"
done_testing
