#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A package that uses rpcgen as packages do builds, unchanged and in parallel,
# with our program in rpcgen's place: by plain rules and by Automake outside
# the source tree. What it builds behaves the same, and its programs talk to
# those that rpcgen made.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
need rpcgen "${RPCGEN:-rpcgen}"
[ -n "${RPCBIND-}" ] && [ -n "${RPCINFO-}" ] || skip_all "no rpcbind or rpcinfo"
in_namespace "$@"
make_rpcgens
# Stubs keep their last result, as ever.
export ASAN_OPTIONS=detect_leaks=0
unset RPCGEN	# the package looks for it in PATH
package=$top_srcdir/tests/rpcgen/package

# plain WHO: $tmp/plain-WHO
plain()
{
	mkdir "$tmp/plain-$1" && cd "$tmp/plain-$1" &&
	PATH="$tmp/$1:$PATH" ${MAKE:-make} -j4 -f "$package/plain.mk" \
	    SRC="$package" CC="$cc" CFLAGS="-g -w $SANITIZE_CFLAGS" \
	    TIRPC_CFLAGS="$tirpc_cflags" TIRPC_LIBS="$SANITIZE_CFLAGS $tirpc_libs"
}

# The source tree of the Automake package, made once.
prepare()
{
	mkdir "$tmp/source" && cd "$tmp/source" && cp "$package"/* . &&
	mv configure.in configure.ac && mv Makefile.am.in Makefile.am &&
	autoreconf -fi
}

# automake WHO: $tmp/automake-WHO
automake_package()
{
	mkdir "$tmp/automake-$1" && cd "$tmp/automake-$1" &&
	PATH="$tmp/$1:$PATH" "$tmp/source/configure" -q CC="$cc" \
	    CFLAGS="-g -w $SANITIZE_CFLAGS" TIRPC_CFLAGS="$tirpc_cflags" \
	    TIRPC_LIBS="$tirpc_libs" &&
	PATH="$tmp/$1:$PATH" ${MAKE:-make} -j4
}

wait_registered()
{
	local i
	for i in $(seq 600); do
		"$RPCINFO" -p 127.0.0.1 | grep -q "^ *$1 " && return 0
		sleep 0.05
	done
	return 1
}

# talk KIND SERVER: its clients of both makers call it
talk()
{
	local kind=$1 server=$2 client transport
	spawn server "$tmp/$kind-$server/postd"
	ok "$kind: postd of $server registers" wait_registered 536871000
	for client in theirs ours; do
		for transport in tcp udp; do
			is "$kind: $client asks $server over $transport" \
			    "$("$tmp/$kind-$client/post" $transport 2>&1)" \
			    "$expected"
		done
	done
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	"$RPCINFO" -d 536871000 1
	spawn server "$tmp/$kind-$server/clockd"
	ok "$kind: clockd of $server registers" wait_registered 536871001
	for client in theirs ours; do
		is "$kind: $client asks the clock of $server" \
		    "$("$tmp/$kind-$client/clock" udp 2>&1)" "clock 12 42"
	done
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	"$RPCINFO" -d 536871001 1
}

ok "rpcbind runs" start_rpcbind
kinds=plain
for who in theirs ours; do
	ok "plain rules, rpcgen is $who" plain $who
done
if command -v autoreconf >/dev/null && command -v automake >/dev/null; then
	kinds="plain automake"
	ok "the Automake package" prepare
	for who in theirs ours; do
		ok "Automake, outside the tree, rpcgen is $who" \
		    automake_package $who
	done
else
	skip "Automake" "it isn't installed"
fi

for kind in $kinds; do
	is "$kind: sizes and bytes" "$("$tmp/$kind-ours/dump")" \
	    "$("$tmp/$kind-theirs/dump")"
	spawn server "$tmp/$kind-theirs/postd"
	wait_registered 536871000
	expected=$("$tmp/$kind-theirs/post" tcp 2>&1)
	kill "$server_pid"
	wait "$server_pid" 2>/dev/null
	"$RPCINFO" -d 536871000 1
	is "$kind: rpcgen's own talk is right" \
	    "$(echo "$expected" | sed 1q)" "send 1 42"
	talk $kind theirs
	talk $kind ours
done

# The calculator in this dialect.
mkdir "$tmp/example" && cp -r "$top_srcdir/examples/calculator" "$tmp/example"
chmod -R u+w "$tmp/example"
cd "$tmp/example/calculator/classic" || exit 99
ok "examples/calculator/classic builds without a warning" ${MAKE:-make} \
    RPCGEN="$tmp/ours/rpcgen" CC="$cc" TIRPC_CFLAGS="$tirpc_cflags" \
    TIRPC_LIBS="$SANITIZE_CFLAGS $tirpc_libs" \
    CFLAGS="-g -Wall -Wextra -Werror $SANITIZE_CFLAGS"
spawn server ./calculator-server
ok "it registers" wait_registered 536922652
is "it adds" "$(./calculator 127.0.0.1 add 2 3 2>&1)" 5
is "it refuses" "$(./calculator 127.0.0.1 divide 2 0 2>&1)" \
    "refused: status 1"
kill "$server_pid" 2>/dev/null
wait "$server_pid" 2>/dev/null

# Once built, a second make has nothing to do, with either.
cd "$tmp/plain-ours" || exit 99
is "a second make comes to rest" "$(PATH="$tmp/ours:$PATH" ${MAKE:-make} \
    -f "$package/plain.mk" SRC="$package" CC="$cc" | grep -v -e "^make" |
    head -n 3)" ""

done_testing
