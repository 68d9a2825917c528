#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A schema may have any name that generated code has for something of its own:
# each identifier found in the outputs becomes a type, a constant, a member, a
# parameter, a procedure... and what is generated then compiles.
. "${top_srcdir:?}/tests/lib/tap.sh"

cc=${CC:-cc}
tirpc="${LIBTIRPC_CFLAGS:--I/usr/include/tirpc} -isystem /usr/include/tirpc"
clean="-std=c11 -Wall -Wextra -Werror -fsyntax-only"
native="$cc $clean -Wpedantic -Wconversion -I$top_srcdir/xdr/include \
    -I$top_srcdir/runtime/include"
classic="$cc $clean -D_DEFAULT_SOURCE $tirpc"
echo '#include <rpc/rpc.h>' >"$tmp/probe.c"
$cc -fsyntax-only $tirpc "$tmp/probe.c" 2>/dev/null && have_tirpc=1

# Ways to call the drop-in dialect; blanks are `,`.
modes="-a -NMa -N,-I,-L"

# generate_native DIR FILE, generate_classic DIR FILE: all files of a dialect,
# compiled: each mode in a directory.
generate_native()
{
	mkdir -p "$1/native" &&
	"$IDLC" --emit=header,xdr,client,server,fuzz \
	    --outdir="$1/native" "$2" && $native -I"$1/native" "$1"/native/*.c
}

generate_classic()
{
	local mode
	for mode in $modes; do
		mkdir -p "$1/$mode" && cp "$2" "$1/$mode" || return 1
		(cd "$1/$mode" && "$IDLC" --rpcgen ${mode//,/ } "${2##*/}" &&
		    { [ -z "${have_tirpc-}" ] || $classic *.c; }) || return 1
	done
}

# ---- The identifiers --------------------------------------------------------

cat >"$tmp/zq.x" <<'END'
const ZQ_N = 3;
enum zq_e { ZQ_A = 0, ZQ_B = 5 };
typedef opaque zq_blob<8>;
typedef int zq_row[ZQ_N];
typedef string zq_text<>;
struct zq_s { int zq_1; bool zq_2; int zq_3[ZQ_N]; hyper zq_4; string zq_5<>;
    zq_e zq_6<>; opaque zq_7[5]; zq_s *zq_8; float zq_9<>; quadruple zq_q;
    zq_row zq_r<>; double zq_d[4]; short zq_h; zq_text zq_t<4>; };
struct zq_run { int zq_1; int zq_2; int zq_3; int zq_4; zq_row zq_5; };
union zq_u switch (zq_e zq_k) { case ZQ_A: zq_s zq_1; case ZQ_B: zq_blob zq_2; };
struct zq_tree { zq_tree zq_kids<>; zq_u zq_v; zq_run zq_l<>; };
program ZQ_PROG { version ZQ_VERS {
    zq_u ZQ_F1(zq_s) = 1; void ZQ_F2(void) = 2; zq_text ZQ_F3(string<9>) = 3;
    zq_row ZQ_F4(zq_row, zq_tree *, quadruple) = 4; string ZQ_F5(zq_blob) = 5;
    zq_e ZQ_F6(zq_e, zq_text, zq_run, bool) = 6; quadruple ZQ_F7(int *) = 7;
} = 1; } = 0x20000077;
END
must "names of its own, native" generate_native "$tmp/zq" "$tmp/zq.x"
must "names of its own, drop-in" generate_classic "$tmp/zq" "$tmp/zq.x"

# Those of comments, directives and %s; words that .x files have themselves;
# what both libraries keep for themselves; and what <stdlib.h> declares.
cat "$tmp"/zq/*/*.[ch] | sed 's|/\*.*\*/||; /^\t* \*/d; /^\t*\/\*/d
    s/"[^"]*"//g; /^#/d' | grep -oE '[A-Za-z_][A-Za-z_0-9]*' | sort -u |
    grep -viE 'zq|^(oxdr|orpc|__)_?' |
    grep -vxE 'bool|case|char|const|default|double|enum|float|hyper|int|long
	|opaque|program|quadruple|short|string|struct|switch|typedef|union
	|unsigned|version|void|TRUE|FALSE|array|pointer
	|u?int[0-9]+_t|u_int|(u_)?quad_t|bool_t|enum_t
	|abort|calloc|exit|free|malloc|main|LLVMFuzzerTestOneInput' >"$tmp/all"
is "identifiers were found" "$(($(wc -l <"$tmp/all") > 100))" 1

# The headers of libtirpc and of the system are part of the drop-in dialect's:
# what they declare, tags and members included, is theirs.
theirs()
{
	local header
	for header in rpc/rpc.h pthread.h stdio.h stdlib.h string.h \
	    rpc/pmap_clnt.h signal.h sys/ioctl.h sys/types.h sys/stat.h fcntl.h \
	    unistd.h netconfig.h sys/socket.h netinet/in.h syslog.h; do
		echo "#include <$header>"
	done
	sed 's/.*/#line 1 "name:&:"\
#ifdef &\
#error\
#endif\
typedef struct { int a; } &;\
struct & { int a; };\
int xdr_&(void);/' "$tmp/all"
}
theirs >"$tmp/probe.c"
# clang stops after some errors, unless told not to.
$cc --version | grep -q clang && every_error=-ferror-limit=0
$cc -std=c11 -D_DEFAULT_SOURCE $tirpc ${every_error-} -fsyntax-only \
    "$tmp/probe.c" 2>&1 |
    sed -n 's/^name:\([^:]*\):.*/\1/p' >"$tmp/known"
printf '%s\n' rq_proc sin_family x_op >>"$tmp/known"
grep -vxF -f "$tmp/known" "$tmp/all" >"$tmp/ours"
is "variables are among them" "$(grep -cxE 'objp|rqstp|transp|clnt_res|nconf' \
    "$tmp/ours")" 4

# ---- Every identifier in every role -----------------------------------------

# schema ROLE <NAMES: a file in which each name plays it.
schema()
{
	awk -v role="$1" '
function put(template, name) { gsub(/@/, name, template); print template }
function each(template,   i) { for (i = 1; i <= n; i++) put(template, id[i]) }
# All of them, or every other one: from 1 on, or from 2.
function number(template, odd,   i, t) {
	for (i = odd == "" ? 1 : 1 + odd; i <= n; i += odd == "" ? 1 : 2) {
		t = template
		gsub(/#/, i, t)
		put(t, id[i])
	}
}
function used() {
	print "struct zq_all {"
	each(" @ zq_a_@; @ zq_v_@<>; @ *zq_p_@;")
	print "}; program ZQ_PROG { version ZQ_VERS {"
	number(" @ ZQ_A_@(@) = #;", 0)
	number(" @ ZQ_B_@(@, @ zq_a, string<5>) = #;", 1)
	print "} = 2; } = 0x20000077;"
}
function bound() {
	each("struct zq_s_@ { int zq_a[@]; int zq_b<@>; };")
	each("union zq_u_@ switch (int zq_d) { case @: zq_s_@ zq_a; };")
	print "program ZQ_PROG { version ZQ_VERS {"
	number(" zq_s_@ ZQ_A_@(zq_u_@, int) = #;")
	print "} = 1; } = 0x20000077;"
}
function aliases(shift,   i) {
	split("int @;opaque @[4];int @<>;string @<>;int @[3];hyper *@", kind, ";")
	for (i = 1; i <= n; i++)
		put("typedef " kind[(i + shift) % 6 + 1] ";", id[i])
	used()
}
{ id[++n] = $0 }
END {
	if (role == "struct") {
		each("struct @ { int zq_a; string zq_b<>; };")
		used()
	} else if (role == "typedef") {
		aliases(0)
	} else if (role == "another typedef") {
		aliases(2)
	} else if (role == "enumerator") {
		number("enum zq_e_@ { @ = # };")
		bound()
	} else if (role == "constant") {
		number("const @ = #;")
		bound()
	} else if (role == "member") {
		print "struct zq_s {"; each(" int @;")
		print "}; struct zq_t {"; each(" int @<>;")
		print "}; struct zq_r {"; each(" string @<>;")
		print "}; struct zq_f {"; each(" opaque @[3];")
		print "}; struct zq_a {"; each(" short @[3];")
		print "}; union zq_u switch (int zq_d) {"; number(" case #: int @;")
		print "};"
		each("union zq_u_@ switch (int @) { case 1: int zq_a<>; };")
	} else if (role == "parameter") {
		print "struct zq_s { int a; }; typedef int zq_row[3];" \
		    "enum zq_e { ZQ_1 }; program ZQ_PROG { version ZQ_VERS {"
		number(" zq_e ZQ_A_@(string @<9>) = 1#; zq_row ZQ_B_@(zq_s @," \
		    " zq_row zq_a, unsigned int, string zq_s) = 2#;")
		print "} = 1; } = 0x20000077;"
	} else if (role == "procedure") {
		print "struct zq_s { int zq_a; }; program ZQ_PROG { version ZQ_V {"
		number(" zq_s @(zq_s) = #;")
		print "} = 1; version ZQ_V2 { int ZQ_F(int, bool b) = 1; } = 2;" \
		    "} = 0x20000077;"
	} else if (role == "version") {
		print "program ZQ_PROG {"
		number(" version @ { int ZQ_A_@(string, int) = 1; } = #;")
		print "} = 0x20000077;"
	} else {
		number("program @ { version ZQ_V_@ { int ZQ_A_@(int, int) = 1;" \
		    " } = 1; } = #;")
	}
}'
}

# Two procedures whose C functions meet, or meet a macro, are told apart by
# nobody.
grep -vxE '(result|retval)_[0-9]+|_RPCGEN_QUADRUPLE' "$tmp/ours" |
    sort -f | awk '!seen[tolower($0)]++' >"$tmp/ours.once"
sort -f "$tmp/all" | awk '!seen[tolower($0)]++' >"$tmp/all.once"
for role in struct typedef "another typedef" enumerator constant member \
    parameter procedure version program; do
	dir=$tmp/${role// /}
	mkdir "$dir"
	schema "$role" <"$tmp/all.once" >"$dir/all.x"
	schema "$role" <"$tmp/ours.once" >"$dir/ours.x"
	ok "as a $role: native" generate_native "$dir" "$dir/all.x"
	ok "as a $role: drop-in" generate_classic "$dir" "$dir/ours.x"
	rm -rf "$dir"
done

# But where a macro of the drop-in header takes a name that the header itself
# goes on to use, no name of ours could help: that is refused.
refused()
{
	echo "$1" >"$tmp/refused.x"
	! "$IDLC" --rpcgen -h "$tmp/refused.x" 2>"$tmp/why" >"$tmp/none" &&
	    [ "$(grep -c "error\[E0310\].*'$2'" "$tmp/why")" = 1 ]
}
program()
{
	echo "program P { version ${2:-V} { int $1(int) = 7; } = 1; } = 99;"
}
ok "a procedure with a type's name" \
    refused "struct t { int a; }; $(program t)" t
ok "a version" refused "typedef int t<>; $(program F t)" t
ok "a routine's name" \
    refused "struct t { int a; }; $(program xdr_t)" xdr_t
ok "a constant that is a library's routine" \
    refused "const xdr_int = 1;" xdr_int

echo "enum least { LEAST_A = 1, LEAST_B = -2147483648 };" >"$tmp/least.x"
ok "an enum's least value follows another" generate_native "$tmp" "$tmp/least.x"
done_testing
