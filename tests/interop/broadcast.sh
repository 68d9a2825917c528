#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Broadcast on a network of four hosts: one asks; the others have rpcbind,
# orpcbind that lets strangers discover, and orpcbind as it comes, which keeps
# silent. orpcinfo -b and rpcinfo -b find the first two.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"

[ -n "$RPCBIND" ] && [ -n "$RPCINFO" ] || skip_all "no rpcbind or rpcinfo"
in_namespace "$@"
. "$top_srcdir/tests/interop/interop_lib.sh"

# Addresses are 10.9.0.N and fe80::9:N; nobody checks for duplicates.
network()
{
	local i
	mkdir -p /run/netns
	ip link add br0 type bridge && ip link set br0 up || return 1
	for i in 1 2 3 4; do
		ip netns add "host$i" &&
		ip link add "port$i" type veth peer name eth0 netns "host$i" &&
		ip link set "port$i" master br0 up &&
		ip -n "host$i" link set lo up &&
		ip -n "host$i" link set eth0 addrgenmode none &&
		ip -n "host$i" address add "10.9.0.$i/24" brd + dev eth0 &&
		ip -n "host$i" link set eth0 up &&
		ip -n "host$i" address add "fe80::9:$i/64" dev eth0 nodad ||
			return 1
	done
}

on() { local host=host$1; shift; ip netns exec "$host" "$@"; }

# binder_of HOST: its own answers; each waits at most a minute.
binder_of()
{
	local i
	for i in $(seq 600); do
		on "$1" "$ORPCINFO" -p tcp://127.0.0.1:111 >/dev/null 2>&1 &&
			return 0
		sleep 0.1
	done
	return 1
}

# found WHOM NETWORK command...: asks, from the first host, until the answers of
# a network (the part of the address before the host's number) are those of the
# hosts WHOM, and no other. The first question may be lost while neighbours get
# known.
found()
{
	local whom=$1 network=$2 try got
	shift 2
	for try in 1 2 3; do
		got=$(timeout 60 ip netns exec host1 "$@" 2>"$tmp/found.err" |
		    grep -Eo "$network[0-9]" | grep -Eo '.$' | sort -u |
		    tr -d '\n')
		[ "$got" = "$whom" ] && return 0
	done
	echo "$*: hosts '$got', wanted '$whom'"
	cat "$tmp/found.err"
	return 1
}
four='10\.9\.0\.'
six='fe80::9:'

# server_on HOST BINDER: a program that registers there.
server_on()
{
	spawn "server$1" ip netns exec "host$1" env ORPC_BINDER="$2" \
	    "$tmp/orpc_server" register
	wait_for_line "$tmp/server$1.out" ^udp
}

must "programs of idlc and liborpc build" build_orpc
must "a network of four hosts" network
cat >"$tmp/one_user.c" <<'END'
#include <sys/types.h>
int setgroups(size_t n, const gid_t *g) { (void)n; (void)g; return 0; }
int setgid(gid_t g) { (void)g; return 0; }
int setuid(uid_t u) { (void)u; return 0; }
END
must "a wrapper for rpcbind" \
    $CC -shared -fPIC -o "$tmp/one_user.so" "$tmp/one_user.c"
spawn two ip netns exec host2 env LD_PRELOAD="$tmp/one_user.so" \
    "$RPCBIND" -f -r
spawn three ip netns exec host3 "$ORPCBIND" $(strictest) --callit null \
    -l 'tcp://*:111' -l 'udp://*:111' -l "unix:$tmp/three"
spawn four ip netns exec host4 "$ORPCBIND" $(strictest) \
    -l 'tcp://*:111' -l 'udp://*:111' -l "unix:$tmp/four"
must "rpcbind runs on the second host" binder_of 2
must "orpcbind on the third" binder_of 3
must "and on the fourth" binder_of 4

ok "orpcinfo -b finds both kinds of binder" \
    found 23 $four "$ORPCINFO" --timeout 2 -b 100000 2
# Debian's rpcbind does not join the group.
ok "and ours over IPv6" found 3 $six "$ORPCINFO" --timeout 2 -b 100000 4
ok "as JSON" found 23 $four "$ORPCINFO" --timeout 2 -c -b portmapper 2
ok "rpcinfo -b finds both kinds of binder" found 23 $four "$RPCINFO" -b 100000 2
ok "and ours over IPv6, at an address that it can reach" \
    found 3 $six "$RPCINFO" -b 100000 4

# A program: on none, one, two of them.
program=536873489
ok "a program that nobody has is not found" \
    found "" $four "$ORPCINFO" --timeout 1 -b $program 1
server_on 3 "unix:$tmp/three"
server_on 4 "unix:$tmp/four"
ok "one that an open binder has is found" \
    found 3 $four "$ORPCINFO" --timeout 2 -b $program 1
server_on 2 tcp://127.0.0.1:111
ok "also by rpcbind" found 23 $four "$ORPCINFO" --timeout 2 -b $program 1
ok "and by rpcinfo" found 23 $four "$RPCINFO" -b $program 1
done_testing
