/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ORPC_TESTS_FUZZ_H
#define ORPC_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * An entry point: does with n bytes what our code does with bytes from
 * strangers.  Aborts when something does not hold; returns 0.  libFuzzer's
 * name and type.
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#endif
