#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The README's private binder, word for word, by a user without any privilege:
# binder, server, client and orpcinfo on a socket in that user's home.
. "${top_srcdir:?}/tests/lib/tap.sh"
if [ -n "$SANITIZE_CFLAGS" ]; then
	not_here "the private binder" "its program would need the sanitizer, too"
	done_testing
	exit 0
fi
. "$top_srcdir/tests/lib/stage.sh"

# Root becomes nobody; where nobody may not look into our directories, root
# without a single right of root's.
unprivileged=
if [ "$(id -u)" -eq 0 ]; then
	nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
	rights="--inh-caps=-all --bounding-set=-all --no-new-privs"
	unprivileged="setpriv $rights"
	! $nobody test -x "$(command -v orpcbind)" || unprivileged="$nobody $rights"
fi
mkdir "$tmp/home"
chmod 755 "$tmp"
case $unprivileged in *65534*) chown 65534:65534 "$tmp/home" ;; esac

# The program of the quickstart.
{
	sed -n '/^<!-- quickstart/,/^<!-- end/p' "$top_srcdir/README.md" |
	sed -n '/^cat >/,/^END$/p'
	echo 'idlc --init=hello hello.x && make -C hello'
} >"$tmp/first.sh"
# What is shown. A person takes a moment after starting a server.
{
	echo 'set -e; spoken=0'
	sed -n '/^<!-- private/,/^<!-- end/p' "$top_srcdir/README.md" |
	sed -n '/^```sh$/,/^```$/p' | grep -v '^```' |
	    sed 's/&$/\&\nuntil [ "$(wc -c <"$said")" -gt "$spoken" ]; do sleep 0.05; done; spoken=$(wc -c <"$said")/'
	echo 'status=$?; kill $(jobs -p); wait || :; exit $status'
} >"$tmp/then.sh"
chmod 644 "$tmp"/*.sh
ok "the README shows it" grep -q '^orpcbind ' "$tmp/then.sh"
cd "$tmp/home" || exit 99
export HOME=$tmp/home said=$tmp/home/said
unset MAKEFLAGS
must "the quickstart's program builds" $unprivileged bash -e "$tmp/first.sh"
status=0
$unprivileged timeout 300 bash -c 'exec >"$said" 2>&1; . "$1"' sh \
    "$tmp/then.sh" || status=$?
is "every command succeeds" "$status" 0
[ "$status" -eq 0 ] || sed 's/^/# /' "$said"
ok "the server is called" grep -q '^GREET: ' "$said"
ok "it is listed, and answers" \
    grep -Eq '^ *536870913 +1 +(tcp|udp) .* ms$' "$said"
ok "so does the binder, by its socket" \
    grep -Eq '^ *100000 +4 +local +.*bind.sock.* ms$' "$said"
ok "the journal is there" test -s "$tmp/home/bind.journal"
done_testing
