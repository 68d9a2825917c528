#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Each exported function has a comment at its declaration and is named in a
# man page; each man page is free of mandoc's complaints.
. "${top_srcdir:?}/tests/lib/tap.sh"

# uncommented: reads names; prints those declared, in the headers given,
# without a comment in the same block of lines.
uncommented()
{
	awk '
	BEGIN { while ((getline name < "-") > 0) want[name] = 1 }
	/^$/ { commented = 0 }
	/\*\// { commented = 1 }
	{
		line = $0
		while (match(line, /[a-z_0-9]+[(;,]/)) {
			name = substr(line, RSTART, RLENGTH - 1)
			if (name in want && $0 !~ /^[ \t]*\*/) {
				seen[name] = 1
				if (commented)
					fine[name] = 1
			}
			line = substr(line, RSTART + RLENGTH)
		}
	}
	END {
		for (name in want)
			if (!(name in seen))
				print name " (not declared in an installed header)"
			else if (!(name in fine))
				print name
	}' "$@" | sort
}

symbols()
{
	sed -n 's/^[ \t]*\([a-z_0-9]*\);$/\1/p' "$1" | grep .
}

# Exported for inline functions and generated code only: no page of a user's.
not_for_people='^oxdr_(.*_slow|swap32|swap64)$'

cd "$top_srcdir" || exit 99
for lib in xdr/liboxdr idlc/libidlc runtime/liborpc runtime/liborpc-tirpc; do
	room=${lib%/*}
	is "$lib: exported functions are commented" \
	    "$(symbols $lib.sym | uncommented "$room"/include/*/*.h)" ""
	is "$lib: exported functions are in a man page" \
	    "$(symbols $lib.sym | grep -Ev "$not_for_people" | while read -r name; do
			grep -qrw -- "$name" man || echo "$name"; done)" ""
done

if [ -n "$MANDOC" ]; then
	for page in man/*.[1-9]; do
		[ -e "$page" ] || continue
		is "$page: mandoc has nothing to say" \
		    "$($MANDOC -Tlint -Wstyle "$page" 2>&1 |
			grep -Ev 'referenced manual not found|outdated mandoc.db')" ""
	done
else
	skip "mandoc has nothing to say" "no mandoc"
fi

# The check itself can fail.
printf '/* said */\nint a_b(void);\n\nint c_d(void);\n' >"$tmp/x.h"
is "a function without a comment is found" \
    "$(printf 'a_b\nc_d\n' | uncommented "$tmp/x.h")" "c_d"
done_testing
