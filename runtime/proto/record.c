/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Record marking (RFC 5531 section 11): a record is fragments, each a mark of
 * 4 bytes (bit 31: the last; the rest: length) and its body.
 *
 * Most records arrive whole, as one fragment, in the receive buffer: then
 * nothing is copied and nothing kept.  Otherwise the record is put together
 * in a buffer that grows with the bytes that have really come, doubling; what
 * a mark promises is compared with the limit and reserves nothing.
 *
 *	MARK --4 bytes--> BODY --fragment complete--> MARK ... --last--> whole
 */
#include "runtime/proto/record.h"

#include <assert.h>
#include <string.h>

#include <oxdr/error.h>
#include <oxdr/reader.h>

#define BUF_FIRST 1024u
/* Below this a record is fed from the shared receive buffer, so that many
 * connections that drip hold little each. */
#define ROOM_MIN ((size_t)16 << 10)

static size_t
min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
orpc_i_record_init(struct orpc_i_record *r,
    const struct orpc_i_record_limits *limits)
{
	*r = (struct orpc_i_record){ .limits = limits };
}

void
orpc_i_record_fini(struct orpc_i_record *r)
{
	orpc_i_buf_unref(r->buf);
	r->buf = NULL;
	r->fill = 0;
	r->body = NULL;
	r->body_n = 0;
}

/* Forgets the record that was handed out. */
static void
record_next(struct orpc_i_record *r)
{
	orpc_i_record_fini(r);
	r->n_fragments = 0;
	r->n_mark = 0;
	r->left = 0;
	r->last = false;
	r->whole = false;
}

static int
record_done(struct orpc_i_record *r, const uint8_t *body, size_t n)
{
	r->body = body;
	r->body_n = n;
	r->whole = true;
	return ORPC_I_RECORD_WHOLE;
}

/* A mark has been read. */
static int
record_begin(struct orpc_i_record *r, const uint8_t *mark)
{
	uint32_t word = oxdr_load_u32(mark);

	r->left = word & ORPC_I_FRAGMENT_MAX;
	r->last = word & ORPC_I_MARK_LAST;
	r->n_mark = 4;
	if (r->n_fragments >= r->limits->max_fragments ||
	    r->left > r->limits->max_bytes ||
	    r->fill > r->limits->max_bytes - r->left)
		return -OXDR_E_LIMIT;
	r->n_fragments++;
	return 0;
}

/* Makes room for n more bytes of the current fragment. */
static int
record_reserve(struct orpc_i_record *r, size_t n)
{
	size_t need = r->fill + n, most = r->fill + r->left, size;

	if (r->buf && r->buf->size >= need)
		return 0;
	size = r->buf ? r->buf->size * 2 : BUF_FIRST;
	if (size < need)
		size = need;
	if (r->last)
		size = min_size(size, most);
	if (!r->buf)
		return orpc_i_buf_new(r->limits->allocator, r->limits->budget,
		    size, &r->buf);
	return orpc_i_buf_grow(&r->buf, size, r->fill);
}

int
orpc_i_record_filled(struct orpc_i_record *r, size_t n)
{
	assert(n <= r->left);
	r->fill += n;
	r->left -= (uint32_t)n;
	if (r->left)
		return 0;
	r->n_mark = 0;
	if (!r->last)
		return 0;
	return record_done(r, r->buf ? r->buf->bytes : r->mark, r->fill);
}

/* Body bytes of the current fragment that lie at bytes: takes all that
 * belong to it. */
static int
record_body(struct orpc_i_record *r, const uint8_t *bytes, size_t n,
    size_t *used)
{
	int result;

	if (r->last && !r->fill && n >= r->left) {
		*used += r->left;
		return record_done(r, bytes, r->left);
	}
	n = min_size(n, r->left);
	if (n) {
		result = record_reserve(r, n);
		if (result)
			return result;
		memcpy(r->buf->bytes + r->fill, bytes, n);
		*used += n;
	}
	return orpc_i_record_filled(r, n);
}

/* Bytes of a mark: 0 when it is complete or bytes are used up. */
static int
record_mark(struct orpc_i_record *r, const uint8_t *bytes, size_t n,
    size_t *used)
{
	size_t take;

	if (!r->n_mark && n >= 4) {
		*used += 4;
		return record_begin(r, bytes);
	}
	take = min_size(n, 4u - r->n_mark);
	memcpy(r->mark + r->n_mark, bytes, take);
	r->n_mark = (uint8_t)(r->n_mark + take);
	*used += take;
	return r->n_mark == 4 ? record_begin(r, r->mark) : 0;
}

int
orpc_i_record_feed(struct orpc_i_record *r, const uint8_t *bytes, size_t n,
    size_t *out_used)
{
	size_t used = 0;
	int result = 0;

	*out_used = 0;
	if (r->whole)
		record_next(r);
	while (!result && used < n) {
		if (r->n_mark < 4)
			result = record_mark(r, bytes + used, n - used, &used);
		if (!result && r->n_mark == 4 && (used < n || !r->left))
			result = record_body(r, bytes + used, n - used, &used);
	}
	*out_used = used;
	return result;
}

int
orpc_i_record_room(struct orpc_i_record *r, uint8_t **out_room,
    size_t *out_n)
{
	size_t n;
	int result;

	*out_room = NULL;
	*out_n = 0;
	if (r->whole || r->n_mark < 4 || !r->left || r->fill < ROOM_MIN)
		return 0;
	/* What little would be left over by doubling is taken along. */
	n = r->left <= r->fill + ROOM_MIN ? r->left : r->fill;
	result = record_reserve(r, n);
	if (result)
		return result;
	*out_room = r->buf->bytes + r->fill;
	*out_n = min_size(r->left, r->buf->size - r->fill);
	return 0;
}

void
orpc_i_record_move(struct orpc_i_record *r, struct orpc_i_buf *buf)
{
	assert(orpc_i_record_total(r) && orpc_i_record_total(r) <= buf->size);
	if (r->fill)
		memcpy(buf->bytes, r->buf->bytes, r->fill);
	orpc_i_buf_unref(r->buf);
	r->buf = buf;
}

struct orpc_i_buf *
orpc_i_record_take(struct orpc_i_record *r)
{
	struct orpc_i_buf *buf = r->buf;

	if (!r->whole)
		return NULL;
	r->buf = NULL;
	return buf;
}
