# SPDX-License-Identifier: BSD-3-Clause
# libidlc: the language as a library (front and plan). idlc: emitters and
# main on top of it.

# What is installed as <idlc/...>.
idlcincludedir = $(includedir)/idlc
idlcinclude_HEADERS = \
	idlc/include/idlc/dump.h \
	idlc/include/idlc/idl.h \
	idlc/include/idlc/table.h \
	idlc/include/idlc/version.h

# What flex and bison write is compiled without STRICT_CFLAGS; the scanner
# also without -Wpedantic's and -Wundef's finds in flex's own lines.
noinst_LTLIBRARIES += idlc/libgrammar.la
idlc_libgrammar_la_CFLAGS = $(AM_CFLAGS)
idlc_libgrammar_la_SOURCES = idlc/front/parse.y idlc/front/lex.l
BUILT_SOURCES += idlc/front/parse.h

idlc_front = \
	idlc/front/ast.c \
	idlc/front/atom.c \
	idlc/front/check.c \
	idlc/front/check.h \
	idlc/front/check_names.c \
	idlc/front/check_program.c \
	idlc/front/check_size.c \
	idlc/front/check_tags.c \
	idlc/front/check_union.c \
	idlc/front/codes.def \
	idlc/front/codes.h \
	idlc/front/consts.c \
	idlc/front/cpp.c \
	idlc/front/cpp.h \
	idlc/front/cppexpr.c \
	idlc/front/diag.c \
	idlc/front/diag.h \
	idlc/front/diag_json.c \
	idlc/front/doc.c \
	idlc/front/dump.c \
	idlc/front/explain.c \
	idlc/front/front.c \
	idlc/front/front.h \
	idlc/front/import.c \
	idlc/front/import.h \
	idlc/front/include.c \
	idlc/front/json.c \
	idlc/front/json.h \
	idlc/front/macro.c \
	idlc/front/names.c \
	idlc/front/order.c \
	idlc/front/outside.c \
	idlc/front/outside.h \
	idlc/front/parser.h \
	idlc/front/report.c \
	idlc/front/report.h \
	idlc/front/schema.c \
	idlc/front/source.c \
	idlc/front/source.h \
	idlc/front/syntax.c \
	idlc/front/tokens.c \
	idlc/front/tree.c \
	idlc/front/tree.h \
	idlc/front/version.c \
	idlc/front/wrong.c

# All of the library, hidden symbols included: idlc and the tests link this.
noinst_LTLIBRARIES += idlc/libidlc_whole.la
idlc_libidlc_whole_la_CFLAGS = $(LIB_CFLAGS)
idlc_libidlc_whole_la_LIBADD = idlc/libgrammar.la
idlc_libidlc_whole_la_SOURCES = \
	$(idlc_front) \
	idlc/plan/body.c \
	idlc/plan/cycle.c \
	idlc/plan/facts.h \
	idlc/plan/plan.c \
	idlc/plan/plan.h \
	idlc/plan/ratio.c \
	idlc/plan/table.c

# What is installed: the same objects behind the list of exported symbols.
lib_LTLIBRARIES += idlc/libidlc.la
idlc_libidlc_la_SOURCES =
idlc_libidlc_la_LIBADD = idlc/libidlc_whole.la xdr/liboxdr.la
idlc_libidlc_la_LDFLAGS = $(LIB_LDFLAGS) -version-info $(LIBIDLC_VERSION_INFO) \
	-Wl,--version-script=$(top_srcdir)/idlc/libidlc.sym
EXTRA_idlc_libidlc_la_DEPENDENCIES = $(top_srcdir)/idlc/libidlc.sym
EXTRA_DIST += idlc/libidlc.sym
pkgconfig_DATA += idlc/libidlc.pc

# The emitters: a part of the program, kept apart so that tests can link it.
noinst_LTLIBRARIES += idlc/libemit.la
idlc_libemit_la_CFLAGS = $(PROG_CFLAGS)
idlc_libemit_la_SOURCES = \
	idlc/emit/client.c \
	idlc/emit/cnames.c \
	idlc/emit/cnames.h \
	idlc/emit/codec.c \
	idlc/emit/codec.h \
	idlc/emit/ctypes.c \
	idlc/emit/emit.c \
	idlc/emit/emit.h \
	idlc/emit/fuzz.c \
	idlc/emit/header.c \
	idlc/emit/init.c \
	idlc/emit/makedep.c \
	idlc/emit/makedep.h \
	idlc/emit/out.c \
	idlc/emit/out.h \
	idlc/emit/out_i.h \
	idlc/emit/outputs.c \
	idlc/emit/plain.c \
	idlc/emit/program.c \
	idlc/emit/program.h \
	idlc/emit/run.c \
	idlc/emit/server.c \
	idlc/emit/skeleton.c \
	idlc/emit/skeleton.h \
	idlc/emit/tables.c \
	idlc/emit/template.c \
	idlc/emit/xdr.c

# The drop-in dialect: a program of its own behind rpcgen_main().
noinst_LTLIBRARIES += idlc/libclassic.la
idlc_libclassic_la_CFLAGS = $(PROG_CFLAGS)
idlc_libclassic_la_SOURCES = \
	idlc/emit/rpcgen/classic.h \
	idlc/emit/rpcgen/client.c \
	idlc/emit/rpcgen/codec.c \
	idlc/emit/rpcgen/cpp.c \
	idlc/emit/rpcgen/header.c \
	idlc/emit/rpcgen/keywords.c \
	idlc/emit/rpcgen/makefile.c \
	idlc/emit/rpcgen/members.c \
	idlc/emit/rpcgen/names.c \
	idlc/emit/rpcgen/own.c \
	idlc/emit/rpcgen/options.c \
	idlc/emit/rpcgen/options.h \
	idlc/emit/rpcgen/procs.c \
	idlc/emit/rpcgen/rpcgen.c \
	idlc/emit/rpcgen/rpcgen.h \
	idlc/emit/rpcgen/sample.c \
	idlc/emit/rpcgen/server.c \
	idlc/emit/rpcgen/server.h \
	idlc/emit/rpcgen/svc_main.c \
	idlc/emit/rpcgen/table.c \
	idlc/emit/rpcgen/types.c

# The program is linked statically with our own code: it runs in the build
# tree, where it compiles our own .x files, without a wrapper script.
bin_PROGRAMS += idlc/idlc
idlc_idlc_CFLAGS = $(PROG_CFLAGS)
idlc_idlc_SOURCES = \
	idlc/compile.c \
	idlc/compile.h \
	idlc/help.c \
	idlc/main.c \
	idlc/options.c \
	idlc/options.h
idlc_idlc_LDADD = idlc/libclassic.la idlc/libemit.la idlc/libidlc_whole.la xdr/liboxdr_whole.la

# How other rooms run it: $(IDLC_RUN) after depending on $(IDLC_DEP).
if IDLC_GIVEN
IDLC_RUN = $(IDLC)
IDLC_DEP =
else
IDLC_RUN = idlc/idlc$(EXEEXT)
IDLC_DEP = idlc/idlc$(EXEEXT)
endif
AM_V_IDLC = $(am__v_IDLC_@AM_V@)
am__v_IDLC_ = $(am__v_IDLC_@AM_DEFAULT_V@)
am__v_IDLC_0 = @echo "  IDLC    " $@;
am__v_IDLC_1 =

# Completions of the shells, by what it says itself.
nodist_bashcompletions_DATA += idlc/completions/idlc
nodist_zshcompletions_DATA += idlc/completions/_idlc
nodist_fishcompletions_DATA += idlc/completions/idlc.fish
CLEANFILES += idlc/completions/idlc idlc/completions/_idlc \
	idlc/completions/idlc.fish
idlc/completions/idlc: $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && $(IDLC_RUN) --completion=bash >$@
idlc/completions/_idlc: $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && $(IDLC_RUN) --completion=zsh >$@
idlc/completions/idlc.fish: $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && $(IDLC_RUN) --completion=fish >$@

# For the builds of others: Automake, make, Meson, CMake.
dist_aclocal_DATA += m4/ax_prog_idlc.m4
dist_pkgdata_DATA += idlc/share/idlc.mk idlc/share/meson.build
cmakedir = $(libdir)/cmake/orpc
cmake_DATA = \
	idlc/share/orpcConfig.cmake \
	idlc/share/orpcConfigVersion.cmake
