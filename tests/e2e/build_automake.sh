#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# AX_PROG_IDLC and `idlc --makefile-fragment` in a project of Automake.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"
. "$top_srcdir/tests/e2e/builds_lib.sh"

command -v autoreconf >/dev/null && command -v automake >/dev/null ||
	skip_all "automake"
ACLOCAL_PATH=$stage_prefix/share/aclocal${ACLOCAL_PATH:+:$ACLOCAL_PATH}
export ACLOCAL_PATH

generate()
{
	(cd "$src" &&
	idlc --makefile-fragment guest.x book.x point.x >idl.mk &&
	autoreconf -fi && rm -rf autom4te.cache)
}

start()
{
	mkdir -p build && (cd build && "$src/configure" -q)
}

build()
{
	make -C build -j4 V=1 >"$tmp/build.log" 2>&1 ||
		{ cat "$tmp/build.log"; return 1; }
}

settled()
{
	make -C build -q all-am
}

clean()
{
	make -C build clean
}

cd "$tmp" || exit 99
must "the project" project Makefile.am.in:Makefile.am \
    configure.in:configure.ac
must "autoreconf finds AX_PROG_IDLC, and has nothing to say" generate
exercise "Automake"
must "is configured" start
ok "make distcheck" make -C build -j4 distcheck
rm -rf build

# What AX_PROG_IDLC says when there is no idlc, or an older one.
mkdir build no-idlc
not_ok "an idlc that is missing stops configure" \
    sh -c 'cd build && "$0/configure" IDLC=/nonexistent/idlc >../out 2>&1' \
    "$src"
ok "and the package is named" grep -q 'install the package orpc' out
printf '#!/bin/sh\necho "idlc (orpc) 0.0.9"\n' >no-idlc/idlc
chmod +x no-idlc/idlc
not_ok "so does an older one" \
    sh -c 'cd build && "$0/configure" IDLC="$1/no-idlc/idlc" >../out 2>&1' \
    "$src" "$tmp"
ok "and both versions are named" \
    grep -q '0\.1 or newer is needed (found: 0\.0\.9)' out
done_testing
