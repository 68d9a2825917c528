# SPDX-License-Identifier: BSD-3-Clause
# Rules for makefiles that compile .x files: include this file. One NAME.x
# makes several files at once; NAME.stamp stands for all of them, so that
# make -j runs idlc once.
#
#   include /usr/share/orpc/idlc.mk
#   vote.h vote_xdr.c vote_clnt.c vote_svc.c: vote.stamp
#
# `idlc --makefile-fragment vote.x` prints the second line, and what an
# Automake file needs besides. IDLC and IDLCFLAGS are the user's,
# AM_IDLCFLAGS the project's.

IDLC ?= idlc

.SUFFIXES: .x .stamp

.x.stamp:
	$(AM_V_GEN)mkdir -p $(@D) && $(IDLC) $(AM_IDLCFLAGS) $(IDLCFLAGS) \
		--outdir=$(@D) $< && touch $@
