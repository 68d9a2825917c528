/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as readable text and as JSON, by type table.
 */
#ifndef OXDR_TEXT_H
#define OXDR_TEXT_H

#include <stddef.h>

#include <oxdr/mem.h>
#include <oxdr/type.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes n bytes of output; non-zero stops and is returned by the caller. */
typedef int oxdr_text_fn(void *ctx, const char *text, size_t n);

/*
 * Prints a value as text: `{x = 1, name = "a", kind = RED}`; secrets as ***.
 *
 * indent   0: one line; else members on lines of their own
 *
 * Returns 0, what emit returned, or -OXDR_E_... for a value that can't be
 * walked (-OXDR_E_DEPTH, _NULL, _UNION).
 */
int oxdr_text_put(const struct oxdr_type *type, const void *value,
    unsigned indent, oxdr_text_fn *emit, void *ctx);

#ifdef __cplusplus
}
#endif

#endif
