/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values of each type survive the wire: what is decoded from a stream that
 * looks like a value encodes to bytes that decode to the same bytes again.
 *
 * HEADER is the generated header, "routines.def" holds T2(name, type).
 */
#include HEADER

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rpc/rpc.h>

enum { STREAM_WORDS = 256, SEEDS = 24, ROOM = 1 << 20 };

static uint32_t stream[STREAM_WORDS];
static char first[ROOM], second[ROOM];
static int failed;

static uint32_t
next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static void
fill_stream(unsigned seed)
{
	uint64_t state = seed * 2654435761u + 1;

	for (int i = 0; i < STREAM_WORDS; i++)
		stream[i] = seed == 0 ? 0 : htonl(next(&state) % (1 + seed % 5));
}

static bool_t
decode(bool_t (*routine)(XDR *, void *), void *value, size_t n, char *from,
    unsigned room)
{
	XDR in;

	memset(value, 0, n);
	xdrmem_create(&in, from, room, XDR_DECODE);
	return routine(&in, value);
}

static unsigned
encode(bool_t (*routine)(XDR *, void *), void *value, char *to)
{
	XDR out;

	xdrmem_create(&out, to, ROOM, XDR_ENCODE);
	return routine(&out, value) ? xdr_getpos(&out) : 0;
}

static void
try(const char *name, unsigned seed, bool_t (*routine)(XDR *, void *),
    void *value, size_t n)
{
	unsigned n_first, n_second;

	fill_stream(seed);
	if (!decode(routine, value, n, (char *)stream, sizeof(stream))) {
		xdr_free((xdrproc_t)routine, value);
		return;
	}
	n_first = encode(routine, value, first);
	xdr_free((xdrproc_t)routine, value);
	if (!decode(routine, value, n, first, n_first))
		n_second = ROOM;
	else
		n_second = encode(routine, value, second);
	xdr_free((xdrproc_t)routine, value);
	if (n_first != n_second || memcmp(first, second, n_first) != 0) {
		printf("%s, seed %u: %u bytes, then %u\n", name, seed,
		    n_first, n_second);
		failed = 1;
	}
}

#define T2(name, type) \
	static bool_t call_##name(XDR *xdrs, void *value) \
	{ \
		return xdr_##name(xdrs, value); \
	}
#include "routines.def"
#undef T2

int
main(void)
{
	for (unsigned seed = 0; seed < SEEDS; seed++) {
#define T2(name, type) { \
		static type value; \
		try(#name, seed, call_##name, &value, sizeof(value)); \
	}
#include "routines.def"
#undef T2
	}
	return failed;
}
