# SPDX-License-Identifier: BSD-3-Clause
# Against rpcgen, libtirpc, rpcbind and rpcinfo of the system.
interop_scripts += \
	tests/interop/broadcast.sh \
	tests/interop/orpcbind.sh \
	tests/interop/readers.sh \
	tests/interop/rpcbind.sh \
	tests/interop/tirpc.sh
EXTRA_DIST += \
	tests/interop/binder_lib.sh \
	tests/interop/interop_lib.sh \
	tests/interop/orpc_client.c \
	tests/interop/orpc_server.c \
	tests/interop/tirpc_client.c \
	tests/interop/tirpc_server.c \
	tests/interop/types.x \
	tests/interop/values.h
