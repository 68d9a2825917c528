#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The language, row by row (language.txt), through the whole of idlc and in
# both dialects. What is refused: exit 1, the findings and places that the
# table says, no file written. What is accepted: all that is generated
# compiles without a warning (gcc and clang, C11; headers also as C++17), and
# random values of every type survive the wire. Prints the score.

# ---- One row: language.sh --row DIR ------------------------------------------

strict="-Wall -Wextra -Werror"
native_flags="-I$top_srcdir/xdr/include -I$top_srcdir/runtime/include"
classic_flags="-isystem /usr/include/tirpc ${LIBTIRPC_CFLAGS:-}"

fail()
{
	echo "$*"
	exit 1
}

# found FILE: the findings of a run, as the table writes them.
found()
{
	local list
	list=$(sed -n 's/^[^:]*:\([0-9]*:[0-9]*\): \(error\|warning\)\[\([A-Z0-9]*\)\].*/\2:\3@\1/p' \
	    "$1" | tr '\n' ',')
	list=${list%,}
	echo "${list:-ok}"
}

# quiet WHAT COMMAND...: runs it; its output is shown only when it fails.
quiet()
{
	local what=$1
	shift
	"$@" >out.log 2>&1 || fail "$what: $* -> $(head -n 5 out.log)"
}

# compiles FLAGS...: every .c and .h of this directory is clean.
compiles()
{
	local file
	for file in row*.c; do
		[ -e "$file" ] || continue
		quiet "gcc $file" gcc -std=c11 -D_DEFAULT_SOURCE $strict "$@" \
		    -c "$file"
		# matrix.sh has every compiler for all files; here one will do.
		case $file in *_xdr.c) ;; *) continue ;; esac
		[ -z "$clang" ] || quiet "clang $file" $clang -std=c11 \
		    -D_DEFAULT_SOURCE $strict "$@" -fsyntax-only "$file"
	done
	[ -e row.h ] || return 0
	quiet "C++ header" g++ -std=c++17 $strict "$@" -fsyntax-only \
	    -x c++ row.h
}

# expect_run WANTED STATUS: the findings, and whether there are outputs.
expect_run()
{
	local refused=0
	is=$(found err.log)
	[ "$is" = "$1" ] || fail "expected $1, found $is"
	case $1 in *error:*) refused=1 ;; esac
	[ "$2" -eq "$refused" ] || fail "exit status $2: $(cat err.log)"
	[ "$refused" -eq 0 ] || [ -z "$(ls ./*.h ./*.c ./*.i 2>/dev/null)" ] ||
		fail "refused, but wrote $(ls)"
	return "$refused"
}

native_row()
{
	local status=0
	"$IDLC" --diagnostics=plain row.x 2>err.log || status=$?
	expect_run "$native" $status || return 0
	compiles $native_flags -Wpedantic -Wconversion
	[ -e row_xdr.c ] || return 0
	"$wire_program" native row.h row.x >main.c
	quiet "compiling the program" gcc -std=gnu17 -g $native_flags $SANITIZE_CFLAGS \
	    -o main main.c row_xdr.o "$top_builddir/xdr/.libs/liboxdr_whole.a"
	quiet "on the wire" ./main
}

# What the user of an unknown type has to write.
user_types()
{
	local type
	echo "#include <rpc/rpc.h>"
	for type in ${user//,/ }; do
		echo "typedef int $type;"
		echo "#ifdef __cplusplus"
		echo "extern \"C\""
		echo "#endif"
		echo "bool_t xdr_$type(XDR *, $type *);"
	done
}

rpcgen_row()
{
	local status=0 include=
	"$IDLC" --rpcgen $option -a row.x 2>err.log || status=$?
	expect_run "$rpcgen" $status || return 0
	if [ -n "$user" ]; then
		user_types >user.h
		include="-include user.h"
	fi
	[ -n "$tirpc" ] || return 0
	compiles $classic_flags $include
	[ -e row_xdr.c ] && [ -z "$user" ] || return 0
	"$wire_program" rpcgen row.h row.x >main.c
	quiet "compiling the program" gcc -std=gnu17 -g $classic_flags $SANITIZE_CFLAGS \
	    -o main main.c row_xdr.o -ltirpc
	quiet "on the wire" ./main
}

if [ "${1:-}" = --row ]; then
	cd "$2" || exit 1
	id=${2##*/}
	native= rpcgen= option= user=
	# shellcheck disable=SC2046
	for word in $(cat meta); do
		case $word in
		both=*) native=${word#*=} rpcgen=${word#*=} ;;
		native=*) native=${word#*=} ;;
		rpcgen=*) rpcgen=${word#*=} ;;
		user=*) user=${word#*=} ;;
		-N) option=-N ;;
		esac
	done
	for dialect in native rpcgen; do
		mkdir $dialect && cp row.x $dialect
		(cd $dialect && ${dialect}_row) >why 2>&1 ||
			{ echo "not ok $id: $dialect: $(head -n 6 why)"; exit 0; }
	done
	echo "ok $id"
	exit 0
fi

# ---- All of them --------------------------------------------------------------

. "${top_srcdir:?}/tests/lib/tap.sh"

clang=
for name in clang-19 clang; do
	command -v $name >/dev/null && clang=$name && break
done
tirpc=
[ -e /usr/include/tirpc/rpc/rpc.h ] && tirpc=yes
wire_program=$top_builddir/tests/idlc/wire_program
export clang tirpc wire_program

# split: a directory for each row, with the construct and its head line.
split_table()
{
	awk -v dir="$tmp" '
	function finish() {
		if (id == "")
			return
		file = dir "/" id "/row.x"
		if (index(head, " bom"))
			text = "\xef\xbb\xbf" text
		if (index(head, " crlf"))
			gsub(/\n/, "\r\n", text)
		if (index(head, " nonl"))
			sub(/\n$/, "", text)
		printf "%s", text > file
		print head > (dir "/" id "/meta")
		close(file)
		close(dir "/" id "/meta")
	}
	/^== / {
		finish()
		id = $2
		head = $0
		text = ""
		why = 1
		system("mkdir -p " dir "/" id)
		print dir "/" id
		next
	}
	why && /^#/ { why = 0; next }
	/^# ----/ || /^$/ { next }
	id != "" { text = text $0 "\n" }
	END { finish() }' "$top_srcdir/tests/idlc/language.txt" >"$tmp/rows"
}
split_table

xargs -P "$(nproc)" -I{} bash "$0" --row {} <"$tmp/rows" >"$tmp/results"

good=0
while read -r dir; do
	id=${dir##*/}
	if grep -qx "ok $id" "$tmp/results"; then
		report 0 "$id"
		good=$((good + 1))
	else
		report 1 "$id"
		awk -v start="not ok $id:" 'index($0, start) == 1 { on = 1 }
		    on && /^ok / { on = 0 }
		    on && /^not ok / && index($0, start) != 1 { on = 0 }
		    on { print "# " $0 }' "$tmp/results"
	fi
done <"$tmp/rows"
n=$(wc -l <"$tmp/rows")
[ "$good" -eq "$n" ]
report $? "$good of $n constructs, in the native dialect and in rpcgen's"
done_testing
