/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Generated code against the table-driven codec, as values.c, but from the
 * other end.  Includes the fuzz target that idlc writes for a schema, as
 * TARGETS.
 *
 *	messages SEED ROUNDS
 *
 * Makes random messages by the table, and random damage to them.  Both codecs
 * must accept the same ones, take as many bytes and as much of the memory
 * budget, and give equal values; each must write the same bytes for either
 * value, those that were read; size, copy, equality and JSON must agree.
 * Ends with status 1 and a message when they don't.
 */
#include TARGETS

#include <stdio.h>

#include <oxdr/json.h>

#include "tests/lib/random.h"
#include "tests/same/wire.h"

#define ROOM ((size_t)1 << 16)

static const struct oxdr_fuzz_target *now;
static const char *what = "";
static uint64_t damage_seed;

static void
fail(const char *why)
{
	fprintf(stderr, "%s, %s: %s\n", now->type->name, what, why);
	exit(1);
}

#define MUST(holds) do { if (!(holds)) fail(#holds); } while (0)

/* What one codec made of a message. */
struct reading {
	int result;
	size_t used;
	size_t budget;
	void *value;
};

static void
read_message(struct reading *g, struct oxdr_arena *arena, int by_table,
    const uint8_t *bytes, size_t n)
{
	struct oxdr_reader r;

	g->value = calloc(1, now->type->size + 1);
	if (!g->value)
		abort();
	oxdr_reader_init(&r, bytes, n);
	g->result = by_table ?
	    oxdr_get_value(&r, arena, now->type, g->value) :
	    now->get(&r, arena, g->value);
	g->used = oxdr_reader_offset(&r);
	g->budget = r.budget;
	if (!g->result)
		MUST(r.depth == 0 && r.flags == 0);
}

/* Both codecs write `value` as n bytes. */
static void
check_writing(const void *value, const uint8_t *bytes, size_t n)
{
	uint8_t *out = malloc(n + 1);
	struct oxdr_writer w;

	if (!out)
		abort();
	oxdr_writer_init_fixed(&w, out, n);
	MUST(now->put(&w, value) == 0);
	MUST(oxdr_writer_size(&w) == n && memcmp(out, bytes, n) == 0);
	memset(out, 0xa5, n);
	oxdr_writer_init_fixed(&w, out, n);
	MUST(oxdr_put_value(&w, now->type, value) == 0);
	MUST(oxdr_writer_size(&w) == n && memcmp(out, bytes, n) == 0);
	/* Growing, by many chunks. */
	oxdr_writer_init(&w, NULL, n);
	w.next_chunk = 64;
	MUST(now->put(&w, value) == 0);
	MUST(oxdr_writer_copy(&w, out, n) == 0 && memcmp(out, bytes, n) == 0);
	oxdr_writer_fini(&w);
	if (n) {
		oxdr_writer_init_fixed(&w, out, n - 1);
		MUST(now->put(&w, value) == -OXDR_E_LIMIT);
	}
	MUST(oxdr_value_size(now->type, value) == n);
	MUST(n >= now->type->wire_min && n <= now->type->wire_max);
	free(out);
}

struct text {
	char *text;
	size_t n;
};

static int
text_take(void *ctx, const char *text, size_t n)
{
	struct text *t = ctx;

	t->text = realloc(t->text, t->n + n);
	if (!t->text)
		abort();
	memcpy(t->text + t->n, text, n);
	t->n += n;
	return 0;
}

static void
check_copies(struct oxdr_arena *arena, const void *value)
{
	const struct oxdr_json_options o = { .flags = OXDR_JSON_SECRETS };
	void *copy = calloc(2, now->type->size + 1);
	void *again = (char *)copy + now->type->size;
	struct text t = { NULL, 0 };
	int e;

	MUST(oxdr_value_copy(arena, now->type, value, copy) == 0);
	MUST(oxdr_value_equal(now->type, value, copy) == 1);
	MUST(oxdr_json_put(now->type, value, &o, text_take, &t) == 0);
	again = calloc(1, now->type->size + 1);
	e = oxdr_json_get(now->type, t.text, t.n, NULL, arena, again, NULL);
	MUST(e == 0 || e == -OXDR_E_DEPTH);
	if (!e)
		MUST(oxdr_value_equal(now->type, value, again) == 1);
	free(t.text);
	free(again);
	free(copy);
}

static int
try_message(const uint8_t *bytes, size_t n)
{
	struct oxdr_arena arena = { 0 };
	struct reading code, table;

	read_message(&code, &arena, 0, bytes, n);
	read_message(&table, &arena, 1, bytes, n);
	MUST((code.result == 0) == (table.result == 0));
	if (!code.result) {
		MUST(code.used == table.used);
		MUST(code.budget == table.budget);
		MUST(oxdr_value_equal(now->type, code.value, table.value)
		    == 1);
		check_writing(code.value, bytes, code.used);
		check_writing(table.value, bytes, code.used);
		check_copies(&arena, code.value);
	}
	MUST(arena.used <= 2 * OXDR_BUDGET);
	free(code.value);
	free(table.value);
	oxdr_arena_fini(&arena);
	return code.result;
}

/* The same message from memory of exactly its size, so that a sanitizer sees
 * the first byte read behind it. */
static int
try_exactly(const uint8_t *bytes, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);
	int result;

	if (!exact)
		abort();
	memcpy(exact, bytes, n);
	result = try_message(exact, n);
	free(exact);
	return result;
}

static void
damage(uint8_t *bytes, size_t n)
{
	static const uint32_t words[] = { 0, 1, 2, 3, 5, 0x7fffffff,
		0x80000000, 0xffffffff, 0x40000000, 0xfffffffd };
	uint64_t random = test_random(&damage_seed);
	size_t at = (size_t)(random >> 16) % n;

	if (random & 1 || n < 4)
		bytes[at] = (uint8_t)(random >> 8);
	else
		oxdr_store_u32(bytes + (at & ~(size_t)3) % (n - 3),
		    words[(random >> 1) % 10]);
}

static void
one_message(uint64_t *seed)
{
	static uint8_t bytes[ROOM], bad[ROOM];
	struct oxdr_writer w;
	size_t n;

	oxdr_writer_init_fixed(&w, bytes, ROOM - 64);
	if (wire_random(&w, now->type, seed, 6))
		return;		/* it grew too long */
	n = oxdr_writer_size(&w);
	memset(bytes + n, 0, 64);
	what = "a good message";
	MUST(try_exactly(bytes, n) == 0);
	what = "a good message and bytes behind it";
	MUST(try_exactly(bytes, n + 64) == 0);
	what = "a message cut short";
	for (size_t cut = 0; cut < n; cut += 1 + n / 16)
		MUST(try_exactly(bytes, cut) != 0);
	what = "a damaged message";
	for (int i = 0; i < 16 && n; i++) {
		memcpy(bad, bytes, n);
		damage(bad, n);
		try_exactly(bad, n);
	}
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;

	damage_seed = seed + 1;
	for (now = oxdr_fuzz_targets; now->type; now++)
		for (unsigned long i = 0; i < rounds; i++)
			one_message(&seed);
	return 0;
}
