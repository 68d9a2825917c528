#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# linecount and the tutorial of examples/, built by their own makefiles.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

mkdir "$tmp/l" && cd "$tmp/l" || exit 99
ok "linecount builds outside of the tree" \
    "$MAKE" -f "$top_srcdir/examples/linecount/Makefile" \
    CFLAGS="${CFLAGS-} -Wall -Wextra -Werror"
spawn server ./linecount-server --stats tcp://127.0.0.1:0
wait_for_line "$tmp/server.out" '^ready'
address=$(sed -n 's/^ready on //p' "$tmp/server.out")
printf 'Simple\nis hard' >poem.txt
is "each line is shown, then the count" \
    "$(./linecount "$address" poem.txt)" \
    "$(printf "Noisy: 'Simple'\nNoisy: 'is hard'\n2 lines")"
: >empty
is "an empty file has no lines" "$(./linecount "$address" empty)" "0 lines"
not_ok "a file that is not there" ./linecount "$address" nothing

seq 100000 >long
start=$(date +%s%N)
./linecount "$address" long >long.out
end=$(date +%s%N)
is "100,000 lines" "$(tail -n 1 long.out)" "100000 lines"
echo "# $((100000 * 1000000000 / (end - start))) lines/s"
ok "in order" sh -c 'sed -n "s/^Noisy: .\(.*\).$/\1/p" long.out | cmp - long'
head -c 3000000 /dev/zero | tr '\0' x >one
not_ok "a line longer than the interface allows" ./linecount "$address" one
is "the server is still there" "$(./linecount "$address" empty)" "0 lines"

kill -TERM "$server_pid"
wait "$server_pid"
ok "--stats" grep -Eq '^connections=[1-9][0-9]* calls=[1-9][0-9]* ' \
    "$tmp/server.err"

mkdir "$tmp/t" && cd "$tmp/t" || exit 99
ok "the tutorial builds" \
    "$MAKE" -f "$top_srcdir/examples/tutorial/Makefile" \
    CFLAGS="${CFLAGS-} -Wall -Wextra -Werror"
is "locally" "$(./local hello)" "message 1 posted"
spawn board ./server "unix:$tmp/t/board"
for _ in $(seq 100); do
	[ -S board ] && break
	sleep 0.05
done
is "and remotely" "$(./client "unix:$tmp/t/board" "hello from afar")" \
    "message 2 posted"
not_ok "nobody there" ./client tcp://127.0.0.1:1 hello
done_testing
