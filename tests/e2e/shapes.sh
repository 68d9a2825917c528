#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# examples/shapes: one server in four shapes, and in loops of other libraries.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

mkdir "$tmp/s" && cp "$top_srcdir"/examples/shapes/* "$tmp/s" &&
    cd "$tmp/s" || exit 99
CFLAGS="${CFLAGS-} -Wall -Wextra -Werror"
export CFLAGS
must "all shapes build against the installed package" "$MAKE"

# shape PROGRAM THREADS ADDRESS [MS]: four calls at once, each of MS, are
# served by so many threads.
shape()
{
	local address
	rm -f "$tmp/server.out"
	spawn server "./$1" "$3"
	wait_for_line "$tmp/server.out" '^ready'
	address=$(sed -n 's/^ready //p' "$tmp/server.out")
	is "$1 on ${3%%:*}: four calls are served by $2" \
	    "$(./client "$address" 4 "${4-300}" | sed 's/ threads.*//')" "4 calls, $2"
	kill -TERM "$server_pid"
	ok "$1 stops in order" wait "$server_pid"
	is "and says what it did" "$(tail -n 1 "$tmp/server.out")" \
	    "4 connections, 4 calls"
}

shape one-loop 1 tcp://127.0.0.1:0
shape many-loops 4 tcp://127.0.0.1:0
shape pool 4 tcp://127.0.0.1:0 3000
shape thread-each 4 "unix:$tmp/s/socket"

for library in libevent libuv; do
	if $PKG_CONFIG --exists $library; then
		must "a server in $library builds" "$MAKE" "in-$library"
		shape "in-$library" 1 tcp://127.0.0.1:0
	else
		skip "a server in $library" "$library is not installed"
	fi
done
done_testing
