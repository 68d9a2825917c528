# SPDX-License-Identifier: BSD-3-Clause
# The drop-in dialect, next to rpcgen itself.

idlc_scripts += \
	tests/rpcgen/calls.sh \
	tests/rpcgen/command.sh \
	tests/rpcgen/compiles.sh \
	tests/rpcgen/same.sh \
	tests/rpcgen/wire.sh
EXTRA_DIST += \
	tests/rpcgen/calls/as_inetd.c \
	tests/rpcgen/calls/calls.x \
	tests/rpcgen/calls/client.c \
	tests/rpcgen/calls/expected.txt \
	tests/rpcgen/calls/modes.h \
	tests/rpcgen/calls/service.c \
	tests/rpcgen/codec_dump.c \
	tests/rpcgen/lib.sh \
	tests/rpcgen/x/places.x \
	tests/rpcgen/x/several.x \
	tests/rpcgen/x/types.x
