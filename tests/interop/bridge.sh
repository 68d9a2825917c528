#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The bridge to libtirpc, out of the installed package: both dialects of one
# .x file in each source file, both kinds of procedures in one svc_run server,
# both kinds of stubs on one CLIENT.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"
[ -n "$LIBTIRPC_LIBS" ] || skip_all "no libtirpc"

flags=$($PKG_CONFIG --cflags liborpc-tirpc)
libs=$($PKG_CONFIG --libs liborpc-tirpc)
cp "$top_srcdir"/tests/interop/bridge/* "$tmp" && cd "$tmp" || exit 99
must "the classic half" idlc --rpcgen baskets.x
# Dispatch functions alone: main is ours.
must "its dispatch functions" \
    sh -c 'rm baskets_svc.c && idlc --rpcgen -m -o baskets_svc.c baskets.x'
must "the native half" idlc --types=classic baskets.x

# link NAME SOURCES...
link()
{
	local name=$1
	shift
	# libtirpc's headers are not clean at our level: system headers to us.
	$CC $CFLAGS -Wall -Wextra -Werror -Wno-unused-function \
	    ${flags//-I\/usr\/include\/tirpc/-isystem /usr/include/tirpc} \
	    -o "$name" "$@" baskets_xdr.c baskets_orpc_xdr.c $libs -lpthread
}
must "the server" link server server.c baskets_svc.c baskets_orpc_svc.c
must "the client" link client client.c calls.c errors.c hostile.c \
    baskets_clnt.c baskets_orpc_clnt.c baskets_orpc_svc.c

# The headers of both, in C++.
printf '#include "bridge.h"\nint main() { return 0; }\n' >both.cc
if command -v g++ >/dev/null; then
	ok "both dialects in C++17" g++ -std=c++17 -Wall -Wextra -Werror \
	    ${flags//-I\/usr\/include\/tirpc/-isystem /usr/include/tirpc} \
	    -fsyntax-only both.cc
else
	skip "both dialects in C++17" "no C++ compiler"
fi

# results WHAT COMMAND...: the results of a client become ours.
results()
{
	local line n=0
	"$@" >client.out 2>client.err
	while read -r line; do
		case $line in
		"ok "*) n=$((n + 1)); report 0 "$kind server, ${line#* - }" ;;
		"not ok "*) n=$((n + 1)); report 1 "$kind server, ${line#* - }" ;;
		1..*) is "$kind server, $3: all of it" "$line" "1..$n"; n=-1 ;;
		*) echo "# $line" ;;
		esac
	done <client.out
	[ "$n" -eq -1 ] || report 1 "$kind server, $*: the client went to its end"
	sed 's/^/# /' client.err | head -n 40
}

for kind in classic native; do
	rm -f sock server.out
	spawn server ./server $kind "$tmp/sock"
	wait_for_line server.out ^ready || sed 's/^/# /' server.err
	for transport in tcp udp; do
		results ./client $kind $transport \
		    "$(sed -n "s/^$transport //p" server.out)"
	done
	results ./client $kind unix "$tmp/sock"
	results ./client $kind stop "$(sed -n 's/^tcp //p' server.out)"
	wait "$server_pid"
	is "$kind server: ends orderly" "$? $(tail -n 1 server.out)" "0 done"
	[ ! -s server.err ] || sed 's/^/# /' server.err | head -n 60
done
done_testing
