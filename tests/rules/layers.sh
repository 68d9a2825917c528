#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Who may include whom: the arrows of the house. Any other edge fails.
# Below each room what it may include, beside its own directory, config.h, the
# C library and xdr/base.h, always by a path from the top of the tree:
#   <oxdr> <orpc> <idlc>   installed headers
#   a directory            headers of that room
#   x                      headers that idlc makes from a .x file
#   <rpc>                  libtirpc
. "${top_srcdir:?}/tests/lib/tap.sh"

table="
xdr                <oxdr>
idlc/front         <oxdr> <idlc>
idlc/plan          <oxdr> <idlc> idlc/front
idlc/emit          <oxdr> <idlc> idlc/front idlc/plan
idlc               <oxdr> <idlc> idlc/front idlc/plan idlc/emit
runtime/proto      <oxdr> <orpc>
runtime/io         <oxdr/error.h> <orpc>
runtime/transport  <oxdr> <orpc> runtime/proto runtime/io
runtime/channel    <oxdr> <orpc> runtime/proto runtime/io runtime/transport
runtime/client     <oxdr> <orpc> runtime/proto runtime/io runtime/transport runtime/channel
runtime/bind       <oxdr> <orpc> x runtime/proto runtime/io runtime/transport runtime/channel runtime/client
runtime/server     <oxdr> <orpc> runtime/proto runtime/io runtime/transport runtime/channel runtime/bind
runtime/binder     <oxdr> <orpc> x
runtime/tools      <oxdr> <orpc> <idlc> x
runtime/compat     <oxdr> <orpc>
runtime/tirpc      <oxdr> <orpc> <rpc>
runtime            <orpc>
"

# edges: "file<TAB>included", system headers of no interest left out.
edges()
{
	cd "$1" || exit 99
	find xdr idlc runtime -name '*.[chly]' -print | sort | xargs -r awk '
		/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
			what = $0
			sub(/^[^<"]*/, "", what)
			sub(/[>"][^>"]*$/, "", what)
			print FILENAME "\t" what
		}'
}

# judge: reads edges, prints each that the table does not have.
judge()
{
	awk -F'\t' -v table="$table" '
	BEGIN {
		rows = split(table, row, "\n")
		for (i = 1; i <= rows; i++) {
			n = split(row[i], word, " ")
			for (j = 2; j <= n; j++)
				may[word[1], word[j]] = 1
			if (n > 0)
				room[word[1]] = 1
		}
		generated["runtime/bind/pmap.h"] = 1
		generated["runtime/bind/rpcb.h"] = 1
	}
	# The room of a path: the longest row of the table that begins it.
	function room_of(path) {
		while (path != "") {
			if (path in room)
				return path
			if (!sub(/\/[^\/]*$/, "", path))
				return ""
		}
		return ""
	}
	{
		from = room_of($1)
		name = substr($2, 2)
		if ($1 ~ /\/include\//) {
			# Installed headers: their own library and those below.
			from = $1 ~ /^runtime/ ? "runtime/client" : \
			    $1 ~ /^idlc/ ? "idlc/front" : "xdr"
		}
		if ($2 ~ /^</) {
			if (name !~ /^(oxdr|orpc|idlc|rpc)\//)
				next
			top = "<" name
			sub(/\/.*/, "", top)
			fine = ((from, top ">") in may) || \
			    ((from, "<" name ">") in may)
		} else if (name == "config.h" || name == "xdr/base.h") {
			# Free to all: includes nothing of ours itself.
			next
		} else if (name in generated) {
			fine = ((from, "x") in may) || from == "runtime/bind"
		} else {
			to = room_of(name)
			fine = to != "" && (to == from || (from, to) in may)
		}
		if (!fine)
			print $1 " includes " name
	}'
}

is "no edge but those of the table" "$(edges "$top_srcdir" | judge)" ""
is "the table lets pass what it should" \
    "$(printf 'runtime/server/limits.c\t"runtime/io/loop.h\n' | judge)" ""
is "the table stops what it should" \
    "$(printf '%s\t%s\n' runtime/proto/record.c '"runtime/io/loop.h' \
	xdr/arena.c '<orpc/error.h' idlc/front/lex.l '"idlc/plan/plan.h' \
	runtime/client/client.c '<rpc/rpc.h' idlc/emit/xdr.c '"emit.h' | judge)" \
    "runtime/proto/record.c includes runtime/io/loop.h
xdr/arena.c includes orpc/error.h
idlc/front/lex.l includes idlc/plan/plan.h
runtime/client/client.c includes rpc/rpc.h
idlc/emit/xdr.c includes emit.h"

# The examples read installed headers, and what idlc made for them.
is "examples include nothing of the tree" \
    "$(cd "$top_srcdir" && grep -rnE '#[ \t]*include[ \t]*"(xdr|idlc|runtime|tests)/' \
	examples --include='*.[chx]')" ""
done_testing
