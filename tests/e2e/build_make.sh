#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# idlc.mk in a makefile of GNU make.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"
. "$top_srcdir/tests/e2e/builds_lib.sh"

start()
{
	mkdir -p build
}

in_build()
{
	make -C build -f "$src/Makefile" VPATH="$src" "$@"
}

build()
{
	in_build -j4 >"$tmp/build.log" 2>&1 || { cat "$tmp/build.log"; return 1; }
}

settled()
{
	in_build -q
}

clean()
{
	in_build clean
}

cd "$tmp" || exit 99
must "the project" project Makefile:Makefile
exercise "make"
is "nothing at all" "$(ls -A build)" ""

# The rules may stand above the first target: `make` is still for that one.
mkdir above && cat >above/Makefile <<'END'
IDL = point.x
include $(shell $(PKG_CONFIG) --variable=pkgdatadir liborpc)/idlc.mk
point: point_xdr.o
	touch $@
point_xdr.o: point_xdr.c
	touch $@
END
echo 'struct point { int x; };' >above/point.x
ok "a plain make" make -C above
ok "makes the makefile's first target" test -f above/point

done_testing
