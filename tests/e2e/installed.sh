#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The installed package serves a program outside of the tree: each .pc file
# compiles and links one that names its library, and the program runs.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"

for pair in liboxdr:oxdr libidlc:idlc liborpc:orpc; do
	lib=${pair%:*} name=${pair#*:}
	cat >"$tmp/$name.c" <<END
#include <stdio.h>
#include <$name/version.h>
int main(void) { puts(${name}_version()); return 0; }
END
	ok "$lib.pc compiles and links a program" \
	    sh -c '$CC $CFLAGS -Wall -Wextra -Werror -o "$1" "$1.c" \
		$($PKG_CONFIG --cflags --libs "$2")' sh "$tmp/$name" "$lib"
	is "$lib runs, and is the version of $lib.pc" "$("$tmp/$name")" \
	    "$($PKG_CONFIG --modversion "$lib")"
done

# The bridge is there where libtirpc is.
if $PKG_CONFIG --exists libtirpc; then
	cat >"$tmp/bridge.c" <<'END'
#include <rpc/rpc.h>
#include <orpc/tirpc.h>
int main(void) { return orpc_tirpc_unregister(1, 1) != -ORPC_E_NOTFOUND; }
END
	ok "liborpc-tirpc.pc compiles and links a program" \
	    sh -c '$CC $CFLAGS -o "$1" "$1.c" \
		$($PKG_CONFIG --cflags --libs liborpc-tirpc)' sh "$tmp/bridge"
	ok "which runs" "$tmp/bridge"
else
	not_ok "without libtirpc there is no bridge" \
	    $PKG_CONFIG --exists liborpc-tirpc
fi
ok "liborpc.pc needs no libtirpc" \
    sh -c '! $PKG_CONFIG --print-requires --print-requires-private liborpc |
	grep tirpc'
ok "liborpc.pc knows idlc" \
    sh -c 'test -x "$($PKG_CONFIG --variable=idlc liborpc)"'
ok "liborpc.pc knows the .x files" \
    sh -c 'test -f "$($PKG_CONFIG --variable=xdir liborpc)/rpcb.x"'
is "idlc runs, and is the same version" "$(idlc --version | sed 's/.* //')" \
    "$($PKG_CONFIG --modversion liborpc)"
for file in bash-completion/completions/idlc zsh/site-functions/_idlc \
    fish/vendor_completions.d/idlc.fish; do
	ok "the shell completes idlc: $file" \
	    grep -q -e list-outputs "$stage_prefix/share/$file"
done
done_testing
