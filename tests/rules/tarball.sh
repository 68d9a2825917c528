#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# tarball.sh BUILD-DIR: the tarball is the commit plus what autoreconf, flex
# and bison write, and making it twice gives the same bytes. Run by .ci/run.

set -eu
build=$1
src=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/orpc-tarball.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Twice, with another umask and another time on the clock.
for i in 1 2; do
	rm -f "$build"/orpc-*.tar.xz
	(umask 0$((i * 20 + 2)); make -C "$build" dist >"$work/dist$i.log" 2>&1)
	mv "$build"/orpc-*.tar.xz "$work/$i.tar.xz"
	[ "$i" -eq 2 ] || sleep 1.1
done
if ! cmp "$work/1.tar.xz" "$work/2.tar.xz"; then
	echo "two runs of make dist gave two tarballs"
	exit 1
fi
echo "reproducible: $(sha256sum <"$work/1.tar.xz")"

if ! git -C "$src" rev-parse HEAD >/dev/null 2>&1; then
	echo "not a git checkout: contents not compared"
	exit 0
fi
tar -tf "$work/1.tar.xz" | sed 's,^[^/]*/,,' | grep -v '/$' | grep . |
	sort >"$work/has"
git -C "$src" ls-files | sort >"$work/git"
# What tools write; anything else in the tarball has to be in git.
comm -23 "$work/has" "$work/git" | grep -Ev \
	'^(build-aux/|m4/(libtool|lt.*)\.m4$|aclocal\.m4$|configure$|config\.h\.in$|Makefile\.in$|idlc/front/(parse\.[ch]|lex\.c)$)' \
	>"$work/extra" || true
# And git's files are all there, but for what only a checkout needs.
comm -13 "$work/has" "$work/git" | grep -Ev '^(\.gitignore|\.ci/|\.github/)' \
	>"$work/left_out" || true
status=0
if [ -s "$work/extra" ]; then
	echo "in the tarball, but neither in git nor generated:"
	sed 's/^/    /' "$work/extra"
	status=1
fi
if [ -s "$work/left_out" ]; then
	echo "in git, but not in the tarball:"
	sed 's/^/    /' "$work/left_out"
	status=1
fi
exit $status
