#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds the codec and its tests for another machine and runs them there, or
# under an emulator: another byte order, another width of pointers.
#
#	tests/xdr/cross.sh BUILD TRIPLET [EMULATOR...]
#	tests/xdr/cross.sh build s390x-linux-gnu qemu-s390x \
#		-L /usr/s390x-linux-gnu -E LD_LIBRARY_PATH=DIR
#
# BUILD is a built tree of this machine, for its idlc.  The target needs
# TRIPLET-gcc, a C library and libcmocka, which is looked for in CMOCKA_LIB
# (a directory) too.  Exit status 77: one of them is missing.
set -eu
build=$(cd "$1" && pwd) cc=$2-gcc
shift 2
src=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cflags="-std=gnu11 -O2 -g -Wall -Wextra -Wno-unused-parameter -D_GNU_SOURCE
-I$src -I$src/xdr/include -I$build -I$tmp"
libs="${CMOCKA_LIB:+-L$CMOCKA_LIB} -l:libcmocka.so.0 -lpthread"

# The target's compiler must not see other headers of this machine.
mkdir "$tmp/none"
cp /usr/include/cmocka*.h "$tmp" 2>"$tmp/none/log" &&
	echo 'int main(void) { return 0; }' >"$tmp/none/main.c" &&
	"$cc" "$tmp/none/main.c" $libs -o "$tmp/none/main" \
	    2>"$tmp/none/log" || {
	echo "no $cc with a C library and cmocka here" >&2
	exit 77
}

"$build/idlc/idlc" -W no-zero-size --emit=header,xdr --outdir="$tmp" \
    "$src/tests/fuzz/every.x"
for file in "$src"/xdr/*.c "$src"/tests/lib/{alloc,bytes}.c \
    "$src/tests/xdr/schema.c" "$tmp/every_xdr.c"; do
	object=$tmp/$(basename "$(dirname "$file")")_$(basename "$file" .c).o
	"$cc" $cflags -c "$file" -o "$object"
done
ar rc "$tmp/all.a" "$tmp"/*.o

failed=0
for file in "$src"/tests/xdr/test_*.c "$src/tests/same/test_strangers.c"; do
	name=$(basename "$file" .c)
	"$cc" $cflags "$file" "$tmp/all.a" $libs -o "$tmp/$name"
	if "$@" "$tmp/$name" >"$tmp/log" 2>&1; then
		echo "$name: passed"
	else
		echo "$name: FAILED"
		cat "$tmp/log"
		failed=1
	fi
done
exit $failed
