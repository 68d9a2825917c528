# SPDX-License-Identifier: BSD-3-Clause
include tests/bench/rpc/local.mk
