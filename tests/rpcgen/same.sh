#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What rpcgen makes of a file and what we make of it: the same names,
# prototypes and sizes, in every mode, for each interface file of the system
# and for ours that use every type.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
need rpcgen "${RPCGEN:-rpcgen}"
need ctags ctags
make_rpcgens

# names FILE: what a header declares, one "kind name" a line.
names()
{
	ctags -x --c-kinds=+p --language-force=C "$1" |
	    awk '$2 !~ /^(struct|union)$/ || $1 !~ /^__anon/ { print $2, $1 }' |
	    grep -v -e ' _.*_H_RPCGEN' -e ' _RPCGEN_' -e ' rpcgen_table$' |
	    sed 's/^member \(proc\|xdr_arg\|len_arg\|xdr_res\|len_res\)$//' |
	    sort -u
}

# prototypes FILE: as the compiler understood them.
prototypes()
{
	$cc -I"$dir" $tirpc_cflags -w -fsyntax-only -aux-info "$tmp/aux" \
	    -x c "$1" && sed -n "s,^/\* $1:[0-9]*:[A-Z]* \*/ ,,p" "$tmp/aux" |
	    sort -u
}

# sizes FILE: of each typedef.
sizes()
{
	{
		echo "#include \"$1\""
		echo "#include <stdio.h>"
		echo "int main(void) {"
		ctags -x --c-kinds=t --language-force=C "$1" | awk '
			{ print "printf(\"%s %zu\\n\", \"" $1 \
			    "\", sizeof(" $1 "));" }'
		echo "return 0; }"
	} >"$tmp/sizes.c"
	$cc -I"$dir" $tirpc_cflags -w -o "$tmp/sizes" "$tmp/sizes.c" &&
	    "$tmp/sizes" | sort
}

# compare NAME FILE FLAGS...: one result. Prototypes only where rpcgen's own
# agree with its stubs: with -N it declares an array as one element.
compare()
{
	local name=$1 file=$2 what
	shift 2
	dir=$(dirname "$file")
	if ! (cd "$dir" && theirs "$@" -h "$file") >"$tmp/t.h" 2>/dev/null
	then
		ok "$name: we take what rpcgen refuses" \
		    sh -c 'cd "$1" && shift && "$@"' sh "$dir" \
		    "$tmp/ours/rpcgen" "$@" -h "$file"
		return
	fi
	if ! (cd "$dir" && ours "$@" -h "$file") >"$tmp/o.h" 2>"$tmp/err"; then
		report 1 "$name"
		sed 's/^/# /' "$tmp/err"
		return
	fi
	# What this one makes is what <rpc/rpc.h> includes, and twice is once
	# too often.
	if [ "${file##*/}" = rpcb_prot.x ]; then
		names "$tmp/t.h" >"$tmp/t.names"
		names "$tmp/o.h" >"$tmp/o.names"
		ok "$name: same names" diff "$tmp/t.names" "$tmp/o.names"
		return
	fi
	if ! $cc -I"$dir" $tirpc_cflags -w -fsyntax-only -x c "$tmp/t.h" \
	    2>/dev/null; then
		ok "$name: rpcgen's header does not compile, ours does" \
		    $cc -I"$dir" $tirpc_cflags -Wall -Wextra -Werror \
		    -fsyntax-only -x c "$tmp/o.h"
		return
	fi
	mv "$tmp/t.h" "$tmp/header.h"
	kinds="names sizes prototypes"
	(cd "$dir" && theirs "$@" -l "$file") |
	    sed 's/#include ".*\.h"/#include "header.h"/' >"$tmp/t_clnt.c"
	$cc -I"$tmp" -I"$dir" $tirpc_cflags -w -fsyntax-only "$tmp/t_clnt.c" \
	    2>/dev/null || kinds="names sizes"
	for what in names sizes prototypes; do
		$what "$tmp/header.h" >"$tmp/t.$what" 2>&1
	done
	mv "$tmp/o.h" "$tmp/header.h"
	: >"$tmp/t.all"
	: >"$tmp/o.all"
	for what in $kinds; do
		$what "$tmp/header.h" >"$tmp/o.$what" 2>&1
		cat "$tmp/t.$what" >>"$tmp/t.all"
		cat "$tmp/o.$what" >>"$tmp/o.all"
	done
	ok "$name: same $kinds" diff "$tmp/t.all" "$tmp/o.all"
}

for file in $(system_files) "$top_srcdir"/tests/rpcgen/x/*.x; do
	compare "${file##*/}" "$file"
	compare "${file##*/} -N" "$file" -N
	compare "${file##*/} -M" "$file" -M
	compare "${file##*/} -N -M" "$file" -N -M
	compare "${file##*/} -C -5 -I" "$file" -C -5 -I
done

done_testing
