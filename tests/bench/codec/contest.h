/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who takes part in workload W1, and with what.
 *
 * Each contestant has its own C types for the messages of w1.x; they meet in
 * the bytes only.
 */
#ifndef ORPC_TESTS_BENCH_CODEC_CONTEST_H
#define ORPC_TESTS_BENCH_CODEC_CONTEST_H

#include <stddef.h>
#include <stdint.h>

enum w1_case {
	W1_SMALL, W1_INTS, W1_RECORDS, W1_LIST, W1_SHAPES, W1_BLOB, W1_DOUBLES,
	W1_CASES
};

/* A message of small structs has so many, one behind the other: the cost of
 * a cursor's start is not what is measured.  They fit into any first cache. */
#define W1_SMALLS 256

/*
 * A load waits for a store whose address has the same last 12 bits, whoever
 * lies there.  So that chance does not decide who has such luck, everybody's
 * values start a page, and messages start W1_OFFSET bytes into one.
 */
#define W1_VALUES _Alignas(4096)
#define W1_OFFSET ((size_t)1024)

/* Makes the message of a case; n bytes, freed by the caller. */
uint8_t *w1_message(enum w1_case which, size_t *out_n);

/*
 * A codec.  Each function does one message and returns 0 on success; a slot
 * is NULL where it makes no sense.
 *
 * load     makes the contestant's own value of the message, to be encoded
 * encode   writes the loaded value into room that is large enough
 * decode   takes memory, decodes, gives all memory back
 * again    decodes into memory that is kept from one time to the next
 * borrow   as again, and may point into the message
 *
 * own_bytes says that its format is another: it can't write these bytes.
 */
struct contestant {
	const char *name;
	int (*load)(enum w1_case which, const uint8_t *bytes, size_t n);
	int (*encode)(enum w1_case which, uint8_t *room, size_t n);
	int (*decode)(enum w1_case which, const uint8_t *bytes, size_t n);
	int (*again)(enum w1_case which, const uint8_t *bytes, size_t n);
	int (*borrow)(enum w1_case which, const uint8_t *bytes, size_t n);
	int own_bytes;
};

extern const struct contestant w1_ours, w1_table, w1_limit, w1_memcpy,
    w1_tirpc, w1_protobuf;

#endif
