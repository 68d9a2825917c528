#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The command line of idlc: what each option does, exit codes, and that no
# output is written partly.
. "${top_srcdir:?}/tests/lib/tap.sh"

cd "$tmp" || exit 99
exits()
{
	local want=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	[ "$status" -eq "$want" ]
}

cat >good.x <<'END'
#include "types.x"
program GOOD_PROG { version GOOD_V1 { pair SWAP(pair) = 1; } = 1; } = 0x20000001;
END
echo 'struct pair { int a; int b; };' >types.x
echo 'struct bad { nosuch a; };' >bad.x
echo 'struct alone { int a; };' >alone.x

ok "one file" exits 0 "$IDLC" good.x
is "its outputs" "$(ls good* | tr '\n' ' ')" \
    "good.h good.x good_clnt.c good_svc.c good_xdr.c "
rm -f good.h good_*
ok "without a program" exits 0 "$IDLC" alone.x
is "no stubs" "$(ls alone* | tr '\n' ' ')" "alone.h alone.x alone_xdr.c "
rm -f alone.h alone_*

ok "an error exits 1" exits 1 "$IDLC" bad.x
ok "with file, line and column" grep -q '^bad.x:1:14: error\[E' err
ok "and a caret" grep -q '\^~' err
echo 'struct row { int a; };' >rows.x
printf '%%#include "rows.h"\nstruct t { row r; };\nprogram P { version V { }; struct {' >cut.x
ok "a body without an end, then an import" exits 1 "$IDLC" cut.x
ok "is told as such" grep -q '^cut.x:3:' err
ok "a bad input spoils the good one's outputs" exits 1 "$IDLC" good.x bad.x
is "nothing was written" "$(ls good* bad* | tr '\n' ' ')" "bad.x good.x "
ok "a missing file exits 2" exits 2 "$IDLC" nosuch.x
ok "a directory that is not there exits 2" exits 2 "$IDLC" \
    --outdir=nosuch good.x
ok "an unknown option exits 2" exits 2 "$IDLC" --nosuch good.x
ok "and is named" grep -q "unknown option '--nosuch'" err
ok "so is a slip's" exits 2 "$IDLC" --outdr=x good.x
ok "with the option that was meant" grep -q "a similar one is '--outdir'" err
ok "a wrong value exits 2" exits 2 "$IDLC" --emit=header,foo good.x
ok "and those that are right are named" grep -q \
    "^idlc: --emit takes header, xdr, .* sample or fuzz, not 'foo'$" err
ok "a code that no finding has exits 2" exits 2 "$IDLC" --explain=E9999
ok "the manual's example of one is explained" exits 0 "$IDLC" --explain="$(
    sed -n 's/.*such as \(E[0-9]*\)\.$/\1/p' "$top_srcdir/man/idlc.1")"
ok "no input exits 2" exits 2 "$IDLC"
ok "two inputs of one name exit 2" exits 2 "$IDLC" good.x ./good.x

mkdir full
chmod a-w full
if [ "$(id -u)" -ne 0 ]; then
	ok "a directory without the right exits 2" exits 2 "$IDLC" \
	    --outdir=full good.x
fi
mkdir -p half/good_svc.c
ok "an output that can't be written exits 2" exits 2 "$IDLC" \
    --outdir=half good.x
is "no other output either" "$(ls -A half)" "good_svc.c"

ok "--outdir" exits 0 "$IDLC" --outdir half/good_svc.c alone.x
ok "puts outputs there" test -f half/good_svc.c/alone.h
ok "--emit with -o" exits 0 "$IDLC" --emit=header -o - alone.x
ok "standard output is the header" grep -q '^struct alone {' out
ok "-o with two outputs exits 2" exits 2 "$IDLC" -o x alone.x
ok "standard input" sh -c '"$0" --emit=header -o - - <alone.x >out' "$IDLC"
ok "--check writes nothing" exits 0 "$IDLC" --check good.x
is "nothing" "$(ls good*)" "good.x"
ok "--prefix" exits 0 "$IDLC" --prefix=my_ --emit=header -o - good.x
ok "on types" grep -q '^struct my_pair {' out
ok "on macros" grep -q '^#define my_GOOD_PROG 0x20000001' out
ok "on functions" grep -q '^int my_good_prog_v1_swap(' out

ok "--list-outputs" exits 0 "$IDLC" --list-outputs --outdir=d good.x
is "lists them" "$(tr '\n' ' ' <out)" \
    "d/good.h d/good_xdr.c d/good_clnt.c d/good_svc.c "
ok "--depfile" exits 0 "$IDLC" --depfile=good.d good.x
ok "knows included files" grep -q '^good.h good_xdr.c good_clnt.c good_svc.c: good.x.*types.x' good.d
ok "--depfile-target" exits 0 "$IDLC" --depfile=good.d \
    --depfile-target=good.stamp good.x
ok "stands for the outputs" grep -q '^good.stamp: good.x.*types.x' good.d
touch -d '2001-02-03 04:05 UTC' good.h good_xdr.c
echo changed >good_xdr.c
ok "--if-changed" exits 0 "$IDLC" --if-changed good.x
is "leaves alone what stays the same" "$(date -ur good.h +%F)" 2001-02-03
not_ok "and only that" grep -q changed good_xdr.c
is "nothing else is left" "$(ls -A | grep idlc-)" ""
ok "--makefile-fragment" exits 0 "$IDLC" --makefile-fragment good.x
ok "--dump-ast=json" exits 0 "$IDLC" --dump-ast=json good.x
ok "is the schema" grep -q '"pair"' out
for format in text plain json sarif github; do
	ok "--diagnostics=$format" exits 1 "$IDLC" --diagnostics=$format bad.x
	ok "$format says where" grep -Eq 'bad\.x' err
done
ok "--color=always" exits 1 "$IDLC" --color=always bad.x
ok "colours" grep -q "$(printf '\033')" err
ok "--version" exits 0 "$IDLC" --version
ok "--help" exits 0 "$IDLC" --help
ok "fits a screen" test "$(wc -l <out)" -le 24
ok "and 80 columns" test "$(awk '{ if (length > n) n = length }
	END { print n }' out)" -le 80
for shell in bash zsh fish; do
	ok "--completion=$shell" exits 0 "$IDLC" --completion=$shell
done
ok "bash takes its completion" sh -c '"$0" --completion=bash | bash -n' \
    "$IDLC"

# Every option is in the manual.
for option in $("$IDLC" --completion=fish |
	sed -n 's/.* -l \([a-z-]*\).*/\1/p'); do
	ok "idlc.1 has --$option" grep -qE "Fl Fl $option( |\$)" \
	    "$top_srcdir/man/idlc.1"
done
# Without memory: exit 2 (rpcgen: 1), a word about it, and no file; under
# every limit from what starts at all to what suffices.
mkdir memory
awk 'BEGIN { for (i = 1; i <= 3000; i++)
	print "struct s" i " { int a; string b<" i ">; s" i " *next; };"
    print "program P { version V { s7 F(s9) = 1; } = 1; } = 0x20000009;" }' \
    >memory/big.x
short_of_memory()
(
	refused=0
	cd memory || return 1
	for limit in $(seq 3000 500 24000); do
		status=0
		(ulimit -v "$limit" && exec "$IDLC" "$@" big.x) >said 2>&1 ||
			status=$?
		if [ "$status" -eq 0 ]; then
			rm -f big.h big_*
			continue
		fi
		refused=$((refused + 1))
		cat said
		[ "$status" -le 2 ] && grep -q 'out of memory' said || return 1
		rm said
		[ "$(ls -A)" = big.x ] || return 1
	done
	[ "$refused" -gt 4 ] && [ "$status" -eq 0 ]
)
if [ -n "${SANITIZE_CFLAGS-}" ]; then
	not_here "short of memory" "sanitizers need all addresses"
else
	ok "short of memory" short_of_memory
	ok "short of memory, drop-in" short_of_memory --rpcgen
fi

done_testing
