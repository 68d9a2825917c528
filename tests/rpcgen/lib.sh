# SPDX-License-Identifier: BSD-3-Clause
# What the tests of the drop-in dialect share. Source it after tap.sh.

: "${IDLC:?}"
cc=${CC:-cc}
tirpc_cflags=${LIBTIRPC_CFLAGS:--I/usr/include/tirpc}
tirpc_libs=${LIBTIRPC_LIBS:--ltirpc}

# need WHAT COMMAND: without it the whole script can't run.
need()
{
	[ -n "$2" ] && command -v "$2" >/dev/null || skip_all "no $1"
}

# Programs called rpcgen, to be put into PATH: $tmp/theirs and $tmp/ours.
make_rpcgens()
{
	mkdir "$tmp/theirs" "$tmp/ours"
	ln -s "$(command -v "${RPCGEN:-rpcgen}")" "$tmp/theirs/rpcgen"
	ln -s "$IDLC" "$tmp/ours/rpcgen"
}

theirs() { "$tmp/theirs/rpcgen" "$@"; }
ours() { "$tmp/ours/rpcgen" "$@"; }

# All interface files of this system.
system_files()
{
	find /usr/include -name '*.x' | sort
}
