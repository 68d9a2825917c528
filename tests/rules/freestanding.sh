#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installed and generated headers include only freestanding C headers and
# ours, so that names like timeval stay free for .x files.
. "${top_srcdir:?}/tests/lib/tap.sh"

# includes FILE...: what they include, but for the two of a compiler that has
# no builtins
includes()
{
	sed -n 's/^#[ ]*include <\([^>]*\)>.*/\1/p' "$@" |
	    grep -v '^\(oxdr\|orpc\|idlc\)/' | sort -u |
	    grep -vx 'stdbool\.h\|stddef\.h\|stdint\.h\|limits\.h\|float\.h'
}

is "installed headers include what is freestanding" \
    "$(includes "$top_srcdir"/{xdr,runtime,idlc}/include/*/*.h)" "string.h"
is "and string.h in one place, for compilers without builtins" \
    "$(grep -l 'include <string.h>' \
	"$top_srcdir"/{xdr,runtime,idlc}/include/*/*.h)" \
    "$top_srcdir/xdr/include/oxdr/mem.h"

cat >"$tmp/names.x" <<'END'
struct timeval { int tv_sec; int tv_usec; };
struct timespec { int tv_sec; int tv_nsec; };
struct sockaddr { opaque data<>; };
struct stat { timeval at; timespec mt; sockaddr from; hyper size; };
struct iovec { opaque base<>; };
struct FILE { iovec index; int stdin; int errno; int major; };
program NAMES { version NAMES_V1 { stat GET(FILE) = 1; } = 1; } = 0x20000001;
END
ok "names of the system's headers are free" "$IDLC" --outdir="$tmp" \
    "$tmp/names.x"
for standard in gnu11 c11 gnu2x; do
	for part in xdr clnt svc; do
		ok "they compile: $part, $standard" $CC -std=$standard \
		    -Wall -Wextra -Werror -I"$top_srcdir/xdr/include" \
		    -I"$top_srcdir/runtime/include" -I"$tmp" -c \
		    -o "$tmp/$part.o" "$tmp/names_$part.c"
	done
done
done_testing
