#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The election of examples/, built by its own makefile against the installed
# package, as its README tells.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

mkdir "$tmp/e" && cd "$tmp/e" || exit 99
ok "it builds outside of the tree" \
    "$MAKE" -j2 -f "$top_srcdir/examples/election/Makefile" \
    CFLAGS="${CFLAGS-} -Wall -Wextra -Werror"
ok "a poll is made" ./election-admin --store=poll.db create Ada Grace
not_ok "but not twice" ./election-admin --store=poll.db create Ada
ok "numbers are issued to a file" \
    ./election-admin --store=poll.db --output=numbers issue 50
is "which only its owner may read" "$(stat -c %a numbers)" 600
is "50 different ones" "$(sort -u numbers | wc -l)" 50
is "candidates are listed" "$(./election-admin --store=poll.db list)" \
    "$(printf 'Ada\nGrace')"

spawn server ./election-server --store=poll.db --no-binder \
    --listen=tcp://127.0.0.1:0 --listen="unix:$tmp/e/socket"
wait_for_line "$tmp/server.out" '^ready$'
ELECTION_SERVER=$(sed -n 's/^listening on \(tcp:.*\)/\1/p' "$tmp/server.out")
export ELECTION_SERVER

vote()
{
	sed -n "$1p" numbers | ./election vote "$2"
}

is "a vote is confirmed by a message" "$(vote 1 Ada)" \
    "Your vote for Ada is recorded."
is "over a unix socket, too" "$(ELECTION_SERVER=unix:$tmp/e/socket vote 2 Ada)" \
    "Your vote for Ada is recorded."
is "a second vote is not" "$(vote 1 Grace; echo $?)" \
    "This number has already voted; the first vote stands.
1"
is "nor is a number that was never issued" \
    "$(echo 12345 | ./election vote Ada; echo $?)" \
    "This number was never issued.
1"
is "nor an unknown candidate" "$(vote 3 Nobody; echo $?)" \
    "Nobody called Nobody stands in this election.
1"
ballot=00112233445566778899aabbccddeeff
sed -n 4p numbers | ./election --ballot=$ballot vote Grace >/dev/null
is "the same ballot again is the same vote" \
    "$(sed -n 4p numbers | ./election --ballot=$ballot vote Grace)" \
    "This very vote for Grace is already recorded."
is "the result" "$(./election result)" "$(printf 'Ada: 2\nGrace: 1')"
not_ok "a number on the command line is refused" ./election vote Ada 12345
is "and so are words" "$(echo twelve | ./election vote Ada 2>/dev/null; \
    echo $?)" 2

# libtirpc keeps what it took until the process ends: no leak of ours.
classic()
{
	ASAN_OPTIONS=detect_leaks=0 "$top_builddir/tests/e2e/election_classic" \
	    "${ELECTION_SERVER##*:}" "$@"
}
classic_votes=0
if [ -x "$top_builddir/tests/e2e/election_classic" ]; then
	classic_votes=1
	./election-admin --store=poll.db --output=classic issue 1
	is "a libtirpc client is called back the classic way" \
	    "$(classic "$(cat classic)" Ada)" \
	    "$(printf '0\nYour vote for Ada is recorded.')"
	is "a second time, too" \
	    "$(classic "$(cat classic)" Grace)" \
	    "$(printf '2\nThis number has already voted; the first vote stands.')"
else
	skip "the classic way back" "rpcgen or libtirpc"
fi

spawn watch ./election watch
wait_for_line "$tmp/watch.out" '^Grace: 1$'
vote 5 Grace >/dev/null
ok "a watcher is told of each change" wait_for_line "$tmp/watch.out" \
    '^Grace: 2$'

kill -9 "$server_pid"
wait "$server_pid" 2>/dev/null
is "what was confirmed survives kill -9" \
    "$(./election-admin --store=poll.db tally)" \
    "$(printf 'Ada: %d\nGrace: 2' $((2 + classic_votes)))"
ok "a watcher whose server dies ends" \
    timeout 10 tail --pid="$watch_pid" -f /dev/null
is "without a server the client says so" \
    "$(sed -n 6p numbers | ./election --timeout=1 vote Ada 2>/dev/null; \
    echo $?)" 4

port=${ELECTION_SERVER##*:}
(sed -n 6p numbers | ./election --timeout=20 vote Ada >"$tmp/late.out") &
late=$!
spawn server ./election-server --store=poll.db --no-binder \
    --listen="tcp://127.0.0.1:$port"
wait "$late"
is "a vote waits for the server to come back" "$(cat "$tmp/late.out")" \
    "Your vote for Ada is recorded."

pids=
for i in $(seq 7 50); do
	vote "$i" Grace >"$tmp/v$i" & pids="$pids $!"
done
wait $pids
is "many vote at once" "$(cat "$tmp"/v* | sort | uniq -c | sed 's/^ *//')" \
    "44 Your vote for Grace is recorded."
kill -TERM "$server_pid"
wait "$server_pid"
is "the server stops in order" $? 0
is "the audit is content" "$(./election-admin --store=poll.db audit)" \
    "$(printf 'issued: %d\nvoted: %d\ntally: %d\nconsistent' \
	$((50 + classic_votes)) $((49 + classic_votes)) \
	$((49 + classic_votes)))"
ok "no number is in what the server printed" \
    sh -c '! grep -Ff numbers "$1"' sh "$tmp/server.err"
done_testing
