/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The record parser on bytes from a stranger: however the stream is split,
 * the same records come out, or the same refusal, and nothing stays behind.
 */
#include <stdlib.h>

#include "runtime/proto/record.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/random.h"

/* What a way of feeding saw: how many records, a hash of their bodies, and
 * what ended it. */
struct seen {
	size_t records;
	uint64_t hash;
	int result;
};

static void
see(struct seen *seen, const struct orpc_i_record *r)
{
	uint64_t hash = seen->hash ^ r->body_n;

	for (size_t i = 0; i < r->body_n; i++)
		hash = (hash ^ r->body[i]) * UINT64_C(0x100000001b3);
	seen->hash = hash;
	seen->records++;
}

/* Feeds pieces of 1 to `most` bytes. */
static struct seen
feed(const uint8_t *bytes, size_t n, size_t most)
{
	struct orpc_i_budget budget = { .limit = 1 << 16 };
	const struct orpc_i_record_limits limits = {
		.max_bytes = 1 << 12, .max_fragments = 16, .budget = &budget };
	struct seen seen = { 0, UINT64_C(0xcbf29ce484222325), 0 };
	uint64_t seed = most;
	struct orpc_i_record r;

	orpc_i_record_init(&r, &limits);
	for (size_t at = 0; at < n && seen.result >= 0;) {
		size_t piece = 1 + (size_t)(test_random(&seed) % most), used;

		if (piece > n - at)
			piece = n - at;
		seen.result = orpc_i_record_feed(&r, bytes + at, piece, &used);
		if (used > piece)
			abort();
		if (seen.result == ORPC_I_RECORD_WHOLE)
			see(&seen, &r);
		at += used;
		if (seen.result == 0 && used != piece)
			abort();
	}
	orpc_i_record_fini(&r);
	if (budget.used != 0)
		abort();
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct seen whole = feed(bytes, n, n ? n : 1);
	static const size_t splits[] = { 1, 3, 7, 64 };

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		struct seen again = feed(bytes, n, splits[i]);

		if (again.records != whole.records ||
		    again.hash != whole.hash ||
		    (again.result < 0) != (whole.result < 0))
			abort();
	}
	return 0;
}
