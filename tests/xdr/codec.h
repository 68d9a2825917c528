/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decoding hexadecimal and encoding to it, for tests by table.
 */
#ifndef ORPC_TESTS_XDR_CODEC_H
#define ORPC_TESTS_XDR_CODEC_H

#include "tests/lib/test.h"
#include "tests/xdr/schema.h"

/* Decodes all of `hex` into out: a result code, -OXDR_E_TRAILING too.
 * Whatever it says, the arena is to be ended by the caller. */
static inline int
decode_hex(struct oxdr_arena *arena, const struct oxdr_type *type,
    const char *hex, uint32_t flags, void *out)
{
	uint8_t bytes[512];
	struct oxdr_reader r;
	int e;

	oxdr_reader_init(&r, bytes, test_hex(hex, bytes, sizeof(bytes)));
	r.flags = flags;
	e = oxdr_get_value(&r, arena, type, out);
	return e ? e : oxdr_reader_finish(&r);
}

/* What decoding `hex` says; the value is thrown away. */
static inline int
decode_result(const struct oxdr_type *type, const char *hex, uint32_t flags)
{
	struct oxdr_arena arena = { 0 };
	uint64_t out[64];
	int e;

	assert_true(type->size <= sizeof(out));
	e = decode_hex(&arena, type, hex, flags, out);
	oxdr_arena_fini(&arena);
	return e;
}

/* What encoding a value says; its bytes are thrown away. */
static inline int
encode_result(const struct oxdr_type *type, const void *value)
{
	struct oxdr_writer w;
	int e;

	oxdr_writer_init(&w, NULL, 1 << 20);
	e = oxdr_put_value(&w, type, value);
	oxdr_writer_fini(&w);
	return e;
}

/* Fails the test unless the value's bytes are `hex` and its size says so. */
static inline void
encode_check(const struct oxdr_type *type, const void *value, const char *hex)
{
	struct oxdr_writer w;
	uint8_t bytes[4096];
	size_t n;

	oxdr_writer_init(&w, NULL, sizeof(bytes));
	assert_int_equal(oxdr_put_value(&w, type, value), 0);
	n = oxdr_writer_size(&w);
	assert_int_equal(oxdr_writer_copy(&w, bytes, sizeof(bytes)), 0);
	oxdr_writer_fini(&w);
	test_bytes(bytes, n, hex);
	assert_int_equal(oxdr_value_size(type, value), n);
}

#endif
