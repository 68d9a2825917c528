# SPDX-License-Identifier: BSD-3-Clause
# For tests with the calculator: builds it in $tmp/calculator as its users do,
# and runs its server. After tap.sh.
. "${top_srcdir:?}/tests/lib/stage.sh"

# build_calculator [MAKE-ARGUMENT]...: with the example's own makefile,
# against the staged package.
build_calculator()
{
	mkdir -p "$tmp/calculator"
	cp "$top_srcdir"/examples/calculator/* "$tmp/calculator/"
	${MAKE:-make} -C "$tmp/calculator" CC="$CC" "$@" \
		>"$tmp/calculator/make.log" 2>&1 || {
		cat "$tmp/calculator/make.log"
		return 1
	}
	PATH=$tmp/calculator:$PATH
}

# start_server [WRAPPER...]: on a port of each kind that the kernel picks.
# Sets $tcp, $udp and $unix to the addresses.
start_server()
{
	unix=unix:$tmp/calculator.sock
	spawn server "$@" calculator-server --no-register \
	    -l tcp://127.0.0.1:0 -l udp://127.0.0.1:0 -l "$unix"
	wait_for_line "$tmp/server.out" '^listening on unix:' || {
		cat "$tmp/server.err"
		return 1
	}
	tcp=$(sed -n 's/^listening on \(tcp:.*\)/\1/p' "$tmp/server.out")
	udp=$(sed -n 's/^listening on \(udp:.*\)/\1/p' "$tmp/server.out")
}

# says COMMAND...: what it prints, on both outputs, and its exit status if
# that is not 0, on one line.
says()
{
	local text status=0
	text=$("$@" 2>&1 </dev/null) || status=$?
	[ "$status" -eq 0 ] || text="$text [$status]"
	printf '%s' "$text" | tr '\n' ' '
}
