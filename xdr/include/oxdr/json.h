/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as JSON and back, by type table.
 *
 * Names are those of the .x file; every value has one canonical form.
 * Reading is a little more liberal than writing:
 *
 *	int, unsigned        number; also a decimal string, 1e3, 1.0
 *	hyper                decimal string; also a number
 *	float, double        shortest number, -0.0, "NaN", "Infinity",
 *	                     "-Infinity", other NaNs {"$hex": "7fc00001"}
 *	quadruple            string of 32 hexadecimal digits
 *	bool                 true, false
 *	enum                 identifier; a number if it has none
 *	opaque               lower-case hex string; also "base64:...", "hex:..."
 *	string               string; {"$hex": "..."} if it is not UTF-8
 *	arrays               array
 *	struct               object, members in any order
 *	union                object of discriminant and arm
 *	T *                  null or the value
 *	list                 (a struct that ends in an optional of itself,
 *	                     reached by pointer) array of its nodes
 */
#ifndef OXDR_JSON_H
#define OXDR_JSON_H

#include <stddef.h>
#include <stdint.h>

#include <oxdr/mem.h>
#include <oxdr/text.h>
#include <oxdr/type.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How it is written and read; NULL or zeros: canonical, the limits below. */
struct oxdr_json_options {
	uint32_t flags;
	unsigned indent;	/* writing; 0: one line */
	uint32_t max_depth;	/* reading: brackets; 0: OXDR_DEPTH_MAX */
	size_t max_bytes;	/* reading: of text; 0: 64 MiB */
	size_t max_elements;	/* reading: of all arrays and lists together;
				   0: 16 Mi */
};

/* options.flags */
#define OXDR_JSON_BASE64 1u	/* write opaque as "base64:..." */
#define OXDR_JSON_NESTED 2u	/* lists as nested objects, not as arrays */
#define OXDR_JSON_STRICT 4u	/* reading: numbers without name are no enum
				   values, unless it is open */
#define OXDR_JSON_DEFAULTS 8u	/* reading: members that are not there are
				   zero, "", empty */
#define OXDR_JSON_SECRETS 16u	/* write secrets; else they are "***" */

/*
 * Writes a value as JSON (RFC 8259), without a newline at the end.
 *
 * options   NULL: canonical
 *
 * Returns 0, what emit returned, or -OXDR_E_... for a value that can't be
 * walked (_NULL, _UNION, _DEPTH).
 */
int oxdr_json_put(const struct oxdr_type *type, const void *value,
    const struct oxdr_json_options *options, oxdr_text_fn *emit, void *ctx);

/*
 * What was wrong with a text.
 *
 * offset         of the byte, from 0
 * line, column   the same, from 1, column in bytes
 * pointer        of the value, as RFC 6901 has it; a long one begins "..."
 * text           such as "expected 'unsigned hyper' (decimal string), got
 *                boolean"
 */
struct oxdr_json_error {
	int code;
	size_t offset;
	size_t line;
	size_t column;
	char pointer[256];
	char text[160];
};

/*
 * Reads one JSON text of n bytes (need not be NUL-terminated) as a value of
 * the type.
 *
 * arena       takes what the value points to; its limit is the memory budget
 * out         type->size bytes; unspecified on failure, owns nothing
 * out_error   NULL, or filled in on failure
 *
 * Returns 0; -OXDR_E_SYNTAX: not JSON, or not of this type; _RANGE: a number
 * that does not fit; _ENUM, _UNION, _BOUND, _NUL; _LIMIT, _DEPTH; _NOMEM.
 * Threads: any.
 */
int oxdr_json_get(const struct oxdr_type *type, const char *text, size_t n,
    const struct oxdr_json_options *options, struct oxdr_arena *arena,
    void *out, struct oxdr_json_error *out_error);

#ifdef __cplusplus
}
#endif

#endif
