#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What we send is ONC RPC to tshark, over TCP and UDP, without a malformed
# packet. Captures in a network namespace of its own.
. "${top_srcdir:?}/tests/lib/tap.sh"

[ -n "$TSHARK" ] || skip_all "no tshark"
if [ "${1-}" != inside ]; then
	unshare -Urmn true 2>/dev/null || skip_all "no user namespaces"
	rm -rf "$tmp"
	exec unshare -Urmn "${BASH:-bash}" "$0" inside
fi
. "$top_srcdir/tests/e2e/calculator_lib.sh"
ip link set lo up || skip_all "no loopback in a namespace"

must "the example builds" build_calculator
must "the server listens" start_server

spawn capture "$TSHARK" -n -i lo -w "$tmp/calls.pcapng"
# It says so before it does: knock, on a closed port, until that was captured.
for i in $(seq 300); do
	echo knock >/dev/udp/127.0.0.1/9 2>/dev/null
	[ -s "$tmp/calls.pcapng" ] &&
	    "$TSHARK" -n -r "$tmp/calls.pcapng" -c 1 2>/dev/null | grep -q . &&
	    break
	sleep 0.1
done
[ "$i" -lt 300 ] || skip_all "tshark can't capture on loopback"
calls()
{
	calculator -s "$1" add 2 3
	calculator -s "$1" divide 1 0
	calculator -s "$1" quadratic 1 -3 2
	calculator -s "$1" addtogether $(seq 1 300)
	calculator -s "$1" --ask-version 7 add 2 3
	echo 'memory store 7
	    memory add 1' | calculator -s "$1"
}
calls "$tcp" >/dev/null 2>&1
calls "$udp" >/dev/null 2>&1

# The packets are on disk once the last reply is; ask until they are.
decoded()
{
	"$TSHARK" -n -r "$tmp/calls.pcapng" -o rpc.dissect_unknown_programs:TRUE \
	    -d "tcp.port==${tcp##*:},rpc" -d "udp.port==${udp##*:},rpc" "$@" \
	    2>"$tmp/tshark.err"
}
expected=9
for i in $(seq 300); do
	[ "$(decoded -Y 'rpc.msgtyp==1 && udp' | wc -l)" -ge $expected ] && break
	sleep 0.1
done
kill -INT "$capture_pid"
wait "$capture_pid" 2>/dev/null

for transport in tcp udp; do
	is "$transport: every call is decoded" "$(decoded \
	    -Y "rpc.msgtyp==0 && $transport && rpc.program==0x2000ca1c" |
	    wc -l)" $expected
	is "$transport: every reply is decoded" \
	    "$(decoded -Y "rpc.msgtyp==1 && $transport" | wc -l)" $expected
	is "$transport: one reply is a mismatch of versions" \
	    "$(decoded -Y "rpc.state_accept==2 && $transport" -T fields \
		-e rpc.programversion.min -e rpc.programversion.max)" "1	1"
done
is "no packet is malformed" "$(decoded -Y '_ws.malformed')" ""
is "the expert finds no error" \
    "$(decoded -Y '_ws.expert.severity >= 8388608')" ""
done_testing
