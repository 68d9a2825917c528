#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the drop-in dialect makes compiles without a warning: every product in
# every mode, as C11 to C23, headers as C++17 too, with each compiler here;
# and no call goes through a pointer of another function's type.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
make_rpcgens
[ -f /usr/include/tirpc/rpc/rpc.h ] || skip_all "no libtirpc headers"

compilers=
for c in gcc clang clang-19; do
	command -v $c >/dev/null && compilers="$compilers $c"
done
cxxs=
for c in g++ clang++ clang++-19; do
	command -v $c >/dev/null && cxxs="$cxxs $c"
done

# lenient FILE: its own % lines do not compile without warnings or at all.
warnings="-Wall -Wextra -Werror -Wno-unused-macros"

# check_c STD FILE...
check_c()
{
	local std=$1 c f
	shift
	for c in $compilers; do
		# An older clang cannot cast xdr_void, a variadic's cousin.
		for f; do
			$c -std=$std $warnings -I. -I"$origin" $tirpc_cflags \
			    $extra -c -o /dev/null "$f" || return 1
		done
	done
}

check_cxx()
{
	local c
	for c in $cxxs; do
		$c -std=c++17 $warnings -I. -I"$origin" $tirpc_cflags $extra \
		    -x c++ -fsyntax-only "$1" || return 1
	done
}

# products FILE FLAGS...: all outputs of one mode, in the current directory
products()
{
	local file=$1 flag
	shift
	rm -f ./*
	cp "$file" in.x || return 1
	ours "$@" -a in.x || return 1
	for flag in "-s udp" "-s tcp -I" "-I" "-5" "-5 -n udp" "-m" "-m -I" \
	    "-L" "-I -L" "-I -K 0" "-I -K -1"; do
		case $flag in
		-s* | -m | "-m -I" | "-5 -n udp")
			ours "$@" $flag -o "svc_$(echo $flag | tr -d ' -').c" \
			    in.x || return 1
			;;
		*)
			mkdir d && cp in.x d &&
			    (cd d && ours "$@" $flag in.x) &&
			    mv d/in_svc.c "svc_$(echo $flag | tr -d ' -').c" ||
			    return 1
			rm -rf d
			;;
		esac
	done
	case " $* " in
	*" -N "*) ;;
	*)
		ours "$@" -t -o in_tbl.i in.x 2>/dev/null
		{
			echo '#include "in.h"'
			echo '#define RPCGEN_ACTION(x) x'
			echo '#include "in_tbl.i"'
		} >table.c
		rm in.h
		ours "$@" -T -h -o in.h in.x || return 1
		;;
	esac
}

# program FILE?
has_program() { grep -q '^ *program' "$1"; }

check()
{
	local name=$1 file=$2 std
	shift 2
	origin=$(dirname "$file")
	mkdir -p "$tmp/work" && cd "$tmp/work" || exit 99
	ok "$name: made" products "$file" "$@"
	for std in c11 gnu17 c2x; do
		ok "$name: C, $std" check_c $std ./*.c
	done
	ok "$name: C++17" check_cxx in.h
	cd "$tmp" || exit 99
}

extra=
for file in "$top_srcdir"/tests/rpcgen/x/*.x; do
	check "${file##*/}" "$file"
	check "${file##*/} -N" "$file" -N
	check "${file##*/} -M" "$file" -M
	check "${file##*/} -N -M" "$file" -N -M
	check "${file##*/} -k" "$file" -k
done

# Files of the system: as quiet as what they include lets them be.
extra=
for file in $(system_files); do
	case $file in
	*/nis_callback.x) continue ;;	# needs a header that Debian lacks
	*/crypt.x) continue ;;		# and this one FreeBSD
	esac
	mkdir -p "$tmp/system" && cd "$tmp/system" && rm -f ./*
	cp "$(dirname "$file")"/*.x .
	mv "${file##*/}" in.x
	origin=$(dirname "$file")
	ok "${file##*/}: made" ours in.x
	ok "${file##*/}: compiles" check_c gnu17 ./*.c
	cd "$tmp" || exit 99
done

done_testing
