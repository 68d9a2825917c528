# SPDX-License-Identifier: BSD-3-Clause
# What every way to build .x files has to hold. A script sources this, and
# defines these functions, which work in the current directory:
#
#   start     prepares a build of $src in the directory build
#   build     builds it with four jobs at once
#   settled   fails unless a build would have nothing to do
#   clean     removes what was built
#
# and then calls `exercise NAME`. The project is tests/e2e/guests: the program
# book of two .x files, one of which includes limits.x; and the program point
# of a third.

LC_ALL=C
export LC_ALL

# What a sanitizer sees was seen elsewhere; here it only takes time.
if [ -n "${SANITIZE_CFLAGS-}" ]; then
	not_here "builds" "rules are the same with a sanitizer"
	done_testing
	exit 0
fi

# project FILE:NAME...: its sources in $tmp/src, with each FILE as NAME.
project()
{
	local pair guests=$top_srcdir/tests/e2e/guests
	src=$tmp/src
	mkdir -p "$src" && cp "$guests"/*.[cx] "$src" || return
	for pair; do
		cp "$guests/${pair%:*}" "$src/${pair#*:}" || return
	done
	chmod -R u+w "$src"
}

# The files of the sources, by name and time.
sources()
{
	find "$src" -type f -printf '%p %T@\n' | sort
}

# Objects and what idlc wrote, by their plain names; newer than $tmp/marker if
# there is one.
made()
{
	find build -type f ${marker:+-newer "$marker"} \
	    \( -name '*.o' -o -name '*.h' -o -name '*_*.c' \) \
	    ! -name 'config*.h' ! -path '*/CMakeFiles/[0-9]*' -printf '%f\n' |
	    grep -E '(book|guest|point)(_[a-z]+)?\.(c\.)?[och]+$' |
	    sed -E 's/.*((book|guest|point)(_[a-z]+)?)\.(c\.o|.)$/\1.\4/; s/\.c\.o$/.o/' |
	    sort | tr '\n' ' '
}

# A moment: what is written from now on is newer than $tmp/marker.
mark()
{
	marker=$tmp/marker
	rm -f "$marker"
	touch "$marker"
	# File times are as coarse as the kernel's clock.
	until touch "$tmp/later" && [ "$tmp/later" -nt "$marker" ]; do :; done
}

exercise()
{
	local before marker=

	rm -rf build
	must "$1: is configured" start
	must "$1: builds out of the tree, four jobs at once" build
	is "$1: idlc's outputs and objects" "$(made)" "$all_made"
	is "$1: the programs work" "$(build/book) $(build/point)" \
	    "12 bytes 8 bytes"
	ok "$1: then there is nothing to do" settled
	before=$(sources)

	mark
	echo '/* Said again. */' >>"$src/limits.x"
	must "$1: builds after a change in an included file" build
	is "$1: what hangs on it was made again, and nothing else" "$(made)" \
	    "$book_made"
	ok "$1: then there is nothing to do" settled

	mark
	touch "$src/point.c"
	must "$1: builds after a change in a .c file" build
	is "$1: its object was made, idlc not run" "$(made)" "point.o "

	mark
	find build -name 'book_[cs]*.c' -exec rm {} +
	must "$1: builds without some of the outputs" build
	is "$1: they are there again" \
	    "$(made | grep -o 'book_[cs][a-z]*.[co]' | tr '\n' ' ')" \
	    "book_clnt.c book_clnt.o book_svc.c book_svc.o "
	ok "$1: then there is nothing to do" settled

	mark
	echo 'struct wrong { nosuch a; };' >>"$src/point.x"
	not_ok "$1: an error in an .x file stops the build" build
	ok "$1: and is shown" grep -rq "point.x:.*nosuch" "$tmp/build.log"
	sed -i '$d' "$src/point.x"
	must "$1: builds once it is mended" build
	ok "$1: then there is nothing to do" settled

	is "$1: nothing was written beside the sources" \
	    "$(sources | sed 's/ .*//')" "$(sed 's/ .*//' <<<"$before")"
	marker=
	ok "$1: cleans" clean
	is "$1: clean leaves nothing" "$(made)" ""
}

book_made="book.h book.o book_clnt.c book_clnt.o book_svc.c book_svc.o "
book_made+="book_xdr.c book_xdr.o guest.h guest_xdr.c guest_xdr.o "
all_made="${book_made}point.h point.o point_xdr.c point_xdr.o "
