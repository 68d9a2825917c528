#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The meson.build that is installed, as it is, in a project of Meson.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"
. "$top_srcdir/tests/e2e/builds_lib.sh"

command -v meson >/dev/null || skip_all "meson"
command -v ninja >/dev/null || skip_all "ninja"

start()
{
	meson setup build "$src"
}

build()
{
	ninja -C build -j4 >"$tmp/build.log" 2>&1 ||
		{ cat "$tmp/build.log"; return 1; }
}

settled()
{
	ninja -C build -n | grep -q 'no work to do'
}

clean()
{
	ninja -C build clean
}

cd "$tmp" || exit 99
must "the project" project meson.build:meson.build
mkdir "$src/idlc"
must "its idlc/meson.build is the installed one" \
    cp "$($PKG_CONFIG --variable=pkgdatadir liborpc)/meson.build" "$src/idlc"
exercise "Meson"
done_testing
