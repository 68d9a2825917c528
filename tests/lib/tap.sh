# SPDX-License-Identifier: BSD-3-Clause
# TAP for shell tests. Source it first:
#
#   . "${top_srcdir:?}/tests/lib/tap.sh"
#   ok "what holds" command args...       runs the command, reports
#   must "what" command args...           the same; without it the rest has
#                                         no meaning, and is not tried
#   not_ok "what must fail" command...
#   is "what" "$got" "$expected"
#   skip "what" "why"                     a peer or a right is missing; with
#                                         ORPC_CI=1 that is a failure
#   skip_all "why"                        the same for all of a script
#   not_here "what" "why"                 has no meaning in this build
#   spawn NAME command args...            in the background; $NAME_pid,
#                                         output in $tmp/NAME.out, .err
#   wait_for_line FILE REGEX              at most 60 s
#   done_testing                          last line
#
# $tmp is a directory of this test's own. Everything spawned is ended, and
# $tmp removed, however the script ends.

set -u
tap_n=0
tap_failures=0
tap_pids=
tmp=$(mktemp -d "${TMPDIR:-/tmp}/orpc-test.XXXXXX") || exit 99

tap_cleanup()
{
	local pid
	for pid in $tap_pids; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap tap_cleanup EXIT
trap 'exit 99' HUP INT TERM

# report RESULT NAME: one TAP line; RESULT is 0 for success.
report()
{
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_failures=$((tap_failures + 1))
		echo "not ok $tap_n - $2"
	fi
	return 0
}

ok()
{
	local name=$1 status=0
	shift
	"$@" >"$tmp/tap.out" 2>&1 || status=$?
	report "$status" "$name"
	if [ "$status" -ne 0 ]; then
		echo "# $* -> exit $status"
		tail -n 40 "$tmp/tap.out" | sed 's/^/# /'
	fi
}

must()
{
	local failures=$tap_failures
	ok "$@"
	if [ "$tap_failures" -ne "$failures" ]; then
		done_testing
		exit 0
	fi
}

not_ok()
{
	local name=$1 status=0
	shift
	"$@" >"$tmp/tap.out" 2>&1 || status=$?
	if [ "$status" -ne 0 ] && [ "$status" -lt 126 ]; then
		report 0 "$name"
	else
		report 1 "$name"
		echo "# $* -> exit $status, expected a plain failure"
	fi
}

is()
{
	if [ "$2" = "$3" ]; then
		report 0 "$1"
	else
		report 1 "$1"
		printf '%s\n' "$2" | sed 's/^/# got:      /'
		printf '%s\n' "$3" | sed 's/^/# expected: /'
	fi
}

skip()
{
	if [ -n "${ORPC_CI-}" ]; then
		report 1 "$1 (missing: $2)"
	else
		not_here "$1" "$2"
	fi
}

not_here()
{
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

skip_all()
{
	if [ -n "${ORPC_CI-}" ]; then
		report 1 "runs here (missing: $1)"
		done_testing
	else
		echo "1..0 # SKIP $1"
	fi
	exit 0
}

done_testing()
{
	echo "1..$tap_n"
}

spawn()
{
	local name=$1
	shift
	"$@" >"$tmp/$name.out" 2>"$tmp/$name.err" </dev/null &
	eval "${name}_pid=$!"
	tap_pids="$! $tap_pids"
}

wait_for_line()
{
	local i=0
	until grep -Eq -- "$2" "$1" 2>/dev/null; do
		i=$((i + 1))
		if [ "$i" -gt 1200 ]; then
			echo "# no line '$2' in $1 after 60 s"
			return 1
		fi
		sleep 0.05
	done
}

# exits STATUS REGEX command...: a command ends with the status within
# $exits_seconds (60), and something that it prints fits.
exits()
{
	local want=$1 regex=$2 status=0
	shift 2
	timeout "${exits_seconds:-60}" "$@" >"$tmp/said" 2>&1 || status=$?
	if [ "$status" -ne "$want" ] || ! grep -Eq -- "$regex" "$tmp/said"; then
		echo "$* -> exit $status, wanted $want and $regex:"
		head -n 20 "$tmp/said"
		return 1
	fi
}
