#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# idlc --init: what it writes builds and runs as it is, and it overwrites
# nothing.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

CFLAGS="${CFLAGS-} -Wall -Wextra -Werror"
export CFLAGS
cp "$top_srcdir/tests/idlc/golden/every.x" "$tmp/every.x"
cp "$top_srcdir/examples/calculator/calculator.x" "$tmp/calculator.x"
cat >"$tmp/ten.x" <<'END'
/** How long a text is. */
struct length { unsigned int bytes; unsigned int words; };

program TEN_PROG {
	version TEN_V1 {
		length MEASURE(string<>) = 1;
		string UPPER(string<1000>) = 2;
	} = 1;
} = 0x20000123;
END

for stem in every calculator ten; do
	dir=$tmp/$stem
	ok "$stem: --init" "$IDLC" --init "$dir" "$tmp/$stem.x"
	ok "$stem: make" make -C "$dir"
	ORPC_BINDER=unix:$tmp/none spawn "$stem" "$dir/$stem-server"
	wait_for_line "$tmp/$stem.out" '^listening on tcp'
	address=$(sed -n 's/^listening on \(tcp.*\)/\1/p' "$tmp/$stem.out")
	ok "$stem: every call succeeds" timeout 100 "$dir/$stem-client" \
	    "$address"
	not_ok "$stem: a second --init refuses" "$IDLC" --init "$dir" \
	    "$tmp/$stem.x"
	ok "$stem: the client explains itself" \
	    sh -c '"$1" --help | grep -q "^usage: "' sh "$dir/$stem-client"
	ok "$stem: and the server" \
	    sh -c '"$1" --help | grep -q "^usage: "' sh "$dir/$stem-server"
	not_ok "$stem: a wrong option ends it" "$dir/$stem-server" --nosuch
	ok "$stem: make clean" make -C "$dir" clean
	is "$stem: what is left" "$(ls "$dir" | sort | tr '\n' ' ')" \
	    "$(printf '%s\n' Makefile client.c server.c "$stem.x" | sort |
		tr '\n' ' ')"
done

# Without the package it says what to do, once.
not_ok "make without liborpc" sh -c \
    'PKG_CONFIG=false make -C "$1" 2>"$2"' sh "$tmp/ten" "$tmp/lost"
is "says how to find it" "$(grep -c 'PKG_CONFIG_PATH=PREFIX' "$tmp/lost")" 1

# What a file includes from beside it comes along; options of names are kept.
mkdir "$tmp/from"
echo 'struct item { int number; };' >"$tmp/from/item.x"
cat >"$tmp/from/shop.x" <<'END'
#include "item.x"
program SHOP { version SHOP_V1 { int BUY(item) = 1; } = 1; } = 0x20000124;
END
ok "--init with --prefix" "$IDLC" --prefix=my_ --init="$tmp/shop" \
    "$tmp/from/shop.x"
ok "builds" make -C "$tmp/shop"
ok "is settled" make -C "$tmp/shop" -q
sleep 0.01
touch "$tmp/shop/item.x"
not_ok "until an included file changes" make -C "$tmp/shop" -q
ok "has the prefix" grep -q my_shop_v1_buy "$tmp/shop/shop.h"
ok "cleans" make -C "$tmp/shop" clean
is "leaves the sources" "$(ls "$tmp/shop" | tr '\n' ' ')" \
    "Makefile client.c item.x server.c shop.x "
not_ok "not of the drop-in dialect's types" "$IDLC" --types=classic \
    --init="$tmp/classic" "$tmp/from/shop.x"
done_testing
