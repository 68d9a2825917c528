#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the election reaches: the store alone, and the whole service, for
# SQLite and, where it is there, PostgreSQL. The stores lie on the disk of
# the build directory, as /tmp may be memory.
TMPDIR=${top_builddir:?}
export TMPDIR
. "${top_srcdir:?}/tests/lib/tap.sh" >/dev/null
here=$top_builddir/tests/bench
server=$top_builddir/tests/e2e/election-server

echo "SQLite"
"$here/election_store" "$tmp/store.db"
"$here/election_service" "$server" "$tmp/service.db"
. "$top_srcdir/tests/lib/postgres.sh"
if postgres_start; then
	echo "PostgreSQL"
	"$here/election_store" "$postgres_url"
	as_ordinary_user "$postgres_bin/createdb" -h "$tmp/postgres" \
	    -U election service
	"$here/election_service" "$server" \
	    "postgresql://election@/service?host=$tmp/postgres"
fi
