# SPDX-License-Identifier: BSD-3-Clause
include tests/bench/codec/local.mk
include tests/bench/rpc/local.mk
include tests/bench/idlc/local.mk
