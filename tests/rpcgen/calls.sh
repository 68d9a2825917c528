#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Clients and servers in all four modes, made by rpcgen and by us, call each
# other over TCP and UDP, and behave the same; servers started by hand and as
# inetd starts them.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
need rpcgen "${RPCGEN:-rpcgen}"
[ -n "${RPCBIND-}" ] && [ -n "${RPCINFO-}" ] || skip_all "no rpcbind or rpcinfo"
in_namespace "$@"
make_rpcgens
# Stubs keep their last result, as ever.
export ASAN_OPTIONS=detect_leaks=0
source=$top_srcdir/tests/rpcgen/calls

# build WHO MODE-NAME FLAGS...: $tmp/WHO-MODE/{client,server}
build()
{
	local who=$1 d=$tmp/$1-$2 defines=
	shift 2
	case " $* " in *" -N "*)
		defines="$defines -DBY_VALUE -DNO_ARRAYS"
		set -- "$@" -DNO_ARRAYS
		;;
	esac
	case " $* " in *" -M "*) defines="$defines -DMT_SAFE" ;; esac
	mkdir -p "$d" && cp "$source"/* "$d" && (
		cd "$d" || exit 1
		$who "$@" calls.x || exit 1
		for part in client.c:calls_clnt.c:client \
		    service.c:calls_svc.c:server; do
			set -- $(echo $part | tr : ' ')
			$cc -g -w $SANITIZE_CFLAGS -DRPC_SVC_FG $defines -I. \
			    $tirpc_cflags -o $3 $1 $2 calls_xdr.c \
			    $tirpc_libs || exit 1
		done
	)
}

# registered_now: both versions on both transports
registered_now()
{
	"$RPCINFO" -p 127.0.0.1 | awk '$1 == 536870999' | wc -l |
	    grep -qx "$1"
}

wait_registered()
{
	local i
	for i in $(seq 600); do
		registered_now "$1" && return 0
		sleep 0.05
	done
	return 1
}

stop_server()
{
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	"$RPCINFO" -d 536870999 1
	"$RPCINFO" -d 536870999 2
}

ok "rpcbind runs" start_rpcbind
for mode in default: N:-N M:-M NM:"-N -M" inetd:-I; do
	name=${mode%%:*}
	flags=${mode#*:}
	for who in theirs ours; do
		ok "$name: $who builds" build $who $name $flags
	done
	for server in theirs ours; do
		spawn server "$tmp/$server-$name/server"
		ok "$name: server of $server registers" wait_registered 4
		for client in theirs ours; do
			for transport in tcp udp; do
				"$tmp/$client-$name/client" $transport \
				    >"$tmp/$server-$client-$transport.txt" \
				    2>&1
				is "$name: $client calls $server over $transport" \
				    "$(cat "$tmp/$server-$client-$transport.txt")" \
				    "$(cat "$source/expected.txt")"
			done
		done
		stop_server
	done
done

# As inetd does it: the socket is there when the server starts.
for who in theirs ours; do
	ok "inetd: launcher for $who" $cc -w -I"$tmp/$who-inetd" \
	    $tirpc_cflags -o "$tmp/as_inetd" "$source/as_inetd.c" $tirpc_libs
	for transport in tcp udp; do
		spawn server "$tmp/as_inetd" $transport \
		    "$tmp/$who-inetd/server"
		ok "inetd: $transport of $who registered" wait_registered 2
		is "inetd: ours calls $who over $transport" \
		    "$("$tmp/ours-inetd/client" $transport 2>&1)" \
		    "$(cat "$source/expected.txt")"
		stop_server
	done
done

# The servers that other options make, run by hand and as inetd does; rpcgen's
# own of -5 does not compile here.
for mode in ti:-5 ti-mt:"-5 -M" syslog:-L; do
	name=${mode%%:*}
	ok "$name: ours builds" build ours $name ${mode#*:}
	spawn server "$tmp/ours-$name/server"
	ok "$name: registers" wait_registered 4
	for transport in tcp udp; do
		is "$name: answers over $transport" \
		    "$("$tmp/ours-$name/client" $transport 2>&1)" \
		    "$(cat "$source/expected.txt")"
	done
	stop_server
done
for mode in inetd-mt:"-I -M" inetd-nm:"-I -N -M" inetd-log:"-I -L" \
    inetd-stays:"-I -K -1"; do
	name=${mode%%:*}
	ok "$name: ours builds" build ours $name ${mode#*:}
	for transport in tcp udp; do
		spawn server "$tmp/as_inetd" $transport "$tmp/ours-$name/server"
		ok "$name: $transport registered" wait_registered 2
		is "$name: answers over $transport" \
		    "$("$tmp/ours-$name/client" $transport 2>&1)" \
		    "$(cat "$source/expected.txt")"
		stop_server
	done
done

# A server for one transport.
one_transport()
{
	cp -R "$tmp/ours-default" "$tmp/ours-only" && cd "$tmp/ours-only" &&
	rm calls_svc.c server && ours -s tcp -o calls_svc.c calls.x &&
	$cc -g -w $SANITIZE_CFLAGS -DRPC_SVC_FG -I. $tirpc_cflags -o server \
	    service.c calls_svc.c calls_xdr.c $tirpc_libs
}
ok "tcp only: ours builds" one_transport
spawn server "$tmp/ours-only/server"
ok "tcp only: registers no more" wait_registered 2
is "tcp only: answers" "$("$tmp/ours-only/client" tcp 2>&1)" \
    "$(cat "$source/expected.txt")"
not_ok "tcp only: not over udp" "$tmp/ours-only/client" udp
stop_server

# table WHO: its dispatch table, run. rpcgen's own header needs help to
# compile: ours goes with both.
table()
{
	cp -R "$tmp/ours-default" "$tmp/$1-table" && cd "$tmp/$1-table" &&
	rm calls.h && ours -T -h -o calls.h calls.x &&
	{ $1 -t -o calls_tbl.i calls.x || [ -s calls_tbl.i ]; } &&
	$cc -g -w $SANITIZE_CFLAGS -I. $tirpc_cflags -o table table.c \
	    service.c calls_xdr.c $tirpc_libs
}
for who in theirs ours; do
	ok "table: $who builds" table $who
	is "table: $who runs" "$("$tmp/$who-table/table" 2>&1)" \
	    "rows 8 sum 48 argument 1 result 1"
done

# With -K such a server ends when nothing comes.
ok "idle: ours builds" build ours idle -I -K 1
spawn server "$tmp/as_inetd" udp "$tmp/ours-idle/server"
ok "idle: the server ends by itself" \
    timeout 60 tail --pid="$server_pid" -f /dev/null

done_testing
