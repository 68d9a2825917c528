#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Workload W6: what it costs to compile files of 100 to 100,000 definitions.
#
#	run.sh [--rounds=N] [--rpcgen-to=N] [SIZE...]
#
# Prints tables in Markdown: medians over the rounds, ratios taken within a
# round. rpcgen's time grows faster than the square of the file: it is asked
# up to 10,000 definitions only, unless told otherwise.
set -eu
rounds=3 rpcgen_to=10000 sizes=
for arg; do
	case $arg in
	--rounds=*) rounds=${arg#*=} ;;
	--rpcgen-to=*) rpcgen_to=${arg#*=} ;;
	[1-9]*) sizes="$sizes $arg" ;;
	*) echo "usage: run.sh [--rounds=N] [--rpcgen-to=N] [SIZE...]" >&2
	    exit 2 ;;
	esac
done
sizes=${sizes:-100 1000 10000 30000 100000}
here=${top_srcdir:?}/tests/bench/idlc
cost=$(cd "${top_builddir:?}" && pwd)/tests/bench/idlc/cost
idlc=$(cd "$top_builddir" && pwd)/idlc/idlc
rpcgen=$(command -v "${RPCGEN:-rpcgen}" || true)
summary=$(cd "$here" && pwd)/summary.awk
tmp=$(mktemp -d "${TMPDIR:-/tmp}/orpc-bench.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
[ -n "$rpcgen" ] || echo "(rpcgen is not here)"

for size in $sizes; do
	mkdir "$tmp/$size"
	awk -v n="$size" -f "$here/definitions.awk" >"$tmp/$size/in.x"
done

# one RUNS COMMAND...: "microseconds kilobytes"
one()
{
	"$cost" -n "$@" 2>>"$tmp/errors"
}

# modes RUNS COMMAND...: the four runs of a makefile with a rule for each file
modes()
{
	local mode
	for mode in -h -c -l -m; do
		one "$@" $mode in.x
	done | awk '{ us += $1; if ($2 > kb) kb = $2 } END { print us, kb }'
}

for round in $(seq "$rounds"); do
	for size in $sizes; do
		cd "$tmp/$size"
		runs=$((size < 10000 ? 10000 / size : 1))
		runs=$((runs > 20 ? 20 : runs))
		{
			echo "native $(one $runs "$idlc" in.x)"
			echo "classic $(one $runs "$idlc" --rpcgen in.x)"
			echo "classic4 $(modes $runs "$idlc" --rpcgen)"
			if [ -n "$rpcgen" ] && [ "$size" -le "$rpcgen_to" ]
			then
				runs=$((runs > 3 ? 3 : runs))
				echo "rpcgen $(one $runs "$rpcgen" in.x)"
				echo "rpcgen4 $(modes $runs "$rpcgen")"
			fi
		} | sed "s/^/$round $size /"
	done
done | awk -f "$summary"
[ ! -s "$tmp/errors" ] || { cat "$tmp/errors" >&2; exit 1; }
