#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Generated code is clean under every compiler and standard that is here:
# all of rpcsvc-proto's files (nis_callback.x needs a header that Debian
# lacks), and one with every construct.
. "${top_srcdir:?}/tests/lib/tap.sh"

include="-I$top_srcdir/xdr/include -I$top_srcdir/runtime/include \
    -isystem /usr/include/tirpc"
strict="-Wall -Wextra -Wpedantic -Wconversion -Werror"
compilers=
for cc in gcc clang clang-19; do
	command -v $cc >/dev/null && compilers="$compilers $cc"
done

# Our own files meet every compiler and standard; of the others, which are
# many, each compiler sees one standard.
compile_c()
{
	local cc std file standards
	for cc in $compilers; do
		standards="c11 c17 c2x"
		case $1 in
		*/ours/*) ;;
		*) standards=c11; [ $cc = gcc ] || standards=c2x ;;
		esac
		for std in $standards; do
			for file in "$1"/*.c; do
				$cc -std=$std $strict $include -I"$1" \
				    -fsyntax-only "$file" || return 1
			done
		done
	done
}

compile_cxx()
{
	local cxx file
	for cxx in ${compilers//gcc/g++}; do
		cxx=${cxx/clang/clang++}
		command -v $cxx >/dev/null || continue
		for file in "$1"/*.h; do
			$cxx -std=c++17 $strict $include -fsyntax-only \
			    -x c++ "$file" || return 1
		done
	done
}

# Constants that no enum can hold, with names of members and parameters.
cat >"$tmp/wide.x" <<'END'
const v = 18446744073709551615;
const w = -5000000000;
const at = "text";
const alias = v;
struct s { hyper w; int at; string t<>; };
union u switch (unsigned int d) { case 1: void; default: s v; };
END

# Members with the names of typedefs that stand for pointers.
cat >"$tmp/pointers.x" <<'END'
typedef n *np;
typedef string str<>;
struct n { int v; np kids<>; int np; str a[2]; str *b; str c<>; int str;
    np d[3]; np *e; np f; };
END

for input in "$top_srcdir"/tests/idlc/golden/*.x \
    "$top_srcdir/tests/idlc/hidden.x" "$tmp"/*.x \
    "$top_srcdir"/runtime/bind/*.x /usr/include/rpcsvc/*.x; do
	stem=$(basename "$input" .x)
	[ -f "$input" ] && [ "$stem" != nis_callback ] || continue
	dir=$tmp/theirs/$stem
	case $input in
	"$top_srcdir"/tests/* | "$tmp"/*) dir=$tmp/ours/$stem ;;
	esac
	mkdir -p "$dir"
	ok "$stem.x" "$IDLC" --outdir="$dir" "$input"
	ok "$stem: C" compile_c "$dir"
	ok "$stem: C++" compile_cxx "$dir"
done
done_testing
