#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A tour of the election: numbers, votes from several voters at once, a
# second vote refused, a server that is killed in the middle.
#
#	demo.sh [DIR]		DIR: where the three programs are [.]
#
# Works in a directory of its own, which it removes; ends with 1 when what
# was confirmed and what was counted differ.
set -u
bin=$(cd "${1:-.}" && pwd) || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/election-demo.XXXXXX") || exit 1
server=
trap 'stop_server TERM; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

say()
{
	printf '\n\033[1m%s\033[0m\n' "$*"
}
[ -t 1 ] || say() { printf '\n== %s\n' "$*"; }

show()
{
	printf '$ %s\n' "$*"
	"$@"
}

stop_server()
{
	if [ -n "$server" ]; then
		kill -"$1" "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	server=
}

# The first time on a port that the kernel picks, then on the same.
start_server()
{
	# What the last one said must not be taken for this one's.
	: >server.out
	"$bin/election-server" --store=poll.db --no-binder \
	    --listen="tcp://127.0.0.1:${port:-0}" >server.out 2>server.err &
	server=$!
	tries=0
	until grep -q '^ready$' server.out; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || { cat server.err >&2; exit 1; }
		sleep 0.05
	done
	ELECTION_SERVER=$(sed -n 's/^listening on //p' server.out)
	export ELECTION_SERVER
	port=${ELECTION_SERVER##*:}
}

# vote LINE CANDIDATE: the voter with the number on that line of the list
vote()
{
	sed -n "$1p" numbers | "$bin/election" --timeout=30 vote "$2"
}

say "The administrator makes a poll and issues 60 secret numbers."
show "$bin/election-admin" --store=poll.db create Ada Grace Edsger || exit 1
show "$bin/election-admin" --store=poll.db --output=numbers issue 60 || exit 1

say "The server starts; it listens on TCP."
start_server
cat server.out

say "One voter votes. The confirmation is a call from the server to the client."
echo '$ head -n 1 numbers | election vote Ada'
vote 1 Ada || exit 1

say "The same number again, and a number that nobody was given."
echo '$ head -n 1 numbers | election vote Grace'
vote 1 Grace
echo "(exit status $?)"
echo '$ echo 4711 | election vote Grace'
echo 4711 | "$bin/election" vote Grace
echo "(exit status $?)"

say "Now 59 voters at once; in the middle the server is killed with kill -9."
voters=
i=2
while [ "$i" -le 60 ]; do
	case $((i % 3)) in
	0) name=Ada ;;
	1) name=Grace ;;
	2) name=Edsger ;;
	esac
	vote "$i" "$name" >"told.$i" 2>&1 &
	voters="$voters $!"
	if [ "$i" -eq 30 ]; then
		kill -9 "$server"
		wait "$server" 2>/dev/null
		echo "server killed; voters keep trying"
		start_server
		echo "server started again"
	fi
	i=$((i + 1))
done
for voter in $voters; do
	wait "$voter"
done
sort told.* | uniq -c | sed 's/^ */  /'

say "What was confirmed is what is counted."
confirmed=$(($(cat told.* | grep -c recorded) + 1))
show "$bin/election" result
show "$bin/election-admin" --store=poll.db audit || exit 1
counted=$("$bin/election-admin" --store=poll.db audit |
    sed -n 's/^tally: //p')
echo
if [ "$confirmed" -eq "$counted" ] && [ "$counted" -eq 60 ]; then
	echo "$confirmed votes were confirmed, $counted are counted."
else
	echo "$confirmed votes were confirmed, but $counted are counted." >&2
	exit 1
fi
