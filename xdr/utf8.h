/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UTF-8 (RFC 3629).
 */
#ifndef OXDR_UTF8_H
#define OXDR_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed character at the start of n bytes: 1 to 4, or 0
 * when there is none (overlong forms, surrogates, above U+10FFFF, cut off). */
size_t oxdr_i_utf8_char(const char *text, size_t n);

/* Are all n bytes well-formed? */
int oxdr_i_utf8_valid(const char *text, size_t n);

/* Writes a code point up to U+10FFFF, no surrogate: 1 to 4 bytes. */
size_t oxdr_i_utf8_put(uint32_t code, char out[4]);

#endif
