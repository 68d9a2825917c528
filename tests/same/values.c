/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Generated code against the table-driven codec.  Includes the fuzz target
 * that idlc writes for a schema, which lists every type with its put and get,
 * as TARGETS; then, for random values of each type:
 *
 *   both encode to the same bytes or both refuse;
 *   both decode those bytes, borrowing or not, to equal values;
 *   both take or both refuse bytes that were damaged, under any strictness.
 *
 * usage: values SEED ROUNDS
 */
#include TARGETS

#include <stdio.h>

#include <oxdr/text.h>

#include "tests/lib/random.h"

static uint64_t rng;
static int fuel;	/* what is left of a value's size */
static int poison;	/* one in so many parts is wrong; 0: none */
static struct oxdr_arena values;

static unsigned
below(unsigned n)
{
	return n ? (unsigned)(test_random(&rng) % n) : 0;
}

static int
is_poisoned(void)
{
	return poison && below((unsigned)poison) == 0;
}

static void *
take(size_t n)
{
	void *mem = oxdr_arena_take(&values, n ? n : 1, 16);

	if (!mem)
		abort();
	memset(mem, 0, n);
	return mem;
}

static void make(const struct oxdr_type *type, void *out);

static void
make_scalar(const struct oxdr_type *type, void *out)
{
	uint64_t bits = below(3) ? test_random(&rng) : below(3);

	memcpy(out, &bits, type->size < 8 ? type->size : 8);
	if (type->size == 16)
		memcpy((char *)out + 8, &bits, 8);
	if (type->kind == OXDR_BOOL)
		memset(out, (int)(bits & 1), 1);
}

static void
make_enum(const struct oxdr_type *type, void *out)
{
	int32_t value = type->values[below(type->n)].value;

	if (is_poisoned() || (type->flags & OXDR_TYPE_OPEN && below(2)))
		value = (int32_t)test_random(&rng);
	memcpy(out, &value, sizeof(value));
}

/* A length that the bound allows, or, poisoned, one too many. */
static uint32_t
make_length(uint32_t max, uint32_t each)
{
	uint32_t n = below(below(4) || each > 64 ? 6 : 300);

	if (fuel <= 0)
		n = 0;
	if (n > max)
		n = max;
	if (max < 1000 && is_poisoned())
		n = max + 1;
	fuel -= (int)n;
	return n;
}

static char *
make_bytes(uint32_t n, int text)
{
	char *bytes = take((size_t)n + 1);

	for (uint32_t i = 0; i < n; i++)
		bytes[i] = (char)(text ? 1 + below(255) : below(256));
	return bytes;
}

static void
make_variable(const struct oxdr_type *type, void *out)
{
	struct oxdr_var *var = out;
	uint32_t n = make_length(type->max,
	    type->elem ? type->elem->size : 1);

	var->len = n;
	var->val = NULL;
	if (n == 0 && below(2))
		return;
	if (is_poisoned())
		return;
	if (type->kind == OXDR_OPAQUE_VAR) {
		var->val = make_bytes(n, 0);
		return;
	}
	var->val = take((size_t)n * type->elem->size);
	for (uint32_t i = 0; i < n; i++)
		make(type->elem, (char *)var->val +
		    (size_t)i * type->elem->size);
}

static void
make_string(const struct oxdr_type *type, void *out)
{
	char *text = is_poisoned() ? NULL :
	    make_bytes(make_length(type->max, 1), 1);

	memcpy(out, &text, sizeof(text));
}

static void
make_optional(const struct oxdr_type *type, void *out)
{
	void *to = NULL;

	if (fuel-- > 0 && below(4)) {
		to = take(type->elem->size);
		make(type->elem, to);
	}
	memcpy(out, &to, sizeof(to));
}

static void
make_union(const struct oxdr_type *type, void *out)
{
	char *disc = (char *)out + type->members->offset;
	const struct oxdr_arm *arm = type->n ?
	    &type->arms[below(type->n)] : NULL;
	int32_t value;

	if (!arm || (type->other && below(3) == 0) || is_poisoned()) {
		/* Any value at all: perhaps the default, perhaps none. */
		make(type->members->type, disc);
		arm = NULL;
	} else if (type->members->type->size == 1) {
		*disc = (char)arm->value;
	} else {
		value = (int32_t)arm->value;
		memcpy(disc, &value, sizeof(value));
	}
	if (!arm) {
		int64_t number = 0;
		const struct oxdr_type *t = type->members->type;

		while (t->kind == OXDR_ALIAS)
			t = t->elem;
		memcpy(&value, disc, t->size < 4 ? t->size : 4);
		number = t->size == 1 ? *(unsigned char *)disc :
		    t->kind == OXDR_UINT ? (int64_t)(uint32_t)value : value;
		arm = type->other;
		for (uint32_t i = 0; i < type->n; i++)
			if (type->arms[i].value == number)
				arm = &type->arms[i];
	}
	if (arm && arm->type)
		make(arm->type, (char *)out + arm->offset);
}

static void
make(const struct oxdr_type *type, void *out)
{
	switch (type->kind) {
	case OXDR_ENUM:
		make_enum(type, out);
		break;
	case OXDR_OPAQUE:
		for (uint32_t i = 0; i < type->count; i++)
			((char *)out)[i] = (char)below(256);
		break;
	case OXDR_OPAQUE_VAR:
	case OXDR_ARRAY_VAR:
		make_variable(type, out);
		break;
	case OXDR_STRING:
		make_string(type, out);
		break;
	case OXDR_ARRAY:
		for (uint32_t i = 0; i < type->count; i++)
			make(type->elem, (char *)out +
			    (size_t)i * type->elem->size);
		break;
	case OXDR_STRUCT:
		for (uint32_t i = 0; i < type->n; i++)
			make(type->members[i].type, (char *)out +
			    type->members[i].offset);
		break;
	case OXDR_UNION:
		make_union(type, out);
		break;
	case OXDR_OPTIONAL:
		make_optional(type, out);
		break;
	case OXDR_ALIAS:
		make(type->elem, out);
		break;
	default:
		make_scalar(type, out);
		break;
	}
}

/* ---- Comparisons -------------------------------------------------------- */

static int
print(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) == n ? 0 : -1;
}

static void
differ(const struct oxdr_fuzz_target *t, const void *value, const char *what,
    int a, int b)
{
	printf("type %s: %s: %d and %d\n", t->type->name, what, a, b);
	if (value)
		oxdr_text_put(t->type, value, 1, print, stdout);
	printf("\n");
	exit(1);
}

/* Decodes n bytes both ways; what one takes the other takes, as the same. */
static void
decode_both(const struct oxdr_fuzz_target *t, const uint8_t *bytes, size_t n,
    const void *value, uint32_t flags)
{
	struct oxdr_arena arena = { 0 };
	struct oxdr_reader code, table;
	void *a = take(t->type->size), *b = take(t->type->size);
	int result, other;

	oxdr_reader_init(&code, bytes, n);
	oxdr_reader_init(&table, bytes, n);
	code.flags = table.flags = flags;
	result = t->get(&code, &arena, a);
	other = oxdr_get_value(&table, &arena, t->type, b);
	if (!result != !other)
		differ(t, value, "decoding", result, other);
	if (value && result != 0)
		differ(t, value, "decoding what was encoded", result, 0);
	if (result == 0 && oxdr_reader_offset(&code) !=
	    oxdr_reader_offset(&table))
		differ(t, a, "bytes used", (int)oxdr_reader_offset(&code),
		    (int)oxdr_reader_offset(&table));
	if (result == 0 && oxdr_value_equal(t->type, a, b) != 1)
		differ(t, a, "decoded values", 0, 1);
	if (value && oxdr_value_equal(t->type, a, value) != 1)
		differ(t, value, "value and its decoded copy", 0, 1);
	oxdr_arena_fini(&arena);
}

static void
damage(uint8_t *bytes, size_t n)
{
	for (unsigned i = 1 + below(3); i > 0 && n > 0; i--) {
		size_t at = below((unsigned)n);

		if (below(2))
			at |= 3;	/* the low byte of a word */
		if (at < n)
			bytes[at] = (uint8_t)(below(2) ? below(256) :
			    bytes[at] + 1u);
	}
}

static void
try_value(const struct oxdr_fuzz_target *t)
{
	struct oxdr_writer code, table;
	void *value = take(t->type->size);
	uint8_t *bytes;
	size_t n, size;
	int result, other;

	fuel = 60;
	poison = below(3) ? 0 : 20;
	make(t->type, value);
	oxdr_writer_init(&code, NULL, 64 << 20);
	oxdr_writer_init(&table, NULL, 64 << 20);
	if (below(2)) {
		code.flags |= OXDR_WRITER_GATHER;
		code.gather_min = 64;
	}
	result = t->put(&code, value);
	other = oxdr_put_value(&table, t->type, value);
	if (!result != !other)
		differ(t, value, "encoding", result, other);
	size = oxdr_value_size(t->type, value);
	if (result == 0) {
		n = oxdr_writer_size(&code);
		bytes = take(2 * n + 8);
		if (oxdr_writer_size(&table) != n || size != n)
			differ(t, value, "encoded sizes", (int)n,
			    (int)oxdr_writer_size(&table));
		oxdr_writer_copy(&code, bytes, n);
		oxdr_writer_copy(&table, bytes + n, n);
		if (memcmp(bytes, bytes + n, n) != 0)
			differ(t, value, "encoded bytes", 0, 0);
		if (n < t->type->wire_min || n > t->type->wire_max)
			differ(t, value, "size within its bounds", (int)n,
			    (int)t->type->wire_min);
		decode_both(t, bytes, n, value, 0);
		decode_both(t, bytes, n, value, OXDR_READER_BORROW);
		for (int i = 0; i < 4; i++) {
			damage(bytes, n);
			decode_both(t, bytes, below(4) ? n :
			    below((unsigned)n + 1), NULL, below(32));
		}
	} else if (size != SIZE_MAX) {
		differ(t, value, "size of what can't be encoded", (int)size,
		    -1);
	}
	oxdr_writer_fini(&code);
	oxdr_writer_fini(&table);
	oxdr_arena_reset(&values);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 100;

	rng = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	for (int i = 0; i < rounds; i++)
		for (const struct oxdr_fuzz_target *t = oxdr_fuzz_targets;
		    t->type; t++)
			try_value(t);
	oxdr_arena_fini(&values);
	return 0;
}
