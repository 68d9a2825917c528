# SPDX-License-Identifier: BSD-3-Clause
# The drop-in dialect, next to rpcgen itself.

idlc_scripts += \
	tests/rpcgen/calls.sh \
	tests/rpcgen/command.sh \
	tests/rpcgen/compiles.sh \
	tests/rpcgen/package.sh \
	tests/rpcgen/same.sh \
	tests/rpcgen/wire.sh
EXTRA_DIST += \
	tests/rpcgen/codec_dump.c \
	tests/rpcgen/lib.sh \
	tests/rpcgen/round_trip.c \
	tests/rpcgen/calls/as_inetd.c \
	tests/rpcgen/calls/calls.x \
	tests/rpcgen/calls/client.c \
	tests/rpcgen/calls/expected.txt \
	tests/rpcgen/calls/modes.h \
	tests/rpcgen/calls/service.c \
	tests/rpcgen/calls/table.c \
	tests/rpcgen/package/Makefile.am.in \
	tests/rpcgen/package/base.x \
	tests/rpcgen/package/clock.c \
	tests/rpcgen/package/clock.x \
	tests/rpcgen/package/clockd.c \
	tests/rpcgen/package/configure.in \
	tests/rpcgen/package/dump.c \
	tests/rpcgen/package/hand.c \
	tests/rpcgen/package/hand.h \
	tests/rpcgen/package/message.x \
	tests/rpcgen/package/plain.mk \
	tests/rpcgen/package/post.c \
	tests/rpcgen/package/post.x \
	tests/rpcgen/package/postd.c \
	tests/rpcgen/package/value.h \
	tests/rpcgen/x/places.x \
	tests/rpcgen/x/several.x \
	tests/rpcgen/x/types.x
