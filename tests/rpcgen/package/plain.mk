# SPDX-License-Identifier: BSD-3-Clause
# A package of plain rules, as they are found: one rule a mode, `rm -f` and
# then -o, output through sed, a build directory of one's own. $(SRC) is where
# the sources are, TIRPC_CFLAGS and TIRPC_LIBS say where libtirpc is.

RPCGEN = rpcgen
SRC = .
VPATH = $(SRC)
CFLAGS = -g
ALL_CFLAGS = $(CFLAGS) -I. -I$(SRC) $(TIRPC_CFLAGS) -DRPC_SVC_FG
SUITE = base_xdr.o message_xdr.o hand.o
HEADERS = base.h message.h

all: dump post postd clock clockd

.SUFFIXES:
.SUFFIXES: .x .h .c .o

.x.h:
	rm -f $@
	$(RPCGEN) -C -h -o $@ $<

%_xdr.c: %.x
	rm -f $@
	$(RPCGEN) -C -c $< | sed -e 's,#include ".*/\([a-z]*.h\)",#include "\1",' > $@

post.h: post.x
	@rm -f $@
	$(RPCGEN) -N -M -C -h -o $@ $<

post_xdr.c: post.x
	@rm -f $@
	$(RPCGEN) -N -M -C -c -o $@.tmp $<
	sed -e 's,#include ".*post.h",#include "post.h",' $@.tmp > $@
	@rm -f $@.tmp

post_clnt.c: post.x
	$(RPCGEN) -NMC -l $(SRC)/post.x | sed -e 's,".*/post.h","post.h",' \
	    -e 's/TIMEOUT = { 25, 0 }/TIMEOUT = { 5, 0 }/' > $@

post_svc.c: post.x
	cat $< | $(RPCGEN) -N -M -m | sed -e 's,<rpc/rpc.h>,"post.h",' > $@

clock.h clock_xdr.c clock_clnt.c clock_svc.c: clock.stamp
clock.stamp: clock.x
	cp $(SRC)/clock.x clk.x
	$(RPCGEN) -I -K 2 clk.x
	for f in _xdr.c _clnt.c _svc.c; do \
		sed -e 's/clk\.h/clock.h/' clk$$f > clock$$f || exit 1; \
	done
	mv clk.h clock.h
	rm -f clk*
	touch $@

.c.o:
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(SUITE) dump.o post.o postd.o: $(HEADERS)
post.o postd.o post_xdr.o post_clnt.o post_svc.o: post.h $(HEADERS)
clock.o clockd.o clock_xdr.o clock_clnt.o clock_svc.o: clock.h

dump: dump.o $(SUITE)
	$(CC) -o $@ dump.o $(SUITE) $(TIRPC_LIBS)
post: post.o post_clnt.o post_xdr.o $(SUITE)
	$(CC) -o $@ post.o post_clnt.o post_xdr.o $(SUITE) $(TIRPC_LIBS)
postd: postd.o post_svc.o post_xdr.o $(SUITE)
	$(CC) -o $@ postd.o post_svc.o post_xdr.o $(SUITE) $(TIRPC_LIBS)
clock: clock.o clock_clnt.o clock_xdr.o
	$(CC) -o $@ clock.o clock_clnt.o clock_xdr.o $(TIRPC_LIBS)
clockd: clockd.o clock_svc.o clock_xdr.o
	$(CC) -o $@ clockd.o clock_svc.o clock_xdr.o $(TIRPC_LIBS)
