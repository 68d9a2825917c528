/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints what the XDR routines of a generated file do with streams that look
 * like values: accepted or not, how far they read, and what the value encodes
 * to. Two generators agree when the prints do.
 *
 * HEADER is the generated header, "routines.def" holds T(name) for each type.
 */
#include HEADER

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_WORDS = 256, SEEDS = 96, ROOM = 1 << 20 };

static uint32_t stream[STREAM_WORDS];
static char encoded[ROOM];

static uint32_t
next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/*
 * Mostly counts, booleans and enumerators; now and then larger numbers. Those
 * that would make libtirpc reserve gigabytes and walk through them are left
 * out.
 */
static void
fill_stream(unsigned seed)
{
	uint64_t state = seed * 2654435761u + 1;

	for (int i = 0; i < STREAM_WORDS; i++) {
		uint32_t word = next(&state);
		uint32_t kind = next(&state) % 16;

		stream[i] = kind == 0 ? htonl(word & 0x1ff) :
		    kind == 1 ? htonl(word | 0xff000000) : htonl(word % 4);
	}
}

static void
print_encoded(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		printf("%02x", (unsigned char)encoded[i]);
}

static void
dump(const char *name, unsigned seed, bool_t (*routine)(XDR *, void *),
    void *value, size_t n)
{
	XDR in, out;
	bool_t ok;

	fill_stream(seed);
	memset(value, 0, n);
	xdrmem_create(&in, (char *)stream, sizeof(stream), XDR_DECODE);
	ok = routine(&in, value);
	printf("%s %u: %d at %u", name, seed, ok, xdr_getpos(&in));
	if (ok) {
		xdrmem_create(&out, encoded, sizeof(encoded), XDR_ENCODE);
		printf(" encodes %d ", routine(&out, value));
		print_encoded(xdr_getpos(&out));
	}
	putchar('\n');
	xdr_free((xdrproc_t)routine, value);
}

#define T(name) \
	static bool_t call_##name(XDR *xdrs, void *value) \
	{ \
		return xdr_##name(xdrs, value); \
	}
#include "routines.def"
#undef T

int
main(void)
{
	for (unsigned seed = 0; seed < SEEDS; seed++) {
#define T(name) { \
		static name value; \
		dump(#name, seed, call_##name, &value, sizeof(value)); \
	}
#include "routines.def"
#undef T
	}
	return 0;
}
