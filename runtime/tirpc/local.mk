# SPDX-License-Identifier: BSD-3-Clause
# liborpc-tirpc: the bridge to libtirpc.  The only part of the house that
# needs that library.

EXTRA_DIST += runtime/liborpc-tirpc.sym

runtime_tirpc = \
	runtime/tirpc/bytes.c \
	runtime/tirpc/bytes.h \
	runtime/tirpc/client.c \
	runtime/tirpc/datagram.c \
	runtime/tirpc/datagram.h \
	runtime/tirpc/register.c \
	runtime/tirpc/serve.c \
	runtime/tirpc/serve.h \
	runtime/tirpc/status.c \
	runtime/tirpc/status.h

if HAVE_LIBTIRPC
orpcinclude_HEADERS += runtime/include/orpc/tirpc.h
lib_LTLIBRARIES += runtime/liborpc-tirpc.la
pkgconfig_DATA += runtime/liborpc-tirpc.pc
endif

# libtirpc's headers are not clean at our level: system headers to us.
runtime_liborpc_tirpc_la_CPPFLAGS = $(AM_CPPFLAGS) $(LIBTIRPC_SYSTEM_CFLAGS)
runtime_liborpc_tirpc_la_CFLAGS = $(LIB_CFLAGS)
runtime_liborpc_tirpc_la_SOURCES = $(runtime_tirpc)
runtime_liborpc_tirpc_la_LIBADD = runtime/liborpc.la xdr/liboxdr.la \
	$(LIBTIRPC_LIBS)
runtime_liborpc_tirpc_la_LDFLAGS = $(LIB_LDFLAGS) \
	-version-info $(LIBORPC_TIRPC_VERSION_INFO) \
	-Wl,--version-script=$(top_srcdir)/runtime/liborpc-tirpc.sym
EXTRA_runtime_liborpc_tirpc_la_DEPENDENCIES = \
	$(top_srcdir)/runtime/liborpc-tirpc.sym
