# SPDX-License-Identifier: BSD-3-Clause
# For tests that want port 111 and /run/rpcbind.sock: runs the script again
# in namespaces of its own, where it is root and alone. After tap.sh, before
# anything else:
#
#   in_namespace "$@"

in_namespace()
{
	if [ "${1-}" != inside ]; then
		unshare -Urmn true 2>/dev/null ||
			skip_all "user namespaces are forbidden"
		rm -rf "$tmp"
		exec unshare -Urmn "${BASH:-bash}" "$0" inside
	fi
	ip link set lo up || skip_all "no loopback in a namespace"
	mount -t tmpfs tmpfs /run || skip_all "can't mount over /run"
	mount -t tmpfs tmpfs /var/lib 2>/dev/null || :
	ln -sfn /run /var/run 2>/dev/null || :
}

# Starts the system's rpcbind. It wants to become another user, which a
# namespace with one user refuses: a preloaded function says that it did.
start_rpcbind()
{
	cat >"$tmp/one_user.c" <<'END'
#include <sys/types.h>
int setgroups(size_t n, const gid_t *g) { (void)n; (void)g; return 0; }
int setgid(gid_t g) { (void)g; return 0; }
int setuid(uid_t u) { (void)u; return 0; }
END
	$CC -shared -fPIC -o "$tmp/one_user.so" "$tmp/one_user.c" || return 1
	spawn rpcbind env LD_PRELOAD="$tmp/one_user.so" "$RPCBIND" -f -w
	binder_answers
}

# The option with which a system call that orpcbind's list lacks is deadly.
strictest()
{
	"$ORPCBIND" --check --seccomp=kill >/dev/null 2>&1 &&
		echo --seccomp=kill
}

# Starts ours in its place, at rpcbind's addresses. start_orpcbind OPTION...
start_orpcbind()
{
	spawn orpcbind "$ORPCBIND" $(strictest) "$@"
	binder_answers
}

binder_answers()
{
	local i
	for i in $(seq 600); do
		"$RPCINFO" -p 127.0.0.1 >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "# no binder on port 111"
	return 1
}

# Is the program registered, as rpcinfo sees it? registered PROGRAM VERSION
# tcp|udp PORT
registered()
{
	"$RPCINFO" -p 127.0.0.1 | awk -v want="$1 $2 $3 $4" '
		$1 " " $2 " " $3 " " $4 == want { found = 1 }
		END { exit !found }'
}

# end NAME: the process that was spawned, orderly.
end()
{
	local pid
	eval "pid=\$$1_pid"
	kill -TERM "$pid"
	wait "$pid"
}

# Everything that holds with either binder. meets WHAT
meets()
{
	local transport port
	spawn ours "$tmp/orpc_server" register
	wait_for_line "$tmp/ours.out" ^udp || cat "$tmp/ours.err"
	for transport in tcp udp; do
		port=$(port_of ours $transport)
		ok "$1: rpcinfo lists our server, $transport" \
		    registered 536873489 1 $transport "$port"
		ok "$1: and its other version, $transport" \
		    registered 536873489 3 $transport "$port"
		results_of "$tmp/tirpc_client" $transport
	done
	end ours
	is "$1: our server ends orderly" $? 0
	for transport in tcp udp; do
		not_ok "$1: and is listed no more, $transport" \
		    registered 536873489 1 $transport "$(port_of ours $transport)"
	done

	spawn theirs "$tmp/tirpc_server" register
	wait_for_line "$tmp/theirs.out" ^udp || cat "$tmp/theirs.err"
	for transport in tcp udp; do
		ok "$1: rpcinfo lists libtirpc's server, $transport" \
		    registered 536873489 1 $transport "$(port_of theirs $transport)"
		results_of "$tmp/orpc_client" $transport://localhost
	done
	ok "$1: rpcinfo calls libtirpc's server by TCP" \
	    "$RPCINFO" -T tcp 127.0.0.1 536873489 1
	kill "$theirs_pid"
	wait "$theirs_pid" 2>/dev/null
	# It never says goodbye: its entry is ours to remove.
	"$RPCINFO" -d 536873489 1 >/dev/null 2>&1
	not_ok "$1: rpcinfo -d removes an entry" \
	    registered 536873489 1 tcp "$(port_of theirs tcp)"
}
