# SPDX-License-Identifier: BSD-3-Clause
# A PostgreSQL server of the test's own: in $tmp, on a unix socket only, run
# by an ordinary user (it refuses to run as root).
#
#   postgres_start || skip_all "..."     sets postgres_url
#   postgres_stop                        also done when the script ends

postgres_bin=$(for dir in /usr/lib/postgresql/*/bin; do
	test -x "$dir/initdb" && echo "$dir"; done | tail -n 1)

as_ordinary_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=nobody --regid=nogroup --clear-groups \
		    env HOME="$tmp/postgres" "$@"
	else
		"$@"
	fi
}

postgres_start()
{
	[ -n "$postgres_bin" ] || return 1
	chmod 711 "$tmp"
	mkdir "$tmp/postgres"
	[ "$(id -u)" -ne 0 ] || chown nobody "$tmp/postgres"
	(cd "$tmp/postgres" &&
	LC_ALL=C as_ordinary_user "$postgres_bin/initdb" -A trust \
	    -U election -D "$tmp/postgres/data" &&
	as_ordinary_user "$postgres_bin/pg_ctl" -w -D "$tmp/postgres/data" \
	    -l "$tmp/postgres/log" -o "-c listen_addresses='' -c \
	    unix_socket_directories=$tmp/postgres" start) \
	    >"$tmp/postgres.out" 2>&1 || {
		sed 's/^/# /' "$tmp/postgres.out"
		return 1
	}
	trap 'postgres_stop; tap_cleanup' EXIT
	postgres_url="postgresql://election@/postgres?host=$tmp/postgres"
}

postgres_stop()
{
	(cd "$tmp/postgres" && as_ordinary_user "$postgres_bin/pg_ctl" \
	    -D "$tmp/postgres/data" -m immediate -w stop) >/dev/null 2>&1
}
