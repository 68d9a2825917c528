/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON from a stranger, read as the types of every.x.  What is taken can be
 * written, and that reads back as an equal value; in each spelling.
 *
 * The first byte chooses type and spelling.
 */
#include <stdlib.h>
#include <string.h>

#include <oxdr/json.h>

#include "every.h"
#include "tests/fuzz/fuzz.h"
#include "xdr/base.h"

static const struct oxdr_type *const types[] = {
	&everything_xdr_type, &scalars_xdr_type, &mixed_xdr_type,
	&many_xdr_type, &figure_xdr_type, &either_xdr_type, &list_xdr_type,
	&chain_xdr_type, &rope_xdr_type, &bush_xdr_type, &perhaps_xdr_type,
	&login_xdr_type, &texts_xdr_type, &floats_xdr_type, &octets_xdr_type,
	&ping_xdr_type,
};

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

/* Writes the value in one spelling and reads it back. */
static void
check(const struct oxdr_type *type, const void *value, uint32_t flags,
    struct oxdr_arena *arena)
{
	const struct oxdr_json_options write = { .flags = flags |
		OXDR_JSON_SECRETS };
	/* A list that came as an array is one bracket a node when nested. */
	const struct oxdr_json_options read = { .max_depth = 3000 };
	void *again = calloc(1, type->size + 1);
	struct text t = { NULL, 0 };

	if (!again || oxdr_json_put(type, value, &write, text_take, &t) ||
	    oxdr_json_get(type, t.text, t.n, &read, arena, again, NULL) ||
	    oxdr_value_equal(type, value, again) != 1)
		abort();
	free(t.text);
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct oxdr_json_options o = { .max_depth = 50,
		.max_elements = 1000 };
	struct oxdr_json_error error;
	const struct oxdr_type *type;
	struct oxdr_arena arena;
	void *value;

	if (!n)
		return 0;
	type = types[bytes[0] % ARRAY_LEN(types)];
	value = calloc(1, type->size + 1);
	if (!value)
		abort();
	oxdr_arena_init(&arena, NULL, (size_t)16 << 20);
	if (oxdr_json_get(type, (const char *)bytes + 1, n - 1, &o, &arena,
	    value, &error) == 0) {
		check(type, value, 0, &arena);
		check(type, value, OXDR_JSON_BASE64 | OXDR_JSON_NESTED,
		    &arena);
	} else if (!error.code || error.offset > n - 1 ||
	    strlen(error.pointer) >= sizeof(error.pointer) || !error.text[0])
		abort();
	oxdr_arena_fini(&arena);
	free(value);
	return 0;
}
