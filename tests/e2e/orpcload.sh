#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# orpcload's verdicts: good answers, refusals with their reason, nobody there,
# and what a script sees of each.
. "${top_srcdir:?}/tests/lib/tap.sh"

load="$ORPCLOAD --calls 20 --null"
spawn binder "$ORPCBIND" -l "unix:$tmp/bind" -l udp://127.0.0.1:0
must "a server" wait_for_line "$tmp/binder.err" 'system calls'
here=unix:$tmp/bind
udp=$(sed -n 's/.*listening on \(udp:.*\)/\1/p' "$tmp/binder.err")

ok "good answers are calls" exits 0 '^calls +20 ' $load "$here" 100000 4 0
ok "in JSON, too" exits 0 '"calls":20,.*"errors":0,.*"ok":true}$' \
    $load --json "$here" 100000 4 0
ok "over UDP" exits 0 '^calls +20 ' $load "$udp" 100000 4 0
ok "refusals are none, and their reason is told" exits 6 \
    '^20 refused or .*: the server does not have the procedure$' \
    $load "$here" 100000 4 99
ok "nor in JSON" exits 6 \
    '"calls":0,.*"errors":20,.*"ok":false,"error":{"message":".*this version' \
    $load --json "$here" 100000 9 0
ok "another program" exits 6 'does not have the program$' $load "$here" 7 1 1
ok "arguments that it can't read" exits 6 "can't decode the arguments$" \
    "$ORPCLOAD" --calls 2 "$here" 100000 4 3
ok "an echo that is none" exits 6 'a result that is not the argument$' \
    "$ORPCLOAD" --calls 2 --size=0 --echo "$here" 100000 4 7
ok "nobody listens" exits 4 'No such file' $load "unix:$tmp/none" 1 1 0
ok "which is no success in JSON" exits 4 '"ok":false,"error":{"message":"' \
    $load --json "unix:$tmp/none" 1 1 0
kill "$binder_pid"
wait "$binder_pid"
ok "nobody answers a datagram" exits 4 'no answer$' \
    "$ORPCLOAD" --null --warmup=0 --duration=0.1 "$udp" 100000 4 0
for value in connections=0 depth=4097 size=-1 calls=x duration=-1 threads=; do
	ok "--$value is named" exits 2 "^orpcload: --${value%=*}=" \
	    "$ORPCLOAD" "--$value" "$here" 1 1 0
done
ok "a process that is not there" exits 4 'no process 2147483' \
    $load --server-pid=2147483 "unix:$tmp/none" 1 1 0

# A server that refuses the credential: a reply of 20 bytes.
if command -v python3 >/dev/null; then
	cat >"$tmp/strict.py" <<'END'
import socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
print("ready", flush=True)
c = s.accept()[0]
while (call := c.recv(44, socket.MSG_WAITALL)):
    c.sendall(struct.pack(">I4s4I", 1 << 31 | 20, call[4:8], 1, 1, 1, 5))
END
	spawn strict python3 "$tmp/strict.py" "$tmp/strict"
	wait_for_line "$tmp/strict.out" ready
	ok "a refused credential" exits 6 \
	    '^20 refused .*: the server wants stronger authentication$' \
	    $load "unix:$tmp/strict" 1 1 0
else
	skip "a refused credential" "no python3"
fi
done_testing
