# SPDX-License-Identifier: BSD-3-Clause
# For makefiles of GNU make that compile .x files:
#
#	IDL = vote.x proto/types.x
#	include $(shell pkg-config --variable=pkgdatadir liborpc)/idlc.mk
#
#	voter: voter.o vote_xdr.o vote_clnt.o proto/types_xdr.o
#	voter.o: vote.h
#
#	clean:
#		rm -f voter *.o $(IDL_MADE)
#
# idlc runs once for each file in IDL, also under -j, and again when the file
# or one that it includes has changed. What it writes goes to the build
# directory; the .x files may be elsewhere, on the VPATH. IDLC and IDLCFLAGS
# are the user's, AM_IDLCFLAGS the project's.
#
# In a project of Automake: AX_PROG_IDLC, and see idlc(1).

IDLC ?= $(or $(shell $(or $(PKG_CONFIG),pkg-config) --variable=idlc liborpc),idlc)
AM_MAKEFLAGS ?= -f $(firstword $(MAKEFILE_LIST))

# What idlc may leave behind, for `clean`.
IDL_MADE = $(IDL:=.mk) $(foreach file,$(IDL),$($(call idl_variable,$(file))_made))
idl_variable = $(subst -,_,$(subst .,_,$(subst /,_,$(basename $(patsubst ./%,%,$(1))))))

# The rules for vote.x are what idlc says in vote.x.mk; make reads it anew.
%.x.mk: %.x
	@mkdir -p $(@D)
	@$(IDLC) $(AM_IDLCFLAGS) $(IDLCFLAGS) --outdir=$(@D) \
		--makefile-fragment $< >$@ || { rm -f $@; false; }

# The first target of these rules is not what a plain `make` is for.
idl_goal := $(.DEFAULT_GOAL)
-include $(IDL:=.mk)
.DEFAULT_GOAL := $(idl_goal)
