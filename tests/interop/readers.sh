#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Who reads whom: every verb of orpcinfo against rpcbind and orpcbind, every
# verb of rpcinfo against orpcbind, and a daemon of the distribution that
# registers with orpcbind.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"

[ -n "$RPCBIND" ] && [ -n "$RPCINFO" ] || skip_all "no rpcbind or rpcinfo"
in_namespace "$@"

exits_seconds=20

# Each verb of orpcinfo. reads WHAT
reads()
{
	local i=$ORPCINFO
	ok "$1: -p" exits 0 '100000 +4 +tcp +111 +portmapper' "$i" -p
	ok "$1: list" exits 0 'local +.*rpcbind.sock' "$i"
	ok "$1: -s" exits 0 '100000 .*portmapper' "$i" -s localhost
	ok "$1: -m" exits 0 'RPCBIND .version 4' "$i" -m localhost
	ok "$1: -l" exits 0 'inet/tcp/cots_ord +127.0.0.1.0.111' \
	    "$i" -l 127.0.0.1 100000 4
	ok "$1: -t" exits 0 'version 2 ready and waiting' "$i" -t localhost 100000
	ok "$1: -u" exits 0 'version 4 ready and waiting' "$i" -u localhost 100000 4
	ok "$1: -T local" exits 0 'version 3 ready' "$i" -T local localhost 100000
	ok "$1: -T tcp6" exits 0 'version 3 ready' "$i" -T tcp6 localhost 100000 3
	ok "$1: -a" exits 0 'version 4 ready' "$i" -a 127.0.0.1.0.111 -T udp 100000 4
	ok "$1: -n" exits 0 'version 3 ready' "$i" -n 111 -t 127.0.0.1 100000 3
	ok "$1: --ping" exits 0 'tcp6? +.* ms' "$i" --ping
	ok "$1: --json" exits 0 '"program":100000' "$i" -c localhost
	ok "$1: wrong version" exits 6 'versions 2 to 4' "$i" -t localhost 100000 9
	ok "$1: not registered" exits 4 'not registered' "$i" -t localhost 399999
}

must "rpcbind runs" start_rpcbind
reads rpcbind
end rpcbind
rm -f /run/rpcbind.sock

must "orpcbind runs" start_orpcbind
reads orpcbind
ok "-d of the binder itself" exits 6 'not removed' "$ORPCINFO" -d 100000 2
ok "rpcinfo: list" exits 0 'local .*rpcbind.sock' "$RPCINFO"
ok "rpcinfo -p" exits 0 '100000 +2 +udp +111' "$RPCINFO" -p
ok "rpcinfo -s" exits 0 '100000 +2,3,4' "$RPCINFO" -s
ok "rpcinfo -m" exits 0 'RPCBIND .version 4. stat' "$RPCINFO" -m
ok "rpcinfo -l" exits 0 'inet/tcp/cots_ord' "$RPCINFO" -l 127.0.0.1 100000 4
ok "rpcinfo -t" exits 0 'version 4 ready' "$RPCINFO" -t 127.0.0.1 100000
ok "rpcinfo -u" exits 0 'version 2 ready' "$RPCINFO" -u 127.0.0.1 100000
ok "rpcinfo -T" exits 0 'version 3 ready' "$RPCINFO" -T tcp 127.0.0.1 100000
ok "rpcinfo -a" exits 0 'version 3 ready' \
    "$RPCINFO" -a 127.0.0.1.0.111 -T udp 100000 3
ok "rpcinfo -d of the binder" exits 1 'Could not delete' "$RPCINFO" -d 100000 2

# mounted: rpc.mountd registered, found, called, gone.
mountd=$(PATH=$PATH:/usr/sbin:/sbin command -v rpc.mountd)
showmount=$(PATH=$PATH:/usr/sbin:/sbin command -v showmount)
if [ -n "$mountd" ] && [ -n "$showmount" ]; then
	mkdir -p /var/lib/nfs/sm /run/rpc_pipefs
	touch /var/lib/nfs/etab /var/lib/nfs/rmtab
	spawn mountd "$mountd" -F --no-nfs-version 4
	for i in $(seq 100); do
		exits 0 'mountd' "$ORPCINFO" -s >/dev/null 2>&1 && break
		sleep 0.1
	done
	ok "rpc.mountd registers" exits 0 '100005 +3 +tcp' "$ORPCINFO" -p
	ok "showmount finds it" exits 0 'Export list' "$showmount" -e localhost
	ok "and so do we" exits 0 'version 3 ready' "$ORPCINFO" -t localhost mountd
	end mountd
	ok "and it unregisters" exits 0 '' "$ORPCINFO" -s
	not_ok "and is listed no more" grep -q 100005 "$tmp/said"
else
	skip "rpc.mountd registers" "no rpc.mountd (nfs-kernel-server)"
fi
end orpcbind
done_testing
