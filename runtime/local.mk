# SPDX-License-Identifier: BSD-3-Clause
# liborpc: RFC 5531 calls over transports; orpcbind and orpcinfo on top.

# What is installed as <orpc/...>.
orpcincludedir = $(includedir)/orpc
orpcinclude_HEADERS = \
	runtime/include/orpc/addr.h \
	runtime/include/orpc/auth.h \
	runtime/include/orpc/binder.h \
	runtime/include/orpc/carrier.h \
	runtime/include/orpc/client.h \
	runtime/include/orpc/compat.h \
	runtime/include/orpc/error.h \
	runtime/include/orpc/loop.h \
	runtime/include/orpc/program.h \
	runtime/include/orpc/server.h \
	runtime/include/orpc/version.h

# All of the library, hidden symbols included: tests link this.
noinst_LTLIBRARIES += runtime/liborpc_whole.la
runtime_liborpc_whole_la_CFLAGS = $(LIB_CFLAGS)
runtime_liborpc_whole_la_SOURCES =
runtime_liborpc_whole_la_LIBADD =

# One variable a directory, so that each can change without the others.
runtime_liborpc_whole_la_SOURCES += $(runtime_proto)
runtime_liborpc_whole_la_SOURCES += $(runtime_io)
runtime_liborpc_whole_la_SOURCES += $(runtime_transport)
runtime_liborpc_whole_la_SOURCES += $(runtime_channel)
runtime_liborpc_whole_la_SOURCES += $(runtime_dispatch)
runtime_liborpc_whole_la_SOURCES += $(runtime_client)
runtime_liborpc_whole_la_SOURCES += $(runtime_bind)
runtime_liborpc_whole_la_SOURCES += $(runtime_server)
runtime_liborpc_whole_la_SOURCES += $(runtime_binder)
runtime_liborpc_whole_la_SOURCES += $(runtime_compat)

runtime_proto = \
	runtime/error.c \
	runtime/proto/auth.c \
	runtime/proto/auth.h \
	runtime/proto/buf.c \
	runtime/proto/buf.h \
	runtime/proto/digest.c runtime/proto/digest.h \
	runtime/proto/holders.c runtime/proto/holders.h \
	runtime/proto/hooks.h \
	runtime/proto/message.c \
	runtime/proto/message.h \
	runtime/proto/pending.c \
	runtime/proto/pending.h \
	runtime/proto/probe.h \
	runtime/proto/record.c \
	runtime/proto/record.h \
	runtime/proto/replay.c runtime/proto/replay.h \
	runtime/proto/retry.c \
	runtime/proto/retry.h \
	runtime/proto/spare.h \
	runtime/version.c

runtime_io = \
	runtime/io/addr.c \
	runtime/io/addr.h \
	runtime/io/loop.c \
	runtime/io/loop.h \
	runtime/io/pool.c \
	runtime/io/pool.h \
	runtime/io/resolve.c \
	runtime/io/resolve.h \
	runtime/io/self.c \
	runtime/io/sockaddr.c \
	runtime/io/timer.c \
	runtime/io/timer.h \
	runtime/io/uaddr.c \
	runtime/io/wake.c \
	runtime/io/wake.h \
	runtime/io/watch.c

runtime_transport = \
	runtime/transport/transport.h \
	runtime/transport/socket.h \
	runtime/transport/socket.c \
	runtime/transport/tcp.c \
	runtime/transport/udp.c \
	runtime/transport/unix.c

runtime_channel = \
	runtime/channel/call.c \
	runtime/channel/call.h \
	runtime/channel/channel.c \
	runtime/channel/channel.h \
	runtime/channel/handle.c \
	runtime/channel/hub.c \
	runtime/channel/hub.h \
	runtime/channel/outgoing.c \
	runtime/channel/outgoing.h \
	runtime/channel/parts.h \
	runtime/channel/put.c \
	runtime/channel/receive.c \
	runtime/channel/reply.c \
	runtime/channel/service.c \
	runtime/channel/service.h \
	runtime/channel/sync.c \
	runtime/channel/sync.h

runtime_client = \
	runtime/client/async.c \
	runtime/client/broadcast.c \
	runtime/client/broadcast.h \
	runtime/client/call.c \
	runtime/client/carry.c \
	runtime/client/carry.h \
	runtime/client/client.c \
	runtime/client/find.h \
	runtime/client/info.c \
	runtime/client/open.c \
	runtime/client/probe.c \
	runtime/client/probe.h \
	runtime/client/quick.c \
	runtime/client/run.h \
	runtime/client/serve.c \
	runtime/client/session.c \
	runtime/client/session.h \
	runtime/client/start.c \
	runtime/client/sync.c

runtime_bind = \
	runtime/bind/bell.c \
	runtime/bind/bell.h \
	runtime/bind/find.c \
	runtime/bind/register.c \
	runtime/bind/register.h \
	runtime/bind/session.c \
	runtime/bind/session.h \
	runtime/bind/takeover.c \
	runtime/bind/takeover.h

# The binder is a part of the library; orpcbind is a main for it.
runtime_binder = \
	runtime/binder/access.c \
	runtime/binder/access.h \
	runtime/binder/binder.c \
	runtime/binder/binder.h \
	runtime/binder/callit.c \
	runtime/binder/change.c \
	runtime/binder/group.c \
	runtime/binder/journal.c \
	runtime/binder/journal.h \
	runtime/binder/owner.c \
	runtime/binder/reap.c \
	runtime/binder/registry.c \
	runtime/binder/registry.h \
	runtime/binder/service.c

# Calls in: dispatch, requests.  Listed apart from the channel's own files.
runtime_dispatch = \
	runtime/channel/answer.c \
	runtime/channel/arrival.c \
	runtime/channel/counts.h \
	runtime/channel/dispatch.c \
	runtime/channel/dispatch.h \
	runtime/channel/handler.c \
	runtime/channel/later.c \
	runtime/channel/learn.c \
	runtime/channel/quick.c \
	runtime/channel/quick.h \
	runtime/channel/request.c \
	runtime/channel/request.h

runtime_server = \
	runtime/server/accept.c \
	runtime/server/limits.c \
	runtime/server/listen.c \
	runtime/server/path.c \
	runtime/server/port.c \
	runtime/server/register.c \
	runtime/server/run.c \
	runtime/server/server.c \
	runtime/server/server.h \
	runtime/server/stats.c \
	runtime/server/systemd.c \
	runtime/server/threads.c \
	runtime/server/version.c

runtime_compat = \
	runtime/compat/simple.c

# What is installed: the same objects behind the list of exported symbols.
lib_LTLIBRARIES += runtime/liborpc.la
runtime_liborpc_la_SOURCES =
runtime_liborpc_la_LIBADD = runtime/liborpc_whole.la xdr/liboxdr.la
runtime_liborpc_la_LDFLAGS = $(LIB_LDFLAGS) -version-info $(LIBORPC_VERSION_INFO) \
	-Wl,--version-script=$(top_srcdir)/runtime/liborpc.sym
EXTRA_runtime_liborpc_la_DEPENDENCIES = $(top_srcdir)/runtime/liborpc.sym
EXTRA_DIST += runtime/liborpc.sym
pkgconfig_DATA += runtime/liborpc.pc

# The binder's protocols (RFC 1833), compiled by our own idlc. Installed too:
# orpcinfo's users may want to call a binder by hand.
xdatadir = $(datadir)/orpc/x
dist_xdata_DATA = \
	runtime/bind/pmap.x \
	runtime/bind/rpcb.x

# The binder's daemon.
sbin_PROGRAMS += runtime/binder/orpcbind
runtime_binder_orpcbind_CFLAGS = $(PROG_CFLAGS)
runtime_binder_orpcbind_SOURCES = \
	runtime/binder/access.c \
	runtime/binder/access.h \
	runtime/binder/config.c \
	runtime/binder/config.h \
	runtime/binder/confine.h \
	runtime/binder/main.c \
	runtime/binder/privilege.c \
	runtime/binder/privilege.h
runtime_binder_orpcbind_LDADD = runtime/libconfine.la runtime/liborpc.la \
	xdr/liboxdr.la

# Its list of system calls; tests confine their binder's thread by it, too.
noinst_LTLIBRARIES += runtime/libconfine.la
runtime_libconfine_la_CFLAGS = $(PROG_CFLAGS) $(LIBSECCOMP_CFLAGS)
if CONFINES
runtime_libconfine_la_SOURCES = runtime/binder/confine.c
runtime_libconfine_la_LIBADD = $(LIBSECCOMP_LIBS)
EXTRA_DIST += runtime/binder/confine_none.c
else
runtime_libconfine_la_SOURCES = runtime/binder/confine_none.c
EXTRA_DIST += runtime/binder/confine.c
endif

dist_pkgdata_DATA += runtime/binder/orpcbind.conf
EXTRA_DIST += runtime/binder/systemd/orpcbind.socket \
	runtime/binder/systemd/orpcbind.service.in
if HAVE_SYSTEMD
systemdsystemunit_DATA = runtime/binder/systemd/orpcbind.socket \
	runtime/binder/systemd/orpcbind.service
endif
CLEANFILES += runtime/binder/systemd/orpcbind.service
runtime/binder/systemd/orpcbind.service: \
	runtime/binder/systemd/orpcbind.service.in
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) 's|@sbindir[@]|$(sbindir)|' \
		$(srcdir)/runtime/binder/systemd/orpcbind.service.in >$@

# Completions of the shells.
dist_zshcompletions_DATA = runtime/tools/completions/_orpcinfo
dist_fishcompletions_DATA = runtime/tools/completions/orpcinfo.fish
EXTRA_DIST += runtime/tools/completions/orpcinfo.bash
nodist_bashcompletions_DATA += runtime/tools/completions/orpcinfo
CLEANFILES += runtime/tools/completions/orpcinfo
runtime/tools/completions/orpcinfo: runtime/tools/completions/orpcinfo.bash
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		cp $(srcdir)/runtime/tools/completions/orpcinfo.bash $@

# The binder's reader.
bin_PROGRAMS += runtime/tools/orpcinfo
runtime_tools_orpcinfo_CFLAGS = $(PROG_CFLAGS)
runtime_tools_orpcinfo_SOURCES = \
	runtime/tools/info/ask.c \
	runtime/tools/info/binder.c \
	runtime/tools/info/broadcast.c \
	runtime/tools/info/info.h \
	runtime/tools/info/list.c \
	runtime/tools/info/main.c \
	runtime/tools/info/names.c \
	runtime/tools/info/out.c \
	runtime/tools/info/ping.c \
	runtime/tools/info/progress.c
runtime_tools_orpcinfo_LDADD = runtime/libbind.la runtime/liborpc.la \
	idlc/libidlc.la xdr/liboxdr.la
$(runtime_tools_orpcinfo_OBJECTS): runtime/bind/pmap.stamp \
	runtime/bind/rpcb.stamp

# The load generator.
bin_PROGRAMS += runtime/tools/orpcload
runtime_tools_orpcload_CFLAGS = $(PROG_CFLAGS)
runtime_tools_orpcload_SOURCES = \
	runtime/tools/load/engine.c \
	runtime/tools/load/engine.h \
	runtime/tools/load/histogram.c \
	runtime/tools/load/histogram.h \
	runtime/tools/load/main.c \
	runtime/tools/load/report.c \
	runtime/tools/load/report.h
runtime_tools_orpcload_LDADD = runtime/liborpc.la xdr/liboxdr.la

# One run of idlc writes four files; a stamp stands for them, so that make -j
# runs it once. They are in the build directory, and include as
# "runtime/bind/pmap.h".
bind_generated = \
	runtime/bind/pmap.h \
	runtime/bind/pmap_clnt.c \
	runtime/bind/pmap_svc.c \
	runtime/bind/pmap_xdr.c \
	runtime/bind/rpcb.h \
	runtime/bind/rpcb_clnt.c \
	runtime/bind/rpcb_svc.c \
	runtime/bind/rpcb_xdr.c
noinst_LTLIBRARIES += runtime/libbind.la
runtime_libbind_la_CFLAGS = $(AM_CFLAGS) -Wconversion
nodist_runtime_libbind_la_SOURCES = $(bind_generated)
runtime_liborpc_whole_la_LIBADD += runtime/libbind.la
$(runtime_libbind_la_OBJECTS) $(runtime_liborpc_whole_la_OBJECTS): \
	runtime/bind/pmap.stamp runtime/bind/rpcb.stamp
runtime/bind/pmap.stamp: runtime/bind/pmap.x $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && $(IDLC_RUN) --prefix=orpc_i_ \
		--outdir=$(@D) $(srcdir)/runtime/bind/pmap.x && touch $@
runtime/bind/rpcb.stamp: runtime/bind/rpcb.x $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && $(IDLC_RUN) --prefix=orpc_i_ \
		--outdir=$(@D) $(srcdir)/runtime/bind/rpcb.x && touch $@
runtime/bind/pmap.h runtime/bind/pmap_clnt.c runtime/bind/pmap_svc.c \
runtime/bind/pmap_xdr.c: runtime/bind/pmap.stamp
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }
runtime/bind/rpcb.h runtime/bind/rpcb_clnt.c runtime/bind/rpcb_svc.c \
runtime/bind/rpcb_xdr.c: runtime/bind/rpcb.stamp
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }
CLEANFILES += $(bind_generated) runtime/bind/pmap.stamp \
	runtime/bind/rpcb.stamp
