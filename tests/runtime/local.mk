# SPDX-License-Identifier: BSD-3-Clause
runtime_tests += tests/runtime/test_holders
runtime_tests += tests/runtime/test_replay
