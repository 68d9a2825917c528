#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The calculator moves from rpcgen to orpc in the three steps of its README:
# the commands that stand there are run, and after each step every client
# there has been speaks to the server.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"
[ -n "$LIBTIRPC_LIBS" ] || skip_all "no libtirpc"
[ -n "${RPCINFO-}" ] || skip_all "no rpcinfo"
in_namespace "$@"
. "$top_srcdir/tests/lib/stage.sh"
# Classic stubs keep their last result, as ever.
export ASAN_OPTIONS=detect_leaks=0

cp -R "$top_srcdir/examples/calculator" "$tmp/calculator"
chmod -R u+w "$tmp/calculator"
cd "$tmp/calculator" || exit 99
must "a binder runs" start_orpcbind

# step N: the commands of that step in the README
step()
{
	awk -v want="<!-- step $1 -->" '$0 == want { on = 1; next }
	    on && /^<!-- end -->$/ { exit }
	    on && !/^```/' README.md
}

# serve DIR: its server, registered
serve()
{
	local i
	: >"$tmp/server.err"
	(cd "$1" && exec ./calculator-server) >"$tmp/server.out" \
	    2>"$tmp/server.err" &
	server_pid=$!
	tap_pids="$server_pid $tap_pids"
	for i in $(seq 600); do
		"$RPCINFO" -p 127.0.0.1 | grep -q "^ *536922652 .*tcp" &&
		    return 0
		sleep 0.1
	done
	sed 's/^/# /' "$tmp/server.err"
	return 1
}

unserve()
{
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	"$RPCINFO" -d 536922652 1 >/dev/null 2>&1
}

# talks WHAT COMMAND...: four operations and a refusal
talks()
{
	local what=$1
	shift
	is "$what: add, subtract, multiply, divide" \
	    "$(echo $("$@" add 2 3; "$@" subtract 2 3; "$@" multiply 6 7
		"$@" divide 42 5))" "5 -1 42 8"
	not_ok "$what: division by zero" "$@" divide 1 0
}

must "step 1: builds" sh -ec "$(step 1)"
must "step 1: serves" serve classic
talks "step 1: the classic client" classic/calculator 127.0.0.1
unserve

must "step 2: builds" sh -ec "$(step 2)"
must "step 2: serves" serve moving
talks "step 2: the classic client" classic/calculator 127.0.0.1
talks "step 2: the client half way" moving/calculator 127.0.0.1

must "step 3: builds" sh -ec "$(step 3)"
talks "step 3: the native client of the server half way" \
    ./calculator -s 127.0.0.1
unserve
must "step 3: serves" serve .
talks "step 3: the classic client" classic/calculator 127.0.0.1
talks "step 3: the client half way" moving/calculator 127.0.0.1
talks "step 3: the native client" ./calculator -s 127.0.0.1
is "step 3: the native server needs no libtirpc" \
    "$(ldd ./calculator-server | grep tirpc)" ""
unserve
done_testing
