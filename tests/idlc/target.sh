#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# idlc --fuzz: the target compiles, finds nothing wrong with the decoders of
# every type, and finds what is.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

cd "$tmp" || exit 99
cp "$top_srcdir/tests/idlc/golden/every.x" .
# Stands in for libFuzzer: inputs of chance, mostly of small numbers.
cat >main.c <<'END'
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int
main(void)
{
	uint8_t bytes[400];

	for (unsigned i = 0; i < 20000; i++) {
		size_t n;

		srand(i);
		n = (size_t)rand() % sizeof(bytes);
		for (size_t j = 0; j < n; j++)
			bytes[j] = (uint8_t)(rand() % 3 == 0 ? rand() :
			    j % 4 == 0 ? rand() % 3 : 0);
		bytes[0] = (uint8_t)rand();
		LLVMFuzzerTestOneInput(bytes, n);
	}
	return 0;
}
END

build()
{
	$CC $CFLAGS -Wall -Wextra -Werror -I. \
	    $($PKG_CONFIG --cflags liboxdr) -o target main.c every_fuzz.c \
	    every_xdr.c $($PKG_CONFIG --libs liboxdr)
}

must "idlc --fuzz" "$IDLC" -Wno-all --emit=header,xdr --fuzz every.x
must "the target compiles" build
ok "it has nothing against the decoders" timeout 300 ./target

sed -i 's/oxdr_store_i32(p + 4,/oxdr_store_i32(p + 4, 1 +/' every_xdr.c
must "it compiles with an encoder that is wrong" build
# By abort(), or by a sanitizer before that.
finds()
{
	local status=0
	timeout 300 ./target || status=$?
	[ "$status" -ne 0 ] && [ "$status" -ne 124 ]
}
ok "which it finds" finds
done_testing
