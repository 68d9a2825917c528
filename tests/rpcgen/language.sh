#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Every construct of tests/idlc/language.txt that the drop-in dialect takes:
# all that is made of it compiles without a warning as C and, the header, as
# C++, and its values survive the wire. Names that the user would supply are
# left to the rows that say so.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
make_rpcgens
[ -f /usr/include/tirpc/rpc/rpc.h ] || skip_all "no libtirpc headers"

# One file a row, in a directory of its own; "flags" beside it.
mkdir "$tmp/rows"
awk -v dir="$tmp/rows" '
	/^== / {
		want = ""
		for (i = 4; i <= NF; i++)
			if ($i ~ /^(both|rpcgen)=/) {
				want = $i
				sub(/^[a-z]*=/, "", want)
			}
		take = want !~ /error/
		why = 1
		if (!take)
			next
		out = dir "/" $2
		system("mkdir -p " out)
		flags = ""
		end = "\n"
		for (i = 4; i <= NF; i++) {
			if ($i == "-N")
				flags = "-N"
			if ($i == "crlf")
				end = "\r\n"
			if ($i == "bom")
				printf "\357\273\277" >(out "/row.x")
		}
		print flags >(out "/flags")
		close(out "/flags")
		out = out "/row.x"
		printf "" >out
		next
	}
	why && /^#/ { why = 0; next }
	/^# ----/ { next }
	take && NF { printf "%s%s", $0, end >out }
' "$top_srcdir/tests/idlc/language.txt"

# What a user supplies to rows that leave types to the user.
cat >"$tmp/supplied.h" <<'EOF'
#include <rpc/rpc.h>
typedef int nosuch;
typedef int nosuch2;
#define xdr_nosuch xdr_int
#define xdr_nosuch2 xdr_int
EOF

# row DIRECTORY: everything about one row; says what went wrong
row()
{
	local flags warnings="-Wall -Wextra -Werror" log
	cd "$1" || return 1
	read -r flags <flags
	case ${1##*/} in
	T12 | P36 | L27) warnings="$warnings -include $tmp/supplied.h" ;;
	esac
	"$tmp/ours/rpcgen" $flags -a row.x 2>messages || {
		cat messages
		return 1
	}
	[ -f row.h ] || return 0
	$cc $warnings $tirpc_cflags -fsyntax-only -x c row.h \
	    $(ls row_*.c | grep -v _xdr) || return 1
	# Types and names are what C++ could mind.
	case ${1##*/} in
	[LNOUX]*)
		${CXX:-g++} -std=c++17 $warnings $tirpc_cflags -fsyntax-only \
		    -x c++ row.h || return 1
		;;
	esac
	[ -f row_xdr.c ] || return 0
	# A value of 4 GiB is more than every compiler can place in a program.
	if [ "${1##*/}" = A26 ]; then
		$cc $warnings $tirpc_cflags -fsyntax-only row_xdr.c
		return
	fi
	sed -n 's/^extern  *bool_t xdr_\([A-Za-z0-9_]*\) (XDR \*, \([A-Za-z0-9_]*\)\*\{0,1\});$/\1 \2/p' row.h |
	    awk '{ print "T2(" $1 ", " $2 ")" }' | sort -u >routines.def
	$cc $warnings -g -I. $tirpc_cflags '-DHEADER="row.h"' -o dump \
	    "$top_srcdir/tests/rpcgen/round_trip.c" row_xdr.c $tirpc_libs &&
	    ./dump
}

work()
{
	local d
	for d; do
		(row "$d") >"$d/log" 2>&1
		echo $? >"$d/status"
	done
}

set -- "$tmp"/rows/*
half=$(($# / 2))
work "${@:1:half}" &
work "${@:half + 1}"
wait
for d; do
	report "$(cat "$d/status")" "${d##*/}"
	[ "$(cat "$d/status")" -eq 0 ] || sed 's/^/# /' "$d/log" | head -n 20
done

done_testing
