/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Record marking on streams (RFC 5531 section 11).
 */
#ifndef ORPC_PROTO_RECORD_H
#define ORPC_PROTO_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oxdr/reader.h>
#include <oxdr/writer.h>

#include "runtime/proto/buf.h"

#define ORPC_I_MARK_BYTES 4u
#define ORPC_I_MARK_LAST 0x80000000u
/* A fragment's longest body; we send each record as one fragment. */
#define ORPC_I_FRAGMENT_MAX 0x7fffffffu

/* orpc_i_record_feed: a record is complete. */
#define ORPC_I_RECORD_WHOLE 1

/*
 * What many parsers share: limits of one record, and where memory comes from.
 *
 * budget      charged with unfinished records; NULL: none
 * allocator   NULL: malloc
 */
struct orpc_i_record_limits {
	size_t max_bytes;
	uint32_t max_fragments;
	struct orpc_i_budget *budget;
	const struct oxdr_allocator *allocator;
};

/*
 * A stream's record parser.
 *
 * Between calls: `left` bytes of the current fragment are missing (when
 * n_mark is 4), `fill` bytes of the record are in `buf`; n_mark bytes of the
 * next mark are in `mark`.  A parser between records owns no memory.
 */
struct orpc_i_record {
	const struct orpc_i_record_limits *limits;
	uint32_t n_fragments;
	uint32_t left;
	uint8_t mark[4];
	uint8_t n_mark;
	bool last;
	bool whole;			/* body was handed out */
	struct orpc_i_buf *buf;
	size_t fill;
	const uint8_t *body;		/* of a whole record */
	size_t body_n;
};

/* limits are borrowed until fini. */
void orpc_i_record_init(struct orpc_i_record *r,
    const struct orpc_i_record_limits *limits);

/* Gives back what a partial record holds. */
void orpc_i_record_fini(struct orpc_i_record *r);

/*
 * Feeds stream bytes to the record parser.
 *
 * bytes, n   borrowed for the call; any split of the stream will do, n may be
 *            0.  Where the record lies in them in one piece, body points into
 *            them.
 * out_used   bytes consumed; the rest belongs to the next record
 *
 * Returns 0 when more bytes are needed (all n were consumed);
 * ORPC_I_RECORD_WHOLE when r->body, r->body_n are a record, borrowed until
 * the next call on r or until `bytes` change; -OXDR_E_LIMIT when the record
 * passes a limit or the budget, -OXDR_E_NOMEM: close the
 * stream, it can't be resynchronised.
 */
int orpc_i_record_feed(struct orpc_i_record *r, const uint8_t *bytes,
    size_t n, size_t *out_used);

/*
 * Room for the next bytes of an unfinished fragment, so that a large one is
 * read where it belongs instead of copied there.  There is none before 16 KiB
 * of the record have come, and never more than what has come.
 *
 * out_room   where to read to
 * out_n      how much at most; 0 when feed should be used instead
 *
 * Returns 0, -OXDR_E_LIMIT, -OXDR_E_NOMEM.
 */
int orpc_i_record_room(struct orpc_i_record *r, uint8_t **out_room,
    size_t *out_n);

/*
 * Goes on in a buffer that holds the whole record: where an unfinished one
 * may have all its room at once.
 *
 * buf   a reference, given; at least orpc_i_record_total(r) bytes
 */
void orpc_i_record_move(struct orpc_i_record *r, struct orpc_i_buf *buf);

/* Bytes of an unfinished record when it will be whole; 0 when that is not
 * known yet. */
static inline size_t
orpc_i_record_total(const struct orpc_i_record *r)
{
	return !r->whole && r->n_mark == 4 && r->last ? r->fill + r->left : 0;
}

/* Takes n bytes that were read into that room: results as feed. */
int orpc_i_record_filled(struct orpc_i_record *r, size_t n);

/*
 * Takes the buffer of a whole record along: a reference that the caller now
 * owns (r->body stays valid in it), or NULL when the record lies in the
 * caller's own bytes.
 */
struct orpc_i_buf *orpc_i_record_take(struct orpc_i_record *r);

/* Is there an unfinished record (the record timeout runs)? */
static inline bool
orpc_i_record_is_partial(const struct orpc_i_record *r)
{
	return !r->whole && (r->n_mark || r->n_fragments);
}

/* Is the parser between records, so that the next byte is a mark's first? */
static inline bool
orpc_i_record_is_between(const struct orpc_i_record *r)
{
	return r->whole || (!r->n_mark && !r->n_fragments);
}

/*
 * Does a whole record of one fragment lie at the n bytes, and is the parser
 * between records?  Then it needs no feeding: the record is the *out_n bytes
 * behind its mark.
 */
static inline bool
orpc_i_record_is_next_whole(const struct orpc_i_record *r,
    const uint8_t *bytes, size_t n, size_t *out_n)
{
	uint32_t mark;

	if (n < ORPC_I_MARK_BYTES || !orpc_i_record_is_between(r))
		return false;
	mark = oxdr_load_u32(bytes);
	*out_n = mark & ORPC_I_FRAGMENT_MAX;
	return mark & ORPC_I_MARK_LAST && *out_n <= n - ORPC_I_MARK_BYTES &&
	    *out_n <= r->limits->max_bytes && r->limits->max_fragments;
}

/* Writes the mark of a record sent as one fragment of n <= 2^31-1 bytes. */
static inline void
orpc_i_mark_store(uint8_t *p, size_t n)
{
	oxdr_store_u32(p, ORPC_I_MARK_LAST | (uint32_t)n);
}

#endif
