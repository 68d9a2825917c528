#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The calculator, as its README shows it: each operation, each refusal, each
# transport, and what its client says when there is nobody.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/e2e/calculator_lib.sh"

must "the example builds against the installed package" build_calculator
must "the server listens on TCP, UDP and a unix socket" start_server

asks() { is "$*" "$(says calculator -s "$server" "${@:2}")" "$1"; }

# Everything over every transport.
for server in "$tcp" "$udp" "$unix"; do
	echo "# $server"
	asks 5 add 2 3
	asks -1 subtract 2 3
	asks 1000000000000 multiply 1000000 1000000
	asks -3 divide -7 2
	asks -1 remainder -7 2
	asks 5.75 add 2.5 3.25
	asks 0.1 divide 1.0 10
	asks 1024 power 2 10
	asks 1.4142135623730951 root 2
	asks "1 2" quadratic 1 -3 2
	asks -1 quadratic 1 2 1
	asks 0 addtogether
	asks 55 addtogether 1 2 3 4 5 6 7 8 9 10
	asks 9223372036854775806 addtogether 9223372036854775807 1 -2
	asks "calculator: divide: division by zero [1]" divide 1 0
	asks "calculator: divide: division by zero [1]" divide 1.5 0
	asks "calculator: remainder: division by zero [1]" remainder 1 0
	asks "calculator: divide: the result is too large [1]" \
	    divide -9223372036854775808 -1
	asks "calculator: add: the result is too large [1]" \
	    add 9223372036854775807 1
	asks "calculator: power: the result is too large [1]" power 10 400
	asks "calculator: root: there is no real result [1]" root -1
	asks "calculator: quadratic: there is no real result [1]" \
	    quadratic 1 0 1
	asks "calculator: memory: no such session [1]" --session 1 memory recall
done

# State: a session outlives calls, connections and transports.
session=$(calculator -s "$tcp" session)
server=$tcp
asks 40 --session "$session" memory store 40
server=$udp
asks 42.5 --session "$session" memory add 2.5
server=$unix
asks 42 --session "$session" memory subtract 0.5
asks 42 --session "$session" memory recall
asks 0 --session "$session" memory clear
asks "" --session "$session" forget
asks "calculator: memory: no such session [1]" --session "$session" \
    memory recall

# A conversation has a session of its own.
is "a conversation" "$(printf '%s\n' '# sums' 'add 1 2' 'memory store 7' \
    'divide 1 0' '' 'memory add 1' quit 'add 9 9' |
    calculator -s "$tcp" 2>&1)" "3
7
calculator: divide: division by zero
8"

# Whoever asks for what is not served is told what is.
said=$(says calculator -s "$tcp" --ask-version 7 add 2 3)
case $said in
*version*1*'[3]') report 0 "a version mismatch is explained" ;;
*) report 1 "a version mismatch is explained"; echo "# $said" ;;
esac

# Usage.
asks "calculator: there is no operation 'frobnicate'; try 'calculator --help' [2]" \
    frobnicate
asks "calculator: 'x' is not a number [2]" add x 1
asks "calculator: usage: add A B [2]" add 1
ok "--help" sh -c 'calculator --help | grep -q "^examples:"'
ok "the server's --help" sh -c 'calculator-server --help | grep -q "^usage:"'

# The README's transcript: the lines after "$ " are run, and everything is
# compared with what the README shows.
transcript()
{
	local line
	grep '^    ' README.md | sed 's/^    //' | grep '^\$ ' |
	while IFS= read -r line; do
		printf 'echo %q\n' "$line"
		case $line in
		*'&') printf '%s\nuntil [ -s said ]; do sleep 0.05; done; cat said\n' \
			"${line#\$ }" | sed 's/&$/>said \&/' ;;
		*) printf '%s\n' "${line#\$ }" ;;
		esac
	done >transcript.sh
	printf 'wait\n' >>transcript.sh
	timeout 300 bash transcript.sh 2>&1 | grep -v '^\[1\]'
}
cd "$tmp/calculator" && make clean >/dev/null
is "the README's transcript" "$(transcript)" \
    "$(grep '^    ' README.md | sed 's/^    //')"

# Deadlines, by order and not by the clock: while the server stands still, a
# call with a short one gives up and one with a long one, begun before, waits
# on; and is answered when the server goes on.
kill -STOP "$server_pid"
for server in "$tcp" "$udp" "$unix"; do
	kind=${server%%:*}
	spawn "patient_$kind" calculator -s "$server" -t 600000 add 2 3
done
for server in "$tcp" "$udp" "$unix"; do
	said=$(says calculator -s "$server" -t 300 add 2 3)
	case $said in
	*'timed out'*'[3]') report 0 "a deadline passes: $server" ;;
	*) report 1 "a deadline passes: $server"; echo "# $said" ;;
	esac
done
for kind in tcp udp unix; do
	eval "pid=\$patient_${kind}_pid"
	ok "$kind: a later one has not" kill -0 "$pid"
done
kill -CONT "$server_pid"
for kind in tcp udp unix; do
	eval "wait \$patient_${kind}_pid"
	is "$kind: and its call is answered" "$(cat "$tmp/patient_$kind.out")" 5
done

# An orderly end: exit status 0, the unix socket gone.
kill -TERM "$server_pid"
wait "$server_pid"
is "the server ends orderly" $? 0
ok "and takes its socket away" test ! -e "$tmp/calculator.sock"
is "and says nothing" "$(cat "$tmp/server.err")" ""

# Counted.
spawn counted calculator-server --no-register --stats -l "unix:$tmp/counted"
wait_for_line "$tmp/counted.out" '^listening on'
is "one more call" "$(says calculator -s "unix:$tmp/counted" add 2 3)" "5"
kill -TERM "$counted_pid"
wait "$counted_pid"
is "--stats" "$(cat "$tmp/counted.err")" \
    "connections=1 calls=1 bad_messages=0 replayed=0"

# Nobody there: which step failed, with whom; soon.
said=$(says calculator -s "$tcp" -t 2000 add 2 3)
case $said in
*connect*"${tcp#tcp://}"*'[3]') report 0 "nobody there: connect, and where" ;;
*) report 1 "nobody there: connect, and where"; echo "# $said" ;;
esac
said=$(says calculator -s "$udp" -t 1000 add 2 3)
case $said in
*'[3]') report 0 "nobody there: UDP" ;;
*) report 1 "nobody there: UDP"; echo "# $said" ;;
esac
done_testing
