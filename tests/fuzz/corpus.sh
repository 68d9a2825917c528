#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs each fuzz entry point over its corpus, tests/fuzz/corpus/NAME/*.hex
# (bytes in hexadecimal, "#" begins a comment) and *.txt (as they are), over
# each of those cut short at every length up to 200, and over 200 mutations
# of each, always the same ones.
. "${top_srcdir:?}/tests/lib/tap.sh"

# Prints the bytes of a corpus file.
bytes_of()
{
	case $1 in
	*.hex) sed 's/#.*//' "$1" | tr -dc '0-9a-fA-F' | sed 's/../\\x&/g' |
		(read -r text; printf '%b' "$text") ;;
	*) cat "$1" ;;
	esac
}

for program in "$top_builddir"/tests/fuzz/fuzz_*; do
	name=${program##*/fuzz_}
	[ -x "$program" ] && [ "${name%.*}" = "$name" ] || continue
	corpus=$top_srcdir/tests/fuzz/corpus/$name
	mkdir "$tmp/$name"
	for file in "$corpus"/*.hex "$corpus"/*.txt; do
		[ -e "$file" ] || continue
		bytes_of "$file" >"$tmp/$name/${file##*/}"
	done
	is "$name has a corpus" \
	    "$(find "$tmp/$name" -type f | head -n 1 | wc -l)" 1
	ok "$name: corpus" "$program" "$tmp/$name"/*
	ok "$name: cut short and mutated" "$program" --vary "$tmp/$name"/*
done
[ "$tap_n" -gt 0 ] || skip_all "no fuzz entry points were built"
done_testing
