/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The record parser: every split of a stream gives the same records, limits
 * hold, memory follows what arrived, and records that lie in one piece are
 * not copied.
 */
#include <stdlib.h>

#include "runtime/proto/record.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

static const struct orpc_i_record_limits plain = { .max_bytes = 1 << 20,
	.max_fragments = 100 };

/* What the parser found, as text: "abc|de|" */
struct found {
	char text[256];
	size_t n;
};

static void
found_add(struct found *f, const struct orpc_i_record *r)
{
	assert_true(f->n + r->body_n + 2 <= sizeof(f->text));
	memcpy(f->text + f->n, r->body, r->body_n);
	f->n += r->body_n;
	f->text[f->n++] = '|';
	f->text[f->n] = '\0';
}

static int
feed_all(struct orpc_i_record *r, const uint8_t *bytes, size_t n,
    struct found *f)
{
	while (n > 0) {
		size_t used;
		int result = orpc_i_record_feed(r, bytes, n, &used);

		if (result < 0)
			return result;
		if (result == ORPC_I_RECORD_WHOLE)
			found_add(f, r);
		else
			assert_int_equal(used, n);
		assert_true(used <= n);
		bytes += used;
		n -= used;
	}
	return 0;
}

static const struct {
	const char *hex, *want;
} streams[] = {
	{ "80000003 616263", "abc|" },
	{ "80000003 616263 80000002 6465", "abc|de|" },
	{ "00000001 61 80000002 6263", "abc|" },
	{ "00000001 61 00000001 62 80000001 63 80000001 64", "abc|d|" },
	{ "00000000 80000002 6162", "ab|" },
	{ "00000000 00000000 00000001 61 00000000 80000000 80000001 62",
	    "a|b|" },
	{ "80000000", "|" },
	{ "80000000 80000000 80000001 61", "||a|" },
	{ "00000002 6162 80000000 80000001 63", "ab|c|" },
};

/* Two cuts, at every pair of places, and byte by byte. */
static void
any_split_will_do(void **state)
{
	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(streams); s++) {
		uint8_t bytes[64];
		size_t n = test_hex(streams[s].hex, bytes, sizeof(bytes));

		for (size_t a = 0; a <= n; a++)
			for (size_t b = a; b <= n; b++) {
				struct found f = { .n = 0 };
				struct orpc_i_record r;

				orpc_i_record_init(&r, &plain);
				feed_all(&r, bytes, a, &f);
				feed_all(&r, bytes + a, b - a, &f);
				feed_all(&r, bytes + b, n - b, &f);
				assert_string_equal(f.text, streams[s].want);
				assert_false(orpc_i_record_is_partial(&r));
				orpc_i_record_fini(&r);
			}
		struct found f = { .n = 0 };
		struct orpc_i_record r;

		orpc_i_record_init(&r, &plain);
		for (size_t i = 0; i < n; i++)
			feed_all(&r, bytes + i, 1, &f);
		assert_string_equal(f.text, streams[s].want);
		orpc_i_record_fini(&r);
	}
}

static void
partial_is_known(void **state)
{
	static const uint8_t bytes[] = { 0x80, 0, 0, 2, 'a', 'b' };
	struct orpc_i_record r;
	size_t used;

	(void)state;
	orpc_i_record_init(&r, &plain);
	assert_false(orpc_i_record_is_partial(&r));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		assert_int_equal(orpc_i_record_feed(&r, bytes + i, 1, &used),
		    i == sizeof(bytes) - 1 ? ORPC_I_RECORD_WHOLE : 0);
		assert_int_equal(orpc_i_record_is_partial(&r),
		    i != sizeof(bytes) - 1);
	}
	orpc_i_record_feed(&r, bytes, 0, &used);
	assert_false(orpc_i_record_is_partial(&r));
	assert_null(r.buf);
	orpc_i_record_fini(&r);
}

static void
whole_records_are_not_copied(void **state)
{
	struct test_alloc a;
	struct orpc_i_record_limits limits = plain;
	uint8_t bytes[64];
	size_t n = test_hex("80000003 616263 00000000 80000002 6465 80000001",
	    bytes, sizeof(bytes)), used;
	struct orpc_i_record r;

	(void)state;
	test_alloc_init(&a);
	limits.allocator = &a.hooks;
	orpc_i_record_init(&r, &limits);
	assert_int_equal(orpc_i_record_feed(&r, bytes, n, &used),
	    ORPC_I_RECORD_WHOLE);
	assert_int_equal(used, 7);
	assert_ptr_equal(r.body, bytes + 4);
	assert_null(orpc_i_record_take(&r));
	assert_int_equal(orpc_i_record_feed(&r, bytes + 7, n - 7, &used),
	    ORPC_I_RECORD_WHOLE);
	assert_ptr_equal(r.body, bytes + 15);
	assert_int_equal(used, 10);
	/* A mark alone takes no memory either. */
	assert_int_equal(orpc_i_record_feed(&r, bytes + 17, n - 17, &used),
	    0);
	assert_int_equal(orpc_i_record_feed(&r, (const uint8_t *)"x", 1,
	    &used), ORPC_I_RECORD_WHOLE);
	assert_int_equal(a.requests, 0);
	orpc_i_record_fini(&r);
}

static void
limits_hold(void **state)
{
	static const struct {
		const char *hex;
		size_t max_bytes;
		uint32_t max_fragments;
		int result;
	} cases[] = {
		{ "80000009", 8, 9, -OXDR_E_LIMIT },
		{ "80000008", 8, 9, 0 },
		{ "ffffffff", 1 << 20, 9, -OXDR_E_LIMIT },
		{ "7fffffff", SIZE_MAX, 9, 0 },
		{ "00000005 6162636465 80000004", 8, 9, -OXDR_E_LIMIT },
		{ "00000005 6162636465 80000003", 8, 9, 0 },
		{ "00000000 00000000 00000000", 8, 2, -OXDR_E_LIMIT },
		{ "00000000 80000000 00000000 80000000", 8, 2, 0 },
		{ "00000001 61 00000001 62 80000000", 8, 2, -OXDR_E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct orpc_i_record_limits limits = {
			.max_bytes = cases[i].max_bytes,
			.max_fragments = cases[i].max_fragments };
		struct found f = { .n = 0 };
		struct orpc_i_record r;
		uint8_t bytes[64];
		size_t n = test_hex(cases[i].hex, bytes, sizeof(bytes));

		orpc_i_record_init(&r, &limits);
		assert_int_equal(feed_all(&r, bytes, n, &f),
		    cases[i].result);
		orpc_i_record_fini(&r);
	}
}

/* A mark that promises a gigabyte, then a few bytes: they cost a few. */
static void
memory_follows_what_arrived(void **state)
{
	static const uint8_t mark[] = { 0xbf, 0xff, 0xff, 0xff };
	struct orpc_i_budget budget = { .limit = SIZE_MAX };
	struct orpc_i_record_limits limits = { .max_bytes = SIZE_MAX,
	    .max_fragments = 9, .budget = &budget };
	uint8_t junk[1000] = { 0 };
	struct orpc_i_record r;
	size_t used, sent = 0;

	(void)state;
	orpc_i_record_init(&r, &limits);
	assert_int_equal(orpc_i_record_feed(&r, mark, 4, &used), 0);
	assert_int_equal(budget.used, 0);
	while (sent < 1000000) {
		assert_int_equal(orpc_i_record_feed(&r, junk, sizeof(junk),
		    &used), 0);
		sent += sizeof(junk);
		assert_true(budget.used <= 2 * sent + 1024);
	}
	orpc_i_record_fini(&r);
	assert_int_equal(budget.used, 0);
}

static void
large_records_are_read_in_place(void **state)
{
	const size_t size = 300000;
	struct orpc_i_record r;
	struct orpc_i_buf *buf;
	uint8_t *bytes = malloc(size + 4);
	size_t used, at;
	int result;

	(void)state;
	orpc_i_mark_store(bytes, size);
	for (size_t i = 0; i < size; i++)
		bytes[4 + i] = (uint8_t)(i * 7);
	orpc_i_record_init(&r, &plain);
	result = orpc_i_record_feed(&r, bytes, 20000, &used);
	at = used;
	while (result == 0) {
		uint8_t *room;
		size_t n;

		assert_int_equal(orpc_i_record_room(&r, &room, &n), 0);
		assert_true(n > 0 && n <= at && n <= size + 4 - at);
		memcpy(room, bytes + at, n);
		result = orpc_i_record_filled(&r, n);
		at += n;
	}
	assert_int_equal(result, ORPC_I_RECORD_WHOLE);
	assert_int_equal(at, size + 4);
	buf = orpc_i_record_take(&r);
	assert_non_null(buf);
	assert_int_equal(r.body_n, size);
	assert_memory_equal(r.body, bytes + 4, size);
	assert_memory_equal(buf->bytes, bytes + 4, size);
	assert_int_equal(buf->size, size);
	orpc_i_record_feed(&r, bytes, 0, &used);
	orpc_i_buf_unref(buf);
	orpc_i_record_fini(&r);
	free(bytes);
}

static void
budget_is_shared(void **state)
{
	struct orpc_i_budget budget = { .limit = 4096 };
	struct orpc_i_record_limits limits = { .max_bytes = 1 << 20,
	    .max_fragments = 9, .budget = &budget };
	uint8_t bytes[3004] = { 0x80, 0, 0xff, 0 };
	struct orpc_i_record a, b;
	size_t used;

	(void)state;
	orpc_i_record_init(&a, &limits);
	orpc_i_record_init(&b, &limits);
	assert_int_equal(orpc_i_record_feed(&a, bytes, sizeof(bytes), &used),
	    0);
	assert_int_equal(orpc_i_record_feed(&b, bytes, sizeof(bytes), &used),
	    -OXDR_E_LIMIT);
	orpc_i_record_fini(&a);
	orpc_i_record_fini(&b);
	assert_int_equal(budget.used, 0);
}

static bool
assemble(struct test_alloc *a, void *ctx)
{
	struct orpc_i_record_limits limits = plain;
	uint8_t bytes[5000] = { 0x80, 0, 0x13, 0x84 };
	struct orpc_i_record r;
	size_t used = 0, at = 0;
	int result = 0;

	(void)ctx;
	limits.allocator = &a->hooks;
	orpc_i_record_init(&r, &limits);
	for (at = 0; at < sizeof(bytes) && result == 0; at += used)
		result = orpc_i_record_feed(&r, bytes + at, 100, &used);
	assert_true(result == ORPC_I_RECORD_WHOLE || result == -OXDR_E_NOMEM);
	orpc_i_record_fini(&r);
	return result == ORPC_I_RECORD_WHOLE;
}

static void
each_allocation_fails(void **state)
{
	(void)state;
	test_alloc_each(assemble, NULL);
}

/* Random fragments, random splits. */
static void
random_streams(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		uint8_t bytes[2000];
		size_t n = 0, n_records = 0, want_bytes = 0, got = 0, at = 0;
		size_t got_bytes = 0;
		struct orpc_i_record r;

		while (n < 1000) {
			size_t len = test_random(&seed) % 200;
			bool last = test_random(&seed) % 3 == 0;

			if (n + 4 + len > sizeof(bytes) - 8)
				break;
			oxdr_store_u32(bytes + n, (last ? ORPC_I_MARK_LAST :
			    0) | (uint32_t)len);
			memset(bytes + n + 4, (int)n, len);
			n += 4 + len;
			want_bytes += len;
			n_records += last;
		}
		oxdr_store_u32(bytes + n, ORPC_I_MARK_LAST);
		n += 4;
		n_records++;
		orpc_i_record_init(&r, &plain);
		while (at < n) {
			size_t take = test_random(&seed) % 90 + 1, used;
			int result;

			if (take > n - at)
				take = n - at;
			result = orpc_i_record_feed(&r, bytes + at, take,
			    &used);
			assert_true(result >= 0);
			at += used;
			if (result == ORPC_I_RECORD_WHOLE) {
				got++;
				got_bytes += r.body_n;
			}
		}
		assert_int_equal(got, n_records);
		assert_int_equal(got_bytes, want_bytes);
		orpc_i_record_fini(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_split_will_do),
		cmocka_unit_test(partial_is_known),
		cmocka_unit_test(whole_records_are_not_copied),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(memory_follows_what_arrived),
		cmocka_unit_test(large_records_are_read_in_place),
		cmocka_unit_test(budget_is_shared),
		cmocka_unit_test(each_allocation_fails),
		cmocka_unit_test(random_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
