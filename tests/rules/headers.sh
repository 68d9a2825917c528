#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Each header compiles alone; the installed ones in every dialect that our
# users compile in, with both compilers, without a warning.
. "${top_srcdir:?}/tests/lib/tap.sh"

warnings="-Wall -Wextra -Wpedantic -Wconversion -Werror"
includes="-I$top_srcdir/xdr/include -I$top_srcdir/idlc/include
	-I$top_srcdir/runtime/include"

# alone COMPILER STD LANGUAGE HEADER-AS-INCLUDED
alone()
{
	printf '#include %s\n#include %s\n' "$4" "$4" |
		"$1" -std="$2" -x "$3" $warnings $includes -fsyntax-only -
}

# sweep NAME COMPILER STD LANGUAGE: one result for all installed headers.
sweep()
{
	local header bad= log=$tmp/sweep.log
	: >"$log"
	for header in $installed; do
		alone "$2" "$3" "$4" "<$header>" >>"$log" 2>&1 ||
			bad="$bad $header"
	done
	is "installed headers compile alone: $1" "$bad" ""
	[ -z "$bad" ] || sed 's/^/# /' "$log" | head -n 40
}

installed=$(cd "$top_srcdir" && for d in xdr idlc runtime; do
	(cd $d/include && find . -name '*.h' | sed 's,^\./,,'); done | sort)

for compiler in gcc clang; do
	if ! command -v $compiler >/dev/null; then
		skip "installed headers compile with $compiler" "no $compiler"
		continue
	fi
	sweep "$compiler, C11" $compiler c11 c
	sweep "$compiler, GNU C of 2023" $compiler gnu2x c
	if $compiler -x c++ -std=c++17 -fsyntax-only - </dev/null 2>/dev/null &&
	    echo '#include <cstddef>' |
	    $compiler -x c++ -std=c++17 -fsyntax-only - 2>/dev/null; then
		sweep "$compiler, C++17" $compiler c++17 c++
	else
		skip "installed headers compile with $compiler as C++" \
		    "no C++ compiler"
	fi
done

# Headers of the tree: with our own flags.
bad=
for header in $(cd "$top_srcdir" &&
    find xdr idlc runtime tests/lib -name '*.h' ! -path '*/include/*' | sort); do
	# What flex and bison write is not ours to judge.
	case $header in */parse.h) continue ;; esac
	[ -n "$LIBTIRPC_LIBS" ] || case $header in */tirpc/*) continue ;; esac
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		${CC:-cc} -D_GNU_SOURCE -I"$top_builddir" -I"$top_srcdir" \
		    $includes ${LIBTIRPC_CFLAGS//-I/-isystem } \
		    -Wall -Wextra -Werror -x c -fsyntax-only - \
		    >>"$tmp/tree.log" 2>&1 || bad="$bad $header"
done
is "headers of the tree compile alone" "$bad" ""
[ -z "$bad" ] || sed 's/^/# /' "$tmp/tree.log" | head -n 40

# A C++ program links only against functions declared as extern "C".
is "installed headers that declare functions have extern \"C\"" \
    "$(cd "$top_srcdir" && for header in */include/*/*.h; do
	grep -q 'extern "C"' "$header" || ! grep -q ');$' "$header" ||
		echo "$header"
    done)" ""
done_testing
