#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The README's quickstart, word for word, in namespaces of its own: there it
# is root, may install into /usr/local, and has port 111 to itself. What
# `./bootstrap` built is the build directory of this test run.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/interop/binder_lib.sh"
in_namespace "$@"
if [ -n "$SANITIZE_CFLAGS" ]; then
	not_here "the quickstart" "its program would need the sanitizer, too"
	done_testing
	exit 0
fi

# The commands: fenced blocks after the quickstart mark.
sed -n '/^<!-- quickstart/,/^<!-- end/p' "$top_srcdir/README.md" |
	sed -n '/^```sh$/,/^```$/p' | grep -v '^```' >"$tmp/commands"

# One command may take several lines: a here-document.
n=$(awk '/<<.END/ { inside = 1 } !inside { n++ } /^END$/ { inside = 0; n++ }
	END { print n }' "$tmp/commands")
ok "there are at most 6 commands ($n)" test "$n" -ge 4 -a "$n" -le 6

# A place to be in: a directory with ./bootstrap and build/, as a clone has.
# /usr/local and /etc are copies that end with the namespace.
mkdir "$tmp/clone" "$tmp/etc" "$tmp/bin"
ln -s "$top_builddir" "$tmp/clone/build"
printf '#!/bin/sh\ntest -x build/idlc/idlc\n' >"$tmp/clone/bootstrap"
# sudo's own search path has what is root's.
cat >"$tmp/bin/sudo" <<END
#!/bin/sh
PATH=\$PATH:/usr/local/sbin:/usr/sbin:/sbin
[ "\$1" = -b ] || exec "\$@"
shift
"\$@" </dev/null >>"$tmp/background" 2>&1 &
echo \$! >>"$tmp/pids"
END
chmod +x "$tmp/clone/bootstrap" "$tmp/bin/sudo"
cp -a /etc/. "$tmp/etc/" 2>/dev/null
mount --bind "$tmp/etc" /etc && mount -t tmpfs tmpfs /usr/local ||
	skip_all "can't mount in a namespace"
prefix=$(sed -n 's/^prefix = //p' "$top_builddir/Makefile")
case $prefix in
/usr/local) ;;
*) not_here "the quickstart" "configured for $prefix"; done_testing; exit 0 ;;
esac
start=$SECONDS
cd "$tmp/clone" || exit 99
export HOME=$tmp PATH=$tmp/bin:/usr/local/sbin:/usr/local/bin:$PATH
unset MAKEFLAGS IDLC PKG_CONFIG PKG_CONFIG_PATH LD_LIBRARY_PATH CFLAGS CPPFLAGS \
    LDFLAGS LIBTOOL ORPCBIND ORPCINFO
# A person takes a moment after starting a server: until it has spoken.
{
	echo 'set -e; spoken=0'
	sed 's/&$/\&\nuntil [ "$(wc -c <"$said")" -gt "$spoken" ]; do sleep 0.05; done; spoken=$(wc -c <"$said")/' \
	    "$tmp/commands"
	echo 'kill $(jobs -p); wait || :'
} >"$tmp/all.sh"
export said=$tmp/said
timeout 600 bash -x "$tmp/all.sh" >"$tmp/said" 2>"$tmp/trace"
status=$?
[ ! -e "$tmp/pids" ] || kill $(cat "$tmp/pids")
is "every command succeeds" "$status" 0
[ "$status" -eq 0 ] || tail -n 20 "$tmp/trace" "$tmp/background" "$tmp/said" |
	sed 's/^/# /'
ok "the server is called" grep -q '^GREET: ' "$tmp/said"
ok "and listed" grep -Eq '^ *536870913 +1 +tcp ' "$tmp/said"
echo "# it took $((SECONDS - start)) s"
done_testing
