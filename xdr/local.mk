# SPDX-License-Identifier: BSD-3-Clause
# liboxdr: RFC 4506 values, memory, type tables.

# What is installed as <oxdr/...>.
oxdrincludedir = $(includedir)/oxdr
oxdrinclude_HEADERS = \
	xdr/include/oxdr/error.h \
	xdr/include/oxdr/get.h \
	xdr/include/oxdr/json.h \
	xdr/include/oxdr/mem.h \
	xdr/include/oxdr/put.h \
	xdr/include/oxdr/reader.h \
	xdr/include/oxdr/text.h \
	xdr/include/oxdr/type.h \
	xdr/include/oxdr/version.h \
	xdr/include/oxdr/writer.h

# All of the library, hidden symbols included: tests link this.
noinst_LTLIBRARIES += xdr/liboxdr_whole.la
xdr_liboxdr_whole_la_CFLAGS = $(LIB_CFLAGS)
xdr_liboxdr_whole_la_SOURCES = \
	xdr/alloc.c \
	xdr/alloc.h \
	xdr/arena.c \
	xdr/base.h \
	xdr/copy.c \
	xdr/emit.h \
	xdr/equal.c \
	xdr/error.c \
	xdr/interp.c \
	xdr/interp.h \
	xdr/interp_get.c \
	xdr/interp_put.c \
	xdr/interp_size.c \
	xdr/json_get.c \
	xdr/json_leaf.c \
	xdr/json_leaf.h \
	xdr/json_lex.c \
	xdr/json_lex.h \
	xdr/json_put.c \
	xdr/number.c \
	xdr/number.h \
	xdr/reader.c \
	xdr/swap.c \
	xdr/swap.h \
	xdr/swap_neon.c \
	xdr/swap_plain.c \
	xdr/swap_x86.c \
	xdr/text.c \
	xdr/types.c \
	xdr/utf8.c \
	xdr/utf8.h \
	xdr/version.c \
	xdr/visit.c \
	xdr/visit.h \
	xdr/writer.c

# What is installed: the same objects behind the list of exported symbols.
lib_LTLIBRARIES += xdr/liboxdr.la
xdr_liboxdr_la_SOURCES =
xdr_liboxdr_la_LIBADD = xdr/liboxdr_whole.la
xdr_liboxdr_la_LDFLAGS = $(LIB_LDFLAGS) -version-info $(LIBOXDR_VERSION_INFO) \
	-Wl,--version-script=$(top_srcdir)/xdr/liboxdr.sym
EXTRA_xdr_liboxdr_la_DEPENDENCIES = $(top_srcdir)/xdr/liboxdr.sym
EXTRA_DIST += xdr/liboxdr.sym
pkgconfig_DATA += xdr/liboxdr.pc
