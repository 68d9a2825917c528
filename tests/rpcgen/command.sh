#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The command line: for each line below the exit status, the first line of
# complaint and the files that appear are those of rpcgen.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/rpcgen/lib.sh"
need rpcgen "${RPCGEN:-rpcgen}"
make_rpcgens

lines=$(cat <<'END'
f.x
t.x
e.x
c.x
nofile.x
sub/f.x
./f.x
a.b.x
nodot
-a f.x
-a t.x
-a e.x
-c f.x
-h f.x
-l f.x
-m f.x
-t f.x
-Ss f.x
-Sc f.x
-Sm f.x
-c -h f.x
-ch f.x
-Sm -o f f.x
-Sm -c f.x
-Ss -Sc f.x
-Ss -c f.x
-s udp f.x
-s tcp f.x
-s raw f.x
-s netpath f.x
-s udp -s tcp f.x
-s udp -c f.x
-n tcp f.x
-5 -n tcp f.x
-5 -n bogus f.x
-o out f.x
-o exist f.x
-c -o out f.x
-c -o exist f.x
-h -o exist f.x
-s tcp -o exist f.x
-Ss -o exist f.x
-ho f.x
-co out f.x
-NM f.x
-NMC f.x
-NMCho out f.x
-i 5 f.x
-i5 f.x
-i 0 f.x
-i x f.x
-i f.x
-I f.x
-K 5 f.x
-K -1 -I f.x
-K f.x
-L f.x
-T f.x
-T -N f.x
-t -N f.x
-N -t f.x
-DA f.x
-DA=1 f.x
-D A f.x
-D=1 f.x
-D1=2 f.x
-D f.x
-D_a -D_b -D_c -D_d -D_e -D_f -D_g -D_h -D_i -D_j -D_k -D_l -D_m -D_n -D_o f.x
-Da -Db -Dc -Dd -De -Df -Dg -Dh -Di -Dj -Dk -Dl -Dm -Dn -Do -Dp f.x
-Y /usr/bin f.x
-Y /nonexistent f.x
-Y f.x
-Y
--helpx
-help
-version
-V
-x f.x
f.x t.x

-c
-h < f.x
-c < f.x
-l < f.x
-m < f.x
-t < f.x
-Ss < f.x
-Sc < f.x
-Sm < f.x
-s tcp < f.x
-h - < f.x
-
-- f.x
-b f.x
-5 f.x
-b -5 f.x
-k f.x
-kC f.x
-A f.x
-a -c f.x
-a -o out f.x
-a -N f.x
-aNMC f.x
-S f.x
-Sx f.x
-Sss f.x
-Ssc f.x
-h t.x
-l t.x
-m t.x
-Ss t.x
-Sc t.x
-t t.x
-c c.x
-c e.x
-h e.x
-h -o out e.x
-l -o out t.x
-Sc -o out t.x
-t -o out f.x
-h nofile.x
-h -o out nofile.x
-h -o nodir/out f.x
-h -o sub f.x
f.x -h
-h f.x -N
-h f.x -o out
-o out -h f.x
-n
-o
-s
-K
-i
-so f.x
-no f.x
-D_s f.x
-hD f.x
-hDA f.x
-5 -n tcp -I f.x
-5 -s tcp f.x
-5 -s bogus f.x
-s tcp -n tcp f.x
-5 -s tcp -n tcp f.x
-I -s tcp f.x
-h -T f.x
-CC f.x
-cc f.x
-hh f.x
-c -c f.x
-Ss -Ss f.x
-lm f.x
-hNo out f.x
-hn tcp f.x
-IK 5 f.x
-Ni 4 f.x
-NY /usr/bin f.x
-SsN f.x
-SmN f.x
-a -a f.x
-TT f.x
-o a -o b -h f.x
-s tcp -s tcp f.x
-Sm -Sm f.x
-Sm -a f.x
-a -Ss f.x
f.x -
- f.x
-a < f.x
-T < f.x
-hY /usr/bin f.x
-K5 -I f.x
-IK f.x
-KI 5 f.x
-IKi 5 6 f.x
-5n tcp f.x
-T t.x
-T c.x
-T e.x
-h -o /dev/null f.x
-5 -n -h f.x
-o -h f.x
-c -o -h f.x
-DA='a b' -h f.x
""
-h ""
-h .x
-h /dev/null
--
-D
-SsSc f.x
-Ssh f.x
-Smh f.x
-hSm f.x
-tT f.x
-h -t f.x
-K 5 -s tcp -I -n udp f.x
-5 -n tcp -T -N f.x
-T -N -c -h f.x
-N -T -5 -n tcp -I f.x
-n tcp -c -h f.x
-Ss -T -N
-Ss -c
f.x t.x -cc
-z f.x t.x
-n tcp
-a -o out -c f.x
-M -T f.x
-t gap.x
-T gap.x
END
)

# What a run leaves: status, first line of complaint, usage or not, files.
try()
{
	local who=$1 line=$2 status=0
	rm -rf "$tmp/place" && mkdir "$tmp/place" "$tmp/place/sub" || exit 99
	cd "$tmp/place" || exit 99
	cat >f.x <<'END'
struct s { int a; };
program PP { version VV { s F(s) = 1; } = 1; } = 77;
END
	cat >gap.x <<'END'
program PP { version VV { int F(int) = 1; int G(int) = 3; } = 1; } = 77;
END
	echo 'struct s { int a; };' >t.x
	: >e.x
	echo 'const A = 1;' >c.x
	cp f.x sub
	cp f.x a.b.x
	cp f.x nodot
	echo old >exist
	eval "$tmp/$who/rpcgen $line" >"$tmp/out" 2>"$tmp/err" </dev/null ||
	    status=$?
	echo "status $status"
	sed "1{s,$tmp/$who/,,g;q;}" "$tmp/err"
	grep -c '^usage:' "$tmp/err"
	[ -s "$tmp/out" ] && echo "something on standard output"
	find . -type f | sort
	cat exist
	cd "$tmp" || exit 99
}

while IFS= read -r line; do
	is "rpcgen $line" "$(try ours "$line")" "$(try theirs "$line")"
done <<<"$lines"

cd "$tmp/place" || exit 99
is "--version begins like rpcgen's" "$(ours --version | sed 1q)" \
    "$(theirs --version)"
is "--help begins like rpcgen's" "$(ours --help | sed "\$d;s,$tmp/ours/,,g")" \
    "$(theirs --help | sed "s,$tmp/theirs/,,g")"

# Where we differ on purpose.
rm -f f*.[ch] Makefile.f
touch f_server.c
not_ok "-a refuses an existing sample" ours -a f.x
is "and leaves everything alone" "$(ls f* Makefile.f 2>/dev/null | xargs)" \
    "f.x f_server.c"
rm -f f_server.c
ok "-a with a directory" ours -a sub/f.x
ok "puts the Makefile beside the rest" test -f sub/Makefile.f
ok "-a -T" ours -aT a.b.x
ok "makes the table too" test -f a.b_tbl.i
echo 'struct s { int a;' >bad.x
echo old >bad.h
not_ok "an error in the input" ours bad.x
is "touches no file" "$(cat bad.h)" old
not_ok "and prints nothing" sh -c \
    'test -n "$("$1" -h bad.x 2>/dev/null)"' sh "$tmp/ours/rpcgen"

# The preprocessor of -Y is the one that runs, once an output.
mkdir "$tmp/cpp"
cat >"$tmp/cpp/cpp" <<END
#!/bin/sh
echo "\$@" >>"$tmp/cpp.log"
exec ${CC%% *} -E "\$@"
END
chmod +x "$tmp/cpp/cpp"
printf '#ifdef RPC_HDR\n%%/* header */\n#endif\n#ifdef A\nconst N = A;\n#endif\nstruct s { int a; };\n' >y.x
cp "$tmp/cpp/cpp" "$tmp/cpp/real"
sed -i 's, -E , -E -x c ,' "$tmp/cpp/cpp"
ok "-Y" ours -DA=3 -Y "$tmp/cpp" y.x
ok "ran" grep -q -e '-DRPC_HDR' "$tmp/cpp.log"
ok "with the definitions" grep -q -e '-DA=3' "$tmp/cpp.log"
ok "and what it gave was used" grep -q '#define N 3' y.h
ok "in the header its symbol is set" grep -q '/\* header \*/' y.h
not_ok "elsewhere not" grep -q '/\* header \*/' y_xdr.c

# A suite whose other file is broken: rpcgen never reads it, so it builds; but
# who uses its types is told where to look.
printf '%%#include "other.h"\nstruct s { thing t; };\n' >uses.x
printf 'struct thing { int a;\n' >other.x
ok "a broken file of the suite stops nothing" ours uses.x
ours -h uses.x >uses.header 2>uses.err
ok "its type is the user's" grep -q '^	thing t;$' uses.header
ok "which is told once" \
    test "$(grep -c "warning\[W0523\]: 'other.x' has errors" uses.err)" = 1
ok "with the place" grep -q '^other.x:3:1: note: the file ends inside' uses.err
printf '%%#include "other.h"\nstruct s { int t; };\n' >uses.x
is "it is not read for nothing" "$(ours -h uses.x 2>&1 >uses.header)" ""

# A type that the user's C has may differ from a keyword by a capital.
printf 'struct s { Bool a; };\n' >user.x
is "Bool is the user's" "$(ours -h user.x 2>&1 | grep Bool)" "	Bool a;"

# C lines that use the macros of the .x file: rpcgen replaces them, we leave
# the line alone and define them for it. The C compiler sees the same.
cat >macros.x <<'END'
#define N 4
#define M (N + 1)
#define S "text"
#define T char
#define LOOP LOOP_2
#define LOOP_2 LOOP
#define CALL(a) a
%#define K M + N
%static const char *s = S "N"; /* M */ static int n = K + M;
%T LOOP CALL
struct a { int a[N];
%int inside[N];
};
%/* it's N,
% * and N */
#undef M
%int M;
END
seen_by_c()
{
	"$1" -h macros.x >macros_h.$1 &&
	    sed -n '/"C" {/,/xdr functions/p' macros_h.$1 | $CC -E -P -xc - |
	    tr -d ' \n'
}
is "macros in C lines" "$(seen_by_c ours | sed 's/TLOOPCALL/charLOOPCALL/')" \
    "$(seen_by_c theirs)"
ok "which stay as they are" grep -q '^static const char \*s = S "N"; /\* M' \
    macros_h.ours
is "comments get none" "$(grep -c '^#define N' macros_h.ours)" 2

done_testing
