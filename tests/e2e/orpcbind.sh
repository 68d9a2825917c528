#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# orpcbind as a daemon: settings from a file, read again on SIGHUP, its logs,
# what -n shows, sockets that were passed to it, the user it becomes, and the
# system calls it is left with.
. "${top_srcdir:?}/tests/lib/tap.sh"

confined=no
"$ORPCBIND" --check --seccomp=kill >/dev/null 2>&1 && confined=yes

# ---- Settings ---------------------------------------------------------------

conf=$tmp/conf
cat >"$conf" <<END
# a comment
[orpcbind]
listen = unix:$tmp/bind
listen = tcp://127.0.0.1:0
journal = $tmp/journal
allow = 192.0.2.0/24
callit = null
rate = 7
reap = 0
log = json
END
ok "-n shows what a file says" exits 0 "^listen +unix:$tmp/bind tcp" \
    "$ORPCBIND" -n -c "$conf"
for line in 'allow +192.0.2.0/24' 'callit +null' 'rate +7 a second' \
    'reap +never' "journal +$tmp/journal" 'log +json' 'system calls +.'; do
	ok "-n: $line" grep -Eq "^$line" "$tmp/said"
done
ok "the command line comes after the file" exits 0 '^rate +9 a' \
    "$ORPCBIND" --rate=9 -n -c "$conf"
ok "without settings it would be rpcbind" \
    exits 0 '^listen +udp://\*:111 tcp://\*:111 unix:/run/rpcbind.sock' \
    "$ORPCBIND" -n

# wrong LINE MESSAGE: a file with that line is refused, with its number.
wrong()
{
	printf 'rate = 3\n%s\n' "$1" >"$tmp/wrong"
	ok "refused: $1" exits 2 "wrong:2: .*$2" "$ORPCBIND" -n -c "$tmp/wrong"
}
wrong 'rate = 0' 'questions a second'
wrong 'rate = many' 'questions a second'
wrong 'reap = -1' 'number of seconds'
wrong 'colour = red' "unknown key 'colour'"
wrong 'listen = ftp://x' 'an address'
wrong 'allow = 10.0.0.0/33' 'a network'
wrong 'callit = some' 'local, none, null or all'
wrong 'seccomp = perhaps' 'refuse, kill or off'
wrong 'log = xml' 'text or json'
wrong 'nonsense' 'key = value'
wrong '[orpcbind' "']' is missing"
wrong "user = $(printf '%01500d' 0)" 'too long'
ok "no such file" exits 2 "$tmp/none: No such file" "$ORPCBIND" -n -c "$tmp/none"
ok "a directory is no file" exits 2 "$tmp: Is a directory" \
    "$ORPCBIND" -n -c "$tmp"
ok "no such user" exits 2 'no such user: nobody-of-that-name' \
    "$ORPCBIND" -n -u nobody-of-that-name
ok "an unknown option" exits 2 'try .orpcbind --help' "$ORPCBIND" --nonsense
ok "a word too many" exits 2 'unexpected argument' "$ORPCBIND" word
ok "help fits a screen" test "$("$ORPCBIND" --help | wc -l)" -le 24

# ---- Running ----------------------------------------------------------------

spawn one "$ORPCBIND" -c "$conf"
must "it listens" wait_for_line "$tmp/one.err" 'listening on tcp://127.0.0.1'
ok "and answers" exits 0 portmapper "$ORPCINFO" "unix:$tmp/bind"
is "everybody may connect to its unix socket" \
    "$(stat -c %a "$tmp/bind")" 666
wait_for_line "$tmp/one.err" 'system calls'
if command -v python3 >/dev/null; then
	ok "each line of its log is JSON" python3 -c '
import json, sys
for line in open(sys.argv[1]):
    entry = json.loads(line)
    assert entry["time"] > 0 and entry["message"], line
    assert entry["level"] in ("error", "warning", "info", "debug"), line
' "$tmp/one.err"
else
	skip "each line of its log is JSON" "no python3"
fi
ok "it can't gain privileges" grep -q '^NoNewPrivs:.1$' \
    "/proc/$one_pid/status"
if [ "$confined" = yes ]; then
	ok "it is confined" grep -q '^Seccomp:.2$' "/proc/$one_pid/status"
	ok "and says so" grep -q 'and no other' "$tmp/one.err"
else
	not_here "it is confined" "built without it"
fi

sed -i 's/^log = json/log = text/; s/^allow.*/allow = 10.0.0.0/' "$conf"
kill -HUP "$one_pid"
ok "SIGHUP reads the file again" \
    wait_for_line "$tmp/one.err" '^orpcbind: settings read again'
if command -v python3 >/dev/null; then
	# A transport's name that would be a line of the log by itself.
	python3 -c '
import socket, struct, sys
text = b"x\norpcbind: error: forged"
call = struct.pack(">12I", 1, 0, 2, 100000, 4, 1, 0, 0, 0, 0, 0x20000556, 1)
call += struct.pack(">I", len(text)) + text + bytes(-len(text) % 4 + 8)
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(struct.pack(">I", 1 << 31 | len(call)) + call)
assert s.recv(32)[28:] == bytes(4)
' "$tmp/bind"
	ok "what a caller sends stays in one line" \
	    wait_for_line "$tmp/one.err" 'on x\\x0aorpcbind: '
else
	skip "what a caller sends stays in one line" "no python3"
fi
echo 'listen = tcp://127.0.0.1:0' >>"$conf"
kill -HUP "$one_pid"
ok "and tells what waits for a restart" \
    wait_for_line "$tmp/one.err" 'warning: .*waits for a restart'
echo 'rate = none' >>"$conf"
kill -HUP "$one_pid"
ok "a file that went wrong is told" \
    wait_for_line "$tmp/one.err" 'error: .*conf:[0-9]+: rate'
ok "and changes nothing" exits 0 portmapper "$ORPCINFO" "unix:$tmp/bind"
kill -TERM "$one_pid"
wait "$one_pid"
is "it ends orderly" $? 0
not_ok "and leaves no socket" test -e "$tmp/bind"

# ---- Sockets and notes of systemd's --------------------------------------------

# What systemd does: passes a stream and a datagram socket, and waits for a note.
cat >"$tmp/activate.py" <<'END'
import os, socket, sys
note = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
note.bind(sys.argv[1])
stream = socket.socket()
stream.bind(("127.0.0.1", 0))
stream.listen()
datagram = socket.socket(type=socket.SOCK_DGRAM)
datagram.bind(("127.0.0.1", 0))
pid = os.fork()
if pid == 0:
    fds = [os.dup(stream.fileno()), os.dup(datagram.fileno())]
    for i, fd in enumerate(fds):
        os.dup2(fd, 20 + i)
    for i in range(2):
        os.dup2(20 + i, 3 + i)
    os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()),
                      NOTIFY_SOCKET=sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
note.settimeout(60)
print(note.recv(500).decode().splitlines()[0], flush=True)
print("tcp://127.0.0.1:%d" % stream.getsockname()[1], flush=True)
print("udp://127.0.0.1:%d" % datagram.getsockname()[1], flush=True)
sys.stdin.read()
os.kill(pid, 15)
while True:
    text = note.recv(500).decode()
    if "STOPPING=1" in text:
        print("STOPPING", flush=True)
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
if command -v python3 >/dev/null; then
	mkfifo "$tmp/until"
	python3 "$tmp/activate.py" "$tmp/note" "$ORPCBIND" \
	    <"$tmp/until" >"$tmp/activate.out" 2>"$tmp/activate.err" &
	activate_pid=$!
	tap_pids="$activate_pid $tap_pids"
	exec 9>"$tmp/until"
	ok "it says when it is ready" \
	    wait_for_line "$tmp/activate.out" '^READY=1'
	wait_for_line "$tmp/activate.out" '^udp:'
	for address in $(grep :// "$tmp/activate.out"); do
		ok "it serves a socket that it was given, ${address%%:*}" \
		    exits 0 portmapper "$ORPCINFO" -p "$address"
	done
	exec 9>&-
	wait "$activate_pid"
	is "and ends orderly" $? 0
	ok "it says that it ends" grep -q STOPPING "$tmp/activate.out"
else
	skip "sockets that were passed" "no python3"
fi

# ---- Rights -----------------------------------------------------------------------

# A system call that the list lacks, tried by the daemon itself.
cat >"$tmp/intruder.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
int accept4(int fd, struct sockaddr *sa, socklen_t *n, int flags)
{
	int (*next)(int, struct sockaddr *, socklen_t *, int) =
	    (int (*)(int, struct sockaddr *, socklen_t *, int))
	    dlsym(RTLD_NEXT, "accept4");
	char text[60];
	int result = (errno = 0, chdir("/"));

	snprintf(text, sizeof(text), "intruder: %d, errno %d\n", result,
	    errno);
	if (write(2, text, __builtin_strlen(text)) < 0)
		return -1;
	return next(fd, sa, n, flags);
}
END
if [ "$confined" = no ]; then
	not_here "a forbidden system call" "built without it"
else
	must "an intruder" $CC -w -shared -fPIC -o "$tmp/intruder.so" \
	    "$tmp/intruder.c" -ldl
	for mode in refuse kill off; do
		spawn "$mode" env LD_PRELOAD="$tmp/intruder.so" "$ORPCBIND" \
		    --seccomp=$mode -l "unix:$tmp/$mode"
		wait_for_line "$tmp/$mode.err" 'system calls'
		"$ORPCINFO" --timeout 20 "unix:$tmp/$mode" >/dev/null 2>&1
	done
	ok "a forbidden system call is refused" \
	    grep -q '^intruder: -1, errno 1$' "$tmp/refuse.err"
	ok "and the binder lives on" \
	    exits 0 portmapper "$ORPCINFO" "unix:$tmp/refuse"
	wait "$kill_pid"
	is "with --seccomp=kill it ends by SIGSYS" $? $((128 + 31))
	ok "with --seccomp=off it may" \
	    grep -q '^intruder: 0, errno 0$' "$tmp/off.err"
fi

if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 true 2>/dev/null; then
	chmod 755 "$tmp"
	mkdir -m 700 "$tmp/state" && chown nobody "$tmp/state"
	spawn other "$ORPCBIND" -l "unix:$tmp/other" -j "$tmp/state/journal" \
	    -u nobody
	ok "it becomes another user" \
	    wait_for_line "$tmp/other.err" 'system calls'
	is "and is that user" "$(stat -c %U "/proc/$other_pid")" nobody
	is "whose journal it is" "$(stat -c %U "$tmp/state/journal")" nobody
	ok "and serves" exits 0 portmapper "$ORPCINFO" "unix:$tmp/other"
else
	not_here "it becomes another user" "not root"
fi
done_testing
