#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the drop-in dialect makes compiles without a warning: every product in
# every mode, as C11 to C23, headers as C++17 too, with each compiler here;
# and no call goes through a pointer of another function's type.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
make_rpcgens
[ -f /usr/include/tirpc/rpc/rpc.h ] || skip_all "no libtirpc headers"

for clang in clang-19 clang none; do
	command -v $clang >/dev/null && break
done

warnings="-Wall -Wextra -Werror"

# syntax COMPILER STD FILE...
syntax()
{
	local compiler=$1 std=$2
	shift 2
	[ "$compiler" = none ] && return 0
	$compiler -std=$std $warnings -I. -I"$origin" $tirpc_cflags \
	    -fsyntax-only "$@"
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

# check NAME STANDARDS FILE FLAGS...
check()
{
	local name=$1 standards=$2 file=$3 std
	shift 3
	origin=$(dirname "$file")
	mkdir -p "$tmp/work" && cd "$tmp/work" || exit 99
	ok "$name: made" products "$file" "$@"
	for std in $standards; do
		ok "$name: gcc, $std" syntax gcc $std ./*.c
		ok "$name: $clang, $std" syntax $clang $std ./*.c
	done
	ok "$name: C++17" syntax g++ c++17 -x c++ in.h
	ok "$name: $clang, C++17" syntax $clang c++17 -x c++ in.h
	cd "$tmp" || exit 99
}

for file in "$top_srcdir"/tests/rpcgen/x/*.x; do
	check "${file##*/}" "c11 c2x" "$file"
	check "${file##*/} -N" gnu17 "$file" -N
	check "${file##*/} -M" gnu17 "$file" -M
	check "${file##*/} -N -M" gnu17 "$file" -N -M
	check "${file##*/} -k" gnu17 "$file" -k
done

# supplied NAME: what a file of the system expects of its users, as an option
supplied()
{
	case $1 in
	nis_callback)
		cat >nis_clnt.h <<'END'
#include <rpc/rpc.h>
#include <rpcsvc/nis.h>
extern bool_t xdr_nis_error (XDR *, nis_error *);
extern bool_t xdr_nis_object (XDR *, nis_object *);
END
		echo "-includenis_clnt.h"
		;;
	crypt) echo "-D__FBSDID(x)=struct bsd_id" ;;
	esac
}

# outputs NAME FLAGS...: the four files, as a makefile asks for them
outputs()
{
	ours "${@:2}" -h -o "$1.h" "$1.x" &&
	    ours "${@:2}" -c -o "$1_xdr.c" "$1.x" &&
	    ours "${@:2}" -l -o "$1_clnt.c" "$1.x" &&
	    ours "${@:2}" -m -o "$1_svc.c" "$1.x"
}

# Files of the system: as quiet as what they include lets them be.
for file in $(system_files); do
	name=${file##*/}
	name=${name%.x}
	origin=$(dirname "$file")
	# This one makes a header that <rpc/rpc.h> has included before.
	[ "$name" != rpcb_prot ] || continue
	for flags in "" -C -N -M "-N -M" "-C -N -M"; do
		rm -rf "$tmp/system"
		mkdir "$tmp/system" && cd "$tmp/system" || exit 99
		cp "$origin"/*.x .
		extra=$(supplied "$name")
		ok "${file##*/} $flags: made" outputs "$name" $flags
		ok "${file##*/} $flags: compiles" syntax gcc gnu17 \
		    ${extra:+"$extra"} ./*.c
		cd "$tmp" || exit 99
	done
done

done_testing
