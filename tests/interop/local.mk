# SPDX-License-Identifier: BSD-3-Clause
# Against rpcgen, libtirpc, rpcbind and rpcinfo of the system.
interop_scripts += \
	tests/interop/bridge.sh \
	tests/interop/broadcast.sh \
	tests/interop/orpcbind.sh \
	tests/interop/readers.sh \
	tests/interop/rpcbind.sh \
	tests/interop/tirpc.sh
EXTRA_DIST += \
	tests/interop/binder_lib.sh \
	tests/interop/bridge/baskets.x \
	tests/interop/bridge/bridge.h \
	tests/interop/bridge/calls.c \
	tests/interop/bridge/client.c \
	tests/interop/bridge/errors.c \
	tests/interop/bridge/hostile.c \
	tests/interop/bridge/server.c \
	tests/interop/interop_lib.sh \
	tests/interop/orpc_client.c \
	tests/interop/orpc_server.c \
	tests/interop/tirpc_client.c \
	tests/interop/tirpc_server.c \
	tests/interop/types.x \
	tests/interop/values.h
