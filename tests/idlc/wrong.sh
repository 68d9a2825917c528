#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Ten wrong inputs (wrong/*.x), and what rpcgen and idlc say of them:
# wrong/README.md must be what this prints. `wrong.sh --write` writes it,
# with $IDLC, rpcgen and cc.

what_rpcgen_says()
{
	local status=0 code
	rpcgen -h "$1" 2>said >/dev/null || status=$?
	expand said | sed '/^[[:blank:]]*$/d; s/[[:blank:]]*$//'
	echo "exit status $status"
	[ "$status" -eq 0 ] || return
	# It said nothing: the C compiler is the next to see it.
	rpcgen "$1" >/dev/null 2>&1
	for code in "${1%.x}"*.c; do
		[ -e "$code" ] && cc -w -I/usr/include/tirpc -c -o /dev/null \
		    "$code" 2>&1
	done | grep 'error:' | head -n 3
}

what_idlc_says()
{
	local status=0
	"$IDLC" --color=never --check "$1" >said 2>&1 || status=$?
	expand said | sed 's/[[:blank:]]*$//'
	echo "exit status $status"
}

export LC_ALL=C

# page: all of it; without rpcgen its half is empty
page()
{
	local input title
	echo "# Ten wrong inputs"
	echo
	echo "What rpcgen (rpcsvc-proto 1.4.3) says, and what \`idlc --check\`" \
	    "says. Where rpcgen finds nothing, the first errors that the C" \
	    "compiler has with its output follow. This page is written by" \
	    "\`tests/idlc/wrong.sh --write\`, and tested by \`tests/idlc/wrong.sh\`."
	for input in [01]*.x; do
		title=${input#??_}
		title=${title%.x}
		printf '\n## %d. %s\n\n```c\n' "$((10#${input%%_*}))" \
		    "$(sed -n "s/^$title: //p" titles)"
		expand "$input"
		printf '```\n\nrpcgen:\n\n```\n'
		[ -z "$rpcgen" ] || what_rpcgen_says "$input"
		printf '```\n\nidlc:\n\n```\n'
		what_idlc_says "$input"
		printf '```\n'
	done
}

rpcgen=
case $(rpcgen --version 2>/dev/null) in
*1.4.3*) rpcgen=yes ;;
esac

if [ "${1:-}" = --write ]; then
	here=$(cd "$(dirname "$0")" && pwd)
	work=$(mktemp -d)
	cp "$here"/wrong/* "$work"
	cd "$work" && page >"$here/wrong/README.md"
	rm -rf "$work"
	exit
fi

. "${top_srcdir:?}/tests/lib/tap.sh"
cp "$top_srcdir"/tests/idlc/wrong/* "$tmp"
cd "$tmp" || exit 99
page >page

# half NAME FILE: its blocks; what the C compiler says is its own affair
half()
{
	awk -v name="$1:" '$0 == name { on = 1 } /^(rpcgen|idlc):$/ && $0 != name {
	    on = 0 } /^## / { on = 0; print } on' "$2" |
	    grep -v '^[a-z0-9_]*\.[ch]:[0-9]'
}
half idlc README.md >idlc.page
half idlc page >idlc.now
ok "what idlc says" diff -u idlc.page idlc.now
is "to ten inputs" "$(grep -c '^exit status 1' idlc.now)" 10
if [ -n "$rpcgen" ]; then
	half rpcgen README.md >rpcgen.page
	half rpcgen page >rpcgen.now
	ok "what rpcgen says" diff -u rpcgen.page rpcgen.now
else
	skip "what rpcgen says" "no rpcgen 1.4.3"
fi
done_testing
