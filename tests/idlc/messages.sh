#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What idlc says, word for word: bad/NAME.x must give bad/NAME.txt.
. "${top_srcdir:?}/tests/lib/tap.sh"

# document FORMAT FILE END: the whole document is written.
document()
{
	"$IDLC" --diagnostics="$1" --check "$2" 2>"$tmp/document"
	[ "$(tail -c 2 "$tmp/document")" = "$3" ]
}

for input in "$top_srcdir"/tests/idlc/bad/*.x; do
	name=$(basename "$input" .x)
	cp "$input" "$tmp"
	status=0
	(cd "$tmp" && "$IDLC" --color=never --check "$name.x") 2>"$tmp/got" ||
		status=$?
	grep -q ' error\[' "${input%.x}.txt" && refused=1 || refused=0
	is "$name: exit status" "$status" $refused
	ok "$name: messages" diff -u "${input%.x}.txt" "$tmp/got"
	ok "$name: as JSON" document json "$tmp/$name.x" "]"
	ok "$name: as SARIF" document sarif "$tmp/$name.x" "}"
done
done_testing
