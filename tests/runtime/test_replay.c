/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The duplicate-request cache with a clock moved by hand: what is the same
 * call, when it is forgotten, who pays when it is full.
 */
#include "tests/lib/test.h"

#include <oxdr/error.h>

#include "runtime/proto/digest.h"
#include "runtime/proto/replay.h"
#include "xdr/base.h"

#define SECOND INT64_C(1000000000)

struct fixture {
	struct orpc_i_replay cache;
	struct test_clock clock;
};

static const struct orpc_i_replay_key a_call = { 7, 100, 1, 2, 11, 12, 40 };

static int
setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	assert_int_equal(orpc_i_replay_init(&f.cache, NULL, NULL, 42), 0);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	orpc_i_replay_fini(&f->cache);
	return 0;
}

/* What a call is now; a new one is ended at once with the given reply. */
static int
call_with(struct fixture *f, struct orpc_i_replay_client *c,
    const struct orpc_i_replay_key *key, const void *reply, size_t n)
{
	struct orpc_i_replay_entry *entry;
	struct orpc_i_replay_reply kept;
	struct oxdr_piece piece = { reply, n };
	int r = orpc_i_replay_begin(&f->cache, c, key, f->clock.now_ns, &entry,
	    &kept);

	if (r == REPLAY_NEW)
		orpc_i_replay_end(&f->cache, entry, &piece, 1, false,
		    f->clock.now_ns);
	return r;
}

static int
call(struct fixture *f, struct orpc_i_replay_client *c, uint32_t xid)
{
	struct orpc_i_replay_key key = a_call;

	key.xid = xid;
	return call_with(f, c, &key, "reply", 5);
}

static void
test_answer_is_kept(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, NULL, 0);
	struct orpc_i_replay_entry *entry;
	struct orpc_i_replay_reply reply;
	struct oxdr_piece pieces[] = { { "one, ", 5 }, { "two", 3 } };

	assert_int_equal(orpc_i_replay_begin(&f->cache, c, &a_call, 0, &entry,
	    &reply), REPLAY_NEW);
	for (int i = 0; i < 100; i++)
		assert_int_equal(orpc_i_replay_begin(&f->cache, c, &a_call, 0,
		    &entry, &reply), REPLAY_RUNNING);
	orpc_i_replay_end(&f->cache, entry, pieces, 2, false, 0);
	assert_int_equal(orpc_i_replay_begin(&f->cache, c, &a_call, 0, &entry,
	    &reply), REPLAY_ANSWER);
	assert_int_equal(reply.n, 8);
	assert_memory_equal(reply.bytes, "one, two", 8);
	assert_int_equal(f->cache.counts.answered, 1);
	assert_int_equal(f->cache.counts.dropped_running, 100);
	orpc_i_replay_close(&f->cache, c);
	assert_int_equal(f->cache.counts.entries, 0);
	assert_int_equal(f->cache.counts.bytes, 0);
}

/* A call that differs in anything runs. */
static void
test_no_false_hit(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);
	struct orpc_i_replay_client *d = orpc_i_replay_open(&f->cache, "b", 1);
	struct orpc_i_replay_key others[7];

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		others[i] = a_call;
	others[0].xid++;
	others[1].program++;
	others[2].version++;
	others[3].procedure++;
	others[4].identity++;
	others[5].args++;
	others[6].args_bytes++;
	assert_int_equal(call_with(f, c, &a_call, "r", 1), REPLAY_NEW);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_int_equal(call_with(f, c, &others[i], "r", 1),
		    REPLAY_NEW);
	assert_int_equal(call_with(f, d, &a_call, "r", 1), REPLAY_NEW);
	assert_int_equal(call_with(f, c, &a_call, "r", 1), REPLAY_ANSWER);
	orpc_i_replay_close(&f->cache, c);
	orpc_i_replay_close(&f->cache, d);
}

static void
test_ends_after_the_window(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);

	assert_int_equal(call(f, c, 1), REPLAY_NEW);
	f->clock.now_ns = 60 * SECOND;
	assert_int_equal(call(f, c, 2), REPLAY_NEW);
	f->clock.now_ns = 120 * SECOND - 1;
	assert_int_equal(call(f, c, 1), REPLAY_ANSWER);
	f->clock.now_ns = 120 * SECOND;
	assert_int_equal(orpc_i_replay_expire(&f->cache, f->clock.now_ns),
	    180 * SECOND);
	assert_int_equal(call(f, c, 1), REPLAY_NEW);
	assert_int_equal(call(f, c, 2), REPLAY_ANSWER);
	f->clock.now_ns = 240 * SECOND;
	assert_int_equal(orpc_i_replay_expire(&f->cache, f->clock.now_ns),
	    INT64_MAX);
	assert_int_equal(f->cache.counts.entries, 0);
	orpc_i_replay_close(&f->cache, c);
	assert_int_equal(f->cache.counts.clients, 0);
}

/* Expired entries are taken away a few at a time, but none is ever a hit. */
static void
test_old_is_no_hit(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);

	for (uint32_t xid = 0; xid < 500; xid++)
		assert_int_equal(call(f, c, xid), REPLAY_NEW);
	f->clock.now_ns = 121 * SECOND;
	assert_int_equal(call(f, c, 499), REPLAY_NEW);
	assert_int_equal(call(f, c, 499), REPLAY_ANSWER);
	orpc_i_replay_close(&f->cache, c);
}

static void
test_running_outlives_everything(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);
	struct orpc_i_replay_entry *entry, *other;
	struct orpc_i_replay_reply reply;

	assert_int_equal(orpc_i_replay_begin(&f->cache, c, &a_call, 0, &entry,
	    &reply), REPLAY_NEW);
	for (uint32_t xid = 1000; xid < 4000; xid++)
		assert_int_equal(call(f, c, xid), REPLAY_NEW);
	f->clock.now_ns = 1000 * SECOND;
	assert_int_equal(orpc_i_replay_begin(&f->cache, c, &a_call,
	    f->clock.now_ns, &other, &reply), REPLAY_RUNNING);
	orpc_i_replay_forget(&f->cache, entry);
	assert_int_equal(call_with(f, c, &a_call, "r", 1), REPLAY_NEW);
	orpc_i_replay_close(&f->cache, c);
}

static void
test_1024_of_a_client(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);

	for (uint32_t xid = 1; xid <= 1024; xid++)
		assert_int_equal(call(f, c, xid), REPLAY_NEW);
	for (uint32_t xid = 1; xid <= 1024; xid++)
		assert_int_equal(call(f, c, xid), REPLAY_ANSWER);
	assert_int_equal(call(f, c, 1025), REPLAY_NEW);
	assert_int_equal(f->cache.counts.entries, 1024);
	assert_int_equal(call(f, c, 2), REPLAY_ANSWER);
	assert_int_equal(call(f, c, 1), REPLAY_NEW);
	assert_int_equal(f->cache.counts.evicted, 0);
	orpc_i_replay_close(&f->cache, c);
}

/* Nobody pushes out one who holds less. */
static void
test_who_holds_most_pays(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *victim, *greedy;

	f->cache.limits.entries = 100;
	victim = orpc_i_replay_open(&f->cache, "victim", 6);
	greedy = orpc_i_replay_open(&f->cache, "greedy", 6);
	for (uint32_t xid = 0; xid < 10; xid++)
		assert_int_equal(call(f, victim, xid), REPLAY_NEW);
	for (uint32_t xid = 0; xid < 1000; xid++)
		assert_int_equal(call(f, greedy, xid), REPLAY_NEW);
	for (uint32_t xid = 0; xid < 10; xid++)
		assert_int_equal(call(f, victim, xid), REPLAY_ANSWER);
	assert_int_equal(f->cache.counts.entries, 100);
	assert_int_equal(f->cache.counts.evicted, 910);
	orpc_i_replay_close(&f->cache, victim);
	orpc_i_replay_close(&f->cache, greedy);
}

static void
test_bytes_are_bounded(void **state)
{
	static const uint8_t large[4096];
	struct fixture *f = *state;
	struct orpc_i_replay_client *small, *greedy;
	struct orpc_i_replay_key key = a_call;

	f->cache.limits.bytes = 65536;
	small = orpc_i_replay_open(&f->cache, "small", 5);
	greedy = orpc_i_replay_open(&f->cache, "greedy", 6);
	for (uint32_t xid = 0; xid < 20; xid++)
		assert_int_equal(call(f, small, xid), REPLAY_NEW);
	for (key.xid = 0; key.xid < 100; key.xid++) {
		assert_int_equal(call_with(f, greedy, &key, large,
		    sizeof(large)), REPLAY_NEW);
		assert_true(f->cache.counts.bytes <= 65536);
	}
	for (uint32_t xid = 0; xid < 20; xid++)
		assert_int_equal(call(f, small, xid), REPLAY_ANSWER);
	orpc_i_replay_close(&f->cache, small);
	orpc_i_replay_close(&f->cache, greedy);
}

static void
test_large_reply_is_lost_not_run(void **state)
{
	static const uint8_t large[65537];
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);

	assert_int_equal(call_with(f, c, &a_call, large, 65537), REPLAY_NEW);
	assert_int_equal(call_with(f, c, &a_call, large, 65537), REPLAY_LOST);
	assert_int_equal(f->cache.counts.oversized, 1);
	assert_int_equal(f->cache.counts.dropped_lost, 1);
	orpc_i_replay_close(&f->cache, c);
}

static void
test_all_running_is_refused(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, "a", 1);
	struct orpc_i_replay_entry *entry[4], *none;
	struct orpc_i_replay_reply reply;
	struct orpc_i_replay_key key = a_call;

	f->cache.limits.entries = 4;
	for (key.xid = 0; key.xid < 4; key.xid++)
		assert_int_equal(orpc_i_replay_begin(&f->cache, c, &key, 0,
		    &entry[key.xid], &reply), REPLAY_NEW);
	assert_int_equal(orpc_i_replay_begin(&f->cache, c, &key, 0, &none,
	    &reply), -OXDR_E_LIMIT);
	assert_int_equal(f->cache.counts.refused, 1);
	orpc_i_replay_forget(&f->cache, entry[1]);
	assert_int_equal(call_with(f, c, &key, "r", 1), REPLAY_NEW);
	orpc_i_replay_forget(&f->cache, entry[0]);
	orpc_i_replay_end(&f->cache, entry[2], NULL, 0, false, 0);
	orpc_i_replay_end(&f->cache, entry[3], NULL, 0, false, 0);
	orpc_i_replay_close(&f->cache, c);
}

/* A connection takes its entries along; a running call ends later. */
static void
test_connection_closes(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c = orpc_i_replay_open(&f->cache, NULL, 0);
	struct orpc_i_replay_entry *entry;
	struct orpc_i_replay_reply reply;
	struct oxdr_piece piece = { "r", 1 };

	assert_int_equal(call(f, c, 1), REPLAY_NEW);
	assert_int_equal(orpc_i_replay_begin(&f->cache, c, &a_call, 0, &entry,
	    &reply), REPLAY_NEW);
	orpc_i_replay_close(&f->cache, c);
	assert_int_equal(f->cache.counts.entries, 1);
	orpc_i_replay_end(&f->cache, entry, &piece, 1, false, 0);
	assert_int_equal(f->cache.counts.entries, 0);
	assert_int_equal(f->cache.counts.clients, 0);
}

/* An address is known again as long as it has entries, and no longer. */
static void
test_address_comes_back(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c;

	c = orpc_i_replay_open(&f->cache, "10.0.0.1", 8);
	assert_int_equal(call(f, c, 1), REPLAY_NEW);
	orpc_i_replay_close(&f->cache, c);
	assert_int_equal(f->cache.counts.clients, 1);
	c = orpc_i_replay_open(&f->cache, "10.0.0.1", 8);
	assert_int_equal(call(f, c, 1), REPLAY_ANSWER);
	orpc_i_replay_close(&f->cache, c);
	orpc_i_replay_expire(&f->cache, 500 * SECOND);
	assert_int_equal(f->cache.counts.clients, 0);
}

static void
test_many_addresses(void **state)
{
	struct fixture *f = *state;
	struct orpc_i_replay_client *c;

	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			c = orpc_i_replay_open(&f->cache, &i, sizeof(i));
			assert_int_equal(call(f, c, 1),
			    round ? REPLAY_ANSWER : REPLAY_NEW);
			orpc_i_replay_close(&f->cache, c);
		}
	assert_int_equal(f->cache.counts.clients, 5000);
}

/* A secret reply is overwritten when its entry ends. */
static void *plain_alloc(void *ctx, size_t n);
static void watch_free(void *ctx, void *mem, size_t n);
static struct watched {
	const uint8_t *mem;
	bool was_clear;
} watched;
static const struct oxdr_allocator watching = { plain_alloc, watch_free, NULL };

static void *
plain_alloc(void *ctx, size_t n)
{
	(void)ctx;
	return test_malloc(n);
}

static void
watch_free(void *ctx, void *mem, size_t n)
{
	(void)ctx;
	if (mem == watched.mem)
		watched.was_clear = !memmem(mem, n, "secret", 6);
	test_free(mem);
}

static void
test_secret_is_wiped(void **state)
{
	static const char text[] = "a secret a secret a secret";
	struct orpc_i_replay cache;
	struct orpc_i_replay_client *c;
	struct orpc_i_replay_entry *entry;
	struct orpc_i_replay_reply reply;
	struct oxdr_piece piece = { text, sizeof(text) };

	(void)state;
	assert_int_equal(orpc_i_replay_init(&cache, NULL, &watching, 1), 0);
	c = orpc_i_replay_open(&cache, NULL, 0);
	assert_int_equal(orpc_i_replay_begin(&cache, c, &a_call, 0, &entry,
	    &reply), REPLAY_NEW);
	orpc_i_replay_end(&cache, entry, &piece, 1, true, 0);
	assert_int_equal(orpc_i_replay_begin(&cache, c, &a_call, 0, &entry,
	    &reply), REPLAY_ANSWER);
	assert_true(reply.secret);
	watched.mem = reply.bytes;
	orpc_i_replay_close(&cache, c);
	orpc_i_replay_trim(&cache);
	assert_true(watched.was_clear);
	orpc_i_replay_fini(&cache);
}

/* In the steady state nothing is taken from the allocator. */
static void
test_steady_state(void **state)
{
	struct test_alloc a;
	struct fixture f = { 0 };
	struct orpc_i_replay_client *c;
	size_t before;

	(void)state;
	test_alloc_init(&a);
	assert_int_equal(orpc_i_replay_init(&f.cache, NULL, &a.hooks, 9), 0);
	c = orpc_i_replay_open(&f.cache, NULL, 0);
	for (uint32_t xid = 0; xid < 2000; xid++)
		assert_int_equal(call(&f, c, xid), REPLAY_NEW);
	before = a.requests;
	for (uint32_t xid = 2000; xid < 20000; xid++)
		assert_int_equal(call(&f, c, xid), REPLAY_NEW);
	assert_int_equal(a.requests, before);
	orpc_i_replay_close(&f.cache, c);
	orpc_i_replay_fini(&f.cache);
	test_alloc_empty(&a);
}

static bool
one_without_memory(struct test_alloc *a, void *ctx)
{
	struct fixture f = { 0 };
	struct orpc_i_replay_client *c;
	bool ok = true;

	(void)ctx;
	if (orpc_i_replay_init(&f.cache, NULL, &a->hooks, 9))
		return false;
	for (uint32_t name = 0; name < 70; name++) {
		size_t lost = (size_t)f.cache.counts.oversized;
		size_t before = a->requests;

		c = orpc_i_replay_open(&f.cache, &name, sizeof(name));
		if (!c) {
			ok = false;
			continue;
		}
		ok = call(&f, c, 1) == REPLAY_NEW && ok;
		ok = ok && f.cache.counts.oversized == lost;
		orpc_i_replay_close(&f.cache, c);
		/* A table that could not grow is no failure: it works on. */
		if (a->fail_at > before && a->fail_at <= a->requests)
			ok = false;
	}
	orpc_i_replay_fini(&f.cache);
	return ok;
}

static void
test_no_memory(void **state)
{
	(void)state;
	test_alloc_each(one_without_memory, NULL);
}

/* Every bit of the bytes and their number make a difference. */
static void
test_digest(void **state)
{
	uint8_t bytes[100] = { 0 };
	uint64_t seen[200];
	size_t n = 0;

	(void)state;
	for (size_t len = 0; len < 100; len++)
		seen[n++] = orpc_i_digest(3, bytes, len);
	for (size_t i = 0; i < 100; i++) {
		bytes[i] ^= (uint8_t)(1u << i % 8);
		seen[n++] = orpc_i_digest(3, bytes, sizeof(bytes));
		bytes[i] = 0;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	assert_true(orpc_i_digest(3, bytes, 9) != orpc_i_digest(4, bytes, 9));
}

#define CACHE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CACHE_TEST(test_answer_is_kept),
		CACHE_TEST(test_no_false_hit),
		CACHE_TEST(test_ends_after_the_window),
		CACHE_TEST(test_old_is_no_hit),
		CACHE_TEST(test_running_outlives_everything),
		CACHE_TEST(test_1024_of_a_client),
		CACHE_TEST(test_who_holds_most_pays),
		CACHE_TEST(test_bytes_are_bounded),
		CACHE_TEST(test_large_reply_is_lost_not_run),
		CACHE_TEST(test_all_running_is_refused),
		CACHE_TEST(test_connection_closes),
		CACHE_TEST(test_address_comes_back),
		CACHE_TEST(test_many_addresses),
		cmocka_unit_test(test_secret_is_wiped),
		cmocka_unit_test(test_steady_state),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
