#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# valgrind finds no error and no leak in the calculator's server and client,
# the first of which sees clients of every kind come, go and vanish.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/e2e/calculator_lib.sh"

if [ -n "$SANITIZE_CFLAGS" ]; then
	not_here "valgrind" "a sanitizer is built in"
	done_testing
	exit 0
fi
[ -n "$VALGRIND" ] || skip_all "no valgrind"
# Debian's valgrind can't read what newer clangs write for debuggers.
if $CC --version | grep -q clang && ! "$VALGRIND" -q --error-exitcode=99 \
    "$IDLC" --version >/dev/null 2>&1; then
	not_here "valgrind" "it can't read what this compiler writes"
	done_testing
	exit 0
fi

grind()
{
	"$VALGRIND" -q --error-exitcode=99 --leak-check=full \
	    --show-leak-kinds=all --errors-for-leak-kinds=all --track-fds=no "$@"
}

must "the example builds" build_calculator
must "the server listens" start_server "$VALGRIND" -q --error-exitcode=99 \
    --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all

for server in "$tcp" "$udp" "$unix"; do
	ok "client: add, ${server%%:*}" grind calculator -s "$server" add 2 3
	ok "client: quadratic, ${server%%:*}" \
	    grind calculator -s "$server" quadratic 1 -3 2
	ok "client: conversation, ${server%%:*}" sh -c '
		echo "memory store 7" | '"$VALGRIND"' -q --error-exitcode=99 \
		    --leak-check=full --show-leak-kinds=all calculator -s "$1"' \
		sh "$server"
done
status=0
grind calculator -s "$tcp" divide 1 0 >/dev/null 2>"$tmp/refused" || status=$?
is "client: refused" "$status $(cat "$tmp/refused")" \
    "1 calculator: divide: division by zero"
status=0
grind calculator -s "$tcp" --ask-version 7 add 1 2 >/dev/null 2>&1 || status=$?
is "client: mismatch" "$status" 3
status=0
grind calculator -s tcp://127.0.0.1:1 add 1 2 >/dev/null 2>&1 || status=$?
is "client: nobody there" "$status" 3

kill -TERM "$server_pid"
wait "$server_pid"
is "the server had no error and leaves nothing" \
    "$? $(cat "$tmp/server.err")" "0 "
done_testing
